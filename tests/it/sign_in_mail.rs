//! Signing in as a person by a link in a mail: who can use it, and how often one is sent.

use std::sync::Arc;

use futures_util::future::join_all;
use houselights_server::Config;
use houselights_shared::{Refusal, SignInAsked, SignedIn};
use houselights_tests::{
    client::{HttpRefusal, answer, http},
    server::TestServer,
    smtp::{Mail, Smtp},
    within,
};
use serde_json::json;

const ADA: &str = "ada@example.com";

async fn with_mail(set: impl FnOnce(&mut Config)) -> (TestServer, Smtp) {
    let smtp = Smtp::start().await;
    let url = smtp.url().parse().expect("an address");
    let server = TestServer::with(|config| {
        config.smtp_url = Some(url);
        set(config);
    });
    (server.await, smtp)
}

/// A device asks: what it keeps.
async fn ask(server: &TestServer, email: &str, device: &str) -> Result<String, HttpRefusal> {
    let body = json!({ "email": email, "device": device });
    let sent = http().post(format!("http://{}/api/sign-ins", server.http())).json(&body).send();
    let asked: SignInAsked = answer(within("an answer", sent).await.expect("answered")).await?;
    Ok(asked.device.as_str().to_owned())
}

/// The same, from a network behind the proxy.
async fn ask_from(server: &TestServer, email: &str, network: &str) -> Result<String, HttpRefusal> {
    let body = json!({ "email": email, "device": "Device" });
    let sent = http().post(format!("http://{}/api/sign-ins", server.http())).header("x-forwarded-for", network).json(&body);
    let asked: SignInAsked = answer(within("an answer", sent.send()).await.expect("answered")).await?;
    Ok(asked.device.as_str().to_owned())
}

async fn confirm(server: &TestServer, link: &str, device: &str) -> Result<SignedIn, HttpRefusal> {
    let secret = link.rsplit('/').next().expect("a secret");
    let body = json!({ "secret": secret, "device": device });
    let sent = http().post(format!("http://{}/api/sign-ins/confirm", server.http())).json(&body).send();
    answer(within("an answer", sent).await.expect("answered")).await
}

fn links(mails: &[Arc<Mail>]) -> Vec<String> {
    mails.iter().map(|mail| mail.link().expect("a link")).collect()
}

#[tokio::test]
async fn a_link_is_good_once_and_on_the_device_that_asked() {
    let (server, smtp) = with_mail(|_| {}).await;
    let hers = ask(&server, "Ada@Example.com", "Laptop").await.unwrap();
    let first = links(&smtp.until_for(ADA, 1).await).remove(0);
    let others = ask(&server, ADA, "Elsewhere").await.unwrap();
    let second = links(&smtp.until_for(ADA, 2).await).remove(1);
    let looked_at = http().get(&first).send().await.expect("answered");
    assert_eq!(looked_at.status(), 200, "looking uses nothing up");
    for (link, device) in [(&first, others.as_str()), (&second, &hers), (&first, "a guess"), (&first, "")] {
        let refused = confirm(&server, link, device).await.expect_err("another device");
        assert_eq!((refused.status, refused.refusal), (404, Refusal::TokenInvalid));
    }
    let both = join_all((0..8).map(|_| confirm(&server, &first, &hers))).await;
    let good: Vec<_> = both.into_iter().filter_map(Result::ok).collect();
    assert_eq!((good.len(), good[0].email.as_str()), (1, ADA));
    assert_eq!(confirm(&server, &first, &hers).await.expect_err("used").status, 404);
    server.stop().await;
}

#[tokio::test]
async fn a_stranger_uses_up_nobodys_letters_and_no_link_is_good_on_another_device() {
    let (server, smtp) = with_mail(|config| config.behind_proxy = true).await;
    let hers = ask_from(&server, ADA, "192.0.2.1").await.unwrap();
    let first = links(&smtp.until_for(ADA, 1).await).remove(0);
    let mut mallorys = Vec::new();
    for _ in 0..5 {
        mallorys.push(ask_from(&server, ADA, "203.0.113.7").await.unwrap());
    }
    for address in [ADA, "nobody@example.com"] {
        for _ in 0..5 {
            let _ = ask_from(&server, address, "203.0.113.7").await;
        }
        let refused = ask_from(&server, address, "203.0.113.7").await.expect_err("enough");
        assert_eq!((refused.status, refused.refusal), (429, Refusal::SlowDown), "{address}");
        assert!(refused.retry_after_ms.is_some_and(|wait| wait > 60_000), "{:?}", refused.retry_after_ms);
    }
    smtp.until_for(ADA, 6).await;
    for device in &mallorys {
        let refused = confirm(&server, &first, device).await.expect_err("another device");
        assert_eq!((refused.status, refused.refusal), (404, Refusal::TokenInvalid));
    }
    assert_eq!(confirm(&server, &first, &hers).await.expect("it is hers").email, ADA);
    // She asks again, from where she is, and gets a letter.
    let again = ask_from(&server, ADA, "192.0.2.1").await.unwrap();
    let last = links(&smtp.until_for(ADA, 7).await).remove(6);
    assert!(confirm(&server, &last, &again).await.is_ok());
    server.stop().await;
}

#[tokio::test]
async fn a_network_causes_only_so_many_letters_and_so_does_everybody() {
    let (server, _smtp) = with_mail(|config| {
        config.letters_per_minute = 3;
        config.behind_proxy = true;
    })
    .await;
    let from = async |network: &str, email: &str| {
        let body = json!({ "email": email, "device": "D" });
        let sent = http().post(format!("http://{}/api/sign-ins", server.http())).header("x-forwarded-for", network).json(&body);
        answer::<SignInAsked>(within("an answer", sent.send()).await.expect("answered")).await.map(drop)
    };
    let mut refused = None;
    for number in 0..4 {
        refused = from("203.0.113.7", &format!("{number}@example.com")).await.err();
    }
    let refused = refused.expect("too many");
    assert_eq!((refused.status, refused.refusal), (429, Refusal::SlowDown));
    assert!(refused.retry_after_ms.is_some());
    from("198.51.100.7", "a@example.com").await.expect("others are not held up");
    let patience = async {
        for number in 0.. {
            if let Err(refused) = from(&format!("198.51.100.{}", number % 250), &format!("b{number}@example.com")).await {
                return refused.refusal;
            }
        }
        Refusal::TokenInvalid
    };
    assert_eq!(within("the end of patience", patience).await, Refusal::SlowDown);
    server.stop().await;
}
