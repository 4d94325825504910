//! Events that are moved and repeated while clocks change: what people planned for ten o'clock is at ten o'clock.

use chrono::DateTime;
use houselights_shared::{EventId, OrganisationId, SessionId, Timestamp};

use super::{Database, Statement, Store, Value, announcements::organisation, cluster, open};
use crate::{
    store::{EventRow, NewEventOf, Original},
    templates::{Template, builtin_named},
    wall::{self, Move},
};

on_both! {
    an_event_that_is_moved_keeps_its_times_of_the_day,
    an_event_that_is_repeated_keeps_its_times_of_the_day,
    an_event_of_a_template_ends_no_earlier_than_its_sessions_and_moves_with_them_together,
    what_is_on_sale_stays_on_sale_and_what_is_over_before_it_begins_does_not,
}

fn at(text: &str) -> Timestamp {
    Timestamp::from_micros(DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros())
}

/// A zone, and when an event begins in it; when it begins from then on; and then pairs of when something was and is.
type Case = (&'static str, [&'static str; 2], &'static [(&'static str, &'static str)]);

/// Out of winter and out of summer, over the change, on to it and away from it.
const CASES: [Case; 4] = [
    (
        "Europe/Berlin",
        ["2026-03-27T09:00:00Z", "2026-04-03T08:00:00Z"],
        &[("2026-03-27T09:00:00Z", "2026-04-03T08:00:00Z"), ("2026-03-30T08:00:00Z", "2026-04-06T08:00:00Z")],
    ),
    (
        "Europe/Berlin",
        ["2026-10-16T08:00:00Z", "2026-10-23T08:00:00Z"],
        // The second is half past two in the night that has it twice, the third the Monday after.
        &[
            ("2026-10-16T08:00:00Z", "2026-10-23T08:00:00Z"),
            ("2026-10-18T00:30:00Z", "2026-10-25T00:30:00Z"),
            ("2026-10-19T08:00:00Z", "2026-10-26T09:00:00Z"),
        ],
    ),
    (
        "America/New_York",
        ["2026-02-27T15:00:00Z", "2026-03-06T15:00:00Z"],
        // The second is half past two in the night that leaps over it: half past three.
        &[
            ("2026-02-27T15:00:00Z", "2026-03-06T15:00:00Z"),
            ("2026-03-01T07:30:00Z", "2026-03-08T07:30:00Z"),
            ("2026-03-02T15:00:00Z", "2026-03-09T14:00:00Z"),
        ],
    ),
    (
        "America/New_York",
        ["2026-10-30T14:00:00Z", "2026-11-06T15:00:00Z"],
        &[("2026-10-30T14:00:00Z", "2026-11-06T15:00:00Z"), ("2026-11-02T15:00:00Z", "2026-11-09T15:00:00Z")],
    ),
];

/// An event with sessions of an hour at these times, a ticket that is sold until the last of them, and a code that is good from the first.
async fn event(store: &Store, (zone, [starts_at, _], times): Case, slug: &str) -> EventRow {
    let new = NewEventOf {
        organisation: organisation(store).await,
        title: "The days",
        slug,
        starts_at: at(starts_at),
        time_zone: zone,
        now: at("2026-01-01T00:00:00Z"),
    };
    let template = Template { minutes: 4 * 24 * 60, sessions: Vec::new(), ..builtin_named("ama").unwrap().clone() };
    let id = store.create_event_of(&template, &new).await.unwrap();
    let mut statements = Vec::new();
    for (was, _) in times {
        let sql = "INSERT INTO sessions (id, event_id, title, description, starts_at, ends_at, created_at) \
                   VALUES ($1, $2, $3, '', $4, CAST($4 AS BIGINT) + 3600000000, 0)";
        statements
            .push(Statement::new(sql, vec![Value::id(&SessionId::random()), Value::id(&id), (*was).into(), at(was).into()]));
    }
    let last = times.last().unwrap().0;
    let sold = "UPDATE ticket_types SET sales_start = $1, sales_end = $2 WHERE event_id = $3";
    statements.push(Statement::new(sold, vec![at(times[0].0).into(), at(last).into(), Value::id(&id)]));
    let good =
        "INSERT INTO ticket_codes (id, event_id, code, percent_off, valid_from, created_at) VALUES ($1, $2, 'EARLY', 5, $3, 0)";
    statements.push(Statement::new(good, vec![format!("{slug} code").into(), Value::id(&id), at(times[0].0).into()]));
    store.db.write(statements).await.unwrap();
    store.event(id).await.unwrap().unwrap()
}

async fn moments(store: &Store, sql: &'static str, event: EventId) -> Vec<Timestamp> {
    let rows = store.db.read(Statement::new(sql, vec![Value::id(&event)])).await.unwrap();
    rows.iter().map(|row| row.at(0).unwrap()).collect()
}

const SESSIONS: &str =
    "SELECT starts_at FROM sessions WHERE event_id = $1 AND ends_at = starts_at + 3600000000 ORDER BY starts_at";
const SOLD_FROM: &str = "SELECT sales_start FROM ticket_types WHERE event_id = $1 AND sales_start IS NOT NULL";
const SOLD_UNTIL: &str = "SELECT sales_end FROM ticket_types WHERE event_id = $1 AND sales_end IS NOT NULL";
const GOOD_FROM: &str = "SELECT valid_from FROM ticket_codes WHERE event_id = $1";

async fn an_event_that_is_moved_keeps_its_times_of_the_day(store: Store) {
    for (number, case) in CASES.into_iter().enumerate() {
        let (zone, [_, starts_at], times) = case;
        let event = event(&store, case, &format!("moved-{number}")).await;
        let by = Move::new((event.starts_at, wall::zone(zone)), (at(starts_at), wall::zone(zone)));
        let now = at("2026-01-02T00:00:00Z");
        assert!(store.reschedule_event(&event, (by, zone, event.phase), (None, None), now).await.unwrap());
        let expected: Vec<_> = times.iter().map(|(_, is)| at(is)).collect();
        assert_eq!(moments(&store, SESSIONS, event.id).await, expected, "{zone} {starts_at}");
        assert!(moments(&store, SOLD_FROM, event.id).await.iter().all(|from| *from == expected[0]));
        assert!(moments(&store, SOLD_UNTIL, event.id).await.iter().all(|until| until == expected.last().unwrap()));
        assert_eq!(moments(&store, GOOD_FROM, event.id).await, expected[..1]);
    }
}

async fn an_event_that_is_repeated_keeps_its_times_of_the_day(store: Store) {
    for (number, case) in CASES.into_iter().enumerate() {
        let (zone, [_, starts_at], times) = case;
        let event = event(&store, case, &format!("first-{number}")).await;
        let (outline, bill) = (store.outline(event.id).await.unwrap(), store.bill(event.id).await.unwrap());
        let template = Template::of_event(&event, &outline).unwrap();
        let original = Original { event: &event, outline: &outline, bill: &bill, template: &template };
        let organisation = event.organisation.unwrap();
        let slug = format!("again-{number}");
        let new = NewEventOf {
            organisation,
            title: "Again",
            slug: &slug,
            starts_at: at(starts_at),
            time_zone: zone,
            now: at("2026-01-02T00:00:00Z"),
        };
        let id = store.duplicate_event(&original, &new).await.unwrap();
        let expected: Vec<_> = times.iter().map(|(_, is)| at(is)).collect();
        assert_eq!(moments(&store, SESSIONS, id).await, expected, "{zone} {starts_at}");
        let copied = (moments(&store, SOLD_FROM, id).await, moments(&store, SOLD_UNTIL, id).await);
        assert_eq!((copied.0.len(), copied.1.len()), (outline.tickets.len(), outline.tickets.len()));
        assert!(
            copied.0.iter().all(|from| *from == expected[0]) && copied.1.iter().all(|until| until == expected.last().unwrap())
        );
    }
}

const SPANS: &str =
    "SELECT starts_at FROM sessions WHERE event_id = $1 UNION ALL SELECT ends_at FROM sessions WHERE event_id = $1";

/// From when until when each session is, in the order in which they begin, in minutes from the beginning of their event, and when that ends.
async fn minutes(store: &Store, id: EventId) -> (Vec<u64>, u64) {
    let event = store.event(id).await.unwrap().unwrap();
    let since = |at: &Timestamp| at.since(event.starts_at).as_secs() / 60;
    let mut all: Vec<_> = moments(store, SPANS, id).await.iter().map(since).collect();
    all.sort_unstable();
    (all, since(&event.ends_at))
}

fn night<'a>(organisation: OrganisationId, (starts_at, zone): (&str, &'a str), slug: &'a str) -> NewEventOf<'a> {
    let now = at("2026-01-01T00:00:00Z");
    NewEventOf { organisation, title: "A night", slug, starts_at: at(starts_at), time_zone: zone, now }
}

async fn an_event_of_a_template_ends_no_earlier_than_its_sessions_and_moves_with_them_together(store: Store) {
    let organisation = organisation(&store).await;
    let now = at("2026-01-01T00:00:00Z");
    let mut expected = None;
    for (number, (zone, starts_at)) in [
        ("UTC", "2027-06-01T00:30:00Z"),
        ("Europe/Berlin", "2027-03-28T00:30:00Z"),
        ("Europe/Berlin", "2027-10-31T00:10:00Z"),
        ("America/Santiago", "2027-09-05T02:30:00Z"),
        ("Africa/Cairo", "2027-04-29T21:00:00Z"),
    ]
    .into_iter()
    .enumerate()
    {
        let slug = format!("night-{number}");
        let template = builtin_named("panel").unwrap();
        let id = store.create_event_of(template, &night(organisation, (starts_at, zone), &slug)).await.unwrap();
        let made = minutes(&store, id).await;
        let expected = expected.get_or_insert_with(|| made.clone());
        assert_eq!(made, *expected, "{zone} {starts_at}");
        // Out of that night and back, and as another event in it.
        for to in ["2027-06-10T00:30:00Z", starts_at] {
            let event = store.event(id).await.unwrap().unwrap();
            let by = Move::new((event.starts_at, wall::zone(zone)), (at(to), wall::zone(zone)));
            assert!(store.reschedule_event(&event, (by, zone, event.phase), (None, None), now).await.unwrap());
            assert_eq!(minutes(&store, id).await, *expected, "{zone} {to}");
        }
        let event = store.event(id).await.unwrap().unwrap();
        let (outline, bill) = (store.outline(id).await.unwrap(), store.bill(id).await.unwrap());
        let template = Template::of_event(&event, &outline).unwrap();
        let original = Original { event: &event, outline: &outline, bill: &bill, template: &template };
        let slug = format!("again-{number}");
        let copy = store.duplicate_event(&original, &night(organisation, ("2027-06-10T00:30:00Z", zone), &slug)).await.unwrap();
        assert_eq!(minutes(&store, copy).await, *expected, "{zone} {starts_at}");
    }
}

async fn what_is_on_sale_stays_on_sale_and_what_is_over_before_it_begins_does_not(store: Store) {
    let case = CASES[0];
    let (zone, _, times) = case;
    let event = event(&store, case, "on-sale").await;
    let to = |starts_at: &str| Move::new((event.starts_at, wall::zone(zone)), (at(starts_at), wall::zone(zone)));
    let now = at(times[0].0);
    assert!(store.reschedule_event(&event, (to("2026-05-01T08:00:00Z"), zone, event.phase), (None, None), now).await.unwrap());
    assert!(moments(&store, SOLD_FROM, event.id).await.iter().all(|from| *from == now), "it is on sale");
    let event = store.event(event.id).await.unwrap().unwrap();
    let to = Move::new((event.starts_at, wall::zone(zone)), (at("2026-03-02T09:00:00Z"), wall::zone(zone)));
    assert!(store.reschedule_event(&event, (to, zone, event.phase), (None, None), now).await.unwrap());
    let (from, until) = (moments(&store, SOLD_FROM, event.id).await, moments(&store, SOLD_UNTIL, event.id).await);
    assert!(!from.is_empty() && from.iter().zip(&until).all(|(from, until)| from < until), "it begins before it is over");
}
