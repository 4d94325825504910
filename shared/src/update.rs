//! What happened in a room.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    Announcement, AskedId, Choice, CrewMember, CueId, DeviceId, Message, MessageId, Overlay, ParticipantId, Poll, PollId,
    Question, QuestionCount, RaisedHand, Report, ReportId, ResultsShown, RoomId, RoomRules, RunOfShow, SanctionKind,
    Sanctioned, Scene, Sending, Seq, Standing, Tally, Timestamp,
};

/// One entry of a room's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Update {
    /// The room.
    pub room: RoomId,
    /// Its place in the log: one more than the entry before.
    pub seq: Seq,
    /// When the room accepted it.
    pub at: Timestamp,
    /// Who asked for it; nobody where the room did it by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub by: Option<ParticipantId>,
    /// What happened.
    pub body: UpdateBody,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum UpdateBody {
    /// One of the crew came into the green room.
    CrewArrived {
        /// Who, and what they send.
        member: CrewMember,
    },
    /// One of the crew left. They are in no scene and not on stage any more.
    CrewLeft {
        /// Who.
        participant: ParticipantId,
    },
    /// Someone switched camera or microphone on or off.
    SendingChanged {
        /// Who.
        participant: ParticipantId,
        /// What they send now.
        sending: Sending,
        /// Whether they are on stage, so the audience sees the change.
        on_stage: bool,
        /// From which of their devices, as in [`CrewMember::device`]. Whoever else of their devices sent until now does no more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        device: Option<DeviceId>,
    },
    /// Someone came on stage from the green room.
    CameOnStage {
        /// Who, as the audience sees them.
        member: CrewMember,
    },
    /// Someone went back to the green room. They are not on program any more.
    LeftStage {
        /// Who.
        participant: ParticipantId,
    },
    /// The next scene was prepared.
    PreviewSet {
        /// The scene.
        scene: Scene,
    },
    /// The scene on program changed without a take: someone came on and was seated.
    ProgramSet {
        /// The scene.
        scene: Scene,
    },
    /// The preview went on program.
    Taken {
        /// On program now.
        program: Scene,
    },
    /// The show began, at the update's time.
    WentLive,
    /// The show ended, at the update's time.
    Ended {
        /// The last moment of an undo.
        undo_until: Timestamp,
    },
    /// The end was taken back: the show goes on.
    EndUndone,
    /// What is planned for the room is this from now on.
    RunOfShowSet {
        /// All of it.
        run_of_show: RunOfShow,
    },
    /// A cue was called, at the update's time.
    CueCalled {
        /// Which.
        cue: CueId,
    },
    /// No cue is called any more.
    CuesReset,
    /// Something was said.
    MessageSent {
        /// What.
        message: Message,
    },
    /// The text of a message was changed, at the update's time.
    MessageEdited {
        /// Which.
        message: MessageId,
        /// From now on.
        text: String,
        /// Whom it names from now on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<ParticipantId>>", optional)]
        mentions: Vec<ParticipantId>,
    },
    /// A message was taken out of the chat.
    MessageRemoved {
        /// Which.
        message: MessageId,
    },
    /// A moderator hid a message. Others hear that it was removed.
    MessageHidden {
        /// Which.
        message: MessageId,
    },
    /// A message is shown again that was hidden, or that a moderator removed.
    MessageShown {
        /// All of it. It goes where it stood.
        message: Message,
    },
    /// A message was pinned, in place of the one that was.
    MessagePinned {
        /// All of it.
        message: Message,
    },
    /// No message is pinned any more.
    Unpinned,
    /// Something was announced, in place of what was.
    Announced {
        /// What.
        announcement: Announcement,
    },
    /// Nothing is announced any more.
    AnnouncementEnded,
    /// One of the crew wrote to the others.
    NoteSent {
        /// What.
        note: Message,
    },
    /// A note was taken back.
    NoteRemoved {
        /// Which.
        note: MessageId,
    },
    /// Somebody asked something.
    QuestionAsked {
        /// What.
        question: Question,
    },
    /// Everybody sees this question from now on; it is open.
    QuestionOpened {
        /// All of it.
        question: Question,
    },
    /// A question was answered, put aside or merged, or waits again.
    QuestionSettled {
        /// Which.
        question: AskedId,
        /// How.
        standing: Standing,
        /// Whether the audience saw it before.
        was_public: bool,
    },
    /// A question is not there any more: its author took it back, or newer ones took its place.
    QuestionWithdrawn {
        /// Which.
        question: AskedId,
        /// Whether the audience saw it before.
        was_public: bool,
    },
    /// Somebody wants a question answered, or not any more. Nobody is told whose vote it is: what comes of it is counted.
    QuestionUpvoted {
        /// Which.
        question: AskedId,
        /// Whether they want it.
        up: bool,
    },
    /// So many want these questions answered; at most once a second.
    QuestionsCounted {
        /// Those whose count changed.
        counts: Vec<QuestionCount>,
    },
    /// A poll was made, or a draft was changed.
    PollDrafted {
        /// All of it.
        poll: Poll,
    },
    /// A draft, or a poll that was archived, is not there any more.
    PollDropped {
        /// Which.
        poll: PollId,
    },
    /// One can vote in a poll.
    PollOpened {
        /// All of it; the right options are not for the audience.
        poll: Poll,
    },
    /// Somebody voted. Nobody is told how: what comes of it is counted.
    PollVoted {
        /// In which poll.
        poll: PollId,
        /// For what.
        choice: Choice,
        /// As they are called, for the leaderboard and for polls that are not anonymous.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        name: Option<String>,
    },
    /// So stand the votes of a poll: within a second of a vote, and where answers were taken out of it or put back.
    PollCounted {
        /// Which.
        poll: PollId,
        /// How they stand.
        tally: Tally,
        /// When the audience may see it.
        shown: ResultsShown,
    },
    /// A moderator took an answer out of a poll. How the votes stand without it follows.
    AnswerHidden {
        /// Of which poll.
        poll: PollId,
        /// The text or the word.
        answer: String,
    },
    /// An answer counts again that was taken out. How the votes stand with it follows.
    AnswerShown {
        /// Of which poll.
        poll: PollId,
        /// The text or the word.
        answer: String,
    },
    /// Nobody can vote any more.
    PollClosed {
        /// In which poll.
        poll: PollId,
        /// How it ended.
        tally: Tally,
        /// The right options of a quiz.
        #[serde(default)]
        correct: Vec<u8>,
    },
    /// One can vote again in a poll that was closed; its votes stand.
    PollReopened {
        /// All of it; the right options are not for the audience.
        poll: Poll,
    },
    /// A poll that was closed was put away.
    PollArchived {
        /// Which.
        poll: PollId,
    },
    /// This lies over the program from now on.
    OverlaySet {
        /// What; absent: nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        overlay: Option<Overlay>,
    },
    /// A hand was raised, or its note was changed: then it keeps its place. It stands behind those that were raised before it, by
    /// [`RaisedHand::at`].
    HandRaised {
        /// Whose, and why.
        hand: RaisedHand,
    },
    /// A hand is down again: it was taken down, or taken.
    HandLowered {
        /// Whose.
        participant: ParticipantId,
    },
    /// This may be done in the room from now on.
    RulesSet {
        /// All of the rules.
        rules: RoomRules,
        /// Everything was stopped, and they were this before; for whoever looks after the show.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        before_stop: Option<RoomRules>,
    },
    /// Somebody is kept from something, beside what they were kept from, and in place of what was of the same kind.
    Sanctioned {
        /// Who, and from what.
        sanctioned: Sanctioned,
    },
    /// Somebody is kept from something, or from anything, no more.
    SanctionLifted {
        /// Who.
        participant: ParticipantId,
        /// What ends; absent: all of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        kind: Option<SanctionKind>,
    },
    /// Something was reported.
    Reported {
        /// What.
        report: Report,
    },
    /// A report was looked at, or made way for a newer one.
    ReportSettled {
        /// Which.
        report: ReportId,
        /// Whether nobody looked at it: it made way.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[ts(as = "Option<bool>", optional)]
        made_way: bool,
        /// As [`Report::about_crew`](crate::Report::about_crew): moderators learn nothing of it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[ts(as = "Option<bool>", optional)]
        about_crew: bool,
    },
    /// A report that was looked at waits again, in its place.
    ReportReopened {
        /// All of it.
        report: Report,
    },
    /// People belong here from now on, though others wait: they were let in, or were here before. It can be a whole audience.
    Admitted {
        /// Who.
        participants: Vec<ParticipantId>,
    },
    /// Something that is not for oneself, or that changed nothing for anyone. It keeps the log gapless.
    Hidden {
        /// It stands for all entries as far as this one; absent: for itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        through: Option<Seq>,
    },
    /// An update of a newer server. The position counts all the same.
    #[serde(other)]
    Unknown,
}
