//! Words that outlive the app, killed at any moment, and come into the room once. The app is this test program, run once more; between it and the real
//! server lies a wire that can be cut, or swallow answers.

use std::{path::PathBuf, process::Stdio};

use houselights_shared::{AskedId, CommandId, Hello, InboxCommandBody, InboxEntryBody};
use houselights_tests::{
    client::{TestClient, attend, greet, hello, socket},
    server::{Event, TestServer},
    within,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader, copy_bidirectional},
    process::{Child, Command},
};

use super::*;
use crate::ipc::UnsentMessage;

const FOLDER: &str = "HOUSELIGHTS_TEST_FOLDER";
const LINK: &str = "HOUSELIGHTS_TEST_LINK";
const WORDS: &str = "said once and for all";

fn say(text: &str) -> CommandBody {
    CommandBody::say(text.to_owned())
}

/// What is wrong with the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Trouble {
    #[default]
    None,
    IsCut,
    SwallowsAnswers,
}

/// Between the app and the server.
#[derive(Clone, Default)]
struct Wire(watch::Sender<Trouble>);

impl Wire {
    /// Where it is reached from.
    async fn lay(&self, server: std::net::SocketAddr, tasks: &TaskTracker) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (wire, calls) = (self.clone(), tasks.clone());
        tasks.spawn(async move {
            while let Ok((app, _)) = listener.accept().await {
                if *wire.0.borrow() == Trouble::None {
                    calls.spawn(carry(wire.0.subscribe(), app, TcpStream::connect(server).await.unwrap()));
                }
            }
        });
        base
    }
}

/// Carries one connection, until the trouble that it gets into is over.
async fn carry(mut trouble: watch::Receiver<Trouble>, mut app: TcpStream, mut server: TcpStream) {
    tokio::select! {
        _ = copy_bidirectional(&mut app, &mut server) => return,
        _ = trouble.wait_for(|trouble| *trouble != Trouble::None) => {}
    }
    if *trouble.borrow() == Trouble::SwallowsAnswers {
        let (mut from_app, _to_app) = app.split();
        let (mut from_server, mut to_server) = server.split();
        let mut swallowed = tokio::io::sink();
        tokio::select! {
            _ = tokio::io::copy(&mut from_app, &mut to_server) => {}
            _ = tokio::io::copy(&mut from_server, &mut swallowed) => {}
            _ = trouble.wait_for(|trouble| *trouble == Trouble::None) => {}
        }
    }
}

/// Waits for what the page is told.
async fn told_of(
    told: &mut mpsc::UnboundedReceiver<NativeEvent>,
    is_it: impl Fn(&[UnsentMessage]) -> bool,
) -> Vec<UnsentMessage> {
    loop {
        if let NativeEvent::Unsent { messages, .. } = told.recv().await.unwrap()
            && is_it(&messages)
        {
            return messages;
        }
    }
}

/// No test of its own: the app that the others start and kill. It says when it is connected, and, once it is asked to, that its words are kept.
#[tokio::test(flavor = "multi_thread")]
async fn the_app_that_is_killed() {
    let (Ok(folder), Ok(link)) = (std::env::var(FOLDER), std::env::var(LINK)) else { return };
    let folder = Scratch(PathBuf::from(folder));
    let run = Run::new(&folder, &Keys::mock());
    run.sign_in(&link).await.unwrap();
    let (_, mut told) = run.page().await;
    snapshot(&mut told).await;
    println!("\nconnected");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let house = run.house.clone();
    run.house.spawn(async move { drop(house.send(say(WORDS)).await) });
    told_of(&mut told, |messages| messages.len() == 1).await;
    println!("\nkept");
    std::future::pending::<()>().await;
}

/// The app, in a process of its own.
struct App {
    process: Child,
    lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
}

impl App {
    fn start(folder: &Scratch, link: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "house::tests::unsent::the_app_that_is_killed", "--nocapture"]);
        command.env(FOLDER, &folder.0).env(LINK, link).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    async fn says(&mut self, word: &str) {
        while self.lines.next_line().await.unwrap().expect("it goes on") != word {}
    }

    async fn speak(&mut self) {
        self.process.stdin.as_mut().unwrap().write_all(b"\n").await.unwrap();
        self.says("kept").await;
    }
}

async fn house_of(server: &TestServer) -> (Event, TestClient) {
    let event = server.event(&[(Role::Speaker, "Ada"), (Role::Speaker, "Bob")]).await;
    let vera = TestClient::connect(server.http(), &attend(server.http(), &event, "Vera").await).await;
    (event, vera)
}

/// Starts the app, has it speak while `trouble` is on the wire, kills it, and starts it again without.
async fn killed_and_begun_again(trouble: Trouble) {
    let is_heard = trouble == Trouble::SwallowsAnswers;
    let server = TestServer::start().await;
    let (event, mut vera) = house_of(&server).await;
    let (wire, tasks) = (Wire::default(), TaskTracker::new());
    let base = wire.lay(server.http(), &tasks).await;
    let (folder, link) = (Scratch::new(), format!("{base}/join/{}", event.invite_of("Ada")));
    let mut app = App::start(&folder, &link);
    within("the app", app.says("connected")).await;
    wire.0.send_replace(trouble);
    within("words on the disk", app.speak()).await;
    if is_heard {
        vera.hears(WORDS).await;
    }
    app.process.kill().await.unwrap();
    assert_eq!(vera.texts().len(), usize::from(is_heard));
    wire.0.send_replace(Trouble::None);
    let run = Run::new(&folder, &Keys::mock());
    run.sign_in(&link).await.unwrap();
    let (attached, mut told) = run.page().await;
    if let [waiting] = attached.unsent.as_slice() {
        assert_eq!((&waiting.body, &waiting.trouble), (&say(WORDS), &None), "it is shown as on its way");
        within("its answer", told_of(&mut told, <[_]>::is_empty)).await;
    }
    vera.hears(WORDS).await;
    // Whatever else were sent would come before this.
    run.house.send(say("and nothing twice")).await.unwrap();
    vera.hears("and nothing twice").await;
    assert_eq!(vera.texts(), [WORDS, "and nothing twice"]);
    assert_eq!(run.house.attendance().unwrap().unsent().all(), []);
    run.house.close().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_heard_and_not_answered_when_the_app_was_killed_is_in_the_room_once() {
    killed_and_begun_again(Trouble::SwallowsAnswers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_heard_when_the_app_was_killed_is_said_at_the_next_start() {
    killed_and_begun_again(Trouble::IsCut).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_any_more_is_shown_with_its_words_until_it_is_not_wanted() {
    let server = TestServer::start().await;
    let (event, mut vera) = house_of(&server).await;
    let link = |name| format!("http://{}/join/{}", server.http(), event.invite_of(name));
    let folder = Scratch::new();
    let first = Run::new(&folder, &Keys::mock());
    first.sign_in(&link("Ada")).await.unwrap();
    let id = CommandId::random();
    let refused = Outcome::Refused { refusal: Refusal::MessageEmpty, retry_after_ms: None };
    assert_eq!(first.house.send_as(id, say("  ")).await, Ok(refused));
    let trouble = Problem::Refused { refusal: Refusal::MessageEmpty, retry_after_ms: None };
    let troubles = |run: &Run| {
        let all = run.house.attendance().unwrap().unsent().all();
        all.into_iter().map(|message| (message.id, message.trouble)).collect::<Vec<_>>()
    };
    assert_eq!(troubles(&first), [(id, Some(trouble.clone()))]);
    // The same again, with other words: it is the same message.
    first.house.send_as(id, say("hello")).await.unwrap();
    vera.hears("hello").await;
    assert_eq!(troubles(&first), []);
    let kept = UnsentMessage { id: CommandId::random(), room: vera.room, body: say("of Ada"), trouble: None };
    first.house.store().keep_unsent(first.house.attendance().unwrap().card().login(), kept.clone()).await.unwrap();
    first.house.close().await;
    let other = Run::new(&folder, &Keys::mock());
    other.sign_in(&link("Bob")).await.unwrap();
    assert_eq!(other.page().await.0.unsent, [UnsentMessage { trouble: Some(Problem::SignedOut), ..kept.clone() }]);
    other.house.send(say("I am Bob")).await.unwrap();
    vera.hears("I am Bob").await;
    assert_eq!(vera.texts(), ["hello", "I am Bob"], "nobody says what another said");
    other.house.discard_unsent(kept.id).await.unwrap();
    assert_eq!(troubles(&other), []);
    assert_eq!(other.house.store().unsent().await.unwrap(), []);
    other.house.close().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_words_is_let_go_where_it_is_refused_and_words_stay() {
    let server = TestServer::start().await;
    let (event, _vera) = house_of(&server).await;
    let (folder, link) = (Scratch::new(), format!("http://{}/join/{}", server.http(), event.invite_of("Ada")));
    let run = Run::new(&folder, &Keys::mock());
    run.sign_in(&link).await.unwrap();
    let upvote = CommandBody::UpvoteQuestion { question: AskedId::random(), up: true };
    let outcome = run.house.send(upvote).await;
    assert!(matches!(outcome, Ok(Outcome::Refused { .. })), "{outcome:?}");
    assert_eq!(run.house.attendance().unwrap().unsent().all(), []);
    assert_eq!(run.house.store().unsent().await.unwrap(), [], "nor would it be there the next time");
    let id = CommandId::random();
    let outcome = run.house.send_as(id, CommandBody::AskQuestion { text: "  ".into(), anonymous: false }).await;
    assert!(matches!(outcome, Ok(Outcome::Refused { .. })), "{outcome:?}");
    assert_eq!(run.house.store().unsent().await.unwrap().len(), 1);
    run.house.discard_unsent(id).await.unwrap();
    assert_eq!(run.house.store().unsent().await.unwrap(), []);
    run.house.close().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_to_somebody_without_a_connection_outlives_the_app_and_comes_once() {
    let server = TestServer::start().await;
    let (event, _vera) = house_of(&server).await;
    let login = attend(server.http(), &event, "Walt").await;
    let hello = Hello { inbox_after: Some(Seq::START), ..hello(&login, None) };
    let mut walt = greet(socket(server.http()).await, hello).await.ok().unwrap();
    let (wire, tasks) = (Wire::default(), TaskTracker::new());
    let base = wire.lay(server.http(), &tasks).await;
    let (folder, link) = (Scratch::new(), format!("{base}/join/{}", event.invite_of("Ada")));
    let to = walt.me.participant;
    let write = |text: &str| InboxCommandBody::SendDirect { to, text: text.to_owned() };
    let first = Run::new(&folder, &Keys::mock());
    first.sign_in(&link).await.unwrap();
    let (_, mut told) = first.page().await;
    snapshot(&mut told).await;
    wire.0.send_replace(Trouble::IsCut);
    let (house, letter) = (first.house.clone(), write(WORDS));
    first.house.spawn(async move { drop(house.send_to_inbox(None, letter).await) });
    let kept = async {
        loop {
            if let NativeEvent::Unsent { letters, .. } = told.recv().await.unwrap()
                && letters.len() == 1
            {
                break;
            }
        }
    };
    within("words on the disk", kept).await;
    first.house.close().await;
    wire.0.send_replace(Trouble::None);
    let again = Run::new(&folder, &Keys::mock());
    again.sign_in(&link).await.unwrap();
    walt.until("the letter", |walt| !walt.entries.is_empty()).await;
    again.house.send_to_inbox(None, write("and nothing twice")).await.unwrap();
    walt.until("another", |walt| walt.entries.len() > 1).await;
    let text = |body: &InboxEntryBody| {
        let InboxEntryBody::Received { text, .. } = body else { panic!("{body:?}") };
        text.clone()
    };
    let texts: Vec<_> = walt.entries.iter().map(|entry| text(&entry.body)).collect();
    assert_eq!(texts, [WORDS, "and nothing twice"]);
    assert_eq!(again.house.attendance().unwrap().unsent().letters(), []);
    again.house.close().await;
    server.stop().await;
}
