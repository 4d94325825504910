//! Where a room stands, for each of its views.

use houselights_shared::{CrewView, Message, Poll, PollPhase, Question, Report, RoomId, RoomRules, Seq, Snapshot};

use crate::{View, moderation::is_told, run_of_show::Running, state::State};

impl State {
    pub(crate) fn snapshot(&self, (room, seq, title): (RoomId, Seq, &str), view: View) -> Snapshot {
        let Self { crew, stage, chat, overlay, .. } = self;
        Snapshot {
            room,
            seq,
            title: title.to_owned(),
            phase: stage.phase,
            on_stage: crew.on_stage.clone(),
            program: stage.program.clone(),
            overlay: *overlay,
            chat: chat.said.latest().map(|message| seen(message, view)).collect(),
            pinned: chat.pinned.as_ref().map(|message| seen(message, view)),
            announcement: chat.announcement.clone(),
            rules: self.rules(view),
            questions: self.questions(view),
            polls: self.polls(view),
            crew: self.crew(view),
        }
    }

    fn rules(&self, view: View) -> RoomRules {
        let rules = self.moderation.rules.clone();
        match view {
            View::Control | View::Moderators => rules,
            View::Crew | View::Audience => RoomRules { words: Vec::new(), ..rules },
        }
    }

    fn questions(&self, view: View) -> Vec<Question> {
        let is_seen = |question: &&Question| match view {
            View::Control | View::Moderators => true,
            View::Crew | View::Audience => question.standing.is_public(),
        };
        let mut questions: Vec<_> = self.questions.iter().map(|asked| &asked.question).filter(is_seen).cloned().collect();
        questions.sort_by_key(|question| (question.at, question.id));
        questions
    }

    fn polls(&self, view: View) -> Vec<Poll> {
        match view {
            View::Control | View::Moderators => self.polls.iter().map(|held| held.poll.clone()).collect(),
            View::Crew | View::Audience => self.polls.public().into_iter().map(|held| public(&held.poll)).collect(),
        }
    }

    fn crew(&self, view: View) -> Option<CrewView> {
        let Self { crew, stage, chat, hands, moderation, running, .. } = self;
        let theirs = CrewView {
            backstage: crew.backstage.clone(),
            preview: stage.preview.clone(),
            notes: chat.notes.latest().map(Message::without_trace).collect(),
            ..CrewView::default()
        };
        match view {
            View::Audience => None,
            View::Crew => Some(theirs),
            View::Control | View::Moderators => {
                let is_seen = |report: &&Report| is_told(report, view);
                let Running { planned, called } = running.clone();
                Some(CrewView {
                    control: true,
                    hands: hands.raised.clone(),
                    sanctions: moderation.sanctions.values().cloned().collect(),
                    reports: moderation.reports.iter().filter(is_seen).cloned().collect(),
                    before_stop: moderation.before_stop.clone(),
                    run_of_show: planned,
                    called,
                    ..theirs
                })
            }
        }
    }
}

fn seen(message: &Message, view: View) -> Message {
    match view {
        View::Control | View::Moderators => message.clone(),
        View::Crew | View::Audience => message.without_trace(),
    }
}

/// A poll as those see it who only vote in it.
fn public(poll: &Poll) -> Poll {
    match poll.phase {
        PollPhase::Open { .. } => poll.as_voted_in(),
        PollPhase::Closed { .. } | PollPhase::Draft | PollPhase::Archived { .. } | PollPhase::Unknown => poll.without_hidden(),
    }
}
