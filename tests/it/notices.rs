//! Who is told of a change, and how: speakers with their calendars, everybody of an event, one letter for many changes.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use houselights_tests::{
    api::text,
    client::http,
    server::TestServer,
    smtp::{Mail, Smtp},
    tickets::Sale,
    within,
};
use rusqlite::params;
use serde_json::json;

use crate::{
    agenda::Desk,
    life::{database, register, server_with},
};

const RESTORE: &str =
    "mutation($event: ID!, $kind: TrashKind!, $id: ID!) { restore(event: $event, kind: $kind, id: $id) { id } }";
const DELETE: &str = "mutation($id: ID!) { deleteEvent(id: $id) { id } }";

async fn desk(smtp: &Smtp) -> Desk {
    Desk::with(server_with(smtp).await, "fireside-chat").await
}

/// An entry of a calendar: what is asked, and its number.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    method: String,
    sequence: u32,
    starts: String,
}

/// What a mail does to a calendar, by the uid of each entry.
fn entries(mail: &Mail) -> BTreeMap<String, Entry> {
    let files = ["event.ics", "event-2.ics", "event-3.ics", "event-4.ics"].into_iter().filter_map(|name| mail.file(name));
    files
        .map(|ics| {
            let of = |name: &str| {
                let found = ics.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
                found.unwrap_or_else(|| panic!("no {name} in {ics}")).trim().to_owned()
            };
            assert!(ics.contains("ATTENDEE") && ics.contains("ORGANIZER"), "{ics}");
            let entry =
                Entry { method: of("METHOD"), sequence: of("SEQUENCE").parse().expect("a number"), starts: of("DTSTART") };
            assert_eq!(entry.method == "CANCEL", ics.contains("STATUS:CANCELLED"), "{ics}");
            (of("UID"), entry)
        })
        .collect()
}

fn entry(method: &str, sequence: u32, starts: &str) -> Entry {
    Entry { method: method.to_owned(), sequence, starts: starts.to_owned() }
}

/// The one mail that came for somebody after those that they had.
async fn next(smtp: &Smtp, to: &str, before: usize) -> Arc<Mail> {
    let mails = smtp.until_for(to, before + 1).await;
    assert_eq!(mails.len(), before + 1, "{:?}", mails.iter().map(|mail| mail.subject()).collect::<Vec<_>>());
    Arc::clone(&mails[before])
}

fn said(mail: &Mail, words: &str) {
    let text = mail.text().expect("a text");
    assert!(text.contains(words), "{words}: {text}");
}

#[tokio::test]
async fn a_speaker_hears_of_whatever_becomes_of_their_session_and_their_calendar_follows() {
    let smtp = Smtp::start().await;
    let desk = desk(&smtp).await;
    let grace = desk.speaker("Grace", Some("grace@example.com")).await;
    let times = ("2030-06-01T10:00:00Z", "2030-06-01T11:00:00Z");
    let id = desk.create("Compilers", times, json!({ "speakers": [grace] })).await;
    let session = format!("session-{id}@houselights");
    let to = "grace@example.com";

    // Also of a draft: whoever is invited has it in their calendar.
    desk.on("inviteSpeaker", &grace, "web").await;
    let mail = next(&smtp, to, 0).await;
    let invitation = entries(&mail);
    assert_eq!(invitation.get(&session), Some(&entry("REQUEST", 1, "20300601T100000Z")));
    assert_eq!(invitation.len(), 2, "and the event");

    desk.update(&id, 1, json!({ "startsAt": "2030-06-01T10:30:00Z" })).await.unwrap();
    let mail = next(&smtp, to, 1).await;
    said(&mail, "“Compilers” has a new time: Saturday, 1 June 2030, 12:30");
    said(&mail, "because you are named as a speaker");
    assert!(mail.link().is_some_and(|link| link.contains("/join/")), "{:?}", mail.text());
    assert_eq!(entries(&mail), [(session.clone(), entry("REQUEST", 2, "20300601T103000Z"))].into());
    assert_eq!(mail.kind("text/calendar").as_deref(), Some("text/calendar; method=REQUEST; charset=utf-8"));

    let room = text(&desk.agenda().await["rooms"][0]["id"]);
    desk.update(&id, 2, json!({ "title": "Compilers!", "room": room })).await.unwrap();
    let mail = next(&smtp, to, 2).await;
    said(&mail, "“Compilers” has a new title: “Compilers!”");
    said(&mail, "“Compilers!” is in another room");
    assert!(mail.ics().is_some_and(|ics| ics.contains("SUMMARY:Compilers!") && ics.contains("LOCATION:")), "{:?}", mail.ics());

    desk.on("deleteSession", &id, "id").await;
    let mail = next(&smtp, to, 3).await;
    said(&mail, "“Compilers!” does not take place.");
    assert_eq!(entries(&mail), [(session.clone(), entry("CANCEL", 4, "20300601T103000Z"))].into());
    desk.ada.ask(RESTORE, json!({ "event": desk.event, "kind": "SESSION", "id": id })).await;
    let mail = next(&smtp, to, 4).await;
    said(&mail, "“Compilers!” takes place after all");
    assert_eq!(entries(&mail), [(session, entry("REQUEST", 5, "20300601T103000Z"))].into());
    desk.server.stop().await;
}

#[tokio::test]
async fn a_speaker_hears_that_a_session_is_theirs_or_not_any_more() {
    let smtp = Smtp::start().await;
    let desk = desk(&smtp).await;
    let grace = desk.speaker("Grace", Some("grace@example.com")).await;
    let alan = desk.speaker("Alan", Some("alan@example.com")).await;
    let times = ("2030-06-01T10:00:00Z", "2030-06-01T11:00:00Z");
    let id = desk.create("Compilers", times, json!({ "speakers": [grace] })).await;
    let (session, to) = (format!("session-{id}@houselights"), "grace@example.com");
    desk.on("inviteSpeaker", &grace, "web").await;
    next(&smtp, to, 0).await;

    // Alan is not invited yet: nothing of it is his concern.
    desk.update(&id, 1, json!({ "speakers": [alan] })).await.unwrap();
    let mail = next(&smtp, to, 1).await;
    said(&mail, "You do not speak in “Compilers” any more.");
    assert_eq!(entries(&mail), [(session.clone(), entry("CANCEL", 2, "20300601T100000Z"))].into());
    desk.update(&id, 2, json!({ "speakers": [alan, grace] })).await.unwrap();
    let mail = next(&smtp, to, 2).await;
    said(&mail, "You are named as a speaker of “Compilers”");
    assert_eq!(entries(&mail), [(session, entry("REQUEST", 3, "20300601T100000Z"))].into());
    desk.on("deleteSpeaker", &grace, "id").await;
    let mail = next(&smtp, to, 3).await;
    assert!(mail.subject().starts_with("You are no longer a speaker of"), "{}", mail.subject());
    assert!(entries(&mail).values().all(|entry| entry.method == "CANCEL") && entries(&mail).len() == 2, "{:?}", entries(&mail));
    desk.server.stop().await;
    assert!(!smtp.mails().iter().any(|mail| mail.is_for("alan@example.com")));
}

#[tokio::test]
async fn a_speaker_hears_that_the_event_moves_or_is_off_and_so_does_their_calendar() {
    let smtp = Smtp::start().await;
    let desk = desk(&smtp).await;
    let grace = desk.speaker("Grace", Some("grace@example.com")).await;
    let times = ("2030-06-01T10:00:00Z", "2030-06-01T11:00:00Z");
    let id = desk.create("Compilers", times, json!({ "speakers": [grace] })).await;
    desk.on("inviteSpeaker", &grace, "web").await;
    desk.on("publishEvent", &desk.event, "id").await;
    let mail = next(&smtp, "grace@example.com", 0).await;
    let before = entries(&mail);
    let (session, event) = (format!("session-{id}@houselights"), format!("event-{}@houselights", desk.event));
    let starts = desk.ada.ask("query($id: ID!) { event(id: $id) { startsAt version } }", json!({ "id": desk.event })).await;
    let starts: chrono::DateTime<chrono::Utc> = text(&starts["event"]["startsAt"]).parse().unwrap();
    let reschedule = "mutation($id: ID!, $version: Int!, $at: DateTime!) { rescheduleEvent(id: $id, version: $version, startsAt: $at) { id } }";
    let later = (starts + chrono::Duration::days(1)).to_rfc3339();
    let version = desk.agenda().await["version"].clone();
    desk.ada.ask(reschedule, json!({ "id": desk.event, "version": version, "at": later })).await;
    let mail = next(&smtp, "grace@example.com", 1).await;
    said(&mail, "The event has a new time");
    let moved = entries(&mail);
    assert_eq!(moved.get(&session), Some(&entry("REQUEST", 2, "20300602T100000Z")));
    assert!(moved[&event].sequence > before[&event].sequence && moved.len() == 2, "{moved:?}");
    desk.ada.ask("mutation($id: ID!) { cancelEvent(id: $id, reason: \"Rain\") { id } }", json!({ "id": desk.event })).await;
    let mail = next(&smtp, "grace@example.com", 2).await;
    said(&mail, "Rain");
    let off = entries(&mail);
    assert_eq!(off.get(&session), Some(&entry("CANCEL", 3, "20300602T100000Z")));
    assert!(off[&event].method == "CANCEL" && off[&event].sequence > moved[&event].sequence, "{off:?}");
    desk.server.stop().await;
}

#[tokio::test]
async fn an_end_that_sessions_move_reaches_everybodys_calendar_once() {
    let smtp = Smtp::start().await;
    let desk = desk(&smtp).await;
    desk.on("publishEvent", &desk.event, "id").await;
    for (name, state) in [("bea", "confirmed"), ("eve", "waiting")] {
        register(&database(desk.server.database()), &desk.event, name, state);
    }
    let told = async |before: usize, ends: &str| {
        let mail = next(&smtp, "bea@example.com", before).await;
        said(&mail, "The event ends at another time: ");
        assert!(mail.ics().is_some_and(|ics| ics.contains(&format!("DTEND:{ends}"))), "{:?}", mail.ics());
        assert_eq!(next(&smtp, "eve@example.com", before).await.ics(), None);
    };
    let id = desk.create("Late", ("2030-06-01T20:00:00Z", "2030-06-01T21:00:00Z"), json!({})).await;
    told(0, "20300601T210000Z").await;
    desk.update(&id, 1, json!({ "endsAt": "2030-06-01T21:30:00Z" })).await.unwrap();
    told(1, "20300601T213000Z").await;
    let end = "mutation($id: ID!, $v: Int!) { updateEvent(id: $id, version: $v, change: { endsAt: \"2030-06-01T20:00:00Z\" }) { id } }";
    desk.on("deleteSession", &id, "id").await;
    let version = desk.agenda().await["version"].clone();
    desk.ada.ask(end, json!({ "id": desk.event, "v": version })).await;
    told(2, "20300601T200000Z").await;
    desk.ada.ask(RESTORE, json!({ "event": desk.event, "kind": "SESSION", "id": id })).await;
    told(3, "20300601T213000Z").await;
    let table = "title,start,end\nOne,2030-06-01 23:40,2030-06-02 00:10\nTwo,2030-06-02 00:10,2030-06-02 01:00\nThree,2030-06-01 23:40,2030-06-02 00:00\n";
    let (status, answer) = desk.ada.file("POST", &format!("/api/events/{}/agenda.csv", desk.event), table.to_owned()).await;
    assert_eq!(status, 200, "{answer}");
    told(4, "20300601T230000Z").await;
    desk.server.stop().await;
    assert_eq!(smtp.mails().len(), 10, "once each");
}

#[tokio::test]
async fn a_burst_of_changes_is_one_letter_with_all_that_is_left_of_it() {
    let smtp = Smtp::start().await;
    let url = smtp.url().parse().expect("an address");
    let server = TestServer::with(|config| {
        config.smtp_url = Some(url);
        config.changes_told_after_seconds = 3;
    });
    let desk = Desk::with(server.await, "fireside-chat").await;
    let times = ("2030-06-01T10:00:00Z", "2030-06-01T11:00:00Z");
    let (one, two) = (desk.create("One", times, json!({})).await, desk.create("Two", times, json!({})).await);
    desk.picker("Vera", &one);
    desk.picker("Walt", &two);
    desk.on("publishEvent", &desk.event, "id").await;
    let version = desk.agenda().await["version"].as_i64().unwrap();
    let rename =
        "mutation($id: ID!, $v: Int!, $t: String!) { updateEvent(id: $id, version: $v, change: { title: $t }) { id } }";
    for (number, title) in (0..).zip(["A", "B", "C"]) {
        desk.ada.ask(rename, json!({ "id": desk.event, "v": version + number, "t": title })).await;
    }
    for (number, minute) in (1..).zip([10, 20, 30]) {
        desk.update(&one, number, json!({ "startsAt": format!("2030-06-01T10:{minute}:00Z") })).await.unwrap();
    }
    desk.on("deleteSession", &two, "id").await;
    desk.ada.ask(RESTORE, json!({ "event": desk.event, "kind": "SESSION", "id": two })).await;
    let (vera, walt) = (next(&smtp, "vera@example.com", 1).await, next(&smtp, "walt@example.com", 1).await);
    for mail in [&vera, &walt] {
        assert_eq!(mail.subject(), "Changed: C");
        said(mail, "It was called “Opening night”.");
    }
    said(&vera, "“One” has a new time: Saturday, 1 June 2030, 12:30");
    assert_eq!(vera.text().unwrap().matches("“One”").count(), 1);
    assert!(!walt.text().unwrap().contains("“Two”"), "{:?}", walt.text());
    desk.server.stop().await;
    assert_eq!(smtp.mails().len(), 4, "a ticket and a letter each");
}

#[tokio::test]
async fn an_event_that_people_come_to_is_cancelled_before_it_is_deleted() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    for state in ["confirmed", "pending", "waiting"] {
        let id = ada.event(&organisation, "panel").await;
        ada.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": id })).await;
        register(&database(server.database()), &id, state, state);
        register(&database(server.database()), &id, "gone", "cancelled");
        assert_eq!(ada.refused(DELETE, json!({ "id": id })).await, "PEOPLE_REGISTERED", "{state}");
        ada.ask("mutation($id: ID!) { cancelEvent(id: $id) { id } }", json!({ "id": id })).await;
        ada.ask(DELETE, json!({ "id": id })).await;
    }
    // One that is over is nobody's loss; neither is one that nobody comes to.
    let over = ada.event(&organisation, "panel").await;
    ada.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": over })).await;
    register(&database(server.database()), &over, "bea", "confirmed");
    let past = "UPDATE events SET starts_at = 1, ends_at = 2 WHERE id = ?1";
    database(server.database()).execute(past, [&over]).expect("it is over");
    ada.ask(DELETE, json!({ "id": over })).await;
    let empty = ada.event(&organisation, "panel").await;
    ada.ask(DELETE, json!({ "id": empty })).await;
    // One that was ended before it began is still to come for who is registered.
    let early = ada.event(&organisation, "panel").await;
    for step in ["publishEvent", "startEvent", "endEvent"] {
        ada.ask(&format!("mutation($id: ID!) {{ {step}(id: $id) {{ id }} }}"), json!({ "id": early })).await;
    }
    register(&database(server.database()), &early, "bea", "confirmed");
    assert_eq!(ada.refused(DELETE, json!({ "id": early })).await, "PEOPLE_REGISTERED");
    ada.ask("mutation($id: ID!) { cancelEvent(id: $id) { id } }", json!({ "id": early })).await;
    ada.ask(DELETE, json!({ "id": early })).await;
    server.stop().await;
}

#[tokio::test]
async fn a_place_that_became_free_and_costs_nothing_comes_with_a_calendar() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "quantity": 1 })).await;
    for (email, state) in [("vera@example.com", "CONFIRMED"), ("walt@example.com", "WAITING")] {
        assert_eq!(sale.register(&server.stranger(), &ticket, email).await.map(|(state, _)| state).as_deref(), Ok(state));
    }
    assert_eq!(next(&smtp, "walt@example.com", 0).await.ics(), None);
    let vera = sale.registration("vera@example.com").await;
    sale.change("cancelRegistration", &vera).await.expect("cancelled");
    let mail = next(&smtp, "walt@example.com", 1).await;
    assert!(mail.subject().starts_with("A place for you"), "{}", mail.subject());
    let entries = entries(&mail);
    let event = format!("event-{}@houselights", sale.event);
    assert_eq!(entries.get(&event).map(|entry| entry.method.as_str()), Some("REQUEST"), "{entries:?}");
    server.stop().await;
}

#[tokio::test]
async fn a_member_who_comes_again_is_told_again() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let add =
        "mutation($id: ID!) { addMember(organisation: $id, email: \"mo@example.com\", name: \"Mo\", role: PRODUCER) { id } }";
    ada.ask(add, json!({ "id": organisation })).await;
    let first = next(&smtp, "mo@example.com", 0).await;
    said(&first, &format!("Its events are at http://{}", server.http()));
    said(&first, "sign in there");
    ada.ask(add, json!({ "id": organisation })).await;
    let members = "query($id: ID!) { organisation(id: $id) { members { person { id email } mail } } }";
    let seen = async || {
        let members = ada.ask(members, json!({ "id": organisation })).await["organisation"]["members"].take();
        members.as_array().expect("a list").iter().find(|member| member["person"]["email"] == "mo@example.com").cloned()
    };
    within("the letter to be known as sent", async {
        while seen().await.expect("a member")["mail"] != "SENT" {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let mo = text(&seen().await.expect("a member")["person"]["id"]);
    let remove = "mutation($id: ID!, $p: ID!) { removeMember(organisation: $id, person: $p) { id } }";
    ada.ask(remove, json!({ "id": organisation, "p": mo })).await;
    smtp.refuse("mo@example.com");
    ada.ask(add, json!({ "id": organisation })).await;
    within("the bounce to be seen", async {
        while seen().await.expect("a member")["mail"] != "BOUNCED" {
            tokio::task::yield_now().await;
        }
    })
    .await;
    smtp.accept("mo@example.com");
    ada.ask(remove, json!({ "id": organisation, "p": mo })).await;
    ada.ask(add, json!({ "id": organisation })).await;
    let second = next(&smtp, "mo@example.com", 1).await;
    assert_ne!(first.header("Message-ID"), second.header("Message-ID"), "no mail program takes it for the first");
    server.stop().await;
}

/// Fills the outbox with reminders to so many people, each with a ticket.
fn reminders(server: &TestServer, event: &str, people: usize) {
    let mut database = database(server.database());
    let all = database.transaction().expect("a transaction");
    for number in 0..people {
        register(&all, event, &format!("guest-{number}"), "confirmed");
    }
    let letters = "INSERT INTO outbox (id, event_id, registration_id, participant_id, recipient, message, state, bulk, due_at, created_at) \
                   SELECT 'bulk:' || r.id, e.id, r.id, r.participant_id, r.email, json_object('kind', 'changed', 'name', r.name, \
                   'event', e.title, 'starts_at', e.starts_at, 'time_zone', e.time_zone, 'ticket', 'Seat', \
                   'what', json_array(json_object('kind', 'title', 'was', 'Before'))), 'queued', 1, 0, 0 \
                   FROM registrations r JOIN events e ON e.id = r.event_id WHERE e.id = ?1";
    assert_eq!(all.execute(letters, params![event]).expect("letters"), people);
    all.commit().expect("stored");
}

#[tokio::test]
async fn whoever_signs_in_does_not_wait_for_thousands_of_reminders() {
    const PEOPLE: usize = 1_500;
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let event = ada.event(&ada.organisation("The Globe").await, "panel").await;
    ada.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": event })).await;
    reminders(&server, &event, PEOPLE);
    let signs_in = async |email: &str| {
        let body = json!({ "email": email, "device": "Laptop" });
        let asked = http().post(format!("http://{}/api/sign-ins", server.http())).json(&body).send();
        assert!(asked.await.expect("answered").status().is_success());
        smtp.until_for(email, 1).await;
    };
    let start = Instant::now();
    signs_in("yan@example.com").await;
    smtp.until(100).await;
    let before = smtp.mails().len();
    signs_in("zoe@example.com").await;
    let between = smtp.mails().len() - before;
    assert!(between < PEOPLE / 2, "{between} others came first");
    for some in (200..PEOPLE).step_by(100) {
        smtp.until(some).await;
    }
    smtp.until(PEOPLE + 2).await;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{PEOPLE} letters in {seconds:.1} s: {:.0} a second, over {} connections",
        PEOPLE as f64 / seconds,
        smtp.connections()
    );
    assert!(smtp.connections() <= 8, "{} connections", smtp.connections());
    server.stop().await;
}

#[tokio::test]
async fn whoever_speaks_in_a_room_or_picked_a_session_there_hears_what_becomes_of_it() {
    let smtp = Smtp::start().await;
    let desk = desk(&smtp).await;
    let room = "mutation($e: ID!) { createRoom(event: $e, title: \"Studio\", kind: BREAKOUT) { id } }";
    let room = text(&desk.ada.ask(room, json!({ "e": desk.event })).await["createRoom"]["id"]);
    let grace = desk.speaker("Grace", Some("grace@example.com")).await;
    let times = ("2030-06-01T10:00:00Z", "2030-06-01T11:00:00Z");
    let id = desk.create("Compilers", times, json!({ "room": room, "speakers": [grace] })).await;
    let other = desk.create("Debuggers", times, json!({})).await;
    let session = format!("session-{id}@houselights");
    desk.picker("Vera", &id);
    desk.picker("Otto", &other);
    desk.on("publishEvent", &desk.event, "id").await;
    desk.on("inviteSpeaker", &grace, "web").await;
    for to in ["grace@example.com", "vera@example.com", "otto@example.com"] {
        next(&smtp, to, 0).await;
    }

    let rename = "mutation($id: ID!, $title: String!) { renameRoom(id: $id, title: $title) { title } }";
    desk.ada.ask(rename, json!({ "id": room, "title": "Atelier" })).await;
    for (to, before) in [("grace@example.com", 1), ("vera@example.com", 1)] {
        let mail = next(&smtp, to, before).await;
        said(&mail, "“Compilers” is in another room: Atelier");
    }
    let mail = next(&smtp, "grace@example.com", 1).await;
    assert!(mail.ics().is_some_and(|ics| ics.contains("LOCATION:Atelier")), "{:?}", mail.ics());
    // Said again it is no news.
    desk.ada.ask(rename, json!({ "id": room, "title": "Atelier" })).await;
    desk.on("deleteRoom", &room, "id").await;
    for (to, before) in [("grace@example.com", 2), ("vera@example.com", 2)] {
        let mail = next(&smtp, to, before).await;
        said(&mail, "“Compilers” is not in a room of its own any more");
    }
    let mail = next(&smtp, "grace@example.com", 2).await;
    assert!(mail.ics().is_some_and(|ics| !ics.contains("LOCATION:")), "{:?}", mail.ics());
    assert!(entries(&mail).contains_key(&session));
    desk.ada.ask(RESTORE, json!({ "event": desk.event, "kind": "ROOM", "id": room })).await;
    for (to, before) in [("grace@example.com", 3), ("vera@example.com", 3)] {
        let mail = next(&smtp, to, before).await;
        said(&mail, "“Compilers” is in another room: Atelier");
    }
    desk.server.stop().await;
    assert_eq!(smtp.mails().iter().filter(|mail| mail.is_for("otto@example.com")).count(), 1, "nothing of it is theirs");
}

#[tokio::test]
async fn the_calendar_of_a_speaker_goes_along_to_another_address() {
    let smtp = Smtp::start().await;
    let desk = desk(&smtp).await;
    let grace = desk.speaker("Grace", Some("grace@example.com")).await;
    let times = ("2030-06-01T10:00:00Z", "2030-06-01T11:00:00Z");
    let id = desk.create("Compilers", times, json!({ "speakers": [grace] })).await;
    let session = format!("session-{id}@houselights");
    let change = "mutation($id: ID!, $email: String) { updateSpeaker(id: $id, change: { email: $email }) { id } }";
    // Nobody is invited yet.
    desk.ada.ask(change, json!({ "id": grace, "email": "work@example.com" })).await;
    desk.on("inviteSpeaker", &grace, "web").await;
    let mail = next(&smtp, "work@example.com", 0).await;
    assert_eq!(entries(&mail).len(), 2);
    let link = mail.link().expect("a link");
    let secret = link.rsplit('/').next().expect("a secret").to_owned();
    let login = log_in(&desk.server, &secret).await.expect("it is good");
    // The same again is no other.
    desk.ada.ask(change, json!({ "id": grace, "email": "Work@example.com" })).await;
    assert_eq!(rooms(&desk.server, &login).await, 200);
    desk.ada.ask(change, json!({ "id": grace, "email": "home@example.com" })).await;
    let mail = next(&smtp, "work@example.com", 1).await;
    assert!(mail.subject().ends_with("goes to another address"), "{}", mail.subject());
    // It may have been a stranger's.
    assert_eq!(rooms(&desk.server, &login).await, 401);
    assert!(log_in(&desk.server, &secret).await.is_err());
    assert!(entries(&mail).values().all(|entry| entry.method == "CANCEL") && entries(&mail).len() == 2, "{:?}", entries(&mail));
    assert!(mail.link().is_none_or(|link| !link.contains("/join/")), "{:?}", mail.link());
    let mail = next(&smtp, "home@example.com", 0).await;
    assert_eq!(entries(&mail).get(&session), Some(&entry("REQUEST", 1, "20300601T100000Z")));
    assert!(mail.link().is_some_and(|link| link.contains("/join/")), "{:?}", mail.link());
    // Back again at once: the letter is another one.
    desk.ada.ask(change, json!({ "id": grace, "email": "work@example.com" })).await;
    let mail = next(&smtp, "work@example.com", 2).await;
    let link = mail.link().expect("a link");
    assert!(log_in(&desk.server, link.rsplit('/').next().expect("a secret")).await.is_ok());
    desk.server.stop().await;
    assert!(!smtp.mails().iter().any(|mail| mail.is_for("grace@example.com")));
}

/// Comes in with a link: the token.
async fn log_in(server: &TestServer, secret: &str) -> Result<String, u16> {
    let request =
        http().post(format!("http://{}/api/logins", server.http())).json(&json!({ "invite": secret, "name": "Somebody" }));
    let answered = within("an answer", request.send()).await.expect("answered");
    let status = answered.status();
    let body: serde_json::Value = answered.json().await.unwrap_or_default();
    if status.is_success() { Ok(text(&body["token"])) } else { Err(status.as_u16()) }
}

/// What somebody who is in is answered.
async fn rooms(server: &TestServer, token: &str) -> u16 {
    let request = http().get(format!("http://{}/api/rooms", server.http())).bearer_auth(token);
    within("an answer", request.send()).await.expect("answered").status().as_u16()
}

#[tokio::test]
async fn an_address_that_nothing_was_sent_to_yet_hears_nothing() {
    let smtp = Smtp::start().await;
    let desk = desk(&smtp).await;
    let grace = desk.speaker("Grace", Some("wrong@example.com")).await;
    let alan = desk.speaker("Alan", Some("alan@example.com")).await;
    smtp.close().await;
    desk.on("inviteSpeaker", &grace, "web").await;
    let database = database(desk.server.database());
    let tried = "SELECT count(*) FROM outbox WHERE state = 'queued' AND error IS NOT NULL AND taken_at IS NULL";
    within("the letter to be tried", async {
        while database.query_row(tried, [], |row| row.get::<_, i64>(0)).expect("a count") == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    smtp.open().await;
    let change = "mutation($id: ID!, $email: String) { updateSpeaker(id: $id, change: { email: $email }) { id invitedAt } }";
    desk.ada.ask(change, json!({ "id": grace, "email": "right@example.com" })).await;
    next(&smtp, "right@example.com", 0).await;
    database.execute("UPDATE outbox SET due_at = 0 WHERE state = 'queued'", []).expect("written");
    desk.on("inviteSpeaker", &alan, "web").await;
    next(&smtp, "alan@example.com", 0).await;
    desk.server.stop().await;
    assert!(!smtp.mails().iter().any(|mail| mail.is_for("wrong@example.com")));
}

#[tokio::test]
async fn a_speaker_who_is_taken_out_of_the_trash_is_invited_anew() {
    let smtp = Smtp::start().await;
    let desk = desk(&smtp).await;
    let grace = desk.speaker("Grace", Some("grace@example.com")).await;
    let alan = desk.speaker("Alan", Some("alan@example.com")).await;
    let times = ("2030-06-01T10:00:00Z", "2030-06-01T11:00:00Z");
    let id = desk.create("Compilers", times, json!({ "speakers": [grace] })).await;
    desk.on("inviteSpeaker", &grace, "web").await;
    next(&smtp, "grace@example.com", 0).await;
    for speaker in [&grace, &alan] {
        desk.on("deleteSpeaker", speaker, "id").await;
    }
    next(&smtp, "grace@example.com", 1).await;
    for speaker in [&grace, &alan] {
        desk.ada.ask(RESTORE, json!({ "event": desk.event, "kind": "SPEAKER", "id": speaker })).await;
    }
    let mail = next(&smtp, "grace@example.com", 2).await;
    let session = format!("session-{id}@houselights");
    assert_eq!(entries(&mail).get(&session).map(|entry| entry.method.as_str()), Some("REQUEST"));
    let link = mail.link().expect("a link");
    assert!(log_in(&desk.server, link.rsplit('/').next().expect("a secret")).await.is_ok());
    desk.server.stop().await;
    assert!(!smtp.mails().iter().any(|mail| mail.is_for("alan@example.com")), "nobody invited him");
}

#[tokio::test]
async fn whoever_speaks_and_is_registered_keeps_the_event_in_their_calendar_with_either() {
    let smtp = Smtp::start().await;
    let desk = desk(&smtp).await;
    desk.on("publishEvent", &desk.event, "id").await;
    let ticket = "mutation($event: ID!) { createTicketType(event: $event, ticket: { title: \"T\", amount: 0, currency: \"EUR\" }) { id } }";
    let ticket = desk.ada.ask(ticket, json!({ "event": desk.event })).await["createTicketType"]["id"].clone();
    let add = "mutation($event: ID!, $ticket: ID!, $email: String!) \
               { addRegistration(event: $event, ticket: $ticket, name: \"Both\", email: $email) { id } }";
    let times = ("2030-06-01T10:00:00Z", "2030-06-01T11:00:00Z");
    let event = format!("event-{}@houselights", desk.event);
    for (to, is_speaker_who_goes) in [("bea@example.com", true), ("eve@example.com", false)] {
        let speaker = desk.speaker("Both", Some(to)).await;
        let session = desk.create("Talk", times, json!({ "speakers": [speaker] })).await;
        desk.on("inviteSpeaker", &speaker, "web").await;
        next(&smtp, to, 0).await;
        let added = desk.ada.ask(add, json!({ "event": desk.event, "ticket": ticket, "email": to })).await;
        let registration = text(&added["addRegistration"]["id"]);
        next(&smtp, to, 1).await;
        let mut goes = [("deleteSpeaker", &speaker), ("cancelRegistration", &registration)];
        if !is_speaker_who_goes {
            goes.reverse();
        }
        let [first, second] = goes;
        desk.on(first.0, first.1, "id").await;
        let mail = next(&smtp, to, 2).await;
        assert!(!entries(&mail).contains_key(&event), "{:?}", entries(&mail));
        assert_eq!(entries(&mail).contains_key(&format!("session-{session}@houselights")), is_speaker_who_goes);
        desk.on(second.0, second.1, "id").await;
        let mail = next(&smtp, to, 3).await;
        assert_eq!(entries(&mail).get(&event).map(|entry| entry.method.as_str()), Some("CANCEL"), "{to}");
    }
    desk.server.stop().await;
}

#[tokio::test]
async fn whoever_was_invited_to_speak_hears_that_a_draft_is_deleted_and_that_it_is_back() {
    let smtp = Smtp::start().await;
    let desk = desk(&smtp).await;
    let grace = desk.speaker("Grace", Some("grace@example.com")).await;
    desk.speaker("Alan", Some("alan@example.com")).await;
    let times = ("2030-06-01T10:00:00Z", "2030-06-01T11:00:00Z");
    let id = desk.create("Compilers", times, json!({ "speakers": [grace] })).await;
    let (session, to) = (format!("session-{id}@houselights"), "grace@example.com");
    desk.on("inviteSpeaker", &grace, "web").await;
    next(&smtp, to, 0).await;
    desk.on("deleteEvent", &desk.event, "id").await;
    let mail = next(&smtp, to, 1).await;
    assert!(mail.subject().starts_with("Cancelled: "), "{}", mail.subject());
    assert!(entries(&mail).values().all(|entry| entry.method == "CANCEL") && entries(&mail).len() == 2, "{:?}", entries(&mail));
    assert!(mail.link().is_none(), "there is no page of it: {:?}", mail.link());
    desk.ada.ask(RESTORE, json!({ "event": desk.event, "kind": "EVENT", "id": desk.event })).await;
    let mail = next(&smtp, to, 2).await;
    said(&mail, "“Compilers” takes place after all");
    assert_eq!(entries(&mail).get(&session).map(|entry| entry.method.as_str()), Some("REQUEST"));
    desk.server.stop().await;
    assert!(!smtp.mails().iter().any(|mail| mail.is_for("alan@example.com")), "nobody invited him");
}
