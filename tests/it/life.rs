//! Events that are moved, renamed, repeated, cancelled and deleted, and what those who are registered hear of it.

use std::{path::Path, sync::Arc, time::Duration};

use houselights_shared::{Login, ParticipantId, Refusal, RegistrationId, RoomId};
use houselights_tests::{
    api::{Api, text},
    client::{TestClient, sign_in},
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
    // Her ticket, which waited until it was published, and what is different since then.
    let mails = smtp.until(2).await;
    let changed = mails.iter().find(|mail| mail.subject() == "Changed: Last night").expect("she is told");
    let said = changed.text().expect("text");
    assert_eq!(sequence(changed), 6);
    assert!(said.contains("It was called “Draft”") && said.contains("ends at another time"), "{said}");
    server.stop().await;
    assert_eq!(smtp.mails().len(), 2);
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

#[tokio::test]
async fn nobody_hears_of_a_draft_and_whoever_was_registered_gets_their_ticket_when_it_is_published() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let event = ada.event(&ada.organisation("The Globe").await, "panel").await;
    let tickets = "query($id: ID!) { event(id: $id) { version tickets { id } } }";
    let ticket = ada.ask(tickets, json!({ "id": event })).await["event"]["tickets"][0]["id"].clone();
    let add = "mutation($event: ID!, $ticket: ID!, $email: String!) \
               { addRegistration(event: $event, ticket: $ticket, name: \"Guest\", email: $email) { id state mail } }";
    let mut added = Vec::new();
    for email in ["bea@example.com", "cem@example.com", "dan@example.com"] {
        added.push(
            ada.ask(add, json!({ "event": event, "ticket": ticket, "email": email })).await["addRegistration"]["id"].clone(),
        );
    }
    let resend = "mutation($id: ID!) { resendTicket(id: $id) { id } }";
    assert_eq!(ada.refused(resend, json!({ "id": added[0] })).await, "WRONG_PHASE");
    ada.ask("mutation($id: ID!) { cancelRegistration(id: $id) { state } }", json!({ "id": added[2] })).await;
    // What it is called by then is what the letters say.
    let rename = "mutation($id: ID!, $version: Int!) { updateEvent(id: $id, version: $version, change: { title: \"Second night\" }) { id } }";
    let version = ada.ask(tickets, json!({ "id": event })).await["event"]["version"].clone();
    ada.ask(rename, json!({ "id": event, "version": version })).await;
    let letters = || {
        let sql = "SELECT count(*) FROM outbox WHERE event_id = ?1";
        database(server.database()).query_row(sql, [&event], |row| row.get::<_, i64>(0)).expect("letters")
    };
    assert_eq!(letters(), 0, "nobody is written to");
    ada.ask(PUBLISH, json!({ "id": event })).await;
    let mails = smtp.until(2).await;
    assert_eq!(recipients(&mails), ["bea@example.com", "cem@example.com"]);
    for mail in &mails {
        assert!(mail.subject().contains("Second night") && mail.link().is_some_and(|link| link.contains("/join/")));
    }
    // From now on at once.
    ada.ask(add, json!({ "event": event, "ticket": ticket, "email": "eve@example.com" })).await;
    smtp.until_for("eve@example.com", 1).await;
    assert_eq!(letters(), 3, "each got one ticket");
    server.stop().await;
}

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "each place that an address stands in, one after the other")]
async fn an_address_that_an_event_had_leads_to_the_one_that_it_has() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let event = ada.event(&organisation, "panel").await;
    let version = async |event: &str| {
        ada.ask("query($id: ID!) { event(id: $id) { version } }", json!({ "id": event })).await["event"]["version"].clone()
    };
    let change = "mutation($id: ID!, $version: Int!, $slug: String!) \
                  { updateEvent(id: $id, version: $version, change: { slug: $slug }) { slug } }";
    let rename = async |event: &str, slug: &str| {
        ada.try_ask(change, json!({ "id": event, "version": version(event).await, "slug": slug }))
            .await
            .map(drop)
            .map_err(|error| error.code)
    };
    // What a draft leaves nobody knows.
    rename(&event, "draft-name").await.expect("a slug");
    rename(&event, "first-name").await.expect("a slug");
    ada.ask(PUBLISH, json!({ "id": event })).await;
    rename(&event, "second-name").await.expect("a slug");
    rename(&event, "third-name").await.expect("a slug");
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let leads = async |path: &str| {
        let answer = client.get(format!("http://{}{path}", server.http())).send().await.expect("answered");
        let to = answer.headers().get("location").map(|to| to.to_str().expect("text").to_owned());
        (answer.status().as_u16(), to)
    };
    let to = |path: &str| (308, Some(path.to_owned()));
    assert_eq!(leads("/e/third-name").await, (200, None));
    assert_eq!(leads("/e/first-name").await, to("/e/third-name"));
    assert_eq!(leads("/e/second-name?code=FRIENDS").await, to("/e/third-name?code=FRIENDS"));
    assert_eq!(leads("/e/first-name/calendar.ics?sessions").await, to("/e/third-name/calendar.ics?sessions"));
    assert_eq!(leads("/e/first-name/paid").await, to("/e/third-name/paid"));
    assert_eq!(leads("/e/Third-Name").await, to("/e/third-name"));
    assert_eq!(leads("/e/FIRST-name/registered").await, to("/e/third-name/registered"));
    for nowhere in ["/e/draft-name", "/e/nothing", "/e/..%2F", "/e/first-name/nothing/at/all"] {
        assert_eq!(leads(nowhere).await.0, 404, "{nowhere}");
    }
    let posted = client
        .post(format!("http://{}/e/first-name/register", server.http()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("name=x")
        .send()
        .await
        .expect("answered");
    assert_eq!(
        (posted.status().as_u16(), posted.headers()["location"].to_str().expect("text")),
        (308, "/e/third-name/register")
    );
    let public = "query { publicEvent(slug: \"First-Name\") { slug } }";
    assert_eq!(server.stranger().ask(public, json!({})).await["publicEvent"]["slug"], "third-name");

    // Nobody else gets it while it could be meant; the event itself can go back to it.
    let other = ada.event(&organisation, "ama").await;
    assert_eq!(rename(&other, "first-name").await, Err("SLUG_TAKEN".to_owned()));
    assert_eq!(rename(&other, "third-name").await, Err("SLUG_TAKEN".to_owned()));
    rename(&event, "first-name").await.expect("its own");
    assert_eq!(leads("/e/third-name").await, to("/e/first-name"));
    rename(&event, "third-name").await.expect("its own");
    let ago = "UPDATE former_slugs SET left_at = left_at - 31 * 24 * 3600 * 1000000";
    database(server.database()).execute(ago, []).expect("a month later");
    assert_eq!(leads("/e/first-name").await, to("/e/third-name"), "it leads there until somebody takes it");
    rename(&other, "first-name").await.expect("free");
    ada.ask(PUBLISH, json!({ "id": other })).await;
    assert_eq!(leads("/e/first-name").await, (200, None));
    server.stop().await;
}

#[tokio::test]
async fn an_event_that_is_moved_over_a_change_of_the_clocks_begins_at_the_same_time_of_the_day() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let create = "mutation($o: ID!) { createEvent(organisation: $o, template: \"one-day-conference\", title: \"The day\", \
                  startsAt: \"2030-03-30T09:00:00Z\", timeZone: \"Europe/Berlin\") { id version } }";
    let made = ada.ask(create, json!({ "o": ada.organisation("The Globe").await })).await["createEvent"].clone();
    let add = "mutation($e: ID!) { createSession(event: $e, session: { title: \"Brunch\", startsAt: \"2030-03-31T08:00:00Z\", \
               endsAt: \"2030-03-31T10:00:00Z\" }) { id } }";
    let brunch = ada.ask(add, json!({ "e": made["id"] })).await["createSession"]["id"].clone();
    let sessions = "query($id: ID!) { event(id: $id) { version sessions { id title startsAt endsAt } } }";
    let moved = async |id: &Value, title: &str| {
        let event = ada.ask(sessions, json!({ "id": id })).await["event"].clone();
        let found = event["sessions"].as_array().expect("a list").iter().find(|session| session["title"] == title).cloned();
        let found = found.expect("it is there");
        (text(&found["startsAt"]), text(&found["endsAt"]), event["version"].clone())
    };
    let (_, _, version) = moved(&made["id"], "Brunch").await;
    let change = json!({ "id": made["id"], "version": version, "startsAt": "2030-03-23T09:00:00Z" });
    ada.ask(RESCHEDULE, change).await;
    let (starts, ends, _) = moved(&made["id"], "Brunch").await;
    assert_eq!((starts.as_str(), ends.as_str()), ("2030-03-24T09:00:00+00:00", "2030-03-24T11:00:00+00:00"), "ten to twelve");
    let repeat = "mutation($id: ID!) { duplicateEvent(id: $id, title: \"Again\", startsAt: \"2030-10-26T08:00:00Z\") { id } }";
    let again = ada.ask(repeat, json!({ "id": made["id"] })).await["duplicateEvent"]["id"].clone();
    let (starts, ends, _) = moved(&again, "Brunch").await;
    assert_eq!((starts.as_str(), ends.as_str()), ("2030-10-27T09:00:00+00:00", "2030-10-27T11:00:00+00:00"), "ten to twelve");
    assert!(brunch.is_string());
    server.stop().await;
}

#[tokio::test]
async fn an_invitation_that_is_taken_back_is_over_at_once_and_says_so() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let event = ada.event(&ada.organisation("The Globe").await, "panel").await;
    let add =
        "mutation($e: ID!) { createSpeaker(event: $e, speaker: { name: \"Grace\", email: \"grace@example.com\" }) { id } }";
    let speaker = ada.ask(add, json!({ "e": event })).await["createSpeaker"]["id"].clone();
    let on = json!({ "id": speaker });
    let revoke = "mutation($id: ID!) { revokeInvitation(id: $id) { invitedAt } }";
    assert_eq!(ada.refused(revoke, on.clone()).await, "WRONG_PHASE", "she is not invited");
    let invite = "mutation($id: ID!) { inviteSpeaker(id: $id) { web } }";
    let web = text(&ada.ask(invite, on.clone()).await["inviteSpeaker"]["web"]);
    let by_mail = smtp.until_for("grace@example.com", 1).await[0].link().expect("a link").clone();
    let page = async |link: &str| {
        let path = link.split("/join/").nth(1).expect("a secret").to_owned();
        let answer = reqwest::get(format!("http://{}/join/{path}", server.http())).await.expect("answered");
        (answer.status().as_u16(), answer.text().await.expect("a page"))
    };
    assert_eq!((page(&web).await.0, page(&by_mail).await.0), (200, 200));
    let secret = web.rsplit('/').next().expect("a secret").to_owned();
    let login = sign_in(server.http(), &secret, None).await.expect("she comes in");
    assert_eq!(ada.ask(revoke, on.clone()).await["revokeInvitation"]["invitedAt"], Value::Null);
    for link in [&web, &by_mail] {
        let (status, words) = page(link).await;
        assert!(status == 410 && words.contains("This invitation was taken back"), "{status} {words}");
    }
    assert!(sign_in(server.http(), &secret, None).await.is_err(), "the link is dead");
    let rooms = reqwest::Client::new().get(format!("http://{}/api/rooms", server.http())).bearer_auth(login.token.as_str());
    assert_eq!(rooms.send().await.expect("answered").status().as_u16(), 401, "her login is over");
    // Invited anew, she comes in by the new link alone.
    let again = text(&ada.ask(invite, on).await["inviteSpeaker"]["web"]);
    assert_eq!((page(&again).await.0, page(&web).await.0), (200, 410));
    server.stop().await;
}

#[tokio::test]
async fn a_start_and_an_end_can_be_taken_back() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let event = published(&server, &ada).await;
    let change = async |what: &str| {
        let document = format!("mutation($id: ID!) {{ {what}(id: $id) {{ phase }} }}");
        ada.try_ask(&document, json!({ "id": event })).await.map(|data| data[what]["phase"].clone()).map_err(|error| error.code)
    };
    for (what, phase) in [
        ("startEvent", "LIVE"),
        ("unstartEvent", "PUBLISHED"),
        ("startEvent", "LIVE"),
        ("endEvent", "ENDED"),
        ("resumeEvent", "LIVE"),
        ("endEvent", "ENDED"),
    ] {
        assert_eq!(change(what).await, Ok(json!(phase)), "{what}");
    }
    assert_eq!(change("unstartEvent").await, Err("WRONG_PHASE".to_owned()), "it is over");
    // Six hours after its time it would have ended by itself.
    let long_ago = "UPDATE events SET starts_at = 1, ends_at = 2 WHERE id = ?1";
    database(server.database()).execute(long_ago, [&event]).expect("it is moved");
    assert_eq!(change("resumeEvent").await, Err("BAD_INPUT".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn an_event_that_nobody_ends_ends_by_itself_and_lets_nobody_in() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let event = published(&server, &ada).await;
    ada.ask("mutation($id: ID!) { startEvent(id: $id) { id } }", json!({ "id": event })).await;
    let phase =
        async || ada.ask("query($id: ID!) { event(id: $id) { phase } }", json!({ "id": event })).await["event"]["phase"].take();
    let hour = 3_600_000_000_i64;
    let ends = async |hours_ago: i64| {
        let now = i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed().expect("a clock").as_micros()).expect("a number");
        let moved = "UPDATE events SET starts_at = ?1, ends_at = ?2 WHERE id = ?3";
        let ended = now - hours_ago * hour;
        database(server.database()).execute(moved, params![ended - hour, ended, event]).expect("it is moved");
    };
    // A show that overruns goes on.
    ends(5).await;
    let other = ada.event(&ada.organisation("The Rose").await, "panel").await;
    ada.ask(PUBLISH, json!({ "id": other })).await;
    let long_ago = "UPDATE events SET starts_at = 1, ends_at = 2 WHERE id = ?1";
    database(server.database()).execute(long_ago, [&other]).expect("it is moved");
    let others =
        async || ada.ask("query($id: ID!) { event(id: $id) { phase } }", json!({ "id": other })).await["event"]["phase"].take();
    within("its end", async {
        while others().await != "ENDED" {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(phase().await, "LIVE", "they are looked at together");
    ends(7).await;
    within("its end", async {
        while phase().await != "ENDED" {
            tokio::task::yield_now().await;
        }
    })
    .await;
    server.stop().await;
}

#[tokio::test]
async fn nothing_is_moved_or_published_into_what_is_over() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let event = published(&server, &ada).await;
    let version = async || {
        ada.ask("query($id: ID!) { event(id: $id) { version } }", json!({ "id": event })).await["event"]["version"].take()
    };
    let to = async |starts_at: &str| {
        let variables = json!({ "id": event, "version": version().await, "startsAt": starts_at });
        let document = "mutation($id: ID!, $version: Int!, $startsAt: DateTime!) \
                        { rescheduleEvent(id: $id, version: $version, startsAt: $startsAt) { phase } }";
        ada.try_ask(document, variables).await.map(|data| data["rescheduleEvent"]["phase"].clone()).map_err(|error| error.code)
    };
    assert_eq!(to("2020-01-01T12:00:00Z").await, Err("BAD_INPUT".to_owned()));
    // Whoever moves it while it is on has it on that day.
    ada.ask("mutation($id: ID!) { startEvent(id: $id) { id } }", json!({ "id": event })).await;
    assert_eq!(to("2035-01-01T12:00:00Z").await, Ok(json!("PUBLISHED")));
    let draft = ada.event(&ada.organisation("The Rose").await, "panel").await;
    let long_ago = "UPDATE events SET starts_at = 1, ends_at = 2 WHERE id = ?1";
    database(server.database()).execute(long_ago, [&draft]).expect("it is moved");
    assert_eq!(ada.refused(PUBLISH, json!({ "id": draft })).await, "BAD_INPUT");
    server.stop().await;
}
