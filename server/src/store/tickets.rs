//! Kinds of tickets. The currency of what costs something is one for a whole event, so that its sales can be summed.

use std::collections::HashMap;

use houselights_shared::{EventId, TicketTypeId, Timestamp};

use super::{Row, Statement, Store, StoreError, Value};
use crate::bounds::{MOST_TICKET_TYPES, rows};

/// A kind of ticket as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TicketType {
    pub(crate) id: TicketTypeId,
    pub(crate) event: EventId,
    pub(crate) title: String,
    pub(crate) description: String,
    /// In the currency's smallest unit.
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) quantity: Option<i64>,
    /// Seats that are held or had.
    pub(crate) taken: i64,
    pub(crate) sales_start: Option<Timestamp>,
    pub(crate) sales_end: Option<Timestamp>,
    pub(crate) hidden: bool,
    pub(crate) waiting_list: bool,
    pub(crate) deleted_at: Option<Timestamp>,
}

/// A kind of ticket that is to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewTicketType {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) quantity: Option<i64>,
    pub(crate) sales_start: Option<Timestamp>,
    pub(crate) sales_end: Option<Timestamp>,
    pub(crate) hidden: bool,
    pub(crate) waiting_list: bool,
}

/// What is to be different about a kind of ticket; what is absent stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct TicketTypeChange {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) amount: Option<i64>,
    pub(crate) quantity: Option<Option<i64>>,
    pub(crate) sales_start: Option<Option<Timestamp>>,
    pub(crate) sales_end: Option<Option<Timestamp>>,
    pub(crate) hidden: Option<bool>,
    pub(crate) waiting_list: Option<bool>,
}

/// All columns of a [`TicketType`], in its order.
macro_rules! ticket_columns {
    () => {
        "id, event_id, title, description, amount, currency, quantity, taken, sales_start, sales_end, hidden, waiting_list, deleted_at"
    };
}
pub(super) use ticket_columns;

impl Store {
    /// The kinds of tickets with these ids, also those in the trash.
    pub(crate) async fn ticket_types(
        &self,
        ids: impl IntoIterator<Item = TicketTypeId>,
    ) -> Result<Vec<TicketType>, StoreError> {
        let sql = concat!("SELECT ", ticket_columns!(), " FROM ticket_types WHERE id IN ({list})");
        let ids = ids.into_iter().map(|id| Value::id(&id));
        self.db.read(Statement::listing(sql, Vec::new(), ids)).await?.iter().map(ticket_type).collect()
    }

    /// The kinds of tickets of these events, in their order.
    pub(crate) async fn ticket_types_of(
        &self,
        events: impl IntoIterator<Item = EventId>,
    ) -> Result<Vec<TicketType>, StoreError> {
        let sql = concat!(
            "SELECT ",
            ticket_columns!(),
            " FROM ticket_types WHERE event_id IN ({list}) AND deleted_at IS NULL ORDER BY event_id, position, id"
        );
        let ids = events.into_iter().map(|id| Value::id(&id));
        self.db.read(Statement::listing(sql, Vec::new(), ids)).await?.iter().map(ticket_type).collect()
    }

    /// In what each of these events takes money. One that takes none is not among them.
    pub(crate) async fn currencies_of(
        &self,
        events: impl IntoIterator<Item = EventId>,
    ) -> Result<HashMap<EventId, String>, StoreError> {
        let sql = "SELECT event_id, min(currency) FROM ticket_types WHERE event_id IN ({list}) AND amount > 0 \
                   AND (deleted_at IS NULL OR taken > 0) GROUP BY event_id";
        let events = events.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(sql, Vec::new(), events)).await?;
        rows.iter().map(|row| Ok((row.parsed(0)?, row.text(1)?.to_owned()))).collect()
    }

    /// How many wait for each of these; nobody where one is not among the answers.
    pub(crate) async fn waiting_for(
        &self,
        ids: impl IntoIterator<Item = TicketTypeId>,
    ) -> Result<Vec<(TicketTypeId, i64)>, StoreError> {
        let sql = "SELECT ticket_type_id, count(*) FROM registrations WHERE ticket_type_id IN ({list}) AND state = 'waiting' \
                   GROUP BY ticket_type_id";
        let ids = ids.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(sql, Vec::new(), ids)).await?;
        rows.iter().map(|row| Ok((row.parsed(0)?, row.int(1)?))).collect()
    }

    /// Makes a kind of ticket. Nothing where the event has as many as it may, or takes money in another currency.
    pub(crate) async fn create_ticket_type(
        &self,
        event: EventId,
        new: &NewTicketType,
        now: Timestamp,
    ) -> Result<Option<TicketTypeId>, StoreError> {
        let id = TicketTypeId::random();
        let sql = "INSERT INTO ticket_types (id, event_id, title, description, amount, currency, quantity, sales_start, sales_end, hidden, \
                   waiting_list, position, created_at) \
                   SELECT $1, $2, $3, $4, CAST($5 AS BIGINT), $6, CAST($7 AS BIGINT), CAST($8 AS BIGINT), CAST($9 AS BIGINT), \
                   CAST($10 AS BIGINT), CAST($11 AS BIGINT), \
                   (SELECT coalesce(max(position), -1) + 1 FROM ticket_types WHERE event_id = $2), CAST($12 AS BIGINT) \
                   WHERE (SELECT count(*) FROM ticket_types WHERE event_id = $2 AND deleted_at IS NULL) < CAST($13 AS BIGINT) \
                   AND (CAST($5 AS BIGINT) = 0 OR NOT EXISTS (SELECT 1 FROM ticket_types WHERE event_id = $2 AND amount > 0 \
                   AND currency <> $6 AND (deleted_at IS NULL OR taken > 0)))";
        let values = vec![
            Value::id(&id),
            Value::id(&event),
            new.title.as_str().into(),
            new.description.as_str().into(),
            new.amount.into(),
            new.currency.as_str().into(),
            new.quantity.into(),
            new.sales_start.into(),
            new.sales_end.into(),
            new.hidden.into(),
            new.waiting_list.into(),
            now.into(),
            rows(MOST_TICKET_TYPES).into(),
        ];
        // The event's row is what all who change its tickets wait for.
        let made = self.changed(vec![held(event), Statement::new(sql, values).changing(1)]).await?;
        Ok(made.then_some(id))
    }

    /// Changes a kind of ticket. False where more are taken than there would be, or the event takes money in another currency. What is
    /// different about the price holds for those who come.
    pub(crate) async fn update_ticket_type(
        &self,
        (event, id): (EventId, TicketTypeId),
        change: &TicketTypeChange,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE ticket_types SET title = coalesce($1, title), description = coalesce($2, description), \
                   amount = coalesce($3, amount), quantity = CASE WHEN $4 = 1 THEN $5 ELSE quantity END, \
                   sales_start = CASE WHEN $6 = 1 THEN $7 ELSE sales_start END, \
                   sales_end = CASE WHEN $8 = 1 THEN $9 ELSE sales_end END, \
                   hidden = coalesce($10, hidden), waiting_list = coalesce($11, waiting_list) \
                   WHERE id = $12 AND deleted_at IS NULL AND ($4 = 0 OR CAST($5 AS BIGINT) IS NULL OR taken <= $5) \
                   AND (coalesce($3, amount) = 0 OR NOT EXISTS (SELECT 1 FROM ticket_types o WHERE o.event_id = $13 AND o.amount > 0 \
                   AND o.id <> $12 AND o.currency <> ticket_types.currency AND (o.deleted_at IS NULL OR o.taken > 0)))";
        let values = vec![
            change.title.clone().into(),
            change.description.clone().into(),
            change.amount.into(),
            change.quantity.is_some().into(),
            change.quantity.flatten().into(),
            change.sales_start.is_some().into(),
            change.sales_start.flatten().into(),
            change.sales_end.is_some().into(),
            change.sales_end.flatten().into(),
            change.hidden.into(),
            change.waiting_list.into(),
            Value::id(&id),
            Value::id(&event),
        ];
        self.changed(vec![held(event), Statement::new(sql, values).changing(1)]).await
    }

    /// Puts a kind of ticket into the trash. Whoever has one keeps it, and whoever waits for one keeps waiting.
    pub(crate) async fn delete_ticket_type(&self, id: TicketTypeId, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE ticket_types SET deleted_at = $1 WHERE id = $2 AND deleted_at IS NULL";
        self.changed(vec![Statement::new(sql, vec![now.into(), Value::id(&id)]).changing(1)]).await
    }
}

/// Takes hold of an event's row, so that whoever moves seats or changes tickets of it does so one after another: what the statements behind it
/// see is as it will stay until the end of the write.
pub(super) fn held(event: EventId) -> Statement {
    Statement::new("UPDATE events SET taken = taken WHERE id = $1", vec![Value::id(&event)]).changing(1)
}

pub(super) fn ticket_type(row: &Row) -> Result<TicketType, StoreError> {
    Ok(TicketType {
        id: row.parsed(0)?,
        event: row.parsed(1)?,
        title: row.text(2)?.to_owned(),
        description: row.text(3)?.to_owned(),
        amount: row.int(4)?,
        currency: row.text(5)?.to_owned(),
        quantity: row.maybe_int(6)?,
        taken: row.int(7)?,
        sales_start: row.maybe_at(8)?,
        sales_end: row.maybe_at(9)?,
        hidden: row.is(10)?,
        waiting_list: row.is(11)?,
        deleted_at: row.maybe_at(12)?,
    })
}
