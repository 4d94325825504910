//! Pictures that are uploaded, and how they are shown.

use houselights_tests::{
    api::{Api, text},
    client::http,
    server::TestServer,
};
use serde_json::json;

/// Four pixels by two, red, every other half transparent.
pub(crate) const PNG: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x04\x00\x00\x00\x02\x08\x06\x00\x00\x00\x7f\xa8\x7d\x63\x00\x00\x00\x14\x49\x44\x41\x54\x78\xda\x63\xf8\xc5\xc5\xf5\x1f\x88\x1b\x60\x34\x03\xba\x00\x00\xfc\x04\x0e\x6d\x99\x77\x50\x5f\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

const BRAND: &str = "mutation($id: ID!, $version: Int!, $logo: ID) { updateEvent(id: $id, version: $version, change: { logo: $logo }) \
                     { branding { logo { id url width height } cover { id } } } }";

async fn uploaded(api: &Api, organisation: &str) -> serde_json::Value {
    let (status, answer) = api.upload(organisation, "logo", PNG.to_vec()).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

#[tokio::test]
async fn a_picture_is_kept_shown_and_known_again() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let image = uploaded(&ada, &organisation).await;
    assert_eq!((&image["width"], &image["height"]), (&json!(4), &json!(2)));
    let shown = http().get(text(&image["url"])).send().await.expect("answered");
    assert_eq!(shown.status(), 200);
    let headers = shown.headers().clone();
    let header = |name: &str| headers[name].to_str().expect("text").to_owned();
    assert_eq!((header("content-type").as_str(), header("x-content-type-options").as_str()), ("image/png", "nosniff"));
    assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
    assert!(shown.bytes().await.expect("bytes").starts_with(b"\x89PNG"));
    let again = http().get(text(&image["url"])).header("If-None-Match", header("etag")).send().await.expect("answered");
    assert_eq!(again.status(), 304);
    for nothing in ["x", "%00", "%ff", "01936e3e-0000-7000-8000-000000000000"] {
        let missing = http().get(format!("http://{}/images/{nothing}", server.http())).send().await.expect("answered");
        assert_eq!(missing.status(), 404, "{nothing}");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_event_wears_its_organisations_pictures_and_no_others() {
    let server = TestServer::start().await;
    let (ada, eve) = (server.person("ada@example.com").await, server.person("eve@example.com").await);
    let (globe, rose) = (ada.organisation("The Globe").await, eve.organisation("The Rose").await);
    let (own, other) = (uploaded(&ada, &globe).await, uploaded(&eve, &rose).await);
    let id = ada.event(&globe, "panel").await;
    assert_eq!(ada.refused(BRAND, json!({ "id": id, "version": 1, "logo": other["id"] })).await, "NOT_FOUND");
    let branded = ada.ask(BRAND, json!({ "id": id, "version": 1, "logo": own["id"] })).await["updateEvent"]["branding"].clone();
    assert_eq!((&branded["logo"], &branded["cover"]), (&own, &json!(null)));
    let bare = ada.ask(BRAND, json!({ "id": id, "version": 2, "logo": null })).await;
    assert_eq!(bare["updateEvent"]["branding"]["logo"], json!(null));
    server.stop().await;
}

#[tokio::test]
async fn the_pictures_of_many_events_are_read_at_once() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let list =
        "query($o: ID!) { organisation(id: $o) { events { edges { node { branding { logo { url } cover { url } } } } } } }";
    let mut costs = Vec::new();
    for more in [2, 8] {
        for _ in 0..more {
            let (id, image) = (ada.event(&organisation, "ama").await, uploaded(&ada, &organisation).await);
            ada.ask(BRAND, json!({ "id": id, "version": 1, "logo": image["id"] })).await;
        }
        let (cost, seen) = server.reads_of(async || ada.ask(list, json!({ "o": organisation })).await).await;
        let edges = seen["organisation"]["events"]["edges"].as_array().expect("a list");
        assert!(edges.iter().all(|edge| edge["node"]["branding"]["logo"]["url"].is_string()), "{seen}");
        costs.push(cost);
    }
    assert_eq!(costs[0], costs[1]);
    server.stop().await;
}

#[tokio::test]
async fn only_pictures_are_taken_and_only_of_those_who_may() {
    let server = TestServer::start().await;
    let (ada, eve) = (server.person("ada@example.com").await, server.person("eve@example.com").await);
    let globe = ada.organisation("The Globe").await;
    let add =
        "mutation($o: ID!) { addMember(organisation: $o, email: \"mo@example.com\", name: \"Mo\", role: MODERATOR) { id } }";
    ada.ask(add, json!({ "o": globe })).await;
    let mo = server.person("mo@example.com").await;
    let gone = Api::new(server.http(), Some("nobody-has-this".to_owned()));
    let stranger = server.stranger();
    let large = vec![0; 5 * 1024 * 1024 + 1];
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec();
    let broken = PNG[..PNG.len() - 9].to_vec();
    let png = || PNG.to_vec();
    for (who, organisation, purpose, bytes, expected) in [
        (&ada, globe.as_str(), "logo", svg, (422, "image_unusable")),
        (&ada, &globe, "logo", Vec::new(), (422, "image_unusable")),
        (&ada, &globe, "cover", broken, (422, "image_unusable")),
        (&ada, &globe, "picture", large, (413, "too_large")),
        (&ada, &globe, "banner", png(), (400, "malformed")),
        (&ada, "x", "logo", png(), (404, "not_allowed")),
        (&eve, &globe, "logo", png(), (404, "not_allowed")),
        (&mo, &globe, "logo", png(), (403, "not_allowed")),
        (&stranger, &globe, "logo", png(), (401, "token_invalid")),
        (&gone, &globe, "logo", png(), (401, "token_invalid")),
    ] {
        let (status, answer) = who.upload(organisation, purpose, bytes).await;
        assert_eq!((status, answer["refusal"].as_str().unwrap_or_default()), expected, "{purpose} {organisation}");
    }
    for purpose in ["cover", "picture"] {
        assert_eq!(ada.upload(&globe, purpose, png()).await.0, 200);
    }
    server.stop().await;
}
