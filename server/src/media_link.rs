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
    store::LoginId,
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

    /// Takes an offer that came over a connection, answers with an SDP. A connection whose place another has taken gets none.
    pub(crate) async fn join(&self, offered: Offered, over: ConnectionId) -> Result<String, Refusal> {
        let Offered { id, room, who, view, sdp } = offered;
        let joining = {
            // Wished while the place is held: whoever takes the place later wishes the end of it later, too.
            let mut sessions = self.sessions();
            if !sessions.asked((room, who), over) {
                return Err(Refusal::SignedInElsewhere);
            }
            self.media.join(room, who, view == View::Crew, sdp)
        };
        let answer = joining.await?;
        self.sessions().made((room, who), id, over);
        Ok(answer)
    }

    /// Someone is connected (again). The offer whose media stands, if any does. Media of another login of theirs ends, and what they have in
    /// another room.
    pub(crate) fn hold(&self, room: RoomId, who: ParticipantId, login: &LoginId, over: ConnectionId) -> Option<CommandId> {
        let mut sessions = self.sessions();
        let (offer, ended) = sessions.hold((room, who), login, over);
        if let Some(ended) = ended {
            self.media.leave(ended, who);
        }
        offer
    }

    /// A connection is gone. The media of whoever had it stands for a while: the grace that the crew's place has.
    pub(crate) fn part(&self, who: ParticipantId, over: ConnectionId) {
        self.sessions().part(who, over, Instant::now() + GRACE_AFTER_DEPARTURE);
    }

    /// A login is over: its media ends at once, in whichever room it is.
    pub(crate) fn login_ended(&self, who: ParticipantId, login: &LoginId) {
        self.end_where(who, |session| session.login == *login);
    }

    /// A login is the only one of its participant: media of any before it ends at once.
    pub(crate) fn login_began(&self, who: ParticipantId, login: &LoginId) {
        self.end_where(who, |session| session.login != *login);
    }

    /// Somebody is not let in any more.
    pub(crate) fn participant_ended(&self, who: ParticipantId) {
        self.end_where(who, |_| true);
    }

    fn end_where(&self, who: ParticipantId, ends: impl FnOnce(&Session) -> bool) {
        let mut sessions = self.sessions();
        if let Some(room) = sessions.end_where(who, ends) {
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
    pub(crate) async fn listen(
        self,
        rooms: Arc<Registry>,
        events: Arc<tokio::sync::Mutex<mpsc::Receiver<MediaEvent>>>,
        stop: CancellationToken,
    ) {
        let (mut sweep, mut events) = (interval(SWEEP), events.lock().await);
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

/// Who may have media: at most one session each, in one room. Ended when nobody held it for the grace, or another login of the same person
/// came, or they went to another room.
#[derive(Default)]
struct Sessions(HashMap<ParticipantId, Session>);

struct Session {
    room: RoomId,
    /// Whose it is: of one person's devices, one is signed in.
    login: LoginId,
    /// Whether the media thread may have something for it.
    asked: bool,
    /// The offer whose media stands.
    offer: Option<CommandId>,
    held: Held,
}

enum Held {
    By(ConnectionId),
    Until(Instant),
}

impl Session {
    fn is_held_by(&self, connection: ConnectionId) -> bool {
        matches!(self.held, Held::By(holder) if holder == connection)
    }
}

impl Sessions {
    fn at(&mut self, (room, who): Seat) -> Option<&mut Session> {
        self.0.get_mut(&who).filter(|session| session.room == room)
    }

    /// An offer comes over a connection. False where it is not this connection's turn any more.
    fn asked(&mut self, seat: Seat, over: ConnectionId) -> bool {
        let session = self.at(seat).filter(|session| session.is_held_by(over));
        session.map(|session| session.asked = true).is_some()
    }

    /// The offer was answered. Where another connection of the same login came meanwhile, the media is that one's.
    fn made(&mut self, seat: Seat, offer: CommandId, over: ConnectionId) {
        if let Some(session) = self.at(seat).filter(|session| session.is_held_by(over)) {
            (session.asked, session.offer) = (true, Some(offer));
        }
    }

    /// The offer whose media goes on, and the room where there was media of another login, or that they left: it ends.
    fn hold(&mut self, (room, who): Seat, login: &LoginId, over: ConnectionId) -> (Option<CommandId>, Option<RoomId>) {
        let ended = self.end_where(who, |session| session.login != *login || session.room != room);
        let fresh = || Session { room, login: login.clone(), asked: false, offer: None, held: Held::By(over) };
        let session = self.0.entry(who).or_insert_with(fresh);
        session.held = Held::By(over);
        (session.offer, ended)
    }

    fn part(&mut self, who: ParticipantId, over: ConnectionId, until: Instant) {
        let Some(session) = self.0.get_mut(&who).filter(|session| session.is_held_by(over)) else { return };
        if session.asked {
            session.held = Held::Until(until);
        } else {
            self.0.remove(&who);
        }
    }

    /// What the thread had is gone.
    fn gone(&mut self, seat: Seat) {
        let Some(session) = self.at(seat) else { return };
        (session.asked, session.offer) = (false, None);
        if matches!(session.held, Held::Until(_)) {
            self.0.remove(&seat.1);
        }
    }

    /// Takes the session out where it is such; the room where there is media to end.
    fn end_where(&mut self, who: ParticipantId, ends: impl FnOnce(&Session) -> bool) -> Option<RoomId> {
        let ended = if self.0.get(&who).is_some_and(ends) { self.0.remove(&who) } else { None };
        ended.filter(|session| session.asked).map(|session| session.room)
    }

    /// Takes out whose grace is over.
    fn overdue(&mut self, now: Instant) -> Vec<Seat> {
        self.0
            .extract_if(|_, session| matches!(session.held, Held::Until(until) if until <= now))
            .map(|(who, session)| (session.room, who))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn login(token: &str) -> LoginId {
        LoginId::of(token)
    }

    fn at_work() -> (Sessions, Seat, CommandId) {
        let (seat, offer) = ((RoomId::random(), ParticipantId::random()), CommandId::random());
        let mut sessions = Sessions::default();
        assert_eq!(sessions.hold(seat, &login("one"), ConnectionId::of(1)), (None, None));
        assert!(sessions.asked(seat, ConnectionId::of(1)));
        sessions.made(seat, offer, ConnectionId::of(1));
        (sessions, seat, offer)
    }

    #[test]
    fn media_stands_for_whoever_comes_back_within_the_grace() {
        let ((mut sessions, seat, offer), start) = (at_work(), Instant::now());
        sessions.part(seat.1, ConnectionId::of(1), start + 15 * SECOND);
        assert!(sessions.overdue(start + 14 * SECOND).is_empty());
        assert_eq!(sessions.hold(seat, &login("one"), ConnectionId::of(2)), (Some(offer), None));
        assert!(sessions.overdue(start + 1_000 * SECOND).is_empty(), "it is held");
    }

    #[test]
    fn media_ends_when_nobody_comes_back() {
        let ((mut sessions, seat, _), start) = (at_work(), Instant::now());
        sessions.part(seat.1, ConnectionId::of(1), start + 15 * SECOND);
        assert_eq!(sessions.overdue(start + 15 * SECOND), [seat]);
        assert_eq!(sessions.hold(seat, &login("one"), ConnectionId::of(2)), (None, None));
    }

    #[test]
    fn a_connection_that_was_replaced_does_not_end_its_successors_media() {
        let ((mut sessions, seat, _), start) = (at_work(), Instant::now());
        sessions.hold(seat, &login("one"), ConnectionId::of(2));
        sessions.part(seat.1, ConnectionId::of(1), start);
        assert!(sessions.overdue(start + SECOND).is_empty());
    }

    #[test]
    fn what_the_thread_lost_does_not_stand() {
        let (mut sessions, seat, _) = at_work();
        sessions.gone(seat);
        assert_eq!(sessions.hold(seat, &login("one"), ConnectionId::of(1)), (None, None));
    }

    #[test]
    fn another_login_does_not_get_the_media_of_the_one_before_and_ends_it() {
        let (mut sessions, seat, _) = at_work();
        assert_eq!(sessions.hold(seat, &login("two"), ConnectionId::of(2)), (None, Some(seat.0)));
        assert!(!sessions.asked(seat, ConnectionId::of(1)), "the first device offers in vain");
        assert!(sessions.asked(seat, ConnectionId::of(2)));
    }

    #[test]
    fn an_offer_under_way_when_another_login_comes_ends_with_its_own() {
        let (seat, mut sessions) = ((RoomId::random(), ParticipantId::random()), Sessions::default());
        sessions.hold(seat, &login("one"), ConnectionId::of(1));
        assert!(sessions.asked(seat, ConnectionId::of(1)));
        assert_eq!(sessions.hold(seat, &login("two"), ConnectionId::of(2)), (None, Some(seat.0)));
        sessions.made(seat, CommandId::random(), ConnectionId::of(1));
        assert_eq!(sessions.hold(seat, &login("two"), ConnectionId::of(3)), (None, None), "its answer comes too late");
    }

    #[test]
    fn a_login_that_ends_ends_its_media_alone() {
        let (mut sessions, seat, offer) = at_work();
        assert_eq!(sessions.end_where(seat.1, |session| session.login == login("two")), None);
        assert_eq!(sessions.hold(seat, &login("one"), ConnectionId::of(2)), (Some(offer), None));
        assert_eq!(sessions.end_where(seat.1, |session| session.login == login("one")), Some(seat.0));
        assert!(sessions.0.is_empty());
    }

    #[test]
    fn whoever_goes_to_another_room_leaves_no_media_behind() {
        let (mut sessions, seat, _) = at_work();
        let other = (RoomId::random(), seat.1);
        assert_eq!(sessions.hold(other, &login("one"), ConnectionId::of(2)), (None, Some(seat.0)));
        assert!(!sessions.asked(seat, ConnectionId::of(2)) && sessions.asked(other, ConnectionId::of(2)));
        sessions.gone(seat);
        assert_eq!(
            sessions.end_where(seat.1, |_| true),
            Some(other.0),
            "what the thread tells of the room before changes nothing"
        );
    }

    #[test]
    fn of_those_without_media_nothing_is_kept_when_they_go() {
        let (seat, mut sessions) = ((RoomId::random(), ParticipantId::random()), Sessions::default());
        sessions.hold(seat, &login("one"), ConnectionId::of(1));
        sessions.part(seat.1, ConnectionId::of(1), Instant::now());
        assert!(sessions.0.is_empty());
    }
}
