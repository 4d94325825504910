//! Payments as they stand with a provider, and what it told.

use houselights_shared::{EventId, RegistrationId, Timestamp};

use super::{RegistrationRow, Row, Statement, Store, StoreError, Value, hashed};

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PaymentState {
    /// It can be paid.
    Open,
    /// The money is there.
    Paid,
    /// Nobody can pay any more.
    Expired,
    /// It was tried, and did not work.
    Failed,
    /// The money is to go back, and it is not known yet whether it did.
    Refunding,
    /// The money went back.
    Refunded,
}

impl PaymentState {
    const ALL: [Self; 6] = [Self::Open, Self::Paid, Self::Expired, Self::Failed, Self::Refunding, Self::Refunded];

    pub(crate) const fn stored(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paid => "paid",
            Self::Expired => "expired",
            Self::Failed => "failed",
            Self::Refunding => "refunding",
            Self::Refunded => "refunded",
        }
    }

    fn read(stored: &str) -> Result<Self, StoreError> {
        Self::ALL.into_iter().find(|state| state.stored() == stored).ok_or(StoreError::Corrupt("the state of a payment"))
    }
}

/// A payment as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PaymentRow {
    /// What the provider calls it.
    pub(crate) reference: String,
    pub(crate) provider: String,
    pub(crate) registration: RegistrationId,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) state: PaymentState,
    /// Where to pay; empty once somebody has, and while it is not known what came of it.
    pub(crate) url: String,
    /// What the provider calls the money that came.
    pub(crate) paid_as: Option<String>,
    /// What went back of it so far.
    pub(crate) refunded: i64,
    /// What came, with its currency, where that is not what was asked for: no place is given for it.
    pub(crate) came: Option<(i64, String)>,
}

impl PaymentRow {
    /// What came, or else is to come.
    pub(crate) fn received(&self) -> (i64, &str) {
        self.came.as_ref().map_or((self.amount, self.currency.as_str()), |(amount, currency)| (*amount, currency))
    }

    /// Whether it was begun and is not decided: nobody can pay there any more, and the money may come.
    pub(crate) fn is_under_way(&self) -> bool {
        self.state == PaymentState::Open && self.url.is_empty()
    }

    /// Whether a place is paid for with it.
    pub(crate) fn is_for_a_place(&self) -> bool {
        self.state == PaymentState::Paid && self.came.is_none()
    }
}

/// All columns of a [`PaymentRow`], in its order.
macro_rules! payment_columns {
    () => {
        "reference, provider, registration_id, amount, currency, state, url, paid_as, refunded, came, came_currency"
    };
}

impl Store {
    /// Stores a checkout that was opened, where the place is still held. False where it is not.
    pub(crate) async fn payment_begun(
        &self,
        row: &RegistrationRow,
        (provider, reference, url): (&str, &str, &str),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let held = "UPDATE registrations SET state = state WHERE id = $1 AND state = 'pending'";
        // The same checkout may be opened twice at the same moment; the provider answers both alike.
        let sql = "INSERT INTO payments (reference, provider, registration_id, amount, currency, state, url, created_at, changed_at) \
                   VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $7) ON CONFLICT (reference) DO NOTHING";
        let values = vec![
            reference.into(),
            provider.into(),
            Value::id(&row.id),
            row.amount.into(),
            row.currency.as_str().into(),
            url.into(),
            now.into(),
        ];
        let held = Statement::new(held, vec![Value::id(&row.id)]).changing(1);
        self.changed(vec![held, Statement::new(sql, values)]).await
    }

    /// Stores a checkout of which only the provider's notice is known, as one that is open.
    pub(crate) async fn note_payment(
        &self,
        row: &RegistrationRow,
        (provider, reference): (&str, &str),
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO payments (reference, provider, registration_id, amount, currency, state, url, created_at, changed_at) \
                   VALUES ($1, $2, $3, $4, $5, 'open', '', $6, $6) ON CONFLICT (reference) DO NOTHING";
        let values = vec![
            reference.into(),
            provider.into(),
            Value::id(&row.id),
            row.amount.into(),
            row.currency.as_str().into(),
            row.created_at.into(),
        ];
        self.db.write(vec![Statement::new(sql, values)]).await.map(drop)
    }

    /// A registration's payments, the newest first.
    pub(crate) async fn payments_of(&self, registration: RegistrationId) -> Result<Vec<PaymentRow>, StoreError> {
        let sql = concat!(
            "SELECT ",
            payment_columns!(),
            " FROM payments WHERE registration_id = $1 ORDER BY created_at DESC, reference LIMIT 100"
        );
        self.db.read(Statement::new(sql, vec![Value::id(&registration)])).await?.iter().map(payment).collect()
    }

    /// Payments whose money is to go back and that nobody has looked after since a moment.
    pub(crate) async fn refunds_to_try(&self, before: Timestamp, most: i64) -> Result<Vec<PaymentRow>, StoreError> {
        let sql = concat!(
            "SELECT ",
            payment_columns!(),
            " FROM payments WHERE state = 'refunding' AND changed_at <= $1 ORDER BY changed_at, reference LIMIT $2"
        );
        self.db.read(Statement::new(sql, vec![before.into(), most.into()])).await?.iter().map(payment).collect()
    }

    /// Moves a payment on by itself. False where it was not in that state.
    pub(crate) async fn move_payment(
        &self,
        payment: &PaymentRow,
        to: PaymentState,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.changed(vec![moving(payment, to, now)]).await
    }

    /// Writes these, all or nothing. False where a demand was not met.
    pub(crate) async fn write_all(&self, statements: Vec<Statement>) -> Result<bool, StoreError> {
        self.changed(statements).await
    }

    /// Whether a provider told this before.
    pub(crate) async fn was_told(&self, provider: &str, id: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM payment_notices WHERE provider = $1 AND id = $2";
        Ok(!self.db.read(Statement::new(sql, vec![provider.into(), id.into()])).await?.is_empty())
    }

    /// Makes a link by which a place that is held can be paid. False where it is not held (any more).
    pub(crate) async fn add_payment_link(
        &self,
        registration: RegistrationId,
        secret: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO payment_links (secret_hash, registration_id, created_at) \
                   SELECT $1, r.id, CAST($2 AS BIGINT) FROM registrations r WHERE r.id = $3 AND r.state = 'pending'";
        let values = vec![hashed(secret).into(), now.into(), Value::id(&registration)];
        self.changed(vec![Statement::new(sql, values).changing(1)]).await
    }

    /// The registration that a link is for.
    pub(crate) async fn registration_to_pay(&self, secret: &str) -> Result<Option<RegistrationRow>, StoreError> {
        let sql = concat!(
            "SELECT ",
            super::registrations::registration_columns!(),
            " FROM payment_links l JOIN registrations r ON r.id = l.registration_id WHERE l.secret_hash = $1"
        );
        let rows = self.db.read(Statement::new(sql, vec![hashed(secret).into()])).await?;
        rows.first().map(super::registrations::registration).transpose()
    }
}

/// Moves a payment on, as a part of a write.
pub(crate) fn moving(payment: &PaymentRow, to: PaymentState, now: Timestamp) -> Statement {
    let sql = "UPDATE payments SET state = $1, paid_as = coalesce($2, paid_as), changed_at = $3, came = coalesce($6, came), \
               came_currency = coalesce($7, came_currency), \
               refunded = CASE WHEN $1 = 'refunded' THEN coalesce($6, came, amount) ELSE refunded END \
               WHERE reference = $4 AND state = $5";
    let (came, came_currency) = payment.came.clone().unzip();
    let values = vec![
        to.stored().into(),
        payment.paid_as.clone().into(),
        now.into(),
        payment.reference.as_str().into(),
        payment.state.stored().into(),
        came.into(),
        came_currency.into(),
    ];
    Statement::new(sql, values).changing(1)
}

/// All that was paid for an event's places is to go back; it was looked after at `since`, so whoever gives money back does that as soon as it looks.
pub(crate) fn refunding_all(event: EventId, since: Timestamp) -> Statement {
    let sql = "UPDATE payments SET state = 'refunding', changed_at = $1 WHERE state = 'paid' AND registration_id IN \
               (SELECT id FROM registrations WHERE event_id = $2 AND state = 'confirmed')";
    Statement::new(sql, vec![since.into(), Value::id(&event)])
}

/// Somebody has paid there, and whether the money comes is decided later.
pub(crate) fn under_way(payment: &PaymentRow) -> Statement {
    let sql = "UPDATE payments SET url = '' WHERE reference = $1 AND state = 'open'";
    Statement::new(sql, vec![payment.reference.as_str().into()])
}

/// So much of a payment went back so far, and not all of it. What was told of a moment before changes nothing.
pub(crate) fn refunded_in_part(payment: &PaymentRow, so_far: i64) -> Statement {
    let sql = "UPDATE payments SET refunded = CASE WHEN refunded < $1 THEN $1 ELSE refunded END, paid_as = coalesce($2, paid_as) \
               WHERE reference = $3 AND state <> 'refunded'";
    let values = vec![so_far.into(), payment.paid_as.clone().into(), payment.reference.as_str().into()];
    Statement::new(sql, values).changing(1)
}

/// That a provider told something, once.
pub(crate) fn notice(provider: &str, id: &str, now: Timestamp) -> Statement {
    let sql = "INSERT INTO payment_notices (provider, id, at) VALUES ($1, $2, $3) ON CONFLICT (provider, id) DO NOTHING";
    Statement::new(sql, vec![provider.into(), id.into(), now.into()]).changing(1)
}

/// As many checkouts of a registration as are known to be open can be paid no more.
pub(crate) fn closing(registration: RegistrationId, open: usize, now: Timestamp) -> Statement {
    let sql = "UPDATE payments SET state = 'expired', changed_at = $1 WHERE registration_id = $2 AND state = 'open'";
    Statement::new(sql, vec![now.into(), Value::id(&registration)]).changing(u64::try_from(open).unwrap_or(u64::MAX))
}

/// A place that was held and is taken away: whoever pays for it all the same gets the money back, and not the place.
pub(crate) fn not_to_come_back(registration: RegistrationId) -> Statement {
    Statement::new("UPDATE registrations SET expires_at = NULL WHERE id = $1", vec![Value::id(&registration)])
}

fn payment(row: &Row) -> Result<PaymentRow, StoreError> {
    Ok(PaymentRow {
        reference: row.text(0)?.to_owned(),
        provider: row.text(1)?.to_owned(),
        registration: row.parsed(2)?,
        amount: row.int(3)?,
        currency: row.text(4)?.to_owned(),
        state: PaymentState::read(row.text(5)?)?,
        url: row.text(6)?.to_owned(),
        paid_as: row.maybe(7)?,
        refunded: row.int(8)?,
        came: row.maybe_int(9)?.zip(row.maybe(10)?),
    })
}
