//! What everybody who is registered for an event is to be told: one row each, of which letters are made page by page.

use std::collections::HashSet;

use houselights_domain::reminders::FIRST_REMINDER;
use houselights_shared::{EventId, ParticipantId, RegistrationId, Timestamp};

use super::{NewLetter, Row, Statement, Store, StoreError, Value};

/// An announcement that is to be written, in the same transaction as what it announces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewAnnouncement {
    /// What it is about: a second one of the same name is not written.
    pub(crate) id: String,
    pub(crate) event: EventId,
    pub(crate) kind: &'static str,
    /// What is told, less whom, as JSON.
    pub(crate) message: String,
    pub(crate) now: Timestamp,
}

/// An announcement of which letters are still to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Announcement {
    pub(crate) id: String,
    pub(crate) event: EventId,
    pub(crate) message: String,
    /// The last registration whose letter is written; empty at the beginning.
    told_until: String,
}

/// Who of an event's registrations is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Audience {
    /// Also those who wait, or have not paid yet.
    pub(crate) undecided: bool,
    /// Only those who had their place by then.
    pub(crate) by: Option<Timestamp>,
}

/// One of those who are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addressee {
    pub(crate) registration: RegistrationId,
    pub(crate) participant: Option<ParticipantId>,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) ticket: String,
}

impl NewAnnouncement {
    pub(crate) fn insert(&self) -> Statement {
        Statement::new(
            "INSERT INTO announcements (id, event_id, kind, message, created_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (id) DO NOTHING",
            self.values(),
        )
    }

    /// The same, where anybody has a place by then.
    pub(crate) fn insert_for_those_registered(&self) -> Statement {
        Statement::new(
            "INSERT INTO announcements (id, event_id, kind, message, created_at) \
             SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT) \
             WHERE EXISTS (SELECT 1 FROM registrations WHERE event_id = $2 AND state = 'confirmed') ON CONFLICT (id) DO NOTHING",
            self.values(),
        )
    }

    fn values(&self) -> Vec<Value> {
        vec![self.id.as_str().into(), Value::id(&self.event), self.kind.into(), self.message.as_str().into(), self.now.into()]
    }
}

impl Store {
    /// Writes announcements that announce no change.
    pub(crate) async fn add_announcements(&self, new: &[NewAnnouncement]) -> Result<(), StoreError> {
        self.db.write(new.iter().map(NewAnnouncement::insert).collect()).await.map(drop)
    }

    /// Which of these announcements there are, done or not.
    pub(crate) async fn known_announcements(&self, ids: &[String]) -> Result<HashSet<String>, StoreError> {
        let ids = ids.iter().map(|id| Value::from(id.as_str()));
        let rows =
            self.db.read(Statement::listing("SELECT id FROM announcements WHERE id IN ({list})", Vec::new(), ids)).await?;
        rows.iter().map(|row| row.text(0).map(str::to_owned)).collect()
    }

    /// Announcements of which letters are still to be made, the oldest first.
    pub(crate) async fn open_announcements(&self, most: i64) -> Result<Vec<Announcement>, StoreError> {
        let sql = "SELECT id, event_id, message, told_until FROM announcements WHERE done_at IS NULL ORDER BY created_at, id LIMIT $1";
        self.db.read(Statement::new(sql, vec![most.into()])).await?.iter().map(announcement).collect()
    }

    /// The next of those who are to be told.
    pub(crate) async fn addressees(
        &self,
        announcement: &Announcement,
        audience: Audience,
        most: i64,
    ) -> Result<Vec<Addressee>, StoreError> {
        let sql = "SELECT r.id, r.participant_id, r.email, r.name, t.title \
                   FROM registrations r JOIN ticket_types t ON t.id = r.ticket_type_id \
                   WHERE r.event_id = $1 AND r.id > $2 \
                   AND (r.state = 'confirmed' OR (CAST($3 AS BIGINT) = 1 AND r.state IN ('pending', 'waiting'))) \
                   AND (CAST($4 AS BIGINT) IS NULL OR coalesce(r.confirmed_at, r.created_at) <= $4) \
                   ORDER BY r.id LIMIT $5";
        let values = vec![
            Value::id(&announcement.event),
            announcement.told_until.as_str().into(),
            audience.undecided.into(),
            audience.by.into(),
            most.into(),
        ];
        self.db.read(Statement::new(sql, values)).await?.iter().map(addressee).collect()
    }

    /// Writes the letters to the next of those who are told, and that they are written. [`StoreError::Unmet`] where somebody else did.
    pub(crate) async fn tell(
        &self,
        announcement: &mut Announcement,
        letters: &[(RegistrationId, NewLetter)],
    ) -> Result<(), StoreError> {
        let Some((last, _)) = letters.last() else { return Ok(()) };
        let sql = "UPDATE announcements SET told_until = $1 WHERE id = $2 AND told_until = $3 AND done_at IS NULL";
        let values =
            vec![Value::id(last), announcement.id.as_str().into(), std::mem::take(&mut announcement.told_until).into()];
        let mut statements = vec![Statement::new(sql, values).changing(1)];
        statements.extend(letters.iter().map(|(_, letter)| letter.insert()));
        announcement.told_until = last.to_string();
        self.db.write(statements).await.map(drop)
    }

    /// All are told, or there is nothing to tell any more.
    pub(crate) async fn announced(&self, announcement: &Announcement, now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE announcements SET done_at = $1 WHERE id = $2 AND done_at IS NULL";
        self.db.write(vec![Statement::new(sql, vec![now.into(), announcement.id.as_str().into()])]).await.map(drop)
    }

    /// Events that begin soon enough to be remembered, and when.
    pub(crate) async fn events_ahead(&self, now: Timestamp) -> Result<Vec<(EventId, Timestamp)>, StoreError> {
        let sql = "SELECT id, starts_at FROM events WHERE starts_at > $1 AND starts_at <= $2 AND phase IN ('published', 'live') \
                   AND cancelled_at IS NULL AND deleted_at IS NULL ORDER BY starts_at, id";
        let rows = self.db.read(Statement::new(sql, vec![now.into(), now.plus(FIRST_REMINDER).into()])).await?;
        rows.iter().map(|row| Ok((row.parsed(0)?, row.at(1)?))).collect()
    }
}

fn announcement(row: &Row) -> Result<Announcement, StoreError> {
    Ok(Announcement {
        id: row.text(0)?.to_owned(),
        event: row.parsed(1)?,
        message: row.text(2)?.to_owned(),
        told_until: row.text(3)?.to_owned(),
    })
}

fn addressee(row: &Row) -> Result<Addressee, StoreError> {
    Ok(Addressee {
        registration: row.parsed(0)?,
        participant: row.maybe(1)?,
        email: row.text(2)?.to_owned(),
        name: row.text(3)?.to_owned(),
        ticket: row.text(4)?.to_owned(),
    })
}
