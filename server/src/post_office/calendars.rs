//! What a letter does to its recipient's calendar, as things stand while it is sent.

use houselights_shared::{SessionId, SpeakerId};

use crate::{
    calendar::{self, CalendarEvent, Invitation, Method, Party},
    clock,
    graphql::input::shown,
    mail::{AndThePlace, Change, Message},
    store::{Entry, EventRow, Store, StoreError},
    words::say,
};

/// Entries that come with one letter. A speaker who has more to say hears of the rest in the agenda.
const MOST: usize = 20;

/// Whose calendar it is.
#[derive(Clone, Copy)]
pub(super) struct Whom<'a> {
    /// Who invites, by the address that mail comes from.
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    /// Whether they have a place, and the event in their calendar.
    pub(super) has_place: bool,
    /// Their own link into the event, where the letter has one. It is minted with the letter, and is in nothing that is kept.
    pub(super) way_in: Option<&'a str>,
}

/// The calendars of a letter, one an entry (RFC 5546, section 3.2.2: all in one request are of the same thing). `page` is the event's.
pub(super) async fn of(
    store: &Store,
    event: &EventRow,
    (message, page): (&Message, Option<&str>),
    whom: Whom<'_>,
) -> Result<Vec<Invitation>, StoreError> {
    let mut calendars = Vec::new();
    let method = match message.calendar_method(whom.has_place) {
        // They come all the same, as something else: there is one entry of the event for both.
        Some(Method::Cancel) if message.is_of_one_part() && store.is_expected(event.id, whom.to).await? => None,
        method => method,
    };
    if let Some(method) = method {
        let ended = store.ended_registrations(event.id, whom.to).await?;
        let entry = of_event(event, (message, page), (method, whom));
        let entry = CalendarEvent { sequence: entry.sequence.saturating_add(since(ended, method)), ..entry };
        calendars.push(calendar::invitation(&entry, method));
    }
    if let Some((speaker, sessions)) = message.entries() {
        for entry in store.entries_of(Some(speaker), sessions.iter().take(MOST).copied()).await? {
            let method = if entry.stands && !message.ends_everything() { Method::Request } else { Method::Cancel };
            calendars.push(calendar::invitation(&of_session(entry, event, (message, page), (method, whom)), method));
        }
    }
    Ok(calendars)
}

/// By how much the entry of somebody whose registration ended so often, and began anew, is newer than the event: what takes it out of a calendar, and what
/// brings it back, has to be newer than what is there (RFC 5546, section 2.1.4).
fn since(ended: u32, method: Method) -> u32 {
    let moves = ended.saturating_mul(2);
    if method == Method::Cancel { moves.saturating_sub(1) } else { moves }
}

fn party(name: &str, address: &str) -> Party {
    Party { name: name.to_owned(), address: address.to_owned() }
}

fn of_event(event: &EventRow, (message, page): (&Message, Option<&str>), (method, whom): (Method, Whom<'_>)) -> CalendarEvent {
    CalendarEvent {
        uid: calendar::event_uid(event.id),
        sequence: u32::try_from(event.version).unwrap_or(u32::MAX),
        stamp: shown(clock::now()),
        starts_at: shown(event.starts_at),
        ends_at: shown(event.ends_at),
        title: event.title.clone(),
        description: described(event, page, whom.way_in),
        url: page.map(str::to_owned),
        // What most calendars show, and lead to.
        location: page.map(str::to_owned),
        organizer: Some(party(&event.title, whom.from)),
        attendee: Some(party(message.recipient().unwrap_or_default(), whom.to)),
        is_cancelled: method == Method::Cancel,
    }
}

/// What it is, and how one gets in: calendars are looked into when it begins, and the mail is far by then.
fn described(event: &EventRow, page: Option<&str>, way_in: Option<&str>) -> String {
    let way_in = way_in.map(|link| say("mail-calendar-way-in", &[("link", link)]));
    let page = page.map(|link| say("mail-calendar-page", &[("link", link)]));
    let summary = Some(event.summary.clone()).filter(|summary| !summary.is_empty());
    summary.into_iter().chain(way_in).chain(page).collect::<Vec<_>>().join("\n\n")
}

fn of_session(
    entry: Entry,
    event: &EventRow,
    (message, page): (&Message, Option<&str>),
    (method, whom): (Method, Whom<'_>),
) -> CalendarEvent {
    CalendarEvent {
        uid: calendar::session_uid(&entry.session.to_string()),
        sequence: u32::try_from(entry.version).unwrap_or(u32::MAX),
        starts_at: shown(entry.span.starts_at),
        ends_at: shown(entry.span.ends_at),
        title: entry.title,
        description: entry.description,
        location: entry.room,
        ..of_event(event, (message, page), (method, whom))
    }
}

impl Message {
    /// What it does to the event's entry in the recipient's calendar. Whoever only waits for a place has none.
    fn calendar_method(&self, has_place: bool) -> Option<Method> {
        match self {
            Self::Confirmation(_) | Self::PlaceFree { until: None, .. } | Self::SpeakerInvitation { .. } => {
                Some(Method::Request)
            }
            Self::Changed { .. } if has_place => Some(Method::Request),
            // Of a session's change their entry of the event knows nothing.
            Self::SpeakerChanged { what, .. } if is_of_the_event(what) => Some(Method::Request),
            Self::Cancelled { .. }
            | Self::PlaceCancelled { had_place: true, .. }
            | Self::Refunded { place: AndThePlace::Ends, .. }
            | Self::RefundOnItsWay { place: AndThePlace::Ends, .. }
            | Self::SpeakerCancelled { .. }
            | Self::SpeakerOff(_)
            | Self::SpeakerMoved(_) => Some(Method::Cancel),
            Self::MagicLink { .. }
            | Self::PlaceCancelled { had_place: false, .. }
            | Self::Refunded { place: AndThePlace::Stays | AndThePlace::NeverWas, .. }
            | Self::RefundOnItsWay { place: AndThePlace::Stays | AndThePlace::NeverWas, .. }
            | Self::WrongAmount { .. }
            | Self::Waiting(_)
            | Self::PlaceFree { until: Some(_), .. }
            | Self::PaymentUnderWay(_)
            | Self::PaymentFailed(_)
            | Self::PlaceRanOut(_)
            | Self::Reminder { .. }
            | Self::SessionReminder { .. }
            | Self::SpeakerReminder { .. }
            | Self::Changed { .. }
            | Self::SpeakerChanged { .. }
            | Self::MemberAdded { .. } => None,
        }
    }

    /// Whose entries of which sessions it brings up to date.
    fn entries(&self) -> Option<(SpeakerId, &[SessionId])> {
        match self {
            Self::SpeakerInvitation { speaker, entries, .. } => speaker.map(|speaker| (speaker, entries.as_slice())),
            Self::SpeakerChanged { about, .. }
            | Self::SpeakerCancelled { about, .. }
            | Self::SpeakerOff(about)
            | Self::SpeakerMoved(about) => Some((about.speaker, &about.sessions)),
            Self::MagicLink { .. }
            | Self::Confirmation(_)
            | Self::Waiting(_)
            | Self::PlaceFree { .. }
            | Self::PaymentUnderWay(_)
            | Self::PaymentFailed(_)
            | Self::PlaceRanOut(_)
            | Self::Reminder { .. }
            | Self::SessionReminder { .. }
            | Self::SpeakerReminder { .. }
            | Self::Changed { .. }
            | Self::Cancelled { .. }
            | Self::PlaceCancelled { .. }
            | Self::WrongAmount { .. }
            | Self::Refunded { .. }
            | Self::RefundOnItsWay { .. }
            | Self::MemberAdded { .. } => None,
        }
    }

    /// Whether it ends one of the parts that somebody may have in an event, which takes place all the same.
    const fn is_of_one_part(&self) -> bool {
        matches!(
            self,
            Self::PlaceCancelled { .. }
                | Self::Refunded { .. }
                | Self::RefundOnItsWay { .. }
                | Self::SpeakerOff(_)
                | Self::SpeakerMoved(_)
        )
    }

    /// Whether nothing of it stays in the recipient's calendar.
    const fn ends_everything(&self) -> bool {
        matches!(self, Self::SpeakerCancelled { .. } | Self::SpeakerOff(_) | Self::SpeakerMoved(_))
    }
}

fn is_of_the_event(what: &[Change]) -> bool {
    what.iter().any(Change::is_of_the_event)
}
