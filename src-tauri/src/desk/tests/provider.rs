//! Signing in with an account of a provider: through the real server and a stand-in for the provider, and through a server that does as it
//! is told.

use houselights_tests::{
    client::http,
    oidc::{Account as Theirs, CLIENT_ID, CLIENT_SECRET, Mischief, Oidc},
    server::TestServer,
};

use super::*;

async fn globe(oidc: &Oidc) -> (TestServer, String) {
    let server = TestServer::with(|config| {
        config.oidc_issuer = Some(oidc.issuer().to_owned());
        config.oidc_client_id = Some(CLIENT_ID.to_owned());
        config.oidc_client_secret = Some(CLIENT_SECRET.into());
        config.oidc_name = Some("The Globe".to_owned());
    })
    .await;
    let base = format!("http://{}", server.http());
    (server, base)
}

fn the_globe() -> Waiting {
    Waiting::Provider { name: "The Globe".into() }
}

impl Run {
    async fn start(&self, server: &str) -> Result<(), ApiCode> {
        self.desk.start_provider_sign_in(server).await.map_err(|problem| problem.code)
    }

    async fn confirm(&self, link: &str) -> Result<(), ApiCode> {
        self.desk.confirm_sign_in(link, false).await.map_err(|problem| problem.code)
    }

    /// The person does what the page in the browser wants, and gets to this link at its end.
    async fn browse(&mut self) -> String {
        let opened = self.browser.try_recv().expect("a page is open");
        let page = http().get(opened).send().await.unwrap().text().await.unwrap();
        let page = page.replace("&#x2f;", "/").replace("&amp;", "&");
        let link = page.split("houselights://").nth(1).unwrap_or_else(|| panic!("no link on {page}"));
        format!("houselights://{}", link.split('"').next().unwrap())
    }
}

#[tokio::test]
async fn an_account_of_the_provider_signs_in_on_the_device_that_asked_also_over_a_restart() {
    let oidc = Oidc::start().await;
    let ((server, base), folder, keys) = (globe(&oidc).await, folder(), Keys::mock());
    oidc.sign_in(Theirs::new("ada", "ada@show.example"));
    let mut run = Run::new(&folder, &keys).await;
    assert_eq!(run.desk.sign_in_ways(&base).await.unwrap().oidc.as_deref(), Some("The Globe"));
    run.start(&format!("{base}/")).await.unwrap();
    assert_eq!(run.standing(), (None, Some(the_globe()), None));
    let link = run.browse().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let another = Run::new(&elsewhere, &Keys::unwanted()).await;
    assert_eq!(another.confirm(&link).await, Err(ApiCode::NotAsked), "the link is good on the device that asked alone");
    run.house.close().await;
    let mut again = Run::new(&folder, &keys).await;
    assert_eq!(again.standing(), (None, Some(the_globe()), None));
    again.house.open_link(&link);
    assert_eq!(again.beside.recv().await, Some(View::Welcome));
    again.confirm(&link).await.unwrap();
    let (account, waiting, failed) = again.standing();
    assert_eq!((account.unwrap().person.email.as_str(), waiting, failed), ("ada@show.example", None, None));
    let question = Question { operation: "Me".into(), document: "query Me { me { email } }".into(), variables: json!({}) };
    assert_eq!(again.desk.ask(question).await.unwrap().data.get(), r#"{"me":{"email":"ada@show.example"}}"#);
    server.stop().await;
}

#[tokio::test]
async fn what_came_to_nothing_at_the_provider_is_told_and_can_be_begun_again() {
    let oidc = Oidc::start().await;
    let ((server, base), folder) = (globe(&oidc).await, folder());
    let mut run = Run::new(&folder, &Keys::unwanted()).await;
    let forged = "houselights://sign-in?server=https://elsewhere.example&failed=refused";
    assert_eq!(run.confirm(forged).await, Err(ApiCode::NotAsked));
    let unverified = Theirs { is_verified: false, ..Theirs::new("ada", "ada@show.example") };
    for (account, mischief, why) in [
        (Theirs::new("ada", "ada@show.example"), Mischief::Denies, ApiCode::ProviderCancelled),
        (unverified, Mischief::None, ApiCode::ProviderRefused),
    ] {
        oidc.sign_in(account);
        oidc.behave(mischief);
        run.start(&base).await.unwrap();
        let link = run.browse().await;
        assert_eq!(run.confirm(&link).await, Ok(()));
        assert_eq!(run.standing(), (None, None, Some(why)));
    }
    oidc.behave(Mischief::None);
    run.start(&base).await.unwrap();
    assert_eq!(run.standing(), (None, Some(the_globe()), None), "what was told before is of before");
    oidc.behave(Mischief::Broken);
    let link = run.browse().await;
    run.confirm(&link).await.unwrap();
    assert_eq!(run.standing(), (None, None, Some(ApiCode::ProviderUnavailable)));
    oidc.behave(Mischief::None);
    oidc.sign_in(Theirs::new("ada", "ada@show.example"));
    run.start(&base).await.unwrap();
    let link = run.browse().await;
    run.confirm(forged).await.unwrap();
    assert_eq!(run.standing(), (None, None, Some(ApiCode::ProviderRefused)));
    run.confirm(&link).await.expect("whoever makes such a link ends nothing by it");
    assert_eq!(run.standing().0.unwrap().person.email, "ada@show.example");
    server.stop().await;
}

#[tokio::test]
async fn a_server_without_a_provider_and_one_whose_provider_is_down_are_told_apart() {
    let (plain, old, folder) = (TestServer::start().await, Server::start().await, folder());
    let mut run = Run::new(&folder, &Keys::unwanted()).await;
    let base = format!("http://{}", plain.http());
    assert_eq!(run.desk.sign_in_ways(&base).await.unwrap().oidc, None);
    assert_eq!(run.start(&base).await, Err(ApiCode::ProviderNotOffered));
    assert_eq!(run.start(&old.base).await, Err(ApiCode::ProviderNotOffered), "one that does not know of such a thing");
    old.has_provider(Does::Answer("404 Not Found", r#"{"refusal":"provider_unavailable"}"#.into()));
    assert_eq!(run.start(&old.base).await, Err(ApiCode::ProviderNotOffered), "not any more");
    old.has_provider(Does::Answer(
        "503 Service Unavailable",
        r#"{"refusal":"provider_unavailable","retry_after_ms":10000}"#.into(),
    ));
    let down = run.desk.start_provider_sign_in(&old.base).await.unwrap_err();
    assert_eq!((down.code, down.retry_after_ms), (ApiCode::ProviderUnavailable, Some(10_000)));
    assert_eq!(run.start("show.example").await, Err(ApiCode::BadInput));
    let away = old.base.clone();
    drop(old);
    assert_eq!(run.start(&away).await, Err(ApiCode::Offline));
    assert_eq!(run.standing(), (None, None, None), "nobody waits");
    assert!(run.browser.try_recv().is_err(), "and nothing was opened");
    plain.stop().await;
}

#[tokio::test]
async fn a_page_that_may_not_be_opened_or_for_which_there_is_no_browser_is_not_waited_for() {
    let (server, folder) = (Server::start().await, folder());
    let mut run = Run::new(&folder, &Keys::unwanted()).await;
    server.has_page("file:///etc/passwd");
    assert_eq!(run.start(&server.base).await, Err(ApiCode::ProviderUnavailable));
    assert!(run.browser.try_recv().is_err());
    server.has_page("https://accounts.example/authorize?state=s");
    run.browser.close();
    assert_eq!(run.start(&server.base).await, Err(ApiCode::NoBrowser));
    assert_eq!(run.standing(), (None, None, None));
}

#[tokio::test]
async fn when_the_time_is_up_it_is_told_and_another_sign_in_is_not_touched() {
    let (server, folder) = (Server::start().await, folder());
    let mut run = Run::new(&folder, &Keys::unwanted()).await;
    server.sign_ins_expire(now().plus(std::time::Duration::from_millis(300)));
    server.has_page("https://accounts.example/authorize?state=s");
    run.start(&server.base).await.unwrap();
    assert_eq!(run.failed().await, ApiCode::TimedOut);
    run.desk.start_sign_in(&server.base, "ada@show.example").await.unwrap();
    assert_eq!(run.failed().await, ApiCode::TokenExpired, "a link in a mail runs out, too");
    assert_eq!(run.desk.0.store.kept().await.unwrap().asked, None);
    server.sign_ins_expire(Timestamp::from_micros(i64::MAX));
    run.desk.start_sign_in(&server.base, "ada@show.example").await.unwrap();
    assert_eq!(run.account(), (None, Some("ada@show.example".into())));
}

#[tokio::test]
async fn whoever_waits_for_the_provider_can_take_another_way() {
    let (server, folder) = (Server::start().await, folder());
    let mut run = Run::new(&folder, &Keys::unwanted()).await;
    server.has_page("https://accounts.example/authorize?state=s");
    run.start(&server.base).await.unwrap();
    run.desk.sign_out_person().await.unwrap();
    assert_eq!(run.standing(), (None, None, None));
    assert_eq!(run.confirm(&server.link(LINK)).await, Err(ApiCode::NotAsked));
}

#[tokio::test]
async fn where_the_login_is_over_and_signing_in_anew_failed_one_signs_out_at_once() {
    let (server, folder) = (Server::start().await, folder());
    let mut run = Run::signed_in(&folder, &Keys::unwanted(), &server).await;
    server.does(Does::Answer("401 Unauthorized", String::new()));
    assert_eq!(run.change().await, Err(ApiCode::Unauthenticated));
    server.has_page("https://accounts.example/authorize?state=s");
    run.start(&server.base).await.unwrap();
    run.confirm(&format!("houselights://sign-in?server={}&failed=cancelled", server.base)).await.unwrap();
    let (account, waiting, failed) = run.standing();
    assert_eq!((account.unwrap().ended, waiting, failed), (true, None, Some(ApiCode::ProviderCancelled)));
    run.desk.sign_out_person().await.unwrap();
    assert_eq!(run.standing(), (None, None, None));
    assert_eq!(run.desk.0.store.kept().await.unwrap().account, None);
}
