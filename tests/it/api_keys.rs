//! Keys of integrators: what they are good for, and what not.

use houselights_tests::{
    api::{Api, text},
    server::TestServer,
};
use serde_json::{Value, json};

const CREATE: &str = "mutation($organisation: ID!, $name: String!, $scopes: [Scope!]!) { createApiKey(organisation: $organisation, \
                      name: $name, scopes: $scopes) { secret key { id name scopes usedAt } } }";
const LIST: &str = "query($id: ID!) { organisation(id: $id) { apiKeys { id name scopes createdAt usedAt } } }";
const REVOKE: &str = "mutation($id: ID!) { revokeApiKey(id: $id) { id } }";
const EVENT: &str = "query($id: ID!) { event(id: $id) { title } }";
const PUBLISH: &str = "mutation($id: ID!) { publishEvent(id: $id) { phase } }";

const ALL: [&str; 4] = ["EVENTS_READ", "EVENTS_WRITE", "PEOPLE_READ", "PEOPLE_WRITE"];

async fn key(server: &TestServer, owner: &Api, organisation: &str, scopes: &[&str]) -> (Api, String) {
    let variables = json!({ "organisation": organisation, "name": "Ticket office", "scopes": scopes });
    let made = owner.ask(CREATE, variables).await["createApiKey"].clone();
    let secret = text(&made["secret"]);
    assert!(secret.starts_with("hk_") && secret.len() > 40, "{secret}");
    (Api::new(server.http(), Some(secret)), text(&made["key"]["id"]))
}

#[tokio::test]
async fn a_key_works_until_it_is_revoked_and_its_secret_is_shown_once() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let globe = ada.organisation("The Globe").await;
    let event = ada.event(&globe, "panel").await;
    let (key, id) = key(&server, &ada, &globe, &["EVENTS_READ", "EVENTS_READ"]).await;
    let listed = ada.ask(LIST, json!({ "id": globe })).await["organisation"]["apiKeys"].clone();
    assert_eq!(
        (&listed[0]["name"], &listed[0]["scopes"], &listed[0]["usedAt"]),
        (&json!("Ticket office"), &json!(["EVENTS_READ"]), &Value::Null)
    );
    assert_eq!(key.ask(EVENT, json!({ "id": event })).await["event"]["title"], "Opening night");
    let listed = ada.ask(LIST, json!({ "id": globe })).await["organisation"]["apiKeys"].clone();
    assert!(listed[0]["usedAt"].is_string() && !listed.to_string().contains("hk_"), "{listed}");
    ada.ask(REVOKE, json!({ "id": id })).await;
    let (status, answer) = key.post(&json!({ "query": EVENT, "variables": { "id": event } })).await;
    assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (401, &json!("UNAUTHENTICATED")));
    assert_eq!(ada.refused(REVOKE, json!({ "id": id })).await, "NOT_FOUND");
    assert_eq!(ada.ask(LIST, json!({ "id": globe })).await["organisation"]["apiKeys"], json!([]));
    server.stop().await;
}

#[tokio::test]
async fn an_archive_brings_people_so_a_key_needs_both_scopes_for_it() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let globe = ada.organisation("The Globe").await;
    let route = format!("/api/organisations/{globe}/archives");
    for (scopes, status) in [
        (&["EVENTS_READ", "EVENTS_WRITE"][..], 403),
        (&["PEOPLE_READ", "PEOPLE_WRITE"], 403),
        (&["EVENTS_WRITE", "PEOPLE_READ"], 403),
        // It is read, and is none.
        (&["EVENTS_WRITE", "PEOPLE_WRITE"], 422),
    ] {
        let (key, _) = key(&server, &ada, &globe, scopes).await;
        assert_eq!(key.file("POST", &route, "{}").await.0, status, "{scopes:?}");
    }
    server.stop().await;
}

/// The table of scopes against what is asked, as a person reads it: which of them let it be done.
#[tokio::test]
async fn a_key_does_what_its_scope_says_and_nothing_else() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let globe = ada.organisation("The Globe").await;
    let event = ada.event(&globe, "panel").await;
    let create = "mutation($id: ID!) { createEvent(organisation: $id, template: \"ama\", title: \"T\", startsAt: \"2030-01-01T00:00:00Z\", \
                  timeZone: \"UTC\") { id } }";
    let update = "mutation($id: ID!) { updateEvent(id: $id, version: 1, change: { summary: \"s\" }) { id } }";
    let rename = "mutation($id: ID!) { renameOrganisation(id: $id, name: \"Mine\") { id } }";
    let member =
        "mutation($id: ID!) { addMember(organisation: $id, email: \"eve@example.com\", name: \"Eve\", role: OWNER) { id } }";
    let another = "mutation($id: ID!) { createApiKey(organisation: $id, name: \"More\", scopes: [PEOPLE_WRITE]) { secret } }";
    let hook =
        "mutation($id: ID!) { createWebhook(organisation: $id, url: \"https://a.test\", kinds: [EVENT_CHANGED]) { secret } }";
    let members = "query($id: ID!) { organisation(id: $id) { members { person { email } } } }";
    let hooks = "query($id: ID!) { organisation(id: $id) { webhooks { url } } }";
    let organisation = "mutation { createOrganisation(name: \"Mine\") { id } }";
    let me = "mutation { renameMe(name: \"Key\") { id } }";
    let table: [(&str, &String, &[&str]); 13] = [
        (EVENT, &event, &ALL),
        (update, &event, &["EVENTS_WRITE"]),
        (PUBLISH, &event, &["EVENTS_WRITE"]),
        (create, &globe, &["EVENTS_WRITE"]),
        (rename, &globe, &[]),
        (member, &globe, &[]),
        (members, &globe, &[]),
        (another, &globe, &[]),
        (LIST, &globe, &[]),
        (hook, &globe, &[]),
        (hooks, &globe, &[]),
        (organisation, &globe, &[]),
        (me, &globe, &[]),
    ];
    for scope in ALL {
        let (key, _) = key(&server, &ada, &globe, &[scope]).await;
        assert_eq!(key.ask("{ me { id } }", json!({})).await["me"], Value::Null);
        for (document, id, allowed) in &table {
            let outcome = key.try_ask(document, json!({ "id": id })).await.map_err(|error| error.code);
            let may = allowed.contains(&scope);
            assert_eq!(outcome.is_ok(), may, "{scope}: {document}: {outcome:?}");
            assert!(may || outcome == Err("FORBIDDEN".to_owned()), "{scope}: {document}: {outcome:?}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_key_is_good_in_its_own_organisation_alone_and_owners_alone_make_one() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada@example.com").await, server.person("bob@example.com").await);
    let (globe, rose) = (ada.organisation("The Globe").await, bob.organisation("The Rose").await);
    let event = ada.event(&globe, "panel").await;
    let (of_rose, id) = key(&server, &bob, &rose, &["EVENTS_READ", "EVENTS_WRITE", "PEOPLE_READ", "PEOPLE_WRITE"]).await;
    for document in [EVENT, PUBLISH] {
        assert_eq!(of_rose.refused(document, json!({ "id": event })).await, "NOT_FOUND");
    }
    assert_eq!(ada.refused(REVOKE, json!({ "id": id })).await, "NOT_FOUND");
    let add = "mutation($id: ID!) { addMember(organisation: $id, email: \"eve@example.com\", name: \"Eve\", role: ORGANIZER) { id } }";
    ada.ask(add, json!({ "id": globe })).await;
    let eve = server.person("eve@example.com").await;
    let wanted = |scopes: Value| json!({ "organisation": globe, "name": "Mine", "scopes": scopes });
    assert_eq!(eve.refused(CREATE, wanted(json!(["EVENTS_READ"]))).await, "FORBIDDEN");
    assert_eq!(eve.refused(LIST, json!({ "id": globe })).await, "FORBIDDEN");
    assert_eq!(ada.refused(CREATE, wanted(json!([]))).await, "BAD_INPUT");
    assert_eq!(Api::new(server.http(), Some("hk_guess".to_owned())).post(&json!({ "query": "{ me { id } }" })).await.0, 401);
    server.stop().await;
}
