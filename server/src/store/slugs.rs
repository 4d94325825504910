//! The ends of the addresses of events' pages: an event has one, and those that it had before lead to it. For as long as something lies in the
//! trash nobody else gets an address that an event left; after that it leads there until somebody else takes it.

use houselights_shared::{EventId, Timestamp};

use super::{Statement, Store, StoreError, TRASH_KEPT, Value};

/// What an event's own statement that gives it an address is followed by: [`StoreError::Conflict`] where another left it not long ago.
pub(super) fn claiming(event: EventId, slug: &str, now: Timestamp) -> [Statement; 3] {
    let free = "DELETE FROM former_slugs WHERE slug = $1 AND (event_id = $2 OR left_at < $3)";
    // That it is there is the conflict. An address that an event has is none that it had.
    let taken = "INSERT INTO former_slugs (slug, event_id, left_at) VALUES ($1, $2, $3)";
    let own = "DELETE FROM former_slugs WHERE slug = $1 AND event_id = $2";
    let values = || vec![slug.into(), Value::id(&event)];
    let with = |at: Timestamp| values().into_iter().chain([at.into()]).collect();
    [Statement::new(free, with(now.minus(TRASH_KEPT))), Statement::new(taken, with(now)), Statement::new(own, values())]
}

/// What stands before a statement that gives an event another address: people know the one that it leaves, unless it was never public.
pub(super) fn leaving(event: EventId, slug: &str, now: Timestamp) -> Statement {
    let sql = "INSERT INTO former_slugs (slug, event_id, left_at) SELECT slug, id, CAST($1 AS BIGINT) FROM events \
               WHERE id = $2 AND slug IS NOT NULL AND slug <> $3 AND phase <> 'draft' ON CONFLICT (slug) DO NOTHING";
    Statement::new(sql, vec![now.into(), Value::id(&event), slug.into()])
}

impl Store {
    /// The address that a public event has now, of which this is one that it had.
    pub(crate) async fn slug_now(&self, former: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT e.slug FROM former_slugs f JOIN events e ON e.id = f.event_id WHERE f.slug = $1 AND e.slug IS NOT NULL \
                   AND e.phase IN ('published', 'live', 'ended') AND e.deleted_at IS NULL";
        let rows = self.db.read(Statement::new(sql, vec![former.into()])).await?;
        rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()
    }
}
