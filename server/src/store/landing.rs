//! What the public page of an event shows, in six statements however much that is.

use houselights_shared::{EventId, ImageId, QuestionId, SessionId, SpeakerId, Timestamp};

use super::{
    EventRow, Row, Statement, Store, StoreError, TicketType, Value,
    events::{event, event_columns},
    tickets::{ticket_columns, ticket_type},
};
use crate::templates::{QuestionKind, Word as _};

/// A public event, with what its page says of others.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PublicEvent {
    pub(crate) row: EventRow,
    /// Who holds it.
    pub(crate) organisation: Option<String>,
    /// Width and height of the cover.
    pub(crate) cover_size: Option<(i64, i64)>,
}

/// A session as everybody may see it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PublicSession {
    pub(crate) id: SessionId,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) starts_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    pub(crate) room: Option<String>,
    /// Title and colour.
    pub(crate) track: Option<(String, String)>,
    pub(crate) version: i64,
    pub(crate) is_cancelled: bool,
}

/// A speaker as everybody may see them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PublicSpeaker {
    pub(crate) id: SpeakerId,
    pub(crate) name: String,
    pub(crate) headline: String,
    pub(crate) biography: String,
    pub(crate) picture: Option<ImageId>,
}

/// Something that those who register are asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PublicQuestion {
    pub(crate) id: QuestionId,
    pub(crate) label: String,
    pub(crate) kind: QuestionKind,
    pub(crate) options: Vec<String>,
    pub(crate) required: bool,
}

impl Store {
    /// The event with this address, where it is public.
    pub(crate) async fn landing_event(&self, slug: &str) -> Result<Option<PublicEvent>, StoreError> {
        let sql = concat!(
            "SELECT ",
            event_columns!(),
            ", (SELECT o.name FROM organisations o WHERE o.id = events.organisation_id), \
             (SELECT i.width FROM images i WHERE i.id = events.cover_id), \
             (SELECT i.height FROM images i WHERE i.id = events.cover_id) \
             FROM events WHERE slug = $1 AND phase IN ('published', 'live', 'ended') AND deleted_at IS NULL"
        );
        let rows = self.db.read(Statement::new(sql, vec![slug.into()])).await?;
        rows.first().map(public_event).transpose()
    }

    /// Its agenda, in the order of time.
    pub(crate) async fn landing_sessions(&self, event: EventId) -> Result<Vec<PublicSession>, StoreError> {
        let sql = "SELECT s.id, s.title, s.description, s.starts_at, s.ends_at, r.title, t.title, t.colour, s.version, s.cancelled_at \
                   FROM sessions s LEFT JOIN rooms r ON r.id = s.room_id AND r.deleted_at IS NULL \
                   LEFT JOIN agenda_tracks t ON t.id = s.track_id AND t.deleted_at IS NULL \
                   WHERE s.event_id = $1 AND s.deleted_at IS NULL \
                   ORDER BY s.starts_at, coalesce(t.position, -1), coalesce(r.position, -1), s.id";
        self.of_event(sql, event, session).await
    }

    /// Its speakers.
    pub(crate) async fn landing_speakers(&self, event: EventId) -> Result<Vec<PublicSpeaker>, StoreError> {
        let sql = "SELECT id, name, headline, biography, picture_id FROM speakers \
                   WHERE event_id = $1 AND deleted_at IS NULL ORDER BY position, id";
        self.of_event(sql, event, speaker).await
    }

    /// Who speaks in which of its sessions.
    pub(crate) async fn landing_line_up(&self, event: EventId) -> Result<Vec<(SessionId, SpeakerId)>, StoreError> {
        let sql = "SELECT l.session_id, l.speaker_id FROM session_speakers l JOIN speakers p ON p.id = l.speaker_id \
                   JOIN sessions s ON s.id = l.session_id \
                   WHERE p.event_id = $1 AND p.deleted_at IS NULL AND s.deleted_at IS NULL \
                   ORDER BY s.starts_at, l.session_id, l.position, l.speaker_id";
        self.of_event(sql, event, |row| Ok((row.parsed(0)?, row.parsed(1)?))).await
    }

    /// Its tickets that are offered to everybody, and the hidden one that a code is for.
    pub(crate) async fn landing_tickets(&self, event: EventId, code: &str) -> Result<Vec<TicketType>, StoreError> {
        let sql = concat!(
            "SELECT ",
            ticket_columns!(),
            " FROM ticket_types WHERE event_id = $1 AND deleted_at IS NULL AND (hidden = 0 OR id IN \
             (SELECT c.ticket_type_id FROM ticket_codes c WHERE c.event_id = $1 AND c.code = $2 AND c.deleted_at IS NULL)) \
             ORDER BY position, id"
        );
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&event), code.into()])).await?;
        rows.iter().map(ticket_type).collect()
    }

    /// What it asks those who register.
    pub(crate) async fn landing_questions(&self, event: EventId) -> Result<Vec<PublicQuestion>, StoreError> {
        let sql = "SELECT id, label, kind, options, required FROM questions \
                   WHERE event_id = $1 AND deleted_at IS NULL ORDER BY position, id";
        self.of_event(sql, event, question).await
    }

    async fn of_event<T>(
        &self,
        sql: &'static str,
        event: EventId,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.db.read(Statement::new(sql, vec![Value::id(&event)])).await?.iter().map(read).collect()
    }
}

/// The columns after those of an [`EventRow`].
const ORGANISATION: usize = 23;

fn public_event(row: &Row) -> Result<PublicEvent, StoreError> {
    let cover = (row.maybe_int(ORGANISATION + 1)?, row.maybe_int(ORGANISATION + 2)?);
    Ok(PublicEvent { row: event(row)?, organisation: row.maybe(ORGANISATION)?, cover_size: cover.0.zip(cover.1) })
}

fn session(row: &Row) -> Result<PublicSession, StoreError> {
    let (track, colour): (Option<String>, Option<String>) = (row.maybe(6)?, row.maybe(7)?);
    Ok(PublicSession {
        id: row.parsed(0)?,
        title: row.text(1)?.to_owned(),
        description: row.text(2)?.to_owned(),
        starts_at: row.at(3)?,
        ends_at: row.at(4)?,
        room: row.maybe(5)?,
        track: track.zip(colour),
        version: row.int(8)?,
        is_cancelled: row.maybe_at(9)?.is_some(),
    })
}

fn speaker(row: &Row) -> Result<PublicSpeaker, StoreError> {
    Ok(PublicSpeaker {
        id: row.parsed(0)?,
        name: row.text(1)?.to_owned(),
        headline: row.text(2)?.to_owned(),
        biography: row.text(3)?.to_owned(),
        picture: row.maybe(4)?,
    })
}

fn question(row: &Row) -> Result<PublicQuestion, StoreError> {
    Ok(PublicQuestion {
        id: row.parsed(0)?,
        label: row.text(1)?.to_owned(),
        kind: QuestionKind::named(row.text(2)?).ok_or(StoreError::Corrupt("the kind of a question"))?,
        options: row.json(3)?,
        required: row.is(4)?,
    })
}
