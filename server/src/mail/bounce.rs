//! Mail that comes back: reports of it (RFC 3464), as mail servers send them to whoever sent the mail.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders};

use super::envelope::message_key;

/// Recipients that are read of one report.
const MOST_RECIPIENTS: usize = 100;

/// A mail that did not reach somebody, and never will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bounce {
    /// In lower case.
    pub(crate) recipient: String,
    /// What the letter's id in the outbox becomes in a Message-ID, where the report says it and no relay has put another in its place.
    pub(crate) message: Option<String>,
    /// The status (RFC 3463), such as `5.1.1`; where another was told, none.
    pub(crate) status: Option<String>,
}

impl Bounce {
    /// As whoever reads reports tells of it. Nothing where the address is none.
    pub(crate) fn told(recipient: &str, message_id: Option<&str>, status: Option<&str>) -> Option<Self> {
        let recipient = recipient.trim().trim_start_matches('<').trim_end_matches('>').to_lowercase();
        let is_address = recipient.parse::<lettre::Address>().is_ok();
        let status = status.map(str::trim).filter(|status| is_status(status)).map(str::to_owned);
        is_address.then(|| Self { recipient, message: message_id.and_then(message_key), status })
    }

    /// Why, in words of ours: those of mail servers name the person more often than not.
    pub(crate) fn reason(&self) -> String {
        match self.status.as_deref() {
            Some(status) => format!("the mail came back ({status})"),
            None => "the mail came back".to_owned(),
        }
    }
}

/// What a report says of recipients that failed for good: none where it tells of delays or of successes. Nothing where it is no report.
pub(crate) fn bounces(report: &[u8]) -> Option<Vec<Bounce>> {
    let report = MessageParser::default().parse(report)?;
    let status = report.parts.iter().find(|part| is_of(part, "message", &["delivery-status", "global-delivery-status"]))?;
    let message = report.parts.iter().find_map(original);
    let blocks = status.text_contents()?.replace("\r\n", "\n");
    // The first block is of the report, each of the others of a recipient.
    let of_recipients = blocks.split("\n\n").map(unfolded).filter(|fields| field(fields, "final-recipient").is_some());
    let failed =
        of_recipients.filter(|fields| field(fields, "action").is_some_and(|action| action.eq_ignore_ascii_case("failed")));
    let bounce = |fields: Vec<(String, String)>| {
        // As we wrote it, where a mail server wrote on to another address.
        let recipient = field(&fields, "original-recipient").or_else(|| field(&fields, "final-recipient"))?;
        let (_, address) = recipient.split_once(';')?;
        let status = field(&fields, "status").and_then(|status| status.split_whitespace().next());
        Bounce::told(address, message.as_deref(), status)
    };
    Some(failed.filter_map(bounce).take(MOST_RECIPIENTS).collect())
}

fn is_of(part: &MessagePart<'_>, kind: &str, subtypes: &[&str]) -> bool {
    part.content_type().is_some_and(|content| {
        let subtype = content.subtype().unwrap_or_default();
        content.ctype().eq_ignore_ascii_case(kind) && subtypes.iter().any(|one| one.eq_ignore_ascii_case(subtype))
    })
}

/// The Message-ID of the mail that came back, which is in the report as a whole or as its head.
fn original(part: &MessagePart<'_>) -> Option<String> {
    if let Some(whole) = part.message() {
        return whole.message_id().map(str::to_owned);
    }
    if !is_of(part, "text", &["rfc822-headers"]) {
        return None;
    }
    let head: Message<'_> = MessageParser::default().parse(part.text_contents()?.as_bytes())?;
    head.message_id().map(str::to_owned)
}

/// The fields of a block, with their names in lower case.
fn unfolded(block: &str) -> Vec<(String, String)> {
    let whole = block.replace("\n ", " ").replace("\n\t", " ");
    let split = |line: &str| line.split_once(':').map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_owned()));
    whole.lines().filter_map(split).collect()
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Whether it is a status of what will not be delivered (RFC 3463, section 2).
fn is_status(status: &str) -> bool {
    let numbers: Vec<&str> = status.split('.').collect();
    let is_number = |number: &&str| (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    numbers.len() == 3 && numbers.first() == Some(&"5") && numbers.iter().all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Postfix writes them.
    fn report(action: &str, part: &str) -> String {
        format!(
            "From: MAILER-DAEMON@relay.test\r\nTo: events@example.com\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"=_x\"\r\n\r\n--=_x\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
             --=_x\r\nContent-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.test\r\n\
             Arrival-Date: Sun, 29 Nov 2026 12:00:00 +0000\r\n\r\nFinal-Recipient: rfc822; Ada@Example.org\r\nOriginal-Recipient: rfc822;\r\n  ada@example.org\r\n\
             Action: {action}\r\nStatus: 5.1.1 (no such mailbox)\r\nDiagnostic-Code: smtp; 550 <ada@example.org>: unknown\r\n\r\n\
             Final-Recipient: rfc822; late@example.org\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n--=_x\r\n{part}\r\n--=_x--\r\n"
        )
    }

    const HEAD: &str = "From: a@b.test\r\nMessage-ID: <confirmation0198@example.com>\r\nSubject: x\r\n";

    #[test]
    fn a_report_names_who_never_gets_it_and_which_mail() {
        let ada = Bounce {
            recipient: "ada@example.org".to_owned(),
            message: Some("confirmation0198".to_owned()),
            status: Some("5.1.1".to_owned()),
        };
        for part in [
            format!("Content-Type: text/rfc822-headers\r\n\r\n{HEAD}"),
            format!("Content-Type: message/rfc822\r\n\r\n{HEAD}\r\nHello"),
        ] {
            let read = bounces(report("failed", &part).as_bytes()).unwrap();
            assert_eq!(read, std::slice::from_ref(&ada));
            assert_eq!(read[0].reason(), "the mail came back (5.1.1)");
        }
        assert_eq!(bounces(report("delivered", "\r\n").as_bytes()), Some(Vec::new()), "nothing came back");
    }

    #[test]
    fn what_is_no_report_is_none() {
        for text in ["", "x", "Subject: Hi\r\n\r\nFinal-Recipient: rfc822; a@b.c\r\nAction: failed", "\0\0\0"] {
            assert_eq!(bounces(text.as_bytes()), None, "{text:?}");
        }
        let broken = report("failed", "").replace("rfc822; Ada@Example.org", "x").replace("rfc822;\r\n  ada@example.org", "y");
        assert_eq!(bounces(broken.as_bytes()), Some(Vec::new()));
    }

    #[test]
    fn what_is_told_is_looked_at() {
        assert_eq!(Bounce::told("nobody", None, None), None);
        let told = Bounce::told(" <A@b.test> ", Some("<x.y@z>"), Some("4.2.2")).unwrap();
        assert_eq!(told, Bounce { recipient: "a@b.test".to_owned(), message: Some("x.y".to_owned()), status: None });
    }
}
