//! The mail server that ours hands its mail to.

use std::{fmt, time::Duration};

use lettre::{
    message::Mailbox,
    transport::smtp::{
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        extension::ClientId,
    },
};
use url::{Host, Url, form_urlencoded};

/// How mail is sent. Any SMTP server does; of Amazon SES that is its SMTP endpoint,
/// `smtp+starttls://KEY:PASSWORD@email-smtp.eu-central-1.amazonaws.com:587` with the SMTP credentials made there, and a `from` that
/// is verified there.
#[derive(Clone)]
pub struct MailConfig {
    /// `smtps://user:password@host` (TLS from the start, port 465), `smtp+starttls://…` (TLS or nothing, 587), or `smtp://…`
    /// (no TLS, 25). What a password may not have in an address is written as `%40` and so on.
    pub url: Url,
    /// Certificates in PEM of authorities that are trusted beside those of Mozilla's list.
    pub authorities: Option<String>,
    /// Who mail is from: `Houselights <events@example.com>`.
    pub from: String,
    /// The most that one message may take, in seconds, from connecting to its acceptance.
    pub timeout_seconds: u64,
    /// Connections that wait for the next mail; more are closed. So many mails go at once.
    pub connections: usize,
}

impl fmt::Debug for MailConfig {
    /// Without the user and the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.host_str().unwrap_or_default();
        f.debug_struct("MailConfig").field("scheme", &self.url.scheme()).field("host", &host).finish_non_exhaustive()
    }
}

/// Why no mail can be sent with these settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailConfigError {
    /// The address begins otherwise.
    #[error("the mail server's address must begin with smtp://, smtps:// or smtp+starttls://")]
    Scheme,
    /// The address names no host.
    #[error("the mail server's address names no host")]
    Host,
    /// A password would cross the network in the clear.
    #[error("a password is sent to a mail server over TLS only: begin its address with smtps:// or smtp+starttls://")]
    PasswordInTheClear,
    /// A sender that is none.
    #[error("mail is from no e-mail address; one is written as `Houselights <events@example.com>`")]
    Sender,
    /// A timeout that is none.
    #[error("the timeout for mail must be between 1 and 600 seconds")]
    Timeout,
    /// The authorities of the server's certificate are none.
    #[error("the file with the mail server's authorities holds no certificates in PEM")]
    Authorities,
    /// That file cannot be read.
    #[error("the file with the mail server's authorities cannot be read: {0}")]
    Unreadable(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up for the mail server")]
    Tls,
}

/// How the way to the server is kept from others.
enum Security {
    None,
    StartTls(TlsParameters),
    Tls(TlsParameters),
}

/// The settings, read.
pub(super) struct Relay {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    pub(super) hello: ClientId,
    pub(super) from: Mailbox,
    pub(super) timeout: Duration,
    pub(super) connections: usize,
}

impl Relay {
    pub(super) fn new(config: &MailConfig) -> Result<Self, MailConfigError> {
        let (host, is_near) = host(&config.url)?;
        let tls = || tls(&host, config.authorities.as_deref());
        let (security, port) = match config.url.scheme() {
            "smtp" => (Security::None, 25),
            "smtp+starttls" => (Security::StartTls(tls()?), 587),
            "smtps" => (Security::Tls(tls()?), 465),
            _ => return Err(MailConfigError::Scheme),
        };
        let credentials = credentials(&config.url);
        match security {
            Security::None if credentials.is_some() && !is_near => return Err(MailConfigError::PasswordInTheClear),
            Security::None | Security::StartTls(_) | Security::Tls(_) => {}
        }
        if !(1..=600).contains(&config.timeout_seconds) {
            return Err(MailConfigError::Timeout);
        }
        Ok(Self {
            port: config.url.port().unwrap_or(port),
            host,
            security,
            credentials,
            hello: ClientId::default(),
            from: config.from.parse().map_err(|_| MailConfigError::Sender)?,
            timeout: Duration::from_secs(config.timeout_seconds),
            connections: config.connections,
        })
    }

    /// A connection that may send: greeted, encrypted where that is asked for, signed in where there is a password.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, lettre::transport::smtp::Error> {
        let (at_once, later) = match &self.security {
            Security::None => (None, None),
            Security::StartTls(tls) => (None, Some(tls.clone())),
            Security::Tls(tls) => (Some(tls.clone()), None),
        };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &self.hello, at_once, None).await?;
        if let Some(tls) = later {
            connection.starttls(tls, &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        Ok(connection)
    }
}

/// How a certificate of this host is looked at.
fn tls(host: &str, authorities: Option<&str>) -> Result<TlsParameters, MailConfigError> {
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(pem) = authorities {
        let is_any = pem.contains("-----BEGIN CERTIFICATE-----");
        let read = Certificate::from_pem(pem.as_bytes()).ok().filter(|_| is_any);
        parameters = parameters.add_root_certificate(read.ok_or(MailConfigError::Authorities)?);
    }
    // What is in PEM and no certificate is found out here.
    parameters.build().map_err(|_| if authorities.is_some() { MailConfigError::Authorities } else { MailConfigError::Tls })
}

/// The host, and whether it is this machine.
fn host(url: &Url) -> Result<(String, bool), MailConfigError> {
    match url.host() {
        Some(Host::Ipv4(ip)) => Ok((ip.to_string(), ip.is_loopback())),
        Some(Host::Ipv6(ip)) => Ok((ip.to_string(), ip.is_loopback())),
        Some(Host::Domain(name)) if !name.is_empty() => Ok((name.to_owned(), ["localhost", "127.0.0.1"].contains(&name))),
        Some(Host::Domain(_)) | None => Err(MailConfigError::Host),
    }
}

fn credentials(url: &Url) -> Option<Credentials> {
    let password = url.password()?;
    Some(Credentials::new(decoded(url.username()), decoded(password)))
}

/// Percent signs undone. A plus is a plus.
fn decoded(text: &str) -> String {
    let field = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(field.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> MailConfig {
        MailConfig {
            url: url.parse().expect("an address"),
            authorities: None,
            from: "Houselights <events@example.com>".to_owned(),
            timeout_seconds: 30,
            connections: 1,
        }
    }

    fn refused(config: &MailConfig) -> Option<MailConfigError> {
        Relay::new(config).err()
    }

    #[test]
    fn each_way_of_writing_it_has_its_port_and_its_security() {
        for (url, host, port) in [
            ("smtp://localhost", "localhost", 25),
            ("smtp://user:secret@127.0.0.1:2525", "127.0.0.1", 2525),
            ("smtp+starttls://KEY:pass@email-smtp.eu-central-1.amazonaws.com", "email-smtp.eu-central-1.amazonaws.com", 587),
            ("smtps://a:b@mail.example.com", "mail.example.com", 465),
            ("smtps://[::1]:4650", "::1", 4650),
        ] {
            let relay = Relay::new(&config(url)).map_err(|error| error.to_string()).expect("settings");
            assert_eq!((relay.host.as_str(), relay.port), (host, port), "{url}");
        }
    }

    #[test]
    fn settings_that_cannot_work_are_refused_for_what_they_are() {
        assert_eq!(refused(&config("http://localhost")), Some(MailConfigError::Scheme));
        assert_eq!(refused(&config("smtp:localhost")), Some(MailConfigError::Host));
        assert_eq!(refused(&config("smtp://user:secret@mail.example.com")), Some(MailConfigError::PasswordInTheClear));
        assert_eq!(refused(&config("smtp://mail.example.com")), None);
        let local = config("smtp://localhost");
        assert_eq!(refused(&MailConfig { from: "nobody".to_owned(), ..local.clone() }), Some(MailConfigError::Sender));
        let two = "a@b, c@d".to_owned();
        assert_eq!(refused(&MailConfig { from: two, ..local.clone() }), Some(MailConfigError::Sender));
        for nothing in ["", "-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n"] {
            let config = MailConfig { authorities: Some(nothing.to_owned()), ..config("smtps://localhost") };
            assert_eq!(refused(&config), Some(MailConfigError::Authorities), "{nothing}");
        }
        assert_eq!(refused(&MailConfig { timeout_seconds: 0, ..local }), Some(MailConfigError::Timeout));
    }

    #[test]
    fn a_password_is_decoded_and_never_shown() {
        assert_eq!(decoded("a%2Fb+c%40&d=e"), "a/b+c@&d=e");
        let shown = format!("{:?}", config("smtps://KEY:secret@mail.example.com"));
        assert!(shown.contains("mail.example.com") && !shown.contains("KEY") && !shown.contains("secret"), "{shown}");
    }
}
