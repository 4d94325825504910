//! Polls: made, opened, voted in, counted, closed, put away.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use houselights_shared::{
    Choice, Leader, MAX_HIDDEN_ANSWERS, MAX_POLLS, NamedVote, ParticipantId, Poll, PollForm, PollId, PollKind, PollPhase,
    Refusal, ResultsShown, Tally, Timestamp, UpdateBody,
};

use crate::{
    Actor,
    alike::likeness,
    leaders::{Called, Leaders, told_last},
    poll_form::{accepted, checked},
    tally::{Vote, tally},
};

/// The least time from one count to the next. With what writing and telling take, all know within a second of a vote.
const BETWEEN_COUNTS: Duration = Duration::from_millis(700);

/// A poll, and what nobody is told of it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) poll: Poll,
    /// One each.
    pub(crate) votes: HashMap<ParticipantId, Vote>,
    /// How many polls were opened before it.
    pub(crate) opened: Option<u64>,
    /// Since when one could vote in it, and until when by itself.
    span: Option<(Timestamp, Option<Timestamp>)>,
    /// The votes are others than those that were counted last.
    miscounted: bool,
}

impl Held {
    fn closes_at(&self) -> Option<Timestamp> {
        match self.poll.phase {
            PollPhase::Open { closes_at, .. } => closes_at,
            PollPhase::Draft | PollPhase::Closed { .. } | PollPhase::Archived { .. } | PollPhase::Unknown => None,
        }
    }

    /// Whether one could vote in it now.
    fn is_open(&self, now: Timestamp) -> bool {
        matches!(self.poll.phase, PollPhase::Open { .. }) && self.closes_at().is_none_or(|at| now < at)
    }

    /// How the votes stand, as far as those alone see it who have voted.
    pub(crate) fn shown_to_voters(&self) -> Option<&Tally> {
        let is_early = matches!(self.poll.phase, PollPhase::Open { .. }) && self.poll.form.shown == ResultsShown::AfterVote;
        self.poll.tally.as_ref().filter(|_| is_early)
    }

    /// Who voted for what, by their names; nothing of a poll that is anonymous, also where names are kept for the leaderboard.
    pub(crate) fn named_votes(&self) -> Option<Vec<NamedVote>> {
        let named = |(participant, vote): (&ParticipantId, &Vote)| NamedVote {
            participant: *participant,
            name: vote.name.clone().unwrap_or_default(),
            choice: vote.choice.clone(),
            at: vote.at,
        };
        self.poll.form.named.then(|| {
            let mut votes: Vec<_> = self.votes.iter().map(named).collect();
            votes.sort_by_cached_key(|vote| (vote.name.to_lowercase(), vote.participant));
            votes
        })
    }

    pub(crate) fn is_quiz(&self) -> bool {
        matches!(self.poll.form.kind, PollKind::Quiz { .. })
    }
}

/// The polls of a room, in the order in which they were made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Polls {
    held: Vec<Held>,
    opened: u64,
    /// Those that were opened and are not here any more: no other goes by the same id.
    asked: BTreeSet<PollId>,
    counted_at: Timestamp,
    leaders: Leaders,
}

impl Polls {
    pub(crate) fn get(&self, id: PollId) -> Option<&Held> {
        self.held.iter().find(|held| held.poll.id == id)
    }

    fn get_mut(&mut self, id: PollId) -> Option<&mut Held> {
        self.held.iter_mut().find(|held| held.poll.id == id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Held> {
        self.held.iter()
    }

    /// Those that the audience sees, in the order in which they were opened.
    pub(crate) fn public(&self) -> Vec<&Held> {
        let mut public: Vec<_> = self.held.iter().filter(|held| is_public(held.poll.phase)).collect();
        public.sort_by_key(|held| held.opened);
        public
    }

    /// Whether it was asked here, and thrown away since.
    pub(crate) fn was_asked(&self, id: PollId) -> bool {
        self.asked.contains(&id)
    }

    /// Whether there is a poll of this id, or was one that was asked. A draft that was thrown away was none.
    pub(crate) fn was_made(&self, id: PollId) -> bool {
        self.was_asked(id) || self.get(id).is_some()
    }

    pub(crate) fn votes(&self, id: PollId) -> Result<Vec<NamedVote>, Refusal> {
        self.get(id).ok_or(Refusal::NoSuchPoll)?.named_votes().ok_or(Refusal::NotAllowed)
    }

    /// Everybody who has points, and how many, of all quizzes that are closed; who has most comes first. In a log that does not say who they are:
    /// those that were told of last.
    pub(crate) fn leaderboard(&self) -> Vec<Leader> {
        let leaders = self.leaders.ranked();
        if leaders.is_empty() { told_last(&self.held) } else { leaders }
    }

    pub(crate) fn points(&self, who: ParticipantId) -> u32 {
        self.leaders.points(who)
    }

    fn in_phase(&self, id: PollId, is: impl Fn(PollPhase) -> bool) -> Result<&Held, Refusal> {
        self.get(id).filter(|held| is(held.poll.phase)).ok_or(Refusal::NoSuchPoll)
    }

    pub(crate) fn draft(&self, id: PollId, form: &PollForm) -> Result<Vec<UpdateBody>, Refusal> {
        let form = checked(form)?;
        let room_for_it = match self.get(id) {
            Some(held) if held.poll.phase != PollPhase::Draft => return Err(Refusal::NoSuchPoll),
            Some(held) if held.poll.form == form => return Ok(Vec::new()),
            Some(_) => None,
            None if self.was_asked(id) => return Err(Refusal::NoSuchPoll),
            None => self.room_for_one()?,
        };
        let drafted =
            UpdateBody::PollDrafted { poll: Poll { id, form, phase: PollPhase::Draft, tally: None, hidden: Vec::new() } };
        Ok(room_for_it.into_iter().chain([drafted]).collect())
    }

    fn room_for_one(&self) -> Result<Option<UpdateBody>, Refusal> {
        if self.held.len() < MAX_POLLS {
            return Ok(None);
        }
        let is_archived = |held: &&Held| matches!(held.poll.phase, PollPhase::Archived { .. });
        let oldest = self.held.iter().find(is_archived).ok_or(Refusal::Full)?;
        Ok(Some(UpdateBody::PollDropped { poll: oldest.poll.id }))
    }

    pub(crate) fn drop_one(&self, id: PollId) -> Result<Vec<UpdateBody>, Refusal> {
        self.in_phase(id, |phase| matches!(phase, PollPhase::Draft | PollPhase::Archived { .. }))?;
        Ok(vec![UpdateBody::PollDropped { poll: id }])
    }

    pub(crate) fn open(&self, now: Timestamp, id: PollId) -> Result<Vec<UpdateBody>, Refusal> {
        let held = self.in_phase(id, |phase| matches!(phase, PollPhase::Draft | PollPhase::Open { .. }))?;
        if held.poll.phase != PollPhase::Draft {
            return Ok(Vec::new());
        }
        let seconds = held.poll.form.seconds;
        let closes_at = seconds.map(|seconds| now.plus(Duration::from_secs(seconds.into())));
        let poll = Poll { phase: PollPhase::Open { since: now, closes_at }, ..held.poll.clone() };
        Ok(vec![UpdateBody::PollOpened { poll }])
    }

    pub(crate) fn close(&self, id: PollId, called: Called<'_>) -> Result<Vec<UpdateBody>, Refusal> {
        let held = self.in_phase(id, |phase| matches!(phase, PollPhase::Open { .. } | PollPhase::Closed { .. }))?;
        Ok(if matches!(held.poll.phase, PollPhase::Closed { .. }) { Vec::new() } else { vec![self.closed(held, called)] })
    }

    /// An answer that somebody gave in their own words counts no more, whoever gave it and however it is written.
    pub(crate) fn hide(&self, id: PollId, answer: &str) -> Result<Vec<UpdateBody>, Refusal> {
        let held = self.in_phase(id, |phase| !matches!(phase, PollPhase::Draft))?;
        let like = likeness(answer);
        if held.poll.hidden.iter().any(|hidden| likeness(hidden) == like) {
            return Ok(Vec::new());
        }
        // It is told as it was written first, as what it was counted by.
        let written = held.votes.iter().filter_map(|(who, vote)| Some((vote.at, *who, vote.says(&like)?)));
        let (.., answer) = written.min().ok_or(Refusal::NoSuchPoll)?;
        if held.poll.hidden.len() >= MAX_HIDDEN_ANSWERS {
            return Err(Refusal::Full);
        }
        let mut poll = held.poll.clone();
        poll.hidden.push(answer.clone());
        Ok(vec![UpdateBody::AnswerHidden { poll: id, answer: answer.clone() }, recounted(&poll, &held.votes)])
    }

    pub(crate) fn show(&self, id: PollId, answer: &str) -> Result<Vec<UpdateBody>, Refusal> {
        let held = self.get(id).ok_or(Refusal::NoSuchPoll)?;
        let like = likeness(answer);
        let mut poll = held.poll.clone();
        let shown: Vec<_> = poll.hidden.extract_if(.., |hidden| likeness(hidden) == like).collect();
        if shown.is_empty() {
            return Ok(Vec::new());
        }
        let shown = shown.into_iter().map(|answer| UpdateBody::AnswerShown { poll: id, answer });
        Ok(shown.chain([recounted(&poll, &held.votes)]).collect())
    }

    fn closed(&self, held: &Held, called: Called<'_>) -> UpdateBody {
        let mut tally = tally(&held.poll, &held.votes);
        if held.is_quiz() {
            tally.leaders = self.leaders.told_after(held, called);
        }
        UpdateBody::PollClosed { poll: held.poll.id, tally, correct: held.poll.form.correct.clone() }
    }

    /// Where everybody was told which options are right, nobody could be asked any more.
    pub(crate) fn reopen(&self, now: Timestamp, id: PollId) -> Result<Vec<UpdateBody>, Refusal> {
        let held = self.in_phase(id, |phase| matches!(phase, PollPhase::Open { .. } | PollPhase::Closed { .. }))?;
        let (since, closes_at) = held.span.filter(|_| !held.is_quiz()).ok_or(Refusal::NoSuchPoll)?;
        if !matches!(held.poll.phase, PollPhase::Closed { .. }) {
            return Ok(Vec::new());
        }
        let phase = PollPhase::Open { since, closes_at: closes_at.filter(|at| *at > now) };
        Ok(vec![UpdateBody::PollReopened { poll: Poll { phase, ..held.poll.clone() } }])
    }

    pub(crate) fn archive(&self, id: PollId) -> Result<Vec<UpdateBody>, Refusal> {
        let held = self.in_phase(id, |phase| matches!(phase, PollPhase::Closed { .. } | PollPhase::Archived { .. }))?;
        let is_archived = matches!(held.poll.phase, PollPhase::Archived { .. });
        Ok(if is_archived { Vec::new() } else { vec![UpdateBody::PollArchived { poll: id }] })
    }

    /// A choice as it is kept, where the poll is open and its form allows it.
    pub(crate) fn accepted(&self, now: Timestamp, id: PollId, choice: &Choice) -> Result<Choice, Refusal> {
        let held = self.get(id).filter(|held| held.is_open(now)).ok_or(Refusal::NoSuchPoll)?;
        accepted(&held.poll.form, choice)
    }

    /// One vote each; a newer one takes its place where that is allowed. That the same is voted for again changes nothing. The choice is one that the
    /// poll [accepts](Self::accepted).
    pub(crate) fn vote(&self, who: &Actor, id: PollId, choice: Choice) -> Result<Vec<UpdateBody>, Refusal> {
        let held = self.get(id).ok_or(Refusal::NoSuchPoll)?;
        let form = &held.poll.form;
        if let Some(vote) = held.votes.get(&who.participant) {
            if vote.choice == choice {
                return Ok(Vec::new());
            }
            if !form.changeable || held.is_quiz() {
                return Err(Refusal::AlreadyVoted);
            }
        }
        let name = (form.named || held.is_quiz()).then(|| who.name.clone());
        Ok(vec![UpdateBody::PollVoted { poll: id, choice, name }])
    }

    /// When votes are to be counted, or a poll closes.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        let counting = self.held.iter().any(|held| held.miscounted).then(|| self.counted_at.plus(BETWEEN_COUNTS));
        self.held.iter().filter_map(Held::closes_at).chain(counting).min()
    }

    /// What has become due: polls whose time is over are closed, the votes of the others counted.
    pub(crate) fn wake(&self, now: Timestamp, called: Called<'_>) -> Vec<UpdateBody> {
        let is_over = |held: &&Held| held.closes_at().is_some_and(|at| at <= now);
        if let Some(over) = self.held.iter().find(is_over) {
            // One at a time: the leaders of the next stand on the points of this one.
            return vec![self.closed(over, called)];
        }
        if self.counted_at.plus(BETWEEN_COUNTS) > now {
            return Vec::new();
        }
        let miscounted = self.held.iter().filter(|held| held.miscounted);
        let counted = |Held { poll, votes, .. }: &Held| UpdateBody::PollCounted {
            poll: poll.id,
            tally: tally(poll, votes),
            shown: poll.form.shown,
        };
        miscounted.map(counted).collect()
    }

    /// Who may see how a poll stands before others do.
    pub(crate) fn early_voters(&self, id: PollId) -> Vec<ParticipantId> {
        let held = self.get(id).filter(|held| held.poll.form.shown == ResultsShown::AfterVote);
        held.map(|held| held.votes.keys().copied().collect()).unwrap_or_default()
    }

    pub(crate) fn was_drafted(&mut self, poll: &Poll) {
        match self.get_mut(poll.id) {
            Some(held) => held.poll = poll.clone(),
            None => {
                self.held.push(Held { poll: poll.clone(), votes: HashMap::new(), opened: None, span: None, miscounted: false });
            }
        }
    }

    pub(crate) fn was_dropped(&mut self, id: PollId) {
        let was_opened = self.get(id).is_some_and(|held| held.opened.is_some());
        self.asked.extend(was_opened.then_some(id));
        self.held.retain(|held| held.poll.id != id);
    }

    pub(crate) fn was_opened(&mut self, poll: &Poll) {
        let ordinal = self.opened;
        self.opened += 1;
        if let Some(held) = self.get_mut(poll.id) {
            held.poll = poll.clone();
            held.opened = Some(ordinal);
            if let PollPhase::Open { since, closes_at } = poll.phase {
                held.span = Some((since, closes_at));
            }
        }
    }

    pub(crate) fn was_reopened(&mut self, poll: &Poll) {
        if let Some(held) = self.get_mut(poll.id) {
            held.poll = poll.clone();
        }
    }

    pub(crate) fn was_voted(
        &mut self,
        id: PollId,
        (by, at): (ParticipantId, Timestamp),
        (choice, name): (&Choice, Option<&str>),
    ) {
        if let Some(held) = self.get_mut(id) {
            held.votes.insert(by, Vote::new(choice.clone(), at, name.map(str::to_owned)));
            held.miscounted = true;
        }
    }

    pub(crate) fn was_hidden(&mut self, id: PollId, answer: &str) {
        if let Some(held) = self.get_mut(id)
            && held.poll.hidden.len() < MAX_HIDDEN_ANSWERS
            && let Err(place) = held.poll.hidden.binary_search_by(|hidden| hidden.as_str().cmp(answer))
        {
            held.poll.hidden.insert(place, answer.to_owned());
        }
    }

    pub(crate) fn was_shown(&mut self, id: PollId, answer: &str) {
        if let Some(held) = self.get_mut(id) {
            held.poll.hidden.retain(|hidden| hidden != answer);
        }
    }

    pub(crate) fn was_counted(&mut self, id: PollId, tally: &Tally, at: Timestamp) {
        self.counted_at = at;
        if let Some(held) = self.get_mut(id) {
            held.poll.tally = Some(tally.clone());
            held.miscounted = false;
        }
    }

    pub(crate) fn was_closed(&mut self, id: PollId, tally: &Tally, at: Timestamp) {
        let Some(held) = self.held.iter_mut().find(|held| held.poll.id == id) else { return };
        if held.is_quiz() {
            self.leaders.add(held);
        }
        held.poll.tally = Some(tally.clone());
        held.poll.phase = PollPhase::Closed { at };
        held.miscounted = false;
    }

    pub(crate) fn was_archived(&mut self, id: PollId) {
        if let Some(held) = self.get_mut(id)
            && let PollPhase::Closed { at } = held.poll.phase
        {
            held.poll.phase = PollPhase::Archived { at };
        }
    }
}

/// Whether the audience sees a poll in this phase.
const fn is_public(phase: PollPhase) -> bool {
    match phase {
        PollPhase::Open { .. } | PollPhase::Closed { .. } => true,
        PollPhase::Draft | PollPhase::Archived { .. } | PollPhase::Unknown => false,
    }
}

/// How the votes of a poll stand now, for those who see how it stands.
fn recounted(poll: &Poll, votes: &HashMap<ParticipantId, Vote>) -> UpdateBody {
    let shown = match poll.phase {
        PollPhase::Open { .. } => poll.form.shown,
        PollPhase::Closed { .. } => ResultsShown::Always,
        PollPhase::Draft | PollPhase::Archived { .. } | PollPhase::Unknown => ResultsShown::AfterClose,
    };
    let leaders = poll.tally.as_ref().map(|tally| tally.leaders.clone()).unwrap_or_default();
    UpdateBody::PollCounted { poll: poll.id, tally: Tally { leaders, ..tally(poll, votes) }, shown }
}
