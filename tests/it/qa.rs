//! Questions of the audience, from asking to the stage.

use houselights_shared::{AskedId, CommandBody, Outcome, Overlay, QuestionCount, Refusal, Seq, Standing, Update, UpdateBody};
use houselights_tests::client::{TestClient, attend};

use crate::house::{crew, show, viewer};

fn ask(text: &str, anonymous: bool) -> CommandBody {
    CommandBody::AskQuestion { text: text.to_owned(), anonymous }
}

/// Asks, and waits until the room has it.
async fn asks(client: &mut TestClient, text: &str, anonymous: bool) -> AskedId {
    let id = client.post(ask(text, anonymous)).await;
    assert!(matches!(client.reply_to(id).await, Outcome::Accepted { .. }));
    id.into()
}

/// Waits until it has heard that so many want a question answered.
async fn hears_votes(client: &mut TestClient, question: AskedId, votes: u32) {
    let is_it = |update: &Update| {
        if let UpdateBody::QuestionsCounted { counts } = &update.body {
            counts.contains(&QuestionCount { question, votes })
        } else {
            false
        }
    };
    client.until("the votes of a question", |client| client.updates.iter().any(is_it)).await;
}

async fn catches_up(client: &mut TestClient, seq: Seq) {
    client.until("what happened", |client| client.seq >= seq).await;
}

#[tokio::test]
async fn a_question_goes_from_the_audience_over_the_moderator_to_the_stage() {
    let (server, event) = show().await;
    let (mut vera, mut walt) = (viewer(&server, &event, "Vera").await, viewer(&server, &event, "Walt").await);
    let (mut mo, mut ada) = (crew(&server, &event, "Mo").await, crew(&server, &event, "Ada").await);
    let question = asks(&mut vera, "How?", false).await;
    vera.until("one's own question", |client| client.mine.as_ref().is_some_and(|mine| mine.questions.len() == 1)).await;
    let seq = mo.done(CommandBody::OpenQuestion { question }).await;
    catches_up(&mut walt, seq).await;
    walt.done(CommandBody::UpvoteQuestion { question, up: true }).await;
    hears_votes(&mut vera, question, 1).await;
    walt.until("one's own vote", |client| client.mine.as_ref().is_some_and(|mine| mine.upvoted == [question])).await;
    mo.done(CommandBody::ShowOverlay { overlay: Overlay::Question { question } }).await;
    let seq = ada.done(CommandBody::AnswerQuestion { question, answer: Some("Like so.".to_owned()) }).await;
    catches_up(&mut walt, seq).await;
    let late = viewer(&server, &event, "Late").await.snapshot.expect("a snapshot");
    assert_eq!(late.overlay, Some(Overlay::Question { question }));
    let [answered] = late.questions.as_slice() else { panic!("{:?}", late.questions) };
    assert_eq!((answered.votes, answered.author.as_ref().map(|asker| asker.name.as_str())), (1, Some("Vera")));
    let Standing::Answered { answer: Some(answer), .. } = &answered.standing else { panic!("{answered:?}") };
    assert_eq!((answer.text.as_str(), answer.name.as_str()), ("Like so.", "Ada"));
    server.stop().await;
}

#[tokio::test]
async fn no_frame_of_anybody_else_holds_who_asked_anonymously() {
    let (server, event) = show().await;
    let login = attend(server.http(), &event, "Vera").await;
    let mut vera = TestClient::connect(server.http(), &login).await;
    let author = vera.me.participant.to_string();
    let mut others = Vec::new();
    for name in ["Mo", "Pat", "Ada"] {
        others.push(crew(&server, &event, name).await);
    }
    others.push(viewer(&server, &event, "Walt").await);
    let question = asks(&mut vera, "Who?", true).await;
    let gone = asks(&mut vera, "Taken back?", true).await;
    let mo = &mut others[0];
    mo.done(CommandBody::OpenQuestion { question }).await;
    mo.done(CommandBody::AnswerQuestion { question, answer: None }).await;
    let seq = vera.done(CommandBody::WithdrawQuestion { question: gone }).await;
    for role in ["Mo", "Pat", "Ada"] {
        // Whoever comes later has a snapshot.
        others.push(crew(&server, &event, role).await);
    }
    others.push(viewer(&server, &event, "Late").await);
    for client in &mut others {
        // With one device a ticket, those who came first are gone by now.
        while client.seq < seq && !client.closed {
            client.listen().await;
        }
    }
    assert!(others.iter().any(|client| client.heard.iter().any(|frame| frame.contains("Who?"))));
    for client in &others {
        assert!(client.heard.iter().all(|frame| !frame.contains(&author)), "{:?} is told", client.me.role);
    }
    vera.vanish();
    let mut vera = TestClient::connect(server.http(), &login).await;
    let is_hers = |client: &TestClient| client.mine.as_ref().is_some_and(|mine| mine.asked == [question]);
    vera.until("that it is hers", is_hers).await;
    server.stop().await;
}

#[tokio::test]
async fn of_votes_that_are_sent_twice_over_lost_connections_each_counts_once() {
    let (server, event) = show().await;
    let (mut vera, mut mo) = (viewer(&server, &event, "Vera").await, crew(&server, &event, "Mo").await);
    let question = asks(&mut vera, "How?", false).await;
    mo.done(CommandBody::OpenQuestion { question }).await;
    let vote = CommandBody::UpvoteQuestion { question, up: true };
    for number in 0..20 {
        let login = attend(server.http(), &event, &format!("Viewer {number}")).await;
        let mut client = TestClient::connect(server.http(), &login).await;
        client.post(vote.clone()).await;
        if number % 2 == 0 {
            client.vanish();
            client = TestClient::connect(server.http(), &login).await;
        }
        client.done(vote.clone()).await;
    }
    hears_votes(&mut mo, question, 20).await;
    let refused = Outcome::Refused { refusal: Refusal::NotAllowed, retry_after_ms: None };
    assert_eq!(vera.ask(vote).await, refused, "one's own is not voted for");
    server.stop().await;
}
