//! What is told of edits of an agenda, as statements for the write that makes them.

use houselights_domain::Span;
use houselights_shared::{RoomId, SessionId, SpeakerId, Timestamp};

use super::{changed_as, is_ahead};
use crate::{
    mail::Change,
    store::{Discarded, EventRow, InRoom, NewAnnouncement, NewSession, SessionChange, SessionRow, Statement, announce},
    webhooks::{Notice, WebhookKind},
};

/// The edit of a session that is on, with what it refers to by name.
pub(crate) struct Edit<'a> {
    pub(crate) session: &'a SessionRow,
    pub(crate) change: &'a SessionChange,
    /// The title of the room that it is put into.
    pub(crate) room: Option<String>,
    /// Nothing where those who speak in it stay.
    pub(crate) cast: Option<Recast>,
}

/// Who spoke in a session, and who does from now on.
pub(crate) struct Recast {
    pub(crate) before: Vec<SpeakerId>,
    pub(crate) after: Vec<SpeakerId>,
}

/// What is told of a session that is new: its speakers hear that they are, and everybody where the event ends later.
pub(crate) fn made(event: &EventRow, new: &NewSession, ends: Option<Timestamp>, now: Timestamp) -> Vec<Statement> {
    let mut what = end_moved(ends);
    if !new.span.is_over(now) {
        what.extend(new.speakers.iter().map(|speaker| Change::SpeaksIn {
            session: new.title.clone(),
            starts_at: new.span.starts_at,
            id: new.id,
            speaker: *speaker,
        }));
    }
    told(event, (new.id, 1), (what, ends), now)
}

/// What is told of an edit: nothing of a session that is off already, or over before and after.
pub(crate) fn edited(event: &EventRow, edit: &Edit<'_>, ends: Option<Timestamp>, now: Timestamp) -> Vec<Statement> {
    let Edit { session, change, .. } = edit;
    let is_over = change.span.unwrap_or(session.span).is_over(now) && session.span.is_over(now);
    let mut what = end_moved(ends);
    if !is_over && session.cancelled_at.is_none() {
        what.extend(edit.changes());
    }
    told(event, (session.id, session.version + 1), (what, ends), now)
}

/// What is told of a session that does not take place any more.
pub(crate) fn taken_off(event: &EventRow, session: &SessionRow, now: Timestamp) -> Vec<Statement> {
    if session.span.is_over(now) || session.cancelled_at.is_some() {
        return Vec::new();
    }
    let what = vec![Change::SessionCancelled { session: session.title.clone(), id: Some(session.id) }];
    told(event, (session.id, session.version + 1), (what, None), now)
}

/// What is told of a session that is taken out of the trash: of one that was cancelled before, and stays so, no more than that the event ends
/// later.
pub(crate) fn taken_back(event: &EventRow, id: SessionId, session: &Discarded, now: Timestamp) -> Vec<Statement> {
    let ends = session.span.moves_end_of(Span { starts_at: event.starts_at, ends_at: event.ends_at });
    let mut what = end_moved(ends);
    if !session.is_cancelled && !session.span.is_over(now) {
        what.push(Change::SessionRestored { session: session.title.clone(), starts_at: session.span.starts_at, id });
    }
    told(event, (id, session.version + 1), (what, ends), now)
}

/// What is told where a room is called otherwise, taken down or back, of the sessions in it that are on: `title` is what it is called from now on, where
/// it is there.
pub(crate) fn room(
    event: &EventRow,
    (room, title): (RoomId, Option<&str>),
    sessions: &[InRoom],
    now: Timestamp,
) -> Option<Statement> {
    let ahead = sessions.iter().filter(|session| !session.span.is_over(now));
    let what = ahead.map(|session| Change::SessionRoom {
        session: session.title.clone(),
        room: title.map(str::to_owned),
        id: session.id,
    });
    changed_as(format!("room:{room}:{}", now.micros()), event, what.collect(), now).map(|told| told.insert())
}

/// What is told of an event that is taken out of the trash, where speakers heard that it is off: what they speak in takes place after all.
pub(crate) fn event_taken_back(event: &EventRow, sessions: &[SessionRow], now: Timestamp) -> Option<Statement> {
    let back = EventRow { deleted_at: None, ..event.clone() };
    let on = sessions.iter().filter(|session| session.cancelled_at.is_none() && !session.span.is_over(now));
    let what = on.map(|session| Change::SessionRestored {
        session: session.title.clone(),
        starts_at: session.span.starts_at,
        id: session.id,
    });
    changed_as(format!("event-back:{}:{}", event.id, event.version + 1), &back, what.collect(), now).map(|told| told.insert())
}

fn end_moved(ends: Option<Timestamp>) -> Vec<Change> {
    ends.into_iter().map(|ends_at| Change::End { ends_at }).collect()
}

/// For those whom it concerns, and for integrators where the event ends at another time.
fn told(
    event: &EventRow,
    (session, version): (SessionId, i64),
    (what, ends): (Vec<Change>, Option<Timestamp>),
    now: Timestamp,
) -> Vec<Statement> {
    let people = changed_as(format!("session:{session}:{version}"), event, what, now);
    let moved = ends.filter(|_| is_ahead(event)).map(|ends_at| EventRow { ends_at, ..event.clone() });
    let integrators = moved.and_then(|event| Notice::of_event(WebhookKind::EventChanged, &event, now));
    people.iter().map(NewAnnouncement::insert).chain(integrators.as_ref().map(announce)).collect()
}

impl Edit<'_> {
    fn changes(&self) -> Vec<Change> {
        let Self { session, change, room, cast } = self;
        let (id, title) = (session.id, change.title.as_ref().unwrap_or(&session.title));
        let mut what = Vec::new();
        if *title != session.title {
            what.push(Change::SessionTitle { session: title.clone(), was: session.title.clone(), id });
        }
        let span = change.span.unwrap_or(session.span);
        if span.starts_at != session.span.starts_at {
            what.push(Change::SessionTime { session: title.clone(), starts_at: span.starts_at, id: Some(id) });
        } else if span.ends_at != session.span.ends_at {
            what.push(Change::SessionEnd { session: title.clone(), ends_at: span.ends_at, id });
        }
        let is_elsewhere = |to: &Option<_>| session.room.as_ref().map(|room| room.id) != *to;
        if change.room.as_ref().is_some_and(is_elsewhere) {
            what.push(Change::SessionRoom { session: title.clone(), room: room.clone(), id });
        }
        if let Some(Recast { before, after }) = cast {
            what.extend(recast((id, title, span.starts_at), before, after));
        }
        what
    }
}

fn recast((id, title, starts_at): (SessionId, &str, Timestamp), before: &[SpeakerId], after: &[SpeakerId]) -> Vec<Change> {
    let session = || title.to_owned();
    let gone = before.iter().filter(|speaker| !after.contains(speaker));
    let new = after.iter().filter(|speaker| !before.contains(speaker));
    let mut what: Vec<Change> =
        gone.map(|speaker| Change::SpeaksNoMore { session: session(), id, speaker: *speaker }).collect();
    what.extend(new.map(|speaker| Change::SpeaksIn { session: session(), starts_at, id, speaker: *speaker }));
    // Their order alone is no news.
    if !what.is_empty() {
        what.push(Change::SessionSpeakers { session: session(), speakers: Vec::new(), id });
    }
    what
}
