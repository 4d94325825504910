//! What the page and the native core say to each other: data only. The page's TypeScript is generated from here
//! (`ui/src/protocol/native.ts`), as it is from the crate `shared`.
//!
//! The page calls the commands of `commands.rs` and gets [`NativeEvent`]s on the channel that it hands to `attach`.

mod desk;
mod files;
mod typescript;
mod unsent;

use houselights_shared::{EventId, ParticipantId, Refusal, Role, RoomId, Sending, ServerFrame, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use self::{
    desk::{
        Account, ApiCode, ApiProblem, Changed, DeskWindow, Fetched, ImageUse, ImportedFile, KeptDraft, Person, UploadedImage,
        Waiting,
    },
    files::{
        FileFault, FileLine, FileProgress, FileReport, FileTaken, LineFate, ReportFormat, ReportOn, RoomsReport, ServerFile,
    },
    typescript::declarations,
    unsent::{UnsentLetter, UnsentMessage, Written},
};

/// What the native core tells the page.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "one is made, told and dropped at a time")]
pub enum NativeEvent {
    /// The connection to the event server changed.
    Connection {
        /// How it is now.
        state: ConnectionState,
    },
    /// What comes from now on is of another room: the page asked for it, or the one before is not there any more.
    Room {
        /// Which.
        room: RoomId,
    },
    /// A frame for the page's models: `snapshot`, `updates`, `signal` or `welcome`.
    Frame {
        /// As the server sent it.
        frame: ServerFrame,
    },
    /// Devices or the media connection changed.
    Media {
        /// How it is now.
        status: MediaStatus,
    },
    /// How loud one's own microphone is, ten times a second while a studio is open.
    OwnLevel {
        /// In dB below full scale: 0 is the loudest, 127 silence.
        below_full_scale: u8,
    },
    /// Where the token is kept turned out to be elsewhere than was said: the key store did not take it.
    Keeping {
        /// Where.
        keeping: TokenKeeping,
    },
    /// The person wants to close this window. The page says at once that it heard it (`close_heard`), asks where it has to, and
    /// calls `quit`.
    CloseAsked,
    /// A link was opened while the app runs.
    LinkOpened {
        /// The link.
        link: String,
    },
    /// What one said and nobody has taken yet: whenever it changes, all of it.
    Unsent {
        /// In the order in which it was said.
        messages: Vec<UnsentMessage>,
        /// What one wrote to somebody, likewise.
        letters: Vec<UnsentLetter>,
    },
    /// How signing in by mail stands: told to a page that attaches, and whenever it changes.
    Account {
        /// Who is signed in.
        account: Option<Account>,
        /// What a sign-in that was asked for waits for.
        #[serde(rename = "waitingFor")]
        waiting_for: Option<Waiting>,
        /// Why the one that was asked for last did not come to an end, until another is.
        failed: Option<ApiCode>,
    },
}

/// How the connection to the event server stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ConnectionState {
    /// Nobody is signed in.
    SignedOut,
    /// The first attempt is under way.
    Connecting,
    /// Connected.
    Connected {
        /// There and back to the server, in milliseconds; absent until measured.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        round_trip_ms: Option<u32>,
    },
    /// Lost; the next attempt comes by itself.
    Reconnecting {
        /// Which attempt, from 1.
        attempt: u32,
        /// When it starts, in milliseconds from now.
        retry_in_ms: u32,
    },
    /// The doors of the event are not open yet; the next attempt comes by itself.
    Early {
        /// When they open, where that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        opens_at: Option<Timestamp>,
    },
    /// Not in the room just now: sent out of it, or it is locked. The next attempt comes by itself.
    Away {
        /// Why.
        refusal: Refusal,
        /// Until when, on the server's clock, where that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        until: Option<Timestamp>,
    },
    /// Over, until the person does something: signed in elsewhere, token invalid, app too old.
    Ended {
        /// Why.
        refusal: Refusal,
    },
}

/// Who is signed in, as the page may know it: no token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SessionCard {
    /// The server's base URL.
    pub server: String,
    /// Who.
    pub participant: ParticipantId,
    /// As they are called.
    pub name: String,
    /// As what they came.
    pub role: Role,
    /// The event.
    pub event: EventId,
    /// Its title.
    pub event_title: String,
    /// In which of its rooms they are.
    pub room: RoomId,
}

impl SessionCard {
    /// What everything is kept under that is theirs on this computer: they are the same with their next login.
    pub(crate) fn login(&self) -> String {
        format!("{} {}", self.server, self.participant)
    }
}

/// Where the token is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TokenKeeping {
    /// In the system's key store.
    KeyStore,
    /// In memory only: the system has no key store, so one signs in again after a restart. Shown to the person.
    ThisRunOnly,
    /// In memory only, as was asked for at the start: nothing to tell.
    AsAsked,
}

/// The answer to `attach`. After it the core sends a `Frame` with a snapshot as soon as it has one.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Attached {
    /// Who is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub session: Option<SessionCard>,
    /// For the welcome window, where somebody is signed in beside it: coming in by another link takes their place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub beside: Option<SessionCard>,
    /// Where the token is kept.
    pub keeping: TokenKeeping,
    /// The connection.
    pub connection: ConnectionState,
    /// Devices and media.
    pub media: MediaStatus,
    /// What one said and the room has not taken, in the order in which it was said.
    pub unsent: Vec<UnsentMessage>,
    /// What one wrote to somebody and the inbox has not taken, likewise.
    pub letters: Vec<UnsentLetter>,
    /// Where encoded frames are served: `ws://127.0.0.1:{port}/frames?token={token}`.
    pub frames_url: String,
    /// The link that the app was started with, where nobody is signed in yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub link: Option<String>,
}

/// Why a call from the page failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// The server refused.
    Refused {
        /// Why.
        refusal: Refusal,
        /// When to try again, in milliseconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        retry_after_ms: Option<u32>,
    },
    /// The text is not an invite link.
    NotALink,
    /// The person has to say first that this server may be spoken to.
    Unconfirmed,
    /// The server cannot be reached.
    Unreachable,
    /// There is no connection, and what was asked for is not done later.
    Offline,
    /// It was sent and never answered: whether it was done, the room shows.
    Unsure,
    /// Nobody is signed in.
    SignedOut,
    /// A device cannot be used.
    Device {
        /// Which, and why.
        fault: DeviceFault,
    },
}

/// Where a link leads, as far as the link itself says it: nothing was sent anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Destination {
    /// The server's base URL.
    pub server: String,
    /// Whether one has signed in there before.
    pub known: bool,
    /// Whether what is said to it can be read and changed on the way.
    pub plain: bool,
}

/// Kinds of devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// Makes pictures.
    Camera,
    /// Makes sound.
    Microphone,
    /// Plays sound.
    Speaker,
}

/// A device that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Device {
    /// What to hand to `choose_device`: `camera:…`, `mic:…`, `clip:/path.webm`, `test`.
    pub id: String,
    /// As a person knows it; empty for `test`, which the page has words for.
    pub label: String,
}

/// What there is to choose from. An empty list is a supported state, and said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct Devices {
    /// Cameras, clips and the test picture.
    pub cameras: Vec<Device>,
    /// Microphones, clips and the test tone.
    pub microphones: Vec<Device>,
    /// Loudspeakers and headphones.
    pub speakers: Vec<Device>,
}

/// What was chosen. No camera and no microphone mean none; no loudspeaker means the system's own choice, and `none` silence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeviceChoice {
    /// A camera's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub camera: Option<String>,
    /// A microphone's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub microphone: Option<String>,
    /// A loudspeaker's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub speaker: Option<String>,
}

/// How devices and the media connection stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct MediaStatus {
    /// Whether the WebRTC connection is up.
    pub connected: bool,
    /// How the switches stand.
    pub wanted: Sending,
    /// What really leaves this machine: what is wanted, where its device runs without a fault. The room is told the same.
    pub sending: Sending,
    /// Whether one's own microphone is played on one's own loudspeaker.
    pub hearing_myself: bool,
    /// Why the server did not take the last offer of a media connection, until it takes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub refused: Option<MediaRefused>,
    /// What is chosen.
    pub choice: DeviceChoice,
    /// What a chosen device said when it failed, one entry a kind. One that is away is tried again, and its entry goes when
    /// it works. With an entry for the loudspeaker, and not `silent`, the system's own choice plays instead.
    pub faults: Vec<DeviceFault>,
    /// No loudspeaker: sound is decoded and dropped, and the person is told.
    pub silent: bool,
}

/// The server took no media connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct MediaRefused {
    /// Why.
    pub refusal: Refusal,
    /// When it is tried again, in milliseconds, where the server said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry_after_ms: Option<u32>,
}

/// A device that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeviceFault {
    /// Which kind.
    pub kind: DeviceKind,
    /// Why.
    pub cause: FaultCause,
    /// The system's own words, where it had some: for the person who looks for the cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub detail: Option<String>,
}

/// Why a device or a clip cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FaultCause {
    /// This system has no sound devices at all.
    NoSound,
    /// It is not there, or not any more.
    Missing,
    /// It did not open: something else may be using it.
    Closed,
    /// It worked, and stopped.
    Stopped,
    /// It gives what this app cannot read.
    Unreadable,
    /// The clip's file is not there, or may not be read.
    ClipMissing,
    /// The clip is too large to be kept in memory.
    ClipTooLarge,
    /// The file is no clip that can be played: `WebM` with VP8 or Opus.
    ClipUnplayable,
    /// The clip has no pictures, or no sound, of the kind that was asked for.
    ClipLacks,
    /// It was not offered as a choice.
    NotOffered,
    /// This app itself failed.
    Internal,
}

/// Figures of the media path since the connection was made, for the person who asks how well it goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
pub struct MediaStats {
    /// Pictures sent.
    #[ts(type = "number")]
    pub frames_sent: u64,
    /// Complete pictures that arrived and went to the page.
    #[ts(type = "number")]
    pub frames_received: u64,
    /// Pictures that were given up because a part never came.
    #[ts(type = "number")]
    pub frames_lost: u64,
    /// Samples a channel that were mixed and played (or dropped where there is no loudspeaker), at 48 kHz.
    #[ts(type = "number")]
    pub samples_played: u64,
    /// Samples a channel that were decoded from what others sent and are not silence, at 48 kHz.
    #[ts(type = "number")]
    pub samples_heard: u64,
    /// The loudest sample of the last second of what was played, 0 to 1.
    pub played_peak: f32,
    /// When a picture was drawn minus when it was planned to be, so as to be with its sound, in milliseconds; smoothed.
    /// Positive when pictures are late. Absent when no picture that goes with a sound was drawn in the last two seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub picture_behind_sound_ms: Option<f32>,
    /// What the send side may use, in bits a second.
    #[ts(type = "number")]
    pub send_bitrate: u64,
    /// Gaps that microphone and loudspeaker had because this machine did not keep up.
    #[ts(type = "number")]
    pub xruns: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_value_is_absent_and_not_null() {
        let text = serde_json::to_string(&MediaStatus::default()).unwrap();
        assert!(!text.contains("null"), "{text}");
        let text = serde_json::to_string(&ConnectionState::Connected { round_trip_ms: None }).unwrap();
        assert_eq!(text, r#"{"state":"connected"}"#);
    }
}
