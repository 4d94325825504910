//! Hears the connection, and tells the media engine, the pages and what follows the room.

use std::sync::{
    Arc, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use houselights_shared::{Action, CommandId, ParticipantId, RoomId, ServerFrame, SignalBody};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Card, elsewhere, guest, memory::Memory};
use crate::{ipc::ConnectionState, media::Engine, pages::Pages, realtime::Listener};

/// What the last welcome said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Welcomed {
    /// How many there were.
    pub(super) times: u64,
    /// The offer whose media connection still stands at the server.
    pub(super) media: Option<CommandId>,
}

/// Hears the connection and tells the engine and the pages.
pub(super) struct Ear {
    pub(super) pages: Pages,
    pub(super) engine: Engine,
    pub(super) me: ParticipantId,
    pub(super) devices: elsewhere::Watch,
    pub(super) memory: Memory,
    pub(super) stage: guest::Watch,
    pub(super) card: Card,
    pub(super) welcomes: watch::Sender<Welcomed>,
    /// Whether one is in the room, and neither waits to be let in nor was sent out.
    pub(super) inside: watch::Sender<bool>,
    /// Whether one looks after others, as the server said last.
    pub(super) moderates: Arc<AtomicBool>,
    /// The login is over.
    pub(super) over: CancellationToken,
}

impl Ear {
    fn comes_in(&self, is_in: bool) {
        self.inside.send_if_modified(|inside| std::mem::replace(inside, is_in) != is_in);
    }
}

impl Listener for Ear {
    fn state(&self, state: ConnectionState) {
        if matches!(state, ConnectionState::Ended { .. }) {
            self.over.cancel();
        }
        if matches!(state, ConnectionState::Away { .. }) {
            self.comes_in(false);
        }
        self.memory.connected(matches!(state, ConnectionState::Connected { .. }));
        self.pages.connection_is(state);
    }

    fn room(&self, room: RoomId) {
        self.card.lock().unwrap_or_else(PoisonError::into_inner).room = room;
        self.stage.moved();
        self.pages.moved(room);
    }

    fn frame(&self, frame: ServerFrame) {
        self.devices.hear(&frame);
        self.memory.hear(&frame);
        self.stage.hear(&frame);
        match &frame {
            ServerFrame::Welcome(welcome) => {
                if welcome.me.participant != self.me {
                    self.engine.me(welcome.me.participant);
                }
                let may = welcome.me.may.as_deref().unwrap_or_default();
                self.moderates.store(may.contains(&Action::Moderate), Ordering::Relaxed);
                self.comes_in(true);
                self.welcomes.send_modify(|welcomed| {
                    *welcomed = Welcomed { times: welcomed.times + 1, media: welcome.media };
                });
            }
            ServerFrame::Signal(signal) => {
                if let SignalBody::Slots { slots } = &signal.body {
                    self.engine.set_slots(slots.clone());
                }
            }
            ServerFrame::Waiting { .. } => self.comes_in(false),
            ServerFrame::Updates(_) | ServerFrame::Snapshot(_) => self.comes_in(true),
            ServerFrame::Refused(_)
            | ServerFrame::Reply(_)
            | ServerFrame::Inbox(_)
            | ServerFrame::Media(_)
            | ServerFrame::Mine(_)
            | ServerFrame::Pong { .. }
            | ServerFrame::Unknown => {}
        }
        self.pages.frame(frame);
    }
}
