//! Events that are moved, renamed, repeated, cancelled and deleted, and what those who are registered hear of it.

use std::{path::Path, sync::Arc, time::Duration};

use houselights_shared::{Login, ParticipantId, Refusal, RegistrationId, RoomId};
use houselights_tests::{
    api::{Api, text},
    client::TestClient,
    server::TestServer,
    smtp::{Mail, Smtp},
    within,
};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::{archive::log_in, organisations::turned_away, process::program};

const RESCHEDULE: &str = "mutation($id: ID!, $version: Int!, $startsAt: DateTime!) \
    { rescheduleEvent(id: $id, version: $version, startsAt: $startsAt) { version startsAt endsAt timeZone } }";
const CANCEL: &str =
    "mutation($id: ID!, $reason: String) { cancelEvent(id: $id, reason: $reason) { phase version cancelledAt } }";
const DELETE: &str = "mutation($id: ID!) { deleteEvent(id: $id) { deletedAt } }";
const PUBLISH: &str = "mutation($id: ID!) { publishEvent(id: $id) { version } }";

/// A server that hands its mail to `smtp`.
pub(crate) async fn server_with(smtp: &Smtp) -> TestServer {
    TestServer::with(|config| config.smtp_url = Some(smtp.url().parse().expect("an address"))).await
}

/// The database of a server that runs.
pub(crate) fn database(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("the database is there");
    connection.busy_timeout(Duration::from_secs(10)).expect("a timeout");
    connection
}

/// Registers `{name}@example.com` for the event's first ticket, as if in 1970. Who has a place is somebody in its rooms.
pub(crate) fn register(database: &Connection, event: &str, name: &str, state: &str) {
    let (participant, registration) = (ParticipantId::random().to_string(), RegistrationId::random().to_string());
    let person = "INSERT INTO participants (id, event_id, name, role, created_at) VALUES (?1, ?2, ?3, 'attendee', 0)";
    database.execute(person, params![participant, event, name]).expect("a participant");
    let place = "INSERT INTO registrations (id, event_id, ticket_type_id, participant_id, email, name, search, state, amount, currency, \
                 answers, created_at, confirmed_at) \
                 SELECT ?1, ?2, id, ?3, ?4, ?5, '', ?6, 0, 'EUR', '[]', 0, 0 FROM ticket_types WHERE event_id = ?2 \
                 ORDER BY position LIMIT 1";
    let email = format!("{name}@example.com");
    let participant = (state == "confirmed").then_some(participant);
    let made = database.execute(place, params![registration, event, participant, email, name, state]).expect("a place");
    assert_eq!(made, 1, "the event has a ticket");
}

/// An organisation's published event with three people who come and two who may not.
async fn published(server: &TestServer, ada: &Api) -> String {
    let id = ada.event(&ada.organisation("The Globe").await, "panel").await;
    ada.ask(PUBLISH, json!({ "id": id })).await;
    let database = database(server.database());
    for name in ["bea", "cem", "dan"] {
        register(&database, &id, name, "confirmed");
    }
    register(&database, &id, "eve", "waiting");
    register(&database, &id, "fay", "cancelled");
    id
}

fn sequence(mail: &Mail) -> u32 {
    let ics = mail.ics().expect("a calendar");
    let line = ics.lines().find_map(|line| line.trim().strip_prefix("SEQUENCE:").map(str::to_owned)).expect("a sequence");
    line.parse().expect("a number")
}

fn recipients(mails: &[Arc<Mail>]) -> Vec<String> {
    let mut all: Vec<String> = mails.iter().flat_map(|mail| mail.to.clone()).collect();
    all.sort();
    all
}

#[tokio::test]
async fn those_who_are_registered_are_told_of_a_new_time_with_a_newer_calendar() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let id = published(&server, &ada).await;
    let sessions = || {
        let sql = "SELECT count(*), sum(starts_at) FROM sessions WHERE event_id = ?1";
        database(server.database()).query_row(sql, [&id], |row| Ok((row.get(0)?, row.get(1)?))).expect("sessions")
    };
    let (count, before): (i64, i64) = sessions();
    let change = json!({ "id": id, "version": 2, "startsAt": "2030-06-02T13:30:00Z" });
    let moved = ada.ask(RESCHEDULE, change.clone()).await["rescheduleEvent"].clone();
    assert_eq!((&moved["version"], &moved["startsAt"]), (&json!(3), &json!("2030-06-02T13:30:00+00:00")));
    assert_eq!(sessions(), (count, before + count * (25 * 60 + 30) * 60_000_000), "the agenda moves with it");
    let mails = smtp.until(4).await;
    assert_eq!(recipients(&mails), ["bea@example.com", "cem@example.com", "dan@example.com", "eve@example.com"]);
    let (waits, mails): (Vec<_>, Vec<_>) = mails.into_iter().partition(|mail| mail.is_for("eve@example.com"));
    assert_eq!((waits[0].subject().as_str(), waits[0].ics()), ("Changed: Opening night", None), "who waits has no entry yet");
    for mail in &mails {
        assert_eq!((mail.subject().as_str(), sequence(mail)), ("Changed: Opening night", 3));
        let ics = mail.ics().expect("a calendar");
        assert!(ics.contains("METHOD:REQUEST") && ics.contains("DTSTART:20300602T133000Z"), "{ics}");
        assert!(mail.text().expect("text").contains("It was to begin on"), "{:?}", mail.text());
    }
    let links: std::collections::HashSet<_> = mails.iter().map(|mail| mail.link().expect("a link")).collect();
    assert!(links.len() == 3 && links.iter().all(|link| link.contains("/join/")), "{links:?}");
    assert_eq!(ada.refused(RESCHEDULE, change).await, "CONFLICT");
    server.stop().await;
}

#[tokio::test]
async fn a_cancelled_event_takes_itself_out_of_calendars_and_stays_cancelled() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let id = published(&server, &ada).await;
    let cancelled = ada.ask(CANCEL, json!({ "id": id, "reason": "The roof leaks." })).await["cancelEvent"].clone();
    assert!(cancelled["cancelledAt"].is_string() && cancelled["version"] == 3, "{cancelled}");
    let mails = smtp.until(4).await;
    assert_eq!(recipients(&mails), ["bea@example.com", "cem@example.com", "dan@example.com", "eve@example.com"]);
    for mail in &mails {
        assert_eq!((mail.subject().as_str(), sequence(mail)), ("Cancelled: Opening night", 3));
        let ics = mail.ics().expect("a calendar");
        assert!(ics.contains("METHOD:CANCEL") && ics.contains("STATUS:CANCELLED"), "{ics}");
        assert!(mail.text().expect("text").contains("The roof leaks."));
        assert!(!mail.link().expect("a link").contains("/join/"), "there is no way in");
    }
    assert_eq!(ada.refused(CANCEL, json!({ "id": id })).await, "WRONG_PHASE");
    let change = json!({ "id": id, "version": 3, "startsAt": "2030-06-02T13:30:00Z" });
    assert_eq!(ada.refused(RESCHEDULE, change).await, "WRONG_PHASE");
    assert!(ada.ask(DELETE, json!({ "id": id })).await["deleteEvent"]["deletedAt"].is_string());
    server.stop().await;
    assert_eq!(smtp.mails().len(), 4);
}

#[tokio::test]
async fn a_new_title_is_told_and_nothing_of_a_draft_is() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let id = ada.event(&ada.organisation("The Globe").await, "panel").await;
    register(&database(server.database()), &id, "bea", "confirmed");
    let update = "mutation($id: ID!, $version: Int!, $change: EventChange!) \
                  { updateEvent(id: $id, version: $version, change: $change) { version } }";
    let change = async |version: i64, change: Value| {
        ada.ask(update, json!({ "id": id, "version": version, "change": change })).await;
    };
    change(1, json!({ "title": "Draft" })).await;
    ada.ask(RESCHEDULE, json!({ "id": id, "version": 2, "startsAt": "2030-06-02T13:30:00Z" })).await;
    ada.ask(PUBLISH, json!({ "id": id })).await;
    change(4, json!({ "summary": "Another line" })).await;
    change(5, json!({ "title": "Last night", "endsAt": "2030-06-02T20:00:00Z" })).await;
    let mails = smtp.until(1).await;
    let said = mails[0].text().expect("text");
    assert_eq!((mails[0].subject().as_str(), sequence(&mails[0])), ("Changed: Last night", 6));
    assert!(said.contains("It was called “Draft”") && said.contains("ends at another time"), "{said}");
    server.stop().await;
    assert_eq!(smtp.mails().len(), 1);
}

/// Of four letters one was written, and sent; then the power went.
#[tokio::test]
async fn after_a_crash_between_announcement_and_letters_whoever_is_left_is_told() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let id = published(&server, &ada).await;
    ada.ask(RESCHEDULE, json!({ "id": id, "version": 2, "startsAt": "2030-06-02T13:30:00Z" })).await;
    smtp.until(4).await;
    let server = server
        .restart_after(|database| {
            let others = database.execute("DELETE FROM outbox WHERE recipient <> 'cem@example.com'", []);
            let open = database.execute("UPDATE announcements SET told_until = '', done_at = NULL", []);
            assert_eq!((others.expect("three are forgotten"), open.expect("it is open")), (3, 1));
        })
        .await;
    smtp.until(7).await;
    server.stop().await;
    let again = recipients(&smtp.mails()[4..]);
    assert_eq!(again, ["bea@example.com", "dan@example.com", "eve@example.com"]);
}

#[tokio::test]
async fn a_server_that_is_killed_amid_the_letters_writes_each_once() {
    const PEOPLE: i64 = 3_000;
    let (program, _folder) = program();
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let id = published(&server, &ada).await;
    let copy = "VACUUM INTO ?1";
    database(server.database()).execute(copy, [program.database.to_str().expect("a path")]).expect("a copy");
    server.stop().await;
    {
        let database = database(&program.database);
        database.execute_batch("BEGIN").expect("a transaction");
        (3..PEOPLE).for_each(|number| register(&database, &id, &format!("guest-{number}"), "confirmed"));
        let announcement = "INSERT INTO announcements (id, event_id, kind, message, created_at) \
                            VALUES ('a', ?1, 'changed', '{\"kind\":\"changed\",\"what\":[{\"kind\":\"title\",\"was\":\"X\"}]}', 0)";
        database.execute(announcement, [&id]).expect("an announcement");
        database.execute_batch("COMMIT").expect("stored");
    }
    let written = || -> (i64, i64) {
        let sql = "SELECT count(*), count(DISTINCT registration_id) FROM outbox WHERE id LIKE 'a:%'";
        database(&program.database).query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("a number")
    };
    let process = program.start().await.expect("it starts");
    let first = async {
        while written().0 == 0 {
            tokio::task::yield_now().await;
        }
    };
    within("the first letter", first).await;
    process.kill().await;
    let process = program.start().await.expect("it starts again");
    let all = async {
        // One waits, and is told, too.
        while written().0 < PEOPLE + 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within("all letters", all).await;
    assert!(process.terminate().await.success());
    assert_eq!(written(), (PEOPLE + 1, PEOPLE + 1));
}

#[tokio::test]
async fn a_duplicate_is_a_draft_with_all_but_the_people() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let id = published(&server, &ada).await;
    let duplicate = "mutation($id: ID!) { duplicateEvent(id: $id, title: \"Opening night\", startsAt: \"2031-01-01T10:00:00Z\") \
                     { id phase slug registered startsAt endsAt timeZone branding { accent } } }";
    let copy = ada.ask(duplicate, json!({ "id": id })).await["duplicateEvent"].clone();
    assert_eq!((&copy["phase"], &copy["registered"], &copy["timeZone"]), (&json!("DRAFT"), &json!(0), &json!("Europe/Berlin")));
    assert_ne!(copy["id"], json!(id));
    let count = |table: &str, of: &str| -> i64 {
        let sql = format!("SELECT count(*) FROM {table} WHERE event_id = ?1");
        database(server.database()).query_row(&sql, [of], |row| row.get(0)).expect("a number")
    };
    for table in ["sessions", "rooms", "agenda_tracks", "questions", "ticket_types"] {
        assert_eq!(count(table, &text(&copy["id"])), count(table, &id), "{table}");
    }
    assert_eq!((count("registrations", &text(&copy["id"])), count("participants", &text(&copy["id"]))), (0, 0));
    let stranger = server.person("eve@example.com").await;
    assert_eq!(stranger.refused(duplicate, json!({ "id": id })).await, "NOT_FOUND");
    server.stop().await;
}

#[tokio::test]
async fn an_event_that_is_on_is_not_deleted_and_one_in_the_trash_is_seen_there_alone() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let id = ada.event(&organisation, "panel").await;
    assert_eq!(ada.refused(CANCEL, json!({ "id": id })).await, "WRONG_PHASE", "a draft is deleted, not cancelled");
    for step in ["publish", "start"] {
        ada.ask(&format!("mutation($id: ID!) {{ {step}Event(id: $id) {{ id }} }}"), json!({ "id": id })).await;
    }
    assert_eq!(ada.refused(DELETE, json!({ "id": id })).await, "WRONG_PHASE");
    ada.ask("mutation($id: ID!) { endEvent(id: $id) { id } }", json!({ "id": id })).await;
    ada.ask(DELETE, json!({ "id": id })).await;
    assert_eq!(ada.refused(DELETE, json!({ "id": id })).await, "NOT_FOUND");
    assert_eq!(ada.refused("query($id: ID!) { event(id: $id) { id } }", json!({ "id": id })).await, "NOT_FOUND");
    let listed = "query($o: ID!, $d: Boolean!) { organisation(id: $o) { events(deleted: $d) { totalCount } } }";
    let total = async |deleted: bool| {
        let seen = ada.ask(listed, json!({ "o": organisation, "d": deleted })).await;
        seen["organisation"]["events"]["totalCount"].clone()
    };
    assert_eq!((total(false).await, total(true).await), (json!(0), json!(1)));
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_in_an_event_or_a_room_that_is_taken_down_is_sent_away_until_it_is_taken_back() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let event = ada.event(&ada.organisation("The Globe").await, "one-day-conference").await;
    let login = log_in(&server, &ada, &event).await;
    let rooms = ada.ask("query($id: ID!) { event(id: $id) { rooms { id } } }", json!({ "id": event })).await;
    let rooms: Vec<RoomId> =
        rooms["event"]["rooms"].as_array().unwrap().iter().map(|room| text(&room["id"]).parse().unwrap()).collect();
    let other = *rooms.iter().find(|room| **room != login.room).expect("two rooms");
    let in_other = Login { room: other, ..login.clone() };
    let restore = "mutation($event: ID!, $kind: TrashKind!, $id: ID!) { restore(event: $event, kind: $kind, id: $id) { id } }";

    let mut there = TestClient::connect(server.http(), &in_other).await;
    let room = other.to_string();
    ada.ask("mutation($id: ID!) { deleteRoom(id: $id) { id } }", json!({ "id": room })).await;
    assert_eq!(there.ended().await, Some(Refusal::TakenDown));
    assert_eq!(turned_away(&server, &in_other).await, Some(Refusal::TakenDown));
    let mut elsewhere = TestClient::connect(server.http(), &login).await;
    ada.ask(restore, json!({ "event": event, "kind": "ROOM", "id": room })).await;
    elsewhere.say("this room was always there").await;
    TestClient::connect(server.http(), &in_other).await.say("and this one is back").await;

    let mut there = TestClient::connect(server.http(), &login).await;
    ada.ask(DELETE, json!({ "id": event })).await;
    assert_eq!(there.ended().await, Some(Refusal::TakenDown));
    for login in [&login, &in_other] {
        assert_eq!(turned_away(&server, login).await, Some(Refusal::TakenDown));
    }
    ada.ask(restore, json!({ "event": event, "kind": "EVENT", "id": event })).await;
    TestClient::connect(server.http(), &login).await.hears("this room was always there").await;
    // Also where nothing is remembered.
    ada.ask(DELETE, json!({ "id": event })).await;
    let server = server.restart().await;
    assert_eq!(turned_away(&server, &login).await, Some(Refusal::TakenDown));
    server.stop().await;
}
