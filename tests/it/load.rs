//! The crowd of `cargo xtask load`, small, against a real server.

use std::{net::SocketAddr, process::Stdio};

use houselights_shared::{CommandBody, PollId};
use houselights_tests::{
    server::{Event, TestServer},
    smtp::Authority,
    within,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    process::Command,
};
use tokio_util::task::TaskTracker;

use crate::house::{CREW, crew, show};

/// What the tool printed, and whether the run was whole.
struct Outcome {
    whole: bool,
    output: String,
    errors: String,
}

impl Outcome {
    fn report(&self) -> Value {
        serde_json::from_str(&self.output).unwrap_or_else(|error| panic!("{error}: {} {}", self.output, self.errors))
    }
}

fn tool(words: &[&str]) -> Command {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_houselights-load"));
    tool.args(words).env_remove("HOUSELIGHTS_INVITE").stdin(Stdio::null()).kill_on_drop(true);
    tool
}

async fn run(mut tool: Command) -> Outcome {
    let output = within("the crowd", tool.output()).await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Outcome { whole: output.status.success(), output: text(output.stdout), errors: text(output.stderr) }
}

fn link(server: SocketAddr, secret: &str) -> String {
    format!("http://{server}/join/{secret}")
}

async fn crowd(server: &TestServer, event: &Event, words: &[&str]) -> Outcome {
    let link = link(server.http(), event.open_invite());
    run(tool(&[&["--invite", &link, "--json"], words].concat())).await
}

#[tokio::test]
async fn a_crowd_of_two_processes_comes_talks_is_cut_and_lacks_nothing() {
    let (server, event) = show().await;
    let words = ["--clients", "40", "--joins", "200", "--rate", "20", "--seconds", "3", "--processes", "2", "--storm"];
    let outcome = crowd(&server, &event, &words).await;
    let report = outcome.report();
    assert!(outcome.whole, "{report:#} {}", outcome.errors);
    assert_eq!(report["joining"]["inside"], 40);
    // On a busy machine nobody may be free to say what is due.
    let sent = report["talking"]["sent"].as_u64().unwrap();
    assert!((1..=60).contains(&sent) && report["talking"]["delivered"] == sent * 40, "{report:#}");
    assert_eq!((&report["storm"]["cut"], &report["storm"]["back"]), (&40.into(), &40.into()));
    assert_eq!(report["storm"]["accepted"], report["storm"]["sent"], "what was said in the storm was said exactly once");
    let most_inside = report["timeline"].as_array().unwrap().iter().map(|point| point["inside"].as_u64().unwrap()).max();
    assert_eq!(most_inside, Some(40));
    let disk = rusqlite::Connection::open(server.database()).unwrap();
    let query = "SELECT count(*) FROM updates WHERE body LIKE '%message_sent%'";
    let stored: i64 = disk.query_row(query, [], |row| row.get(0)).unwrap();
    assert_eq!(stored, report["talking"]["sent"].as_i64().unwrap() + report["storm"]["sent"].as_i64().unwrap());
    assert!(outcome.errors.contains("40 come"), "what goes on is said: {}", outcome.errors);
    server.stop().await;
}

#[tokio::test]
async fn a_crowd_claps_and_everybody_votes_once_in_a_poll_that_is_opened() {
    let (server, event) = show().await;
    let mut producer = crew(&server, &event, "Pat").await;
    let poll = PollId::random();
    let form = serde_json::from_value(json!({ "question": "Tea?", "kind": { "is": "single" }, "options": ["Yes", "No"] }));
    producer.done(CommandBody::DraftPoll { poll, form: form.unwrap() }).await;
    producer.done(CommandBody::OpenPoll { poll }).await;
    let words = ["--clients", "30", "--joins", "100", "--rate", "5", "--reactions", "20", "--votes", "1", "--seconds", "3"];
    let report = crowd(&server, &event, &words).await.report();
    let talking = &report["talking"];
    let [thrown, told] = [0, 1].map(|place| talking["reactions"][place].as_u64().unwrap());
    // Reactions may be lost, and on a busy machine not thrown when they are due.
    assert!(report["whole"] == true && (1..=60).contains(&thrown) && (1..=thrown).contains(&told), "{report:#}");
    assert_eq!((&talking["votes"]["cast"], &talking["votes"]["accepted"]), (&30.into(), &30.into()), "{report:#}");
    assert_eq!(talking["votes"]["told"], 30, "{report:#}");
    server.stop().await;
}

#[tokio::test]
async fn the_report_is_a_page_and_a_text_too_and_the_invite_may_come_in_quietly() {
    let (server, event) = show().await;
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("load.html");
    let mut tool = tool(&["--invite", "-", "--clients", "5", "--rate", "5", "--seconds", "1", "--html"]);
    let mut started = tool.arg(&page).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let line = format!("{}\n", link(server.http(), event.open_invite()));
    started.stdin.take().unwrap().write_all(line.as_bytes()).await.unwrap();
    let output = within("the crowd", started.wait_with_output()).await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.contains("5 of 5 came in") && text.contains("deliveries came"), "{text}");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("<h1>Opening night</h1>") && page.matches("<svg").count() == 3);
    assert!(!page.contains(event.open_invite()) && !text.contains(event.open_invite()), "the invite is a secret");
    server.stop().await;
}

/// A proxy that speaks TLS for a server, until the test is over: its port.
async fn proxy(server: SocketAddr, authority: &Authority) -> u16 {
    let (listener, acceptor) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), authority.acceptor());
    let port = listener.local_addr().unwrap().port();
    let lines = TaskTracker::new();
    let of_each = lines.clone();
    lines.spawn(async move {
        while let Ok((line, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            of_each.spawn(async move {
                let mut within = acceptor.accept(line).await?;
                copy_bidirectional(&mut within, &mut TcpStream::connect(server).await?).await
            });
        }
    });
    port
}

#[tokio::test]
async fn a_crowd_goes_to_a_server_that_speaks_tls_and_to_none_that_cannot_say_who_it_is() {
    let (server, event) = show().await;
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let known = folder.path().join("authority.pem");
    std::fs::write(&known, authority.pem()).unwrap();
    let link = format!("https://localhost:{}/join/{}", proxy(server.http(), &authority).await, event.open_invite());
    let words = ["--invite", &link, "--json", "--clients", "10", "--rate", "10", "--seconds", "1"];
    let mut trusting = tool(&words);
    trusting.env("SSL_CERT_FILE", &known);
    let outcome = run(trusting).await;
    assert!(
        outcome.whole && outcome.report()["talking"]["delivered"].as_u64() >= Some(10),
        "{} {}",
        outcome.output,
        outcome.errors
    );
    let outcome = run(tool(&words)).await;
    assert!(!outcome.whole && outcome.errors.contains("certificate"), "{}", outcome.errors);
    server.stop().await;
}

#[tokio::test]
async fn a_limit_that_is_met_is_told_with_the_flag_that_sets_it() {
    let server = TestServer::with(|config| config.logins_per_minute = 3).await;
    let event = server.event(&CREW).await;
    let words = ["--clients", "9", "--addresses", "0", "--rate", "0", "--patience", "1"];
    let outcome = crowd(&server, &event, &words).await;
    let report = outcome.report();
    assert!(!outcome.whole && report["whole"] == false);
    let inside = report["joining"]["inside"].as_u64().unwrap();
    assert!((2..=3).contains(&inside), "{inside}");
    assert_eq!(report["shortfalls"][0], format!("clients that did not come in: {} of 9", 9 - inside));
    let met = &report["troubles"][0];
    assert!(
        met["what"].as_str().unwrap().contains("slow_down") && met["cure"].as_str().unwrap().contains("--logins-per-minute")
    );
    server.stop().await;
}

#[tokio::test]
async fn messages_that_are_refused_are_told_as_such() {
    let server = TestServer::with(|config| (config.frames_per_second, config.frame_burst) = (1, 1)).await;
    let event = server.event(&CREW).await;
    let outcome = crowd(&server, &event, &["--clients", "1", "--rate", "20", "--seconds", "2"]).await;
    let report = outcome.report();
    let talking = &report["talking"];
    assert!(!outcome.whole && talking["refused"].as_u64().unwrap() > 0, "{report:#}");
    assert_eq!(talking["delivered"], talking["accepted"]);
    assert!(outcome.output.contains("--frames-per-second"), "{report:#}");
    server.stop().await;
}

#[tokio::test]
async fn what_keeps_a_crowd_from_starting_is_said_in_a_sentence() {
    let (server, event) = show().await;
    let here = server.http();
    let nobody_listens = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (invite, told) in [
        (link(nobody_listens, "any"), "there is no server at"),
        (link(here, "never-made"), "the invite does not let anybody in"),
        (link(here, event.invite_of("Ada")), "is for one person"),
        ("never-made".to_owned(), "--server"),
        (format!("http://{here}/e/opening"), "no invite link"),
    ] {
        let outcome = run(tool(&["--invite", &invite, "--clients", "2"])).await;
        assert!(!outcome.whole && outcome.output.is_empty(), "{invite}");
        assert!(outcome.errors.contains(told), "{told} is not in {}", outcome.errors);
        assert_eq!(outcome.errors.lines().count(), 1, "{}", outcome.errors);
    }
    for words in [&["--clients", "2"][..], &["--invite", "any", "--clients", "none"]] {
        let outcome = run(tool(words)).await;
        assert!(!outcome.whole && outcome.errors.contains("--help"), "{}", outcome.errors);
    }
    server.stop().await;
}
