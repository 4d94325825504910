//! Signing in as a person by a link in a mail: who can use it, and how often one is sent.

use std::{collections::HashSet, sync::Arc};

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
async fn however_many_ask_for_an_address_five_letters_go_out_and_nobody_is_kept_out() {
    let (server, smtp) = with_mail(|_| {}).await;
    let all = join_all((0..40).map(|_| ask(&server, ADA, "Mallory's"))).await;
    assert!(all.iter().all(Result::is_ok), "the answer is always the same");
    let hers = ask(&server, ADA, "Ada's laptop").await.unwrap();
    let mails = smtp.until_for(ADA, 5).await;
    // Whatever else was to go out went before what was asked for afterwards.
    ask(&server, "grace@example.com", "Phone").await.unwrap();
    smtp.until_for("grace@example.com", 1).await;
    let sent = smtp.mails().iter().filter(|mail| mail.is_for(ADA)).count();
    assert_eq!(sent, 5, "no more letters than that");
    let links: HashSet<_> = links(&mails).into_iter().collect();
    assert_eq!(links.len(), 5);
    let link = links.iter().next().expect("five");
    let signed_in = confirm(&server, link, &hers).await.expect("a link that came is good on the device that got none");
    assert_eq!(signed_in.email, ADA);
    for link in &links {
        assert!(confirm(&server, link, &hers).await.is_err(), "once");
    }
    let of_another = ask(&server, "grace@example.com", "Phone").await.unwrap();
    let another = links.iter().find(|other| *other != link).expect("five");
    assert!(confirm(&server, another, &of_another).await.is_err(), "a device that asked for another address");
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
