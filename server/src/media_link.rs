//! The rooms' way to the media thread, and the thread's way to the rooms.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use houselights_domain::{GRACE_AFTER_DEPARTURE, MediaPlan, View};
use houselights_shared::{CommandId, ParticipantId, Refusal, RoomId};
use tokio::{
    sync::mpsc,
    time::{Instant, interval},
};
use tokio_util::sync::CancellationToken;

use crate::{
    actor::Registry,
    realtime::ConnectionId,
    udp::{Figures, Media, MediaEvent},
};

/// How often media is ended whose owner did not come back.
const SWEEP: Duration = Duration::from_secs(1);

/// Someone in a room.
type Seat = (RoomId, ParticipantId);

/// The handle to the media thread, and who has media.
#[derive(Clone)]
pub(crate) struct MediaLink {
    media: Media,
    sessions: Arc<Mutex<Sessions>>,
}

/// An offer, and whose it is.
pub(crate) struct Offered {
    pub(crate) id: CommandId,
    pub(crate) room: RoomId,
    pub(crate) who: ParticipantId,
    pub(crate) view: View,
    pub(crate) sdp: String,
}

impl MediaLink {
    pub(crate) fn new(media: Media) -> Self {
        Self { media, sessions: Arc::default() }
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an offer that came over a connection, answers with an SDP.
    pub(crate) async fn join(&self, offered: Offered, over: ConnectionId) -> Result<String, Refusal> {
        let Offered { id, room, who, view, sdp } = offered;
        let answer = self.media.join(room, who, view == View::Crew, sdp).await?;
        self.sessions().made((room, who), id, over);
        Ok(answer)
    }

    /// Someone is connected (again). The offer whose media stands, if any does.
    pub(crate) fn hold(&self, room: RoomId, who: ParticipantId, over: ConnectionId) -> Option<CommandId> {
        self.sessions().hold((room, who), over)
    }

    /// A connection is gone. The media of whoever had it stands for a while: the grace that the crew's place has.
    pub(crate) fn part(&self, room: RoomId, who: ParticipantId, over: ConnectionId) {
        self.sessions().part((room, who), over, Instant::now() + GRACE_AFTER_DEPARTURE);
    }

    /// Whose media goes where.
    pub(crate) fn stage(&self, room: RoomId, plan: MediaPlan) {
        self.media.stage(room, plan.on_stage, plan.on_air);
    }

    /// Ends the thread.
    pub(crate) fn stop(&self) {
        self.media.stop();
    }

    /// What a fault in the thread would be.
    #[cfg(test)]
    pub(crate) fn panic(&self) {
        self.media.panic();
    }

    /// What the thread counted.
    pub(crate) fn figures(&self) -> Figures {
        self.media.figures()
    }

    /// Hands on what the thread tells, and ends what nobody came back to, until the server stops.
    pub(crate) async fn listen(self, rooms: Arc<Registry>, mut events: mpsc::Receiver<MediaEvent>, stop: CancellationToken) {
        let mut sweep = interval(SWEEP);
        loop {
            let event = tokio::select! {
                () = stop.cancelled() => return,
                _ = sweep.tick() => {
                    for (room, who) in self.sessions().overdue(Instant::now()) {
                        self.media.leave(room, who);
                    }
                    continue;
                }
                event = events.recv() => event,
            };
            match event {
                Some(MediaEvent::Slots { room, crew, audience }) => {
                    if let Some(room) = rooms.running(room) {
                        room.slots(crew, audience);
                    }
                }
                Some(MediaEvent::Levels { room, crew, audience }) => {
                    if let Some(room) = rooms.running(room) {
                        room.levels(crew, audience);
                    }
                }
                Some(MediaEvent::Gone { room, who }) => self.sessions().gone((room, who)),
                None => return,
            }
        }
    }
}

/// Who has media: at most one session each. Ended when nobody held it for the grace.
#[derive(Default)]
struct Sessions(HashMap<Seat, Session>);

struct Session {
    offer: CommandId,
    held: Held,
}

enum Held {
    By(ConnectionId),
    Until(Instant),
}

impl Sessions {
    fn made(&mut self, seat: Seat, offer: CommandId, over: ConnectionId) {
        self.0.insert(seat, Session { offer, held: Held::By(over) });
    }

    fn hold(&mut self, seat: Seat, over: ConnectionId) -> Option<CommandId> {
        let session = self.0.get_mut(&seat)?;
        session.held = Held::By(over);
        Some(session.offer)
    }

    fn part(&mut self, seat: Seat, over: ConnectionId, until: Instant) {
        if let Some(session) = self.0.get_mut(&seat)
            && matches!(session.held, Held::By(holder) if holder == over)
        {
            session.held = Held::Until(until);
        }
    }

    fn gone(&mut self, seat: Seat) {
        self.0.remove(&seat);
    }

    /// Takes out whose grace is over.
    fn overdue(&mut self, now: Instant) -> Vec<Seat> {
        self.0
            .extract_if(|_, session| matches!(session.held, Held::Until(until) if until <= now))
            .map(|(seat, _)| seat)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn at_work() -> (Sessions, Seat, CommandId) {
        let (seat, offer) = ((RoomId::random(), ParticipantId::random()), CommandId::random());
        let mut sessions = Sessions::default();
        sessions.made(seat, offer, ConnectionId::of(1));
        (sessions, seat, offer)
    }

    #[test]
    fn media_stands_for_whoever_comes_back_within_the_grace() {
        let ((mut sessions, seat, offer), start) = (at_work(), Instant::now());
        sessions.part(seat, ConnectionId::of(1), start + 15 * SECOND);
        assert!(sessions.overdue(start + 14 * SECOND).is_empty());
        assert_eq!(sessions.hold(seat, ConnectionId::of(2)), Some(offer));
        assert!(sessions.overdue(start + 1_000 * SECOND).is_empty(), "it is held");
    }

    #[test]
    fn media_ends_when_nobody_comes_back() {
        let ((mut sessions, seat, _), start) = (at_work(), Instant::now());
        sessions.part(seat, ConnectionId::of(1), start + 15 * SECOND);
        assert_eq!(sessions.overdue(start + 15 * SECOND), [seat]);
        assert_eq!(sessions.hold(seat, ConnectionId::of(2)), None);
    }

    #[test]
    fn a_connection_that_was_replaced_does_not_end_its_successors_media() {
        let ((mut sessions, seat, _), start) = (at_work(), Instant::now());
        sessions.hold(seat, ConnectionId::of(2));
        sessions.part(seat, ConnectionId::of(1), start);
        assert!(sessions.overdue(start + SECOND).is_empty());
    }

    #[test]
    fn what_the_thread_lost_does_not_stand() {
        let (mut sessions, seat, _) = at_work();
        sessions.gone(seat);
        assert_eq!(sessions.hold(seat, ConnectionId::of(1)), None);
    }
}
