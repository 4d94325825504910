//! What every engine has to do alike of an agenda, its trash, and those who are told.

use std::time::Duration;

use houselights_domain::{Span, StaffRole};
use houselights_shared::{
    AgendaTrackId, EventId, OrganisationId, ParticipantId, PersonId, PersonLoginId, RegistrationId, Role, RoomId, SessionId,
    SpeakerId, Timestamp,
};

use tokio_util::sync::CancellationToken;

use super::{Database, NOW, cluster, entry, new_organisation, open};
use crate::{
    announcements::{
        Manner,
        agenda::{self, Edit},
        spread,
    },
    mail::{Change, Message},
    store::{
        CreatedInvite, Edited, Entering, EventRow, Going, MemberChange, NewEventOf, NewLogin, NewSession, RoomRow, RoomStands,
        SessionChange, SpeakerRow, Statement, Store, StoreError, TrackRow, TrashKind, Turn, Value, people::insert_person,
    },
    templates::{RoomKind, builtin_named},
};

on_both! {
    people_come_in_on_the_first_stage_and_one_stays,
    a_session_refers_to_parts_of_its_own_event_alone,
    of_two_edits_of_one_version_one_is_made,
    an_agenda_has_room_for_so_many,
    what_is_in_the_trash_comes_back_with_what_referred_to_it,
    what_was_in_the_trash_for_too_long_is_erased_and_nothing_else,
    an_event_is_erased_with_all_that_belongs_to_it,
    each_who_picked_a_session_is_told_once_of_each_change,
    a_speaker_is_one_participant_however_often_they_are_invited,
    a_member_is_one_participant_of_an_event_whatever_their_role,
    who_is_no_member_any_more_has_no_way_in,
}

const HOUR: Duration = Duration::from_hours(1);

fn sql(sql: &'static str, values: Vec<Value>) -> Statement {
    Statement::new(sql, values)
}

async fn count(store: &Store, of: &'static str) -> i64 {
    store.db.read(sql(of, Vec::new())).await.unwrap()[0].int(0).unwrap()
}

async fn organisation(store: &Store) -> (OrganisationId, PersonId) {
    store.db.write(vec![insert_person("ada@example.com", "Ada", NOW)]).await.unwrap();
    let ada = store.person_by_email("ada@example.com").await.unwrap().unwrap().id;
    (new_organisation(store, ada, "The Globe").await, ada)
}

/// A sign-in of a person.
async fn login_of(store: &Store, person: PersonId) -> PersonLoginId {
    let id = PersonLoginId::random();
    let sql = "INSERT INTO person_logins (id, token_hash, person_id, device, created_at, used_at, expires_at) \
               VALUES ($1, $1, $2, 'Laptop', 0, 0, 9000000000000000)";
    store.db.write(vec![Statement::new(sql, vec![Value::id(&id), Value::id(&person)])]).await.unwrap();
    id
}

async fn conference_of(store: &Store, organisation: OrganisationId, slug: &str) -> EventRow {
    let template = builtin_named("one-day-conference").unwrap();
    let new = NewEventOf { organisation, title: "The day", slug, starts_at: NOW.plus(HOUR), time_zone: "UTC", now: NOW };
    let id = store.create_event_of(template, &new).await.unwrap();
    store.event(id).await.unwrap().unwrap()
}

async fn conference(store: &Store) -> EventRow {
    let (organisation, _) = organisation(store).await;
    conference_of(store, organisation, "the-day").await
}

fn new_session(event: EventId) -> NewSession {
    NewSession {
        id: SessionId::random(),
        event,
        title: "A talk".to_owned(),
        description: String::new(),
        span: Span { starts_at: NOW.plus(HOUR), ends_at: NOW.plus(2 * HOUR) },
        track: None,
        room: None,
        capacity: None,
        speakers: Vec::new(),
    }
}

fn new_speaker(event: EventId, name: &str) -> SpeakerRow {
    SpeakerRow {
        id: SpeakerId::random(),
        event,
        participant: None,
        name: name.to_owned(),
        headline: String::new(),
        biography: String::new(),
        email: None,
        picture: None,
        invited_at: None,
        came_at: None,
    }
}

async fn stages(store: &Store, event: EventId) -> Vec<RoomId> {
    let rooms = store.rooms_of([event]).await.unwrap();
    rooms.into_iter().filter(|room| room.kind == RoomKind::Stage).map(|room| room.id).collect()
}

/// Those who have a ticket, and a pick of this session.
async fn pickers(store: &Store, event: EventId, session: SessionId, many: usize) -> Vec<RegistrationId> {
    let ticket = "SELECT id FROM ticket_types WHERE event_id = $1 LIMIT 1";
    let ticket = store.db.read(sql(ticket, vec![Value::id(&event)])).await.unwrap()[0].text(0).unwrap().to_owned();
    let ids: Vec<_> = (0..many).map(|_| RegistrationId::random()).collect();
    let mut statements = Vec::new();
    for id in &ids {
        statements.push(sql(
            "INSERT INTO registrations (id, event_id, ticket_type_id, email, name, search, state, amount, currency, answers, created_at) \
             VALUES ($1, $2, $3, $4, $5, '', 'confirmed', 0, 'EUR', '{}', 0)",
            vec![
                Value::id(id),
                Value::id(&event),
                ticket.as_str().into(),
                format!("{id}@example.com").into(),
                format!("\"{id}\"").into(),
            ],
        ));
        statements.push(sql(
            "INSERT INTO session_picks (registration_id, session_id, created_at) VALUES ($1, $2, 0)",
            vec![Value::id(id), Value::id(&session)],
        ));
    }
    store.db.write(statements).await.unwrap();
    ids
}

async fn people_come_in_on_the_first_stage_and_one_stays(store: Store) {
    let (organisation, ada) = organisation(&store).await;
    let by = login_of(&store, ada).await;
    let event = conference_of(&store, organisation, "the-day").await.id;
    let entering = Entering { event, person: ada, name: "Ada", role: Role::Organizer, room: None, by };
    let secret = store.enter_event(&entering, "http://localhost", NOW).await.unwrap().unwrap().secret;
    let [main, second] = stages(&store, event).await[..] else { panic!("two stages") };
    let third = RoomRow { id: RoomId::random(), event, title: "Third".to_owned(), kind: RoomKind::Stage };
    assert_eq!(store.create_room(&third, NOW).await.unwrap(), Edited::Done);
    let comes_in = async || store.invite(&secret, NOW).await.unwrap().unwrap().room;
    let invite = store.invite(&secret, NOW).await.unwrap().unwrap();
    let login = NewLogin { invite: &invite, name: String::new(), token: "one", now: NOW, expires: NOW };
    let login = store.log_in(login).await.unwrap().login;
    assert_eq!(comes_in().await, main, "one more stage changes nothing");
    for (gone, next) in [(main, second), (second, third.id)] {
        assert_eq!(store.delete_room(event, gone, None, NOW).await.unwrap(), Edited::Done);
        assert_eq!((comes_in().await, store.login(&login).await.unwrap().unwrap().room), (next, next));
        let stands = (store.has_room(event, gone).await.unwrap(), store.has_room(event, next).await.unwrap());
        assert_eq!(stands, (RoomStands::TakenDown, RoomStands::Open));
    }
    assert_eq!(store.delete_room(event, third.id, None, NOW).await.unwrap(), Edited::LastStage);
    assert_eq!(store.delete_room(event, second, None, NOW).await.unwrap(), Edited::Gone);
    assert_eq!(store.restore(event, (TrashKind::Room, &main.to_string()), NOW, Vec::new()).await.unwrap(), Edited::Done);
    assert_eq!(comes_in().await, main);
    let other = conference_of(&store, organisation, "another").await.id;
    assert_eq!(store.has_room(other, main).await.unwrap(), RoomStands::Nowhere);
    // Two who each take one of the last two.
    let outcomes = tokio::join!(store.delete_room(event, main, None, NOW), store.delete_room(event, third.id, None, NOW));
    let mut outcomes = [outcomes.0.unwrap(), outcomes.1.unwrap()];
    outcomes.sort_by_key(|edited| *edited == Edited::LastStage);
    assert_eq!(outcomes, [Edited::Done, Edited::LastStage]);
}

async fn a_session_refers_to_parts_of_its_own_event_alone(store: Store) {
    let (organisation, _) = organisation(&store).await;
    let (ours, theirs) =
        (conference_of(&store, organisation, "ours").await, conference_of(&store, organisation, "theirs").await);
    let (room, track) = (stages(&store, theirs.id).await[0], store.tracks_of([theirs.id]).await.unwrap()[0].id);
    let (speaker, own) = (new_speaker(theirs.id, "Grace"), new_speaker(ours.id, "Ada"));
    store.create_speaker(&speaker, NOW).await.unwrap();
    store.create_speaker(&own, NOW).await.unwrap();
    for wrong in [
        NewSession { room: Some(room), ..new_session(ours.id) },
        NewSession { track: Some(track), ..new_session(ours.id) },
        NewSession { speakers: vec![own.id, speaker.id], ..new_session(ours.id) },
    ] {
        assert_eq!(store.create_session(&wrong, None, Vec::new(), NOW).await.unwrap(), Edited::NoSuchPart);
        assert_eq!(store.session(wrong.id).await.unwrap(), None, "nothing is left of it");
    }
    let good = NewSession { speakers: vec![own.id], ..new_session(ours.id) };
    assert_eq!(store.create_session(&good, None, Vec::new(), NOW).await.unwrap(), Edited::Done);
    let row = store.session(good.id).await.unwrap().unwrap();
    for wrong in [
        SessionChange { room: Some(Some(room)), ..SessionChange::default() },
        SessionChange { speakers: Some(vec![speaker.id]), ..SessionChange::default() },
    ] {
        assert_eq!(store.update_session(&row, &wrong, None, Vec::new()).await.unwrap(), Edited::NoSuchPart);
    }
    let cast = store.speakers_in([good.id]).await.unwrap();
    assert_eq!((cast.len(), cast[0].0, cast[0].1.name.as_str()), (1, good.id, "Ada"));
    let ghost = NewSession { event: EventId::random(), ..new_session(ours.id) };
    assert_eq!(store.create_session(&ghost, None, Vec::new(), NOW).await.unwrap(), Edited::Gone);
}

async fn of_two_edits_of_one_version_one_is_made(store: Store) {
    let event = conference(&store).await;
    let new = new_session(event.id);
    store.create_session(&new, None, Vec::new(), NOW).await.unwrap();
    let row = store.session(new.id).await.unwrap().unwrap();
    let called = |title: &str| SessionChange { title: Some(title.to_owned()), ..SessionChange::default() };
    let later = event.ends_at.plus(HOUR);
    let moved = SessionChange { span: Some(Span { starts_at: event.ends_at, ends_at: later }), ..called("One") };
    let two = called("Two");
    let (one, two) = tokio::join!(
        store.update_session(&row, &moved, Some(later), Vec::new()),
        store.update_session(&row, &two, None, Vec::new())
    );
    let is = store.session(new.id).await.unwrap().unwrap();
    let ends = store.event(event.id).await.unwrap().unwrap();
    assert_eq!(is.version, 2);
    match (one.unwrap(), two.unwrap()) {
        (Edited::Done, Edited::Meanwhile) => {
            assert_eq!((is.title.as_str(), ends.ends_at, ends.version), ("One", later, event.version + 1));
        }
        (Edited::Meanwhile, Edited::Done) => {
            assert_eq!((is.title.as_str(), ends.ends_at, ends.version), ("Two", event.ends_at, event.version));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(store.take_off(&row, Going::Cancelled, Vec::new(), NOW).await.unwrap(), Edited::Meanwhile);
    assert_eq!(store.take_off(&is, Going::Cancelled, Vec::new(), NOW).await.unwrap(), Edited::Done);
}

async fn an_agenda_has_room_for_so_many(store: Store) {
    let event = conference(&store).await.id;
    let track = || TrackRow { id: AgendaTrackId::random(), event, title: "T".to_owned(), colour: "#000000".to_owned() };
    let there = store.tracks_of([event]).await.unwrap().len();
    for _ in there..99 {
        assert_eq!(store.create_track(&track(), NOW).await.unwrap(), Edited::Done);
    }
    let (one, two) = (track(), track());
    let (one, two) = tokio::join!(store.create_track(&one, NOW), store.create_track(&two, NOW));
    let mut outcomes = [one.unwrap(), two.unwrap()];
    outcomes.sort_by_key(|edited| *edited == Edited::Full);
    assert_eq!(outcomes, [Edited::Done, Edited::Full]);
    let tracks = store.tracks_of([event]).await.unwrap();
    assert!(store.delete_track(&tracks[0].id.to_string(), NOW).await.unwrap());
    assert_eq!(store.create_track(&track(), NOW).await.unwrap(), Edited::Done);
}

async fn what_is_in_the_trash_comes_back_with_what_referred_to_it(store: Store) {
    let event = conference(&store).await;
    let (room, track) = (stages(&store, event.id).await[1], store.tracks_of([event.id]).await.unwrap()[0].id);
    let new = NewSession { room: Some(room), track: Some(track), ..new_session(event.id) };
    store.create_session(&new, None, Vec::new(), NOW).await.unwrap();
    let at = |second| NOW.plus(Duration::from_secs(second));
    store.delete_room(event.id, room, None, at(1)).await.unwrap();
    store.delete_track(&track.to_string(), at(2)).await.unwrap();
    let row = store.session(new.id).await.unwrap().unwrap();
    assert_eq!((&row.room, &row.track), (&None, &None));
    // What is changed meanwhile leaves it in mind.
    let change = SessionChange { title: Some("Renamed".to_owned()), ..SessionChange::default() };
    assert_eq!(store.update_session(&row, &change, None, Vec::new()).await.unwrap(), Edited::Done);
    let row = store.session(new.id).await.unwrap().unwrap();
    store.take_off(&row, Going::Deleted, Vec::new(), at(3)).await.unwrap();
    let code = "INSERT INTO ticket_codes (id, event_id, code, created_at, deleted_at) VALUES ($1, $2, 'EARLY', 0, $3)";
    let (old, new_code) = (EventId::random(), EventId::random());
    store.db.write(vec![sql(code, vec![Value::id(&old), Value::id(&event.id), at(4).into()])]).await.unwrap();
    let listed = async |since| {
        let trash = store.trash_of([event.id, EventId::random()], since).await.unwrap();
        trash.into_iter().map(|row| (row.kind, row.title)).collect::<Vec<_>>()
    };
    let named = |kind, title: &str| (kind, title.to_owned());
    let expected = [
        named(TrashKind::Code, "EARLY"),
        named(TrashKind::Session, "Renamed"),
        named(TrashKind::Track, "Craft"),
        named(TrashKind::Room, "Second stage"),
    ];
    assert_eq!(listed(NOW).await, expected);
    assert_eq!(listed(at(3)).await, expected[..2]);
    let restore = async |kind, id: String, since| {
        store.restore(event.id, (kind, &id), since, Vec::new()).await.map(|edited| edited == Edited::Done)
    };
    assert!(!restore(TrashKind::Session, new.id.to_string(), at(4)).await.unwrap(), "for too long");
    assert!(!restore(TrashKind::Track, new.id.to_string(), NOW).await.unwrap(), "of another kind");
    let elsewhere = store.restore(EventId::random(), (TrashKind::Session, &new.id.to_string()), NOW, Vec::new()).await.unwrap();
    assert_eq!(elsewhere, Edited::Gone, "of another event");
    assert!(restore(TrashKind::Session, new.id.to_string(), NOW).await.unwrap());
    assert!(!restore(TrashKind::Session, new.id.to_string(), NOW).await.unwrap(), "once");
    assert!(restore(TrashKind::Room, room.to_string(), NOW).await.unwrap());
    assert!(restore(TrashKind::Track, track.to_string(), NOW).await.unwrap());
    let row = store.session(new.id).await.unwrap().unwrap();
    let (room_row, track_row) = (row.room.unwrap(), row.track.unwrap());
    assert_eq!((room_row.id, room_row.title.as_str(), room_row.kind), (room, "Second stage", RoomKind::Stage));
    assert_eq!((track_row.id, track_row.title.as_str(), row.title.as_str()), (track, "Craft", "Renamed"));
    let code = "INSERT INTO ticket_codes (id, event_id, code, created_at) VALUES ($1, $2, 'EARLY', 0)";
    store.db.write(vec![sql(code, vec![Value::id(&new_code), Value::id(&event.id)])]).await.unwrap();
    assert!(matches!(restore(TrashKind::Code, old.to_string(), NOW).await, Err(StoreError::Conflict(_))));
    store.db.write(vec![sql("UPDATE events SET deleted_at = $1", vec![at(5).into()])]).await.unwrap();
    assert!(restore(TrashKind::Event, event.id.to_string(), NOW).await.unwrap());
    assert_eq!(store.event(event.id).await.unwrap().unwrap().deleted_at, None);
}

async fn what_was_in_the_trash_for_too_long_is_erased_and_nothing_else(store: Store) {
    let event = conference(&store).await;
    let [room, other] = stages(&store, event.id).await[..] else { panic!("two stages") };
    store.append(&[entry(room, 1, None), entry(other, 1, None)]).await.unwrap();
    let speaker = new_speaker(event.id, "Grace");
    store.create_speaker(&speaker, NOW).await.unwrap();
    let participant = ParticipantId::random();
    let invite = CreatedInvite::for_speaker("Grace", "http://localhost").unwrap();
    assert!(store.invite_speaker(&speaker, (participant, &invite), None, NOW).await.unwrap());
    let stays = NewSession { room: Some(room), speakers: vec![speaker.id], ..new_session(event.id) };
    let goes = NewSession { room: Some(other), speakers: vec![speaker.id], ..new_session(event.id) };
    store.create_session(&stays, None, Vec::new(), NOW).await.unwrap();
    store.create_session(&goes, None, Vec::new(), NOW).await.unwrap();
    pickers(&store, event.id, goes.id, 1).await;
    let row = store.session(goes.id).await.unwrap().unwrap();
    store.take_off(&row, Going::Deleted, Vec::new(), NOW).await.unwrap();
    store.delete_room(event.id, room, None, NOW).await.unwrap();
    store.delete_speaker(speaker.id, None, NOW).await.unwrap();
    let later = NOW.plus(HOUR);
    store.delete_track(&store.tracks_of([event.id]).await.unwrap()[0].id.to_string(), later).await.unwrap();
    store.db.write(vec![sql("UPDATE ticket_types SET deleted_at = 1", Vec::new())]).await.unwrap();
    let sold = count(&store, "SELECT count(DISTINCT ticket_type_id) FROM registrations").await;
    let tracks = count(&store, "SELECT count(*) FROM agenda_tracks").await;
    store.purge_deleted(NOW.plus(Duration::from_micros(1))).await.unwrap();
    store.purge_deleted(NOW.plus(Duration::from_micros(1))).await.unwrap();
    assert_eq!(count(&store, "SELECT count(*) FROM ticket_types").await, sold, "what somebody has stays");
    assert_eq!(count(&store, "SELECT count(*) FROM agenda_tracks").await, tracks, "it is not long enough in the trash");
    assert_eq!(count(&store, "SELECT count(*) FROM session_picks").await, 0);
    assert_eq!(count(&store, "SELECT count(*) FROM registrations").await, 1);
    assert_eq!(count(&store, "SELECT count(*) FROM speakers").await, 0);
    assert_eq!(count(&store, "SELECT count(*) FROM session_speakers").await, 0);
    assert_eq!(count(&store, "SELECT count(*) FROM participants").await, 0);
    assert_eq!(count(&store, "SELECT count(*) FROM invites").await, 0);
    assert_eq!(count(&store, "SELECT count(*) FROM sessions WHERE deleted_at IS NOT NULL").await, 0);
    assert_eq!(stages(&store, event.id).await, [other]);
    assert_eq!((store.log(room).await.unwrap().len(), store.log(other).await.unwrap().len()), (0, 1));
    assert_eq!(store.session(stays.id).await.unwrap().unwrap().room, None);
    assert_eq!(store.restore(event.id, (TrashKind::Room, &room.to_string()), NOW, Vec::new()).await.unwrap(), Edited::Gone);
}

/// What is counted before and after: half of it is one event's, of two. The last two are nobody's, and stay.
const ALL_TABLES: [&str; 18] = [
    "SELECT count(*) FROM outbox",
    "SELECT count(*) FROM session_picks",
    "SELECT count(*) FROM payments",
    "SELECT count(*) FROM registrations",
    "SELECT count(*) FROM ticket_types",
    "SELECT count(*) FROM questions",
    "SELECT count(*) FROM session_speakers",
    "SELECT count(*) FROM sessions",
    "SELECT count(*) FROM agenda_tracks",
    "SELECT count(*) FROM speakers",
    "SELECT count(*) FROM logins",
    "SELECT count(*) FROM invites",
    "SELECT count(*) FROM participants",
    "SELECT count(*) FROM updates",
    "SELECT count(*) FROM rooms",
    "SELECT count(*) FROM events",
    "SELECT 2 * count(*) FROM organisations",
    "SELECT 2 * count(*) FROM people",
];

async fn an_event_is_erased_with_all_that_belongs_to_it(store: Store) {
    let (organisation, ada) = organisation(&store).await;
    let by = login_of(&store, ada).await;
    let (goes, stays) = (conference_of(&store, organisation, "goes").await, conference_of(&store, organisation, "stays").await);
    for event in [&goes, &stays] {
        let room = stages(&store, event.id).await[0];
        // More than one step of them.
        let log: Vec<_> = (1..=2_100).map(|seq| entry(room, seq, None)).collect();
        store.append(&log).await.unwrap();
        let entering = Entering { event: event.id, person: ada, name: "Ada", role: Role::Organizer, room: None, by };
        let invite = store.enter_event(&entering, "http://localhost", NOW).await.unwrap().unwrap();
        let invite = store.invite(&invite.secret, NOW).await.unwrap().unwrap();
        let token = event.id.to_string();
        store.log_in(NewLogin { invite: &invite, name: String::new(), token: &token, now: NOW, expires: NOW }).await.unwrap();
        let speaker = new_speaker(event.id, "Grace");
        store.create_speaker(&speaker, NOW).await.unwrap();
        let invite = CreatedInvite::for_speaker("Grace", "http://localhost").unwrap();
        store.invite_speaker(&speaker, (ParticipantId::random(), &invite), None, NOW).await.unwrap();
        let session = NewSession { speakers: vec![speaker.id], ..new_session(event.id) };
        store.create_session(&session, None, Vec::new(), NOW).await.unwrap();
        pickers(&store, event.id, session.id, 3).await;
        tell_pickers(&store, event, session.id).await;
    }
    let payments = "INSERT INTO payments (reference, provider, registration_id, amount, currency, state, url, created_at, changed_at) \
                    SELECT id, 'stripe', id, 1, 'EUR', 'paid', '', 0, 0 FROM registrations";
    let gone = "UPDATE events SET deleted_at = 1 WHERE id = $1";
    store.db.write(vec![sql(payments, Vec::new()), sql(gone, vec![Value::id(&goes.id)])]).await.unwrap();
    let mut before = Vec::new();
    for table in ALL_TABLES {
        before.push((table, count(&store, table).await / 2));
    }
    assert!(before.iter().all(|(_, half)| *half > 0), "{before:?}");
    store.purge_deleted(Timestamp::from_micros(1)).await.unwrap();
    assert!(store.event(goes.id).await.unwrap().is_some(), "not before its time");
    store.purge_deleted(Timestamp::from_micros(2)).await.unwrap();
    let (last, halves) = (before.len() - 2, before);
    for (place, (table, half)) in halves.into_iter().enumerate() {
        let left = count(&store, table).await;
        assert_eq!(left, if place < last { half } else { 2 * half }, "{table}");
    }
    assert_eq!((store.event(goes.id).await.unwrap(), store.event(stays.id).await.unwrap().is_some()), (None, true));
}

/// Whoever picked a session has a letter.
async fn tell_pickers(store: &Store, event: &EventRow, session: SessionId) {
    store.db.write(vec![sql("UPDATE events SET phase = 'published' WHERE id = $1", vec![Value::id(&event.id)])]).await.unwrap();
    let event = store.event(event.id).await.unwrap().unwrap();
    let told = agenda::taken_off(&event, &store.session(session).await.unwrap().unwrap(), NOW);
    store.write_all(told).await.unwrap();
    spread_all(store).await;
}

async fn spread_all(store: &Store) -> usize {
    let manner = Manner { quiet: Duration::ZERO, letters_per_day: 50_000 };
    spread(store, manner, NOW, &CancellationToken::new()).await.unwrap()
}

async fn each_who_picked_a_session_is_told_once_of_each_change(store: Store) {
    let event = conference(&store).await;
    store.db.write(vec![sql("UPDATE events SET phase = 'published'", Vec::new())]).await.unwrap();
    let event = store.event(event.id).await.unwrap().unwrap();
    let new = new_session(event.id);
    store.create_session(&new, None, Vec::new(), NOW).await.unwrap();
    let ids = pickers(&store, event.id, new.id, 1_100).await;
    let waiting = "UPDATE registrations SET state = 'waiting' WHERE id = $1";
    store.db.write(vec![sql(waiting, vec![Value::id(&ids[0])])]).await.unwrap();
    let elsewhere = new_session(event.id);
    store.create_session(&elsewhere, None, Vec::new(), NOW).await.unwrap();
    pickers(&store, event.id, elsewhere.id, 2).await;
    let row = store.session(new.id).await.unwrap().unwrap();
    let change = SessionChange { title: Some("The talk".to_owned()), ..SessionChange::default() };
    let told = agenda::edited(&event, &Edit { session: &row, change: &change, room: None, cast: None }, None, NOW);
    assert_eq!(told.len(), 1, "one row, however many are told");
    // Nobody is told of what did not happen.
    let stale = crate::store::SessionRow { version: 7, ..row.clone() };
    let edited = store.update_session(&stale, &change, None, told.clone()).await.unwrap();
    assert_eq!((edited, spread_all(&store).await), (Edited::Meanwhile, 0));
    assert_eq!(store.update_session(&row, &change, None, told).await.unwrap(), Edited::Done);
    assert_eq!((spread_all(&store).await, spread_all(&store).await), (1_099, 0));
    let taken = store.take_letters(Turn::Bulk, 2_000, NOW).await.unwrap();
    let letter = taken.iter().find(|letter| letter.about.registration == Some(ids[1])).unwrap();
    assert_eq!(letter.id, format!("session:{}:2:{}", new.id, ids[1]));
    assert_eq!((letter.about.event, letter.recipient.as_str()), (Some(event.id), format!("{}@example.com", ids[1]).as_str()));
    let Ok(Message::Changed { about, what }) = serde_json::from_str(&letter.message) else { panic!("{letter:?}") };
    let (session, was) = ("The talk".to_owned(), "A talk".to_owned());
    assert_eq!((about.name, what), (format!("\"{}\"", ids[1]), vec![Change::SessionTitle { session, was, id: new.id }]));
    let row = store.session(new.id).await.unwrap().unwrap();
    store.take_off(&row, Going::Cancelled, agenda::taken_off(&event, &row, NOW), NOW).await.unwrap();
    assert_eq!(spread_all(&store).await, 1_099, "the next change is another");
    let off = store.session(new.id).await.unwrap().unwrap();
    assert!(agenda::taken_off(&event, &off, NOW).is_empty(), "it is off already");
    assert!(agenda::taken_off(&event, &row, row.span.ends_at).is_empty(), "it is over");
}

async fn a_speaker_is_one_participant_however_often_they_are_invited(store: Store) {
    let event = conference(&store).await.id;
    let new = new_speaker(event, "Grace");
    store.create_speaker(&new, NOW).await.unwrap();
    let (one, two) = (CreatedInvite::for_speaker("Grace", "x").unwrap(), CreatedInvite::for_speaker("Grace", "x").unwrap());
    let (first, second) = (ParticipantId::random(), ParticipantId::random());
    let outcomes = tokio::join!(
        store.invite_speaker(&new, (first, &one), None, NOW),
        store.invite_speaker(&new, (second, &two), None, NOW)
    );
    let outcomes = (outcomes.0.unwrap(), outcomes.1.unwrap());
    assert!(outcomes == (true, false) || outcomes == (false, true), "{outcomes:?}");
    assert_eq!(count(&store, "SELECT count(*) FROM participants").await, 1);
    let row = store.speaker(new.id).await.unwrap().unwrap();
    let participant = row.participant.unwrap();
    let again = CreatedInvite::for_speaker("Grace", "x").unwrap();
    assert!(store.invite_speaker(&row, (participant, &again), None, NOW.plus(HOUR)).await.unwrap());
    let row = store.speaker(new.id).await.unwrap().unwrap();
    assert_eq!((row.participant, row.invited_at, row.came_at), (Some(participant), Some(NOW.plus(HOUR)), None));
    let invite = store.invite(&again.secret, NOW).await.unwrap().unwrap();
    assert_eq!((invite.role, invite.person.as_ref().unwrap().0), (Role::Speaker, participant));
    for (token, now) in [("one", NOW), ("two", NOW.plus(HOUR))] {
        let login = NewLogin { invite: &invite, name: String::new(), token, now, expires: now };
        let login = store.log_in(login).await.unwrap().login;
        store.log_out(&login).await.unwrap();
        assert_eq!(store.speaker(new.id).await.unwrap().unwrap().came_at, Some(NOW), "the first time, whatever came later");
    }
    assert!(store.delete_speaker(new.id, None, NOW).await.unwrap());
    assert!(store.invite(&again.secret, NOW).await.unwrap().is_none());
    assert!(
        !store.add_invite(participant, (None, None), ("late", None), NOW).await.unwrap(),
        "a letter under way brings nobody in"
    );
    assert_eq!(store.restore(event, (TrashKind::Speaker, &new.id.to_string()), NOW, Vec::new()).await.unwrap(), Edited::Done);
    let row = store.speaker(new.id).await.unwrap().unwrap();
    assert_eq!((row.participant, row.invited_at), (Some(participant), None));
}

async fn who_is_no_member_any_more_has_no_way_in(store: Store) {
    let (organisation, ada) = organisation(&store).await;
    let by = login_of(&store, ada).await;
    store
        .db
        .write(vec![
            sql("INSERT INTO people (id, email, name, created_at) VALUES ('b', 'bob@example.com', 'Bob', 0)", Vec::new()),
            sql(
                "INSERT INTO members (organisation_id, person_id, role, created_at) VALUES ($1, 'b', 'owner', 0)",
                vec![Value::id(&organisation)],
            ),
        ])
        .await
        .unwrap();
    let event = conference_of(&store, organisation, "the-day").await.id;
    let enter = async |role| {
        let entering = Entering { event, person: ada, name: "Ada", role, room: None, by };
        store.enter_event(&entering, "http://localhost", NOW).await.unwrap()
    };
    let secret = enter(Role::Organizer).await.unwrap().secret;
    let invite = store.invite(&secret, NOW).await.unwrap().unwrap();
    let enter_with =
        async |invite, token| store.log_in(NewLogin { invite, name: String::new(), token, now: NOW, expires: NOW }).await;
    let login = enter_with(&invite, "one").await.unwrap();
    let change = async |role| store.change_member(organisation, ada, role).await.unwrap();
    assert_eq!(change(Some(StaffRole::Owner)).await, MemberChange::Done(Vec::new()), "nothing is different in the rooms");
    assert_eq!(change(Some(StaffRole::Moderator)).await, MemberChange::Done(vec![login.who.participant]));
    assert_eq!(store.login(&login.login).await.unwrap().unwrap().who.role, Role::Moderator);
    assert!(enter_with(&invite, "two").await.is_err(), "an invite that was read before is for another role");
    let invite = store.invite(&enter(Role::Moderator).await.unwrap().secret, NOW).await.unwrap().unwrap();
    assert_eq!(change(None).await, MemberChange::Done(vec![login.who.participant]));
    assert!(store.login(&login.login).await.unwrap().is_none() && enter_with(&invite, "two").await.is_err());
    assert!(enter(Role::Moderator).await.is_none());
    assert_eq!(change(None).await, MemberChange::NoMember);
}

async fn a_member_is_one_participant_of_an_event_whatever_their_role(store: Store) {
    let (organisation, ada) = organisation(&store).await;
    let by = login_of(&store, ada).await;
    let event = conference_of(&store, organisation, "the-day").await.id;
    // Somebody who has a ticket, too, is somebody else there.
    let guest =
        "INSERT INTO participants (id, event_id, person_id, name, role, created_at) VALUES ('g', $1, $2, 'Ada', 'attendee', 0)";
    store.db.write(vec![sql(guest, vec![Value::id(&event), Value::id(&ada)])]).await.unwrap();
    let becomes = async |role: &'static str| {
        store.db.write(vec![sql("UPDATE members SET role = $1", vec![role.into()])]).await.unwrap();
    };
    let enter = async |role| {
        let entering = Entering { event, person: ada, name: "Ada", role, room: None, by };
        store.enter_event(&entering, "http://localhost", NOW).await.unwrap().unwrap()
    };
    becomes("producer").await;
    let (one, two) = tokio::join!(enter(Role::Producer), enter(Role::Producer));
    let person =
        async |secret: &str| store.invite(secret, NOW).await.unwrap().map(|invite| (invite.role, invite.person.unwrap().0));
    let (first, second) = (person(&one.secret).await.unwrap(), person(&two.secret).await.unwrap());
    assert_eq!((first, first.0), (second, Role::Producer));
    let outdated = Entering { event, person: ada, name: "Ada", role: Role::Organizer, room: None, by };
    assert!(store.enter_event(&outdated, "http://localhost", NOW).await.unwrap().is_none(), "they are no organizer (any more)");
    becomes("moderator").await;
    let three = enter(Role::Moderator).await;
    assert_eq!(person(&three.secret).await, Some((Role::Moderator, first.1)));
    assert_eq!((person(&one.secret).await, person(&two.secret).await), (None, None), "nobody comes as what they were");
    assert_eq!(count(&store, "SELECT count(*) FROM participants").await, 2);
    store.db.write(vec![sql("UPDATE events SET deleted_at = 1", Vec::new())]).await.unwrap();
    let entering = Entering { event, person: ada, name: "Ada", role: Role::Moderator, room: None, by };
    assert!(store.enter_event(&entering, "http://localhost", NOW).await.unwrap().is_none());
    assert!(store.invite(&three.secret, NOW).await.unwrap().is_none());
}
