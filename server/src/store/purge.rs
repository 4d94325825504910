//! Erasing what has lain in the trash for too long.
//!
//! A table at a time, what refers to something before what it refers to, and at most [`STEP`] rows in one write, so that no room waits for
//! it. What is half erased when the server stops is erased by the next run: nobody can take it back any more by then. Ids are made at random
//! and never used again, so nothing new can be mistaken for what is gone.

use houselights_shared::{EventId, Timestamp};
use tracing::{info, warn};

use super::{Statement, Store, StoreError, Value};

/// Rows erased in one write.
const STEP: usize = 2_000;

/// Deletes rows of a table, by the columns that tell them apart: at most a step of those that `$rest` finds. It is for [`Store::erase`].
macro_rules! erase {
    ($table:literal, $key:literal, $rest:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE (",
            $key,
            ") IN (SELECT ",
            $key,
            " FROM ",
            $table,
            " WHERE ",
            $rest,
            " LIMIT 2000) RETURNING 1"
        )
    };
}

/// Parts of events that stay; `$1` is the moment. What others still refer to stays, too: a kind of ticket that somebody has.
const PARTS: [&str; 21] = [
    erase!("session_picks", "registration_id, session_id", "session_id IN (SELECT id FROM sessions WHERE deleted_at < $1)"),
    erase!("session_speakers", "session_id, speaker_id", "session_id IN (SELECT id FROM sessions WHERE deleted_at < $1)"),
    erase!("sessions", "id", "deleted_at < $1"),
    "UPDATE sessions SET track_id = NULL WHERE track_id IN (SELECT id FROM agenda_tracks WHERE deleted_at < $1)",
    erase!("agenda_tracks", "id", "deleted_at < $1"),
    "UPDATE sessions SET room_id = NULL WHERE room_id IN (SELECT id FROM rooms WHERE deleted_at < $1)",
    "UPDATE invites SET room_id = NULL WHERE room_id IN (SELECT id FROM rooms WHERE deleted_at < $1)",
    erase!("message_edits", "room_id, seq", "room_id IN (SELECT id FROM rooms WHERE deleted_at < $1)"),
    erase!("messages", "place", "room_id IN (SELECT id FROM rooms WHERE deleted_at < $1)"),
    erase!("bans", "participant_id, room_id", "room_id IN (SELECT id FROM rooms WHERE deleted_at < $1)"),
    erase!("settings", "name", "name IN (SELECT 'told:' || id FROM rooms WHERE deleted_at < $1)"),
    erase!("updates", "room_id, seq", "room_id IN (SELECT id FROM rooms WHERE deleted_at < $1)"),
    erase!("rooms", "id", "deleted_at < $1"),
    erase!(
        "ticket_codes",
        "id",
        "deleted_at < $1 AND NOT EXISTS (SELECT 1 FROM registrations r WHERE r.code_id = ticket_codes.id)"
    ),
    erase!(
        "ticket_types",
        "id",
        "deleted_at < $1 AND NOT EXISTS (SELECT 1 FROM registrations r WHERE r.ticket_type_id = ticket_types.id) \
         AND NOT EXISTS (SELECT 1 FROM ticket_codes c WHERE c.ticket_type_id = ticket_types.id)"
    ),
    erase!(
        "questions",
        "id",
        "deleted_at < $1 AND NOT EXISTS (SELECT 1 FROM registrations r WHERE r.event_id = questions.event_id \
         AND r.answers LIKE '%' || questions.id || '%')"
    ),
    erase!("templates", "id", "deleted_at < $1"),
    erase!("deliveries", "id", "webhook_id IN (SELECT id FROM webhooks WHERE deleted_at < $1)"),
    erase!("webhooks", "id", "deleted_at < $1"),
    erase!("session_speakers", "session_id, speaker_id", "speaker_id IN (SELECT id FROM speakers WHERE deleted_at < $1)"),
    erase!("speakers", "id", "deleted_at < $1 AND participant_id IS NULL"),
];

/// A whole event; `$1` is its id.
const EVENT: [&str; 29] = [
    erase!("former_slugs", "slug", "event_id = $1"),
    erase!("announcements", "id", "event_id = $1"),
    erase!("bounced_addresses", "event_id, email", "event_id = $1"),
    erase!("outbox", "id", "event_id = $1"),
    erase!("outbox", "id", "registration_id IN (SELECT id FROM registrations WHERE event_id = $1)"),
    erase!("outbox", "id", "participant_id IN (SELECT id FROM participants WHERE event_id = $1)"),
    erase!("session_picks", "registration_id, session_id", "session_id IN (SELECT id FROM sessions WHERE event_id = $1)"),
    erase!(
        "session_picks",
        "registration_id, session_id",
        "registration_id IN (SELECT id FROM registrations WHERE event_id = $1)"
    ),
    erase!("payments", "reference", "registration_id IN (SELECT id FROM registrations WHERE event_id = $1)"),
    erase!("payment_links", "secret_hash", "registration_id IN (SELECT id FROM registrations WHERE event_id = $1)"),
    erase!("registrations", "id", "event_id = $1"),
    erase!("ticket_codes", "id", "event_id = $1"),
    erase!("ticket_types", "id", "event_id = $1"),
    erase!("questions", "id", "event_id = $1"),
    erase!("session_speakers", "session_id, speaker_id", "session_id IN (SELECT id FROM sessions WHERE event_id = $1)"),
    erase!("sessions", "id", "event_id = $1"),
    erase!("agenda_tracks", "id", "event_id = $1"),
    erase!("speakers", "id", "event_id = $1"),
    erase!("logins", "token_hash", "participant_id IN (SELECT id FROM participants WHERE event_id = $1)"),
    erase!("invites", "secret_hash", "event_id = $1"),
    erase!("inbox", "participant_id, position", "participant_id IN (SELECT id FROM participants WHERE event_id = $1)"),
    erase!("bans", "participant_id, room_id", "participant_id IN (SELECT id FROM participants WHERE event_id = $1)"),
    erase!("profiles", "participant_id", "participant_id IN (SELECT id FROM participants WHERE event_id = $1)"),
    erase!("participants", "id", "event_id = $1"),
    erase!("message_edits", "room_id, seq", "room_id IN (SELECT id FROM rooms WHERE event_id = $1)"),
    erase!("messages", "place", "room_id IN (SELECT id FROM rooms WHERE event_id = $1)"),
    erase!("settings", "name", "name IN (SELECT 'told:' || id FROM rooms WHERE event_id = $1)"),
    erase!("updates", "room_id, seq", "room_id IN (SELECT id FROM rooms WHERE event_id = $1)"),
    erase!("rooms", "id", "event_id = $1"),
];

pub(super) use erase;

impl Store {
    /// Erases what was put into the trash before a moment. An event that cannot be erased is left for the next time, and so is what is not
    /// reached where the store fails.
    pub(crate) async fn purge_deleted(&self, before: Timestamp) -> Result<(), StoreError> {
        // Money that is on its way back is waited for: without its row nobody would try again.
        let events = "SELECT id FROM events WHERE deleted_at < $1 AND NOT EXISTS (SELECT 1 FROM registrations r \
                      JOIN payments p ON p.registration_id = r.id WHERE r.event_id = events.id AND p.state = 'refunding') \
                      ORDER BY id LIMIT 1000";
        let rows = self.db.read(Statement::new(events, vec![before.into()])).await?;
        for row in &rows {
            let id = row.parsed(0)?;
            match self.erase_event(id, before).await {
                Ok(()) => info!(event.id = %id, "an event was erased that lay in the trash"),
                Err(error @ StoreError::Unavailable(_)) => return Err(error),
                Err(error) => warn!(event.id = %id, %error, "an event stays in the trash for now"),
            }
        }
        self.erase_invited_speakers(before).await?;
        for sql in PARTS {
            self.erase(sql, &before.into()).await?;
        }
        Ok(())
    }

    /// Erases an event that was in the trash before a moment.
    pub(super) async fn erase_event(&self, id: EventId, before: Timestamp) -> Result<(), StoreError> {
        for sql in EVENT {
            self.erase(sql, &Value::id(&id)).await?;
        }
        let event = Statement::new("DELETE FROM events WHERE id = $1 AND deleted_at < $2", vec![Value::id(&id), before.into()]);
        self.db.write(vec![event]).await.map(drop)
    }

    /// Those who were somebody in the rooms: that goes with them.
    async fn erase_invited_speakers(&self, before: Timestamp) -> Result<(), StoreError> {
        let sql = "SELECT id, participant_id FROM speakers WHERE deleted_at < $1 AND participant_id IS NOT NULL LIMIT 500";
        loop {
            let rows = self.db.read(Statement::new(sql, vec![before.into()])).await?;
            if rows.is_empty() {
                return Ok(());
            }
            let speakers = rows.iter().map(|row| row.text(0).map(Value::from)).collect::<Result<Vec<_>, _>>()?;
            let people = rows.iter().map(|row| row.text(1).map(Value::from)).collect::<Result<Vec<_>, _>>()?;
            let of = |sql, ids: &[Value]| Statement::listing(sql, Vec::new(), ids.iter().cloned());
            let statements = vec![
                of("DELETE FROM session_speakers WHERE speaker_id IN ({list})", &speakers),
                of("DELETE FROM speakers WHERE id IN ({list})", &speakers),
                of("DELETE FROM outbox WHERE participant_id IN ({list})", &people),
                of("DELETE FROM logins WHERE participant_id IN ({list})", &people),
                of("DELETE FROM invites WHERE participant_id IN ({list})", &people),
                of("DELETE FROM inbox WHERE participant_id IN ({list})", &people),
                of("DELETE FROM bans WHERE participant_id IN ({list})", &people),
                of("DELETE FROM profiles WHERE participant_id IN ({list})", &people),
                of("DELETE FROM participants WHERE id IN ({list})", &people),
            ];
            self.db.write(statements).await?;
        }
    }

    /// Repeats a statement until it finds less than a step.
    pub(super) async fn erase(&self, sql: &'static str, value: &Value) -> Result<(), StoreError> {
        loop {
            let answers = self.db.write(vec![Statement::new(sql, vec![value.clone()])]).await?;
            if answers.iter().flatten().count() < STEP {
                return Ok(());
            }
        }
    }
}
