//! Whoever is registered is told once, whatever breaks off.

use std::time::Duration;

use houselights_domain::Span;
use houselights_shared::{EventId, OrganisationId, RegistrationId, SessionId, SpeakerId, TicketTypeId, Timestamp};
use tokio_util::sync::CancellationToken;

use super::{super::NewLetter, Database, NOW, Statement, Store, StoreError, Value, cluster, open};
use crate::{
    announcements::{self, Manner, Notice, agenda, remind, spread},
    mail::{Change, Message},
    store::{
        About, Announcement, Audience, Discarded, EventRow, NewEventOf, NewSession, Sent, SessionChange, SessionRow,
        SpeakerRow, Turn,
    },
    templates::{Template, builtin_named},
    wall::{self, Move},
};

on_both! {
    whoever_has_a_place_or_wants_one_is_told_of_a_change_and_of_a_cancellation,
    what_broke_off_goes_on_behind_the_last_page,
    more_than_a_page_of_people_are_told_once_each,
    a_reminder_goes_out_once_for_a_beginning_to_those_who_had_a_place_by_then,
    nobody_is_reminded_of_what_is_cancelled_deleted_or_moved,
    an_event_moves_with_its_agenda_at_its_version_alone,
    letters_that_went_are_forgotten_after_their_time_and_no_others,
    changes_in_quick_succession_are_one_letter_a_person_once_it_is_quiet,
    what_changes_of_a_draft_is_told_to_speakers_who_were_invited_alone,
    speakers_hear_of_their_sessions_and_of_themselves,
    an_organisation_causes_so_much_mail_a_day_and_the_rest_waits,
    what_is_urgent_is_taken_by_itself,
    what_follows_goes_behind_what_was_written_before_where_that_goes_soon,
}

const START: Timestamp = Timestamp::from_micros(1_000_000_000_000_000);
const MANNER: Manner = Manner { quiet: Duration::ZERO, letters_per_day: 50_000 };
const CHANGE: fn() -> Vec<Change> = || vec![Change::Title { was: "First night".to_owned() }];

pub(super) async fn organisation(store: &Store) -> OrganisationId {
    let id = OrganisationId::random();
    let sql = "INSERT INTO organisations (id, name, created_at) VALUES ($1, 'The Globe', 0)";
    store.db.write(vec![Statement::new(sql, vec![Value::id(&id)])]).await.unwrap();
    id
}

/// By the clocks of its time zone there, and of UTC then.
fn to(event: &EventRow, starts_at: Timestamp) -> Move {
    Move::new((event.starts_at, wall::zone(&event.time_zone)), (starts_at, wall::zone("UTC")))
}

pub(super) async fn event_of(store: &Store, organisation: OrganisationId, template: &Template, slug: &str) -> EventRow {
    let new = NewEventOf { organisation, title: "Second night", slug, starts_at: START, time_zone: "Europe/Berlin", now: NOW };
    let id = store.create_event_of(template, &new).await.unwrap();
    store.event(id).await.unwrap().unwrap()
}

/// A published event that begins at [`START`].
async fn published(store: &Store) -> EventRow {
    let event = event_of(store, organisation(store).await, builtin_named("panel").unwrap(), "second-night").await;
    set(store, "UPDATE events SET phase = 'published' WHERE id = $1", event.id).await;
    store.event(event.id).await.unwrap().unwrap()
}

async fn set(store: &Store, sql: &'static str, event: EventId) {
    store.db.write(vec![Statement::new(sql, vec![Value::id(&event)])]).await.unwrap();
}

async fn register(store: &Store, event: EventId, states: &[(&str, Timestamp)]) -> Vec<RegistrationId> {
    let ticket = TicketTypeId::random();
    let mut statements = vec![Statement::new(
        "INSERT INTO ticket_types (id, event_id, title, description, amount, currency, position, created_at) \
         VALUES ($1, $2, 'Day pass', '', 0, 'EUR', 9, 0)",
        vec![Value::id(&ticket), Value::id(&event)],
    )];
    let mut ids = Vec::new();
    for (number, (state, at)) in states.iter().enumerate() {
        let id = RegistrationId::random();
        ids.push(id);
        let sql = "INSERT INTO registrations (id, event_id, ticket_type_id, email, name, search, state, amount, currency, answers, \
                   created_at, confirmed_at) VALUES ($1, $2, $3, $4, 'Ada', '', $5, 0, 'EUR', '[]', 0, $6)";
        let email = format!("{number}-{ticket}@example.com");
        let confirmed = (*state == "confirmed").then_some(*at);
        let values =
            vec![Value::id(&id), Value::id(&event), Value::id(&ticket), email.into(), (*state).into(), confirmed.into()];
        statements.push(Statement::new(sql, values));
    }
    store.db.write(statements).await.unwrap();
    ids
}

/// Ids of letters, and what they say.
async fn letters(store: &Store) -> Vec<(String, Message)> {
    let rows = store.db.read(Statement::new("SELECT id, message FROM outbox ORDER BY id", Vec::new())).await.unwrap();
    rows.iter().map(|row| (row.text(0).unwrap().to_owned(), row.json(1).unwrap())).collect()
}

async fn unsaid(store: &Store) -> Vec<Announcement> {
    store.open_announcements(9, Duration::ZERO, NOW.plus(Duration::from_hours(1_000_000))).await.unwrap()
}

async fn spread_all(store: &Store) -> usize {
    spread(store, MANNER, NOW, &CancellationToken::new()).await.unwrap()
}

const EVERY_STATE: [(&str, Timestamp); 5] =
    [("confirmed", NOW), ("confirmed", NOW), ("waiting", NOW), ("pending", NOW), ("cancelled", NOW)];

async fn whoever_has_a_place_or_wants_one_is_told_of_a_change_and_of_a_cancellation(store: Store) {
    let event = published(&store).await;
    register(&store, event.id, &EVERY_STATE).await;
    let changed = announcements::changed(&event, CHANGE(), NOW).unwrap();
    store.add_announcements(&[changed.clone(), changed]).await.unwrap();
    assert_eq!((spread_all(&store).await, spread_all(&store).await), (4, 0), "also those who wait, or are to pay");
    let (_, message) = &letters(&store).await[0];
    let Message::Changed { about, what } = message else { panic!("{message:?}") };
    assert_eq!((about.name.as_str(), about.event.as_str(), about.ticket.as_str()), ("Ada", "Second night", "Day pass"));
    assert_eq!((about.starts_at, what), (START, &CHANGE()));
    let told = announcements::cancelled(&event, Some("Ill".to_owned()), false, NOW);
    assert!(store.cancel_event(&event, Some("Ill"), (&told, Vec::new()), NOW).await.unwrap());
    assert!(!store.cancel_event(&event, None, (&told, Vec::new()), NOW).await.unwrap(), "it is cancelled");
    assert_eq!(spread_all(&store).await, 4);
    let cancelled = letters(&store).await.into_iter().filter(|(id, _)| id.starts_with("cancelled:")).count();
    assert_eq!(cancelled, 4);
}

async fn what_broke_off_goes_on_behind_the_last_page(store: Store) {
    let event = published(&store).await;
    register(&store, event.id, &[("confirmed", NOW); 3]).await;
    store.add_announcements(&[announcements::changed(&event, CHANGE(), NOW).unwrap()]).await.unwrap();
    let mut open = unsaid(&store).await;
    let mut stale = open[0].clone();
    let everybody = Audience { undecided: false, ended_since: None, by: None, pickers: None };
    let first = store.addressees(&open[0], &everybody, 1).await.unwrap().remove(0);
    let id = format!("{}:{}", open[0].id, first.registration);
    let letter = NewLetter::new(id, &first.email, &Message::MagicLink { device: String::new() }, About::default(), NOW);
    let (page, last) = ([letter], first.registration.to_string());
    store.tell(&mut open[0], last.clone(), &page, None).await.unwrap();
    let twice = store.tell(&mut stale, last, &page, None).await;
    assert!(matches!(twice, Err(StoreError::Unmet(0))), "somebody else was there");
    assert_eq!(spread_all(&store).await, 2);
    assert_eq!(letters(&store).await.len(), 3);
    assert!(unsaid(&store).await.is_empty());
}

async fn more_than_a_page_of_people_are_told_once_each(store: Store) {
    let event = published(&store).await;
    register(&store, event.id, &vec![("confirmed", NOW); 1_203]).await;
    store.add_announcements(&[announcements::changed(&event, CHANGE(), NOW).unwrap()]).await.unwrap();
    let stop = CancellationToken::new();
    stop.cancel();
    assert_eq!(spread(&store, MANNER, NOW, &stop).await.unwrap(), 500, "told to stop, it ends after a page");
    assert_eq!(spread_all(&store).await, 703);
    assert_eq!(letters(&store).await.len(), 1_203);
}

async fn a_reminder_goes_out_once_for_a_beginning_to_those_who_had_a_place_by_then(store: Store) {
    let event = published(&store).await;
    let (hour, late) = (START.minus(Duration::from_hours(1)), START.minus(Duration::from_mins(58)));
    let early = hour.minus(Duration::from_mins(1));
    register(&store, event.id, &[("confirmed", early), ("confirmed", late), ("waiting", early)]).await;
    for now in [early, hour, late, late] {
        remind(&store, now).await.unwrap();
        spread(&store, MANNER, now, &CancellationToken::new()).await.unwrap();
    }
    assert_eq!(letters(&store).await.len(), 1);
    let later = START.plus(Duration::from_hours(24));
    assert!(store.reschedule_event(&event, (to(&event, later), "UTC", event.phase), (None, None), NOW).await.unwrap());
    remind(&store, hour).await.unwrap();
    assert_eq!(spread_all(&store).await, 0, "more than a day before");
    remind(&store, hour.plus(Duration::from_hours(1))).await.unwrap();
    assert_eq!(spread_all(&store).await, 2);
    assert_eq!(letters(&store).await.len(), 3);
}

async fn nobody_is_reminded_of_what_is_cancelled_deleted_or_moved(store: Store) {
    let event = published(&store).await;
    register(&store, event.id, &[("confirmed", NOW)]).await;
    let hour = START.minus(Duration::from_hours(1));
    remind(&store, hour).await.unwrap();
    set(&store, "UPDATE events SET starts_at = starts_at + 1 WHERE id = $1", event.id).await;
    assert_eq!(spread_all(&store).await, 0);
    for wrong in [
        "UPDATE events SET starts_at = starts_at + 1, cancelled_at = 1 WHERE id = $1",
        "UPDATE events SET starts_at = starts_at + 1, cancelled_at = NULL, deleted_at = 1 WHERE id = $1",
        "UPDATE events SET starts_at = starts_at + 1, deleted_at = NULL, phase = 'draft' WHERE id = $1",
    ] {
        set(&store, wrong, event.id).await;
        remind(&store, hour.plus(Duration::from_secs(1))).await.unwrap();
        assert!(unsaid(&store).await.is_empty(), "{wrong}");
    }
    set(&store, "UPDATE events SET phase = 'live' WHERE id = $1", event.id).await;
    remind(&store, hour.plus(Duration::from_secs(1))).await.unwrap();
    assert_eq!(spread_all(&store).await, 1);
}

async fn an_event_moves_with_its_agenda_at_its_version_alone(store: Store) {
    let event = published(&store).await;
    let before = store.outline(event.id).await.unwrap().sessions;
    let (span, notice) = (Duration::from_hours(26), Notice::Cancelled { reason: None, refund: false });
    let told = notice.announced("x".to_owned(), &event, NOW);
    assert!(
        store
            .reschedule_event(&event, (to(&event, START.plus(span)), "UTC", event.phase), (Some(told.clone()), None), NOW)
            .await
            .unwrap()
    );
    let other = START.plus(Duration::from_hours(1));
    assert!(
        !store.reschedule_event(&event, (to(&event, other), "UTC", event.phase), (Some(told), None), NOW).await.unwrap(),
        "it is at another version"
    );
    let moved = store.event(event.id).await.unwrap().unwrap();
    assert_eq!((moved.starts_at, moved.ends_at), (event.starts_at.plus(span), event.ends_at.plus(span)));
    assert_eq!((moved.time_zone.as_str(), moved.version), ("UTC", event.version + 1));
    let after = store.outline(event.id).await.unwrap().sessions;
    assert!(!after.is_empty());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!((after.starts_at, after.ends_at), (before.starts_at.plus(span), before.ends_at.plus(span)));
    }
    set(&store, "UPDATE events SET phase = 'ended' WHERE id = $1", event.id).await;
    assert!(
        !store.reschedule_event(&moved, (to(&moved, other), "UTC", moved.phase), (None, None), NOW).await.unwrap(),
        "it is over"
    );
}

async fn letters_that_went_are_forgotten_after_their_time_and_no_others(store: Store) {
    let event = published(&store).await;
    let day = |days: u64| START.plus(Duration::from_hours(24 * days));
    let letter = |id: String, state: &str, at: Timestamp, event: Option<EventId>| {
        let sql = "INSERT INTO outbox (id, event_id, recipient, message, state, due_at, created_at) VALUES ($1, $2, 'a@b.c', '{}', $3, $4, 0)";
        let event = event.map(|event| event.to_string());
        Statement::new(sql, vec![id.into(), event.into(), state.into(), at.into()])
    };
    let own = Some(event.id);
    let mut statements = vec![
        letter("waits".to_owned(), "queued", day(0), own),
        letter("lost".to_owned(), "bounced", day(0), own),
        letter("new".to_owned(), "sent", day(31), own),
        letter("nobodys".to_owned(), "failed", day(0), None),
        letter("sign-in:new".to_owned(), "sent", day(32), None),
        letter("sign-in:old".to_owned(), "sent", day(30), None),
        letter("sign-in:lost".to_owned(), "failed", day(30), None),
    ];
    // More than are deleted in one write.
    statements.extend(
        (0..2_345).map(|number| letter(format!("old:{number}"), if number % 2 == 0 { "sent" } else { "dropped" }, day(0), own)),
    );
    store.db.write(statements).await.unwrap();
    store.forget_letters(day(1), day(31)).await.unwrap();
    let left: Vec<String> = letters_left(&store).await;
    assert_eq!(left, ["lost", "new", "sign-in:new", "waits"]);
}

async fn letters_left(store: &Store) -> Vec<String> {
    let mut rows = store.db.read(Statement::new("SELECT id FROM outbox", Vec::new())).await.unwrap();
    let mut ids: Vec<String> = rows.drain(..).map(|row| row.text(0).unwrap().to_owned()).collect();
    ids.sort();
    ids
}

fn session(store_event: &EventRow, title: &str) -> NewSession {
    NewSession {
        id: SessionId::random(),
        event: store_event.id,
        title: title.to_owned(),
        description: String::new(),
        span: Span { starts_at: START, ends_at: START.plus(Duration::from_hours(1)) },
        track: None,
        room: None,
        capacity: None,
        speakers: Vec::new(),
    }
}

/// A speaker who was invited, where `invited` says so.
async fn speaker(store: &Store, event: &EventRow, name: &str, invited: bool) -> SpeakerId {
    let new = SpeakerRow { email: Some(format!("{name}@example.com")), ..SpeakerRow::new(event.id, name) };
    store.create_speaker(&new, NOW).await.unwrap();
    if invited {
        let sql = "UPDATE speakers SET invited_at = 1 WHERE id = $1";
        store.db.write(vec![Statement::new(sql, vec![Value::id(&new.id)])]).await.unwrap();
    }
    new.id
}

async fn changes_in_quick_succession_are_one_letter_a_person_once_it_is_quiet(store: Store) {
    let event = published(&store).await;
    let [bea, cem] = register(&store, event.id, &[("confirmed", NOW); 2]).await[..] else { panic!("two") };
    let new = session(&event, "Keynote");
    store.create_session(&new, None, Vec::new(), NOW).await.unwrap();
    let pick = "INSERT INTO session_picks (registration_id, session_id, created_at) VALUES ($1, $2, 0)";
    store.db.write(vec![Statement::new(pick, vec![Value::id(&bea), Value::id(&new.id)])]).await.unwrap();
    let manner = Manner { quiet: Duration::from_mins(1), ..MANNER };
    let at = |second: u64| NOW.plus(Duration::from_secs(second));
    let look = async |second| spread(&store, manner, at(second), &CancellationToken::new()).await.unwrap();

    store.add_announcements(&[announcements::changed(&event, CHANGE(), at(0)).unwrap()]).await.unwrap();
    let row = store.session(new.id).await.unwrap().unwrap();
    store.write_all(agenda::taken_off(&event, &row, at(50))).await.unwrap();
    assert_eq!(look(100).await, 0, "fifty seconds of quiet");
    assert_eq!((look(110).await, look(200).await), (2, 0));
    let told: Vec<_> = letters(&store)
        .await
        .into_iter()
        .filter_map(|(id, message)| if let Message::Changed { what, .. } = message { Some((id, what)) } else { None })
        .collect();
    let of = |who: RegistrationId| told.iter().find(|(id, _)| id.ends_with(&who.to_string())).map(|(_, what)| what.clone());
    let off = Change::SessionCancelled { session: "Keynote".to_owned(), id: Some(new.id) };
    assert_eq!((of(bea), of(cem)), (Some([CHANGE(), vec![off]].concat()), Some(CHANGE())));

    // Without any quiet it is told all the same; and what is taken back is not told at all.
    let event = EventRow { version: event.version + 1, ..event };
    for second in (300..=600).step_by(30) {
        let event = EventRow { version: event.version + second, ..event.clone() };
        let moment = at(u64::try_from(second).unwrap());
        store.add_announcements(&[announcements::changed(&event, CHANGE(), moment).unwrap()]).await.unwrap();
    }
    assert_eq!((look(590).await, look(600).await), (0, 2));
    let off = EventRow { version: 90, ..event.clone() };
    store.write_all(agenda::taken_off(&off, &SessionRow { version: 70, ..row.clone() }, at(700))).await.unwrap();
    let back = Discarded { title: row.title.clone(), span: row.span, version: 71, is_cancelled: false };
    store.write_all(agenda::taken_back(&off, row.id, &back, at(701))).await.unwrap();
    assert_eq!(look(800).await, 0, "nobody has heard that it was off");
    assert!(unsaid(&store).await.is_empty());
}

async fn what_changes_of_a_draft_is_told_to_speakers_who_were_invited_alone(store: Store) {
    let event = event_of(&store, organisation(&store).await, builtin_named("panel").unwrap(), "second-night").await;
    let grace = speaker(&store, &event, "grace", true).await;
    speaker(&store, &event, "alan", false).await;
    store.add_announcements(&[announcements::changed(&event, CHANGE(), NOW).unwrap()]).await.unwrap();
    set(&store, "UPDATE events SET phase = 'published' WHERE id = $1", event.id).await;
    register(&store, event.id, &EVERY_STATE).await;
    assert_eq!((spread_all(&store).await, spread_all(&store).await), (1, 0), "who came since was told as it is");
    let (id, message) = letters(&store).await.remove(0);
    assert!(id.ends_with(&grace.to_string()), "{id}");
    let Message::SpeakerChanged { about, what } = message else { panic!("{message:?}") };
    assert_eq!((about.speaker, about.event.as_str(), what), (grace, "Second night", CHANGE()));
}

async fn speakers_hear_of_their_sessions_and_of_themselves(store: Store) {
    let event = published(&store).await;
    let (grace, alan) = (speaker(&store, &event, "grace", true).await, speaker(&store, &event, "alan", true).await);
    let (one, two) = (NewSession { speakers: vec![grace], ..session(&event, "One") }, session(&event, "Two"));
    for new in [&one, &two] {
        store.create_session(new, None, agenda::made(&event, new, None, NOW), NOW).await.unwrap();
    }
    let heard = async || {
        spread_all(&store).await;
        let all = letters(&store).await;
        set(&store, "DELETE FROM outbox WHERE event_id = $1", event.id).await;
        let mut heard: Vec<_> = all
            .into_iter()
            .filter_map(|(_, message)| {
                let Message::SpeakerChanged { about, what } = message else { return None };
                Some((about.name, about.sessions, what))
            })
            .collect();
        heard.sort_by(|one, two| one.0.cmp(&two.0));
        heard
    };
    let comes =
        |speaker, new: &NewSession| Change::SpeaksIn { session: new.title.clone(), starts_at: START, id: new.id, speaker };
    assert_eq!(heard().await, [("grace".to_owned(), vec![one.id], vec![comes(grace, &one)])]);
    // Alan instead of Grace, in another room.
    let row = store.session(one.id).await.unwrap().unwrap();
    let room = store.rooms_of([event.id]).await.unwrap().remove(0);
    let change = SessionChange { speakers: Some(vec![alan]), room: Some(Some(room.id)), ..SessionChange::default() };
    let cast = Some(agenda::Recast { before: vec![grace], after: vec![alan] });
    let edit = agenda::Edit { session: &row, change: &change, room: Some("Hall".to_owned()), cast };
    store.update_session(&row, &change, None, agenda::edited(&event, &edit, None, NOW)).await.unwrap();
    let goes = Change::SpeaksNoMore { session: "One".to_owned(), id: one.id, speaker: grace };
    let moved = Change::SessionRoom { session: "One".to_owned(), room: Some("Hall".to_owned()), id: one.id };
    let expected =
        [("alan".to_owned(), vec![one.id], vec![moved, comes(alan, &one)]), ("grace".to_owned(), vec![one.id], vec![goes])];
    assert_eq!(heard().await, expected);
    // The whole event, with all that they speak in.
    let told = announcements::changed(&event, vec![Change::Time { was: NOW }], NOW).unwrap();
    store.add_announcements(&[told]).await.unwrap();
    let sessions: Vec<_> = heard().await.into_iter().map(|(name, sessions, _)| (name, sessions)).collect();
    assert_eq!(sessions, [("alan".to_owned(), vec![one.id]), ("grace".to_owned(), Vec::new())]);
}

async fn an_organisation_causes_so_much_mail_a_day_and_the_rest_waits(store: Store) {
    let event = published(&store).await;
    register(&store, event.id, &[("confirmed", NOW); 5]).await;
    let manner = Manner { letters_per_day: 2, ..MANNER };
    let day = Duration::from_hours(24);
    let look = async |now| spread(&store, manner, now, &CancellationToken::new()).await.unwrap();
    store.add_announcements(&[announcements::changed(&event, CHANGE(), NOW).unwrap()]).await.unwrap();
    assert_eq!((look(NOW).await, look(NOW).await), (2, 0));
    assert_eq!((look(NOW.plus(day)).await, look(NOW.plus(day)).await), (2, 0));
    assert_eq!((look(NOW.plus(2 * day)).await, look(NOW.plus(3 * day)).await), (1, 0));
    assert_eq!(letters(&store).await.len(), 5);
    let kept = store
        .db
        .read(Statement::new("SELECT count(*), CAST(sum(letters) AS BIGINT) FROM mails_caused", Vec::new()))
        .await
        .unwrap();
    assert_eq!((kept[0].int(0).unwrap(), kept[0].int(1).unwrap()), (1, 1), "days that are over are not kept");
}

async fn what_is_urgent_is_taken_by_itself(store: Store) {
    let letter = |id: &str| {
        let message = Message::MagicLink { device: String::new() };
        NewLetter::new(id.to_owned(), "ada@example.com", &message, About::default(), NOW)
    };
    let urgent = NewLetter { now: NOW.plus(Duration::from_secs(1)), ..letter("urgent") };
    store
        .write_all([letter("one").in_bulk(), letter("two").in_bulk(), urgent].iter().map(NewLetter::insert).collect())
        .await
        .unwrap();
    let taken = async |turn| store.take_letters(turn, 9, NOW).await.unwrap();
    let urgent = taken(Turn::Urgent).await;
    assert_eq!((urgent.len(), urgent[0].id.as_str()), (1, "urgent"));
    let bulk = taken(Turn::Bulk).await;
    assert_eq!((bulk.len(), taken(Turn::Bulk).await.len()), (2, 0));
    store.put_back_letters(&bulk[..1], NOW).await.unwrap();
    store.put_back_letters(&bulk[..1], NOW).await.unwrap();
    let again = taken(Turn::Bulk).await;
    assert_eq!((again.len(), &again[0].id, again[0].attempt), (1, &bulk[0].id, 1), "as if it had never been taken");
}

async fn what_follows_goes_behind_what_was_written_before_where_that_goes_soon(store: Store) {
    let event = published(&store).await;
    let about = About { event: Some(event.id), ..About::default() };
    let letter = |id: &str, seconds| {
        let message = Message::MagicLink { device: String::new() };
        let now = NOW.plus(Duration::from_secs(seconds));
        NewLetter { due: NOW, now, ..NewLetter::new(id.to_owned(), "ada@example.com", &message, about, NOW) }
    };
    let other = NewLetter { recipient: "bea@example.com".to_owned(), ..letter("other", 3).in_bulk().in_order() };
    let all = [letter("ticket", 0), letter("one", 1).in_bulk().in_order(), letter("two", 2).in_bulk().in_order(), other];
    store.write_all(all.iter().map(NewLetter::insert).collect()).await.unwrap();
    let taken = async |turn| store.take_letters(turn, 9, NOW).await.unwrap();
    let names = |letters: &[crate::store::Letter]| letters.iter().map(|letter| letter.id.clone()).collect::<Vec<_>>();
    let other = taken(Turn::Bulk).await;
    assert_eq!(names(&other), ["other"], "what is for others is not waited for");
    let ticket = taken(Turn::Urgent).await;
    assert_eq!((names(&ticket), taken(Turn::Bulk).await.len()), (vec!["ticket".to_owned()], 0), "it is under way");
    let due = store.next_letter(NOW).await.unwrap();
    assert!(due.is_some_and(|due| due > NOW), "nothing can be taken: {due:?}");
    // Tried again in a minute, it is waited for; in an hour, it is not.
    let later = |minutes| Sent::Later { at: NOW.plus(Duration::from_mins(minutes)), error: String::new() };
    store.letter_sent(&ticket[0], later(1), NOW).await.unwrap();
    assert_eq!(taken(Turn::Bulk).await.len(), 0);
    store.give_back_letters(NOW).await.unwrap();
    let again = taken(Turn::Urgent).await;
    assert_eq!(again.len(), 0, "what waits until it is tried again waits on");
    assert_eq!(names(&taken(Turn::Bulk).await), ["other"], "and what was under way is free");
    store.letter_sent(&ticket[0], later(60), NOW).await.unwrap();
    let one = taken(Turn::Bulk).await;
    assert_eq!(names(&one), ["one"]);
    store.letter_sent(&one[0], Sent::Yes, NOW).await.unwrap();
    assert_eq!(names(&taken(Turn::Bulk).await), ["two"]);
}
