//! Who gets to see which entry of a log, and how.

use crate::{PollId, ResultsShown, RoomRules, Seq, Update, UpdateBody};

/// Who gets to see an entry, from the fewest on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// Nobody: what comes of it is counted, or told by a signal.
    Nobody,
    /// Whoever calls the show.
    Control,
    /// Moderators, too.
    Moderators,
    /// Those who speak, too.
    Crew,
    /// The audience, too.
    Everyone,
}

impl Update {
    /// The last position that this entry stands for: its own, except where it stands for many that are hidden.
    #[must_use]
    pub fn last(&self) -> Seq {
        if let UpdateBody::Hidden { through: Some(through) } = self.body { through } else { self.seq }
    }

    /// Whether nobody gets to see it.
    #[must_use]
    pub fn is_nobodys(&self) -> bool {
        self.body.reach() == Reach::Nobody
    }

    /// The same entry as those get it who call the show: votes are nobody's to see.
    #[must_use]
    pub fn for_control(&self) -> Self {
        self.to(Reach::Control)
    }

    /// The same entry as moderators get it: a report that may be about them is not theirs to see.
    #[must_use]
    pub fn for_moderators(&self) -> Self {
        self.to(Reach::Moderators)
    }

    /// The same entry as those get it who speak: how the show is called and the room is kept in order becomes
    /// [`UpdateBody::Hidden`] and nobody's.
    #[must_use]
    pub fn for_crew(&self) -> Self {
        self.to(Reach::Crew)
    }

    /// The same entry as the audience gets it: what is the crew's alone becomes [`UpdateBody::Hidden`] and nobody's.
    #[must_use]
    pub fn for_audience(&self) -> Self {
        self.to(Reach::Everyone)
    }

    fn to(&self, whom: Reach) -> Self {
        let is_control = whom <= Reach::Moderators;
        // Who reported something did not settle what made way for it.
        let made_way = matches!(self.body, UpdateBody::ReportSettled { made_way: true, .. });
        let by = self.by.filter(|_| !self.body.is_anonymous() && !made_way);
        if let (UpdateBody::MessageHidden { message }, false) = (&self.body, is_control) {
            return Self { by: None, body: UpdateBody::MessageRemoved { message: *message }, ..self.clone() };
        }
        if let UpdateBody::Hidden { through } = self.body {
            // A run keeps its length. Whose command changed nothing, nobody learns: it may have been a vote.
            return Self { by: None, body: UpdateBody::Hidden { through }, ..*self };
        }
        if self.body.reach() < whom {
            return Self { by: None, body: UpdateBody::HIDDEN, ..*self };
        }
        let body = if is_control { self.body.clone() } else { self.body.bare() };
        Self { by, body, ..*self }
    }
}

impl UpdateBody {
    /// One entry that is hidden.
    pub const HIDDEN: Self = Self::Hidden { through: None };

    #[expect(clippy::too_many_lines, reason = "how far each reaches stands side by side")]
    fn reach(&self) -> Reach {
        match self {
            Self::QuestionUpvoted { .. } | Self::PollVoted { .. } | Self::Admitted { .. } | Self::Hidden { .. } => {
                Reach::Nobody
            }
            Self::Reported { report } | Self::ReportReopened { report } if report.about_crew => Reach::Control,
            Self::ReportSettled { about_crew: true, .. } => Reach::Control,
            Self::RunOfShowSet { .. }
            | Self::CueCalled { .. }
            | Self::CuesReset
            | Self::MessageHidden { .. }
            | Self::PollDrafted { .. }
            | Self::PollDropped { .. }
            | Self::AnswerHidden { .. }
            | Self::AnswerShown { .. }
            | Self::HandRaised { .. }
            | Self::HandLowered { .. }
            | Self::Sanctioned { .. }
            | Self::SanctionLifted { .. }
            | Self::Reported { .. }
            | Self::ReportSettled { .. }
            | Self::ReportReopened { .. }
            | Self::QuestionSettled { was_public: false, .. }
            | Self::QuestionWithdrawn { was_public: false, .. }
            | Self::PollCounted { shown: ResultsShown::AfterVote | ResultsShown::AfterClose | ResultsShown::Unknown, .. } => {
                Reach::Moderators
            }
            Self::CrewArrived { .. }
            | Self::CrewLeft { .. }
            | Self::PreviewSet { .. }
            | Self::SendingChanged { on_stage: false, .. }
            | Self::NoteSent { .. }
            | Self::NoteRemoved { .. } => Reach::Crew,
            Self::QuestionAsked { question } if !question.standing.is_public() => Reach::Moderators,
            Self::SendingChanged { on_stage: true, .. }
            | Self::CameOnStage { .. }
            | Self::LeftStage { .. }
            | Self::ProgramSet { .. }
            | Self::Taken { .. }
            | Self::WentLive
            | Self::Ended { .. }
            | Self::EndUndone
            | Self::MessageSent { .. }
            | Self::MessageEdited { .. }
            | Self::MessageRemoved { .. }
            | Self::MessageShown { .. }
            | Self::MessagePinned { .. }
            | Self::Unpinned
            | Self::Announced { .. }
            | Self::AnnouncementEnded
            | Self::QuestionAsked { .. }
            | Self::QuestionOpened { .. }
            | Self::QuestionSettled { was_public: true, .. }
            | Self::QuestionWithdrawn { was_public: true, .. }
            | Self::QuestionsCounted { .. }
            | Self::PollOpened { .. }
            | Self::PollCounted { shown: ResultsShown::Always, .. }
            | Self::PollClosed { .. }
            | Self::PollReopened { .. }
            | Self::PollArchived { .. }
            | Self::OverlaySet { .. }
            | Self::RulesSet { .. }
            | Self::Unknown => Reach::Everyone,
        }
    }

    /// Whether it is one person's secret who did it, whoever gets the log: a vote, or a question without a name. Of a poll that is named it is
    /// none; a quiz that is not keeps names for its leaderboard, and who answered what is a secret all the same.
    pub fn is_secret(&self, is_named: impl FnOnce(PollId) -> bool) -> bool {
        if let Self::PollVoted { poll, .. } = self {
            !is_named(*poll)
        } else {
            self.is_anonymous() || matches!(self, Self::QuestionUpvoted { .. })
        }
    }

    /// Whether nobody is told whose hand it was.
    fn is_anonymous(&self) -> bool {
        if let Self::QuestionAsked { question } = self {
            question.author.is_none()
        } else {
            matches!(self, Self::QuestionWithdrawn { .. })
        }
    }

    /// Without what is for those alone who look after the show.
    fn bare(&self) -> Self {
        if let Self::MessageShown { message } = self {
            Self::MessageShown { message: message.without_trace() }
        } else if let Self::MessagePinned { message } = self {
            Self::MessagePinned { message: message.without_trace() }
        } else if let Self::PollOpened { poll } = self {
            Self::PollOpened { poll: poll.without_answers() }
        } else if let Self::PollReopened { poll } = self {
            Self::PollReopened { poll: poll.as_voted_in() }
        } else if let Self::RulesSet { rules, .. } = self {
            Self::RulesSet { rules: RoomRules { words: Vec::new(), ..rules.clone() }, before_stop: None }
        } else {
            self.clone()
        }
    }
}
