//! Calendars that go out.

use chrono::{DateTime, Utc};
use houselights_shared::EventId;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};

use super::fold::folded;
use crate::words::{many_lines, one_line};

/// Who wrote a calendar (RFC 5545, section 3.7.3).
const PRODUCT: &str = "-//Houselights//Houselights//EN";
/// Characters of a title, a place or a name.
const NAME: usize = 200;
/// Characters of a description that goes with a mail: longer ones are cut, since calendars show the beginning anyway.
const DESCRIPTION: usize = 4_000;

/// What a calendar asks of who gets it (RFC 5546, section 1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// To take it in, as a guest; or anew, with a higher sequence.
    Request,
    /// To take it in; nobody is a guest.
    Publish,
    /// To take it out: it does not take place, or one is no longer a guest.
    Cancel,
}

impl Method {
    /// As it is written, also in a mail's content type.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Publish => "PUBLISH",
            Self::Cancel => "CANCEL",
        }
    }
}

/// A person or an office with an e-mail address.
#[derive(Clone, PartialEq, Eq)]
pub struct Party {
    /// What they are called; may be empty.
    pub name: String,
    /// `somebody@example.com`.
    pub address: String,
}

/// An entry of a calendar: an event, or a session of one.
#[derive(Clone, PartialEq, Eq)]
pub struct CalendarEvent {
    /// The same for as long as it is the same: see [`event_uid`] and [`session_uid`].
    pub uid: String,
    /// The version of the event: calendars take a change in where it is higher than what they have (RFC 5546, section 2.1.4).
    pub sequence: u32,
    /// When this was written.
    pub stamp: DateTime<Utc>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Its title.
    pub title: String,
    /// Plain text of many lines; may be empty.
    pub description: String,
    /// Its page.
    pub url: Option<String>,
    /// Where it takes place: a room, or an address to open.
    pub location: Option<String>,
    /// Who invites; an invitation has one.
    pub organizer: Option<Party>,
    /// Who is invited.
    pub attendee: Option<Party>,
    /// It does not take place.
    pub is_cancelled: bool,
}

/// A calendar that goes with a mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The mail's content type says it, too.
    pub method: Method,
    /// The calendar.
    pub text: String,
}

/// The uid of an event's entry.
#[must_use]
pub fn event_uid(event: EventId) -> String {
    format!("event-{event}@houselights")
}

/// The uid of a session's entry, by the session's id.
#[must_use]
pub fn session_uid(session: &str) -> String {
    format!("session-{session}@houselights")
}

/// One entry for one guest. With [`Method::Cancel`] the entry is cancelled, whatever it says itself.
#[must_use]
pub fn invitation(event: &CalendarEvent, method: Method) -> Invitation {
    let is_cancelled = event.is_cancelled || method == Method::Cancel;
    let mut calendar = empty(method);
    calendar.push(entry(event, is_cancelled, DESCRIPTION));
    Invitation { method, text: folded(&calendar.to_string()) }
}

/// Many entries under one name, to subscribe to or to take in at once, with their texts whole: so the agenda can come in again as it is.
#[must_use]
pub fn agenda(name: &str, events: &[CalendarEvent]) -> String {
    let mut calendar = empty(Method::Publish);
    // `NAME` of RFC 7986 would be written unescaped; this one all programs know.
    calendar.append_property(Property::new("X-WR-CALNAME", one_line(name, NAME)));
    for event in events {
        calendar.push(entry(event, event.is_cancelled, usize::MAX));
    }
    folded(&calendar.to_string())
}

fn empty(method: Method) -> Calendar {
    let mut calendar = Calendar::empty();
    for (name, value) in [("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN"), ("METHOD", method.name())] {
        calendar.append_property(Property::new(name, value));
    }
    calendar
}

fn entry(event: &CalendarEvent, is_cancelled: bool, longest: usize) -> Event {
    let mut entry = Event::new();
    // With neither of the two, `icalendar` would read the clock and invent an id.
    entry.uid(&one_line(&event.uid, NAME)).timestamp(event.stamp);
    entry.sequence(event.sequence).starts(event.starts_at).ends(event.ends_at);
    entry.summary(&one_line(&event.title, NAME));
    entry.status(if is_cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed });
    let description = many_lines(&event.description, longest);
    if !description.is_empty() {
        entry.description(&description);
    }
    if let Some(url) = event.url.as_deref().filter(|url| is_bare(url)) {
        entry.url(url);
    }
    if let Some(location) = &event.location {
        entry.location(&one_line(location, DESCRIPTION));
    }
    if let Some(organizer) = event.organizer.as_ref().filter(|party| is_bare(&party.address)) {
        entry.append_property(party("ORGANIZER", organizer));
    }
    if let Some(attendee) = event.attendee.as_ref().filter(|party| is_bare(&party.address)) {
        let mut attendee = party("ATTENDEE", attendee);
        // They registered: nobody waits for their answer.
        attendee.add_parameter("PARTSTAT", "ACCEPTED").add_parameter("ROLE", "REQ-PARTICIPANT").add_parameter("RSVP", "FALSE");
        entry.append_multi_property(attendee);
    }
    entry
}

/// Whether it can stand in a line as it is: addresses are written unescaped.
fn is_bare(address: &str) -> bool {
    !address.is_empty() && !address.chars().any(|c| c.is_control() || c.is_whitespace())
}

fn party(property: &str, party: &Party) -> Property {
    let mut written = Property::new(property, format!("mailto:{}", party.address));
    // A quotation mark cannot be written in a parameter (RFC 5545, section 3.2), and few read the escape of RFC 6868.
    let name = one_line(&party.name, NAME).replace('"', "'");
    if !name.is_empty() {
        written.add_parameter("CN", &name);
    }
    written
}
