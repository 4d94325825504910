//! What concerns those who were invited to speak: whom to tell of a change, and what their calendars hold.

use std::collections::{HashMap, HashSet};

use houselights_domain::{Span, reminders::FIRST_REMINDER};
use houselights_shared::{EventId, ParticipantId, RegistrationId, SessionId, SpeakerId, Timestamp};

use super::{Announcement, Statement, Store, StoreError, Value};

/// A speaker who was invited by mail, so that their calendar holds what they speak in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invited {
    pub(crate) speaker: SpeakerId,
    pub(crate) participant: Option<ParticipantId>,
    pub(crate) email: String,
    pub(crate) name: String,
}

/// A session as the entry of somebody's calendar, in the trash or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) session: SessionId,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) span: Span,
    pub(crate) version: i64,
    pub(crate) room: Option<String>,
    /// It takes place, and they speak in it, where they are a speaker.
    pub(crate) stands: bool,
}

/// A session in the trash, as far as others are told of it when it is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Discarded {
    pub(crate) title: String,
    pub(crate) span: Span,
    pub(crate) version: i64,
    pub(crate) is_cancelled: bool,
}

impl Store {
    /// The next of those who were invited to speak by a moment.
    pub(crate) async fn invited(
        &self,
        announcement: &Announcement,
        by: Timestamp,
        most: i64,
    ) -> Result<Vec<Invited>, StoreError> {
        let sql = "SELECT id, participant_id, email, name FROM speakers WHERE event_id = $1 AND id > $2 AND email IS NOT NULL \
                   AND invited_at <= $3 AND deleted_at IS NULL ORDER BY id LIMIT $4";
        let behind = announcement.behind_speaker().unwrap_or_default();
        let values = vec![Value::id(&announcement.event), behind.into(), by.into(), most.into()];
        let rows = self.db.read(Statement::new(sql, values)).await?;
        let invited = rows.iter().map(|row| {
            Ok(Invited {
                speaker: row.parsed(0)?,
                participant: row.maybe(1)?,
                email: row.text(2)?.to_owned(),
                name: row.text(3)?.to_owned(),
            })
        });
        invited.collect()
    }

    /// Whether somebody at this address has a place at an event, or is invited to speak there.
    pub(crate) async fn is_expected(&self, event: EventId, email: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM registrations WHERE event_id = $1 AND email = $2 AND state = 'confirmed' UNION ALL \
                   SELECT 1 FROM speakers WHERE event_id = $1 AND email = $2 AND invited_at IS NOT NULL AND deleted_at IS NULL LIMIT 1";
        Ok(!self.db.read(Statement::new(sql, vec![Value::id(&event), email.into()])).await?.is_empty())
    }

    /// In which sessions each of these speaks, of those too that are off or in the trash.
    pub(crate) async fn parts_of(
        &self,
        speakers: impl IntoIterator<Item = SpeakerId>,
    ) -> Result<HashMap<SpeakerId, Vec<SessionId>>, StoreError> {
        let sql = "SELECT speaker_id, session_id FROM session_speakers WHERE speaker_id IN ({list}) ORDER BY session_id";
        let ids = speakers.into_iter().map(|id| Value::id(&id));
        let mut parts: HashMap<_, Vec<_>> = HashMap::new();
        for row in self.db.read(Statement::listing(sql, Vec::new(), ids)).await? {
            parts.entry(row.parsed(0)?).or_default().push(row.parsed(1)?);
        }
        Ok(parts)
    }

    /// The first session in which each of these speaks, of those that are on.
    pub(crate) async fn first_parts_of(
        &self,
        speakers: impl IntoIterator<Item = SpeakerId>,
    ) -> Result<HashMap<SpeakerId, Vec<SessionId>>, StoreError> {
        let sql = "SELECT c.speaker_id, s.id FROM session_speakers c JOIN sessions s ON s.id = c.session_id \
                   WHERE c.speaker_id IN ({list}) AND s.deleted_at IS NULL AND s.cancelled_at IS NULL ORDER BY s.starts_at, s.id";
        let ids = speakers.into_iter().map(|id| Value::id(&id));
        let mut parts = HashMap::new();
        for row in self.db.read(Statement::listing(sql, Vec::new(), ids)).await? {
            let session = row.parsed(1)?;
            parts.entry(row.parsed(0)?).or_insert_with(|| vec![session]);
        }
        Ok(parts)
    }

    /// The addresses of those who speak in a session and were invited by a moment.
    pub(crate) async fn invited_to_speak_in(&self, session: SessionId, by: Timestamp) -> Result<HashSet<String>, StoreError> {
        let sql = "SELECT k.email FROM session_speakers c JOIN speakers k ON k.id = c.speaker_id \
                   WHERE c.session_id = $1 AND k.email IS NOT NULL AND k.invited_at <= $2 AND k.deleted_at IS NULL";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&session), by.into()])).await?;
        rows.iter().map(|row| row.text(0).map(str::to_owned)).collect()
    }

    /// Sessions that begin soon enough for those who speak in them to be reminded, with their event, and when.
    pub(crate) async fn spoken_sessions_ahead(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(SessionId, EventId, Timestamp)>, StoreError> {
        let sql = "SELECT s.id, s.event_id, s.starts_at FROM sessions s JOIN events e ON e.id = s.event_id \
                   WHERE s.starts_at > $1 AND s.starts_at <= $2 AND s.deleted_at IS NULL AND s.cancelled_at IS NULL \
                   AND e.phase IN ('published', 'live') AND e.cancelled_at IS NULL AND e.deleted_at IS NULL \
                   AND EXISTS (SELECT 1 FROM session_speakers c JOIN speakers k ON k.id = c.speaker_id WHERE c.session_id = s.id \
                   AND k.email IS NOT NULL AND k.invited_at IS NOT NULL AND k.deleted_at IS NULL) ORDER BY s.starts_at, s.id";
        let rows = self.db.read(Statement::new(sql, vec![now.into(), now.plus(FIRST_REMINDER).into()])).await?;
        rows.iter().map(|row| Ok((row.parsed(0)?, row.parsed(1)?, row.at(2)?))).collect()
    }

    /// Which sessions each of these picked, of those too that are off or in the trash.
    pub(crate) async fn all_picks_of(
        &self,
        registrations: impl IntoIterator<Item = RegistrationId>,
    ) -> Result<HashMap<RegistrationId, Vec<SessionId>>, StoreError> {
        let sql = "SELECT registration_id, session_id FROM session_picks WHERE registration_id IN ({list})";
        let ids = registrations.into_iter().map(|id| Value::id(&id));
        let mut picks: HashMap<_, Vec<_>> = HashMap::new();
        for row in self.db.read(Statement::listing(sql, Vec::new(), ids)).await? {
            picks.entry(row.parsed(0)?).or_default().push(row.parsed(1)?);
        }
        Ok(picks)
    }

    /// These sessions as somebody's calendar has them from now on, in the order in which they begin.
    pub(crate) async fn entries_of(
        &self,
        speaker: Option<SpeakerId>,
        sessions: impl IntoIterator<Item = SessionId>,
    ) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT s.id, s.title, s.description, s.starts_at, s.ends_at, s.version, r.title, \
                   (CASE WHEN s.deleted_at IS NULL AND s.cancelled_at IS NULL AND ($1 = '' OR EXISTS (SELECT 1 FROM session_speakers c \
                   JOIN speakers k ON k.id = c.speaker_id WHERE c.session_id = s.id AND k.id = $1 AND k.deleted_at IS NULL)) \
                   THEN 1 ELSE 0 END) FROM sessions s LEFT JOIN rooms r ON r.id = s.room_id AND r.deleted_at IS NULL \
                   WHERE s.id IN ({list}) ORDER BY s.starts_at, s.id";
        let sessions = sessions.into_iter().map(|id| Value::id(&id));
        let whose = speaker.map_or_else(String::new, |speaker| speaker.to_string());
        let rows = self.db.read(Statement::listing(sql, vec![whose.into()], sessions)).await?;
        let entries = rows.iter().map(|row| {
            Ok(Entry {
                session: row.parsed(0)?,
                title: row.text(1)?.to_owned(),
                description: row.text(2)?.to_owned(),
                span: Span { starts_at: row.at(3)?, ends_at: row.at(4)? },
                version: row.int(5)?,
                room: row.maybe(6)?,
                stands: row.is(7)?,
            })
        });
        entries.collect()
    }

    /// A session that lies in the trash of an event.
    pub(crate) async fn discarded(&self, event: EventId, session: SessionId) -> Result<Option<Discarded>, StoreError> {
        let sql = "SELECT title, starts_at, ends_at, version, cancelled_at FROM sessions \
                   WHERE id = $1 AND event_id = $2 AND deleted_at IS NOT NULL";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&session), Value::id(&event)])).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some(Discarded {
            title: row.text(0)?.to_owned(),
            span: Span { starts_at: row.at(1)?, ends_at: row.at(2)? },
            version: row.int(3)?,
            is_cancelled: row.maybe_at(4)?.is_some(),
        }))
    }
}
