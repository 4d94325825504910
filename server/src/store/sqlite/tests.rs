use std::sync::Arc;

use houselights_domain::Entry;
use houselights_shared::{CommandId, ParticipantId, Role, RoomId, Seq, Timestamp, Update, UpdateBody};

use super::*;
use crate::store::{NewEvent, NewInvite, Store};

const NOW: Timestamp = Timestamp::from_micros(1_000_000);

struct Stored {
    dir: tempfile::TempDir,
    store: Store,
    metrics: Arc<Metrics>,
}

async fn stored() -> Stored {
    let dir = tempfile::tempdir().unwrap();
    let metrics = Arc::new(Metrics::new().unwrap());
    let store = Store::open(&dir.path().join("a/house.db").into(), &metrics).await.unwrap();
    Stored { dir, store, metrics }
}

impl Stored {
    fn path(&self) -> std::path::PathBuf {
        self.dir.path().join("a/house.db")
    }

    async fn event(&self) -> crate::store::Created {
        let crew = vec![NewInvite { name: "Ada".to_owned(), role: Role::Speaker }];
        let event = NewEvent { title: "First night".to_owned(), crew, valid_for: None };
        self.store.create_event(&event, "http://localhost", NOW).await.unwrap()
    }
}

fn entry(room: RoomId, seq: u64, command: Option<(ParticipantId, CommandId)>) -> Entry {
    let by = command.map(|(by, _)| by);
    Entry { update: Arc::new(Update { room, seq: Seq::new(seq), at: NOW, by, body: UpdateBody::WentLive }), command }
}

#[tokio::test]
async fn writes_that_wait_share_a_commit() {
    let stored = stored().await;
    let room = stored.event().await.room;
    let batches: Vec<_> = (1..=200).map(|seq| [entry(room, seq, None)]).collect();
    let outcomes = futures_util::future::join_all(batches.iter().map(|batch| stored.store.append(batch))).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let rendered = stored.metrics.render(&crate::udp::Figures::default());
    let commits = rendered.lines().find_map(|line| line.strip_prefix("houselights_store_commit_seconds_count ")).unwrap();
    assert!(commits.parse::<u32>().unwrap() < 100, "{commits} commits for 200 writes");
}

#[tokio::test]
async fn no_secret_is_in_the_file() {
    let stored = stored().await;
    let created = stored.event().await;
    stored.store.close().await;
    let bytes = std::fs::read(stored.path()).unwrap();
    for invite in &created.invites {
        assert!(!bytes.windows(invite.secret.len()).any(|window| window == invite.secret.as_bytes()));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let stored = stored().await;
    stored.event().await;
    for end in ["", "-wal", "-shm"] {
        let name = format!("{}{end}", stored.path().display());
        let mode = std::fs::metadata(&name).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
}

#[tokio::test]
async fn a_failing_disk_is_said_and_passes() {
    let stored = stored().await;
    let room = stored.event().await.room;
    // Another process that holds the file for longer than is waited for would do as well, but slowly: here the table is gone.
    let saboteur = Connection::open(stored.path()).unwrap();
    saboteur.execute_batch("ALTER TABLE updates RENAME TO elsewhere").unwrap();
    assert!(matches!(stored.store.append(&[entry(room, 1, None)]).await, Err(StoreError::Unavailable(_))));
    assert!(!stored.store.is_writable());
    saboteur.execute_batch("ALTER TABLE elsewhere RENAME TO updates").unwrap();
    stored.store.append(&[entry(room, 1, None)]).await.unwrap();
    assert!(stored.store.is_writable());
}

fn open(path: &Path) -> Result<Sqlite, OpenError> {
    Sqlite::open(path, &Arc::new(Metrics::new().unwrap()))
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notes.txt");
    std::fs::write(&path, "dear diary, ".repeat(500)).unwrap();
    assert!(matches!(open(&path), Err(OpenError::NotADatabase { .. })));
}

#[test]
fn the_database_of_another_program_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("recipes.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE recipes (title TEXT); INSERT INTO recipes VALUES ('Soup')")
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(open(&path), Err(OpenError::NotADatabase { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    // A file in which there is nothing yet is anybody's.
    let path = dir.path().join("empty.db");
    std::fs::write(&path, "").unwrap();
    drop(open(&path).unwrap());
    drop(open(&path).unwrap());
}

#[test]
fn a_read_only_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("house.db");
    drop(open(&path).unwrap());
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    assert!(matches!(open(&path), Err(OpenError::ReadOnly { .. })));
}

#[test]
fn a_database_of_a_newer_server_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("house.db");
    drop(open(&path).unwrap());
    let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (999, 'x', 'x', 'x')";
    Connection::open(&path).unwrap().execute_batch(newer).unwrap();
    assert!(matches!(open(&path), Err(OpenError::Newer { found: 999, .. })));
}

#[test]
fn a_directory_is_no_database() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(open(dir.path()), Err(OpenError::Other { .. } | OpenError::ReadOnly { .. })));
}

/// The file is one that the first server wrote: an event with its crew, and a room that went live.
#[tokio::test]
async fn a_database_of_the_first_schema_is_brought_up_to_date_and_loses_nothing() {
    const ADA: &str = "0BRXHETHBKWO5DJQpZGHBmTCCKR5v2SrbhRryWfrbKj";
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("house.db");
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/schema-2.db"), &path).unwrap();
    let store = Store::open(&path.clone().into(), &Arc::new(Metrics::new().unwrap())).await.unwrap();
    let invite = store.invite(ADA, Timestamp::default()).await.unwrap().unwrap();
    assert_eq!((invite.event_title.as_str(), invite.role), ("Opening night", Role::Speaker));
    assert_eq!(invite.person.unwrap().1, "Ada");
    let log = store.log(invite.room).await.unwrap();
    assert_eq!(log.iter().map(|entry| &entry.update.body).collect::<Vec<_>>(), [&UpdateBody::WentLive]);
    store.append(&[entry(invite.room, 2, None)]).await.unwrap();
    store.close().await;
    let opened = Connection::open(&path).unwrap();
    let broken = opened.prepare("PRAGMA foreign_key_check").unwrap().query_map([], |_| Ok(())).unwrap().count();
    assert_eq!(broken, 0);
}
