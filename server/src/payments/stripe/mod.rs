//! Stripe: people pay on the page of Stripe Checkout, and webhooks tell of it.

mod amount;
mod call;
mod notice;
#[cfg(test)]
mod tests;

use axum::http::{HeaderMap, HeaderValue};
use futures_util::{FutureExt, future::BoxFuture};
use houselights_shared::Timestamp;
use reqwest::Client;
use serde::Deserialize;
use thiserror::Error;
use url::{Host, Url, form_urlencoded::Serializer};

use self::call::{Call, Failure};
use super::{Back, Begun, Checkout, Currency, Expiry, Notice, NoticeError, PaymentError, Provider, Refund};
use crate::{
    outgoing,
    signature::{self, Secret, seconds},
};

/// Where Stripe is.
pub(crate) const STRIPE: &str = "https://api.stripe.com";
/// The longest name of a product that is sent.
const LONGEST_TITLE: usize = 250;

/// How to reach an account.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The account's secret key, or a restricted one that may write Checkout sessions and refunds.
    pub(crate) key: Secret,
    /// Those of the webhook endpoint: one, or two while it is being replaced.
    pub(crate) webhook_secrets: Vec<Secret>,
    /// [`STRIPE`], or something that stands in for it.
    pub(crate) base: String,
}

/// Why an account cannot be used at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum SetupError {
    /// The key would go over the network for all to read.
    #[error("payments: the address is not https, nor on this machine")]
    Insecure,
    /// An empty key, or one that has more than letters.
    #[error("payments: that is not a key")]
    Key,
    /// Without it no notice could be believed.
    #[error("payments: the webhook secret is missing")]
    WebhookSecret,
    /// No HTTP client.
    #[error("payments: this machine has no usable TLS certificates")]
    Client,
}

/// An account at Stripe.
#[derive(Debug)]
pub(crate) struct Stripe {
    http: Client,
    /// Marked as sensitive, so that it does not show itself.
    key: HeaderValue,
    base: Url,
    webhook_secrets: Vec<Secret>,
}

#[derive(Deserialize)]
struct Session {
    id: String,
    url: Option<String>,
    status: Option<String>,
    payment_intent: Option<String>,
}

#[derive(Deserialize)]
struct Refunded {
    id: String,
    status: Option<String>,
    failure_reason: Option<String>,
}

#[derive(Deserialize)]
struct AllRefunds {
    data: Vec<Refunded>,
}

impl Refunded {
    fn stands(self) -> Result<Back, PaymentError> {
        match self.status.as_deref() {
            Some("failed" | "canceled") => Err(PaymentError::Declined(self.failure_reason.or(self.status).unwrap_or_default())),
            Some("pending" | "requires_action") => Ok(Back::OnItsWay),
            Some(_) | None => Ok(Back::Done),
        }
    }
}

impl Stripe {
    /// Nothing is asked of Stripe yet.
    pub(crate) fn new(settings: Settings) -> Result<Self, SetupError> {
        let Settings { key, webhook_secrets, base } = settings;
        let base = Url::parse(&base).ok().filter(is_secure).ok_or(SetupError::Insecure)?;
        if key.reveal().is_empty() {
            return Err(SetupError::Key);
        }
        if webhook_secrets.is_empty() || webhook_secrets.iter().any(|secret| secret.reveal().is_empty()) {
            return Err(SetupError::WebhookSecret);
        }
        let mut key = HeaderValue::from_str(&format!("Bearer {}", key.reveal())).map_err(|_| SetupError::Key)?;
        key.set_sensitive(true);
        let http = outgoing::client().timeout(call::PATIENCE).build().map_err(|_| SetupError::Client)?;
        Ok(Self { http, key, base, webhook_secrets })
    }

    async fn begin(&self, checkout: &Checkout) -> Result<Begun, PaymentError> {
        let amount = amount::to_stripe(checkout.price).ok_or_else(|| PaymentError::Permanent("amount".to_owned()))?;
        let title: String = checkout.title.chars().take(LONGEST_TITLE).collect();
        let form = Serializer::new(String::new())
            .append_pair("mode", "payment")
            .append_pair("client_reference_id", &checkout.registration)
            // Copied by Stripe to the charge, and so in what is told of a refund.
            .append_pair("payment_intent_data[metadata][registration]", &checkout.registration)
            .append_pair("customer_email", &checkout.email)
            .append_pair("success_url", &checkout.success_url)
            .append_pair("cancel_url", &checkout.cancel_url)
            .append_pair("expires_at", &seconds(checkout.expires_at).to_string())
            .append_pair("line_items[0][quantity]", "1")
            .append_pair("line_items[0][price_data][currency]", &checkout.price.currency.code().to_ascii_lowercase())
            .append_pair("line_items[0][price_data][unit_amount]", &amount.to_string())
            .append_pair("line_items[0][price_data][product_data][name]", &title)
            .finish();
        let call = Call::post("v1/checkout/sessions", form, &checkout.idempotency_key);
        let session: Session = self.ask(&call).await?;
        let url = session.url.ok_or_else(|| PaymentError::Permanent("no_url".to_owned()))?;
        Ok(Begun { reference: session.id, url })
    }

    async fn refund(&self, refund: &Refund) -> Result<Back, PaymentError> {
        let amount = amount::to_stripe(refund.money).ok_or_else(|| PaymentError::Permanent("amount".to_owned()))?;
        let payment = if refund.reference.starts_with("pi_") {
            refund.reference.clone()
        } else {
            let session = self.session(&refund.reference).await?;
            session.payment_intent.ok_or_else(|| PaymentError::Permanent("not_paid".to_owned()))?
        };
        let form = Serializer::new(String::new())
            .append_pair("payment_intent", &payment)
            .append_pair("amount", &amount.to_string())
            .finish();
        match self.call::<Refunded>(&Call::post("v1/refunds", form, &refund.idempotency_key)).await {
            Ok(begun) => {
                let id = begun.id.clone();
                match begun.stands()? {
                    Back::Done => Ok(Back::Done),
                    // Asked again, Stripe repeats its first answer: how it stands now is another question.
                    Back::OnItsWay => {
                        let now: Refunded = self.ask(&Call::get(&format!("v1/refunds/{}", word(&id)?))).await?;
                        now.stands()
                    }
                }
            }
            Err(Failure { code, .. }) if code == "charge_already_refunded" => {
                let query = Serializer::new(String::new()).append_pair("payment_intent", &payment).finish();
                let all: AllRefunds = self.ask(&Call::get(&format!("v1/refunds?{query}"))).await?;
                let is_any_under_way = all.data.into_iter().any(|refund| matches!(refund.stands(), Ok(Back::OnItsWay)));
                Ok(if is_any_under_way { Back::OnItsWay } else { Back::Done })
            }
            Err(failure) => Err(failure.into()),
        }
    }

    async fn expire(&self, reference: &str) -> Result<Expiry, PaymentError> {
        let path = format!("v1/checkout/sessions/{}/expire", word(reference)?);
        match self.call::<Session>(&Call::once(&path)).await {
            Ok(_) => Ok(Expiry::Ended),
            // Only an open one can be ended. What is it?
            Err(failure) if failure.status == Some(400) => match self.session(reference).await?.status.as_deref() {
                Some("expired") => Ok(Expiry::Ended),
                Some("complete") => Ok(Expiry::Completed),
                _ => Err(failure.into()),
            },
            Err(failure) => Err(failure.into()),
        }
    }

    async fn session(&self, reference: &str) -> Result<Session, PaymentError> {
        self.ask(&Call::get(&format!("v1/checkout/sessions/{}", word(reference)?))).await
    }
}

impl Provider for Stripe {
    fn begin<'a>(&'a self, checkout: &'a Checkout) -> BoxFuture<'a, Result<Begun, PaymentError>> {
        self.begin(checkout).boxed()
    }

    fn refund<'a>(&'a self, refund: &'a Refund) -> BoxFuture<'a, Result<Back, PaymentError>> {
        self.refund(refund).boxed()
    }

    fn least(&self, currency: Currency) -> i64 {
        amount::least(currency)
    }

    fn expire<'a>(&'a self, reference: &'a str) -> BoxFuture<'a, Result<Expiry, PaymentError>> {
        self.expire(reference).boxed()
    }

    fn notice(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<Notice, NoticeError> {
        let mut given = headers.get_all(notice::SIGNATURE).iter();
        let (Some(header), None) = (given.next(), given.next()) else { return Err(NoticeError::Unsigned) };
        let header = header.to_str().map_err(|_| NoticeError::Unsigned)?;
        signature::verify(&self.webhook_secrets, header, body, now)?;
        notice::read(body)
    }
}

/// What Stripe calls something, as a part of a path.
fn word(reference: &str) -> Result<&str, PaymentError> {
    let is_word = !reference.is_empty() && reference.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
    is_word.then_some(reference).ok_or_else(|| PaymentError::Permanent("reference".to_owned()))
}

/// Whether a key may go there: over TLS, or no further than this machine.
fn is_secure(base: &Url) -> bool {
    let is_here = match base.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    base.scheme() == "https" || (base.scheme() == "http" && is_here)
}
