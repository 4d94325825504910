//! Why a connection ends, and whether another follows.

use std::time::Duration;

use houselights_shared::{Refusal, Timestamp};

/// Why a connection is over.
#[derive(Debug)]
pub(super) enum Over {
    /// The person signed out or quit.
    Stopped,
    /// For good.
    Ended(Refusal),
    /// To be made again, after what the server asked for.
    Lost(Option<Duration>),
    /// To be made again at once, from a snapshot.
    Refresh,
    /// To be made again at once, into another room.
    Moved,
    /// To be made again when the doors may be open.
    Early { opens_at: Option<Timestamp>, asked: Duration },
    /// To be made again when one may be in the room again, as far as that is known.
    Away { refusal: Refusal, until: Option<Timestamp>, asked: Option<Duration> },
}

/// Whether one may not be in the room just now, for what a moderator did. It can be taken back, and another room may be open.
pub(super) fn sends_away(refusal: Refusal) -> bool {
    matches!(refusal, Refusal::TimedOut | Refusal::Removed | Refusal::RoomLocked)
}

/// Whether coming back does not help.
pub(super) fn ends(refusal: Refusal) -> bool {
    match refusal {
        Refusal::VersionUnsupported
        | Refusal::TokenInvalid
        | Refusal::TokenExpired
        | Refusal::SignedInElsewhere
        | Refusal::NoSuchRoom
        | Refusal::TakenDown
        | Refusal::EventOver
        | Refusal::EventCancelled
        | Refusal::Banned
        | Refusal::NotAllowed => true,
        Refusal::Malformed
        | Refusal::TooLarge
        | Refusal::UnknownCommand
        | Refusal::SendingElsewhere
        | Refusal::DoorsClosed
        | Refusal::EventArchived
        | Refusal::NoSuchParticipant
        | Refusal::NotBackstage
        | Refusal::StageFull
        | Refusal::SceneInvalid
        | Refusal::NoSuchCue
        | Refusal::WrongPhase
        | Refusal::UndoTooLate
        | Refusal::MessageEmpty
        | Refusal::MessageTooLong
        | Refusal::NoSuchMessage
        | Refusal::NotReachable
        | Refusal::TooManyBlocked
        | Refusal::Closed
        | Refusal::Muted
        | Refusal::LinksNotAllowed
        | Refusal::WordsNotAllowed
        | Refusal::TooManyMentions
        | Refusal::NoSuchQuestion
        | Refusal::NoSuchPoll
        | Refusal::PollInvalid
        | Refusal::OptionsAlike
        | Refusal::ChoiceInvalid
        | Refusal::AlreadyVoted
        | Refusal::NoSuchHand
        | Refusal::Full
        | Refusal::Removed
        | Refusal::TimedOut
        | Refusal::RoomLocked
        | Refusal::NameInvalid
        | Refusal::ProfileInvalid
        | Refusal::EmailInvalid
        | Refusal::MailUnavailable
        | Refusal::ProviderUnavailable
        | Refusal::ImageUnusable
        | Refusal::SlowDown
        | Refusal::TooFarBehind
        | Refusal::Overloaded
        | Refusal::ShuttingDown
        | Refusal::StorageUnavailable
        | Refusal::MediaUnacceptable
        | Refusal::Unknown => false,
    }
}
