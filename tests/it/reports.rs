//! What is told of an event's rooms afterwards: who gets it, what stands in it, and what never does.

use std::collections::BTreeMap;

use houselights_shared::{
    Choice, CommandBody, Message, MessageId, ParticipantId, PollForm, PollId, PollKind, ResultsShown, Role, RoomId, Seq,
    Timestamp, UpdateBody,
};
use houselights_tests::{
    api::{Api, text},
    client::{TestClient, attend},
    server::{Event, TestServer},
};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::house::{CREW, crew, viewer};

/// All files that there are.
const FILES: [&str; 11] = [
    "log.jsonl",
    "chat.csv",
    "chat.jsonl",
    "questions.csv",
    "questions.jsonl",
    "polls.csv",
    "polls.jsonl",
    "votes.csv",
    "votes.jsonl",
    "audit.csv",
    "audit.jsonl",
];
const FIGURES: &str =
    "query($id: ID!) { event(id: $id) { reports { id title messages questions polls namedPolls acts entries } } }";

/// An event of an organisation, whose owner is Ada.
async fn house() -> (TestServer, Event, Api) {
    let server = TestServer::start().await;
    let event = server.event(&CREW).await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let database = Connection::open(server.database()).expect("the database");
    database.busy_timeout(std::time::Duration::from_secs(5)).expect("set");
    // It is on for a while: an organisation's event that is long over ends by itself.
    let owned = "UPDATE events SET organisation_id = ?1, starts_at = ?3, ends_at = ?3 + 7200000000 WHERE id = ?2";
    let now = chrono::Utc::now().timestamp_micros();
    database.execute(owned, rusqlite::params![organisation, event.event.to_string(), now]).expect("written");
    (server, event, ada)
}

fn path(event: &Event, file: &str, room: Option<RoomId>) -> String {
    let of_room = room.map(|room| format!("?room={room}")).unwrap_or_default();
    format!("/api/events/{}/reports/{file}{of_room}", event.event)
}

async fn report(api: &Api, event: &Event, file: &str) -> String {
    let (status, file) = api.file("GET", &path(event, file, Some(event.room)), "").await;
    assert_eq!(status, 200, "{file}");
    file
}

async fn lines(api: &Api, event: &Event, file: &str) -> Vec<Value> {
    let file = report(api, event, file).await;
    file.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"))).collect()
}

fn form(question: &str, kind: PollKind, named: bool) -> PollForm {
    let options = if matches!(kind, PollKind::Single | PollKind::Quiz { .. }) { vec!["Tea", "=Coffee"] } else { Vec::new() };
    PollForm {
        question: question.to_owned(),
        kind,
        options: options.into_iter().map(str::to_owned).collect(),
        correct: if matches!(kind, PollKind::Quiz { .. }) { vec![1] } else { Vec::new() },
        shown: ResultsShown::Always,
        named,
        changeable: false,
        seconds: None,
    }
}

async fn asks_all(mo: &mut TestClient, form: PollForm) -> PollId {
    let poll = PollId::random();
    mo.done(CommandBody::DraftPoll { poll, form }).await;
    mo.done(CommandBody::OpenPoll { poll }).await;
    poll
}

/// Votes in all of them, each in the way of the poll.
async fn votes(who: &mut TestClient, polls: [PollId; 4], option: u8, words: &str) {
    let pick = Choice::Options { options: vec![option] };
    let choices = [pick.clone(), pick.clone(), Choice::Text { text: words.to_owned() }, pick];
    for (poll, choice) in polls.into_iter().zip(choices) {
        who.done(CommandBody::Vote { poll, choice }).await;
    }
}

/// A show with all that is reported: Vera votes for tea, Walt for coffee; Vera asks something anonymously and is hidden once.
async fn played(server: &TestServer, event: &Event) -> ParticipantId {
    let (mut mo, mut vera) = (crew(server, event, "Mo").await, viewer(server, event, "Vera").await);
    let mut walt = viewer(server, event, "Walt").await;
    let polls = [
        asks_all(&mut mo, form("Named?", PollKind::Single, true)).await,
        asks_all(&mut mo, form("Anonymous?", PollKind::Single, false)).await,
        asks_all(&mut mo, form("In words?", PollKind::OpenText, false)).await,
        asks_all(&mut mo, form("Right?", PollKind::Quiz { points: 10 }, false)).await,
    ];
    // Nothing else is told of Walt than his votes.
    votes(&mut walt, polls, 1, "Zebras, of course").await;
    votes(&mut vera, polls, 0, "Apes").await;
    for poll in polls {
        mo.done(CommandBody::ClosePoll { poll }).await;
    }
    vera.done(CommandBody::AskQuestion { text: "Why, \"exactly\"?".to_owned(), anonymous: true }).await;
    mo.say("Shown").await;
    vera.say("=HYPERLINK(\"x\")").await;
    let said = vera.ask(CommandBody::say("Rude wrds")).await;
    assert!(matches!(said, houselights_shared::Outcome::Accepted { .. }));
    vera.hears("Rude wrds").await;
    let rude = vera
        .updates
        .iter()
        .rev()
        .find_map(|update| if let UpdateBody::MessageSent { message } = &update.body { Some(message.id) } else { None });
    let message = rude.expect("it was said");
    vera.done(CommandBody::EditMessage { message, text: "Rude words".to_owned(), mentions: Vec::new() }).await;
    mo.done(CommandBody::HideMessage { message }).await;
    walt.me.participant
}

#[tokio::test]
async fn the_reports_have_what_happened_and_nothing_that_tells_an_anonymous_vote() {
    let (server, event, ada) = house().await;
    let walt = played(&server, &event).await;
    let mut files = BTreeMap::new();
    for file in FILES {
        files.insert(file, report(&ada, &event, file).await);
    }
    // Of Walt nothing is told but his vote in the poll that is named, and that he has points.
    for (file, content) in &files {
        assert!(!content.contains(&walt.to_string()), "{file}");
        let named = content.matches("Walt").count();
        let expected = match *file {
            "votes.csv" | "votes.jsonl" | "polls.csv" | "polls.jsonl" => 1,
            "log.jsonl" => content.matches("\"leaders\":[{\"name\":\"Walt\",\"points\":10}]").count(),
            _ => 0,
        };
        assert_eq!(named, expected, "{file}: {content}");
        assert!(!content.contains("poll_voted") && !content.contains("\"what\":\"hidden\""), "{file}");
    }
    let votes = lines(&ada, &event, "votes.jsonl").await;
    let told: Vec<_> =
        votes.iter().map(|vote| (text(&vote["question"]), text(&vote["name"]), vote["answer"].clone())).collect();
    let vote = |name: &str, answer| ("Named?".to_owned(), name.to_owned(), json!([answer]));
    assert_eq!(told, [vote("Vera", "Tea"), vote("Walt", "=Coffee")]);
    // What was written stands in another order than it came, and not beside its time.
    let words: Vec<_> = lines(&ada, &event, "polls.jsonl").await.into_iter().filter(|row| row["row"] == "text").collect();
    assert_eq!(words.iter().map(|row| text(&row["answer"])).collect::<Vec<_>>(), ["Apes", "Zebras, of course"]);
    let log = &files["log.jsonl"];
    let zebras: Vec<_> = log.lines().filter(|line| line.contains("Zebras")).collect();
    assert!(matches!(zebras.as_slice(), [line] if line.contains("poll_closed")), "{zebras:?}");

    let chat = &files["chat.csv"];
    assert!(chat.starts_with("room,seq,time,name,role,text,") && chat.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{chat}");
    let rude =
        lines(&ada, &event, "chat.jsonl").await.into_iter().find(|said| said["text"] == "Rude words").expect("it is there");
    assert_eq!((&rude["earlier"], &rude["gone"], &rude["gone_by"]), (&json!(["Rude wrds"]), &json!("hidden"), &json!("Mo")));
    let time = text(&rude["gone_at"]);
    assert!(time.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(&time).is_ok(), "{time}");

    let asked = lines(&ada, &event, "questions.jsonl").await;
    assert_eq!((asked.len(), &asked[0]["name"], &asked[0]["standing"]), (1, &Value::Null, &json!("waiting")));
    assert!(files["questions.csv"].contains("\"Why, \"\"exactly\"\"?\""));
    let polls = &files["polls.csv"];
    assert!(polls.contains(",Named?,single,yes,closed,") && polls.contains(",'=Coffee,"), "{polls}");
    assert!(polls.contains(",leader,Walt,,10\r\n"), "{polls}");
    let audit = lines(&ada, &event, "audit.jsonl").await;
    assert_eq!(audit.iter().map(|act| text(&act["what"])).collect::<Vec<_>>(), ["message_hidden"]);
    assert_eq!((&audit[0]["name"], &audit[0]["whom"]), (&json!("Mo"), &json!(["Vera"])));

    let figures = ada.ask(FIGURES, json!({ "id": event.event })).await["event"]["reports"][0].clone();
    let figures = ["messages", "questions", "polls", "namedPolls", "acts"].map(|of| figures[of].as_i64());
    assert_eq!(figures, [3, 1, 4, 1, 1].map(Some));
    server.stop().await;
}

#[tokio::test]
async fn reports_are_for_those_who_may_take_logs_out_of_the_house() {
    let (server, event, ada) = house().await;
    let organisation = text(
        &ada.ask("{ me { memberships { organisation { id } } } }", json!({})).await["me"]["memberships"][0]["organisation"]["id"],
    );
    let add = "mutation($organisation: ID!) { addMember(organisation: $organisation, email: \"mo@example.com\", name: \"Mo\", \
               role: MODERATOR) { id } }";
    ada.ask(add, json!({ "organisation": organisation })).await;
    let key = "mutation($organisation: ID!) { createApiKey(organisation: $organisation, name: \"K\", scopes: [EVENTS_READ, \
               EVENTS_WRITE, PEOPLE_READ, PEOPLE_WRITE]) { secret } }";
    let key = text(&ada.ask(key, json!({ "organisation": organisation })).await["createApiKey"]["secret"]);
    let (moderator, mallory) = (server.person("mo@example.com").await, server.person("mallory@example.com").await);
    mallory.organisation("The Rose").await;
    let attendee = attend(server.http(), &event, "Vera").await;
    let refused = [
        (server.stranger(), 401, "token_invalid"),
        (Api::new(server.http(), Some(attendee.token.as_str().to_owned())), 401, "token_invalid"),
        (mallory, 404, "not_allowed"),
        (moderator.clone(), 403, "not_allowed"),
        (Api::new(server.http(), Some(key)), 403, "not_allowed"),
    ];
    for (who, status, code) in &refused {
        for file in FILES {
            let (answered, body) = who.file("GET", &path(&event, file, None), "").await;
            assert_eq!(answered, *status, "{file}: {body}");
            let told: Value = serde_json::from_str(&body).expect("a refusal");
            assert_eq!(told["refusal"], *code, "{file}");
        }
    }
    assert_eq!(moderator.refused(FIGURES, json!({ "id": event.event })).await, "FORBIDDEN");
    for wrong in ["log.csv", "people.csv", "chat", "..%2Fchat.csv"] {
        assert_eq!(ada.file("GET", &path(&event, wrong, None), "").await.0, 404, "{wrong}");
    }
    let elsewhere = server.event(&[(Role::Producer, "Pat")]).await;
    assert_eq!(ada.file("GET", &path(&event, "chat.csv", Some(elsewhere.room)), "").await.0, 404);
    assert_eq!(ada.file("GET", &format!("/api/events/{}/reports/chat.csv?room=x", event.event), "").await.0, 400);
    // Where nothing happened there is a file with nothing but its head.
    let (status, empty) = ada.file("GET", &path(&event, "votes.csv", None), "").await;
    assert_eq!((status, empty.as_str()), (200, "room,poll,question,name,answer,time\r\n"));
    assert_eq!(ada.file("GET", &path(&event, "log.jsonl", None), "").await, (200, String::new()));
    server.stop().await;
}

/// As many messages as no page holds.
const SAID: u64 = 5_100;

#[tokio::test]
async fn a_long_log_of_before_is_told_whole_and_in_order_and_of_each_room() {
    let (server, event, ada) = house().await;
    let (room, second) = (event.room.to_string(), RoomId::random().to_string());
    let server = server
        .restart_after(|database| {
            let sql =
                "INSERT INTO rooms (id, event_id, kind, title, created_at, position) VALUES (?1, ?2, 'stage', 'Side', 1, 9)";
            database.execute(sql, [&second, &event.event.to_string()]).expect("written");
            database.execute("UPDATE rooms SET indexed = 0", []).expect("written");
            database.execute_batch("BEGIN").expect("begun");
            for (room, most) in [(&room, SAID), (&second, 2)] {
                for seq in 1..=most {
                    let by = ParticipantId::random();
                    let number = i64::try_from(seq).expect("small");
                    let at = Timestamp::from_micros(1_790_000_000_000_000 + number);
                    let mut message =
                        Message::new(MessageId::random(), (by, "Vera".to_owned(), Role::Attendee), at, format!("Word {seq}"));
                    message.seq = Seq::new(seq);
                    let body = serde_json::to_string(&UpdateBody::MessageSent { message }).expect("JSON");
                    let sql = "INSERT INTO updates (room_id, seq, at, by_participant, body) VALUES (?1, ?2, ?3, ?4, ?5)";
                    database.execute(sql, params![room, number, at.micros(), by.to_string(), body]).expect("written");
                }
            }
            database.execute_batch("COMMIT").expect("done");
        })
        .await;
    let ada = Api::new(server.http(), ada.token().map(str::to_owned));
    for file in ["chat.jsonl", "log.jsonl"] {
        let told = lines(&ada, &event, file).await;
        assert!(told.iter().map(|line| line["seq"].as_u64()).eq((1..=SAID).map(Some)), "{file}");
    }
    let (_, all) = ada.file("GET", &path(&event, "chat.csv", None), "").await;
    assert_eq!(all.lines().count(), 1 + usize::try_from(SAID).expect("small") + 2, "one head for all rooms");
    let last: Vec<_> = all.lines().rev().take(2).map(|line| line.split(',').next().unwrap_or_default()).collect();
    assert_eq!(last, ["Side", "Side"]);
    server.stop().await;
}
