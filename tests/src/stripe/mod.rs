//! A stand-in for Stripe, on this machine: what the server's client asks, in the same words over the same HTTP, and signed webhooks.
//!
//! It keeps to what Stripe documents where a mistake of the client would show: keys, the version, required parameters, the limits of
//! `expires_at`, idempotency, states of a session.

mod account;

use std::{
    collections::BTreeMap,
    future::pending,
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Form, Json, Router,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{net::TcpListener, task::JoinSet};

use self::account::{Account, Answer, Asked, refused};

/// The secret key of the account.
pub const KEY: &str = "sk_test_houselights";
/// What webhooks are signed with.
pub const WEBHOOK_SECRET: &str = "whsec_houselights";

/// What goes wrong with a request that is otherwise right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// 500, before anything was done.
    Broken,
    /// 429, before anything was done.
    Busy,
    /// 402, as a bank declines.
    Declined,
    /// No answer, ever; nothing was done.
    Hanging,
    /// It is done, and then 500.
    BrokenAfterwards,
}

/// A checkout session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// Where it would be paid.
    pub url: String,
    /// What it was made with.
    pub parameters: BTreeMap<String, String>,
    /// `open`, `complete` or `expired`.
    pub status: &'static str,
    /// The payment's id, once there is one.
    pub payment: Option<String>,
    /// What was given back.
    pub refunded: i64,
}

/// A webhook as it is sent.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The JSON of the event.
    pub body: String,
    /// The value of `Stripe-Signature`.
    pub signature: String,
}

/// The stand-in. It ends when it is dropped.
pub struct Stripe {
    base: String,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
struct Shared {
    account: Mutex<Account>,
}

impl Shared {
    fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stripe {
    /// On a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("it is bound"));
        let shared = Arc::new(Shared::default());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { base, shared, _tasks: tasks }
    }

    /// In place of `https://api.stripe.com`.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The next requests that are otherwise right meet with these, in order.
    pub fn meet_with(&self, mishaps: impl IntoIterator<Item = Mishap>) {
        self.shared.account().mishaps.extend(mishaps);
    }

    /// Refunds that are asked for from now on are pending, until they [arrive](Self::refunds_arrive).
    pub fn refunds_take_days(&self) {
        self.shared.account().refunds_take_days = true;
    }

    /// Refunds that were pending arrive.
    pub fn refunds_arrive(&self) {
        let mut account = self.shared.account();
        account.refunds_take_days = false;
        for refund in &mut account.refunds {
            refund["status"] = json!("succeeded");
        }
    }

    /// How often it was asked how a refund stands.
    #[must_use]
    pub fn looked_at_refunds(&self) -> usize {
        self.shared.account().looked_at_refunds
    }

    /// How many requests came, refused ones included.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.shared.account().requests
    }

    /// All sessions, the oldest first.
    #[must_use]
    pub fn sessions(&self) -> Vec<Session> {
        self.shared.account().sessions.clone()
    }

    /// A session by its id.
    #[must_use]
    pub fn session(&self, id: &str) -> Session {
        self.shared.account().session(id).expect("it was begun").clone()
    }

    /// The latest session for this registration.
    #[must_use]
    pub fn session_of(&self, registration: &str) -> Option<Session> {
        let is_of = |session: &Session| session.parameter("client_reference_id") == registration;
        self.shared.account().sessions.iter().rev().find(|session| is_of(session)).cloned()
    }

    /// Somebody pays.
    #[must_use]
    pub fn pay(&self, session: &str) -> Webhook {
        self.end(session, "complete", "checkout.session.completed", "paid")
    }

    /// Somebody begins a payment that takes days.
    #[must_use]
    pub fn pay_slowly(&self, session: &str) -> Webhook {
        self.end(session, "complete", "checkout.session.completed", "unpaid")
    }

    /// A payment that took days went well, or not.
    #[must_use]
    pub fn settle(&self, session: &str, well: bool) -> Webhook {
        let kind = if well { "checkout.session.async_payment_succeeded" } else { "checkout.session.async_payment_failed" };
        self.shared.account().event_of_session(session, kind, if well { "paid" } else { "unpaid" })
    }

    /// The time of a session is over.
    #[must_use]
    pub fn expire(&self, session: &str) -> Webhook {
        self.end(session, "expired", "checkout.session.expired", "unpaid")
    }

    /// What is told of a payment of which something was given back; here all of what is left of it is, as in Stripe's dashboard,
    /// where nothing was by the API.
    #[must_use]
    pub fn refund(&self, session: &str) -> Webhook {
        let Session { refunded, .. } = self.session(session);
        self.refund_part(session, if refunded == 0 { self.session(session).amount() } else { refunded })
    }

    /// What is told of a payment of which so much went back by now, as in Stripe's dashboard.
    #[must_use]
    pub fn refund_part(&self, session: &str, so_far: i64) -> Webhook {
        let mut account = self.shared.account();
        let found = account.session_mut(session).expect("it was begun");
        assert!(found.payment.is_some(), "nobody paid");
        found.refunded = found.refunded.max(so_far);
        let charge = json!({
            "id": "ch_1", "object": "charge", "payment_intent": found.payment, "amount": found.amount(),
            "amount_refunded": so_far, "refunded": so_far == found.amount(),
            "currency": found.parameter("line_items[0][price_data][currency]"),
            "metadata": {"registration": found.parameter("payment_intent_data[metadata][registration]")},
        });
        account.event("charge.refunded", &charge)
    }

    /// Sends a webhook as Stripe does; the status of the answer.
    pub async fn deliver(&self, http: &reqwest::Client, url: &str, webhook: &Webhook) -> u16 {
        let request = http.post(url).header("stripe-signature", &webhook.signature).header("content-type", "application/json");
        request.body(webhook.body.clone()).send().await.expect("the webhook is answered").status().as_u16()
    }

    fn end(&self, session: &str, status: &'static str, kind: &str, payment_status: &str) -> Webhook {
        let mut account = self.shared.account();
        let payment = account.next_id("pi");
        let found = account.session_mut(session).expect("it was begun");
        assert_eq!(found.status, "open", "it ended before");
        found.status = status;
        found.payment = (status == "complete").then_some(payment);
        account.event_of_session(session, kind, payment_status)
    }
}

impl Webhook {
    /// Signed with any secret, at any time: to forge, or to be late.
    #[must_use]
    pub fn signed(body: String, secret: &str, unix_seconds: u64) -> Self {
        use std::fmt::Write as _;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key may have any length");
        mac.update(format!("{unix_seconds}.{body}").as_bytes());
        let mut signature = format!("t={unix_seconds},v1=");
        for byte in mac.finalize().into_bytes() {
            write!(signature, "{byte:02x}").expect("a String takes all");
        }
        Self { body, signature }
    }
}

impl Session {
    /// One of what it was made with; empty where it was not given.
    #[must_use]
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// What is to be paid, in Stripe's unit.
    #[must_use]
    pub fn amount(&self) -> i64 {
        self.parameter("line_items[0][price_data][unit_amount]").parse().expect("checked when it was made")
    }

    fn json(&self, payment_status: &str) -> Value {
        json!({
            "id": self.id, "object": "checkout.session", "mode": "payment", "status": self.status,
            "url": (self.status == "open").then_some(&self.url), "payment_status": payment_status,
            "client_reference_id": self.parameter("client_reference_id"), "customer_email": self.parameter("customer_email"),
            "amount_total": self.amount(), "currency": self.parameter("line_items[0][price_data][currency]"),
            "payment_intent": self.payment, "livemode": false,
        })
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (method, path, headers) = (request.method().clone(), request.uri().path().to_owned(), request.headers().clone());
    shared.account().requests += 1;
    if let Some((status, body)) = unfit(&headers) {
        return (status, Json(body)).into_response();
    }
    let parameters = match Form::<BTreeMap<String, String>>::from_request(request, &()).await {
        Ok(Form(parameters)) => parameters,
        Err(rejection) => return rejection.into_response(),
    };
    let asked = Asked { method, path, parameters };
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    let mishap = shared.account().mishaps.pop_front();
    let (status, body) = match mishap {
        None => shared.account().answer(asked, key),
        Some(Mishap::Broken) => refused(StatusCode::INTERNAL_SERVER_ERROR, "api_error", None),
        Some(Mishap::Busy) => refused(StatusCode::TOO_MANY_REQUESTS, "invalid_request_error", Some("rate_limit")),
        Some(Mishap::Declined) => refused(StatusCode::PAYMENT_REQUIRED, "card_error", Some("card_declined")),
        Some(Mishap::Hanging) => pending().await,
        Some(Mishap::BrokenAfterwards) => {
            shared.account().answer(asked, key);
            refused(StatusCode::INTERNAL_SERVER_ERROR, "api_error", None)
        }
    };
    (status, Json(body)).into_response()
}

/// What is wrong with a request before anybody looks at what it asks.
fn unfit(headers: &HeaderMap) -> Option<Answer> {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if said("authorization") != Some(&format!("Bearer {KEY}")) {
        return Some(refused(StatusCode::UNAUTHORIZED, "invalid_request_error", None));
    }
    // Stripe would take the account's own version; a client should not depend on that.
    let is_versioned = said("stripe-version").is_some_and(|version| version.starts_with("20"));
    (!is_versioned).then(|| refused(StatusCode::BAD_REQUEST, "invalid_request_error", None))
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
