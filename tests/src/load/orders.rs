//! What the director and its processes say to each other: a line of JSON each.

use std::time::Duration;

use houselights_shared::Seq;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{samples::Samples, trouble::Trouble};

/// The first line to a process: its part of the crowd. The secret comes this way, since everybody may read a process's arguments.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Assignment {
    pub(super) server: Url,
    pub(super) secret: String,
    /// What all that this run says begins with.
    pub(super) mark: String,
    pub(super) clients: u32,
    /// The number of its first client in the whole crowd.
    pub(super) first: u32,
    /// How many join a second.
    pub(super) joins: f64,
    pub(super) patience: Duration,
    pub(super) addresses: u32,
    /// Over how long the votes in a poll are spread; nothing where nobody votes.
    pub(super) votes: Option<Duration>,
}

/// What a process is told then.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum Order {
    /// Say so many messages a second for so long. Answered with [`Line::Said`].
    Talk {
        /// Messages a second.
        rate: f64,
        /// For how long.
        span: Duration,
        /// Reactions a second.
        reactions: f64,
        /// How long the answers may take after that.
        answers: Duration,
    },
    /// Wait until every client has the log up to here. Answered with [`Line::Heard`].
    Settle {
        /// The last position that counts.
        through: Seq,
    },
    /// Cut every connection now. Answered with [`Line::Back`].
    Cut {
        /// How long coming back may take.
        within: Duration,
    },
}

/// What a process says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Line {
    /// A second has passed.
    Second(Second),
    /// Everybody has come, or given up.
    Joined(Joined),
    /// All was said, and answered or given up.
    Said(Said),
    /// What was heard since the last order to talk.
    Heard(Heard),
    /// Those who were cut are back, or given up.
    Back(Back),
    /// It cannot go on.
    Failed(String),
}

/// What happened in a second.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Second {
    /// Which, since 1970.
    pub(super) at: u64,
    /// Clients in the room at its end.
    pub(super) inside: u32,
    /// Messages that arrived, counted once a client.
    pub(super) delivered: u64,
    /// How long those were under way.
    pub(super) delivery: Samples,
}

/// How a crowd came in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Joined {
    /// Who is in.
    pub inside: u32,
    /// From the first attempt to the login.
    pub sign_in: Samples,
    /// From the first attempt to having the room.
    pub connect: Samples,
    /// What was met, each with how often.
    pub troubles: Vec<(Trouble, u64)>,
}

/// What a crowd said.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Said {
    /// Messages sent.
    pub sent: u64,
    /// Those that the room took.
    pub accepted: u64,
    /// Those that it refused.
    pub refused: u64,
    /// From sending to the answer.
    pub answer: Samples,
    /// The position of the last one taken.
    pub through: Seq,
    /// Reactions thrown at the stage.
    pub thrown: u64,
    /// What was met, each with how often.
    pub troubles: Vec<(Trouble, u64)>,
}

/// What a crowd heard.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Heard {
    /// Messages of this run that arrived, counted once a client.
    pub delivered: u64,
    /// Bytes of the frames that brought them.
    pub bytes: u64,
    /// From just before sending to having been read.
    pub delivery: Samples,
    /// Clients that do not have everything after all.
    pub behind: u32,
    /// Updates that a client never got, where it got what follows on them.
    pub lacking: u64,
    /// Updates that came to a client that had them.
    pub repeated: u64,
    /// Reactions, as they were told to one client.
    pub thrown: u64,
    /// What became of a poll, where one was open.
    pub votes: Votes,
    /// What was met, each with how often.
    pub troubles: Vec<(Trouble, u64)>,
}

/// How a crowd voted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Votes {
    /// Votes sent, one a client.
    pub cast: u64,
    /// Those that the room took.
    pub accepted: u64,
    /// From sending to the answer.
    pub answer: Samples,
    /// How many voted, as the crowd was told last.
    pub told: u32,
}

/// How a crowd came back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Back {
    /// Whose connection was cut.
    pub cut: u32,
    /// Who is back, and has all that there was when it was cut.
    pub back: u32,
    /// Who was given the whole room again, instead of what they missed.
    pub anew: u32,
    /// From the cut to having it.
    pub took: Samples,
    /// What was met, each with how often.
    pub troubles: Vec<(Trouble, u64)>,
}

/// Counts what one process met on top of what others did.
pub(super) fn add_troubles(all: &mut Vec<(Trouble, u64)>, more: Vec<(Trouble, u64)>) {
    for (trouble, count) in more {
        match all.iter_mut().find(|(known, _)| *known == trouble) {
            Some((_, known)) => *known += count,
            None => all.push((trouble, count)),
        }
    }
}

impl Joined {
    pub(super) fn add(&mut self, other: Self) {
        self.inside += other.inside;
        self.sign_in.merge(&other.sign_in);
        self.connect.merge(&other.connect);
        add_troubles(&mut self.troubles, other.troubles);
    }
}

impl Said {
    pub(super) fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.answer.merge(&other.answer);
        self.through = self.through.max(other.through);
        self.thrown += other.thrown;
        add_troubles(&mut self.troubles, other.troubles);
    }
}

impl Heard {
    pub(crate) fn add(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.bytes += other.bytes;
        self.delivery.merge(&other.delivery);
        self.behind += other.behind;
        self.lacking += other.lacking;
        self.repeated += other.repeated;
        // All are told the same.
        self.thrown = self.thrown.max(other.thrown);
        self.votes.cast += other.votes.cast;
        self.votes.accepted += other.votes.accepted;
        self.votes.answer.merge(&other.votes.answer);
        self.votes.told = self.votes.told.max(other.votes.told);
        add_troubles(&mut self.troubles, other.troubles);
    }
}

impl Back {
    pub(super) fn add(&mut self, other: Self) {
        self.cut += other.cut;
        self.back += other.back;
        self.anew += other.anew;
        self.took.merge(&other.took);
        add_troubles(&mut self.troubles, other.troubles);
    }
}
