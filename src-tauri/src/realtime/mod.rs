//! The realtime connection to the event server: it comes back by itself, goes on where it stopped, and loses no command.
//!
//! A task owns everything (`link::Link`); a [`Realtime`] is a handle to it. What arrives goes to a [`Listener`], in order.

mod backoff;
mod dial;
mod letters;
mod link;
mod outbox;
mod over;
mod position;
mod race;
mod standing;
mod wire;

use std::{sync::Arc, time::Duration};

use houselights_shared::{CommandBody, CommandId, InboxCommandBody, Outcome, Reaction, Refusal, RoomId, ServerFrame, Token};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::dial::{Dial, Io, Network, Undialled, Wire};
pub(crate) use self::{
    backoff::{Backoff, random, spread},
    outbox::waits,
};
use crate::ipc::{ConnectionState, Problem};

/// Asks on their way to the task. Full: the caller waits, which the page sees as an answer that takes longer.
const ASKS: usize = 64;

/// Hears what the connection brings, in order, on the connection's own task: it must not block.
pub trait Listener: Send + Sync + 'static {
    /// The connection changed.
    fn state(&self, state: ConnectionState);
    /// A `welcome`, `snapshot`, `updates` (never empty, never twice, without a gap), `inbox` (likewise) or `signal`.
    fn frame(&self, frame: ServerFrame);
    /// What comes from now on is of another room: it was asked for, or the one before is not there any more.
    fn room(&self, room: RoomId);
}

/// What a connection needs to know.
pub struct Login {
    /// The login's token.
    pub token: Token,
    /// The room that one wants.
    pub room: RoomId,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// From one `Ping` to the next.
    pub ping_every: Duration,
    /// A connection on which nothing was heard for so long is dead.
    pub dead_after: Duration,
    /// Opening a connection, and then once more getting the `Welcome`.
    pub welcome_within: Duration,
    /// Handing one frame to the system.
    pub write_within: Duration,
    /// What does not wait is given up so long after it was asked for.
    pub in_time: Duration,
    /// How often it is asked whether one may come in again; sooner, where somebody says when.
    pub knock_every: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            ping_every: Duration::from_secs(5),
            dead_after: Duration::from_secs(12),
            welcome_within: Duration::from_secs(8),
            write_within: Duration::from_secs(5),
            in_time: Duration::from_secs(5),
            knock_every: Duration::from_secs(30),
        }
    }
}

/// Why an offer for media got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// The server refused it.
    #[error("the server refused the media connection: {refusal:?}")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// When to try again, in milliseconds.
        retry_after_ms: Option<u32>,
    },
    /// The connection was lost, or is not there; the next `Welcome` is the moment to ask again.
    #[error("there is no connection to the server")]
    Disconnected,
}

/// An offer that the server took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The offer's id: by it `Welcome` names the media connection later.
    pub id: CommandId,
    /// The answer.
    pub sdp: String,
}

/// Why a command has no outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unheard {
    /// The connection was given up: the person signed out.
    #[error("signed out")]
    Gone,
    /// There is no connection, and this is nothing that could be done later.
    #[error("not connected")]
    Offline,
    /// It was sent, and no answer came in time. It is not sent again; whether it was done, the room shows.
    #[error("not answered")]
    Unsure,
}

impl From<Unheard> for Problem {
    fn from(unheard: Unheard) -> Self {
        match unheard {
            Unheard::Gone => Self::SignedOut,
            Unheard::Offline => Self::Offline,
            Unheard::Unsure => Self::Unsure,
        }
    }
}

/// A command, as far as it is known before it is asked for.
struct Wanted {
    id: CommandId,
    /// Absent: the one in which one is.
    room: Option<RoomId>,
    body: CommandBody,
}

/// Comes when the room has answered.
pub(crate) type Answer = oneshot::Receiver<Result<Outcome, Unheard>>;

enum Ask {
    Command { command: Wanted, asked: Instant, answer: oneshot::Sender<Result<Outcome, Unheard>> },
    Inbox { id: CommandId, body: InboxCommandBody, answer: letters::Answer },
    Offer { sdp: String, answer: oneshot::Sender<Result<Answered, Unanswered>> },
    React(Reaction),
    Refresh,
    Room(RoomId),
}

/// A handle to the connection.
#[derive(Clone, Debug)]
pub struct Realtime {
    asks: mpsc::Sender<Ask>,
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Command { .. } => "Command",
            Self::Inbox { .. } => "Inbox",
            Self::Offer { .. } => "Offer",
            Self::React(_) => "React",
            Self::Refresh => "Refresh",
            Self::Room(_) => "Room",
        })
    }
}

impl Realtime {
    /// Starts connecting, until `stop`.
    pub fn start(
        login: Login,
        dial: Arc<dyn Dial>,
        listener: Arc<dyn Listener>,
        (tasks, stop): (&TaskTracker, CancellationToken),
    ) -> Self {
        Self::start_with(login, dial, listener, (tasks, stop), Timing::default())
    }

    fn start_with(
        login: Login,
        dial: Arc<dyn Dial>,
        listener: Arc<dyn Listener>,
        (tasks, stop): (&TaskTracker, CancellationToken),
        timing: Timing,
    ) -> Self {
        let (asks, asked) = mpsc::channel(ASKS);
        tasks.spawn(link::Link::new(login, dial, listener, timing, (asked, stop)).run());
        Self { asks }
    }

    /// Asks the room for something and waits for the answer. A message waits for a connection and outlives it; anything else
    /// is asked of a room that is there, or not at all: what changes a show must not do so later, unasked.
    pub async fn send(&self, body: CommandBody) -> Result<Outcome, Unheard> {
        let asked = self.want(Wanted { id: CommandId::random(), room: None, body }).await;
        Self::answer(asked).await
    }

    /// The same of a room, under an id that is known already: once it comes back, what is asked for later goes out later. Where one is in another
    /// room by then it does not.
    pub(crate) async fn ask(&self, id: CommandId, room: RoomId, body: CommandBody) -> Result<Answer, Unheard> {
        self.want(Wanted { id, room: Some(room), body }).await
    }

    /// Waits for the answer to what was asked.
    pub(crate) async fn answer(asked: Result<Answer, Unheard>) -> Result<Outcome, Unheard> {
        asked?.await.map_err(|_| Unheard::Gone)?
    }

    async fn want(&self, command: Wanted) -> Result<Answer, Unheard> {
        let (answer, answered) = oneshot::channel();
        self.asks.send(Ask::Command { command, asked: Instant::now(), answer }).await.map_err(|_| Unheard::Gone)?;
        Ok(answered)
    }

    /// Asks one's own inbox for something and waits for the answer. It waits for a connection, outlives it, and is done once.
    pub async fn send_to_inbox(&self, id: CommandId, body: InboxCommandBody) -> Result<Outcome, Unheard> {
        Self::answer(self.ask_inbox(id, body).await).await
    }

    /// The same; the answer is waited for elsewhere.
    pub(crate) async fn ask_inbox(&self, id: CommandId, body: InboxCommandBody) -> Result<Answer, Unheard> {
        let (answer, answered) = oneshot::channel();
        self.asks.send(Ask::Inbox { id, body, answer }).await.map_err(|_| Unheard::Gone)?;
        Ok(answered)
    }

    /// Offers a media connection over the connection that stands and waits for the answer.
    pub async fn offer(&self, sdp: String) -> Result<Answered, Unanswered> {
        let (answer, answered) = oneshot::channel();
        self.asks.send(Ask::Offer { sdp, answer }).await.map_err(|_| Unanswered::Disconnected)?;
        answered.await.map_err(|_| Unanswered::Disconnected)?
    }

    /// Throws something at the stage. Without a connection, or where too much is asked already, nothing comes of it: an applause that
    /// is late is none.
    pub fn react(&self, reaction: Reaction) {
        let _ = self.asks.try_send(Ask::React(reaction));
    }

    /// Goes to another room of the event, with the same login.
    pub async fn go_to(&self, room: RoomId) {
        let _ = self.asks.send(Ask::Room(room)).await;
    }

    /// Asks for a fresh snapshot, by connecting anew without a position.
    pub async fn refresh(&self) {
        let _ = self.asks.send(Ask::Refresh).await;
    }
}

#[cfg(test)]
mod tests;
