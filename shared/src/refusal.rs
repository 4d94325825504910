//! Why something was not done: codes that a client acts on. The words are the page's.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A code for what was refused. A code exists only where a client does something different because of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The frame could not be read, or came out of order (a command before Hello).
    Malformed,
    /// The frame, the SDP or the body is larger than allowed.
    TooLarge,
    /// The command is of a newer version than the server: update the server, or hide the control.
    UnknownCommand,
    /// The peer's protocol is too old: update the app.
    VersionUnsupported,
    /// The invite or the login is not known here: ask for a new link.
    TokenInvalid,
    /// The invite or the login has run out: ask for a new link.
    TokenExpired,
    /// The same person signed in on another device; this connection ends and does not come back by itself.
    SignedInElsewhere,
    /// Another device of the same person sends camera or microphone, and goes on: switch off here, or take over.
    SendingElsewhere,
    /// The role may not do this.
    NotAllowed,
    /// No such room, or it is not this participant's to enter.
    NoSuchRoom,
    /// The event, or the room, was taken down by its organizers: the login leads in again once it is taken back.
    TakenDown,
    /// The doors are not open yet: come back after `retry_after_ms`.
    DoorsClosed,
    /// The event is over, for whoever came to see it.
    EventOver,
    /// The event does not take place.
    EventCancelled,
    /// The event is in the archive: it is read, and nobody changes anything.
    EventArchived,
    /// The participant is not in the room.
    NoSuchParticipant,
    /// The person is not in the green room (any more), so cannot be brought on.
    NotBackstage,
    /// The stage has no free place.
    StageFull,
    /// The scene has more seats than its layout, the same person twice, or someone who is not here.
    SceneInvalid,
    /// The run of show has no such cue, or no such scene (any more): look again.
    NoSuchCue,
    /// The show is not in the phase that this needs: going live twice, ending what is not live, replaying what is still on.
    WrongPhase,
    /// The end can no longer be undone.
    UndoTooLate,
    /// No text in the message.
    MessageEmpty,
    /// More than [`crate::MAX_MESSAGE_CHARS`] characters.
    MessageTooLong,
    /// No such message, or it is already removed.
    NoSuchMessage,
    /// One cannot write to this person: they do not want it, one blocks them, or they block one, which is not told.
    NotReachable,
    /// One blocks [`crate::MAX_BLOCKED`] people already: unblock some.
    TooManyBlocked,
    /// The chat, the questions or the hands are closed just now.
    Closed,
    /// One was muted by a moderator.
    Muted,
    /// Links are not allowed here: leave it out.
    LinksNotAllowed,
    /// A word in it is not allowed here: write it otherwise.
    WordsNotAllowed,
    /// It names too many people.
    TooManyMentions,
    /// No such question, or it does not stand where it would have to.
    NoSuchQuestion,
    /// No such poll, or it is not in the phase that this needs.
    NoSuchPoll,
    /// The poll has no question, too few or too many options, or numbers out of their bounds.
    PollInvalid,
    /// Two options of the poll read the same: change one.
    OptionsAlike,
    /// One cannot vote like this in this poll.
    ChoiceInvalid,
    /// One has voted, and votes of this poll cannot be changed.
    AlreadyVoted,
    /// One's hand is not raised, or the room has no such hand (any more).
    NoSuchHand,
    /// There are as many of it as the room can hold: settle some.
    Full,
    /// One was removed from the room by a moderator.
    Removed,
    /// One was sent out of the room for a while: come back after `retry_after_ms`.
    TimedOut,
    /// One was banned from the event.
    Banned,
    /// The room is locked: nobody else comes in just now.
    RoomLocked,
    /// No name, or one longer than [`crate::MAX_NAME_CHARS`].
    NameInvalid,
    /// Something in the profile is too long or has control characters, or a link is none with `https`.
    ProfileInvalid,
    /// This is no e-mail address.
    EmailInvalid,
    /// The server sends no mail: ask whoever runs it for a link.
    MailUnavailable,
    /// The file is no picture that can be shown: PNG, JPEG and WebP can.
    ImageUnusable,
    /// Too much at once; try again after `retry_after_ms`.
    SlowDown,
    /// The reader fell too far behind and is cut off: reconnect and resume.
    TooFarBehind,
    /// The server has no room for more just now; try again after `retry_after_ms`.
    Overloaded,
    /// The server is going away: reconnect after `retry_after_ms`.
    ShuttingDown,
    /// The server cannot store just now (disk full, file read-only): nothing was done, try again later.
    StorageUnavailable,
    /// Whoever keeps the accounts that one signs in with cannot be reached: try again, or sign in another way.
    ProviderUnavailable,
    /// The SDP cannot be used: no fingerprint, no candidates wanted, wrong number of slots.
    MediaUnacceptable,
    /// A code of a newer server.
    #[serde(other)]
    Unknown,
}
