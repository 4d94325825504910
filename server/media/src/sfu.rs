//! The forwarding unit: all peers and rooms behind one socket, as a state machine.

mod departures;

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    panic::catch_unwind,
    sync::Arc,
    time::{Duration, Instant},
};

use houselights_shared::{Refusal, RoomId};
use str0m::{ice::StunMessage, media::MediaKind};

use crate::{
    account::{Census, Config, Counters, Event, Plan, Seat, SetupError},
    clock::Clock,
    directory::Directory,
    handshake,
    offer::Offer,
    paths::Heard,
    peer::{Datagram, Happened, Identity, Peer, Setup, Sink},
    publication::Publication,
    report::is_media,
    room::{Carried, Changes, PeerId, Room},
    timers::Timers,
};

/// A peer that is not connected after this, or unheard for this long, is gone.
const PATIENCE: Duration = Duration::from_secs(30);
/// What still fits one Ethernet frame with everything that goes before and after it; a larger one would cost others their batch.
const MAX_PAYLOAD: usize = 1_300;
const HOUSEKEEPING: Duration = Duration::from_secs(1);

/// The unit. Datagrams and time go in; datagrams go out through the sink, events by [`Sfu::poll_event`].
pub struct Sfu {
    setup: Setup,
    max_peers: usize,
    // Boxed: a peer is large, and a growing table would copy and double them all.
    peers: HashMap<PeerId, Box<Peer>>,
    rooms: HashMap<RoomId, Room>,
    directory: Directory,
    timers: Timers,
    // Drained by the caller after each step, so as short as one step's events.
    events: VecDeque<Event>,
    happened: Vec<Happened>,
    counters: Counters,
    last_peer: PeerId,
    tidied_at: Instant,
}

impl Sfu {
    /// A unit without peers.
    pub fn new(config: Config, now: Instant) -> Result<Self, SetupError> {
        let crypto = handshake::provider();
        let certificate = crypto.dtls_provider.generate_certificate().ok_or(SetupError::Certificate)?;
        if config.candidates.is_empty() {
            return Err(SetupError::NoCandidates);
        }
        let setup = Setup { crypto: Arc::new(crypto), certificate, candidates: config.candidates, clock: Clock::new(now) };
        Ok(Self {
            setup,
            max_peers: config.max_peers,
            peers: HashMap::new(),
            rooms: HashMap::new(),
            directory: Directory::default(),
            timers: Timers::default(),
            events: VecDeque::new(),
            happened: Vec::new(),
            counters: Counters::default(),
            last_peer: 0,
            tidied_at: now,
        })
    }

    /// Somebody offers a connection. A new one of the same seat replaces the one before. Answers with the SDP.
    pub fn join(&mut self, now: Instant, id: Identity, sdp: &str) -> Result<String, Refusal> {
        let seat = id.seat;
        let offer = Offer::read(sdp)?;
        let before = self.directory.in_seat(seat);
        if before.is_none() && self.peers.len() >= self.max_peers {
            return Err(Refusal::Overloaded);
        }
        let (peer, answer) = Peer::accept(now, id, &offer, &self.setup)?;
        if let Some(before) = before {
            self.remove(before);
        }
        self.last_peer += 1;
        let id = self.last_peer;
        self.directory.enter(id, seat, peer.ufrag());
        self.peers.insert(id, Box::new(peer));
        self.rooms.entry(seat.room).or_insert_with(|| Room::new(now)).members.push(id);
        self.schedule(id, now);
        self.tell_slots(seat.room);
        Ok(answer)
    }

    /// Somebody leaves.
    pub fn leave(&mut self, seat: Seat) {
        if let Some(id) = self.directory.in_seat(seat) {
            self.remove(id);
        }
    }

    /// Whose media goes where, from now on.
    pub fn stage(&mut self, now: Instant, room: RoomId, plan: Plan) {
        let changes = self.rooms.entry(room).or_insert_with(|| Room::new(now)).stage(plan);
        self.changed(room, &changes);
        if self.rooms.get(&room).is_some_and(Room::is_idle) {
            self.rooms.remove(&room);
        }
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Counts since the start.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// What is held just now.
    pub fn census(&self) -> Census {
        Census {
            peers: self.peers.len().max(self.directory.len()),
            paths: self.directory.paths(),
            rooms: self.rooms.len(),
            publications: self.rooms.values().map(|room| room.publications.len()).sum(),
            timers: self.timers.len(),
        }
    }

    /// Whether an address is a peer's, proven by an authenticated request.
    pub fn knows(&self, address: SocketAddr) -> bool {
        self.directory.at(address).is_some()
    }

    /// A datagram came. What is not a peer's gets no answer. Call [`Sfu::advance`] when all that came at once is in.
    pub fn receive(&mut self, now: Instant, datagram: Datagram<'_>, sink: Sink<'_>) {
        // Of what kind it is tells the first byte (RFC 9443).
        let known = match datagram.bytes.first() {
            Some(0..=3) => self.greet(now, datagram),
            Some(20..=63 | 128..=191) => self.directory.at(datagram.from),
            Some(_) | None => None,
        };
        let Some((id, peer)) = known.and_then(|id| Some((id, self.peers.get_mut(&id)?))) else {
            self.counters.strangers += 1;
            return;
        };
        let publishes = || self.rooms.get(&peer.id.seat.room).is_some_and(|room| room.may_publish(peer.id, id));
        if is_media(datagram.bytes) && !publishes() {
            self.counters.policed += 1;
            return;
        }
        let mut happened = std::mem::take(&mut self.happened);
        if !peer.receive(now, datagram, sink, &mut happened) {
            self.counters.policed += 1;
        }
        self.settle(now, id, &mut happened);
        self.happened = happened;
    }

    /// Whose an authentic STUN request is, and nobody else's address that it came from.
    fn greet(&mut self, now: Instant, datagram: Datagram<'_>) -> Option<PeerId> {
        let Datagram { from, bytes } = datagram;
        // A panic of the parser is a stranger's doing and ends nobody.
        let request = catch_unwind(|| StunMessage::parse(bytes)).ok()?.ok()?;
        let id = self.directory.named(&request)?;
        let peer = self.peers.get_mut(&id).filter(|peer| peer.vouches(&request))?;
        if !self.directory.claim(now, from, id) {
            return None;
        }
        match peer.paths.hear(now, from) {
            Heard::Known(gone) => {
                if let Some(gone) = gone {
                    self.directory.take_path(gone, id);
                }
                peer.step(now, from, request.use_candidate());
                Some(id)
            }
            Heard::TooMany => {
                self.directory.take_path(from, id);
                None
            }
            Heard::Exhausted => {
                self.directory.take_path(from, id);
                self.lose(id);
                None
            }
        }
    }

    /// When to call [`Sfu::advance`] at the latest.
    pub fn next_wake(&self, now: Instant) -> Instant {
        let rooms = self.rooms.values().filter_map(|room| room.next_wake(now)).min();
        let tidy = self.tidied_at + HOUSEKEEPING;
        [rooms, self.timers.next()].into_iter().flatten().fold(tidy, Instant::min)
    }

    /// Does what is due: sends batches, asks for key frames, runs timers, drops who is gone.
    pub fn advance(&mut self, now: Instant, sink: Sink<'_>) {
        let rooms: Vec<RoomId> =
            self.rooms.iter().filter(|(_, room)| room.next_wake(now).is_some_and(|at| at <= now)).map(|(id, _)| *id).collect();
        for room in rooms {
            self.ask_key_frames(now, room, sink);
            self.flush(now, room, sink);
            if let Some((crew, audience)) = self.rooms.get_mut(&room).and_then(|room| room.due_levels(now)) {
                self.events.push_back(Event::Levels { room, crew, audience });
            }
        }
        while let Some(id) = self.timers.take_due(now) {
            let Some(peer) = self.peers.get(&id) else { continue };
            if peer.due <= now {
                self.pump(now, id, sink);
            }
            self.schedule(id, now);
        }
        if now.saturating_duration_since(self.tidied_at) >= HOUSEKEEPING {
            self.tidied_at = now;
            self.tidy(now);
        }
    }

    fn flush(&mut self, now: Instant, room_id: RoomId, sink: Sink<'_>) {
        let Some(room) = self.rooms.get_mut(&room_id) else { return };
        let (crew, audience) = room.due_batches(now);
        if crew.is_empty() && audience.is_empty() {
            return;
        }
        let mut broken = Vec::new();
        // Who comes first changes: if the system takes no more, it is not always the same who go without.
        let begin = room.turn();
        for id in room.members.iter().cycle().skip(begin).take(room.members.len()) {
            let Some(peer) = self.peers.get_mut(id).filter(|peer| peer.is_connected()) else { continue };
            let who = peer.id.seat.who;
            let batch = if peer.id.crew { &crew } else { &audience };
            let others = batch.iter().filter(|(_, forward)| forward.is_for(who, *id));
            peer.deliver(now, others, &room.publications, sink);
            if peer.is_broken() {
                self.counters.panics += u64::from(peer.has_panicked());
                broken.push(*id);
            }
        }
        for id in broken {
            self.lose(id);
        }
    }

    fn ask_key_frames(&mut self, now: Instant, room_id: RoomId, sink: Sink<'_>) {
        let Some(room) = self.rooms.get_mut(&room_id) else { return };
        let mut asked = Vec::new();
        for publication in room.publications.values_mut() {
            if publication.ask_key_frame(now) {
                asked.push(publication.peer());
            }
        }
        for id in asked {
            if let Some(peer) = self.peers.get_mut(&id) {
                peer.ask_key_frame();
                self.counters.key_frames_asked += 1;
                self.pump(now, id, sink);
            }
        }
    }

    fn pump(&mut self, now: Instant, id: PeerId, sink: Sink<'_>) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        let mut happened = std::mem::take(&mut self.happened);
        peer.pump(now, sink, &mut happened);
        self.settle(now, id, &mut happened);
        self.happened = happened;
    }

    /// Acts on what a peer said.
    fn settle(&mut self, now: Instant, id: PeerId, happened: &mut Vec<Happened>) {
        let Some(peer) = self.peers.get(&id) else { return };
        let identity = peer.id;
        let broken = peer.is_broken();
        self.counters.panics += u64::from(peer.has_panicked());
        self.schedule(id, now);
        for happened in happened.drain(..) {
            self.act(now, (id, identity), happened);
        }
        if broken {
            self.lose(id);
        }
    }

    fn act(&mut self, now: Instant, (id, identity): (PeerId, Identity), happened: Happened) {
        let Identity { seat: Seat { room: room_id, who, .. }, crew } = identity;
        let arrived_at = self.setup.clock.micros(now);
        let Some(room) = self.rooms.get_mut(&room_id) else { return };
        match happened {
            Happened::Connected => {
                let (crew_map, audience_map) = room.maps();
                let map = if crew { crew_map } else { audience_map };
                for who in map.video.into_iter().flatten() {
                    room.publications.entry(who).and_modify(Publication::want_key_frame);
                }
            }
            Happened::KeyFrameWanted(slot) => {
                if let Some(publication) = room.in_slot(crew, slot).and_then(|who| room.publications.get_mut(&who)) {
                    publication.want_key_frame();
                }
            }
            Happened::Report(report) => {
                let info = report.sender_info;
                if let Some(publication) = room.publications.get_mut(&who).filter(|theirs| theirs.peer() == id) {
                    publication.report(*info.ssrc, info.ntp_time, info.rtp_time.numer() as u32, arrived_at);
                }
            }
            Happened::Media(packet, kind) => {
                if packet.payload.len() > MAX_PAYLOAD {
                    self.counters.policed += 1;
                    return;
                }
                self.counters.packets_in += 1;
                let carried = Carried::new(packet, kind, arrived_at);
                let changes = room.take(now, identity, id, carried);
                self.changed(room_id, &changes);
            }
        }
    }

    /// Slots carry other media now: subscribers begin anew with a key frame, and everyone is told.
    fn changed(&mut self, room_id: RoomId, changes: &Changes) {
        if !changes.any() {
            return;
        }
        let Some(room) = self.rooms.get_mut(&room_id) else { return };
        for id in &room.members {
            let Some(peer) = self.peers.get_mut(id) else { continue };
            for (kind, slot) in if peer.id.crew { &changes.crew } else { &changes.audience } {
                peer.subscriber.release(*kind, *slot);
            }
        }
        let video = |slots: &[(MediaKind, usize)], crew| {
            let video = slots.iter().filter(|(kind, _)| *kind == MediaKind::Video);
            video.filter_map(|(_, slot)| room.in_slot(crew, *slot)).collect::<Vec<_>>()
        };
        let mut shown = video(&changes.crew, true);
        shown.extend(video(&changes.audience, false));
        for who in shown {
            if let Some(publication) = room.publications.get_mut(&who) {
                publication.want_key_frame();
            }
        }
        self.tell_slots(room_id);
    }

    fn tell_slots(&mut self, room_id: RoomId) {
        if let Some(room) = self.rooms.get(&room_id) {
            let (crew, audience) = room.maps();
            self.events.push_back(Event::Slots { room: room_id, crew, audience });
        }
    }

    fn schedule(&mut self, id: PeerId, now: Instant) {
        if let Some(peer) = self.peers.get(&id) {
            self.timers.set(id, peer.due.max(now).min(now + PATIENCE));
        }
    }
}
