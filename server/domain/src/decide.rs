//! What a command comes to: who may ask for it, and which feature answers.

use std::collections::HashSet;

use houselights_shared::{
    Action, AskedId, Choice, Command, CommandBody, MessageId, Overlay, ParticipantId, PollId, Refusal, Report, ReportTarget,
    RulesEdit, SanctionAct, Timestamp, UpdateBody,
};

use crate::{
    Actor,
    chat::{Chat, Words},
    declined::Declined,
    may,
    moderation::Evidence,
    presence::Presence,
    qa::Asked,
    rules::edited,
    state::State,
};

/// What is asked of a room, by whom and when; and who is there.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) now: Timestamp,
    pub(crate) who: &'a Actor,
    pub(crate) command: &'a Command,
    pub(crate) presence: &'a Presence,
}

type Decided = Result<Vec<UpdateBody>, Declined>;

impl State {
    pub(crate) fn decide(&self, asking: Asking<'_>) -> Decided {
        self.is_within(asking.now, asking.who, asking.presence)?;
        self.decide_within(asking)
    }

    /// Whoever was sent away, or waits to be let in, asks for nothing.
    pub(crate) fn is_within(&self, now: Timestamp, who: &Actor, presence: &Presence) -> Result<(), Declined> {
        self.moderation.stays(now, who.participant)?;
        if presence.waits(who.participant) { Err(Refusal::NotAllowed.into()) } else { Ok(()) }
    }

    #[expect(clippy::too_many_lines, reason = "one line or two a command")]
    fn decide_within(&self, asking: Asking<'_>) -> Decided {
        let Asking { now, who, command, .. } = asking;
        let Self { crew, stage, chat, questions, polls, hands, moderation, running, .. } = self;
        let allowed = |action| if may(who.role, action) { Ok(()) } else { Err(Refusal::NotAllowed) };
        Ok(match &command.body {
            CommandBody::SendMessage { text, reply_to, mentions } => {
                return self.say(asking, Words { text, reply_to: *reply_to, mentions });
            }
            CommandBody::EditMessage { message, text, mentions } => {
                return self.edit(asking, *message, Words { text, reply_to: None, mentions });
            }
            CommandBody::RemoveMessage { message } => chat.remove(who, *message)?,
            CommandBody::HideMessage { message } => allowed(Action::Moderate).and_then(|()| chat.hide(*message))?,
            CommandBody::ShowMessage { message } => allowed(Action::Moderate).and_then(|()| chat.show(*message))?,
            CommandBody::PinMessage { message } => allowed(Action::Moderate).and_then(|()| chat.pin(*message))?,
            CommandBody::UnpinMessage { message } => allowed(Action::Moderate).map(|()| chat.unpin(*message))?,
            CommandBody::Announce { text } => {
                allowed(Action::Moderate).and_then(|()| moderation.lets(who, true))?;
                Chat::announce(now, command.id, text)?
            }
            CommandBody::EndAnnouncement { announcement } => {
                allowed(Action::Moderate).map(|()| chat.end_announcement(*announcement))?
            }
            // Also of whoever is muted: that is about what the audience gets to see, and the crew has to hear of each other.
            CommandBody::SendNote { text, reply_to, mentions } => {
                allowed(Action::EnterBackstage)?;
                self.know(asking.presence, mentions, &[])?;
                chat.note(now, who, command.id, Words { text, reply_to: *reply_to, mentions })?
            }
            CommandBody::RemoveNote { note } => allowed(Action::EnterBackstage).and_then(|()| chat.remove_note(who, *note))?,
            CommandBody::AskQuestion { text, anonymous } => self.ask(asking, text, *anonymous)?,
            CommandBody::WithdrawQuestion { question } => {
                self.without_overlay(Overlay::Question { question: *question }, questions.withdraw(who, *question)?)
            }
            CommandBody::UpvoteQuestion { question, up } => {
                allowed(Action::TakePart).and_then(|()| questions.upvote(who, *question, *up))?
            }
            CommandBody::OpenQuestion { question } => allowed(Action::Moderate).and_then(|()| questions.open(*question))?,
            CommandBody::DismissQuestion { question } => {
                allowed(Action::Moderate)?;
                self.without_overlay(Overlay::Question { question: *question }, questions.dismiss(*question)?)
            }
            CommandBody::HoldQuestion { question } => {
                allowed(Action::Moderate)?;
                self.without_overlay(Overlay::Question { question: *question }, questions.hold(*question)?)
            }
            CommandBody::AnswerQuestion { question, answer } => self.answer(asking, *question, answer.as_deref())?,
            CommandBody::MergeQuestion { question, into } => {
                allowed(Action::Moderate)?;
                self.without_overlay(Overlay::Question { question: *question }, questions.merge(*question, *into)?)
            }
            CommandBody::RestoreQuestion { question, standing } => {
                allowed(Action::Moderate)?;
                let bodies = questions.restore(who, *question, standing)?;
                if standing.is_public() {
                    bodies
                } else {
                    self.without_overlay(Overlay::Question { question: *question }, bodies)
                }
            }
            CommandBody::DraftPoll { poll, form } => {
                allowed(Action::RunPolls).and_then(|()| moderation.lets(who, true))?;
                polls.draft(*poll, form)?
            }
            CommandBody::DraftPlanned { poll } => allowed(Action::RunPolls).and_then(|()| self.draft_planned(*poll))?,
            CommandBody::DropPoll { poll } => allowed(Action::RunPolls).and_then(|()| polls.drop_one(*poll))?,
            CommandBody::OpenPoll { poll } => allowed(Action::RunPolls).and_then(|()| polls.open(now, *poll))?,
            CommandBody::ClosePoll { poll } => allowed(Action::RunPolls).and_then(|()| polls.close(*poll, &self.called()))?,
            CommandBody::ReopenPoll { poll } => allowed(Action::RunPolls).and_then(|()| polls.reopen(now, *poll))?,
            CommandBody::ArchivePoll { poll } => {
                allowed(Action::RunPolls)?;
                self.without_overlay(Overlay::Poll { poll: *poll }, polls.archive(*poll)?)
            }
            CommandBody::Vote { poll, choice } => self.vote(asking, *poll, choice)?,
            CommandBody::HideAnswer { poll, answer } => allowed(Action::Moderate).and_then(|()| polls.hide(*poll, answer))?,
            CommandBody::ShowAnswer { poll, answer } => allowed(Action::Moderate).and_then(|()| polls.show(*poll, answer))?,
            CommandBody::ShowOverlay { overlay } => allowed(Action::Moderate).and_then(|()| self.lay_over(*overlay))?,
            CommandBody::ClearOverlay { overlay } => {
                allowed(Action::Moderate).map(|()| self.cleared(*overlay).into_iter().collect())?
            }
            CommandBody::RaiseHand { note } => {
                allowed(Action::TakePart).and_then(|()| moderation.lets(who, moderation.rules.hands))?;
                moderation.takes(who, note)?;
                hands.raise(now, who, crew, note)?
            }
            CommandBody::LowerHand => hands.lower(who.participant),
            CommandBody::TakeHand { participant } => {
                allowed(Action::Moderate).and_then(|()| stage.can_be_joined())?;
                hands.take(*participant, (stage, crew), asking.presence, &moderation.naming())?
            }
            CommandBody::DismissHand { participant } => allowed(Action::Moderate).and_then(|()| hands.dismiss(*participant))?,
            CommandBody::RestoreHand { participant } => {
                allowed(Action::Moderate)?;
                if moderation.is_muted(*participant) {
                    return Err(Refusal::NoSuchHand.into());
                }
                if !moderation.rules.hands {
                    return Err(Refusal::Closed.into());
                }
                hands.restore(*participant, crew, asking.presence)?
            }
            CommandBody::LeaveStage => crew.take_off(who.participant)?,
            CommandBody::EditRules { change } => {
                allowed(Action::Moderate)?;
                self.edit_rules(asking.presence, change)?
            }
            CommandBody::StopAll => allowed(Action::Moderate).map(|()| self.stop_all())?,
            CommandBody::Resume => allowed(Action::Moderate).map(|()| moderation.resume())?,
            CommandBody::Sanction { participant, act } => self.keep(asking, *participant, *act)?,
            CommandBody::LiftSanction { participant, kind } => {
                allowed(Action::Moderate).and_then(|()| moderation.lift(who, *participant, *kind))?
            }
            CommandBody::Report { target, reason } => self.report(asking, *target, reason)?,
            CommandBody::SettleReport { report } => allowed(Action::Moderate).and_then(|()| moderation.settle(who, *report))?,
            CommandBody::ReopenReport { report } => {
                allowed(Action::Moderate)?;
                let is = |report: &Report| Some(self.person(asking.presence, self.reported(report)?)?.0);
                moderation.reopen(who, *report, is)?
            }
            CommandBody::Admit { participants } => {
                allowed(Action::Moderate).map(|()| admitted(asking.presence, participants))?
            }
            CommandBody::SetSending { sending, take_over } => {
                if !crew.is_guest(who.participant) {
                    allowed(Action::EnterBackstage)?;
                }
                crew.set_sending(who, *sending, *take_over)?
            }
            CommandBody::BringOnStage { participant } => {
                allowed(Action::MoveOnStage).and_then(|()| stage.bring_on(crew, *participant))?
            }
            CommandBody::TakeOffStage { participant } => {
                allowed(if crew.is_guest(*participant) { Action::Moderate } else { Action::MoveOnStage })?;
                crew.take_off(*participant)?
            }
            CommandBody::SetPreview { scene } => allowed(Action::DirectScenes).and_then(|()| stage.set_preview(crew, scene))?,
            CommandBody::EditPreview { change } => {
                allowed(Action::DirectScenes).and_then(|()| stage.edit_preview(crew, *change))?
            }
            CommandBody::CallCue { cue } => allowed(Action::CallShow).and_then(|()| running.call(stage, crew, *cue))?,
            CommandBody::ResetCues => allowed(Action::CallShow).map(|()| running.reset())?,
            CommandBody::PrepareScene { scene } => {
                allowed(Action::DirectScenes).and_then(|()| running.prepare(stage, crew, scene))?
            }
            CommandBody::Take => allowed(Action::DirectScenes).and_then(|()| stage.take(crew))?,
            CommandBody::GoLive => allowed(Action::CallShow).and_then(|()| stage.go_live())?,
            CommandBody::EndShow => allowed(Action::CallShow).and_then(|()| stage.end(now))?,
            CommandBody::UndoEnd => allowed(Action::CallShow).and_then(|()| stage.undo_end(now))?,
            CommandBody::Unknown => return Err(Refusal::UnknownCommand.into()),
        })
    }

    fn say(&self, Asking { now, who, command, presence }: Asking<'_>, words: Words<'_>) -> Decided {
        let Self { chat, moderation, .. } = self;
        if !may(who.role, Action::SendMessage) {
            return Err(Refusal::NotAllowed.into());
        }
        // What was said is said: its repeat is no new message, whatever holds now.
        if !chat.was_said(who, command.id) {
            moderation.lets(who, moderation.rules.chat)?;
            moderation.takes(who, words.text)?;
            self.know(presence, words.mentions, &[])?;
        }
        let bodies = chat.send(now, who, command.id, words)?;
        if !bodies.is_empty() {
            chat.slowed(now, who, moderation.rules.slow_mode)?;
        }
        Ok(bodies)
    }

    fn edit(&self, Asking { now, who, presence, .. }: Asking<'_>, message: MessageId, words: Words<'_>) -> Decided {
        let Self { chat, moderation, .. } = self;
        moderation.lets(who, moderation.rules.chat)?;
        moderation.takes(who, words.text)?;
        let named = chat.said.get(message).map(|said| said.mentions.as_slice()).unwrap_or_default();
        self.know(presence, words.mentions, named)?;
        let bodies = chat.edit(who, message, words)?;
        if !bodies.is_empty() {
            chat.edits_slowed(now, who, moderation.rules.slow_mode)?;
        }
        Ok(bodies)
    }

    fn ask(&self, Asking { now, who, command, .. }: Asking<'_>, text: &str, anonymous: bool) -> Decided {
        let rules = &self.moderation.rules;
        if !may(who.role, Action::TakePart) || (anonymous && !rules.anonymous) {
            return Err(Refusal::NotAllowed.into());
        }
        let nobody = anonymous.then(|| who.as_of_the_audience());
        let measured = nobody.as_ref().unwrap_or(who);
        self.moderation.lets(measured, rules.questions)?;
        self.moderation.takes(measured, text)?;
        let shown = match self.overlay {
            Some(Overlay::Question { question }) => Some(question),
            Some(Overlay::Poll { .. } | Overlay::Unknown) | None => None,
        };
        let bodies = self.questions.ask(now, who, command.id, (text, anonymous, rules.review, shown))?;
        if !bodies.is_empty() {
            self.questions.slowed(now, measured, rules.slow_mode)?;
        }
        Ok(bodies)
    }

    fn draft_planned(&self, poll: PollId) -> Result<Vec<UpdateBody>, Refusal> {
        if self.polls.was_made(poll) {
            return Ok(Vec::new());
        }
        let planned = self.running.poll(poll).ok_or(Refusal::NoSuchPoll)?;
        self.polls.draft(poll, &planned.form)
    }

    /// Whoever speaks answers what everybody sees; what a moderator put aside, or has not looked at, is not theirs to publish.
    fn answer(
        &self,
        Asking { now, who, .. }: Asking<'_>,
        question: AskedId,
        answer: Option<&str>,
    ) -> Result<Vec<UpdateBody>, Refusal> {
        if !may(who.role, Action::AnswerQuestions) {
            return Err(Refusal::NotAllowed);
        }
        if answer.is_some() {
            self.moderation.lets(who, true)?;
        }
        let is_public = |asked: &Asked| asked.question.standing.is_public();
        if !may(who.role, Action::Moderate) && !self.questions.get(question).is_some_and(is_public) {
            return Err(Refusal::NoSuchQuestion);
        }
        self.questions.answer(now, who, question, answer)
    }

    /// Who is muted votes all the same, but not in words.
    fn vote(&self, Asking { now, who, .. }: Asking<'_>, poll: PollId, choice: &Choice) -> Result<Vec<UpdateBody>, Refusal> {
        if !may(who.role, Action::TakePart) {
            return Err(Refusal::NotAllowed);
        }
        // First: of no vote more is read than a poll takes.
        let choice = self.polls.accepted(now, poll, choice)?;
        let words: Vec<&str> = match &choice {
            Choice::Words { words } => words.iter().map(String::as_str).collect(),
            Choice::Text { text } => vec![text],
            Choice::Options { .. } | Choice::Rating { .. } | Choice::Unknown => Vec::new(),
        };
        let is_named = self.polls.get(poll).is_some_and(|held| held.poll.form.named);
        let nobody = (!is_named).then(|| who.as_of_the_audience());
        let measured = nobody.as_ref().unwrap_or(who);
        if !words.is_empty() {
            self.moderation.lets(measured, self.moderation.before_stop.is_none())?;
        }
        words.into_iter().try_for_each(|text| self.moderation.takes(measured, text))?;
        self.polls.vote(who, poll, choice)
    }

    /// Who waits comes in where nobody has to wait any more, nor finds the room locked; who is here belongs here once others have to.
    fn edit_rules(&self, presence: &Presence, change: &RulesEdit) -> Result<Vec<UpdateBody>, Refusal> {
        let mut bodies = self.moderation.edit(change)?;
        let rules = edited(&self.moderation.rules, change)?;
        if !rules.lobby && !rules.locked {
            bodies.extend(admitted(presence, &[]));
        }
        let is_guarded = matches!(change, RulesEdit::Lobby { on: true } | RulesEdit::Lock { on: true });
        if is_guarded && !self.moderation.is_guarded() {
            bodies.extend(self.moderation.let_stay(presence.audience()));
        }
        Ok(bodies)
    }

    fn stop_all(&self) -> Vec<UpdateBody> {
        let mut bodies = self.moderation.stop();
        if bodies.is_empty() {
            return bodies;
        }
        bodies.extend(self.overlay.and_then(|overlay| self.cleared(overlay)));
        bodies.extend(self.hands.raised.iter().map(|hand| UpdateBody::HandLowered { participant: hand.participant }));
        bodies.extend(self.crew.guests().into_iter().flat_map(|guest| self.crew.leave(guest)));
        bodies
    }

    /// Whoever may not be there leaves at once; who may not speak leaves the stage, and takes the hand down.
    fn keep(
        &self,
        Asking { now, who, presence, .. }: Asking<'_>,
        participant: ParticipantId,
        act: SanctionAct,
    ) -> Result<Vec<UpdateBody>, Refusal> {
        if !may(who.role, Action::Moderate) {
            return Err(Refusal::NotAllowed);
        }
        let (role, name) = self.person(presence, participant).ok_or(Refusal::NoSuchParticipant)?;
        let mut bodies = self.moderation.keep(now, who, (participant, role, name), act)?;
        if bodies.is_empty() {
            return Ok(bodies);
        }
        bodies.extend(self.hands.lower(participant));
        let leaves = match act {
            SanctionAct::Mute => self.crew.is_guest(participant),
            SanctionAct::TimeOut { .. } | SanctionAct::Remove | SanctionAct::Ban | SanctionAct::Unknown => true,
        };
        if leaves {
            bodies.extend(self.crew.leave(participant));
        }
        Ok(bodies)
    }

    fn report(
        &self,
        Asking { now, who, command, presence }: Asking<'_>,
        target: ReportTarget,
        reason: &str,
    ) -> Result<Vec<UpdateBody>, Refusal> {
        let person = self.whose(target).and_then(|whose| self.person(presence, whose));
        let evidence = Evidence { chat: &self.chat, questions: &self.questions, person: person.as_ref() };
        self.moderation.report(now, who, (command.id, target, reason), evidence)
    }
}

/// Those of `participants` who wait; all who wait, where none are named.
fn admitted(presence: &Presence, participants: &[ParticipantId]) -> Vec<UpdateBody> {
    let named: HashSet<_> = participants.iter().copied().collect();
    let waiting = presence.waiting().map(|guest| guest.participant);
    let admitted: Vec<_> = waiting.filter(|who| named.is_empty() || named.contains(who)).collect();
    if admitted.is_empty() { Vec::new() } else { vec![UpdateBody::Admitted { participants: admitted }] }
}
