//! Mail on its way to a mail server, whatever that does.

use std::sync::Arc;

use houselights_server::{
    calendar::{Invitation, Method},
    mail::{Composed, MailConfig, Mailer, Recipient, SendError},
};
use houselights_tests::smtp::{Authority, Behaviour, Smtp, Tls};
use tokio::task::JoinSet;

const ADA: Recipient<'_> = Recipient { name: "Ada Lovelace, née Öl", address: "ada@example.org" };

fn mailer(smtp: &Smtp, timeout_seconds: u64) -> Mailer {
    mailer_to(&smtp.url(), timeout_seconds)
}

fn mailer_to(url: &str, timeout_seconds: u64) -> Mailer {
    mailer_trusting(None, url, timeout_seconds)
}

fn mailer_trusting(authority: Option<&Authority>, url: &str, timeout_seconds: u64) -> Mailer {
    let config = MailConfig {
        url: url.parse().expect("an address"),
        authorities: authority.map(Authority::pem),
        from: "Houselights <events@example.com>".to_owned(),
        timeout_seconds,
        connections: 4,
    };
    Mailer::new(&config).expect("settings")
}

fn hello() -> Composed {
    Composed {
        subject: "Grüße aus dem Theater".to_owned(),
        text: "Hello,\n.\nsee https://live.example/join/s3cr3t\n".to_owned(),
        html: "<p>Öl</p>".to_owned(),
    }
}

async fn send(mailer: &Mailer, id: &str) -> Result<(), SendError> {
    mailer.send(&hello(), ADA, &[], id).await
}

/// That it is tried again, and that what is said of it can be logged.
fn assert_transient(sent: &Result<(), SendError>) {
    assert!(matches!(sent, Err(SendError::Transient(_))), "{sent:?}");
    let told = format!("{sent:?}");
    assert!(!told.contains("ada") && !told.contains("example") && !told.contains("s3cr3t"), "{told}");
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_composed_with_its_calendar() {
    let smtp = Smtp::start().await;
    let calendar =
        Invitation { method: Method::Request, text: "BEGIN:VCALENDAR\r\nSUMMARY:Öl\r\nEND:VCALENDAR\r\n".to_owned() };
    mailer(&smtp, 30).send(&hello(), ADA, std::slice::from_ref(&calendar), "outbox-1").await.expect("sent");
    let mails = smtp.until_for("ada@example.org", 1).await;
    let mail = &mails[0];
    assert_eq!((mail.from.as_str(), mail.subject()), ("events@example.com", hello().subject));
    assert_eq!(mail.header("Message-ID").as_deref(), Some("<outbox-1@example.com>"));
    assert_eq!(mail.header("From").as_deref(), Some("Houselights <events@example.com>"));
    assert!(mail.header("To").is_some_and(|to| to.contains("née Öl") && to.ends_with("<ada@example.org>")), "{}", mail.raw);
    assert_eq!(mail.text().map(|text| text.replace("\r\n", "\n")), Some(hello().text));
    assert_eq!((mail.html(), mail.link()), (Some(hello().html), Some("https://live.example/join/s3cr3t".to_owned())));
    assert_eq!(mail.ics().as_deref(), Some(calendar.text.as_str()));
    assert_eq!(mail.file("event.ics").as_deref(), Some(calendar.text.as_str()));
    assert_eq!(mail.kind("text/calendar").as_deref(), Some("text/calendar; method=REQUEST; charset=utf-8"));
}

#[tokio::test]
async fn a_recipient_who_is_refused_is_a_bounce_and_the_next_goes_out_on_the_same_connection() {
    let smtp = Smtp::start().await;
    let mailer = mailer(&smtp, 30);
    smtp.refuse("ada@example.org");
    let sent = send(&mailer, "1").await;
    assert_eq!(sent, Err(SendError::Permanent("the mail server answered 550 5.1.1 to the recipient".to_owned())));
    smtp.accept("ada@example.org");
    smtp.behave(Behaviour::RefusesData);
    let sent = send(&mailer, "2").await;
    assert_eq!(sent, Err(SendError::Permanent("the mail server answered 554 5.7.1 to the message".to_owned())));
    smtp.behave(Behaviour::Works);
    send(&mailer, "3").await.expect("sent");
    assert_eq!((smtp.mails().len(), smtp.connections()), (1, 1));
    let nowhere = mailer.send(&hello(), Recipient { name: "", address: "nowhere" }, &[], "4").await;
    assert_eq!(nowhere, Err(SendError::Permanent("the address cannot be used".to_owned())));
    let beyond_ascii = mailer.send(&hello(), Recipient { name: "", address: "ädä@example.org" }, &[], "5").await;
    assert!(matches!(beyond_ascii, Err(SendError::Permanent(_))), "{beyond_ascii:?}");
}

#[tokio::test]
async fn a_connection_on_which_a_line_too_many_was_said_is_not_used_again() {
    let smtp = Smtp::start().await;
    let mailer = mailer(&smtp, 30);
    smtp.behave(Behaviour::SaysItTwice);
    send(&mailer, "1").await.expect("sent");
    smtp.behave(Behaviour::Works);
    smtp.refuse("ada@example.org");
    let sent = send(&mailer, "2").await;
    assert_eq!(sent, Err(SendError::Permanent("the mail server answered 550 5.1.1 to the recipient".to_owned())));
    smtp.accept("ada@example.org");
    send(&mailer, "3").await.expect("sent");
    assert_eq!((smtp.mails().len(), smtp.connections()), (2, 2));
}

#[tokio::test]
async fn a_greylisting_server_is_tried_again() {
    let smtp = Smtp::start().await;
    let mailer = mailer(&smtp, 30);
    smtp.behave(Behaviour::Greylists(2));
    for _ in 0..2 {
        let sent = send(&mailer, "1").await;
        assert_eq!(sent, Err(SendError::Transient("the mail server answered 451 4.7.1 to the recipient".to_owned())));
    }
    send(&mailer, "1").await.expect("sent");
}

#[tokio::test]
async fn a_server_that_hangs_up_or_is_away_is_tried_again() {
    let smtp = Smtp::start().await;
    let mailer = mailer(&smtp, 30);
    smtp.behave(Behaviour::ClosesWithinData);
    assert_transient(&send(&mailer, "1").await);
    smtp.behave(Behaviour::Works);
    send(&mailer, "1").await.expect("sent");
    // The connection that is kept goes with the server.
    smtp.close().await;
    assert_transient(&send(&mailer, "2").await);
    smtp.open().await;
    send(&mailer, "2").await.expect("sent");
    assert_eq!(smtp.mails().len(), 2);
}

#[tokio::test]
async fn a_server_that_stalls_costs_no_more_than_the_deadline_and_its_late_answer_is_nobodys() {
    let smtp = Smtp::start().await;
    // What does not stall has the time for it on a busy machine, too.
    let mailer = mailer(&smtp, 5);
    smtp.behave(Behaviour::StallsAfterData);
    let sent = send(&mailer, "1").await;
    assert_eq!(sent, Err(SendError::Transient("the mail server did not take the mail within 5 s".to_owned())));
    smtp.behave(Behaviour::Works);
    send(&mailer, "1").await.expect("sent");
    // On another connection than the one that was given up.
    assert_eq!((smtp.mails().len(), smtp.connections()), (1, 2));
}

#[tokio::test]
async fn after_a_lost_answer_the_second_copy_has_the_id_of_the_first() {
    let smtp = Smtp::start().await;
    let mailer = mailer(&smtp, 30);
    smtp.behave(Behaviour::ClosesAfterData);
    assert_transient(&send(&mailer, "outbox-7").await);
    smtp.behave(Behaviour::Works);
    send(&mailer, "outbox-7").await.expect("sent");
    let ids: Vec<_> = smtp.mails().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
}

#[tokio::test]
async fn mails_at_once_go_over_connections_of_their_own_which_are_used_again() {
    let smtp = Smtp::start().await;
    let mailer = Arc::new(mailer(&smtp, 30));
    for _ in 0..2 {
        let mut sending = JoinSet::new();
        for id in ["1", "2", "3"] {
            let mailer = Arc::clone(&mailer);
            sending.spawn(async move { send(&mailer, id).await });
        }
        assert_eq!(sending.join_all().await, [Ok(()), Ok(()), Ok(())]);
    }
    assert_eq!(smtp.mails().len(), 6);
    assert!((1..=3).contains(&smtp.connections()), "{}", smtp.connections());
}

#[tokio::test]
async fn who_has_to_sign_in_does_and_a_wrong_password_is_no_bounce() {
    let smtp = Smtp::start().await;
    smtp.require_login("house", "p@ss/wörd+");
    let with = |login: &str| mailer_to(&format!("smtp://{login}@{}", smtp.address()), 30);
    send(&with("house:p%40ss%2Fw%C3%B6rd+"), "1").await.expect("sent");
    let sent = send(&with("house:guess"), "2").await;
    assert_eq!(sent, Err(SendError::Transient("the mail server answered 535 5.7.8 before the mail".to_owned())));
    let sent = send(&mailer(&smtp, 30), "3").await;
    assert_eq!(sent, Err(SendError::Transient("the mail server answered 530 5.7.0 to the sender".to_owned())));
    assert_eq!(smtp.mails().len(), 1);
}

#[tokio::test]
async fn where_tls_is_asked_for_nothing_is_sent_without() {
    let smtp = Smtp::start().await;
    for scheme in ["smtp+starttls", "smtps"] {
        let mailer = mailer_to(&format!("{scheme}://house:secret@{}", smtp.address()), 2);
        assert_transient(&send(&mailer, "1").await);
    }
    assert!(smtp.mails().is_empty());
}

#[tokio::test]
async fn over_tls_mail_goes_to_a_server_that_is_believed_and_to_no_other() {
    let (authority, other) = (Authority::new(), Authority::new());
    for tls in [Tls::AtOnce, Tls::AfterStartTls] {
        let smtp = Smtp::over_tls(&authority, tls).await;
        smtp.require_login("house", "secret");
        let url = |host: &str| smtp.url().replace("://localhost", &format!("://house:secret@{host}"));
        let trusting = mailer_trusting(Some(&authority), &url("localhost"), 30);
        send(&trusting, "1").await.expect("sent");
        send(&trusting, "2").await.expect("over the same connection");
        assert_eq!((smtp.mails().len(), smtp.connections()), (2, 1), "{tls:?}");

        let unknown =
            "the mail server's certificate is of no authority that is trusted here; name it with --smtp-ca (before the mail)";
        for stranger in [None, Some(&other)] {
            let sent = send(&mailer_trusting(stranger, &url("localhost"), 30), "3").await;
            assert_eq!(sent, Err(SendError::Transient(unknown.to_owned())), "{tls:?}");
        }
        let sent = send(&mailer_trusting(Some(&authority), &url("127.0.0.1"), 30), "4").await;
        let another = "the mail server's certificate is for another name (before the mail)";
        assert_eq!(sent, Err(SendError::Transient(another.to_owned())), "{tls:?}");
        assert_eq!(smtp.mails().len(), 2);
    }
}
