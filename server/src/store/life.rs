//! How an event is moved, cancelled and taken away.

use houselights_shared::Timestamp;

use super::{EventRow, NewAnnouncement, Statement, Store, StoreError, Value};

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
    /// Moves an event and its whole agenda, also what is in the trash, to begin at another time. False where it is not at the version of `from`
    /// (any more), or over.
    pub(crate) async fn reschedule_event(
        &self,
        from: &EventRow,
        (starts_at, time_zone): (Timestamp, &str),
        (people, integrators): (Option<NewAnnouncement>, Option<Statement>),
    ) -> Result<bool, StoreError> {
        let span = Value::Int(starts_at.micros().saturating_sub(from.starts_at.micros()));
        let event = "UPDATE events SET starts_at = starts_at + $1, ends_at = ends_at + $1, time_zone = $2, version = version + 1 \
                     WHERE id = $3 AND version = $4 AND deleted_at IS NULL AND cancelled_at IS NULL \
                     AND phase IN ('draft', 'published', 'live')";
        let values = vec![span.clone(), time_zone.into(), Value::id(&from.id), from.version.into()];
        let mut statements = vec![Statement::new(event, values).changing(1)];
        if starts_at != from.starts_at {
            let sessions = "UPDATE sessions SET starts_at = starts_at + $1, ends_at = ends_at + $1, version = version + 1 \
                            WHERE event_id = $2";
            statements.push(Statement::new(sessions, vec![span, Value::id(&from.id)]));
        }
        statements.extend(people.iter().map(NewAnnouncement::insert).chain(integrators));
        self.changed(statements).await
    }

    /// Writes that an event does not take place: nobody registers any more. False where it is a draft, over, or cancelled already.
    pub(crate) async fn cancel_event(
        &self,
        event: &EventRow,
        reason: Option<&str>,
        (people, integrators): (&NewAnnouncement, Option<Statement>),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE events SET cancelled_at = $1, cancel_reason = $2, version = version + 1 \
                   WHERE id = $3 AND deleted_at IS NULL AND cancelled_at IS NULL AND phase IN ('published', 'live')";
        let values = vec![now.into(), reason.into(), Value::id(&event.id)];
        // Calendars take a cancellation in where it is newer than what they have.
        let sessions = "UPDATE sessions SET version = version + 1 WHERE event_id = $1";
        let sessions = Statement::new(sessions, vec![Value::id(&event.id)]);
        let mut statements = vec![Statement::new(sql, values).changing(1), sessions, people.insert()];
        statements.extend(integrators);
        self.changed(statements).await
    }

    /// Puts an event into the trash: one that is cancelled, over, or for which nobody has a place, waits for one or pays for one.
    pub(crate) async fn delete_event(&self, event: &EventRow, now: Timestamp) -> Result<Deleted, StoreError> {
        let on = "UPDATE events SET version = version WHERE id = $1 AND deleted_at IS NULL AND (phase <> 'live' OR cancelled_at IS NOT NULL)";
        let gone = "UPDATE events SET deleted_at = $1, version = version + 1 WHERE id = $2 AND deleted_at IS NULL \
                    AND (cancelled_at IS NOT NULL OR phase IN ('ended', 'archived') OR ends_at <= $1 \
                    OR NOT EXISTS (SELECT 1 FROM registrations r WHERE r.event_id = events.id \
                    AND r.state IN ('pending', 'confirmed', 'waiting')))";
        let on = Statement::new(on, vec![Value::id(&event.id)]).changing(1);
        let gone = Statement::new(gone, vec![now.into(), Value::id(&event.id)]).changing(1);
        match self.db.write(vec![on, gone]).await {
            Ok(_) => Ok(Deleted::Yes),
            Err(StoreError::Unmet(0)) => Ok(Deleted::IsOn),
            Err(StoreError::Unmet(_)) => Ok(Deleted::PeopleCome),
            Err(error) => Err(error),
        }
    }
}
