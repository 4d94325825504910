//! The report for a terminal.

use std::fmt::{self, Display, Formatter};

use super::{Joining, Report, Storm, Talking};
use crate::load::samples::Percentiles;

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let about = &self.about;
        writeln!(f, "{} at {}, {}", about.event, about.server, about.at)?;
        writeln!(f)?;
        writeln!(f, "{:<34}{:>10}{:>10}{:>10}{:>10}{:>10}", "milliseconds", "p50", "p90", "p99", "p99.9", "longest")?;
        self.joining.fmt(f)?;
        if let Some(talking) = &self.talking {
            talking.fmt(f)?;
        }
        if let Some(storm) = &self.storm {
            storm.fmt(f)?;
        }
        writeln!(f)?;
        for told in &self.troubles {
            writeln!(f, "met {} times  {}", grouped(told.count), told.what)?;
            if let Some(cure) = told.cure {
                writeln!(f, "    {cure}")?;
            }
        }
        if self.whole {
            return write!(f, "Everybody came in, and nobody lacks anything.");
        }
        write!(f, "Not as it should be:")?;
        self.shortfalls.iter().try_for_each(|shortfall| write!(f, "\n    {shortfall}"))
    }
}

fn row(f: &mut Formatter<'_>, what: &str, took: &Percentiles) -> fmt::Result {
    let [p50, p90, p99, p999, max] = [took.p50, took.p90, took.p99, took.p999, took.max].map(|millis| format!("{millis:.1}"));
    writeln!(f, "  {what:<32}{p50:>10}{p90:>10}{p99:>10}{p999:>10}{max:>10}")
}

impl Display for Joining {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (inside, wanted) = (grouped(self.inside.into()), grouped(self.wanted.into()));
        writeln!(f, "{inside} of {wanted} came in, in {} s", self.seconds)?;
        row(f, "to sign in", &self.sign_in_ms)?;
        row(f, "to have the room", &self.in_the_room_ms)
    }
}

impl Display for Talking {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (accepted, sent) = (grouped(self.accepted), grouped(self.sent));
        let (delivered, expected) = (grouped(self.delivered), grouped(self.expected));
        writeln!(f, "{accepted} of {sent} messages were taken, {delivered} of {expected} deliveries came")?;
        row(f, "to the answer", &self.answer_ms)?;
        row(f, "to everybody", &self.delivery_ms)?;
        if let (thrown @ 1.., told) = self.reactions {
            writeln!(f, "{} reactions were thrown, {} of them were told of", grouped(thrown), grouped(told))?;
        }
        let Some(votes) = &self.votes else { return Ok(()) };
        writeln!(f, "{} of {} votes were taken", grouped(votes.accepted), grouped(votes.cast))?;
        row(f, "to the answer", &votes.answer_ms)
    }
}

impl Display for Storm {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (back, cut) = (grouped(self.back.into()), grouped(self.cut.into()));
        let (accepted, sent) = (grouped(self.accepted), grouped(self.sent));
        write!(f, "{back} of {cut} that were cut are back, {accepted} of {sent} messages said meanwhile were taken")?;
        if self.anew > 0 {
            write!(f, " ({} were given the whole room)", grouped(self.anew.into()))?;
        }
        writeln!(f)?;
        row(f, "to be back, with everything", &self.back_ms)?;
        row(f, "to everybody, meanwhile", &self.delivery_ms)
    }
}

/// 12,345,678.
pub(in crate::load) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
