//! Configuration: a flag beats the environment, the environment beats the file, the file beats the default.

mod flags;
mod unusable;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use figment::{
    Figment,
    providers::{Format, Serialized, Toml},
};
use houselights_shared::Token;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

pub use self::flags::Flags;
use crate::{logging, store::Database};

/// In seconds.
const DAY: u64 = 24 * 3_600;
const HOUR: u64 = 3_600;

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// Who makes organisations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Founders {
    /// Whoever owns one already, and the first of all.
    #[default]
    Owners,
    /// Whoever signs in, which is whoever can receive a mail.
    Anyone,
}

/// Everything that can be set, resolved. The keys are those of the configuration file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The SQLite file, which is made when it is not there, or the PostgreSQL database (`postgres://…`).
    pub database: Database,
    /// Where HTTP and the realtime WebSocket are served. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where media is sent and received (UDP). Port 0 takes a free one.
    pub media_listen: SocketAddr,
    /// The addresses that clients are told to send media to; without any, those of this machine.
    pub media_address: Vec<IpAddr>,
    /// How clients reach this server; in invite links. Without it `http://` and the address of `listen`.
    pub public_url: Option<Url>,
    /// Where people get the app: on the pages and in the mail of tickets. Without it they are told to ask the organizers.
    pub app_url: Option<Url>,
    /// Log lines for people or for machines.
    pub log_format: LogFormat,
    /// What is logged, as `tracing` filters say it. What other crates write below `info` is never logged: it holds what people say.
    pub log: String,
    /// The most realtime connections at once.
    pub max_connections: usize,
    /// The most of them that have pictures and sound, too.
    pub max_media_connections: usize,
    /// How many may join a second, at most; who finds no place is told when there is one. A house that is behind lets fewer in.
    pub joins_per_second: u32,
    /// Frames a second that one participant may send in the long run.
    pub frames_per_second: u32,
    /// Frames that one participant may send at once.
    pub frame_burst: u32,
    /// Attempts to sign in with an invite that is open to all, and failed ones to sign in, to look up an invite or to say Hello, a minute and
    /// network address.
    pub logins_per_minute: u32,
    /// Requests of strangers upon which a mail goes out (to sign in, to register), a minute and network address; on the whole server twenty times as
    /// many sign-ins.
    pub letters_per_minute: u32,
    /// Connections of one network address that have not (yet) said whose they are.
    pub strangers_per_address: u32,
    /// For how long a room in which nobody is and nothing happens stays in memory, in seconds.
    pub room_idle_seconds: u64,
    /// How long a login lasts, in seconds.
    pub login_seconds: u64,
    /// Take the client's address from the last entry of `X-Forwarded-For`. Only behind a proxy that sets it.
    pub behind_proxy: bool,
    /// The mail server that mail is handed to: `smtp+starttls://user:password@host:587`, `smtps://…`, or `smtp://host` without TLS. Without one no mail
    /// is sent.
    pub smtp_url: Option<Url>,
    /// A file with certificates, in PEM, of authorities that the mail server's certificate may be of, beside those that everybody trusts.
    pub smtp_ca: Option<PathBuf>,
    /// Who mail is from, as `Name <address>`.
    pub mail_from: String,
    /// Connections to the mail server at once, each for one mail at a time. A quarter of them is never taken by mail to many.
    pub smtp_connections: u32,
    /// Letters to many at once (reminders, announcements) that an organisation may cause on a day, by UTC. What is more waits until the next;
    /// tickets and links to sign in never do.
    pub bulk_letters_per_day: u32,
    /// How long an event has to be left alone before those whom its changes concern are told of them, in one letter each, in seconds.
    pub changes_told_after_seconds: u64,
    /// Who may make an organisation, in whose name mail goes out to whomever it registers.
    pub organisations_by: Founders,
    /// Whether the schema of `/graphql` can be asked for. It is committed, too.
    pub graphql_introspection: bool,
    /// The secret key of the account at Stripe that tickets are paid into, or a restricted one that may write Checkout sessions and refunds.
    /// Without one only tickets that cost nothing are given out.
    pub stripe_key: Option<String>,
    /// What Stripe signs its notices to `/api/payments/stripe/notices` with; two, with a comma between them, while it is being replaced.
    pub stripe_webhook_secret: Option<String>,
    /// Where Stripe is, where that is not `https://api.stripe.com`: for tests.
    pub stripe_base: Option<Url>,
    /// Let webhooks go to addresses in private networks, and over plain HTTP.
    pub webhooks_allow_private: bool,
    /// The OpenID provider with whose accounts people can sign in, by its issuer, letter for letter as it writes it. What it says is
    /// verified of their addresses is believed.
    pub oidc_issuer: Option<String>,
    /// What this server is to the provider, whose answers go to `/api/oidc/callback` of `public_url`.
    pub oidc_client_id: Option<String>,
    /// What this server shows the provider. Without it, it is a public client.
    pub oidc_client_secret: Option<Token>,
    /// What the provider is called on the button. Without it, as its host.
    pub oidc_name: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database: data_dir().join("houselights.db").into(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            media_listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8081)),
            media_address: Vec::new(),
            public_url: None,
            app_url: None,
            log_format: LogFormat::Text,
            log: "info,refinery_core=warn".to_owned(),
            max_connections: 20_000,
            max_media_connections: 5_000,
            joins_per_second: 1_000,
            frames_per_second: 20,
            frame_burst: 40,
            logins_per_minute: 600,
            letters_per_minute: 60,
            strangers_per_address: 1_000,
            room_idle_seconds: 300,
            login_seconds: 30 * 24 * 3600,
            behind_proxy: false,
            smtp_url: None,
            smtp_ca: None,
            mail_from: "Houselights <houselights@localhost>".to_owned(),
            smtp_connections: 8,
            bulk_letters_per_day: 50_000,
            changes_told_after_seconds: 60,
            organisations_by: Founders::default(),
            graphql_introspection: false,
            stripe_key: None,
            stripe_webhook_secret: None,
            stripe_base: None,
            webhooks_allow_private: false,
            oidc_issuer: None,
            oidc_client_id: None,
            oidc_client_secret: None,
            oidc_name: None,
        }
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file named by `--config` is not there or cannot be read.
    #[error("cannot read the configuration file {path}: {cause}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        cause: std::io::Error,
    },
    /// A key that does not exist, or a value that does not fit.
    #[error("the configuration cannot be used: {}", unusable::told(.0))]
    Unusable(Box<figment::Error>),
    /// A number that would stop everything, or that no clock and no counter holds.
    #[error("the setting `{name}` must be between 1 and {most}")]
    OutOfRange {
        /// The setting.
        name: &'static str,
        /// The most that it can be.
        most: u64,
    },
    /// Links that begin so lead nowhere.
    #[error("the setting `public_url` must be an http or https address without user, query or fragment")]
    PublicUrl,
    /// No browser opens it.
    #[error("the setting `app_url` must be an http or https address without a user")]
    AppUrl,
    /// Nobody takes mail from there.
    #[error("with a mail server elsewhere the setting `mail_from` must be an address that this server may send from")]
    MailFrom,
    /// What is said to the provider could be read on the way, or there is nothing to say.
    #[error("the setting `oidc_issuer` must be an https address without query, user or fragment, and needs `oidc_client_id`")]
    Oidc,
    /// A filter that names no level.
    #[error("the setting `log` is no filter: a level, or a list such as `info,houselights_server=debug`")]
    Log,
}

impl Config {
    /// Flags and environment over the file over the defaults.
    pub fn resolve(flags: &Flags) -> Result<Self, ConfigError> {
        let mut layers = Figment::from(Serialized::defaults(Self::default()));
        if let Some(path) = &flags.config {
            layers = layers.merge(Toml::string(&read(path)?));
        }
        let config: Self =
            layers.merge(Serialized::defaults(flags)).extract().map_err(|error| ConfigError::Unusable(Box::new(error)))?;
        config.check()?;
        Ok(config)
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        const COUNT: u64 = 1_000_000;
        for (name, value, most) in [
            ("max_connections", self.max_connections as u64, COUNT),
            ("max_media_connections", self.max_media_connections as u64, COUNT),
            ("joins_per_second", self.joins_per_second.into(), COUNT),
            ("frames_per_second", self.frames_per_second.into(), COUNT),
            ("frame_burst", self.frame_burst.into(), COUNT),
            ("logins_per_minute", self.logins_per_minute.into(), COUNT),
            ("letters_per_minute", self.letters_per_minute.into(), COUNT),
            ("smtp_connections", self.smtp_connections.into(), 200),
            ("bulk_letters_per_day", self.bulk_letters_per_day.into(), 100 * COUNT),
            ("strangers_per_address", self.strangers_per_address.into(), COUNT),
            ("room_idle_seconds", self.room_idle_seconds, 30 * DAY),
            ("login_seconds", self.login_seconds, 3_650 * DAY),
        ] {
            if !(1..=most).contains(&value) {
                return Err(ConfigError::OutOfRange { name, most });
            }
        }
        // At once is allowed.
        if self.changes_told_after_seconds > HOUR {
            return Err(ConfigError::OutOfRange { name: "changes_told_after_seconds", most: HOUR });
        }
        if let Some(url) = &self.public_url {
            let is_web = ["http", "https"].contains(&url.scheme()) && url.has_host();
            let is_bare =
                url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
            if !is_web || !is_bare {
                return Err(ConfigError::PublicUrl);
            }
        }
        if let Some(url) = &self.app_url {
            let is_web = ["http", "https"].contains(&url.scheme()) && url.has_host();
            if !is_web || !url.username().is_empty() || url.password().is_some() {
                return Err(ConfigError::AppUrl);
            }
        }
        let is_elsewhere = self.smtp_url.as_ref().is_some_and(|url| !is_here(url));
        if is_elsewhere && self.mail_from.trim_end_matches('>').to_lowercase().ends_with("@localhost") {
            return Err(ConfigError::MailFrom);
        }
        if self.oidc_issuer.as_ref().is_some_and(|issuer| !self.speaks_with(issuer)) {
            return Err(ConfigError::Oidc);
        }
        logging::filter(&self.log).map(drop).map_err(|_| ConfigError::Log)
    }

    /// Whether people can be sent to this provider. Plain HTTP only reaches one on this machine.
    fn speaks_with(&self, issuer: &str) -> bool {
        let Ok(issuer) = Url::parse(issuer) else { return false };
        let is_safe = issuer.scheme() == "https" || (issuer.scheme() == "http" && is_here(&issuer));
        let is_bare = issuer.query().is_none() && issuer.fragment().is_none();
        let is_nobodys = issuer.username().is_empty() && issuer.password().is_none();
        is_safe && is_bare && is_nobodys && self.oidc_client_id.as_ref().is_some_and(|id| !id.is_empty())
    }

    /// The same without what must not be seen.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        let mut shown = Self { database: self.database.without_password(), ..self.clone() };
        if let Some(url) = shown.smtp_url.as_mut().filter(|url| url.password().is_some()) {
            // Refused for addresses without a host, which have no password.
            let _ = url.set_password(Some("hidden"));
        }
        for secret in [&mut shown.stripe_key, &mut shown.stripe_webhook_secret].into_iter().flatten() {
            "hidden".clone_into(secret);
        }
        shown.oidc_client_secret = shown.oidc_client_secret.map(|_| "hidden".into());
        shown
    }

    /// How clients reach a server that listens at `http`.
    pub fn base_url(&self, http: SocketAddr) -> String {
        if let Some(url) = &self.public_url {
            return url.as_str().trim_end_matches('/').to_owned();
        }
        let host = match http.ip() {
            ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            ip => ip,
        };
        format!("http://{}", SocketAddr::new(host, http.port()))
    }
}

/// Whether an address leads to this machine. Of a scheme that `Url` does not know, it leaves hosts as they are written.
fn is_here(url: &Url) -> bool {
    let is_loopback = |name: &str| name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || is_loopback(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|cause| ConfigError::Unreadable { path: path.to_owned(), cause })
}

/// Where a user's programs keep their data on this system; the working directory where the system does not say.
fn data_dir() -> PathBuf {
    let var = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = if cfg!(target_os = "windows") {
        var("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        var("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        var("XDG_DATA_HOME").or_else(|| var("HOME").map(|home| home.join(".local/share")))
    };
    base.map_or_else(PathBuf::new, |base| base.join("houselights"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(content: &str) -> (tempfile::TempDir, Flags) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("server.toml");
        std::fs::write(&path, content).unwrap();
        (dir, Flags { config: Some(path), ..Flags::default() })
    }

    #[test]
    fn a_flag_beats_the_file_and_the_file_beats_the_default() {
        let (_dir, mut flags) = file("max_connections = 7\nframe_burst = 9\n");
        flags.max_connections = Some(8);
        let config = Config::resolve(&flags).unwrap();
        assert_eq!((config.max_connections, config.frame_burst), (8, 9));
        assert_eq!(config.frames_per_second, Config::default().frames_per_second);
    }

    #[test]
    fn an_unknown_key_in_the_file_is_refused_by_name() {
        let (_dir, flags) = file("max_conections = 7\n");
        let error = Config::resolve(&flags).unwrap_err().to_string();
        assert!(error.contains("max_conections"), "{error}");
    }

    #[test]
    fn a_value_that_does_not_fit_names_its_key() {
        let (_dir, flags) = file("listen = \"nowhere\"\n");
        let error = Config::resolve(&flags).unwrap_err().to_string();
        assert!(error.contains("listen"), "{error}");
    }

    #[test]
    fn what_was_written_is_not_told_again() {
        for line in [
            "smtp_url = \"smtp://u:PASSWORD@host",
            "smtp_url = \"smtp://u:PASSWORD@ma il\"",
            "stripe_key = PASSWORD",
            "listen = \"PASSWORD\"",
        ] {
            let (_dir, flags) = file(&format!("log = \"info\"\n{line}\n"));
            let error = Config::resolve(&flags).unwrap_err().to_string();
            assert!(!error.contains("PASSWORD"), "{error}");
            assert!(error.contains("line 2") || error.contains("smtp_url") || error.contains("listen"), "{error}");
        }
    }

    #[test]
    fn a_missing_file_is_an_error() {
        let flags = Flags { config: Some(PathBuf::from("/nonexistent/server.toml")), ..Flags::default() };
        assert!(matches!(Config::resolve(&flags), Err(ConfigError::Unreadable { .. })));
    }

    #[test]
    fn nothing_may_be_zero_that_would_stop_everything() {
        let flags = Flags { frame_burst: Some(0), ..Flags::default() };
        assert!(matches!(Config::resolve(&flags), Err(ConfigError::OutOfRange { name: "frame_burst", .. })));
    }

    #[test]
    fn a_number_that_no_clock_holds_is_refused_with_the_range() {
        for (flags, named) in [
            (
                Flags { room_idle_seconds: Some(u64::MAX), ..Flags::default() },
                "`room_idle_seconds` must be between 1 and 2592000",
            ),
            (Flags { login_seconds: Some(u64::MAX), ..Flags::default() }, "`login_seconds` must be between 1 and 315360000"),
            (Flags { frames_per_second: Some(u32::MAX), ..Flags::default() }, "`frames_per_second`"),
            (Flags { frame_burst: Some(u32::MAX), ..Flags::default() }, "`frame_burst`"),
            (Flags { logins_per_minute: Some(u32::MAX), ..Flags::default() }, "`logins_per_minute`"),
            (Flags { strangers_per_address: Some(u32::MAX), ..Flags::default() }, "`strangers_per_address`"),
            (Flags { max_connections: Some(usize::MAX), ..Flags::default() }, "`max_connections`"),
            (Flags { max_media_connections: Some(usize::MAX), ..Flags::default() }, "`max_media_connections`"),
        ] {
            let error = Config::resolve(&flags).unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
        let most = Flags { room_idle_seconds: Some(30 * DAY), login_seconds: Some(3_650 * DAY), ..Flags::default() };
        assert!(Config::resolve(&most).is_ok());
    }

    #[test]
    fn a_public_address_is_one_that_links_can_begin_with() {
        let resolved = |url: &str| Config::resolve(&Flags { public_url: Some(url.parse().unwrap()), ..Flags::default() });
        for wrong in [
            "ftp://show.example",
            "javascript:alert(1)",
            "mailto:someone@show.example",
            "https://show.example/?a=b",
            "https://show.example/#here",
            "https://someone:secret@show.example/",
        ] {
            assert!(matches!(resolved(wrong), Err(ConfigError::PublicUrl)), "{wrong}");
        }
        for good in ["https://show.example", "http://127.0.0.1:8080/", "https://show.example/house/"] {
            assert!(resolved(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_mail_server_elsewhere_needs_an_address_that_mail_may_be_from() {
        let resolved = |url: &str, from: Option<&str>| {
            let smtp_url = Some(url.parse().unwrap());
            Config::resolve(&Flags { smtp_url, mail_from: from.map(str::to_owned), ..Flags::default() })
        };
        for from in [None, Some("shows@localhost"), Some("Shows <shows@LOCALHOST>")] {
            for url in ["smtp://mail.example", "smtps://a:b@192.0.2.1", "smtp+starttls://a:b@mail.example:587"] {
                assert!(matches!(resolved(url, from), Err(ConfigError::MailFrom)), "{url} {from:?}");
            }
            for url in ["smtp://localhost:2525", "smtp://127.0.0.1:25", "smtp://[::1]:25"] {
                assert!(resolved(url, from).is_ok(), "{url} {from:?}");
            }
        }
        assert!(resolved("smtps://a:b@mail.example", Some("Shows <shows@show.example>")).is_ok());
    }

    #[test]
    fn what_is_shown_has_no_secret_in_it() {
        let flags = Flags {
            stripe_key: Some("sk_live_1".to_owned()),
            stripe_webhook_secret: Some("whsec_1".to_owned()),
            smtp_url: Some("smtp://ada:pass-1@mail.example".parse().unwrap()),
            mail_from: Some("Houselights <events@show.example>".to_owned()),
            ..Flags::default()
        };
        let config = Config::resolve(&flags).unwrap();
        assert_eq!(config.stripe_key.as_deref(), Some("sk_live_1"));
        let shown = serde_json::to_string(&config.without_secrets()).unwrap();
        assert!(["sk_live_1", "whsec_1", "pass-1"].iter().all(|secret| !shown.contains(secret)), "{shown}");
    }

    #[test]
    fn a_provider_is_spoken_with_in_private_and_its_secret_is_not_shown() {
        let resolved = |issuer: &str, id: Option<&str>| {
            let issuer = Some(issuer.to_owned());
            let secret = Some("open-sesame".into());
            let oidc_client_id = id.map(str::to_owned);
            Config::resolve(&Flags { oidc_issuer: issuer, oidc_client_id, oidc_client_secret: secret, ..Flags::default() })
        };
        for (issuer, id) in [
            ("http://accounts.example", Some("us")),
            ("http://10.0.0.1", Some("us")),
            ("ftp://accounts.example", Some("us")),
            ("https://accounts.example/?a=b", Some("us")),
            ("https://someone:word@accounts.example/", Some("us")),
            ("https://accounts.example", None),
            ("https://accounts.example", Some("")),
        ] {
            assert!(matches!(resolved(issuer, id), Err(ConfigError::Oidc)), "{issuer} {id:?}");
        }
        for issuer in ["https://accounts.example/realms/house", "http://127.0.0.1:8081", "http://localhost/a"] {
            let config = resolved(issuer, Some("us")).unwrap();
            assert_eq!(config.oidc_client_secret.as_ref().map(Token::as_str), Some("open-sesame"));
            let shown = serde_json::to_string(&config.without_secrets()).unwrap();
            assert!(!shown.contains("sesame") && !format!("{config:?}").contains("sesame"), "{shown}");
        }
    }

    #[test]
    fn a_log_filter_that_cannot_be_read_is_refused() {
        let flags = Flags { log: Some("info,houselights_server=loud".to_owned()), ..Flags::default() };
        assert!(matches!(Config::resolve(&flags), Err(ConfigError::Log)));
    }

    #[test]
    fn links_name_an_address_that_can_be_reached() {
        let config = Config::default();
        assert_eq!(config.base_url("0.0.0.0:80".parse().unwrap()), "http://127.0.0.1:80");
        assert_eq!(config.base_url("[::1]:80".parse().unwrap()), "http://[::1]:80");
        let config = Config { public_url: Some("https://show.example/".parse().unwrap()), ..config };
        assert_eq!(config.base_url("0.0.0.0:80".parse().unwrap()), "https://show.example");
    }
}
