//! Questions of the audience: asked, wanted, let through, answered.

use std::{collections::HashSet, time::Duration};

use houselights_shared::{
    Action, Answer, AskedId, Asker, CommandId, MAX_MESSAGE_CHARS, MAX_QUESTION_CHARS, MAX_QUESTIONS, MAX_QUESTIONS_EACH,
    ParticipantId, Question, QuestionCount, Refusal, Standing, Timestamp, UpdateBody,
};

use crate::{Actor, gone::Gone, may, words::written};

/// The least time from one count to the next.
pub const BETWEEN_COUNTS: Duration = Duration::from_secs(1);

/// A question, and what nobody is told of it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) question: Question,
    pub(crate) author: ParticipantId,
    pub(crate) voters: HashSet<ParticipantId>,
    /// While it is merged into another: who wants that one because of it alone.
    brought: HashSet<ParticipantId>,
}

impl Asked {
    fn votes(&self) -> u32 {
        u32::try_from(self.voters.len()).unwrap_or(u32::MAX)
    }

    /// Whose wish it is that this is answered, as far as it counts elsewhere. Who asked without a name counts nowhere: by a number that grows, or
    /// does not, everybody would know them.
    fn wish(&self) -> impl Iterator<Item = ParticipantId> {
        let named = self.question.author.as_ref().map(|_| self.author);
        self.voters.iter().copied().chain(named)
    }

    fn is_miscounted(&self) -> bool {
        self.question.standing.is_public() && self.votes() != self.question.votes
    }
}

/// The questions of a room, in the order in which they were asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Questions {
    asked: Vec<Asked>,
    counted_at: Timestamp,
    gone: Gone,
}

impl Questions {
    pub(crate) fn get(&self, id: AskedId) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.question.id == id)
    }

    fn get_mut(&mut self, id: AskedId) -> Option<&mut Asked> {
        self.asked.iter_mut().find(|asked| asked.question.id == id)
    }

    fn known(&self, id: AskedId) -> Result<&Asked, Refusal> {
        self.get(id).ok_or(Refusal::NoSuchQuestion)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Asked> {
        self.asked.iter()
    }

    /// Whose own a change of a question's standing changes: its author's, and of one that is merged, or was, everybody's who wants it.
    pub(crate) fn concerned(&self, id: AskedId, to: Option<&Standing>) -> Vec<ParticipantId> {
        let Some(asked) = self.get(id) else { return Vec::new() };
        let is_merged = |standing: &Standing| matches!(standing, Standing::Merged { .. });
        let moves = is_merged(&asked.question.standing) || to.is_some_and(is_merged);
        let voters = asked.voters.iter().filter(|_| moves);
        voters.copied().chain([asked.author]).collect()
    }

    /// A question of somebody who may ask now. What somebody asks who moderates is not reviewed.
    pub(crate) fn ask(
        &self,
        now: Timestamp,
        who: &Actor,
        id: CommandId,
        (text, anonymous, review): (&str, bool, bool),
    ) -> Result<Vec<UpdateBody>, Refusal> {
        let id = AskedId::from(id);
        if let Some(asked) = self.get(id) {
            return if asked.author == who.participant { Ok(Vec::new()) } else { Err(Refusal::Malformed) };
        }
        if self.gone.has(who.participant, id) {
            return Ok(Vec::new());
        }
        let text = written(text, MAX_QUESTION_CHARS)?;
        let is_pending = |asked: &&Asked| asked.author == who.participant && !asked.question.standing.is_settled();
        if self.asked.iter().filter(is_pending).count() >= MAX_QUESTIONS_EACH {
            return Err(Refusal::Full);
        }
        let author = (!anonymous).then(|| Asker { participant: who.participant, name: who.name.clone() });
        let standing = if review && !may(who.role, Action::Moderate) { Standing::Waiting } else { Standing::Open };
        let question = Question { id, author, text, at: now, standing, votes: 0 };
        Ok(self.room_for_one()?.into_iter().chain([UpdateBody::QuestionAsked { question }]).collect())
    }

    /// What has to go so that there is room for one more: the oldest that is settled.
    fn room_for_one(&self) -> Result<Option<UpdateBody>, Refusal> {
        if self.asked.len() < MAX_QUESTIONS {
            return Ok(None);
        }
        let oldest = self.asked.iter().find(|asked| asked.question.standing.is_settled()).ok_or(Refusal::Full)?;
        Ok(Some(withdrawn(oldest)))
    }

    pub(crate) fn withdraw(&self, who: &Actor, id: AskedId) -> Result<Vec<UpdateBody>, Refusal> {
        let asked = self.known(id)?;
        if asked.author != who.participant {
            return Err(Refusal::NotAllowed);
        }
        if asked.question.standing.is_settled() { Err(Refusal::NoSuchQuestion) } else { Ok(vec![withdrawn(asked)]) }
    }

    /// One vote each, and none for one's own question.
    pub(crate) fn upvote(&self, who: &Actor, id: AskedId, up: bool) -> Result<Vec<UpdateBody>, Refusal> {
        let asked = self.get(id).filter(|asked| asked.question.standing == Standing::Open).ok_or(Refusal::NoSuchQuestion)?;
        if asked.author == who.participant {
            return Err(Refusal::NotAllowed);
        }
        let is_up = asked.voters.contains(&who.participant);
        Ok(if is_up == up { Vec::new() } else { vec![UpdateBody::QuestionUpvoted { question: id, up }] })
    }

    pub(crate) fn open(&self, id: AskedId) -> Result<Vec<UpdateBody>, Refusal> {
        let asked = self.known(id)?;
        Ok(if asked.question.standing == Standing::Open { Vec::new() } else { vec![opened(asked)] })
    }

    pub(crate) fn dismiss(&self, id: AskedId) -> Result<Vec<UpdateBody>, Refusal> {
        let asked = self.known(id)?;
        Ok(if asked.question.standing == Standing::Dismissed { Vec::new() } else { vec![settled(asked, Standing::Dismissed)] })
    }

    pub(crate) fn hold(&self, id: AskedId) -> Result<Vec<UpdateBody>, Refusal> {
        let asked = self.known(id)?;
        Ok(if asked.question.standing == Standing::Waiting { Vec::new() } else { vec![settled(asked, Standing::Waiting)] })
    }

    /// What is answered everybody sees.
    pub(crate) fn answer(
        &self,
        now: Timestamp,
        who: &Actor,
        id: AskedId,
        answer: Option<&str>,
    ) -> Result<Vec<UpdateBody>, Refusal> {
        let asked = self.known(id)?;
        let answer = match answer {
            Some(text) => Some(Answer { text: written(text, MAX_MESSAGE_CHARS)?, name: who.name.clone() }),
            None => None,
        };
        let first = (!asked.question.standing.is_public()).then(|| opened(asked));
        let standing = Standing::Answered { at: now, answer };
        let settled = UpdateBody::QuestionSettled { question: id, standing, was_public: true };
        Ok(first.into_iter().chain([settled]).collect())
    }

    /// Its votes, and its author's wish, go to the other one.
    pub(crate) fn merge(&self, id: AskedId, into: AskedId) -> Result<Vec<UpdateBody>, Refusal> {
        let asked = self.known(id)?;
        let target = self.get(into).filter(|target| target.question.standing == Standing::Open && into != id);
        target.ok_or(Refusal::NoSuchQuestion)?;
        match asked.question.standing {
            Standing::Waiting | Standing::Open => Ok(vec![settled(asked, Standing::Merged { into })]),
            Standing::Answered { .. } | Standing::Dismissed | Standing::Merged { .. } | Standing::Unknown => {
                Err(Refusal::NoSuchQuestion)
            }
        }
    }

    /// When the votes are to be counted.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.asked.iter().any(Asked::is_miscounted).then(|| self.counted_at.plus(BETWEEN_COUNTS))
    }

    pub(crate) fn count(&self, now: Timestamp) -> Option<UpdateBody> {
        self.next().filter(|due| *due <= now)?;
        let miscounted = self.asked.iter().filter(|asked| asked.is_miscounted());
        let counts = miscounted.map(|asked| QuestionCount { question: asked.question.id, votes: asked.votes() }).collect();
        Some(UpdateBody::QuestionsCounted { counts })
    }

    pub(crate) fn was_asked(&mut self, question: &Question, author: ParticipantId) {
        self.asked.push(Asked { question: question.clone(), author, voters: HashSet::new(), brought: HashSet::new() });
    }

    pub(crate) fn was_opened(&mut self, question: &Question) {
        self.take_back(question.id);
        if let Some(asked) = self.get_mut(question.id) {
            asked.question = question.clone();
        }
    }

    pub(crate) fn was_settled(&mut self, id: AskedId, standing: &Standing) {
        self.take_back(id);
        let Some(asked) = self.get_mut(id) else { return };
        asked.question.standing = standing.clone();
        if let Standing::Merged { into } = standing {
            self.bring(id, *into);
        }
    }

    /// Whoever wants the one wants the other from now on. Nobody counts twice, and its author not at all, unless that would tell who it is.
    fn bring(&mut self, id: AskedId, into: AskedId) {
        let Some(wish) = self.get(id).map(|asked| asked.wish().collect::<Vec<_>>()) else { return };
        let Some(target) = self.get_mut(into) else { return };
        let author = target.question.author.as_ref().map(|_| target.author);
        let brought = wish.into_iter().filter(|who| Some(*who) != author && target.voters.insert(*who)).collect();
        if let Some(asked) = self.get_mut(id) {
            asked.brought = brought;
        }
    }

    /// It is merged no longer: what it brought to others goes with it.
    fn take_back(&mut self, id: AskedId) {
        let Some(asked) = self.get_mut(id) else { return };
        let mut brought = std::mem::take(&mut asked.brought);
        let mut standing = asked.question.standing.clone();
        while let Standing::Merged { into } = standing {
            let Some(target) = self.get_mut(into) else { return };
            target.voters.retain(|who| !brought.contains(who));
            brought.retain(|who| target.brought.remove(who));
            standing = target.question.standing.clone();
        }
    }

    pub(crate) fn was_withdrawn(&mut self, id: AskedId) {
        if let Some(author) = self.get(id).map(|asked| asked.author) {
            self.gone.remember(author, id);
        }
        self.asked.retain(|asked| asked.question.id != id);
    }

    pub(crate) fn was_upvoted(&mut self, id: AskedId, by: ParticipantId, up: bool) {
        let Some(asked) = self.get_mut(id) else { return };
        if up {
            asked.voters.insert(by);
        } else {
            asked.voters.remove(&by);
        }
    }

    pub(crate) fn were_counted(&mut self, counts: &[QuestionCount], at: Timestamp) {
        self.counted_at = at;
        for QuestionCount { question, votes } in counts {
            if let Some(asked) = self.get_mut(*question) {
                asked.question.votes = *votes;
            }
        }
    }
}

fn opened(asked: &Asked) -> UpdateBody {
    UpdateBody::QuestionOpened { question: Question { standing: Standing::Open, ..asked.question.clone() } }
}

fn settled(asked: &Asked, standing: Standing) -> UpdateBody {
    let was_public = asked.question.standing.is_public();
    UpdateBody::QuestionSettled { question: asked.question.id, standing, was_public }
}

fn withdrawn(asked: &Asked) -> UpdateBody {
    let was_public = asked.question.standing.is_public();
    UpdateBody::QuestionWithdrawn { question: asked.question.id, was_public }
}
