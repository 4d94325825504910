//! What an event plans for its show: brought by its template, changed by its organizer, and kept with it.

use std::collections::BTreeMap;

use houselights_tests::{
    api::{Api, text},
    server::TestServer,
};
use rusqlite::Connection;
use serde_json::{Value, json};

const PLAN: &str = "query($id: ID!) { event(id: $id) { version rooms { id kind } sessions { id title } showPlan { \
                    scenes { id room name layout } cues { session room title minutes scene notes } \
                    polls { id session question options multiple } mails { kind subject body } \
                    lengths { session shortest longest } } } }";
const UPDATE: &str = "mutation($event: ID!, $version: Int!, $change: ShowPlanChange!) { \
                      updateShowPlan(event: $event, version: $version, change: $change) { version } }";

struct Planned {
    server: TestServer,
    ada: Api,
    organisation: String,
    event: String,
}

impl Planned {
    async fn of(template: &str) -> Self {
        let server = TestServer::start().await;
        let ada = server.person("ada@example.com").await;
        let organisation = ada.organisation("The Globe").await;
        let event = ada.event(&organisation, template).await;
        Self { server, ada, organisation, event }
    }

    async fn see(&self) -> Value {
        self.ada.ask(PLAN, json!({ "id": self.event })).await["event"].take()
    }

    /// On the newest version.
    fn update(&self, seen: &Value, change: &Value) -> Value {
        json!({ "event": self.event, "version": seen["version"], "change": change })
    }
}

fn titles(plan: &Value) -> Vec<&str> {
    plan["cues"].as_array().unwrap().iter().map(|cue| cue["title"].as_str().unwrap()).collect()
}

/// Rows less the ids that they were given.
fn without_ids(list: &Value) -> Value {
    let mut list = list.clone();
    list.as_array_mut().unwrap().iter_mut().for_each(|row| drop(row.as_object_mut().unwrap().remove("id")));
    list
}

fn ids(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|row| text(&row["id"])).collect()
}

#[tokio::test]
async fn a_template_brings_scenes_cues_polls_mails_and_lengths_which_can_be_changed() {
    let planned = Planned::of("ama").await;
    let seen = planned.see().await;
    let plan = &seen["showPlan"];
    assert_eq!((plan["scenes"].as_array().unwrap().len(), plan["cues"].as_array().unwrap().len()), (3, 8));
    assert_eq!((plan["polls"].as_array().unwrap().len(), plan["scenes"][0]["layout"].as_str()), (2, Some("SOLO")));
    assert_eq!(plan["cues"][0]["session"], seen["sessions"][0]["id"]);
    assert_eq!(plan["lengths"][0], json!({ "session": seen["sessions"][0]["id"], "shortest": 3, "longest": 10 }));
    assert_eq!(plan["mails"][0]["subject"], "Ask away: { $event }");

    let (stage, session) = (&seen["rooms"][0]["id"], &seen["sessions"][1]["id"]);
    let change = json!({
        "scenes": [{ "room": stage, "name": "Duel", "layout": "SIDE_BY_SIDE" }],
        "cues": [
            { "room": stage, "title": "Sound check", "minutes": 15, "notes": "Everybody once." },
            { "session": session, "title": "Duel", "minutes": 20, "scene": "Duel", "notes": "" },
        ],
        "polls": [{ "session": session, "question": "Who won?", "options": ["She", "He"], "multiple": false }],
        "mails": [{ "kind": "CONFIRMATION", "subject": "Hi { $name }", "body": "See you at { $event }." }],
        "lengths": [{ "session": session, "shortest": 40, "longest": null }],
    });
    planned.ada.ask(UPDATE, planned.update(&seen, &change)).await;
    let now = planned.see().await;
    for list in ["scenes", "polls", "mails", "lengths"] {
        assert_eq!(without_ids(&now["showPlan"][list]), change[list], "{list}");
    }
    assert_eq!(titles(&now["showPlan"]), ["Sound check", "Duel"]);
    assert_eq!((&now["showPlan"]["cues"][0]["room"], &now["showPlan"]["cues"][0]["session"]), (stage, &Value::Null));

    // What is not spoken of stays.
    planned.ada.ask(UPDATE, planned.update(&now, &json!({ "polls": [] }))).await;
    let last = planned.see().await;
    assert_eq!(
        (titles(&last["showPlan"]), last["showPlan"]["polls"].as_array().unwrap().len()),
        (vec!["Sound check", "Duel"], 0)
    );
    assert_eq!(planned.ada.refused(UPDATE, planned.update(&now, &json!({ "polls": [] }))).await, "CONFLICT");

    let save = "mutation($event: ID!) { saveAsTemplate(event: $event, title: \"Duels\") { id source } }";
    let saved = planned.ada.ask(save, json!({ "event": planned.event })).await["saveAsTemplate"].take();
    let source = text(&saved["source"]);
    assert!(source.contains("Sound check") && source.contains("See you at { $event }."), "{source}");
    let copy = planned.ada.event(&planned.organisation, &text(&saved["id"])).await;
    let copied = planned.ada.ask(PLAN, json!({ "id": copy })).await["event"].take();
    assert_eq!(titles(&copied["showPlan"]), ["Sound check", "Duel"]);
    planned.server.stop().await;
}

/// It would be an empty one, and the next change would put that in its place.
#[tokio::test]
async fn a_plan_that_cannot_be_read_is_said_so_and_never_written_over() {
    let planned = Planned::of("ama").await;
    let seen = planned.see().await;
    let database = Connection::open(planned.server.database()).unwrap();
    database.execute("UPDATE events SET show_plan = '{\"source\":' WHERE id = ?1", [&planned.event]).unwrap();
    assert_eq!(planned.ada.refused(PLAN, json!({ "id": planned.event })).await, "STORAGE_UNAVAILABLE");
    assert_eq!(planned.ada.refused(UPDATE, planned.update(&seen, &json!({ "cues": [] }))).await, "STORAGE_UNAVAILABLE");
    let kept: String =
        database.query_row("SELECT show_plan FROM events WHERE id = ?1", [&planned.event], |row| row.get(0)).unwrap();
    assert_eq!(kept, "{\"source\":");
    planned.server.stop().await;
}

#[tokio::test]
async fn scenes_and_polls_stay_what_they_are_however_they_are_called_and_put() {
    let planned = Planned::of("ama").await;
    let seen = planned.see().await;
    let plan = &seen["showPlan"];
    let (scenes, polls) = (ids(&plan["scenes"]), ids(&plan["polls"]));
    assert_eq!(scenes.iter().chain(&polls).collect::<std::collections::BTreeSet<_>>().len(), 5, "no two are the same");

    // Another order, another name and one more: by their ids they are the same.
    let (mut turned, mut asked) = (plan["scenes"].clone(), plan["polls"].clone());
    turned.as_array_mut().unwrap().reverse();
    asked.as_array_mut().unwrap().reverse();
    asked[0]["question"] = json!("Asked otherwise?");
    let more = json!({ "room": seen["rooms"][0]["id"], "name": "Duel", "layout": "SIDE_BY_SIDE" });
    turned.as_array_mut().unwrap().push(more);
    planned.ada.ask(UPDATE, planned.update(&seen, &json!({ "scenes": turned, "polls": asked }))).await;
    let now = planned.see().await;
    let (turned, asked) = (ids(&now["showPlan"]["scenes"]), ids(&now["showPlan"]["polls"]));
    assert_eq!(turned.iter().take(3).rev().collect::<Vec<_>>(), scenes.iter().collect::<Vec<_>>());
    assert!(!scenes.contains(&turned[3]), "a new one has an id of its own");
    assert_eq!(asked.iter().rev().collect::<Vec<_>>(), polls.iter().collect::<Vec<_>>());

    // What is not spoken of keeps its ids, also where the session of a poll goes.
    let gone = text(&now["showPlan"]["polls"][0]["session"]);
    let delete = "mutation($id: ID!) { deleteSession(id: $id) { id } }";
    planned.ada.ask(delete, json!({ "id": gone })).await;
    let now = planned.see().await;
    planned.ada.ask(UPDATE, planned.update(&now, &json!({ "mails": [] }))).await;
    let last = planned.see().await;
    assert_eq!(ids(&last["showPlan"]["scenes"]), turned);
    let left = now["showPlan"]["polls"].as_array().unwrap().len();
    assert_eq!(ids(&last["showPlan"]["polls"]), asked[asked.len() - left..]);

    let twice = json!({ "scenes": [last["showPlan"]["scenes"][0], last["showPlan"]["scenes"][0]] });
    assert_eq!(planned.ada.refused(UPDATE, planned.update(&last, &twice)).await, "BAD_INPUT");
    planned.server.stop().await;
}

#[tokio::test]
async fn a_plan_that_does_not_hold_together_is_refused_and_changes_nothing() {
    let planned = Planned::of("ama").await;
    let seen = planned.see().await;
    let other = planned.ada.event(&planned.organisation, "panel").await;
    let others = planned.ada.ask(PLAN, json!({ "id": other })).await["event"].take();
    let session = &seen["sessions"][0]["id"];
    let cue = |change: Value| {
        let mut cue = json!({ "session": session, "title": "Cue", "minutes": 5, "notes": "" });
        cue.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!({ "cues": [cue] })
    };
    for (change, code) in [
        (cue(json!({ "scene": "Nobody's" })), "TEMPLATE_INVALID"),
        (cue(json!({ "minutes": 0 })), "TEMPLATE_INVALID"),
        (cue(json!({ "title": " " })), "TEMPLATE_INVALID"),
        (cue(json!({ "notes": "a\u{0}b" })), "BAD_INPUT"),
        (cue(json!({ "notes": "x".repeat(2_001) })), "TEMPLATE_INVALID"),
        (cue(json!({ "room": others["rooms"][0]["id"] })), "NOT_FOUND"),
        (cue(json!({ "session": null })), "BAD_INPUT"),
        (cue(json!({ "session": others["sessions"][0]["id"] })), "NOT_FOUND"),
        (json!({ "scenes": [{ "room": others["rooms"][0]["id"], "name": "A", "layout": "SOLO" }] }), "NOT_FOUND"),
        // Cues call its scenes.
        (json!({ "scenes": [] }), "TEMPLATE_INVALID"),
        (
            json!({ "polls": [{ "session": session, "question": "?", "options": ["one"], "multiple": false }] }),
            "TEMPLATE_INVALID",
        ),
        (json!({ "mails": [{ "kind": "CHANGED", "subject": "{ $password }", "body": "x" }] }), "TEMPLATE_INVALID"),
        (json!({ "lengths": [{ "session": session, "shortest": 50, "longest": 60 }] }), "TEMPLATE_INVALID"),
        (json!({ "cues": vec![cue(json!({}))["cues"][0].clone(); 501] }), "TEMPLATE_INVALID"),
        (json!({ "cues": vec![cue(json!({ "id": session }))["cues"][0].clone(); 2] }), "BAD_INPUT"),
    ] {
        assert_eq!(planned.ada.refused(UPDATE, planned.update(&seen, &change)).await, code, "{change:.200}");
    }
    assert_eq!(planned.see().await, seen);
    planned.server.stop().await;
}

#[tokio::test]
async fn a_cue_keeps_its_id_wherever_it_is_moved_also_one_from_before_there_were_ids() {
    let Planned { server, ada, organisation, event } = Planned::of("ama").await;
    let without_ids = "UPDATE events SET show_plan = json_remove(show_plan, '$.cues')";
    let server = server.restart_after(|disk| assert_eq!(disk.execute(without_ids, []).expect("changed"), 1)).await;
    let ada = Api::new(server.http(), ada.token().map(str::to_owned));
    let planned = Planned { server, ada, organisation, event };
    let document =
        "query($id: ID!) { event(id: $id) { version showPlan { cues { id session room title minutes scene notes } } } }";
    let see = async || planned.ada.ask(document, json!({ "id": planned.event })).await["event"].take();
    let ids = |seen: &Value| {
        let cues = seen["showPlan"]["cues"].as_array().unwrap();
        cues.iter().map(|cue| (text(&cue["id"]), text(&cue["title"]))).collect::<BTreeMap<_, _>>()
    };
    let seen = see().await;
    let mut cues = seen["showPlan"]["cues"].clone();
    assert_eq!(ids(&seen).len(), cues.as_array().unwrap().len(), "each has its own");
    cues.as_array_mut().unwrap().swap(0, 1);
    planned.ada.ask(UPDATE, planned.update(&seen, &json!({ "cues": cues }))).await;
    let moved = see().await;
    assert_eq!((ids(&moved), &moved["showPlan"]["cues"]), (ids(&seen), &cues));
    // Also where something else is changed, and a session with its cues is gone meanwhile.
    let gone = &planned.see().await["sessions"][0]["id"];
    planned.ada.ask("mutation($id: ID!) { deleteSession(id: $id) { id } }", json!({ "id": gone })).await;
    let left = see().await;
    planned.ada.ask(UPDATE, planned.update(&left, &json!({ "polls": [] }))).await;
    assert_eq!(ids(&see().await), ids(&left));
    assert!(ids(&left).iter().all(|(id, title)| ids(&seen).get(id) == Some(title)) && ids(&left).len() < ids(&seen).len());
    planned.server.stop().await;
}

#[tokio::test]
async fn the_cues_of_a_session_in_the_trash_come_back_with_it() {
    let planned = Planned::of("ama").await;
    let seen = planned.see().await;
    let gone = &seen["sessions"][0]["id"];
    planned.ada.ask("mutation($id: ID!) { deleteSession(id: $id) { id } }", json!({ "id": gone })).await;
    assert_eq!(planned.see().await["showPlan"]["cues"].as_array().unwrap().len(), 6);
    let restore = "mutation($event: ID!, $id: ID!) { restore(event: $event, kind: SESSION, id: $id) { id } }";
    planned.ada.ask(restore, json!({ "event": planned.event, "id": gone })).await;
    assert_eq!(planned.see().await["showPlan"], seen["showPlan"]);
    planned.server.stop().await;
}
