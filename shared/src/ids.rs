//! Identities, minted here and nowhere else, so that one kind can never stand in for another.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps an existing UUID, as read from a store or minted by the caller's source of randomness.
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// A fresh random id: a UUID of version 7 (RFC 9562, section 5.7), so that ids sort by when they were made.
            pub fn random() -> Self {
                Self(Uuid::now_v7())
            }

            /// The UUID within.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id! {
    /// A conference or show.
    EventId
}
id! {
    /// A roster and an ordered log: a stage, a breakout, a lounge or a booth.
    RoomId
}
id! {
    /// A person in an event: an attendee, a speaker, a moderator, a producer.
    ParticipantId
}
id! {
    /// One of the devices of a participant whose ticket is good for several. It is the login's, and tells nothing of it.
    DeviceId
}
id! {
    /// Made by the client that sends a command. A repeat gets the first answer.
    CommandId
}
id! {
    /// A chat message. It is the id of the command that sent it, so a client can match its own.
    MessageId
}

id! {
    /// Someone with an address: a member of organisations, or who registers.
    PersonId
}
id! {
    /// Whoever holds events.
    OrganisationId
}
id! {
    /// A sign-in of a person on a device.
    PersonLoginId
}
id! {
    /// A slot on the agenda.
    SessionId
}
id! {
    /// A line of a run of show.
    CueId
}
id! {
    /// A way in which a stage can look, that a plan has a name for.
    SceneId
}
id! {
    /// A poll.
    PollId
}
id! {
    /// A question that somebody in the audience asked. It is the id of the command that asked it.
    AskedId
}
id! {
    /// Something that was reported to moderators. It is the id of the command that reported it.
    ReportId
}
id! {
    /// A strand of the agenda.
    AgendaTrackId
}
id! {
    /// A speaker as the agenda shows them; in the rooms they are participants.
    SpeakerId
}
id! {
    /// A kind of ticket.
    TicketTypeId
}
id! {
    /// A code that makes a ticket cheaper.
    TicketCodeId
}
id! {
    /// A question asked at registration.
    QuestionId
}
id! {
    /// A place at an event.
    RegistrationId
}
id! {
    /// A picture that was uploaded.
    ImageId
}
id! {
    /// A template of an organisation's own.
    TemplateId
}
id! {
    /// A key of an integrator.
    ApiKeyId
}
id! {
    /// Where an integrator is told.
    WebhookId
}
id! {
    /// Something that is told to webhooks, whichever of them want to know.
    NoticeId
}

impl From<CommandId> for MessageId {
    fn from(id: CommandId) -> Self {
        Self(id.0)
    }
}

impl From<CommandId> for AskedId {
    fn from(id: CommandId) -> Self {
        Self(id.0)
    }
}

impl From<CommandId> for ReportId {
    fn from(id: CommandId) -> Self {
        Self(id.0)
    }
}
