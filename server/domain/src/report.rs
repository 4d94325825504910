//! What is told of a room afterwards: what of its log leaves the house, and what its questions and polls came to. Nobody's anonymous vote or
//! question is in any of it, nor what one could tell it by.

use std::collections::{HashMap, HashSet};

use houselights_shared::{AskedId, Leader, NamedVote, Poll, PollId, Question, Standing, Tally, Timestamp, Update, UpdateBody};

use crate::{View, polls::Held, state::State, tally::whole_tally};

/// Follows a log from its beginning, and says what of each entry leaves the house: what those see who look after the show. Of a poll that is
/// anonymous that is how it ended, and not how it stood from second to second, which would tell who voted for what wherever one knows who voted when.
#[derive(Clone, Debug, Default)]
pub struct Disclosure {
    named: HashSet<PollId>,
}

impl Disclosure {
    /// An entry as it leaves the house; nothing where it does not.
    pub fn of(&mut self, update: &Update) -> Option<Update> {
        let mut seen = View::Control.seen(update);
        if let UpdateBody::PollDrafted { poll } | UpdateBody::PollOpened { poll } = &seen.body {
            if poll.form.named {
                self.named.insert(poll.id);
            } else {
                self.named.remove(&poll.id);
            }
        }
        let is_anonymous = |poll: &PollId| !self.named.contains(poll);
        if let UpdateBody::PollClosed { poll, tally, .. } = &mut seen.body
            && is_anonymous(&*poll)
        {
            // They stand in the order in which they were given.
            tally.texts.sort_unstable();
        } else if let UpdateBody::PollReopened { poll } = &mut seen.body
            && is_anonymous(&poll.id)
        {
            // How it stood then is told by the entry that closed it.
            poll.tally = None;
        }
        let stays = if let UpdateBody::PollCounted { poll, .. } = &seen.body {
            is_anonymous(poll)
        } else {
            matches!(seen.body, UpdateBody::Hidden { .. })
        };
        (!stays).then_some(seen)
    }
}

/// What became of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionOutcome {
    /// As it stood last.
    pub question: Question,
    /// Since when everybody saw it, the first time.
    pub opened_at: Option<Timestamp>,
    /// When it got the standing that it has.
    pub settled_at: Option<Timestamp>,
    /// When whoever asked it took it back.
    pub withdrawn_at: Option<Timestamp>,
    /// What the question asks that it was merged into.
    pub merged_into: Option<String>,
}

/// What became of the questions of a room; it follows the whole log.
#[derive(Clone, Debug, Default)]
pub struct QuestionsReport {
    asked: Vec<QuestionOutcome>,
    places: HashMap<AskedId, usize>,
}

impl QuestionsReport {
    /// The next entry of the log.
    pub fn follow(&mut self, update: &Update) {
        // Nothing else than what those see who look after the show can be told here.
        let Update { at, body, .. } = View::Control.seen(update);
        if let UpdateBody::QuestionAsked { question } = body {
            self.places.insert(question.id, self.asked.len());
            let opened_at = question.standing.is_public().then_some(at);
            self.asked.push(QuestionOutcome { question, opened_at, settled_at: None, withdrawn_at: None, merged_into: None });
        } else if let UpdateBody::QuestionOpened { question } = body {
            self.change(question.id, |outcome| {
                outcome.opened_at = outcome.opened_at.or(Some(at));
                (outcome.settled_at, outcome.merged_into) = (None, None);
                outcome.question = question;
            });
        } else if let UpdateBody::QuestionSettled { question, standing, .. } = body {
            let merged_into = self.target(&standing);
            self.change(question, |outcome| {
                (outcome.settled_at, outcome.merged_into) = (Some(at), merged_into);
                outcome.question.standing = standing;
            });
        } else if let UpdateBody::QuestionsCounted { counts } = body {
            for count in counts {
                self.change(count.question, |outcome| outcome.question.votes = count.votes);
            }
        } else if let UpdateBody::QuestionWithdrawn { question, .. } = body {
            // What was settled only made room for others.
            self.change(question, |outcome| {
                outcome.withdrawn_at = (!outcome.question.standing.is_settled()).then_some(at);
            });
        }
    }

    fn change(&mut self, id: AskedId, change: impl FnOnce(&mut QuestionOutcome)) {
        if let Some(outcome) = self.places.get(&id).and_then(|place| self.asked.get_mut(*place)) {
            change(outcome);
        }
    }

    fn target(&self, standing: &Standing) -> Option<String> {
        let Standing::Merged { into } = standing else { return None };
        self.places.get(into).and_then(|place| self.asked.get(*place)).map(|outcome| outcome.question.text.clone())
    }

    /// In the order in which they were asked.
    #[must_use]
    pub fn finish(self) -> Vec<QuestionOutcome> {
        self.asked
    }
}

/// What a poll came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollOutcome {
    /// As it stood last.
    pub poll: Poll,
    /// Every word and every text, in an order that tells nothing of when they were given.
    pub tally: Tally,
    /// When one could vote first.
    pub opened_at: Timestamp,
    /// Who voted for what; nothing of a poll that is anonymous.
    pub votes: Option<Vec<NamedVote>>,
}

/// What the polls of a room came to that were asked, also those that were thrown away since; it follows the whole log.
#[derive(Clone, Debug, Default)]
pub struct PollsReport {
    state: State,
    opened: Vec<(PollId, Timestamp)>,
    gone: Vec<PollOutcome>,
}

impl PollsReport {
    /// The next entry of the log.
    pub fn follow(&mut self, update: &Update) {
        if let UpdateBody::PollOpened { poll } = &update.body {
            self.opened.push((poll.id, update.at));
        } else if let UpdateBody::PollDropped { poll } = &update.body {
            self.gone.extend(self.opened.iter().find(|(id, _)| id == poll).and_then(|opened| self.outcome(*opened)));
            self.opened.retain(|(id, _)| id != poll);
        }
        self.state.apply(update);
    }

    fn outcome(&self, (id, opened_at): (PollId, Timestamp)) -> Option<PollOutcome> {
        let held: &Held = self.state.polls.get(id)?;
        let mut tally = whole_tally(&held.poll, &held.votes);
        tally.texts.sort_unstable();
        Some(PollOutcome { poll: held.poll.clone(), tally, opened_at, votes: held.named_votes() })
    }

    /// In the order in which they were opened; and everybody who has points of quizzes.
    #[must_use]
    pub fn finish(mut self) -> (Vec<PollOutcome>, Vec<Leader>) {
        let mut outcomes = std::mem::take(&mut self.gone);
        outcomes.extend(self.opened.iter().filter_map(|opened| self.outcome(*opened)));
        outcomes.sort_by_key(|outcome| (outcome.opened_at, outcome.poll.id));
        (outcomes, self.state.polls.leaderboard())
    }
}
