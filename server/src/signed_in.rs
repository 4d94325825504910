//! Who is signed in and connected, in memory: a client that comes back is known without asking the store.

use std::{
    collections::{HashMap, HashSet, VecDeque, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use houselights_shared::{EventId, ParticipantId, Refusal, Refused, Role, RoomId};

use crate::{
    realtime::{ConnectionId, Outbox},
    store::{Identity, LoginId},
};

/// How many people's logins are remembered. More: the oldest are read from the store again.
const REMEMBERED: usize = 50_000;
/// And how many of each, where there can be several; and how many of them are connected, or have media, at a time.
pub(crate) const DEVICES: usize = 8;
/// When those come back who are something else by now.
const COME_BACK_MS: u32 = 250;

/// The logins and connections of this process.
#[derive(Default)]
pub(crate) struct SignedIn {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    logins: HashMap<LoginId, Arc<Identity>>,
    /// The logins that each has.
    standing: HashMap<ParticipantId, Standing>,
    /// Who was remembered, the oldest first, each with what their memory was numbered by then; who was forgotten since may still be here.
    order: VecDeque<(ParticipantId, u64)>,
    /// How often somebody was remembered anew.
    remembered: u64,
    /// The rooms to which the logins of an event lead, as far as somebody went there.
    rooms: HashSet<(EventId, RoomId)>,
    /// The connections of each, one a login, the newest last.
    connections: HashMap<ParticipantId, Vec<Connected>>,
    /// How often somebody logged out.
    log_outs: u64,
}

/// What is remembered of somebody.
struct Standing {
    number: u64,
    /// The newest last: one, where their event says so.
    logins: Vec<LoginId>,
}

/// A connection that somebody has.
struct Connected {
    login: LoginId,
    event: EventId,
    role: Role,
    room: RoomId,
    outbox: Arc<Outbox>,
}

/// Why somebody is not connected who was known a moment ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unconnected {
    /// A newer login has taken the place of theirs.
    Replaced,
    /// Something about their login changed meanwhile: it has to be asked for again.
    Changed,
}

/// What became of a login that was read from the store.
#[derive(Debug)]
pub(crate) enum Recalled {
    /// It stands.
    Standing(Arc<Identity>),
    /// A newer one has taken its place meanwhile.
    Replaced,
    /// Somebody logged out meanwhile; it may have been this login. The store has to be asked again.
    Unsure,
}

impl SignedIn {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who a login is, if that is remembered.
    pub(crate) fn known(&self, login: &LoginId) -> Option<Arc<Identity>> {
        self.inner().logins.get(login).cloned()
    }

    /// The logins of a participant that are remembered.
    #[cfg(test)]
    pub(crate) fn of(&self, participant: ParticipantId) -> Vec<Arc<Identity>> {
        let inner = self.inner();
        let logins = inner.standing.get(&participant).into_iter().flat_map(|standing| &standing.logins);
        logins.filter_map(|login| inner.logins.get(login).cloned()).collect()
    }

    /// A new login: where there can be only one, the one before ends, and its connection with it.
    pub(crate) fn log_in(&self, identity: Arc<Identity>) {
        let (participant, is_only) = (identity.who.participant, identity.one_device);
        let mut inner = self.inner();
        inner.remember(identity);
        if is_only {
            for before in inner.disconnect(participant, |_| true) {
                before.outbox.close(Refusal::SignedInElsewhere, None);
            }
        }
    }

    /// How often somebody has logged out, for [`recall`](Self::recall).
    pub(crate) fn log_outs(&self) -> u64 {
        self.inner().log_outs
    }

    /// A login as the store had it, asked after there had been so many `log_outs`.
    pub(crate) fn recall(&self, identity: Arc<Identity>, log_outs: u64) -> Recalled {
        let mut inner = self.inner();
        if let Some(standing) = inner.logins.get(&identity.login) {
            return Recalled::Standing(Arc::clone(standing));
        }
        if identity.one_device && inner.standing.contains_key(&identity.who.participant) {
            return Recalled::Replaced;
        }
        if inner.log_outs != log_outs {
            return Recalled::Unsure;
        }
        inner.remember(Arc::clone(&identity));
        Recalled::Standing(identity)
    }

    /// A login has ended in the store, and its connection ends with it. A newer one of the same person is another login.
    pub(crate) fn log_out(&self, login: &LoginId) {
        let mut inner = self.inner();
        inner.log_outs += 1;
        let Some(identity) = inner.logins.remove(login) else { return };
        let participant = identity.who.participant;
        if let Some(standing) = inner.standing.get_mut(&participant) {
            standing.logins.retain(|other| other != login);
            if standing.logins.is_empty() {
                inner.standing.remove(&participant);
            }
        }
        for of_it in inner.disconnect(participant, |connected| connected.login == *login) {
            of_it.outbox.close(Refusal::TokenInvalid, None);
        }
    }

    /// Somebody is not let in any more: their logins have ended in the store, and their connections end with them.
    pub(crate) fn end(&self, participant: ParticipantId) {
        for connected in self.forget(participant) {
            connected.outbox.close(Refusal::TokenInvalid, None);
        }
    }

    /// Somebody is banned from their event, and the store knows: their connections end, and their logins lead nowhere.
    pub(crate) fn ban(&self, participant: ParticipantId) {
        for connected in self.forget(participant) {
            connected.outbox.close(Refusal::Banned, None);
        }
    }

    /// Somebody is something else from now on, and the store knows: their connections end, and come back as what they are now.
    pub(crate) fn change(&self, participant: ParticipantId) {
        for connected in self.forget(participant) {
            connected.outbox.close(Refusal::Overloaded, Some(COME_BACK_MS));
        }
    }

    /// What is remembered of somebody's logins is read again; the connections that they have.
    fn forget(&self, participant: ParticipantId) -> Vec<Connected> {
        let mut inner = self.inner();
        inner.log_outs += 1;
        inner.forget(participant);
        inner.disconnect(participant, |_| true)
    }

    /// Who may be in an event, or in a room of it, is different now, and the store knows: those connections of which `why` says something, by
    /// the role and by where they are, are sent away with it. Whose they were, and of which logins.
    pub(crate) fn send_away(
        &self,
        event: EventId,
        why: impl Fn(Role, RoomId) -> Option<Refused>,
    ) -> Vec<(ParticipantId, LoginId)> {
        // Nobody comes in with what was read before.
        self.forget_event(event);
        let mut parted = Vec::new();
        self.inner().connections.retain(|who, standing| {
            standing.retain(|connected| {
                if connected.event != event {
                    return true;
                }
                let Some(refused) = why(connected.role, connected.room) else { return true };
                connected.outbox.close_with(refused);
                parted.push((*who, connected.login.clone()));
                false
            });
            !standing.is_empty()
        });
        parted
    }

    /// What logins of an event lead to is different now: they are read from the store when they come again. Connections stand.
    pub(crate) fn forget_event(&self, event: EventId) {
        let mut inner = self.inner();
        // What is being read at this moment may be of before.
        inner.log_outs += 1;
        let outdated: Vec<_> = inner.logins.extract_if(|_, identity| identity.event == event).collect();
        for (_, identity) in outdated {
            inner.standing.remove(&identity.who.participant);
        }
        inner.rooms.retain(|(of, _)| *of != event);
    }

    /// Whether the logins of an event are known to lead into a room.
    pub(crate) fn leads_to(&self, event: EventId, room: RoomId) -> bool {
        self.inner().rooms.contains(&(event, room))
    }

    /// They do, as the store said that was asked after there had been so many `log_outs`.
    pub(crate) fn led_to(&self, event: EventId, room: RoomId, log_outs: u64) {
        let mut inner = self.inner();
        if inner.log_outs == log_outs {
            if inner.rooms.len() >= REMEMBERED {
                inner.rooms.clear();
            }
            inner.rooms.insert((event, room));
        }
    }

    /// Somebody connected to a room. A login has one connection: the newest, as with two windows, or a client that came back before its
    /// dead connection was noticed. Where there can be one login only, nobody else of the same person stays connected.
    /// Answers what `meanwhile` says, which runs before anybody else can connect as the same person; nothing where their login is not what it
    /// was when it was asked for.
    pub(crate) fn connected<T>(
        &self,
        identity: &Arc<Identity>,
        (room, outbox): (RoomId, &Arc<Outbox>),
        meanwhile: impl FnOnce() -> T,
    ) -> Result<T, Unconnected> {
        let participant = identity.who.participant;
        let mut inner = self.inner();
        if !inner.logins.get(&identity.login).is_some_and(|known| Arc::ptr_eq(known, identity)) {
            let newest = inner.standing.get(&participant).and_then(|standing| standing.logins.last());
            let is_replaced = identity.one_device && newest.is_some_and(|newest| *newest != identity.login);
            return Err(if is_replaced { Unconnected::Replaced } else { Unconnected::Changed });
        }
        for before in inner.disconnect(participant, |before| identity.one_device || before.login == identity.login) {
            before.outbox.close(Refusal::SignedInElsewhere, None);
        }
        let (login, outbox) = (identity.login.clone(), Arc::clone(outbox));
        let connected = Connected { login, event: identity.event, role: identity.who.role, room, outbox };
        let standing = inner.connections.entry(participant).or_insert_with(|| Vec::with_capacity(1));
        if standing.len() >= DEVICES {
            standing.remove(0).outbox.close(Refusal::SignedInElsewhere, None);
        }
        standing.push(connected);
        Ok(meanwhile())
    }

    /// A connection is gone.
    pub(crate) fn disconnected(&self, participant: ParticipantId, connection: ConnectionId) {
        let mut inner = self.inner();
        let Some(standing) = inner.connections.get_mut(&participant) else { return };
        standing.retain(|current| current.outbox.id() != connection);
        if standing.is_empty() {
            inner.connections.remove(&participant);
        }
    }
}

impl Inner {
    /// Takes out those of somebody's connections that are such; whoever asked closes them.
    fn disconnect(&mut self, who: ParticipantId, ends: impl Fn(&Connected) -> bool) -> Vec<Connected> {
        let Some(standing) = self.connections.get_mut(&who) else { return Vec::new() };
        let ended = standing.extract_if(.., |connected| ends(connected)).collect();
        if standing.is_empty() {
            self.connections.remove(&who);
        }
        ended
    }

    fn remember(&mut self, identity: Arc<Identity>) {
        let participant = identity.who.participant;
        let standing = match self.standing.entry(participant) {
            Entry::Occupied(known) => &mut known.into_mut().logins,
            Entry::Vacant(new) => {
                self.remembered += 1;
                self.order.push_back((participant, self.remembered));
                &mut new.insert(Standing { number: self.remembered, logins: Vec::with_capacity(1) }).logins
            }
        };
        standing.retain(|other| *other != identity.login);
        let most = if identity.one_device { 0 } else { DEVICES - 1 };
        let too_many = standing.len().saturating_sub(most);
        for before in standing.drain(..too_many) {
            self.logins.remove(&before);
        }
        standing.push(identity.login.clone());
        self.logins.insert(identity.login.clone(), identity);
        while self.standing.len() > REMEMBERED {
            let Some((oldest, number)) = self.order.pop_front() else { break };
            if self.standing.get(&oldest).is_some_and(|standing| standing.number == number) {
                self.forget(oldest);
            }
        }
        if self.order.len() > 2 * REMEMBERED {
            let standing = &self.standing;
            self.order.retain(|(who, number)| standing.get(who).is_some_and(|standing| standing.number == *number));
        }
    }

    fn forget(&mut self, participant: ParticipantId) {
        for login in self.standing.remove(&participant).into_iter().flat_map(|standing| standing.logins) {
            self.logins.remove(&login);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use houselights_domain::{Actor, Doors, EventPhase};
    use houselights_shared::Timestamp;
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    fn identity(token: &str, participant: ParticipantId) -> Arc<Identity> {
        Arc::new(Identity {
            login: LoginId::of(token),
            who: Arc::new(Actor { participant, name: "Ada".to_owned(), role: Role::Speaker, device: None }),
            event: EventId::random(),
            event_title: String::new(),
            room: RoomId::random(),
            expires: Timestamp::default(),
            one_device: true,
            is_banned: false,
            doors: Doors { phase: EventPhase::Live, starts_at: Timestamp::default(), is_cancelled: false, is_deleted: false },
            has_come: AtomicBool::new(true),
        })
    }

    #[test]
    fn a_new_login_ends_the_one_before() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        signed_in.log_in(identity("one", ada));
        signed_in.log_in(identity("two", ada));
        assert!(signed_in.known(&LoginId::of("one")).is_none());
        assert!(signed_in.known(&LoginId::of("two")).is_some());
    }

    #[test]
    fn a_login_read_before_a_newer_one_was_stored_does_not_come_back() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        signed_in.log_in(identity("two", ada));
        assert!(matches!(signed_in.recall(identity("one", ada), 0), Recalled::Replaced));
        assert!(signed_in.known(&LoginId::of("one")).is_none());
    }

    #[test]
    fn a_login_read_before_it_ended_does_not_come_back() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        let before = signed_in.log_outs();
        signed_in.log_out(&LoginId::of("one"));
        assert!(matches!(signed_in.recall(identity("one", ada), before), Recalled::Unsure));
        assert!(signed_in.known(&LoginId::of("one")).is_none());
        assert!(matches!(signed_in.recall(identity("two", ada), signed_in.log_outs()), Recalled::Standing(_)));
    }

    #[test]
    fn who_logs_out_late_does_not_end_a_newer_login() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        signed_in.log_in(identity("one", ada));
        signed_in.log_in(identity("two", ada));
        signed_in.log_out(&LoginId::of("one"));
        assert!(signed_in.known(&LoginId::of("two")).is_some() && signed_in.inner().standing.contains_key(&ada));
        signed_in.log_out(&LoginId::of("two"));
        assert!(signed_in.known(&LoginId::of("two")).is_none() && signed_in.inner().standing.is_empty());
    }

    #[test]
    fn where_a_ticket_is_good_for_several_devices_each_login_stands_for_itself() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        signed_in.log_in(on_several("one", ada));
        signed_in.log_in(on_several("two", ada));
        assert!(signed_in.known(&LoginId::of("one")).is_some() && signed_in.known(&LoginId::of("two")).is_some());
        assert!(matches!(signed_in.recall(on_several("three", ada), 0), Recalled::Standing(_)));
        signed_in.log_out(&LoginId::of("one"));
        assert!(signed_in.known(&LoginId::of("one")).is_none());
        assert_eq!(signed_in.of(ada).len(), 2);
        for number in 0..2 * DEVICES {
            signed_in.log_in(on_several(&number.to_string(), ada));
        }
        assert_eq!((signed_in.of(ada).len(), signed_in.inner().logins.len()), (DEVICES, DEVICES));
    }

    /// A connection, and the client's end of it.
    async fn connection() -> (Arc<Outbox>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (Arc::new(Outbox::new(listener.accept().await.unwrap().0)), client)
    }

    /// Signs in with these tokens, one after another, and connects each.
    async fn connected(signed_in: &SignedIn, identities: &[Arc<Identity>]) -> Vec<Arc<Outbox>> {
        let mut connections = Vec::new();
        for identity in identities {
            signed_in.log_in(Arc::clone(identity));
            let (outbox, _) = connection().await;
            assert_eq!(signed_in.connected(identity, (identity.room, &outbox), || 1), Ok(1));
            connections.push(outbox);
        }
        connections
    }

    fn standing(connections: &[Arc<Outbox>]) -> Vec<bool> {
        connections.iter().map(|connection| !connection.is_ending()).collect()
    }

    fn on_several(token: &str, ada: ParticipantId) -> Arc<Identity> {
        Arc::new(Identity { one_device: false, ..Arc::into_inner(identity(token, ada)).unwrap() })
    }

    #[tokio::test]
    async fn with_one_device_the_newest_login_is_the_only_one_that_is_connected() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        let [one, two] = ["one", "two"].map(|token| identity(token, ada));
        let connections = connected(&signed_in, &[Arc::clone(&one), two]).await;
        assert_eq!(standing(&connections), [false, true]);
        let (late, _) = connection().await;
        assert_eq!(signed_in.connected(&one, (one.room, &late), || ()), Err(Unconnected::Replaced));
        assert_eq!(standing(&connections), [false, true]);
    }

    #[tokio::test]
    async fn with_several_devices_each_login_has_a_connection_of_its_own_and_ends_alone() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        let identities = ["one", "two", "three"].map(|token| on_several(token, ada));
        let connections = connected(&signed_in, &identities).await;
        assert_eq!(standing(&connections), [true, true, true]);
        let (again, _) = connection().await;
        assert_eq!(signed_in.connected(&identities[0], (identities[0].room, &again), || ()), Ok(()));
        assert_eq!(standing(&connections), [false, true, true], "of one login the newest");
        signed_in.disconnected(ada, connections[0].id());
        signed_in.log_out(&identities[1].login);
        assert_eq!((standing(&connections), again.is_ending()), (vec![false, false, true], false));
        signed_in.end(ada);
        assert!(again.is_ending() && connections[2].is_ending());
        assert!(signed_in.inner().connections.is_empty());
    }

    #[tokio::test]
    async fn a_person_is_connected_on_so_many_devices_and_no_more() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        let identities: Vec<_> = (0..=DEVICES).map(|number| on_several(&number.to_string(), ada)).collect();
        let connections = connected(&signed_in, &identities).await;
        assert!(standing(&connections) == [vec![false], vec![true; DEVICES]].concat(), "the oldest gives way");
    }

    #[tokio::test]
    async fn once_a_ticket_is_good_for_one_device_only_the_next_login_ends_all_before() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        let connections = connected(&signed_in, &[on_several("one", ada), on_several("two", ada)]).await;
        connected(&signed_in, &[identity("three", ada)]).await;
        assert_eq!(standing(&connections), [false, false]);
        assert_eq!(signed_in.of(ada).len(), 1);
    }

    #[tokio::test]
    async fn whoever_is_something_else_now_comes_back_as_that_on_each_device() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        let identities = ["one", "two"].map(|token| on_several(token, ada));
        let connections = connected(&signed_in, &identities).await;
        signed_in.change(ada);
        assert_eq!(standing(&connections), [false, false]);
        let (late, _) = connection().await;
        let [one, _] = &identities;
        assert_eq!(signed_in.connected(one, (one.room, &late), || ()), Err(Unconnected::Changed), "it was read before");
    }

    #[tokio::test]
    async fn of_a_persons_devices_those_are_sent_away_that_are_where_nobody_may_be() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        let laptop = on_several("one", ada);
        let phone = Arc::new(Identity { event: laptop.event, ..Arc::into_inner(on_several("two", ada)).unwrap() });
        let connections = connected(&signed_in, &[Arc::clone(&laptop), Arc::clone(&phone)]).await;
        let told = Refused { refusal: Refusal::TakenDown, retry_after_ms: None, opens_at: None };
        let away = |room| signed_in.send_away(laptop.event, |_, at| (at == room).then_some(told));
        assert_eq!(away(RoomId::random()), []);
        assert_eq!(away(laptop.room), [(ada, laptop.login.clone())]);
        assert_eq!(standing(&connections), [false, true]);
        assert_eq!(away(phone.room), [(ada, phone.login.clone())]);
        assert!(signed_in.inner().connections.is_empty());
    }

    #[test]
    fn what_changes_for_an_event_is_read_again_and_ends_no_login() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        let (before, of_before) = (signed_in.log_outs(), identity("one", ada));
        signed_in.log_in(Arc::clone(&of_before));
        signed_in.log_in(identity("two", ParticipantId::random()));
        signed_in.forget_event(of_before.event);
        assert!(signed_in.known(&LoginId::of("one")).is_none() && signed_in.known(&LoginId::of("two")).is_some());
        assert!(matches!(signed_in.recall(of_before, before), Recalled::Unsure), "it was read before the change");
        assert!(matches!(signed_in.recall(identity("one", ada), signed_in.log_outs()), Recalled::Standing(_)));
    }

    #[test]
    fn who_is_not_let_in_any_more_is_not_remembered() {
        let (signed_in, ada) = (SignedIn::default(), ParticipantId::random());
        signed_in.log_in(identity("one", ada));
        let before = signed_in.log_outs();
        signed_in.end(ada);
        assert!(signed_in.known(&LoginId::of("one")).is_none());
        assert!(matches!(signed_in.recall(identity("one", ada), before), Recalled::Unsure));
    }

    /// Otherwise a crowd that comes back is read from the store, one by one.
    #[test]
    fn an_audience_is_remembered_however_often_its_event_changed() {
        let (signed_in, event) = (SignedIn::default(), EventId::random());
        let audience: Vec<_> = (0..REMEMBERED / 5).map(|_| ParticipantId::random()).collect();
        for round in 0..30 {
            signed_in.forget_event(event);
            for (number, participant) in audience.iter().enumerate() {
                let known = identity(&format!("{round} {number}"), *participant);
                signed_in.log_in(Arc::new(Identity { event, ..Arc::into_inner(known).unwrap() }));
            }
            let known =
                (0..audience.len()).filter(|number| signed_in.known(&LoginId::of(&format!("{round} {number}"))).is_some());
            assert_eq!(known.count(), audience.len(), "in round {round}");
        }
        assert!(signed_in.inner().order.len() <= 2 * REMEMBERED);
    }

    #[test]
    fn where_a_login_leads_is_remembered_until_something_changes() {
        let (signed_in, event, room) = (SignedIn::default(), EventId::random(), RoomId::random());
        let before = signed_in.log_outs();
        signed_in.led_to(event, room, before);
        assert!(signed_in.leads_to(event, room) && !signed_in.leads_to(EventId::random(), room));
        signed_in.forget_event(event);
        assert!(!signed_in.leads_to(event, room));
        signed_in.led_to(event, room, before);
        assert!(!signed_in.leads_to(event, room), "it was read before the change");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let signed_in = SignedIn::default();
        for number in 0..=REMEMBERED {
            signed_in.log_in(identity(&number.to_string(), ParticipantId::random()));
        }
        let inner = signed_in.inner();
        assert_eq!((inner.logins.len(), inner.standing.len(), inner.order.len()), (REMEMBERED, REMEMBERED, REMEMBERED));
        assert!(!inner.logins.contains_key(&LoginId::of("0")));
    }
}
