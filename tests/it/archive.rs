//! Whole events, out of one house and into another.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::STANDARD};
use houselights_shared::{Choice, CommandBody, Login, PollId};
use houselights_tests::{
    api::{Api, text},
    client::{TestClient, http, sign_in},
    server::TestServer,
    smtp::Smtp,
    tickets::Sale,
    within,
};
use rusqlite::Connection;
use serde_json::{Value, json};

/// The login of one of an event's organisation.
pub(crate) async fn log_in(server: &TestServer, who: &Api, event: &str) -> Login {
    let entered = who.ask("mutation($id: ID!) { enterEvent(id: $id) { web } }", json!({ "id": event })).await;
    let web = text(&entered["enterEvent"]["web"]);
    let secret = web.rsplit('/').next().expect("a secret");
    sign_in(server.http(), secret, None).await.expect("the way in is good")
}

/// One of an event's organisation, in its room.
pub(crate) async fn enter(server: &TestServer, who: &Api, event: &str) -> TestClient {
    TestClient::connect(server.http(), &log_in(server, who, event).await).await
}

/// An event with one and more of everything, and the archive of it.
pub(crate) async fn whole(server: &TestServer) -> (Sale, String) {
    let sale = Sale::of(server).await;
    let (api, event) = (&sale.organizer, sale.event.as_str());
    let on = |more: Value| {
        let mut variables = json!({ "event": event });
        variables.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        variables
    };
    let sessions = "query($id: ID!) { event(id: $id) { sessions { id } } }";
    let seen = api.ask(sessions, json!({ "id": event })).await["event"].clone();
    let organisation = sale.organisation().await;
    let session = text(&seen["sessions"][0]["id"]);
    let (status, image) = api.upload(&organisation, "picture", crate::uploads::PNG.to_vec()).await;
    assert_eq!(status, 200, "{image}");
    let speaker = "mutation($event: ID!) { createSpeaker(event: $event, speaker: { name: \"Grace\", email: \"grace@example.com\", \
                   headline: \"Admiral\", biography: \"Long.\\n\\nAnd more.\" }) { id } }";
    let speaker = text(&api.ask(speaker, on(json!({}))).await["createSpeaker"]["id"]);
    let picture = "mutation($id: ID!, $picture: ID!) { updateSpeaker(id: $id, change: { picture: $picture }) { id } }";
    api.ask(picture, json!({ "id": speaker, "picture": image["id"] })).await;
    api.ask("mutation($id: ID!) { inviteSpeaker(id: $id) { link } }", json!({ "id": speaker })).await;
    let ticket = sale.ticket(json!({ "quantity": 60, "description": "One seat." })).await;
    sale.ticket(json!({ "title": "Paid", "amount": 1_500 })).await;
    let code = "mutation($event: ID!, $ticket: ID!) { createCode(event: $event, code: { code: \"EARLY\", percentOff: 10, ticket: $ticket }) \
                { id } }";
    api.ask(code, on(json!({ "ticket": ticket }))).await;
    let question = "mutation($event: ID!) { createQuestion(event: $event, question: { label: \"Meal?\", kind: CHOICE, \
                    options: [\"Fish\", \"Rice\"] }) { id } }";
    let question = text(&api.ask(question, on(json!({}))).await["createQuestion"]["id"]);
    for number in 0..50 {
        let answers = json!([{ "question": question, "values": [if number % 2 == 0 { "Fish" } else { "Rice" }] }]);
        let email = format!("guest{number}@example.com");
        let new =
            json!({ "ticket": ticket, "name": format!("Guest {number}"), "email": email, "code": "early", "answers": answers });
        sale.register_with(&server.stranger(), new).await.expect("they register");
    }
    sale.start().await;
    for number in 0..3 {
        let guest = server.person(&format!("guest{number}@example.com")).await;
        let own = guest.ask("{ myRegistrations { nodes: edges { node { id } } } }", json!({})).await;
        let own = own["myRegistrations"]["nodes"][0]["node"]["id"].clone();
        let pick = "mutation($registration: ID!, $session: ID!) { pickSession(registration: $registration, session: $session, picked: true) { id } }";
        guest.ask(pick, json!({ "registration": own, "session": session })).await;
        let login = log_in(server, &guest, event).await;
        let mut there = TestClient::connect(server.http(), &login).await;
        let profile =
            json!({ "headline": "Watches", "about": "A few\nwords", "links": ["https://example.org/me"], "shown_to": "crew" });
        let says = http().put(format!("http://{}/api/profile", server.http())).bearer_auth(login.token.as_str()).json(&profile);
        assert_eq!(says.send().await.expect("answered").status().as_u16(), 200);
        there.say(&format!("hello, says {number}")).await;
    }
    long_log(server, api, event).await;
    // Somebody of the crew is in the log, too.
    let _owner = enter(server, api, event).await;
    let archive = archive_of(api, event).await;
    (sale, archive)
}

/// A room in which so much happened that no single page holds it, when it is read and when it is taken in.
async fn long_log(server: &TestServer, api: &Api, event: &str) {
    let room = "mutation($event: ID!) { createRoom(event: $event, title: \"Attic\", kind: LOUNGE) { id } }";
    let room = text(&api.ask(room, json!({ "event": event })).await["createRoom"]["id"]);
    let entries = "WITH RECURSIVE entry (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM entry WHERE seq < 1200) \
                   INSERT INTO updates (room_id, seq, at, body) SELECT ?1, seq, seq, '{\"what\":\"hidden\"}' FROM entry";
    let database = Connection::open(server.database()).expect("it is there");
    database.busy_timeout(std::time::Duration::from_secs(10)).expect("it waits");
    assert_eq!(database.execute(entries, [&room]).expect("written"), 1_200);
}

pub(crate) async fn archive_of(api: &Api, event: &str) -> String {
    let (status, archive) = api.file("GET", &format!("/api/events/{event}/archive"), "").await;
    assert_eq!(status, 200, "{archive}");
    archive
}

async fn send(api: &Api, organisation: &str, archive: impl Into<String>) -> (u16, Value) {
    let (status, answer) = api.file("POST", &format!("/api/organisations/{organisation}/archives"), archive.into()).await;
    (status, serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{status}: {error} in {answer}")))
}

/// How many rows there are of all that an archive brings.
fn rows(server: &TestServer) -> i64 {
    let database = Connection::open(server.database()).expect("it is there");
    let tables = "events rooms agenda_tracks participants sessions speakers session_speakers ticket_types ticket_codes questions registrations \
                  session_picks profiles updates images";
    let count = |table: &str| database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0));
    tables.split_whitespace().map(|table| count(table).expect("a count")).sum()
}

/// All in which an event that was taken in differs: it was on, and is a draft, so that nobody hears of it from two servers; and its pictures are
/// written anew. (Its address is the same here, as nobody there has it.)
const DIFFERS: &[(&str, &str, Option<&str>, Option<&str>)] =
    &[("events", "phase", Some("live"), Some("draft")), ("images", "bytes", None, None)];

#[tokio::test]
async fn an_event_that_is_taken_in_elsewhere_is_the_same_there_and_its_room_goes_on() {
    let (here, there) = (TestServer::start().await, TestServer::start().await);
    let (sale, archive) = whole(&here).await;
    let bob = there.person("bob@example.com").await;
    let organisation = bob.organisation("The Rose").await;
    let (status, taken) = send(&bob, &organisation, archive.clone()).await;
    assert_eq!((status, &taken), (201, &json!({ "event": sale.event, "held_back": true })));
    let again = archive_of(&bob, &sale.event).await;
    assert_eq!(archive.lines().count(), again.lines().count());
    for (line, other) in archive.lines().zip(again.lines()) {
        let (mut row, mut other): (Value, Value) =
            (serde_json::from_str(line).expect("JSON"), serde_json::from_str(other).expect("JSON"));
        for (table, column, was, is) in DIFFERS {
            if row["table"] == *table {
                let (was_so, is_so) = (row["row"][column].take(), other["row"][column].take());
                assert!(was.is_none_or(|was| was_so == was) && is.is_none_or(|is| is_so == is), "{was_so} {is_so}");
            }
        }
        assert_eq!(row, other);
    }
    for table in ["images", "sessions", "speakers", "ticket_codes", "questions", "session_picks", "profiles", "updates"] {
        assert!(archive.contains(&format!("\"table\":\"{table}\"")), "{table} is in it");
    }
    let mut owner = enter(&there, &bob, &sale.event).await;
    assert_eq!(owner.texts(), ["hello, says 0", "hello, says 1", "hello, says 2"]);
    owner.say("and on it goes").await;
    let seen = "query($id: ID!) { event(id: $id) { registered registrations(search: \"guest4\") { totalCount } } }";
    let seen = bob.ask(seen, json!({ "id": sale.event })).await;
    assert_eq!(seen["event"], json!({ "registered": 50, "registrations": { "totalCount": 11 } }));
    let database = Connection::open(there.database()).expect("it is there");
    let letters = "SELECT (SELECT count(*) FROM outbox WHERE event_id IS NOT NULL) + (SELECT count(*) FROM announcements)";
    assert_eq!(database.query_row(letters, [], |row| row.get::<_, i64>(0)).expect("a count"), 0, "nobody is written to");
    // It is here now.
    assert_eq!(send(&bob, &organisation, archive).await.0, 409);
    here.stop().await;
    there.stop().await;
}

#[tokio::test]
async fn an_archive_does_not_tell_who_voted_for_what_or_asked_without_a_name_and_what_was_counted_stays() {
    let (here, there) = (TestServer::start().await, TestServer::start().await);
    let ada = here.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let event = ada.event(&organisation, "panel").await;
    let mut room = enter(&here, &ada, &event).await;
    let bea = here.person("bea@example.com").await;
    let add = "mutation($id: ID!) { addMember(organisation: $id, email: \"bea@example.com\", name: \"Bea\", role: MODERATOR) { id } }";
    ada.ask(add, json!({ "id": organisation })).await;
    let mut secret = enter(&here, &bea, &event).await;
    let poll = PollId::random();
    let form = serde_json::from_value(json!({ "question": "Tea?", "kind": { "is": "single" }, "options": ["Yes", "No"] }))
        .expect("a form");
    room.done(CommandBody::DraftPoll { poll, form }).await;
    room.done(CommandBody::OpenPoll { poll }).await;
    secret.done(CommandBody::Vote { poll, choice: Choice::Options { options: vec![1] } }).await;
    secret.done(CommandBody::AskQuestion { text: "Who is it?".to_owned(), anonymous: true }).await;
    secret.done(CommandBody::AskQuestion { text: "And this?".to_owned(), anonymous: false }).await;
    room.done(CommandBody::ClosePoll { poll }).await;
    let quiz = PollId::random();
    let form = json!({ "question": "Tea?", "kind": { "is": "quiz", "points": 10 }, "options": ["Yes", "No"], "correct": [0] });
    let form = serde_json::from_value(form).expect("a form");
    room.done(CommandBody::DraftPoll { poll: quiz, form }).await;
    room.done(CommandBody::OpenPoll { poll: quiz }).await;
    secret.done(CommandBody::Vote { poll: quiz, choice: Choice::Options { options: vec![0] } }).await;
    room.done(CommandBody::ClosePoll { poll: quiz }).await;
    let who = secret.me.participant.to_string();
    let archive = archive_of(&ada, &event).await;
    let told = |what: &str| {
        let lines = archive.lines().filter(|line| line.contains("\"table\":\"updates\"") && line.contains(what));
        lines.map(|line| line.contains(&who)).collect::<Vec<_>>()
    };
    assert_eq!((told("poll_voted"), told("Who is it?"), told("And this?")), (vec![false; 2], vec![false], vec![true]));
    assert!(
        archive.lines().all(|line| !(line.contains("poll_voted") && line.contains("Bea"))),
        "nor who answered what in a quiz"
    );
    let bob = there.person("bob@example.com").await;
    assert_eq!(send(&bob, &bob.organisation("The Rose").await, archive.clone()).await.0, 201);
    assert_eq!(archive_of(&bob, &event).await.lines().count(), archive.lines().count());
    let seen = |client: &TestClient| client.snapshot.clone().map(|room| (room.polls, room.questions));
    let (was, is) = (enter(&here, &ada, &event).await, enter(&there, &bob, &event).await);
    assert_eq!(seen(&was), seen(&is));
    assert!(seen(&is).is_some_and(|(polls, questions)| {
        questions.len() == 2 && polls[0].tally.as_ref().is_some_and(|tally| tally.counts == [0, 1])
    }));
    here.stop().await;
    there.stop().await;
}

#[tokio::test]
async fn what_a_server_did_not_live_to_take_in_is_taken_back_when_it_starts_again() {
    let (here, there) = (TestServer::start().await, TestServer::start().await);
    let (sale, archive) = whole(&here).await;
    let bob = there.person("bob@example.com").await;
    let organisation = bob.organisation("The Rose").await;
    assert_eq!(send(&bob, &organisation, archive.clone()).await.0, 201);
    // As it is stored until the last row is there.
    let killed = chrono::Utc::now() - chrono::TimeDelta::days(29);
    let half = format!(
        "UPDATE events SET organisation_id = NULL, slug = NULL, deleted_at = {}; UPDATE images SET unused_since = {}",
        killed.timestamp_micros(),
        i64::MAX
    );
    let there = there.restart_after(|database| database.execute_batch(&half).expect("it is half there")).await;
    let bob = Api::new(there.http(), bob.token().map(str::to_owned));
    let again = async {
        loop {
            let (status, taken) = send(&bob, &organisation, archive.clone()).await;
            // While the half is taken back that is said, and nothing of what is wrong with the archive.
            if taken["faults"][0]["code"] != "archive_underway" {
                return (status, taken);
            }
        }
    };
    let (status, taken) = within("the half to be gone", again).await;
    assert_eq!((status, &taken["event"]), (201, &json!(sale.event)), "{taken}");
    assert_eq!(archive_of(&bob, &sale.event).await.lines().count(), archive.lines().count());
    here.stop().await;
    there.stop().await;
}

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "what is put in and what comes out stand side by side")]
async fn an_archive_that_breaks_off_or_was_changed_leaves_nothing_behind() {
    let (here, there) = (TestServer::start().await, TestServer::start().await);
    let (_, archive) = whole(&here).await;
    let (bob, eve) = (there.person("bob@example.com").await, there.person("eve@example.com").await);
    let (organisation, other) = (bob.organisation("The Rose").await, eve.organisation("The Curtain").await);
    let (_, foreign) = eve.upload(&other, "picture", crate::uploads::PNG.to_vec()).await;
    let before = rows(&there);
    let refused = async |archive: String, why: &str| {
        let (status, answer) = send(&bob, &organisation, archive).await;
        assert_eq!(status, 422, "{why}: {answer}");
        assert!(answer["faults"][0]["line"].as_u64().is_some_and(|line| line > 0), "{why}: {answer}");
        assert_eq!(rows(&there), before, "{why}: {answer}");
    };
    let lines: Vec<&str> = archive.lines().collect();
    for cut in 0..20 {
        let end = archive.char_indices().nth(archive.len() * cut / 20).map_or(0, |(at, _)| at);
        refused(archive[..end].to_owned(), &format!("cut at {end}")).await;
    }
    // One row of a table is another, and all else as it was.
    let with = |table: &str, change: &dyn Fn(&mut Value)| {
        let place = lines.iter().position(|line| line.contains(&format!("\"table\":\"{table}\""))).expect("there is one");
        let mut row: Value = serde_json::from_str(lines[place]).expect("JSON");
        change(&mut row["row"]);
        let row = row.to_string();
        let changed: Vec<&str> =
            lines.iter().enumerate().map(|(at, line)| if at == place { row.as_str() } else { line }).collect();
        changed.join("\n") + "\n"
    };
    let set = |column: &'static str, value: Value| move |row: &mut Value| row[column] = value.clone();
    for (table, column, value) in changes(&foreign["id"], &other) {
        refused(with(table, &set(column, value.clone())), &format!("{table}.{column} is {value}")).await;
    }
    let twice = |table: &str| {
        let found = lines.iter().position(|line| line.contains(&format!("\"table\":\"{table}\""))).expect("there is one");
        let mut all: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        all.insert(found, all[found].clone());
        let last = all.len() - 1;
        all[last] = json!({ "end": last - 1 }).to_string();
        all.join("\n")
    };
    for table in ["events", "registrations", "session_picks", "updates"] {
        refused(twice(table), &format!("{table} twice")).await;
    }
    refused(archive.replace("\"houselights\":1", "\"houselights\":2"), "another version").await;
    refused("{}\n".to_owned(), "no archive").await;
    assert_eq!(send(&eve, &organisation, archive.clone()).await.0, 404, "another's organisation");
    let (status, answer) = send(&bob, &organisation, archive).await;
    assert_eq!(status, 201, "as it was it is taken: {answer}");
    here.stop().await;
    there.stop().await;
}

/// What no event has, by table and column. `foreign` is a picture of another organisation, `other`.
fn changes(foreign: &Value, other: &str) -> Vec<(&'static str, &'static str, Value)> {
    let random = || json!(houselights_shared::EventId::random().to_string());
    vec![
        ("events", "id", random()),
        ("events", "accent", json!("red;}")),
        ("events", "time_zone", json!("Mars/Olympus")),
        ("events", "slug", json!("../etc")),
        ("events", "phase", json!("over")),
        ("events", "title", json!("a\nb")),
        ("events", "ends_at", json!(0)),
        ("events", "capacity", json!(0)),
        ("events", "show_plan", json!("[]")),
        ("events", "logo_id", foreign.clone()),
        ("events", "organisation_id", json!(other)),
        ("images", "id", foreign.clone()),
        ("images", "width", json!(5)),
        ("images", "bytes", json!("PGh0bWw+")),
        ("rooms", "event_id", random()),
        ("rooms", "kind", json!("cellar")),
        ("sessions", "room_id", random()),
        ("sessions", "ends_at", json!(1)),
        ("participants", "role", json!("emperor")),
        ("speakers", "email", json!("nobody")),
        ("speakers", "headline", json!("a\nb")),
        ("speakers", "picture_id", foreign.clone()),
        ("session_picks", "session_id", random()),
        ("profiles", "headline", json!("a\nb")),
        ("profiles", "links", json!("[\"javascript:alert(1)\"]")),
        ("profiles", "shown_to", json!("friends")),
        ("profiles", "participant_id", random()),
        ("ticket_types", "currency", json!("eur")),
        ("ticket_types", "amount", json!(-1)),
        ("ticket_codes", "code", json!("a b")),
        ("ticket_codes", "percent_off", json!(101)),
        ("questions", "options", json!("[1]")),
        ("registrations", "answers", json!("[]")),
        ("registrations", "answers", json!(format!("{{\"{}\":[\"x\"]}}", random().as_str().expect("text")))),
        ("registrations", "state", json!("pending")),
        ("registrations", "participant_id", Value::Null),
        ("registrations", "email", json!("A@b.c")),
        ("updates", "seq", json!(2)),
        ("updates", "body", json!("{}")),
    ]
}

/// What an organisation has is nobody else's to hear of: with another's event one has a copy.
#[tokio::test]
async fn an_event_that_another_organisation_has_becomes_a_copy_with_ids_of_its_own() {
    let server = TestServer::start().await;
    let (sale, archive) = whole(&server).await;
    let bob = server.person("bob@example.com").await;
    let organisation = bob.organisation("The Rose").await;
    let (status, taken) = send(&bob, &organisation, archive.clone()).await;
    assert_eq!((status, &taken["held_back"]), (201, &json!(true)), "{taken}");
    let copy = text(&taken["event"]);
    assert_ne!(copy, sale.event);
    let again = archive_of(&bob, &copy).await;
    assert_eq!(again.lines().count(), archive.lines().count());
    let ids = |archive: &str, table: &str| -> Vec<String> {
        let rows = archive.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        rows.filter(|line| line["table"] == table).map(|line| text(&line["row"]["id"])).collect()
    };
    for table in ["images", "rooms", "agenda_tracks", "participants", "sessions", "speakers", "ticket_types", "questions"] {
        for id in ids(&archive, table) {
            assert!(!again.contains(&id), "{table} {id} is the other's");
        }
        assert_eq!(ids(&archive, table).len(), ids(&again, table).len());
    }
    // Plans, answers and logs name what is in the copy.
    let mut owner = enter(&server, &bob, &copy).await;
    assert_eq!(owner.texts(), ["hello, says 0", "hello, says 1", "hello, says 2"]);
    owner.say("and on it goes").await;
    let seen = "query($id: ID!) { event(id: $id) { showPlan { cues { id } } questions { id label } registrations(search: \"guest4@\") { \
                edges { node { answers { question { label } values } } } } } }";
    let (there, here) = (
        bob.ask(seen, json!({ "id": copy })).await["event"].clone(),
        sale.organizer.ask(seen, json!({ "id": sale.event })).await["event"].clone(),
    );
    assert_eq!(there["registrations"], here["registrations"], "{there}");
    assert_eq!(
        there["showPlan"]["cues"].as_array().map(Vec::len),
        here["showPlan"]["cues"].as_array().map(Vec::len),
        "{there}"
    );
    // What is one's own already is told.
    assert_eq!(send(&sale.organizer, &sale.organisation().await, archive).await.0, 409);
    server.stop().await;
}

#[tokio::test]
async fn what_follows_the_end_of_an_archive_and_a_log_that_no_room_told_are_refused_with_their_line() {
    let (here, there) = (TestServer::start().await, TestServer::start().await);
    let (_, archive) = whole(&here).await;
    let bob = there.person("bob@example.com").await;
    let organisation = bob.organisation("The Rose").await;
    let before = rows(&there);
    let refused = async |archive: String, line: usize, why: &str| {
        let (status, answer) = send(&bob, &organisation, archive).await;
        let fault = &answer["faults"][0];
        assert_eq!((status, &fault["line"]), (422, &json!(line)), "{answer}");
        assert!(text(&fault["problem"]).contains(why), "{answer}");
        assert_eq!(rows(&there), before, "{answer}");
    };
    let lines: Vec<&str> = archive.lines().collect();
    refused(format!("{archive}\n{}\n", lines[1]), lines.len() + 2, "behind its end").await;
    refused(format!("{archive}{}", lines[lines.len() - 1]), lines.len() + 1, "behind its end").await;
    let place = lines.iter().position(|line| line.contains("\"what\\\":\\\"crew_arrived")).expect("there is one");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut row: Value = serde_json::from_str(lines[place]).expect("JSON");
        change(&mut row["row"]);
        let row = row.to_string();
        let changed = lines.iter().enumerate().map(|(at, line)| if at == place { row.as_str() } else { line });
        changed.collect::<Vec<_>>().join("\n") + "\n"
    };
    let body = |text: &'static str| with(&|row: &mut Value| row["body"] = json!(text));
    refused(body("{\"what\":\"a_thing_of_tomorrow\"}"), place + 1, "does not know").await;
    refused(body("{\"what\":\"end_undone\"}"), place + 1, "undone").await;
    refused(with(&|row| row["at"] = json!(4_000_000_000_000_000_i64)), place + 1, "future").await;
    // An empty line is none.
    let (status, answer) = send(&bob, &organisation, format!("{archive}\n")).await;
    assert_eq!(status, 201, "{answer}");
    here.stop().await;
    there.stop().await;
}

/// Whoever sends on while the server has found a fault long ago hears of it all the same.
#[tokio::test]
async fn a_fault_at_the_beginning_of_a_large_archive_is_told_to_who_sends_all_of_it() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let large = format!("{{}}\n{}", "x".repeat(48 * 1024 * 1024));
    let (status, answer) = send(&ada, &organisation, large).await;
    assert_eq!(
        (status, &answer["faults"][0]["line"], &answer["faults"][0]["code"]),
        (422, &json!(1), &json!("archive")),
        "{answer}"
    );
    server.stop().await;
}

#[tokio::test]
async fn an_event_that_begins_soon_reminds_nobody_until_it_is_published_where_it_was_taken_in() {
    let smtp = Smtp::start().await;
    let (here, there) = (TestServer::start().await, crate::life::server_with(&smtp).await);
    let sale = Sale::of(&here).await;
    let ticket = sale.ticket(json!({})).await;
    sale.register(&here.stranger(), &ticket, "vera@example.com").await.expect("registered");
    // As if it began in an hour less ten seconds, when the reminder of the hour is due; she registered before.
    let archive = archive_of(&sale.organizer, &sale.event).await;
    let begins = (SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_micros() as i64) + 3_590_000_000;
    let moved = |line: &str| {
        let mut row: Value = serde_json::from_str(line).expect("JSON");
        if row["table"] == "events" {
            (row["row"]["starts_at"], row["row"]["ends_at"]) = (json!(begins), json!(begins + 7_200_000_000));
        }
        if row["table"] == "sessions" {
            (row["row"]["starts_at"], row["row"]["ends_at"]) = (json!(begins), json!(begins + 3_600_000_000));
        }
        if row["table"] == "registrations" {
            row["row"]["confirmed_at"] = json!(begins - 200_000_000_000);
        }
        format!("{row}\n")
    };
    let archive: String = archive.lines().map(moved).collect::<Vec<_>>().concat();
    let bob = there.person("bob@example.com").await;
    let organisation = bob.organisation("The Rose").await;
    let (status, taken) = send(&bob, &organisation, archive).await;
    assert_eq!((status, &taken["held_back"]), (201, &json!(true)), "{taken}");
    // Whoever makes letters of what is due looks when the server starts, and after everything that is announced.
    let there = there.restart().await;
    let bob = there.person("bob@example.com").await;
    assert!(!smtp.mails().iter().any(|mail| mail.is_for("vera@example.com")), "it is a draft");
    bob.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": sale.event })).await;
    let there = there.restart().await;
    // A ticket that leads here, and the reminder.
    let told = smtp.until_for("vera@example.com", 2).await;
    assert!(told.iter().any(|mail| mail.subject().starts_with("In an hour: ")), "{}", told[0].subject());
    here.stop().await;
    there.stop().await;
}

#[tokio::test]
async fn pictures_in_an_archive_go_through_what_uploads_go_through() {
    let (here, there) = (TestServer::start().await, TestServer::start().await);
    let (_, archive) = whole(&here).await;
    let bob = there.person("bob@example.com").await;
    let organisation = bob.organisation("The Rose").await;
    let before = rows(&there);
    let lines: Vec<Value> = archive.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let place = lines.iter().position(|line| line["table"] == "images").expect("there is one");
    let id = text(&lines[place]["row"]["id"]);
    let with = |bytes: &[u8]| {
        let mut lines = lines.clone();
        lines[place]["row"]["bytes"] = json!(STANDARD.encode(bytes));
        lines.iter().map(|line| format!("{line}\n")).collect::<Vec<_>>().concat()
    };
    let mut huge = crate::uploads::PNG.to_vec();
    // 30,000 by 30,000 pixels, as its head says.
    huge[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    for (bytes, why) in [
        (&b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"[..], "SVG is not taken"),
        (&b"<!doctype html><script>alert(1)</script>"[..], "web page"),
        (&huge, "picture"),
        (&crate::uploads::PNG[..40], "too early"),
        (&b""[..], "empty"),
    ] {
        let (status, answer) = send(&bob, &organisation, with(bytes)).await;
        let problem = text(&answer["faults"][0]["problem"]);
        assert!(status == 422 && problem.contains(&id) && problem.contains(why), "{why}: {answer}");
        assert_eq!((rows(&there), &answer["faults"][0]["line"]), (before, &json!(place + 1)), "{why}");
    }
    // What is hidden behind a picture stays behind.
    let kept = STANDARD.decode(text(&lines[place]["row"]["bytes"])).expect("bytes");
    let (status, taken) = send(&bob, &organisation, with(&[&kept[..], b"<script>alert(1)</script>"].concat())).await;
    assert_eq!(status, 201, "{taken}");
    let again = archive_of(&bob, &text(&taken["event"])).await;
    let image = again.lines().find(|line| line.contains("\"table\":\"images\"")).expect("there is one");
    let image: Value = serde_json::from_str(image).expect("JSON");
    let bytes = STANDARD.decode(text(&image["row"]["bytes"])).expect("bytes");
    assert!(!bytes.windows(7).any(|some| some == b"<script"), "it was written anew");
    here.stop().await;
    there.stop().await;
}

#[tokio::test]
async fn an_archive_with_more_than_an_event_can_have_is_refused_as_that() {
    let (here, there) = (TestServer::start().await, TestServer::start().await);
    let (_, archive) = whole(&here).await;
    let bob = there.person("bob@example.com").await;
    let organisation = bob.organisation("The Rose").await;
    let before = rows(&there);
    let mut lines: Vec<String> = archive.lines().map(str::to_owned).collect();
    // What lies in the trash does not count.
    let is_asked = |line: &String| line.contains("\"table\":\"questions\"") && line.contains("\"deleted_at\":null");
    let place = lines.iter().position(is_asked).expect("there is one");
    let mut question: Value = serde_json::from_str(&lines[place]).expect("JSON");
    for _ in 0..50 {
        question["row"]["id"] = json!(houselights_shared::EventId::random().to_string());
        lines.insert(place + 1, question.to_string());
    }
    let last = lines.len() - 1;
    lines[last] = json!({ "end": last - 1 }).to_string();
    let (status, answer) = send(&bob, &organisation, lines.join("\n")).await;
    let fault = &answer["faults"][0];
    assert_eq!((status, &fault["code"], &fault["line"]), (422, &json!("archive_too_large"), &json!(place + 51)), "{answer}");
    assert_eq!(rows(&there), before);
    here.stop().await;
    there.stop().await;
}

/// An organizer calls the event off where people know of it, and begins anew elsewhere.
#[tokio::test]
async fn an_event_that_was_called_off_comes_in_as_one_that_can_be_published_at_an_address_like_its_own() {
    let (here, there) = (TestServer::start().await, TestServer::start().await);
    let sale = Sale::of(&here).await;
    sale.ticket(json!({})).await;
    let cancel = "mutation($id: ID!) { cancelEvent(id: $id, reason: \"Rain\") { slug cancelledAt } }";
    let cancelled = sale.organizer.ask(cancel, json!({ "id": sale.event })).await["cancelEvent"].clone();
    assert!(cancelled["cancelledAt"].is_string(), "{cancelled}");
    let slug = text(&cancelled["slug"]);
    let archive = archive_of(&sale.organizer, &sale.event).await;
    for number in [0, 2, 3] {
        let person = there.person(&format!("p{number}@example.com")).await;
        let (status, taken) = send(&person, &person.organisation("The Rose").await, archive.clone()).await;
        assert_eq!((status, &taken["held_back"]), (201, &json!(true)), "{taken}");
        let publish = "mutation($id: ID!) { publishEvent(id: $id) { slug phase cancelledAt } }";
        let published = person.ask(publish, json!({ "id": taken["event"] })).await["publishEvent"].clone();
        let address = if number == 0 { slug.clone() } else { format!("{slug}-{number}") };
        assert_eq!(published, json!({ "slug": address, "phase": "PUBLISHED", "cancelledAt": null }));
    }
    here.stop().await;
    there.stop().await;
}
