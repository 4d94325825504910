//! The Houselights desktop app: the native core around a thin page.
//!
//! [`house::House`] is who is in an event and what runs for them; `attendance` ties the realtime connection ([`realtime`]) to
//! the media engine ([`media`]); [`desk::Desk`] is who is signed in as a person, with their organisations and tickets; [`ipc`] is
//! what the page and the core say to each other.

mod attendance;
pub mod cli;
mod commands;
pub mod desk;
mod files;
mod headless;
pub mod house;
pub mod ipc;
pub mod media;
mod notifying;
pub mod pages;
pub mod realtime;
mod reminders;
pub mod session;
mod signals;
mod store;
mod windows;
mod words;

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
    time::Instant,
};

use tracing::{Level, Metadata};
use tracing_subscriber::{EnvFilter, Layer, filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt};

use crate::cli::Cli;

/// What is logged unless `HOUSELIGHTS_LOG` says otherwise.
const LOG: &str = "info,webrtc=warn,rtc=warn,rtc_dtls=error,zbus=warn,tracing::span=warn";

/// Whether a line may be written at all, whatever the filter asks for: the libraries' debug and trace lines hold frames with
/// tokens, what people say, and SDP with passwords.
fn is_harmless(target: &str, level: Level) -> bool {
    target.starts_with("houselights") || level <= Level::INFO
}

/// Makes `ring` the process's TLS provider; a second call changes nothing.
pub fn install_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Runs the app; `started` is when the process began.
pub fn run(cli: Cli, started: Instant) -> ExitCode {
    let filter = EnvFilter::try_from_env("HOUSELIGHTS_LOG").unwrap_or_else(|_| EnvFilter::new(LOG));
    // Both have to let a line through: what is wished for cannot lift what is never written.
    let harmless = filter_fn(|line: &Metadata<'_>| is_harmless(line.target(), *line.level()));
    let lines = tracing_subscriber::fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(io::stderr);
    tracing_subscriber::registry().with(filter).with(lines.with_filter(harmless)).init();
    let _ = commands::STARTED.set(started);
    install_tls();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "no runtime");
            return ExitCode::FAILURE;
        }
    };
    let code = if cli.headless { runtime.block_on(headless::run(cli)) } else { windows::run(cli, runtime.handle().clone()) };
    // A device or a key store that hangs does not keep the process.
    runtime.shutdown_background();
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_lines_are_written_below_info() {
        for target in ["tungstenite::protocol", "hyper::proto", "webrtc::peer_connection", "rtc_ice", "a_crate_of_tomorrow"] {
            assert!(is_harmless(target, Level::INFO) && !is_harmless(target, Level::DEBUG), "{target}");
        }
        assert!(is_harmless("houselights_app::realtime", Level::TRACE));
    }
}
