//! The agenda of an event: tracks, rooms, sessions and speakers, and what is told and taken back of them.

use houselights_shared::{Hello, Login, Refusal, RoomId, RoomPosition};
use houselights_tests::{
    api::{Api, text},
    client::{self, TestClient, hello, sign_in, socket},
    server::TestServer,
    smtp::Smtp,
};
use rusqlite::Connection;
use serde_json::{Value, json};

const AGENDA: &str = "query($id: ID!) { event(id: $id) { endsAt version tracks { id title colour } rooms { id title kind } \
                      sessions { id title startsAt endsAt version picked capacity cancelledAt track { id title } room { id title } \
                      speakers { id name picture { id url } } } speakers { id name headline email invitedAt cameAt } \
                      trash { id kind title } } }";
const WARNINGS: &str = "query($id: ID!) { event(id: $id) { agendaWarnings { kind sessions room speaker } } }";
const CREATE: &str = "mutation($event: ID!, $session: NewSession!) { createSession(event: $event, session: $session) \
                      { id version startsAt endsAt room { title } track { title } speakers { name } } }";
const UPDATE: &str = "mutation($id: ID!, $version: Int!, $change: SessionChange!) \
                      { updateSession(id: $id, version: $version, change: $change) { id version title startsAt room { id } } }";
const SPEAKER: &str = "mutation($event: ID!, $speaker: NewSpeaker!) { createSpeaker(event: $event, speaker: $speaker) { id } }";
const RESTORE: &str =
    "mutation($event: ID!, $kind: TrashKind!, $id: ID!) { restore(event: $event, kind: $kind, id: $id) { id } }";

/// An organizer with an event.
pub(crate) struct Desk {
    pub(crate) server: TestServer,
    pub(crate) ada: Api,
    pub(crate) organisation: String,
    pub(crate) event: String,
}

impl Desk {
    pub(crate) async fn with(server: TestServer, template: &str) -> Self {
        let ada = server.person("ada@example.com").await;
        let organisation = ada.organisation("The Globe").await;
        let event = ada.event(&organisation, template).await;
        Self { server, ada, organisation, event }
    }

    async fn open(template: &str) -> Self {
        Self::with(TestServer::start().await, template).await
    }

    pub(crate) async fn agenda(&self) -> Value {
        self.ada.ask(AGENDA, json!({ "id": self.event })).await["event"].take()
    }

    async fn try_create(&self, session: Value) -> Result<Value, (String, Option<String>)> {
        let made = self.ada.try_ask(CREATE, json!({ "event": self.event, "session": session })).await;
        made.map(|mut made| made["createSession"].take()).map_err(|error| (error.code, error.field))
    }

    pub(crate) async fn create(&self, title: &str, (from, until): (&str, &str), more: Value) -> String {
        let mut session = json!({ "title": title, "startsAt": from, "endsAt": until });
        session.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        text(&self.try_create(session).await.unwrap()["id"])
    }

    pub(crate) async fn update(&self, id: &str, version: i64, change: Value) -> Result<Value, String> {
        let variables = json!({ "id": id, "version": version, "change": change });
        self.ada.try_ask(UPDATE, variables).await.map(|mut done| done["updateSession"].take()).map_err(|error| error.code)
    }

    pub(crate) async fn speaker(&self, name: &str, email: Option<&str>) -> String {
        let speaker = json!({ "name": name, "email": email });
        text(&self.ada.ask(SPEAKER, json!({ "event": self.event, "speaker": speaker })).await["createSpeaker"]["id"])
    }

    /// A mutation of something by its id.
    pub(crate) async fn on(&self, mutation: &str, id: &str, answer: &str) -> Value {
        let document = format!("mutation($id: ID!) {{ {mutation}(id: $id) {{ {answer} }} }}");
        self.ada.ask(&document, json!({ "id": id })).await[mutation].take()
    }

    /// What the tests of other features do by theirs.
    fn store(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) {
        let database = Connection::open(self.server.database()).unwrap();
        database.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        database.execute(sql, values).unwrap();
    }

    /// Somebody who is registered and picked a session.
    pub(crate) fn picker(&self, name: &str, session: &str) {
        let ticket = "INSERT INTO ticket_types (id, event_id, title, description, amount, currency, position, created_at) \
                      VALUES (?1, ?2, 'Seat', '', 0, 'EUR', 9, 0)";
        let id = uuid::Uuid::now_v7().to_string();
        self.store(ticket, &[&id, &self.event]);
        let registration = "INSERT INTO registrations (id, event_id, ticket_type_id, email, name, search, state, amount, currency, answers, \
                            created_at) VALUES (?1, ?2, ?1, ?3, ?4, '', 'confirmed', 0, 'EUR', '{}', 0)";
        self.store(registration, &[&id, &self.event, &format!("{}@example.com", name.to_lowercase()), &name]);
        let pick = "INSERT INTO session_picks (registration_id, session_id, created_at) VALUES (?1, ?2, 0)";
        self.store(pick, &[&id, &session]);
    }
}

fn secret(web: &Value) -> String {
    text(web).rsplit('/').next().unwrap().to_owned()
}

fn in_room(login: &Login, room: &str) -> Hello {
    let room: RoomId = room.parse().unwrap();
    Hello { rooms: vec![RoomPosition { room, after: None }], ..hello(login, None) }
}

#[tokio::test]
async fn an_agenda_is_built_and_read_as_it_was_built() {
    let desk = Desk::open("fireside-chat").await;
    let (ada, event) = (&desk.ada, &desk.event);
    let track = "mutation($e: ID!) { createTrack(event: $e, title: \"Craft\", colour: \"#AABBCC\") { id colour } }";
    let track = ada.ask(track, json!({ "e": event })).await["createTrack"].take();
    assert_eq!(track["colour"], "#aabbcc");
    let room = "mutation($e: ID!) { createRoom(event: $e, title: \"Studio\", kind: BREAKOUT) { id } }";
    let room = text(&ada.ask(room, json!({ "e": event })).await["createRoom"]["id"]);
    let (grace, alan) = (desk.speaker("Grace", Some("Grace@Example.com")).await, desk.speaker("Alan", None).await);
    let more = json!({ "track": track["id"], "room": room, "speakers": [alan, grace, alan], "capacity": 20 });
    let id = desk.create("Compilers", ("2030-06-01T14:00:00Z", "2030-06-01T15:00:00Z"), more).await;
    let rename = "mutation($id: ID!) { renameRoom(id: $id, title: \"Atelier\") { title } }";
    ada.ask(rename, json!({ "id": room })).await;
    let update = "mutation($id: ID!) { updateTrack(id: $id, title: \"Trade\") { title colour } }";
    let updated = ada.ask(update, json!({ "id": track["id"] })).await["updateTrack"].take();
    assert_eq!((&updated["title"], &updated["colour"]), (&json!("Trade"), &json!("#aabbcc")));

    let agenda = desk.agenda().await;
    let session = agenda["sessions"].as_array().unwrap().iter().find(|session| session["id"] == id).unwrap();
    assert_eq!((&session["room"]["title"], &session["track"]["title"]), (&json!("Atelier"), &json!("Trade")));
    assert_eq!((&session["speakers"][0]["name"], &session["speakers"][1]["name"]), (&json!("Alan"), &json!("Grace")));
    assert_eq!((session["speakers"].as_array().unwrap().len(), &session["capacity"]), (2, &json!(20)));
    assert_eq!(agenda["speakers"][0]["email"], "grace@example.com");
    assert_eq!(agenda["endsAt"], "2030-06-01T15:00:00+00:00", "the end of the event moved along");

    let done = desk.update(&id, 1, json!({ "room": null, "title": "Parsers" })).await.unwrap();
    assert_eq!((&done["version"], &done["room"], &done["title"]), (&json!(2), &Value::Null, &json!("Parsers")));
    assert_eq!(desk.update(&id, 1, json!({ "title": "Lexers" })).await, Err("CONFLICT".to_owned()));
    for (session, field) in [
        (json!({ "title": "", "startsAt": "2030-06-01T14:00:00Z", "endsAt": "2030-06-01T15:00:00Z" }), "title"),
        (json!({ "title": "T", "startsAt": "2030-06-01T14:00:00Z", "endsAt": "2030-06-01T14:00:00Z" }), "endsAt"),
        (json!({ "title": "T", "startsAt": "2031-06-01T14:00:00Z", "endsAt": "2031-06-01T15:00:00Z" }), "startsAt"),
        (
            json!({ "title": "T", "startsAt": "2030-06-01T14:00:00Z", "endsAt": "2030-06-01T15:00:00Z", "capacity": 0 }),
            "capacity",
        ),
    ] {
        assert_eq!(desk.try_create(session).await, Err(("BAD_INPUT".to_owned(), Some(field.to_owned()))));
    }
    desk.server.stop().await;
}

#[tokio::test]
async fn what_stands_in_each_others_way_is_warned_of_and_not_refused() {
    let desk = Desk::open("fireside-chat").await;
    let stage = text(&desk.agenda().await["rooms"][0]["id"]);
    let grace = desk.speaker("Grace", None).await;
    let more = || json!({ "room": stage, "speakers": [grace] });
    let one = desk.create("One", ("2030-06-01T20:00:00Z", "2030-06-01T21:00:00Z"), more()).await;
    let two = desk.create("Two", ("2030-06-01T20:30:00Z", "2030-06-01T21:30:00Z"), more()).await;
    let early = desk.create("Early", ("2030-06-01T08:00:00Z", "2030-06-01T09:00:00Z"), json!({})).await;
    let warnings = async || desk.ada.ask(WARNINGS, json!({ "id": desk.event })).await["event"]["agendaWarnings"].take();
    let expected = json!([
        { "kind": "BEGINS_BEFORE_EVENT", "sessions": [early], "room": null, "speaker": null },
        { "kind": "ROOM_TAKEN", "sessions": [one, two], "room": stage, "speaker": null },
        { "kind": "SPEAKER_TWICE", "sessions": [one, two], "room": null, "speaker": grace },
    ]);
    assert_eq!(warnings().await, expected);
    desk.store("UPDATE sessions SET picked = 12 WHERE id = ?1", &[&one]);
    desk.update(&one, 1, json!({ "capacity": 10 })).await.unwrap();
    let overbooked = json!({ "kind": "OVERBOOKED", "sessions": [one], "room": null, "speaker": null });
    assert!(warnings().await.as_array().unwrap().contains(&overbooked), "{}", warnings().await);
    desk.update(&one, 2, json!({ "capacity": 12 })).await.unwrap();
    assert_eq!(warnings().await, expected);
    desk.on("cancelSession", &two, "cancelledAt").await;
    desk.on("deleteSession", &early, "id").await;
    assert_eq!(warnings().await, json!([]));
    desk.server.stop().await;
}

#[tokio::test]
async fn what_belongs_to_others_is_neither_seen_nor_referred_to() {
    let desk = Desk::open("one-day-conference").await;
    let eve = desk.server.person("eve@example.com").await;
    let theirs = eve.event(&eve.organisation("The Rose").await, "one-day-conference").await;
    let seen = eve.ask(AGENDA, json!({ "id": theirs })).await["event"].take();
    let ours = desk.agenda().await;
    let time = json!({ "title": "T", "startsAt": "2030-06-01T14:00:00Z", "endsAt": "2030-06-01T15:00:00Z" });
    for part in [("room", &seen["rooms"][0]["id"]), ("track", &seen["tracks"][0]["id"])] {
        let mut session = time.clone();
        session[part.0] = part.1.clone();
        assert_eq!(desk.try_create(session).await, Err(("NOT_FOUND".to_owned(), None)), "{part:?}");
    }
    let mut session = time.clone();
    session["speakers"] = json!([uuid::Uuid::now_v7().to_string()]);
    assert_eq!(desk.try_create(session).await, Err(("NOT_FOUND".to_owned(), None)));
    assert_eq!(eve.refused(CREATE, json!({ "event": desk.event, "session": time })).await, "NOT_FOUND");
    for (mutation, id) in [
        ("deleteTrack", &ours["tracks"][0]["id"]),
        ("deleteRoom", &ours["rooms"][0]["id"]),
        ("deleteSession", &ours["sessions"][0]["id"]),
        ("cancelSession", &ours["sessions"][0]["id"]),
        ("enterEvent", &json!(desk.event)),
    ] {
        let answer = if mutation == "enterEvent" { "web" } else { "id" };
        let document = format!("mutation($id: ID!) {{ {mutation}(id: $id) {{ {answer} }} }}");
        assert_eq!(eve.refused(&document, json!({ "id": id })).await, "NOT_FOUND", "{mutation}");
        assert_eq!(desk.server.stranger().refused(&document, json!({ "id": id })).await, "UNAUTHENTICATED", "{mutation}");
    }
    let speaker = desk.speaker("Grace", None).await;
    let picture = "mutation($id: ID!, $p: ID!) { updateSpeaker(id: $id, change: { picture: $p }) { id } }";
    let variables = json!({ "id": speaker, "p": uuid::Uuid::now_v7().to_string() });
    assert_eq!(desk.ada.refused(picture, variables).await, "NOT_FOUND");
    let add =
        "mutation($o: ID!) { addMember(organisation: $o, email: \"eve@example.com\", name: \"Eve\", role: PRODUCER) { id } }";
    desk.ada.ask(add, json!({ "o": desk.organisation })).await;
    assert_eq!(eve.refused(CREATE, json!({ "event": desk.event, "session": time })).await, "FORBIDDEN");
    assert_eq!(eve.ask(AGENDA, json!({ "id": desk.event })).await["event"]["rooms"], ours["rooms"]);
    desk.server.stop().await;
}

#[tokio::test]
async fn an_agenda_of_three_hundred_sessions_takes_as_many_statements_as_one_of_three() {
    let desk = Desk::open("one-day-conference").await;
    let agenda = desk.agenda().await;
    let (room, track) = (text(&agenda["rooms"][0]["id"]), text(&agenda["tracks"][0]["id"]));
    desk.store("DELETE FROM sessions WHERE event_id = ?1", &[&desk.event]);
    let grace = desk.speaker("Grace", None).await;
    desk.store(
        "INSERT INTO images (id, organisation_id, content_type, width, height, bytes, created_at) \
                SELECT ?1, id, 'image/png', 1, 2, x'00', 0 FROM organisations",
        &[&grace],
    );
    desk.store("UPDATE speakers SET picture_id = id", &[]);
    let mut counted = Vec::new();
    for most in [3, 300] {
        let there = desk.agenda().await["sessions"].as_array().unwrap().len();
        for number in there..most {
            let id = uuid::Uuid::now_v7().to_string();
            let sql = "INSERT INTO sessions (id, event_id, room_id, track_id, title, description, starts_at, ends_at, created_at) \
                       VALUES (?1, ?2, ?3, ?4, 'S', '', ?5, ?5 + 60000000, 0)";
            desk.store(sql, &[&id, &desk.event, &room, &track, &(1_906_000_000_000_000_i64 + number as i64 * 60_000_000)]);
            desk.store("INSERT INTO session_speakers VALUES (?1, ?2, 0)", &[&id, &grace]);
        }
        let (listed, seen) = desk.server.reads_of(async || desk.agenda().await).await;
        let (warned, _) = desk.server.reads_of(async || desk.ada.ask(WARNINGS, json!({ "id": desk.event })).await).await;
        counted.push((listed, warned));
        assert_eq!(seen["sessions"].as_array().unwrap().len(), most);
        assert_eq!(seen["sessions"][most - 1]["speakers"][0]["picture"]["id"], json!(grace));
    }
    assert_eq!(counted[0], counted[1]);
    assert!(counted[0].0 < 12 && counted[0].1 < 7, "{counted:?}");
    desk.server.stop().await;
}

#[tokio::test]
async fn what_is_taken_away_comes_back_from_the_trash() {
    let desk = Desk::open("one-day-conference").await;
    let before = desk.agenda().await;
    let (room, track) = (text(&before["rooms"][1]["id"]), text(&before["tracks"][0]["id"]));
    let session = text(&before["sessions"][0]["id"]);
    let speaker = desk.speaker("Grace", None).await;
    desk.on("deleteRoom", &room, "rooms { id }").await;
    desk.on("deleteTrack", &track, "id").await;
    desk.on("deleteSession", &session, "id").await;
    desk.on("deleteSpeaker", &speaker, "id").await;
    let agenda = desk.agenda().await;
    let kinds: Vec<_> = agenda["trash"].as_array().unwrap().iter().map(|part| text(&part["kind"])).collect();
    assert_eq!(kinds, ["SPEAKER", "SESSION", "TRACK", "ROOM"]);
    assert!(agenda["sessions"].as_array().unwrap().iter().all(|left| left["room"]["id"] != room && left["id"] != session));
    let document = "mutation($id: ID!) { deleteSession(id: $id) { id } }";
    assert_eq!(desk.ada.refused(document, json!({ "id": session })).await, "NOT_FOUND", "it is gone already");
    for (kind, id) in [("ROOM", &room), ("TRACK", &track), ("SESSION", &session), ("SPEAKER", &speaker)] {
        desk.ada.ask(RESTORE, json!({ "event": desk.event, "kind": kind, "id": id })).await;
        let again = desk.ada.refused(RESTORE, json!({ "event": desk.event, "kind": kind, "id": id })).await;
        assert_eq!(again, "NOT_FOUND");
    }
    let after = desk.agenda().await;
    assert_eq!((&after["rooms"], &after["tracks"], &after["trash"]), (&before["rooms"], &before["tracks"], &json!([])));
    let without_version = |agenda: &Value| {
        let mut sessions = agenda["sessions"].as_array().unwrap().clone();
        for session in &mut sessions {
            session["version"] = Value::Null;
        }
        sessions
    };
    assert_eq!(without_version(&after), without_version(&before));

    let stage = text(&after["rooms"][0]["id"]);
    desk.on("deleteRoom", &stage, "id").await;
    let last = "mutation($id: ID!) { deleteRoom(id: $id) { id } }";
    assert_eq!(desk.ada.refused(last, json!({ "id": room })).await, "BAD_INPUT", "an event keeps a stage");

    let whole = json!({ "event": desk.event, "kind": "EVENT", "id": desk.event });
    assert_eq!(desk.ada.refused(RESTORE, whole.clone()).await, "NOT_FOUND", "it is not in the trash");
    desk.store("UPDATE events SET deleted_at = 1 WHERE id = ?1", &[&desk.event]);
    assert_eq!(desk.ada.refused(RESTORE, whole.clone()).await, "NOT_FOUND", "it was there for too long");
    desk.store("UPDATE events SET deleted_at = 1000000 * unixepoch() WHERE id = ?1", &[&desk.event]);
    let other = json!({ "event": desk.event, "kind": "EVENT", "id": room });
    assert_eq!(desk.ada.refused(RESTORE, other).await, "NOT_FOUND");
    desk.ada.ask(RESTORE, whole).await;
    desk.agenda().await;
    desk.server.stop().await;
}

#[tokio::test]
async fn what_lies_in_the_trash_for_thirty_days_is_erased_when_the_server_tidies() {
    let desk = Desk::open("one-day-conference").await;
    let (kept, gone) = (desk.event.clone(), desk.ada.event(&desk.organisation, "panel").await);
    desk.store("UPDATE events SET deleted_at = 1000000 * (unixepoch() - 29 * 86400) WHERE id = ?1", &[&kept]);
    desk.store("UPDATE events SET deleted_at = 1000000 * (unixepoch() - 31 * 86400) WHERE id = ?1", &[&gone]);
    let server = desk.server.restart().await;
    let database = Connection::open(server.database()).unwrap();
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    houselights_tests::within("the event to be erased", async {
        while count("SELECT count(*) FROM events") > 1 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    })
    .await;
    let left = format!("SELECT count(*) FROM sessions WHERE event_id <> '{kept}'");
    assert_eq!((count(&left), count("SELECT count(*) FROM sessions") > 0), (0, true));
    server.stop().await;
}

#[tokio::test]
async fn an_attendee_goes_to_the_second_stage_and_nobody_to_that_of_another_event() {
    let desk = Desk::open("one-day-conference").await;
    let other = desk.ada.event(&desk.organisation, "one-day-conference").await;
    let rooms = desk.agenda().await["rooms"].take();
    let [main, second, lounge] = [&rooms[0]["id"], &rooms[1]["id"], &rooms[3]["id"]].map(text);
    let foreign = text(&desk.ada.ask(AGENDA, json!({ "id": other })).await["event"]["rooms"][1]["id"]);
    let web = desk.on("enterEvent", &desk.event, "web").await["web"].take();
    let ada = sign_in(desk.server.http(), &secret(&web), None).await.unwrap();
    // The same link, as one that is open to all attendees.
    desk.store("UPDATE invites SET participant_id = NULL, role = 'attendee'", &[]);
    for step in ["publishEvent", "startEvent"] {
        desk.on(step, &desk.event, "id").await;
    }
    let vera = sign_in(desk.server.http(), &secret(&web), Some("Vera")).await.unwrap();
    assert_eq!((vera.room.to_string(), ada.room), (main.clone(), vera.room), "people come in on the first stage");

    let enter = async |login: &Login, room: &str| client::greet(socket(desk.server.http()).await, in_room(login, room)).await;
    let mut ada_there = enter(&ada, &second).await.unwrap_or_else(|refused| panic!("{refused:?}"));
    let mut vera_there = enter(&vera, &second).await.unwrap_or_else(|refused| panic!("{refused:?}"));
    assert_eq!(vera_there.room.to_string(), second);
    vera_there.say("Hello from the second row").await;
    ada_there.hears("Hello from the second row").await;
    let elsewhere = TestClient::connect(desk.server.http(), &vera).await;
    assert_eq!((elsewhere.room.to_string(), elsewhere.texts()), (main.clone(), Vec::new()), "each room has its own log");
    assert_eq!(vera_there.ended().await, Some(Refusal::SignedInElsewhere), "one is in one room");
    enter(&vera, &lounge).await.unwrap_or_else(|refused| panic!("{refused:?}"));

    let refused = async |room: &str| enter(&vera, room).await.err().flatten().map(|refused| refused.refusal);
    assert_eq!(refused(&foreign).await, Some(Refusal::NoSuchRoom));
    assert_eq!(refused(&RoomId::random().to_string()).await, Some(Refusal::NoSuchRoom));
    let both = Hello {
        rooms: [&main, &second].map(|room| RoomPosition { room: room.parse().unwrap(), after: None }).to_vec(),
        ..hello(&vera, None)
    };
    let both = client::greet(socket(desk.server.http()).await, both).await.err().flatten();
    assert_eq!(both.map(|refused| refused.refusal), Some(Refusal::NoSuchRoom), "one room at a time");
    desk.on("deleteRoom", &second, "id").await;
    assert_eq!(refused(&second).await, Some(Refusal::TakenDown));
    desk.ada.ask(RESTORE, json!({ "event": desk.event, "kind": "ROOM", "id": second })).await;
    desk.on("deleteRoom", &main, "id").await;
    let moved = client::greet(socket(desk.server.http()).await, Hello { rooms: Vec::new(), ..hello(&vera, None) }).await;
    let moved = moved.unwrap_or_else(|refused| panic!("{refused:?}"));
    assert_eq!(moved.room.to_string(), second, "the stage that is left is where one comes in");
    assert_eq!(refused(&main).await, Some(Refusal::TakenDown), "also for those who were there before");
    desk.server.stop().await;
}

#[tokio::test]
async fn a_speaker_is_invited_by_mail_and_by_a_link_and_is_seen_to_have_come() {
    let smtp = Smtp::start().await;
    let url = smtp.url().parse().unwrap();
    let desk = Desk::with(TestServer::with(|config| config.smtp_url = Some(url)).await, "fireside-chat").await;
    let grace = desk.speaker("Grace", Some("grace@example.com")).await;
    desk.create("Compilers", ("2030-06-01T14:00:00Z", "2030-06-01T15:00:00Z"), json!({ "speakers": [grace] })).await;
    let seen = async || desk.agenda().await["speakers"][0].take();
    assert_eq!((&seen().await["invitedAt"], &seen().await["cameAt"]), (&Value::Null, &Value::Null));
    let invitation = desk.on("inviteSpeaker", &grace, "link web").await;
    assert!(text(&invitation["link"]).starts_with("houselights://join?server="), "{invitation}");
    let mails = smtp.until_for("grace@example.com", 1).await;
    assert!(mails[0].text().unwrap().contains("Compilers"));
    let by_mail = mails[0].link().unwrap();
    assert_ne!(by_mail, text(&invitation["web"]), "each has its own");
    assert!(seen().await["invitedAt"].is_string() && seen().await["cameAt"].is_null());
    let copied = sign_in(desk.server.http(), &secret(&invitation["web"]), None).await.unwrap();
    let mailed = sign_in(desk.server.http(), &secret(&json!(by_mail)), None).await.unwrap();
    assert_eq!((copied.participant, copied.name.as_str()), (mailed.participant, "Grace"));
    let came = seen().await["cameAt"].take();
    assert!(came.is_string());
    // Once more, to another address and by another name: the same person.
    let change =
        "mutation($id: ID!) { updateSpeaker(id: $id, change: { name: \"Grace H.\", email: \"g@example.com\" }) { name } }";
    desk.ada.ask(change, json!({ "id": grace })).await;
    let again = desk.on("inviteSpeaker", &grace, "web").await;
    smtp.until_for("g@example.com", 1).await;
    let login = sign_in(desk.server.http(), &secret(&again["web"]), None).await.unwrap();
    assert_eq!((login.participant, login.name.as_str()), (mailed.participant, "Grace H."));
    assert_eq!(seen().await["cameAt"], came, "the first time");
    let mut there = TestClient::connect(desk.server.http(), &login).await;
    desk.on("deleteSpeaker", &grace, "id").await;
    assert_eq!(there.ended().await, Some(Refusal::TokenInvalid));
    let refused = client::greet(socket(desk.server.http()).await, hello(&login, None)).await.err().flatten();
    assert_eq!(refused.map(|refused| refused.refusal), Some(Refusal::TokenInvalid));
    assert!(sign_in(desk.server.http(), &secret(&again["web"]), None).await.is_err());
    desk.server.stop().await;
}

#[tokio::test]
async fn a_member_enters_as_what_they_are() {
    let desk = Desk::open("fireside-chat").await;
    let add =
        "mutation($o: ID!) { addMember(organisation: $o, email: \"mo@example.com\", name: \"Mo\", role: MODERATOR) { id } }";
    desk.ada.ask(add, json!({ "o": desk.organisation })).await;
    let mo = desk.server.person("mo@example.com").await;
    let enter = "mutation($id: ID!) { enterEvent(id: $id) { link web } }";
    let mut logins = Vec::new();
    for who in [&mo, &mo, &desk.ada] {
        let web = who.ask(enter, json!({ "id": desk.event })).await["enterEvent"]["web"].take();
        logins.push(sign_in(desk.server.http(), &secret(&web), None).await.unwrap());
    }
    assert_eq!(logins[0].participant, logins[1].participant);
    let came: Vec<_> = logins.iter().map(|login| (login.name.as_str(), json!(login.role))).collect();
    assert_eq!(came[1..], [("Mo", json!("moderator")), ("ada", json!("organizer"))]);
    desk.server.stop().await;
}

#[tokio::test]
async fn whoever_picked_a_session_is_told_when_it_moves_or_is_off_and_nobody_of_a_draft() {
    let smtp = Smtp::start().await;
    let url = smtp.url().parse().unwrap();
    let desk = Desk::with(TestServer::with(|config| config.smtp_url = Some(url)).await, "fireside-chat").await;
    let times = ("2030-06-01T10:00:00Z", "2030-06-01T11:00:00Z");
    let (one, two) = (desk.create("Compilers", times, json!({})).await, desk.create("Parsers", times, json!({})).await);
    desk.picker("Vera", &one);
    desk.picker("Walt", &two);
    desk.update(&one, 1, json!({ "startsAt": "2030-06-01T10:10:00Z" })).await.unwrap();
    desk.on("publishEvent", &desk.event, "id").await;
    let room = text(&desk.agenda().await["rooms"][0]["id"]);
    let grace = desk.speaker("Grace", None).await;
    // Both got their tickets when it was published. Each change by itself, and what is said of it; the times are Berlin's.
    let steps = [
        (json!({ "startsAt": "2030-06-01T10:30:00Z" }), "“Compilers” has a new time: Saturday, 1 June 2030, 12:30"),
        (json!({ "endsAt": "2030-06-01T11:15:00Z" }), "“Compilers” ends at another time: Saturday, 1 June 2030, 13:15"),
        (json!({ "title": "Compilers!" }), "“Compilers” has a new title: “Compilers!”"),
        (json!({ "room": room }), "“Compilers!” is in another room"),
        (json!({ "speakers": [grace] }), "Who speaks in “Compilers!” has changed: Grace"),
    ];
    for (number, (change, said)) in (0..).zip(&steps) {
        desk.update(&one, 2 + number, change.clone()).await.unwrap();
        let mails = smtp.until_for("vera@example.com", 2 + usize::try_from(number).unwrap()).await;
        let text = mails.last().unwrap().text().unwrap();
        assert!(text.contains(said) && text.contains("Vera"), "{said}: {text}");
    }
    assert_eq!(desk.update(&one, 3, json!({ "startsAt": "2030-06-01T10:45:00Z" })).await, Err("CONFLICT".to_owned()));
    desk.update(&one, 7, json!({ "capacity": 100, "description": "More of it" })).await.unwrap();
    desk.on("deleteSession", &one, "id").await;
    let mails = smtp.until_for("vera@example.com", 7).await;
    assert!(mails[6].text().unwrap().contains("“Compilers!” does not take place."), "{:?}", mails[6].text());
    desk.ada.ask(RESTORE, json!({ "event": desk.event, "kind": "SESSION", "id": one })).await;
    let mails = smtp.until_for("vera@example.com", 8).await;
    assert!(mails[7].text().unwrap().contains("“Compilers!” takes place after all"), "{:?}", mails[7].text());
    desk.on("cancelSession", &one, "cancelledAt").await;
    smtp.until_for("vera@example.com", 9).await;
    desk.on("cancelSession", &one, "cancelledAt").await;
    desk.on("deleteSession", &one, "id").await;
    desk.ada.ask(RESTORE, json!({ "event": desk.event, "kind": "SESSION", "id": one })).await;
    desk.on("deleteSession", &two, "id").await;
    smtp.until_for("walt@example.com", 2).await;
    assert_eq!(smtp.mails().len(), 11, "nobody is told twice, nor of what they did not pick");
    desk.server.stop().await;
}
