//! Questions of the audience: asked, wanted, let through, answered.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    time::Duration,
};

use houselights_shared::{
    Action, Answer, AskedId, Asker, CommandId, MAX_MESSAGE_CHARS, MAX_QUESTION_CHARS, MAX_QUESTIONS, MAX_QUESTIONS_EACH,
    ParticipantId, Question, QuestionCount, Refusal, Standing, Timestamp, UpdateBody,
};

use crate::{Actor, chat::paced, declined::Declined, may, used_ids::UsedIds, words::written};

/// The least time from one count to the next.
const BETWEEN_COUNTS: Duration = Duration::from_secs(1);

/// Of so many questions that were taken back last it is known what they said: whoever read one can still report it.
const TAKEN_BACK: usize = 32;

/// How many steps back a question can be put.
const STEPS: usize = 16;

/// A question, and what nobody is told of it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) question: Question,
    pub(crate) author: ParticipantId,
    /// Who wants it answered: whoever voted for it, and whoever wants what is merged into it.
    pub(crate) voters: HashSet<ParticipantId>,
    /// Who voted for it itself.
    own: HashSet<ParticipantId>,
    /// Who took their vote back, though they want what is merged into it.
    declined: HashSet<ParticipantId>,
    /// How it stood before, and who changed that; the last at the end.
    stood: VecDeque<(Standing, Option<ParticipantId>)>,
}

impl Asked {
    fn new(question: &Question, author: ParticipantId) -> Self {
        let (voters, own, declined, stood) = Default::default();
        Self { question: question.clone(), author, voters, own, declined, stood }
    }

    fn changed(&mut self, to: Standing, by: Option<ParticipantId>) {
        if self.stood.len() == STEPS {
            self.stood.pop_front();
        }
        self.stood.push_back((std::mem::replace(&mut self.question.standing, to), by));
    }

    /// Whether everybody saw it before it was merged at first: by what was done and taken back since nobody let it through.
    fn was_public(&self) -> bool {
        let before = self.stood.iter().map(|(stood, _)| stood).take_while(|stood| !matches!(stood, Standing::Merged { .. }));
        before.last().is_some_and(Standing::is_public)
    }

    fn merged_into(&self) -> Option<AskedId> {
        match self.question.standing {
            Standing::Merged { into } => Some(into),
            Standing::Waiting | Standing::Open | Standing::Answered { .. } | Standing::Dismissed | Standing::Unknown => None,
        }
    }

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
    /// What everybody saw and its author took back, the latest last; at most [`TAKEN_BACK`]. Full: the oldest goes.
    taken_back: VecDeque<Asked>,
    counted_at: Timestamp,
    used: UsedIds,
    /// When those who may be slowed down asked last.
    asked_at: HashMap<ParticipantId, Timestamp>,
}

impl Questions {
    pub(crate) fn get(&self, id: AskedId) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.question.id == id)
    }

    /// A question that is here, or was taken back a short while ago.
    pub(crate) fn once_asked(&self, id: AskedId) -> Option<&Asked> {
        self.get(id).or_else(|| self.taken_back.iter().find(|asked| asked.question.id == id))
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

    /// Slow mode: how long somebody has to wait, who may ask every `seconds`.
    pub(crate) fn slowed(&self, now: Timestamp, who: &Actor, seconds: u16) -> Result<(), Declined> {
        paced(now, who, (self.asked_at.get(&who.participant), seconds))
    }

    /// A question of somebody who may ask now. What somebody asks who moderates is not reviewed.
    pub(crate) fn ask(
        &self,
        now: Timestamp,
        who: &Actor,
        id: CommandId,
        (text, anonymous, review, shown): (&str, bool, bool, Option<AskedId>),
    ) -> Result<Vec<UpdateBody>, Refusal> {
        let id = AskedId::from(id);
        // Also of one that is not here any more: it was asked, and taken back.
        if self.used.has(id.uuid().as_u128()) {
            return if self.used.has_by(id.uuid().as_u128(), who.participant) {
                Ok(Vec::new())
            } else {
                Err(Refusal::Malformed)
            };
        }
        let text = written(text, MAX_QUESTION_CHARS)?;
        let is_pending = |asked: &&Asked| asked.author == who.participant && !asked.question.standing.is_settled();
        if self.asked.iter().filter(is_pending).count() >= MAX_QUESTIONS_EACH {
            return Err(Refusal::Full);
        }
        let author = (!anonymous).then(|| Asker { participant: who.participant, name: who.name.clone() });
        // Where all others wait first, one without a name that does not would be a moderator's.
        let waits = review && (anonymous || !may(who.role, Action::Moderate));
        let standing = if waits { Standing::Waiting } else { Standing::Open };
        let question = Question { id, author, text, at: now, standing, votes: 0 };
        Ok(self.room_for_one(shown)?.into_iter().chain([UpdateBody::QuestionAsked { question }]).collect())
    }

    /// What has to go so that there is room for one more: the oldest that is settled and is not `shown` over the program.
    fn room_for_one(&self, shown: Option<AskedId>) -> Result<Option<UpdateBody>, Refusal> {
        if self.asked.len() < MAX_QUESTIONS {
            return Ok(None);
        }
        let can_go = |asked: &&Asked| asked.question.standing.is_settled() && Some(asked.question.id) != shown;
        Ok(Some(withdrawn(self.asked.iter().find(can_go).ok_or(Refusal::Full)?)))
    }

    /// What others asked, and was merged into it, stands again as it stood.
    pub(crate) fn withdraw(&self, who: &Actor, id: AskedId) -> Result<Vec<UpdateBody>, Refusal> {
        let asked = self.known(id)?;
        if asked.author != who.participant {
            return Err(Refusal::NotAllowed);
        }
        if asked.question.standing.is_settled() {
            return Err(Refusal::NoSuchQuestion);
        }
        let again = |merged: &Asked| if merged.was_public() { opened(merged) } else { settled(merged, Standing::Waiting) };
        Ok(self.merged_into(id).map(again).chain([withdrawn(asked)]).collect())
    }

    fn merged_into(&self, id: AskedId) -> impl Iterator<Item = &Asked> {
        self.asked.iter().filter(move |asked| asked.merged_into() == Some(id))
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

    /// Puts a question back to how it stood before. One takes back what one did oneself, as long as nobody else did something since.
    pub(crate) fn restore(&self, who: &Actor, id: AskedId, standing: &Standing) -> Result<Vec<UpdateBody>, Refusal> {
        let asked = self.known(id)?;
        if asked.question.standing == *standing {
            return Ok(Vec::new());
        }
        let mut own = asked.stood.iter().rev().take_while(|(_, by)| *by == Some(who.participant));
        if !own.any(|(stood, _)| stood == standing) {
            return Err(Refusal::NoSuchQuestion);
        }
        match *standing {
            Standing::Open => Ok(vec![opened(asked)]),
            Standing::Answered { .. } => {
                let first = (!asked.question.standing.is_public()).then(|| opened(asked));
                let settled = UpdateBody::QuestionSettled { question: id, standing: standing.clone(), was_public: true };
                Ok(first.into_iter().chain([settled]).collect())
            }
            Standing::Merged { into } => {
                let target = self.get(into).filter(|target| target.question.standing.is_public());
                target.ok_or(Refusal::NoSuchQuestion)?;
                Ok(vec![settled(asked, standing.clone())])
            }
            Standing::Waiting | Standing::Dismissed | Standing::Unknown => Ok(vec![settled(asked, standing.clone())]),
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
        self.used.remember(question.id.uuid().as_u128(), author);
        self.asked_at.insert(author, question.at);
        self.asked.push(Asked::new(question, author));
    }

    pub(crate) fn was_opened(&mut self, question: &Question, by: Option<ParticipantId>) {
        self.moved(question.id, &question.standing, by);
        if let Some(asked) = self.get_mut(question.id) {
            asked.question = question.clone();
        }
    }

    pub(crate) fn was_settled(&mut self, id: AskedId, standing: &Standing, by: Option<ParticipantId>) {
        self.moved(id, standing, by);
    }

    /// What it is merged into is wanted by other people from now on, and so is what it was merged into.
    fn moved(&mut self, id: AskedId, to: &Standing, by: Option<ParticipantId>) {
        let Some(asked) = self.get_mut(id) else { return };
        let was_merged_into = asked.merged_into();
        asked.changed(to.clone(), by);
        let is_merged_into = asked.merged_into();
        for changed in was_merged_into.into_iter().chain(is_merged_into) {
            self.gather(changed);
        }
    }

    /// Who wants a question: whoever wants one that is merged into it, too. Nobody counts twice, and its author not at all, unless that would
    /// tell who it is.
    fn gather(&mut self, id: AskedId) {
        let mut next = Some(id);
        while let Some(id) = next {
            let brought: HashSet<_> = self.merged_into(id).flat_map(Asked::wish).collect();
            let Some(asked) = self.get_mut(id) else { return };
            let author = asked.question.author.as_ref().map(|_| asked.author);
            let counts = |who: &ParticipantId| Some(*who) != author && !asked.declined.contains(who);
            asked.voters = asked.own.iter().copied().chain(brought).filter(counts).collect();
            next = asked.merged_into();
        }
    }

    pub(crate) fn was_withdrawn(&mut self, id: AskedId) {
        let Some(place) = self.asked.iter().position(|asked| asked.question.id == id) else { return };
        let gone = self.asked.remove(place);
        // What made room for others leaves its votes where it was merged into.
        if let Some(into) = gone.merged_into().and_then(|into| self.get_mut(into)) {
            into.own.extend(gone.wish());
        }
        // What makes room for others is settled; what is open only its author takes out.
        if gone.question.standing == Standing::Open {
            if self.taken_back.len() == TAKEN_BACK {
                self.taken_back.pop_front();
            }
            self.taken_back.push_back(gone);
        }
    }

    pub(crate) fn was_upvoted(&mut self, id: AskedId, by: ParticipantId, up: bool) {
        let is_brought = !up && self.merged_into(id).flat_map(Asked::wish).any(|who| who == by);
        let Some(asked) = self.get_mut(id) else { return };
        if up {
            asked.declined.remove(&by);
            asked.own.insert(by);
            asked.voters.insert(by);
        } else {
            asked.own.remove(&by);
            asked.voters.remove(&by);
            asked.declined.extend(is_brought.then_some(by));
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

/// What follows of itself from a question that its author takes back.
pub(crate) fn goes_with_withdrawal(body: &UpdateBody) -> bool {
    matches!(body, UpdateBody::OverlaySet { .. } | UpdateBody::QuestionOpened { .. } | UpdateBody::QuestionSettled { .. })
}

fn withdrawn(asked: &Asked) -> UpdateBody {
    let was_public = asked.question.standing.is_public();
    UpdateBody::QuestionWithdrawn { question: asked.question.id, was_public }
}
