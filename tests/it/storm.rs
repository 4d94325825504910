//! Crowds that come at once: all are in again and miss nothing, nobody inside is harmed, and who stops reading costs little.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use houselights_server::Config;
use houselights_shared::{
    Choice, ClientFrame, Command, CommandBody, CommandId, Login, Outcome, PollForm, PollId, PollKind, Refusal, ResultsShown,
    Seq, SignalBody, Update, UpdateBody,
};
use houselights_tests::{
    client::{TestClient, attend, greet, hello, http, sign_in, sign_in_as, socket},
    server::{Event, TestServer},
    within,
};

use crate::house::{CREW, crew, send, show, viewer};

/// So many are cut off at once.
const CROWD: usize = 300;
const READS: &str = "houselights_store_statements_total{kind=\"read\"}";
const WRITES: &str = "houselights_store_statements_total{kind=\"write\"}";
const TOLD: &str = "houselights_gate_total{outcome=\"told\"}";

/// What the server reads by itself within a few seconds, as whoever looks after letters does.
const BY_ITSELF: f64 = 60.0;

/// So many sign in.
async fn audience(server: &TestServer, event: &Event, count: usize) -> Vec<Login> {
    let mut logins = Vec::with_capacity(count);
    for number in 0..count {
        logins.push(attend(server.http(), event, &format!("Viewer {number}")).await);
    }
    logins
}

async fn all_return(server: &TestServer, logins: &[Login], after: Option<Seq>) -> Vec<TestClient> {
    let coming = logins.iter().map(|login| TestClient::come_back(server.http(), login, after));
    join_all(coming).await
}

/// Until it was told that so many watch.
async fn is_told_of(client: &mut TestClient, count: u32) {
    let last = |client: &TestClient| {
        let told = |signal: &SignalBody| if let SignalBody::Watching { count } = signal { Some(*count) } else { None };
        client.signals.iter().rev().find_map(told)
    };
    client.until("the count of those who watch", |client| last(client) == Some(count)).await;
}

#[tokio::test]
async fn a_crowd_that_is_cut_off_is_back_and_complete_and_asks_the_database_nothing() {
    let (server, event) = show().await;
    let mut pat = crew(&server, &event, "Pat").await;
    let logins = audience(&server, &event, CROWD).await;
    let clients = all_return(&server, &logins, None).await;
    let has = pat.say("the last that they have").await;
    is_told_of(&mut pat, CROWD as u32).await;
    clients.into_iter().for_each(TestClient::vanish);
    for number in 0..100 {
        pat.say(&number.to_string()).await;
    }
    // Whoever pages back has what was said indexed: otherwise that is done in the midst of it.
    let path = format!("http://{}/api/rooms/{}/messages?limit=1", server.http(), event.room);
    let page = http().get(path).bearer_auth(logins[0].token.as_str()).send().await.expect("answered");
    assert!(page.status().is_success());
    let (reads, writes) = (server.metric(READS), server.metric(WRITES));
    let clients = all_return(&server, &logins, Some(has)).await;
    for client in &clients {
        let said: Vec<_> = (0..100).map(|number| number.to_string()).collect();
        assert!(client.snapshot.is_none() && client.texts() == said, "{:?}", client.texts());
    }
    assert!(server.metric(READS) - reads < BY_ITSELF, "{} statements", server.metric(READS) - reads);
    let written = server.metric(WRITES) - writes;
    assert!(written < BY_ITSELF, "{written} statements");
    // Nobody is there twice.
    is_told_of(&mut pat, CROWD as u32).await;
    drop(clients);
    is_told_of(&mut pat, 0).await;
    server.stop().await;
}

#[tokio::test]
async fn after_a_restart_each_of_a_crowd_is_looked_up_once_however_often_they_come() {
    let (server, event) = show().await;
    let logins = audience(&server, &event, CROWD).await;
    let server = server.restart().await;
    let reads = server.metric(READS);
    drop(all_return(&server, &logins, None).await);
    let once = server.metric(READS) - reads;
    assert!(once >= CROWD as f64 && once < CROWD as f64 + BY_ITSELF, "{once} statements for {CROWD}");
    let reads = server.metric(READS);
    drop(all_return(&server, &logins, Some(Seq::START)).await);
    assert!(server.metric(READS) - reads < BY_ITSELF, "{} statements more", server.metric(READS) - reads);
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_in_another_room_of_the_event_comes_back_without_a_question_too() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let event = ada.event(&ada.organisation("The Globe").await, "one-day-conference").await;
    let known = ada.ask("query($id: ID!) { event(id: $id) { rooms { id kind } } }", serde_json::json!({ "id": event })).await;
    let rooms = known["event"]["rooms"].as_array().expect("a list");
    let lounge = rooms.last().and_then(|room| room["id"].as_str()).expect("a room").parse().expect("an id");
    let enter = "mutation($id: ID!) { enterEvent(id: $id) { web } }";
    let web = ada.ask(enter, serde_json::json!({ "id": event })).await["enterEvent"]["web"].clone();
    let secret = web.as_str().and_then(|web| web.rsplit('/').next()).expect("a secret");
    let mut login = sign_in(server.http(), secret, None).await.expect("signed in");
    login.room = lounge;
    let has = TestClient::connect(server.http(), &login).await.seq;
    let (reads, _) = server.reads_of(async || TestClient::resume(server.http(), &login, Some(has)).await).await;
    assert_eq!(reads, 0);
    server.stop().await;
}

/// A house that lets so many in a second.
async fn narrow(a_second: u32) -> (TestServer, Event) {
    let server = TestServer::with(|config: &mut Config| config.joins_per_second = a_second).await;
    let event = server.event(&CREW).await;
    (server, event)
}

#[tokio::test]
async fn newcomers_are_told_when_to_come_and_those_who_were_in_do_not_wait_for_them() {
    let (server, event) = narrow(20).await;
    let mut vera = viewer(&server, &event, "Vera").await;
    let has = vera.say("hello").await;
    let login = vera.me.participant;
    let crowd = join_all((0..100).map(async |number| {
        let name = format!("Viewer {number}");
        sign_in(server.http(), event.open_invite(), Some(&name)).await
    }));
    let answers = crowd.await;
    let mut waits: Vec<_> = answers
        .iter()
        .filter_map(|answer| answer.as_ref().err())
        .map(|told| {
            assert_eq!((told.status, told.refusal), (503, Refusal::Overloaded));
            told.retry_after_ms.expect("a time")
        })
        .collect();
    waits.sort_unstable();
    // The longer the machine takes over it, the fewer come too early.
    let told = waits.len();
    assert!(told > 1 && server.metric(TOLD) >= told as f64, "{told} were told to come later");
    assert!(waits.windows(2).all(|pair| pair[1] - pair[0] <= 1_000) && waits.last() <= Some(&60_001), "{waits:?}");
    waits.dedup();
    assert!(waits.len() * 2 > told, "not all at the same time: {waits:?}");
    vera.say("nobody inside waits").await;
    assert_eq!(vera.me.participant, login);
    drop(vera);
    let walt = answers.iter().find_map(|answer| answer.as_ref().ok()).expect("some were let in");
    let walt = within("somebody who was let in", TestClient::connect(server.http(), walt)).await;
    assert!(walt.seq >= has, "who signed in has a place, too");
    server.stop().await;
}

#[tokio::test]
async fn who_comes_at_the_time_they_were_told_gets_in() {
    let (server, event) = narrow(10).await;
    let logins = audience_at_the_gate(&server, &event, 40).await;
    // Their places were for signing in and the first connection.
    let clients = all_return(&server, &logins, None).await;
    drop(clients);
    let begun = Instant::now();
    let mut told = 0;
    for client in join_all(logins.iter().map(|login| greet_once(&server, login))).await {
        told += usize::from(client.is_some());
    }
    assert!(told > 0, "some came too early");
    let clients = all_return(&server, &logins, None).await;
    assert!(begun.elapsed() >= Duration::from_secs(2), "at the pace of the gate: {:?}", begun.elapsed());
    assert_eq!(clients.len(), 40);
    server.stop().await;
}

#[tokio::test]
async fn what_is_made_up_takes_no_place_at_the_gate() {
    let (server, event) = narrow(2).await;
    let vera = attend(server.http(), &event, "Vera").await;
    // A minute of places, twice.
    let invites = join_all((0..120).map(async |number| sign_in(server.http(), &format!("made-up-{number}"), None).await));
    assert!(invites.await.into_iter().all(|answer| answer.is_err_and(|told| told.refusal == Refusal::TokenInvalid)));
    let tokens = join_all((0..120).map(async |number| {
        let made_up = houselights_shared::Hello { token: format!("made-up-{number}").into(), ..hello(&vera, None) };
        greet(socket(server.http()).await, made_up).await.err().flatten().map(|told| told.refusal)
    }));
    assert!(tokens.await.into_iter().all(|told| told == Some(Refusal::TokenInvalid)));
    // And one that somebody has is one place, whatever they call themselves.
    let calls = join_all((0..120).map(async |number| {
        let name = format!("Name {number}");
        sign_in(server.http(), event.invite_of("Mo"), Some(&name)).await
    }));
    drop(calls.await);
    let begun = Instant::now();
    audience_at_the_gate(&server, &event, 1).await;
    assert!(begun.elapsed() < Duration::from_secs(10), "who comes then waits for none of them: {:?}", begun.elapsed());
    server.stop().await;
}

#[tokio::test]
async fn after_a_restart_the_crew_waits_for_no_crowd() {
    let (server, event) = narrow(10).await;
    let pat = sign_in_as(server.http(), &event, "Pat").await;
    let logins = audience_at_the_gate(&server, &event, 40).await;
    let server = server.restart().await;
    let told = join_all(logins.iter().map(|login| greet_once(&server, login))).await;
    assert!(told.iter().any(Option::is_some), "some came too early: {told:?}");
    assert!(greet_once(&server, &pat).await.is_none(), "she is let in at once");
    sign_in(server.http(), event.invite_of("Ada"), None).await.expect("and so is whoever signs in with an invite of the crew");
    server.stop().await;
}

/// So many sign in as the gate wants it.
async fn audience_at_the_gate(server: &TestServer, event: &Event, count: usize) -> Vec<Login> {
    join_all((0..count).map(async |number| {
        let name = format!("Viewer {number}");
        loop {
            match sign_in(server.http(), event.open_invite(), Some(&name)).await {
                Ok(login) => return login,
                Err(told) => tokio::time::sleep(Duration::from_millis(told.retry_after_ms.expect("a time").into())).await,
            }
        }
    }))
    .await
}

/// When somebody is told to come who says Hello as a newcomer.
async fn greet_once(server: &TestServer, login: &Login) -> Option<u32> {
    let refused = greet(socket(server.http()).await, hello(login, None)).await.err()??;
    assert_eq!(refused.refusal, Refusal::Overloaded);
    refused.retry_after_ms
}

#[tokio::test]
async fn a_ticket_is_not_held_up_by_others_behind_the_same_address() {
    let crew: Vec<_> = (0..30).map(|number| format!("Speaker {number}")).collect();
    let crew: Vec<_> = crew.iter().map(|name| (houselights_shared::Role::Speaker, name.as_str())).collect();
    let server = TestServer::with(|config: &mut Config| config.logins_per_minute = 5).await;
    let event = server.event(&crew).await;
    for (_, name) in &crew {
        assert!(sign_in(server.http(), event.invite_of(name), None).await.is_ok(), "{name}");
    }
    let open = join_all((0..6).map(|_| sign_in(server.http(), event.open_invite(), Some("Vera")))).await;
    assert!(open.iter().any(|answer| answer.as_ref().is_err_and(|told| told.refusal == Refusal::SlowDown)));
    server.stop().await;
}

#[tokio::test]
async fn more_than_an_address_has_doorsteps_for_come_in_one_after_the_other() {
    let server = TestServer::with(|config: &mut Config| config.strangers_per_address = 10).await;
    let event = server.event(&CREW).await;
    let logins = audience(&server, &event, 100).await;
    let clients = all_return(&server, &logins, None).await;
    assert_eq!(clients.len(), 100);
    server.stop().await;
}

#[tokio::test]
async fn connections_of_one_person_that_race_each_other_leave_one_that_misses_nothing() {
    let (server, event) = show().await;
    let mut pat = crew(&server, &event, "Pat").await;
    let login = attend(server.http(), &event, "Vera").await;
    let mut has = TestClient::connect(server.http(), &login).await.seq;
    for round in 0..5 {
        let racing = join_all((0..4).map(|_| TestClient::try_resume(server.http(), &login, Some(has))));
        let (racers, _) = tokio::join!(racing, pat.say("while they race"));
        let mut standing = Vec::new();
        let last = pat.say(&format!("round {round}")).await;
        for mut racer in racers.into_iter().flatten() {
            let hears = racer.reaches(last).await;
            if hears {
                standing.push(racer);
            }
        }
        assert_eq!(standing.len(), 1, "the others were told that another took their place");
        has = last;
        is_told_of(&mut pat, 1).await;
    }
    drop(server);
}

#[tokio::test]
async fn readers_that_stop_cost_nobody_else_anything() {
    let (server, event) = show().await;
    let mut pat = crew(&server, &event, "Pat").await;
    let mut stopped = Vec::new();
    for login in audience(&server, &event, 20).await {
        stopped.push(TestClient::connect_with_small_buffer(server.http(), &login).await);
    }
    let mut walt = viewer(&server, &event, "Walt").await;
    let text = "\u{1F3AD}".repeat(2_000);
    let cut_off = "houselights_cut_off_readers_total";
    // Nobody reads on: what is said meanwhile would wait for ever if it waited for them.
    while server.metric(cut_off) < 19.5 {
        let seq = pat.say(&text).await;
        walt.until("what was said", |client| client.seq >= seq).await;
    }
    is_told_of(&mut pat, 1).await;
    drop(stopped);
    server.stop().await;
}

#[tokio::test]
async fn a_crowd_that_speaks_at_once_is_heard() {
    let (server, event) = show().await;
    let logins = audience(&server, &event, 120).await;
    let clients = all_return(&server, &logins, None).await;
    let heard = join_all(clients.into_iter().map(async |mut client| {
        let mut posted = Vec::new();
        for _ in 0..5 {
            posted.push(client.post(send("yes")).await);
        }
        for id in posted {
            assert!(matches!(client.reply_to(id).await, Outcome::Accepted { .. }));
        }
        client.until("what all said", |client| client.texts().len() == 600).await;
    }));
    heard.await;
    server.stop().await;
}

#[tokio::test]
async fn a_poll_that_opens_to_a_crowd_gets_every_vote_once_whatever_is_sent_again() {
    let (server, event) = show().await;
    let mut pat = crew(&server, &event, "Pat").await;
    let poll = PollId::random();
    let options = ["No", "Yes"].map(str::to_owned).into();
    let form = PollForm {
        question: "Once more?".to_owned(),
        kind: PollKind::Single,
        options,
        correct: Vec::new(),
        shown: ResultsShown::Always,
        named: false,
        changeable: false,
        seconds: None,
    };
    pat.done(CommandBody::DraftPoll { poll, form }).await;
    let logins = audience(&server, &event, 120).await;
    let clients = all_return(&server, &logins, None).await;
    pat.done(CommandBody::OpenPoll { poll }).await;
    let vote = async |(number, mut client): (u8, TestClient)| {
        let body = CommandBody::Vote { poll, choice: Choice::Options { options: vec![number % 2] } };
        let command = Command { id: CommandId::random(), room: client.room, body };
        for _ in 0..3 {
            client.send(&ClientFrame::Command(command.clone())).await.expect("the connection stands");
        }
        assert!(matches!(client.reply_to(command.id).await, Outcome::Accepted { .. }));
        if number % 10 == 0 {
            // Whoever is cut off before the answer came sends it again.
            let (login, has) = (&logins[usize::from(number)], client.seq);
            client.vanish();
            client = TestClient::come_back(server.http(), login, Some(has)).await;
            client.send(&ClientFrame::Command(command.clone())).await.expect("the connection stands");
            assert!(matches!(client.reply_to(command.id).await, Outcome::Accepted { .. }));
        }
        client
    };
    let clients = join_all((0..).zip(clients).map(vote)).await;
    let counted = |client: &TestClient| {
        let tally = |update: &Update| {
            if let UpdateBody::PollCounted { tally, .. } = &update.body {
                Some((tally.voters, tally.counts.clone()))
            } else {
                None
            }
        };
        client.updates.iter().rev().find_map(tally).unwrap_or_default()
    };
    let all = (120, vec![60, 60]);
    join_all(clients.into_iter().map(async |mut client| client.until("all votes", |client| counted(client) == all).await))
        .await;
    pat.until("all votes", |client| counted(client) == all).await;
    server.stop().await;
}
