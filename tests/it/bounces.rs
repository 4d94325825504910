//! Mail that comes back after the mail server took it.

use houselights_tests::{
    api::{Api, text},
    client::http,
    server::TestServer,
    smtp::Smtp,
    tickets::Sale,
};
use serde_json::{Value, json};

const PEOPLE: &str = "query($id: ID!) { event(id: $id) { registrations { edges { node { id name mail mailProblem } } } } }";

async fn key(server: &TestServer, owner: &Api, organisation: &str, scope: &str) -> Api {
    let create =
        "mutation($id: ID!, $scope: Scope!) { createApiKey(organisation: $id, name: \"Relay\", scopes: [$scope]) { secret } }";
    let made = owner.ask(create, json!({ "id": organisation, "scope": scope })).await;
    Api::new(server.http(), Some(text(&made["createApiKey"]["secret"])))
}

async fn tell(server: &TestServer, who: &Api, organisation: &str, kind: &str, report: String) -> (u16, Value) {
    let url = format!("http://{}/api/organisations/{organisation}/bounces", server.http());
    let token = who.token().unwrap_or_default();
    let answer = http().post(url).bearer_auth(token).header("content-type", kind).body(report).send().await.expect("answered");
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

/// As a mail server reports it.
fn report(recipient: &str, message_id: &str, action: &str) -> String {
    format!(
        "From: MAILER-DAEMON@relay.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; \
         boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; relay.test\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 <{recipient}>: never heard\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n\
         Message-ID: {message_id}\r\nSubject: x\r\n\r\nHello\r\n--x--\r\n"
    )
}

async fn mail_of(sale: &Sale, name: &str) -> (String, Value, Value) {
    let people = sale.organizer.ask(PEOPLE, json!({ "id": sale.event })).await;
    let nodes = people["event"]["registrations"]["edges"].as_array().expect("a list");
    let person = nodes.iter().map(|edge| &edge["node"]).find(|node| node["name"] == name).expect("registered");
    (text(&person["mail"]), person["mailProblem"].clone(), person["id"].clone())
}

#[tokio::test]
async fn what_came_back_is_marked_and_nothing_more_goes_there_until_somebody_says_so() {
    let smtp = Smtp::start().await;
    let server = crate::life::server_with(&smtp).await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({})).await;
    for name in ["Ada", "Bea"] {
        let email = format!("{}@example.com", name.to_lowercase());
        let new = json!({ "ticket": ticket, "name": name, "email": email });
        sale.register_with(&server.stranger(), new).await.expect("registered");
    }
    let sent = smtp.until_for("ada@example.com", 1).await.remove(0);
    smtp.until_for("bea@example.com", 1).await;
    let id = sent.header("Message-ID").expect("an id");
    let organisation = sale.organisation().await;
    let relay = key(&server, &sale.organizer, &organisation, "PEOPLE_WRITE").await;
    let mail = "message/rfc822";

    let late = report("ada@example.com", &id, "delayed");
    assert_eq!(tell(&server, &relay, &organisation, mail, late).await, (200, json!({ "marked": 0 })));
    let failed = report("Ada@Example.com", &id, "failed");
    assert_eq!(tell(&server, &relay, &organisation, mail, failed.clone()).await, (200, json!({ "marked": 1 })));
    assert_eq!(tell(&server, &relay, &organisation, mail, failed.clone()).await, (200, json!({ "marked": 0 })), "told again");
    let (state, why, registration) = mail_of(&sale, "Ada").await;
    assert_eq!((state.as_str(), &why), ("BOUNCED", &json!("the mail came back (5.1.1)")));
    assert_eq!((mail_of(&sale, "Bea").await.0.as_str(), mail_of(&sale, "Bea").await.1), ("SENT", Value::Null));

    // The event is moved: of that hears who can be reached.
    let moved = "mutation($id: ID!, $version: Int!) { rescheduleEvent(id: $id, version: $version, startsAt: \"2031-01-01T10:00:00Z\") { id } }";
    let version = sale.organizer.ask("query($id: ID!) { event(id: $id) { version } }", json!({ "id": sale.event })).await;
    let version = version["event"]["version"].clone();
    sale.organizer.ask(moved, json!({ "id": sale.event, "version": version })).await;
    smtp.until_for("bea@example.com", 2).await;
    houselights_tests::within("the letter is not sent", async {
        while !mail_of(&sale, "Ada").await.1.as_str().is_some_and(|why| why.starts_with("not sent")) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    assert_eq!(smtp.mails().iter().filter(|mail| mail.is_for("ada@example.com")).count(), 1);

    // The organizer says that it is good.
    let resend = "mutation($id: ID!) { resendTicket(id: $id) { id } }";
    sale.organizer.ask(resend, json!({ "id": registration })).await;
    smtp.until_for("ada@example.com", 2).await;
    houselights_tests::within("the letter to be known as sent", async {
        while mail_of(&sale, "Ada").await.0 != "SENT" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    // By the words of a provider, which put an id of its own in the mail; then she gives the address again herself.
    let told =
        json!({ "recipient": "ada@example.com", "message_id": "<0100@email.provider.test>", "status": "5.2.1" }).to_string();
    assert_eq!(tell(&server, &relay, &organisation, "application/json", told).await, (200, json!({ "marked": 1 })));
    assert_eq!(mail_of(&sale, "Ada").await.1, json!("the mail came back (5.2.1)"));
    sale.register(&server.stranger(), &ticket, "ada@example.com").await.expect("answered alike");
    smtp.until_for("ada@example.com", 3).await;
    server.stop().await;
}

#[tokio::test]
async fn reports_are_taken_of_ones_own_letters_alone() {
    let smtp = Smtp::start().await;
    let server = crate::life::server_with(&smtp).await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({})).await;
    sale.register(&server.stranger(), &ticket, "vera@example.com").await.expect("registered");
    let id = smtp.until_for("vera@example.com", 1).await[0].header("Message-ID").expect("an id");
    let organisation = sale.organisation().await;
    let mallory = server.person("mallory@example.com").await;
    let other = mallory.organisation("The Curtain").await;
    let foreign = key(&server, &mallory, &other, "PEOPLE_WRITE").await;
    let reader = key(&server, &sale.organizer, &organisation, "PEOPLE_READ").await;
    let failed = report("vera@example.com", &id, "failed");
    let mail = "message/rfc822";
    assert_eq!(tell(&server, &foreign, &organisation, mail, failed.clone()).await.0, 404);
    assert_eq!(tell(&server, &foreign, &other, mail, failed.clone()).await, (200, json!({ "marked": 0 })));
    assert_eq!(tell(&server, &reader, &organisation, mail, failed.clone()).await.0, 403);
    assert_eq!(tell(&server, &server.stranger(), &organisation, mail, failed.clone()).await.0, 401);
    for (kind, body) in [
        (mail, "no report"),
        (mail, "Subject: x\r\n\r\nFinal-Recipient: rfc822; vera@example.com\r\nAction: failed"),
        ("application/json", "{}"),
        ("application/json", "{\"recipient\":\"nobody\"}"),
        ("multipart/report", "--x"),
    ] {
        assert_eq!(tell(&server, &sale.organizer, &organisation, kind, body.to_owned()).await.0, 400, "{kind} {body}");
    }
    assert_eq!(mail_of(&sale, "Vera").await.0, "SENT");
    // The body of the report alone, as some programs hand it on.
    let (_, body) = failed.split_once("\r\n\r\n").expect("a head");
    let kind = "multipart/report; report-type=delivery-status; boundary=\"x\"";
    assert_eq!(tell(&server, &sale.organizer, &organisation, kind, body.to_owned()).await, (200, json!({ "marked": 1 })));
    server.stop().await;
}
