//! What a run comes to: as text, as JSON (this, as it is), and as a page.

pub mod html;
mod plot;
pub mod text;

use std::time::Duration;

use serde::Serialize;

use super::{
    orders::{Back, Heard, Joined, Said, Votes},
    samples::{Percentiles, Samples},
    timeline::Point,
    trouble::Trouble,
};
use text::grouped;

/// All of it.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What was asked for.
    pub about: About,
    /// Whether everybody came in, nothing was refused and nobody lacks anything; otherwise `shortfalls` says what.
    pub whole: bool,
    /// What is not as it should be, in words.
    pub shortfalls: Vec<String>,
    /// How they came in.
    pub joining: Joining,
    /// How they talked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub talking: Option<Talking>,
    /// How they came back after all were cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storm: Option<Storm>,
    /// What was met, the most frequent first.
    pub troubles: Vec<Told>,
    /// Second by second.
    pub timeline: Vec<Point>,
}

/// What was asked for.
#[derive(Clone, Debug, Serialize)]
pub struct About {
    /// Of the server.
    pub server: String,
    /// Its title.
    pub event: String,
    /// How many came.
    pub clients: u32,
    /// Over how many processes they were divided.
    pub processes: usize,
    /// How many came a second.
    pub joins_a_second: u32,
    /// Messages a second, of all together.
    pub messages_a_second: u32,
    /// For how long they talked.
    pub seconds: u32,
    /// When this was.
    pub at: String,
    /// Of this tool.
    pub version: &'static str,
}

/// How they came in.
#[derive(Clone, Debug, Serialize)]
pub struct Joining {
    /// Who wanted to.
    pub wanted: u32,
    /// Who is in.
    pub inside: u32,
    /// How long that took, for all.
    pub seconds: f64,
    /// From the first attempt of each to the login.
    pub sign_in_ms: Percentiles,
    /// From the first attempt of each to having the room.
    pub in_the_room_ms: Percentiles,
}

/// How they talked.
#[derive(Clone, Debug, Serialize)]
pub struct Talking {
    /// Messages.
    pub sent: u64,
    /// Those that the room took.
    pub accepted: u64,
    /// Those that it refused.
    pub refused: u64,
    /// From sending to the answer.
    pub answer_ms: Percentiles,
    /// Messages that had to arrive, counted once a client.
    pub expected: u64,
    /// Those that did.
    pub delivered: u64,
    /// Bytes that brought them.
    pub bytes: u64,
    /// From just before sending to having been read.
    pub delivery_ms: Percentiles,
    /// Parts of all deliveries, and how many milliseconds they took at most.
    pub delivery_curve: Vec<(f64, f64)>,
    /// Who does not have everything, after all.
    pub behind: u32,
    /// Updates that somebody never got.
    pub lacking: u64,
    /// Updates that somebody got twice.
    pub repeated: u64,
    /// Reactions that were thrown, and those that were told of.
    pub reactions: (u64, u64),
    /// How they voted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub votes: Option<Voting>,
}

/// How they voted.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Voting {
    /// Votes.
    pub cast: u64,
    /// Those that the room took.
    pub accepted: u64,
    /// From sending to the answer.
    pub answer_ms: Percentiles,
    /// How many voted, as the crowd was told last; nothing where it is not told before the end.
    pub told: u32,
}

/// How they came back.
#[derive(Clone, Debug, Serialize)]
pub struct Storm {
    /// Whose connection was cut.
    pub cut: u32,
    /// Who is back, with all that there was.
    pub back: u32,
    /// How long that may take, in seconds.
    pub within: u32,
    /// From the cut to having everything.
    pub back_ms: Percentiles,
    /// Seconds after the cut, and the part of those who were cut that was back by then.
    pub back_curve: Vec<(f64, f64)>,
    /// Who was given the whole room, instead of what they missed.
    pub anew: u32,
    /// What was said meanwhile.
    pub sent: u64,
    /// What of that was taken, each once.
    pub accepted: u64,
    /// From just before sending to having been read, also where somebody had to come back first.
    pub delivery_ms: Percentiles,
    /// Who does not have everything, after all.
    pub behind: u32,
    /// Updates that somebody never got.
    pub lacking: u64,
    /// Updates that somebody got twice.
    pub repeated: u64,
}

/// Something that was met.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// How often.
    pub count: u64,
    /// What.
    pub what: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cure: Option<&'static str>,
}

impl Report {
    pub(super) fn new(
        about: About,
        joining: Joining,
        (talking, storm): (Option<Talking>, Option<Storm>),
        mut troubles: Vec<(Trouble, u64)>,
        timeline: Vec<Point>,
    ) -> Self {
        troubles.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let told = |(trouble, count): &(Trouble, u64)| Told { count: *count, what: trouble.to_string(), cure: trouble.cure() };
        let troubles = troubles.iter().map(told).collect();
        let shortfalls: Vec<String> = joining
            .shortfalls()
            .chain(talking.iter().flat_map(Talking::shortfalls))
            .chain(storm.iter().flat_map(Storm::shortfalls))
            .collect();
        Self { about, whole: shortfalls.is_empty(), shortfalls, joining, talking, storm, troubles, timeline }
    }
}

/// A line with how many, where there are any.
fn where_any(count: u64, what: impl FnOnce(String) -> String) -> Option<String> {
    (count > 0).then(|| what(grouped(count)))
}

/// What nobody should lack, get twice, or wait for.
fn incomplete(when: &str, behind: u32, lacking: u64, repeated: u64) -> [Option<String>; 3] {
    [
        where_any(behind.into(), |count| format!("clients without everything that was said {when}: {count}")),
        where_any(lacking, |count| format!("updates left out {when}, where what follows on them came: {count}")),
        where_any(repeated, |count| format!("updates that came twice {when}: {count}")),
    ]
}

impl Joining {
    pub(super) fn new(wanted: u32, joined: &Joined, took: Duration) -> Self {
        Self {
            wanted,
            inside: joined.inside,
            seconds: tenths(took.as_secs_f64()),
            sign_in_ms: joined.sign_in.percentiles(),
            in_the_room_ms: joined.connect.percentiles(),
        }
    }

    fn shortfalls(&self) -> impl Iterator<Item = String> + use<> {
        let outside = u64::from(self.wanted.saturating_sub(self.inside));
        let wanted = grouped(self.wanted.into());
        where_any(outside, |count| format!("clients that did not come in: {count} of {wanted}")).into_iter()
    }
}

impl Talking {
    pub(super) fn new(said: &Said, heard: &Heard, inside: u32) -> Self {
        Self {
            sent: said.sent,
            accepted: said.accepted,
            refused: said.refused,
            answer_ms: said.answer.percentiles(),
            expected: said.accepted * u64::from(inside),
            delivered: heard.delivered,
            bytes: heard.bytes,
            delivery_ms: heard.delivery.percentiles(),
            delivery_curve: delivery_curve(&heard.delivery),
            behind: heard.behind,
            lacking: heard.lacking,
            repeated: heard.repeated,
            reactions: (said.thrown, heard.thrown),
            votes: Voting::of(&heard.votes),
        }
    }

    fn shortfalls(&self) -> impl Iterator<Item = String> + use<> {
        let votes = self.votes.map_or(0, |votes| votes.cast.saturating_sub(votes.accepted));
        let unanswered = self.sent.saturating_sub(self.accepted + self.refused);
        let missing = self.expected.saturating_sub(self.delivered);
        [
            where_any(self.refused, |count| format!("messages refused: {count}")),
            where_any(unanswered, |count| format!("messages never answered: {count}")),
            where_any(missing, |count| format!("deliveries that did not come: {count}")),
            where_any(votes, |count| format!("votes that were not taken: {count}")),
        ]
        .into_iter()
        .chain(incomplete("while they talked", self.behind, self.lacking, self.repeated))
        .flatten()
    }
}

impl Voting {
    fn of(votes: &Votes) -> Option<Self> {
        let Votes { cast, accepted, answer, told } = votes;
        (*cast > 0).then(|| Self { cast: *cast, accepted: *accepted, answer_ms: answer.percentiles(), told: *told })
    }
}

impl Storm {
    pub(super) fn new(back: &Back, said: &Said, heard: &Heard, within: u32) -> Self {
        Self {
            cut: back.cut,
            back: back.back,
            within,
            back_ms: back.took.percentiles(),
            back_curve: back_curve(back),
            anew: back.anew,
            sent: said.sent,
            accepted: said.accepted,
            delivery_ms: heard.delivery.percentiles(),
            behind: heard.behind,
            lacking: heard.lacking,
            repeated: heard.repeated,
        }
    }

    fn shortfalls(&self) -> impl Iterator<Item = String> + use<> {
        let (away, within) = (u64::from(self.cut.saturating_sub(self.back)), self.within);
        let lost = self.sent.saturating_sub(self.accepted);
        [
            where_any(away, |count| format!("clients not back within {within} s: {count}")),
            where_any(lost, |count| format!("messages said around the storm and not taken: {count}")),
        ]
        .into_iter()
        .chain(incomplete("around the storm", self.behind, self.lacking, self.repeated))
        .flatten()
    }
}

/// Denser where few are: 50 %, 90 %, 99 % and 99.9 % lie equally far apart.
fn delivery_curve(samples: &Samples) -> Vec<(f64, f64)> {
    let steps = if samples.count() == 0 { 0 } else { 64 };
    let part = |step: u32| 1.0 - 10_f64.powf(-3.5 * f64::from(step) / f64::from(steps));
    (0..=steps).filter(|_| steps > 0).map(|step| (part(step), samples.quantile(part(step)) as f64 / 1_000.0)).collect()
}

/// From the cut until the last is back.
fn back_curve(back: &Back) -> Vec<(f64, f64)> {
    let longest = back.took.quantile(1.0);
    let part = |micros| back.took.within(micros) * f64::from(back.back) / f64::from(back.cut.max(1));
    let at = |step: u64| longest * step / 64;
    (0..=64).filter(|_| back.cut > 0).map(|step| (at(step) as f64 / 1_000_000.0, part(at(step)))).collect()
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
pub(super) mod tests;
