//! Any event that the API can make is a template that can be written and read.

use std::{collections::BTreeMap, time::Duration};

use houselights_domain::{AGENDA_REACH, LONGEST_SESSION, SHORTEST_SESSION, Span};
use houselights_shared::{AgendaTrackId, EventId, RoomId, SessionId, Timestamp};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{PlanIds, Question, QuestionKind, RoomKind, Template, Word as _, builtin, of_event::Keys, reader};
use crate::{
    bounds::{
        DESCRIPTION_CHARS, LONGEST_EVENT_MINUTES, MOST_AMOUNT, MOST_OPTIONS, MOST_QUESTIONS, MOST_ROOMS, MOST_SESSIONS,
        MOST_TICKET_TYPES, MOST_TRACKS, QUESTION_CHARS, SUMMARY_CHARS, TICKET_DESCRIPTION_CHARS,
    },
    graphql::input,
    store::{EventPhase, EventRow, Outline, RoomOutline, SessionOutline, ShowPlan, TicketOutline, TrackOutline},
};

/// Texts with all that is of meaning to the file, to lines and to those who read; what the API would refuse of them is not made.
fn text(most: usize) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z0-9 ]{0,12}",
        select(vec![
            "\"",
            "\"\"\"",
            "'''",
            "\\",
            "\n",
            "\r\n",
            "\t",
            "#",
            "= [",
            "{ $x }",
            "\u{2028}",
            "é",
            "\u{1F600}",
            "\u{202E}",
            "\u{FEFF}"
        ])
        .prop_map(str::to_owned),
    ];
    let long = prop_oneof![8 => vec(piece, 0..12).prop_map(|pieces| pieces.concat()), 1 => Just("é".repeat(most))];
    long.prop_filter_map("too long", move |text| houselights_domain::text(&text, most))
}

fn title() -> impl Strategy<Value = String> {
    prop_oneof![8 => "[ -~é\u{1F600}\u{200E}]{1,30}", 1 => Just("\u{1F600}".repeat(80))]
        .prop_filter_map("no title", |text| input::title("title", &text).ok())
}

fn seats() -> impl Strategy<Value = Option<i64>> {
    option::of(prop_oneof![Just(1_i64), 2..5_000_i64, Just(1_000_000)])
}

/// 2026-03-20 in Berlin, and days around it: the clocks change on the 29th.
fn start() -> impl Strategy<Value = Timestamp> {
    (0_i64..40 * 86_400, 0_i64..1_000_000)
        .prop_map(|(seconds, micros)| Timestamp::from_micros((1_773_964_800 + seconds) * 1_000_000 + micros))
}

fn colour() -> impl Strategy<Value = String> {
    "#[0-9a-f]{6}"
}

/// A session that can be in an event of this span.
fn session(event: Span, rooms: Vec<RoomId>, tracks: Vec<AgendaTrackId>) -> impl Strategy<Value = SessionOutline> {
    let (before, long) = (AGENDA_REACH.as_micros() as i64, LONGEST_SESSION.as_micros() as i64);
    let short = SHORTEST_SESSION.as_micros() as i64;
    let length = prop_oneof![Just(short), Just(long), short..=long];
    let offset = prop_oneof![Just(-before), -before..before, Just(0), -3_600_000_000_i64..3_600_000_000];
    let belongs = (option::of(select_of(rooms)), option::of(select_of(tracks)));
    ((offset, length), title(), text(DESCRIPTION_CHARS), belongs, seats()).prop_filter_map(
        "not a time",
        move |((offset, length), title, description, (room, track), capacity)| {
            let starts_at = Timestamp::from_micros(event.starts_at.micros() + offset);
            let ends_at = Timestamp::from_micros(starts_at.micros() + length);
            Span { starts_at, ends_at }.check_in(event).ok()?;
            let (room, track) = (room.flatten(), track.flatten());
            Some(SessionOutline { id: SessionId::random(), room, track, title, description, starts_at, ends_at, capacity })
        },
    )
}

fn select_of<T: Copy + std::fmt::Debug + 'static>(all: Vec<T>) -> impl Strategy<Value = Option<T>> {
    any::<prop::sample::Index>().prop_map(move |index| (!all.is_empty()).then(|| all[index.index(all.len())]))
}

fn question() -> impl Strategy<Value = Question> {
    let label = text(QUESTION_CHARS).prop_filter("asks something", |label| !houselights_domain::is_blank(label));
    (label, select(QuestionKind::ALL), prop::collection::btree_set(title(), 2..6), any::<bool>()).prop_map(
        |(label, kind, options, required)| {
            let has_options = matches!(kind, QuestionKind::Choice | QuestionKind::Choices);
            let options = if has_options { options.into_iter().collect() } else { Vec::new() };
            Question { label, kind, options, required }
        },
    )
}

fn ticket() -> impl Strategy<Value = TicketOutline> {
    let amount = prop_oneof![Just(0_i64), 1..9_999_999_i64, Just(i64::from(MOST_AMOUNT) / 10)];
    (title(), text(TICKET_DESCRIPTION_CHARS), amount, seats(), any::<(bool, bool)>()).prop_map(
        |(title, description, amount, quantity, (waiting_list, is_hidden))| {
            // In steps that the currency has.
            let (amount, currency) = (amount * 10, "KWD".to_owned());
            TicketOutline {
                title,
                description,
                amount,
                currency,
                quantity,
                waiting_list,
                is_hidden,
                sales_start: None,
                sales_end: None,
            }
        },
    )
}

fn rooms() -> impl Strategy<Value = Vec<RoomOutline>> {
    let room = (title(), select(RoomKind::ALL)).prop_map(|(title, kind)| RoomOutline { id: RoomId::random(), kind, title });
    vec(room, 0..6)
}

fn tracks() -> impl Strategy<Value = Vec<TrackOutline>> {
    let track = (title(), colour()).prop_map(|(title, colour)| TrackOutline { id: AgendaTrackId::random(), title, colour });
    vec(track, 0..5)
}

/// What an event is made of, and what it was made of once: its plan knows some of its parts, and others that are gone.
fn event() -> impl Strategy<Value = (EventRow, Outline)> {
    let length = prop_oneof![Just(1_i64), 1..3 * 86_400_i64, Just(i64::from(LONGEST_EVENT_MINUTES) * 60)];
    (start(), length, rooms(), tracks()).prop_flat_map(|(starts_at, length, rooms, tracks)| {
        let ends_at = starts_at.plus(Duration::from_secs(length.unsigned_abs()));
        let (ids, of) = (rooms.iter().map(|room| room.id).collect(), tracks.iter().map(|track| track.id).collect());
        let sessions = vec(session(Span { starts_at, ends_at }, ids, of), 0..12);
        let parts = (sessions, vec(question(), 0..4), vec(ticket(), 0..4));
        let words = (title(), text(SUMMARY_CHARS), text(DESCRIPTION_CHARS), seats(), (colour(), colour()));
        let zone = select(vec!["Europe/Berlin", "America/New_York", "UTC", "Asia/Kathmandu", "Australia/Lord_Howe"]);
        (parts, words, zone, select(builtin())).prop_map(move |((sessions, questions, tickets), words, zone, made_of)| {
            let (title, summary, description, capacity, (accent, background)) = words;
            let outline = Outline { rooms: rooms.clone(), tracks: tracks.clone(), sessions, questions, tickets };
            let row = EventRow {
                title,
                summary,
                description,
                ends_at,
                time_zone: zone.to_owned(),
                capacity,
                accent,
                background,
                ..row(&made_of, &outline, starts_at)
            };
            (row, outline)
        })
    })
}

fn plan(made_of: &Template, outline: &Outline) -> ShowPlan {
    fn known<I: Copy>(
        keys: impl Iterator<Item = String>,
        ids: impl Iterator<Item = I>,
        gone: fn() -> I,
    ) -> BTreeMap<String, I> {
        let ids: Vec<I> = ids.collect();
        keys.enumerate().map(|(place, key)| (key, ids.get(place).copied().unwrap_or_else(gone))).collect()
    }
    let PlanIds { scenes, cues, polls } = PlanIds::random(made_of);
    ShowPlan {
        source: made_of.kept_source(),
        scenes,
        cues,
        polls,
        rooms: known(made_of.rooms.iter().map(|of| of.key.clone()), outline.rooms.iter().map(|of| of.id), RoomId::random),
        tracks: known(
            made_of.tracks.iter().map(|of| of.key.clone()),
            outline.tracks.iter().map(|of| of.id),
            AgendaTrackId::random,
        ),
        sessions: known(
            made_of.sessions.iter().map(|of| of.key.clone()),
            outline.sessions.iter().map(|of| of.id),
            SessionId::random,
        ),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_event_is_a_template_and_its_file_reads_as_it((row, outline) in event()) {
        let template = Template::of_event(&row, &outline).unwrap().tidied();
        let written = template.to_toml();
        let read = Template::read(&written);
        prop_assert_eq!(read.as_ref(), Ok(&template), "{}", written);
        prop_assert_eq!(template.sessions.len(), outline.sessions.len());
        // An event that is made of it keeps what of it is of the show.
        let kept = Template::read(&template.kept_source()).unwrap();
        prop_assert_eq!(kept, template.planned());
    }
}

/// As much of everything as an event can have, with short texts.
#[test]
fn an_event_with_as_much_as_it_can_have_is_a_template() {
    let at = |minutes: u64| Timestamp::from_micros(1_800_000_000_000_000).plus(Duration::from_secs(minutes * 60));
    let title = || "T".repeat(80);
    let outline = Outline {
        rooms: (0..MOST_ROOMS).map(|_| RoomOutline { id: RoomId::random(), kind: RoomKind::Stage, title: title() }).collect(),
        tracks: (0..MOST_TRACKS)
            .map(|_| TrackOutline { id: AgendaTrackId::random(), title: title(), colour: "#000000".to_owned() })
            .collect(),
        sessions: (0..MOST_SESSIONS)
            .map(|_| SessionOutline {
                id: SessionId::random(),
                room: None,
                track: None,
                title: title(),
                description: "D".repeat(20),
                starts_at: at(0),
                ends_at: at(60),
                capacity: None,
            })
            .collect(),
        questions: (0..MOST_QUESTIONS)
            .map(|_| Question {
                label: "Which?".to_owned(),
                kind: QuestionKind::Choices,
                options: (0..MOST_OPTIONS).map(|number| number.to_string()).collect(),
                required: false,
            })
            .collect(),
        tickets: (0..MOST_TICKET_TYPES)
            .map(|_| TicketOutline {
                title: title(),
                description: String::new(),
                amount: MOST_AMOUNT.into(),
                currency: "EUR".to_owned(),
                quantity: Some(1),
                waiting_list: true,
                is_hidden: true,
                sales_start: None,
                sales_end: None,
            })
            .collect(),
    };
    let keys = Keys::of(&ShowPlan::default(), &outline);
    assert_eq!(keys.sessions.values().collect::<std::collections::BTreeSet<_>>().len(), MOST_SESSIONS, "each has its own key");
    assert!(keys.sessions.values().all(|key| key.len() <= reader::MAX_KEY_CHARS));
    let made_of = builtin().first().unwrap();
    let template = Template { name: "all".to_owned(), ..of(made_of, &outline) };
    assert_eq!(Template::read(&template.to_toml()).as_ref(), Ok(&template));
}

fn of(made_of: &Template, outline: &Outline) -> Template {
    let starts_at = Timestamp::from_micros(1_800_000_000_000_000);
    let row = EventRow { title: made_of.title.clone(), summary: made_of.summary.clone(), ..row(made_of, outline, starts_at) };
    Template::of_event(&row, outline).unwrap()
}

/// An event of an hour without words of its own.
fn row(made_of: &Template, outline: &Outline, starts_at: Timestamp) -> EventRow {
    EventRow {
        id: EventId::random(),
        organisation: None,
        title: "An event".to_owned(),
        slug: None,
        phase: EventPhase::Draft,
        summary: String::new(),
        description: String::new(),
        starts_at,
        ends_at: starts_at.plus(Duration::from_hours(1)),
        time_zone: "UTC".to_owned(),
        capacity: None,
        taken: 0,
        accent: made_of.accent.clone(),
        background: made_of.background.clone(),
        logo: None,
        cover: None,
        one_device: true,
        show_plan: serde_json::to_string(&plan(made_of, outline)).unwrap(),
        version: 1,
        cancelled_at: None,
        cancel_reason: None,
        deleted_at: None,
        slug_follows: false,
    }
}
