//! What a letter says as things stand while it is sent, whatever was so when it was written: title, times and zone are the event's of now, and
//! what is no longer so is not told.

use houselights_shared::{SessionId, SpeakerId};

use crate::{
    announcements::as_it_is,
    mail::{AndThePlace, Change, Message},
    store::{Entry, EventRow, Letter, RegistrationState, Store, StoreError},
};

/// The message as it is now. Nothing where nothing of it is so any more.
pub(super) async fn told(
    store: &Store,
    event: &EventRow,
    (letter, mut message): (&Letter, Message),
) -> Result<Option<Message>, StoreError> {
    if is_overtaken(store, letter, &message).await? {
        return Ok(None);
    }
    message.bring_up_to_date(event);
    match &mut message {
        Message::SpeakerInvitation { sessions, speaker: Some(speaker), entries, .. } => {
            let now = store.entries_of(Some(*speaker), entries.iter().copied()).await?;
            *sessions = now.into_iter().filter(|entry| entry.stands).map(|entry| entry.title).collect();
        }
        Message::Changed { what, .. } => {
            *what = still_so(store, event, what, &entries(store, None, what).await?).await?;
            if what.is_empty() {
                return Ok(None);
            }
        }
        Message::SpeakerChanged { about, what } => {
            *what = still_so(store, event, what, &entries(store, Some(about.speaker), what).await?).await?;
            if what.is_empty() {
                return Ok(None);
            }
        }
        Message::SessionReminder { session, title, begins_at, room, room_id, .. } => {
            // One that is off, or begins at another time, is not about to.
            let row = store.session(*session).await?.filter(|row| row.cancelled_at.is_none());
            let Some(row) = row.filter(|row| row.span.starts_at == *begins_at) else { return Ok(None) };
            *title = row.title;
            (*room_id, *room) = row.room.map(|room| (room.id, room.title)).unzip();
        }
        Message::Refunded { place, .. } | Message::RefundOnItsWay { place, .. } => {
            if has_place(store, event, letter).await? {
                *place = AndThePlace::Stays;
            }
        }
        // Who has registered again since keeps the event in their calendar.
        Message::PlaceCancelled { had_place, .. } => *had_place = *had_place && !has_place(store, event, letter).await?,
        Message::SpeakerReminder { about, session, title, begins_at, room, .. } => {
            let now = store.entries_of(Some(about.speaker), [*session]).await?.pop();
            let Some(now) = now.filter(|now| now.stands && now.span.starts_at == *begins_at) else { return Ok(None) };
            (*title, *room) = (now.title, now.room);
        }
        Message::SpeakerInvitation { speaker: None, .. }
        | Message::MagicLink { .. }
        | Message::MemberAdded { .. }
        | Message::Confirmation(_)
        | Message::Waiting(_)
        | Message::PlaceFree { .. }
        | Message::PaymentUnderWay(_)
        | Message::PaymentFailed(_)
        | Message::PlaceRanOut(_)
        | Message::Reminder { .. }
        | Message::Cancelled { .. }
        | Message::WrongAmount { .. }
        | Message::SpeakerCancelled { .. }
        | Message::SpeakerOff(_)
        | Message::SpeakerMoved(_) => {}
    }
    Ok(Some(message))
}

/// Whether the person's place became another since: whoever has one does not wait, a place that is gone is not changed, and who lost one and has
/// another by now has nothing to do.
async fn is_overtaken(store: &Store, letter: &Letter, message: &Message) -> Result<bool, StoreError> {
    let Some(id) = letter.about.registration else { return Ok(false) };
    Ok(match message {
        Message::Waiting(_) => store.registration_state(id).await? != Some(RegistrationState::Waiting),
        Message::PaymentUnderWay(_) | Message::PlaceFree { until: Some(_), .. } => {
            store.registration_state(id).await? != Some(RegistrationState::Pending)
        }
        Message::SessionReminder { .. } => store.registration_state(id).await? != Some(RegistrationState::Confirmed),
        Message::Changed { .. } => !store.registration_state(id).await?.is_some_and(RegistrationState::stands),
        Message::PaymentFailed(_) | Message::PlaceRanOut(_) => match letter.about.event {
            Some(event) => store.standing_registration(event, &letter.recipient).await?.is_some(),
            None => false,
        },
        Message::MagicLink { .. }
        | Message::MemberAdded { .. }
        | Message::Confirmation(_)
        | Message::PlaceFree { until: None, .. }
        | Message::Reminder { .. }
        | Message::Cancelled { .. }
        | Message::PlaceCancelled { .. }
        | Message::WrongAmount { .. }
        | Message::Refunded { .. }
        | Message::RefundOnItsWay { .. }
        | Message::SpeakerInvitation { .. }
        | Message::SpeakerReminder { .. }
        | Message::SpeakerChanged { .. }
        | Message::SpeakerCancelled { .. }
        | Message::SpeakerOff(_)
        | Message::SpeakerMoved(_) => false,
    })
}

/// Whether the letter's recipient has a place at the event, whichever registration the letter is about.
async fn has_place(store: &Store, event: &EventRow, letter: &Letter) -> Result<bool, StoreError> {
    let standing = store.standing_registration(event.id, &letter.recipient).await?;
    Ok(standing.is_some_and(|standing| standing.state == RegistrationState::Confirmed))
}

/// The sessions that changes are of, as they are.
async fn entries(store: &Store, speaker: Option<SpeakerId>, what: &[Change]) -> Result<Vec<Entry>, StoreError> {
    let sessions: Vec<SessionId> = what.iter().filter_map(Change::session).collect();
    if sessions.is_empty() { Ok(Vec::new()) } else { store.entries_of(speaker, sessions).await }
}

async fn still_so(store: &Store, event: &EventRow, what: &[Change], entries: &[Entry]) -> Result<Vec<Change>, StoreError> {
    let mut told = Vec::with_capacity(what.len());
    for change in what {
        let Some(change) = as_it_is(change, event) else { continue };
        let Some(session) = change.session() else {
            told.push(change);
            continue;
        };
        let entry = entries.iter().find(|entry| entry.session == session);
        let Some(mut change) = of_session(change, entry) else { continue };
        if let Change::SessionSpeakers { speakers, .. } = &mut change {
            let cast = store.speakers_in([session]).await?;
            let named = cast.iter().filter(|(_, speaker)| !speaker.is_erased());
            *speakers = named.map(|(_, speaker)| speaker.name.clone()).collect();
            // That somebody is nobody from now on is no news.
            if speakers.is_empty() && !cast.is_empty() {
                continue;
            }
        }
        told.push(change);
    }
    Ok(told)
}

/// A change of a session as that is now; nothing where it is as before, or where another letter says more.
fn of_session(change: Change, entry: Option<&Entry>) -> Option<Change> {
    let Some(Entry { title: session, span, room, .. }) = entry.filter(|entry| entry.stands).cloned() else {
        return matches!(change, Change::SessionCancelled { .. } | Change::SpeaksNoMore { .. }).then_some(change);
    };
    let starts_at = span.starts_at;
    match change {
        Change::SessionCancelled { .. } | Change::SpeaksNoMore { .. } => None,
        Change::SessionTime { id, .. } => Some(Change::SessionTime { session, starts_at, id }),
        Change::SessionEnd { id, .. } => Some(Change::SessionEnd { session, ends_at: span.ends_at, id }),
        Change::SessionTitle { was, id, .. } => (was != session).then_some(Change::SessionTitle { session, was, id }),
        Change::SessionRoom { id, .. } => Some(Change::SessionRoom { session, room, id }),
        Change::SessionSpeakers { speakers, id, .. } => Some(Change::SessionSpeakers { session, speakers, id }),
        Change::SessionRestored { id, .. } => Some(Change::SessionRestored { session, starts_at, id }),
        Change::SpeaksIn { id, speaker, .. } => Some(Change::SpeaksIn { session, starts_at, id, speaker }),
        Change::Time { .. } | Change::End { .. } | Change::TimeZone { .. } | Change::Title { .. } => Some(change),
    }
}

impl Message {
    /// Title, beginning and time zone as they are now.
    fn bring_up_to_date(&mut self, now: &EventRow) {
        let (event, starts_at, time_zone) = match self {
            Self::Confirmation(about)
            | Self::Waiting(about)
            | Self::PlaceFree { about, .. }
            | Self::PaymentUnderWay(about)
            | Self::PaymentFailed(about)
            | Self::PlaceRanOut(about)
            | Self::Reminder { about, .. }
            | Self::SessionReminder { about, .. }
            | Self::Changed { about, .. }
            | Self::Cancelled { about, .. }
            | Self::PlaceCancelled { about, .. }
            | Self::WrongAmount { about, .. }
            | Self::Refunded { about, .. }
            | Self::RefundOnItsWay { about, .. } => (&mut about.event, &mut about.starts_at, &mut about.time_zone),
            Self::SpeakerInvitation { event, starts_at, time_zone, .. } => (event, starts_at, time_zone),
            Self::SpeakerReminder { about, .. }
            | Self::SpeakerChanged { about, .. }
            | Self::SpeakerCancelled { about, .. }
            | Self::SpeakerOff(about)
            | Self::SpeakerMoved(about) => (&mut about.event, &mut about.starts_at, &mut about.time_zone),
            Self::MagicLink { .. } | Self::MemberAdded { .. } => return,
        };
        event.clone_from(&now.title);
        *starts_at = now.starts_at;
        time_zone.clone_from(&now.time_zone);
    }
}
