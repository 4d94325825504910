//! What is over is seen once more, by each as they may see it.

use houselights_shared::{
    AskedId, Choice, CommandBody, Layout, Login, Mark, MessageId, PAGE_REPLAY, Poll, PollForm, PollId, PollKind, PollPhase,
    Refusal, ReplayOutline, ReplayPage, ReplayPart, ResultsShown, RulesEdit, SanctionAct, Scene, Seq, Snapshot, Timestamp,
    Update, UpdateBody,
};
use houselights_tests::{
    api::text,
    client::{TestClient, attend, http, sign_in_as},
    server::{Event, TestServer},
    tickets::Sale,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    archive::log_in,
    doors::Night,
    house::{crew, send, show, viewer},
};

/// Asks for a path below a room's replay; the status, and what was answered.
async fn ask(server: &TestServer, login: &Login, room: &str, rest: &str) -> (u16, Value) {
    let url = format!("http://{}/api/rooms/{room}/replay{rest}", server.http());
    let answer = http().get(url).bearer_auth(login.token.as_str()).send().await.expect("answered");
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

async fn told<T: DeserializeOwned>(server: &TestServer, login: &Login, rest: &str) -> T {
    let (status, told) = ask(server, login, &login.room.to_string(), rest).await;
    assert_eq!(status, 200, "{rest}: {told}");
    serde_json::from_value(told).expect("it is what was asked for")
}

async fn outline(server: &TestServer, login: &Login) -> ReplayOutline {
    told(server, login, "").await
}

async fn at(server: &TestServer, login: &Login, at: Timestamp) -> Snapshot {
    told(server, login, &format!("/at?at={}", at.micros())).await
}

/// The pages of what came behind a position.
async fn pages(server: &TestServer, login: &Login, after: Seq) -> Vec<Vec<Update>> {
    let (mut pages, mut after) = (Vec::new(), after);
    loop {
        let page: ReplayPage = told(server, login, &format!("/updates?after={}", after.number())).await;
        assert!(page.updates.len() <= PAGE_REPLAY);
        for update in &page.updates {
            assert_eq!(update.seq, after.next(), "without a gap");
            after = update.last();
        }
        pages.push(page.updates);
        if !page.more {
            return pages;
        }
    }
}

/// All that somebody sees of a room that is over: how it stood when it began, and what came then.
async fn seen(server: &TestServer, login: &Login) -> (Vec<ReplayPart>, Snapshot, Vec<Update>) {
    let parts = outline(server, login).await.parts;
    let first = at(server, login, parts[0].starts_at).await;
    let updates = pages(server, login, first.seq).await.concat();
    (parts, first, updates)
}

async fn refused(server: &TestServer, login: &Login, rest: &str) -> (u16, Refusal) {
    let (status, told) = ask(server, login, &login.room.to_string(), rest).await;
    (status, serde_json::from_value(told["refusal"].clone()).unwrap_or_else(|_| panic!("{status} {told}")))
}

async fn somebody(server: &TestServer, event: &Event, name: &str) -> (Login, TestClient) {
    let login = sign_in_as(server.http(), event, name).await;
    let client = TestClient::connect(server.http(), &login).await;
    (login, client)
}

fn quiz(id: PollId) -> CommandBody {
    let options = ["noon", "midnight"].map(str::to_owned).to_vec();
    let form = PollForm {
        question: "When is it dark?".to_owned(),
        kind: PollKind::Quiz { points: 10 },
        options,
        correct: vec![1],
        shown: ResultsShown::AfterClose,
        named: false,
        changeable: false,
        seconds: None,
    };
    CommandBody::DraftPoll { poll: id, form }
}

/// A show with everything in it, from its first moment to its last.
async fn whole_show(server: &TestServer, event: &Event) -> PollId {
    let mut pat = crew(server, event, "Pat").await;
    let mut mo = crew(server, event, "Mo").await;
    let mut ada = crew(server, event, "Ada").await;
    let mut vera = viewer(server, event, "Vera").await;
    let mut walt = viewer(server, event, "Walt").await;
    for change in [RulesEdit::Review { on: false }, RulesEdit::Anonymous { on: true }] {
        mo.done(CommandBody::EditRules { change }).await;
    }
    pat.done(CommandBody::GoLive).await;
    pat.done(CommandBody::BringOnStage { participant: ada.me.participant }).await;
    let scene = Scene { layout: Layout::Solo, seats: vec![Some(ada.me.participant)] };
    pat.done(CommandBody::SetPreview { scene }).await;
    pat.done(CommandBody::Take).await;
    let typo: MessageId = vera.post(send("TYPO")).await.into();
    vera.hears("TYPO").await;
    vera.done(CommandBody::EditMessage { message: typo, text: "as it should be".to_owned(), mentions: Vec::new() }).await;
    let removed: MessageId = walt.post(send("REMOVED")).await.into();
    walt.hears("REMOVED").await;
    walt.done(CommandBody::RemoveMessage { message: removed }).await;
    let hidden: MessageId = walt.post(send("HIDDEN")).await.into();
    mo.hears("HIDDEN").await;
    mo.done(CommandBody::HideMessage { message: hidden }).await;
    let note: MessageId =
        ada.post(CommandBody::SendNote { text: "NOTE".to_owned(), reply_to: None, mentions: vec![] }).await.into();
    ada.done(CommandBody::RemoveNote { note }).await;
    let ask = |text: &str, anonymous| CommandBody::AskQuestion { text: text.to_owned(), anonymous };
    let asked: AskedId = vera.post(ask("Why is it dark?", true)).await.into();
    let dismissed: AskedId = walt.post(ask("DISMISSED", false)).await.into();
    for (who, id) in [(&mut vera, asked), (&mut walt, dismissed)] {
        who.until("the question", |who| who.updates.iter().any(|update| asks(update, id))).await;
    }
    mo.done(CommandBody::AnswerQuestion { question: asked, answer: None }).await;
    mo.done(CommandBody::DismissQuestion { question: dismissed }).await;
    let poll = PollId::random();
    for body in [quiz(poll), CommandBody::OpenPoll { poll }] {
        mo.done(body).await;
    }
    vera.done(CommandBody::Vote { poll, choice: Choice::Options { options: vec![1] } }).await;
    walt.done(CommandBody::Vote { poll, choice: Choice::Options { options: vec![0] } }).await;
    mo.done(CommandBody::ClosePoll { poll }).await;
    mo.done(CommandBody::Announce { text: "Thank you all".to_owned() }).await;
    pat.done(CommandBody::EndShow).await;
    poll
}

fn asks(update: &Update, id: AskedId) -> bool {
    matches!(&update.body, UpdateBody::QuestionAsked { question } if question.id == id)
}

#[tokio::test]
async fn a_whole_show_is_seen_once_more_by_each_as_they_may_see_it() {
    let (server, event) = show().await;
    let poll = whole_show(&server, &event).await;
    let (mo, ada) = (sign_in_as(server.http(), &event, "Mo").await, sign_in_as(server.http(), &event, "Ada").await);
    let late = attend(server.http(), &event, "Late").await;
    for (login, sees_all) in [(&mo, true), (&ada, false), (&late, false)] {
        let (parts, first, updates) = seen(&server, login).await;
        let [part] = parts.as_slice() else { panic!("{parts:?}") };
        assert_eq!((part.session, part.starts_at < part.ends_at), (None, true));
        let marks: Vec<_> = part.marks.iter().map(|mark| &mark.mark).collect();
        let answered = [Mark::QuestionAnswered { text: "Why is it dark?".to_owned() }];
        assert!(answered.iter().all(|mark| marks.contains(&mark)));
        assert_eq!((marks[0], marks.last()), (&Mark::WentLive, Some(&&Mark::Ended)));
        assert!(marks.contains(&&Mark::CameOnStage { name: "Ada".to_owned() }));
        assert!(marks.contains(&&Mark::PollOpened { question: "When is it dark?".to_owned() }));
        assert!(marks.contains(&&Mark::Announced { text: "Thank you all".to_owned() }));
        assert!(marks.iter().any(|mark| matches!(mark, Mark::SceneTaken { scene } if scene.seats.len() == 1)));
        let last = at(&server, login, part.ends_at).await;
        assert_eq!(updates.last().map(Update::last), Some(last.seq), "it ends with the show");
        let middle = part.marks.iter().find(|mark| matches!(mark.mark, Mark::SceneTaken { .. })).expect("taken");
        let on_stage = at(&server, login, middle.at).await.on_stage;
        assert_eq!(on_stage.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(), ["Ada"]);
        let everything = format!("{first:?} {updates:?} {last:?} {parts:?}");
        for word in ["TYPO", "REMOVED", "HIDDEN", "NOTE", "DISMISSED"] {
            assert_eq!(everything.contains(word), sees_all, "{word} for {:?}", login.role);
        }
        for word in ["as it should be", "Why is it dark?", "midnight", "Thank you all"] {
            assert!(everything.contains(word), "{word} for {:?}", login.role);
        }
        assert!(!everything.contains("PollVoted"), "nobody's votes are told");
        let Some(Poll { phase: PollPhase::Closed { .. }, tally: Some(tally), .. }) =
            last.polls.iter().find(|known| known.id == poll)
        else {
            panic!("{:?}", last.polls)
        };
        assert_eq!((tally.voters, tally.counts.as_slice(), tally.leaders.len()), (2, &[1, 1][..], 1));
        assert_eq!(last.crew.is_some(), login.role != late.role);
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_still_on_is_refused_until_it_is_over() {
    let (server, event) = show().await;
    let late = attend(server.http(), &event, "Late").await;
    let (pat_login, mut pat) = somebody(&server, &event, "Pat").await;
    let refusals = async |login: &Login| {
        let now = format!("/at?at={}", i64::MAX);
        for rest in ["/at?at=0", "/updates?after=0", now.as_str()] {
            assert_eq!(refused(&server, login, rest).await, (403, Refusal::WrongPhase), "{rest}");
        }
        assert_eq!(outline(&server, login).await.parts, []);
    };
    refusals(&late).await;
    pat.done(CommandBody::GoLive).await;
    pat.say("we are on").await;
    refusals(&late).await;
    refusals(&pat_login).await;
    pat.done(CommandBody::EndShow).await;
    let (parts, _, updates) = seen(&server, &late).await;
    assert!(updates.iter().any(|update| matches!(update.body, UpdateBody::MessageSent { .. })));
    let beyond = format!("/at?at={}", parts[0].ends_at.micros() + 1);
    assert_eq!(refused(&server, &late, &beyond).await, (403, Refusal::WrongPhase), "what came after it is not over");
    assert_eq!(told::<Snapshot>(&server, &pat_login, &beyond).await, at(&server, &pat_login, parts[0].ends_at).await);
    pat.say("and that was that").await;
    assert!(!format!("{:?}", seen(&server, &late).await).contains("that was that"));
    pat.done(CommandBody::UndoEnd).await;
    refusals(&late).await;
    pat.done(CommandBody::EndShow).await;
    assert!(format!("{:?}", seen(&server, &late).await).contains("that was that"), "it was on, then");
    server.stop().await;
}

#[tokio::test]
async fn nobody_sees_once_more_what_they_may_not_be_in() {
    let (server, event) = show().await;
    let other = server.event(&[]).await;
    let (vera, walt) = (attend(server.http(), &event, "Vera").await, attend(server.http(), &other, "Walt").await);
    let mut pat = crew(&server, &event, "Pat").await;
    pat.done(CommandBody::GoLive).await;
    pat.say("among us").await;
    pat.done(CommandBody::EndShow).await;
    let room = vera.room.to_string();
    let nowhere = json!({ "refusal": Refusal::NoSuchRoom });
    for rest in ["", "/at?at=9", "/updates?after=0"] {
        assert_eq!(ask(&server, &vera, &room, rest).await.0, 200);
        assert_eq!(ask(&server, &walt, &room, rest).await, (404, nowhere.clone()), "of another event");
        assert_eq!(ask(&server, &vera, "no-room", rest).await, (404, nowhere.clone()));
        assert_eq!(ask(&server, &vera, "00000000-0000-4000-8000-000000000000", rest).await, (404, nowhere.clone()));
        assert_eq!(ask(&server, &Login { token: "guess".into(), ..vera.clone() }, &room, rest).await.0, 401);
    }
    for wrong in ["/at", "/at?at=soon", "/at?at=1e400", "/updates?after=-1", "/updates?after=x"] {
        assert_eq!(refused(&server, &vera, wrong).await, (400, Refusal::Malformed), "{wrong}");
    }
    let empty = ReplayPage::default();
    assert_eq!(told::<ReplayPage>(&server, &vera, "/updates?after=18446744073709551615").await, empty);
    assert_eq!(at(&server, &vera, Timestamp::from_micros(i64::MIN)).await.seq, Seq::START);
    let gone = http().delete(format!("http://{}/api/logins/current", server.http())).bearer_auth(vera.token.as_str());
    assert_eq!(gone.send().await.expect("answered").status().as_u16(), 204);
    assert_eq!(refused(&server, &vera, "").await, (401, Refusal::TokenInvalid), "the login is over");
    server.stop().await;
}

#[tokio::test]
async fn whoever_was_sent_away_or_never_let_in_sees_nothing() {
    let (server, event) = show().await;
    let mut mo = crew(&server, &event, "Mo").await;
    let mut pat = crew(&server, &event, "Pat").await;
    let somebody = async |name: &str| {
        let login = attend(server.http(), &event, name).await;
        let client = TestClient::connect(server.http(), &login).await;
        (login, client)
    };
    let ((vera, _in), (walt, _too), (xena, _three)) = (somebody("Vera").await, somebody("Walt").await, somebody("Xena").await);
    mo.done(CommandBody::EditRules { change: RulesEdit::Lobby { on: true } }).await;
    pat.done(CommandBody::GoLive).await;
    let sanction = |login: &Login, act| CommandBody::Sanction { participant: login.participant, act };
    mo.done(sanction(&vera, SanctionAct::Ban)).await;
    mo.done(sanction(&walt, SanctionAct::Remove)).await;
    pat.done(CommandBody::EndShow).await;
    let (stranger, mut waiting) = somebody("Stranger").await;
    waiting.until("that one waits", |client| client.waiting).await;
    for rest in ["", "/at?at=0", "/updates?after=0"] {
        assert_eq!(refused(&server, &vera, rest).await, (403, Refusal::Banned), "{rest}");
        assert_eq!(refused(&server, &walt, rest).await, (403, Refusal::Removed), "{rest}");
        assert_eq!(refused(&server, &stranger, rest).await, (403, Refusal::NotAllowed), "{rest}");
    }
    assert_eq!(outline(&server, &xena).await.parts.len(), 1, "whoever was there is not a stranger");
    mo.done(CommandBody::Admit { participants: vec![stranger.participant] }).await;
    assert_eq!(outline(&server, &stranger).await.parts.len(), 1);
    mo.done(CommandBody::EditRules { change: RulesEdit::Lobby { on: false } }).await;
    mo.done(CommandBody::EditRules { change: RulesEdit::Lock { on: true } }).await;
    let (status, told) = ask(&server, &attend(server.http(), &event, "Newcomer").await, &event.room.to_string(), "").await;
    assert_eq!((status, &told["refusal"]), (403, &json!(Refusal::RoomLocked)));
    assert!(told["retry_after_ms"].is_number());
    server.stop().await;
}

/// The event is what it is: the login of before leads to what is over until it is archived, and further for whoever looks after it.
#[tokio::test]
async fn what_is_over_is_seen_as_the_phase_of_the_event_says() {
    let night = Night::of("panel").await;
    let server = &night.server;
    let early = async |login: &Login| refused(server, login, "").await;
    assert_eq!(early(&night.attendee).await, (403, Refusal::DoorsClosed));
    night.step("publish").await;
    assert_eq!(early(&night.attendee).await, (403, Refusal::DoorsClosed));
    for login in [&night.organizer, &night.speaker] {
        assert_eq!(outline(server, login).await.parts, []);
    }
    night.step("start").await;
    let mut organizer = night.enter(&night.organizer).await;
    organizer.done(CommandBody::GoLive).await;
    organizer.say("good evening").await;
    assert_eq!(refused(server, &night.attendee, "/at?at=0").await, (403, Refusal::WrongPhase));
    // Whoever is there hears that the event is over while the room is on air.
    night.step("end").await;
    organizer.say("among ourselves").await;
    for login in [&night.attendee, &night.speaker] {
        let (parts, _, updates) = seen(server, login).await;
        assert_eq!(parts.len(), 1, "it ended with the event");
        assert!(format!("{updates:?}").contains("good evening"));
        assert!(!format!("{updates:?}").contains("among ourselves"), "what came after the event is not of it");
    }
    night.step("archive").await;
    for login in [&night.attendee, &night.speaker] {
        assert_eq!(early(login).await, (403, Refusal::EventOver));
    }
    assert!(format!("{:?}", seen(server, &night.organizer).await).contains("among ourselves"), "all of it");
    night.step("delete").await;
    for login in [&night.attendee, &night.organizer] {
        assert_eq!(early(login).await, (410, Refusal::TakenDown));
    }
    night.server.stop().await;
}

#[tokio::test]
async fn what_does_not_take_place_is_seen_by_those_alone_who_look_after_it() {
    let night = Night::of("panel").await;
    night.step("publish").await;
    night.step("start").await;
    let mut organizer = night.enter(&night.organizer).await;
    organizer.done(CommandBody::GoLive).await;
    organizer.done(CommandBody::EndShow).await;
    assert_eq!(outline(&night.server, &night.attendee).await.parts.len(), 1);
    night.step("cancel").await;
    assert_eq!(refused(&night.server, &night.attendee, "").await, (403, Refusal::EventCancelled));
    assert_eq!(outline(&night.server, &night.organizer).await.parts.len(), 1);
    night.server.stop().await;
}

/// A session has its title and its own times, as soon as it is over: also where the room goes on.
#[tokio::test]
async fn a_session_of_the_agenda_is_a_part_with_its_title() {
    let night = Night::of("panel").await;
    night.step("publish").await;
    let minutes_ago = |minutes| (chrono::Utc::now() - chrono::Duration::minutes(minutes)).to_rfc3339();
    night.moved_to(&minutes_ago(5)).await;
    let session = "query($id: ID!) { event(id: $id) { sessions { id title } } }";
    let session = night.ada.ask(session, json!({ "id": night.event })).await["event"]["sessions"][0].clone();
    let mut organizer = night.enter(&night.organizer).await;
    organizer.done(CommandBody::GoLive).await;
    organizer.say("good evening").await;
    assert_eq!(outline(&night.server, &night.attendee).await.parts, [], "it is on");
    organizer.done(CommandBody::EndShow).await;
    let (parts, _, _) = seen(&night.server, &night.attendee).await;
    let [part] = parts.as_slice() else { panic!("{parts:?}") };
    assert_eq!(part.session.map(|session| session.to_string()), Some(text(&session["id"])));
    assert_eq!(part.title, text(&session["title"]));
    let phase = at(&night.server, &night.attendee, part.starts_at).await.phase;
    assert_eq!(phase, houselights_shared::Phase::Live { since: part.starts_at }, "it began when it did, not as planned");
    night.server.stop().await;
}

#[tokio::test]
async fn a_long_show_comes_in_pages_each_whole_and_behind_the_one_before() {
    const LAST: i64 = 1_350;
    let (server, event) = show().await;
    let late = attend(server.http(), &event, "Late").await;
    crew(&server, &event, "Pat").await.done(CommandBody::GoLive).await;
    let server = server.restart_after(|database| go_on(database, &late.room.to_string(), LAST)).await;
    let whole = pages(&server, &late, Seq::START).await;
    assert!(whole.len() > 2, "{} pages", whole.len());
    let said = whole.iter().flatten().filter(|update| matches!(update.body, UpdateBody::MessageSent { .. }));
    let said: Vec<_> = said.map(|update| update.seq.number()).collect();
    let left = (said[0]..LAST.unsigned_abs()).filter(|seq| ![0, 99].contains(&(seq % 100)));
    assert!(said[0] < 20);
    assert_eq!(said, left.collect::<Vec<_>>());
    let later = pages(&server, &late, Seq::new(777)).await;
    assert_eq!(later[1..], whole[2..], "whoever begins later gets the same pages");
    assert_eq!(later[0], whole[1][whole[1].iter().position(|update| update.seq == Seq::new(778)).unwrap()..]);
    let last = whole.concat().last().unwrap().clone();
    let end = at(&server, &late, last.at).await;
    assert_eq!((end.seq, end.chat.len()), (last.seq, houselights_shared::SNAPSHOT_MESSAGES));
    server.stop().await;
}

/// What was seen once is kept for whoever asks next; what changes it is seen at once.
#[tokio::test]
async fn what_is_taken_back_after_the_end_is_seen_no_more() {
    let (server, event) = show().await;
    let (_, mut mo) = somebody(&server, &event, "Mo").await;
    let mut pat = crew(&server, &event, "Pat").await;
    let late = attend(server.http(), &event, "Late").await;
    pat.done(CommandBody::GoLive).await;
    let rude: MessageId = pat.post(send("a RUDE word")).await.into();
    pat.hears("a RUDE word").await;
    pat.done(CommandBody::EndShow).await;
    let everything = async || {
        format!("{:?} {:?}", seen(&server, &late).await, {
            let parts = outline(&server, &late).await.parts;
            at(&server, &late, parts[0].ends_at).await
        })
    };
    assert!(everything().await.contains("RUDE"));
    mo.done(CommandBody::HideMessage { message: rude }).await;
    assert!(!everything().await.contains("RUDE"));
    mo.done(CommandBody::ShowMessage { message: rude }).await;
    assert!(everything().await.contains("RUDE"));
    let edit = CommandBody::EditMessage { message: rude, text: "a kind word".to_owned(), mentions: Vec::new() };
    pat.done(edit).await;
    let now = everything().await;
    assert!(now.contains("a kind word") && !now.contains("RUDE"));
    server.stop().await;
}

#[tokio::test]
async fn whoever_was_erased_is_in_no_replay_also_of_before() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({})).await;
    let new = json!({ "ticket": ticket, "name": "Wilhelmina", "email": "mina@example.com" });
    sale.register_with(&server.stranger(), new).await.expect("they register");
    sale.start().await;
    let login = log_in(&server, &sale.organizer, &sale.event).await;
    let mina = server.person("mina@example.com").await;
    let mina_login = log_in(&server, &mina, &sale.event).await;
    let mut organizer = TestClient::connect(server.http(), &login).await;
    organizer.done(CommandBody::GoLive).await;
    TestClient::connect(server.http(), &mina_login).await.say("I saw a wolf").await;
    organizer.done(CommandBody::EndShow).await;
    let everything = async || {
        let (parts, first, updates) = seen(&server, &login).await;
        let last = at(&server, &login, parts[0].ends_at).await;
        format!("{first:?} {updates:?} {last:?}")
    };
    assert!(everything().await.contains("a wolf"));
    assert_eq!(mina.file("DELETE", "/api/people/me?email=mina@example.com", "").await.0, 204);
    let now = everything().await;
    assert!(!now.contains("a wolf") && !now.contains("Wilhelmina"), "{now}");
    assert_eq!(refused(&server, &mina_login, "").await, (401, Refusal::TokenInvalid));
    server.stop().await;
}

/// A replay is read from the store: no room comes into memory for it, and none that is kept costs a query of its log again.
#[tokio::test]
async fn a_replay_wakes_no_room_and_is_read_once() {
    let (server, event) = show().await;
    whole_show(&server, &event).await;
    let server = server.restart().await;
    let late = attend(server.http(), &event, "Late").await;
    let parts = outline(&server, &late).await.parts;
    let first = format!("/at?at={}", parts[0].starts_at.micros());
    for rest in ["", first.as_str(), "/updates?after=0"] {
        let once: Value = told(&server, &late, rest).await;
        let (reads, again) = server.reads_of(async || told::<Value>(&server, &late, rest).await).await;
        assert_eq!(once, again);
        assert!(reads <= 4, "{reads} reads for {rest:?}: the room, its title, its sessions, and whether its log goes on");
    }
    assert!(server.metric("houselights_rooms") < 1.0, "no room is in memory");
    server.stop().await;
}

/// Writes a log on, up to so many entries, of which the last ends the show: every hundredth message was removed.
fn go_on(database: &rusqlite::Connection, room: &str, last: i64) {
    let begun = "SELECT max(seq), max(at) FROM updates WHERE room_id = ?1";
    let (seq, at): (i64, i64) = database.query_row(begun, [room], |row| Ok((row.get(0)?, row.get(1)?))).expect("it began");
    let author = "00000000-0000-4000-8000-0000000000aa";
    let transaction = database.unchecked_transaction().expect("begun");
    let mut insert = transaction
        .prepare("INSERT INTO updates (room_id, seq, at, by_participant, body) VALUES (?1, ?2, ?3, ?4, ?5)")
        .expect("prepared");
    for (number, seq) in (seq + 1..=last).enumerate() {
        let at = at + i64::try_from(number).unwrap() * 1_000;
        let id = |seq: i64| format!("{seq:08x}-0000-4000-8000-000000000000");
        let body = if seq == last {
            json!({ "what": "ended", "undo_until": at })
        } else if seq % 100 == 0 {
            json!({ "what": "message_removed", "message": id(seq - 1) })
        } else {
            let text = format!("This is what somebody said at {seq}, about as long as what people say");
            let message = json!({ "id": id(seq), "seq": seq, "author": author, "name": "Vera", "role": "attendee", "at": at, "text": text });
            json!({ "what": "message_sent", "message": message })
        };
        insert.execute(rusqlite::params![room, seq, at, author, body.to_string()]).expect("written");
    }
    drop(insert);
    transaction.commit().expect("committed");
}

/// However long a log is, one that was read once costs little; and nobody waits for a moment of it longer than a request may take.
#[tokio::test]
async fn a_log_of_a_hundred_thousand_entries_is_seen_once_more() {
    const LAST: i64 = 100_050;
    let (server, event) = show().await;
    let late = attend(server.http(), &event, "Late").await;
    crew(&server, &event, "Pat").await.done(CommandBody::GoLive).await;
    let room = late.room.to_string();
    let server = server.restart_after(|database| go_on(database, &room, LAST)).await;
    let parts = outline(&server, &late).await.parts;
    let end = at(&server, &late, parts[0].ends_at).await;
    assert_eq!(end.seq, Seq::new(LAST.unsigned_abs()));
    assert!(
        end.chat.iter().all(|message| message.gone.is_none() && message.seq.number() % 100 != 99),
        "what is gone is not there"
    );
    let middle = parts[0].starts_at.micros() + (parts[0].ends_at.micros() - parts[0].starts_at.micros()) / 2;
    let seen = at(&server, &late, Timestamp::from_micros(middle)).await;
    assert_eq!(seen.chat.len(), houselights_shared::SNAPSHOT_MESSAGES);
    assert!(seen.chat.iter().all(|message| message.at.micros() <= middle));
    let page: ReplayPage = told(&server, &late, &format!("/updates?after={}", seen.seq.number())).await;
    assert!(page.more);
    // A moment that was not asked for before reads no more of the log than lies behind one that is kept.
    let asked = std::cell::Cell::new(middle);
    let (reads, _) = server
        .reads_of(async || {
            asked.set(asked.get() + 1_234_567);
            at(&server, &late, Timestamp::from_micros(asked.get())).await
        })
        .await;
    assert!(reads <= 4 + 6, "{reads} reads");
    server.stop().await;
}
