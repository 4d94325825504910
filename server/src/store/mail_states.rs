//! What became of the last letter of a registration.

use houselights_shared::RegistrationId;

use super::{Statement, Store, StoreError, Value};

/// How the last letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MailState {
    /// It waits to be sent.
    Queued,
    /// The other side has it.
    Sent,
    /// It was tried often enough.
    Failed,
    /// The other side will never take it.
    Bounced,
}

/// What became of the last letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LastLetter {
    pub(crate) state: MailState,
    /// Why it did not go, where it did not: in English, without a word of another mail server.
    pub(crate) error: Option<String>,
}

impl Store {
    /// The state of each registration's last letter; those are missing that have none. Letters whose reason was gone before they were sent do
    /// not count.
    pub(crate) async fn mail_states(
        &self,
        ids: impl IntoIterator<Item = RegistrationId>,
    ) -> Result<Vec<(RegistrationId, LastLetter)>, StoreError> {
        let sql = "SELECT o.registration_id, o.state, o.error FROM outbox o WHERE o.registration_id IN ({list}) \
                   AND o.state IN ('queued', 'sent', 'failed', 'bounced') AND NOT EXISTS (SELECT 1 FROM outbox n \
                   WHERE n.registration_id = o.registration_id AND n.state IN ('queued', 'sent', 'failed', 'bounced') \
                   AND (n.created_at > o.created_at OR (n.created_at = o.created_at AND n.id > o.id)))";
        let ids = ids.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(sql, Vec::new(), ids)).await?;
        rows.iter().map(|row| Ok((row.parsed(0)?, LastLetter { state: read(row.text(1)?)?, error: row.maybe(2)? }))).collect()
    }
}

pub(super) fn read(stored: &str) -> Result<MailState, StoreError> {
    match stored {
        "queued" => Ok(MailState::Queued),
        "sent" => Ok(MailState::Sent),
        "failed" => Ok(MailState::Failed),
        "bounced" => Ok(MailState::Bounced),
        _ => Err(StoreError::Corrupt("the state of a letter")),
    }
}
