//! The public page of an event, as a browser without scripts sees it.

mod form;

use houselights_tests::{
    api::{Api, text},
    client::http,
    server::TestServer,
    tickets::Sale,
    within,
};
use reqwest::{
    Response,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY},
};
use rusqlite::Connection;
use serde_json::{Value, json};

/// A server with a published event, made of a template.
struct House {
    server: TestServer,
    ada: Api,
    event: String,
    slug: String,
}

async fn house(template: &str) -> House {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let event = ada.event(&ada.organisation("The Globe").await, template).await;
    let published = ada.ask("mutation($id: ID!) { publishEvent(id: $id) { slug } }", json!({ "id": event })).await;
    House { server, ada, event, slug: text(&published["publishEvent"]["slug"]) }
}

impl House {
    async fn get(&self, path: &str) -> Response {
        get(&self.server, path).await
    }

    /// The event's page.
    async fn page(&self) -> String {
        body(self.get(&format!("/e/{}", self.slug)).await).await
    }

    async fn change(&self, change: Value) {
        let document = "query($id: ID!) { event(id: $id) { version } }";
        let version = self.ada.ask(document, json!({ "id": self.event })).await["event"]["version"].clone();
        let document = "mutation($id: ID!, $version: Int!, $change: EventChange!) { updateEvent(id: $id, version: $version, change: $change) { id } }";
        self.ada.ask(document, json!({ "id": self.event, "version": version, "change": change })).await;
    }

    async fn step(&self, name: &str) {
        self.ada.ask(&format!("mutation($id: ID!) {{ {name}Event(id: $id) {{ id }} }}"), json!({ "id": self.event })).await;
    }

    /// Something done to the database while the server is down.
    async fn after(self, meanwhile: impl FnOnce(&Connection)) -> Self {
        Self { server: self.server.restart_after(meanwhile).await, ..self }
    }
}

async fn get(server: &TestServer, path: &str) -> Response {
    within(path, http().get(format!("http://{}{path}", server.http())).send()).await.expect("an answer")
}

async fn body(response: Response) -> String {
    within("a body", response.text()).await.expect("a body")
}

fn header<'a>(response: &'a Response, name: &reqwest::header::HeaderName) -> &'a str {
    response.headers().get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
}

/// What stands in the page's block for search engines.
fn json_ld(page: &str) -> Value {
    let block = page.split("<script type=\"application/ld+json\">").nth(1).expect("a block").split("</script>").next().unwrap();
    serde_json::from_str(block).unwrap_or_else(|error| panic!("{error} in {block}"))
}

/// Fills an event's agenda with sessions, each with a speaker of its own.
fn fill(database: &Connection, event: &str, sessions: i64) {
    for number in 0..sessions {
        let at = 1_906_545_600_000_000_i64 + number * 60_000_000;
        let (session, speaker) =
            (format!("00000000-0000-7000-8000-{number:012}"), format!("00000000-0000-7000-9000-{number:012}"));
        let row = "INSERT INTO sessions (id, event_id, title, description, starts_at, ends_at, created_at) VALUES (?1, ?2, ?3, '', ?4, ?5, 0)";
        database.execute(row, (&session, event, format!("Session {number}"), at, at + 60_000_000)).unwrap();
        let row = "INSERT INTO speakers (id, event_id, name, headline, biography, position, created_at) VALUES (?1, ?2, ?3, 'Poet', 'Writes.', ?4, 0)";
        database.execute(row, (&speaker, event, format!("Speaker {number}"), number)).unwrap();
        database
            .execute("INSERT INTO session_speakers (session_id, speaker_id, position) VALUES (?1, ?2, 0)", (&session, &speaker))
            .unwrap();
    }
}

#[tokio::test]
async fn what_is_not_public_is_not_found_and_nobody_learns_why() {
    let house = house("panel").await;
    house.step("unpublish").await;
    let draft = house.get(&format!("/e/{}", house.slug)).await;
    assert_eq!(draft.status(), 404);
    let draft = body(draft).await;
    assert!(draft.contains("There is no such event") && !draft.contains("Opening night"), "{draft}");
    let long = format!("/e/{}", "a".repeat(5_000));
    for path in ["/e/nowhere", "/e/%00", "/e/%FF", "/e/OPENING-NIGHT", "/e/a%2Fb", "/e/..%2f..", "/e/'%20OR%201=1--", &long] {
        let answer = house.get(path).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(body(answer).await, draft, "{path}");
    }
    for end in ["/calendar.ics", "/registered", "/waiting", "/paid", "/unpaid"] {
        assert_eq!(house.get(&format!("/e/{}{end}", house.slug)).await.status(), 404, "{end}");
    }
    house.server.stop().await;
}

#[tokio::test]
async fn a_page_says_what_and_when_and_what_it_costs() {
    let house = house("one-day-conference").await;
    let page = house.page().await;
    for part in [
        "<h1 dir=\"auto\">Opening night</h1>",
        "<time datetime=\"2030-06-01T14:00:00+02:00\">Saturday, 1 June 2030<br>14:00</time>",
        "Time zone: Europe&#x2f;Berlin (UTC+2)",
        "<meta property=\"og:title\" content=\"Opening night\">",
        "<meta name=\"twitter:card\" content=\"summary\">",
        "<h2 id=\"agenda-heading\">Agenda</h2>",
        "The Globe",
        "calendar.google.com",
        "outlook.live.com",
        "name=\"ticket\"",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    let data = json_ld(&page);
    assert_eq!((&data["name"], &data["startDate"]), (&json!("Opening night"), &json!("2030-06-01T14:00:00+02:00")));
    assert_eq!(data["eventStatus"], "https://schema.org/EventScheduled");
    assert!(!data["offers"].as_array().unwrap().is_empty(), "{data}");
    house.server.stop().await;
}

#[tokio::test]
async fn a_page_runs_no_script_and_its_policy_allows_none() {
    let house = house("panel").await;
    let answer = house.get(&format!("/e/{}", house.slug)).await;
    let policy = header(&answer, &CONTENT_SECURITY_POLICY).to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"), "{policy}");
    // Otherwise browsers would not say where the form was filled in.
    assert_eq!(header(&answer, &REFERRER_POLICY), "same-origin");
    let page = body(answer).await;
    let scripts: Vec<&str> = page.split("<script").skip(1).collect();
    assert!(scripts.len() == 1 && scripts[0].starts_with(" type=\"application/ld+json\">"), "{page}");
    let lower = page.to_lowercase();
    for wrong in [" onclick", " onload", "javascript:", " style=", "<link rel=\"stylesheet\"", "http-equiv", "set-cookie"] {
        assert!(!lower.contains(wrong), "{wrong} in {page}");
    }
    house.server.stop().await;
}

#[tokio::test]
async fn where_something_is_to_be_paid_the_form_may_lead_on_to_the_provider() {
    let house = house("panel").await;
    let house = house.after(|database| database.execute_batch("UPDATE ticket_types SET amount = 1250").unwrap()).await;
    let answer = house.get(&format!("/e/{}", house.slug)).await;
    let policy = header(&answer, &CONTENT_SECURITY_POLICY);
    assert!(policy.contains("form-action 'self' https:; "), "{policy}");
    assert!(body(answer).await.contains("12.50 EUR"));
    house.server.stop().await;
}

#[tokio::test]
async fn nothing_that_somebody_wrote_becomes_markup() {
    let house = house("panel").await;
    let title = "</script><img src=x onerror=alert(1)>\u{202E}{{ style }}\"'&";
    house
        .change(json!({
            "title": title,
            "summary": "\"><script>alert(2)</script>",
            "description": "# Hi\n<script>alert(3)</script><iframe src=x></iframe>\n\n[x](javascript:alert(4)) [y](https://y.example)",
        }))
        .await;
    let page = house.page().await;
    assert_eq!(page.matches("<script").count(), 1, "{page}");
    assert_eq!(page.matches("</script>").count(), 1, "{page}");
    for wrong in ["<img src=x", "<iframe", "javascript:", "<script>alert(3)", "\u{202E}", "content=\"\">"] {
        assert!(!page.contains(wrong), "{wrong} in {page}");
    }
    assert_eq!(json_ld(&page)["name"], title.replace('\u{202E}', ""));
    assert!(page.contains("<h3>Hi</h3>") && page.contains("rel=\"nofollow noopener noreferrer\">y</a>"), "{page}");
    house.server.stop().await;
}

#[tokio::test]
async fn a_page_costs_six_statements_whatever_is_on_it() {
    let mut house = house("panel").await;
    for sessions in [3, 300] {
        let event = house.event.clone();
        house = house
            .after(|database| {
                database.execute_batch("DELETE FROM session_speakers; DELETE FROM speakers; DELETE FROM sessions").unwrap();
                fill(database, &event, sessions);
            })
            .await;
        let (statements, page) = house.server.reads_of(async || house.page().await).await;
        assert_eq!(statements, 6, "for {sessions} sessions");
        let shown = [page.matches("<article class=\"session").count(), page.matches("class=\"face").count()];
        assert_eq!(shown, [usize::try_from(sessions).unwrap(); 2]);
    }
    assert!(house.page().await.contains("Speaker 299"));
    house.server.stop().await;
}

#[tokio::test]
async fn a_page_that_is_still_so_is_not_sent_again() {
    let house = house("panel").await;
    let path = format!("/e/{}", house.slug);
    let first = house.get(&path).await;
    assert_eq!(header(&first, &CACHE_CONTROL), "no-cache");
    let tag = header(&first, &ETAG).to_owned();
    let again = async |house: &House| {
        let request = http().get(format!("http://{}{path}", house.server.http())).header(IF_NONE_MATCH, &tag).send();
        within("the page again", request).await.unwrap()
    };
    let second = again(&house).await;
    assert_eq!((second.status().as_u16(), header(&second, &ETAG)), (304, tag.as_str()));
    assert_eq!(body(second).await, "");
    // A place is taken: the event's version stays, the page does not.
    let house =
        house.after(|database| database.execute_batch("UPDATE ticket_types SET quantity = 3, taken = 1").unwrap()).await;
    let third = again(&house).await;
    assert_eq!(third.status(), 200);
    assert!(body(third).await.contains("Only 2 left"));
    house.server.stop().await;
}

#[tokio::test]
async fn a_page_that_was_filled_before_says_what_is_so_now() {
    let house = house("panel").await;
    let tickets = "query($id: ID!) { event(id: $id) { tickets { id } sessions { id version } } }";
    let found = house.ada.ask(tickets, json!({ "id": house.event })).await["event"].clone();
    let change = async |change: Value| {
        let document = "mutation($id: ID!, $change: TicketTypeChange!) { updateTicketType(id: $id, change: $change) { id } }";
        house.ada.ask(document, json!({ "id": found["tickets"][0]["id"], "change": change })).await;
    };
    assert_eq!(house.page().await, house.page().await);
    change(json!({ "quantity": 3 })).await;
    assert!(house.page().await.contains("Only 3 left"));
    let session = "mutation($id: ID!, $version: Int!) { updateSession(id: $id, version: $version, change: { title: \"Brand new\" }) { id } }";
    house.ada.ask(session, json!({ "id": found["sessions"][0]["id"], "version": found["sessions"][0]["version"] })).await;
    assert!(house.page().await.contains("Brand new"));
    let filled = body(house.get(&format!("/e/{}?name=Grace", house.slug)).await).await;
    assert!(!filled.contains("Grace") && !house.page().await.contains("Grace"), "names in a link are nobody's");

    // A sale begins without anybody changing anything.
    let begins = chrono::Utc::now() + chrono::TimeDelta::seconds(2);
    change(json!({ "salesStart": begins.to_rfc3339() })).await;
    let shut = house.page().await;
    assert!(shut.contains("On sale from") || chrono::Utc::now() >= begins, "{shut}");
    within("the sale", async { while house.page().await.contains("On sale from") {} }).await;
    assert!(chrono::Utc::now() >= begins && house.page().await.contains("Only 3 left"));
    house.server.stop().await;
}

#[tokio::test]
async fn a_page_says_so_when_an_event_is_on_over_or_cancelled() {
    let house = house("panel").await;
    house.step("start").await;
    assert!(house.page().await.contains("It is on now"));
    house.step("end").await;
    let ended = house.page().await;
    assert!(ended.contains("This event is over") && !ended.contains("<form"), "{ended}");
    let cancel = "UPDATE events SET phase = 'published', cancelled_at = 1, cancel_reason = 'The roof <leaks>.'";
    let house = house.after(|database| database.execute_batch(cancel).unwrap()).await;
    let cancelled = house.page().await;
    assert!(
        cancelled.contains("This event does not take place") && cancelled.contains("The roof &lt;leaks&gt;."),
        "{cancelled}"
    );
    assert!(!cancelled.contains("<form") && !cancelled.contains("calendar.google.com"), "{cancelled}");
    assert_eq!(json_ld(&cancelled)["eventStatus"], "https://schema.org/EventCancelled");
    house.server.stop().await;
}

#[tokio::test]
async fn tickets_are_offered_as_they_can_be_had() {
    let house = house("panel").await;
    let slug = house.slug.clone();
    let set = async |house: House, sql: &str| house.after(|database| database.execute_batch(sql).unwrap()).await;
    let house = set(house, "UPDATE ticket_types SET quantity = 1, taken = 1, waiting_list = 0").await;
    let page = house.page().await;
    assert!(page.contains("Sold out") && page.contains("All tickets are taken.") && !page.contains("<form"), "{page}");
    let house = set(house, "UPDATE ticket_types SET waiting_list = 1").await;
    assert!(house.page().await.contains("you join the waiting list"));
    let house = set(house, "UPDATE ticket_types SET taken = 0, sales_start = 1906000000000000").await;
    let page = house.page().await;
    assert!(page.contains("On sale from Sunday, 26 May 2030") && page.contains("Registration has not opened yet."), "{page}");
    let code = "INSERT INTO ticket_codes (id, event_id, code, ticket_type_id, percent_off, created_at) \
                SELECT 'c', event_id, 'CREW', id, 100, 0 FROM ticket_types LIMIT 1; UPDATE ticket_types SET sales_start = NULL, hidden = 1";
    let house = set(house, code).await;
    assert!(!house.page().await.contains("name=\"ticket\""), "what is hidden is not shown");
    let shown = body(house.get(&format!("/e/{slug}?code=crew&name=%22%3E%3Cb%3E")).await).await;
    assert!(shown.contains("name=\"ticket\"") && shown.contains("value=\"CREW\"") && !shown.contains("<b>"), "{shown}");
    for (asked, led) in [("?x=1&code=a%26b", format!("/e/{slug}?code=a%26b#register")), ("", format!("/e/{slug}#register"))] {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let url = format!("http://{}/e/{slug}/register{asked}", house.server.http());
        let answer = client.get(url).send().await.expect("answered");
        assert_eq!(header(&answer, &reqwest::header::LOCATION), led, "the code goes along");
    }
    house.server.stop().await;
}

#[tokio::test]
async fn everything_comes_in_the_order_in_which_it_is_used() {
    let house = house("panel").await;
    let event = house.event.clone();
    let house = house.after(|database| fill(database, &event, 2)).await;
    let page = house.page().await;
    let order = [
        "class=\"skip\"",
        "<nav",
        "<main id=\"main\"",
        "<h1",
        "class=\"press\" href=\"#register\"",
        "id=\"about\"",
        "id=\"agenda\"",
        "id=\"speakers\"",
        "<form",
        "name=\"ticket\"",
        "id=\"name\"",
        "id=\"email\"",
        "type=\"submit\"",
        "<footer",
    ];
    let places: Vec<usize> =
        order.iter().map(|part| page.rfind(part).unwrap_or_else(|| panic!("no {part} in {page}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(!page.contains("tabindex=\"0") && !page.contains("tabindex=\"1"), "nothing jumps the queue");
    for field in ["name", "email"] {
        assert!(page.contains(&format!("<label for=\"{field}\">")), "{field} has a label");
    }
    house.server.stop().await;
}

#[tokio::test]
async fn a_calendar_file_is_the_event_or_its_sessions() {
    let house = house("panel").await;
    let event = house.event.clone();
    let house = house.after(|database| fill(database, &event, 2)).await;
    let path = format!("/e/{}/calendar.ics", house.slug);
    let answer = house.get(&path).await;
    assert_eq!(header(&answer, &CONTENT_TYPE), "text/calendar; charset=utf-8; method=PUBLISH");
    let file = body(answer).await;
    for line in ["METHOD:PUBLISH", "SEQUENCE:2", "DTSTART:20300601T120000Z", "SUMMARY:Opening night", "STATUS:CONFIRMED"] {
        assert!(file.contains(&format!("{line}\r\n")), "{line} is not in {file}");
    }
    assert!(file.contains(&format!("UID:event-{event}@houselights")), "{file}");
    let sessions = body(house.get(&format!("{path}?sessions")).await).await;
    assert!(sessions.contains("SUMMARY:Session 1\r\n") && !sessions.contains("UID:event-"), "{sessions}");
    let house = house.after(|database| database.execute_batch("UPDATE events SET cancelled_at = 1").unwrap()).await;
    for query in ["", "?sessions"] {
        let file = body(house.get(&format!("{path}{query}")).await).await;
        assert!(file.contains("STATUS:CANCELLED") && !file.contains("STATUS:CONFIRMED"), "{file}");
    }
    house.server.stop().await;
}

#[tokio::test]
async fn the_pages_after_the_form_claim_nothing() {
    let house = house("panel").await;
    for (end, says) in [
        ("registered", "Look in your mail"),
        ("waiting", "If all places were taken when you registered"),
        ("paid", "As soon as the payment is confirmed your ticket comes by mail"),
        ("unpaid", "You left before paying"),
    ] {
        let answer = house.get(&format!("/e/{}/{end}", house.slug)).await;
        assert_eq!((answer.status().as_u16(), header(&answer, &CACHE_CONTROL)), (200, "no-store"), "{end}");
        let page = body(answer).await;
        assert!(page.contains(says) && page.contains("Opening night") && page.contains("noindex"), "{page}");
        for claim in ["You are registered", "You are on the waiting list", "You have a place", "Your payment"] {
            assert!(!page.contains(claim), "whoever opens /{end} reads: {claim}");
        }
    }
    house.server.stop().await;
}

#[tokio::test]
async fn the_page_of_a_ticket_link_wears_the_colours_of_its_event() {
    let house = house("panel").await;
    house.change(json!({ "accent": "#00aa88", "background": "#fefefe" })).await;
    let entered = "INSERT INTO invites (secret_hash, event_id, role, created_at) VALUES \
                   ('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', (SELECT id FROM events), 'attendee', 0)";
    let house = house.after(|database| database.execute_batch(entered).unwrap()).await;
    let answer = house.get("/join/abc").await;
    assert_eq!((answer.status().as_u16(), header(&answer, &REFERRER_POLICY)), (200, "no-referrer"));
    let page = body(answer).await;
    for part in [
        "--ground:#fefefe",
        "color-scheme:light",
        "Opening night",
        "1 June 2030, 14:00",
        "Open in Houselights",
        "houselights:&#x2f;&#x2f;join",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert_eq!(house.get("/join/abd").await.status(), 404);
    house.server.stop().await;
}

#[tokio::test]
async fn a_page_without_tickets_says_so_and_free_ones_do_not_hide_what_others_cost() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let page = async || body(get(&server, &format!("/e/{}", sale.slug)).await).await;
    let empty = page().await;
    assert!(empty.contains("There are no tickets here yet") && empty.contains("id=\"register\""), "{empty}");
    sale.ticket(json!({})).await;
    assert!(page().await.contains("<span class=\"quiet\">Free</span>"));
    sale.ticket(json!({ "title": "Dear", "amount": 1000 })).await;
    sale.ticket(json!({ "title": "Dearest", "amount": 2000 })).await;
    let priced = page().await;
    assert!(priced.contains("free, or from 10.00 EUR"), "{priced}");
    server.stop().await;
}
