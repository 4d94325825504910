//! The Houselights desktop app: the native core around a thin page.
//!
//! [`house::House`] is who is signed in and what runs for them; `attendance` ties the realtime connection ([`realtime`]) to
//! the media engine ([`media`]); [`ipc`] is what the page and the core say to each other.

mod attendance;
pub mod cli;
mod commands;
mod headless;
pub mod house;
pub mod ipc;
pub mod media;
pub mod pages;
pub mod realtime;
pub mod session;
mod signals;
mod windows;

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
    time::Instant,
};

use tracing_subscriber::EnvFilter;

use crate::cli::Cli;

/// What is logged unless `HOUSELIGHTS_LOG` says otherwise.
const LOG: &str = "info,webrtc=warn,rtc=warn,rtc_dtls=error,zbus=warn,tracing::span=warn";

/// Makes `ring` the process's TLS provider; a second call changes nothing.
pub fn install_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Runs the app; `started` is when the process began.
pub fn run(cli: Cli, started: Instant) -> ExitCode {
    let filter = EnvFilter::try_from_env("HOUSELIGHTS_LOG").unwrap_or_else(|_| EnvFilter::new(LOG));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(io::stderr().is_terminal()).with_writer(io::stderr).init();
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
