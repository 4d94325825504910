//! Being paid: what is asked of a payment provider, and what it tells.
//!
//! No card number comes near this server: people pay on the provider's page. Whether they did is known from the provider's signed
//! notices alone, never from where a browser came back to.

mod money;
pub(crate) mod stripe;

use std::{fmt, time::Duration};

use axum::http::HeaderMap;
use futures_util::future::BoxFuture;
use houselights_shared::Timestamp;
use thiserror::Error;

pub use money::decimals as currencies;
pub(crate) use money::{Currency, Money, written};

use crate::signature::SignatureError;

/// How long a checkout has to stay open at least, with a minute for the way there (Stripe allows 30 minutes to 24 hours).
pub(crate) const SHORTEST_CHECKOUT: Duration = Duration::from_mins(31);
/// How long one can stay open at most, less the same minute.
pub(crate) const LONGEST_CHECKOUT: Duration = Duration::from_mins(24 * 60 - 1);
/// The longest notice that is read; a provider's are much shorter.
pub(crate) const LONGEST_NOTICE: usize = 512 * 1024;

/// A payment provider.
pub(crate) trait Provider: fmt::Debug + Send + Sync {
    /// Opens a checkout. Asked again with the same key and the same checkout, the answer is the same one.
    fn begin<'a>(&'a self, checkout: &'a Checkout) -> BoxFuture<'a, Result<Begun, PaymentError>>;

    /// Gives money back, or says how that stands. Money that is back already is not given twice.
    fn refund<'a>(&'a self, refund: &'a Refund) -> BoxFuture<'a, Result<Back, PaymentError>>;

    /// The least that can be paid at once, in the currency's smallest unit.
    fn least(&self, currency: Currency) -> i64;

    /// Ends an open checkout, so that nobody can pay there any more.
    fn expire<'a>(&'a self, reference: &'a str) -> BoxFuture<'a, Result<Expiry, PaymentError>>;

    /// Reads what the provider tells, if it is the provider who does, and lately. Who hears the same event twice has to know it by
    /// its id.
    fn notice(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<Notice, NoticeError>;
}

/// What is to be paid, and by whom.
pub(crate) struct Checkout {
    /// The registration's id; comes back in every notice.
    pub(crate) registration: String,
    /// What the payer reads that it is for.
    pub(crate) title: String,
    pub(crate) price: Money,
    pub(crate) email: String,
    /// Where the payer goes afterwards.
    pub(crate) success_url: String,
    /// Where the payer goes who does not pay.
    pub(crate) cancel_url: String,
    /// From [`SHORTEST_CHECKOUT`] to [`LONGEST_CHECKOUT`] from now.
    pub(crate) expires_at: Timestamp,
    /// The same for each try at the same checkout, and no other's.
    pub(crate) idempotency_key: String,
}

/// An open checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Begun {
    /// What the provider calls it.
    pub(crate) reference: String,
    /// Where to pay.
    pub(crate) url: String,
}

/// Money to be given back.
#[derive(Clone, Debug)]
pub(crate) struct Refund {
    /// That of the checkout, or of the payment in it.
    pub(crate) reference: String,
    /// All of it, or a part.
    pub(crate) money: Money,
    /// The same for each try at the same refund, and no other's.
    pub(crate) idempotency_key: String,
}

/// Where money that is given back stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Back {
    /// It went back.
    Done,
    /// The provider has taken it on, and it is not sure yet that it arrives.
    OnItsWay,
}

/// What became of a checkout that was to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// Nobody can pay there any more.
    Ended,
    /// It was completed before. A notice says, or said, whether it is paid.
    Completed,
}

/// What a provider told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// The money is there.
    Paid(Payment),
    /// A payment that takes days was started.
    UnderWay(Payment),
    /// A payment that takes days was started, and failed.
    Failed(Payment),
    /// The checkout ended without a payment.
    Expired(Payment),
    /// Money went back. The amount is all that went back so far, of this payment. The reference is that of the payment, not of the
    /// checkout.
    Refunded(Payment),
    /// Something else, or of somebody else who is paid into the same account.
    Other {
        /// The provider's id of the event.
        event: String,
    },
}

/// What a notice is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payment {
    /// The provider's id of the event: the same where it is told again.
    pub(crate) event: String,
    pub(crate) registration: String,
    /// As [`Begun::reference`].
    pub(crate) reference: String,
    /// What the provider calls the payment in the checkout, where there is one.
    pub(crate) paid_as: Option<String>,
    pub(crate) money: Money,
}

/// Why a provider did not do what was asked. Codes are the provider's; what it says in words is not kept, since it may name people and
/// keys.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum PaymentError {
    /// It may work later, with the same key.
    #[error("the payment provider cannot be reached or is busy: {0}")]
    Transient(String),
    /// The bank or the provider does not want this payment.
    #[error("the payment was declined: {0}")]
    Declined(String),
    /// It will not work again as asked: a wrong key, a currency that the account does not take.
    #[error("the payment provider refused: {0}")]
    Permanent(String),
}

/// Why a notice was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum NoticeError {
    /// No signature, or several headers of it.
    #[error("the notice is not signed")]
    Unsigned,
    /// The signature does not count.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// Signed rightly, but not what the provider documents.
    #[error("the notice cannot be read")]
    Unreadable,
}
