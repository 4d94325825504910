//! That the mail server of the tests speaks SMTP as others do.

use houselights_tests::{
    smtp::{Behaviour, Smtp},
    within,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// A client that says lines and hears the code of each answer.
struct Client(BufReader<TcpStream>);

impl Client {
    async fn connect(smtp: &Smtp) -> Self {
        let mut client = Self(BufReader::new(TcpStream::connect(smtp.address()).await.expect("a connection")));
        assert_eq!(client.answer().await, "220");
        client
    }

    /// The code of an answer, of however many lines; empty when the server hung up.
    async fn answer(&mut self) -> String {
        loop {
            let mut line = String::new();
            within("an answer", self.0.read_line(&mut line)).await.expect("a line");
            if !line[3.min(line.len())..].starts_with('-') {
                return line[..3.min(line.len())].to_owned();
            }
        }
    }

    async fn say(&mut self, line: &str) -> String {
        self.0.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.expect("written");
        self.answer().await
    }
}

#[tokio::test]
async fn a_mail_is_taken_as_rfc_5321_has_it_and_taken_apart() {
    let smtp = Smtp::start().await;
    let mut client = Client::connect(&smtp).await;
    for (line, code) in [
        ("EHLO me", "250"),
        ("DATA", "503"),
        ("MAIL FROM:<a@example.com>", "250"),
        ("RSET", "250"),
        ("NOOP", "250"),
        ("RCPT TO:<b@example.com>", "503"),
        ("HURRY", "500"),
        ("mail from:<a@example.com> BODY=8BITMIME", "250"),
        ("RCPT TO:<b@example.com>", "250"),
        ("RCPT TO:<c@example.com>", "250"),
        ("DATA", "354"),
    ] {
        assert_eq!(client.say(line).await, code, "{line}");
    }
    let message = "Subject: =?utf-8?b?w5Zs?= =?utf-8?Q?_und_=C3=84hren?=\r\n\thier\r\n\
        Content-Type: multipart/mixed; boundary=\"x\"\r\n\r\npreamble\r\n--x\r\n\
        Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        \u{20}caf=C3=A9 https://a.example/=\r\nb?c=3D1\r\n..\r\n\r\n--x\r\n\
        Content-Type: text/html\r\n\r\n<p>\r\n--x--\r\n.";
    assert_eq!(client.say(message).await, "250");
    assert_eq!(client.say("QUIT").await, "221");
    let mails = smtp.until(1).await;
    let mail = &mails[0];
    assert_eq!((mail.from.as_str(), mail.to.len(), mail.is_for("c@example.com")), ("a@example.com", 2, true));
    assert_eq!(mail.subject(), "Öl und Ähren hier");
    assert_eq!(mail.text().as_deref(), Some(" café https://a.example/b?c=1\r\n.\r\n"));
    assert_eq!((mail.html().as_deref(), mail.ics()), (Some("<p>"), None));
    assert_eq!(mail.link().as_deref(), Some("https://a.example/b?c=1"));
}

#[tokio::test]
async fn it_misbehaves_when_told_to() {
    let smtp = Smtp::start().await;
    let mut client = Client::connect(&smtp).await;
    smtp.refuse("gone@example.com");
    smtp.behave(Behaviour::Greylists(2));
    client.say("MAIL FROM:<a@example.com>").await;
    for (recipient, code) in [("gone", "550"), ("b", "451"), ("b", "451"), ("b", "250")] {
        assert_eq!(client.say(&format!("RCPT TO:<{recipient}@example.com>")).await, code);
    }
    smtp.accept("gone@example.com");
    assert_eq!(client.say("RCPT TO:<gone@example.com>").await, "250");
    client.say("DATA").await;
    smtp.behave(Behaviour::ClosesWithinData);
    assert_eq!(client.say("Subject: a").await, "");
    smtp.until_attempts(1).await;

    let mut client = Client::connect(&smtp).await;
    smtp.close().await;
    assert_eq!(client.answer().await, "");
    assert!(TcpStream::connect(smtp.address()).await.is_err());
    smtp.open().await;
    drop(Client::connect(&smtp).await);
    assert!(smtp.mails().is_empty());
    assert_eq!(smtp.connections(), 3);
}
