//! What an event is made of, read to make a template or another event of it: nothing that is in the trash or cancelled, and nobody who is
//! registered.

use houselights_shared::{AgendaTrackId, EventId, ImageId, RoomId, SessionId, SpeakerId, Timestamp};

use super::{Row, Statement, Store, StoreError, Value};
use crate::templates::{Question, RoomKind, Word};

/// All of it, each in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    pub(crate) rooms: Vec<RoomOutline>,
    pub(crate) tracks: Vec<TrackOutline>,
    pub(crate) sessions: Vec<SessionOutline>,
    pub(crate) questions: Vec<Question>,
    pub(crate) tickets: Vec<TicketOutline>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoomOutline {
    pub(crate) id: RoomId,
    pub(crate) kind: RoomKind,
    pub(crate) title: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TrackOutline {
    pub(crate) id: AgendaTrackId,
    pub(crate) title: String,
    pub(crate) colour: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionOutline {
    pub(crate) id: SessionId,
    pub(crate) room: Option<RoomId>,
    pub(crate) track: Option<AgendaTrackId>,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) starts_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    pub(crate) capacity: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TicketOutline {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) quantity: Option<i64>,
    pub(crate) waiting_list: bool,
    pub(crate) is_hidden: bool,
    /// When it is sold. No template says so: these are dates.
    pub(crate) sales_start: Option<Timestamp>,
    pub(crate) sales_end: Option<Timestamp>,
}

/// Who speaks, as no template says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bill {
    pub(crate) speakers: Vec<SpeakerOutline>,
    /// Who speaks where, and at which place there.
    pub(crate) places: Vec<(SessionId, SpeakerId, i64)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SpeakerOutline {
    pub(crate) id: SpeakerId,
    pub(crate) name: String,
    pub(crate) headline: String,
    pub(crate) biography: String,
    pub(crate) email: Option<String>,
    pub(crate) picture: Option<ImageId>,
}

impl Store {
    /// What an event is made of.
    pub(crate) async fn outline(&self, event: EventId) -> Result<Outline, StoreError> {
        let rooms = "SELECT id, kind, title FROM rooms WHERE event_id = $1 AND deleted_at IS NULL ORDER BY position, id";
        let tracks =
            "SELECT id, title, colour FROM agenda_tracks WHERE event_id = $1 AND deleted_at IS NULL ORDER BY position, id";
        let sessions = "SELECT id, room_id, track_id, title, description, starts_at, ends_at, capacity FROM sessions \
                        WHERE event_id = $1 AND deleted_at IS NULL AND cancelled_at IS NULL ORDER BY starts_at, id";
        let questions = "SELECT label, kind, options, required FROM questions \
                         WHERE event_id = $1 AND deleted_at IS NULL ORDER BY position, id";
        let tickets = "SELECT title, description, amount, currency, quantity, waiting_list, hidden, sales_start, sales_end FROM ticket_types \
                       WHERE event_id = $1 AND deleted_at IS NULL ORDER BY position, id";
        Ok(Outline {
            rooms: self.parts(event, rooms, room).await?,
            tracks: self.parts(event, tracks, track).await?,
            sessions: self.parts(event, sessions, session).await?,
            questions: self.parts(event, questions, question).await?,
            tickets: self.parts(event, tickets, ticket).await?,
        })
    }

    /// Who speaks at an event.
    pub(crate) async fn bill(&self, event: EventId) -> Result<Bill, StoreError> {
        let speakers = "SELECT id, name, headline, biography, email, picture_id FROM speakers \
                        WHERE event_id = $1 AND deleted_at IS NULL ORDER BY position, id";
        let places = "SELECT s.id, p.speaker_id, p.position FROM sessions s JOIN session_speakers p ON p.session_id = s.id \
                      WHERE s.event_id = $1 ORDER BY s.id, p.position, p.speaker_id";
        Ok(Bill {
            speakers: self.parts(event, speakers, speaker).await?,
            places: self.parts(event, places, |row| Ok((row.parsed(0)?, row.parsed(1)?, row.int(2)?))).await?,
        })
    }

    async fn parts<T>(
        &self,
        event: EventId,
        sql: &'static str,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.db.read(Statement::new(sql, vec![Value::id(&event)])).await?.iter().map(read).collect()
    }
}

fn word<W: Word>(row: &Row, column: usize) -> Result<W, StoreError> {
    W::named(row.text(column)?).ok_or(StoreError::Corrupt("a word that is not known"))
}

fn room(row: &Row) -> Result<RoomOutline, StoreError> {
    Ok(RoomOutline { id: row.parsed(0)?, kind: word(row, 1)?, title: row.text(2)?.to_owned() })
}

fn track(row: &Row) -> Result<TrackOutline, StoreError> {
    Ok(TrackOutline { id: row.parsed(0)?, title: row.text(1)?.to_owned(), colour: row.text(2)?.to_owned() })
}

fn session(row: &Row) -> Result<SessionOutline, StoreError> {
    Ok(SessionOutline {
        id: row.parsed(0)?,
        room: row.maybe(1)?,
        track: row.maybe(2)?,
        title: row.text(3)?.to_owned(),
        description: row.text(4)?.to_owned(),
        starts_at: row.at(5)?,
        ends_at: row.at(6)?,
        capacity: row.maybe_int(7)?,
    })
}

fn question(row: &Row) -> Result<Question, StoreError> {
    Ok(Question { label: row.text(0)?.to_owned(), kind: word(row, 1)?, options: row.json(2)?, required: row.is(3)? })
}

fn ticket(row: &Row) -> Result<TicketOutline, StoreError> {
    Ok(TicketOutline {
        title: row.text(0)?.to_owned(),
        description: row.text(1)?.to_owned(),
        amount: row.int(2)?,
        currency: row.text(3)?.to_owned(),
        quantity: row.maybe_int(4)?,
        waiting_list: row.is(5)?,
        is_hidden: row.is(6)?,
        sales_start: row.maybe_at(7)?,
        sales_end: row.maybe_at(8)?,
    })
}

fn speaker(row: &Row) -> Result<SpeakerOutline, StoreError> {
    Ok(SpeakerOutline {
        id: row.parsed(0)?,
        name: row.text(1)?.to_owned(),
        headline: row.text(2)?.to_owned(),
        biography: row.text(3)?.to_owned(),
        email: row.maybe(4)?,
        picture: row.maybe(5)?,
    })
}
