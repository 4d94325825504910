//! Polls: Draft, then Open, then Closed, then Archived.
//!
//! `GET /api/rooms/{room}/polls/{poll}/votes?after=` with the login's token as bearer answers a [`VotesPage`] of a poll that is [`named`](PollForm::named),
//! for those who look after the room.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ParticipantId, PollId, Timestamp};

/// The longest question, option, word or text of a poll, in Unicode scalar values, after trimming.
pub const MAX_POLL_CHARS: usize = 300;

/// The longest word of a word cloud, in Unicode scalar values.
pub const MAX_WORD_CHARS: usize = 30;

/// The most options of a poll.
pub const MAX_POLL_OPTIONS: usize = 20;

/// The most stars of a rating.
pub const MAX_STARS: u8 = 10;

/// The most words that one can give to a word cloud.
pub const MAX_WORDS_EACH: u8 = 5;

/// The most points of a quiz question.
pub const MAX_POINTS: u32 = 1_000;

/// The longest time that a poll is open by itself, in seconds.
pub const MAX_POLL_SECONDS: u32 = 3_600;

/// The most polls of a room. Full: the oldest that is archived goes; where none is, no more are made.
pub const MAX_POLLS: usize = 100;

/// How many of the words, texts and leaders of a poll are told.
pub const TOLD_OF_A_POLL: usize = 50;

/// The most answers that moderators take out of a poll.
pub const MAX_HIDDEN_ANSWERS: usize = 500;

/// The most votes of a page.
pub const PAGE_VOTES: usize = 100;

/// How one answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum PollKind {
    /// One of the options.
    Single,
    /// Some of the options.
    Multiple {
        /// How many at most, from 1.
        most: u8,
    },
    /// Stars.
    Rating {
        /// How many there are, 2 to [`MAX_STARS`].
        stars: u8,
    },
    /// Words, of which the more frequent are drawn larger.
    WordCloud {
        /// How many each may give, 1 to [`MAX_WORDS_EACH`].
        words: u8,
    },
    /// A text.
    OpenText,
    /// One of the options, and the right ones bring points. The first answer counts.
    Quiz {
        /// How many points a right answer brings, 1 to [`MAX_POINTS`]; where the poll is timed, half of them, and of the other half as much as
        /// there is left of the time.
        points: u32,
    },
    /// A kind of a newer version.
    #[serde(other)]
    Unknown,
}

/// When the audience sees how it stands. Whoever looks after the show always does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ResultsShown {
    /// While it is open, too.
    #[default]
    Always,
    /// As soon as one has voted.
    AfterVote,
    /// Once it is closed.
    AfterClose,
    /// A way of a newer version; as `AfterClose`.
    #[serde(other)]
    Unknown,
}

/// What a poll asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PollForm {
    /// 1 to [`MAX_POLL_CHARS`] characters.
    pub question: String,
    /// How one answers.
    pub kind: PollKind,
    /// 2 to [`MAX_POLL_OPTIONS`] for kinds with options, otherwise none; each 1 to [`MAX_POLL_CHARS`] characters, and no two that read the same.
    #[serde(default)]
    pub options: Vec<String>,
    /// The right options of a quiz, from 0. While it is open only whoever looks after the show knows them.
    #[serde(default)]
    pub correct: Vec<u8>,
    /// When the audience sees how it stands.
    #[serde(default)]
    pub shown: ResultsShown,
    /// Whether whoever looks after the show sees who voted for what. Otherwise nobody does, and those who vote are told which it is.
    #[serde(default)]
    pub named: bool,
    /// Whether one may change one's vote while it is open. Of a quiz nobody may.
    #[serde(default)]
    pub changeable: bool,
    /// How long it is open, in seconds, 5 to [`MAX_POLL_SECONDS`]; absent: until somebody closes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub seconds: Option<u32>,
}

/// A poll of a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Poll {
    /// Which.
    pub id: PollId,
    /// What it asks.
    pub form: PollForm,
    /// Where it stands.
    #[serde(default)]
    pub phase: PollPhase,
    /// How the votes stand, as they were counted last; absent for those who do not see it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tally: Option<Tally>,
    /// The words and texts that moderators took out of the tally, at most [`MAX_HIDDEN_ANSWERS`]; for whoever looks after the show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub hidden: Vec<String>,
}

impl Poll {
    /// As it is seen by those who do not know the right options yet, nor how the votes stand.
    #[must_use]
    pub fn without_answers(&self) -> Self {
        Self { form: PollForm { correct: Vec::new(), ..self.form.clone() }, tally: None, ..self.without_hidden() }
    }

    /// As those see it who do not look after the show.
    #[must_use]
    pub fn without_hidden(&self) -> Self {
        Self { hidden: Vec::new(), ..self.clone() }
    }

    /// As it is seen, while it is open, by those who vote in it.
    #[must_use]
    pub fn as_voted_in(&self) -> Self {
        let tally = self.tally.clone().filter(|_| self.form.shown == ResultsShown::Always);
        Self { tally, ..self.without_answers() }
    }
}

/// Where a poll stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum PollPhase {
    /// Only whoever looks after the show sees it.
    #[default]
    Draft,
    /// One can vote.
    Open {
        /// Since when.
        since: Timestamp,
        /// When it closes by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        closes_at: Option<Timestamp>,
    },
    /// Everybody sees how it ended.
    Closed {
        /// Since when.
        at: Timestamp,
    },
    /// Put away: only whoever looks after the show sees it.
    Archived {
        /// When it was closed.
        at: Timestamp,
    },
    /// A phase of a newer server.
    #[serde(other)]
    Unknown,
}

/// What somebody votes for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "vote", rename_all = "snake_case")]
pub enum Choice {
    /// Options, from 0: one of a single choice or a quiz.
    Options {
        /// Which.
        options: Vec<u8>,
    },
    /// Stars, from 1.
    Rating {
        /// How many.
        stars: u8,
    },
    /// Words.
    Words {
        /// Which.
        words: Vec<String>,
    },
    /// A text.
    Text {
        /// 1 to [`MAX_POLL_CHARS`] characters.
        text: String,
    },
    /// A vote of a newer client; refused with [`ChoiceInvalid`](crate::Refusal::ChoiceInvalid).
    #[serde(other)]
    Unknown,
}

/// How the votes stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Tally {
    /// How many people voted.
    pub voters: u32,
    /// How often each option was voted for; of a rating how often each number of stars, from 1.
    #[serde(default)]
    pub counts: Vec<u32>,
    /// The most frequent words, at most [`TOLD_OF_A_POLL`].
    #[serde(default)]
    pub words: Vec<WordCount>,
    /// The latest texts, newest first, at most [`TOLD_OF_A_POLL`].
    #[serde(default)]
    pub texts: Vec<String>,
    /// Who has the most points over all quizzes of the room, at most [`TOLD_OF_A_POLL`]; once a quiz is closed.
    #[serde(default)]
    pub leaders: Vec<Leader>,
}

/// How often a word was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WordCount {
    /// In lower case, as it was written first: however it is written, it counts as one.
    pub word: String,
    /// How often.
    pub count: u32,
}

/// Somebody on the leaderboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Leader {
    /// As they were called when they answered last.
    pub name: String,
    /// Over all quizzes of the room.
    pub points: u32,
}

/// Who voted for what, in a poll that told them that they are seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NamedVote {
    /// Who.
    pub participant: ParticipantId,
    /// As they were called when they voted.
    pub name: String,
    /// For what.
    pub choice: Choice,
    /// When.
    pub at: Timestamp,
}

/// Some of the votes of a poll, by the names of those who voted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VotesPage {
    /// At most [`PAGE_VOTES`].
    pub votes: Vec<NamedVote>,
    /// How many there are in all.
    pub count: u32,
    /// Behind whom the next page begins; absent where this is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub after: Option<ParticipantId>,
}
