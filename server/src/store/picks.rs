//! One's own agenda: sessions that somebody picked.

use houselights_shared::{RegistrationId, SessionId, Timestamp};

use super::{Statement, Store, StoreError, Value};

/// What came of picking a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picked {
    /// It is as was asked for.
    Yes,
    /// No such session of the event, or it does not take place.
    NoSession,
    /// It is full.
    Full,
    /// The registration has no place (any more).
    NoPlace,
}

impl Store {
    /// What these registrations picked, in the order in which it takes place.
    pub(crate) async fn picks_of(
        &self,
        ids: impl IntoIterator<Item = RegistrationId>,
    ) -> Result<Vec<(RegistrationId, SessionId)>, StoreError> {
        let sql = "SELECT p.registration_id, p.session_id FROM session_picks p JOIN sessions s ON s.id = p.session_id \
                   WHERE p.registration_id IN ({list}) AND s.deleted_at IS NULL ORDER BY s.starts_at, s.id";
        let ids = ids.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(sql, Vec::new(), ids)).await?;
        rows.iter().map(|row| Ok((row.parsed(0)?, row.parsed(1)?))).collect()
    }

    /// Picks a session of the registration's event, where a seat in it is left. Picking it again changes nothing.
    pub(crate) async fn pick_session(
        &self,
        registration: RegistrationId,
        session: SessionId,
        now: Timestamp,
    ) -> Result<Picked, StoreError> {
        let both = || vec![Value::id(&session), Value::id(&registration)];
        let found = "SELECT (SELECT count(*) FROM session_picks WHERE session_id = $1 AND registration_id = $2) FROM sessions s \
                     JOIN registrations r ON r.event_id = s.event_id \
                     WHERE s.id = $1 AND r.id = $2 AND s.deleted_at IS NULL AND s.cancelled_at IS NULL";
        let rows = self.db.read(Statement::new(found, both())).await?;
        match rows.first().map(|row| row.int(0)).transpose()? {
            None => return Ok(Picked::NoSession),
            Some(0) => {}
            Some(_) => return Ok(Picked::Yes),
        }
        let seat = "UPDATE sessions SET picked = picked + 1 WHERE id = $1 AND deleted_at IS NULL AND cancelled_at IS NULL \
                    AND (capacity IS NULL OR picked < capacity) \
                    AND NOT EXISTS (SELECT 1 FROM session_picks p WHERE p.session_id = $1 AND p.registration_id = $2)";
        let pick = "INSERT INTO session_picks (registration_id, session_id, created_at) SELECT r.id, $1, CAST($3 AS BIGINT) \
                    FROM registrations r WHERE r.id = $2 AND r.state = 'confirmed'";
        let mut values = both();
        values.push(now.into());
        let statements = vec![Statement::new(seat, both()).changing(1), Statement::new(pick, values).changing(1)];
        match self.db.write(statements).await {
            Ok(_) => Ok(Picked::Yes),
            Err(StoreError::Unmet(0)) => {
                let again = self.db.read(Statement::new(found, both())).await?;
                let is_picked = again.first().map_or(Ok(0), |row| row.int(0))? > 0;
                Ok(if is_picked { Picked::Yes } else { Picked::Full })
            }
            Err(StoreError::Unmet(_)) => Ok(Picked::NoPlace),
            Err(error) => Err(error),
        }
    }

    /// Takes a session off somebody's agenda. Where it was not on it, nothing changes.
    pub(crate) async fn unpick_session(&self, registration: RegistrationId, session: SessionId) -> Result<(), StoreError> {
        let both = || vec![Value::id(&session), Value::id(&registration)];
        let seat = "UPDATE sessions SET picked = picked - 1 WHERE id = $1 \
                    AND EXISTS (SELECT 1 FROM session_picks p WHERE p.session_id = $1 AND p.registration_id = $2)";
        let pick = "DELETE FROM session_picks WHERE session_id = $1 AND registration_id = $2";
        let statements = vec![Statement::new(seat, both()).changing(1), Statement::new(pick, both()).changing(1)];
        self.changed(statements).await.map(drop)
    }
}
