//! A simulated network and clock: peers, the forwarding unit, and between them loss, jitter, reordering and duplication.
//!
//! The network's dice are seeded, and the seed is printed; keys and SSRCs are as random as in life.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, HashSet},
    net::SocketAddr,
    time::{Duration, Instant},
};

use houselights_media::{Config, Datagram, Event, Identity, Plan, Seat, Sfu};
use houselights_shared::{DeviceId, ParticipantId, Refusal, RoomId};
use houselights_tests::media_peer::{MediaPeer, Notice, Slot};
use str0m::rtp::{RtpPacket, rtcp::SenderInfo};

/// Dice (`SplitMix64`).
pub(crate) struct Dice(pub u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Happens so many times in a thousand.
    pub(crate) fn happens(&mut self, per_mille: u64) -> bool {
        self.roll() % 1_000 < per_mille
    }
}

/// How bad the network is.
#[derive(Clone, Copy, Default)]
pub(crate) struct Weather {
    pub(crate) loss_per_mille: u64,
    pub(crate) duplicates_per_mille: u64,
    pub(crate) delay_ms: u64,
    /// Each datagram is late by up to this: they overtake each other.
    pub(crate) jitter_ms: u64,
}

impl Weather {
    pub(crate) const CALM: Self = Self { loss_per_mille: 0, duplicates_per_mille: 0, delay_ms: 5, jitter_ms: 0 };
    pub(crate) const ROUGH: Self = Self { loss_per_mille: 50, duplicates_per_mille: 10, delay_ms: 10, jitter_ms: 15 };
}

/// What arrived at a subscriber.
pub(crate) struct Received {
    pub(crate) slot: Slot,
    pub(crate) packet: Box<RtpPacket>,
}

pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    pub(crate) peer: MediaPeer,
    pub(crate) offer: String,
    pub(crate) answer: String,
    pub(crate) connected: bool,
    pub(crate) received: Vec<Received>,
    pub(crate) reports: Vec<(Slot, SenderInfo)>,
    pub(crate) key_frames_wanted: usize,
    pub(crate) datagrams: usize,
}

type InFlight = Reverse<(Instant, u64, SocketAddr, SocketAddr, Vec<u8>)>;

pub(crate) struct SimNet {
    pub(crate) now: Instant,
    pub(crate) sfu: Sfu,
    pub(crate) clients: Vec<Client>,
    pub(crate) weather: Weather,
    /// Clients whose network is calm whatever the weather.
    pub(crate) sheltered: Vec<usize>,
    /// What a router drops of what clients send.
    pub(crate) blocked: Option<fn(&[u8]) -> bool>,
    pub(crate) events: Vec<Event>,
    pub(crate) server: SocketAddr,
    pub(crate) sent_by_server: usize,
    dice: Dice,
    wire: BinaryHeap<InFlight>,
    spoken: HashSet<SocketAddr>,
    /// Addresses of clients, and as what a router shows them.
    translated: HashMap<SocketAddr, SocketAddr>,
    count: u64,
}

pub(crate) fn someone(number: usize) -> ParticipantId {
    format!("00000000-0000-7000-8000-{number:012}").parse().unwrap()
}

pub(crate) fn room() -> RoomId {
    "00000000-0000-7000-8000-999999999999".parse().unwrap()
}

/// Somebody on their only device.
pub(crate) fn seat(number: usize) -> Seat {
    Seat { room: room(), who: someone(number), device: None }
}

/// One of several devices.
pub(crate) fn device(number: usize) -> DeviceId {
    DeviceId::from_uuid(someone(900 + number).uuid())
}

impl SimNet {
    pub(crate) fn new(seed: u64, weather: Weather) -> Self {
        println!("the network's seed is {seed}");
        let now = Instant::now();
        let server = "198.51.100.1:8081".parse().unwrap();
        let sfu = Sfu::new(Config { candidates: vec![server], max_peers: 100 }, now).unwrap();
        Self {
            now,
            sfu,
            clients: Vec::new(),
            weather,
            sheltered: Vec::new(),
            blocked: None,
            events: Vec::new(),
            server,
            sent_by_server: 0,
            dice: Dice(seed),
            wire: BinaryHeap::new(),
            spoken: HashSet::new(),
            translated: HashMap::new(),
            count: 0,
        }
    }

    pub(crate) fn offer(&self, number: usize) -> (MediaPeer, SocketAddr, String) {
        let address =
            format!("203.0.113.{}:{}", 1 + number % 250, 40_000 + self.count as usize % 20_000 + number).parse().unwrap();
        let mut peer = MediaPeer::new(self.now, address).unwrap();
        let sdp = peer.offer().unwrap();
        (peer, address, sdp)
    }

    /// Signs someone in; answers the client's index.
    pub(crate) fn join(&mut self, number: usize, crew: bool) -> usize {
        self.try_join(number, crew).unwrap()
    }

    pub(crate) fn try_join(&mut self, number: usize, crew: bool) -> Result<usize, Refusal> {
        self.try_join_in(seat(number), number, crew)
    }

    /// Signs someone in on one of their devices.
    pub(crate) fn join_on(&mut self, number: usize, on: usize, crew: bool) -> usize {
        self.try_join_in(Seat { device: Some(device(on)), ..seat(number) }, 100 + number + on, crew).unwrap()
    }

    fn try_join_in(&mut self, seat: Seat, end: usize, crew: bool) -> Result<usize, Refusal> {
        let (mut peer, address, sdp) = self.offer(end);
        let id = Identity { seat, crew };
        let answer = self.sfu.join(self.now, id, &sdp)?;
        peer.accept(&answer).unwrap();
        self.clients.push(Client {
            address,
            peer,
            offer: sdp,
            answer,
            connected: false,
            received: Vec::new(),
            reports: Vec::new(),
            key_frames_wanted: 0,
            datagrams: 0,
        });
        Ok(self.clients.len() - 1)
    }

    pub(crate) fn stage(&mut self, on_stage: &[usize], on_air: bool) {
        self.stage_from(on_stage, on_air, &[]);
    }

    /// With senders: who, and on which of their devices.
    pub(crate) fn stage_from(&mut self, on_stage: &[usize], on_air: bool, senders: &[(usize, usize)]) {
        let on_stage = on_stage.iter().map(|number| someone(*number)).collect();
        let senders = senders.iter().map(|(number, on)| (someone(*number), device(*on))).collect();
        self.sfu.stage(self.now, room(), Plan { on_stage, on_air, senders });
    }

    /// Puts a datagram on the wire to the unit, as if it came from anywhere.
    pub(crate) fn inject(&mut self, from: SocketAddr, bytes: &[u8]) {
        let mut out = Vec::new();
        self.sfu
            .receive(self.now, Datagram { from, bytes }, &mut |to: SocketAddr, bytes: &[u8]| out.push((to, bytes.to_vec())));
        self.deliver_from_server(out);
    }

    /// From now on a router shows the server another address of a client.
    pub(crate) fn translate(&mut self, old: SocketAddr, new: SocketAddr) {
        self.translated.insert(old, new);
    }

    fn deliver_from_server(&mut self, datagrams: Vec<(SocketAddr, Vec<u8>)>) {
        for (to, bytes) in datagrams {
            assert!(self.spoken.contains(&to), "the server sent to an address that never spoke to it");
            self.sent_by_server += 1;
            self.put(self.server, to, &bytes);
        }
    }

    fn put(&mut self, from: SocketAddr, to: SocketAddr, bytes: &[u8]) {
        if from != self.server && self.blocked.is_some_and(|blocked| blocked(bytes)) {
            return;
        }
        let from = self.translated.get(&from).copied().unwrap_or(from);
        let sheltered = self.sheltered.iter().filter_map(|client| self.clients.get(*client)).map(|client| client.address);
        let sheltered = sheltered.into_iter().any(|address| address == from || address == to);
        let weather = if sheltered { Weather::CALM } else { self.weather };
        let copies = 1 + usize::from(self.dice.happens(weather.duplicates_per_mille));
        for _ in 0..copies {
            if self.dice.happens(weather.loss_per_mille) {
                continue;
            }
            let late = if weather.jitter_ms == 0 { 0 } else { self.dice.roll() % (weather.jitter_ms * 1_000) };
            let at = self.now + Duration::from_millis(weather.delay_ms) + Duration::from_micros(late);
            self.count += 1;
            self.wire.push(Reverse((at, self.count, from, to, bytes.to_vec())));
        }
    }

    /// Lets one millisecond pass.
    pub(crate) fn step(&mut self) {
        self.now += Duration::from_millis(1);
        let now = self.now;
        let shown = |client: &Client| self.translated.get(&client.address).copied().unwrap_or(client.address);
        let by_address: HashMap<SocketAddr, usize> =
            self.clients.iter().enumerate().map(|(index, client)| (shown(client), index)).collect();
        let mut out = Vec::new();
        while let Some(Reverse((at, ..))) = self.wire.peek()
            && *at <= now
        {
            let Some(Reverse((_, _, from, to, bytes))) = self.wire.pop() else { break };
            if to == self.server {
                self.spoken.insert(from);
                self.sfu.receive(now, Datagram { from, bytes: &bytes }, &mut |to: SocketAddr, bytes: &[u8]| {
                    out.push((to, bytes.to_vec()));
                });
            } else if let Some(client) = by_address.get(&to).and_then(|index| self.clients.get_mut(*index)) {
                client.datagrams += 1;
                client.peer.receive(now, from, &bytes).unwrap();
                client.drain(&mut |to: SocketAddr, bytes: &[u8]| out.push((to, bytes.to_vec())));
            }
            self.deliver(&mut out, to);
        }
        if self.sfu.next_wake(now) <= now {
            self.sfu.advance(now, &mut |to: SocketAddr, bytes: &[u8]| out.push((to, bytes.to_vec())));
            self.deliver(&mut out, self.server);
        }
        for index in 0..self.clients.len() {
            let client = &mut self.clients[index];
            client.peer.wake(now).unwrap();
            let address = client.address;
            client.drain(&mut |to: SocketAddr, bytes: &[u8]| out.push((to, bytes.to_vec())));
            self.deliver(&mut out, address);
        }
        while let Some(event) = self.sfu.poll_event() {
            self.events.push(event);
        }
    }

    fn deliver(&mut self, out: &mut Vec<(SocketAddr, Vec<u8>)>, from: SocketAddr) {
        let datagrams = std::mem::take(out);
        if from == self.server {
            self.deliver_from_server(datagrams);
        } else {
            for (to, bytes) in datagrams {
                self.put(from, to, &bytes);
            }
        }
    }

    pub(crate) fn run(&mut self, span: Duration) {
        let end = self.now + span;
        while self.now < end {
            self.step();
        }
    }

    /// Until everyone is connected.
    pub(crate) fn connect(&mut self) {
        let end = self.now + Duration::from_secs(15);
        while self.clients.iter().any(|client| !client.connected) {
            assert!(self.now < end, "not everyone could connect");
            self.step();
        }
    }
}

impl Client {
    fn drain(&mut self, send: &mut impl FnMut(SocketAddr, &[u8])) {
        let Self { peer, connected, received, reports, key_frames_wanted, .. } = self;
        peer.drain(send, |notice| match notice {
            Notice::Connected => *connected = true,
            Notice::Packet(slot, packet) => received.push(Received { slot, packet }),
            Notice::KeyFrameWanted => *key_frames_wanted += 1,
            Notice::Report(slot, info) => reports.push((slot, info)),
        })
        .unwrap();
    }
}
