//! What the account holds, and how it answers.

use std::collections::{BTreeMap, HashMap, VecDeque};

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{KEY, Mishap, Session, WEBHOOK_SECRET, Webhook, now};

#[derive(Default)]
pub(super) struct Account {
    pub(super) sessions: Vec<Session>,
    /// By its key: what was asked, and what was answered.
    pub(super) answered: HashMap<String, (Asked, Answer)>,
    pub(super) mishaps: VecDeque<Mishap>,
    pub(super) requests: usize,
    pub(super) ids: usize,
    pub(super) refunds: Vec<Value>,
    /// Whether those that are asked for are pending at first.
    pub(super) refunds_take_days: bool,
    /// How often somebody asked how one stands.
    pub(super) looked_at_refunds: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) parameters: BTreeMap<String, String>,
}

pub(super) type Answer = (StatusCode, Value);

impl Account {
    pub(super) fn answer(&mut self, asked: Asked, key: Option<&str>) -> Answer {
        let Some(key) = key else { return self.perform(&asked) };
        if let Some((before, answer)) = self.answered.get(key) {
            let is_same = *before == asked;
            return if is_same { answer.clone() } else { refused(StatusCode::BAD_REQUEST, "idempotency_error", None) };
        }
        let answer = self.perform(&asked);
        self.answered.insert(key.to_owned(), (asked, answer.clone()));
        answer
    }

    fn perform(&mut self, asked: &Asked) -> Answer {
        let path: Vec<&str> = asked.path.trim_matches('/').split('/').collect();
        match (asked.method.as_str(), path.as_slice()) {
            ("POST", ["v1", "checkout", "sessions"]) => self.begin(&asked.parameters),
            ("POST", ["v1", "checkout", "sessions", id, "expire"]) => self.expire(id),
            ("GET", ["v1", "checkout", "sessions", id]) => match self.session(id) {
                Some(session) => (StatusCode::OK, session.json(if session.payment.is_some() { "paid" } else { "unpaid" })),
                None => refused(StatusCode::NOT_FOUND, "invalid_request_error", Some("resource_missing")),
            },
            ("POST", ["v1", "refunds"]) => self.give_back(&asked.parameters),
            ("GET", ["v1", "refunds", id]) => self.refund(id),
            ("GET", ["v1", "refunds"]) => {
                let of = asked.parameters.get("payment_intent");
                let all: Vec<_> =
                    self.refunds.iter().filter(|refund| refund["payment_intent"].as_str() == of.map(String::as_str)).collect();
                (StatusCode::OK, json!({"object": "list", "data": all, "has_more": false}))
            }
            _ => refused(StatusCode::NOT_FOUND, "invalid_request_error", None),
        }
    }

    fn begin(&mut self, parameters: &BTreeMap<String, String>) -> Answer {
        const REQUIRED: [&str; 7] = [
            "mode",
            "success_url",
            "expires_at",
            "line_items[0][quantity]",
            "line_items[0][price_data][currency]",
            "line_items[0][price_data][unit_amount]",
            "line_items[0][price_data][product_data][name]",
        ];
        let given = |name: &str| parameters.get(name).filter(|value| !value.is_empty());
        if REQUIRED.iter().any(|name| given(name).is_none()) {
            return refused(StatusCode::BAD_REQUEST, "invalid_request_error", Some("parameter_missing"));
        }
        let number = |name: &str| given(name).and_then(|value| value.parse::<i64>().ok());
        let open_for = number("expires_at").map(|at| at - now().cast_signed());
        let is_lasting = open_for.is_some_and(|seconds| (30 * 60..=24 * 60 * 60).contains(&seconds));
        let is_priced = number("line_items[0][price_data][unit_amount]").is_some_and(|amount| amount > 0);
        let currency = given("line_items[0][price_data][currency]");
        let is_money = currency.is_some_and(|code| code.len() == 3 && code.bytes().all(|c| c.is_ascii_lowercase()));
        if !is_lasting || !is_priced || !is_money {
            return refused(StatusCode::BAD_REQUEST, "invalid_request_error", Some("parameter_invalid"));
        }
        let id = self.next_id("cs_test");
        let url = format!("https://checkout.stripe.test/c/pay/{id}");
        let session = Session { id, url, parameters: parameters.clone(), status: "open", payment: None, refunded: 0 };
        let answer = session.json("unpaid");
        self.sessions.push(session);
        (StatusCode::OK, answer)
    }

    fn refund(&mut self, id: &str) -> Answer {
        self.looked_at_refunds += 1;
        match self.refunds.iter().find(|refund| refund["id"] == *id) {
            Some(refund) => (StatusCode::OK, refund.clone()),
            None => refused(StatusCode::NOT_FOUND, "invalid_request_error", Some("resource_missing")),
        }
    }

    fn expire(&mut self, id: &str) -> Answer {
        match self.session_mut(id) {
            None => refused(StatusCode::NOT_FOUND, "invalid_request_error", Some("resource_missing")),
            Some(session) if session.status != "open" => refused(StatusCode::BAD_REQUEST, "invalid_request_error", None),
            Some(session) => {
                session.status = "expired";
                (StatusCode::OK, session.json("unpaid"))
            }
        }
    }

    fn give_back(&mut self, parameters: &BTreeMap<String, String>) -> Answer {
        let payment = parameters.get("payment_intent");
        let paid = self.sessions.iter_mut().find(|session| session.payment.is_some() && session.payment.as_ref() == payment);
        let Some(session) = paid else {
            return refused(StatusCode::NOT_FOUND, "invalid_request_error", Some("resource_missing"));
        };
        let left = session.amount() - session.refunded;
        if left == 0 {
            return refused(StatusCode::BAD_REQUEST, "invalid_request_error", Some("charge_already_refunded"));
        }
        let amount = parameters.get("amount").map_or(Some(left), |amount| amount.parse().ok());
        let Some(amount) = amount.filter(|amount| (1..=left).contains(amount)) else {
            return refused(StatusCode::BAD_REQUEST, "invalid_request_error", Some("parameter_invalid"));
        };
        session.refunded += amount;
        let id = self.next_id("re");
        let status = if self.refunds_take_days { "pending" } else { "succeeded" };
        let refund = json!({"id": id, "object": "refund", "amount": amount, "payment_intent": payment, "status": status});
        self.refunds.push(refund.clone());
        (StatusCode::OK, refund)
    }

    pub(super) fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    pub(super) fn session_mut(&mut self, id: &str) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.id == id)
    }

    pub(super) fn next_id(&mut self, kind: &str) -> String {
        self.ids += 1;
        format!("{kind}_{:024}", self.ids)
    }

    pub(super) fn event_of_session(&mut self, id: &str, kind: &str, payment_status: &str) -> Webhook {
        let object = self.session(id).expect("it was begun").json(payment_status);
        self.event(kind, &object)
    }

    pub(super) fn event(&mut self, kind: &str, object: &Value) -> Webhook {
        let event = json!({
            "id": self.next_id("evt"), "object": "event", "type": kind, "created": now(), "livemode": false,
            "data": {"object": object},
        });
        Webhook::signed(event.to_string(), WEBHOOK_SECRET, now())
    }
}

pub(super) fn refused(status: StatusCode, kind: &str, code: Option<&str>) -> Answer {
    // Words with a key in them, as Stripe has for a wrong one: nobody may keep them.
    (status, json!({"error": {"type": kind, "code": code, "message": format!("No such thing: {KEY}")}}))
}
