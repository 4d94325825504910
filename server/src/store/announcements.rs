//! What those whom an event concerns are to be told: one row each, of which letters are made page by page.

use std::{collections::HashSet, time::Duration};

use houselights_domain::reminders::{FIRST_REMINDER, LAST_REMINDER};
use houselights_shared::{EventId, OrganisationId, ParticipantId, RegistrationId, SessionId, SpeakerId, Timestamp};

use super::{NewLetter, Row, Statement, Store, StoreError, Value, outbox::insert_all};

/// In how many times the quiet that is waited for changes are told, though there is no quiet.
const AT_LATEST: u32 = 5;
const DAY: Duration = Duration::from_hours(24);
/// What stands before a speaker's id in `told_until`: speakers come behind everybody who is registered.
const SPEAKER: &str = "speaker:";

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
    pub(crate) created_at: Timestamp,
    /// The last of those whose letter is written; empty at the beginning.
    told_until: String,
}

/// Who of an event's registrations is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Audience {
    /// Also those who wait, or have not paid yet.
    pub(crate) undecided: bool,
    /// Also those whose place, or whose wait for one, ended since then.
    pub(crate) ended_since: Option<Timestamp>,
    /// Only those who had their place by then.
    pub(crate) by: Option<Timestamp>,
    /// Only those who picked one of these sessions.
    pub(crate) pickers: Option<Vec<SessionId>>,
}

/// One of those who are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addressee {
    pub(crate) registration: RegistrationId,
    pub(crate) participant: Option<ParticipantId>,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) ticket: String,
    /// Whether they paid for their place.
    pub(crate) has_paid: bool,
    /// And had all of it back.
    pub(crate) has_it_back: bool,
}

/// How much mail to many at once an organisation may cause on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowance {
    pub(crate) organisation: OrganisationId,
    pub(crate) letters: i64,
    pub(crate) now: Timestamp,
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

impl Announcement {
    /// Whether a letter of it is written.
    pub(crate) fn has_begun(&self) -> bool {
        !self.told_until.is_empty()
    }

    /// Until whom it is told, where that is a speaker.
    pub(crate) fn until(speaker: SpeakerId) -> String {
        format!("{SPEAKER}{speaker}")
    }

    /// Behind which speaker it goes on; nothing while those who are registered are told.
    pub(super) fn behind_speaker(&self) -> Option<&str> {
        self.told_until.strip_prefix(SPEAKER)
    }
}

impl Allowance {
    fn day(&self) -> i64 {
        self.now.micros().div_euclid(i64::try_from(DAY.as_micros()).unwrap_or(i64::MAX))
    }

    /// When there is another.
    pub(crate) fn next(&self) -> Timestamp {
        let micros = i64::try_from(DAY.as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros((self.day() + 1).saturating_mul(micros))
    }

    /// Takes so many letters out of it. [`StoreError::Unmet`] where it has less.
    fn take(&self, letters: usize) -> Vec<Statement> {
        let letters = i64::try_from(letters).unwrap_or(i64::MAX);
        let whose = || vec![Value::id(&self.organisation), self.day().into()];
        let taken = "INSERT INTO mails_caused (organisation_id, day, letters) \
                     SELECT id, CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM organisations WHERE id = $1 AND CAST($3 AS BIGINT) <= $4 \
                     ON CONFLICT (organisation_id, day) DO UPDATE SET letters = mails_caused.letters + $3 \
                     WHERE mails_caused.letters + $3 <= $4";
        let values = [whose(), vec![letters.into(), self.letters.into()]].concat();
        let before = "DELETE FROM mails_caused WHERE organisation_id = $1 AND day < $2";
        vec![Statement::new(taken, values).changing(1), Statement::new(before, whose())]
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

    /// Announcements of which letters are to be made, the oldest first. Changes of an event come all together, once it was left alone for
    /// `quiet`; where it never is, in five times that.
    pub(crate) async fn open_announcements(
        &self,
        most: i64,
        quiet: Duration,
        now: Timestamp,
    ) -> Result<Vec<Announcement>, StoreError> {
        let sql = "SELECT id, event_id, message, created_at, told_until FROM announcements WHERE done_at IS NULL AND not_before <= $1 \
                   AND (kind <> 'changed' OR told_until <> '' OR event_id IN (SELECT event_id FROM announcements \
                   WHERE done_at IS NULL AND kind = 'changed' AND told_until = '' GROUP BY event_id \
                   HAVING max(created_at) <= $2 OR min(created_at) <= $3)) ORDER BY created_at, id LIMIT $4";
        let values = vec![now.into(), now.minus(quiet).into(), now.minus(quiet * AT_LATEST).into(), most.into()];
        self.db.read(Statement::new(sql, values)).await?.iter().map(announcement).collect()
    }

    /// Whether changes wait for their event to be left alone.
    pub(crate) async fn holds_changes(&self) -> Result<bool, StoreError> {
        let sql = "SELECT id FROM announcements WHERE done_at IS NULL AND kind = 'changed' AND told_until = '' LIMIT 1";
        Ok(!self.db.read(Statement::new(sql, Vec::new())).await?.is_empty())
    }

    /// Makes one announcement of several of which no letter is written, so that each person has one letter: `first`, which says `message` from
    /// now on, and is as old as the last of them. [`StoreError::Unmet`] where somebody else was there.
    pub(crate) async fn gather(&self, first: &Announcement, others: &[Announcement], now: Timestamp) -> Result<(), StoreError> {
        let sql =
            "UPDATE announcements SET message = $1, created_at = $2 WHERE id = $3 AND told_until = '' AND done_at IS NULL";
        let values = vec![first.message.as_str().into(), first.created_at.into(), first.id.as_str().into()];
        let mut statements = vec![Statement::new(sql, values).changing(1)];
        let sql = "UPDATE announcements SET done_at = $1 WHERE id = $2 AND told_until = '' AND done_at IS NULL";
        statements
            .extend(others.iter().map(|other| Statement::new(sql, vec![now.into(), other.id.as_str().into()]).changing(1)));
        self.db.write(statements).await.map(drop)
    }

    /// The next of those who are registered and are to be told.
    pub(crate) async fn addressees(
        &self,
        announcement: &Announcement,
        audience: &Audience,
        most: i64,
    ) -> Result<Vec<Addressee>, StoreError> {
        if announcement.behind_speaker().is_some() {
            return Ok(Vec::new());
        }
        let sql = "SELECT r.id, r.participant_id, r.email, r.name, t.title, \
                   CASE WHEN r.confirmed_at IS NOT NULL AND r.amount > 0 THEN 1 ELSE 0 END, \
                   CASE WHEN r.state = 'refunded' THEN 1 ELSE 0 END FROM registrations r JOIN ticket_types t ON t.id = r.ticket_type_id \
                   WHERE r.event_id = $1 AND r.id > $2 \
                   AND (r.state = 'confirmed' OR (CAST($3 AS BIGINT) = 1 AND r.state IN ('pending', 'waiting')) \
                   OR (r.state IN ('cancelled', 'refunded') AND r.ended_at >= CAST($7 AS BIGINT))) \
                   AND (CAST($4 AS BIGINT) IS NULL OR coalesce(r.confirmed_at, r.created_at) <= $4) \
                   AND (CAST($5 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM session_picks p WHERE p.registration_id = r.id \
                   AND p.session_id IN ({list}))) ORDER BY r.id LIMIT $6";
        let values = vec![
            Value::id(&announcement.event),
            announcement.told_until.as_str().into(),
            audience.undecided.into(),
            audience.by.into(),
            audience.pickers.is_some().into(),
            most.into(),
            audience.ended_since.into(),
        ];
        let sessions = audience.pickers.iter().flatten().map(Value::id);
        self.db.read(Statement::listing(sql, values, sessions)).await?.iter().map(addressee).collect()
    }

    /// Writes the letters to the next of those who are told, up to `last`, and that they are written. [`StoreError::Unmet`] where somebody else
    /// did, or where they are more than is left of the allowance.
    pub(crate) async fn tell(
        &self,
        announcement: &mut Announcement,
        last: String,
        letters: &[NewLetter],
        allowance: Option<Allowance>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE announcements SET told_until = $1 WHERE id = $2 AND told_until = $3 AND done_at IS NULL";
        let values =
            vec![last.as_str().into(), announcement.id.as_str().into(), std::mem::take(&mut announcement.told_until).into()];
        let mut statements = vec![Statement::new(sql, values).changing(1)];
        announcement.told_until = last;
        if !letters.is_empty() {
            statements.extend(allowance.iter().flat_map(|allowance| allowance.take(letters.len())));
            statements.extend(insert_all(letters));
        }
        self.db.write(statements).await.map(drop)
    }

    /// What is left of an allowance.
    pub(crate) async fn left_of(&self, allowance: &Allowance) -> Result<i64, StoreError> {
        let sql = "SELECT letters FROM mails_caused WHERE organisation_id = $1 AND day = $2";
        let values = vec![Value::id(&allowance.organisation), allowance.day().into()];
        let rows = self.db.read(Statement::new(sql, values)).await?;
        Ok((allowance.letters - rows.first().map_or(Ok(0), |row| row.int(0))?).max(0))
    }

    /// It goes on then, and not before.
    pub(crate) async fn put_off(&self, announcement: &Announcement, until: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE announcements SET not_before = $1 WHERE id = $2";
        self.db.write(vec![Statement::new(sql, vec![until.into(), announcement.id.as_str().into()])]).await.map(drop)
    }

    /// All are told, or there is nothing to tell any more.
    pub(crate) async fn announced(&self, announcement: &Announcement, now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE announcements SET done_at = $1 WHERE id = $2 AND done_at IS NULL";
        self.db.write(vec![Statement::new(sql, vec![now.into(), announcement.id.as_str().into()])]).await.map(drop)
    }

    /// Sessions that begin soon enough for those who picked them to be reminded, with their event, and when. One that begins with its event is none: of
    /// that everybody is reminded.
    pub(crate) async fn picked_sessions_ahead(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(SessionId, EventId, Timestamp)>, StoreError> {
        let sql = "SELECT s.id, s.event_id, s.starts_at FROM sessions s JOIN events e ON e.id = s.event_id \
                   WHERE s.starts_at > $1 AND s.starts_at <= $2 AND s.starts_at <> e.starts_at AND s.deleted_at IS NULL \
                   AND s.cancelled_at IS NULL AND e.phase IN ('published', 'live') AND e.cancelled_at IS NULL AND e.deleted_at IS NULL \
                   AND EXISTS (SELECT 1 FROM session_picks p WHERE p.session_id = s.id) ORDER BY s.starts_at, s.id";
        let rows = self.db.read(Statement::new(sql, vec![now.into(), now.plus(LAST_REMINDER).into()])).await?;
        rows.iter().map(|row| Ok((row.parsed(0)?, row.parsed(1)?, row.at(2)?))).collect()
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
        created_at: row.at(3)?,
        told_until: row.text(4)?.to_owned(),
    })
}

fn addressee(row: &Row) -> Result<Addressee, StoreError> {
    Ok(Addressee {
        registration: row.parsed(0)?,
        participant: row.maybe(1)?,
        email: row.text(2)?.to_owned(),
        name: row.text(3)?.to_owned(),
        ticket: row.text(4)?.to_owned(),
        has_paid: row.is(5)?,
        has_it_back: row.is(6)?,
    })
}
