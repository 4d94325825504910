//! What follows from the log, and from nothing else.

use std::time::Duration;

use houselights_shared::{Gone, Overlay, Timestamp, Update, UpdateBody};

use crate::{
    MediaPlan, backstage::Crew, chat::Chat, hands::Hands, moderation::Moderation, polls::Polls, qa::Questions,
    run_of_show::Running, stage::Stage,
};

/// A room as its log leaves it.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) crew: Crew,
    pub(crate) stage: Stage,
    pub(crate) chat: Chat,
    pub(crate) questions: Questions,
    pub(crate) polls: Polls,
    pub(crate) hands: Hands,
    pub(crate) moderation: Moderation,
    pub(crate) overlay: Option<Overlay>,
    pub(crate) running: Running,
}

impl State {
    /// In which the chat and the notes are no longer than a snapshot of them.
    pub(crate) fn of_the_latest() -> Self {
        Self { chat: Chat::of_the_latest(), ..Self::default() }
    }

    #[expect(clippy::too_many_lines, reason = "one line or two an update")]
    pub(crate) fn apply(&mut self, update: &Update) {
        let at = update.at;
        match &update.body {
            UpdateBody::CrewArrived { member } => self.crew.arrived(member),
            UpdateBody::CrewLeft { participant } => {
                self.crew.left(*participant);
                self.stage.left(*participant);
            }
            UpdateBody::SendingChanged { participant, sending, on_stage: _, device } => {
                self.crew.sending_changed(*participant, *sending, *device);
            }
            UpdateBody::CameOnStage { member } => {
                self.crew.came_on_stage(member);
                self.hands.was_settled(member.participant);
            }
            UpdateBody::LeftStage { participant } => {
                self.crew.left_stage(*participant);
                self.stage.left_stage(*participant);
            }
            UpdateBody::PreviewSet { scene } => self.stage.preview = scene.clone(),
            UpdateBody::ProgramSet { scene } => self.stage.program = scene.clone(),
            UpdateBody::Taken { program } => self.stage.taken(program),
            UpdateBody::WentLive => self.stage.went_live(at),
            UpdateBody::Ended { undo_until } => self.stage.ended(at, *undo_until),
            UpdateBody::EndUndone => self.stage.end_undone(),
            UpdateBody::RunOfShowSet { run_of_show } => self.running.planned(run_of_show),
            UpdateBody::CueCalled { cue } => self.running.called(*cue, at),
            UpdateBody::CuesReset => self.running.was_reset(),
            UpdateBody::MessageSent { message } => self.chat.sent(message),
            UpdateBody::MessageEdited { message, text, mentions } => self.chat.edited(*message, at, (text, mentions)),
            UpdateBody::MessageRemoved { message } => self.chat.said.went(*message, Gone { at, by: update.by, hidden: false }),
            UpdateBody::MessageHidden { message } => self.chat.was_hidden(*message, Gone { at, by: update.by, hidden: true }),
            UpdateBody::MessageShown { message } => self.chat.said.came_back(message),
            UpdateBody::MessagePinned { message } => self.chat.was_pinned(message),
            UpdateBody::Unpinned => self.chat.pinned = None,
            UpdateBody::Announced { announcement } => self.chat.announcement = Some(announcement.clone()),
            UpdateBody::AnnouncementEnded => self.chat.announcement = None,
            UpdateBody::NoteSent { note } => self.chat.noted(note),
            UpdateBody::NoteRemoved { note } => self.chat.notes.went(*note, Gone { at, by: None, hidden: false }),
            UpdateBody::QuestionAsked { question } => {
                let author = question.author.as_ref().map(|asker| asker.participant);
                if let Some(author) = author.or(update.by) {
                    self.questions.was_asked(question, author);
                }
            }
            UpdateBody::QuestionOpened { question } => self.questions.was_opened(question, update.by),
            UpdateBody::QuestionSettled { question, standing, was_public: _ } => {
                self.questions.was_settled(*question, standing, update.by);
            }
            UpdateBody::QuestionWithdrawn { question, was_public: _ } => self.questions.was_withdrawn(*question),
            UpdateBody::QuestionUpvoted { question, up } => {
                if let Some(by) = update.by {
                    self.questions.was_upvoted(*question, by, *up);
                }
            }
            UpdateBody::QuestionsCounted { counts } => self.questions.were_counted(counts, at),
            UpdateBody::PollDrafted { poll } => self.polls.was_drafted(poll),
            UpdateBody::PollDropped { poll } => {
                self.polls.was_dropped(*poll);
                if self.polls.was_asked(*poll) {
                    self.running.was_asked(*poll);
                }
            }
            UpdateBody::PollOpened { poll } => self.polls.was_opened(poll),
            UpdateBody::PollVoted { poll, choice, name } => {
                if let Some(by) = update.by {
                    self.polls.was_voted(*poll, (by, at), (choice, name.as_deref()));
                }
            }
            UpdateBody::PollCounted { poll, tally, shown: _ } => self.polls.was_counted(*poll, tally, at),
            UpdateBody::AnswerHidden { poll, answer } => self.polls.was_hidden(*poll, answer),
            UpdateBody::AnswerShown { poll, answer } => self.polls.was_shown(*poll, answer),
            UpdateBody::PollClosed { poll, tally, correct: _ } => self.polls.was_closed(*poll, tally, at),
            UpdateBody::PollReopened { poll } => self.polls.was_reopened(poll),
            UpdateBody::PollArchived { poll } => self.polls.was_archived(*poll),
            UpdateBody::OverlaySet { overlay } => self.overlay = *overlay,
            UpdateBody::HandRaised { hand } => self.hands.was_raised(hand),
            UpdateBody::HandLowered { participant } => self.hands.was_lowered(*participant, update.by),
            UpdateBody::RulesSet { rules, before_stop } => self.moderation.were_set(rules, before_stop.as_ref()),
            UpdateBody::Sanctioned { sanctioned } => self.moderation.was_kept(sanctioned),
            UpdateBody::SanctionLifted { participant, kind } => self.moderation.was_lifted(*participant, *kind),
            UpdateBody::Reported { report } => self.moderation.was_reported(report, update.by),
            UpdateBody::ReportSettled { report, made_way, about_crew: _ } => self.moderation.was_settled(*report, *made_way),
            UpdateBody::ReportReopened { report } => self.moderation.was_reopened(report),
            UpdateBody::Admitted { participants } => self.moderation.were_admitted(participants),
            // The one is a command that changed nothing; a newer server's update changes nothing that this one knows.
            UpdateBody::Hidden { .. } | UpdateBody::Unknown => {}
        }
    }

    /// When whoever of the audience is on stage has to leave it: the show is over, and nobody can take that back any more.
    pub(crate) fn guests_leave_at(&self) -> Option<Timestamp> {
        let is_over = self.stage.over_after().filter(|_| !self.crew.guests().is_empty());
        is_over.map(|until| until.plus(Duration::from_micros(1)))
    }

    pub(crate) fn guests_leave(&self, now: Timestamp) -> Vec<UpdateBody> {
        let is_due = self.guests_leave_at().is_some_and(|at| at <= now);
        let guests = if is_due { self.crew.guests() } else { Vec::new() };
        guests.into_iter().flat_map(|guest| self.crew.leave(guest)).collect()
    }

    pub(crate) fn media_plan(&self) -> MediaPlan {
        let on_stage = self.crew.on_stage.iter().map(|member| member.participant).collect();
        MediaPlan { on_stage, on_air: self.stage.on_air(), senders: self.crew.senders() }
    }
}
