//! Paying for tickets and getting the money back, whatever the provider tells, in whatever order, and whenever the server stops.

use std::{
    collections::BTreeSet,
    time::{SystemTime, UNIX_EPOCH},
};

use houselights_server::Config;
use houselights_tests::{
    client::http,
    server::TestServer,
    smtp::Smtp,
    stripe::{KEY, Mishap, Stripe, WEBHOOK_SECRET, Webhook},
    tickets::Sale,
    within,
};
use serde_json::{Value, json};

struct House {
    server: TestServer,
    stripe: Stripe,
    smtp: Smtp,
    sale: Sale,
    ticket: String,
}

fn settings(config: &mut Config, stripe: &Stripe, smtp: &Smtp) {
    config.stripe_key = Some(KEY.to_owned());
    config.stripe_webhook_secret = Some(WEBHOOK_SECRET.to_owned());
    config.stripe_base = Some(stripe.base().parse().expect("an address"));
    config.smtp_url = Some(smtp.url().parse().expect("an address"));
}

/// An event with so many seats at 12.50 EUR.
async fn house(seats: i64) -> House {
    let (stripe, smtp) = (Stripe::start().await, Smtp::start().await);
    let server = TestServer::with(|config| settings(config, &stripe, &smtp)).await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "amount": 1250, "quantity": seats })).await;
    House { server, stripe, smtp, sale, ticket }
}

impl House {
    /// Somebody registers and is sent to pay: their checkout.
    async fn comes(&self, email: &str) -> String {
        let (state, url) = self.sale.register(&self.server.stranger(), &self.ticket, email).await.expect("registered");
        assert_eq!(state, "PENDING");
        let url = url.expect("where to pay");
        url.rsplit('/').next().expect("its name").to_owned()
    }

    async fn hears(&self, webhook: &Webhook) -> u16 {
        let url = format!("http://{}/api/payments/stripe/notices", self.server.http());
        self.stripe.deliver(&http(), &url, webhook).await
    }

    async fn state(&self, email: &str) -> String {
        houselights_tests::api::text(&self.sale.registration(email).await["state"])
    }

    async fn until(&self, email: &str, state: &str) {
        within(state, async {
            while self.state(email).await != state {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await;
    }

    async fn sales(&self) -> Value {
        let sales = "query($id: ID!) { event(id: $id) { sales { gross refunded } } }";
        self.sale.organizer.ask(sales, json!({ "id": self.sale.event })).await["event"]["sales"].clone()
    }

    /// Stops, lets something be done to the database, and starts again with another address.
    async fn restart_after(self, sql: &'static str) -> Self {
        let Self { server, stripe, smtp, sale, ticket } = self;
        let server = server.restart_after(|database| assert!(database.execute(sql, []).expect("written") > 0, "{sql}")).await;
        let organizer = server.person("organizer@example.com").await;
        Self { server, stripe, smtp, sale: Sale { organizer, ..sale }, ticket }
    }
}

/// The same webhook under another name, or with another amount.
fn changed(webhook: &Webhook, change: impl FnOnce(&mut Value)) -> Webhook {
    let mut body: Value = serde_json::from_str(&webhook.body).expect("JSON");
    change(&mut body);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    Webhook::signed(body.to_string(), WEBHOOK_SECRET, now)
}

#[tokio::test]
async fn a_seat_is_held_while_it_is_paid_and_theirs_afterwards() {
    let house = house(2).await;
    let checkout = house.comes("vera@example.com").await;
    assert_eq!(house.sale.taken().await, (1, 1, 1));
    assert_eq!(house.comes("vera@example.com").await, checkout, "who comes back goes to the same checkout");
    // Once it is paid, nothing says any more how to.
    house.smtp.until_for("vera@example.com", 1).await;
    let asked = house.stripe.session(&checkout);
    assert_eq!((asked.amount(), asked.parameter("customer_email")), (1_250, "vera@example.com"));
    assert!(asked.parameter("success_url").contains(&house.sale.slug));
    let paid = house.stripe.pay(&checkout);
    for _ in 0..3 {
        assert_eq!(house.hears(&paid).await, 204, "told twice, it is the same");
    }
    assert_eq!(house.hears(&changed(&paid, |body| body["id"] = json!("evt_other"))).await, 204);
    let registration = house.sale.registration("vera@").await;
    assert_eq!((&registration["state"], &registration["paid"]["amount"]), (&json!("CONFIRMED"), &json!(1250)));
    // The first says how to pay: she came back for it.
    let mails = house.smtp.until_for("vera@example.com", 2).await;
    assert!(mails[0].link().is_some_and(|link| link.contains("/pay/")));
    assert!(mails[1].link().is_some_and(|link| link.contains("/join/")));
    assert_eq!(house.stripe.sessions().len(), 1);
    let sales = "query($id: ID!) { event(id: $id) { sales { currency gross refunded confirmed pending byDay { registrations gross } } } }";
    let sales = house.sale.organizer.ask(sales, json!({ "id": house.sale.event })).await["event"]["sales"].clone();
    let expected = json!({ "currency": "EUR", "gross": 1250, "refunded": 0, "confirmed": 1, "pending": 0, "byDay": [{ "registrations": 1, "gross": 1250 }] });
    assert_eq!(sales, expected);
    house.server.stop().await;
}

#[tokio::test]
async fn what_was_not_signed_by_the_provider_just_now_is_not_believed() {
    let house = house(2).await;
    let checkout = house.comes("vera@example.com").await;
    let paid = house.stripe.pay(&checkout);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    for (wrong, why) in [
        (Webhook::signed(paid.body.clone(), "whsec_other", now), "forged"),
        (Webhook::signed(paid.body.clone(), WEBHOOK_SECRET, now - 3_600), "stale"),
        (Webhook { body: paid.body.replace("1250", "1251"), ..paid.clone() }, "altered"),
        (Webhook { signature: "rubbish".to_owned(), ..paid.clone() }, "unsigned"),
        (Webhook::signed("{}".to_owned(), WEBHOOK_SECRET, now), "unreadable"),
    ] {
        assert_eq!(house.hears(&wrong).await, 400, "{why}");
    }
    let long = Webhook::signed("x".repeat(600 * 1_024), WEBHOOK_SECRET, now);
    assert_eq!(house.hears(&long).await, 413);
    assert_eq!(house.state("vera@").await, "PENDING");
    let foreign = changed(&paid, |body| {
        body["id"] = json!("evt_foreign");
        body["data"]["object"]["client_reference_id"] = json!("somebody-elses");
    });
    assert_eq!(house.hears(&foreign).await, 204);
    assert_eq!(house.hears(&paid).await, 204);
    assert_eq!(house.state("vera@").await, "CONFIRMED");
    house.server.stop().await;
}

#[tokio::test]
async fn another_amount_or_currency_than_was_asked_for_gives_no_place_and_goes_back() {
    let house = house(2).await;
    for (email, field, value, came) in
        [("a@example.com", "amount_total", json!(1249), "12.49 EUR"), ("b@example.com", "currency", json!("usd"), "12.50 USD")]
    {
        let checkout = house.comes(email).await;
        let paid = changed(&house.stripe.pay(&checkout), |body| body["data"]["object"][field] = value.clone());
        assert_eq!((house.hears(&paid).await, house.hears(&paid).await), (204, 204));
        assert_eq!(house.state(email).await, "CANCELLED");
        let amount = value.as_i64().unwrap_or(1250);
        within("the money", async {
            while house.stripe.session(&checkout).refunded != amount {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await;
        let mails = house.smtp.until_for(email, 1).await;
        let said = mails[0].text().expect("a text");
        assert!(said.contains(came) && said.contains("costs 12.50 EUR"), "{said}");
        // What the provider tells of it afterwards is nothing new.
        let told = house.stripe.refund(&checkout);
        assert_eq!(house.hears(&told).await, 204);
        assert_eq!((house.state(email).await.as_str(), house.smtp.until_for(email, 1).await.len()), ("CANCELLED", 1));
    }
    assert_eq!(house.sale.taken().await, (0, 0, 0));
    let sales = house.sales().await;
    assert_eq!((&sales["gross"], &sales["refunded"]), (&json!(0), &json!(0)), "it never counted");
    house.server.stop().await;
}

#[tokio::test]
async fn what_goes_back_in_parts_is_counted_once_and_the_ticket_is_good_until_all_is_back() {
    let house = house(3).await;
    let (one, two) = (house.comes("vera@example.com").await, house.comes("walt@example.com").await);
    let (paid_one, paid_two) = (house.stripe.pay(&one), house.stripe.pay(&two));
    assert_eq!(house.hears(&paid_one).await, 204);
    let part = |checkout: &str, so_far: i64| house.stripe.refund_part(checkout, so_far);
    let (first, second) = (part(&one, 100), part(&one, 350));
    // The later one first; and one of them before it was told that the money came at all.
    for webhook in [&second, &first, &second, &part(&two, 50)] {
        assert_eq!(house.hears(webhook).await, 204);
    }
    assert_eq!(house.hears(&paid_two).await, 204);
    assert_eq!((house.state("vera@").await, house.state("walt@").await), ("CONFIRMED".to_owned(), "CONFIRMED".to_owned()));
    let sales = house.sales().await;
    assert_eq!((&sales["gross"], &sales["refunded"]), (&json!(2500), &json!(400)));
    // What is left goes back by the API.
    let registration = house.sale.registration("vera@").await;
    assert_eq!(house.sale.change("refundRegistration", &registration).await.as_deref(), Ok("REFUNDED"));
    assert_eq!(house.stripe.session(&one).refunded, 1_250);
    assert_eq!(house.sales().await["refunded"], json!(1300));
    // And the rest of the other in the provider's dashboard; what was told before comes late.
    let rest = part(&two, 1_250);
    assert_eq!((house.hears(&rest).await, house.hears(&part(&two, 700)).await), (204, 204));
    assert_eq!((house.state("walt@").await, house.sales().await["refunded"].clone()), ("REFUNDED".to_owned(), json!(2500)));
    assert_eq!(house.sale.taken().await, (0, 0, 0));
    house.server.stop().await;
}

#[tokio::test]
async fn whom_the_organizers_cancel_is_told_and_gets_the_money_back_where_they_say_so() {
    let house = house(1).await;
    let checkout = house.comes("vera@example.com").await;
    assert_eq!(house.hears(&house.stripe.pay(&checkout)).await, 204);
    house.sale.register(&house.server.stranger(), &house.ticket, "walt@example.com").await.expect("waits");
    house.smtp.until_for("vera@example.com", 1).await;
    let cancel = "mutation($id: ID!, $refund: Boolean!) { cancelRegistration(id: $id, refund: $refund) { state } }";
    let vera = house.sale.registration("vera@").await;
    let waits = house.sale.registration("walt@").await;
    assert_eq!(house.sale.organizer.refused(cancel, json!({ "id": waits["id"], "refund": true })).await, "WRONG_PHASE");
    let done = house.sale.organizer.ask(cancel, json!({ "id": vera["id"], "refund": true })).await;
    assert_eq!(done["cancelRegistration"]["state"], "REFUNDED");
    assert_eq!(house.stripe.session(&checkout).refunded, 1_250);
    let mails = house.smtp.until_for("vera@example.com", 3).await;
    let told = mails.iter().find(|mail| mail.subject().starts_with("Your registration is cancelled")).expect("she is told");
    assert!(told.ics().is_some_and(|calendar| calendar.contains("METHOD:CANCEL")), "it goes out of the calendar");
    assert!(told.text().is_some_and(|text| text.contains("12.50 EUR go back")));
    assert!(mails.iter().any(|mail| mail.subject().starts_with("Your refund")));
    assert_eq!(house.state("walt@").await, "PENDING", "the seat is his now");

    house.smtp.until_for("walt@example.com", 2).await;
    let walt = house.sale.registration("walt@").await;
    assert_eq!(house.sale.change("cancelRegistration", &walt).await.as_deref(), Ok("CANCELLED"));
    let told = house.smtp.until_for("walt@example.com", 3).await;
    let told = told.iter().find(|mail| mail.subject().starts_with("Your registration is cancelled")).expect("he is told");
    assert!(told.ics().is_none(), "nothing was in his calendar");
    house.server.stop().await;
}

#[tokio::test]
async fn a_checkout_that_ended_gives_its_seat_to_who_waits() {
    let house = house(1).await;
    let checkout = house.comes("vera@example.com").await;
    let waiting = house.sale.register(&house.server.stranger(), &house.ticket, "walt@example.com").await.expect("registered");
    assert_eq!(waiting, ("WAITING".to_owned(), None));
    // It is not sent any more once there is a seat.
    house.smtp.until_for("walt@example.com", 1).await;
    assert_eq!(house.hears(&house.stripe.expire(&checkout)).await, 204);
    assert_eq!((house.state("vera@").await, house.state("walt@").await), ("CANCELLED".to_owned(), "PENDING".to_owned()));
    let mails = house.smtp.until_for("walt@example.com", 2).await;
    let link = mails[1].link().expect("a link to pay");
    assert!(link.contains(&format!("/e/{}/pay/", house.sale.slug)), "{link}");
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let pay = client.post(&link).send().await.expect("answered");
    let to = pay.headers().get("location").map_or("", |to| to.to_str().expect("text"));
    let second = to.rsplit('/').next().expect("its name").to_owned();
    let slowly = house.stripe.pay_slowly(&second);
    assert_eq!(house.hears(&slowly).await, 204);
    assert_eq!(house.state("walt@").await, "PENDING", "it is under way");
    let mails = house.smtp.until_for("walt@example.com", 3).await;
    assert!(mails[2].subject().starts_with("Your payment is under way"), "{}", mails[2].subject());
    assert_eq!(house.hears(&house.stripe.settle(&second, false)).await, 204);
    assert_eq!((house.state("walt@").await, house.sale.taken().await), ("CANCELLED".to_owned(), (0, 0, 0)));
    let mails = house.smtp.until_for("walt@example.com", 4).await;
    let (subject, text) = (mails[3].subject(), mails[3].text().expect("a text"));
    assert!(subject.starts_with("Your payment did not go through") && text.contains("register again"), "{subject}: {text}");
    assert!(mails[3].link().is_some_and(|link| link.ends_with(&format!("/e/{}", house.sale.slug))), "{text}");
    // And Vera heard that hers was not paid in time.
    let mails = house.smtp.until_for("vera@example.com", 1).await;
    assert!(mails[0].subject().starts_with("Your place was not paid in time"), "{}", mails[0].subject());
    house.server.stop().await;
}

impl House {
    /// What a link to pay shows, whatever address the server has by now.
    async fn pays(&self, method: reqwest::Method, link: &str) -> (u16, String) {
        let path = link.splitn(4, '/').nth(3).expect("a path");
        let client =
            reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let answer = client.request(method, format!("http://{}/{path}", self.server.http())).send().await.expect("answered");
        (answer.status().as_u16(), answer.text().await.expect("a page"))
    }
}

#[tokio::test]
async fn who_comes_back_to_pay_when_the_place_is_gone_is_told_on_the_page() {
    use reqwest::Method;
    let house = house(1).await;
    let checkout = house.comes("vera@example.com").await;
    house.sale.register(&house.server.stranger(), &house.ticket, "walt@example.com").await.expect("waits");
    house.smtp.until_for("walt@example.com", 1).await;
    assert_eq!(house.hears(&house.stripe.expire(&checkout)).await, 204);
    let link = house.smtp.until_for("walt@example.com", 2).await[1].link().expect("a link to pay");
    let (status, page) = house.pays(Method::GET, &link).await;
    assert!(status == 200 && page.contains("A place is kept for you"), "{status} {page}");
    let house = house.restart_after("UPDATE registrations SET expires_at = 1 WHERE state = 'pending'").await;
    house.until("walt@", "CANCELLED").await;
    let (_, page) = house.pays(Method::GET, &link).await;
    assert!(page.contains("There are places now"), "{page}");
    house.comes("zed@example.com").await;
    for method in [Method::GET, Method::POST] {
        let (status, page) = house.pays(method, &link).await;
        assert_eq!(status, 410, "{page}");
        for told in ["ran out", "All places are taken", "Back on the waiting list", "#register"] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert!(!page.contains("zed") && !page.contains("@example.com"), "of nobody else: {page}");
    }
    let (status, page) = house.pays(Method::GET, &format!("{link}x")).await;
    assert!(status == 404 && !page.contains("ran out"), "a stranger is told nothing: {page}");
    let again = house.sale.register(&house.server.stranger(), &house.ticket, "walt@example.com").await.expect("registered");
    assert_eq!(again.0, "WAITING");
    let (status, page) = house.pays(Method::GET, &link).await;
    assert!(status == 200 && page.contains("You have registered again since"), "{status} {page}");
    house.server.stop().await;
}

#[tokio::test]
async fn a_place_that_ran_out_is_free_once_nobody_can_pay_for_it_any_more() {
    let house = house(2).await;
    let (unpaid, paid) = (house.comes("vera@example.com").await, house.comes("walt@example.com").await);
    // Walt paid, and the notice is late.
    let late = house.stripe.pay(&paid);
    let house = house.restart_after("UPDATE registrations SET expires_at = 1").await;
    house.until("vera@", "CANCELLED").await;
    let told = house.smtp.until_for("vera@example.com", 1).await.remove(0);
    assert!(told.subject().starts_with("Your place was not paid in time"), "{}", told.subject());
    assert_eq!(house.stripe.session(&unpaid).status, "expired");
    assert_eq!(house.state("walt@").await, "PENDING");
    assert_eq!(house.hears(&late).await, 204);
    assert_eq!((house.state("walt@").await, house.sale.taken().await), ("CONFIRMED".to_owned(), (1, 1, 1)));
    house.server.stop().await;
}

#[tokio::test]
async fn who_paid_too_late_gets_the_seat_where_it_is_free_and_else_the_money() {
    let house = house(1).await;
    let first = house.comes("vera@example.com").await;
    let paid = house.stripe.pay(&first);
    let expired = changed(&paid, |body| {
        body["id"] = json!("evt_expired");
        body["type"] = json!("checkout.session.expired");
    });
    assert_eq!(house.hears(&expired).await, 204);
    assert_eq!(house.state("vera@").await, "CANCELLED");
    let second = house.comes("walt@example.com").await;
    assert_eq!(house.hears(&paid).await, 204);
    house.until("vera@", "REFUNDED").await;
    assert_eq!(house.stripe.session(&first).refunded, 1_250);
    // First that it was not paid in time.
    let told = house.smtp.until_for("vera@example.com", 2).await;
    assert!(told[1].text().is_some_and(|text| text.contains("12.50 EUR")));
    assert_eq!((house.state("walt@").await, house.sale.taken().await), ("PENDING".to_owned(), (1, 1, 1)));
    // Walt's checkout is told to have ended, and the payment after it: his seat was not taken by anybody.
    let late = house.stripe.pay(&second);
    let ended = changed(&late, |body| {
        body["id"] = json!("evt_expired_too");
        body["type"] = json!("checkout.session.expired");
    });
    assert_eq!((house.hears(&ended).await, house.hears(&late).await), (204, 204));
    assert_eq!((house.state("walt@").await, house.sale.taken().await), ("CONFIRMED".to_owned(), (1, 1, 1)));
    // And the other way round, what comes late changes nothing.
    let stale = changed(&late, |body| {
        body["id"] = json!("evt_expired_late");
        body["type"] = json!("checkout.session.expired");
    });
    assert_eq!(house.hears(&stale).await, 204);
    assert_eq!(house.state("walt@").await, "CONFIRMED");
    house.server.stop().await;
}

#[tokio::test]
async fn where_no_checkout_opens_the_seat_is_free_again() {
    let house = house(1).await;
    house.stripe.meet_with([Mishap::Declined]);
    let refused = house.sale.register(&house.server.stranger(), &house.ticket, "vera@example.com").await.unwrap_err();
    assert_eq!(refused.code, "PAYMENT_FAILED");
    assert_eq!((house.state("vera@").await, house.sale.taken().await), ("CANCELLED".to_owned(), (0, 0, 0)));
    house.comes("vera@example.com").await;
    house.server.stop().await;
}

#[tokio::test]
async fn money_goes_back_once_and_its_seat_to_who_waits() {
    let house = house(1).await;
    let checkout = house.comes("vera@example.com").await;
    assert_eq!(house.hears(&house.stripe.pay(&checkout)).await, 204);
    house.sale.register(&house.server.stranger(), &house.ticket, "walt@example.com").await.expect("waits");
    let registration = house.sale.registration("vera@").await;
    assert_eq!(house.sale.change("refundRegistration", &registration).await.as_deref(), Ok("REFUNDED"));
    assert_eq!(house.stripe.session(&checkout).refunded, 1_250);
    assert_eq!(house.sale.change("refundRegistration", &registration).await.unwrap_err().code, "WRONG_PHASE");
    let told = house.stripe.refund(&checkout);
    assert_eq!((house.hears(&told).await, house.hears(&told).await), (204, 204));
    assert_eq!((house.state("vera@").await, house.state("walt@").await), ("REFUNDED".to_owned(), "PENDING".to_owned()));
    let mails = house.smtp.until_for("vera@example.com", 2).await;
    let refunded = mails.iter().find(|mail| mail.ics().is_some_and(|calendar| calendar.contains("METHOD:CANCEL")));
    assert!(refunded.is_some(), "it goes out of the calendar");
    assert_eq!(house.sale.taken().await, (1, 1, 1));
    house.server.stop().await;
}

#[tokio::test]
async fn a_refund_that_is_interrupted_is_finished_later() {
    let house = house(1).await;
    let checkout = house.comes("vera@example.com").await;
    assert_eq!(house.hears(&house.stripe.pay(&checkout)).await, 204);
    // The last try did what it was asked to, and its answer was lost.
    house.stripe.meet_with([Mishap::Broken, Mishap::BrokenAfterwards]);
    let registration = house.sale.registration("vera@").await;
    for _ in 0..2 {
        assert_eq!(house.sale.change("refundRegistration", &registration).await.unwrap_err().code, "PAYMENT_FAILED");
    }
    assert_eq!(house.state("vera@").await, "CONFIRMED", "nobody knows yet");
    let house = house.restart_after("UPDATE payments SET changed_at = 1 WHERE state = 'refunding'").await;
    house.until("vera@", "REFUNDED").await;
    assert_eq!(house.stripe.session(&checkout).refunded, 1_250);
    house.server.stop().await;
}

#[tokio::test]
async fn a_refund_in_the_providers_dashboard_counts_also_where_it_is_told_first() {
    let house = house(3).await;
    let (one, two) = (house.comes("vera@example.com").await, house.comes("walt@example.com").await);
    let (paid_one, paid_two) = (house.stripe.pay(&one), house.stripe.pay(&two));
    assert_eq!(house.hears(&paid_one).await, 204);
    assert_eq!(house.hears(&house.stripe.refund(&one)).await, 204);
    assert_eq!(house.state("vera@").await, "REFUNDED");
    assert_eq!(house.hears(&house.stripe.refund(&two)).await, 204);
    assert_eq!(house.state("walt@").await, "REFUNDED");
    assert_eq!(house.hears(&paid_two).await, 204);
    assert_eq!((house.state("walt@").await, house.sale.taken().await), ("REFUNDED".to_owned(), (0, 0, 0)));
    // A part of the money leaves the place as it is.
    let three = house.comes("zoe@example.com").await;
    assert_eq!(house.hears(&house.stripe.pay(&three)).await, 204);
    let part = changed(&house.stripe.refund(&three), |body| body["data"]["object"]["amount_refunded"] = json!(100));
    assert_eq!(house.hears(&part).await, 204);
    assert_eq!(house.state("zoe@").await, "CONFIRMED");
    house.server.stop().await;
}

#[tokio::test]
async fn who_is_cancelled_while_paying_gets_the_money_back_and_no_place() {
    let house = house(2).await;
    let checkout = house.comes("vera@example.com").await;
    let registration = house.sale.registration("vera@").await;
    assert_eq!(house.sale.change("cancelRegistration", &registration).await.as_deref(), Ok("CANCELLED"));
    assert_eq!(house.stripe.session(&checkout).status, "expired");
    let second = house.comes("walt@example.com").await;
    let paid = house.stripe.pay(&second);
    let registration = house.sale.registration("walt@").await;
    assert_eq!(house.sale.change("cancelRegistration", &registration).await.unwrap_err().code, "CONFLICT", "it is paid");
    assert_eq!(house.hears(&paid).await, 204);
    assert_eq!(house.state("walt@").await, "CONFIRMED");
    house.server.stop().await;
}

#[tokio::test]
async fn what_is_paid_for_an_event_that_was_cancelled_goes_back() {
    let house = house(2).await;
    let checkout = house.comes("vera@example.com").await;
    let paid = house.stripe.pay(&checkout);
    let house = house.restart_after("UPDATE events SET cancelled_at = 1").await;
    assert_eq!(house.hears(&paid).await, 204);
    house.until("vera@", "REFUNDED").await;
    assert_eq!((house.stripe.session(&checkout).refunded, house.sale.taken().await), (1_250, (0, 0, 0)));
    house.server.stop().await;
}

#[tokio::test]
async fn what_is_paid_for_twice_goes_back_and_the_ticket_stays_good() {
    let house = house(3).await;
    let first = house.comes("vera@example.com").await;
    // What is not so any more when it goes is not told: one letter after the other.
    assert_eq!(house.hears(&house.stripe.pay_slowly(&first)).await, 204);
    house.smtp.until_for("vera@example.com", 1).await;
    assert_eq!(house.hears(&house.stripe.settle(&first, false)).await, 204);
    house.smtp.until_for("vera@example.com", 2).await;
    let second = house.comes("vera@example.com").await;
    assert_eq!(house.hears(&house.stripe.pay(&second)).await, 204);
    let before = house.smtp.until_for("vera@example.com", 3).await.len();
    // The money of the first came after all.
    let late = changed(&house.stripe.settle(&first, true), |body| body["id"] = json!("evt_late"));
    assert_eq!(house.hears(&late).await, 204);
    let mails = house.smtp.until_for("vera@example.com", before + 1).await;
    let mail = mails.iter().find(|mail| mail.subject().starts_with("Your refund")).expect("she is told");
    let text = mail.text().expect("a text");
    assert!(text.contains("Your place and your ticket stay") && !text.contains("no longer valid"), "{text}");
    assert_eq!(mail.ics(), None, "it stays in her calendar");
    assert_eq!(house.state("vera@").await, "CONFIRMED");
    let sales = house.sales().await;
    assert_eq!((&sales["gross"], &sales["refunded"]), (&json!(2500), &json!(1250)), "as the provider has it");
    house.server.stop().await;
}

#[tokio::test]
async fn whoever_left_the_checkout_of_the_last_seat_comes_back_to_it() {
    let house = house(1).await;
    let change = "mutation($id: ID!) { updateTicketType(id: $id, change: { waitingList: false }) { id } }";
    house.sale.organizer.ask(change, json!({ "id": house.ticket })).await;
    let form = async |name: &str, email: &str| {
        let body = format!("ticket={}&name={name}&email={email}&website=", house.ticket);
        let url = format!("http://{}/e/{}/register", house.server.http(), house.sale.slug);
        let client =
            reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let request = client.post(url).header("content-type", "application/x-www-form-urlencoded").body(body);
        let answer = request.send().await.expect("answered");
        let to = answer.headers().get("location").map(|to| to.to_str().expect("text").to_owned());
        (answer.status().as_u16(), to)
    };
    let (_, checkout) = form("Vera", "vera%40example.com").await;
    let checkout = checkout.expect("where to pay");
    assert_eq!(form("Vera", "vera%40example.com").await, (303, Some(checkout.clone())), "the form leads there again");
    assert_eq!(form("Walt", "walt%40example.com").await.0, 422, "for others it is sold out");
    // The provider's way back.
    let session = house.stripe.session(checkout.rsplit('/').next().expect("its name"));
    let back = session.parameter("cancel_url").to_owned();
    let (status, page) = house.pays(reqwest::Method::GET, &back).await;
    assert!(status == 200 && page.contains("You left before paying") && page.contains("Go on to payment"), "{page}");
    assert!(!page.contains("vera"), "of nobody: {page}");
    assert_eq!(house.pays(reqwest::Method::POST, &back).await.0, 303);
    assert_eq!(house.stripe.sessions().len(), 1, "it is the same checkout");
    // And a mail, for who has lost the page; once it is paid the way back tells nothing.
    let house = house.restart_after("UPDATE outbox SET due_at = 1 WHERE id LIKE 'held:%'").await;
    let mails = house.smtp.until_for("vera@example.com", 2).await;
    assert!(mails.iter().all(|mail| mail.link().is_some_and(|link| link.contains("/pay/"))));
    assert_eq!(house.hears(&house.stripe.pay(&session.id)).await, 204);
    let (status, page) = house.pays(reqwest::Method::GET, &back).await;
    assert!(status == 303 && page.is_empty(), "{status} {page}");
    house.server.stop().await;
}

#[tokio::test]
async fn a_payment_that_is_under_way_is_told_to_be_so_and_is_not_asked_for_again() {
    use reqwest::Method;
    let house = house(2).await;
    let checkout = house.comes("vera@example.com").await;
    assert_eq!(house.comes("vera@example.com").await, checkout);
    let link = house.smtp.until_for("vera@example.com", 1).await[0].link().expect("a link to pay");
    assert_eq!(house.hears(&house.stripe.pay_slowly(&checkout)).await, 204);
    house.smtp.until_for("vera@example.com", 2).await;
    for method in [Method::GET, Method::POST] {
        let (status, page) = house.pays(method, &link).await;
        assert!(status == 200 && page.contains("Your payment is under way"), "{status} {page}");
        assert!(!page.contains("Go on to payment") && !page.contains("Pay for it"), "{page}");
    }
    // Whoever asks for the same again is told so by mail, and of nothing to pay.
    let house = house.restart_after("UPDATE outbox SET id = id || ':before', due_at = 1").await;
    let (state, url) =
        house.sale.register(&house.server.stranger(), &house.ticket, "vera@example.com").await.expect("answered");
    assert!(state == "PENDING" && url.is_some_and(|url| url.ends_with("/registered")));
    let mails = house.smtp.until_for("vera@example.com", 3).await;
    assert!(mails[2].subject().starts_with("Your payment is under way"), "{}", mails[2].subject());
    assert_eq!(house.stripe.sessions().len(), 1);
    assert_eq!(mails.iter().filter(|mail| mail.subject().starts_with("A place for you")).count(), 1);
    house.server.stop().await;
}

#[tokio::test]
async fn whoever_is_concerned_hears_of_a_cancelled_event_whatever_became_of_their_place() {
    let house = house(3).await;
    let paid = house.comes("paid@example.com").await;
    assert_eq!(house.hears(&house.stripe.pay(&paid)).await, 204);
    house.smtp.until_for("paid@example.com", 1).await;
    let pending = house.comes("pending@example.com").await;
    // Nothing goes out while the money goes back.
    house.smtp.close().await;
    let cancel = "mutation($id: ID!) { cancelEvent(id: $id, reason: \"Ill\", refund: true) { sales { refunding } } }";
    house.sale.organizer.ask(cancel, json!({ "id": house.sale.event })).await;
    house.until("paid@", "REFUNDED").await;
    house.until("pending@", "CANCELLED").await;
    assert_eq!((house.stripe.session(&paid).refunded, house.stripe.session(&pending).status), (1_250, "expired"));
    let sales = "query($id: ID!) { event(id: $id) { sales { refunding givenBack confirmed gross refunded } } }";
    let sales = house.sale.organizer.ask(sales, json!({ "id": house.sale.event })).await["event"]["sales"].clone();
    let done = json!({ "refunding": 0, "givenBack": 1, "confirmed": 0, "gross": 1250, "refunded": 1250 });
    assert_eq!(sales, done);
    house.smtp.open().await;
    let house = house.restart_after("UPDATE outbox SET due_at = 1 WHERE state = 'queued'").await;
    let found = async |email: &str| {
        let told = within("the letter", async {
            loop {
                let mails = house.smtp.mails();
                let mut theirs = mails.iter().filter(|mail| mail.to.iter().any(|to| to.contains(email)));
                if let Some(mail) = theirs.find(|mail| mail.subject().starts_with("Cancelled")) {
                    break mail.text().expect("a text");
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        });
        told.await
    };
    let told = found("paid@").await;
    assert!(told.contains("Ill") && told.contains("What you paid goes back"), "{told}");
    let told = found("pending@").await;
    assert!(told.contains("Ill") && !told.contains("you paid"), "{told}");
    house.server.stop().await;
}

#[tokio::test]
async fn a_draft_writes_to_nobody_whose_place_ran_out() {
    let house = house(1).await;
    house.comes("vera@example.com").await;
    let house = house.restart_after("UPDATE events SET phase = 'draft'").await;
    let house = house.restart_after("UPDATE registrations SET expires_at = 1").await;
    house.until("vera@", "CANCELLED").await;
    let letters = "SELECT count(*) FROM outbox WHERE id LIKE 'ran-out:%'";
    let database = crate::life::database(house.server.database());
    assert_eq!(database.query_row(letters, [], |row| row.get::<_, i64>(0)).expect("a count"), 0);
    house.server.stop().await;
}

#[tokio::test]
async fn who_is_forgotten_while_paying_gets_no_place_and_pays_for_nothing() {
    let house = house(2).await;
    let (open, paid) = (house.comes("vera@example.com").await, house.comes("walt@example.com").await);
    let paid_late = house.stripe.pay(&paid);
    let erase =
        "mutation($organisation: ID!, $email: String!) { erasePerson(organisation: $organisation, email: $email) { id } }";
    let organisation = house.sale.organisation().await;
    for email in ["vera@example.com", "walt@example.com"] {
        house.sale.organizer.ask(erase, json!({ "organisation": organisation, "email": email })).await;
    }
    assert_eq!(house.hears(&paid_late).await, 204);
    let over = async { while (house.stripe.session(&open).status, house.sale.taken().await) != ("expired", (0, 0, 0)) {} };
    within("the end of both places", over).await;
    within("the money", async {
        while house.stripe.session(&paid).refunded != 1_250 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    house.server.stop().await;
}

#[tokio::test]
async fn a_cancelled_event_keeps_the_money_unless_it_is_said_to_go_back() {
    let house = house(1).await;
    let checkout = house.comes("vera@example.com").await;
    assert_eq!(house.hears(&house.stripe.pay(&checkout)).await, 204);
    house.smtp.until_for("vera@example.com", 1).await;
    let cancel = "mutation($id: ID!) { cancelEvent(id: $id) { id } }";
    house.sale.organizer.ask(cancel, json!({ "id": house.sale.event })).await;
    let told = house.smtp.until_for("vera@example.com", 2).await[1].text().expect("a text");
    assert!(told.contains("ask the organizers: it does not go back by itself"), "{told}");
    assert_eq!((house.state("vera@").await.as_str(), house.stripe.session(&checkout).refunded), ("CONFIRMED", 0));
    house.server.stop().await;
}

#[tokio::test]
async fn of_two_hundred_checkouts_at_once_for_fifty_seats_fifty_are_begun_and_those_can_pay() {
    let house = house(50).await;
    let no_list = "mutation($id: ID!) { updateTicketType(id: $id, change: { waitingList: false }) { id } }";
    house.sale.organizer.ask(no_list, json!({ "id": house.ticket })).await;
    let strangers: Vec<_> = (0..20).map(|_| house.server.stranger()).collect();
    let all = (0..200).map(async |number| {
        let email = format!("{number}@example.com");
        house.sale.register(&strangers[number % 20], &house.ticket, &email).await.map_err(|error| error.code)
    });
    let outcomes = futures_util::future::join_all(all).await;
    let pay: BTreeSet<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
    assert!(pay.iter().all(|(state, url)| state == "PENDING" && url.is_some()), "{pay:?}");
    let sold_out = outcomes.iter().filter(|outcome| **outcome == Err("SOLD_OUT".to_owned())).count();
    assert_eq!((pay.len(), sold_out, house.stripe.sessions().len()), (50, 150, 50), "each has a checkout of their own");
    assert_eq!(house.sale.taken().await, (50, 50, 50), "as many are held");
    let hear = house.stripe.sessions().into_iter().map(async |session| house.hears(&house.stripe.pay(&session.id)).await);
    assert_eq!(futures_util::future::join_all(hear).await, [204; 50]);
    assert_eq!(house.sale.taken().await, (50, 50, 50));
    let sales = "query($id: ID!) { event(id: $id) { sales { confirmed pending } } }";
    let sales = house.sale.organizer.ask(sales, json!({ "id": house.sale.event })).await["event"]["sales"].clone();
    assert_eq!(sales, json!({ "confirmed": 50, "pending": 0 }));
    assert!(house.stripe.sessions().iter().all(|session| session.refunded == 0), "whoever paid has a seat");
    house.server.stop().await;
}

#[tokio::test]
async fn without_a_provider_nothing_is_heard() {
    let server = TestServer::start().await;
    let answer = http().post(format!("http://{}/api/payments/stripe/notices", server.http())).body("{}").send().await;
    assert_eq!(answer.expect("answered").status().as_u16(), 404);
    server.stop().await;
}

#[tokio::test]
async fn an_event_in_the_trash_takes_no_money_and_gives_back_what_comes() {
    let house = house(3).await;
    let (open, late) = (house.comes("vera@example.com").await, house.comes("walt@example.com").await);
    let paid = house.stripe.pay(&late);
    // One that is over can be deleted though somebody is about to pay.
    house.sale.start().await;
    let end = "mutation($id: ID!) { endEvent(id: $id) { id } }";
    house.sale.organizer.ask(end, json!({ "id": house.sale.event })).await;
    let begun = "UPDATE events SET starts_at = 1 WHERE id = ?1";
    crate::life::database(house.server.database()).execute(begun, [&house.sale.event]).expect("it has begun");
    let deleted = "mutation($id: ID!) { deleteEvent(id: $id) { id } }";
    house.sale.organizer.ask(deleted, json!({ "id": house.sale.event })).await;
    within("the checkout", async {
        while house.stripe.session(&open).status != "expired" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    assert_eq!(house.hears(&paid).await, 204);
    within("the money", async {
        while house.stripe.session(&late).refunded != 1_250 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    let told = house.smtp.until_for("walt@example.com", 1).await;
    assert!(told[0].text().is_some_and(|text| text.contains("12.50 EUR")));
    let restore = "mutation($id: ID!) { restore(event: $id, kind: EVENT, id: $id) { id } }";
    house.sale.organizer.ask(restore, json!({ "id": house.sale.event })).await;
    house.until("walt@", "REFUNDED").await;
    house.until("vera@", "CANCELLED").await;
    assert_eq!(house.sale.taken().await, (0, 0, 0));
    house.server.stop().await;
}

#[tokio::test]
async fn a_refund_that_takes_days_is_told_as_on_its_way_and_as_done_once_it_is() {
    let house = house(1).await;
    let checkout = house.comes("vera@example.com").await;
    assert_eq!(house.hears(&house.stripe.pay(&checkout)).await, 204);
    house.smtp.until_for("vera@example.com", 1).await;
    house.stripe.refunds_take_days();
    let registration = house.sale.registration("vera@").await;
    assert_eq!(house.sale.change("refundRegistration", &registration).await.as_deref(), Ok("CANCELLED"), "the place is gone");
    let mails = house.smtp.until_for("vera@example.com", 2).await;
    assert!(mails[1].subject().starts_with("Your refund is on its way"), "{}", mails[1].subject());
    assert!(mails[1].text().is_some_and(|text| text.contains("12.50 EUR")), "{:?}", mails[1].text());
    assert_eq!(mails[1].ics().map(|ics| ics.contains("METHOD:CANCEL")), Some(true));
    assert_eq!((house.sale.taken().await, &house.sales().await["refunded"]), ((0, 0, 0), &json!(0)));
    // Stripe tells of a refund when it begins.
    assert_eq!(house.hears(&house.stripe.refund(&checkout)).await, 204);
    let looked = async |stripe: &Stripe, times: usize| {
        let looked = async {
            while stripe.looked_at_refunds() < times {
                tokio::task::yield_now().await;
            }
        };
        within("it to be looked at", looked).await;
    };
    looked(&house.stripe, 2).await;
    let house = house.restart_after("UPDATE payments SET changed_at = 1 WHERE state = 'refunding'").await;
    looked(&house.stripe, 3).await;
    assert_eq!(house.state("vera@").await, "CANCELLED", "it has not arrived");
    house.stripe.refunds_arrive();
    let house = house.restart_after("UPDATE payments SET changed_at = 1 WHERE state = 'refunding'").await;
    house.until("vera@", "REFUNDED").await;
    let mails = house.smtp.until_for("vera@example.com", 3).await;
    assert!(mails[2].subject().starts_with("Your refund: "), "{}", mails[2].subject());
    assert_eq!((house.stripe.session(&checkout).refunded, &house.sales().await["refunded"]), (1_250, &json!(1250)));
    house.server.stop().await;
}

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "one person, who asks for one thing after the other")]
async fn what_is_asked_for_now_takes_the_stead_of_a_place_that_is_not_paid() {
    let house = house(1).await;
    let silver = house.sale.ticket(json!({ "title": "Silver", "amount": 700, "quantity": 1 })).await;
    let free = house.sale.ticket(json!({ "title": "Free", "quantity": 1, "waitingList": false })).await;
    let create = "mutation($event: ID!, $code: NewTicketCode!) { createCode(event: $event, code: $code) { id } }";
    for code in
        [json!({ "code": "half", "percentOff": 50, "quantity": 1 }), json!({ "code": "all", "percentOff": 100, "quantity": 1 })]
    {
        house.sale.organizer.ask(create, json!({ "event": house.sale.event, "code": code })).await;
    }
    let stranger = house.server.stranger();
    let asks = async |ticket: &str, name: &str, code: &str| {
        let given = json!({ "ticket": ticket, "name": name, "email": "vera@example.com", "code": code });
        house.sale.register_with(&stranger, given).await.map_err(|error| error.code)
    };
    let amount = |url: &Option<String>| {
        let url = url.as_deref().expect("where to pay");
        house.stripe.session(url.rsplit('/').next().expect("its name")).amount()
    };
    // Somebody else asks in her name for the last seat, and leaves.
    let (_, dearest) = asks(&house.ticket, "Evil", "").await.unwrap();
    assert_eq!(amount(&dearest), 1_250);
    let walt = house.sale.register(&stranger, &house.ticket, "walt@example.com").await.unwrap();
    assert_eq!(walt.0, "WAITING");
    // The same ticket with a code: the seat stays hers, though Walt waits for one.
    let (state, half) = asks(&house.ticket, "Vera", "half").await.unwrap();
    assert_eq!((state.as_str(), amount(&half)), ("PENDING", 625));
    assert_eq!(asks(&house.ticket, "Vera", "half").await.unwrap(), ("PENDING".to_owned(), half.clone()), "it is the same");
    assert_eq!(house.sale.registration("vera@").await["name"], "Vera");
    let expired =
        |url: &Option<String>| house.stripe.session(url.as_deref().unwrap().rsplit('/').next().unwrap()).status == "expired";
    assert!(expired(&dearest) && !expired(&half), "nobody pays for what was left");
    assert_eq!(house.sale.taken().await, (1, 1, 1));
    // Her mailbox is told, and its link leads to what stands now.
    let link = house.smtp.until_for("vera@example.com", 1).await[0].link().expect("a link to pay");
    let (status, page) = house.pays(reqwest::Method::GET, &link).await;
    assert!(status == 200 && page.contains("6.25"), "{status} {page}");
    // Another ticket: the seat that she leaves goes to Walt.
    let (state, cheaper) = asks(&silver, "Vera", "").await.unwrap();
    assert_eq!((state.as_str(), amount(&cheaper)), ("PENDING", 700));
    house.until("walt@", "PENDING").await;
    let (_, page) = house.pays(reqwest::Method::GET, &link).await;
    assert!(page.contains("7.00"), "{page}");
    // What costs nothing is hers at once.
    assert_eq!(asks(&free, "Vera", "").await.unwrap(), ("CONFIRMED".to_owned(), None));
    assert_eq!(house.state("vera@").await, "CONFIRMED");
    assert!(expired(&cheaper));
    assert_eq!(house.sale.taken().await, (2, 2, 2));
    let is_ticket = |link: &String| link.contains("/join/");
    for count in 2.. {
        if house
            .smtp
            .until_for("vera@example.com", count)
            .await
            .iter()
            .filter_map(|mail| mail.link())
            .any(|link| is_ticket(&link))
        {
            break;
        }
    }
    // The code that was left can be used by others, and what is sold out and cannot be waited for takes nothing away.
    let given = json!({ "ticket": silver, "name": "Zed", "email": "zed@example.com", "code": "half" });
    let (state, zeds) = house.sale.register_with(&stranger, given).await.unwrap();
    assert_eq!((state.as_str(), amount(&zeds)), ("PENDING", 350));
    let refused = house.sale.register(&stranger, &free, "zed@example.com").await.unwrap_err();
    assert_eq!(refused.code, "SOLD_OUT");
    assert_eq!((house.state("zed@").await.as_str(), expired(&zeds)), ("PENDING", false));
    // Whose payment is under way is told nothing that is not so, and keeps the place.
    let _ = house.stripe.pay(zeds.as_deref().unwrap().rsplit('/').next().unwrap());
    let given = json!({ "ticket": silver, "name": "Zed", "email": "zed@example.com", "code": "all" });
    let (state, url) = house.sale.register_with(&stranger, given).await.unwrap();
    assert!(state == "PENDING" && url.is_some_and(|url| url.ends_with("/registered")));
    house.server.stop().await;
}

#[tokio::test]
async fn a_price_that_the_provider_does_not_take_is_refused_to_whoever_sets_it() {
    let house = house(1).await;
    let (organizer, event) = (&house.sale.organizer, &house.sale.event);
    let make = "mutation($event: ID!, $ticket: NewTicketType!) { createTicketType(event: $event, ticket: $ticket) { id } }";
    let ticket = |amount: i64, currency: &str| json!({ "event": event, "ticket": { "title": "Cheap", "amount": amount, "currency": currency } });
    assert_eq!(organizer.refused(make, ticket(49, "EUR")).await, "BAD_INPUT");
    assert_eq!(organizer.refused(make, ticket(0, "ZZZ")).await, "BAD_INPUT", "there is no such currency");
    organizer.ask(make, ticket(50, "EUR")).await;
    let change = "mutation($id: ID!, $amount: Int!) { updateTicketType(id: $id, change: { amount: $amount }) { id } }";
    let code = "mutation($event: ID!, $code: NewTicketCode!) { createCode(event: $event, code: $code) { id } }";
    let with = |code: Value| json!({ "event": event, "code": code });
    let cheap = json!({ "code": "most", "percentOff": 98, "ticket": house.ticket });
    let refused = organizer.try_ask(code, with(cheap)).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_deref()), ("BAD_INPUT", Some("percentOff")), "0.25 would be left");
    let refused = organizer.try_ask(code, with(json!({ "code": "some", "amountOff": 1 }))).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_deref()), ("BAD_INPUT", Some("amountOff")), "of the cheap ticket");
    organizer.ask(code, with(json!({ "code": "half", "percentOff": 50, "ticket": house.ticket }))).await;
    organizer.ask(code, with(json!({ "code": "all", "percentOff": 100 }))).await;
    assert_eq!(
        organizer.refused(change, json!({ "id": house.ticket, "amount": 99 })).await,
        "BAD_INPUT",
        "with half of it off"
    );
    assert_eq!(organizer.refused(change, json!({ "id": house.ticket, "amount": 30 })).await, "BAD_INPUT");
    organizer.ask(change, json!({ "id": house.ticket, "amount": 100 })).await;
    // What came some other way, is told when it is to be published.
    let house = house.restart_after("UPDATE ticket_types SET amount = 1 WHERE title = 'Cheap'").await;
    let organizer = &house.sale.organizer;
    let step = |name: &str| format!("mutation($id: ID!) {{ {name}(id: $id) {{ id }} }}");
    organizer.ask(&step("unpublishEvent"), json!({ "id": house.sale.event })).await;
    assert_eq!(organizer.refused(&step("publishEvent"), json!({ "id": house.sale.event })).await, "BAD_INPUT");
    house.server.stop().await;
}

#[tokio::test]
async fn a_seat_is_held_beyond_the_end_of_its_sale_but_not_of_its_event() {
    let house = house(5).await;
    let soon = "UPDATE events SET starts_at = (unixepoch() - 600) * 1000000, ends_at = (unixepoch() + 600) * 1000000";
    let house = house.restart_after(soon).await;
    // The provider leaves no checkout open for so short.
    let checkout = house.comes("vera@example.com").await;
    let database = rusqlite::Connection::open(house.server.database()).expect("it is there");
    let held = "SELECT r.expires_at = e.ends_at FROM registrations r JOIN events e ON e.id = r.event_id WHERE r.email = ?1";
    let is_held = |email: &str| database.query_row(held, [email], |row| row.get::<_, bool>(0)).expect("a place");
    assert!(is_held("vera@example.com"), "until the event is over");
    // Whoever comes back has the same checkout.
    assert_eq!(house.comes("vera@example.com").await, checkout);
    drop(database);
    // The sale ends, and the event goes on: who began in time pays.
    let over = "UPDATE ticket_types SET sales_start = 1, sales_end = (unixepoch() - 1) * 1000000 WHERE amount > 0";
    let house = house.restart_after(over).await;
    let (sale, ticket) = (&house.sale, house.ticket.as_str());
    assert!(sale.register(&house.server.stranger(), ticket, "late@example.com").await.is_err(), "it is sold no more");
    assert_eq!(house.hears(&house.stripe.pay(&checkout)).await, 204);
    house.until("vera@", "CONFIRMED").await;
    house.server.stop().await;
}
