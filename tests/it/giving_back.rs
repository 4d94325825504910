//! Giving one's own place back, and being let in before one's turn.

use houselights_tests::{
    server::TestServer,
    smtp::Smtp,
    stripe::{KEY, Stripe, WEBHOOK_SECRET},
    tickets::Sale,
};
use reqwest::{Client, Method, redirect::Policy};
use serde_json::json;

async fn with_mail() -> (TestServer, Smtp) {
    let smtp = Smtp::start().await;
    let server = TestServer::with(|config| config.smtp_url = Some(smtp.url().parse().expect("an address"))).await;
    (server, smtp)
}

/// What a page behind a link answers.
async fn page(method: Method, link: &str) -> (u16, String) {
    let client = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
    let answer = client.request(method, link).send().await.expect("answered");
    (answer.status().as_u16(), answer.text().await.expect("a page"))
}

#[tokio::test]
async fn whoever_has_the_ticket_gives_the_place_back_and_the_next_in_line_has_it() {
    let (server, smtp) = with_mail().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "quantity": 1 })).await;
    let stranger = server.stranger();
    for email in ["vera@example.com", "walt@example.com"] {
        sale.register(&stranger, &ticket, email).await.expect("registered");
    }
    let mail = smtp.until_for("vera@example.com", 1).await.remove(0);
    let link = mail.link().expect("a ticket");
    let entry = mail.ics().expect("an entry");
    let plain = entry.replace("\r\n ", "");
    assert!(plain.contains("LOCATION:") && plain.contains(&format!("/e/{}", sale.slug)), "{plain}");
    assert!(plain.contains("DESCRIPTION:") && plain.contains(&link), "the way in is in it: {plain}");
    let (status, shown) = page(Method::GET, &link).await;
    assert!(status == 200 && shown.contains("I cannot come"), "{shown}");
    let back = format!("{link}/give-back");
    let (status, shown) = page(Method::GET, &back).await;
    assert!(status == 200 && shown.contains("Give my place back") && !shown.contains("You paid"), "{shown}");
    assert_eq!(sale.registration("vera@").await["state"], "CONFIRMED", "looking at it gives nothing back");
    let (status, shown) = page(Method::POST, &back).await;
    assert!(status == 200 && shown.contains("You gave your place back"), "{shown}");
    assert_eq!(sale.registration("vera@").await["state"], "CANCELLED");
    assert_eq!(sale.registration("walt@").await["state"], "CONFIRMED");
    let told = smtp.until_for("vera@example.com", 2).await.remove(1);
    assert!(told.subject().starts_with("You are no longer registered"), "{}", told.subject());
    let sequence = |ics: &str| {
        let last = ics.lines().find_map(|line| line.trim().strip_prefix("SEQUENCE:").map(str::to_owned)).expect("a sequence");
        last.parse::<u32>().expect("a number")
    };
    let off = told.ics().expect("it goes out of the calendar");
    assert!(off.contains("METHOD:CANCEL") && sequence(&off) > sequence(&entry), "{off}");
    assert_eq!(page(Method::POST, &back).await.0, 404, "the link is nobody's any more");
    assert_eq!(page(Method::POST, &format!("{back}x")).await.0, 404);
    // Who comes again has it in the calendar anew.
    sale.register(&stranger, &ticket, "vera@example.com").await.expect("waits");
    let walt = server.person("walt@example.com").await;
    let mine =
        walt.ask("{ myRegistrations { nodes { id state paid { amount } } } }", json!({})).await["myRegistrations"]["nodes"][0]
            .clone();
    let give = "mutation($id: ID!) { giveBackPlace(registration: $id) { state } }";
    let vera = server.person("vera@example.com").await;
    assert_eq!(vera.refused(give, json!({ "id": mine["id"] })).await, "NOT_FOUND", "one gives back what is one's own");
    assert_eq!(walt.ask(give, json!({ "id": mine["id"] })).await["giveBackPlace"]["state"], "CANCELLED");
    assert_eq!(walt.refused(give, json!({ "id": mine["id"] })).await, "WRONG_PHASE");
    assert_eq!(sale.registration("vera@").await["state"], "CONFIRMED");
    let mails = smtp.until_for("vera@example.com", 4).await;
    let again = mails.iter().rev().find_map(|mail| mail.ics()).expect("an entry");
    assert!(again.contains("METHOD:REQUEST") && sequence(&again) > sequence(&off), "{again}");
    server.stop().await;
}

#[tokio::test]
async fn who_paid_is_told_whom_to_ask_for_the_money() {
    let (stripe, smtp) = (Stripe::start().await, Smtp::start().await);
    let server = TestServer::with(|config| {
        config.stripe_key = Some(KEY.to_owned());
        config.stripe_webhook_secret = Some(WEBHOOK_SECRET.to_owned());
        config.stripe_base = Some(stripe.base().parse().expect("an address"));
        config.smtp_url = Some(smtp.url().parse().expect("an address"));
    })
    .await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "amount": 1250 })).await;
    let (_, url) = sale.register(&server.stranger(), &ticket, "vera@example.com").await.expect("registered");
    let checkout = url.expect("where to pay");
    let paid = stripe.pay(checkout.rsplit('/').next().expect("its name"));
    let notices = format!("http://{}/api/payments/stripe/notices", server.http());
    assert_eq!(stripe.deliver(&houselights_tests::client::http(), &notices, &paid).await, 204);
    let link = smtp.until_for("vera@example.com", 1).await[0].link().expect("a ticket");
    let (_, shown) = page(Method::GET, &format!("{link}/give-back")).await;
    assert!(shown.contains("You paid 12.50 EUR") && shown.contains("ask The Globe"), "{shown}");
    assert_eq!(page(Method::POST, &format!("{link}/give-back")).await.0, 200);
    let told = smtp.until_for("vera@example.com", 2).await[1].text().expect("a text");
    assert!(told.contains("12.50 EUR that you paid do not go back by themselves"), "{told}");
    assert_eq!(sale.registration("vera@").await["state"], "CANCELLED");
    server.stop().await;
}

#[tokio::test]
async fn somebody_who_waits_is_let_in_before_their_turn_and_beyond_the_seats_where_that_is_said() {
    let (server, smtp) = with_mail().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "quantity": 1 })).await;
    for email in ["vera@example.com", "walt@example.com", "zoe@example.com"] {
        sale.register(&server.stranger(), &ticket, email).await.expect("registered");
    }
    let admit = "mutation($id: ID!, $beyond: Boolean!) { admitRegistration(id: $id, beyond: $beyond) { state } }";
    let zoe = sale.registration("zoe@").await;
    let with = |beyond: bool| json!({ "id": zoe["id"], "beyond": beyond });
    assert_eq!(sale.organizer.refused(admit, with(false)).await, "SOLD_OUT");
    assert_eq!(sale.registration("zoe@").await["state"], "WAITING");
    assert_eq!(sale.organizer.ask(admit, with(true)).await["admitRegistration"]["state"], "CONFIRMED");
    assert_eq!(sale.organizer.refused(admit, with(true)).await, "WRONG_PHASE", "she does not wait any more");
    let mail = smtp.until_for("zoe@example.com", 2).await.remove(1);
    assert!(mail.link().is_some_and(|link| link.contains("/join/")), "{}", mail.subject());
    assert_eq!(sale.taken().await, (2, 2, 2));
    // A seat that is given back is not free: there are as many as there shall be.
    sale.change("cancelRegistration", &sale.registration("vera@").await).await.expect("cancelled");
    assert_eq!(sale.registration("walt@").await["state"], "WAITING");
    assert_eq!(sale.taken().await, (1, 1, 1));
    server.stop().await;
}
