//! Mail that goes later than it was written: it says how things stand when it goes, in the order in which they came to be, and as soon as it can.

use std::{path::Path, sync::Arc};

use houselights_shared::SignInAsked;
use houselights_tests::{
    client::{answer, http},
    server::TestServer,
    smtp::{Behaviour, Mail, Smtp},
    tickets::Sale,
    within,
};
use rusqlite::params;
use serde_json::json;

use crate::life::{database, register, server_with};

/// Waits until a question about the database, whose answer is a number, has this one.
async fn until(path: &Path, question: &str, number: i64) {
    within(question, async {
        while database(path).query_row(question, [], |row| row.get::<_, i64>(0)).expect("an answer") != number {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

/// The first day that its calendar says, as `20270401`.
fn day(mail: &Mail) -> String {
    let ics = mail.ics().expect("a calendar");
    let start = ics.lines().find_map(|line| line.trim().strip_prefix("DTSTART:").map(str::to_owned)).expect("a beginning");
    start[..8].to_owned()
}

#[tokio::test]
async fn mail_that_waited_tells_the_event_as_it_is_and_agrees_with_its_calendar() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "amount": 0, "quantity": 1, "waitingList": true })).await;
    smtp.close().await;
    for email in ["ann@example.com", "walt@example.com"] {
        sale.register(&server.stranger(), &ticket, email).await.expect("registered");
    }
    let path = server.database().to_owned();
    let tried = "SELECT count(*) FROM outbox WHERE error IS NOT NULL";
    until(&path, tried, 2).await;
    let version = async || {
        let version = "query($id: ID!) { event(id: $id) { version } }";
        sale.organizer.ask(version, json!({ "id": sale.event })).await["event"]["version"].clone()
    };
    for (number, day) in [(1, "2031-04-01"), (2, "2031-05-01"), (3, "2031-06-01")] {
        let move_to = "mutation($id: ID!, $version: Int!, $at: DateTime!) { rescheduleEvent(id: $id, version: $version, startsAt: $at) { id } }";
        let at = format!("{day}T18:00:00Z");
        sale.organizer.ask(move_to, json!({ "id": sale.event, "version": version().await, "at": at })).await;
        let told = format!(
            "SELECT count(*) FROM outbox WHERE id LIKE 'changed:%' AND recipient = 'ann@example.com' AND {number} = {number}"
        );
        until(&path, &told, number).await;
    }
    let rename = "mutation($id: ID!, $version: Int!) { updateEvent(id: $id, version: $version, change: { title: \"Second Night\" }) { id } }";
    sale.organizer.ask(rename, json!({ "id": sale.event, "version": version().await })).await;
    until(&path, "SELECT count(*) FROM outbox WHERE id LIKE 'changed:%' AND recipient = 'ann@example.com'", 4).await;
    smtp.open().await;
    let server = server
        .restart_after(|database| {
            database.execute("UPDATE outbox SET due_at = 0", []).expect("written");
        })
        .await;
    let mails = smtp.until_for("ann@example.com", 5).await;
    for mail in &mails {
        let (subject, text) = (mail.subject(), mail.text().expect("a text"));
        assert!(subject.ends_with("Second Night") && text.contains("When: Sunday, 1 June 2031"), "{subject}: {text}");
        assert_eq!(day(mail), "20310601", "{subject}");
    }
    let subjects: Vec<_> = mails.iter().map(|mail| mail.subject()).collect();
    assert!(!subjects[0].starts_with("Changed") && subjects[1].starts_with("Changed"), "the ticket comes first: {subjects:?}");
    let was: Vec<_> = mails[1..].iter().map(|mail| mail.text().expect("a text")).collect();
    for (text, was) in was.iter().zip(["was to begin on", "1 April 2031", "1 May 2031", "It was called"]) {
        assert!(text.contains(was), "in order, {was}: {text}");
    }
    assert!(smtp.mails().iter().all(|mail| mail.subject().ends_with("Second Night")));
    server.stop().await;
}

#[tokio::test]
async fn what_is_not_so_any_more_is_not_sent() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "amount": 0, "quantity": 1, "waitingList": true })).await;
    for email in ["ann@example.com", "walt@example.com"] {
        sale.register(&server.stranger(), &ticket, email).await.expect("registered");
    }
    smtp.until_for("walt@example.com", 1).await;
    let event = sale.event.clone();
    let server = server
        .restart_after(move |database| {
            // Walt has a place by now. The event was moved and moved back, and an hour before its beginning it was begun and ended.
            let place = "UPDATE registrations SET state = 'confirmed' WHERE email = 'walt@example.com'";
            assert_eq!(database.execute(place, []).expect("written"), 1);
            database.execute("UPDATE outbox SET state = 'queued', due_at = 0 WHERE id LIKE 'waiting:%'", []).expect("written");
            let moment = "UPDATE events SET starts_at = (unixepoch() + 3590) * 1000000, ends_at = (unixepoch() + 9000) * 1000000, \
                          phase = 'ended' WHERE id = ?1";
            database.execute(moment, [&event]).expect("written");
            for (id, more) in [
                ("reminder", "'kind', 'reminder', 'when', 'hour'"),
                ("changed", "'kind', 'changed', 'what', json('[{\"kind\":\"title\",\"was\":\"Third Night\"}]')"),
            ] {
                let letter = format!(
                    "INSERT INTO outbox (id, event_id, registration_id, participant_id, recipient, message, state, due_at, created_at) \
                     SELECT ?1, e.id, r.id, r.participant_id, r.email, json_object({more}, 'name', 'Ann', 'event', e.title, \
                     'starts_at', e.starts_at, 'time_zone', e.time_zone, 'ticket', 'T'), 'queued', 0, 0 \
                     FROM events e JOIN registrations r ON r.event_id = e.id WHERE e.id = ?2 AND r.email = 'ann@example.com'"
                );
                assert_eq!(database.execute(&letter, params![id, event]).expect("a letter"), 1);
            }
        })
        .await;
    until(server.database(), "SELECT count(*) FROM outbox WHERE state = 'queued'", 0).await;
    let dropped = "SELECT count(*) FROM outbox WHERE state = 'dropped'";
    until(server.database(), dropped, 3).await;
    assert_eq!(smtp.mails().len(), 2, "a ticket, and that one waits");
    server.stop().await;
}

#[tokio::test]
async fn what_was_under_way_when_the_server_was_killed_goes_at_once_and_what_waits_waits_on() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let server = server
        .restart_after(|database| {
            let letter = "INSERT INTO outbox (id, recipient, message, state, attempts, due_at, created_at, taken_at) VALUES (?1, ?1 || '@example.com', \
                          '{\"kind\":\"member_added\",\"name\":\"M\",\"organisation\":\"O\",\"role\":\"owner\",\"by\":\"B\"}', 'queued', 1, \
                          (unixepoch() + 240) * 1000000, unixepoch() * 1000000, CASE WHEN ?2 THEN unixepoch() * 1000000 END)";
            database.execute(letter, params!["taken", true]).expect("a letter");
            database.execute(letter, params!["later", false]).expect("a letter");
        })
        .await;
    smtp.until_for("taken@example.com", 1).await;
    server.stop().await;
    assert_eq!(smtp.mails().len(), 1);
}

#[tokio::test]
async fn what_a_stopping_server_had_taken_goes_with_the_next_start() {
    const PEOPLE: usize = 40;
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let id = ada.event(&ada.organisation("The Globe").await, "panel").await;
    ada.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": id })).await;
    {
        let database = database(server.database());
        for number in 0..PEOPLE {
            register(&database, &id, &format!("p{number}"), "confirmed");
        }
    }
    smtp.behave(Behaviour::StallsAfterData);
    ada.ask("mutation($id: ID!) { cancelEvent(id: $id) { id } }", json!({ "id": id })).await;
    smtp.until_attempts(4).await;
    let server = server
        .restart_after(|database| {
            let held = "SELECT count(*) FROM outbox WHERE state = 'queued' AND due_at <= unixepoch() * 1000000";
            let held: i64 = database.query_row(held, [], |row| row.get(0)).expect("a count");
            assert!(held >= 30, "those that had no line are anybody's: {held}");
            smtp.behave(Behaviour::Works);
        })
        .await;
    let all: Vec<Arc<Mail>> = smtp.until(PEOPLE).await;
    assert_eq!(all.len(), PEOPLE);
    server.stop().await;
}

#[tokio::test]
async fn a_link_to_sign_in_that_was_not_taken_is_tried_again_within_seconds() {
    let smtp = Smtp::start().await;
    let server: TestServer = server_with(&smtp).await;
    smtp.behave(Behaviour::Greylists(1));
    let body = json!({ "email": "ada@example.com", "device": "Laptop" });
    let sent = http().post(format!("http://{}/api/sign-ins", server.http())).json(&body).send();
    let asked: SignInAsked = answer(within("an answer", sent).await.expect("answered")).await.expect("asked");
    assert!(!asked.device.as_str().is_empty());
    smtp.until_for("ada@example.com", 1).await;
    server.stop().await;
}

#[tokio::test]
async fn another_time_zone_alone_is_told() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({})).await;
    sale.register(&server.stranger(), &ticket, "ann@example.com").await.expect("registered");
    smtp.until_for("ann@example.com", 1).await;
    let event = "query($id: ID!) { event(id: $id) { version startsAt } }";
    let event = sale.organizer.ask(event, json!({ "id": sale.event })).await["event"].clone();
    let there = "mutation($id: ID!, $version: Int!, $at: DateTime!) \
                 { rescheduleEvent(id: $id, version: $version, startsAt: $at, timeZone: \"America/New_York\") { id } }";
    let at = json!({ "id": sale.event, "version": event["version"], "at": event["startsAt"] });
    sale.organizer.ask(there, at).await;
    let mails = smtp.until_for("ann@example.com", 2).await;
    let text = mails[1].text().expect("a text");
    assert!(text.contains("in another time zone now, America/New_York instead of"), "{text}");
    assert!(!text.contains("was to begin"), "{text}");
    server.stop().await;
}
