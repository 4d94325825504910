//! What each kind of message says, as names of texts and their variables.

use houselights_shared::Timestamp;
use serde::Serialize;

use super::super::{Amount, AndTheMoney, AndThePlace, Change, Message, Registered, ReminderWhen, Speaking};
use crate::{
    payments::written as money,
    words::{many_lines, moment, one_line, say},
};

/// Characters of a name or a title.
const NAME: usize = 200;
/// Characters of a reason.
const REASON: usize = 2_000;
/// Of a list, how much is told.
const LISTED: usize = 20;

/// A line of the box with what one wants to find again.
#[derive(Clone, Serialize)]
pub(super) struct Fact {
    pub(super) label: String,
    pub(super) value: String,
}

/// A message before its texts are looked up.
pub(super) struct Draft {
    /// The middle of its texts' ids, as in `mail-confirmation-subject`.
    pub(super) id: &'static str,
    /// What its texts, and an event's own, can name.
    pub(super) variables: Vec<(&'static str, String)>,
    /// Paragraphs after its own.
    pub(super) lines: Vec<String>,
    pub(super) facts: Vec<Fact>,
    /// The text that says why one gets it.
    pub(super) why: &'static str,
}

impl Message {
    pub(super) fn draft(&self) -> Draft {
        match self {
            Self::MagicLink { .. } => Draft::new("magic-link", "mail-why-sign-in"),
            Self::Confirmation(about) => Draft::about("confirmation", about),
            Self::Waiting(about) => Draft::asked("waiting", about),
            Self::PlaceFree { about, until: None } => Draft::about("place-free", about),
            Self::PlaceFree { about, until: Some(until) } => {
                Draft::asked("place-free-until", about).naming("until", &moment(*until, &about.time_zone))
            }
            Self::PaymentUnderWay(about) => Draft::asked("payment-under-way", about),
            Self::PaymentFailed(about) => Draft::asked("payment-failed", about),
            Self::PlaceRanOut(about) => Draft::asked("place-ran-out", about),
            Self::Reminder { when, about } => Draft::about(reminder(*when), about),
            Self::SessionReminder { about, title, begins_at, room, .. } => {
                let about = Registered { starts_at: *begins_at, ..about.clone() };
                Draft::about("reminder-session", &about).naming("session", title).taking_place(room.as_deref())
            }
            Self::SpeakerReminder { about, when, title, begins_at, room, .. } => {
                let about = Speaking { starts_at: *begins_at, ..about.clone() };
                Draft::speaking(speaker_reminder(*when), &about).naming("session", title).taking_place(room.as_deref())
            }
            Self::Changed { about, what } => Draft::about("changed", about).telling(what, &about.time_zone),
            Self::Cancelled { about, reason, money } => {
                Draft::asked("cancelled", about).because(reason.as_deref()).and_the_money(*money)
            }
            Self::PlaceCancelled { about, had_place: _, by_themselves, refund, kept } => {
                Draft::ended(about, *by_themselves, (refund.as_ref(), kept.as_ref()))
            }
            Self::WrongAmount { about, came, asked } => {
                let (came, asked) = (money(came.0, &came.1), money(asked.0, &asked.1));
                let draft = Draft::asked("wrong-amount", about).naming("came", &came).naming("asked", &asked);
                draft.stating("mail-fact-amount", came)
            }
            Self::Refunded { about, amount, currency, place } => Draft::refund(refunded(*place), about, (*amount, currency)),
            Self::RefundOnItsWay { about, amount, currency, place } => {
                Draft::refund(refund_on_its_way(*place), about, (*amount, currency))
            }
            Self::SpeakerInvitation { name, event, starts_at, time_zone, sessions, .. } => {
                let draft = Draft::new("speaker-invitation", "mail-why-speaker").naming("name", name).naming("event", event);
                let draft = draft.at(*starts_at, time_zone);
                let titles: Vec<String> = sessions.iter().take(LISTED).map(|title| one_line(title, NAME)).collect();
                let titles = titles.join("; ");
                if titles.is_empty() { draft } else { draft.stating("mail-fact-sessions", titles) }
            }
            Self::SpeakerChanged { about, what } => Draft::speaking("speaker-changed", about).telling(what, &about.time_zone),
            Self::SpeakerCancelled { about, reason } => Draft::speaking("speaker-cancelled", about).because(reason.as_deref()),
            Self::SpeakerOff(about) => Draft::speaking("speaker-off", about),
            Self::SpeakerMoved(about) => Draft::speaking("speaker-moved", about),
            Self::MemberAdded { name, organisation, role, by, server } => Draft::new("member-added", "mail-why-member")
                .naming("name", name.as_deref().unwrap_or_default())
                .naming("organisation", organisation)
                .naming("role", &say(&format!("staff-role-{role}"), &[]))
                .naming("by", by)
                .naming("server", server),
        }
    }
}

const fn reminder(when: ReminderWhen) -> &'static str {
    match when {
        ReminderWhen::Day => "reminder-day",
        ReminderWhen::Hour => "reminder-hour",
        ReminderWhen::Minutes => "reminder-minutes",
    }
}

const fn refunded(place: AndThePlace) -> &'static str {
    match place {
        AndThePlace::Ends => "refunded",
        AndThePlace::Stays => "refunded-beside",
        AndThePlace::NeverWas => "refunded-late",
    }
}

const fn refund_on_its_way(place: AndThePlace) -> &'static str {
    match place {
        AndThePlace::Ends | AndThePlace::NeverWas => "refund-on-its-way",
        AndThePlace::Stays => "refund-beside-on-its-way",
    }
}

const fn speaker_reminder(when: ReminderWhen) -> &'static str {
    match when {
        ReminderWhen::Day => "reminder-speaker-day",
        ReminderWhen::Hour => "reminder-speaker-hour",
        ReminderWhen::Minutes => "reminder-speaker-minutes",
    }
}

impl Change {
    fn told(&self, time_zone: &str) -> String {
        let when = |at: &Timestamp| moment(*at, time_zone);
        let of = |id: &str, session: &str, more: &[(&str, &str)]| {
            let session = one_line(session, NAME);
            say(id, &[&[("session", session.as_str())][..], more].concat())
        };
        match self {
            Self::Time { was } => say("mail-change-time", &[("was", &when(was))]),
            Self::End { ends_at } => say("mail-change-end", &[("when", &when(ends_at))]),
            Self::TimeZone { was } => say("mail-change-time-zone", &[("zone", time_zone), ("was", &one_line(was, NAME))]),
            Self::Title { was } => say("mail-change-title", &[("was", &one_line(was, NAME))]),
            Self::SessionTime { session, starts_at, .. } => {
                of("mail-change-session-time", session, &[("when", &when(starts_at))])
            }
            Self::SessionEnd { session, ends_at, .. } => of("mail-change-session-end", session, &[("when", &when(ends_at))]),
            Self::SessionTitle { session, was, .. } => {
                of("mail-change-session-title", session, &[("was", &one_line(was, NAME))])
            }
            Self::SessionRoom { session, room: Some(room), .. } => {
                of("mail-change-session-room", session, &[("room", &one_line(room, NAME))])
            }
            Self::SessionRoom { session, room: None, .. } => of("mail-change-session-no-room", session, &[]),
            Self::SessionSpeakers { session, speakers, .. } if speakers.is_empty() => {
                of("mail-change-session-no-speakers", session, &[])
            }
            Self::SessionSpeakers { session, speakers, .. } => {
                let names: Vec<String> = speakers.iter().take(LISTED).map(|name| one_line(name, NAME)).collect();
                of("mail-change-session-speakers", session, &[("speakers", &names.join(", "))])
            }
            Self::SessionCancelled { session, .. } => of("mail-change-session-cancelled", session, &[]),
            Self::SessionRestored { session, starts_at, .. } => {
                of("mail-change-session-restored", session, &[("when", &when(starts_at))])
            }
            Self::SpeaksIn { session, starts_at, .. } => of("mail-change-speaks-in", session, &[("when", &when(starts_at))]),
            Self::SpeaksNoMore { session, .. } => of("mail-change-speaks-no-more", session, &[]),
        }
    }
}

impl Draft {
    fn new(id: &'static str, why: &'static str) -> Self {
        Self { id, variables: Vec::new(), lines: Vec::new(), facts: Vec::new(), why }
    }

    /// To somebody who has a place.
    fn about(id: &'static str, about: &Registered) -> Self {
        Self::of(id, "mail-why-registered", about)
    }

    /// To somebody who has none, or may have none.
    fn asked(id: &'static str, about: &Registered) -> Self {
        Self::of(id, "mail-why-asked", about)
    }

    fn of(id: &'static str, why: &'static str, about: &Registered) -> Self {
        Self::new(id, why)
            .naming("name", &about.name)
            .naming("event", &about.event)
            .naming("ticket", &about.ticket)
            .at(about.starts_at, &about.time_zone)
            .stating("mail-fact-ticket", one_line(&about.ticket, NAME))
    }

    /// Of a registration that was ended: what goes back of what was paid, and what does not by itself.
    fn ended(about: &Registered, by_themselves: bool, (refund, kept): (Option<&Amount>, Option<&Amount>)) -> Self {
        let draft = Self::asked(if by_themselves { "place-given-back" } else { "place-cancelled" }, about);
        let line = |id: &str, (amount, currency): &Amount| say(id, &[("amount", &money(*amount, currency))]);
        let kept = kept.map(|kept| line("mail-money-kept", kept));
        let lines = refund.map(|refund| line("mail-place-cancelled-refund", refund)).into_iter().chain(kept);
        let draft = Self { lines: lines.collect(), ..draft };
        match refund {
            Some((amount, currency)) => draft.stating("mail-fact-amount", money(*amount, currency)),
            None => draft,
        }
    }

    fn refund(id: &'static str, about: &Registered, (amount, currency): (i64, &str)) -> Self {
        let amount = money(amount, currency);
        Self::asked(id, about).naming("amount", &amount).stating("mail-fact-amount", amount)
    }

    fn speaking(id: &'static str, about: &Speaking) -> Self {
        Self::new(id, "mail-why-speaker")
            .naming("name", &about.name)
            .naming("event", &about.event)
            .at(about.starts_at, &about.time_zone)
    }

    /// In which room, where it is in one.
    fn taking_place(self, room: Option<&str>) -> Self {
        let room = room.map(|room| say("mail-reminder-session-room", &[("room", &one_line(room, NAME))]));
        Self { lines: room.into_iter().collect(), ..self }
    }

    /// What is different, a paragraph each.
    fn telling(self, what: &[Change], time_zone: &str) -> Self {
        Self { lines: what.iter().take(LISTED).map(|change| change.told(time_zone)).collect(), ..self }
    }

    /// In the organizer's words.
    fn because(self, reason: Option<&str>) -> Self {
        let reason = reason.map(|reason| many_lines(reason, REASON)).filter(|reason| !reason.is_empty());
        let named = self.naming("reason", reason.as_deref().unwrap_or_default());
        Self { lines: reason.into_iter().collect(), ..named }
    }

    /// What becomes of what was paid, a paragraph of its own.
    fn and_the_money(mut self, money: AndTheMoney) -> Self {
        self.lines.extend(match money {
            AndTheMoney::None => None,
            AndTheMoney::GoesBack => Some(say("mail-cancelled-money-back", &[])),
            AndTheMoney::Unsaid => Some(say("mail-cancelled-money-unsaid", &[])),
        });
        self
    }

    fn at(self, starts_at: Timestamp, time_zone: &str) -> Self {
        let when = moment(starts_at, time_zone);
        self.naming("when", &when).stating("mail-fact-when", when)
    }

    fn naming(mut self, variable: &'static str, value: &str) -> Self {
        self.variables.push((variable, one_line(value, NAME)));
        self
    }

    fn stating(mut self, label: &str, value: String) -> Self {
        self.facts.push(Fact { label: say(label, &[]), value });
        self
    }
}
