//! How an event is moved, cancelled and taken away.

use std::time::Duration;

use houselights_domain::{Doors, EventPhase};
use houselights_shared::{EventId, Timestamp};

use super::{
    EventRow, NewAnnouncement, Row, Statement, Store, StoreError, Value,
    events::{doors, stored_phase},
};
use crate::wall::Move;

/// How often an event is moved anew where its agenda changed between reading and writing.
const TRIES: u32 = 4;

/// A session as far as it moves.
struct Planned {
    id: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    version: i64,
    /// Neither cancelled nor in the trash.
    is_on: bool,
}

/// When something is sold, or good for something.
struct Window {
    id: String,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

/// What came of deleting an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deleted {
    Yes,
    /// It is on, or gone already.
    IsOn,
    /// Somebody has a place, waits for one or pays for one, and it is neither cancelled nor over.
    PeopleCome,
}

impl Store {
    /// Moves an event and its whole agenda, also what is in the trash, to begin at another time: by the clocks of its time zone, so that ten o'clock
    /// stays ten o'clock. When tickets are sold and codes are good moves along. False where it is not at the version of `from` (any more), or
    /// over.
    pub(crate) async fn reschedule_event(
        &self,
        from: &EventRow,
        (by, time_zone, phase): (Move, &str, EventPhase),
        (people, integrators): (Option<NewAnnouncement>, Option<Statement>),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tries = 0;
        loop {
            let mut statements = self.moving_event(from, (by, time_zone, phase), now).await?;
            statements.extend(people.iter().map(NewAnnouncement::insert).chain(integrators.clone()));
            tries += 1;
            match self.db.write(statements).await {
                Ok(_) => return Ok(true),
                Err(StoreError::Unmet(0)) => return Ok(false),
                Err(StoreError::Unmet(_)) if tries < TRIES => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The statements that move it; that of the event itself is the first.
    async fn moving_event(
        &self,
        from: &EventRow,
        (by, time_zone, phase): (Move, &str, EventPhase),
        now: Timestamp,
    ) -> Result<Vec<Statement>, StoreError> {
        let agenda = self.planned(from.id).await?;
        let starts_at = by.moved(from.starts_at);
        let spans = agenda.iter().map(|session| (session.starts_at, session.ends_at));
        let spans = std::iter::once((from.starts_at, from.starts_at)).chain(spans).chain([(from.ends_at, from.ends_at)]);
        let moved = by.moved_together(&spans.collect::<Vec<_>>());
        let ends_at = moved.last().copied().unwrap_or(starts_at);
        let agenda = || agenda.iter().zip(moved.iter().copied().skip(1));
        // A session that lasts over a change of the clocks may end later by them than before.
        let within = agenda().filter(|(session, _)| session.is_on && session.ends_at <= from.ends_at);
        let last = within.map(|(session, at)| at.plus(session.ends_at.since(session.starts_at))).max().unwrap_or(ends_at);
        let ends_at = ends_at.max(last).max(starts_at.plus(Duration::from_mins(1)));
        let event = "UPDATE events SET starts_at = $1, ends_at = $2, time_zone = $3, phase = $6, version = version + 1 \
                     WHERE id = $4 AND version = $5 AND deleted_at IS NULL AND cancelled_at IS NULL \
                     AND phase IN ('draft', 'published', 'live')";
        let values = vec![
            starts_at.into(),
            ends_at.into(),
            time_zone.into(),
            Value::id(&from.id),
            from.version.into(),
            stored_phase(phase).into(),
        ];
        let mut statements = vec![Statement::new(event, values).changing(1)];
        if starts_at == from.starts_at {
            return Ok(statements);
        }
        let span = between(from.starts_at, starts_at);
        // Those that move by another span than the most, since clocks change on the way; then all of them by that span.
        for (session, at) in agenda() {
            let more = between(session.starts_at, at) - span;
            if more != 0 {
                let sql =
                    "UPDATE sessions SET starts_at = starts_at + $1, ends_at = ends_at + $1 WHERE id = $2 AND version = $3";
                let values = vec![more.into(), session.id.as_str().into(), session.version.into()];
                statements.push(Statement::new(sql, values).changing(1));
            }
        }
        let sessions = "UPDATE sessions SET starts_at = starts_at + $1, ends_at = ends_at + $1, version = version + 1 \
                        WHERE event_id = $2";
        statements.push(Statement::new(sessions, vec![span.into(), Value::id(&from.id)]));
        statements.extend(self.moving_sales(from.id, by, now).await?);
        Ok(statements)
    }

    /// Whoever changes a window at the same moment has meant it as it is then.
    async fn moving_sales(&self, event: EventId, by: Move, now: Timestamp) -> Result<Vec<Statement>, StoreError> {
        let tickets = "SELECT id, sales_start, sales_end FROM ticket_types WHERE event_id = $1 \
                       AND (sales_start IS NOT NULL OR sales_end IS NOT NULL)";
        let codes = "SELECT id, valid_from, valid_until FROM ticket_codes WHERE event_id = $1 \
                     AND (valid_from IS NOT NULL OR valid_until IS NOT NULL)";
        let sold = "UPDATE ticket_types SET sales_start = $1, sales_end = $2 \
                    WHERE id = $3 AND coalesce(sales_start, -1) = $4 AND coalesce(sales_end, -1) = $5";
        let good = "UPDATE ticket_codes SET valid_from = $1, valid_until = $2 \
                    WHERE id = $3 AND coalesce(valid_from, -1) = $4 AND coalesce(valid_until, -1) = $5";
        let mut statements = Vec::new();
        for (read, write) in [(tickets, sold), (codes, good)] {
            for row in self.db.read(Statement::new(read, vec![Value::id(&event)])).await? {
                let window = Window { id: row.text(0)?.to_owned(), from: row.maybe_at(1)?, until: row.maybe_at(2)? };
                statements.push(window.moving(write, by, now));
            }
        }
        Ok(statements)
    }

    async fn planned(&self, event: EventId) -> Result<Vec<Planned>, StoreError> {
        let sql = "SELECT id, starts_at, ends_at, version, deleted_at, cancelled_at FROM sessions WHERE event_id = $1";
        let planned = |row: &Row| {
            Ok(Planned {
                id: row.text(0)?.to_owned(),
                starts_at: row.at(1)?,
                ends_at: row.at(2)?,
                version: row.int(3)?,
                is_on: row.maybe_at(4)?.or(row.maybe_at(5)?).is_none(),
            })
        };
        self.db.read(Statement::new(sql, vec![Value::id(&event)])).await?.iter().map(planned).collect()
    }

    /// Writes that an event does not take place: nobody registers any more. False where it is a draft, over, or cancelled already. One that was ended
    /// before it began is not over.
    pub(crate) async fn cancel_event(
        &self,
        event: &EventRow,
        reason: Option<&str>,
        (people, more): (&NewAnnouncement, Vec<Statement>),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE events SET cancelled_at = $1, cancel_reason = $2, version = version + 1 \
                   WHERE id = $3 AND deleted_at IS NULL AND cancelled_at IS NULL \
                   AND (phase IN ('published', 'live') OR (phase = 'ended' AND starts_at > $1))";
        let values = vec![now.into(), reason.into(), Value::id(&event.id)];
        // Calendars take a cancellation in where it is newer than what they have.
        let sessions = "UPDATE sessions SET version = version + 1 WHERE event_id = $1";
        let sessions = Statement::new(sessions, vec![Value::id(&event.id)]);
        let mut statements =
            vec![Statement::new(sql, values).changing(1), sessions, people.insert(), no_longer_held(event.id, now)];
        statements.extend(more);
        self.changed(statements).await
    }

    /// Ends what was over before then and nobody ended, and answers the doors of each. What was made from the command line has no end.
    pub(crate) async fn end_what_is_over(
        &self,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<(EventId, Doors)>, StoreError> {
        let sql = "UPDATE events SET phase = 'ended', ended_at = $2, version = version + 1 WHERE organisation_id IS NOT NULL AND deleted_at IS NULL \
                   AND cancelled_at IS NULL AND phase IN ('published', 'live') AND ends_at <= $1 \
                   RETURNING id, phase, starts_at, cancelled_at, deleted_at";
        let ended = self.db.write(vec![Statement::new(sql, vec![before.into(), now.into()])]).await?;
        ended.iter().flatten().map(|row| Ok((row.parsed(0)?, doors(row, 1)?))).collect()
    }

    /// Puts an event into the trash: one that is cancelled, over, or for which nobody has a place, waits for one or pays for one.
    pub(crate) async fn delete_event(
        &self,
        event: &EventRow,
        told: Option<Statement>,
        now: Timestamp,
    ) -> Result<Deleted, StoreError> {
        let on = "UPDATE events SET version = version WHERE id = $1 AND deleted_at IS NULL AND (phase <> 'live' OR cancelled_at IS NOT NULL)";
        let gone = "UPDATE events SET deleted_at = $1, version = version + 1 WHERE id = $2 AND deleted_at IS NULL \
                    AND (cancelled_at IS NOT NULL OR phase = 'archived' OR (phase = 'ended' AND starts_at <= $1) OR ends_at <= $1 \
                    OR NOT EXISTS (SELECT 1 FROM registrations r WHERE r.event_id = events.id \
                    AND r.state IN ('pending', 'confirmed', 'waiting')))";
        let on = Statement::new(on, vec![Value::id(&event.id)]).changing(1);
        let gone = Statement::new(gone, vec![now.into(), Value::id(&event.id)]).changing(1);
        match self.db.write([on, gone, no_longer_held(event.id, now)].into_iter().chain(told).collect()).await {
            Ok(_) => Ok(Deleted::Yes),
            Err(StoreError::Unmet(0)) => Ok(Deleted::IsOn),
            Err(StoreError::Unmet(_)) => Ok(Deleted::PeopleCome),
            Err(error) => Err(error),
        }
    }
}

/// Whoever is paying for a place pays for nothing: the box office ends their checkouts next, and their places with those.
fn no_longer_held(event: EventId, now: Timestamp) -> Statement {
    let sql = "UPDATE registrations SET expires_at = $1 WHERE event_id = $2 AND state = 'pending' AND expires_at > $1";
    Statement::new(sql, vec![now.into(), Value::id(&event)])
}

impl Window {
    /// What has begun stays begun, as long as it still ends later.
    fn moving(&self, sql: &'static str, by: Move, now: Timestamp) -> Statement {
        let until = self.until.map(|until| by.moved(until));
        let from = self.from.map(|from| {
            let has_begun = from <= now && until.is_none_or(|until| from < until);
            if has_begun { from } else { by.moved(from) }
        });
        let was = |at: Option<Timestamp>| Value::Int(at.map_or(-1, Timestamp::micros));
        let values = vec![from.into(), until.into(), self.id.as_str().into(), was(self.from), was(self.until)];
        Statement::new(sql, values)
    }
}

/// In microseconds; less than none where it goes back.
const fn between(from: Timestamp, to: Timestamp) -> i64 {
    to.micros().saturating_sub(from.micros())
}
