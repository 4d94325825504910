//! Rows of whole events, as the archive lists them.

use houselights_shared::{EventId, ImageId, OrganisationId, Timestamp};

use super::{Row, Statement, Store, StoreError, TRASH_KEPT, Value, images, organisations::has_room_for_event, slugs::claiming};

/// For how long what is left of an import stays where it could not be taken back.
const LEFT_FOR: i64 = 24 * 3_600 * 1_000_000;

/// Since when a picture that is being taken in is not shown: for ever, so that nobody sweeps it away before what shows it is there.
pub(crate) const BEING_TAKEN_IN: Timestamp = Timestamp::from_micros(i64::MAX);

impl Row {
    /// All of it.
    pub(crate) fn values(&self) -> &[Value] {
        &self.0
    }
}

/// When an event that is being taken in goes into the trash: it is nobody's until it is whole. Where the server stops before that,
/// it is taken back at the next start, or swept away a day later.
pub(crate) fn half_taken(now: Timestamp) -> Timestamp {
    let kept = i64::try_from(TRASH_KEPT.as_micros()).unwrap_or(0);
    Timestamp::from_micros(now.micros() - kept + LEFT_FOR)
}

impl Store {
    /// The rows of a statement that was composed.
    pub(crate) async fn rows(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        self.db.read(statement).await
    }

    /// Writes all of it, or nothing.
    pub(crate) async fn store_all(&self, statements: Vec<Statement>) -> Result<(), StoreError> {
        self.db.write(statements).await.map(drop)
    }

    /// Gives an event that was taken in to its organisation, under an address: [`StoreError::Conflict`] where that is taken. What is counted
    /// is what is there, whatever the archive said. [`StoreError::Unmet`] at 1 where the organisation has as many events as it may.
    pub(crate) async fn reveal_event(
        &self,
        id: EventId,
        (organisation, slug): (OrganisationId, &str),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let own = |sql| Statement::new(sql, vec![Value::id(&id)]);
        let shown = "UPDATE events SET organisation_id = $2, slug = $3, deleted_at = NULL WHERE id = $1 AND organisation_id IS NULL \
                     AND deleted_at IS NOT NULL";
        let values = vec![Value::id(&id), Value::id(&organisation), slug.into()];
        let [held, has_room] = has_room_for_event(organisation);
        let mut statements = vec![
            held,
            has_room,
            own("UPDATE events SET taken = (SELECT count(*) FROM registrations r WHERE r.event_id = $1 \
                 AND r.state IN ('pending', 'confirmed')) WHERE id = $1"),
            own(
                "UPDATE ticket_types SET taken = (SELECT count(*) FROM registrations r WHERE r.ticket_type_id = ticket_types.id \
                 AND r.state IN ('pending', 'confirmed')) WHERE event_id = $1",
            ),
            own("UPDATE ticket_codes SET taken = (SELECT count(*) FROM registrations r WHERE r.code_id = ticket_codes.id \
                 AND r.state IN ('pending', 'confirmed', 'waiting')) WHERE event_id = $1"),
            own("UPDATE sessions SET picked = (SELECT count(*) FROM session_picks p WHERE p.session_id = sessions.id) \
                 WHERE event_id = $1"),
            Statement::new(shown, values).changing(1),
            images::taken_in(organisation),
        ];
        // What was said in it is found once its logs are gone through.
        statements.push(own("UPDATE rooms SET indexed = 0 WHERE event_id = $1"));
        statements.extend(claiming(id, slug, now));
        self.store_all(statements).await
    }

    /// Takes back what the server that ran before, which ended before `now`, did not live to take in.
    pub(crate) async fn take_back_halves(&self, now: Timestamp) -> Result<(), StoreError> {
        let before = half_taken(now);
        let sql = "SELECT id FROM events WHERE organisation_id IS NULL AND deleted_at < $1 ORDER BY id LIMIT 1000";
        for row in self.db.read(Statement::new(sql, vec![before.into()])).await? {
            self.erase_event(row.parsed(0)?, before).await?;
        }
        self.sweep_taken_in().await
    }

    /// Takes back an import: its event, where it was stored, and its pictures.
    pub(crate) async fn take_back(
        &self,
        event: Option<EventId>,
        pictures: &[ImageId],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if let Some(event) = event {
            self.erase_event(event, now).await?;
        }
        for some in pictures.chunks(500) {
            let ids = some.iter().map(Value::id);
            self.store_all(vec![Statement::listing("DELETE FROM images WHERE id IN ({list})", Vec::new(), ids)]).await?;
        }
        Ok(())
    }
}

/// The organisation has no more pictures than it may, this one included.
pub(crate) fn has_room_for_picture(organisation: OrganisationId) -> Statement {
    images::bounded(organisation)
}
