//! What webhooks are told: written in the same transaction as what it tells of, and sent afterwards, as often as it takes.

use std::time::Duration;

use houselights_shared::{Timestamp, WebhookId};

use super::{Row, Statement, Store, StoreError, Value, purge::erase};
use crate::webhooks::{Notice, WebhookKind};

/// For how long a delivery belongs to whoever took it: longer than any attempt lasts.
const LEASE: Duration = Duration::from_mins(1);
/// For how long a webhook that did not take something is left alone, with whatever else there is for it.
const REST: Duration = Duration::from_secs(5);

/// One thing that one webhook is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// That of its webhook, a colon, and that of the notice: sorted by when it was written.
    pub(crate) id: String,
    pub(crate) webhook: WebhookId,
    pub(crate) kind: WebhookKind,
    pub(crate) state: DeliveryState,
    pub(crate) attempts: i64,
    pub(crate) created_at: Timestamp,
    /// Of the last answer.
    pub(crate) response_status: Option<i64>,
    /// Of the last attempt.
    pub(crate) error: Option<String>,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeliveryState {
    /// It is tried, perhaps again.
    Queued,
    Delivered,
    /// It was tried often enough.
    Failed,
}

/// A delivery that somebody has taken, to send it.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    pub(crate) id: String,
    pub(crate) webhook: WebhookId,
    pub(crate) url: String,
    pub(crate) secret: String,
    pub(crate) body: String,
    /// Which attempt this is, from 1.
    pub(crate) attempt: u32,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Handed {
    /// What was answered, if anything was.
    pub(crate) status: Option<u16>,
    /// Why it does not count, and when it is tried again, if it is. Nothing where it arrived.
    pub(crate) failed: Option<(String, Option<Timestamp>)>,
}

/// All columns of a [`Delivery`], in its order.
macro_rules! delivery_columns {
    () => {
        "id, webhook_id, kind, state, attempts, created_at, response_status, error"
    };
}

/// Writes a delivery for each webhook of the organisation that wants to know.
pub(crate) fn announce(notice: &Notice) -> Statement {
    let sql = "INSERT INTO deliveries (id, webhook_id, kind, body, state, due_at, created_at) \
               SELECT w.id || ':' || CAST($1 AS TEXT), w.id, CAST($2 AS TEXT), CAST($3 AS TEXT), 'queued', \
               CAST($4 AS BIGINT), CAST($4 AS BIGINT) FROM webhooks w \
               WHERE w.organisation_id = $5 AND w.deleted_at IS NULL AND w.kinds LIKE $6";
    let values = vec![
        Value::id(&notice.id),
        notice.kind.as_str().into(),
        notice.body.as_str().into(),
        notice.at.into(),
        Value::id(&notice.organisation),
        format!("%\"{}\"%", notice.kind.as_str()).into(),
    ];
    Statement::new(sql, values)
}

impl Store {
    /// Takes the oldest delivery that is due of each webhook, so that nobody else sends it; none of those that are busy.
    pub(crate) async fn take_deliveries(
        &self,
        busy: impl IntoIterator<Item = WebhookId>,
        most: i64,
        now: Timestamp,
    ) -> Result<Vec<Parcel>, StoreError> {
        let sql = "UPDATE deliveries SET attempts = attempts + 1, due_at = $1 WHERE state = 'queued' AND due_at <= $2 AND id IN \
                   (SELECT f.id FROM (SELECT d.id, d.due_at, row_number() OVER (PARTITION BY d.webhook_id ORDER BY d.id) AS place \
                   FROM deliveries d WHERE d.state = 'queued' AND d.due_at <= $2 AND d.webhook_id NOT IN ({list})) f \
                   WHERE f.place = 1 ORDER BY f.due_at, f.id LIMIT $3) \
                   RETURNING id, webhook_id, body, attempts, (SELECT w.url FROM webhooks w WHERE w.id = deliveries.webhook_id), \
                   (SELECT w.secret FROM webhooks w WHERE w.id = deliveries.webhook_id)";
        let values = vec![now.plus(LEASE).into(), now.into(), most.into()];
        // Where nobody is busy, somebody has to stand in the list: NOT IN (NULL) is never true.
        let busy = busy.into_iter().map(|id| Value::id(&id)).chain([Value::Text(String::new())]);
        let answers = self.db.write(vec![Statement::listing(sql, values, busy)]).await?;
        answers.iter().flatten().map(parcel).collect()
    }

    /// When the next delivery is due to a webhook that is not busy; nothing where none waits.
    pub(crate) async fn next_delivery(
        &self,
        busy: impl IntoIterator<Item = WebhookId>,
    ) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT min(due_at) FROM deliveries WHERE state = 'queued' AND webhook_id NOT IN ({list})";
        let busy = busy.into_iter().map(|id| Value::id(&id)).chain([Value::Text(String::new())]);
        let rows = self.db.read(Statement::listing(sql, Vec::new(), busy)).await?;
        rows.first().map_or(Ok(None), |row| row.maybe_at(0))
    }

    /// Writes down how an attempt ended. After one that failed, the webhook is left alone for a moment.
    pub(crate) async fn delivery_handed(&self, parcel: &Parcel, handed: Handed, now: Timestamp) -> Result<(), StoreError> {
        let (state, due, error) = match handed.failed {
            None => ("delivered", now, None),
            Some((error, Some(again))) => ("queued", again, Some(error)),
            Some((error, None)) => ("failed", now, Some(error)),
        };
        let failed = error.is_some();
        let outcome = "UPDATE deliveries SET state = $1, due_at = $2, response_status = $3, error = $4 \
                       WHERE id = $5 AND attempts = $6 AND state = 'queued'";
        let values = vec![
            state.into(),
            due.into(),
            handed.status.map(i64::from).into(),
            error.into(),
            parcel.id.as_str().into(),
            i64::from(parcel.attempt).into(),
        ];
        let mut statements = vec![Statement::new(outcome, values)];
        if failed {
            let rest = "UPDATE deliveries SET due_at = $1 WHERE webhook_id = $2 AND state = 'queued' AND due_at < $1";
            statements.push(Statement::new(rest, vec![now.plus(REST).into(), Value::id(&parcel.webhook)]));
        }
        self.db.write(statements).await.map(drop)
    }

    /// A delivery.
    pub(crate) async fn delivery(&self, id: &str) -> Result<Option<Delivery>, StoreError> {
        let sql = concat!("SELECT ", delivery_columns!(), " FROM deliveries WHERE id = $1");
        self.db.read(Statement::new(sql, vec![id.into()])).await?.first().map(delivery).transpose()
    }

    /// Of each of these webhooks what it was told, the newest first, at most `most` after one.
    pub(crate) async fn deliveries_of(
        &self,
        webhooks: impl IntoIterator<Item = WebhookId>,
        (after, most): (Option<&str>, i64),
    ) -> Result<Vec<Delivery>, StoreError> {
        let sql = concat!(
            "SELECT ",
            delivery_columns!(),
            " FROM (SELECT ",
            delivery_columns!(),
            ", row_number() OVER (PARTITION BY webhook_id ORDER BY id DESC) AS place FROM deliveries \
             WHERE webhook_id IN ({list}) AND (CAST($1 AS TEXT) IS NULL OR id < $1)) d WHERE place <= $2 ORDER BY id DESC"
        );
        let ids = webhooks.into_iter().map(|id| Value::id(&id));
        let statement = Statement::listing(sql, vec![after.into(), most.into()], ids);
        self.db.read(statement).await?.iter().map(delivery).collect()
    }

    /// How much each of these webhooks was told. One that was told nothing is not among them.
    pub(crate) async fn count_deliveries(
        &self,
        webhooks: impl IntoIterator<Item = WebhookId>,
    ) -> Result<Vec<(WebhookId, i64)>, StoreError> {
        let sql = "SELECT webhook_id, count(*) FROM deliveries WHERE webhook_id IN ({list}) GROUP BY webhook_id";
        let ids = webhooks.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(sql, Vec::new(), ids)).await?;
        rows.iter().map(|row| Ok((row.parsed(0)?, row.int(1)?))).collect()
    }

    /// Lets something be told (again) now, as if for the first time.
    pub(crate) async fn retry_delivery(&self, id: &str, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE deliveries SET state = 'queued', attempts = 0, due_at = $1 WHERE id = $2";
        self.changed(vec![Statement::new(sql, vec![now.into(), id.into()]).changing(1)]).await
    }

    /// Deletes what was told, or given up, before a moment.
    pub(crate) async fn forget_deliveries(&self, before: Timestamp) -> Result<(), StoreError> {
        self.erase(erase!("deliveries", "id", "state <> 'queued' AND created_at < $1"), &before.into()).await
    }
}

impl DeliveryState {
    fn read(stored: &str) -> Result<Self, StoreError> {
        match stored {
            "queued" => Ok(Self::Queued),
            "delivered" => Ok(Self::Delivered),
            "failed" => Ok(Self::Failed),
            _ => Err(StoreError::Corrupt("the state of a delivery")),
        }
    }
}

fn kind(stored: &str) -> Result<WebhookKind, StoreError> {
    let found = WebhookKind::ALL.into_iter().find(|kind| kind.as_str() == stored);
    found.ok_or(StoreError::Corrupt("the kind of a delivery"))
}

fn delivery(row: &Row) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        id: row.text(0)?.to_owned(),
        webhook: row.parsed(1)?,
        kind: kind(row.text(2)?)?,
        state: DeliveryState::read(row.text(3)?)?,
        attempts: row.int(4)?,
        created_at: row.at(5)?,
        response_status: row.maybe_int(6)?,
        error: row.maybe(7)?,
    })
}

fn parcel(row: &Row) -> Result<Parcel, StoreError> {
    Ok(Parcel {
        id: row.text(0)?.to_owned(),
        webhook: row.parsed(1)?,
        body: row.text(2)?.to_owned(),
        attempt: u32::try_from(row.int(3)?).map_err(|_| StoreError::Corrupt("attempts of a delivery"))?,
        url: row.text(4)?.to_owned(),
        secret: row.text(5)?.to_owned(),
    })
}
