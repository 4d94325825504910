//! Who is in a room: by pages and by name, and who backstage is told to whom; and what they say of themselves, to whom they want.

use houselights_shared::{
    CommandBody, Login, MAX_HEADLINE_CHARS, OwnProfile, PAGE_PEOPLE, ParticipantId, PeoplePage, PersonDetails, Profile,
    Refusal, Role, RulesEdit, SanctionAct, ShownTo,
};
use houselights_tests::{
    client::{HttpRefusal, TestClient, answer, attend, http, sign_in_as},
    server::{Event, TestServer},
    within,
};
use serde_json::{Value, json};

use crate::{
    archive::log_in,
    devices::let_tickets_be_good_for_several,
    house::{show, viewer},
};

async fn people(server: &TestServer, login: &Login, rest: &str) -> PeoplePage {
    let url = format!("http://{}/api/rooms/{}/people{rest}", server.http(), login.room);
    let answer = http().get(url).bearer_auth(login.token.as_str()).send().await.expect("answered");
    assert_eq!(answer.status().as_u16(), 200);
    answer.json().await.expect("a page")
}

/// Asks until it is so: a list is as it was a second ago at most.
async fn told(server: &TestServer, login: &Login, rest: &str, holds: impl Fn(&PeoplePage) -> bool) -> PeoplePage {
    let asking = async {
        loop {
            let page = people(server, login, rest).await;
            if holds(&page) {
                return page;
            }
            tokio::task::yield_now().await;
        }
    };
    within("the list", asking).await
}

fn names(page: &PeoplePage) -> Vec<&str> {
    page.people.iter().map(|person| person.name.as_str()).collect()
}

async fn say(server: &TestServer, login: &Login, profile: &Value) -> Result<Profile, HttpRefusal> {
    let url = format!("http://{}/api/profile", server.http());
    let asked = http().put(url).bearer_auth(login.token.as_str()).json(profile);
    answer(asked.send().await.expect("answered")).await
}

async fn own(server: &TestServer, login: &Login) -> OwnProfile {
    let url = format!("http://{}/api/profile", server.http());
    answer(http().get(url).bearer_auth(login.token.as_str()).send().await.expect("answered")).await.expect("one's own")
}

async fn about(server: &TestServer, login: &Login, who: ParticipantId) -> Result<PersonDetails, HttpRefusal> {
    let url = format!("http://{}/api/rooms/{}/people/{who}", server.http(), login.room);
    answer(http().get(url).bearer_auth(login.token.as_str()).send().await.expect("answered")).await
}

/// An attendee who is there.
async fn guest(server: &TestServer, event: &Event, name: &str) -> (Login, TestClient) {
    let login = attend(server.http(), event, name).await;
    let client = TestClient::connect(server.http(), &login).await;
    (login, client)
}

fn builds_queues() -> Value {
    json!({ "headline": " Builds queues ", "company": "Example Ltd", "pronouns": "she/her", "about": "Ask me.",
            "links": ["https://example.org/zoe"], "shown_to": "everybody" })
}

#[tokio::test]
async fn the_audience_finds_each_other_and_the_crew_finds_everybody() {
    let (server, event) = show().await;
    let (login, _zoe) = guest(&server, &event, "Zoë Zimmer").await;
    let _walt = viewer(&server, &event, "Walt Zander").await;
    let looks_after = sign_in_as(server.http(), &event, "Mo").await;
    let _mo = TestClient::connect(server.http(), &looks_after).await;
    assert_eq!(names(&people(&server, &login, "").await), ["Walt Zander", "Zoë Zimmer"], "who waits backstage is not told");
    assert_eq!(names(&people(&server, &looks_after, "").await), ["Mo", "Walt Zander", "Zoë Zimmer"]);
    assert_eq!(names(&people(&server, &looks_after, "?audience=true").await), ["Walt Zander", "Zoë Zimmer"]);
    assert_eq!(people(&server, &login, "?audience=false&q=mo").await, PeoplePage::default(), "the audience cannot ask for it");
    assert_eq!(names(&people(&server, &login, "?q=zoe%20zim").await), ["Zoë Zimmer"]);
    assert_eq!(names(&people(&server, &login, "?q=z").await), ["Walt Zander", "Zoë Zimmer"], "any word of a name");
    assert_eq!(people(&server, &login, "?q=nobody").await, PeoplePage::default());
    server.stop().await;
}

#[tokio::test]
async fn a_name_that_the_room_does_not_take_is_shown_to_those_alone_who_look_after_it() {
    let (server, event) = show().await;
    let (zoe, _zoe) = guest(&server, &event, "Zoe").await;
    let (walt, _walt) = guest(&server, &event, "Walt Heck").await;
    let mo = sign_in_as(server.http(), &event, "Mo").await;
    let mut looks_after = TestClient::connect(server.http(), &mo).await;
    told(&server, &zoe, "", |page| names(page) == ["Walt Heck", "Zoe"]).await;
    let change = RulesEdit::AddWords { words: vec!["heck".to_owned()] };
    looks_after.done(CommandBody::EditRules { change }).await;
    told(&server, &zoe, "", |page| names(page) == ["Walt ***", "Zoe"]).await;
    assert_eq!(people(&server, &zoe, "?q=heck").await, PeoplePage::default(), "nor is it found");
    assert_eq!(names(&people(&server, &mo, "?q=heck").await), ["Walt Heck"]);
    for (login, name) in [(&zoe, "Walt ***"), (&mo, "Walt Heck"), (&walt, "Walt Heck")] {
        assert_eq!(about(&server, login, walt.participant).await.expect("somebody").name, name);
    }
    server.stop().await;
}

#[tokio::test]
async fn what_could_not_be_written_in_the_room_stands_under_no_name_except_for_those_who_look_after_it() {
    let (server, event) = show().await;
    let (zoe, _zoe) = guest(&server, &event, "Zoe").await;
    let (walt, _walt) = guest(&server, &event, "Walt").await;
    let mo = sign_in_as(server.http(), &event, "Mo").await;
    let mut looks_after = TestClient::connect(server.http(), &mo).await;
    let profile = json!({ "headline": "heck you", "company": "Globe", "about": "see evil.com", "links": ["https://evil.com/"], "shown_to": "everybody" });
    let all = say(&server, &walt, &profile).await.expect("kept");
    let lists = |page: &PeoplePage, headline: &str, company: &str| {
        page.people
            .iter()
            .any(|card| card.participant == walt.participant && card.headline == headline && card.company == company)
    };
    told(&server, &zoe, "", |page| lists(page, "heck you", "Globe")).await;
    for change in [RulesEdit::AddWords { words: vec!["heck".to_owned()] }, RulesEdit::Links { on: false }] {
        looks_after.done(CommandBody::EditRules { change }).await;
    }
    told(&server, &zoe, "", |page| lists(page, "", "Globe")).await;
    told(&server, &mo, "", |page| lists(page, "heck you", "Globe")).await;
    let of = async |login: &Login| about(&server, login, walt.participant).await.expect("somebody").profile;
    let taken = Profile { company: "Globe".to_owned(), ..Profile::default() };
    assert_eq!([of(&zoe).await, of(&mo).await, of(&walt).await], [Some(taken), Some(all.clone()), Some(all.clone())]);
    looks_after.done(CommandBody::Sanction { participant: walt.participant, act: SanctionAct::Mute }).await;
    told(&server, &zoe, "", |page| lists(page, "", "")).await;
    told(&server, &mo, "", |page| lists(page, "heck you", "Globe")).await;
    assert_eq!([of(&zoe).await, of(&mo).await], [Some(Profile::default()), Some(all)]);
    server.stop().await;
}

#[tokio::test]
async fn names_are_found_in_every_script() {
    let (server, event) = show().await;
    let (login, _first) = guest(&server, &event, "Ольга Іваненко").await;
    let mut here = Vec::new();
    for name in ["田中 純", "Ελένη Νίκου", "دانا العلي", "İpek Çelik", "Ngô Thị Ánh"] {
        here.push(viewer(&server, &event, name).await);
    }
    told(&server, &login, "", |page| page.count == 6).await;
    for (sought, found) in [
        ("ольга", "Ольга Іваненко"),
        ("іван", "Ольга Іваненко"),
        ("田中", "田中 純"),
        ("純", "田中 純"),
        ("ελενη", "Ελένη Νίκου"),
        ("العلي", "دانا العلي"),
        ("ipek cel", "İpek Çelik"),
        ("anh ngo", "Ngô Thị Ánh"),
    ] {
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", sought).finish();
        assert_eq!(names(&people(&server, &login, &format!("?{query}")).await), [found], "{sought}");
    }
    server.stop().await;
}

/// Whoever pages is told once of everybody who was there all the time, whoever comes and goes meanwhile.
#[tokio::test]
async fn a_crowd_that_comes_and_goes_is_paged_without_gaps_and_without_doubles() {
    let (server, event) = show().await;
    let (login, first) = guest(&server, &event, "Guest 000").await;
    let mut here = vec![first];
    for number in 1..=PAGE_PEOPLE + 20 {
        here.push(viewer(&server, &event, &format!("Guest {number:03}")).await);
    }
    let all = u32::try_from(here.len()).expect("few");
    let first = told(&server, &login, "", |page| page.count == all).await;
    assert_eq!(first.people.len(), PAGE_PEOPLE);
    let after = first.after.expect("there is more");
    let last = here.iter().position(|client| client.me.participant == after).expect("they are here");
    assert_eq!(here[last].me.name, names(&first)[PAGE_PEOPLE - 1]);
    // The one behind whom the next page begins goes, and another of the first page; some come on either side.
    drop(here.remove(last));
    drop(here.remove(3));
    let [_before, _behind] = [viewer(&server, &event, "Aaron").await, viewer(&server, &event, "Guest 110½").await];
    let after = format!("?after={after}");
    let is_settled = |page: &PeoplePage| page.count == all && names(page).contains(&"Guest 110½");
    let second = told(&server, &login, &after, is_settled).await;
    assert_eq!(second.after, None);
    let mut wanted: Vec<_> = (PAGE_PEOPLE..=PAGE_PEOPLE + 20).map(|number| format!("Guest {number:03}")).collect();
    wanted.insert(11, "Guest 110½".to_owned());
    assert_eq!(names(&second), wanted);
    let forged = format!("?after={}", ParticipantId::random());
    assert_eq!(names(&people(&server, &login, &forged).await)[0], "Aaron", "behind nobody it begins anew");
    server.stop().await;
}

#[tokio::test]
async fn a_list_that_everybody_has_open_asks_the_store_next_to_nothing() {
    let (server, event) = show().await;
    let (login, _zoe) = guest(&server, &event, "Zoë").await;
    let here = futures_util::future::join_all((0..30).map(|number| {
        let (server, event) = (&server, &event);
        async move { viewer(server, event, &format!("Guest {number}")).await }
    }));
    let here = here.await;
    told(&server, &login, "", |page| page.count as usize == here.len() + 1).await;
    // Lists are made anew once a second, and ask once for what is said on a page.
    let (reads, ()) = server
        .reads_of(async || {
            for _ in 0..50 {
                people(&server, &login, "").await;
            }
        })
        .await;
    assert!(reads < 10, "{reads} for 50 pages of 31");
    server.stop().await;
}

#[tokio::test]
async fn what_somebody_says_is_shown_to_whom_they_want() {
    let (server, event) = show().await;
    let (login, _zoe) = guest(&server, &event, "Zoë").await;
    let (walt, _walt) = guest(&server, &event, "Walt").await;
    let mut eyes = vec![walt];
    for name in ["Ada", "Mo", "Pat"] {
        eyes.push(sign_in_as(server.http(), &event, name).await);
    }
    let nothing = PersonDetails { participant: login.participant, name: "Zoë".into(), role: Role::Attendee, profile: None };
    assert_eq!(
        (own(&server, &login).await, about(&server, &eyes[0], login.participant).await),
        (OwnProfile::default(), Ok(nothing))
    );
    for (shown_to, seen) in [("everybody", [true; 4]), ("crew", [false, true, true, true]), ("nobody", [false; 4])] {
        let mut said = builds_queues();
        said["shown_to"] = json!(shown_to);
        let kept = say(&server, &login, &said).await.expect("it is kept");
        assert_eq!(kept.headline, "Builds queues");
        assert_eq!(own(&server, &login).await.profile.as_ref(), Some(&kept));
        assert_eq!(about(&server, &login, login.participant).await.expect("oneself").profile, Some(kept.clone()));
        for (looking, seen) in eyes.iter().zip(seen) {
            let told_of = about(&server, looking, login.participant).await.expect("they are of the event");
            assert_eq!(told_of.profile.is_some(), seen, "{} sees what is for {shown_to}", looking.name);
            let line = if seen { ("Builds queues", "Example Ltd") } else { ("", "") };
            let has_line = |page: &PeoplePage| page.people.iter().all(|card| (&*card.headline, &*card.company) == line);
            let listed = told(&server, looking, "?q=zoe", has_line).await;
            assert_eq!(names(&listed), ["Zoë"]);
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_and_what_was_said_stays() {
    let (server, event) = show().await;
    let (login, _zoe) = guest(&server, &event, "Zoë").await;
    let kept = say(&server, &login, &builds_queues()).await.expect("it is kept");
    for (field, wrong) in [
        ("headline", json!("x".repeat(MAX_HEADLINE_CHARS + 1))),
        ("headline", json!("two\nlines")),
        ("company", json!("bell\u{7}")),
        ("links", json!(["http://example.org"])),
        ("links", json!(["javascript:alert(1)"])),
        ("links", json!(["https://a.example", "https://b.example", "https://c.example"])),
        ("shown_to", json!("whoever pays")),
    ] {
        let mut said = builds_queues();
        said[field] = wrong;
        let refused = say(&server, &login, &said).await.expect_err(field);
        assert_eq!((refused.status, refused.refusal), (422, Refusal::ProfileInvalid), "{said}");
    }
    let malformed = say(&server, &login, &json!({ "links": 7 })).await.expect_err("no profile");
    assert_eq!((malformed.status, malformed.refusal), (400, Refusal::Malformed));
    let long = say(&server, &login, &json!({ "about": "x".repeat(20_000) })).await.expect_err("too large");
    assert_eq!((long.status, long.refusal), (413, Refusal::TooLarge));
    assert_eq!(own(&server, &login).await, OwnProfile { profile: Some(kept), before: None });
    let cleared = say(&server, &login, &json!({})).await.expect("one need not say anything");
    assert_eq!(cleared, Profile::default());
    server.stop().await;
}

#[tokio::test]
async fn of_another_event_nobody_is_found() {
    let (server, event) = show().await;
    let (login, _zoe) = guest(&server, &event, "Zoë").await;
    say(&server, &login, &builds_queues()).await.expect("it is kept");
    let other = server.event(&[]).await;
    let (eve, _eve) = guest(&server, &other, "Eve").await;
    let refused = about(&server, &eve, login.participant).await.expect_err("of another event");
    assert_eq!((refused.status, refused.refusal), (404, Refusal::NoSuchParticipant));
    let there = Login { room: login.room, ..eve.clone() };
    let refused = about(&server, &there, login.participant).await.expect_err("a room of another event");
    assert_eq!((refused.status, refused.refusal), (404, Refusal::NoSuchRoom));
    let stranger = Login { token: "guessed".into(), ..login.clone() };
    for who in [login.participant, ParticipantId::random()] {
        assert_eq!(about(&server, &stranger, who).await.expect_err("a stranger").status, 401);
    }
    assert_eq!(about(&server, &login, ParticipantId::random()).await.expect_err("nobody").refusal, Refusal::NoSuchParticipant);
    server.stop().await;
}

#[tokio::test]
async fn with_two_devices_one_is_there_once_and_says_the_same_on_both() {
    let (server, event) = show().await;
    let_tickets_be_good_for_several(server.database());
    let [laptop, phone] = [sign_in_as(server.http(), &event, "Ada").await, sign_in_as(server.http(), &event, "Ada").await];
    let _laptop = TestClient::connect(server.http(), &laptop).await;
    let on_phone = TestClient::connect(server.http(), &phone).await;
    let once = |page: &PeoplePage| names(page) == ["Ada"];
    told(&server, &laptop, "", once).await;
    let kept = say(&server, &laptop, &builds_queues()).await.expect("it is kept");
    assert_eq!(own(&server, &phone).await.profile, Some(kept));
    drop(on_phone);
    told(&server, &laptop, "", once).await;
    server.stop().await;
}

#[tokio::test]
async fn a_person_who_is_signed_in_takes_over_what_they_said_before_and_has_it_in_their_data() {
    let server = TestServer::start().await;
    let person = server.person("zoe@example.com").await;
    let organisation = person.organisation("The Globe").await;
    let [first, second] = [person.event(&organisation, "panel").await, person.event(&organisation, "ama").await];
    let [first, second] = [log_in(&server, &person, &first).await, log_in(&server, &person, &second).await];
    assert_eq!(own(&server, &second).await, OwnProfile::default());
    let said = say(&server, &first, &builds_queues()).await.expect("it is kept");
    assert_eq!(own(&server, &second).await, OwnProfile { profile: None, before: Some(said.clone()) });
    let other = server.person("eve@example.com").await;
    let theirs = other.organisation("The Rose").await;
    let theirs = log_in(&server, &other, &other.event(&theirs, "ama").await).await;
    assert_eq!(own(&server, &theirs).await, OwnProfile::default(), "nobody else's");
    say(&server, &second, &json!(said)).await.expect("it is kept here, too");
    assert_eq!(own(&server, &second).await.before, None);
    let (status, data) = person.file("GET", "/api/people/me/data", "").await;
    let data: Value = serde_json::from_str(&data).expect("JSON");
    assert_eq!((status, data["profiles"].as_array().map(Vec::len)), (200, Some(2)));
    assert_eq!(
        (&data["profiles"][0]["headline"], &data["profiles"][0]["links"][0]),
        (&json!("Builds queues"), &json!("https://example.org/zoe"))
    );
    let kept = Profile { shown_to: ShownTo::Nobody, ..said };
    assert_eq!(say(&server, &first, &json!(kept)).await.as_ref(), Ok(&kept));
    server.stop().await;
}
