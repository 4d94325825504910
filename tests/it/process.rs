//! The server as a program: its command line, its health, and how it ends.

use std::path::Path;

use houselights_shared::{MediaOutcome, Outcome, Refusal, Role};
use houselights_tests::{
    client::{TestClient, attend, greet, hello, http, sign_in_as, socket},
    media_peer::SocketPeer,
    server::Program,
    within,
};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;
use tokio::process::Command;

use crate::house::send;

/// The server's program.
pub(crate) const SERVER: &str = env!("CARGO_BIN_EXE_server-under-test");

/// A program on a database of its own.
pub(crate) fn program() -> (Program, TempDir) {
    let folder = TempDir::new().expect("a temporary directory");
    (Program::new(SERVER, folder.path().join("houselights.db")), folder)
}

/// The commands in a database's log, in order.
pub(crate) fn stored(database: &Path) -> Vec<(i64, Option<String>, String)> {
    let disk = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database");
    let mut query = disk.prepare("SELECT seq, command_id, body FROM updates ORDER BY seq").expect("the log");
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("the log");
    rows.collect::<Result<_, _>>().expect("readable")
}

#[tokio::test]
async fn sigterm_tells_everyone_to_come_back_and_exits_0_with_everything_stored() {
    let (program, _folder) = program();
    let event = program.create_event(&["--speaker", "Ada"]).await.expect("made");
    let server = program.start().await.expect("ready");
    let mut ada = TestClient::connect(server.http, &sign_in_as(server.http, &event, "Ada").await).await;
    let mut vera = TestClient::connect(server.http, &attend(server.http, &event, "Vera").await).await;
    let mut acknowledged = Vec::new();
    for number in 0..50 {
        let id = vera.post(send(&number.to_string())).await;
        assert!(matches!(vera.reply_to(id).await, Outcome::Accepted { .. }));
        acknowledged.push(id.to_string());
    }
    // More is under way while it is asked to end.
    let under_way: Vec<_> = [vera.post(send("50")).await, vera.post(send("51")).await].to_vec();
    let (status, (), ()) = tokio::join!(
        server.terminate(),
        async {
            assert_eq!(vera.ended().await, Some(Refusal::ShuttingDown));
        },
        async {
            assert_eq!(ada.ended().await, Some(Refusal::ShuttingDown));
        },
    );
    assert_eq!(status.code(), Some(0));
    assert!(ada.refused.and_then(|refused| refused.retry_after_ms).is_some_and(|wait| wait > 0));
    acknowledged.extend(under_way.iter().filter(|id| vera.replies.contains_key(id)).map(ToString::to_string));
    let kept: Vec<_> = stored(&program.database).into_iter().filter_map(|(_, command, _)| command).collect();
    assert!(acknowledged.iter().all(|id| kept.contains(id)));
}

#[tokio::test]
async fn an_event_can_be_made_while_the_server_runs() {
    let (program, _folder) = program();
    let server = program.start().await.expect("ready");
    let event = program.create_event(&["--speaker", "Ada", "--speakers", "2", "--moderator", "Mo"]).await.expect("made");
    let roles: Vec<_> = event.invites.iter().map(|(role, ..)| *role).collect();
    let expected = [Role::Speaker, Role::Speaker, Role::Speaker, Role::Producer, Role::Moderator, Role::Attendee];
    assert_eq!(roles, expected);
    let mut ada = TestClient::connect(server.http, &sign_in_as(server.http, &event, "Ada").await).await;
    ada.say("made while you ran").await;
    assert_eq!(server.terminate().await.code(), Some(0));
}

#[tokio::test]
async fn health_and_metrics_are_served() {
    let (program, _folder) = program();
    let server = program.start().await.expect("ready");
    let get = async |path: &str| {
        let response = http().get(format!("http://{}{path}", server.http)).send().await.expect("answered");
        (response.status().as_u16(), response.text().await.expect("text"))
    };
    assert_eq!(get("/livez").await.0, 200);
    let (status, body) = get("/readyz").await;
    assert_eq!(status, 200, "{body}");
    let (status, body) = get("/metrics").await;
    assert_eq!(status, 200);
    for name in ["houselights_connections", "houselights_rooms", "houselights_store_commit_seconds"] {
        assert!(body.contains(&format!("# TYPE {name} ")), "{name} is missing in {body}");
    }
    assert_eq!(server.terminate().await.code(), Some(0));
}

async fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = within("the program", Command::new(SERVER).args(arguments).output()).await.expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[tokio::test]
async fn help_names_what_can_be_set_and_done() {
    let (code, help, _) = run(&["--help"]).await;
    assert_eq!(code, Some(0));
    for word in [
        "--database",
        "--listen",
        "--media-listen",
        "--public-url",
        "--config",
        "HOUSELIGHTS_LISTEN",
        "event",
        "SIGTERM",
        "/readyz",
    ] {
        assert!(help.contains(word), "{word} is missing in {help}");
    }
}

#[tokio::test]
async fn what_cannot_be_started_says_why() {
    let (program, folder) = program();
    let server = program.start().await.expect("ready");
    let (log_to, database) = (Some(folder.path().join("second.log")), folder.path().join("second.db"));
    let taken = Program { listen: server.http, log_to: log_to.clone(), database, ..program.clone() };
    let exit = taken.start().await.expect_err("the port is taken");
    assert!(exit.errors.contains(&format!("cannot listen on {}", server.http)), "{}", exit.errors);
    assert_eq!((exit.status.code(), exit.errors.contains("panicked")), (Some(1), false));
    let second = Program { log_to, ..program.clone() };
    let exit = second.start().await.expect_err("the database is another server's");
    assert!(exit.errors.contains("in use by another server") && exit.errors.contains("--database"), "{}", exit.errors);
    assert_eq!(exit.status.code(), Some(1));
    let missing = folder.path().join("missing.toml");
    let (code, _, errors) = run(&["--config", &missing.display().to_string()]).await;
    assert!(code == Some(1) && errors.contains("missing.toml"), "{errors}");
    let wrong = folder.path().join("wrong.toml");
    std::fs::write(&wrong, "listn = \"127.0.0.1:0\"").expect("written");
    let (code, _, errors) = run(&["--config", &wrong.display().to_string()]).await;
    assert!(code == Some(1) && errors.contains("listn"), "{errors}");
    assert_eq!(run(&["--listen", "nowhere"]).await.0, Some(2));
    assert_eq!(server.terminate().await.code(), Some(0));
}

#[tokio::test]
async fn an_event_made_beside_the_server_has_links_to_it() {
    let (program, _folder) = program();
    let public = ["--public-url".to_owned(), "https://show.example/".to_owned()];
    let server = Program { arguments: public.to_vec(), ..program.clone() }.start().await.expect("ready");
    let database = program.database.display().to_string();
    let link = async |arguments: &[&str]| {
        let create = ["--database", &database, "event", "create", "--title", "Opening night", "--json"];
        let (code, created, errors) = run(&[&create, arguments].concat()).await;
        assert_eq!(code, Some(0), "{errors}");
        let created: serde_json::Value = serde_json::from_str(&created).expect("JSON");
        created["invites"][0]["web"].as_str().expect("a link").to_owned()
    };
    assert!(link(&[]).await.starts_with("https://show.example/join/"));
    let elsewhere = link(&["--public-url", "http://elsewhere.example"]).await;
    assert!(elsewhere.starts_with("http://elsewhere.example/join/"), "what is said now counts: {elsewhere}");
    assert_eq!(server.terminate().await.code(), Some(0));
    assert!(link(&[]).await.starts_with("https://show.example/join/"), "also when it does not run");
}

/// The value of an SDP attribute.
fn attribute<'a>(sdp: &'a str, name: &str) -> &'a str {
    sdp.lines().find_map(|line| line.strip_prefix("a=")?.strip_prefix(name)?.strip_prefix(':')).expect("it has one").trim()
}

#[tokio::test]
async fn however_much_is_logged_no_person_and_no_secret_is() {
    const NAME: &str = "Quillfeather";
    const TEXT: &str = "the owl flies at nine";
    let (program, _folder) = program();
    let loud = ["--log".to_owned(), "trace,str0m=trace,tungstenite=trace,hyper=trace,is=trace,dimpl=trace".to_owned()];
    let program = Program { arguments: loud.to_vec(), ..program };
    let event = program.create_event(&["--speaker", NAME]).await.expect("made");
    let server = program.start().await.expect("ready");
    let login = sign_in_as(server.http, &event, NAME).await;
    let forged = houselights_shared::Hello { client: "x\nforged WARN all is lost".to_owned(), ..hello(&login, None) };
    let mut ada = greet(socket(server.http).await, forged).await.unwrap_or_else(|refused| panic!("{refused:?}"));
    ada.say(TEXT).await;
    let mut peer = SocketPeer::open().await.expect("a socket");
    let offer = peer.offer().expect("an offer");
    let (_, outcome) = ada.offer(offer.clone()).await;
    let MediaOutcome::Answered { sdp: answer } = outcome else { panic!("{outcome:?}") };
    peer.accept(&answer).expect("a good answer");
    within("the media connection", async {
        while !peer.is_connected() {
            peer.turn().await.expect("it goes on");
        }
    })
    .await;
    let odd = offer.replace("a=mid:", "a=rid:x send pt=1;nonsense\r\na=candidate:nonsense\r\na=mid:");
    ada.offer(odd).await;
    let guess = attend(server.http, &event, "Vera").await;
    let out = http().delete(format!("http://{}/api/logins/current", server.http)).bearer_auth(guess.token.as_str());
    assert_eq!(out.send().await.expect("answered").status(), 204);
    ada.vanish();
    assert_eq!(server.terminate().await.code(), Some(0));
    let log = std::fs::read_to_string(program.database.with_extension("log")).expect("its log");
    assert!(log.contains("DEBUG houselights_server"), "it is loud: {log}");
    assert!(log.contains("x\\nforged"), "what a client calls itself is escaped: {log}");
    let mut secrets = vec![NAME, TEXT, login.token.as_str(), guess.token.as_str()];
    secrets.extend(event.invites.iter().map(|(.., secret)| secret.as_str()));
    secrets.extend([&offer, &answer].map(|sdp| attribute(sdp, "ice-pwd")));
    secrets.extend([&offer, &answer].map(|sdp| attribute(sdp, "ice-ufrag")));
    for secret in secrets {
        assert!(secret.len() > 3 && !log.contains(secret), "{secret} is in the log");
    }
    for line in log.lines() {
        let low = line.contains("DEBUG ") || line.contains("TRACE ");
        assert!(!low || line.contains(" houselights_"), "another crate's line: {line}");
        assert!(!line.contains("str0m"), "an offer that is odd writes nothing: {line}");
    }
}
