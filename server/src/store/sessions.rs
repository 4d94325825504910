//! Sessions: the slots of an agenda.

use houselights_domain::Span;
use houselights_shared::{AgendaTrackId, EventId, RoomId, SessionId, SpeakerId, Timestamp};

use super::{Edited, RoomRow, Row, Statement, Store, StoreError, TrackRow, TrashKind, Value, agenda::Steps};
use crate::templates::{RoomKind, Word as _};

/// A session as it is stored, with where it is: whoever lists an agenda shows that, too. A room or a track in the trash is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionRow {
    pub(crate) id: SessionId,
    pub(crate) event: EventId,
    pub(crate) room: Option<RoomRow>,
    pub(crate) track: Option<TrackRow>,
    pub(crate) title: String,
    /// Markdown.
    pub(crate) description: String,
    pub(crate) span: Span,
    pub(crate) capacity: Option<i64>,
    /// How many mean to come.
    pub(crate) picked: i64,
    pub(crate) version: i64,
    pub(crate) cancelled_at: Option<Timestamp>,
}

/// A session to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewSession {
    pub(crate) id: SessionId,
    pub(crate) event: EventId,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) span: Span,
    pub(crate) track: Option<AgendaTrackId>,
    pub(crate) room: Option<RoomId>,
    pub(crate) capacity: Option<i64>,
    pub(crate) speakers: Vec<SpeakerId>,
}

/// What is to be different about a session; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::option_option, reason = "absent: it stays; none: there is none from now on")]
pub(crate) struct SessionChange {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) span: Option<Span>,
    pub(crate) track: Option<Option<AgendaTrackId>>,
    pub(crate) room: Option<Option<RoomId>>,
    pub(crate) capacity: Option<Option<i64>>,
    /// In their order.
    pub(crate) speakers: Option<Vec<SpeakerId>>,
}

/// How a session goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Going {
    /// It stays on the agenda and does not take place.
    Cancelled,
    /// Into the trash.
    Deleted,
}

/// What is read of a session, up to where `WHERE` goes on.
macro_rules! sessions_where {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.event_id, s.title, s.description, s.starts_at, s.ends_at, s.capacity, s.picked, s.version, s.cancelled_at, \
             r.id, r.title, r.kind, t.id, t.title, t.colour FROM sessions s LEFT JOIN rooms r ON r.id = s.room_id AND r.deleted_at IS NULL \
             LEFT JOIN agenda_tracks t ON t.id = s.track_id AND t.deleted_at IS NULL WHERE s.deleted_at IS NULL AND ",
            $rest
        )
    };
}

impl Store {
    /// A session that is not in the trash.
    pub(crate) async fn session(&self, id: SessionId) -> Result<Option<SessionRow>, StoreError> {
        let sql = sessions_where!("s.id = $1");
        self.db.read(Statement::new(sql, vec![Value::id(&id)])).await?.first().map(session).transpose()
    }

    /// The sessions of these events, each event's in the order in which they begin.
    pub(crate) async fn sessions_of(&self, events: impl IntoIterator<Item = EventId>) -> Result<Vec<SessionRow>, StoreError> {
        let sql = sessions_where!("s.event_id IN ({list}) ORDER BY s.starts_at, s.ends_at, s.id");
        let ids = events.into_iter().map(|id| Value::id(&id));
        self.db.read(Statement::listing(sql, Vec::new(), ids)).await?.iter().map(session).collect()
    }

    /// Makes a session, and writes what is told of it. Where `ends` says so, the event ends then.
    pub(crate) async fn create_session(
        &self,
        new: &NewSession,
        ends: Option<Timestamp>,
        told: Vec<Statement>,
        now: Timestamp,
    ) -> Result<Edited, StoreError> {
        let mut steps = Steps::default();
        steps.room_for(TrashKind::Session, new.event);
        steps.hold(new.event, new.room, new.track);
        let sql = "INSERT INTO sessions (id, event_id, room_id, track_id, title, description, starts_at, ends_at, capacity, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let values = vec![
            Value::id(&new.id),
            Value::id(&new.event),
            new.room.map(|id| id.to_string()).into(),
            new.track.map(|id| id.to_string()).into(),
            new.title.as_str().into(),
            new.description.as_str().into(),
            new.span.starts_at.into(),
            new.span.ends_at.into(),
            new.capacity.into(),
            now.into(),
        ];
        steps.then(Statement::new(sql, values));
        steps.cast(new.event, new.id, &new.speakers);
        steps.move_end(new.event, ends);
        steps.tell(told);
        self.take(steps).await
    }

    /// Changes a session as it was at a version. Where `ends` says so, the event ends then. `told` is written with it.
    pub(crate) async fn update_session(
        &self,
        row: &SessionRow,
        change: &SessionChange,
        ends: Option<Timestamp>,
        told: Vec<Statement>,
    ) -> Result<Edited, StoreError> {
        let mut steps = Steps::default();
        steps.hold(row.event, change.room.flatten(), change.track.flatten());
        let sql = "UPDATE sessions SET title = coalesce($1, title), description = coalesce($2, description), \
                   starts_at = coalesce($3, starts_at), ends_at = coalesce($4, ends_at), \
                   room_id = CASE WHEN $5 = 1 THEN $6 ELSE room_id END, track_id = CASE WHEN $7 = 1 THEN $8 ELSE track_id END, \
                   capacity = CASE WHEN $9 = 1 THEN $10 ELSE capacity END, version = version + 1 \
                   WHERE id = $11 AND version = $12 AND deleted_at IS NULL";
        let values = vec![
            change.title.clone().into(),
            change.description.clone().into(),
            change.span.map(|span| span.starts_at).into(),
            change.span.map(|span| span.ends_at).into(),
            change.room.is_some().into(),
            change.room.flatten().map(|id| id.to_string()).into(),
            change.track.is_some().into(),
            change.track.flatten().map(|id| id.to_string()).into(),
            change.capacity.is_some().into(),
            change.capacity.flatten().into(),
            Value::id(&row.id),
            row.version.into(),
        ];
        steps.demand(Statement::new(sql, values), Edited::Meanwhile);
        if let Some(speakers) = &change.speakers {
            let sql = "DELETE FROM session_speakers WHERE session_id = $1";
            steps.then(Statement::new(sql, vec![Value::id(&row.id)]));
            steps.cast(row.event, row.id, speakers);
        }
        steps.move_end(row.event, ends);
        steps.tell(told);
        self.take(steps).await
    }

    /// Takes a session as it was at a version off the agenda. `told` is written with it.
    pub(crate) async fn take_off(
        &self,
        row: &SessionRow,
        how: Going,
        told: Vec<Statement>,
        now: Timestamp,
    ) -> Result<Edited, StoreError> {
        let sql = match how {
            Going::Cancelled => {
                "UPDATE sessions SET cancelled_at = $1, version = version + 1 \
                 WHERE id = $2 AND version = $3 AND deleted_at IS NULL AND cancelled_at IS NULL"
            }
            Going::Deleted => {
                "UPDATE sessions SET deleted_at = $1, version = version + 1 WHERE id = $2 AND version = $3 AND deleted_at IS NULL"
            }
        };
        let mut steps = Steps::default();
        steps.demand(Statement::new(sql, vec![now.into(), Value::id(&row.id), row.version.into()]), Edited::Meanwhile);
        steps.tell(told);
        self.take(steps).await
    }
}

impl Steps {
    /// The room and the track are the event's, and stay until the write is done.
    fn hold(&mut self, event: EventId, room: Option<RoomId>, track: Option<AgendaTrackId>) {
        if let Some(room) = room {
            let sql = "UPDATE rooms SET title = title WHERE id = $1 AND event_id = $2 AND deleted_at IS NULL";
            self.demand(Statement::new(sql, vec![Value::id(&room), Value::id(&event)]), Edited::NoSuchPart);
        }
        if let Some(track) = track {
            let sql = "UPDATE agenda_tracks SET title = title WHERE id = $1 AND event_id = $2 AND deleted_at IS NULL";
            self.demand(Statement::new(sql, vec![Value::id(&track), Value::id(&event)]), Edited::NoSuchPart);
        }
    }

    /// These speak in a session, in this order.
    fn cast(&mut self, event: EventId, session: SessionId, speakers: &[SpeakerId]) {
        let sql = "INSERT INTO session_speakers (session_id, speaker_id, position) \
                   SELECT $1, id, CAST($2 AS BIGINT) FROM speakers WHERE id = $3 AND event_id = $4 AND deleted_at IS NULL";
        for (speaker, position) in speakers.iter().zip(0_i64..) {
            let values = vec![Value::id(&session), position.into(), Value::id(speaker), Value::id(&event)];
            self.demand(Statement::new(sql, values), Edited::NoSuchPart);
        }
    }

    fn tell(&mut self, told: Vec<Statement>) {
        for statement in told {
            self.then(statement);
        }
    }

    /// The event goes on at least until then.
    fn move_end(&mut self, event: EventId, ends: Option<Timestamp>) {
        let Some(ends) = ends else { return };
        let sql = "UPDATE events SET ends_at = $2, version = version + 1 WHERE id = $1 AND ends_at < $2";
        self.then(Statement::new(sql, vec![Value::id(&event), ends.into()]));
    }
}

fn session(row: &Row) -> Result<SessionRow, StoreError> {
    let event = row.parsed(1)?;
    let room = match row.maybe(10)? {
        Some(id) => {
            let kind = RoomKind::named(row.text(12)?).ok_or(StoreError::Corrupt("the kind of a room"))?;
            Some(RoomRow { id, event, title: row.text(11)?.to_owned(), kind })
        }
        None => None,
    };
    let track = match row.maybe(13)? {
        Some(id) => Some(TrackRow { id, event, title: row.text(14)?.to_owned(), colour: row.text(15)?.to_owned() }),
        None => None,
    };
    Ok(SessionRow {
        id: row.parsed(0)?,
        event,
        room,
        track,
        title: row.text(2)?.to_owned(),
        description: row.text(3)?.to_owned(),
        span: Span { starts_at: row.at(4)?, ends_at: row.at(5)? },
        capacity: row.maybe_int(6)?,
        picked: row.int(7)?,
        version: row.int(8)?,
        cancelled_at: row.maybe_at(9)?,
    })
}
