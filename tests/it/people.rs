//! Who is in a room: by pages and by name, and who backstage is told to whom.

use houselights_shared::{Login, PAGE_PEOPLE, PeoplePage};
use houselights_tests::{
    client::{TestClient, attend, http, sign_in_as},
    server::TestServer,
};

use crate::house::{show, viewer};

async fn people(server: &TestServer, login: &Login, rest: &str) -> PeoplePage {
    let url = format!("http://{}/api/rooms/{}/people{rest}", server.http(), login.room);
    let answer = http().get(url).bearer_auth(login.token.as_str()).send().await.expect("answered");
    assert_eq!(answer.status().as_u16(), 200);
    answer.json().await.expect("a page")
}

fn names(page: &PeoplePage) -> Vec<&str> {
    page.people.iter().map(|person| person.name.as_str()).collect()
}

#[tokio::test]
async fn the_audience_finds_each_other_and_the_crew_finds_everybody() {
    let (server, event) = show().await;
    let login = attend(server.http(), &event, "Zoë Zimmer").await;
    let _zoe = TestClient::connect(server.http(), &login).await;
    let _walt = viewer(&server, &event, "Walt Zander").await;
    let crew = sign_in_as(server.http(), &event, "Mo").await;
    let _mo = TestClient::connect(server.http(), &crew).await;
    assert_eq!(names(&people(&server, &login, "").await), ["Walt Zander", "Zoë Zimmer"], "who waits backstage is not told");
    assert_eq!(names(&people(&server, &crew, "").await), ["Mo", "Walt Zander", "Zoë Zimmer"]);
    assert_eq!(names(&people(&server, &login, "?q=zoe%20zim").await), ["Zoë Zimmer"]);
    assert_eq!(names(&people(&server, &login, "?q=z").await), ["Walt Zander", "Zoë Zimmer"], "any word of a name");
    assert_eq!(people(&server, &login, "?q=nobody").await, PeoplePage::default());
    server.stop().await;
}

#[tokio::test]
async fn a_crowd_is_paged_without_gaps() {
    let (server, event) = show().await;
    let login = attend(server.http(), &event, "Guest 000").await;
    let mut here = vec![TestClient::connect(server.http(), &login).await];
    for number in 1..=PAGE_PEOPLE {
        here.push(viewer(&server, &event, &format!("Guest {number:03}")).await);
    }
    let first = people(&server, &login, "").await;
    assert_eq!((first.people.len(), first.count), (PAGE_PEOPLE, PAGE_PEOPLE as u32 + 1));
    let after = first.after.expect("there is more");
    let second = people(&server, &login, &format!("?after={after}")).await;
    assert_eq!((names(&second), second.after), (vec![format!("Guest {PAGE_PEOPLE:03}").as_str()], None));
    server.stop().await;
}
