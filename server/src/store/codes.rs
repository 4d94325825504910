//! Codes that make tickets cheaper.

use houselights_domain::registration::Discount;
use houselights_shared::{EventId, TicketCodeId, TicketTypeId, Timestamp};

use super::{Row, Statement, Store, StoreError, Value, tickets::held};
use crate::bounds::{MOST_CODES, rows};

/// A code as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TicketCode {
    pub(crate) id: TicketCodeId,
    pub(crate) event: EventId,
    /// In upper case.
    pub(crate) code: String,
    /// The only kind of ticket that it is for, where there is one.
    pub(crate) ticket: Option<TicketTypeId>,
    pub(crate) discount: Discount,
    pub(crate) quantity: Option<i64>,
    /// Registrations that stand and were made with it.
    pub(crate) taken: i64,
    pub(crate) valid_from: Option<Timestamp>,
    pub(crate) valid_until: Option<Timestamp>,
}

/// A code that is to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewTicketCode {
    pub(crate) code: String,
    pub(crate) ticket: Option<TicketTypeId>,
    pub(crate) discount: Discount,
    pub(crate) quantity: Option<i64>,
    pub(crate) valid_from: Option<Timestamp>,
    pub(crate) valid_until: Option<Timestamp>,
}

/// All columns of a [`TicketCode`], in its order.
macro_rules! code_columns {
    () => {
        "id, event_id, code, ticket_type_id, percent_off, amount_off, quantity, taken, valid_from, valid_until"
    };
}

impl TicketCode {
    /// Whether it makes this ticket cheaper now. That one is left is found out when it is used.
    pub(crate) fn is_for(&self, ticket: TicketTypeId, now: Timestamp) -> bool {
        self.ticket.is_none_or(|only| only == ticket)
            && self.valid_from.is_none_or(|from| from <= now)
            && self.valid_until.is_none_or(|until| now < until)
    }
}

impl Store {
    /// The codes with these ids, also those in the trash: they were used once.
    pub(crate) async fn codes(&self, ids: impl IntoIterator<Item = TicketCodeId>) -> Result<Vec<TicketCode>, StoreError> {
        let sql = concat!("SELECT ", code_columns!(), " FROM ticket_codes WHERE id IN ({list})");
        let ids = ids.into_iter().map(|id| Value::id(&id));
        self.db.read(Statement::listing(sql, Vec::new(), ids)).await?.iter().map(code).collect()
    }

    /// The codes of these events, the newest first.
    pub(crate) async fn codes_of(&self, events: impl IntoIterator<Item = EventId>) -> Result<Vec<TicketCode>, StoreError> {
        let sql = concat!(
            "SELECT ",
            code_columns!(),
            " FROM ticket_codes WHERE event_id IN ({list}) AND deleted_at IS NULL ORDER BY event_id, id DESC"
        );
        let ids = events.into_iter().map(|id| Value::id(&id));
        self.db.read(Statement::listing(sql, Vec::new(), ids)).await?.iter().map(code).collect()
    }

    /// An event's code by its letters, in upper case.
    pub(crate) async fn code_named(&self, event: EventId, name: &str) -> Result<Option<TicketCode>, StoreError> {
        let sql =
            concat!("SELECT ", code_columns!(), " FROM ticket_codes WHERE event_id = $1 AND code = $2 AND deleted_at IS NULL");
        self.db.read(Statement::new(sql, vec![Value::id(&event), name.into()])).await?.first().map(code).transpose()
    }

    /// Makes a code. Nothing where the event has as many as it may; [`StoreError::Conflict`] where it has one of these letters.
    pub(crate) async fn create_code(
        &self,
        event: EventId,
        new: &NewTicketCode,
        now: Timestamp,
    ) -> Result<Option<TicketCode>, StoreError> {
        let id = TicketCodeId::random();
        let (percent, amount) = match new.discount {
            Discount::Percent(percent) => (Some(percent), None),
            Discount::Amount(amount) => (None, Some(amount)),
        };
        let sql = "INSERT INTO ticket_codes (id, event_id, code, ticket_type_id, percent_off, amount_off, quantity, valid_until, created_at, \
                   valid_from) \
                   SELECT $1, $2, $3, CAST($4 AS TEXT), CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT), CAST($8 AS BIGINT), \
                   CAST($9 AS BIGINT), CAST($11 AS BIGINT) \
                   WHERE (SELECT count(*) FROM ticket_codes WHERE event_id = $2 AND deleted_at IS NULL) < CAST($10 AS BIGINT)";
        let values = vec![
            Value::id(&id),
            Value::id(&event),
            new.code.as_str().into(),
            new.ticket.map(|id| id.to_string()).into(),
            percent.into(),
            amount.into(),
            new.quantity.into(),
            new.valid_until.into(),
            now.into(),
            rows(MOST_CODES).into(),
            new.valid_from.into(),
        ];
        let made = self.changed(vec![held(event), Statement::new(sql, values).changing(1)]).await?;
        let NewTicketCode { code, ticket, discount, quantity, valid_from, valid_until } = new.clone();
        Ok(made.then_some(TicketCode { id, event, code, ticket, discount, quantity, taken: 0, valid_from, valid_until }))
    }

    /// Puts a code into the trash. What was made cheaper with it stays so.
    pub(crate) async fn delete_code(&self, id: TicketCodeId, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE ticket_codes SET deleted_at = $1 WHERE id = $2 AND deleted_at IS NULL";
        self.changed(vec![Statement::new(sql, vec![now.into(), Value::id(&id)]).changing(1)]).await
    }
}

fn code(row: &Row) -> Result<TicketCode, StoreError> {
    let discount = match (row.maybe_int(4)?, row.maybe_int(5)?) {
        (Some(percent), None) => Discount::Percent(percent),
        (None, Some(amount)) => Discount::Amount(amount),
        (Some(_), Some(_)) | (None, None) => return Err(StoreError::Corrupt("what a code takes off")),
    };
    Ok(TicketCode {
        id: row.parsed(0)?,
        event: row.parsed(1)?,
        code: row.text(2)?.to_owned(),
        ticket: row.maybe(3)?,
        discount,
        quantity: row.maybe_int(6)?,
        taken: row.int(7)?,
        valid_from: row.maybe_at(8)?,
        valid_until: row.maybe_at(9)?,
    })
}
