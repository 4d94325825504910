//! Reminders, by the wall clock: an event is moved to where one is due.

use houselights_tests::{api::Api, server::TestServer, smtp::Smtp};
use rusqlite::Connection;
use serde_json::json;

use crate::life::{database, register, server_with};

/// As the database says it, seconds from now.
fn from_now(database: &Connection, seconds: i64) -> String {
    let sql = "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?1)";
    database.query_row(sql, [format!("{seconds:+} seconds")], |row| row.get(0)).expect("a moment")
}

async fn moved(server: &TestServer, ada: &Api, id: &str, seconds: i64) {
    let version =
        ada.ask("query($id: ID!) { event(id: $id) { version } }", json!({ "id": id })).await["event"]["version"].clone();
    let starts_at = from_now(&database(server.database()), seconds);
    let document = "mutation($id: ID!, $version: Int!, $at: DateTime!) { rescheduleEvent(id: $id, version: $version, startsAt: $at) { id } }";
    ada.ask(document, json!({ "id": id, "version": version, "at": starts_at })).await;
}

/// How many mails of this subject somebody has.
fn counted(smtp: &Smtp, to: &str, subject: &str) -> usize {
    smtp.mails().iter().filter(|mail| mail.is_for(to) && mail.subject().starts_with(subject)).count()
}

#[tokio::test]
async fn whoever_has_a_place_is_reminded_once_for_a_beginning_also_over_a_restart() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let id = ada.event(&ada.organisation("The Globe").await, "panel").await;
    ada.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": id })).await;
    {
        let database = database(server.database());
        register(&database, &id, "bea", "confirmed");
        register(&database, &id, "eve", "waiting");
        register(&database, &id, "late", "confirmed");
        let now = "UPDATE registrations SET confirmed_at = unixepoch() * 1000000 WHERE name = 'late'";
        database.execute(now, []).expect("just now");
    }
    // The moment of the hour was ten seconds ago; that of the day is long over.
    moved(&server, &ada, &id, 3_590).await;
    smtp.until_for("bea@example.com", 2).await;
    let hour = "In an hour: ";
    assert_eq!((counted(&smtp, "bea@example.com", hour), counted(&smtp, "bea@example.com", "Changed: ")), (1, 1));

    let server = server.restart().await;
    let ada = server.person("ada@example.com").await;
    // Another beginning, whose reminder is due again; then one whose reminder is over for too long.
    moved(&server, &ada, &id, 3_580).await;
    smtp.until_for("bea@example.com", 4).await;
    assert_eq!((counted(&smtp, "bea@example.com", hour), counted(&smtp, "bea@example.com", "Changed: ")), (2, 2));
    // And a letter that waited for too long.
    let letter = "INSERT INTO outbox (id, event_id, recipient, message, state, due_at, created_at) SELECT 'old', id, 'bea@example.com', \
                  json_object('kind', 'reminder', 'when', 'day', 'name', 'Bea', 'event', title, 'starts_at', starts_at, \
                  'time_zone', 'UTC', 'ticket', 'T'), 'queued', 0, 0 FROM events WHERE id = ?1";
    database(server.database()).execute(letter, [&id]).expect("a letter");
    moved(&server, &ada, &id, 30 * 60).await;
    let heard = smtp.until_for("late@example.com", 3).await;
    assert!(heard.iter().all(|mail| mail.subject().starts_with("Changed: ")), "they came after the moment");
    smtp.until_for("bea@example.com", 5).await;
    server.stop().await;
    assert_eq!((counted(&smtp, "bea@example.com", hour), counted(&smtp, "bea@example.com", "Tomorrow: ")), (2, 0));
    assert!(!smtp.mails().iter().any(|mail| mail.is_for("eve@example.com")), "who waits has nothing to be reminded of");
}
