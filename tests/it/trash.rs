//! What is deleted can be had back: every table of the database that has a column for it has a way in the API, which is tried here. A new table
//! fails this until it has one, too.

use std::{collections::BTreeSet, time::Duration};

use houselights_tests::{
    api::{Api, text},
    server::TestServer,
};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::life::database;

/// How a row of a table is made, deleted, listed and put back. Documents take what they need of `$o`, an organisation, `$e`, an event of it, and `$id`,
/// the row.
struct Way {
    table: &'static str,
    make: &'static str,
    delete: &'static str,
    listed: &'static str,
    restore: &'static str,
}

/// Parts of events have one way.
macro_rules! part {
    ($table:literal, $kind:literal, $make:literal, $arguments:literal, $delete:literal) => {
        Way {
            table: $table,
            make: concat!("mutation($e: ID!) { ", $make, "(event: $e, ", $arguments, ") { id } }"),
            delete: concat!("mutation($id: ID!) { ", $delete, "(id: $id) { id } }"),
            listed: "query($e: ID!) { event(id: $e) { trash { id } } }",
            restore: concat!("mutation($e: ID!, $id: ID!) { restore(event: $e, kind: ", $kind, ", id: $id) { id } }"),
        }
    };
}

const OWN: &str = "query($o: ID!) { organisation(id: $o) { trash { id } } }";

const WAYS: [Way; 10] = [
    Way {
        table: "events",
        make: "mutation($o: ID!) { createEvent(organisation: $o, template: \"ama\", title: \"Gone\", startsAt: \"2030-06-01T12:00:00Z\", \
               timeZone: \"UTC\") { id } }",
        delete: "mutation($id: ID!) { deleteEvent(id: $id) { id } }",
        listed: "query($o: ID!) { organisation(id: $o) { events(deleted: true) { nodes { id } } } }",
        restore: "mutation($id: ID!) { restore(event: $id, kind: EVENT, id: $id) { id } }",
    },
    part!("rooms", "ROOM", "createRoom", "title: \"Gone\", kind: BREAKOUT", "deleteRoom"),
    part!("agenda_tracks", "TRACK", "createTrack", "title: \"Gone\", colour: \"#112233\"", "deleteTrack"),
    part!(
        "sessions",
        "SESSION",
        "createSession",
        "session: { title: \"Gone\", startsAt: \"2030-06-01T12:00:00Z\", endsAt: \"2030-06-01T12:30:00Z\" }",
        "deleteSession"
    ),
    part!("speakers", "SPEAKER", "createSpeaker", "speaker: { name: \"Gone\" }", "deleteSpeaker"),
    part!(
        "ticket_types",
        "TICKET_TYPE",
        "createTicketType",
        "ticket: { title: \"Gone\", amount: 0, currency: \"EUR\" }",
        "deleteTicketType"
    ),
    part!("ticket_codes", "CODE", "createCode", "code: { code: \"GONE\", percentOff: 10 }", "deleteCode"),
    part!("questions", "QUESTION", "createQuestion", "question: { label: \"Gone\", kind: TEXT }", "deleteQuestion"),
    Way {
        table: "templates",
        make: "mutation($e: ID!) { saveAsTemplate(event: $e, title: \"Gone\") { id } }",
        delete: "mutation($id: ID!) { deleteTemplate(id: $id) }",
        listed: OWN,
        restore: "mutation($id: ID!) { restoreTemplate(id: $id) { id } }",
    },
    Way {
        table: "webhooks",
        make: "mutation($o: ID!) { createWebhook(organisation: $o, url: \"https://a.invalid/\", kinds: [EVENT_PUBLISHED]) { webhook { id } } }",
        delete: "mutation($id: ID!) { deleteWebhook(id: $id) { id } }",
        listed: OWN,
        restore: "mutation($id: ID!) { restoreWebhook(id: $id) { id } }",
    },
];

fn tables(database: &Connection) -> BTreeSet<String> {
    let sql =
        "SELECT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name = 'deleted_at'";
    let mut found = database.prepare(sql).expect("the schema");
    found.query_map([], |row| row.get(0)).expect("tables").map(|name| name.expect("a name")).collect()
}

fn lies_in_the_trash(database: &Connection, table: &str, id: &str) -> bool {
    let sql = format!("SELECT deleted_at IS NOT NULL FROM {table} WHERE id = ?1");
    database.query_row(&sql, [id], |row| row.get(0)).expect("it is still there")
}

/// The first id in an answer.
fn id_in(answer: &Value) -> String {
    let made = answer.as_object().and_then(|fields| fields.values().next()).expect("an answer");
    text(if made["id"].is_string() { &made["id"] } else { &made["webhook"]["id"] })
}

#[tokio::test]
async fn whatever_can_be_deleted_can_be_had_back_for_thirty_days() {
    let server = TestServer::start().await;
    let (ada, eve) = (server.person("ada@example.com").await, server.person("eve@example.com").await);
    eve.organisation("The Rose").await;
    let organisation = ada.organisation("The Globe").await;
    let event = ada.event(&organisation, "panel").await;
    let database = database(server.database());
    let known: BTreeSet<String> = WAYS.iter().map(|way| way.table.to_owned()).collect();
    assert_eq!(tables(&database), known, "each table from which something is deleted has a way back in this test");
    for way in WAYS {
        let with = |id: &str| json!({ "o": organisation, "e": event, "id": id });
        let id = id_in(&ada.ask(way.make, with("")).await);
        let is_listed = async |api: &Api| api.ask(way.listed, with(&id)).await.to_string().contains(&id);
        assert_eq!(ada.refused(way.restore, with(&id)).await, "NOT_FOUND", "{}: it is there", way.table);
        ada.ask(way.delete, with(&id)).await;
        assert!(lies_in_the_trash(&database, way.table, &id) && is_listed(&ada).await, "{}", way.table);
        assert_eq!(eve.refused(way.restore, with(&id)).await, "NOT_FOUND", "{}: it is somebody else's", way.table);
        ada.ask(way.restore, with(&id)).await;
        assert!(!lies_in_the_trash(&database, way.table, &id) && !is_listed(&ada).await, "{}: it is back", way.table);
        ada.ask(way.delete, with(&id)).await;
        let old = format!("UPDATE {} SET deleted_at = deleted_at - ?1 WHERE id = ?2", way.table);
        let days = |days: u64| i64::try_from(Duration::from_hours(days * 24).as_micros()).expect("a time");
        database.execute(&old, rusqlite::params![days(29), id]).expect("older");
        ada.ask(way.restore, with(&id)).await;
        ada.ask(way.delete, with(&id)).await;
        database.execute(&old, rusqlite::params![days(31), id]).expect("too old");
        assert_eq!(ada.refused(way.restore, with(&id)).await, "NOT_FOUND", "{}: it was there for too long", way.table);
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_restored_is_of_use_again() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let event = ada.event(&organisation, "panel").await;
    let save = "mutation($e: ID!) { saveAsTemplate(event: $e, title: \"Ours\") { id } }";
    let template = id_in(&ada.ask(save, json!({ "e": event })).await);
    let on = json!({ "id": template });
    ada.ask("mutation($id: ID!) { deleteTemplate(id: $id) }", on.clone()).await;
    ada.ask("mutation($id: ID!) { restoreTemplate(id: $id) { id } }", on).await;
    ada.event(&organisation, &template).await;
    // Templates and webhooks are for those who may make them; a producer sees neither.
    let add =
        "mutation($o: ID!) { addMember(organisation: $o, email: \"mo@example.com\", name: \"Mo\", role: PRODUCER) { id } }";
    ada.ask(add, json!({ "o": organisation })).await;
    ada.ask("mutation($id: ID!) { deleteTemplate(id: $id) }", json!({ "id": template })).await;
    let mo = server.person("mo@example.com").await;
    assert_eq!(mo.ask(OWN, json!({ "o": organisation })).await["organisation"]["trash"], json!([]));
    let restore = "mutation($id: ID!) { restoreTemplate(id: $id) { id } }";
    assert_eq!(mo.refused(restore, json!({ "id": template })).await, "FORBIDDEN");
    server.stop().await;
}

#[tokio::test]
async fn what_an_event_has_no_room_for_any_more_stays_in_the_trash() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let event = ada.event(&ada.organisation("The Globe").await, "ama").await;
    let ticket = async |amount: i64, currency: &str| {
        let make = "mutation($e: ID!, $a: Int!, $c: String!) { createTicketType(event: $e, ticket: { title: \"T\", amount: $a, currency: $c }) { id } }";
        id_in(&ada.ask(make, json!({ "e": event, "a": amount, "c": currency })).await)
    };
    let euros = ticket(500, "EUR").await;
    ada.ask("mutation($id: ID!) { deleteTicketType(id: $id) { id } }", json!({ "id": euros })).await;
    ticket(500, "USD").await;
    let restore = "mutation($e: ID!, $id: ID!) { restore(event: $e, kind: TICKET_TYPE, id: $id) { id } }";
    let refused = ada.try_ask(restore, json!({ "e": event, "id": euros })).await.expect_err("two currencies");
    assert_eq!((refused.code.as_str(), refused.message.contains("currency")), ("BAD_INPUT", true), "{refused:?}");
    let free = ticket(0, "EUR").await;
    ada.ask("mutation($id: ID!) { deleteTicketType(id: $id) { id } }", json!({ "id": free })).await;
    let more = "INSERT INTO ticket_types (id, event_id, title, description, amount, currency, position, created_at) \
                WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100) \
                SELECT ?1 || n, ?1, 'T', '', 0, 'EUR', 9, 0 FROM n";
    database(server.database()).execute(more, [&event]).expect("as many as it can have");
    assert_eq!(ada.refused(restore, json!({ "e": event, "id": free })).await, "BAD_INPUT");
    server.stop().await;
}
