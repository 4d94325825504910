//! Who is to be reminded of what is about to begin.

use houselights_domain::reminders::{SESSION_REMINDER, When, due};
use houselights_shared::Timestamp;

use super::Notice;
use crate::{
    mail::ReminderWhen,
    store::{NewAnnouncement, Store, StoreError},
};

/// Writes the reminders whose moment has come: of events, and of the sessions that people picked or speak in. Each is written once for a beginning, whoever looks
/// how often.
pub(crate) async fn remind(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let ahead = store.events_ahead(now).await?;
    let new = ahead.into_iter().filter_map(|(event, starts_at)| {
        let when = ReminderWhen::from(due(starts_at, now)?);
        let id = format!("reminder:{}:{event}:{}", when.word(), starts_at.micros());
        let notice = Notice::Reminder { when, starts_at };
        Some(NewAnnouncement { id, event, kind: notice.kind(), message: notice.json(), now })
    });
    let mut new: Vec<NewAnnouncement> = new.collect();
    let sessions = store.picked_sessions_ahead(now).await?;
    let picked = sessions.into_iter().filter(|(_, _, starts_at)| SESSION_REMINDER.is_due(*starts_at, now));
    new.extend(picked.map(|(session, event, starts_at)| {
        let id = format!("reminder:session:{session}:{}", starts_at.micros());
        let notice = Notice::SessionReminder { session, starts_at };
        NewAnnouncement { id, event, kind: notice.kind(), message: notice.json(), now }
    }));
    new.extend(store.spoken_sessions_ahead(now).await?.into_iter().filter_map(|(session, event, starts_at)| {
        let when = ReminderWhen::from(due(starts_at, now)?);
        let id = format!("reminder:speakers:{}:{session}:{}", when.word(), starts_at.micros());
        let notice = Notice::SpeakerReminder { session, when, starts_at };
        Some(NewAnnouncement { id, event, kind: notice.kind(), message: notice.json(), now })
    }));
    if new.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = new.iter().map(|new| new.id.clone()).collect();
    let known = store.known_announcements(&ids).await?;
    new.retain(|new| !known.contains(&new.id));
    if new.is_empty() { Ok(()) } else { store.add_announcements(&new).await }
}

impl From<When> for ReminderWhen {
    fn from(when: When) -> Self {
        match when {
            When::Day => Self::Day,
            When::Hour => Self::Hour,
            When::Minutes => Self::Minutes,
        }
    }
}

impl From<ReminderWhen> for When {
    fn from(when: ReminderWhen) -> Self {
        match when {
            ReminderWhen::Day => Self::Day,
            ReminderWhen::Hour => Self::Hour,
            ReminderWhen::Minutes => Self::Minutes,
        }
    }
}

impl ReminderWhen {
    const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minutes => "minutes",
        }
    }
}
