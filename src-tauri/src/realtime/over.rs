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
        | Refusal::Removed
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
        | Refusal::ChoiceInvalid
        | Refusal::AlreadyVoted
        | Refusal::NoSuchHand
        | Refusal::Full
        | Refusal::TimedOut
        | Refusal::RoomLocked
        | Refusal::NameInvalid
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
