//! The settings as flags and environment variables.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

use clap::Args;
use houselights_shared::Token;
use serde::Serialize;
use url::Url;

use super::{Founders, LogFormat};
use crate::store::Database;

/// The same settings as flags and environment variables; what is not given is left to the file.
#[derive(Clone, Debug, Default, Args, Serialize)]
pub struct Flags {
    /// The SQLite file, made when it is not there, or a PostgreSQL database as `postgres://user:password@host/name` [default:
    /// houselights.db in the user's data directory]
    #[arg(long, global = true, env = "HOUSELIGHTS_DATABASE", hide_env_values = true, value_name = "FILE|URL", value_parser = Database::from_str)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<Database>,
    /// Where HTTP and the realtime WebSocket are served; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "HOUSELIGHTS_LISTEN", value_name = "ADDR:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// Where media is sent and received, over UDP; port 0 takes a free one [default: 0.0.0.0:8081]
    #[arg(long, global = true, env = "HOUSELIGHTS_MEDIA_LISTEN", value_name = "ADDR:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_listen: Option<SocketAddr>,
    /// An address that clients send media to; may be repeated [default: this machine's own]
    #[arg(long, global = true, env = "HOUSELIGHTS_MEDIA_ADDRESS", value_name = "IP", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_address: Option<Vec<IpAddr>>,
    /// How clients reach this server; stands in invite links [default: http:// and the address of --listen]
    #[arg(long, global = true, env = "HOUSELIGHTS_PUBLIC_URL", value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<Url>,
    /// Where people get the app; stands on the pages and in the mail of tickets
    #[arg(long, global = true, env = "HOUSELIGHTS_APP_URL", value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_url: Option<Url>,
    /// Log lines for people or for machines [default: text]
    #[arg(long, global = true, env = "HOUSELIGHTS_LOG_FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<LogFormat>,
    /// What is logged: error, warn, info, debug or trace, or a list of such by target; of other crates at most info [default: info]
    #[arg(long, global = true, env = "HOUSELIGHTS_LOG", value_name = "FILTER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// The most realtime connections at once; more are told to come back later [default: 20000]
    #[arg(long, global = true, env = "HOUSELIGHTS_MAX_CONNECTIONS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_connections: Option<usize>,
    /// The most of them that have pictures and sound, too; more are told to try again [default: 5000]
    #[arg(long, global = true, env = "HOUSELIGHTS_MAX_MEDIA_CONNECTIONS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_media_connections: Option<usize>,
    /// How many may join a second; who finds no place is told when there is one [default: 1000]
    #[arg(long, global = true, env = "HOUSELIGHTS_JOINS_PER_SECOND", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joins_per_second: Option<u32>,
    /// Frames a second that one participant may send in the long run [default: 20]
    #[arg(long, global = true, env = "HOUSELIGHTS_FRAMES_PER_SECOND", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frames_per_second: Option<u32>,
    /// Frames that one participant may send at once [default: 40]
    #[arg(long, global = true, env = "HOUSELIGHTS_FRAME_BURST", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_burst: Option<u32>,
    /// Attempts to sign in with an invite open to all, and failed ones of any kind, a minute and network address [default: 600]
    #[arg(long, global = true, env = "HOUSELIGHTS_LOGINS_PER_MINUTE", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logins_per_minute: Option<u32>,
    /// Requests upon which a mail goes out (to sign in, to register), a minute and network address [default: 60]
    #[arg(long, global = true, env = "HOUSELIGHTS_LETTERS_PER_MINUTE", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letters_per_minute: Option<u32>,
    /// Connections of one network address that have not said whose they are [default: 1000]
    #[arg(long, global = true, env = "HOUSELIGHTS_STRANGERS_PER_ADDRESS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strangers_per_address: Option<u32>,
    /// For how long an empty room stays in memory, in seconds [default: 300]
    #[arg(long, global = true, env = "HOUSELIGHTS_ROOM_IDLE_SECONDS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_idle_seconds: Option<u64>,
    /// How long a login lasts, in seconds [default: 2592000, thirty days]
    #[arg(long, global = true, env = "HOUSELIGHTS_LOGIN_SECONDS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_seconds: Option<u64>,
    /// Take the client's address from X-Forwarded-For; only behind a proxy that sets it [default: false]
    #[arg(long, global = true, env = "HOUSELIGHTS_BEHIND_PROXY", num_args = 0..=1, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind_proxy: Option<bool>,
    /// The mail server, as `smtp+starttls://user:password@host:587` or `smtps://…`; without it no mail is sent
    #[arg(long, global = true, env = "HOUSELIGHTS_SMTP_URL", hide_env_values = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_url: Option<Url>,
    /// A file with the certificates, in PEM, of the authority that the mail server's certificate is of, where it is a private one
    #[arg(long, global = true, env = "HOUSELIGHTS_SMTP_CA", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_ca: Option<PathBuf>,
    /// Who mail is from; has to be said where the mail server is elsewhere
    #[arg(long, global = true, env = "HOUSELIGHTS_MAIL_FROM", value_name = "NAME <ADDRESS>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_from: Option<String>,
    /// Connections to the mail server at once [default: 8]
    #[arg(long, global = true, env = "HOUSELIGHTS_SMTP_CONNECTIONS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_connections: Option<u32>,
    /// Reminders and announcements that an organisation may send on a day; what is more waits until the next [default: 50000]
    #[arg(long, global = true, env = "HOUSELIGHTS_BULK_LETTERS_PER_DAY", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bulk_letters_per_day: Option<u32>,
    /// How long an event has to be left alone before its changes are told, in seconds [default: 60]
    #[arg(long, global = true, env = "HOUSELIGHTS_CHANGES_TOLD_AFTER_SECONDS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes_told_after_seconds: Option<u64>,
    /// Who may make organisations: owners of one (and whoever is the first), or anyone who signs in [default: owners]
    #[arg(long, global = true, env = "HOUSELIGHTS_ORGANISATIONS_BY", value_name = "WHO")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisations_by: Option<Founders>,
    /// Answer questions about the schema of /graphql, as tools for developers ask them [default: false]
    #[arg(long, global = true, env = "HOUSELIGHTS_GRAPHQL_INTROSPECTION", num_args = 0..=1, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graphql_introspection: Option<bool>,
    /// The secret key of the account at Stripe that tickets are paid into; without it only free tickets are given out
    #[arg(long, global = true, env = "HOUSELIGHTS_STRIPE_KEY", hide_env_values = true, value_name = "KEY")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stripe_key: Option<String>,
    /// What Stripe signs its notices to /api/payments/stripe/notices with; two while it is being replaced, with a comma between
    #[arg(long, global = true, env = "HOUSELIGHTS_STRIPE_WEBHOOK_SECRET", hide_env_values = true, value_name = "SECRET")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stripe_webhook_secret: Option<String>,
    /// Where Stripe is; another address is for tests [default: Stripe's own]
    #[arg(long, global = true, env = "HOUSELIGHTS_STRIPE_BASE", value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stripe_base: Option<Url>,
    /// Let webhooks go to private networks and over plain HTTP; only where all who make webhooks are trusted [default: false]
    #[arg(long, global = true, env = "HOUSELIGHTS_WEBHOOKS_ALLOW_PRIVATE", num_args = 0..=1, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhooks_allow_private: Option<bool>,
    /// An OpenID provider with whose accounts people can sign in, by its issuer; it answers to /api/oidc/callback
    #[arg(long, global = true, env = "HOUSELIGHTS_OIDC_ISSUER", value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_issuer: Option<String>,
    /// What this server is to the OpenID provider
    #[arg(long, global = true, env = "HOUSELIGHTS_OIDC_CLIENT_ID", value_name = "ID")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_client_id: Option<String>,
    /// What this server shows the OpenID provider; better by environment or file, as others see the command line
    #[arg(long, global = true, env = "HOUSELIGHTS_OIDC_CLIENT_SECRET", hide_env_values = true, value_name = "SECRET")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_client_secret: Option<Token>,
    /// What the OpenID provider is called on the button [default: its host]
    #[arg(long, global = true, env = "HOUSELIGHTS_OIDC_NAME", value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_name: Option<String>,
    /// A TOML file with the same settings, named as these flags are but with underscores
    #[arg(long, global = true, env = "HOUSELIGHTS_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
}
