//! Addresses from which mail came back.

use std::collections::HashSet;

use houselights_shared::{EventId, OrganisationId, Timestamp};

use super::{Statement, Store, StoreError, Value};
use crate::mail::{Bounce, is_key_of};

/// Letters of one address that are looked at, the newest first.
const LOOKED_AT: i64 = 1_000;

impl Store {
    /// Marks a letter of an organisation's events as come back: the one that the report names, else the newest that each event sent to the address. Nothing
    /// more is sent there for those events. How many letters it were; none where they are marked already.
    pub(crate) async fn mark_bounced(
        &self,
        organisation: OrganisationId,
        bounce: &Bounce,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let sql = "SELECT o.id, o.event_id, o.state FROM outbox o JOIN events e ON e.id = o.event_id WHERE o.recipient = $1 \
                   AND e.organisation_id = $2 AND o.sent_at IS NOT NULL AND o.state IN ('sent', 'bounced') \
                   ORDER BY o.created_at DESC, o.id DESC LIMIT $3";
        let values = vec![bounce.recipient.as_str().into(), Value::id(&organisation), LOOKED_AT.into()];
        let mut letters = Vec::new();
        for row in self.db.read(Statement::new(sql, values)).await? {
            letters.push((row.text(0)?.to_owned(), row.parsed::<EventId>(1)?, row.text(2)? == "sent"));
        }
        let named = |(id, ..): &(String, EventId, bool)| bounce.message.as_deref().is_some_and(|key| is_key_of(key, id));
        if letters.iter().any(named) {
            letters.retain(named);
        }
        let mut events = HashSet::new();
        letters.retain(|(_, event, _)| events.insert(*event));
        letters.retain(|(.., is_new)| *is_new);
        let reason = bounce.reason();
        let mut statements = Vec::new();
        for (id, event, _) in &letters {
            let letter = "UPDATE outbox SET state = 'bounced', error = $1 WHERE id = $2 AND state = 'sent'";
            statements.push(Statement::new(letter, vec![reason.as_str().into(), id.as_str().into()]));
            let address = "INSERT INTO bounced_addresses (event_id, email, reason, at) VALUES ($1, $2, $3, $4) \
                           ON CONFLICT (event_id, email) DO NOTHING";
            let values = vec![Value::id(event), bounce.recipient.as_str().into(), reason.as_str().into(), now.into()];
            statements.push(Statement::new(address, values));
        }
        if !statements.is_empty() {
            self.db.write(statements).await?;
        }
        Ok(letters.len())
    }

    /// Why nothing goes to an address for an event, where it is so.
    pub(crate) async fn bounced(&self, event: EventId, email: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT reason FROM bounced_addresses WHERE event_id = $1 AND email = $2";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&event), email.into()])).await?;
        rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()
    }
}

/// Mail of an event goes to an address again: its organizer or the person says so.
pub(crate) fn good_again(event: EventId, email: &str) -> Statement {
    Statement::new(
        "DELETE FROM bounced_addresses WHERE event_id = $1 AND email = $2",
        vec![Value::id(&event), email.to_lowercase().into()],
    )
}
