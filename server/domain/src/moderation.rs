//! Keeping a room in order: its rules, who is kept from what, what was reported, and who is let in.

mod reports;

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use houselights_shared::{
    Action, MAX_SANCTIONS, MAX_TIME_OUT_SECONDS, ParticipantId, Refusal, Report, ReportId, Role, RoomRules, RulesEdit,
    Sanction, SanctionAct, SanctionKind, Sanctioned, Timestamp, UpdateBody,
};

use crate::{
    Actor,
    access::outranks,
    declined::Declined,
    may,
    rules::{Naming, admits, edited, stopped},
    word_list::WordList,
};

pub use self::reports::DirectReport;
pub(crate) use self::reports::{Evidence, is_told};

/// Whether somebody comes into the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// They do.
    Open,
    /// They wait until they are let in.
    Lobby,
    /// They do not.
    Shut {
        /// Why.
        refusal: Refusal,
        /// When it makes sense to come again; absent where it does not.
        retry_after: Option<Duration>,
    },
}

/// When those come again who find a room locked.
const LOCKED_FOR: Duration = Duration::from_secs(30);

/// The rules, and what was done by them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moderation {
    pub(crate) rules: RoomRules,
    pub(crate) before_stop: Option<RoomRules>,
    word_list: Arc<WordList>,
    /// Of each person one of a kind.
    pub(crate) sanctions: BTreeMap<(ParticipantId, SanctionKind), Sanctioned>,
    pub(crate) reports: VecDeque<Report>,
    /// What was looked at last, the latest last; at most [`reports::REOPENABLE_REPORTS`]. Full: the oldest goes.
    pub(crate) settled: VecDeque<Report>,
    /// Who reported what waits, or can wait again.
    reporters: HashMap<ReportId, ParticipantId>,
    /// Who belongs here while others wait, or do not come in. Also while they are kept away: once they are not, they are as they were.
    admitted: HashSet<ParticipantId>,
}

impl Moderation {
    /// All that somebody is kept from, the mildest first.
    pub(crate) fn kept(&self, who: ParticipantId) -> impl DoubleEndedIterator<Item = &Sanctioned> {
        self.sanctions.range((who, SanctionKind::Muted)..=(who, SanctionKind::Unknown)).map(|(_, kept)| kept)
    }

    /// Whether somebody is kept from something of this kind.
    pub(crate) fn holds(&self, who: ParticipantId, kind: SanctionKind) -> bool {
        self.sanctions.contains_key(&(who, kind))
    }

    pub(crate) fn muted(&self) -> impl Iterator<Item = ParticipantId> {
        self.sanctions.keys().filter(|(_, kind)| *kind == SanctionKind::Muted).map(|(who, _)| *who)
    }

    pub(crate) fn is_muted(&self, who: ParticipantId) -> bool {
        self.holds(who, SanctionKind::Muted)
    }

    /// Whether somebody may put words into the room while that is `open` to all.
    pub(crate) fn lets(&self, who: &Actor, is_open: bool) -> Result<(), Refusal> {
        if self.is_muted(who.participant) {
            Err(Refusal::Muted)
        } else if is_open || may(who.role, Action::EnterBackstage) {
            Ok(())
        } else {
            Err(Refusal::Closed)
        }
    }

    /// Whether the rules take these words of somebody. The crew's they take.
    pub(crate) fn takes(&self, who: &Actor, text: &str) -> Result<(), Refusal> {
        if may(who.role, Action::EnterBackstage) { Ok(()) } else { admits(&self.rules, &self.word_list, text) }
    }

    pub(crate) fn naming(&self) -> Naming {
        Naming { refuses_links: !self.rules.links, words: Arc::clone(&self.word_list) }
    }

    /// Somebody as they are called here: what the rules do not take of a name is not shown. The crew's are.
    pub(crate) fn called<'a>(&self, who: &'a Actor) -> Cow<'a, Actor> {
        match self.naming().mask(who.role, &who.name) {
            Some(name) => Cow::Owned(Actor { name, ..who.clone() }),
            None => Cow::Borrowed(who),
        }
    }

    /// Why somebody may not be here now, and for how long where that is known: the hardest of what they are kept from.
    fn away(&self, now: Timestamp, who: ParticipantId) -> Option<(Refusal, Option<Duration>)> {
        self.kept(who).rev().find_map(|kept| match kept.sanction {
            Sanction::TimedOut { until } if until <= now => None,
            Sanction::TimedOut { until } => Some((Refusal::TimedOut, Some(until.since(now)))),
            Sanction::Removed => Some((Refusal::Removed, None)),
            Sanction::Banned => Some((Refusal::Banned, None)),
            Sanction::Muted | Sanction::Unknown => None,
        })
    }

    /// Whoever was sent away does nothing here, whatever connection is still open.
    pub(crate) fn stays(&self, now: Timestamp, who: ParticipantId) -> Result<(), Declined> {
        match self.away(now, who) {
            Some((refusal, Some(wait))) => Err(Declined::for_now(refusal, wait)),
            Some((refusal, None)) => Err(refusal.into()),
            None => Ok(()),
        }
    }

    /// Whether newcomers wait, or do not come in at all.
    pub(crate) fn is_guarded(&self) -> bool {
        self.rules.locked || self.rules.lobby
    }

    /// Whether somebody comes in now, who `was_here` since the room was read or not.
    pub(crate) fn door(&self, now: Timestamp, who: &Actor, was_here: bool) -> Door {
        let shut = |refusal, retry_after| Door::Shut { refusal, retry_after };
        if let Some((refusal, retry_after)) = self.away(now, who.participant) {
            return shut(refusal, retry_after);
        }
        let belongs = may(who.role, Action::EnterBackstage) || was_here || self.admitted.contains(&who.participant);
        match (belongs, self.rules.locked, self.rules.lobby) {
            (true, _, _) | (false, false, false) => Door::Open,
            (false, true, _) => shut(Refusal::RoomLocked, Some(LOCKED_FOR)),
            (false, false, true) => Door::Lobby,
        }
    }

    /// While everything is stopped, what was before changes with it.
    pub(crate) fn edit(&self, change: &RulesEdit) -> Result<Vec<UpdateBody>, Refusal> {
        let rules = edited(&self.rules, change)?;
        let before_stop = self.before_stop.as_ref().map(|before| edited(before, change)).transpose()?;
        // Where everything was opened again one by one there is nothing left to go back to.
        let before_stop = before_stop.filter(|before| *before != rules);
        if (&rules, &before_stop) == (&self.rules, &self.before_stop) {
            return Ok(Vec::new());
        }
        Ok(vec![UpdateBody::RulesSet { rules, before_stop }])
    }

    /// Those of `people` who would have to wait now and would not have before: they belong here, also after a restart.
    pub(crate) fn let_stay(&self, people: impl Iterator<Item = ParticipantId>) -> Vec<UpdateBody> {
        let participants: Vec<_> = people.filter(|who| !self.admitted.contains(who)).collect();
        if participants.is_empty() { Vec::new() } else { vec![UpdateBody::Admitted { participants }] }
    }

    pub(crate) fn stop(&self) -> Vec<UpdateBody> {
        let rules = stopped(&self.rules);
        // What was opened again since stops again; one goes back to how it was before the first stop.
        match &self.before_stop {
            Some(_) if rules == self.rules => Vec::new(),
            before => vec![UpdateBody::RulesSet { rules, before_stop: Some(before.as_ref().unwrap_or(&self.rules).clone()) }],
        }
    }

    pub(crate) fn resume(&self) -> Vec<UpdateBody> {
        let before = self.before_stop.clone();
        before.map(|rules| UpdateBody::RulesSet { rules, before_stop: None }).into_iter().collect()
    }

    /// `whom` is as what they are in the room, and how they are called there. A time out takes the place of another, which may be longer: so its length
    /// is changed, and a change taken back.
    pub(crate) fn keep(
        &self,
        now: Timestamp,
        who: &Actor,
        (participant, role, name): (ParticipantId, Role, String),
        act: SanctionAct,
    ) -> Result<Vec<UpdateBody>, Refusal> {
        if !outranks(who.role, role) {
            return Err(Refusal::NotAllowed);
        }
        let sanction = match act {
            SanctionAct::Mute => Sanction::Muted,
            SanctionAct::TimeOut { seconds } if (1..=MAX_TIME_OUT_SECONDS).contains(&seconds) => {
                Sanction::TimedOut { until: now.plus(Duration::from_secs(seconds.into())) }
            }
            SanctionAct::TimeOut { .. } => return Err(Refusal::Malformed),
            SanctionAct::Remove => Sanction::Removed,
            SanctionAct::Ban => Sanction::Banned,
            SanctionAct::Unknown => return Err(Refusal::UnknownCommand),
        };
        if self.kept(participant).any(|kept| kept.sanction == sanction) {
            return Ok(Vec::new());
        }
        // What takes the place of another ends that one.
        let of_kind = self.sanctions.get(&(participant, sanction.kind()));
        if !of_kind.is_none_or(|kept| may_end(who, kept)) {
            return Err(Refusal::NotAllowed);
        }
        if self.kept(participant).next().is_none() && self.people_kept() >= MAX_SANCTIONS {
            return Err(Refusal::Full);
        }
        let sanctioned = Sanctioned { participant, name, sanction, at: now, by: who.participant, by_role: Some(who.role) };
        Ok(vec![UpdateBody::Sanctioned { sanctioned }])
    }

    fn people_kept(&self) -> usize {
        let mut last = None;
        self.sanctions.keys().filter(|(who, _)| last.replace(*who) != Some(*who)).count()
    }

    /// Nobody lifts what they are kept from themselves, nor what somebody did who stands above them.
    pub(crate) fn lift(
        &self,
        who: &Actor,
        participant: ParticipantId,
        kind: Option<SanctionKind>,
    ) -> Result<Vec<UpdateBody>, Refusal> {
        if who.participant == participant {
            return Err(Refusal::NotAllowed);
        }
        if kind == Some(SanctionKind::Unknown) {
            return Err(Refusal::UnknownCommand);
        }
        let mut ending = self.kept(participant).filter(|kept| kind.is_none_or(|kind| kind == kept.sanction.kind())).peekable();
        let ends = ending.peek().is_some();
        if !ending.all(|kept| may_end(who, kept)) {
            return Err(Refusal::NotAllowed);
        }
        Ok(ends.then_some(UpdateBody::SanctionLifted { participant, kind }).into_iter().collect())
    }

    /// When a time out is over.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.sanctions.values().filter_map(|kept| ends(kept.sanction)).min()
    }

    pub(crate) fn wake(&self, now: Timestamp) -> Vec<UpdateBody> {
        let over = self.sanctions.values().filter(|kept| ends(kept.sanction).is_some_and(|until| until <= now));
        let over = over.map(|kept| (kept.participant, Some(kept.sanction.kind())));
        over.map(|(participant, kind)| UpdateBody::SanctionLifted { participant, kind }).collect()
    }

    pub(crate) fn banned(&self) -> Vec<ParticipantId> {
        self.sanctions.values().filter(|kept| kept.sanction == Sanction::Banned).map(|kept| kept.participant).collect()
    }

    pub(crate) fn were_set(&mut self, rules: &RoomRules, before_stop: Option<&RoomRules>) {
        if self.rules.words != rules.words {
            self.word_list = Arc::new(WordList::of(&rules.words));
        }
        self.rules = rules.clone();
        self.before_stop = before_stop.cloned();
    }

    pub(crate) fn was_kept(&mut self, sanctioned: &Sanctioned) {
        self.sanctions.insert((sanctioned.participant, sanctioned.sanction.kind()), sanctioned.clone());
    }

    pub(crate) fn was_lifted(&mut self, who: ParticipantId, kind: Option<SanctionKind>) {
        match kind {
            Some(kind) => drop(self.sanctions.remove(&(who, kind))),
            None => self.sanctions.retain(|(kept, _), _| *kept != who),
        }
    }

    /// About what it takes in memory, in bytes.
    pub(crate) fn weight(&self) -> usize {
        size_of_val(&self.sanctions)
            + self.sanctions.len() * size_of::<Sanctioned>()
            + self.admitted.len() * size_of::<ParticipantId>()
    }

    pub(crate) fn were_admitted(&mut self, participants: &[ParticipantId]) {
        self.admitted.extend(participants);
    }
}

/// Whether somebody ends what another did, who stood above the person then: whoever stands no lower than they did could have done it.
fn may_end(who: &Actor, kept: &Sanctioned) -> bool {
    !kept.by_role.is_some_and(|by| outranks(by, who.role))
}

fn ends(sanction: Sanction) -> Option<Timestamp> {
    match sanction {
        Sanction::TimedOut { until } => Some(until),
        Sanction::Muted | Sanction::Removed | Sanction::Banned | Sanction::Unknown => None,
    }
}
