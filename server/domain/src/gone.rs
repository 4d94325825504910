//! What was there and is not any more, so far as a repeat would bring it back.

use std::collections::{HashMap, VecDeque};

use houselights_shared::{AskedId, ParticipantId};

/// So many of each person's are remembered. Full: the oldest goes.
const REMEMBERED_QUESTIONS: usize = 256;

/// Each person's latest questions that were withdrawn, or made room for others. A question goes by the id of the command that asked it: a repeat
/// asks nothing anew, whatever else its sender has done since.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gone(HashMap<ParticipantId, VecDeque<AskedId>>);

impl Gone {
    pub(crate) fn has(&self, who: ParticipantId, question: AskedId) -> bool {
        self.0.get(&who).is_some_and(|gone| gone.contains(&question))
    }

    pub(crate) fn remember(&mut self, who: ParticipantId, question: AskedId) {
        let gone = self.0.entry(who).or_default();
        if gone.len() >= REMEMBERED_QUESTIONS {
            gone.pop_front();
        }
        gone.push_back(question);
    }
}
