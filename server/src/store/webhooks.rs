//! Where integrators are told.

use houselights_shared::{OrganisationId, Timestamp, WebhookId};

use super::{Edited, Row, Statement, Store, StoreError, Value, agenda::Steps};
use crate::webhooks::WebhookKind;

/// Webhooks that an organisation has at most.
pub(crate) const MOST_WEBHOOKS: i64 = 20;

/// An address that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Webhook {
    pub(crate) id: WebhookId,
    pub(crate) url: String,
    pub(crate) kinds: Vec<WebhookKind>,
    pub(crate) created_at: Timestamp,
}

/// What belongs to an organisation as a whole and has an id of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Belonging {
    ApiKey,
    Webhook,
    Delivery,
    /// In the trash.
    DeletedTemplate,
    /// In the trash.
    DeletedWebhook,
}

impl Store {
    /// The organisation that something belongs to. What was taken away belongs to nobody.
    pub(crate) async fn organisation_of(&self, what: Belonging, id: &str) -> Result<Option<OrganisationId>, StoreError> {
        let sql = match what {
            Belonging::ApiKey => "SELECT organisation_id FROM api_keys WHERE id = $1 AND revoked_at IS NULL",
            Belonging::Webhook => "SELECT organisation_id FROM webhooks WHERE id = $1 AND deleted_at IS NULL",
            Belonging::Delivery => {
                "SELECT w.organisation_id FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id \
                 WHERE d.id = $1 AND w.deleted_at IS NULL"
            }
            Belonging::DeletedTemplate => "SELECT organisation_id FROM templates WHERE id = $1 AND deleted_at IS NOT NULL",
            Belonging::DeletedWebhook => "SELECT organisation_id FROM webhooks WHERE id = $1 AND deleted_at IS NOT NULL",
        };
        self.db.read(Statement::new(sql, vec![id.into()])).await?.first().map(|row| row.parsed(0)).transpose()
    }

    /// Adds a webhook. False where the organisation has as many as it may.
    pub(crate) async fn create_webhook(
        &self,
        organisation: OrganisationId,
        webhook: &Webhook,
        secret: &str,
    ) -> Result<bool, StoreError> {
        // Whoever adds one at the same moment waits here, and then counts this one.
        let lock = Statement::new("UPDATE organisations SET name = name WHERE id = $1", vec![Value::id(&organisation)]);
        let insert = "INSERT INTO webhooks (id, organisation_id, url, secret, kinds, created_at) \
                      SELECT $1, o.id, $2, $3, $4, CAST($5 AS BIGINT) FROM organisations o WHERE o.id = $6 \
                      AND (SELECT count(*) FROM webhooks w WHERE w.organisation_id = o.id AND w.deleted_at IS NULL) < $7";
        let values = vec![
            Value::id(&webhook.id),
            webhook.url.as_str().into(),
            secret.into(),
            // Names in a list: this always is JSON.
            serde_json::to_string(&webhook.kinds).unwrap_or_default().into(),
            webhook.created_at.into(),
            Value::id(&organisation),
            MOST_WEBHOOKS.into(),
        ];
        self.changed(vec![lock, Statement::new(insert, values).changing(1)]).await
    }

    /// Takes a webhook out of the trash: it is told what happens from now on. [`Edited::Gone`] where it is not there, or has been for longer
    /// than `since`.
    pub(crate) async fn restore_webhook(
        &self,
        organisation: OrganisationId,
        id: WebhookId,
        since: Timestamp,
    ) -> Result<Edited, StoreError> {
        let mut steps = Steps::default();
        let room = "UPDATE organisations SET name = name WHERE id = $1 \
                    AND (SELECT count(*) FROM webhooks WHERE organisation_id = $1 AND deleted_at IS NULL) < $2";
        // Whoever adds one at the same moment waits here, and then counts this one.
        let lock = Statement::new("UPDATE organisations SET name = name WHERE id = $1", vec![Value::id(&organisation)]);
        steps.demand(lock, Edited::Gone);
        steps.demand(Statement::new(room, vec![Value::id(&organisation), MOST_WEBHOOKS.into()]), Edited::Full);
        let back = "UPDATE webhooks SET deleted_at = NULL WHERE id = $1 AND organisation_id = $2 AND deleted_at >= $3";
        steps.demand(Statement::new(back, vec![Value::id(&id), Value::id(&organisation), since.into()]), Edited::Gone);
        self.take(steps).await
    }

    /// The webhooks of each of these organisations, the oldest first.
    pub(crate) async fn webhooks_of(
        &self,
        organisations: impl IntoIterator<Item = OrganisationId>,
    ) -> Result<Vec<(OrganisationId, Webhook)>, StoreError> {
        let sql = "SELECT id, url, kinds, created_at, organisation_id FROM webhooks \
                   WHERE organisation_id IN ({list}) AND deleted_at IS NULL ORDER BY id";
        let organisations = organisations.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(sql, Vec::new(), organisations)).await?;
        rows.iter().map(|row| Ok((row.parsed(4)?, webhook(row)?))).collect()
    }

    /// Takes a webhook away, with what it has not been told yet. False where it was gone.
    pub(crate) async fn delete_webhook(&self, id: WebhookId, now: Timestamp) -> Result<bool, StoreError> {
        let delete = "UPDATE webhooks SET deleted_at = $1 WHERE id = $2 AND deleted_at IS NULL";
        let untold = "UPDATE deliveries SET state = 'failed', error = 'the webhook was taken away' \
                      WHERE webhook_id = $1 AND state = 'queued'";
        let statements = vec![
            Statement::new(delete, vec![now.into(), Value::id(&id)]).changing(1),
            Statement::new(untold, vec![Value::id(&id)]),
        ];
        self.changed(statements).await
    }
}

fn webhook(row: &Row) -> Result<Webhook, StoreError> {
    Ok(Webhook { id: row.parsed(0)?, url: row.text(1)?.to_owned(), kinds: row.json(2)?, created_at: row.at(3)? })
}
