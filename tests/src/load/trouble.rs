//! What a client met instead of what it wanted: in words, and what whoever runs the server can do about it.

use std::{fmt, io};

use houselights_shared::Refusal;
use serde::{Deserialize, Serialize};

/// What a client was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Trading the invite for a login.
    SignIn,
    /// Opening the WebSocket, and saying Hello.
    Connect,
    /// Being in the room.
    Room,
    /// Saying something.
    Command,
}

/// What it met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Met {
    /// The server's own refusal.
    Refused(Refusal),
    /// A status without one: something stands before the server.
    Status(u16),
    /// The network's.
    Network(String),
    /// Nothing, for too long.
    Silence,
    /// The lobby: somebody has to let it in.
    Lobby,
}

/// What was met where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Where.
    pub step: Step,
    /// What.
    pub met: Met,
}

impl Step {
    /// A refusal at this step.
    pub(super) fn refused(self, refusal: Refusal) -> Trouble {
        Trouble { step: self, met: Met::Refused(refusal) }
    }

    /// An error of the network at this step: by its kind, without the addresses that some say, or in its own words where it is TLS's.
    pub(super) fn network(self, error: &io::Error) -> Trouble {
        let is_of_tls = matches!(error.kind(), io::ErrorKind::Other | io::ErrorKind::InvalidData);
        let told = if is_of_tls { error.to_string() } else { error.kind().to_string() };
        Trouble { step: self, met: Met::Network(told) }
    }

    /// It waits to be let in at this step.
    pub(super) fn lobby(self) -> Trouble {
        Trouble { step: self, met: Met::Lobby }
    }

    /// No answer in time at this step.
    pub(super) fn silence(self) -> Trouble {
        Trouble { step: self, met: Met::Silence }
    }
}

impl Trouble {
    /// Whether trying again may help.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match &self.met {
            Met::Refused(refusal) => matches!(
                refusal,
                Refusal::SlowDown
                    | Refusal::Overloaded
                    | Refusal::ShuttingDown
                    | Refusal::StorageUnavailable
                    | Refusal::TooFarBehind
                    | Refusal::Unknown
            ),
            Met::Status(status) => *status == 429 || *status >= 500,
            Met::Network(_) | Met::Silence | Met::Lobby => true,
        }
    }

    /// What to do about it, for whoever runs the server; nothing where that is plain.
    #[must_use]
    pub fn cure(&self) -> Option<&'static str> {
        let refusal = match &self.met {
            Met::Refused(refusal) => refusal,
            Met::Lobby => return Some("the room lets nobody in by itself: open it, or let the crowd in from the lobby"),
            Met::Status(_) => return Some("a proxy before the server answered: look at its limits and its log"),
            Met::Network(_) | Met::Silence => {
                return Some("look whether the server still runs, and at its `ulimit -n` and net.core.somaxconn where it does");
            }
        };
        // Most codes are about what a person asked for, which a crowd does not.
        Some(match (self.step, refusal) {
            (Step::Command, Refusal::SlowDown) => {
                "people may say so much a second: start the server with --frames-per-second and --frame-burst set higher, \
                 take slow mode off the room, or add --clients so that more of them talk"
            }
            (_, Refusal::SlowDown) => {
                "one network address may sign in so often: start the server with --logins-per-minute 1000000 and \
                 --strangers-per-address 100000 for the test, or take fewer --joins"
            }
            (Step::Command, Refusal::Overloaded) => "the room has more to do than it can: take a lower --rate",
            (_, Refusal::Overloaded) => {
                "the server is full, or lets people in more slowly: start it with --max-connections set higher, or take fewer --joins"
            }
            (_, Refusal::TooFarBehind) => "clients read too slowly: run the crowd on another machine, or take more --processes",
            (_, Refusal::TokenInvalid) => {
                "the server does not know this invite: take the one that `event create` printed for the audience"
            }
            (_, Refusal::TokenExpired) => "the invite has run out: make another",
            (_, Refusal::DoorsClosed) => "the doors are not open yet: start the event, or take one of `event create`",
            (_, Refusal::EventOver | Refusal::EventCancelled | Refusal::EventArchived | Refusal::TakenDown) => {
                "nobody is let in any more: take an event that is on"
            }
            (_, Refusal::StorageUnavailable) => "the server cannot write: look at its disk and its log",
            (_, Refusal::SignedInElsewhere) => "the invite is one person's: take the one for the whole audience",
            _ => return None,
        })
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doing = match self.step {
            Step::SignIn => "signing in",
            Step::Connect => "connecting",
            Step::Room => "in the room",
            Step::Command => "saying something",
        };
        match &self.met {
            // As it stands on the wire, which is what logs and documents call it.
            Met::Refused(refusal) => {
                let code = serde_json::to_value(refusal).unwrap_or_default();
                write!(f, "{doing}: refused as {}", code.as_str().unwrap_or_default())
            }
            Met::Status(status) => write!(f, "{doing}: HTTP status {status}"),
            Met::Network(error) => write!(f, "{doing}: {error}"),
            Met::Silence => write!(f, "{doing}: no answer in time"),
            Met::Lobby => write!(f, "{doing}: kept in the lobby"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_is_met_is_told_with_the_flag_that_sets_it() {
        let cure = |step: Step, refusal| step.refused(refusal).cure().unwrap();
        assert!(cure(Step::SignIn, Refusal::SlowDown).contains("--logins-per-minute"));
        assert!(cure(Step::Connect, Refusal::SlowDown).contains("--strangers-per-address"));
        assert!(cure(Step::Connect, Refusal::Overloaded).contains("--max-connections"));
        assert!(cure(Step::Command, Refusal::SlowDown).contains("--frames-per-second"));
    }

    #[test]
    fn what_will_not_pass_is_not_tried_again() {
        assert!(!Step::SignIn.refused(Refusal::TokenInvalid).may_pass());
        assert!(!Step::Connect.refused(Refusal::EventOver).may_pass());
        assert!(Step::SignIn.refused(Refusal::SlowDown).may_pass() && Step::Connect.silence().may_pass());
        assert!(!Trouble { step: Step::SignIn, met: Met::Status(404) }.may_pass());
        assert!(Trouble { step: Step::SignIn, met: Met::Status(502) }.may_pass());
    }

    #[test]
    fn a_trouble_is_told_in_the_words_of_the_wire() {
        assert_eq!(Step::SignIn.refused(Refusal::SlowDown).to_string(), "signing in: refused as slow_down");
        let error = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(Step::Connect.network(&error).to_string(), "connecting: connection refused");
    }
}
