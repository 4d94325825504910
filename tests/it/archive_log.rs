//! What rooms tell at most, out of one house and into another.

use houselights_shared::{RunOfShow, UpdateBody};
use houselights_tests::{
    api::{Api, text},
    client::TestClient,
    server::TestServer,
};
use serde_json::{Value, json};

use crate::archive::{archive_of, enter};

/// How often the plan is changed: together more than an archive writes, or takes in, at once.
const CHANGES: usize = 6;

/// As many cues as a plan can have, with notes of so many lines. A quotation mark and a line break take more room in a log than anything else.
fn cues(session: &Value, lines: usize, called: &str) -> Value {
    let cue = |number| {
        let title = format!("{called} {number}");
        json!({ "session": session, "title": title, "minutes": 1, "notes": "\"\n".repeat(lines) + "end" })
    };
    (0..500).map(cue).collect()
}

async fn plan(api: &Api, event: &str, cues: Value) -> Result<(), String> {
    let seen = api.ask("query($id: ID!) { event(id: $id) { version } }", json!({ "id": event })).await;
    let update = "mutation($event: ID!, $version: Int!, $change: ShowPlanChange!) { \
                  updateShowPlan(event: $event, version: $version, change: $change) { version } }";
    let variables = json!({ "event": event, "version": seen["event"]["version"], "change": { "cues": cues } });
    api.try_ask(update, variables).await.map(drop).map_err(|error| error.code)
}

fn told(client: &TestClient) -> Option<RunOfShow> {
    let later = client.updates.iter().rev().find_map(|update| {
        if let UpdateBody::RunOfShowSet { run_of_show } = &update.body { Some(run_of_show.clone()) } else { None }
    });
    later.or_else(|| Some(client.snapshot.as_ref()?.crew.as_ref()?.run_of_show.clone()))
}

#[tokio::test]
async fn the_largest_plan_that_a_show_can_have_goes_out_of_a_log_and_into_another() {
    let (here, there) = (TestServer::start().await, TestServer::start().await);
    let ada = here.person("ada@example.com").await;
    let event = ada.event(&ada.organisation("The Globe").await, "panel").await;
    let seen = ada.ask("query($id: ID!) { event(id: $id) { sessions { id } } }", json!({ "id": event })).await;
    let session = &seen["event"]["sessions"][0]["id"];
    let mut room = enter(&here, &ada, &event).await;
    // With a few lines more it is none.
    assert_eq!(plan(&ada, &event, cues(session, 490, "No")).await, Err("TEMPLATE_INVALID".to_owned()));
    for change in 0..CHANGES {
        let first = format!("{change} 0");
        plan(&ada, &event, cues(session, 430, &change.to_string())).await.expect("as large as it can be");
        let is_told = |room: &TestClient| told(room).is_some_and(|run| run.cues.iter().any(|cue| cue.title == first));
        room.until("the plan", is_told).await;
    }
    let archive = archive_of(&ada, &event).await;
    let is_of_log = |line: &&str| line.contains("\"table\":\"updates\"") && line.len() > 1_000_000;
    assert_eq!(archive.lines().filter(is_of_log).count(), CHANGES);
    let bob = there.person("bob@example.com").await;
    let organisation = bob.organisation("The Rose").await;
    let to = format!("/api/organisations/{organisation}/archives");
    let (status, taken) = bob.file("POST", &to, archive.clone()).await;
    assert_eq!(status, 201, "{taken}");
    assert_eq!(archive_of(&bob, &event).await, archive);
    assert_eq!(told(&enter(&there, &bob, &event).await), told(&room));
    // A line that is longer than any is refused all the same.
    let line = archive.lines().find(is_of_log).expect("there is one");
    let long = line.replacen("end", &"x".repeat(7 * 1024 * 1024), 1);
    let carol = there.person("carol@example.com").await;
    let to = format!("/api/organisations/{}/archives", carol.organisation("The Swan").await);
    let (status, refused) = carol.file("POST", &to, archive.replacen(line, &long, 1)).await;
    let refused: Value = serde_json::from_str(&refused).expect("JSON");
    assert_eq!((status, text(&refused["faults"][0]["problem"])), (422, "the line is too long".to_owned()), "{refused}");
    here.stop().await;
    there.stop().await;
}
