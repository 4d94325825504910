//! What the page and the native core say to each other about people, their organisations and their events. Names are written as the
//! server's GraphQL writes them.

use houselights_shared::{PersonId, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use ts_rs::TS;

use super::Problem;

/// Why something was not answered or not done. Those of the server's interface first, those of this computer after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ApiCode {
    /// Nobody is signed in, or not any more.
    Unauthenticated,
    /// The role does not reach that far.
    Forbidden,
    /// No such thing, or it is not the viewer's to see.
    NotFound,
    /// What was given cannot be taken; `field` names it.
    BadInput,
    /// It was changed meanwhile.
    Conflict,
    /// Not in this phase of the event.
    WrongPhase,
    /// No seat is left.
    SoldOut,
    /// Sales have not begun, or are over.
    NotOnSale,
    /// No such code, or it is used up or over.
    CodeInvalid,
    /// People are registered or wait: it has to be cancelled first.
    PeopleRegistered,
    /// This address has a place already.
    AlreadyRegistered,
    /// An organisation keeps an owner.
    LastOwner,
    /// Another event has this address.
    SlugTaken,
    /// The payment provider refused or cannot be reached.
    PaymentFailed,
    /// The template cannot be used; `line` says where.
    TemplateInvalid,
    /// More was asked for at once than is answered.
    TooComplex,
    /// A file, a text or an answer is larger than can be taken.
    TooLarge,
    /// Too often; `retryAfterMs` says when again.
    SlowDown,
    /// The server has no room for more just now.
    Overloaded,
    /// The server cannot store just now: nothing was done.
    StorageUnavailable,
    /// This is no e-mail address.
    EmailInvalid,
    /// The server sends no mail.
    MailUnavailable,
    /// The link is not known there, was used already, or was asked for on another device.
    TokenInvalid,
    /// The link has run out.
    TokenExpired,
    /// The server cannot be reached, and nothing was sent.
    Offline,
    /// It was sent and never answered: nobody knows whether it was done.
    Unknown,
    /// The text is not a link of this kind.
    NotALink,
    /// The link was not asked for on this device.
    NotAsked,
    /// The person has to say first that this server may be spoken to.
    Unconfirmed,
    /// The server has no provider of accounts.
    ProviderNotOffered,
    /// The provider does not answer the server.
    ProviderUnavailable,
    /// The person did not want to sign in at the provider, or was not let in there.
    ProviderCancelled,
    /// The provider does not vouch for the person, or has not verified their address.
    ProviderRefused,
    /// The person's browser brought nothing back in time.
    TimedOut,
    /// No browser opens.
    NoBrowser,
    /// This computer did not keep it: no space, or no permission.
    NotKept,
    /// The file cannot be read, or is no text.
    FileUnreadable,
    /// The server refused for a reason that this app does not know.
    #[serde(other)]
    Refused,
}

/// A call that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ApiProblem {
    /// Why.
    pub code: ApiCode,
    /// For whoever looks for the cause; the page has words of its own.
    pub message: String,
    /// The part of the input that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub field: Option<String>,
    /// The line of the file that it is about, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub line: Option<u32>,
    /// When to try again, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry_after_ms: Option<u32>,
}

impl ApiProblem {
    /// One that is about nothing in particular.
    pub fn new(code: ApiCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, line: None, retry_after_ms: None }
    }

    /// What was given for `field` cannot be taken.
    pub fn bad(field: &str, message: &str) -> Self {
        Self { field: Some(field.into()), ..Self::new(ApiCode::BadInput, message) }
    }

    /// What a refusal over HTTP comes to.
    pub fn refused(refusal: Refusal, retry_after_ms: Option<u32>) -> Self {
        Self { retry_after_ms, ..Self::new(code_of(refusal), format!("the server refused: {refusal:?}")) }
    }
}

fn code_of(refusal: Refusal) -> ApiCode {
    match refusal {
        Refusal::TooLarge | Refusal::MessageTooLong => ApiCode::TooLarge,
        Refusal::TokenInvalid => ApiCode::TokenInvalid,
        Refusal::TokenExpired => ApiCode::TokenExpired,
        Refusal::NotAllowed => ApiCode::Forbidden,
        Refusal::WrongPhase | Refusal::EventArchived => ApiCode::WrongPhase,
        Refusal::EmailInvalid => ApiCode::EmailInvalid,
        Refusal::MailUnavailable => ApiCode::MailUnavailable,
        Refusal::SlowDown => ApiCode::SlowDown,
        Refusal::ProviderUnavailable => ApiCode::ProviderUnavailable,
        Refusal::Overloaded | Refusal::ShuttingDown => ApiCode::Overloaded,
        Refusal::StorageUnavailable => ApiCode::StorageUnavailable,
        Refusal::Malformed
        | Refusal::NameInvalid
        | Refusal::ProfileInvalid
        | Refusal::MessageEmpty
        | Refusal::ImageUnusable => ApiCode::BadInput,
        Refusal::NoSuchRoom
        | Refusal::TakenDown
        | Refusal::NoSuchParticipant
        | Refusal::NoSuchMessage
        | Refusal::NoSuchQuestion
        | Refusal::NoSuchPoll
        | Refusal::NoSuchHand => ApiCode::NotFound,
        Refusal::UnknownCommand
        | Refusal::VersionUnsupported
        | Refusal::SignedInElsewhere
        | Refusal::SendingElsewhere
        | Refusal::DoorsClosed
        | Refusal::EventOver
        | Refusal::EventCancelled
        | Refusal::NotBackstage
        | Refusal::StageFull
        | Refusal::SceneInvalid
        | Refusal::NoSuchCue
        | Refusal::UndoTooLate
        | Refusal::Closed
        | Refusal::Muted
        | Refusal::LinksNotAllowed
        | Refusal::WordsNotAllowed
        | Refusal::TooManyMentions
        | Refusal::PollInvalid
        | Refusal::OptionsAlike
        | Refusal::ChoiceInvalid
        | Refusal::AlreadyVoted
        | Refusal::Full
        | Refusal::Removed
        | Refusal::TimedOut
        | Refusal::Banned
        | Refusal::RoomLocked
        | Refusal::TooFarBehind
        | Refusal::MediaUnacceptable
        | Refusal::NotReachable
        | Refusal::TooManyBlocked
        | Refusal::Unknown => ApiCode::Refused,
    }
}

impl From<Problem> for ApiProblem {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Refused { refusal, retry_after_ms } => Self::refused(refusal, retry_after_ms),
            Problem::NotALink => Self::new(ApiCode::NotALink, "this is not such a link"),
            Problem::Unconfirmed => {
                Self::new(ApiCode::Unconfirmed, "the person has not said that this server may be spoken to")
            }
            Problem::Unreachable | Problem::Offline => Self::new(ApiCode::Offline, "the server cannot be reached"),
            Problem::Unsure => Self::new(ApiCode::Unknown, "sent, and never answered"),
            Problem::SignedOut => Self::new(ApiCode::Unauthenticated, "nobody is signed in"),
            Problem::Device { fault } => Self::new(ApiCode::Refused, format!("a device failed: {:?}", fault.cause)),
        }
    }
}

/// What a question was answered: by the server, or by the local store where the server cannot be reached.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Fetched {
    /// As the server gave it.
    #[ts(type = "unknown")]
    pub data: Box<RawValue>,
    /// When it was true, in milliseconds since 1970-01-01 00:00 UTC.
    #[ts(type = "number")]
    pub as_of: i64,
    /// Whether the server gave it just now.
    pub is_fresh: bool,
}

/// What a change was answered.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Changed {
    /// As the server gave it.
    #[ts(type = "unknown")]
    pub data: Box<RawValue>,
}

/// A person, as they see themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Person {
    /// Who.
    #[ts(type = "string")]
    pub id: PersonId,
    /// Their address.
    pub email: String,
    /// As they are called; empty where they never said it.
    pub name: String,
}

/// Who is signed in as a person, with their organisations and tickets; not as a participant of one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Account {
    /// The server's base URL.
    pub server: String,
    /// Who.
    pub person: Person,
    /// The login is over: what is kept can be read, and nothing else until one signs in again.
    pub ended: bool,
}

/// What a sign-in that was asked for waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Waiting {
    /// The link in a mail.
    Mail {
        /// To this address.
        email: String,
    },
    /// The page of the provider of accounts, in the person's browser.
    Provider {
        /// What the provider is called.
        name: String,
    },
}

/// What was typed and not yet saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeptDraft {
    /// As the page called it.
    pub key: String,
    /// What was typed.
    pub text: String,
    /// When, in milliseconds since 1970-01-01 00:00 UTC.
    #[ts(type = "number")]
    pub kept_at: i64,
}

/// What an uploaded picture is for; each has its own sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImageUse {
    /// Of an organisation or an event.
    Logo,
    /// Behind an event's title.
    Cover,
    /// Of a speaker.
    Picture,
}

/// A picture that the server took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UploadedImage {
    /// Its id.
    pub id: String,
    /// Where it is shown from.
    pub url: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// A file that the person chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ImportedFile {
    /// Its name, without the folder.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// The windows that are about no running room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeskWindow {
    /// Signing in, and one's own events.
    Welcome,
    /// For whoever holds events.
    Dashboard,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_written_as_the_server_writes_it_and_one_of_a_newer_server_is_a_refusal() {
        let read = |text: &str| serde_json::from_str::<ApiCode>(text).unwrap();
        assert_eq!((read(r#""SOLD_OUT""#), read(r#""OF_TOMORROW""#)), (ApiCode::SoldOut, ApiCode::Refused));
        let problem = ApiProblem::bad("server", "no address");
        let text = serde_json::to_string(&problem).unwrap();
        assert_eq!(text, r#"{"code":"BAD_INPUT","message":"no address","field":"server"}"#);
    }
}
