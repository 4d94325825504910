//! What a client asks of a room, and the answer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    AskedId, Choice, CommandId, CueId, MessageId, Overlay, ParticipantId, PollForm, PollId, Refusal, ReportId, ReportTarget,
    RoomId, RulesEdit, SanctionAct, SanctionKind, Scene, SceneEdit, Sending, Seq, Standing,
};

/// Asks a room for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Command {
    /// Made by the client; the same id gets the first answer again, whatever the body.
    pub id: CommandId,
    /// Which room.
    pub room: RoomId,
    /// What.
    pub body: CommandBody,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum CommandBody {
    /// Say something in the chat.
    SendMessage {
        /// The text; trimmed by the room.
        text: String,
        /// The message that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        reply_to: Option<MessageId>,
        /// Whom it names.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<ParticipantId>>", optional)]
        mentions: Vec<ParticipantId>,
    },
    /// Change what one said.
    EditMessage {
        /// Which.
        message: MessageId,
        /// The text from now on.
        text: String,
        /// Whom it names from now on. Whoever is named anew is not notified.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<ParticipantId>>", optional)]
        mentions: Vec<ParticipantId>,
    },
    /// Take a message out of the chat. What its author takes out stays out; what a moderator took out can be shown again.
    RemoveMessage {
        /// Which.
        message: MessageId,
    },
    /// Take a message out of the chat until it is shown again.
    HideMessage {
        /// Which.
        message: MessageId,
    },
    /// Show a message again that a moderator hid or removed.
    ShowMessage {
        /// Which.
        message: MessageId,
    },
    /// Pin a message above the chat, in place of the one that is pinned.
    PinMessage {
        /// Which.
        message: MessageId,
    },
    /// Pin this message no more; where another is pinned meanwhile, that one stays.
    UnpinMessage {
        /// Which.
        message: MessageId,
    },
    /// Announce something to everybody, in place of what is announced.
    Announce {
        /// What.
        text: String,
    },
    /// Announce this no more; what is announced in its place meanwhile stays.
    EndAnnouncement {
        /// Which.
        announcement: MessageId,
    },
    /// Write to the crew alone.
    SendNote {
        /// The text; trimmed by the room.
        text: String,
        /// The note that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        reply_to: Option<MessageId>,
        /// Whom it names.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<ParticipantId>>", optional)]
        mentions: Vec<ParticipantId>,
    },
    /// Take one's own note back.
    RemoveNote {
        /// Which.
        note: MessageId,
    },
    /// Ask a question.
    AskQuestion {
        /// The text; trimmed by the room.
        text: String,
        /// Whether nobody is told who asks.
        #[serde(default)]
        anonymous: bool,
    },
    /// Take back a question that one asked.
    WithdrawQuestion {
        /// Which.
        question: AskedId,
    },
    /// Want a question answered, or not any more.
    UpvoteQuestion {
        /// Which.
        question: AskedId,
        /// Whether one wants it.
        up: bool,
    },
    /// Let everybody see a question: one that waits, was put aside, merged or answered.
    OpenQuestion {
        /// Which.
        question: AskedId,
    },
    /// Put a question aside.
    DismissQuestion {
        /// Which.
        question: AskedId,
    },
    /// Let a question wait again: its author and those who moderate see it.
    HoldQuestion {
        /// Which.
        question: AskedId,
    },
    /// A question is answered.
    AnswerQuestion {
        /// Which.
        question: AskedId,
        /// In writing; absent: live.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        answer: Option<String>,
    },
    /// A question is asked by another one already: its votes go there.
    MergeQuestion {
        /// Which.
        question: AskedId,
        /// Into which; one that everybody sees.
        into: AskedId,
    },
    /// Take back what one did last with a question: it stands again as it stood before.
    RestoreQuestion {
        /// Which.
        question: AskedId,
        /// How it stood, word for word.
        standing: Standing,
    },
    /// Make a poll, or change one that is a draft.
    DraftPoll {
        /// Which; made by the client.
        poll: PollId,
        /// What it asks.
        form: PollForm,
    },
    /// Make the draft of a poll that is planned for the room. Where that was made before, by whomever, it stays as it is.
    DraftPlanned {
        /// Which, as in [`PlannedPoll::id`](crate::PlannedPoll::id).
        poll: PollId,
    },
    /// Throw away a draft, or a poll that is archived.
    DropPoll {
        /// Which.
        poll: PollId,
    },
    /// Let everybody vote in a draft.
    OpenPoll {
        /// Which.
        poll: PollId,
    },
    /// Let nobody vote any more, and show how it ended.
    ClosePoll {
        /// Which.
        poll: PollId,
    },
    /// Let everybody vote again in a poll that is closed, with the votes that it has; until it would have closed by itself, where that is still to
    /// come. Of a quiz everybody knows the right options by then: it stays closed.
    ReopenPoll {
        /// Which.
        poll: PollId,
    },
    /// Put away a poll that is closed.
    ArchivePoll {
        /// Which.
        poll: PollId,
    },
    /// Vote. Again where votes can be changed: it takes the place of the vote before.
    Vote {
        /// In which poll.
        poll: PollId,
        /// For what.
        choice: Choice,
    },
    /// Take what was answered in somebody's own words out of a poll, whoever gave that answer: a text, or a word. It counts no more until it is shown
    /// again.
    HideAnswer {
        /// Of which poll.
        poll: PollId,
        /// The text or the word, as the tally has it.
        answer: String,
    },
    /// Show an answer again that was taken out.
    ShowAnswer {
        /// Of which poll.
        poll: PollId,
        /// The text or the word, as [`Poll::hidden`](crate::Poll::hidden) has it.
        answer: String,
    },
    /// Lay something over the program.
    ShowOverlay {
        /// What.
        overlay: Overlay,
    },
    /// Take this off the program; what lies over it in its place meanwhile stays.
    ClearOverlay {
        /// What.
        overlay: Overlay,
    },
    /// Ask to speak. With a hand raised already: change the note.
    RaiseHand {
        /// What one wants to say; may be empty.
        #[serde(default)]
        note: String,
    },
    /// Take one's hand down.
    LowerHand,
    /// Bring whoever raised a hand on stage, on the connection that they have.
    TakeHand {
        /// Whom.
        participant: ParticipantId,
    },
    /// Take somebody's hand down.
    DismissHand {
        /// Whose.
        participant: ParticipantId,
    },
    /// Raise a hand again that a moderator took down: it goes back to its place in the queue.
    RestoreHand {
        /// Whose.
        participant: ParticipantId,
    },
    /// Leave the stage, back to where one came from.
    LeaveStage,
    /// Change what may be done in the room.
    EditRules {
        /// How.
        change: RulesEdit,
    },
    /// Stop the audience at once: chat, questions, reactions and hands are closed, the hands are taken down, and guests leave the stage.
    StopAll,
    /// The rules are again what they were before everything was stopped.
    Resume,
    /// Keep somebody from something, beside what they are kept from already, and in place of what is of the same kind.
    Sanction {
        /// Whom.
        participant: ParticipantId,
        /// From what.
        act: SanctionAct,
    },
    /// Keep somebody from something, or from anything, no more.
    LiftSanction {
        /// Whom.
        participant: ParticipantId,
        /// What ends; absent: all of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        kind: Option<SanctionKind>,
    },
    /// Tell those who look after the room of something.
    Report {
        /// Of what.
        target: ReportTarget,
        /// Why; may be empty.
        #[serde(default)]
        reason: String,
    },
    /// A report was looked at.
    SettleReport {
        /// Which.
        report: ReportId,
    },
    /// A report that was looked at waits again.
    ReopenReport {
        /// Which.
        report: ReportId,
    },
    /// Let people in who wait.
    Admit {
        /// Whom; empty: all of them.
        #[serde(default)]
        participants: Vec<ParticipantId>,
    },
    /// Tell the room what one sends oneself, from this device.
    SetSending {
        /// What is sent from now on.
        sending: Sending,
        /// Whether another device of the same person, which sends until now, gives way. Otherwise what is to be sent is refused with
        /// [`Refusal::SendingElsewhere`].
        #[serde(default)]
        take_over: bool,
    },
    /// Bring someone from the green room on stage. They take the first free seat of the program.
    BringOnStage {
        /// Whom.
        participant: ParticipantId,
    },
    /// Take someone off the stage, back to the green room.
    TakeOffStage {
        /// Whom.
        participant: ParticipantId,
    },
    /// Prepare the next scene as a whole. It may seat people who are still backstage.
    SetPreview {
        /// The scene.
        scene: Scene,
    },
    /// Change the next scene in one respect.
    EditPreview {
        /// How.
        change: SceneEdit,
    },
    /// Call a cue of the run of show. Where it names a scene, that becomes the preview; nothing goes on program by itself.
    CallCue {
        /// Which.
        cue: CueId,
    },
    /// No cue is called any more, as before the first: after a rehearsal.
    ResetCues,
    /// Prepare a scene of the run of show, by its name, with who speaks in the session of the cue that is called.
    PrepareScene {
        /// Its name.
        scene: String,
    },
    /// Put the preview on program. Those seated come on stage; the old program becomes the preview.
    Take,
    /// Begin the show.
    GoLive,
    /// End the show.
    EndShow,
    /// Take back an end, within [`crate::UNDO_END_WINDOW`].
    UndoEnd,
    /// A command of a newer client; refused with [`Refusal::UnknownCommand`].
    #[serde(other)]
    Unknown,
}

impl CommandBody {
    /// Says `text`, and nothing else.
    pub fn say(text: impl Into<String>) -> Self {
        Self::SendMessage { text: text.into(), reply_to: None, mentions: Vec::new() }
    }
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reply {
    /// The command's id.
    pub id: CommandId,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Outcome {
    /// Accepted and stored.
    Accepted {
        /// The position of its last update; where nothing had to change, the room's position then.
        seq: Seq,
    },
    /// Not done.
    Refused {
        /// Why.
        refusal: Refusal,
        /// When to try again, in milliseconds from now, where that helps.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        retry_after_ms: Option<u32>,
    },
    /// An outcome of a newer server.
    #[serde(other)]
    Unknown,
}
