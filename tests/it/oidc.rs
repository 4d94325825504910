//! Signing in with an account of an OpenID provider, good and bad.

use houselights_shared::{ProviderSignInAsked, Refusal, SignInConfirmation, SignInWays, SignedIn};
use houselights_tests::{
    api::Api,
    client::{HttpRefusal, answer, http},
    oidc::{Account, CLIENT_ID, CLIENT_SECRET, Mischief, Oidc},
    server::TestServer,
    within,
};
use serde_json::json;

async fn server(oidc: &Oidc) -> TestServer {
    TestServer::with(|config| {
        config.oidc_issuer = Some(oidc.issuer().to_owned());
        config.oidc_client_id = Some(CLIENT_ID.to_owned());
        config.oidc_client_secret = Some(CLIENT_SECRET.into());
        config.oidc_name = Some("The Globe".to_owned());
    })
    .await
}

async fn try_ask(server: &TestServer) -> Result<ProviderSignInAsked, HttpRefusal> {
    let request = http().post(format!("http://{}/api/sign-ins/oidc", server.http())).json(&json!({ "device": "Laptop" }));
    answer(within("an answer", request.send()).await.expect("answered")).await
}

async fn ask(server: &TestServer) -> ProviderSignInAsked {
    try_ask(server).await.expect("the provider answers")
}

/// What a browser shows in the end: its status and text.
async fn browse(url: &str) -> (u16, String) {
    let page = within("a page", http().get(url).send()).await.expect("answered");
    (page.status().as_u16(), within("a body", page.text()).await.expect("text"))
}

/// The secret of the link on a page.
fn secret(page: &str) -> String {
    // A template escapes what a path is made of, too.
    let page = page.replace("&#x2f;", "/").replace("&amp;", "&");
    let link = page.split("houselights://sign-in?").nth(1).unwrap_or_else(|| panic!("no link on {page}"));
    let secret = link.split("secret=").nth(1).expect("a secret");
    secret.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

/// What the link of a page tells the app, where that is nothing but that nobody is signed in.
fn failed(page: &str) -> Option<String> {
    let page = page.replace("&#x2f;", "/").replace("&amp;", "&");
    let link = page.split("houselights://sign-in?").nth(1)?.split('"').next()?;
    let mut parts = url::form_urlencoded::parse(link.as_bytes());
    let (server, failed) = (parts.next()?, parts.next()?);
    (server.0 == "server" && failed.0 == "failed" && parts.next().is_none()).then(|| failed.1.into_owned())
}

async fn confirm(server: &TestServer, secret: &str, device: &str) -> Result<SignedIn, HttpRefusal> {
    let confirmation = SignInConfirmation { secret: secret.into(), device: device.into() };
    let request = http().post(format!("http://{}/api/sign-ins/confirm", server.http())).json(&confirmation);
    answer(within("an answer", request.send()).await.expect("answered")).await
}

async fn sign_in(server: &TestServer) -> SignedIn {
    let asked = ask(server).await;
    let (status, page) = browse(&asked.url).await;
    assert_eq!(status, 200, "{page}");
    confirm(server, &secret(&page), asked.device.as_str()).await.expect("signed in")
}

async fn ways(server: &TestServer) -> SignInWays {
    answer(http().get(format!("http://{}/api/sign-ins/ways", server.http())).send().await.expect("answered"))
        .await
        .expect("ways")
}

#[tokio::test]
async fn whoever_has_an_account_signs_in_on_the_device_that_asked() {
    let oidc = Oidc::start().await;
    let server = server(&oidc).await;
    assert_eq!(ways(&server).await, SignInWays { mail: false, oidc: Some("The Globe".to_owned()) });
    oidc.sign_in(Account::new("ada", "Ada@Example.com"));
    let ada = sign_in(&server).await;
    assert_eq!((ada.email.as_str(), ada.name.as_str()), ("ada@example.com", "Ada Lovelace"));
    let api = Api::new(server.http(), Some(ada.token.as_str().to_owned()));
    let me = api.ask("{ me { email logins { device isCurrent } } }", json!({})).await;
    assert_eq!(me["me"]["logins"][0], json!({ "device": "Laptop", "isCurrent": true }));
    // Who is known by the address from elsewhere is the same person.
    assert_eq!(
        server.person("ada@example.com").await.ask("{ me { id } }", json!({})).await["me"]["id"],
        ada.person.to_string()
    );
    server.stop().await;
}

#[tokio::test]
async fn tokens_that_are_signed_with_rsa_count_too() {
    let oidc = Oidc::start().await;
    let server = server(&oidc).await;
    oidc.sign_in(Account::new("ada", "ada@example.com"));
    oidc.behave(Mischief::Rsa);
    assert_eq!(sign_in(&server).await.email, "ada@example.com");
    assert_eq!(oidc.discoveries(), 1, "what the provider says of itself is believed for a minute");
    server.stop().await;
}

#[tokio::test]
async fn an_account_stays_the_same_person_whatever_its_address_is() {
    let oidc = Oidc::start().await;
    let server = server(&oidc).await;
    oidc.sign_in(Account::new("ada", "ada@example.com"));
    let first = sign_in(&server).await;
    for later in [
        Account::new("ada", "lovelace@example.com"),
        Account { is_verified: false, ..Account::new("ada", "eve@example.com") },
        Account { email: None, ..Account::new("ada", "") },
    ] {
        oidc.sign_in(later);
        assert_eq!(sign_in(&server).await.person, first.person);
    }
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_the_token_does_not_hold_is_asked_for() {
    let oidc = Oidc::start().await;
    let server = server(&oidc).await;
    oidc.sign_in(Account { in_token: false, ..Account::new("ada", "ada@example.com") });
    assert_eq!(sign_in(&server).await.email, "ada@example.com");
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_is_not_verified_is_nobodys() {
    let oidc = Oidc::start().await;
    let server = server(&oidc).await;
    let account = Account { is_verified: false, ..Account::new("mallory", "ada@example.com") };
    let no_address = Account { email: None, ..account.clone() };
    let malformed = Account::new("mallory", "ada@example.com\r\nBcc: x@y.z");
    for account in [account.clone(), Account { in_token: false, ..account }, no_address, malformed] {
        oidc.sign_in(account);
        let (status, page) = browse(&ask(&server).await.url).await;
        assert_eq!(status, 403, "{page}");
        assert!(page.contains("You are not signed in"), "{page}");
        assert_eq!(failed(&page), Some("refused".to_owned()));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_token_that_does_not_hold_signs_nobody_in() {
    let oidc = Oidc::start().await;
    let server = server(&oidc).await;
    oidc.sign_in(Account::new("ada", "ada@example.com"));
    for mischief in [
        Mischief::WrongNonce,
        Mischief::WrongAudience,
        Mischief::WrongIssuer,
        Mischief::Expired,
        Mischief::NoSubject,
        Mischief::FromLater,
        Mischief::OtherParty,
        Mischief::UnknownKey,
        Mischief::Altered,
        Mischief::Unsigned,
        Mischief::SharedSecret,
        Mischief::NoToken,
        Mischief::Denies,
    ] {
        oidc.behave(mischief);
        let (status, page) = browse(&ask(&server).await.url).await;
        assert_eq!(status, 403, "{mischief:?}: {page}");
        let why = if mischief == Mischief::Denies { "cancelled" } else { "refused" };
        assert_eq!(failed(&page), Some(why.to_owned()), "{mischief:?}");
    }
    oidc.behave(Mischief::None);
    sign_in(&server).await;
    server.stop().await;
}

#[tokio::test]
async fn an_answer_of_the_provider_is_good_once_and_only_if_somebody_asked() {
    let oidc = Oidc::start().await;
    let server = server(&oidc).await;
    oidc.sign_in(Account::new("ada", "ada@example.com"));
    let asked = ask(&server).await;
    let no_redirects = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let back = within("a redirect", no_redirects.get(&asked.url).send()).await.unwrap();
    let back = back.headers()["location"].to_str().unwrap().to_owned();
    assert!(back.starts_with(&format!("http://{}/api/oidc/callback?code=", server.http())), "{back}");
    let on = within("a redirect", no_redirects.get(&back).send()).await.unwrap();
    assert_eq!(on.headers()["cache-control"], "no-store");
    let page = on.headers()["location"].to_str().unwrap().to_owned();
    assert!(page.starts_with(&format!("http://{}/sign-in/", server.http())), "{page}: what a person may copy into the app");
    assert_eq!((browse(&page).await.0, browse(&page).await.0), (200, 200), "looking at it uses nothing up");
    let (status, page) = browse(&back).await;
    assert_eq!(status, 404, "{page}");
    let state = back.split("state=").nth(1).unwrap();
    let callback = format!("http://{}/api/oidc/callback", server.http());
    for query in ["", "?", "?code=code-1", "?state=x&code=y", "?%00=%ff&state=%ff", &format!("?code=code-2&state={state}")] {
        assert_eq!(browse(&format!("{callback}{query}")).await.0, 404, "{query}");
    }
    server.stop().await;
}

#[tokio::test]
async fn another_device_gains_nothing_by_the_link_at_the_end() {
    let oidc = Oidc::start().await;
    let server = server(&oidc).await;
    oidc.sign_in(Account::new("ada", "ada@example.com"));
    // Mallory begins, and lets Ada finish in her browser.
    let (mallory, ada) = (ask(&server).await, ask(&server).await);
    let (_, page) = browse(&mallory.url).await;
    let refused = confirm(&server, &secret(&page), ada.device.as_str()).await.unwrap_err();
    assert_eq!((refused.status, refused.refusal), (404, Refusal::TokenInvalid));
    // And the other way round: who finds the link of another does not have the device.
    let (_, page) = browse(&ada.url).await;
    assert!(confirm(&server, &secret(&page), mallory.device.as_str()).await.is_err());
    let secret = secret(&page);
    assert!(confirm(&server, &secret, ada.device.as_str()).await.is_ok());
    assert!(confirm(&server, &secret, ada.device.as_str()).await.is_err(), "once");
    server.stop().await;
}

#[tokio::test]
async fn a_provider_that_is_down_or_stalls_is_said_to_be() {
    let oidc = Oidc::start().await;
    let server = server(&oidc).await;
    oidc.sign_in(Account::new("ada", "ada@example.com"));
    oidc.behave(Mischief::Broken);
    let refused = try_ask(&server).await.unwrap_err();
    assert_eq!((refused.status, refused.refusal), (503, Refusal::ProviderUnavailable));
    assert!(refused.retry_after_ms.is_some());
    oidc.behave(Mischief::None);
    let (broken, stalled) = (ask(&server).await, ask(&server).await);
    oidc.behave(Mischief::Broken);
    let (status, page) = browse(&broken.url).await;
    assert_eq!((status, failed(&page)), (503, Some("unreachable".to_owned())));
    oidc.behave(Mischief::Stalls);
    let (status, page) = browse(&stalled.url).await;
    assert_eq!(status, 503, "{page}");
    assert!(page.contains("does not answer"), "{page}");
    server.stop().await;
}

#[tokio::test]
async fn without_a_provider_there_is_no_such_way() {
    let server = TestServer::start().await;
    assert_eq!(ways(&server).await.oidc, None);
    let refused = try_ask(&server).await.unwrap_err();
    assert_eq!((refused.status, refused.refusal), (404, Refusal::ProviderUnavailable));
    assert_eq!(browse(&format!("http://{}/api/oidc/callback?code=c&state=s", server.http())).await.0, 404);
    server.stop().await;
}
