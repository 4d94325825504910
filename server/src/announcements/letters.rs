//! The letters of an announcement: to those who are registered first, then to those who were invited to speak.

use std::collections::HashSet;

use houselights_domain::reminders::{SESSION_REMINDER, When};
use houselights_shared::{SessionId, SpeakerId, Timestamp};

use super::Notice;
use crate::{
    mail::{AndTheMoney, Change, Message, Registered, ReminderWhen, Speaking},
    registration::ticket_letter,
    store::{About, Addressee, Announcement, EventRow, Invited, NewLetter, SessionRow, Store, StoreError},
};

/// The next page of letters, and behind whom it goes on; nothing where all are told, or there is nothing to tell any more.
pub(super) async fn next(
    store: &Store,
    announcement: &Announcement,
    (notice, event, by): (&Notice, &EventRow, Timestamp),
    (most, now): (i64, Timestamp),
) -> Result<Option<(String, Vec<NewLetter>)>, StoreError> {
    let coming = match notice {
        // One that is off, or was moved, is not about to begin.
        Notice::SessionReminder { session, starts_at } | Notice::SpeakerReminder { session, starts_at, .. } => {
            match about_to_begin(store, *session, *starts_at).await? {
                Some(session) => Some(session),
                None => return Ok(None),
            }
        }
        Notice::Changed { .. } | Notice::Cancelled { .. } | Notice::Deleted | Notice::Published | Notice::Reminder { .. } => {
            None
        }
    };
    let told = ((notice, coming.as_ref()), event);
    if let Some(audience) = notice.audience(event, by) {
        let people = store.addressees(announcement, &audience, most).await?;
        if let Some(last) = people.last().map(|last| last.registration.to_string()) {
            return Ok(Some((last, to_all_registered(store, announcement, told, people, now).await?)));
        }
    }
    if !notice.is_for_speakers(event) {
        return Ok(None);
    }
    let by =
        if let Notice::SpeakerReminder { when, starts_at, .. } = notice { When::from(*when).moment(*starts_at) } else { by };
    let invited = store.invited(announcement, by, most).await?;
    let Some(last) = invited.last().map(|last| Announcement::until(last.speaker)) else { return Ok(None) };
    Ok(Some((last, to_all_invited(store, announcement, told, invited, now).await?)))
}

/// What is told, with the session that is about to begin where it is of one, and the event that it is of.
type Told<'a> = ((&'a Notice, Option<&'a SessionRow>), &'a EventRow);

async fn to_all_registered(
    store: &Store,
    announcement: &Announcement,
    ((notice, coming), event): Told<'_>,
    people: Vec<Addressee>,
    now: Timestamp,
) -> Result<Vec<NewLetter>, StoreError> {
    let mut picks = match notice {
        Notice::Changed { .. } => store.all_picks_of(people.iter().map(|to| to.registration)).await?,
        Notice::Cancelled { .. }
        | Notice::Deleted
        | Notice::Published
        | Notice::Reminder { .. }
        | Notice::SessionReminder { .. }
        | Notice::SpeakerReminder { .. } => std::collections::HashMap::new(),
    };
    // Who speaks in it is reminded as that.
    let speak = match notice {
        Notice::SessionReminder { session, starts_at } => {
            store.invited_to_speak_in(*session, SESSION_REMINDER.moment(*starts_at)).await?
        }
        Notice::Changed { .. }
        | Notice::Cancelled { .. }
        | Notice::Deleted
        | Notice::Published
        | Notice::Reminder { .. }
        | Notice::SpeakerReminder { .. } => HashSet::new(),
    };
    let letters = people.into_iter().filter(|to| !speak.contains(&to.email)).filter_map(|to| {
        let picked = picks.remove(&to.registration).unwrap_or_default();
        let message = to_registered((notice, coming), event, (&to, &picked))?;
        // Of what is off the link is the public page: there is no way in any more.
        let participant = to.participant.filter(|_| !notice.is_off());
        let about = About { event: Some(event.id), registration: Some(to.registration), participant };
        let id = match notice {
            // Each ticket is sent once, whoever was registered at the same moment.
            Notice::Published => ticket_letter(to.registration),
            Notice::Changed { .. }
            | Notice::Cancelled { .. }
            | Notice::Deleted
            | Notice::Reminder { .. }
            | Notice::SessionReminder { .. }
            | Notice::SpeakerReminder { .. } => {
                format!("{}:{}", announcement.id, to.registration)
            }
        };
        let letter = NewLetter::new(id, &to.email, &message, about, now);
        Some(match notice {
            Notice::Published => letter,
            // What is told of one thing after the other is heard so.
            Notice::Changed { .. } => letter.in_bulk().in_order(),
            Notice::Cancelled { .. }
            | Notice::Deleted
            | Notice::Reminder { .. }
            | Notice::SessionReminder { .. }
            | Notice::SpeakerReminder { .. } => letter.in_bulk(),
        })
    });
    Ok(letters.collect())
}

async fn to_all_invited(
    store: &Store,
    announcement: &Announcement,
    ((notice, coming), event): Told<'_>,
    invited: Vec<Invited>,
    now: Timestamp,
) -> Result<Vec<NewLetter>, StoreError> {
    let speakers = invited.iter().map(|to| to.speaker);
    let mut parts = match notice {
        // Of what is not their first they are reminded right before it alone.
        Notice::SpeakerReminder { when: ReminderWhen::Day | ReminderWhen::Hour, .. } => store.first_parts_of(speakers).await?,
        Notice::SpeakerReminder { when: ReminderWhen::Minutes, .. }
        | Notice::Changed { .. }
        | Notice::Cancelled { .. }
        | Notice::Deleted
        | Notice::Published
        | Notice::Reminder { .. }
        | Notice::SessionReminder { .. } => store.parts_of(speakers).await?,
    };
    let letters = invited.into_iter().filter_map(|to| {
        let speaks_in = parts.remove(&to.speaker).unwrap_or_default();
        let message = to_speaker((notice, coming), event, (&to, speaks_in))?;
        let participant = to.participant.filter(|_| !notice.is_off());
        let about = About { event: Some(event.id), registration: None, participant };
        let letter = NewLetter::new(format!("{}:{}", announcement.id, to.speaker), &to.email, &message, about, now).in_bulk();
        Some(if matches!(notice, Notice::Changed { .. }) { letter.in_order() } else { letter })
    });
    Ok(letters.collect())
}

/// A session that is on, and begins then.
async fn about_to_begin(store: &Store, id: SessionId, starts_at: Timestamp) -> Result<Option<SessionRow>, StoreError> {
    let row = store.session(id).await?;
    Ok(row.filter(|row| row.cancelled_at.is_none() && row.span.starts_at == starts_at))
}

/// What of it concerns somebody who is registered and picked these sessions. `coming` is the session that is about to begin.
fn to_registered(
    (notice, coming): (&Notice, Option<&SessionRow>),
    event: &EventRow,
    (to, picked): (&Addressee, &[SessionId]),
) -> Option<Message> {
    let about = Registered {
        name: to.name.clone(),
        event: event.title.clone(),
        starts_at: event.starts_at,
        time_zone: event.time_zone.clone(),
        ticket: to.ticket.clone(),
    };
    match notice {
        Notice::Changed { what, .. } => {
            let is_theirs = |change: &&Change| {
                change.is_of_the_event()
                    || (change.told_to().is_none() && change.session().is_some_and(|session| picked.contains(&session)))
            };
            let what: Vec<Change> = what.iter().filter(is_theirs).filter_map(|change| as_it_is(change, event)).collect();
            (!what.is_empty()).then_some(Message::Changed { about, what })
        }
        Notice::Cancelled { reason, refund } => {
            let money = match (to.has_paid, refund) {
                (true, true) => AndTheMoney::GoesBack,
                (true, false) if !to.has_it_back => AndTheMoney::Unsaid,
                (true | false, _) => AndTheMoney::None,
            };
            Some(Message::Cancelled { about, reason: reason.clone(), money })
        }
        Notice::Reminder { when, .. } => Some(Message::Reminder { when: *when, about }),
        Notice::SessionReminder { session, starts_at } => coming.map(|row| Message::SessionReminder {
            about,
            session: *session,
            title: row.title.clone(),
            begins_at: *starts_at,
            room: row.room.as_ref().map(|room| room.title.clone()),
            room_id: row.room.as_ref().map(|room| room.id),
        }),
        Notice::Deleted | Notice::SpeakerReminder { .. } => None,
        Notice::Published => Some(Message::Confirmation(about)),
    }
}

/// What of it concerns somebody who speaks in these sessions.
fn to_speaker(
    (notice, coming): (&Notice, Option<&SessionRow>),
    event: &EventRow,
    (to, speaks_in): (&Invited, Vec<SessionId>),
) -> Option<Message> {
    let about = |sessions| Speaking {
        speaker: to.speaker,
        name: to.name.clone(),
        event: event.title.clone(),
        starts_at: event.starts_at,
        time_zone: event.time_zone.clone(),
        sessions,
    };
    match notice {
        Notice::Changed { what, .. } => {
            let theirs: Vec<&Change> = what.iter().filter(|change| is_of(change, to.speaker, &speaks_in)).collect();
            // With the event its whole agenda moves.
            let moves = theirs.iter().any(|change| matches!(change, Change::Time { .. }));
            let mut sessions: Vec<SessionId> = if moves { speaks_in } else { Vec::new() };
            for session in theirs.iter().filter_map(|change| change.session()) {
                if !sessions.contains(&session) {
                    sessions.push(session);
                }
            }
            let what: Vec<Change> = theirs.into_iter().filter_map(|change| as_it_is(change, event)).collect();
            (!what.is_empty()).then(|| Message::SpeakerChanged { about: about(sessions), what })
        }
        Notice::Cancelled { reason, refund: _ } => {
            Some(Message::SpeakerCancelled { about: about(speaks_in), reason: reason.clone() })
        }
        Notice::Deleted => Some(Message::SpeakerCancelled { about: about(speaks_in), reason: None }),
        Notice::SpeakerReminder { session, when, starts_at } => {
            let row = coming.filter(|_| speaks_in.contains(session))?;
            Some(Message::SpeakerReminder {
                about: about(vec![*session]),
                when: *when,
                session: *session,
                title: row.title.clone(),
                begins_at: *starts_at,
                room: row.room.as_ref().map(|room| room.title.clone()),
            })
        }
        Notice::Published | Notice::Reminder { .. } | Notice::SessionReminder { .. } => None,
    }
}

/// Who else speaks in a session is none of a speaker's concern, and of one that they are new in they hear that they are.
fn is_of(change: &Change, speaker: SpeakerId, speaks_in: &[SessionId]) -> bool {
    match (change.told_to(), change.session()) {
        (Some(whom), _) => whom == speaker,
        (None, Some(session)) => !matches!(change, Change::SessionSpeakers { .. }) && speaks_in.contains(&session),
        (None, None) => change.is_of_the_event(),
    }
}

/// As the event stands by now; nothing where it is as it was before. Of a session it says nothing.
pub(crate) fn as_it_is(change: &Change, event: &EventRow) -> Option<Change> {
    match change {
        Change::Time { was } => (*was != event.starts_at).then(|| change.clone()),
        Change::TimeZone { was } => (*was != event.time_zone).then(|| change.clone()),
        Change::Title { was } => (*was != event.title).then(|| change.clone()),
        Change::End { .. } => Some(Change::End { ends_at: event.ends_at }),
        Change::SessionTime { .. }
        | Change::SessionEnd { .. }
        | Change::SessionTitle { .. }
        | Change::SessionRoom { .. }
        | Change::SessionSpeakers { .. }
        | Change::SessionCancelled { .. }
        | Change::SessionRestored { .. }
        | Change::SpeaksIn { .. }
        | Change::SpeaksNoMore { .. } => Some(change.clone()),
    }
}
