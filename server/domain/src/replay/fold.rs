//! Where a room stood at a moment of its log.

use houselights_shared::{RoomId, Seq, Snapshot, Update, UpdateBody};

use crate::{
    View,
    log::{of_a_poll, words, words_of},
    state::State,
};

/// A log followed so far, with what a snapshot shows of it and nothing else: no votes, and no more messages than a snapshot carries.
#[derive(Clone, Debug)]
pub struct Fold {
    state: State,
    seq: Seq,
}

impl Default for Fold {
    fn default() -> Self {
        Self { state: State::of_the_latest(), seq: Seq::START }
    }
}

impl Fold {
    /// The last entry that is in it.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// The next entry, as it is [kept](super::Chronicle::kept).
    pub fn follow(&mut self, update: &Update) {
        self.seq = update.seq;
        if update.is_nobodys() {
            // What comes of votes was counted, and stands in the log.
        } else if let UpdateBody::MessageSent { message } = &update.body {
            self.state.chat.said.sent(message);
        } else {
            self.state.apply(update);
        }
    }

    /// About what it takes in memory, in bytes.
    pub fn weight(&self) -> usize {
        let State { chat, questions, polls, running, moderation, .. } = &self.state;
        let said: usize = chat.said.latest().chain(chat.notes.latest()).map(words_of).sum();
        let asked: usize = questions.iter().map(|asked| size_of_val(asked) + asked.question.text.len()).sum();
        let polls: usize = polls.iter().map(|held| size_of_val(held) + of_a_poll(&held.poll)).sum();
        let reports: usize =
            moderation.reports.iter().chain(&moderation.settled).flat_map(|report| &report.context).map(words_of).sum();
        size_of::<Self>() + said + asked + polls + reports + words(&running.planned) + moderation.weight()
    }

    /// The room as it stood then.
    pub fn snapshot(&self, (room, title): (RoomId, &str), view: View) -> Snapshot {
        self.state.snapshot((room, self.seq, title), view)
    }
}
