//! What those whom an event concerns are told: that it, or a session that is theirs, is changed or off, and that it is about to begin.
//!
//! An announcement is one row, however many are told. Here letters are made of it, page by page; where that breaks off, it goes on behind the
//! last page that was written. Changes wait until their event was left alone for a while: then each person has one letter, of all that is theirs.

pub(crate) mod agenda;
mod letters;
mod reminders;

use std::{collections::HashSet, sync::Arc, time::Duration};

use houselights_domain::reminders::{SESSION_REMINDER, When};
use houselights_shared::{SessionId, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

pub(crate) use letters::as_it_is;
pub(crate) use reminders::remind;

use crate::{
    app::App,
    clock,
    config::Config,
    mail::{Change, ReminderWhen, gathered},
    store::{Allowance, Announcement, Audience, EventPhase, EventRow, NewAnnouncement, Store, StoreError},
};

/// Letters written at once.
const PAGE: i64 = 500;
/// Announcements looked at at once.
const AT_ONCE: i64 = 500;
/// How often it is looked whom to remind, and whether anything was left unsaid.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// What is told, less whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Notice {
    /// What was announced is no longer so.
    Changed {
        what: Vec<Change>,
        /// The event was a draft then: nobody knew of it but its speakers.
        #[serde(default)]
        of_a_draft: bool,
    },
    /// The event does not take place.
    Cancelled {
        reason: Option<String>,
        /// Whether what was paid goes back.
        #[serde(default)]
        refund: bool,
    },
    /// It was put into the trash. Only those who were invited to speak knew of it.
    Deleted,
    /// It is public: whoever was registered while it was a draft gets their ticket.
    Published,
    /// The event is about to begin, as long as it begins then.
    Reminder { when: ReminderWhen, starts_at: Timestamp },
    /// A session is about to begin, as long as it begins then: for those who picked it.
    SessionReminder { session: SessionId, starts_at: Timestamp },
    /// A session is about to begin, as long as it begins then: for those who speak in it, a day and an hour before where it is their first.
    SpeakerReminder { session: SessionId, when: ReminderWhen, starts_at: Timestamp },
}

/// How it is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// How long an event has to be left alone before its changes are told.
    pub(crate) quiet: Duration,
    /// Letters to many at once that an organisation may cause on a day.
    pub(crate) letters_per_day: i64,
}

impl Manner {
    pub(crate) fn of(config: &Config) -> Self {
        Self {
            quiet: Duration::from_secs(config.changes_told_after_seconds),
            letters_per_day: i64::from(config.bulk_letters_per_day),
        }
    }
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

/// What those whom it concerns are told of a change that makes `event` its next version; nothing where nobody can have heard of it, or nothing
/// that was announced is different.
pub(crate) fn changed(event: &EventRow, what: Vec<Change>, now: Timestamp) -> Option<NewAnnouncement> {
    changed_as(format!("changed:{}:{}", event.id, event.version + 1), event, what, now)
}

fn changed_as(id: String, event: &EventRow, what: Vec<Change>, now: Timestamp) -> Option<NewAnnouncement> {
    let of_a_draft = event.phase == EventPhase::Draft;
    let is_told = is_ahead(event) && !what.is_empty();
    is_told.then(|| Notice::Changed { what, of_a_draft }.announced(id, event, now))
}

/// What they are told where it does not take place.
pub(crate) fn cancelled(event: &EventRow, reason: Option<String>, refund: bool, now: Timestamp) -> NewAnnouncement {
    Notice::Cancelled { reason, refund }.announced(format!("cancelled:{}", event.id), event, now)
}

/// What those who were invited to speak are told where it is put into the trash: nobody else comes to it. Nothing where it is off or over anyway.
pub(crate) fn deleted(event: &EventRow, now: Timestamp) -> Option<NewAnnouncement> {
    let is_ahead = is_ahead(event) && event.ends_at > now;
    let id = format!("deleted:{}:{}", event.id, event.version + 1);
    is_ahead.then(|| Notice::Deleted.announced(id, event, now))
}

/// What those are sent who were registered while it was a draft.
pub(crate) fn published(event: &EventRow, now: Timestamp) -> NewAnnouncement {
    Notice::Published.announced(format!("published:{}:{}", event.id, event.version + 1), event, now)
}

/// Whether people know of the event and expect to come.
pub(crate) fn is_announced(event: &EventRow) -> bool {
    is_ahead(event) && event.phase != EventPhase::Draft
}

/// Whether it is to take place. Of a draft its speakers may know.
pub(crate) fn is_ahead(event: &EventRow) -> bool {
    let is_ahead = match event.phase {
        EventPhase::Draft | EventPhase::Published | EventPhase::Live => true,
        EventPhase::Ended | EventPhase::Archived => false,
    };
    is_ahead && event.cancelled_at.is_none() && event.deleted_at.is_none()
}

/// Reminds, and makes letters of what is announced, until the server stops.
pub(crate) async fn run(app: Arc<App>, stop: CancellationToken) {
    let manner = Manner::of(&app.config);
    loop {
        let now = clock::now();
        // Without a mail server no reminder would come in time.
        let reminded = if app.post_office.is_open() { remind(&app.store, now).await } else { Ok(()) };
        match reminded.and(spread(&app.store, manner, now, &stop).await) {
            Ok(0) => {}
            Ok(letters) => {
                info!(letters, "letters to those whom something concerns were written");
                app.post_office.wake();
            }
            Err(error) => warn!(%error, "announcements have to wait"),
        }
        // What waits until it is quiet is looked at as soon as it may be.
        let wait = match app.store.holds_changes().await {
            Ok(true) => manner.quiet.clamp(Duration::from_secs(1), LOOK_EVERY),
            Ok(false) | Err(_) => LOOK_EVERY,
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.announcer.bell.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Makes letters of all that is announced and waits no more; how many it were. Told to stop, it ends after a page.
pub(crate) async fn spread(
    store: &Store,
    manner: Manner,
    now: Timestamp,
    stop: &CancellationToken,
) -> Result<usize, StoreError> {
    let mut letters = 0;
    loop {
        let open = store.open_announcements(AT_ONCE, manner.quiet, now).await?;
        if open.is_empty() {
            return Ok(letters);
        }
        for mut announcement in gather(store, open, now).await? {
            let told = loop {
                match readable(page(store, &mut announcement, manner, now).await)? {
                    Page::Written(written) => letters += written,
                    Page::Over => break true,
                    Page::Tomorrow => break false,
                }
                if stop.is_cancelled() {
                    return Ok(letters);
                }
            };
            if told {
                store.announced(&announcement, now).await?;
            }
        }
    }
}

/// Makes one announcement of an event's changes.
async fn gather(store: &Store, open: Vec<Announcement>, now: Timestamp) -> Result<Vec<Announcement>, StoreError> {
    let mut gathered_so_far: Vec<(Announcement, Vec<Announcement>)> = Vec::new();
    for announcement in open {
        let whose = is_fresh(&announcement);
        let beside = |first: &Announcement| first.event == announcement.event && is_fresh(first) == whose;
        match gathered_so_far.iter_mut().find(|(first, _)| whose.is_some() && beside(first)) {
            Some((_, others)) => others.push(announcement),
            None => gathered_so_far.push((announcement, Vec::new())),
        }
    }
    let mut all = Vec::with_capacity(gathered_so_far.len());
    for (mut first, others) in gathered_so_far {
        if let Some(last) = others.last() {
            let what = std::iter::once(&first).chain(&others).filter_map(fresh_change).flat_map(|(what, _)| what);
            let (what, of_a_draft) = (gathered(what), is_fresh(&first) == Some(true));
            first.message = Notice::Changed { what, of_a_draft }.json();
            first.created_at = last.created_at;
            store.gather(&first, &others, now).await?;
        }
        all.push(first);
    }
    Ok(all)
}

/// What is different, and whether of a draft, where it is a change that nobody was told of yet.
fn fresh_change(announcement: &Announcement) -> Option<(Vec<Change>, bool)> {
    match serde_json::from_str(&announcement.message) {
        Ok(Notice::Changed { what, of_a_draft }) if !announcement.has_begun() => Some((what, of_a_draft)),
        Ok(
            Notice::Changed { .. }
            | Notice::Cancelled { .. }
            | Notice::Deleted
            | Notice::Published
            | Notice::Reminder { .. }
            | Notice::SessionReminder { .. }
            | Notice::SpeakerReminder { .. },
        )
        | Err(_) => None,
    }
}

/// Whether it is of a draft, where it is such a change.
fn is_fresh(announcement: &Announcement) -> Option<bool> {
    fresh_change(announcement).map(|(_, of_a_draft)| of_a_draft)
}

/// What became of a page.
enum Page {
    /// So many letters were written.
    Written(usize),
    /// All are told, or there is nothing to tell any more.
    Over,
    /// The organisation has caused as much mail as it may today.
    Tomorrow,
}

/// What cannot be read today cannot be read tomorrow: it does not keep everybody else from being told.
fn readable(page: Result<Page, StoreError>) -> Result<Page, StoreError> {
    match page {
        Err(StoreError::Corrupt(what)) => {
            warn!(what, "an announcement cannot be read: nobody is told");
            Ok(Page::Over)
        }
        page => page,
    }
}

/// Writes the next page of letters, of the event as it is now.
async fn page(store: &Store, announcement: &mut Announcement, manner: Manner, now: Timestamp) -> Result<Page, StoreError> {
    let notice: Notice = serde_json::from_str(&announcement.message).map_err(|_| StoreError::Corrupt("an announcement"))?;
    let Some(event) = store.event(announcement.event).await? else { return Ok(Page::Over) };
    let counted = event.organisation.filter(|_| !notice.is_ticket());
    let allowance = counted.map(|organisation| Allowance { organisation, letters: manner.letters_per_day, now });
    let most = match &allowance {
        Some(allowance) => store.left_of(allowance).await?.min(PAGE),
        None => PAGE,
    };
    if let (0, Some(allowance)) = (most, &allowance) {
        warn!(organisation.id = %allowance.organisation, "an organisation has caused as much mail as it may today: the rest goes tomorrow");
        store.put_off(announcement, allowance.next()).await?;
        return Ok(Page::Tomorrow);
    }
    let by = announcement.created_at;
    let Some((last, letters)) = letters::next(store, announcement, (&notice, &event, by), (most, now)).await? else {
        return Ok(Page::Over);
    };
    store.tell(announcement, last, &letters, allowance).await?;
    Ok(Page::Written(letters.len()))
}

impl Notice {
    /// As a row of `event`.
    pub(crate) fn announced(&self, id: String, event: &EventRow, now: Timestamp) -> NewAnnouncement {
        NewAnnouncement { id, event: event.id, kind: self.kind(), message: self.json(), now }
    }

    /// Whether it says that the event does not take place.
    const fn is_off(&self) -> bool {
        matches!(self, Self::Cancelled { .. } | Self::Deleted)
    }

    /// Whether its letters are tickets: they wait for nobody's allowance, and go before what goes to many.
    const fn is_ticket(&self) -> bool {
        matches!(self, Self::Published)
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Changed { .. } => "changed",
            Self::Cancelled { .. } => "cancelled",
            Self::Deleted => "deleted",
            Self::Published => "published",
            Self::Reminder { .. } | Self::SessionReminder { .. } | Self::SpeakerReminder { .. } => "reminder",
        }
    }

    fn json(&self) -> String {
        // Plain data with text keys: this always is JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Who of those who are registered is told, where the announcement was made at `by`. Nobody where it is no longer so.
    fn audience(&self, event: &EventRow, by: Timestamp) -> Option<Audience> {
        let everybody = Audience { undecided: true, ended_since: None, by: None, pickers: None };
        match self {
            Self::Changed { what, of_a_draft } => {
                // Whoever came later was told as it is.
                let told = Audience { by: Some(by), ..everybody };
                let pickers = (!what.iter().any(Change::is_of_the_event)).then(|| sessions_of(what));
                // Only who has a place has an agenda.
                let undecided = pickers.is_none();
                (is_announced(event) && !of_a_draft).then_some(Audience { undecided, pickers, ..told })
            }
            // The box office ends at once what is not paid, and the organizers may give the money back before anybody was written to.
            Self::Cancelled { .. } => Some(Audience { ended_since: Some(by), ..everybody }),
            Self::Deleted | Self::SpeakerReminder { .. } => None,
            Self::Published => is_announced(event).then_some(Audience { undecided: false, ..everybody }),
            Self::Reminder { when, starts_at } => {
                let moment = When::from(*when).moment(*starts_at);
                let holds = is_announced(event) && event.starts_at == *starts_at;
                holds.then_some(Audience { undecided: false, by: Some(moment), ..everybody })
            }
            Self::SessionReminder { session, starts_at } => {
                let by = Some(SESSION_REMINDER.moment(*starts_at));
                is_announced(event).then_some(Audience {
                    undecided: false,
                    by,
                    pickers: Some(vec![*session]),
                    ended_since: None,
                })
            }
        }
    }

    /// Whether those who were invited to speak are told.
    fn is_for_speakers(&self, event: &EventRow) -> bool {
        match self {
            Self::Changed { .. } => is_ahead(event),
            Self::SpeakerReminder { .. } => is_announced(event),
            Self::Cancelled { .. } => true,
            // It may be back by now.
            Self::Deleted => event.deleted_at.is_some(),
            Self::Published | Self::Reminder { .. } | Self::SessionReminder { .. } => false,
        }
    }
}

fn sessions_of(what: &[Change]) -> Vec<SessionId> {
    let sessions: HashSet<SessionId> =
        what.iter().filter(|change| change.told_to().is_none()).filter_map(Change::session).collect();
    sessions.into_iter().collect()
}
