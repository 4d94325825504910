//! Events: made of templates, changed, published, ended.

use houselights_tests::{
    api::{Api, text},
    server::TestServer,
};
use serde_json::{Value, json};

const SEE: &str = "query($id: ID!) { event(id: $id) { title slug phase version startsAt endsAt timeZone url } }";

async fn change(api: &Api, id: &str, version: i64, change: Value) -> Result<Value, String> {
    let document = "mutation($id: ID!, $version: Int!, $change: EventChange!) \
                    { updateEvent(id: $id, version: $version, change: $change) { title slug version capacity } }";
    let variables = json!({ "id": id, "version": version, "change": change });
    api.try_ask(document, variables).await.map_err(|error| error.code)
}

#[tokio::test]
async fn every_template_makes_an_event() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    for template in [
        "fireside-chat",
        "panel",
        "ama",
        "workshop",
        "demo-day",
        "cocktail-party",
        "happy-hour",
        "webinar",
        "one-day-conference",
        "hackathon-final",
    ] {
        let id = ada.event(&organisation, template).await;
        let event = ada.ask(SEE, json!({ "id": id })).await["event"].clone();
        assert_eq!((&event["phase"], &event["timeZone"]), (&json!("DRAFT"), &json!("Europe/Berlin")), "{template}");
        assert!(text(&event["slug"]).starts_with("opening-night"), "{event}");
    }
    assert_eq!(ada.refused("mutation($o: ID!) { createEvent(organisation: $o, template: \"x\", title: \"T\", startsAt: \"2030-01-01T00:00:00Z\", timeZone: \"UTC\") { id } }", json!({ "o": organisation })).await, "NOT_FOUND");
    server.stop().await;
}

#[tokio::test]
async fn a_change_made_on_an_older_version_is_refused_and_changes_nothing() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let id = ada.event(&ada.organisation("The Globe").await, "panel").await;
    let changed = change(&ada, &id, 1, json!({ "title": "Second night", "capacity": 50 })).await.unwrap();
    assert_eq!((&changed["updateEvent"]["version"], &changed["updateEvent"]["capacity"]), (&json!(2), &json!(50)));
    assert_eq!(change(&ada, &id, 1, json!({ "title": "Third night" })).await, Err("CONFLICT".to_owned()));
    assert_eq!(ada.ask(SEE, json!({ "id": id })).await["event"]["title"], "Second night");
    let changed = change(&ada, &id, 2, json!({ "capacity": null })).await.unwrap();
    assert_eq!(changed["updateEvent"]["capacity"], Value::Null);
    server.stop().await;
}

#[tokio::test]
async fn an_event_lives_from_draft_to_archive_and_in_no_other_order() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let id = ada.event(&ada.organisation("The Globe").await, "panel").await;
    let step = async |name: &str| {
        let document = format!("mutation($id: ID!) {{ {name}Event(id: $id) {{ phase }} }}");
        ada.try_ask(&document, json!({ "id": id })).await.map(|answer| text(&answer[format!("{name}Event")]["phase"]))
    };
    for wrong in ["unpublish", "start", "end", "archive"] {
        assert_eq!(step(wrong).await.unwrap_err().code, "WRONG_PHASE", "{wrong}");
    }
    for (name, phase) in [
        ("publish", "PUBLISHED"),
        ("unpublish", "DRAFT"),
        ("publish", "PUBLISHED"),
        ("start", "LIVE"),
        ("end", "ENDED"),
        ("archive", "ARCHIVED"),
    ] {
        assert_eq!(step(name).await.unwrap(), phase);
    }
    assert_eq!(step("publish").await.unwrap_err().code, "WRONG_PHASE");
    server.stop().await;
}

#[tokio::test]
async fn two_events_do_not_share_an_address() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let (one, two) = (ada.event(&organisation, "ama").await, ada.event(&organisation, "ama").await);
    let slug = text(&ada.ask(SEE, json!({ "id": one })).await["event"]["slug"]);
    assert_ne!(text(&ada.ask(SEE, json!({ "id": two })).await["event"]["slug"]), slug);
    assert_eq!(change(&ada, &two, 1, json!({ "slug": slug })).await, Err("SLUG_TAKEN".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn the_address_of_a_draft_follows_its_title_until_it_is_set_or_public() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let follows = async |id: &str| {
        let seen = ada.ask("query($id: ID!) { event(id: $id) { slug slugFollowsTitle } }", json!({ "id": id })).await;
        (text(&seen["event"]["slug"]), seen["event"]["slugFollowsTitle"] == true)
    };
    let titled = async |id: &str, version: i64, title: &str| {
        let changed = change(&ada, id, version, json!({ "title": title })).await.expect("a title");
        text(&changed["updateEvent"]["slug"])
    };
    let id = ada.event(&organisation, "panel").await;
    assert_eq!(titled(&id, 1, "Évening of Tales").await, "evening-of-tales");
    let other = ada.event(&organisation, "panel").await;
    let slug = titled(&other, 1, "Evening of tales").await;
    assert!(slug.starts_with("evening-of-tales-"), "another event has that: {slug}");
    assert_eq!(titled(&other, 2, "Evening of Tales!").await, slug, "the same words make the same address");
    change(&ada, &id, 2, json!({ "slug": "tales" })).await.expect("an address");
    assert_eq!(titled(&id, 3, "Night of Tales").await, "tales");
    assert_eq!(follows(&id).await, ("tales".to_owned(), false));
    assert_eq!(follows(&other).await, (slug.clone(), true));
    for step in ["publish", "unpublish"] {
        ada.ask(&format!("mutation($id: ID!) {{ {step}Event(id: $id) {{ id }} }}"), json!({ "id": other })).await;
    }
    assert_eq!(titled(&other, 5, "Morning of Tales").await, slug, "it was public once");
    server.stop().await;
}
