//! Who is banned follows the rooms' logs, in the same write.

use std::sync::Arc;

use houselights_domain::{Entry, View};
use houselights_shared::{
    EventId, ParticipantId, PersonId, Role, RoomId, Sanction, SanctionKind, Sanctioned, Seq, Update, UpdateBody,
};

use super::{Database, LoginId, NOW, NewEvent, NewInvite, NewLogin, Statement, Store, StoreError, Value, cluster, open};
use crate::store::{Created, Traces, WrittenOut, bans::STEP, hashed};

on_both! {
    a_ban_stands_with_the_log_that_says_so_and_falls_with_it,
    a_ban_holds_as_long_as_one_room_says_so,
    who_is_muted_is_read_from_all_logs_of_an_event,
    whoever_reports_is_not_told_to_have_settled_what_made_way,
    whoever_is_banned_is_listed_with_the_rooms_that_say_so_also_one_that_was_deleted,
    an_address_is_known_by_the_ban_also_where_its_place_was_given_back,
    a_ban_outlives_that_somebody_is_forgotten_and_what_is_kept_for_it_goes_with_it,
}

async fn event(store: &Store) -> (Created, ParticipantId) {
    let crew = vec![NewInvite { name: "Ada".to_owned(), role: Role::Speaker }];
    let new = NewEvent { title: "First night".to_owned(), crew, valid_for: None };
    let created = store.create_event(&new, "http://localhost", NOW).await.unwrap();
    let who = log_in(store, &created, "before").await.unwrap();
    (created, who)
}

async fn log_in(store: &Store, created: &Created, token: &str) -> Result<ParticipantId, StoreError> {
    let invite = store.invite(&created.invites[0].secret, NOW).await?.unwrap();
    let login = NewLogin { invite: &invite, name: String::new(), token, now: NOW, expires: NOW };
    Ok(store.log_in(login).await?.who.participant)
}

/// Appends an entry of a room's log.
async fn happens(store: &Store, room: RoomId, seq: u64, body: UpdateBody) -> Result<(), StoreError> {
    let update = Arc::new(Update { room, seq: Seq::new(seq), at: NOW, by: None, body });
    store.append(&[Entry { update, command: None }]).await
}

fn kept(participant: ParticipantId, sanction: Sanction) -> UpdateBody {
    let (name, by) = ("Ada".to_owned(), ParticipantId::random());
    UpdateBody::Sanctioned { sanctioned: Sanctioned { participant, name, sanction, at: NOW, by, by_role: None } }
}

fn lifted(participant: ParticipantId, kind: Option<SanctionKind>) -> UpdateBody {
    UpdateBody::SanctionLifted { participant, kind }
}

async fn is_out(store: &Store, created: &Created) -> bool {
    let login = store.login(&LoginId::of("before")).await.unwrap().unwrap().is_banned;
    let invite = store.invite(&created.invites[0].secret, NOW).await.unwrap().unwrap().is_banned;
    assert_eq!(login, invite);
    login
}

async fn a_ban_stands_with_the_log_that_says_so_and_falls_with_it(store: Store) {
    let (created, who) = event(&store).await;
    assert!(!is_out(&store, &created).await);
    happens(&store, created.room, 1, kept(who, Sanction::Banned)).await.unwrap();
    assert!(is_out(&store, &created).await);
    assert!(matches!(log_in(&store, &created, "again").await, Err(StoreError::Unmet(_))));
    // What is not in the log bans nobody, and what is in it twice bans once.
    let double = happens(&store, created.room, 1, lifted(who, None)).await;
    assert!(matches!(double, Err(StoreError::Conflict(_))), "{double:?}");
    assert!(is_out(&store, &created).await);
    happens(&store, created.room, 2, kept(who, Sanction::Banned)).await.unwrap();
    happens(&store, created.room, 3, kept(who, Sanction::Muted)).await.unwrap();
    happens(&store, created.room, 4, lifted(who, Some(SanctionKind::Muted))).await.unwrap();
    assert!(is_out(&store, &created).await, "a milder sanction came and went beside it");
    for (seq, kind) in [(5, Some(SanctionKind::Banned)), (7, None)] {
        happens(&store, created.room, seq, lifted(who, kind)).await.unwrap();
        assert!(!is_out(&store, &created).await, "{kind:?}");
        happens(&store, created.room, seq + 1, kept(who, Sanction::Banned)).await.unwrap();
    }
    happens(&store, created.room, 9, lifted(who, None)).await.unwrap();
    log_in(&store, &created, "again").await.unwrap();
    // Whoever is nobody here, as after an erasure of their place, is banned without harm.
    happens(&store, created.room, 10, kept(ParticipantId::random(), Sanction::Banned)).await.unwrap();
}

async fn a_ban_holds_as_long_as_one_room_says_so(store: Store) {
    let (created, who) = event(&store).await;
    let other = RoomId::random();
    let sql = "INSERT INTO rooms (id, event_id, kind, title, created_at) VALUES ($1, $2, 'stage', 'Other', 1)";
    store.db.write(vec![Statement::new(sql, vec![Value::id(&other), Value::id(&created.event)])]).await.unwrap();
    happens(&store, created.room, 1, kept(who, Sanction::Banned)).await.unwrap();
    happens(&store, other, 1, kept(who, Sanction::Banned)).await.unwrap();
    happens(&store, created.room, 2, lifted(who, None)).await.unwrap();
    assert!(is_out(&store, &created).await);
    happens(&store, other, 2, lifted(who, None)).await.unwrap();
    assert!(!is_out(&store, &created).await);
}

async fn who_is_muted_is_read_from_all_logs_of_an_event(store: Store) {
    let (created, who) = event(&store).await;
    let other = RoomId::random();
    let sql = "INSERT INTO rooms (id, event_id, kind, title, created_at) VALUES ($1, $2, 'stage', 'Other', 1)";
    store.db.write(vec![Statement::new(sql, vec![Value::id(&other), Value::id(&created.event)])]).await.unwrap();
    let muted = async || store.muted_in(created.event).await.unwrap().into_iter().collect::<std::collections::BTreeSet<_>>();
    happens(&store, created.room, 1, kept(who, Sanction::Muted)).await.unwrap();
    happens(&store, other, 1, kept(who, Sanction::Muted)).await.unwrap();
    assert_eq!(muted().await, [(created.room, who), (other, who)].into());
    happens(&store, created.room, 2, kept(who, Sanction::Removed)).await.unwrap();
    happens(&store, created.room, 3, lifted(who, Some(SanctionKind::Removed))).await.unwrap();
    assert_eq!(muted().await, [(created.room, who), (other, who)].into(), "another sanction came and went beside it");
    happens(&store, created.room, 4, lifted(who, Some(SanctionKind::Muted))).await.unwrap();
    assert_eq!(muted().await, [(other, who)].into());
    happens(&store, other, 2, lifted(who, None)).await.unwrap();
    assert!(muted().await.is_empty());
    // Also far behind, in a log that is read in steps.
    let far = STEP * 2 + 10;
    let filler = "INSERT INTO updates (room_id, seq, at, body) SELECT $1, n, n, '{\"what\":\"went_live\"}' FROM (WITH RECURSIVE \
                  counted (n) AS (SELECT 3 UNION ALL SELECT n + 1 FROM counted WHERE n < CAST($2 AS BIGINT)) SELECT n FROM counted) AS numbers";
    store.db.write(vec![Statement::new(filler, vec![Value::id(&other), far.into()])]).await.unwrap();
    happens(&store, other, u64::try_from(far).unwrap() + 1, kept(who, Sanction::Muted)).await.unwrap();
    assert_eq!(muted().await, [(other, who)].into());
    assert!(store.muted_in(EventId::random()).await.unwrap().is_empty());
}

async fn whoever_reports_is_not_told_to_have_settled_what_made_way(store: Store) {
    let (created, who) = event(&store).await;
    for (seq, made_way) in [(1, true), (2, false)] {
        let body =
            UpdateBody::ReportSettled { report: houselights_shared::CommandId::random().into(), made_way, about_crew: false };
        let update = Update { room: created.room, seq: Seq::new(seq), at: NOW, by: Some(who), body };
        store.append(&[Entry { update: Arc::new(update), command: None }]).await.unwrap();
    }
    let told = store.audit(created.room, View::Control, None, 9).await.unwrap().entries;
    assert_eq!(told.iter().map(|entry| entry.update.seq).collect::<Vec<_>>(), [Seq::new(2)]);
}

async fn whoever_is_banned_is_listed_with_the_rooms_that_say_so_also_one_that_was_deleted(store: Store) {
    let (created, who) = event(&store).await;
    let elsewhere = NewEvent { title: "Second night".to_owned(), crew: Vec::new(), valid_for: None };
    let other = store.create_event(&elsewhere, "http://localhost", NOW).await.unwrap();
    let stranger = ParticipantId::random();
    assert_eq!(store.bans_of([created.event]).await.unwrap(), []);
    assert_eq!(store.banned_by(created.event, who).await.unwrap(), Some(Vec::new()));
    happens(&store, created.room, 1, kept(who, Sanction::Banned)).await.unwrap();
    let sql = "UPDATE rooms SET deleted_at = 1 WHERE id = $1";
    store.db.write(vec![Statement::new(sql, vec![Value::id(&created.room)])]).await.unwrap();
    let bans = store.bans_of([other.event, created.event]).await.unwrap();
    let [ban] = bans.as_slice() else { panic!("{bans:?}") };
    assert_eq!((ban.event, ban.participant, ban.is_deleted), (created.event, who, true));
    assert_eq!(store.banned_by(created.event, who).await.unwrap(), Some(vec![created.room]));
    for nobody in [(other.event, who), (created.event, stranger)] {
        assert_eq!(store.banned_by(nobody.0, nobody.1).await.unwrap(), None, "nobody of this event");
    }
}

/// A place of theirs that was given back.
async fn had_a_place(store: &Store, created: &Created, who: ParticipantId, email: &str) {
    let ticket = "INSERT INTO ticket_types (id, event_id, title, description, amount, currency, position, created_at) \
                  VALUES ('t', $1, 'Seat', '', 0, 'EUR', 1, 1)";
    let place = "INSERT INTO registrations (id, event_id, ticket_type_id, participant_id, email, name, search, state, amount, currency, \
                 answers, created_at) VALUES ('r', $1, 't', $2, $3, 'Ada', '', 'cancelled', 0, 'EUR', '{}', 1)";
    let of = |sql, more: Vec<Value>| Statement::new(sql, std::iter::once(Value::id(&created.event)).chain(more).collect());
    store.db.write(vec![of(ticket, Vec::new()), of(place, vec![Value::id(&who), email.into()])]).await.unwrap();
}

async fn an_address_is_known_by_the_ban_also_where_its_place_was_given_back(store: Store) {
    let (created, who) = event(&store).await;
    had_a_place(&store, &created, who, "ada@example.com").await;
    let is_banned = async |email| store.is_banned(created.event, email).await.unwrap();
    assert!(!is_banned("ada@example.com").await);
    happens(&store, created.room, 1, kept(who, Sanction::Banned)).await.unwrap();
    assert!(is_banned("ada@example.com").await && !is_banned("bob@example.com").await);
    happens(&store, created.room, 2, lifted(who, None)).await.unwrap();
    assert!(!is_banned("ada@example.com").await);
}

async fn a_ban_outlives_that_somebody_is_forgotten_and_what_is_kept_for_it_goes_with_it(store: Store) {
    let (created, who) = event(&store).await;
    let (email, other) = ("ada@example.com", RoomId::random());
    had_a_place(&store, &created, who, email).await;
    let person = PersonId::random();
    let themselves = [
        ("INSERT INTO people (id, email, name, created_at) VALUES ($1, $2, 'Ada', 0)", vec![Value::id(&person), email.into()]),
        (
            "INSERT INTO rooms (id, event_id, kind, title, created_at) VALUES ($1, $2, 'stage', 'Other', 1)",
            vec![Value::id(&other), Value::id(&created.event)],
        ),
    ];
    store.db.write(themselves.map(|(sql, values)| Statement::new(sql, values)).into()).await.unwrap();
    let is_banned = async |event, email| store.is_banned(event, email).await.unwrap();
    happens(&store, created.room, 1, kept(who, Sanction::Banned)).await.unwrap();
    for _ in 0..2 {
        assert!(store.erase_person(Traces::All { person, email }, &mut WrittenOut::default()).await.unwrap().is_some());
        assert!(is_banned(created.event, email).await && !is_banned(created.event, "bob@example.com").await);
    }
    assert!(!is_banned(EventId::random(), email).await, "it is of this event");
    let left = async || {
        let sql = "SELECT address_hash FROM bans WHERE address_hash IS NOT NULL ORDER BY room_id";
        let rows = store.db.read(Statement::new(sql, Vec::new())).await.unwrap();
        rows.iter().map(|row| row.text(0).unwrap().to_owned()).collect::<Vec<_>>()
    };
    let [kept_of_them] = left().await.try_into().unwrap();
    let guessed = [email.to_owned(), format!("address at {} {email}", created.event)].map(|text| hashed(&text));
    assert!(!guessed.contains(&kept_of_them), "without the key it cannot be tried");
    // A room that bans who is forgotten already knows the address, too.
    happens(&store, other, 1, kept(who, Sanction::Banned)).await.unwrap();
    happens(&store, created.room, 2, lifted(who, Some(SanctionKind::Banned))).await.unwrap();
    assert_eq!((left().await, is_banned(created.event, email).await), (vec![kept_of_them], true));
    happens(&store, other, 2, lifted(who, None)).await.unwrap();
    assert_eq!((left().await, is_banned(created.event, email).await), (Vec::new(), false));
}
