//! Keeping a room in order: its rules, who is kept from what, what was reported, and who is let in.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    time::Duration,
};

use houselights_shared::{
    Action, CommandId, MAX_QUESTION_CHARS, MAX_REPORTS, MAX_REPORTS_EACH, MAX_REPORTS_OF_ONE, MAX_SANCTIONS,
    MAX_TIME_OUT_SECONDS, Message, MessageId, ParticipantId, Peer, REPORT_CONTEXT, Refusal, Report, ReportId, ReportTarget,
    Role, RoomRules, RulesEdit, Sanction, SanctionAct, Sanctioned, Timestamp, UpdateBody,
};

use crate::{
    Actor, View,
    access::outranks,
    chat::Chat,
    declined::Declined,
    may,
    qa::Questions,
    rules::{admits, edited, shown, stopped},
    word_list::WordList,
    words::perhaps_written,
};

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

/// Of what stands around something reported, so much of each message is kept, in Unicode scalar values.
const CONTEXT_CHARS: usize = 300;

/// So many of the reports that were looked at can wait again.
const REOPENABLE_REPORTS: usize = 50;

/// When those come again who find a room locked.
const LOCKED_FOR: Duration = Duration::from_secs(30);

/// A direct message that its receiver reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectReport {
    /// The command that asked for it.
    pub id: CommandId,
    /// Who wrote it.
    pub of: Peer,
    /// The message and those before it in the conversation, oldest first.
    pub context: Vec<Message>,
    /// Why; may be empty.
    pub reason: String,
}

/// The rules, and what was done by them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moderation {
    pub(crate) rules: RoomRules,
    pub(crate) before_stop: Option<RoomRules>,
    word_list: WordList,
    pub(crate) sanctions: BTreeMap<ParticipantId, Sanctioned>,
    pub(crate) reports: VecDeque<Report>,
    /// What was looked at last, the latest last; at most [`REOPENABLE_REPORTS`]. Full: the oldest goes.
    pub(crate) settled: VecDeque<Report>,
    /// Who reported what waits, or can wait again.
    reporters: HashMap<ReportId, ParticipantId>,
    admitted: HashSet<ParticipantId>,
}

impl Moderation {
    /// The sanction that holds now.
    pub(crate) fn sanction(&self, now: Timestamp, who: ParticipantId) -> Option<Sanction> {
        let sanction = self.sanctions.get(&who)?.sanction;
        match sanction {
            Sanction::TimedOut { until } if until <= now => None,
            Sanction::Muted | Sanction::TimedOut { .. } | Sanction::Removed | Sanction::Banned | Sanction::Unknown => {
                Some(sanction)
            }
        }
    }

    pub(crate) fn is_muted(&self, who: ParticipantId) -> bool {
        self.sanctions.get(&who).is_some_and(|kept| kept.sanction == Sanction::Muted)
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

    /// Somebody as they are called here: what the rules do not take of a name is not shown. The crew's are.
    pub(crate) fn called<'a>(&self, who: &'a Actor) -> Cow<'a, Actor> {
        if may(who.role, Action::EnterBackstage) {
            return Cow::Borrowed(who);
        }
        match shown(&self.rules, &self.word_list, &who.name) {
            Some(name) => Cow::Owned(Actor { name, ..who.clone() }),
            None => Cow::Borrowed(who),
        }
    }

    /// Why somebody may not be here now, and for how long where that is known.
    fn away(&self, now: Timestamp, who: ParticipantId) -> Option<(Refusal, Option<Duration>)> {
        match self.sanction(now, who)? {
            Sanction::TimedOut { until } => Some((Refusal::TimedOut, Some(until.since(now)))),
            Sanction::Removed => Some((Refusal::Removed, None)),
            Sanction::Banned => Some((Refusal::Banned, None)),
            Sanction::Muted | Sanction::Unknown => None,
        }
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

    /// `whom` is as what they are in the room, and how they are called there.
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
        match self.sanctions.get(&participant) {
            Some(kept) if kept.sanction == sanction => return Ok(Vec::new()),
            None if self.sanctions.len() >= MAX_SANCTIONS => return Err(Refusal::Full),
            Some(_) | None => {}
        }
        let sanctioned = Sanctioned { participant, name, sanction, at: now, by: who.participant };
        Ok(vec![UpdateBody::Sanctioned { sanctioned }])
    }

    /// Nobody lifts what they are kept from themselves.
    pub(crate) fn lift(&self, who: &Actor, participant: ParticipantId) -> Result<Vec<UpdateBody>, Refusal> {
        if who.participant == participant {
            return Err(Refusal::NotAllowed);
        }
        let kept = self.sanctions.contains_key(&participant);
        Ok(kept.then_some(UpdateBody::SanctionLifted { participant }).into_iter().collect())
    }

    /// With what stands around it, as it is now: what is removed afterwards is in the report all the same. Said again it changes nothing.
    pub(crate) fn report(
        &self,
        now: Timestamp,
        who: &Actor,
        (id, target, reason): (CommandId, ReportTarget, &str),
        evidence: Evidence<'_>,
    ) -> Result<Vec<UpdateBody>, Refusal> {
        let Found { context, words, role } = evidence.of(target)?;
        if self.is_filed(who, target, &context) {
            return Ok(Vec::new());
        }
        let reason = perhaps_written(reason, MAX_QUESTION_CHARS)?;
        let (name, about_crew) = (who.name.clone(), role.is_some_and(looks_after));
        self.file(who, Report { id: ReportId::from(id), name, at: now, target, reason, context, words, about_crew })
    }

    /// As [`report`](Self::report), of what the room does not have.
    pub(crate) fn report_direct(&self, now: Timestamp, who: &Actor, report: &DirectReport) -> Result<Vec<UpdateBody>, Refusal> {
        let DirectReport { id, of, context, reason } = report;
        let target = ReportTarget::Person { participant: of.participant };
        if self.is_filed(who, target, context) {
            return Ok(Vec::new());
        }
        let reason = perhaps_written(reason, MAX_QUESTION_CHARS)?;
        let (id, name, words) = (ReportId::from(*id), who.name.clone(), of.name.clone());
        let about_crew = looks_after(of.role);
        self.file(who, Report { id, name, at: now, target, reason, context: context.clone(), words, about_crew })
    }

    fn filed_by(&self, who: &Actor) -> impl Iterator<Item = &Report> {
        let who = who.participant;
        self.reports.iter().filter(move |report| self.reporters.get(&report.id) == Some(&who))
    }

    /// The same, for the same, by them or by so many that it is known. Somebody can be reported for one thing after another.
    fn is_filed(&self, who: &Actor, target: ReportTarget, context: &[Message]) -> bool {
        let of_it = |filed: &&Report| thing(filed) == (target, last(context));
        self.filed_by(who).any(|filed| of_it(&filed)) || self.reports.iter().filter(of_it).count() >= MAX_REPORTS_OF_ONE
    }

    fn file(&self, who: &Actor, report: Report) -> Result<Vec<UpdateBody>, Refusal> {
        // Nobody fills the list alone.
        if self.filed_by(who).count() >= MAX_REPORTS_EACH {
            return Err(Refusal::Full);
        }
        let goes = self.makes_way().filter(|_| self.reports.len() >= MAX_REPORTS);
        let goes = goes.map(|report| UpdateBody::ReportSettled { report, made_way: true });
        Ok(goes.into_iter().chain([UpdateBody::Reported { report }]).collect())
    }

    /// Which report is missed the least: the newest of what was reported most often, else the newest of whoever reported most, else the oldest. So a few
    /// who report a lot take the place of nobody's only report.
    fn makes_way(&self) -> Option<ReportId> {
        let (mut things, mut people): (HashMap<_, usize>, HashMap<_, usize>) = Default::default();
        for report in &self.reports {
            *things.entry(thing(report)).or_default() += 1;
            if let Some(by) = self.reporters.get(&report.id) {
                *people.entry(*by).or_default() += 1;
            }
        }
        let crowded = |report: &&Report| {
            let of_it = things.get(&thing(report)).copied().unwrap_or_default();
            let by = self.reporters.get(&report.id);
            let of_them = by.and_then(|by| people.get(by)).copied().unwrap_or_default();
            if of_it > 1 { (2, of_it) } else { (usize::from(of_them > 1), of_them) }
        };
        // Of several that are alike the last.
        let most = self.reports.iter().max_by_key(crowded)?;
        let goes = if crowded(&most).0 == 0 { self.reports.front()? } else { most };
        Some(goes.id)
    }

    /// Nobody settles what they do not get to see: it may be about them.
    pub(crate) fn settle(&self, who: &Actor, id: ReportId) -> Result<Vec<UpdateBody>, Refusal> {
        match self.reports.iter().find(|report| report.id == id) {
            Some(report) if !is_told(report, View::of(who.role)) => Err(Refusal::NotAllowed),
            Some(_) => Ok(vec![UpdateBody::ReportSettled { report: id, made_way: false }]),
            None => Ok(Vec::new()),
        }
    }

    /// Nothing that waits makes room for it. What nobody looked at, or so long ago that it is forgotten, is refused as what is not to be seen is.
    pub(crate) fn reopen(&self, who: &Actor, id: ReportId) -> Result<Vec<UpdateBody>, Refusal> {
        let is_it = |report: &&Report| report.id == id && is_told(report, View::of(who.role));
        if self.reports.iter().any(|report| is_it(&report)) {
            return Ok(Vec::new());
        }
        let report = self.settled.iter().find(is_it).ok_or(Refusal::NotAllowed)?;
        if self.reports.len() >= MAX_REPORTS {
            return Err(Refusal::Full);
        }
        Ok(vec![UpdateBody::ReportReopened { report: report.clone() }])
    }

    /// When a time out is over.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.sanctions.values().filter_map(|kept| ends(kept.sanction)).min()
    }

    pub(crate) fn wake(&self, now: Timestamp) -> Vec<UpdateBody> {
        let over = self.sanctions.values().filter(|kept| ends(kept.sanction).is_some_and(|until| until <= now));
        over.map(|kept| UpdateBody::SanctionLifted { participant: kept.participant }).collect()
    }

    pub(crate) fn banned(&self) -> Vec<ParticipantId> {
        self.sanctions.values().filter(|kept| kept.sanction == Sanction::Banned).map(|kept| kept.participant).collect()
    }

    pub(crate) fn were_set(&mut self, rules: &RoomRules, before_stop: Option<&RoomRules>) {
        if self.rules.words != rules.words {
            self.word_list = WordList::of(&rules.words);
        }
        self.rules = rules.clone();
        self.before_stop = before_stop.cloned();
    }

    pub(crate) fn was_kept(&mut self, sanctioned: &Sanctioned) {
        self.sanctions.insert(sanctioned.participant, sanctioned.clone());
        // Whoever was sent away is a newcomer afterwards.
        if sanctioned.sanction != Sanction::Muted {
            self.admitted.remove(&sanctioned.participant);
        }
    }

    pub(crate) fn was_reported(&mut self, report: &Report, by: Option<ParticipantId>) {
        self.reports.push_back(report.clone());
        self.reporters.extend(by.map(|by| (report.id, by)));
    }

    /// What made way for another report was not looked at: it does not wait again.
    pub(crate) fn was_settled(&mut self, id: ReportId, made_way: bool) {
        let place = self.reports.iter().position(|report| report.id == id);
        let settled = place.and_then(|place| self.reports.remove(place));
        if made_way {
            self.reporters.remove(&id);
            return;
        }
        self.settled.extend(settled);
        if self.settled.len() > REOPENABLE_REPORTS
            && let Some(oldest) = self.settled.pop_front()
        {
            self.reporters.remove(&oldest.id);
        }
    }

    pub(crate) fn was_reopened(&mut self, report: &Report) {
        self.settled.retain(|settled| settled.id != report.id);
        let place = self.reports.iter().take_while(|waiting| waiting.at <= report.at).count();
        self.reports.insert(place, report.clone());
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

/// Whether `view` gets to see a report. What is about the crew may be about whoever moderates.
pub(crate) fn is_told(report: &Report, view: View) -> bool {
    view == View::Control || !report.about_crew
}

/// What is reported.
fn thing(report: &Report) -> (ReportTarget, Option<MessageId>) {
    (report.target, last(&report.context))
}

fn last(context: &[Message]) -> Option<MessageId> {
    context.last().map(|message| message.id)
}

fn looks_after(role: Role) -> bool {
    may(role, Action::Moderate)
}

fn ends(sanction: Sanction) -> Option<Timestamp> {
    match sanction {
        Sanction::TimedOut { until } => Some(until),
        Sanction::Muted | Sanction::Removed | Sanction::Banned | Sanction::Unknown => None,
    }
}

/// What stands around what is reported, in short, and what is reported in full; without what was said before it was changed, which the chat
/// itself shows. So no report is larger than a page.
fn context(mut messages: Vec<Message>, reported: Option<MessageId>) -> Vec<Message> {
    for message in &mut messages {
        message.earlier.clear();
        if Some(message.id) != reported {
            message.text = message.text.chars().take(CONTEXT_CHARS).collect();
        }
    }
    messages
}

/// Where what is reported is found.
#[derive(Clone, Copy)]
pub(crate) struct Evidence<'a> {
    pub(crate) chat: &'a Chat,
    pub(crate) questions: &'a Questions,
    /// As what the reported person is here, or whoever wrote what is reported, and how they are called, where they are known.
    pub(crate) person: Option<&'a (Role, String)>,
}

/// What was found.
struct Found {
    context: Vec<Message>,
    words: String,
    /// As what those are here whose it is.
    role: Option<Role>,
}

impl Evidence<'_> {
    fn of(self, target: ReportTarget) -> Result<Found, Refusal> {
        let role = self.person.map(|(role, _)| *role);
        match target {
            ReportTarget::Message { message } => {
                // What its author took out when it had been read can be reported all the same.
                let is_theirs = |said: &&Message| said.gone.is_none_or(|gone| gone.by == Some(said.author) && !gone.hidden);
                self.chat.said.get(message).filter(is_theirs).ok_or(Refusal::NoSuchMessage)?;
                let context = context(self.chat.said.around(message, REPORT_CONTEXT), Some(message));
                Ok(Found { context, words: String::new(), role })
            }
            ReportTarget::Question { question } => {
                let asked = self.questions.get(question).filter(|asked| asked.question.standing.is_public());
                let words = asked.ok_or(Refusal::NoSuchQuestion)?.question.text.clone();
                Ok(Found { context: Vec::new(), words, role })
            }
            ReportTarget::Person { participant } => {
                let (_, words) = self.person.cloned().ok_or(Refusal::NoSuchParticipant)?;
                Ok(Found { context: context(self.chat.said.latest_of(participant, REPORT_CONTEXT), None), words, role })
            }
            ReportTarget::Unknown => Err(Refusal::UnknownCommand),
        }
    }
}
