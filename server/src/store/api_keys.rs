//! Keys of integrators.

use std::time::Duration;

use houselights_domain::Scope;
use houselights_shared::{ApiKeyId, OrganisationId, Timestamp};

use super::{Row, Statement, Store, StoreError, Value, hashed};

/// What the secret of a key begins with; tokens of people never do.
pub(crate) const KEY_PREFIX: &str = "hk_";
/// Keys that an organisation has at most.
pub(crate) const MOST_KEYS: i64 = 50;
/// How often a key's last use is written down at most.
const NOTE_USE_EVERY: Duration = Duration::from_mins(10);

/// A key, without its secret: nobody has that but the integrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiKey {
    pub(crate) id: ApiKeyId,
    pub(crate) name: String,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) created_at: Timestamp,
    pub(crate) used_at: Option<Timestamp>,
}

impl Store {
    /// Adds a key. False where the organisation has as many as it may.
    pub(crate) async fn create_api_key(
        &self,
        organisation: OrganisationId,
        key: &ApiKey,
        secret: &str,
    ) -> Result<bool, StoreError> {
        // Whoever adds one at the same moment waits here, and then counts this one.
        let lock = Statement::new("UPDATE organisations SET name = name WHERE id = $1", vec![Value::id(&organisation)]);
        let insert = "INSERT INTO api_keys (id, organisation_id, name, secret_hash, scopes, created_at) \
                      SELECT $1, o.id, $2, $3, $4, CAST($5 AS BIGINT) FROM organisations o WHERE o.id = $6 \
                      AND (SELECT count(*) FROM api_keys k WHERE k.organisation_id = o.id AND k.revoked_at IS NULL) < $7";
        let values = vec![
            Value::id(&key.id),
            key.name.as_str().into(),
            hashed(secret).into(),
            written(&key.scopes).into(),
            key.created_at.into(),
            Value::id(&organisation),
            MOST_KEYS.into(),
        ];
        self.changed(vec![lock, Statement::new(insert, values).changing(1)]).await
    }

    /// The keys of each of these organisations, the oldest first.
    pub(crate) async fn api_keys_of(
        &self,
        organisations: impl IntoIterator<Item = OrganisationId>,
    ) -> Result<Vec<(OrganisationId, ApiKey)>, StoreError> {
        let sql = "SELECT id, name, scopes, created_at, used_at, organisation_id FROM api_keys \
                   WHERE organisation_id IN ({list}) AND revoked_at IS NULL ORDER BY id";
        let organisations = organisations.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(sql, Vec::new(), organisations)).await?;
        rows.iter().map(|row| Ok((row.parsed(5)?, key(row)?))).collect()
    }

    /// Ends a key. False where it was over.
    pub(crate) async fn revoke_api_key(&self, id: ApiKeyId, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
        self.changed(vec![Statement::new(sql, vec![now.into(), Value::id(&id)]).changing(1)]).await
    }

    /// Whose key this is, and what for. Nobody's where it was revoked.
    pub(crate) async fn api_key(
        &self,
        secret: &str,
        now: Timestamp,
    ) -> Result<Option<(OrganisationId, Vec<Scope>)>, StoreError> {
        let sql = "SELECT id, organisation_id, scopes, used_at FROM api_keys WHERE secret_hash = $1 AND revoked_at IS NULL";
        let rows = self.db.read(Statement::new(sql, vec![hashed(secret).into()])).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        if row.maybe_at(3)?.is_none_or(|used| now.since(used) > NOTE_USE_EVERY) {
            let note = "UPDATE api_keys SET used_at = $1 WHERE id = $2";
            self.note(Statement::new(note, vec![now.into(), row.text(0)?.into()])).await;
        }
        Ok(Some((row.parsed(1)?, read(row.text(2)?)?)))
    }
}

const fn stored(scope: Scope) -> &'static str {
    match scope {
        Scope::EventsRead => "events_read",
        Scope::EventsWrite => "events_write",
        Scope::PeopleRead => "people_read",
        Scope::PeopleWrite => "people_write",
    }
}

fn written(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| stored(*scope)).collect::<Vec<_>>().join(" ")
}

fn read(scopes: &str) -> Result<Vec<Scope>, StoreError> {
    let one = |word: &str| {
        let found = Scope::ALL.into_iter().find(|scope| stored(*scope) == word);
        found.ok_or(StoreError::Corrupt("a scope of a key"))
    };
    scopes.split_whitespace().map(one).collect()
}

fn key(row: &Row) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        id: row.parsed(0)?,
        name: row.text(1)?.to_owned(),
        scopes: read(row.text(2)?)?,
        created_at: row.at(3)?,
        used_at: row.maybe_at(4)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_as_they_were_written() {
        assert_eq!(read(&written(&Scope::ALL)).unwrap(), Scope::ALL);
        assert!(read("events_read everything").is_err());
    }
}
