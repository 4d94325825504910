//! The rooms' way to the media thread, and the thread's way to the rooms.

use std::{
    collections::{HashMap, hash_map::Entry},
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
    signed_in::DEVICES,
    store::LoginId,
    udp::{Figures, Identity, Media, MediaEvent, Plan, Seat},
};

/// How often media is ended whose owner did not come back.
const SWEEP: Duration = Duration::from_secs(1);

/// The handle to the media thread, and who has media.
#[derive(Clone)]
pub(crate) struct MediaLink {
    media: Media,
    sessions: Arc<Mutex<Sessions>>,
}

/// An offer, and whose it is.
pub(crate) struct Offered {
    pub(crate) id: CommandId,
    pub(crate) seat: Seat,
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
        let Offered { id, seat, view, sdp } = offered;
        let joining = {
            // Wished while the place is held: whoever takes the place later wishes the end of it later, too.
            let mut sessions = self.sessions();
            if !sessions.asked(seat, over) {
                return Err(Refusal::SignedInElsewhere);
            }
            self.media.join(Identity { seat, crew: view != View::Audience }, sdp)
        };
        let answer = joining.await?;
        self.sessions().made(seat, id, over);
        Ok(answer)
    }

    /// Someone is connected (again). The offer whose media stands, if any does. What the login has in another room ends, and with one
    /// device also the media of another login of theirs.
    pub(crate) fn hold(&self, seat: Seat, login: &LoginId, over: ConnectionId) -> Option<CommandId> {
        let mut sessions = self.sessions();
        let (offer, ended) = sessions.hold(seat, login, over);
        self.leave(ended);
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

    /// Somebody is not in this room any more.
    pub(crate) fn left(&self, room: RoomId, who: ParticipantId) {
        self.end_where(who, |session| session.seat.room == room);
    }

    fn end_where(&self, who: ParticipantId, ends: impl Fn(&Session) -> bool) {
        let mut sessions = self.sessions();
        self.leave(sessions.end_where(who, ends));
    }

    fn leave(&self, seats: Vec<Seat>) {
        for seat in seats {
            self.media.leave(seat);
        }
    }

    /// Whose media goes where.
    pub(crate) fn stage(&self, room: RoomId, plan: MediaPlan) {
        let MediaPlan { on_stage, on_air, senders } = plan;
        self.media.stage(room, Plan { on_stage, on_air, senders });
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
                    let mut sessions = self.sessions();
                    self.leave(sessions.overdue(Instant::now()));
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
                Some(MediaEvent::Gone { seat }) => self.sessions().gone(seat),
                None => return,
            }
        }
    }
}

/// Who may have media: one session each of their logins, in one room. Ended when nobody held it for the grace, or they went to another room, or,
/// with one device, another login of the same person came.
#[derive(Default)]
struct Sessions(HashMap<ParticipantId, Vec<Session>>);

struct Session {
    seat: Seat,
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
    fn of(&mut self, who: ParticipantId) -> impl Iterator<Item = &mut Session> {
        self.0.get_mut(&who).into_iter().flatten()
    }

    fn held(&mut self, seat: Seat, over: ConnectionId) -> Option<&mut Session> {
        self.of(seat.who).find(|session| session.seat == seat && session.is_held_by(over))
    }

    /// An offer comes over a connection. False where it is not this connection's turn any more.
    fn asked(&mut self, seat: Seat, over: ConnectionId) -> bool {
        self.held(seat, over).map(|session| session.asked = true).is_some()
    }

    /// The offer was answered. Where another connection of the same login came meanwhile, the media is that one's.
    fn made(&mut self, seat: Seat, offer: CommandId, over: ConnectionId) {
        if let Some(session) = self.held(seat, over) {
            (session.asked, session.offer) = (true, Some(offer));
        }
    }

    /// The offer whose media goes on, and the seats whose media ends: of another login, where there can be one only, of this one in a room
    /// that they left, and of the oldest where there are too many.
    fn hold(&mut self, seat: Seat, login: &LoginId, over: ConnectionId) -> (Option<CommandId>, Vec<Seat>) {
        let only = seat.device.is_none();
        let mut ended = self.end_where(seat.who, |session| if session.login == *login { session.seat != seat } else { only });
        let sessions = self.0.entry(seat.who).or_insert_with(|| Vec::with_capacity(1));
        if let Some(session) = sessions.iter_mut().find(|session| session.login == *login) {
            session.held = Held::By(over);
            return (session.offer, ended);
        }
        if sessions.len() >= DEVICES {
            let oldest = sessions.remove(0);
            ended.extend(oldest.asked.then_some(oldest.seat));
        }
        sessions.push(Session { seat, login: login.clone(), asked: false, offer: None, held: Held::By(over) });
        (None, ended)
    }

    fn part(&mut self, who: ParticipantId, over: ConnectionId, until: Instant) {
        for session in self.of(who).filter(|session| session.is_held_by(over)) {
            session.held = Held::Until(until);
        }
        self.keep(who, |session| session.asked || !matches!(session.held, Held::Until(_)));
    }

    /// What the thread had is gone.
    fn gone(&mut self, seat: Seat) {
        for session in self.of(seat.who).filter(|session| session.seat == seat) {
            (session.asked, session.offer) = (false, None);
        }
        self.keep(seat.who, |session| session.asked || !matches!(session.held, Held::Until(_)));
    }

    /// Takes out the sessions that are such; the seats where there is media to end.
    fn end_where(&mut self, who: ParticipantId, ends: impl Fn(&Session) -> bool) -> Vec<Seat> {
        let ended = self.of(who).filter(|session| session.asked && ends(session)).map(|session| session.seat).collect();
        self.keep(who, |session| !ends(session));
        ended
    }

    fn keep(&mut self, who: ParticipantId, stays: impl Fn(&Session) -> bool) {
        if let Entry::Occupied(mut sessions) = self.0.entry(who) {
            sessions.get_mut().retain(stays);
            if sessions.get().is_empty() {
                sessions.remove();
            }
        }
    }

    /// Takes out whose grace is over.
    fn overdue(&mut self, now: Instant) -> Vec<Seat> {
        let mut overdue = Vec::new();
        self.0.retain(|_, sessions| {
            let over = |session: &mut Session| matches!(session.held, Held::Until(until) if until <= now);
            overdue.extend(sessions.extract_if(.., over).map(|session| session.seat));
            !sessions.is_empty()
        });
        overdue
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::DeviceId;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn login(token: &str) -> LoginId {
        LoginId::of(token)
    }

    fn seat() -> Seat {
        Seat { room: RoomId::random(), who: ParticipantId::random(), device: None }
    }

    fn at_work() -> (Sessions, Seat, CommandId) {
        let (seat, offer) = (seat(), CommandId::random());
        let mut sessions = Sessions::default();
        assert_eq!(sessions.hold(seat, &login("one"), ConnectionId::of(1)), (None, vec![]));
        assert!(sessions.asked(seat, ConnectionId::of(1)));
        sessions.made(seat, offer, ConnectionId::of(1));
        (sessions, seat, offer)
    }

    #[test]
    fn media_stands_for_whoever_comes_back_within_the_grace() {
        let ((mut sessions, seat, offer), start) = (at_work(), Instant::now());
        sessions.part(seat.who, ConnectionId::of(1), start + 15 * SECOND);
        assert!(sessions.overdue(start + 14 * SECOND).is_empty());
        assert_eq!(sessions.hold(seat, &login("one"), ConnectionId::of(2)), (Some(offer), vec![]));
        assert!(sessions.overdue(start + 1_000 * SECOND).is_empty(), "it is held");
    }

    #[test]
    fn media_ends_when_nobody_comes_back() {
        let ((mut sessions, seat, _), start) = (at_work(), Instant::now());
        sessions.part(seat.who, ConnectionId::of(1), start + 15 * SECOND);
        assert_eq!(sessions.overdue(start + 15 * SECOND), [seat]);
        assert_eq!(sessions.hold(seat, &login("one"), ConnectionId::of(2)), (None, vec![]));
    }

    #[test]
    fn a_connection_that_was_replaced_does_not_end_its_successors_media() {
        let ((mut sessions, seat, _), start) = (at_work(), Instant::now());
        sessions.hold(seat, &login("one"), ConnectionId::of(2));
        sessions.part(seat.who, ConnectionId::of(1), start);
        assert!(sessions.overdue(start + SECOND).is_empty());
    }

    #[test]
    fn what_the_thread_lost_does_not_stand() {
        let (mut sessions, seat, _) = at_work();
        sessions.gone(seat);
        assert_eq!(sessions.hold(seat, &login("one"), ConnectionId::of(1)), (None, vec![]));
    }

    #[test]
    fn another_login_does_not_get_the_media_of_the_one_before_and_ends_it() {
        let (mut sessions, seat, _) = at_work();
        assert_eq!(sessions.hold(seat, &login("two"), ConnectionId::of(2)), (None, vec![seat]));
        assert!(!sessions.asked(seat, ConnectionId::of(1)), "the first device offers in vain");
        assert!(sessions.asked(seat, ConnectionId::of(2)));
    }

    #[test]
    fn an_offer_under_way_when_another_login_comes_ends_with_its_own() {
        let (seat, mut sessions) = (seat(), Sessions::default());
        sessions.hold(seat, &login("one"), ConnectionId::of(1));
        assert!(sessions.asked(seat, ConnectionId::of(1)));
        assert_eq!(sessions.hold(seat, &login("two"), ConnectionId::of(2)), (None, vec![seat]));
        sessions.made(seat, CommandId::random(), ConnectionId::of(1));
        assert_eq!(sessions.hold(seat, &login("two"), ConnectionId::of(3)), (None, vec![]), "its answer comes too late");
    }

    #[test]
    fn a_login_that_ends_ends_its_media_alone() {
        let (mut sessions, seat, offer) = at_work();
        assert_eq!(sessions.end_where(seat.who, |session| session.login == login("two")), []);
        assert_eq!(sessions.hold(seat, &login("one"), ConnectionId::of(2)), (Some(offer), vec![]));
        assert_eq!(sessions.end_where(seat.who, |session| session.login == login("one")), [seat]);
        assert!(sessions.0.is_empty());
    }

    #[test]
    fn whoever_goes_to_another_room_leaves_no_media_behind() {
        let (mut sessions, seat, _) = at_work();
        let other = Seat { room: RoomId::random(), ..seat };
        assert_eq!(sessions.hold(other, &login("one"), ConnectionId::of(2)), (None, vec![seat]));
        assert!(!sessions.asked(seat, ConnectionId::of(2)) && sessions.asked(other, ConnectionId::of(2)));
        sessions.gone(seat);
        assert_eq!(sessions.end_where(seat.who, |_| true), [other], "what the thread tells of the room before changes nothing");
    }

    #[test]
    fn of_those_without_media_nothing_is_kept_when_they_go() {
        let (seat, mut sessions) = (seat(), Sessions::default());
        sessions.hold(seat, &login("one"), ConnectionId::of(1));
        sessions.part(seat.who, ConnectionId::of(1), Instant::now());
        assert!(sessions.0.is_empty());
    }

    /// Two devices of one person, each with media.
    fn two_devices() -> (Sessions, [Seat; 2], [CommandId; 2]) {
        let (laptop, mut sessions) = (Seat { device: Some(DeviceId::random()), ..seat() }, Sessions::default());
        let seats = [laptop, Seat { device: Some(DeviceId::random()), ..laptop }];
        let offers = [CommandId::random(), CommandId::random()];
        for (number, (seat, offer)) in seats.iter().zip(offers).enumerate() {
            let over = ConnectionId::of(number as u64);
            assert_eq!(sessions.hold(*seat, &login(&number.to_string()), over), (None, vec![]), "it ends no other");
            assert!(sessions.asked(*seat, over));
            sessions.made(*seat, offer, over);
        }
        (sessions, seats, offers)
    }

    #[test]
    fn each_device_has_media_of_its_own_and_its_own_grace() {
        let ((mut sessions, [laptop, phone], offers), start) = (two_devices(), Instant::now());
        assert!(!sessions.asked(laptop, ConnectionId::of(1)), "nobody offers for another device");
        sessions.part(laptop.who, ConnectionId::of(0), start + 15 * SECOND);
        assert_eq!(sessions.hold(phone, &login("1"), ConnectionId::of(2)), (Some(offers[1]), vec![]));
        assert_eq!(sessions.overdue(start + 15 * SECOND), [laptop]);
        assert_eq!(sessions.hold(phone, &login("1"), ConnectionId::of(3)), (Some(offers[1]), vec![]));
        sessions.gone(phone);
        assert_eq!(sessions.hold(phone, &login("1"), ConnectionId::of(4)), (None, vec![]));
    }

    #[test]
    fn a_device_that_is_logged_out_or_goes_to_another_room_ends_its_own_media() {
        let (mut sessions, [laptop, phone], _) = two_devices();
        let elsewhere = Seat { room: RoomId::random(), ..laptop };
        assert_eq!(sessions.hold(elsewhere, &login("0"), ConnectionId::of(5)), (None, vec![laptop]));
        assert_eq!(sessions.end_where(phone.who, |session| session.login == login("1")), [phone]);
        assert!(sessions.asked(elsewhere, ConnectionId::of(5)));
        assert_eq!(sessions.end_where(phone.who, |_| true), [elsewhere]);
        assert!(sessions.0.is_empty());
    }

    #[test]
    fn a_person_has_media_on_so_many_devices_and_no_more() {
        let (mut sessions, [laptop, _], _) = two_devices();
        for number in 2..DEVICES {
            let another = Seat { device: Some(DeviceId::random()), ..laptop };
            let over = ConnectionId::of(number as u64);
            assert_eq!(sessions.hold(another, &login(&number.to_string()), over), (None, vec![]));
        }
        let one_more = Seat { device: Some(DeviceId::random()), ..laptop };
        assert_eq!(sessions.hold(one_more, &login("more"), ConnectionId::of(99)), (None, vec![laptop]));
        assert_eq!(sessions.of(laptop.who).count(), DEVICES);
    }
}
