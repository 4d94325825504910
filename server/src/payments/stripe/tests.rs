//! The client, against the stand-in that the integration tests use too.

use std::{net::Ipv4Addr, time::Duration};

use axum::http::HeaderValue;

use self::stand_in::{KEY, Mishap, WEBHOOK_SECRET, Webhook};
use super::*;
use crate::{
    clock,
    payments::{Currency, Money, Payment, SHORTEST_CHECKOUT},
    signature::SignatureError,
};

#[path = "../../../../tests/src/stripe/mod.rs"]
#[allow(dead_code, unreachable_pub, clippy::pedantic, clippy::expect_used, clippy::panic, reason = "a file of another crate")]
mod stand_in;

fn settings(base: &str) -> Settings {
    Settings { key: KEY.to_owned().into(), webhook_secrets: vec![WEBHOOK_SECRET.to_owned().into()], base: base.to_owned() }
}

async fn account() -> (stand_in::Stripe, Stripe) {
    let there = stand_in::Stripe::start().await;
    let here = Stripe::new(settings(there.base())).unwrap();
    (there, here)
}

fn euros(amount: i64) -> Money {
    Money { amount, currency: Currency::parse("EUR").unwrap() }
}

fn checkout(key: &str) -> Checkout {
    Checkout {
        registration: "r1".to_owned(),
        title: "Ticket & more [€]".to_owned(),
        price: euros(1_250),
        email: "ada+test@example.com".to_owned(),
        success_url: "https://events.test/e/x?paid={CHECKOUT_SESSION_ID}".to_owned(),
        cancel_url: "https://events.test/e/x".to_owned(),
        expires_at: clock::now().plus(SHORTEST_CHECKOUT),
        idempotency_key: key.to_owned(),
    }
}

fn refund(reference: &str, amount: i64, key: &str) -> Refund {
    Refund { reference: reference.to_owned(), money: euros(amount), idempotency_key: key.to_owned() }
}

fn told(here: &Stripe, webhook: &Webhook) -> Result<Notice, NoticeError> {
    let mut headers = HeaderMap::new();
    headers.insert(notice::SIGNATURE, HeaderValue::from_str(&webhook.signature).unwrap());
    here.notice(&headers, webhook.body.as_bytes(), clock::now())
}

fn payment(notice: Notice) -> Payment {
    match notice {
        Notice::Paid(payment)
        | Notice::UnderWay(payment)
        | Notice::Failed(payment)
        | Notice::Expired(payment)
        | Notice::Refunded(payment) => payment,
        Notice::Other { event } => panic!("{event} is none of ours"),
    }
}

#[tokio::test]
async fn a_checkout_is_begun_paid_and_given_back() {
    let (there, here) = account().await;
    let begun = here.begin(&checkout("k1")).await.unwrap();
    let session = there.session(&begun.reference);
    assert_eq!(begun.url, session.url);
    assert_eq!(session.parameter("line_items[0][price_data][product_data][name]"), "Ticket & more [€]");
    assert_eq!(session.parameter("customer_email"), "ada+test@example.com");
    assert_eq!(session.parameter("success_url"), "https://events.test/e/x?paid={CHECKOUT_SESSION_ID}");

    let paid = told(&here, &there.pay(&begun.reference)).unwrap();
    assert!(matches!(paid, Notice::Paid(_)), "{paid:?}");
    let paid = payment(paid);
    assert_eq!((paid.registration.as_str(), &paid.reference, paid.money), ("r1", &begun.reference, euros(1_250)));

    here.refund(&refund(&begun.reference, 250, "k2")).await.unwrap();
    here.refund(&refund(&begun.reference, 250, "k2")).await.unwrap();
    here.refund(&refund(paid.paid_as.as_deref().unwrap(), 1_000, "k3")).await.unwrap();
    assert_eq!(there.session(&begun.reference).refunded, 1_250);
    here.refund(&refund(&begun.reference, 1_250, "k4")).await.unwrap();

    let refunded = told(&here, &there.refund(&begun.reference)).unwrap();
    assert!(matches!(refunded, Notice::Refunded(_)), "{refunded:?}");
    let refunded = payment(refunded);
    assert_eq!((refunded.registration.as_str(), refunded.money, refunded.paid_as), ("r1", euros(1_250), paid.paid_as));
}

#[tokio::test]
async fn a_checkout_can_be_ended_until_it_is_completed() {
    let (there, here) = account().await;
    let open = here.begin(&checkout("k1")).await.unwrap();
    for _ in 0..2 {
        assert_eq!(here.expire(&open.reference).await, Ok(Expiry::Ended));
    }
    let paid = here.begin(&checkout("k2")).await.unwrap();
    let _ = there.pay(&paid.reference);
    assert_eq!(here.expire(&paid.reference).await, Ok(Expiry::Completed));
    assert_eq!(here.expire("cs_unknown").await, Err(PaymentError::Permanent("resource_missing".to_owned())));
    let before = there.requests();
    assert_eq!(here.expire("../refunds").await, Err(PaymentError::Permanent("reference".to_owned())));
    assert_eq!(there.requests(), before);
}

#[tokio::test]
async fn a_slow_payment_is_paid_when_it_is() {
    let (there, here) = account().await;
    let begun = here.begin(&checkout("k1")).await.unwrap();
    assert!(matches!(told(&here, &there.pay_slowly(&begun.reference)), Ok(Notice::UnderWay(_))));
    assert!(matches!(told(&here, &there.settle(&begun.reference, false)), Ok(Notice::Failed(_))));
    assert!(matches!(told(&here, &there.settle(&begun.reference, true)), Ok(Notice::Paid(_))));
    let other = here.begin(&checkout("k2")).await.unwrap();
    assert!(matches!(told(&here, &there.expire(&other.reference)), Ok(Notice::Expired(_))));
}

#[tokio::test]
async fn what_fails_once_is_tried_once_more_and_done_once() {
    let (there, here) = account().await;
    for (number, mishap) in [Mishap::Broken, Mishap::Busy, Mishap::BrokenAfterwards].into_iter().enumerate() {
        there.meet_with([mishap]);
        here.begin(&checkout(&number.to_string())).await.unwrap();
        assert_eq!((there.sessions().len(), there.requests()), (number + 1, 2 * (number + 1)), "{mishap:?}");
    }
    there.meet_with([Mishap::Broken, Mishap::Broken]);
    assert_eq!(here.begin(&checkout("k")).await, Err(PaymentError::Transient("api_error".to_owned())));
}

#[tokio::test]
async fn what_will_not_work_again_is_told_apart_from_what_may() {
    let (there, here) = account().await;
    there.meet_with([Mishap::Declined]);
    assert_eq!(here.begin(&checkout("k1")).await, Err(PaymentError::Declined("card_declined".to_owned())));
    let late = Checkout { expires_at: clock::now(), ..checkout("k2") };
    assert_eq!(here.begin(&late).await, Err(PaymentError::Permanent("parameter_invalid".to_owned())));
    here.begin(&checkout("k3")).await.unwrap();
    let other = Checkout { registration: "r2".to_owned(), ..checkout("k3") };
    assert_eq!(here.begin(&other).await, Err(PaymentError::Permanent("idempotency_error".to_owned())));
    let free = Checkout { price: euros(0), ..checkout("k4") };
    assert_eq!(here.begin(&free).await, Err(PaymentError::Permanent("amount".to_owned())));
    let begun = here.begin(&checkout("k5")).await.unwrap();
    let unpaid = here.refund(&refund(&begun.reference, 1, "k6")).await;
    assert_eq!(unpaid, Err(PaymentError::Permanent("not_paid".to_owned())));

    let other_key = Settings { key: "sk_test_other".to_owned().into(), ..settings(there.base()) };
    let other_key = Stripe::new(other_key).unwrap().begin(&checkout("k7")).await;
    assert_eq!(other_key, Err(PaymentError::Permanent("invalid_request_error".to_owned())));
}

#[tokio::test]
async fn who_does_not_answer_may_answer_later() {
    let (there, mut here) = account().await;
    here.http = outgoing::client().timeout(Duration::from_millis(100)).build().unwrap();
    there.meet_with([Mishap::Hanging]);
    assert_eq!(here.begin(&checkout("k1")).await, Err(PaymentError::Transient("timeout".to_owned())));
    here.http = outgoing::client().build().unwrap();
    let closed = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    here.base = Url::parse(&format!("http://{closed}")).unwrap();
    assert_eq!(here.begin(&checkout("k1")).await, Err(PaymentError::Transient("connection".to_owned())));
}

#[tokio::test]
async fn a_notice_counts_only_as_it_was_signed() {
    let (there, here) = account().await;
    let begun = here.begin(&checkout("k1")).await.unwrap();
    let paid = there.pay(&begun.reference);
    assert_eq!(told(&here, &paid), told(&here, &paid.clone()), "the same event again has the same id");

    let now = u64::try_from(seconds(clock::now())).unwrap();
    let forged = Webhook::signed(paid.body.clone(), "whsec_other", now);
    assert_eq!(told(&here, &forged), Err(NoticeError::Signature(SignatureError::Mismatch)));
    let altered = Webhook { body: paid.body.replace("r1", "r2"), ..paid.clone() };
    assert_eq!(told(&here, &altered), Err(NoticeError::Signature(SignatureError::Mismatch)));
    let old = Webhook::signed(paid.body.clone(), WEBHOOK_SECRET, now - 301);
    assert_eq!(told(&here, &old), Err(NoticeError::Signature(SignatureError::Stale)));
    let odd = Webhook::signed("{}".to_owned(), WEBHOOK_SECRET, now);
    assert_eq!(told(&here, &odd), Err(NoticeError::Unreadable));

    let mut headers = HeaderMap::new();
    assert_eq!(here.notice(&headers, paid.body.as_bytes(), clock::now()), Err(NoticeError::Unsigned));
    headers.append(notice::SIGNATURE, HeaderValue::from_str(&paid.signature).unwrap());
    headers.append(notice::SIGNATURE, HeaderValue::from_str(&paid.signature).unwrap());
    assert_eq!(here.notice(&headers, paid.body.as_bytes(), clock::now()), Err(NoticeError::Unsigned));
}

#[test]
fn an_account_that_cannot_work_is_refused_at_once() {
    let with = |set: fn(&mut Settings)| {
        let mut settings = settings(STRIPE);
        set(&mut settings);
        Stripe::new(settings).map(|_| ())
    };
    assert_eq!(with(|_| {}), Ok(()));
    assert_eq!(with(|settings| settings.base = "http://api.stripe.com".to_owned()), Err(SetupError::Insecure));
    assert_eq!(with(|settings| settings.base = "stripe".to_owned()), Err(SetupError::Insecure));
    assert_eq!(with(|settings| settings.base = "http://[::1]:1".to_owned()), Ok(()));
    assert_eq!(with(|settings| settings.key = String::new().into()), Err(SetupError::Key));
    assert_eq!(with(|settings| settings.key = "sk\n".to_owned().into()), Err(SetupError::Key));
    assert_eq!(with(|settings| settings.webhook_secrets.clear()), Err(SetupError::WebhookSecret));
}

#[test]
fn nothing_secret_shows_itself() {
    let settings = settings(STRIPE);
    let shown = format!("{settings:?} {:?}", Stripe::new(settings.clone()).unwrap());
    assert!(!shown.contains(KEY) && !shown.contains(WEBHOOK_SECRET), "{shown}");
}
