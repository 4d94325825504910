//! What Stripe tells over its webhook.

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::amount::from_stripe;
use crate::payments::{Currency, Notice, NoticeError, Payment};

/// The header with the signature.
pub(super) const SIGNATURE: &str = "stripe-signature";

#[derive(Deserialize)]
struct Event<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow)]
    data: Data<'a>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    object: &'a RawValue,
}

#[derive(Deserialize)]
struct Session {
    id: String,
    client_reference_id: Option<String>,
    payment_status: Option<String>,
    /// Its id, or the whole of it.
    payment_intent: Option<Value>,
    amount_total: Option<i64>,
    currency: Option<String>,
}

#[derive(Deserialize)]
struct Charge {
    id: String,
    payment_intent: Option<Value>,
    amount_refunded: i64,
    currency: String,
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    registration: Option<String>,
}

/// Reads a body whose signature counts.
pub(super) fn read(body: &[u8]) -> Result<Notice, NoticeError> {
    let Event { id, kind, data } = parsed(body)?;
    let object = data.object.get().as_bytes();
    match kind.as_str() {
        "checkout.session.completed" => {
            let session: Session = parsed(object)?;
            match session.payment_status.as_deref() {
                Some("paid") => told(id, session, Notice::Paid),
                // A payment that takes days was started, and another event will tell how it went.
                Some("unpaid") => told(id, session, Notice::UnderWay),
                Some(_) | None => Ok(Notice::Other { event: id }),
            }
        }
        "checkout.session.async_payment_succeeded" => told(id, parsed(object)?, Notice::Paid),
        "checkout.session.async_payment_failed" => told(id, parsed(object)?, Notice::Failed),
        "checkout.session.expired" => told(id, parsed(object)?, Notice::Expired),
        "charge.refunded" => refunded(id, parsed(object)?),
        _ => Ok(Notice::Other { event: id }),
    }
}

fn told(event: String, session: Session, notice: fn(Payment) -> Notice) -> Result<Notice, NoticeError> {
    let Session { id, client_reference_id, payment_intent, amount_total, currency, .. } = session;
    let Some(registration) = client_reference_id else { return Ok(Notice::Other { event }) };
    let currency = currency.as_deref().and_then(Currency::parse).ok_or(NoticeError::Unreadable)?;
    let money = amount_total.and_then(|amount| from_stripe(amount, currency)).ok_or(NoticeError::Unreadable)?;
    let paid_as = payment_intent.as_ref().and_then(id_of);
    Ok(notice(Payment { event, registration, reference: id, paid_as, money }))
}

fn refunded(event: String, charge: Charge) -> Result<Notice, NoticeError> {
    let Charge { id, payment_intent, amount_refunded, currency, metadata } = charge;
    let Some(registration) = metadata.and_then(|metadata| metadata.registration) else { return Ok(Notice::Other { event }) };
    let currency = Currency::parse(&currency).ok_or(NoticeError::Unreadable)?;
    let money = from_stripe(amount_refunded, currency).ok_or(NoticeError::Unreadable)?;
    let paid_as = payment_intent.as_ref().and_then(id_of);
    let reference = paid_as.clone().unwrap_or(id);
    Ok(Notice::Refunded(Payment { event, registration, reference, paid_as, money }))
}

fn parsed<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, NoticeError> {
    serde_json::from_slice(json).map_err(|_| NoticeError::Unreadable)
}

fn id_of(object: &Value) -> Option<String> {
    object.as_str().or_else(|| object.get("id")?.as_str()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::payments::Money;

    fn event(kind: &str, object: &Value) -> Result<Notice, NoticeError> {
        read(json!({"id": "evt_1", "object": "event", "type": kind, "data": {"object": object}}).to_string().as_bytes())
    }

    fn session() -> Value {
        json!({
            "id": "cs_1", "object": "checkout.session", "client_reference_id": "r1", "payment_status": "paid",
            "payment_intent": "pi_1", "amount_total": 1250, "currency": "eur", "livemode": false,
        })
    }

    fn payment() -> Payment {
        Payment {
            event: "evt_1".to_owned(),
            registration: "r1".to_owned(),
            reference: "cs_1".to_owned(),
            paid_as: Some("pi_1".to_owned()),
            money: Money { amount: 1_250, currency: Currency::parse("EUR").unwrap() },
        }
    }

    const OTHER: fn() -> Notice = || Notice::Other { event: "evt_1".to_owned() };

    #[test]
    fn each_end_of_a_checkout_is_told() {
        for (kind, expected) in [
            ("checkout.session.completed", Notice::Paid(payment())),
            ("checkout.session.async_payment_succeeded", Notice::Paid(payment())),
            ("checkout.session.async_payment_failed", Notice::Failed(payment())),
            ("checkout.session.expired", Notice::Expired(payment())),
            ("customer.created", OTHER()),
        ] {
            assert_eq!(event(kind, &session()), Ok(expected), "{kind}");
        }
    }

    #[test]
    fn a_checkout_completed_without_money_is_not_paid() {
        let mut unpaid = session();
        unpaid["payment_status"] = "unpaid".into();
        assert_eq!(event("checkout.session.completed", &unpaid), Ok(Notice::UnderWay(payment())));
        unpaid["payment_status"] = Value::Null;
        assert_eq!(event("checkout.session.completed", &unpaid), Ok(OTHER()));
    }

    #[test]
    fn a_checkout_of_somebody_else_in_the_account_is_not_ours() {
        let mut foreign = session();
        foreign["client_reference_id"] = Value::Null;
        assert_eq!(event("checkout.session.completed", &foreign), Ok(OTHER()));
        let charge = json!({"id": "ch_1", "payment_intent": "pi_1", "amount_refunded": 5, "currency": "eur", "metadata": {}});
        assert_eq!(event("charge.refunded", &charge), Ok(OTHER()));
    }

    #[test]
    fn a_refund_names_the_registration_and_all_that_went_back() {
        let charge = json!({
            "id": "ch_1", "object": "charge", "payment_intent": {"id": "pi_1"}, "amount": 1250, "amount_refunded": 500,
            "currency": "isk", "metadata": {"registration": "r1"},
        });
        let money = Money { amount: 5, currency: Currency::parse("ISK").unwrap() };
        let expected = Payment { reference: "pi_1".to_owned(), money, ..payment() };
        assert_eq!(event("charge.refunded", &charge), Ok(Notice::Refunded(expected)));
    }

    #[test]
    fn what_is_not_as_documented_is_unreadable() {
        for body in ["", "[]", "null", "{}", r#"{"id":"evt_1","type":"x"}"#, r#"{"id":1,"type":"x","data":{"object":{}}}"#] {
            assert_eq!(read(body.as_bytes()), Err(NoticeError::Unreadable), "{body}");
        }
        for (field, value) in
            [("currency", json!("euro")), ("currency", Value::Null), ("amount_total", json!(-1)), ("amount_total", json!("1"))]
        {
            let mut wrong = session();
            wrong[field] = value;
            assert_eq!(event("checkout.session.completed", &wrong), Err(NoticeError::Unreadable), "{field}");
        }
    }
}
