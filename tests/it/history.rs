//! What was said before: paged back and searched, by whoever may be in the room.

use houselights_domain::may;
use houselights_shared::{
    Action, CommandBody, Login, MessagePage, Outcome, Refusal, ReportTarget, Role, RulesEdit, SanctionAct, Seq, UpdateBody,
};
use houselights_tests::{
    client::{TestClient, attend, http, sign_in_as},
    server::{Event, TestServer},
};
use serde_json::{Value, json};

use crate::{
    archive::{archive_of, enter, log_in},
    house::{crew, send, show, viewer},
};

/// Asks for a path below a room's messages; the status, and what was answered.
async fn ask(server: &TestServer, login: &Login, room: &str, rest: &str) -> (u16, Value) {
    let url = format!("http://{}/api/rooms/{room}/messages{rest}", server.http());
    let answer = http().get(url).bearer_auth(login.token.as_str()).send().await.expect("answered");
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

async fn page(server: &TestServer, login: &Login, rest: &str) -> MessagePage {
    let (status, page) = ask(server, login, &login.room.to_string(), rest).await;
    assert_eq!(status, 200, "{page}");
    serde_json::from_value(page).expect("a page")
}

fn texts(page: &MessagePage) -> Vec<&str> {
    page.messages.iter().map(|message| message.text.as_str()).collect()
}

async fn somebody(server: &TestServer, event: &Event, name: &str) -> (Login, TestClient) {
    let login = sign_in_as(server.http(), event, name).await;
    let client = TestClient::connect(server.http(), &login).await;
    (login, client)
}

#[tokio::test]
async fn one_pages_back_from_the_snapshot_to_the_first_word_while_more_is_said() {
    let (server, event) = show().await;
    let mut ada = crew(&server, &event, "Ada").await;
    for number in 0..250 {
        ada.post(send(&format!("number {number}"))).await;
    }
    ada.hears("number 249").await;
    let login = attend(server.http(), &event, "Late").await;
    let late = TestClient::connect(server.http(), &login).await;
    let chat = &late.snapshot.as_ref().expect("a snapshot").chat;
    let mut seen: Vec<String> = chat.iter().map(|message| message.text.clone()).collect();
    let mut before = chat[0].seq;
    assert!(before > Seq::default(), "a snapshot says where its messages stand");
    loop {
        ada.say("and more").await;
        let older = page(&server, &login, &format!("?before={}&limit=20", before.number())).await;
        before = older.messages[0].seq;
        seen.splice(0..0, texts(&older).into_iter().map(str::to_owned));
        if !older.more {
            break;
        }
    }
    assert_eq!(seen, (0..250).map(|number| format!("number {number}")).collect::<Vec<_>>());
    server.stop().await;
}

#[tokio::test]
async fn what_was_taken_out_keeps_its_place_and_moderators_see_what_it_was() {
    let (server, event) = show().await;
    let (mo_login, mut mo) = somebody(&server, &event, "Mo").await;
    let login = attend(server.http(), &event, "Vera").await;
    let mut vera = TestClient::connect(server.http(), &login).await;
    vera.say("a civil word").await;
    let rude = vera.post(send("a RUDE word")).await;
    vera.reply_to(rude).await;
    mo.done(CommandBody::RemoveMessage { message: rude.into() }).await;
    assert_eq!(texts(&page(&server, &login, "").await), ["a civil word", ""]);
    assert_eq!(texts(&page(&server, &login, "/search?q=word").await), ["a civil word"]);
    let traced = page(&server, &mo_login, "").await;
    assert_eq!(texts(&traced), ["a civil word", "a RUDE word"]);
    assert_eq!(traced.messages[1].gone.and_then(|gone| gone.by), Some(mo.me.participant));
    assert_eq!(texts(&page(&server, &mo_login, "/search?q=rude").await), ["a RUDE word"]);
    server.stop().await;
}

#[tokio::test]
async fn words_are_searched_newest_first_and_by_pages() {
    let (server, event) = show().await;
    let login = attend(server.http(), &event, "Vera").await;
    let mut vera = TestClient::connect(server.http(), &login).await;
    for number in 1..=5 {
        vera.say(&format!("Beleuchtung Nº {number}: très bien")).await;
    }
    let first = page(&server, &login, "/search?q=TRES+beleucht&limit=3").await;
    assert_eq!(first.messages.iter().map(|message| message.text.as_bytes()[16]).collect::<Vec<_>>(), b"543");
    assert!(first.more);
    let rest = format!("/search?q=TRES+beleucht&limit=3&before={}", first.messages[2].seq.number());
    let second = page(&server, &login, &rest).await;
    assert_eq!((second.messages.len(), second.more), (2, false));
    for none in ["/search", "/search?q=", "/search?q=%22%29+OR+%2A"] {
        assert_eq!(page(&server, &login, none).await, MessagePage::default(), "{none}");
    }
    server.stop().await;
}

#[tokio::test]
async fn nobody_looks_back_in_a_room_that_they_may_not_be_in() {
    let (server, event) = show().await;
    let other = server.event(&[]).await;
    let (vera, walt) = (attend(server.http(), &event, "Vera").await, attend(server.http(), &other, "Walt").await);
    viewer(&server, &event, "Vera").await.say("among us").await;
    let room = vera.room.to_string();
    let nowhere = json!({ "refusal": Refusal::NoSuchRoom });
    for rest in ["", "/search?q=among"] {
        assert_eq!(ask(&server, &vera, &room, rest).await.0, 200);
        assert_eq!(ask(&server, &walt, &room, rest).await, (404, nowhere.clone()));
        assert_eq!(ask(&server, &vera, "no-room", rest).await, (404, nowhere.clone()));
        let guess = Login { token: "guess".into(), ..vera.clone() };
        assert_eq!(ask(&server, &guess, &room, rest).await.0, 401);
    }
    for wrong in ["?before=-1", "?before=x", "?limit=many", "?notes=perhaps"] {
        assert_eq!(ask(&server, &vera, &room, wrong).await, (400, json!({ "refusal": Refusal::Malformed })), "{wrong}");
    }
    assert_eq!(ask(&server, &vera, &room, "?notes=true").await, (403, json!({ "refusal": Refusal::NotAllowed })));
    let ada = sign_in_as(server.http(), &event, "Ada").await;
    assert!(may(Role::Speaker, Action::EnterBackstage));
    assert_eq!(ask(&server, &ada, &room, "?notes=true").await.0, 200);
    assert_eq!(page(&server, &vera, "?before=18446744073709551615&limit=100000").await.messages.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn what_was_said_before_there_was_an_index_is_found_after_the_next_start() {
    let (server, event) = show().await;
    let login = attend(server.http(), &event, "Vera").await;
    let mut vera = TestClient::connect(server.http(), &login).await;
    for number in 0..30 {
        vera.say(&format!("of before {number}")).await;
    }
    vera.vanish();
    let server = server
        .restart_after(|database| {
            database.execute_batch("DELETE FROM messages; UPDATE rooms SET indexed = 0").expect("as it was");
        })
        .await;
    assert_eq!(page(&server, &login, "").await.messages.len(), 30);
    assert_eq!(page(&server, &login, "/search?q=before+29").await.messages.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn what_was_said_in_an_event_that_is_taken_in_is_found() {
    let (here, there) = (TestServer::start().await, TestServer::start().await);
    let ada = here.person("ada@example.com").await;
    let event = ada.event(&ada.organisation("The Globe").await, "panel").await;
    enter(&here, &ada, &event).await.say("to be or not to be").await;
    let archive = archive_of(&ada, &event).await;
    let bob = there.person("bob@example.com").await;
    let organisation = bob.organisation("The Rose").await;
    let (status, taken) = bob.file("POST", &format!("/api/organisations/{organisation}/archives"), archive).await;
    assert_eq!(status, 201, "{taken}");
    let login = log_in(&there, &bob, &event).await;
    assert_eq!(texts(&page(&there, &login, "/search?q=not+be").await), ["to be or not to be"]);
    here.stop().await;
    there.stop().await;
}

#[tokio::test]
async fn whoever_was_removed_or_waits_to_be_let_in_does_not_look_back() {
    let (server, event) = show().await;
    let (_, mut mo) = somebody(&server, &event, "Mo").await;
    let vera_login = attend(server.http(), &event, "Vera").await;
    let mut vera = TestClient::connect(server.http(), &vera_login).await;
    vera.say("a last word").await;
    let room = vera_login.room.to_string();
    mo.done(CommandBody::Sanction { participant: vera.me.participant, act: SanctionAct::Remove }).await;
    let removed = json!({ "refusal": Refusal::Removed });
    assert_eq!(ask(&server, &vera_login, &room, "").await, (403, removed.clone()));
    assert_eq!(ask(&server, &vera_login, &room, "/search?q=word").await, (403, removed));
    mo.done(CommandBody::EditRules { change: RulesEdit::Lobby { on: true } }).await;
    let walt_login = attend(server.http(), &event, "Walt").await;
    let mut walt = TestClient::connect(server.http(), &walt_login).await;
    walt.until("that he waits", |walt| walt.waiting).await;
    let waits = json!({ "refusal": Refusal::NotAllowed });
    assert_eq!(ask(&server, &walt_login, &room, "").await, (403, waits));
    mo.done(CommandBody::Admit { participants: vec![walt_login.participant] }).await;
    assert_eq!(texts(&page(&server, &walt_login, "").await), ["a last word"]);
    server.stop().await;
}

#[tokio::test]
async fn what_was_changed_is_found_as_it_is_now_and_notes_by_the_crew_alone() {
    let (server, event) = show().await;
    let (ada_login, mut ada) = somebody(&server, &event, "Ada").await;
    let (mo_login, _mo) = somebody(&server, &event, "Mo").await;
    let login = attend(server.http(), &event, "Vera").await;
    let mut vera = TestClient::connect(server.http(), &login).await;
    let said = vera.post(send("doors at nine")).await;
    vera.reply_to(said).await;
    let edit = CommandBody::EditMessage { message: said.into(), text: "doors at ten".to_owned(), mentions: Vec::new() };
    vera.done(edit).await;
    let note = CommandBody::SendNote { text: "ten is wrong".to_owned(), reply_to: None, mentions: Vec::new() };
    ada.done(note).await;
    assert_eq!(texts(&page(&server, &login, "/search?q=nine").await), [""; 0]);
    let found = page(&server, &login, "/search?q=ten").await;
    assert_eq!((texts(&found), found.messages[0].earlier.len()), (vec!["doors at ten"], 0));
    assert!(found.messages[0].edited_at.is_some());
    assert_eq!(page(&server, &mo_login, "").await.messages[0].earlier, ["doors at nine"]);
    assert_eq!(texts(&page(&server, &ada_login, "/search?q=ten&notes=true").await), ["ten is wrong"]);
    assert_eq!(texts(&page(&server, &ada_login, "?notes=true").await), ["ten is wrong"]);
    server.stop().await;
}

/// Longer ago than the room itself holds what was said.
#[tokio::test]
async fn what_was_said_long_ago_is_still_hidden_shown_reported_and_removed() {
    let (server, event) = show().await;
    let login = attend(server.http(), &event, "Vera").await;
    let mut vera = TestClient::connect(server.http(), &login).await;
    let told = vera.say("a very old word").await;
    let said = vera
        .updates
        .iter()
        .find(|update| update.seq == told)
        .and_then(|update| if let UpdateBody::MessageSent { message } = &update.body { Some(message.id) } else { None });
    let said = said.expect("it was told");
    vera.vanish();
    let server = server
        .restart_after(|database| {
            let more = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 10001), \
                        old AS (SELECT * FROM updates WHERE body LIKE '%a very old word%') \
                        INSERT INTO updates (room_id, seq, at, by_participant, body) \
                        SELECT room_id, (SELECT max(seq) FROM updates u WHERE u.room_id = old.room_id) + n, at, by_participant, \
                        json_set(body, '$.message.id', printf('01990000-0000-7000-8000-%012x', n), '$.message.text', 'more') \
                        FROM old, number";
            assert_eq!(database.execute(more, []).expect("written"), 10_001);
        })
        .await;
    let mut mo = TestClient::connect(server.http(), &sign_in_as(server.http(), &event, "Mo").await).await;
    let mut walt = viewer(&server, &event, "Walt").await;
    let found = "/search?q=old+word";
    assert_eq!(texts(&page(&server, &login, found).await), ["a very old word"]);
    mo.done(CommandBody::HideMessage { message: said }).await;
    assert!(page(&server, &login, found).await.messages.is_empty());
    mo.done(CommandBody::ShowMessage { message: said }).await;
    assert_eq!(texts(&page(&server, &login, found).await), ["a very old word"]);
    let target = ReportTarget::Message { message: said };
    walt.done(CommandBody::Report { target, reason: "Rude".to_owned() }).await;
    let reported = |mo: &TestClient| {
        mo.updates.iter().find_map(|update| {
            let UpdateBody::Reported { report } = &update.body else { return None };
            report.context.first().map(|message| message.text.clone())
        })
    };
    mo.until("the report", |mo| reported(mo).is_some()).await;
    assert_eq!(reported(&mo).as_deref(), Some("a very old word"));
    let mut vera = TestClient::connect(server.http(), &login).await;
    vera.done(CommandBody::RemoveMessage { message: said }).await;
    assert!(page(&server, &login, found).await.messages.is_empty());
    let outcome = mo.ask(CommandBody::RemoveMessage { message: said }).await;
    assert!(matches!(outcome, Outcome::Refused { refusal: Refusal::NoSuchMessage, .. }), "it is gone: {outcome:?}");
    server.stop().await;
}
