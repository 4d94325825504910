//! Polls with a crowd: every vote once, whatever is sent again and whoever is cut off.

use futures_util::future::join_all;
use houselights_shared::{
    Choice, ClientFrame, Command, CommandBody, CommandId, Login, Outcome, PAGE_VOTES, ParticipantId, PollForm, PollId,
    PollKind, Refusal, ResultsShown, RoomId, SignalBody, Tally, Update, UpdateBody, VotesPage,
};
use houselights_tests::{
    client::{TestClient, attend, http, sign_in_as},
    server::TestServer,
};
use rusqlite::Connection;

use crate::house::{crew, show, viewer};

/// How many vote in the storm.
const CROWD: u32 = 300;

fn form(shown: ResultsShown) -> PollForm {
    PollForm {
        question: "Which?".to_owned(),
        kind: PollKind::Single,
        options: vec!["Tea".to_owned(), "Coffee".to_owned()],
        correct: Vec::new(),
        shown,
        named: false,
        changeable: true,
        seconds: None,
    }
}

fn vote(poll: PollId, option: u8) -> CommandBody {
    CommandBody::Vote { poll, choice: Choice::Options { options: vec![option] } }
}

/// Opens a poll.
async fn opens(mo: &mut TestClient, form: PollForm) -> PollId {
    let poll = PollId::random();
    mo.done(CommandBody::DraftPoll { poll, form }).await;
    mo.done(CommandBody::OpenPoll { poll }).await;
    poll
}

/// How a poll stands, as somebody was told last.
fn told(client: &TestClient, of: PollId) -> Option<&Tally> {
    client.updates.iter().rev().find_map(|update| tally_in(update, of))
}

fn tally_in(update: &Update, of: PollId) -> Option<&Tally> {
    if let UpdateBody::PollCounted { poll, tally, .. } | UpdateBody::PollClosed { poll, tally, .. } = &update.body {
        (*poll == of).then_some(tally)
    } else {
        None
    }
}

async fn hears_voters(client: &mut TestClient, poll: PollId, voters: u32) {
    client.until("the count", |client| told(client, poll).is_some_and(|tally| tally.voters == voters)).await;
}

/// Sends a vote twice; every other one is cut off between sending and the answer, and sends it again over a new connection.
async fn votes_in_the_storm(server: &TestServer, login: &Login, (number, poll): (u32, PollId)) -> Outcome {
    let mut client = TestClient::connect(server.http(), login).await;
    let command = Command { id: CommandId::random(), room: client.room, body: vote(poll, u8::from(number % 3 == 0)) };
    let id = command.id;
    let frame = ClientFrame::Command(command);
    client.send(&frame).await.expect("the connection stands");
    if number % 2 == 0 {
        let seq = client.seq;
        client.vanish();
        client = TestClient::resume(server.http(), login, Some(seq)).await;
    }
    client.send(&frame).await.expect("the connection stands");
    let outcome = client.reply_to(id).await;
    client.until("one's own vote", |client| client.mine.as_ref().is_some_and(|mine| mine.votes.len() == 1)).await;
    outcome
}

/// How many votes were taken, as the store has it.
fn votes_stored(server: &TestServer) -> i64 {
    let database = Connection::open(server.database()).expect("the database is there");
    let votes = "SELECT count(*) FROM updates WHERE body LIKE '%poll_voted%'";
    database.query_row(votes, [], |row| row.get(0)).expect("a count")
}

#[tokio::test]
async fn in_a_storm_every_vote_counts_once() {
    let (server, event) = show().await;
    let mut mo = crew(&server, &event, "Mo").await;
    let poll = opens(&mut mo, form(ResultsShown::Always)).await;
    let names: Vec<_> = (0..CROWD).map(|number| format!("Viewer {number}")).collect();
    let logins = join_all(names.iter().map(|name| attend(server.http(), &event, name))).await;
    let storm = (0..CROWD).zip(&logins).map(|(number, login)| votes_in_the_storm(&server, login, (number, poll)));
    let outcomes = join_all(storm).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Accepted { .. })));
    hears_voters(&mut mo, poll, CROWD).await;
    // How soon it is counted is the rules' to say, by their own clock (`houselights_domain`).
    let tally = told(&mo, poll).expect("it was counted");
    assert_eq!(tally.counts, [200, 100]);
    assert_eq!(votes_stored(&server), 300, "each is in the log once");
    server.stop().await;
}

#[tokio::test]
async fn who_comes_late_sees_the_poll_that_is_open_and_who_comes_back_their_vote_also_after_a_restart() {
    let (server, event) = show().await;
    let mut mo = crew(&server, &event, "Mo").await;
    let poll = opens(&mut mo, form(ResultsShown::AfterClose)).await;
    let login = attend(server.http(), &event, "Late").await;
    let mut late = TestClient::connect(server.http(), &login).await;
    assert_eq!(late.snapshot.as_ref().map(|snapshot| snapshot.polls[0].id), Some(poll));
    late.done(vote(poll, 1)).await;
    late.vanish();
    mo.vanish();
    let server = server.restart().await;
    let mut late = TestClient::connect(server.http(), &login).await;
    late.until("one's own vote", |client| client.mine.as_ref().is_some_and(|mine| mine.votes.len() == 1)).await;
    late.done(vote(poll, 1)).await;
    let mut mo = crew(&server, &event, "Mo").await;
    mo.done(CommandBody::ClosePoll { poll }).await;
    assert_eq!(told(&mo, poll).map(|tally| tally.counts.clone()), Some(vec![0, 1]));
    let refused = Outcome::Refused { refusal: Refusal::NoSuchPoll, retry_after_ms: None };
    assert_eq!(late.ask(vote(poll, 0)).await, refused, "it is closed");
    server.stop().await;
}

#[tokio::test]
async fn results_that_are_shown_after_voting_reach_only_those_who_voted() {
    let (server, event) = show().await;
    let mut mo = crew(&server, &event, "Mo").await;
    let login = attend(server.http(), &event, "Vera").await;
    let (mut vera, mut walt) = (TestClient::connect(server.http(), &login).await, viewer(&server, &event, "Walt").await);
    let poll = opens(&mut mo, form(ResultsShown::AfterVote)).await;
    vera.done(vote(poll, 0)).await;
    let counts = |client: &TestClient| client.signals.iter().any(|signal| matches!(signal, SignalBody::Counted { .. }));
    vera.until("how it stands", counts).await;
    hears_voters(&mut mo, poll, 1).await;
    // Whatever was told of it before these words has reached Walt with them.
    mo.say("So far").await;
    walt.hears("So far").await;
    assert!(!counts(&walt) && told(&walt, poll).is_none());
    assert!(walt.heard.iter().all(|frame| !frame.contains("\"voters\"")));
    vera.vanish();
    let mut vera = TestClient::connect(server.http(), &login).await;
    let knows =
        |client: &TestClient| client.mine.as_ref().is_some_and(|mine| mine.votes.iter().any(|vote| vote.tally.is_some()));
    vera.until("how it stands, once more", knows).await;
    mo.done(CommandBody::ClosePoll { poll }).await;
    hears_voters(&mut walt, poll, 1).await;
    server.stop().await;
}

/// A page of who voted for what; the status, and what was answered.
async fn votes_of(
    server: &TestServer,
    login: &Login,
    (room, poll): (RoomId, PollId),
    after: Option<ParticipantId>,
) -> (u16, String) {
    let after = after.map(|after| format!("?after={after}")).unwrap_or_default();
    let url = format!("http://{}/api/rooms/{room}/polls/{poll}/votes{after}", server.http());
    let answer = http().get(url).bearer_auth(login.token.as_str()).send().await.expect("answered");
    (answer.status().as_u16(), answer.text().await.expect("text"))
}

#[tokio::test]
async fn who_voted_for_what_in_a_named_poll_is_read_by_moderators_page_by_page_and_of_an_anonymous_one_by_nobody() {
    const VOTERS: usize = PAGE_VOTES + 5;
    let (server, event) = show().await;
    let moderator = sign_in_as(server.http(), &event, "Mo").await;
    let mut mo = TestClient::connect(server.http(), &moderator).await;
    let named = opens(&mut mo, PollForm { named: true, ..form(ResultsShown::AfterClose) }).await;
    let anonymous = opens(&mut mo, form(ResultsShown::AfterClose)).await;
    let logins = join_all((0..VOTERS).map(|number| {
        let (server, event, name) = (server.http(), event.clone(), format!("Viewer {number:03}"));
        async move { attend(server, &event, &name).await }
    }))
    .await;
    join_all(logins.iter().map(async |login| {
        let mut client = TestClient::connect(server.http(), login).await;
        assert!(
            client.snapshot.as_ref().is_some_and(|snapshot| snapshot.polls.iter().any(|poll| poll.form.named)),
            "they are told"
        );
        for poll in [named, anonymous] {
            client.done(vote(poll, 0)).await;
        }
    }))
    .await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let (status, page) = votes_of(&server, &moderator, (event.room, named), after).await;
        assert_eq!(status, 200, "{page}");
        let page: VotesPage = serde_json::from_str(&page).expect("a page");
        assert!(page.votes.len() <= PAGE_VOTES && page.count == u32::try_from(VOTERS).expect("few"));
        seen.extend(page.votes.into_iter().map(|vote| (vote.name, vote.choice)));
        after = page.after;
        if after.is_none() {
            break;
        }
    }
    let all: Vec<_> = (0..VOTERS).map(|number| (format!("Viewer {number:03}"), Choice::Options { options: vec![0] })).collect();
    assert_eq!(seen, all, "each once, by name");
    let speaker = sign_in_as(server.http(), &event, "Ada").await;
    for (login, poll, status, code) in [
        (&moderator, anonymous, 403, "not_allowed"),
        (&moderator, PollId::random(), 404, "no_such_poll"),
        (&logins[0], named, 403, "not_allowed"),
        (&speaker, named, 403, "not_allowed"),
    ] {
        let (answered, body) = votes_of(&server, login, (event.room, poll), None).await;
        assert_eq!((answered, body.contains(code)), (status, true), "{body}");
    }
    server.stop().await;
}
