//! The rooms' way to the media thread, and the thread's way to the rooms.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use houselights_domain::MediaPlan;
use houselights_shared::{ParticipantId, Refusal, RoomId};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{
    actor::Registry,
    metrics::Metrics,
    udp::{Media, MediaEvent},
};

/// The handle to the media thread, and who has media.
#[derive(Clone)]
pub(crate) struct MediaLink {
    media: Media,
    peers: Arc<Mutex<HashSet<(RoomId, ParticipantId)>>>,
    metrics: Arc<Metrics>,
}

impl MediaLink {
    pub(crate) fn new(media: Media, metrics: Arc<Metrics>) -> Self {
        Self { media, peers: Arc::default(), metrics }
    }

    /// Takes an offer, answers with an SDP.
    pub(crate) async fn join(&self, room: RoomId, who: ParticipantId, crew: bool, offer: String) -> Result<String, Refusal> {
        let answer = self.media.join(room, who, crew, offer).await?;
        self.count(|peers| peers.insert((room, who)));
        Ok(answer)
    }

    /// Ends someone's media.
    pub(crate) fn leave(&self, room: RoomId, who: ParticipantId) {
        if self.count(|peers| peers.remove(&(room, who))) {
            self.media.leave(room, who);
        }
    }

    /// Whose media goes where.
    pub(crate) fn stage(&self, room: RoomId, plan: MediaPlan) {
        self.media.stage(room, plan.on_stage, plan.on_air);
    }

    /// Ends the thread.
    pub(crate) fn stop(&self) {
        self.media.stop();
    }

    fn count<T>(&self, change: impl FnOnce(&mut HashSet<(RoomId, ParticipantId)>) -> T) -> T {
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut peers);
        self.metrics.media_peers.set(peers.len() as f64);
        changed
    }

    /// Hands on what the thread tells, until the server stops.
    pub(crate) async fn listen(self, rooms: Arc<Registry>, mut events: mpsc::Receiver<MediaEvent>, stop: CancellationToken) {
        loop {
            let event = tokio::select! {
                () = stop.cancelled() => return,
                event = events.recv() => event,
            };
            match event {
                Some(MediaEvent::Slots { room, crew, audience }) => {
                    if let Some(room) = rooms.running(room) {
                        room.slots(crew, audience);
                    }
                }
                Some(MediaEvent::Levels { room, levels }) => {
                    if let Some(room) = rooms.running(room) {
                        room.levels(levels);
                    }
                }
                Some(MediaEvent::Gone { room, who }) => {
                    self.count(|peers| peers.remove(&(room, who)));
                }
                None => return,
            }
        }
    }
}
