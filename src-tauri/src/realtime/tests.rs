//! The connection against a scripted server at the other end of a pipe in memory. Nothing waits for time to pass but the
//! connection itself; the tests wait for frames and states.

mod bench;

use futures_util::{SinkExt, StreamExt};
use houselights_shared::{
    ClientFrame, DirectsFrom, InboxBatch, InboxCommand, InboxNews, InboxSnapshot, MediaAnswer, MediaOutcome, Refused, Reply,
    Seq, ServerFrame, Signal, SignalBody, Timestamp,
};
use tokio::net::TcpListener;
use tokio_tungstenite::{accept_async, tungstenite::Message};

use self::bench::{Bench, Ears, Heard, Served, accepted, connected, reconnecting};
use super::*;

#[tokio::test]
async fn after_a_loss_it_resumes_where_it_stopped_and_hands_on_nothing_twice() {
    let mut bench = Bench::start();
    let mut server = bench.accept().await;
    assert_eq!(server.welcome().await, None);
    server.send(&bench.snapshot(10)).await;
    server.send(&bench.batch([11, 12])).await;
    assert_eq!(bench.updates().await, [11, 12]);
    drop(server);
    bench.state(reconnecting).await;
    let mut server = bench.accept().await;
    assert_eq!(server.welcome().await, Some(Seq::new(12)));
    server.send(&bench.batch([])).await;
    assert!(bench.updates().await.is_empty(), "that nothing was missed is told, too");
    server.send(&bench.batch([12, 13])).await;
    assert_eq!(bench.updates().await, [13]);
}

#[tokio::test]
async fn a_missing_update_makes_it_ask_again_from_where_it_is() {
    let mut bench = Bench::start();
    let mut server = bench.accept().await;
    server.welcome().await;
    server.send(&bench.snapshot(10)).await;
    server.send(&bench.batch([12])).await;
    bench.state(reconnecting).await;
    assert_eq!(bench.accept().await.welcome().await, Some(Seq::new(10)));
}

#[tokio::test]
async fn unanswered_commands_go_out_again_in_order_with_the_same_ids() {
    let bench = Bench::start();
    let mut server = bench.accept().await;
    server.welcome().await;
    let (one, first) = (bench.say("one"), server.command().await);
    let (two, second) = (bench.say("two"), server.command().await);
    drop(server);
    let mut server = bench.accept().await;
    server.welcome().await;
    assert_eq!(server.command().await, first);
    assert_eq!(server.command().await, second);
    server.send(&accepted(second.id, 2)).await;
    server.send(&accepted(first.id, 1)).await;
    assert_eq!(one.await.unwrap(), Ok(Outcome::Accepted { seq: Seq::new(1) }));
    assert_eq!(two.await.unwrap(), Ok(Outcome::Accepted { seq: Seq::new(2) }));
}

#[tokio::test]
async fn what_is_asked_while_there_is_no_server_goes_out_after_the_welcome() {
    let mut bench = Bench::start();
    let said = bench.say("early");
    bench.pipes.send(Err(Undialled { retry_after: None, cause: "refused".into() })).await.unwrap();
    let ConnectionState::Reconnecting { attempt: 1, retry_in_ms } = bench.state(reconnecting).await else { panic!() };
    assert!((250..=500).contains(&retry_in_ms), "{retry_in_ms}");
    let mut server = bench.accept().await;
    server.welcome().await;
    let command = server.command().await;
    server.send(&accepted(command.id, 1)).await;
    assert_eq!(said.await.unwrap(), Ok(Outcome::Accepted { seq: Seq::new(1) }));
}

#[tokio::test]
async fn what_changes_a_show_is_refused_at_once_while_there_is_no_server() {
    let mut bench = Bench::start();
    assert_eq!(bench.realtime.send(CommandBody::Take).await, Err(Unheard::Offline), "before the first connection");
    let mut server = bench.accept().await;
    server.hello().await;
    assert_eq!(bench.realtime.send(CommandBody::GoLive).await, Err(Unheard::Offline), "before the welcome");
    drop(server);
    bench.state(reconnecting).await;
    assert_eq!(bench.realtime.send(CommandBody::EndShow).await, Err(Unheard::Offline));
    let said = bench.say("words wait");
    let mut server = bench.accept().await;
    server.welcome().await;
    let command = server.command().await;
    assert_eq!(command.body, CommandBody::say("words wait"), "and nothing else is sent late");
    server.send(&accepted(command.id, 1)).await;
    assert_eq!(said.await.unwrap(), Ok(Outcome::Accepted { seq: Seq::new(1) }));
}

#[tokio::test]
async fn what_is_thrown_at_the_stage_goes_out_at_once_or_never() {
    let bench = Bench::start();
    let mut server = bench.accept().await;
    server.hello().await;
    bench.realtime.react(Reaction::Wow);
    // An offer without a connection is answered at once: what was asked for before it was heard by then.
    assert!(bench.realtime.offer("v=0".to_owned()).await.is_err());
    let said = bench.say("words wait");
    server.welcome_into(vec![bench.room]).await;
    let command = server.command().await;
    server.send(&accepted(command.id, 1)).await;
    assert_eq!(said.await.unwrap(), Ok(Outcome::Accepted { seq: Seq::new(1) }));
    bench.realtime.react(Reaction::Heart);
    assert_eq!(server.frame().await, ClientFrame::React { room: bench.room, reaction: Reaction::Heart });
}

#[tokio::test]
async fn over_a_connection_that_stalls_what_was_asked_is_given_up_in_time_and_not_sent_again() {
    let mut bench = Bench::timed(Timing { in_time: Duration::from_millis(60), ..Timing::default() });
    let mut server = bench.accept().await;
    server.welcome().await;
    bench.state(connected).await;
    assert_eq!(bench.realtime.send(CommandBody::Take).await, Err(Unheard::Unsure), "the connection stands, and is silent");
    assert_eq!(server.command().await.body, CommandBody::Take);
    let word = bench.say("words wait");
    assert_eq!(server.command().await.body, CommandBody::say("words wait"));
    drop(server);
    let mut server = bench.accept().await;
    server.welcome().await;
    let again = server.command().await;
    assert_eq!(again.body, CommandBody::say("words wait"), "the take is not sent again");
    server.send(&accepted(again.id, 1)).await;
    assert_eq!(word.await.unwrap(), Ok(Outcome::Accepted { seq: Seq::new(1) }));
}

#[tokio::test]
async fn a_server_that_goes_away_says_when_to_come_back() {
    let mut bench = Bench::start();
    let mut server = bench.accept().await;
    server.welcome().await;
    let refused = Refused { refusal: Refusal::ShuttingDown, retry_after_ms: Some(700), opens_at: None };
    server.send(&ServerFrame::Refused(refused)).await;
    let ConnectionState::Reconnecting { attempt: 1, retry_in_ms } = bench.state(reconnecting).await else { panic!() };
    assert!((700..=875).contains(&retry_in_ms), "{retry_in_ms}");
    bench.accept().await.welcome().await;
    bench.state(connected).await;
}

#[tokio::test]
async fn who_is_told_by_the_gate_when_to_come_comes_then_and_not_together() {
    let mut bench = Bench::start();
    let mut told = None;
    for _ in 0..6 {
        let mut server = bench.accept().await;
        server.hello().await;
        assert!(told.is_none_or(|told: Instant| told.elapsed() >= Duration::from_millis(70)), "not before it is expected");
        let refused = Refused { refusal: Refusal::Overloaded, retry_after_ms: Some(80), opens_at: None };
        // Before it hears of it: what comes after that may take a while to be seen here.
        told = Some(Instant::now());
        server.send(&ServerFrame::Refused(refused)).await;
        let ConnectionState::Reconnecting { retry_in_ms, .. } = bench.state(reconnecting).await else { panic!() };
        assert!((80..=100).contains(&retry_in_ms), "{retry_in_ms}: and not later, though it was told so before");
    }
}

#[tokio::test]
async fn a_word_that_the_room_has_no_place_for_is_said_again_by_itself_until_it_is_heard() {
    let mut bench = Bench::start();
    let mut server = bench.accept().await;
    server.welcome().await;
    bench.state(connected).await;
    let word = bench.say("hello");
    let first = server.command().await;
    for _ in 0..3 {
        let outcome = Outcome::Refused { refusal: Refusal::Overloaded, retry_after_ms: Some(20) };
        server.send(&ServerFrame::Reply(Reply { id: first.id, outcome })).await;
        assert_eq!(server.command().await, first, "the same id: it is counted once");
    }
    server.send(&accepted(first.id, 1)).await;
    assert_eq!(word.await.unwrap(), Ok(Outcome::Accepted { seq: Seq::new(1) }));
}

#[tokio::test]
async fn it_ends_for_good_where_coming_back_does_not_help() {
    for refusal in [
        Refusal::SignedInElsewhere,
        Refusal::TokenInvalid,
        Refusal::TokenExpired,
        Refusal::EventOver,
        Refusal::EventCancelled,
        Refusal::VersionUnsupported,
    ] {
        let mut bench = Bench::start();
        let waiting = bench.say("never answered");
        let mut server = bench.accept().await;
        server.hello().await;
        server.send(&ServerFrame::Refused(Refused { refusal, retry_after_ms: None, opens_at: None })).await;
        bench.state(|state| *state == ConnectionState::Ended { refusal }).await;
        let refused = Ok(Outcome::Refused { refusal, retry_after_ms: None });
        assert_eq!(waiting.await.unwrap(), refused);
        assert_eq!(bench.realtime.send(CommandBody::Take).await, refused, "asked after the end");
        assert_eq!(bench.realtime.offer(String::new()).await, Err(Unanswered::Refused { refusal, retry_after_ms: None }));
    }
}

#[tokio::test]
async fn whoever_was_sent_away_hears_why_and_until_when_and_comes_in_by_itself() {
    for refusal in [Refusal::TimedOut, Refusal::RoomLocked, Refusal::Removed] {
        let mut bench = Bench::start();
        let until = Some(Timestamp::from_micros(7));
        let mut server = bench.accept().await;
        server.welcome().await;
        server.send(&ServerFrame::Refused(Refused { refusal, retry_after_ms: Some(1), opens_at: until })).await;
        bench.state(|state| *state == ConnectionState::Away { refusal, until }).await;
        bench.accept().await.welcome().await;
        bench.state(connected).await;
    }
}

#[tokio::test]
async fn whoever_was_sent_out_for_a_day_comes_in_soon_after_that_was_taken_back() {
    let mut bench = Bench::timed(Timing { knock_every: Duration::from_millis(1), ..Timing::default() });
    let mut server = bench.accept().await;
    server.welcome().await;
    let refused = Refused { refusal: Refusal::TimedOut, retry_after_ms: Some(86_400_000), opens_at: None };
    server.send(&ServerFrame::Refused(refused)).await;
    bench.state(|state| matches!(state, ConnectionState::Away { .. })).await;
    bench.accept().await.welcome().await;
    bench.state(connected).await;
}

#[tokio::test]
async fn whoever_was_sent_away_goes_to_another_room_at_once() {
    let mut bench = Bench::start();
    let mut server = bench.accept().await;
    server.welcome().await;
    let refused = Refused { refusal: Refusal::Removed, retry_after_ms: None, opens_at: None };
    server.send(&ServerFrame::Refused(refused)).await;
    bench.state(|state| matches!(state, ConnectionState::Away { .. })).await;
    let other = RoomId::random();
    bench.realtime.go_to(other).await;
    assert_eq!(bench.moved().await, other);
    bench.state(|state| *state == ConnectionState::Connecting).await;
    assert_eq!(bench.accept().await.hello().await.rooms[0].room, other);
}

#[tokio::test]
async fn whoever_is_early_hears_when_the_doors_open_and_comes_in_by_itself() {
    let mut bench = Bench::start();
    let opens_at = Some(Timestamp::from_micros(7));
    let mut server = bench.accept().await;
    server.hello().await;
    let early = Refused { refusal: Refusal::DoorsClosed, retry_after_ms: Some(1), opens_at };
    server.send(&ServerFrame::Refused(early)).await;
    bench.state(|state| *state == ConnectionState::Early { opens_at }).await;
    bench.accept().await.welcome().await;
    bench.state(connected).await;
}

#[tokio::test]
async fn one_goes_to_another_room_with_the_same_login_and_begins_there_with_a_snapshot() {
    let mut bench = Bench::start();
    let mut server = bench.accept().await;
    server.welcome().await;
    server.send(&bench.snapshot(4)).await;
    bench.frame().await;
    let word = bench.say("of the first room");
    server.command().await;
    let other = RoomId::random();
    bench.realtime.go_to(other).await;
    assert_eq!(bench.moved().await, other);
    assert_eq!(word.await.unwrap(), Err(Unheard::Unsure));
    let mut server = bench.accept().await;
    let hello = server.hello().await;
    assert_eq!((hello.rooms.len(), hello.rooms[0].room, hello.rooms[0].after), (1, other, None));
    server.welcome_into(vec![other]).await;
    let word = bench.say("of the second");
    let command = server.command().await;
    assert_eq!(command.room, other);
    server.send(&accepted(command.id, 1)).await;
    assert_eq!(word.await.unwrap(), Ok(Outcome::Accepted { seq: Seq::new(1) }));
    // Where one is one stays.
    bench.realtime.go_to(other).await;
    let word = bench.say("still here");
    assert_eq!(server.command().await.body, CommandBody::say("still here"));
    drop(word);
}

#[tokio::test]
async fn what_is_asked_of_the_inbox_outlives_a_loss_and_another_room_and_its_news_have_no_gap() {
    let mut bench = Bench::start();
    let mut server = bench.accept().await;
    let hello = server.hello().await;
    assert_eq!(hello.inbox_after, Some(Seq::START), "it asks for it");
    server.welcome_into(vec![bench.room]).await;
    bench.frame().await;
    let stands = |up_to| InboxNews::Stands(InboxSnapshot { up_to: Seq::new(up_to), ..InboxSnapshot::default() });
    server.send(&ServerFrame::Inbox(stands(4))).await;
    assert_eq!(bench.frame().await, ServerFrame::Inbox(stands(4)));
    let (id, realtime) = (CommandId::random(), bench.realtime.clone());
    let body = InboxCommandBody::AllowDirects { from: DirectsFrom::Nobody };
    let asked = InboxCommand { id, body: body.clone() };
    let asking = bench.tasks.spawn(async move { realtime.send_to_inbox(id, body).await });
    assert_eq!(server.frame().await, ClientFrame::Inbox(asked.clone()));
    bench.realtime.go_to(RoomId::random()).await;
    let mut server = bench.accept().await;
    let hello = server.hello().await;
    assert_eq!(hello.inbox_after, Some(Seq::new(4)));
    server.welcome_into(vec![hello.rooms[0].room]).await;
    assert_eq!(server.frame().await, ClientFrame::Inbox(asked));
    server.send(&accepted(id, 5)).await;
    assert_eq!(asking.await.unwrap(), Ok(Outcome::Accepted { seq: Seq::new(5) }));
    // Something is missing: it asks again from where it is.
    let news = InboxBatch { after: Seq::new(5), up_to: Seq::new(6), entries: Vec::new() };
    server.send(&ServerFrame::Inbox(InboxNews::Entries(news))).await;
    bench.state(reconnecting).await;
    assert_eq!(bench.accept().await.hello().await.inbox_after, Some(Seq::new(4)));
}

#[tokio::test]
async fn whose_room_is_not_there_any_more_goes_where_the_login_leads() {
    for refusal in [Refusal::NoSuchRoom, Refusal::TakenDown] {
        let mut bench = Bench::start();
        let refused = ServerFrame::Refused(Refused { refusal, retry_after_ms: None, opens_at: None });
        let mut server = bench.accept().await;
        server.welcome().await;
        server.send(&refused).await;
        let mut server = bench.accept().await;
        assert_eq!(server.hello().await.rooms, []);
        let stage = RoomId::random();
        server.welcome_into(vec![stage]).await;
        assert_eq!(bench.moved().await, stage);
        server.send(&refused).await;
        let mut server = bench.accept().await;
        assert_eq!(server.hello().await.rooms, []);
        server.send(&refused).await;
        bench.state(|state| *state == ConnectionState::Ended { refusal }).await;
    }
}

#[tokio::test]
async fn frames_and_variants_of_a_newer_server_and_rubbish_are_passed_over() {
    let mut bench = Bench::start();
    let mut server = bench.accept().await;
    server.welcome().await;
    server.text(r#"{"frame":"hologram","depth":3}"#).await;
    server.text("rubbish").await;
    server.text(r#"{"frame":"updates","room":7}"#).await;
    server.0.send(Message::binary(vec![0, 159, 146, 150])).await.unwrap();
    let signal = Signal { room: bench.room, body: SignalBody::Watching { count: 3 } };
    server.send(&ServerFrame::Signal(signal.clone())).await;
    assert!(matches!(bench.frame().await, ServerFrame::Welcome(_)));
    assert_eq!(bench.frame().await, ServerFrame::Signal(signal));
}

#[tokio::test]
async fn a_connection_that_fell_silent_is_given_up() {
    let timing = Timing { ping_every: Duration::from_millis(20), dead_after: Duration::from_millis(60), ..Timing::default() };
    let mut bench = Bench::timed(timing);
    let mut server = bench.accept().await;
    server.welcome().await;
    bench.state(connected).await;
    bench.state(reconnecting).await;
    bench.accept().await.welcome().await;
    bench.state(connected).await;
}

#[tokio::test]
async fn a_server_that_does_not_say_welcome_is_given_up() {
    let mut bench = Bench::timed(Timing { welcome_within: Duration::from_millis(60), ..Timing::default() });
    let mut server = bench.accept().await;
    server.hello().await;
    bench.state(reconnecting).await;
}

#[tokio::test]
async fn a_pong_tells_the_way_there_and_back() {
    let mut bench = Bench::start();
    let mut server = bench.accept().await;
    server.welcome().await;
    let sent_at = loop {
        let Message::Text(text) = server.0.next().await.unwrap().unwrap() else { continue };
        if let ClientFrame::Ping { sent_at } = serde_json::from_str(&text).unwrap() {
            break sent_at;
        }
    };
    server.send(&ServerFrame::Pong { sent_at, now: Timestamp::default() }).await;
    bench.state(|state| matches!(state, ConnectionState::Connected { round_trip_ms: Some(_) })).await;
}

#[tokio::test]
async fn a_command_that_is_too_large_is_refused_here_and_harms_nothing() {
    let bench = Bench::start();
    let mut server = bench.accept().await;
    server.welcome().await;
    let outcome = bench.realtime.send(CommandBody::say("x".repeat(70_000))).await;
    assert_eq!(outcome, Ok(Outcome::Refused { refusal: Refusal::TooLarge, retry_after_ms: None }));
    let (said, command) = (bench.say("small"), server.command().await);
    server.send(&accepted(command.id, 1)).await;
    assert_eq!(said.await.unwrap(), Ok(Outcome::Accepted { seq: Seq::new(1) }));
}

#[tokio::test]
async fn an_offer_is_answered_on_its_connection_or_not_at_all() {
    let mut bench = Bench::start();
    assert_eq!(bench.realtime.offer("early".into()).await, Err(Unanswered::Disconnected));
    let mut server = bench.accept().await;
    server.welcome().await;
    bench.state(connected).await;
    let realtime = bench.realtime.clone();
    let offer = |sdp: &str| {
        let (realtime, sdp) = (realtime.clone(), sdp.to_owned());
        bench.tasks.spawn(async move { realtime.offer(sdp).await })
    };
    let asked = offer("v=0");
    let ClientFrame::Media(media) = server.frame().await else { panic!("expected an offer") };
    assert_eq!((media.sdp.as_str(), media.room), ("v=0", bench.room));
    let outcome = MediaOutcome::Answered { sdp: "answer".into() };
    server.send(&ServerFrame::Media(MediaAnswer { id: media.id, outcome })).await;
    assert_eq!(asked.await.unwrap(), Ok(Answered { id: media.id, sdp: "answer".into() }));
    let busy = offer("v=2");
    let ClientFrame::Media(media) = server.frame().await else { panic!("expected an offer") };
    let outcome = MediaOutcome::Refused { refusal: Refusal::Overloaded, retry_after_ms: Some(900) };
    server.send(&ServerFrame::Media(MediaAnswer { id: media.id, outcome })).await;
    let refused = Unanswered::Refused { refusal: Refusal::Overloaded, retry_after_ms: Some(900) };
    assert_eq!(busy.await.unwrap(), Err(refused));
    let lost = offer("v=1");
    server.frame().await;
    drop(server);
    assert_eq!(lost.await.unwrap(), Err(Unanswered::Disconnected));
}

#[tokio::test]
async fn a_refresh_comes_back_from_a_snapshot() {
    let mut bench = Bench::start();
    let mut server = bench.accept().await;
    server.welcome().await;
    server.send(&bench.snapshot(10)).await;
    assert!(matches!(bench.frame().await, ServerFrame::Welcome(_)));
    assert!(matches!(bench.frame().await, ServerFrame::Snapshot(_)));
    bench.realtime.refresh().await;
    assert_eq!(bench.accept().await.welcome().await, None);
}

#[tokio::test]
async fn stopping_says_goodbye_and_ends_the_task() {
    let mut bench = Bench::start();
    let mut server = bench.accept().await;
    server.welcome().await;
    bench.state(connected).await;
    bench.stop.cancel();
    while let Some(Ok(message)) = server.0.next().await {
        if let Message::Close(Some(frame)) = message {
            assert_eq!(u16::from(frame.code), 1_000);
        }
    }
    bench.tasks.close();
    bench.tasks.wait().await;
    assert_eq!(bench.realtime.send(CommandBody::Take).await, Err(Unheard::Gone));
}

#[tokio::test]
async fn it_connects_over_tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let (ears, mut heard) = mpsc::unbounded_channel();
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let login = Login { token: "token".into(), room: RoomId::random() };
    let dial = Arc::new(Network::new(&base).unwrap());
    let _realtime = Realtime::start(login, dial, Arc::new(Ears(ears)), (&tasks, stop.clone()));
    let (tcp, _) = listener.accept().await.unwrap();
    let mut served = Served(accept_async(tcp).await.unwrap());
    served.welcome().await;
    while !matches!(heard.recv().await.unwrap(), Heard::State(ConnectionState::Connected { .. })) {}
    stop.cancel();
}
