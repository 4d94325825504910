//! Tickets, codes and questions as an organizer makes them, and who may not.

use houselights_tests::{api::text, server::TestServer, tickets::Sale};
use serde_json::{Value, json};

const TICKET: &str =
    "mutation($event: ID!, $ticket: NewTicketType!) { createTicketType(event: $event, ticket: $ticket) { id } }";
const CHANGE: &str = "mutation($id: ID!, $change: TicketTypeChange!) \
                      { updateTicketType(id: $id, change: $change) { title quantity price { amount } salesEnd waitingList waiting } }";
const CODE: &str = "mutation($event: ID!, $code: NewTicketCode!) \
                    { createCode(event: $event, code: $code) { id code percentOff amountOff ticket { id } } }";
const QUESTION: &str =
    "mutation($event: ID!, $question: NewQuestion!) { createQuestion(event: $event, question: $question) { id } }";

#[tokio::test]
async fn a_ticket_is_made_changed_and_taken_out_of_sale() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let id = sale.ticket(json!({ "amount": 1250, "quantity": 10, "salesEnd": "2030-05-01T00:00:00Z" })).await;
    let change = json!({ "title": "Balcony", "amount": 900, "quantity": null, "salesEnd": null });
    let changed = sale.organizer.ask(CHANGE, json!({ "id": id, "change": change })).await;
    let expected = json!({ "title": "Balcony", "quantity": null, "price": { "amount": 900 }, "salesEnd": null, "waitingList": true, "waiting": 0 });
    assert_eq!(changed["updateTicketType"], expected);
    let delete = "mutation($id: ID!) { deleteTicketType(id: $id) { tickets { id } } }";
    assert_eq!(sale.organizer.ask(delete, json!({ "id": id })).await["deleteTicketType"]["tickets"], json!([]));
    assert_eq!(sale.organizer.refused(delete, json!({ "id": id })).await, "NOT_FOUND");
    assert_eq!(sale.organizer.refused(CHANGE, json!({ "id": id, "change": {} })).await, "NOT_FOUND");
    server.stop().await;
}

#[tokio::test]
async fn what_makes_no_ticket_is_refused_by_its_field() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    sale.ticket(json!({ "amount": 100 })).await;
    for (given, field) in [
        (json!({ "title": "", "amount": 0, "currency": "EUR" }), "title"),
        (json!({ "title": "A\u{0}", "amount": 0, "currency": "EUR" }), "title"),
        (json!({ "title": "A", "amount": -1, "currency": "EUR" }), "amount"),
        (json!({ "title": "A", "amount": 100_000_000, "currency": "EUR" }), "amount"),
        (json!({ "title": "A", "amount": 1, "currency": "EURO" }), "currency"),
        (json!({ "title": "A", "amount": 1, "currency": "USD" }), "currency"),
        (json!({ "title": "A", "amount": 5, "currency": "KWD" }), "amount"),
        (json!({ "title": "A", "amount": 0, "currency": "EUR", "quantity": 0 }), "quantity"),
        (
            json!({ "title": "A", "amount": 0, "currency": "EUR", "salesStart": "2030-01-02T00:00:00Z", "salesEnd": "2030-01-02T00:00:00Z" }),
            "salesEnd",
        ),
        (json!({ "title": "A", "amount": 0, "currency": "EUR", "description": "x".repeat(2_001) }), "description"),
    ] {
        let refused = sale.organizer.try_ask(TICKET, json!({ "event": sale.event, "ticket": given })).await.unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_deref()), ("BAD_INPUT", Some(field)), "{given}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_code_is_kept_in_upper_case_and_once() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "amount": 1000 })).await;
    let create = async |code: Value| sale.organizer.try_ask(CODE, json!({ "event": sale.event, "code": code })).await;
    let made =
        create(json!({ "code": " early-bird ", "percentOff": 20, "ticket": ticket })).await.unwrap()["createCode"].clone();
    assert_eq!((&made["code"], &made["percentOff"], &made["ticket"]["id"]), (&json!("EARLY-BIRD"), &json!(20), &json!(ticket)));
    let other = Sale::of(&server).await;
    let foreign = other.ticket(json!({})).await;
    for (code, expected, field) in [
        (json!({ "code": "Early-Bird", "percentOff": 10 }), "BAD_INPUT", Some("code")),
        (json!({ "code": "a b", "percentOff": 10 }), "BAD_INPUT", Some("code")),
        (json!({ "code": "A", "percentOff": 101 }), "BAD_INPUT", Some("percentOff")),
        (json!({ "code": "A" }), "BAD_INPUT", Some("percentOff")),
        (json!({ "code": "A", "percentOff": 1, "amountOff": 1 }), "BAD_INPUT", Some("percentOff")),
        (json!({ "code": "A", "amountOff": 0 }), "BAD_INPUT", Some("amountOff")),
        (json!({ "code": "A", "amountOff": 1, "ticket": foreign }), "NOT_FOUND", None),
        (
            json!({ "code": "A", "amountOff": 1, "validFrom": "2030-02-01T00:00:00Z", "validUntil": "2030-02-01T00:00:00Z" }),
            "BAD_INPUT",
            Some("validUntil"),
        ),
    ] {
        let refused = create(code.clone()).await.unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_deref()), (expected, field), "{code}");
    }
    let delete = "mutation($id: ID!) { deleteCode(id: $id) { codes { code } } }";
    assert_eq!(sale.organizer.ask(delete, json!({ "id": made["id"] })).await["deleteCode"]["codes"], json!([]));
    server.stop().await;
}

#[tokio::test]
async fn a_code_takes_off_an_amount_between_its_first_moment_and_its_last() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "amount": 500 })).await;
    let day = 24 * 3_600;
    let now = i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let at = |seconds: i64| chrono::DateTime::from_timestamp(seconds, 0).unwrap().to_rfc3339();
    for (code, from, until) in [
        ("OPEN", Some(now - day), Some(now + day)),
        ("LATER", Some(now + day), None),
        ("OVER", Some(now - 2 * day), Some(now - day)),
    ] {
        let code = json!({ "code": code, "amountOff": 500, "validFrom": from.map(at), "validUntil": until.map(at) });
        sale.organizer.ask(CODE, json!({ "event": sale.event, "code": code })).await;
    }
    let register = async |code: &str| {
        let new = json!({ "ticket": ticket, "name": "Vera", "email": format!("{code}@example.com"), "code": code });
        sale.register_with(&server.stranger(), new).await.map(|(state, _)| state).map_err(|error| error.code)
    };
    assert_eq!(register("open").await, Ok("CONFIRMED".to_owned()), "nothing is left to be paid");
    assert_eq!(register("later").await, Err("CODE_INVALID".to_owned()));
    assert_eq!(register("over").await, Err("CODE_INVALID".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn questions_are_asked_in_the_order_that_was_set() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let create =
        async |question: Value| sale.organizer.try_ask(QUESTION, json!({ "event": sale.event, "question": question })).await;
    let mut ids = Vec::new();
    for label in ["Where from?", "Which dish?"] {
        let question = json!({ "label": label, "kind": "CHOICE", "options": ["This", "That"], "isRequired": true });
        ids.push(text(&create(question).await.unwrap()["createQuestion"]["id"]));
    }
    for (question, field) in [
        (json!({ "label": "", "kind": "TEXT" }), "label"),
        (json!({ "label": "A", "kind": "CHOICE" }), "options"),
        (json!({ "label": "A", "kind": "CHOICES", "options": ["One", "One"] }), "options"),
        (json!({ "label": "A", "kind": "TEXT", "options": ["One", "Two"] }), "options"),
    ] {
        let refused = create(question.clone()).await.unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_deref()), ("BAD_INPUT", Some(field)), "{question}");
    }
    let order = "mutation($event: ID!, $order: [ID!]!) { orderQuestions(event: $event, order: $order) { id label } }";
    let turned = json!([ids[1], ids[0]]);
    let ordered = sale.organizer.ask(order, json!({ "event": sale.event, "order": turned })).await;
    assert_eq!(ordered["orderQuestions"][0]["label"], "Which dish?");
    for wrong in [json!([ids[0]]), json!([ids[0], ids[0]]), json!([])] {
        assert_eq!(sale.organizer.refused(order, json!({ "event": sale.event, "order": wrong })).await, "BAD_INPUT");
    }
    server.stop().await;
}

#[tokio::test]
async fn tickets_are_made_by_who_edits_events_and_seen_by_members() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({})).await;
    let organisation = "query($id: ID!) { event(id: $id) { organisation { id } } }";
    let organisation =
        sale.organizer.ask(organisation, json!({ "id": sale.event })).await["event"]["organisation"]["id"].clone();
    let add =
        "mutation($id: ID!) { addMember(organisation: $id, email: \"mo@example.com\", name: \"Mo\", role: MODERATOR) { id } }";
    sale.organizer.ask(add, json!({ "id": organisation })).await;
    let (moderator, stranger) = (server.person("mo@example.com").await, server.stranger());
    let see = "query($id: ID!) { event(id: $id) { tickets { id } questions { id } } }";
    assert_eq!(moderator.ask(see, json!({ "id": sale.event })).await["event"]["tickets"][0]["id"], json!(ticket));
    for field in ["registrations { totalCount }", "sales { gross }", "codes { id }"] {
        let see = format!("query($id: ID!) {{ event(id: $id) {{ {field} }} }}");
        assert_eq!(moderator.refused(&see, json!({ "id": sale.event })).await, "FORBIDDEN", "{field}");
    }
    let new = json!({ "event": sale.event, "ticket": { "title": "A", "amount": 0, "currency": "EUR" } });
    assert_eq!(moderator.refused(TICKET, new.clone()).await, "FORBIDDEN");
    assert_eq!(stranger.refused(TICKET, new.clone()).await, "UNAUTHENTICATED");
    assert_eq!(server.person("eve@example.com").await.refused(TICKET, new).await, "NOT_FOUND");
    let change = json!({ "id": ticket, "change": { "title": "B" } });
    assert_eq!(moderator.refused(CHANGE, change).await, "FORBIDDEN");
    server.stop().await;
}
