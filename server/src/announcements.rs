//! What everybody who is registered is told: that their event is changed or cancelled, and that it is about to begin.
//!
//! An announcement is one row, however many are told. Here letters are made of it, page by page; where that breaks off, it goes on behind the
//! last page that was written.

use std::{sync::Arc, time::Duration};

use houselights_domain::reminders::{When, due};
use houselights_shared::{RegistrationId, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    app::App,
    clock,
    mail::{Change, Message, Registered, ReminderWhen},
    registration::ticket_letter,
    store::{About, Addressee, Announcement, Audience, EventPhase, EventRow, NewAnnouncement, NewLetter, Store, StoreError},
};

/// Letters written at once.
const PAGE: i64 = 500;
/// Announcements looked at at once.
const AT_ONCE: i64 = 20;
/// How often it is looked whom to remind, and whether anything was left unsaid.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// What is told, less whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Notice {
    /// What was announced is no longer so.
    Changed { what: Vec<Change> },
    /// The event does not take place.
    Cancelled { reason: Option<String> },
    /// It is public: whoever was registered while it was a draft gets their ticket.
    Published,
    /// The event is about to begin, as long as it begins then.
    Reminder { when: ReminderWhen, starts_at: Timestamp },
}

/// The bell of whoever makes letters of announcements.
#[derive(Default)]
pub(crate) struct Announcer {
    bell: Notify,
}

impl Announcer {
    /// An announcement was written.
    pub(crate) fn wake(&self) {
        self.bell.notify_one();
    }
}

/// What those who are registered are told of a change that makes `event` its next version; nothing where nobody can be registered, or nothing
/// that was announced is different.
pub(crate) fn changed(event: &EventRow, what: Vec<Change>, now: Timestamp) -> Option<NewAnnouncement> {
    let id = format!("changed:{}:{}", event.id, event.version + 1);
    (is_announced(event) && !what.is_empty()).then(|| Notice::Changed { what }.announced(id, event, now))
}

/// What they are told where it does not take place.
pub(crate) fn cancelled(event: &EventRow, reason: Option<String>, now: Timestamp) -> NewAnnouncement {
    Notice::Cancelled { reason }.announced(format!("cancelled:{}", event.id), event, now)
}

/// What those are sent who were registered while it was a draft.
pub(crate) fn published(event: &EventRow, now: Timestamp) -> NewAnnouncement {
    Notice::Published.announced(format!("published:{}:{}", event.id, event.version + 1), event, now)
}

/// Whether people know of the event and expect to come.
fn is_announced(event: &EventRow) -> bool {
    matches!(event.phase, EventPhase::Published | EventPhase::Live)
        && event.cancelled_at.is_none()
        && event.deleted_at.is_none()
}

/// Reminds, and makes letters of what is announced, until the server stops.
pub(crate) async fn run(app: Arc<App>, stop: CancellationToken) {
    loop {
        let now = clock::now();
        // Without a mail server no reminder would come in time.
        let reminded = if app.post_office.is_open() { remind(&app.store, now).await } else { Ok(()) };
        match reminded.and(spread(&app.store, now, &stop).await) {
            Ok(0) => {}
            Ok(letters) => {
                info!(letters, "letters to those who are registered were written");
                app.post_office.wake();
            }
            Err(error) => warn!(%error, "announcements have to wait"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.announcer.bell.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Writes the reminders whose moment has come. Each is written once for a beginning of an event, whoever looks how often.
pub(crate) async fn remind(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let ahead = store.events_ahead(now).await?;
    let new = ahead.into_iter().filter_map(|(event, starts_at)| {
        let when = ReminderWhen::from(due(starts_at, now)?);
        let id = format!("reminder:{}:{event}:{}", when.word(), starts_at.micros());
        let notice = Notice::Reminder { when, starts_at };
        Some(NewAnnouncement { id, event, kind: notice.kind(), message: notice.json(), now })
    });
    let mut new: Vec<NewAnnouncement> = new.collect();
    if new.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = new.iter().map(|new| new.id.clone()).collect();
    let known = store.known_announcements(&ids).await?;
    new.retain(|new| !known.contains(&new.id));
    if new.is_empty() { Ok(()) } else { store.add_announcements(&new).await }
}

/// Makes letters of all that is announced; how many it were. Told to stop, it ends after a page.
pub(crate) async fn spread(store: &Store, now: Timestamp, stop: &CancellationToken) -> Result<usize, StoreError> {
    let mut letters = 0;
    loop {
        let open = store.open_announcements(AT_ONCE).await?;
        if open.is_empty() {
            return Ok(letters);
        }
        for mut announcement in open {
            while let Some(written) = readable(page(store, &mut announcement, now).await)? {
                letters += written;
                if stop.is_cancelled() {
                    return Ok(letters);
                }
            }
            store.announced(&announcement, now).await?;
        }
    }
}

/// What cannot be read today cannot be read tomorrow: it does not keep everybody else from being told.
fn readable(page: Result<Option<usize>, StoreError>) -> Result<Option<usize>, StoreError> {
    match page {
        Err(StoreError::Corrupt(what)) => {
            warn!(what, "an announcement cannot be read: nobody is told");
            Ok(None)
        }
        page => page,
    }
}

/// Writes the next page of letters, of the event as it is now. Nothing where all are told, or there is nothing to tell any more.
async fn page(store: &Store, announcement: &mut Announcement, now: Timestamp) -> Result<Option<usize>, StoreError> {
    let notice: Notice = serde_json::from_str(&announcement.message).map_err(|_| StoreError::Corrupt("an announcement"))?;
    let Some(event) = store.event(announcement.event).await? else { return Ok(None) };
    let Some(audience) = notice.audience(&event) else { return Ok(None) };
    let addressees = store.addressees(announcement, audience, PAGE).await?;
    if addressees.is_empty() {
        return Ok(None);
    }
    let letters: Vec<(RegistrationId, NewLetter)> =
        addressees.iter().map(|to| (to.registration, letter(announcement, &notice, &event, to, now))).collect();
    store.tell(announcement, &letters).await?;
    Ok(Some(letters.len()))
}

fn letter(announcement: &Announcement, notice: &Notice, event: &EventRow, to: &Addressee, now: Timestamp) -> NewLetter {
    let about = Registered {
        name: to.name.clone(),
        event: event.title.clone(),
        starts_at: event.starts_at,
        time_zone: event.time_zone.clone(),
        ticket: to.ticket.clone(),
    };
    let (message, participant) = match notice {
        Notice::Changed { what } => (Message::Changed { about, what: what.clone() }, to.participant),
        // Its link is the public page: there is no way in any more.
        Notice::Cancelled { reason } => (Message::Cancelled { about, reason: reason.clone() }, None),
        Notice::Reminder { when, .. } => (Message::Reminder { when: *when, about }, to.participant),
        Notice::Published => (Message::Confirmation(about), to.participant),
    };
    let about = About { event: Some(event.id), registration: Some(to.registration), participant };
    let id = match notice {
        // Each ticket is sent once, whoever was registered at the same moment.
        Notice::Published => ticket_letter(to.registration),
        Notice::Changed { .. } | Notice::Cancelled { .. } | Notice::Reminder { .. } => {
            format!("{}:{}", announcement.id, to.registration)
        }
    };
    NewLetter::new(id, &to.email, &message, about, now)
}

impl Notice {
    /// As a row of `event`.
    pub(crate) fn announced(&self, id: String, event: &EventRow, now: Timestamp) -> NewAnnouncement {
        NewAnnouncement { id, event: event.id, kind: self.kind(), message: self.json(), now }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Changed { .. } => "changed",
            Self::Cancelled { .. } => "cancelled",
            Self::Published => "published",
            Self::Reminder { .. } => "reminder",
        }
    }

    fn json(&self) -> String {
        // Plain data with text keys: this always is JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Who is told. Nobody where it is no longer so.
    fn audience(&self, event: &EventRow) -> Option<Audience> {
        match self {
            Self::Changed { .. } | Self::Published => is_announced(event).then_some(Audience { undecided: false, by: None }),
            Self::Cancelled { .. } => Some(Audience { undecided: true, by: None }),
            Self::Reminder { when, starts_at } => {
                let moment = When::from(*when).moment(*starts_at);
                let holds = is_announced(event) && event.starts_at == *starts_at;
                holds.then_some(Audience { undecided: false, by: Some(moment) })
            }
        }
    }
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
