//! Integrators are told what happens, whatever they answer.

use std::{
    collections::VecDeque,
    future::pending,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use axum::{Router, extract::State, http::HeaderMap, http::StatusCode, routing::post};
use hmac::{Hmac, KeyInit, Mac};
use houselights_tests::{
    api::{Api, text},
    client::http,
    server::TestServer,
    stripe::{KEY, Stripe, WEBHOOK_SECRET},
    tickets::Sale,
    within,
};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

const CREATE: &str = "mutation($organisation: ID!, $url: String!, $kinds: [WebhookKind!]!) { createWebhook(organisation: $organisation, \
                      url: $url, kinds: $kinds) { secret webhook { id url kinds } } }";
const LOG: &str = "query($id: ID!, $first: Int!, $after: String) { organisation(id: $id) { webhooks { id \
                   deliveries(first: $first, after: $after) { totalCount nodes { id kind state attempts responseStatus error } \
                   pageInfo { hasNextPage endCursor } } } } }";
const RETRY: &str = "mutation($id: ID!) { retryDelivery(id: $id) { state attempts } }";
const DELETE: &str = "mutation($id: ID!) { deleteWebhook(id: $id) { id } }";

/// A receiver, and what it heard.
struct Receiver {
    url: String,
    heard: watch::Receiver<Vec<(HeaderMap, Value)>>,
    _tasks: JoinSet<()>,
}

/// What it answers next, in order; then 204.
type Answers = Arc<Mutex<VecDeque<u16>>>;

/// As an answer: none, ever.
const NEVER: u16 = 0;

impl Receiver {
    async fn start(answers: impl IntoIterator<Item = u16>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (heard, ears) = watch::channel(Vec::new());
        let answers: Answers = Arc::new(Mutex::new(answers.into_iter().collect()));
        let router = Router::new().route("/hook", post(listen)).with_state((Arc::new(heard), answers));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, heard: ears, _tasks: tasks }
    }

    /// Waits until it heard so much.
    async fn until(&mut self, count: usize) -> Vec<(HeaderMap, Value)> {
        within("a delivery", self.heard.wait_for(|heard| heard.len() >= count)).await.unwrap().clone()
    }
}

type Ears = Arc<watch::Sender<Vec<(HeaderMap, Value)>>>;

async fn listen(State((heard, answers)): State<(Ears, Answers)>, headers: HeaderMap, body: String) -> StatusCode {
    let body = json!({ "text": body, "json": serde_json::from_str::<Value>(&body).unwrap() });
    heard.send_modify(|heard| heard.push((headers, body)));
    let answer = answers.lock().unwrap().pop_front().unwrap_or(204);
    if answer == NEVER {
        pending::<()>().await;
    }
    StatusCode::from_u16(answer).unwrap()
}

/// As an integrator does: `t=…,v1=…` over `t.body`.
fn is_signed(secret: &str, headers: &HeaderMap, body: &Value) -> bool {
    let (time, signature) = headers["houselights-signature"].to_str().unwrap().split_once(",v1=").unwrap();
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{}.{}", time.strip_prefix("t=").unwrap(), text(&body["text"])).as_bytes());
    let pairs = signature.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap());
    mac.verify_slice(&pairs.collect::<Vec<_>>()).is_ok()
}

async fn open() -> TestServer {
    TestServer::with(|config| config.webhooks_allow_private = true).await
}

async fn webhook(api: &Api, organisation: &str, url: &str) -> (String, String) {
    let variables = json!({ "organisation": organisation, "url": url, "kinds": ["EVENT_PUBLISHED", "EVENT_CHANGED"] });
    let made = api.ask(CREATE, variables).await["createWebhook"].clone();
    (text(&made["webhook"]["id"]), text(&made["secret"]))
}

async fn publish(api: &Api, event: &str) {
    api.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": event })).await;
}

async fn rename(api: &Api, event: &str, version: i64, title: &str) {
    let document = "mutation($id: ID!, $version: Int!, $title: String!) \
                    { updateEvent(id: $id, version: $version, change: { title: $title }) { id } }";
    api.ask(document, json!({ "id": event, "version": version, "title": title })).await;
}

async fn log(api: &Api, organisation: &str) -> Value {
    api.ask(LOG, json!({ "id": organisation, "first": 50 })).await["organisation"]["webhooks"][0]["deliveries"].clone()
}

/// Waits until the log says so of its newest entry.
async fn until_logged(api: &Api, organisation: &str, is: impl Fn(&Value) -> bool) -> Value {
    let look = async {
        loop {
            let newest = log(api, organisation).await["nodes"][0].clone();
            if is(&newest) {
                return newest;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    within("an entry in the log", look).await
}

#[tokio::test]
async fn what_happens_is_told_in_order_and_signed() {
    let server = open().await;
    let ada = server.person("ada@example.com").await;
    let globe = ada.organisation("The Globe").await;
    let event = ada.event(&globe, "panel").await;
    let mut receiver = Receiver::start([]).await;
    let (_, secret) = webhook(&ada, &globe, &receiver.url).await;
    publish(&ada, &event).await;
    for (version, title) in [(2, "Second night"), (3, "Third night")] {
        rename(&ada, &event, version, title).await;
    }
    let heard = receiver.until(3).await;
    let told: Vec<_> =
        heard.iter().map(|(_, body)| (text(&body["json"]["kind"]), text(&body["json"]["event"]["title"]))).collect();
    let wanted = [("EVENT_PUBLISHED", "Opening night"), ("EVENT_CHANGED", "Second night"), ("EVENT_CHANGED", "Third night")];
    assert_eq!(told, wanted.map(|(kind, title)| (kind.to_owned(), title.to_owned())));
    for (headers, body) in &heard {
        assert!(is_signed(&secret, headers, body), "{body}");
        assert!(!is_signed("whsec_other", headers, body));
    }
    let (headers, body) = &heard[0];
    let body = &body["json"];
    assert_eq!((&body["organisation"], &body["event"]["id"]), (&json!(globe), &json!(event)));
    assert_eq!((&body["event"]["slug"], &body["event"]["startsAt"]), (&json!("opening-night"), &json!("2030-06-01T12:00:00Z")));
    assert!(body["at"].is_string() && body.get("registration").is_none(), "{body}");
    let id = headers["houselights-delivery"].to_str().unwrap();
    assert!(id.ends_with(&text(&body["id"])), "{id}");
    let newest = until_logged(&ada, &globe, |newest| newest["state"] == "DELIVERED").await;
    assert_eq!((&newest["attempts"], &newest["responseStatus"], &newest["error"]), (&json!(1), &json!(204), &Value::Null));
    assert!(server.metric("houselights_webhook_attempts_total{outcome=\"delivered\"}") > 2.5);
    server.stop().await;
}

#[tokio::test]
async fn an_event_that_moves_or_does_not_take_place_is_told() {
    let server = open().await;
    let ada = server.person("ada@example.com").await;
    let globe = ada.organisation("The Globe").await;
    let event = ada.event(&globe, "panel").await;
    publish(&ada, &event).await;
    let mut receiver = Receiver::start([]).await;
    let kinds = ["EVENT_CHANGED", "EVENT_CANCELLED"];
    ada.ask(CREATE, json!({ "organisation": globe, "url": receiver.url, "kinds": kinds })).await;
    let shift = "mutation($id: ID!) { rescheduleEvent(id: $id, version: 2, startsAt: \"2030-07-01T12:00:00Z\") { id } }";
    ada.ask(shift, json!({ "id": event })).await;
    ada.ask("mutation($id: ID!) { cancelEvent(id: $id) { id } }", json!({ "id": event })).await;
    let told: Vec<_> = receiver.until(2).await.into_iter().map(|(_, body)| body["json"].clone()).collect();
    assert_eq!(told.iter().map(|body| text(&body["kind"])).collect::<Vec<_>>(), kinds);
    assert_eq!(told[0]["event"]["startsAt"], "2030-07-01T12:00:00Z");
    server.stop().await;
}

#[tokio::test]
async fn what_was_not_taken_is_told_again_under_the_same_id_and_the_log_says_why() {
    let server = open().await;
    let ada = server.person("ada@example.com").await;
    let globe = ada.organisation("The Globe").await;
    let event = ada.event(&globe, "panel").await;
    let mut receiver = Receiver::start([500]).await;
    webhook(&ada, &globe, &receiver.url).await;
    publish(&ada, &event).await;
    let failed = until_logged(&ada, &globe, |newest| newest["error"].is_string()).await;
    assert_eq!((&failed["state"], &failed["responseStatus"]), (&json!("QUEUED"), &json!(500)));
    let heard = receiver.until(2).await;
    assert_eq!(heard[0].0["houselights-delivery"], heard[1].0["houselights-delivery"]);
    assert_eq!(heard[0].1, heard[1].1);
    let done = until_logged(&ada, &globe, |newest| newest["state"] == "DELIVERED").await;
    assert_eq!(done["attempts"], 2);
    server.stop().await;
}

#[tokio::test]
async fn a_delivery_is_told_again_by_hand_and_a_webhook_taken_away_hears_nothing_more() {
    let server = open().await;
    let ada = server.person("ada@example.com").await;
    let globe = ada.organisation("The Globe").await;
    let event = ada.event(&globe, "panel").await;
    let mut receiver = Receiver::start([]).await;
    let (id, _) = webhook(&ada, &globe, &receiver.url).await;
    publish(&ada, &event).await;
    let told = until_logged(&ada, &globe, |newest| newest["state"] == "DELIVERED").await;
    let again = ada.ask(RETRY, json!({ "id": told["id"] })).await["retryDelivery"].clone();
    assert_eq!(again, json!({ "state": "QUEUED", "attempts": 0 }));
    let heard = receiver.until(2).await;
    assert_eq!(heard[0].1, heard[1].1);
    ada.ask(DELETE, json!({ "id": id })).await;
    rename(&ada, &event, 2, "Second night").await;
    assert_eq!(ada.refused(RETRY, json!({ "id": told["id"] })).await, "NOT_FOUND");
    assert_eq!(ada.refused(DELETE, json!({ "id": id })).await, "NOT_FOUND");
    let mut other = Receiver::start([]).await;
    webhook(&ada, &globe, &other.url).await;
    rename(&ada, &event, 3, "Third night").await;
    other.until(1).await;
    assert_eq!(receiver.heard.borrow().len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn a_receiver_that_stalls_holds_up_nobody_else() {
    let server = open().await;
    let ada = server.person("ada@example.com").await;
    let globe = ada.organisation("The Globe").await;
    let event = ada.event(&globe, "panel").await;
    let mut stalling = Receiver::start([NEVER; 100]).await;
    let mut quick = Receiver::start([]).await;
    webhook(&ada, &globe, &stalling.url).await;
    webhook(&ada, &globe, &quick.url).await;
    publish(&ada, &event).await;
    stalling.until(1).await;
    for version in 2..12 {
        rename(&ada, &event, version, "Another night").await;
    }
    quick.until(11).await;
    let over = server.metric("houselights_webhook_attempts_total{outcome=\"failed\"}");
    assert!(over < 0.5, "it stalls still, and was not waited for");
    assert_eq!(stalling.heard.borrow().len(), 1, "one thing at a time");
    // A stop does not wait for it, either.
    within("the stop", server.stop()).await;
}

#[tokio::test]
async fn nothing_is_told_into_the_own_network_unless_it_is_allowed() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let globe = ada.organisation("The Globe").await;
    for url in [
        "http://a.test/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "file:///etc/passwd",
        "nonsense",
    ] {
        let refused = ada.try_ask(CREATE, json!({ "organisation": globe, "url": url, "kinds": ["EVENT_CHANGED"] })).await;
        let refused = refused.unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_deref()), ("BAD_INPUT", Some("url")), "{url}");
    }
    // A name is looked at when it is looked up.
    let event = ada.event(&globe, "panel").await;
    let mut receiver = Receiver::start([]).await;
    let port = receiver.url.split(':').nth(2).unwrap().split('/').next().unwrap().to_owned();
    webhook(&ada, &globe, &format!("https://localhost:{port}/hook")).await;
    publish(&ada, &event).await;
    let failed = until_logged(&ada, &globe, |newest| newest["error"].is_string()).await;
    assert_eq!((&failed["state"], &failed["error"]), (&json!("QUEUED"), &json!("the address is in a private network")));
    assert!(receiver.heard.borrow_and_update().is_empty());
    server.stop().await;
}

#[tokio::test]
async fn the_log_comes_by_pages_and_its_cost_does_not_grow_with_webhooks() {
    let server = open().await;
    let ada = server.person("ada@example.com").await;
    let globe = ada.organisation("The Globe").await;
    let event = ada.event(&globe, "panel").await;
    let mut receiver = Receiver::start([]).await;
    webhook(&ada, &globe, &receiver.url).await;
    publish(&ada, &event).await;
    for version in 2..5 {
        rename(&ada, &event, version, "Another night").await;
    }
    receiver.until(4).await;
    until_logged(&ada, &globe, |newest| newest["state"] == "DELIVERED").await;
    let page = async |after: Value| {
        let variables = json!({ "id": globe, "first": 3, "after": after });
        ada.ask(LOG, variables).await["organisation"]["webhooks"][0]["deliveries"].clone()
    };
    let first = page(Value::Null).await;
    assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(4), &json!(true)));
    let second = page(first["pageInfo"]["endCursor"].clone()).await;
    assert_eq!((second["nodes"].as_array().unwrap().len(), &second["pageInfo"]["hasNextPage"]), (1, &json!(false)));
    assert_eq!(second["nodes"][0]["kind"], "EVENT_PUBLISHED", "the oldest comes last");

    let (one, _) = server.reads_of(async || log(&ada, &globe).await).await;
    for _ in 0..10 {
        webhook(&ada, &globe, &receiver.url).await;
    }
    rename(&ada, &event, 5, "Last night").await;
    receiver.until(15).await;
    assert_eq!(server.reads_of(async || log(&ada, &globe).await).await.0, one);
    server.stop().await;
}

#[tokio::test]
async fn a_registration_a_promotion_and_a_refund_are_told_at_once() {
    let stripe = Stripe::start().await;
    let server = TestServer::with(|config| {
        config.webhooks_allow_private = true;
        config.stripe_key = Some(KEY.to_owned());
        config.stripe_webhook_secret = Some(WEBHOOK_SECRET.to_owned());
        config.stripe_base = Some(stripe.base().parse().unwrap());
    });
    let server = server.await;
    let sale = Sale::of(&server).await;
    let mut receiver = Receiver::start([]).await;
    let kinds = ["REGISTRATION_CONFIRMED", "REGISTRATION_CANCELLED", "REGISTRATION_REFUNDED"];
    let variables = json!({ "organisation": sale.organisation().await, "url": receiver.url, "kinds": kinds });
    sale.organizer.ask(CREATE, variables).await;
    let (free, paid) = (sale.ticket(json!({ "quantity": 1 })).await, sale.ticket(json!({ "amount": 500 })).await);
    let start = std::time::Instant::now();
    sale.register(&server.stranger(), &free, "vera@example.com").await.unwrap();
    receiver.until(1).await;
    sale.register(&server.stranger(), &free, "walt@example.com").await.unwrap();
    let vera = sale.registration("vera@example.com").await;
    sale.change("cancelRegistration", &vera).await.unwrap();
    receiver.until(3).await;
    let (_, checkout) = sale.register(&server.stranger(), &paid, "zoe@example.com").await.unwrap();
    let checkout = checkout.unwrap().rsplit('/').next().unwrap().to_owned();
    let notices = format!("http://{}/api/payments/stripe/notices", server.http());
    stripe.deliver(&http(), &notices, &stripe.pay(&checkout)).await;
    receiver.until(4).await;
    let zoe = sale.registration("zoe@example.com").await;
    sale.change("refundRegistration", &zoe).await.unwrap();
    let heard = receiver.until(5).await;
    // By looking alone, which is every 15 seconds, it would have taken a minute.
    assert!(start.elapsed().as_secs() < 45, "{:?}", start.elapsed());
    let kinds: Vec<_> = heard.iter().map(|(_, body)| text(&body["json"]["kind"])).collect();
    assert_eq!(kinds[3..], ["REGISTRATION_CONFIRMED", "REGISTRATION_REFUNDED"]);
    server.stop().await;
}
