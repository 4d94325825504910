//! Tracks and rooms of events, and how parts of an event are written.

use houselights_domain::Span;
use houselights_shared::{AgendaTrackId, EventId, RoomId, SessionId, Timestamp};

use super::{Row, Statement, Store, StoreError, TrashKind, Value};
use crate::{
    bounds::{MOST_CODES, MOST_QUESTIONS, MOST_ROOMS, MOST_SESSIONS, MOST_SPEAKERS, MOST_TICKET_TYPES, MOST_TRACKS, rows},
    templates::{RoomKind, Word as _},
};

/// A track as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TrackRow {
    pub(crate) id: AgendaTrackId,
    pub(crate) event: EventId,
    pub(crate) title: String,
    /// `#rrggbb`.
    pub(crate) colour: String,
}

/// A room as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoomRow {
    pub(crate) id: RoomId,
    pub(crate) event: EventId,
    pub(crate) title: String,
    pub(crate) kind: RoomKind,
}

/// A session that is on, as far as its room concerns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InRoom {
    pub(crate) id: SessionId,
    pub(crate) title: String,
    pub(crate) span: Span,
}

/// How a change of an agenda ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edited {
    Done,
    /// What was to be changed is not there (any more).
    Gone,
    /// It was changed since it was read.
    Meanwhile,
    /// Something that was named is no part of the event (any more).
    NoSuchPart,
    /// The event has as many as it can have.
    Full,
    /// An event keeps a stage.
    LastStage,
    /// An event takes money in one currency.
    OtherCurrency,
}

/// Statements of one write, each with what it means where its demand is not met.
#[derive(Default)]
pub(super) struct Steps {
    statements: Vec<Statement>,
    otherwise: Vec<Edited>,
}

impl Steps {
    /// One that has to change one row.
    pub(super) fn demand(&mut self, statement: Statement, otherwise: Edited) {
        self.statements.push(statement.changing(1));
        self.otherwise.push(otherwise);
    }

    /// One without a demand.
    pub(super) fn then(&mut self, statement: Statement) {
        self.statements.push(statement);
        self.otherwise.push(Edited::Done);
    }

    /// Nobody else adds to the event until the write is done, and it has room for one more.
    pub(super) fn room_for(&mut self, kind: TrashKind, event: EventId) {
        let held = "UPDATE events SET version = version WHERE id = $1 AND deleted_at IS NULL AND phase <> 'archived'";
        self.demand(Statement::new(held, vec![Value::id(&event)]), Edited::Gone);
        if let Some((counted, most)) = bound(kind) {
            self.demand(Statement::new(counted, vec![Value::id(&event), rows(most).into()]), Edited::Full);
        }
    }
}

/// Whether a room can be entered by those of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoomStands {
    Open,
    /// It, or its event, lies in the trash.
    TakenDown,
    /// The event has no such room.
    Nowhere,
}

impl Store {
    pub(super) async fn take(&self, steps: Steps) -> Result<Edited, StoreError> {
        match self.db.write(steps.statements).await {
            Ok(_) => Ok(Edited::Done),
            Err(StoreError::Unmet(place)) => {
                steps.otherwise.get(place).copied().filter(|edited| *edited != Edited::Done).ok_or(StoreError::Unmet(place))
            }
            Err(error) => Err(error),
        }
    }

    /// The tracks of these events, each event's in their order.
    pub(crate) async fn tracks_of(&self, events: impl IntoIterator<Item = EventId>) -> Result<Vec<TrackRow>, StoreError> {
        let sql = "SELECT id, event_id, title, colour FROM agenda_tracks WHERE event_id IN ({list}) AND deleted_at IS NULL \
                   ORDER BY position, id";
        let ids = events.into_iter().map(|id| Value::id(&id));
        self.db.read(Statement::listing(sql, Vec::new(), ids)).await?.iter().map(track).collect()
    }

    /// The tracks with these ids.
    pub(crate) async fn tracks(&self, ids: impl IntoIterator<Item = AgendaTrackId>) -> Result<Vec<TrackRow>, StoreError> {
        let sql = "SELECT id, event_id, title, colour FROM agenda_tracks WHERE id IN ({list}) AND deleted_at IS NULL";
        let ids = ids.into_iter().map(|id| Value::id(&id));
        self.db.read(Statement::listing(sql, Vec::new(), ids)).await?.iter().map(track).collect()
    }

    /// Adds a track behind the others.
    pub(crate) async fn create_track(&self, track: &TrackRow, now: Timestamp) -> Result<Edited, StoreError> {
        let mut steps = Steps::default();
        steps.room_for(TrashKind::Track, track.event);
        let sql = "INSERT INTO agenda_tracks (id, event_id, title, colour, position, created_at) VALUES ($1, $2, $3, $4, \
                   (SELECT coalesce(max(position), -1) + 1 FROM agenda_tracks WHERE event_id = $2), $5)";
        let (title, colour) = (track.title.as_str().into(), track.colour.as_str().into());
        steps.then(Statement::new(sql, vec![Value::id(&track.id), Value::id(&track.event), title, colour, now.into()]));
        self.take(steps).await
    }

    /// Changes a track; what is absent stays. False where there is none (any more).
    pub(crate) async fn update_track(
        &self,
        id: AgendaTrackId,
        title: Option<&str>,
        colour: Option<&str>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE agenda_tracks SET title = coalesce($1, title), colour = coalesce($2, colour) \
                   WHERE id = $3 AND deleted_at IS NULL";
        let statement = Statement::new(sql, vec![title.into(), colour.into(), Value::id(&id)]).changing(1);
        self.changed(vec![statement]).await
    }

    /// The rooms of these events, each event's in their order.
    pub(crate) async fn rooms_of(&self, events: impl IntoIterator<Item = EventId>) -> Result<Vec<RoomRow>, StoreError> {
        let sql = "SELECT id, event_id, title, kind FROM rooms WHERE event_id IN ({list}) AND deleted_at IS NULL \
                   ORDER BY position, id";
        let ids = events.into_iter().map(|id| Value::id(&id));
        self.db.read(Statement::listing(sql, Vec::new(), ids)).await?.iter().map(room).collect()
    }

    /// The rooms with these ids.
    pub(crate) async fn rooms(&self, ids: impl IntoIterator<Item = RoomId>) -> Result<Vec<RoomRow>, StoreError> {
        let sql = "SELECT id, event_id, title, kind FROM rooms WHERE id IN ({list}) AND deleted_at IS NULL";
        let ids = ids.into_iter().map(|id| Value::id(&id));
        self.db.read(Statement::listing(sql, Vec::new(), ids)).await?.iter().map(room).collect()
    }

    /// Whether a room is one of an event's, and is there.
    pub(crate) async fn has_room(&self, event: EventId, room: RoomId) -> Result<RoomStands, StoreError> {
        let sql =
            "SELECT r.deleted_at, e.deleted_at FROM rooms r JOIN events e ON e.id = r.event_id WHERE r.id = $1 AND e.id = $2";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&room), Value::id(&event)])).await?;
        let Some(row) = rows.first() else { return Ok(RoomStands::Nowhere) };
        let is_down = row.maybe_int(0)?.or(row.maybe_int(1)?).is_some();
        Ok(if is_down { RoomStands::TakenDown } else { RoomStands::Open })
    }

    /// Adds a room behind the others: an event's stage stays the one that it is.
    pub(crate) async fn create_room(&self, room: &RoomRow, now: Timestamp) -> Result<Edited, StoreError> {
        let mut steps = Steps::default();
        steps.room_for(TrashKind::Room, room.event);
        let sql = "INSERT INTO rooms (id, event_id, title, kind, position, created_at) VALUES ($1, $2, $3, $4, \
                   (SELECT coalesce(max(position), -1) + 1 FROM rooms WHERE event_id = $2), $5)";
        let (title, kind) = (room.title.as_str().into(), room.kind.word().into());
        steps.then(Statement::new(sql, vec![Value::id(&room.id), Value::id(&room.event), title, kind, now.into()]));
        self.take(steps).await
    }

    /// The sessions that are on in a room, also in one that lies in the trash.
    pub(crate) async fn sessions_in(&self, room: RoomId) -> Result<Vec<InRoom>, StoreError> {
        let sql = "SELECT id, title, starts_at, ends_at FROM sessions WHERE room_id = $1 AND deleted_at IS NULL \
                   AND cancelled_at IS NULL ORDER BY starts_at, id";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&room)])).await?;
        let read = |row: &Row| {
            let span = Span { starts_at: row.at(2)?, ends_at: row.at(3)? };
            Ok(InRoom { id: row.parsed(0)?, title: row.text(1)?.to_owned(), span })
        };
        rows.iter().map(read).collect()
    }

    /// Gives a room another title, and writes what is told of it. False where there is none (any more).
    pub(crate) async fn rename_room(&self, id: RoomId, title: &str, told: Option<Statement>) -> Result<bool, StoreError> {
        let sql = "UPDATE rooms SET title = $1 WHERE id = $2 AND deleted_at IS NULL";
        let renamed = Statement::new(sql, vec![title.into(), Value::id(&id)]).changing(1);
        self.changed(std::iter::once(renamed).chain(told).collect()).await
    }

    /// Puts a room into the trash, and writes what is told of it. Its sessions keep it in mind and have none until it is restored. The last stage
    /// stays.
    pub(crate) async fn delete_room(
        &self,
        event: EventId,
        id: RoomId,
        told: Option<Statement>,
        now: Timestamp,
    ) -> Result<Edited, StoreError> {
        let mut steps = Steps::default();
        // Two who each take one of two stages meet here, one after the other.
        let held = "UPDATE events SET version = version WHERE id = $1 AND deleted_at IS NULL";
        steps.demand(Statement::new(held, vec![Value::id(&event)]), Edited::Gone);
        let gone = "UPDATE rooms SET deleted_at = $1 WHERE id = $2 AND event_id = $3 AND deleted_at IS NULL";
        steps.demand(Statement::new(gone, vec![now.into(), Value::id(&id), Value::id(&event)]), Edited::Gone);
        let left = "UPDATE events SET version = version WHERE id = $1 AND EXISTS \
                    (SELECT 1 FROM rooms WHERE event_id = $1 AND kind = 'stage' AND deleted_at IS NULL)";
        steps.demand(Statement::new(left, vec![Value::id(&event)]), Edited::LastStage);
        if let Some(told) = told {
            steps.then(told);
        }
        self.take(steps).await
    }
}

/// How many of a kind an event can have, and what finds out whether there are fewer. What is in the trash does not count.
const fn bound(kind: TrashKind) -> Option<(&'static str, usize)> {
    macro_rules! fewer_in {
        ($table:literal) => {
            concat!(
                "UPDATE events SET version = version WHERE id = $1 AND (SELECT count(*) FROM ",
                $table,
                " WHERE event_id = $1 AND deleted_at IS NULL) < $2"
            )
        };
    }
    match kind {
        TrashKind::Session => Some((fewer_in!("sessions"), MOST_SESSIONS)),
        TrashKind::Track => Some((fewer_in!("agenda_tracks"), MOST_TRACKS)),
        TrashKind::Room => Some((fewer_in!("rooms"), MOST_ROOMS)),
        TrashKind::Speaker => Some((fewer_in!("speakers"), MOST_SPEAKERS)),
        TrashKind::TicketType => Some((fewer_in!("ticket_types"), MOST_TICKET_TYPES)),
        TrashKind::Question => Some((fewer_in!("questions"), MOST_QUESTIONS)),
        TrashKind::Code => Some((fewer_in!("ticket_codes"), MOST_CODES)),
        TrashKind::Event => None,
    }
}

fn track(row: &Row) -> Result<TrackRow, StoreError> {
    Ok(TrackRow { id: row.parsed(0)?, event: row.parsed(1)?, title: row.text(2)?.to_owned(), colour: row.text(3)?.to_owned() })
}

fn room(row: &Row) -> Result<RoomRow, StoreError> {
    let kind = RoomKind::named(row.text(3)?).ok_or(StoreError::Corrupt("the kind of a room"))?;
    Ok(RoomRow { id: row.parsed(0)?, event: row.parsed(1)?, title: row.text(2)?.to_owned(), kind })
}
