//! A composed mail as the bytes that go over the wire (RFC 5322, RFC 2045).

use lettre::{
    Address, Message,
    message::{
        Attachment, Mailbox, MessageBuilder, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use super::{compose::Composed, relay::Relay};
use crate::{calendar::Invitation, words::one_line};

/// Characters of a name.
const NAME: usize = 200;

/// Whom a mail is for.
#[derive(Clone, Copy)]
pub struct Recipient<'a> {
    /// What they are called; may be empty.
    pub name: &'a str,
    /// `somebody@example.com`.
    pub address: &'a str,
}

/// Why there are no bytes.
pub(super) enum Unsendable {
    /// What is said to be an address is none.
    Address,
    /// The parts do not go together.
    Parts,
}

/// The recipient, and the bytes. The id in them is made of `id` alone: the same mail, sent again, has the same.
pub(super) fn formatted(
    relay: &Relay,
    mail: &Composed,
    to: Recipient<'_>,
    calendars: &[Invitation],
    id: &str,
) -> Result<(Address, Vec<u8>), Unsendable> {
    let address: Address = to.address.parse().map_err(|_| Unsendable::Address)?;
    let name = Some(one_line(to.name, NAME)).filter(|name| !name.is_empty());
    let head = Message::builder()
        .from(relay.from.clone())
        .to(Mailbox::new(name, address.clone()))
        .subject(one_line(&mail.subject, NAME))
        .date_now()
        .message_id(Some(message_id(id, relay.from.email.domain())))
        // No answers from machines (RFC 3834, section 5).
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
    let message = with_parts(head, mail, calendars)?;
    Ok((address, message.formatted()))
}

fn with_parts(head: MessageBuilder, mail: &Composed, calendars: &[Invitation]) -> Result<Message, Unsendable> {
    let texts = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
    let Some(first) = calendars.first() else { return head.multipart(texts).map_err(|_| Unsendable::Parts) };
    // As a part of its own, so that a mail program shows the buttons of an invitation (RFC 6047, section 2.4); and as a file for
    // those that do not know it. A mail shows one so: the others are files alone.
    let kind = content_type(&format!("text/calendar; method={}; charset=UTF-8", first.method.name()))?;
    let part = SinglePart::builder().content_type(kind).body(first.text.clone());
    let mut mixed = MultiPart::mixed().multipart(texts.singlepart(part));
    for (number, calendar) in (1..).zip(calendars) {
        let name = if number == 1 { "event.ics".to_owned() } else { format!("event-{number}.ics") };
        let file = content_type(&format!("application/ics; name=\"{name}\""))?;
        mixed = mixed.singlepart(Attachment::new(name).body(calendar.text.clone(), file));
    }
    head.multipart(mixed).map_err(|_| Unsendable::Parts)
}

fn content_type(text: &str) -> Result<ContentType, Unsendable> {
    ContentType::parse(text).map_err(|_| Unsendable::Parts)
}

/// A message id (RFC 5322, section 3.6.4): of the outbox's id only what may stand in one.
fn message_id(id: &str, domain: &str) -> String {
    format!("<{}@{domain}>", letter_key(id))
}

/// What of a letter's id in the outbox is in its message id.
fn letter_key(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).take(200).collect()
}

/// Whether a key is that of a letter with this id, whenever that was written.
pub(crate) fn is_key_of(key: &str, id: &str) -> bool {
    let rest = key.strip_prefix(letter_key(id).as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('.').is_some_and(|at| at.bytes().all(|c| c.is_ascii_digit())))
}

/// That, of a message id.
pub(super) fn message_key(message_id: &str) -> Option<String> {
    let (key, _) = message_id.trim().trim_start_matches('<').split_once('@')?;
    (!key.is_empty() && letter_key(key) == key).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{calendar::Method, mail::MailConfig};

    fn relay() -> Relay {
        let config = MailConfig {
            url: "smtp://localhost".parse().expect("an address"),
            authorities: None,
            from: "Houselights <events@example.com>".to_owned(),
            timeout_seconds: 30,
            connections: 1,
        };
        Relay::new(&config).map_err(|error| error.to_string()).expect("settings")
    }

    fn bytes(name: &str, subject: &str, calendars: &[Invitation]) -> String {
        let mail = Composed { subject: subject.to_owned(), text: "Hello\n".to_owned(), html: "<p>Hello</p>".to_owned() };
        let to = Recipient { name, address: "ada@example.org" };
        let sent = formatted(&relay(), &mail, to, calendars, "0198-outbox\r\nX: y");
        String::from_utf8(sent.ok().expect("a mail").1).expect("ASCII")
    }

    fn head(mail: &str) -> Vec<&str> {
        mail.split_once("\r\n\r\n").expect("a head").0.split("\r\n").collect()
    }

    #[test]
    fn no_name_and_no_subject_becomes_a_header_of_its_own() {
        let evil = "Ada\r\nBcc: x@example.com\r\n\r\nBody";
        for mail in [bytes(evil, "Hello", &[]), bytes("Ada", evil, &[]), bytes("\"<x@y>\", \\", "Hello", &[])] {
            for line in head(&mail) {
                let name = line.split(':').next().unwrap_or_default();
                let known = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"];
                assert!(line.starts_with([' ', '\t']) || known.contains(&name), "{line}");
            }
            assert_eq!(head(&mail).iter().filter(|line| line.starts_with("To: ")).count(), 1);
        }
    }

    #[test]
    fn the_id_is_that_of_the_outbox() {
        let mail = bytes("Ada", "Hello", &[]);
        assert!(head(&mail).contains(&"Message-ID: <0198-outboxXy@example.com>"), "{mail}");
    }

    #[test]
    fn a_calendar_goes_as_a_part_and_as_a_file() {
        let calendar = Invitation { method: Method::Request, text: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".to_owned() };
        let mail = bytes("Ada", "Hello", &[calendar]);
        let order = [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "text/calendar; method=REQUEST; charset=utf-8",
            "application/ics",
        ];
        let places: Vec<_> = order.iter().map(|part| mail.to_lowercase().find(&part.to_lowercase())).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} {mail}");
        assert!(mail.contains("filename=\"event.ics\""), "{mail}");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let mail = Composed { subject: String::new(), text: String::new(), html: String::new() };
        for address in ["", "ada", "ada@example.org\r\nDATA", "a b@example.org", "ada@example.org>", "ada@"] {
            let sent = formatted(&relay(), &mail, Recipient { name: "", address }, &[], "1");
            assert!(matches!(sent, Err(Unsendable::Address)), "{address}");
        }
    }
}
