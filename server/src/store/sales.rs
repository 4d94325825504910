//! What the registrations of events brought.

use std::collections::HashMap;

use houselights_shared::{EventId, Timestamp};

use super::{RegistrationState, Statement, Store, StoreError, Value};

/// A quarter of an hour, in microseconds: what all time zones' days are made of.
const QUARTER: i64 = 900_000_000;

/// How often registrations of an event are in which state, what they brought, and what went back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SalesFigures {
    pub(crate) by_state: Vec<(RegistrationState, i64)>,
    pub(crate) gross: i64,
    pub(crate) refunded: i64,
    /// Payments that are on their way back.
    pub(crate) refunding: i64,
    /// By quarters of an hour: their beginning, how many registrations, what they brought.
    pub(crate) by_quarter: Vec<(Timestamp, i64, i64)>,
}

impl Store {
    /// The sales of each of these events, in the one currency that it takes. An event without any is not among them.
    pub(crate) async fn sales_of(
        &self,
        events: impl IntoIterator<Item = EventId>,
    ) -> Result<HashMap<EventId, SalesFigures>, StoreError> {
        let events: Vec<_> = events.into_iter().map(|id| Value::id(&id)).collect();
        let by_state = "SELECT event_id, state, count(*), \
                        CAST(coalesce(sum(CASE WHEN confirmed_at IS NOT NULL THEN amount ELSE 0 END), 0) AS BIGINT) \
                        FROM registrations WHERE event_id IN ({list}) GROUP BY event_id, state ORDER BY event_id, state";
        let mut all = HashMap::<EventId, SalesFigures>::new();
        for row in self.db.read(Statement::listing(by_state, Vec::new(), events.iter().cloned())).await? {
            let (state, count, paid) = (RegistrationState::read(row.text(1)?)?, row.int(2)?, row.int(3)?);
            let figures = all.entry(row.parsed(0)?).or_default();
            figures.gross += paid;
            figures.refunded += if state == RegistrationState::Refunded { paid } else { 0 };
            figures.by_state.push((state, count));
        }
        // Places whose money went back as a whole are counted already.
        let in_part = "SELECT r.event_id, CAST(coalesce(sum(p.refunded), 0) AS BIGINT) FROM registrations r \
                       JOIN payments p ON p.registration_id = r.id WHERE r.event_id IN ({list}) AND r.confirmed_at IS NOT NULL \
                       AND r.state <> 'refunded' AND p.came IS NULL AND p.state IN ('paid', 'refunding') GROUP BY r.event_id";
        for row in self.db.read(Statement::listing(in_part, Vec::new(), events.iter().cloned())).await? {
            all.entry(row.parsed(0)?).or_default().refunded += row.int(1)?;
        }
        // What came when its place was gone, and goes back or went.
        let too_late = "SELECT r.event_id, CAST(coalesce(sum(p.amount), 0) AS BIGINT), CAST(coalesce(sum(p.refunded), 0) AS BIGINT) \
                        FROM registrations r JOIN payments p ON p.registration_id = r.id WHERE r.event_id IN ({list}) \
                        AND r.confirmed_at IS NULL AND p.came IS NULL AND p.state IN ('refunding', 'refunded') GROUP BY r.event_id";
        for row in self.db.read(Statement::listing(too_late, Vec::new(), events.iter().cloned())).await? {
            let figures = all.entry(row.parsed(0)?).or_default();
            figures.gross += row.int(1)?;
            figures.refunded += row.int(2)?;
        }
        let under_way = "SELECT r.event_id, count(*) FROM registrations r JOIN payments p ON p.registration_id = r.id \
                         WHERE r.event_id IN ({list}) AND p.state = 'refunding' GROUP BY r.event_id";
        for row in self.db.read(Statement::listing(under_way, Vec::new(), events.iter().cloned())).await? {
            all.entry(row.parsed(0)?).or_default().refunding = row.int(1)?;
        }
        let by_quarter = "SELECT event_id, confirmed_at / 900000000, count(*), CAST(sum(amount) AS BIGINT) FROM registrations \
                          WHERE event_id IN ({list}) AND confirmed_at IS NOT NULL GROUP BY event_id, confirmed_at / 900000000 \
                          ORDER BY event_id, confirmed_at / 900000000";
        for row in self.db.read(Statement::listing(by_quarter, Vec::new(), events)).await? {
            let figures = all.entry(row.parsed(0)?).or_default();
            figures.by_quarter.push((Timestamp::from_micros(row.int(1)? * QUARTER), row.int(2)?, row.int(3)?));
        }
        Ok(all)
    }
}
