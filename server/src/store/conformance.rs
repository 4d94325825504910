//! What every engine has to do alike: each rule is run on both.

use std::sync::Arc;

use houselights_domain::Entry;
use houselights_shared::{
    CommandId, EventId, OrganisationId, ParticipantId, PersonId, Role, RoomId, Seq, Timestamp, Update, UpdateBody,
};

use super::{
    Created, Database, Founded, LoginId, NewEvent, NewInvite, NewLogin, Statement, Store, StoreError, Value, postgres::cluster,
};
use crate::{config::Founders, metrics::Metrics};

const NOW: Timestamp = Timestamp::from_micros(1_000_000);

pub(super) async fn open(database: &Database) -> Store {
    Store::open(database, &Arc::new(Metrics::new().unwrap())).await.unwrap()
}

/// An organisation that somebody makes.
pub(super) async fn new_organisation(store: &Store, owner: PersonId, name: &str) -> OrganisationId {
    match store.create_organisation(owner, name, Founders::Anyone, NOW).await.unwrap() {
        Founded::Yes(id) => id,
        other @ (Founded::NotTheirs | Founded::TooMany) => panic!("{other:?}"),
    }
}

/// Runs each rule on either engine.
macro_rules! on_both {
    ($($rule:ident,)*) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $rule() {
                    let dir = tempfile::tempdir().unwrap();
                    super::$rule(super::open(&dir.path().join("house.db").into()).await).await;
                }
            )*
        }
        mod postgres {
            $(
                #[tokio::test]
                async fn $rule() {
                    super::$rule(super::open(&super::Database::Postgres(super::cluster::new_database())).await).await;
                }
            )*
        }
    };
}
pub(super) use on_both;

mod agenda;
mod announcements;
mod audit;
mod bans;
mod bounces;
mod clocks;
mod copies;
mod erasure;
mod everything;
mod inbox;
mod landing;
mod messages;
mod organisations;
mod profiles;

on_both! {
    what_was_appended_is_read_back_as_it_was,
    a_position_is_written_once_and_a_double_harms_no_other_write,
    what_names_nothing_is_no_double_and_harms_no_other_write,
    a_command_whose_answer_the_room_forgot_is_written_again,
    a_personal_invite_has_one_login_and_an_open_one_many_people,
    a_demand_that_is_not_met_undoes_the_whole_write_and_no_other,
    writes_answer_what_they_return,
    every_kind_of_value_comes_back_as_it_was,
    a_list_of_ids_of_any_length_finds_each_once,
    the_last_seat_is_taken_once,
}

async fn event(store: &Store) -> Created {
    let crew = vec![NewInvite { name: "Ada".to_owned(), role: Role::Speaker }];
    let event = NewEvent { title: "First night".to_owned(), crew, valid_for: None };
    store.create_event(&event, "http://localhost", NOW).await.unwrap()
}

fn entry(room: RoomId, seq: u64, command: Option<(ParticipantId, CommandId)>) -> Entry {
    let by = command.map(|(by, _)| by);
    Entry { update: Arc::new(Update { room, seq: Seq::new(seq), at: NOW, by, body: UpdateBody::WentLive }), command }
}

fn set(name: &'static str, value: &str) -> Statement {
    Statement::new("INSERT INTO settings (name, value) VALUES ($1, $2)", vec![name.into(), value.into()])
}

async fn setting(store: &Store, name: &str) -> Option<String> {
    let rows = store.db.read(Statement::new("SELECT value FROM settings WHERE name = $1", vec![name.into()])).await.unwrap();
    rows.first().map(|row| row.text(0).unwrap().to_owned())
}

async fn what_was_appended_is_read_back_as_it_was(store: Store) {
    let room = event(&store).await.room;
    let command = (ParticipantId::random(), CommandId::random());
    let entries = [entry(room, 1, None), entry(room, 2, Some(command))];
    store.append(&entries).await.unwrap();
    assert_eq!(store.log(room).await.unwrap(), entries);
    assert_eq!(store.room_title(room).await.unwrap().as_deref(), Some("First night"));
    assert_eq!(store.room_title(RoomId::random()).await.unwrap(), None);
}

async fn a_position_is_written_once_and_a_double_harms_no_other_write(store: Store) {
    let room = event(&store).await.room;
    let (first, second, double) = ([entry(room, 1, None)], [entry(room, 2, None)], [entry(room, 1, None)]);
    let (first, double, second) = tokio::join!(store.append(&first), store.append(&double), store.append(&second));
    // Which of the two was there first is nobody's to say: PostgreSQL writes over several connections.
    let (one, other) = if first.is_ok() { (first, double) } else { (double, first) };
    assert!(one.is_ok() && second.is_ok(), "{one:?} {second:?}");
    assert!(matches!(other, Err(StoreError::Conflict(_))), "{other:?}");
    assert_eq!(store.log(room).await.unwrap().len(), 2);
    assert!(store.is_writable());
}

async fn what_names_nothing_is_no_double_and_harms_no_other_write(store: Store) {
    let created = event(&store).await;
    let picture = |of: EventId, picture: &str| {
        let sql = "UPDATE events SET logo_id = $1 WHERE id = $2";
        store.db.write(vec![Statement::new(sql, vec![picture.into(), Value::id(&of)])])
    };
    let (gone, kept) = tokio::join!(picture(created.event, "no such picture"), store.probe(1));
    assert!(matches!(gone, Err(StoreError::Misfit(_))), "{gone:?}");
    assert!(kept.is_ok() && store.is_writable());
    let slug = "UPDATE events SET slug = 'one' WHERE id = $1";
    let other = event(&store).await;
    let take = |of: EventId| store.db.write(vec![Statement::new(slug, vec![Value::id(&of)])]);
    assert!(take(created.event).await.is_ok());
    assert!(matches!(take(other.event).await, Err(StoreError::Conflict(_))));
}

async fn a_command_whose_answer_the_room_forgot_is_written_again(store: Store) {
    let room = event(&store).await.room;
    let command = Some((ParticipantId::random(), CommandId::random()));
    store.append(&[entry(room, 1, command)]).await.unwrap();
    store.append(&[entry(room, 2, command)]).await.unwrap();
}

async fn a_personal_invite_has_one_login_and_an_open_one_many_people(store: Store) {
    let created = event(&store).await;
    let [personal, open] = created.invites.as_slice() else { panic!("two invites") };
    let log_in = async |secret: &str, token: &str, name: &str| {
        let invite = store.invite(secret, NOW).await.unwrap().unwrap();
        let login = NewLogin { invite: &invite, name: name.to_owned(), token, now: NOW, expires: NOW };
        store.log_in(login).await.unwrap().who.participant
    };
    assert_eq!(log_in(&personal.secret, "one", "").await, log_in(&personal.secret, "two", "").await);
    assert!(store.login(&LoginId::of("one")).await.unwrap().is_none());
    let ada = store.login(&LoginId::of("two")).await.unwrap().unwrap();
    assert_eq!((ada.who.name.as_str(), ada.who.role, ada.room), ("Ada", Role::Speaker, created.room));
    assert_ne!(log_in(&open.secret, "three", "Bob").await, log_in(&open.secret, "four", "Bob").await);
    store.log_out(&LoginId::of("three")).await.unwrap();
    assert!(store.login(&LoginId::of("three")).await.unwrap().is_none());
    assert!(store.login(&LoginId::of("four")).await.unwrap().is_some());
    assert!(store.invite("wrong", NOW).await.unwrap().is_none());
}

async fn a_demand_that_is_not_met_undoes_the_whole_write_and_no_other(store: Store) {
    let change = |from: &str| {
        let sql = "UPDATE settings SET value = 'new' WHERE name = 'a' AND value = $1";
        Statement::new(sql, vec![from.into()]).changing(1)
    };
    store.db.write(vec![set("a", "old")]).await.unwrap();
    let (good, bad, other) = tokio::join!(
        store.db.write(vec![set("c", "1")]),
        store.db.write(vec![set("b", "1"), change("another")]),
        store.db.write(vec![set("d", "1")]),
    );
    assert!(good.is_ok() && other.is_ok());
    assert!(matches!(bad, Err(StoreError::Unmet(1))), "{bad:?}");
    assert_eq!((setting(&store, "a").await.as_deref(), setting(&store, "b").await), (Some("old"), None));
    store.db.write(vec![set("b", "1"), change("old")]).await.unwrap();
    assert_eq!(setting(&store, "a").await.as_deref(), Some("new"));
    assert!(store.is_writable());
}

async fn writes_answer_what_they_return(store: Store) {
    let returning = "INSERT INTO settings (name, value) VALUES ('x', 'y') RETURNING value, 7";
    let answers = store.db.write(vec![set("a", "1"), Statement::new(returning, Vec::new())]).await.unwrap();
    assert!(answers[0].is_empty());
    assert_eq!((answers[1][0].text(0).unwrap(), answers[1][0].int(1).unwrap()), ("y", 7));
}

async fn every_kind_of_value_comes_back_as_it_was(store: Store) {
    let bytes: Vec<u8> = (0..=255).collect();
    let organisation = "INSERT INTO organisations (id, name, created_at) VALUES ('o', $1, $2)";
    let image = "INSERT INTO images (id, organisation_id, content_type, width, height, bytes, created_at) \
                 VALUES ('i', 'o', 'image/png', $1, 1, $2, 0)";
    let name = "\u{5D3} 'quoted' \u{1F468}";
    store
        .db
        .write(vec![
            Statement::new(organisation, vec![name.into(), Value::Int(i64::MAX)]),
            Statement::new(image, vec![Value::Int(-1), Value::Bytes(bytes.clone())]),
        ])
        .await
        .unwrap();
    let both = "SELECT o.name, o.created_at, i.width, i.bytes, CAST(NULL AS TEXT) FROM organisations o JOIN images i ON i.organisation_id = o.id";
    let rows = store.db.read(Statement::new(both, Vec::new())).await.unwrap();
    let row = &rows[0];
    assert_eq!((row.text(0).unwrap(), row.int(1).unwrap(), row.int(2).unwrap()), (name, i64::MAX, -1));
    assert_eq!(row.bytes(3).unwrap(), bytes);
    assert_eq!(row.maybe::<String>(4).unwrap(), None);
}

async fn a_list_of_ids_of_any_length_finds_each_once(store: Store) {
    store.db.write(vec![set("a", "1"), set("b", "2"), set("c", "3")]).await.unwrap();
    for (asked, found) in [(vec![], 0), (vec!["a"], 1), (vec!["a", "b", "c"], 2), (vec!["c"; 700], 0)] {
        let sql = "SELECT name FROM settings WHERE value <> $1 AND name IN ({list})";
        let listing = Statement::listing(sql, vec!["3".into()], asked.iter().map(|name| Value::from(*name)));
        assert_eq!(store.db.read(listing).await.unwrap().len(), found, "{}", asked.len());
    }
}

/// Whoever writes at the same moment waits, and then sees that none is left.
async fn the_last_seat_is_taken_once(store: Store) {
    store.db.write(vec![set("seats", "x")]).await.unwrap();
    let take = || {
        let sql = "UPDATE settings SET value = value || 'x' WHERE name = 'seats' AND length(value) <= 3";
        store.db.write(vec![Statement::new(sql, Vec::new()).changing(1)])
    };
    let outcomes = futures_util::future::join_all((0..20).map(|_| take())).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(StoreError::Unmet(0)))));
}
