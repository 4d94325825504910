//! The form, as it is sent.

use houselights_tests::stripe::{KEY, Stripe, WEBHOOK_SECRET};
use reqwest::{Client, RequestBuilder, Url, header::LOCATION, redirect::Policy};

use super::*;

impl House {
    /// Sends a form as a browser without scripts would.
    async fn send(&self, fields: &[(&str, &str)]) -> Response {
        self.send_from(fields, "same-origin").await
    }

    async fn send_from(&self, fields: &[(&str, &str)], site: &str) -> Response {
        let request = filled(client().post(self.register()).header("sec-fetch-site", site), fields);
        within("the form", request.send()).await.expect("an answer")
    }

    fn register(&self) -> String {
        format!("http://{}/e/{}/register", self.server.http(), self.slug)
    }

    /// The first ticket, and what else has to be answered.
    async fn good(&self) -> Vec<(String, String)> {
        let page = self.page().await;
        let ticket = between(&page, "name=\"ticket\" value=\"", "\"");
        [("ticket", ticket), ("name", "Grace Hopper"), ("email", "grace@example.com"), ("website", "")]
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .to_vec()
    }

    /// How many registrations there are.
    async fn registered(self) -> (Self, i64) {
        let mut count = 0;
        let count_them = |database: &Connection| {
            count = database.query_row("SELECT count(*) FROM registrations", (), |row| row.get(0)).unwrap();
        };
        let house = self.after(count_them).await;
        (house, count)
    }
}

/// One that shows redirects instead of following them.
fn client() -> Client {
    drop(http());
    Client::builder().no_proxy().redirect(Policy::none()).build().unwrap()
}

/// With a body as browsers encode forms.
fn filled(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let encoded = Url::parse_with_params("http://x", fields).unwrap().query().unwrap_or_default().to_owned();
    request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(encoded)
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split(before).nth(1).unwrap_or_else(|| panic!("no {before} in {text}")).split(after).next().unwrap()
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect()
}

fn location(response: &Response) -> (u16, &str) {
    (response.status().as_u16(), response.headers().get(LOCATION).map_or("", |value| value.to_str().unwrap()))
}

#[tokio::test]
async fn who_registers_is_sent_on_and_has_a_place_once() {
    let house = house("panel").await;
    let good = house.good().await;
    let sent = house.send(&pairs(&good)).await;
    let expected = format!("/e/{}/registered", house.slug);
    assert_eq!(location(&sent), (303, expected.as_str()));
    assert_eq!(house.get(&expected).await.status(), 200);
    // Who asks for whom is not told who is registered.
    let again = house.send(&pairs(&good)).await;
    assert_eq!(location(&again), (303, expected.as_str()));
    let (house, count) = house.registered().await;
    assert_eq!(count, 1);
    house.server.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_told_on_top_and_at_its_field_and_what_was_typed_is_kept() {
    let house = house("one-day-conference").await;
    let sent = house.send(&[("name", "\"><b>Ada"), ("email", "no address"), ("ticket", "x"), ("code", "<i>")]).await;
    assert_eq!(sent.status(), 422);
    let page = body(sent).await;
    for part in [
        "role=\"alert\"",
        "<a href=\"#ticket\">Choose a ticket</a>",
        "<a href=\"#email\">",
        "<a href=\"#code\">",
        "id=\"email-wrong\"",
        "aria-invalid=\"true\" aria-describedby=\"email-wrong\"",
        "value=\"&quot;&gt;&lt;b&gt;Ada\"",
        "value=\"no address\"",
        "value=\"&lt;I&gt;\"",
        "Answer this question: Which track interests you most?",
        "Tick the box to agree: I have read the code of conduct",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("aria-describedby=\"name-wrong\"") && !page.contains("<b>"), "{page}");
    // A group has no state of its own, and points to what is said of it.
    assert!(page.contains("id=\"ticket\" aria-describedby=\"ticket-wrong\""), "{page}");
    let when = between(&page, "quiet lead\">", "<");
    assert!(when.contains('(') && when.ends_with(')'), "it says of which time zone: {when}");
    let (house, count) = house.registered().await;
    assert_eq!(count, 0);
    house.server.stop().await;
}

#[tokio::test]
async fn answers_are_kept_with_the_registration() {
    let house = house("one-day-conference").await;
    let mut good = house.good().await;
    let page = house.page().await;
    let track = between(&page, "type=\"radio\" value=\"Craft\"", ">");
    assert!(track.contains("required"), "{track}");
    let ids: Vec<&str> = page.split("name=\"q-").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let choice = page
        .split("<input name=\"q-")
        .skip(1)
        .find(|rest| rest.contains("value=\"Craft\""))
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    good.push((format!("q-{choice}"), "Craft".to_owned()));
    good.push((format!("q-{}", ids.last().unwrap()), "yes".to_owned()));
    let sent = house.send(&pairs(&good)).await;
    assert_eq!(sent.status(), 303, "{}", body(sent).await);
    let mut answers = String::new();
    let house = house
        .after(|database| answers = database.query_row("SELECT answers FROM registrations", (), |row| row.get(0)).unwrap())
        .await;
    assert!(answers.contains("[\"Craft\"]") && answers.contains("[\"yes\"]"), "{answers}");
    house.server.stop().await;
}

#[tokio::test]
async fn a_program_that_fills_in_everything_believes_that_it_was_successful() {
    let house = house("panel").await;
    let mut good = house.good().await;
    good.push(("website".to_owned(), "https://spam.example".to_owned()));
    assert_eq!(house.send(&pairs(&good)).await.status(), 303);
    let (house, count) = house.registered().await;
    assert_eq!(count, 0);
    house.server.stop().await;
}

#[tokio::test]
async fn a_form_of_another_site_is_not_taken() {
    let house = house("panel").await;
    let good = house.good().await;
    for site in ["cross-site", "same-site", "none"] {
        assert_eq!(house.send_from(&pairs(&good), site).await.status(), 403, "{site}");
    }
    for (origin, status) in [("https://evil.example", 403), ("null", 403)] {
        let request = filled(client().post(house.register()).header("origin", origin), &pairs(&good)).send();
        assert_eq!(within("the form", request).await.unwrap().status(), status, "{origin}");
    }
    let (house, count) = house.registered().await;
    assert_eq!(count, 0);
    let own = format!("http://{}", house.server.http());
    let request = filled(client().post(house.register()).header("origin", own), &pairs(&good)).send();
    assert_eq!(within("the form", request).await.unwrap().status(), 303);
    house.server.stop().await;
}

#[tokio::test]
async fn rubbish_is_refused_and_harms_nothing() {
    let house = house("panel").await;
    for (kind, sent, status) in [
        ("application/json", "{}".to_owned(), 415),
        ("multipart/form-data; boundary=x", "--x--".to_owned(), 415),
        ("application/x-www-form-urlencoded", String::new(), 422),
        ("application/x-www-form-urlencoded", "%00=%00&name=%00%FF&ticket=%E0%80&q-x=1&&&=".to_owned(), 422),
        ("application/x-www-form-urlencoded", "name=Ada%E2%80%AE&email=a%00@b.c".to_owned(), 422),
        ("application/x-www-form-urlencoded", "a=&".repeat(21_000), 422),
        ("application/x-www-form-urlencoded", "x".repeat(65 * 1024), 413),
    ] {
        let request = client().post(house.register()).header(CONTENT_TYPE, kind).body(sent).send();
        let answer = within("an answer", request).await.unwrap();
        assert_eq!(answer.status(), status);
        let page = body(answer).await;
        assert!(page.starts_with("<!doctype html>") && !page.contains('\0'), "{page}");
    }
    // The answer comes before all was sent, and then the connection may be gone.
    let large =
        client().post(house.register()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body("x".repeat(10 << 20));
    if let Ok(answer) = within("an answer", large.send()).await {
        assert_eq!(answer.status(), 413);
    }
    assert_eq!(house.get(&format!("/e/{}", house.slug)).await.status(), 200);
    house.server.stop().await;
}

#[tokio::test]
async fn who_comes_too_late_waits_or_is_told() {
    let house = house("panel").await;
    let house = house
        .after(|database| database.execute_batch("UPDATE ticket_types SET quantity = 1, taken = 1, waiting_list = 1").unwrap())
        .await;
    let good = house.good().await;
    let sent = house.send(&pairs(&good)).await;
    assert_eq!(location(&sent), (303, format!("/e/{}/waiting", house.slug).as_str()));
    let house = house.after(|database| database.execute_batch("UPDATE ticket_types SET waiting_list = 0").unwrap()).await;
    let late: Vec<(&str, &str)> = pairs(&good)
        .into_iter()
        .map(|(field, value)| (field, if field == "email" { "b@example.com" } else { value }))
        .collect();
    let sent = house.send(&late).await;
    assert_eq!(sent.status(), 422);
    assert!(body(sent).await.contains("This ticket was taken meanwhile"));
    house.server.stop().await;
}

#[tokio::test]
async fn too_many_forms_from_one_address_are_held_up() {
    let server = TestServer::with(|config| config.letters_per_minute = 5).await;
    let mut statuses = Vec::new();
    for _ in 0..7 {
        let request = filled(client().post(format!("http://{}/e/nowhere/register", server.http())), &[("name", "x")]).send();
        statuses.push(within("an answer", request).await.unwrap().status().as_u16());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 404).count(), 5, "{statuses:?}");
    assert_eq!(statuses.last(), Some(&429));
    server.stop().await;
}

#[tokio::test]
async fn who_has_to_pay_is_sent_to_the_provider() {
    let stripe = Stripe::start().await;
    let server = TestServer::with(|config| {
        config.stripe_key = Some(KEY.to_owned());
        config.stripe_webhook_secret = Some(WEBHOOK_SECRET.to_owned());
        config.stripe_base = stripe.base().parse().ok();
    })
    .await;
    let ada = server.person("ada@example.com").await;
    let event = ada.event(&ada.organisation("The Globe").await, "panel").await;
    let published = ada.ask("mutation($id: ID!) { publishEvent(id: $id) { slug } }", json!({ "id": event })).await;
    let house = House { server, ada, event, slug: text(&published["publishEvent"]["slug"]) };
    let house = house.after(|database| database.execute_batch("UPDATE ticket_types SET amount = 1250").unwrap()).await;
    let sent = house.send(&pairs(&house.good().await)).await;
    let (status, to) = location(&sent);
    assert!(status == 303 && to.starts_with("http") && !to.contains("/registered"), "{status} {to}");
    house.server.stop().await;
}
