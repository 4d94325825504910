//! Who may be in the rooms of an event, from its draft to the archive; and the way from one room to another.

use houselights_shared::{
    CommandBody, EventRooms, Hello, InboxCommandBody, Login, Outcome, Refusal, Refused, RoomId, RoomPosition, SanctionAct,
    Timestamp,
};
use houselights_tests::{
    api::{Api, text},
    client::{TestClient, answer, greet, hello, http, sign_in, socket},
    server::TestServer,
};
use serde_json::{Value, json};

/// A quarter of an hour before the start of what the harness makes, 2030-06-01 12:00 UTC.
const OPENS: Timestamp = Timestamp::from_micros((1_906_545_600 - 15 * 60) * 1_000_000);

/// An event as a draft with its organizer, somebody who speaks and somebody who is registered, all signed in.
pub(crate) struct Night {
    pub(crate) server: TestServer,
    pub(crate) ada: Api,
    bea: Api,
    pub(crate) event: String,
    pub(crate) organizer: Login,
    pub(crate) speaker: Login,
    pub(crate) attendee: Login,
}

async fn came(server: &TestServer, web: &Value) -> Login {
    let secret = text(web);
    let secret = secret.rsplit('/').next().expect("a secret");
    sign_in(server.http(), secret, None).await.expect("the link is good")
}

/// Comes in by one's own right, into a room where one is named.
async fn enters(server: &TestServer, who: &Api, event: &str, room: Option<&str>) -> Login {
    let document = "mutation($id: ID!, $room: ID) { enterEvent(id: $id, room: $room) { web } }";
    let entered = who.ask(document, json!({ "id": event, "room": room })).await;
    came(server, &entered["enterEvent"]["web"]).await
}

impl Night {
    pub(crate) async fn of(template: &str) -> Self {
        let server = TestServer::start().await;
        let ada = server.person("ada@example.com").await;
        let event = ada.event(&ada.organisation("The Globe").await, template).await;
        let on = |more: Value| {
            let mut variables = json!({ "event": event });
            variables.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            variables
        };
        let tickets = ada.ask("query($id: ID!) { event(id: $id) { tickets { id } } }", json!({ "id": event })).await;
        let add = "mutation($event: ID!, $ticket: ID!) { addRegistration(event: $event, ticket: $ticket, name: \"Bea\", \
                   email: \"bea@example.com\") { id } }";
        ada.ask(add, on(json!({ "ticket": tickets["event"]["tickets"][0]["id"] }))).await;
        let made = "mutation($event: ID!) { createSpeaker(event: $event, speaker: { name: \"Grace\" }) { id } }";
        let grace = ada.ask(made, on(json!({}))).await["createSpeaker"]["id"].clone();
        let invited = ada.ask("mutation($id: ID!) { inviteSpeaker(id: $id) { web } }", json!({ "id": grace })).await;
        let speaker = came(&server, &invited["inviteSpeaker"]["web"]).await;
        let bea = server.person("bea@example.com").await;
        let organizer = enters(&server, &ada, &event, None).await;
        let attendee = enters(&server, &bea, &event, None).await;
        Self { server, ada, bea, event, organizer, speaker, attendee }
    }

    /// One that has begun.
    async fn on() -> Self {
        let night = Self::of("panel").await;
        night.step("publish").await;
        night.step("start").await;
        night
    }

    async fn side_room(&self) -> RoomId {
        let made = "mutation($id: ID!) { createRoom(event: $id, title: \"Side room\", kind: BREAKOUT) { id } }";
        let made = self.ada.ask(made, json!({ "id": self.event })).await;
        serde_json::from_value(made["createRoom"]["id"].clone()).expect("a room")
    }

    async fn delete_room(&self, room: RoomId) {
        self.ada.ask("mutation($id: ID!) { deleteRoom(id: $id) { id } }", json!({ "id": room })).await;
    }

    pub(crate) async fn step(&self, name: &str) {
        let document = format!("mutation($id: ID!) {{ {name}Event(id: $id) {{ id }} }}");
        self.ada.ask(&document, json!({ "id": self.event })).await;
    }

    pub(crate) async fn moved_to(&self, starts_at: &str) {
        let seen = self.ada.ask("query($id: ID!) { event(id: $id) { version } }", json!({ "id": self.event })).await;
        let document = "mutation($id: ID!, $version: Int!, $at: DateTime!) \
                        { rescheduleEvent(id: $id, version: $version, startsAt: $at) { id } }";
        let variables = json!({ "id": self.event, "version": seen["event"]["version"], "at": starts_at });
        self.ada.ask(document, variables).await;
    }

    pub(crate) async fn enter(&self, login: &Login) -> TestClient {
        TestClient::connect(self.server.http(), login).await
    }

    /// What is said to somebody who may not come in.
    async fn shut(&self, login: &Login) -> Refused {
        let greeted = greet(socket(self.server.http()).await, hello(login, None)).await;
        greeted.err().expect("not welcome").expect("a reason")
    }
}

#[tokio::test]
async fn the_doors_are_open_to_each_as_the_phase_of_the_event_says() {
    let night = Night::of("panel").await;
    let mut organizer = night.enter(&night.organizer).await;
    let mut speaker = night.enter(&night.speaker).await;
    speaker.say("a rehearsal").await;
    organizer.hears("a rehearsal").await;
    let early = night.shut(&night.attendee).await;
    assert_eq!((early.refusal, early.opens_at), (Refusal::DoorsClosed, None));
    assert!(early.retry_after_ms.is_some(), "it comes back by itself");
    night.step("publish").await;
    let early = night.shut(&night.attendee).await;
    assert_eq!((early.refusal, early.opens_at), (Refusal::DoorsClosed, Some(OPENS)));
    assert!(early.retry_after_ms.is_some_and(|ms| ms <= 31_000), "{early:?}: it may be started before");
    let used = async || {
        let document = "query($id: ID!) { event(id: $id) { registrations { edges { node { usedAt } } } } }";
        let seen = night.ada.ask(document, json!({ "id": night.event })).await;
        seen["event"]["registrations"]["edges"][0]["node"]["usedAt"].clone()
    };
    assert_eq!(used().await, Value::Null, "whoever waits at the doors has not come yet");
    night.step("start").await;
    let mut attendee = night.enter(&night.attendee).await;
    assert!(used().await.is_string());
    attendee.say("good evening").await;
    organizer.hears("good evening").await;

    night.step("end").await;
    assert_eq!(attendee.ended().await, Some(Refusal::EventOver));
    assert_eq!(speaker.ended().await, Some(Refusal::EventOver));
    organizer.say("that was it").await;
    for login in [&night.attendee, &night.speaker] {
        let told = night.shut(login).await;
        assert_eq!((told.refusal, told.retry_after_ms), (Refusal::EventOver, None));
    }
    // Also where nothing is remembered.
    let Night { server, organizer: login, attendee, .. } = night;
    let server = server.restart().await;
    let told = greet(socket(server.http()).await, hello(&attendee, None)).await.err().flatten().unwrap();
    assert_eq!(told.refusal, Refusal::EventOver);
    TestClient::connect(server.http(), &login).await.hears("that was it").await;
    server.stop().await;
}

#[tokio::test]
async fn the_doors_open_by_themselves_before_the_start_and_close_where_that_is_put_off() {
    let night = Night::of("panel").await;
    night.step("publish").await;
    assert_eq!(night.shut(&night.attendee).await.refusal, Refusal::DoorsClosed);
    let soon = chrono::Utc::now() + chrono::Duration::minutes(14);
    night.moved_to(&soon.to_rfc3339()).await;
    let mut attendee = night.enter(&night.attendee).await;
    attendee.say("a little early").await;
    let mut speaker = night.enter(&night.speaker).await;
    night.moved_to("2030-06-01T12:00:00Z").await;
    assert_eq!(attendee.ended().await, Some(Refusal::DoorsClosed));
    assert!(attendee.refused.is_some_and(|told| told.opens_at == Some(OPENS) && told.retry_after_ms.is_some()));
    speaker.say("still here").await;
    night.server.stop().await;
}

#[tokio::test]
async fn what_is_archived_stays_as_it_is() {
    let night = Night::of("panel").await;
    for step in ["publish", "start", "end"] {
        night.step(step).await;
    }
    let mut organizer = night.enter(&night.organizer).await;
    organizer.say("the last word").await;
    night.step("archive").await;
    assert_eq!(organizer.ended().await, Some(Refusal::Overloaded), "to come back, and hear that nothing changes any more");
    let mut organizer = night.enter(&night.organizer).await;
    assert_eq!(organizer.me.may, Some(Vec::new()));
    organizer.hears("the last word").await;
    for body in [CommandBody::say("one more".to_owned()), CommandBody::GoLive] {
        let outcome = organizer.ask(body).await;
        assert_eq!(outcome, Outcome::Refused { refusal: Refusal::EventArchived, retry_after_ms: None });
    }
    assert_eq!(night.shut(&night.attendee).await.refusal, Refusal::EventOver);

    let parts = "query($id: ID!) { event(id: $id) { version rooms { id } sessions { id version } speakers { id } tickets { id } \
                 registrations { edges { node { id } } } } }";
    let parts = night.ada.ask(parts, json!({ "id": night.event })).await["event"].clone();
    let event = &night.event;
    let (room, session, ticket) = (&parts["rooms"][0]["id"], &parts["sessions"][0]["id"], &parts["tickets"][0]["id"]);
    let (speaker, place) = (&parts["speakers"][0]["id"], &parts["registrations"]["edges"][0]["node"]["id"]);
    for change in [
        format!("updateEvent(id: \"{event}\", version: {}, change: {{ title: \"Anew\" }}) {{ id }}", parts["version"]),
        format!("cancelEvent(id: \"{event}\") {{ id }}"),
        format!("publishEvent(id: \"{event}\") {{ id }}"),
        format!("createTrack(event: \"{event}\", title: \"T\", colour: \"#aabbcc\") {{ id }}"),
        format!("createRoom(event: \"{event}\", title: \"R\", kind: STAGE) {{ id }}"),
        format!("renameRoom(id: {room}, title: \"R\") {{ id }}"),
        format!("deleteSession(id: {session}) {{ id }}"),
        format!("updateSpeaker(id: {speaker}, change: {{ name: \"G\" }}) {{ id }}"),
        format!("inviteSpeaker(id: {speaker}) {{ link }}"),
        format!("updateTicketType(id: {ticket}, change: {{ title: \"T\" }}) {{ id }}"),
        format!("createCode(event: \"{event}\", code: {{ code: \"EARLY\", percentOff: 10 }}) {{ id }}"),
        format!("createQuestion(event: \"{event}\", question: {{ label: \"Q\", kind: TEXT }}) {{ id }}"),
        format!("addRegistration(event: \"{event}\", ticket: {ticket}, name: \"Cem\", email: \"cem@example.com\") {{ id }}"),
        format!("cancelRegistration(id: {place}) {{ id }}"),
        format!("restore(event: \"{event}\", kind: ROOM, id: {room}) {{ id }}"),
    ] {
        let document = format!("mutation {{ {change} }}");
        assert_eq!(night.ada.refused(&document, json!({})).await, "WRONG_PHASE", "{change}");
    }
    let mine = night.bea.ask("{ myRegistrations { edges { node { id } } } }", json!({})).await;
    let pick = format!(
        "mutation {{ pickSession(registration: {}, session: {session}, picked: true) {{ id }} }}",
        mine["myRegistrations"]["edges"][0]["node"]["id"]
    );
    assert_eq!(night.bea.refused(&pick, json!({})).await, "WRONG_PHASE");
    for file in ["agenda.csv", "attendees.csv"] {
        let (status, _) = night.ada.file("POST", &format!("/api/events/{event}/{file}"), "name,email\nC,c@example.com\n").await;
        assert_eq!(status, 409, "{file}");
        assert_eq!(night.ada.file("GET", &format!("/api/events/{event}/{file}"), "").await.0, 200, "it is read");
    }
    night.step("delete").await;
    assert_eq!(organizer.ended().await, Some(Refusal::TakenDown));
    night.server.stop().await;
}

#[tokio::test]
async fn what_is_cancelled_is_left_to_its_organizers_and_can_be_archived_from_where_it_stands() {
    for step in ["publish", "start"] {
        let night = Night::of("panel").await;
        night.step("publish").await;
        if step == "publish" {
            night.moved_to(&chrono::Utc::now().to_rfc3339()).await;
        } else {
            night.step("start").await;
        }
        let mut attendee = night.enter(&night.attendee).await;
        let mut organizer = night.enter(&night.organizer).await;
        night.step("cancel").await;
        assert_eq!(attendee.ended().await, Some(Refusal::EventCancelled));
        organizer.say("sorry about that").await;
        assert_eq!(night.shut(&night.attendee).await.refusal, Refusal::EventCancelled);
        let refused = "mutation($id: ID!) { startEvent(id: $id) { id } }";
        assert_eq!(night.ada.refused(refused, json!({ "id": night.event })).await, "WRONG_PHASE");
        let archive = "mutation($id: ID!) { archiveEvent(id: $id) { phase } }";
        assert_eq!(night.ada.ask(archive, json!({ "id": night.event })).await["archiveEvent"]["phase"], "ARCHIVED");
        assert_eq!(night.ada.refused(archive, json!({ "id": night.event })).await, "WRONG_PHASE", "once");
        night.server.stop().await;
    }
}

#[tokio::test]
async fn a_cancelled_place_ends_also_where_a_room_was_deleted_meanwhile() {
    let night = Night::on().await;
    let mut attendee = night.enter(&night.attendee).await;
    let room = night.side_room().await;
    night.delete_room(room).await;
    attendee.say("still here").await;
    let place = "query($id: ID!) { event(id: $id) { registrations { edges { node { id } } } } }";
    let place = night.ada.ask(place, json!({ "id": night.event })).await;
    let place = &place["event"]["registrations"]["edges"][0]["node"]["id"];
    night.ada.ask("mutation($id: ID!) { cancelRegistration(id: $id) { id } }", json!({ "id": place })).await;
    assert_eq!(attendee.ended().await, Some(Refusal::TokenInvalid));
    assert_eq!(night.shut(&night.attendee).await.refusal, Refusal::TokenInvalid);
    night.server.stop().await;
}

#[tokio::test]
async fn whoever_a_room_muted_that_is_deleted_writes_to_others_until_it_is_back() {
    let night = Night::on().await;
    let side = night.side_room().await;
    let mut attendee = night.enter(&night.attendee).await;
    let mut organizer = night.enter(&Login { room: side, ..night.organizer.clone() }).await;
    let (who, to) = (attendee.me.participant, organizer.me.participant);
    let mut writes = async || attendee.ask_inbox(InboxCommandBody::SendDirect { to, text: "psst".to_owned() }).await;
    let is_muted = |outcome| matches!(outcome, Outcome::Refused { refusal: Refusal::Muted, .. });
    organizer.done(CommandBody::Sanction { participant: who, act: SanctionAct::Mute }).await;
    assert!(is_muted(writes().await));
    night.delete_room(side).await;
    assert!(matches!(writes().await, Outcome::Accepted { .. }));
    let restore = "mutation($event: ID!, $id: ID!) { restore(event: $event, kind: ROOM, id: $id) { id } }";
    night.ada.ask(restore, json!({ "event": night.event, "id": side })).await;
    assert!(is_muted(writes().await));
    night.server.stop().await;
}

#[tokio::test]
async fn a_ban_by_a_room_that_was_deleted_since_is_listed_and_lifted() {
    let night = Night::on().await;
    let side = night.side_room().await;
    let there = |login: &Login| Login { room: side, ..login.clone() };
    let mut attendee = night.enter(&there(&night.attendee)).await;
    let mut organizer = night.enter(&there(&night.organizer)).await;
    let who = attendee.me.participant;
    organizer.done(CommandBody::Sanction { participant: who, act: SanctionAct::Ban }).await;
    assert_eq!(attendee.ended().await, Some(Refusal::Banned));
    night.delete_room(side).await;
    let bans = async || {
        let bans = "query($id: ID!) { event(id: $id) { bans { id name rooms { title deleted } } } }";
        night.ada.ask(bans, json!({ "id": night.event })).await["event"]["bans"].clone()
    };
    let rooms = json!([{ "title": "Side room", "deleted": true }]);
    assert_eq!(bans().await, json!([{ "id": who, "name": "Bea", "rooms": rooms }]));
    assert_eq!(night.shut(&night.attendee).await.refusal, Refusal::Banned);
    let lift = "mutation($event: ID!, $who: ID!) { liftBan(event: $event, participant: $who) }";
    for was_banned in [true, false] {
        let lifted = night.ada.ask(lift, json!({ "event": night.event, "who": who })).await;
        assert_eq!(lifted["liftBan"], was_banned);
    }
    assert_eq!(bans().await, json!([]));
    let mut back = night.enter(&night.attendee).await;
    back.say("thank you").await;
    let nobody = json!({ "event": night.event, "who": RoomId::random() });
    assert_eq!(night.ada.refused(lift, nobody).await, "NOT_FOUND");
    night.server.stop().await;
}

/// The rooms that a login may go to.
async fn rooms_of(server: &TestServer, login: &Login) -> EventRooms {
    let asked = http().get(format!("http://{}/api/rooms", server.http())).bearer_auth(login.token.as_str());
    answer(asked.send().await.expect("answered")).await.expect("the rooms")
}

#[tokio::test]
async fn with_one_login_every_room_of_the_event_is_reached() {
    let night = Night::of("one-day-conference").await;
    night.step("publish").await;
    night.step("start").await;
    let server = &night.server;
    let rooms = rooms_of(server, &night.attendee).await.rooms;
    let titles: Vec<_> = rooms.iter().map(|room| room.title.as_str()).collect();
    assert_eq!(titles, ["Main stage", "Second stage", "Workshop studio", "Lounge", "Sponsors' hall"]);
    let [main, second] = [&rooms[0], &rooms[1]];
    assert_eq!((main.sessions[0].title.as_str(), main.room), ("Opening", night.attendee.room));
    assert!(
        !second.sessions.is_empty()
            && rooms.iter().all(|room| room.sessions.len() <= 4 && room.sessions.is_sorted_by_key(|slot| slot.starts_at))
    );
    let mut there = Vec::new();
    for room in &rooms {
        let login = Login { room: room.room, ..night.attendee.clone() };
        let mut client = night.enter(&login).await;
        assert_eq!(client.snapshot.as_ref().map(|snapshot| snapshot.title.as_str()), Some(room.title.as_str()));
        client.say(&format!("hello from {}", room.title)).await;
        there.push(client);
    }
    let mut last = there.pop().expect("five rooms");
    for mut left in there {
        assert_eq!(left.ended().await, Some(Refusal::SignedInElsewhere), "one is in one room at a time");
    }
    assert_eq!(last.texts(), ["hello from Sponsors' hall"], "each room has its own log");
    last.say("and still here").await;
    let refused =
        http().get(format!("http://{}/api/rooms", server.http())).bearer_auth("nobody").send().await.expect("answered");
    assert_eq!(refused.status(), 401);
    night.server.stop().await;
}

#[tokio::test]
async fn a_room_says_what_was_on_there_last() {
    let night = Night::of("one-day-conference").await;
    night.step("publish").await;
    let server = &night.server;
    assert!(rooms_of(server, &night.attendee).await.rooms.iter().all(|room| room.before.is_none()), "nothing is over yet");
    night.moved_to(&(chrono::Utc::now() - chrono::Duration::minutes(150)).to_rfc3339()).await;
    let now = Timestamp::from_micros(chrono::Utc::now().timestamp_micros());
    let rooms = rooms_of(server, &night.attendee).await.rooms;
    let main = rooms.first().expect("the main stage");
    let before = main.before.as_ref().expect("something was on");
    let next = main.sessions.first().expect("something comes");
    assert_ne!(before.title, "Opening", "the last one that is over, and not the first");
    assert!(before.ends_at <= now && now < next.ends_at && before.starts_at < next.starts_at, "{before:?} {next:?}");
    assert!(rooms.iter().any(|room| room.before.is_none()), "where nothing was on nothing is told");
    night.server.stop().await;
}

#[tokio::test]
async fn a_link_leads_into_the_room_of_the_session() {
    let night = Night::of("one-day-conference").await;
    night.step("publish").await;
    night.step("start").await;
    let (server, ada, event) = (&night.server, &night.ada, &night.event);
    let agenda =
        "query($id: ID!) { event(id: $id) { rooms { id title } sessions { id version room { id } } speakers { id } } }";
    let agenda = ada.ask(agenda, json!({ "id": event })).await["event"].clone();
    let room = |index: usize| text(&agenda["rooms"][index]["id"]);
    let (main, second, third) = (room(0), room(1), room(2));
    // From one's own agenda.
    for who in [&night.bea, ada] {
        let login = enters(server, who, event, Some(&second)).await;
        assert_eq!(login.room.to_string(), second);
        night.enter(&login).await;
        assert_eq!(enters(server, who, event, None).await.room.to_string(), main);
        let document = "mutation($id: ID!, $room: ID) { enterEvent(id: $id, room: $room) { web } }";
        let other = ada.event(&ada.organisation("Elsewhere").await, "panel").await;
        let other = ada.ask("query($id: ID!) { event(id: $id) { rooms { id } } }", json!({ "id": other })).await;
        let foreign = json!({ "id": event, "room": other["event"]["rooms"][0]["id"] });
        assert_eq!(who.refused(document, foreign).await, "NOT_FOUND");
    }
    // Into the green room of what one speaks in, wherever that is by now.
    let session = agenda["sessions"].as_array().unwrap().iter().find(|session| session["room"]["id"] == json!(second)).unwrap();
    let grace = &agenda["speakers"][agenda["speakers"].as_array().unwrap().len() - 1]["id"];
    let put = "mutation($id: ID!, $version: Int!, $change: SessionChange!) \
               { updateSession(id: $id, version: $version, change: $change) { version } }";
    let change = json!({ "id": session["id"], "version": session["version"], "change": { "speakers": [grace] } });
    let version = ada.ask(put, change).await["updateSession"]["version"].clone();
    let invited = ada.ask("mutation($id: ID!) { inviteSpeaker(id: $id) { web } }", json!({ "id": grace })).await;
    let link = &invited["inviteSpeaker"]["web"];
    let login = came(server, link).await;
    assert_eq!(login.room.to_string(), second);
    night.enter(&login).await.say("sound check").await;
    let change = json!({ "id": session["id"], "version": version, "change": { "room": third } });
    ada.ask(put, change).await;
    assert_eq!(came(server, link).await.room.to_string(), third);
    ada.ask("mutation($id: ID!) { deleteRoom(id: $id) { id } }", json!({ "id": third })).await;
    let login = came(server, link).await;
    assert_eq!(login.room.to_string(), main);
    // Without a word about a room the server says where it leads.
    let nowhere = Hello { rooms: Vec::<RoomPosition>::new(), ..hello(&login, None) };
    let client = greet(socket(server.http()).await, nowhere).await.unwrap_or_else(|told| panic!("{told:?}"));
    assert_eq!(client.room.to_string(), main);
    night.server.stop().await;
}
