//! What of a room is one person's own.

use houselights_shared::{Mine, OwnVote, ParticipantId, PollPhase, RoomId, Update, UpdateBody};

use crate::{polls::Held, qa::Asked, state::State};

impl State {
    /// All that there is of somebody's own.
    pub(crate) fn mine(&self, room: RoomId, who: ParticipantId) -> Mine {
        let own = |asked: &&Asked| asked.author == who;
        let is_public = |asked: &&Asked| asked.question.standing.is_public();
        let counts = |held: &&Held| matches!(held.poll.phase, PollPhase::Open { .. } | PollPhase::Closed { .. });
        let vote = |held: &Held| {
            let choice = held.votes.get(&who)?.choice.clone();
            Some(OwnVote { poll: held.poll.id, choice, tally: held.shown_to_voters().cloned() })
        };
        Mine {
            room,
            muted: self.moderation.is_muted(who),
            questions: self
                .questions
                .iter()
                .filter(own)
                .filter(|asked| !is_public(asked))
                .map(|asked| asked.question.clone())
                .collect(),
            asked: self.questions.iter().filter(own).filter(is_public).map(|asked| asked.question.id).collect(),
            upvoted: self.questions.iter().filter(|asked| asked.voters.contains(&who)).map(|asked| asked.question.id).collect(),
            votes: self.polls.iter().filter(counts).filter_map(vote).collect(),
            points: self.polls.points(who),
            hand: self.hands.place(who),
            hand_raised_at: self.hands.raised_at(who),
        }
    }

    /// Whose own an update changes. It is asked before the update is followed.
    pub(crate) fn concerned(&self, update: &Update) -> Vec<ParticipantId> {
        match &update.body {
            UpdateBody::QuestionAsked { .. } | UpdateBody::QuestionUpvoted { .. } | UpdateBody::PollVoted { .. } => {
                update.by.into_iter().collect()
            }
            UpdateBody::QuestionOpened { question } => self.questions.concerned(question.id, None),
            UpdateBody::QuestionSettled { question, standing, .. } => self.questions.concerned(*question, Some(standing)),
            UpdateBody::QuestionWithdrawn { question, .. } => self.questions.concerned(*question, None),
            UpdateBody::HandRaised { hand } => self.hands.moved_by(hand),
            // Those see how it stands who have voted.
            UpdateBody::PollReopened { poll } => self.polls.early_voters(poll.id),
            UpdateBody::HandLowered { participant } => self.hands.from(*participant).collect(),
            UpdateBody::Sanctioned { sanctioned } => vec![sanctioned.participant],
            UpdateBody::SanctionLifted { participant, .. } => vec![*participant],
            UpdateBody::PollClosed { poll, .. } => {
                let quiz = self.polls.get(*poll).filter(|held| held.is_quiz());
                quiz.map(|held| held.votes.keys().copied().collect()).unwrap_or_default()
            }
            UpdateBody::CrewArrived { .. }
            | UpdateBody::CrewLeft { .. }
            | UpdateBody::SendingChanged { .. }
            | UpdateBody::CameOnStage { .. }
            | UpdateBody::LeftStage { .. }
            | UpdateBody::PreviewSet { .. }
            | UpdateBody::ProgramSet { .. }
            | UpdateBody::Taken { .. }
            | UpdateBody::WentLive
            | UpdateBody::Ended { .. }
            | UpdateBody::EndUndone
            | UpdateBody::RunOfShowSet { .. }
            | UpdateBody::CueCalled { .. }
            | UpdateBody::CuesReset
            | UpdateBody::MessageSent { .. }
            | UpdateBody::MessageEdited { .. }
            | UpdateBody::MessageRemoved { .. }
            | UpdateBody::MessageHidden { .. }
            | UpdateBody::MessageShown { .. }
            | UpdateBody::MessagePinned { .. }
            | UpdateBody::Unpinned
            | UpdateBody::Announced { .. }
            | UpdateBody::AnnouncementEnded
            | UpdateBody::NoteSent { .. }
            | UpdateBody::NoteRemoved { .. }
            | UpdateBody::QuestionsCounted { .. }
            | UpdateBody::PollDrafted { .. }
            | UpdateBody::PollDropped { .. }
            | UpdateBody::AnswerHidden { .. }
            | UpdateBody::AnswerShown { .. }
            | UpdateBody::PollOpened { .. }
            | UpdateBody::PollCounted { .. }
            | UpdateBody::PollArchived { .. }
            | UpdateBody::OverlaySet { .. }
            | UpdateBody::RulesSet { .. }
            | UpdateBody::Reported { .. }
            | UpdateBody::ReportSettled { .. }
            | UpdateBody::ReportReopened { .. }
            | UpdateBody::Admitted { .. }
            | UpdateBody::Hidden { .. }
            | UpdateBody::Unknown => Vec::new(),
        }
    }
}
