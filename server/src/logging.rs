//! The log: what the filter asks for, and never what somebody said or a secret.

use std::io::IsTerminal;

use tracing::{Level, Metadata};
use tracing_subscriber::{EnvFilter, Layer, filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{Config, LogFormat};

/// What this workspace's own targets begin with. Their lines are ours to keep free of people and secrets.
const OURS: &str = "houselights";

/// A filter as the configuration says it.
pub(crate) fn filter(directives: &str) -> Result<EnvFilter, String> {
    EnvFilter::try_new(directives).map_err(|error| error.to_string())
}

/// Whether a line may be written at all, whatever the filter asks for. The libraries' debug and trace lines hold frames, SDP and passwords, and
/// `str0m` warns with the lines of an offer that it does not understand.
fn is_harmless(target: &str, level: Level) -> bool {
    let root = target.split("::").next().unwrap_or_default();
    match root {
        "str0m" | "str0m_proto" | "is" | "dimpl" | "sctp_proto" => level <= Level::ERROR,
        _ => root.starts_with(OURS) || level <= Level::INFO,
    }
}

/// Starts the log of this process, on standard error.
pub(crate) fn start(config: &Config) -> anyhow::Result<()> {
    let wanted = filter(&config.log).map_err(|error| anyhow::anyhow!("the log filter {:?}: {error}", config.log))?;
    let lines = tracing_subscriber::fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    let lines = match config.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let harmless = filter_fn(|line: &Metadata<'_>| is_harmless(line.target(), *line.level()));
    // Both have to let a line through: what is wished for cannot lift what is never written.
    let started = tracing_subscriber::registry().with(wanted).with(harmless).with(lines).try_init();
    started.map_err(|error| anyhow::anyhow!("cannot log: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_lines_are_written_below_info() {
        for (target, lowest) in [
            ("houselights_server::actor::room", Level::TRACE),
            ("houselights_media", Level::TRACE),
            ("tungstenite::protocol", Level::INFO),
            ("tokio_tungstenite", Level::INFO),
            ("hyper::proto::h1", Level::INFO),
            ("rusqlite", Level::INFO),
            ("refinery_core::traits", Level::INFO),
            ("a_crate_of_tomorrow", Level::INFO),
            ("str0m::sdp::parser", Level::ERROR),
            ("is::agent", Level::ERROR),
            ("dimpl", Level::ERROR),
        ] {
            for level in [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE] {
                assert_eq!(is_harmless(target, level), level <= lowest, "{target} at {level}");
            }
        }
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_said() {
        assert!(filter("info,houselights_server=loud").is_err());
        assert!(filter("info,houselights_server=debug").is_ok());
    }
}
