//! The WebSocket at `/realtime`: handshake, connection, resume and fan-out.

mod backlog;
mod connection;
mod fanout;
mod farewell;
mod fragments;
mod frame;
mod greeting;
mod outbox;
mod patience;
mod reactions;
mod round;
mod tell;
mod tick;
mod upgrade;
mod wire;

pub(crate) use fanout::{FanOut, QUEUED, WRITES_IN_A_ROW};
pub(crate) use frame::{encode, encode_updates_for};
pub(crate) use outbox::{ConnectionId, Outbox};
pub(crate) use reactions::Reactions;
pub(crate) use tell::Tell;
pub(crate) use upgrade::upgrade;
