//! Whether a letter comes in time to be of use.

use std::time::Duration;

use houselights_domain::reminders::{SESSION_REMINDER, When};
use houselights_shared::Timestamp;

use crate::{
    announcements,
    mail::{Message, ReminderWhen},
    store::EventRow,
};

/// Whoever belongs to an organisation for longer has found out by themselves.
const WELCOME_WITHIN: Duration = Duration::from_hours(14 * 24);

/// Whether a letter comes too late, however long it waited for a mail server: it remembers an event that is moved, cancelled or ended meanwhile, or
/// what it is about is over.
pub(super) fn is_over(message: &Message, event: &EventRow, now: Timestamp) -> bool {
    match message {
        Message::Reminder { when, about } => {
            !announcements::is_announced(event)
                || event.starts_at != about.starts_at
                || !When::from(*when).is_of_use(event.starts_at, now)
        }
        Message::SessionReminder { begins_at, .. } => {
            !announcements::is_announced(event) || !SESSION_REMINDER.is_of_use(*begins_at, now)
        }
        Message::SpeakerReminder { when, begins_at, .. } => {
            !announcements::is_announced(event) || !When::from(*when).is_of_use(*begins_at, now)
        }
        // What does not take place is put into no calendar anew.
        Message::Confirmation(_)
        | Message::Waiting(_)
        | Message::PlaceFree { .. }
        | Message::PaymentUnderWay(_)
        | Message::PaymentFailed(_)
        | Message::PlaceRanOut(_)
        | Message::SpeakerInvitation { .. } => event.cancelled_at.is_some() || event.ends_at <= now,
        Message::PlaceCancelled { .. } | Message::SpeakerOff(_) | Message::SpeakerMoved(_) => event.ends_at <= now,
        // Nor does it matter of what was ended before its time.
        Message::Changed { .. } | Message::SpeakerChanged { .. } => !announcements::is_ahead(event) || event.ends_at <= now,
        // Of an event that had two dates the later one counts.
        Message::Cancelled { about, .. } => event.ends_at.max(about.starts_at) <= now,
        // It may be out of the trash again.
        Message::SpeakerCancelled { about, .. } => {
            let is_off = event.cancelled_at.is_some() || event.deleted_at.is_some();
            !is_off || event.ends_at.max(about.starts_at) <= now
        }
        // Money is of interest for as long as it takes; the others are of no event.
        Message::Refunded { .. }
        | Message::RefundOnItsWay { .. }
        | Message::WrongAmount { .. }
        | Message::MagicLink { .. }
        | Message::MemberAdded { .. } => false,
    }
}

/// Whether a letter that is of no event waited for too long. The link of a sign-in runs out by itself.
pub(super) fn is_stale(message: &Message, written: Timestamp, now: Timestamp) -> bool {
    match message {
        Message::MemberAdded { .. } => now.since(written) > WELCOME_WITHIN,
        Message::MagicLink { .. }
        | Message::Confirmation(_)
        | Message::Waiting(_)
        | Message::PlaceFree { .. }
        | Message::PaymentUnderWay(_)
        | Message::PaymentFailed(_)
        | Message::PlaceRanOut(_)
        | Message::Reminder { .. }
        | Message::SessionReminder { .. }
        | Message::SpeakerReminder { .. }
        | Message::Changed { .. }
        | Message::Cancelled { .. }
        | Message::PlaceCancelled { .. }
        | Message::WrongAmount { .. }
        | Message::Refunded { .. }
        | Message::RefundOnItsWay { .. }
        | Message::SpeakerInvitation { .. }
        | Message::SpeakerChanged { .. }
        | Message::SpeakerCancelled { .. }
        | Message::SpeakerOff(_)
        | Message::SpeakerMoved(_) => false,
    }
}

impl Message {
    /// Whether it comes too late in a quarter of an hour.
    pub(super) const fn is_of_use_for_minutes(&self) -> bool {
        matches!(
            self,
            Self::MagicLink { .. }
                | Self::Reminder { when: ReminderWhen::Minutes, .. }
                | Self::SessionReminder { .. }
                | Self::SpeakerReminder { when: ReminderWhen::Minutes, .. }
        )
    }
}
