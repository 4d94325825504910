//! Mail on its way: SMTP (RFC 5321), and what its answers mean for another try.

use std::{
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use lettre::{
    Address,
    transport::smtp::{
        Error,
        client::AsyncSmtpConnection,
        commands::{Data, Ehlo, Mail, Rcpt},
        extension::{Extension, MailBodyParameter, MailParameter},
    },
};
use rustls::CertificateError;
use tokio::time::{Instant, timeout};

use super::{
    compose::Composed,
    envelope::{Recipient, Unsendable, formatted},
    relay::{MailConfig, MailConfigError, Relay},
};
use crate::calendar::Invitation;

/// A connection that waited for longer is not used again: others on the way may have forgotten it.
const IDLE_FOR: Duration = Duration::from_secs(30);
/// How long a connection that waited may take to say that it is still there.
const AWAKE_WITHIN: Duration = Duration::from_secs(3);

/// Why a mail was not taken. Neither holds an address, a secret, or a word of the other server: they are logged and kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It may go through later: no connection, no answer in time, an answer of 4xx, or of 5xx before the recipient was named,
    /// which is a matter of our settings.
    #[error("{0}")]
    Transient(String),
    /// It will not: the recipient or the message was refused (5xx). A bounce.
    #[error("{0}")]
    Permanent(String),
}

/// What the server was asked when it refused.
#[derive(Clone, Copy)]
enum Stage {
    Connecting,
    Sender,
    Recipient,
    Content,
}

/// A refusal or a broken connection, and where.
struct Failure {
    stage: Stage,
    cause: Error,
}

/// Sends mail, over connections that are used again. lettre's own pool would take a connection back that was given up half-way
/// through a message, where the deadline cut in, and hear the answer to one mail as that to the next.
pub struct Mailer {
    relay: Relay,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl Mailer {
    /// Reads the settings; connects to nothing yet.
    pub fn new(config: &MailConfig) -> Result<Self, MailConfigError> {
        Ok(Self { relay: Relay::new(config)?, idle: Mutex::default() })
    }

    /// The address that mail comes from: who invites, in calendars.
    #[must_use]
    pub fn from_address(&self) -> String {
        self.relay.from.email.to_string()
    }

    /// Sends one mail to one person. It went out when this is `Ok`; of a [`SendError::Transient`] nobody knows, and the same mail
    /// sent again has the same Message-ID, made of `message_id` (the id in the outbox), so that it can be recognised.
    pub async fn send(
        &self,
        mail: &Composed,
        to: Recipient<'_>,
        calendars: &[Invitation],
        message_id: &str,
    ) -> Result<(), SendError> {
        let (address, bytes) = match formatted(&self.relay, mail, to, calendars, message_id) {
            Ok(formatted) => formatted,
            Err(Unsendable::Address) => return Err(permanent("the address cannot be used")),
            Err(Unsendable::Parts) => return Err(permanent("the mail cannot be written")),
        };
        let Ok(delivered) = timeout(self.relay.timeout, self.deliver(&address, &bytes)).await else {
            let seconds = self.relay.timeout.as_secs();
            return Err(SendError::Transient(format!("the mail server did not take the mail within {seconds} s")));
        };
        delivered
    }

    async fn deliver(&self, to: &Address, bytes: &[u8]) -> Result<(), SendError> {
        let mut connection = self.connection().await.map_err(|cause| Failure { stage: Stage::Connecting, cause }.told())?;
        let takes_utf8 = connection.server_info().supports_feature(Extension::SmtpUtfEight);
        if !AsRef::<str>::as_ref(to).is_ascii() && !takes_utf8 {
            self.put_back(connection);
            return Err(permanent("the mail server takes no addresses with letters beyond ASCII"));
        }
        let outcome = self.say(&mut connection, to, bytes).await;
        // After an answer, both sides know where they are; after anything else they do not.
        if outcome.as_ref().err().is_none_or(|failure| failure.cause.status().is_some()) {
            self.put_back(connection);
        }
        outcome.map_err(|failure| failure.told())
    }

    async fn say(&self, connection: &mut AsyncSmtpConnection, to: &Address, bytes: &[u8]) -> Result<(), Failure> {
        let at = |stage| move |cause| Failure { stage, cause };
        let mut parameters = Vec::new();
        if !AsRef::<str>::as_ref(to).is_ascii() {
            parameters.extend([MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)]);
        }
        let sender = Mail::new(Some(self.relay.from.email.clone()), parameters);
        connection.command(sender).await.map_err(at(Stage::Sender))?;
        connection.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(at(Stage::Recipient))?;
        connection.command(Data).await.map_err(at(Stage::Content))?;
        connection.message(bytes).await.map_err(at(Stage::Content))?;
        Ok(())
    }

    /// One that waited and is still there, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, Error> {
        while let Some((mut connection, since)) = self.take() {
            if since.elapsed() < IDLE_FOR && matches!(timeout(AWAKE_WITHIN, self.is_in_step(&mut connection)).await, Ok(true)) {
                return Ok(connection);
            }
        }
        self.relay.connect().await
    }

    /// Whether a connection is still there, and its next answer is the one to what is said next. It is asked to begin anew (RFC 5321, section
    /// 4.1.4: as RSET does), since that answer alone cannot be taken for another: its first word is the server's name. One that said a line too
    /// many before would be a line behind from then on, and a refusal be taken for that of somebody else's mail.
    async fn is_in_step(&self, connection: &mut AsyncSmtpConnection) -> bool {
        match connection.command(Ehlo::new(self.relay.hello.clone())).await {
            Ok(answer) => answer.first_word() == Some(connection.server_info().name()),
            Err(_) => false,
        }
    }

    fn take(&self) -> Option<(AsyncSmtpConnection, Instant)> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn put_back(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.relay.connections {
            idle.push((connection, Instant::now()));
        }
    }
}

fn permanent(why: &str) -> SendError {
    SendError::Permanent(why.to_owned())
}

impl Failure {
    /// In our words: the server's own name the recipient, as often as not.
    fn told(&self) -> SendError {
        let asked = match self.stage {
            Stage::Connecting => "before the mail",
            Stage::Sender => "to the sender",
            Stage::Recipient => "to the recipient",
            Stage::Content => "to the message",
        };
        let Some(code) = self.cause.status() else {
            return SendError::Transient(format!("{} ({asked})", broken(&self.cause)));
        };
        let code = enhanced(&self.cause).map_or_else(|| code.to_string(), |enhanced| format!("{code} {enhanced}"));
        let why = format!("the mail server answered {code} {asked}");
        match self.stage {
            Stage::Recipient | Stage::Content if self.cause.is_permanent() => SendError::Permanent(why),
            Stage::Connecting | Stage::Sender | Stage::Recipient | Stage::Content => SendError::Transient(why),
        }
    }
}

/// What happened where nothing was answered.
fn broken(cause: &Error) -> &'static str {
    if let Some(why) = distrusted(cause) {
        why
    } else if cause.is_tls() {
        "there is no TLS with the mail server"
    } else if cause.is_timeout() {
        "the mail server did not answer in time"
    } else if cause.is_client() {
        "the mail server does not offer what is asked of it"
    } else {
        "the connection to the mail server broke off or could not be made"
    }
}

/// Why the server's certificate is not believed, where that is what happened.
fn distrusted(cause: &Error) -> Option<&'static str> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(cause);
    while let Some(error) = next {
        // What an I/O error holds is not its source: its source is that one's.
        let held = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let found = error.downcast_ref().or_else(|| held?.downcast_ref::<rustls::Error>());
        if let Some(rustls::Error::InvalidCertificate(why)) = found {
            return Some(if matches!(why, CertificateError::UnknownIssuer) {
                "the mail server's certificate is of no authority that is trusted here; name it with --smtp-ca"
            } else if matches!(why, CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }) {
                "the mail server's certificate is for another name"
            } else if matches!(why, CertificateError::Expired | CertificateError::ExpiredContext { .. }) {
                "the mail server's certificate is out of date"
            } else {
                "the mail server's certificate cannot be trusted"
            });
        }
        next = error.source();
    }
    None
}

/// The enhanced status code (RFC 3463) that an answer begins with: three numbers, and nothing else of it.
fn enhanced(cause: &Error) -> Option<String> {
    let answer = std::error::Error::source(cause)?.to_string();
    let first = answer.split_whitespace().next()?;
    let numbers: Vec<&str> = first.split('.').collect();
    let is_number = |number: &&str| (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    (numbers.len() == 3 && numbers.iter().all(is_number)).then(|| first.to_owned())
}
