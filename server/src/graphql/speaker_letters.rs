//! What speakers are sent one by one: their invitation, that they are none any more, and what an address of theirs hears that is another by now.

use houselights_shared::{ParticipantId, Timestamp};

use crate::{
    announcements,
    app::App,
    clock,
    mail::{Message, Speaking},
    store::{About, EventRow, NewLetter, SpeakerChange, SpeakerRow, Statement, Store, StoreError, ways_in_over},
};

/// Within so many seconds the same invitation is sent once.
const RESENT_AFTER_SECONDS: i64 = 60;

/// What invitations of the same minute are called.
pub(super) const fn minute(now: Timestamp) -> i64 {
    now.micros() / (RESENT_AFTER_SECONDS * 1_000_000)
}

/// The letter with the way into the green room, for who has an address. Asked for twice with the same `number` it is sent once; the way in that is
/// shown is made anew each time.
pub(super) async fn letter(
    app: &App,
    event: &EventRow,
    (speaker, participant): (&SpeakerRow, ParticipantId),
    (number, now): (i64, Timestamp),
) -> Result<Option<NewLetter>, StoreError> {
    let Some(email) = &speaker.email else { return Ok(None) };
    let (entries, sessions) = app.store.speaks_in(speaker.id).await?.into_iter().unzip();
    let message = Message::SpeakerInvitation {
        name: speaker.name.clone(),
        event: event.title.clone(),
        starts_at: event.starts_at,
        time_zone: event.time_zone.clone(),
        sessions,
        speaker: Some(speaker.id),
        entries,
    };
    let about = About { event: Some(event.id), registration: None, participant: Some(participant) };
    Ok(Some(NewLetter::new(format!("speaker:{}:{email}:{number}", speaker.id), email, &message, about, now)))
}

/// What tells a speaker that they are none any more, or, as `kind` says, are one elsewhere, where they were invited by mail and the event is still to
/// come.
pub(super) async fn farewell(
    app: &App,
    event: &EventRow,
    (speaker, kind): (&SpeakerRow, fn(Speaking) -> Message),
    now: Timestamp,
) -> Result<Option<NewLetter>, StoreError> {
    let (Some(email), Some(_)) = (&speaker.email, speaker.invited_at) else { return Ok(None) };
    if !announcements::is_ahead(event) {
        return Ok(None);
    }
    let sessions = app.store.parts_of([speaker.id]).await?.remove(&speaker.id).unwrap_or_default();
    let message = kind(Speaking {
        speaker: speaker.id,
        name: speaker.name.clone(),
        event: event.title.clone(),
        starts_at: event.starts_at,
        time_zone: event.time_zone.clone(),
        sessions,
    });
    let about = About { event: Some(event.id), registration: None, participant: None };
    Ok(Some(NewLetter::new(format!("speaker-off:{}:{}", speaker.id, now.micros()), email, &message, about, now)))
}

/// What is written where the address of a speaker who was invited changes, and who is sent away then. Their links end, whoever has them: the address
/// may have been a stranger's. As long as the event is still to come both addresses are sent what becomes of it; the one before only where
/// it was written to.
pub(super) async fn moving(
    app: &App,
    event: &EventRow,
    speaker: &SpeakerRow,
    change: &SpeakerChange,
) -> Result<(Vec<Statement>, Option<ParticipantId>), StoreError> {
    let nothing = (Vec::new(), None);
    let Some(email) = change.email.as_ref().filter(|email| **email != speaker.email) else { return Ok(nothing) };
    let (Some(participant), Some(invited_at)) = (speaker.participant, speaker.invited_at) else { return Ok(nothing) };
    let now = clock::now();
    let is_told = announcements::is_ahead(event) && event.ends_at > now;
    let name = change.name.as_ref().unwrap_or(&speaker.name).clone();
    let moved = SpeakerRow { email: email.clone(), name, ..speaker.clone() };
    let new = if is_told { letter(app, event, (&moved, participant), (now.micros(), now)).await? } else { None };
    // Where they had none the links were handed to them, and stay good.
    let Some(before) = &speaker.email else { return Ok((new.iter().map(NewLetter::insert).collect(), None)) };
    let mut statements = ways_in_over(speaker.id, new.is_some().then_some(now), now);
    if is_told && app.store.was_written_to(participant, before, invited_at).await? {
        statements.extend(
            farewell(app, event, (speaker, Message::SpeakerMoved), now).await?.map(|letter| letter.in_order().insert()),
        );
    }
    statements.extend(new.iter().map(NewLetter::insert));
    Ok((statements, Some(participant)))
}

/// What is written where a speaker is taken out of the trash who was told that they are none any more: they are invited anew.
pub(super) async fn returning(app: &App, event: &EventRow, id: &str, now: Timestamp) -> Result<Vec<Statement>, StoreError> {
    let Some(speaker) = app.store.sent_off(event.id, id).await? else { return Ok(Vec::new()) };
    let Some(participant) = speaker.participant.filter(|_| announcements::is_ahead(event) && event.ends_at > now) else {
        return Ok(Vec::new());
    };
    let new = letter(app, event, (&speaker, participant), (now.micros(), now)).await?.map(NewLetter::in_order);
    Ok(new.iter().flat_map(|letter| [Store::invited_again(speaker.id, now), letter.insert()]).collect())
}
