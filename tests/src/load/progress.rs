//! What goes on, for whoever waits: on standard error, so that the report stays alone on the output.

use std::io::{IsTerminal, Write, stderr};

use super::{report::text::grouped, samples::Percentiles};

/// Where nobody looks at a terminal, a line is written for so many seconds.
const SECONDS_A_LINE: u32 = 10;

/// Says what goes on.
pub(super) struct Progress {
    doing: Option<String>,
    wanted: u32,
    is_terminal: bool,
    seconds: u32,
}

impl Progress {
    /// Says nothing.
    pub(super) fn silent() -> Self {
        Self { doing: None, wanted: 0, is_terminal: false, seconds: 0 }
    }

    /// For a crowd of so many.
    pub(super) fn aloud(wanted: u32) -> Self {
        Self { doing: Some(String::new()), wanted, is_terminal: stderr().is_terminal(), seconds: 0 }
    }

    /// Something else begins.
    pub(super) fn begins(&mut self, what: &str) {
        if let Some(doing) = &mut self.doing {
            what.clone_into(doing);
            self.seconds = 0;
            say(if self.is_terminal { "\r\x1b[K" } else { "" }, &format!("load: {what}"), "\n");
        }
    }

    /// A second has passed.
    pub(super) fn tell(&mut self, inside: u32, delivered: u64, delivery: Percentiles) {
        let Some(doing) = &self.doing else { return };
        self.seconds += 1;
        let mut told =
            format!("      {doing}, {} s: {} of {} are in", self.seconds, grouped(inside.into()), grouped(self.wanted.into()));
        if delivered > 0 {
            told =
                format!("{told}; {} deliveries a second, p50 {} ms, p99 {} ms", grouped(delivered), delivery.p50, delivery.p99);
        }
        if self.is_terminal {
            say("\r\x1b[K", &told, "");
        } else if self.seconds.is_multiple_of(SECONDS_A_LINE) {
            say("", &told, "\n");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.doing.is_some() && self.is_terminal {
            say("\r\x1b[K", "", "");
        }
    }
}

/// Nobody minds where it cannot be said.
fn say(before: &str, what: &str, after: &str) {
    let mut out = stderr().lock();
    let _ = write!(out, "{before}{what}{after}");
    let _ = out.flush();
}
