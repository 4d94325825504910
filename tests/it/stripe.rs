//! The stand-in for Stripe does as Stripe documents, so that what is tested against it is worth something.

use std::time::{SystemTime, UNIX_EPOCH};

use houselights_tests::{
    client::http,
    stripe::{KEY, Mishap, Stripe},
};
use serde_json::Value;

fn checkout(registration: &str) -> String {
    let expires = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 3_600;
    format!(
        "mode=payment&client_reference_id={registration}&success_url=https%3A%2F%2Fa.test&expires_at={expires}\
         &line_items[0][quantity]=1&line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=1250\
         &line_items[0][price_data][product_data][name]=Ticket&payment_intent_data[metadata][registration]={registration}"
    )
}

async fn post(stripe: &Stripe, path: &str, key: &str, form: String) -> (u16, Value) {
    let request =
        http().post(format!("{}/v1/{path}", stripe.base())).bearer_auth(KEY).header("stripe-version", "2025-12-15.clover");
    let request = request.header("idempotency-key", key).header("content-type", "application/x-www-form-urlencoded");
    let answer = request.body(form).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn the_same_key_has_the_same_answer_and_no_other_question() {
    let stripe = Stripe::start().await;
    let form = checkout("r1");
    let (status, first) = post(&stripe, "checkout/sessions", "k1", form.clone()).await;
    assert_eq!((status, post(&stripe, "checkout/sessions", "k1", form).await), (200, (200, first)));
    let (status, refused) = post(&stripe, "checkout/sessions", "k1", checkout("r2")).await;
    assert_eq!((status, &refused["error"]["type"]), (400, &"idempotency_error".into()));
    assert_eq!(stripe.sessions().len(), 1);
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_refused() {
    let stripe = Stripe::start().await;
    for (wrong, number) in [("mode=", 1), ("expires_at=1", 2), ("[unit_amount]=0", 3), ("[currency]=EUR", 4)] {
        let form = format!("{}&", checkout("r1"));
        let name = wrong.split_once('=').unwrap().0;
        let begun = form.find(&format!("{name}=")).unwrap();
        let ended = begun + form[begun..].find('&').unwrap();
        let form = format!("{}{wrong}{}", &form[..begun], &form[ended..form.len() - 1]);
        assert_eq!(post(&stripe, "checkout/sessions", &number.to_string(), form).await.0, 400, "{wrong}");
    }
    let answer =
        http().post(format!("{}/v1/checkout/sessions", stripe.base())).bearer_auth("sk_test_other").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 401);
    assert!(stripe.sessions().is_empty());
}

#[tokio::test]
async fn a_payment_can_be_given_back_once() {
    let stripe = Stripe::start().await;
    post(&stripe, "checkout/sessions", "k1", checkout("r1")).await;
    let session = stripe.session_of("r1").unwrap();
    let told = stripe.pay(&session.id);
    assert!(told.body.contains("checkout.session.completed") && told.signature.starts_with("t="));
    let payment = stripe.session(&session.id).payment.unwrap();
    let part = |amount: &str| format!("payment_intent={payment}&amount={amount}");
    assert_eq!(post(&stripe, "refunds", "k2", part("1251")).await.0, 400);
    assert_eq!(post(&stripe, "refunds", "k3", part("1000")).await.0, 200);
    assert_eq!(post(&stripe, "refunds", "k3", part("1000")).await.0, 200);
    assert_eq!(post(&stripe, "refunds", "k4", part("250")).await.0, 200);
    let (status, refused) = post(&stripe, "refunds", "k5", part("250")).await;
    assert_eq!((status, &refused["error"]["code"]), (400, &"charge_already_refunded".into()));
    assert!(stripe.refund(&session.id).body.contains(r#""amount_refunded":1250"#));
    assert_eq!(post(&stripe, &format!("checkout/sessions/{}/expire", session.id), "k6", String::new()).await.0, 400);
}

#[tokio::test]
async fn it_fails_as_it_is_told_to_and_as_often() {
    let stripe = Stripe::start().await;
    stripe.meet_with([Mishap::Broken, Mishap::Declined, Mishap::BrokenAfterwards]);
    for expected in [500, 402, 500, 200] {
        assert_eq!(post(&stripe, "checkout/sessions", "k1", checkout("r1")).await.0, expected);
    }
    assert_eq!((stripe.sessions().len(), stripe.requests()), (1, 4));
}
