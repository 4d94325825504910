//! What is reported, and what becomes of that.

use std::collections::HashMap;

use houselights_shared::{
    Action, CommandId, MAX_MESSAGE_CHARS, MAX_QUESTION_CHARS, MAX_REPORTS, MAX_REPORTS_EACH, MAX_REPORTS_OF_ONE, Message,
    MessageId, ParticipantId, Peer, REPORT_CONTEXT, Refusal, Report, ReportId, ReportTarget, Role, Timestamp, UpdateBody,
};

use super::Moderation;
use crate::{Actor, View, chat::Chat, may, qa::Questions, words::perhaps_written};

/// Of what stands around something reported, so much of each message is kept, in Unicode scalar values.
const CONTEXT_CHARS: usize = 300;

/// So many of the reports that were looked at can wait again.
pub(super) const REOPENABLE_REPORTS: usize = 50;

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

impl Moderation {
    /// With what stands around it, as it is now and as it was: what is changed or removed is in the report all the same. Said again it changes nothing.
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
        let goes = goes.map(|report| settled(report, true));
        Ok(goes.into_iter().chain([UpdateBody::Reported { report }]).collect())
    }

    /// Which report is missed the least: the newest of what was reported most often, else the newest of whoever reported most, else the oldest. So a few
    /// who report a lot take the place of nobody's only report.
    fn makes_way(&self) -> Option<&Report> {
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
        Some(goes)
    }

    /// Nobody settles what they do not get to see: it may be about them.
    pub(crate) fn settle(&self, who: &Actor, id: ReportId) -> Result<Vec<UpdateBody>, Refusal> {
        match self.reports.iter().find(|report| report.id == id) {
            Some(report) if !is_told(report, View::of(who.role)) => Err(Refusal::NotAllowed),
            Some(report) => Ok(vec![settled(report, false)]),
            None => Ok(Vec::new()),
        }
    }

    /// Nothing that waits makes room for it. What nobody looked at, or so long ago that it is forgotten, is refused as what is not to be seen is.
    /// As what somebody is by now `is` says.
    pub(crate) fn reopen(
        &self,
        who: &Actor,
        id: ReportId,
        is: impl Fn(&Report) -> Option<Role>,
    ) -> Result<Vec<UpdateBody>, Refusal> {
        if self.is_waiting(id, View::of(who.role)) {
            return Ok(Vec::new());
        }
        let report = self.settled.iter().find(|report| report.id == id).ok_or(Refusal::NotAllowed)?;
        let report = Report { about_crew: report.about_crew || is(report).is_some_and(looks_after), ..report.clone() };
        if !is_told(&report, View::of(who.role)) {
            return Err(Refusal::NotAllowed);
        }
        if self.reports.len() >= MAX_REPORTS {
            return Err(Refusal::Full);
        }
        Ok(vec![UpdateBody::ReportReopened { report }])
    }

    /// Whether a report waits that `view` gets to see.
    pub(crate) fn is_waiting(&self, id: ReportId, view: View) -> bool {
        self.reports.iter().any(|report| report.id == id && is_told(report, view))
    }

    /// What waits of somebody who has come to look after the room is filed again as being about the crew. `is_theirs` says of what is theirs.
    pub(crate) fn refile(&self, who: &Actor, is_theirs: impl Fn(&Report) -> bool) -> Vec<UpdateBody> {
        let theirs = self.reports.iter().filter(|report| looks_after(who.role) && !report.about_crew && is_theirs(report));
        let again = |before: &Report| {
            let report = Report { about_crew: true, ..before.clone() };
            [settled(before, false), UpdateBody::ReportReopened { report }]
        };
        theirs.flat_map(again).collect()
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
}

fn settled(report: &Report, made_way: bool) -> UpdateBody {
    UpdateBody::ReportSettled { report: report.id, made_way, about_crew: report.about_crew }
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

/// What stands around what is reported, in short, and without what was said there before it was changed, which the chat itself shows. What is
/// reported is there in full, and what it said before together no longer than one message. So no report is larger than a page.
fn context(mut messages: Vec<Message>, reported: Option<MessageId>) -> Vec<Message> {
    for message in &mut messages {
        if Some(message.id) == reported {
            let each = MAX_MESSAGE_CHARS / message.earlier.len().max(1);
            message.earlier.iter_mut().for_each(|text| cut(text, each));
        } else {
            message.earlier.clear();
            cut(&mut message.text, CONTEXT_CHARS);
        }
    }
    messages
}

fn cut(text: &mut String, chars: usize) {
    if let Some((end, _)) = text.char_indices().nth(chars) {
        text.truncate(end);
    }
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
                // As with messages: also what its author took back since.
                let asked = self.questions.once_asked(question).filter(|asked| asked.question.standing.is_public());
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
