//! A database that cannot be used, from the start or from some moment on: a clear word, and nothing acknowledged is lost.

use std::{
    fs,
    io::{Seek, SeekFrom, Write},
    path::Path,
    time::Duration,
};

use houselights_shared::{Outcome, Refusal};
use houselights_tests::{
    client::{TestClient, attend, http},
    server::{Program, ServerProcess},
    within,
};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::{
    house::send,
    process::{program, stored},
};

/// Starts on what cannot be used, and answers what it said.
async fn refuses(program: &Program, folder: &TempDir) -> String {
    let program = Program { log_to: Some(folder.path().join("server.log")), ..program.clone() };
    let exit = program.start().await.expect_err("it does not start");
    assert_eq!(exit.status.code(), Some(1), "{}", exit.errors);
    assert!(!exit.errors.contains("panicked"), "{}", exit.errors);
    assert!(exit.errors.contains(&program.database.display().to_string()), "the file is named: {}", exit.errors);
    exit.errors
}

/// A program whose database has been made, by a server that has ended.
async fn made() -> (Program, TempDir) {
    let (program, folder) = program();
    program.create_event(&[]).await.expect("made");
    (program, folder)
}

fn set_read_only(path: &Path) {
    let mut permissions = fs::metadata(path).expect("it is there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(path, permissions).expect("it is ours");
}

#[tokio::test]
async fn a_read_only_database_is_refused_with_what_to_do() {
    let (program, folder) = made().await;
    set_read_only(&program.database);
    let said = refuses(&program, &folder).await;
    assert!(said.contains("read-only") && said.contains("--database"), "{said}");
}

#[tokio::test]
async fn a_database_of_a_newer_server_is_refused_and_left_as_it_is() {
    let (program, folder) = made().await;
    let database = Connection::open(&program.database).expect("there");
    let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (999, 'newer', '', '1')";
    database.execute(newer, []).expect("written");
    drop(database);
    let before = fs::read(&program.database).expect("readable");
    let said = refuses(&program, &folder).await;
    assert!(said.contains("schema 999") && said.contains("newer"), "{said}");
    assert_eq!(fs::read(&program.database).expect("readable"), before);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let (program, folder) = program();
    let letter = "Dear Ada, ".repeat(1_000);
    fs::write(&program.database, &letter).expect("written");
    let said = refuses(&program, &folder).await;
    assert!(said.contains("is not a Houselights database"), "{said}");
    assert_eq!(fs::read_to_string(&program.database).expect("readable"), letter);
}

#[tokio::test]
async fn a_directory_that_cannot_be_made_is_named() {
    let (program, folder) = program();
    fs::write(folder.path().join("file"), "").expect("written");
    let program = Program { database: folder.path().join("file/below/houselights.db"), ..program };
    let said = refuses(&program, &folder).await;
    assert!(said.contains("directory"), "{said}");
}

async fn readiness(server: &ServerProcess) -> u16 {
    let answer = http().get(format!("http://{}/readyz", server.http)).send().await;
    answer.expect("answered").status().as_u16()
}

/// Turns a database read-only under the feet of whoever has it open, or back. As SQLite reads its own files: one whose header names
/// a newer write version (byte 18, "Database File Format", section 1.3.3) may be read but not written, by nobody.
fn set_write_version(path: &Path, version: u8) {
    let other = Connection::open(path).expect("there");
    other.busy_timeout(Duration::from_secs(10)).expect("set");
    // All of the log goes into the file; then a commit that does not touch the header makes everyone read it again.
    let moved: (i64, i64, i64) = other
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .expect("moved");
    assert_eq!(moved.0, 0, "nobody was in the way");
    other.execute_batch("BEGIN IMMEDIATE; UPDATE probe SET at = at + 1").expect("written");
    write_version(path, version);
    other.execute_batch("COMMIT").expect("written");
}

fn write_version(path: &Path, version: u8) {
    let mut file = fs::OpenOptions::new().write(true).open(path).expect("there");
    file.seek(SeekFrom::Start(18)).expect("it is longer");
    file.write_all(&[version]).expect("written");
}

#[tokio::test]
async fn a_database_that_turns_read_only_while_the_server_runs_refuses_commands_and_recovers() {
    let (program, folder) = made().await;
    let event = program.create_event(&[]).await.expect("made");
    let server = program.start().await.expect("ready");
    let mut vera = TestClient::connect(server.http, &attend(server.http, &event, "Vera").await).await;
    let mut walt = TestClient::connect(server.http, &attend(server.http, &event, "Walt").await).await;
    vera.say("before").await;
    walt.hears("before").await;
    set_write_version(&program.database, 3);
    let id = vera.post(send("meanwhile")).await;
    let outcome = vera.reply_to(id).await;
    assert!(
        matches!(outcome, Outcome::Refused { refusal: Refusal::StorageUnavailable, retry_after_ms: Some(_) }),
        "{outcome:?}"
    );
    assert_eq!(readiness(&server).await, 503, "no new clients are sent here");
    // Nobody is thrown out.
    assert!(matches!(walt.ask(send("me too?")).await, Outcome::Refused { refusal: Refusal::StorageUnavailable, .. }));
    // Nobody else has to do anything: the server finds out by itself.
    write_version(&program.database, 2);
    within("the server to be ready again", async { while readiness(&server).await != 200 {} }).await;
    let again = houselights_shared::Command { id, room: event.room, body: send("meanwhile") };
    vera.replies.remove(&id);
    vera.send(&houselights_shared::ClientFrame::Command(again)).await.expect("sent");
    assert!(matches!(vera.reply_to(id).await, Outcome::Accepted { .. }));
    walt.hears("meanwhile").await;
    assert_eq!(server.terminate().await.code(), Some(0));
    let log = fs::read_to_string(program.database.with_extension("log")).expect("its log");
    assert!(log.contains("readonly") || log.contains("read-only"), "the log says why: {log}");
    assert!(!log.contains("panicked"), "{log}");
    let kept = stored(&program.database).into_iter().filter(|(.., body)| body.contains("meanwhile")).count();
    assert_eq!(kept, 1, "it is stored once");
    drop(folder);
}

/// A limit on the size of files stands in for the full disk: it needs no mount, and can be lifted again.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_refuses_commands_and_loses_none_that_was_acknowledged() {
    let (program, folder) = made().await;
    let program = Program { bears_file_size_limit: true, ..program };
    let event = program.create_event(&[]).await.expect("made");
    let server = program.start().await.expect("ready");
    let login = attend(server.http, &event, "Vera").await;
    let mut vera = TestClient::connect(server.http, &login).await;
    let mut walt = TestClient::connect(server.http, &attend(server.http, &event, "Walt").await).await;
    let log_size = fs::metadata(program.database.with_extension("db-wal")).expect("a write-ahead log").len();
    server.limit_file_size(Some(log_size + 100_000));
    let (mut acknowledged, mut number) = (Vec::new(), 0);
    let refused = loop {
        let (text, id) =
            (format!("{number} {}", "x".repeat(1_000)), vera.post(send(&format!("{number} {}", "x".repeat(1_000)))).await);
        match vera.reply_to(id).await {
            Outcome::Accepted { .. } => acknowledged.push((id, text)),
            Outcome::Refused { refusal, retry_after_ms } => {
                assert_eq!(refusal, Refusal::StorageUnavailable);
                assert!(retry_after_ms.is_some());
                break (id, text);
            }
            Outcome::Unknown => panic!("an unknown outcome"),
        }
        number += 1;
        assert!(number < 1_000, "the disk is full at some point");
    };
    assert!(!acknowledged.is_empty());
    assert_eq!(readiness(&server).await, 503, "no new clients are sent here");
    // Nobody is thrown out, and whoever reads can go on reading.
    let last = acknowledged.last().expect("some").1.clone();
    walt.hears(&last).await;
    let nobody_heard = |client: &TestClient| !client.texts().contains(&refused.1.as_str());
    assert!(nobody_heard(&walt) && nobody_heard(&vera));
    assert!(matches!(walt.ask(send("me too?")).await, Outcome::Refused { refusal: Refusal::StorageUnavailable, .. }));
    // With room again it works by itself, and the client's outbox is emptied: the same command, under the same id.
    server.limit_file_size(None);
    within("the server to be ready again", async { while readiness(&server).await != 200 {} }).await;
    vera.replies.remove(&refused.0);
    let again = houselights_shared::Command { id: refused.0, room: event.room, body: send(&refused.1) };
    vera.send(&houselights_shared::ClientFrame::Command(again)).await.expect("sent");
    assert!(matches!(vera.reply_to(refused.0).await, Outcome::Accepted { .. }));
    acknowledged.push(refused);
    walt.hears(&acknowledged.last().expect("some").1).await;
    assert_eq!(server.terminate().await.code(), Some(0));
    let kept: Vec<_> = stored(&program.database).into_iter().filter_map(|(_, command, _)| command).collect();
    assert_eq!(kept, acknowledged.iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>(), "each once, in order");
    drop(folder);
}

#[tokio::test]
async fn a_database_that_is_taken_away_while_the_server_runs_is_missed_until_it_is_back() {
    let (program, folder) = made().await;
    let event = program.create_event(&[]).await.expect("made");
    let server = program.start().await.expect("ready");
    let mut vera = TestClient::connect(server.http, &attend(server.http, &event, "Vera").await).await;
    vera.say("before").await;
    let aside = folder.path().join("aside.db");
    fs::rename(&program.database, &aside).expect("it is ours");
    // Nobody writes: the server finds out by itself.
    within("the server to notice", async { while readiness(&server).await != 503 {} }).await;
    let outcome = vera.ask(send("into the void")).await;
    assert!(matches!(outcome, Outcome::Refused { refusal: Refusal::StorageUnavailable, .. }), "{outcome:?}");
    // Another file in its place is not it.
    fs::write(&program.database, "").expect("written");
    let outcome = vera.ask(send("into another")).await;
    assert!(matches!(outcome, Outcome::Refused { refusal: Refusal::StorageUnavailable, .. }), "{outcome:?}");
    fs::rename(&aside, &program.database).expect("it is ours");
    within("the server to be ready again", async { while readiness(&server).await != 200 {} }).await;
    vera.say("after").await;
    assert_eq!(server.terminate().await.code(), Some(0));
    let kept: Vec<_> = stored(&program.database).into_iter().map(|(.., body)| body).collect();
    assert!(kept.len() == 2 && kept[0].contains("before") && kept[1].contains("after"), "{kept:?}");
}
