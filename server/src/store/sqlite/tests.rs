use std::sync::Arc;

use houselights_domain::Entry;
use houselights_shared::{CommandId, ParticipantId, Role, RoomId, Seq, Timestamp, Update, UpdateBody};

use super::*;
use crate::store::{LoginId, NewEvent, NewInvite, NewLogin, Store};

const NOW: Timestamp = Timestamp::from_micros(1_000_000);

struct Stored {
    dir: tempfile::TempDir,
    store: Store,
    metrics: Arc<Metrics>,
}

fn stored() -> Stored {
    let dir = tempfile::tempdir().unwrap();
    let metrics = Arc::new(Metrics::new().unwrap());
    let store = Store::open(&dir.path().join("a/house.db"), &metrics).unwrap();
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
async fn what_was_appended_is_read_back_as_it_was() {
    let stored = stored();
    let room = stored.event().await.room;
    let command = (ParticipantId::random(), CommandId::random());
    let entries = [entry(room, 1, None), entry(room, 2, Some(command))];
    stored.store.append(&entries).await.unwrap();
    assert_eq!(stored.store.log(room).await.unwrap(), entries);
    assert_eq!(stored.store.room_title(room).await.unwrap().as_deref(), Some("First night"));
    assert_eq!(stored.store.room_title(RoomId::random()).await.unwrap(), None);
}

#[tokio::test]
async fn a_position_is_written_once_and_a_double_harms_no_other_write() {
    let stored = stored();
    let room = stored.event().await.room;
    let (first, second, double) = ([entry(room, 1, None)], [entry(room, 2, None)], [entry(room, 1, None)]);
    let (first, double, second) =
        tokio::join!(stored.store.append(&first), stored.store.append(&double), stored.store.append(&second));
    assert!(first.is_ok() && second.is_ok());
    assert!(matches!(double, Err(StoreError::Conflict(_))));
    assert_eq!(stored.store.log(room).await.unwrap().len(), 2);
    assert!(stored.store.is_writable());
}

#[tokio::test]
async fn a_command_whose_answer_the_room_forgot_is_written_again() {
    let stored = stored();
    let room = stored.event().await.room;
    let command = Some((ParticipantId::random(), CommandId::random()));
    stored.store.append(&[entry(room, 1, command)]).await.unwrap();
    stored.store.append(&[entry(room, 2, command)]).await.unwrap();
}

#[tokio::test]
async fn writes_that_wait_share_a_commit() {
    let stored = stored();
    let room = stored.event().await.room;
    let batches: Vec<_> = (1..=200).map(|seq| [entry(room, seq, None)]).collect();
    let outcomes = futures_util::future::join_all(batches.iter().map(|batch| stored.store.append(batch))).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let rendered = stored.metrics.render(&crate::udp::Figures::default());
    let commits = rendered.lines().find_map(|line| line.strip_prefix("houselights_store_commit_seconds_count ")).unwrap();
    assert!(commits.parse::<u32>().unwrap() < 100, "{commits} commits for 200 writes");
}

#[tokio::test]
async fn a_personal_invite_has_one_login_and_an_open_one_many_people() {
    let stored = stored();
    let created = stored.event().await;
    let [personal, open] = created.invites.as_slice() else { panic!("two invites") };
    let log_in = async |secret: &str, token: &str, name: &str| {
        let invite = stored.store.invite(secret).await.unwrap().unwrap();
        let login = NewLogin { invite: &invite, name: name.to_owned(), token, now: NOW, expires: NOW };
        stored.store.log_in(login).await.unwrap().who.participant
    };
    assert_eq!(log_in(&personal.secret, "one", "").await, log_in(&personal.secret, "two", "").await);
    assert!(stored.store.login(&LoginId::of("one")).await.unwrap().is_none());
    let ada = stored.store.login(&LoginId::of("two")).await.unwrap().unwrap();
    assert_eq!((ada.who.name.as_str(), ada.who.role, ada.room), ("Ada", Role::Speaker, created.room));
    assert_ne!(log_in(&open.secret, "three", "Bob").await, log_in(&open.secret, "four", "Bob").await);
    stored.store.log_out(&LoginId::of("three")).await.unwrap();
    assert!(stored.store.login(&LoginId::of("three")).await.unwrap().is_none());
    assert!(stored.store.login(&LoginId::of("four")).await.unwrap().is_some());
    assert!(stored.store.invite("wrong").await.unwrap().is_none());
}

#[tokio::test]
async fn no_secret_is_in_the_file() {
    let stored = stored();
    let created = stored.event().await;
    stored.store.close().await;
    let bytes = std::fs::read(stored.path()).unwrap();
    for invite in &created.invites {
        assert!(!bytes.windows(invite.secret.len()).any(|window| window == invite.secret.as_bytes()));
    }
}

#[tokio::test]
async fn a_failing_disk_is_said_and_passes() {
    let stored = stored();
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

fn open(path: &Path) -> Result<Store, OpenError> {
    Store::open(path, &Arc::new(Metrics::new().unwrap()))
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notes.txt");
    std::fs::write(&path, "dear diary, ".repeat(500)).unwrap();
    assert!(matches!(open(&path), Err(OpenError::NotADatabase { .. })));
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
