//! A log that was written elsewhere: whether this room could have told it.

use std::collections::HashSet;

use houselights_shared::{
    Action, AskedId, Layout, MAX_HANDS, MAX_ON_STAGE, MAX_POLLS, MAX_QUESTIONS, ParticipantId, Phase, PollId, PollPhase,
    RunOfShow, Scene, Seq, Update, UpdateBody,
};

use crate::{may, scene::is_divided, state::State};

/// Follows a log entry by entry, and takes none that the rules of a room could not have led to where it stands. Not asked is what an
/// erasure leaves behind: a message may be removed that nobody finds any more, and people may be named who are gone.
#[derive(Clone, Debug, Default)]
pub struct Retelling {
    state: State,
    seq: Seq,
    /// Whose hand went down with the entry before.
    taken: Option<ParticipantId>,
}

type Checked = Result<(), &'static str>;

impl Retelling {
    /// The next entry; or why it is none.
    pub fn follow(&mut self, update: &Update) -> Result<(), &'static str> {
        if update.seq != self.seq.next() {
            return Err("the log of a room has a gap");
        }
        self.check(&update.body)?;
        self.taken = if let UpdateBody::HandLowered { participant } = update.body { Some(participant) } else { None };
        self.state.apply(update);
        self.seq = update.seq;
        if self.state.crew.on_stage.len() > MAX_ON_STAGE {
            return Err("more are on stage than fit");
        }
        Ok(())
    }

    fn asks(&self, question: AskedId) -> Checked {
        holds(self.state.questions.get(question).is_some(), "something happens to a question that nobody asked")
    }

    fn polls(&self, poll: PollId) -> Checked {
        holds(self.state.polls.get(poll).is_some(), "something happens to a poll that nobody made")
    }

    fn in_phase(&self, poll: PollId, is: impl Fn(PollPhase) -> bool) -> Checked {
        let held = self.state.polls.get(poll);
        holds(held.is_some_and(|held| is(held.poll.phase)), "something happens to a poll that is not in the phase for it")
    }

    #[expect(clippy::too_many_lines, reason = "one line or two an update")]
    fn check(&self, body: &UpdateBody) -> Checked {
        let State { crew, stage, chat, hands, running, .. } = &self.state;
        let is_in = |who: ParticipantId| crew.member(who).is_some();
        match body {
            // Whoever is of the audience comes because a hand was taken, and goes on stage in the same breath.
            UpdateBody::CrewArrived { member } => {
                holds(
                    may(member.role, Action::EnterBackstage) || self.taken == Some(member.participant),
                    "somebody is of the crew whose role is not",
                )?;
                holds(!crew.is_on_stage(member.participant), "whoever is on stage arrives backstage")
            }
            UpdateBody::CameOnStage { member } => holds(is_in(member.participant), "somebody comes on stage who is not there"),
            UpdateBody::CrewLeft { participant } | UpdateBody::SendingChanged { participant, .. } => {
                holds(is_in(*participant), "somebody leaves or sends who is not there")
            }
            UpdateBody::LeftStage { participant } => {
                holds(crew.is_on_stage(*participant), "somebody leaves the stage who is not on it")
            }
            UpdateBody::PreviewSet { scene } => is_scene(scene, is_in),
            UpdateBody::ProgramSet { scene } | UpdateBody::Taken { program: scene } => {
                is_scene(scene, |who| crew.is_on_stage(who))
            }
            UpdateBody::WentLive => holds(matches!(stage.phase, Phase::Rehearsal), "a show begins twice"),
            UpdateBody::Ended { .. } => holds(matches!(stage.phase, Phase::Live { .. }), "a show ends that is not on"),
            UpdateBody::EndUndone => holds(matches!(stage.phase, Phase::Ended { .. }), "an end is undone that was none"),
            UpdateBody::RunOfShowSet { run_of_show } => is_plan(run_of_show),
            UpdateBody::CueCalled { cue } => {
                holds(running.planned.cues.iter().any(|planned| planned.id == *cue), "a cue is called that is not planned")
            }
            UpdateBody::MessageSent { message } => holds(!chat.is_taken(message.id), "a message is said twice"),
            UpdateBody::NoteSent { note } => holds(!chat.is_taken(note.id), "a note is written twice"),
            UpdateBody::QuestionAsked { question } => {
                holds(self.asks(question.id).is_err(), "a question is asked twice")?;
                holds(self.state.questions.iter().count() < MAX_QUESTIONS, "more questions are asked than fit")
            }
            UpdateBody::QuestionOpened { question } => self.asks(question.id),
            UpdateBody::QuestionSettled { question, .. }
            | UpdateBody::QuestionWithdrawn { question, .. }
            | UpdateBody::QuestionUpvoted { question, .. } => self.asks(*question),
            UpdateBody::PollDrafted { poll } => holds(
                self.polls(poll.id).is_ok() || self.state.polls.iter().count() < MAX_POLLS,
                "more polls are made than fit",
            ),
            UpdateBody::PollDropped { poll } | UpdateBody::AnswerHidden { poll, .. } | UpdateBody::AnswerShown { poll, .. } => {
                self.polls(*poll)
            }
            UpdateBody::PollOpened { poll } => self.in_phase(poll.id, |phase| matches!(phase, PollPhase::Draft)),
            // Of one that is closed answers are taken out.
            UpdateBody::PollCounted { poll, .. } => self.in_phase(*poll, |phase| !matches!(phase, PollPhase::Draft)),
            UpdateBody::PollVoted { poll, .. } | UpdateBody::PollClosed { poll, .. } => {
                self.in_phase(*poll, |phase| matches!(phase, PollPhase::Open { .. }))
            }
            UpdateBody::PollReopened { poll } => self.in_phase(poll.id, |phase| matches!(phase, PollPhase::Closed { .. })),
            UpdateBody::PollArchived { poll } => self.in_phase(*poll, |phase| matches!(phase, PollPhase::Closed { .. })),
            UpdateBody::HandRaised { hand } => {
                let fits = hands.is_raised(hand.participant) || hands.raised.len() < MAX_HANDS;
                holds(fits, "more hands are raised than fit")
            }
            UpdateBody::CuesReset
            | UpdateBody::MessageEdited { .. }
            | UpdateBody::MessageRemoved { .. }
            | UpdateBody::MessageHidden { .. }
            | UpdateBody::MessageShown { .. }
            | UpdateBody::MessagePinned { .. }
            | UpdateBody::Unpinned
            | UpdateBody::Announced { .. }
            | UpdateBody::AnnouncementEnded
            | UpdateBody::NoteRemoved { .. }
            | UpdateBody::QuestionsCounted { .. }
            | UpdateBody::OverlaySet { .. }
            | UpdateBody::HandLowered { .. }
            | UpdateBody::RulesSet { .. }
            | UpdateBody::Sanctioned { .. }
            | UpdateBody::SanctionLifted { .. }
            | UpdateBody::Reported { .. }
            | UpdateBody::ReportSettled { .. }
            | UpdateBody::ReportReopened { .. }
            | UpdateBody::Admitted { .. } => Ok(()),
            UpdateBody::Hidden { through } => holds(through.is_none(), "entries of the log are left out"),
            UpdateBody::Unknown => Err("an entry of a log is of a kind that this server does not know"),
        }
    }
}

fn holds(is_so: bool, otherwise: &'static str) -> Checked {
    if is_so { Ok(()) } else { Err(otherwise) }
}

/// Known layouts, with as many seats as they have, each with one of those who can have it.
fn is_scene(scene: &Scene, can_sit: impl Fn(ParticipantId) -> bool) -> Checked {
    let mut seen = HashSet::new();
    let people = scene.seats.iter().flatten();
    let proper = is_divided(scene) && people.into_iter().all(|who| seen.insert(*who) && can_sit(*who));
    holds(proper, "a scene has seats, or people on them, that cannot be")
}

fn is_plan(plan: &RunOfShow) -> Checked {
    let is_known = |layout| !matches!(layout, Layout::Unknown);
    holds(
        plan.scenes.iter().all(|scene| is_known(scene.layout)),
        "a scene is planned in a layout that this server does not know",
    )
}
