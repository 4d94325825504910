//! A room's media: who publishes, whose media the slots carry, and the packets on their way.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use houselights_shared::{DeviceId, Level, ParticipantId, SlotMap};
use str0m::{media::MediaKind, rtp::RtpPacket};

use crate::{
    account::Plan,
    allocator::Allocator,
    peer::Identity,
    publication::{Forward, Packet, Publication, begins_key_frame},
    speaker::{SILENCE, Voices},
};

/// Packets wait this long for company: what shares a system call is what is cheap.
const TICK: Duration = Duration::from_millis(5);
/// For an audience they wait longer the larger it is, as the saving is its size times and the delay is not: so much more for each viewer,
/// up to about the length of a picture.
const TICK_A_VIEWER: Duration = Duration::from_micros(250);
const LONGEST_TICK: Duration = Duration::from_millis(30);
/// Asks to be sent at once; what came by then goes along.
const MAX_BATCH: usize = 40;
/// Levels are told this often while sound arrives.
const LEVELS_INTERVAL: Duration = Duration::from_millis(200);

/// Numbers a peer, never twice.
pub(crate) type PeerId = u64;

/// Slots whose carriage changed.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) crew: Vec<(MediaKind, usize)>,
    pub(crate) audience: Vec<(MediaKind, usize)>,
}

impl Changes {
    pub(crate) fn any(&self) -> bool {
        !self.crew.is_empty() || !self.audience.is_empty()
    }
}

/// Which slots differ.
fn difference(before: &SlotMap, after: &SlotMap) -> Vec<(MediaKind, usize)> {
    let differ = |kind, before: &[Option<ParticipantId>], after: &[Option<ParticipantId>]| {
        let pairs = before.iter().zip(after).enumerate();
        pairs.filter(|(_, (old, new))| old != new).map(|(index, _)| (kind, index)).collect::<Vec<_>>()
    };
    let mut slots = differ(MediaKind::Video, &before.video, &after.video);
    slots.extend(differ(MediaKind::Audio, &before.audio, &after.audio));
    slots
}

/// Packets on their way to the crew, or to the audience, each with its slot.
pub(crate) type Batch = Vec<(usize, Forward)>;

/// Where packets wait for company.
#[derive(Debug)]
struct Outbox {
    batch: Vec<Forward>,
    due: Option<Instant>,
    flushed_at: Instant,
}

impl Outbox {
    fn new(now: Instant) -> Self {
        Self { batch: Vec::new(), due: None, flushed_at: now }
    }

    /// A whole frame, or sound, goes out as soon as a tick has passed since the last; an unfinished frame waits for a tick.
    fn push(&mut self, now: Instant, tick: Duration, forward: Forward) {
        let whole = forward.marker || forward.kind == MediaKind::Audio;
        let full = self.batch.len() + 1 >= MAX_BATCH;
        let due = match (full, whole) {
            (true, _) => now,
            (false, true) => (self.flushed_at + tick).max(now),
            (false, false) => now + tick,
        };
        self.due = Some(self.due.map_or(due, |earlier| earlier.min(due)));
        self.batch.push(forward);
    }

    /// Pictures go before sound: a datagram ends with its first shorter segment.
    fn take_due(&mut self, now: Instant) -> Vec<Forward> {
        if self.due.is_none_or(|due| due > now) {
            return Vec::new();
        }
        self.due = None;
        self.flushed_at = now;
        let mut batch = std::mem::take(&mut self.batch);
        batch.sort_by_key(|forward| forward.kind == MediaKind::Audio);
        batch
    }
}

/// What a packet carries beside the media.
pub(crate) struct Carried {
    pub(crate) packet: Packet,
    pub(crate) marker: bool,
    pub(crate) audio_level: Option<i8>,
    pub(crate) voice_activity: Option<bool>,
    pub(crate) payload: Arc<[u8]>,
}

impl Carried {
    pub(crate) fn new(packet: RtpPacket, kind: MediaKind, arrived_at: i64) -> Self {
        let header = packet.header;
        let opens = kind == MediaKind::Audio || begins_key_frame(&packet.payload);
        Self {
            packet: Packet { kind, ssrc: *header.ssrc, seq: *packet.seq_no, time: header.timestamp, arrived_at, opens },
            marker: header.marker,
            audio_level: header.ext_vals.audio_level,
            voice_activity: header.ext_vals.voice_activity,
            payload: packet.payload,
        }
    }
}

/// The level rides on a packet as a negative number of dB.
fn level(told: Option<i8>) -> u8 {
    told.map_or(SILENCE, i8::unsigned_abs)
}

#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) members: Vec<PeerId>,
    pub(crate) publications: HashMap<ParticipantId, Publication>,
    on_stage: Vec<ParticipantId>,
    on_air: bool,
    /// Of whom one device alone is taken.
    senders: HashMap<ParticipantId, DeviceId>,
    /// Crew whose picture has come, in the order of coming.
    publishers: Vec<ParticipantId>,
    crew: Allocator,
    audience: Allocator,
    voices: Voices,
    /// Those whom nobody hears yet: their loudness is for meters alone.
    backstage: Voices,
    to_crew: Outbox,
    to_audience: Outbox,
    packets: u64,
    streams: u64,
    levels_due: Option<Instant>,
}

impl Room {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            members: Vec::new(),
            publications: HashMap::new(),
            on_stage: Vec::new(),
            on_air: false,
            senders: HashMap::new(),
            publishers: Vec::new(),
            crew: Allocator::default(),
            audience: Allocator::default(),
            voices: Voices::default(),
            backstage: Voices::default(),
            to_crew: Outbox::new(now),
            to_audience: Outbox::new(now),
            packets: 0,
            streams: 0,
            levels_due: None,
        }
    }

    /// Nobody is here and nothing is planned: the room can be forgotten.
    pub(crate) fn is_idle(&self) -> bool {
        self.members.is_empty() && self.on_stage.is_empty() && !self.on_air
    }

    pub(crate) fn stage(&mut self, plan: Plan) -> Changes {
        let Plan { on_stage, on_air, senders } = plan;
        self.senders = senders.into_iter().collect();
        self.change(|room| {
            room.on_stage = on_stage;
            room.on_air = on_air;
            let on_stage = &room.on_stage;
            room.voices.keep(|who| on_stage.contains(&who));
            room.backstage.keep(|who| !on_stage.contains(&who));
        })
    }

    /// Whether what someone sends is taken: attendees are heard and seen on stage only.
    pub(crate) fn may_publish(&self, id: Identity, peer: PeerId) -> bool {
        (id.crew || self.on_stage.contains(&id.seat.who)) && self.is_sender(id, peer)
    }

    /// Of somebody's devices one is taken: the one that the plan names; where it names none, whichever came first.
    fn is_sender(&self, Identity { seat, .. }: Identity, peer: PeerId) -> bool {
        match self.senders.get(&seat.who) {
            Some(sender) => seat.device == Some(*sender),
            None => seat.device.is_none() || self.publications.get(&seat.who).is_none_or(|theirs| theirs.peer() == peer),
        }
    }

    /// With whose packets to begin this time.
    pub(crate) fn turn(&self) -> usize {
        self.packets as usize % self.members.len().max(1)
    }

    /// A session of someone's ended. What another device of theirs publishes goes on.
    pub(crate) fn forget(&mut self, who: ParticipantId, peer: PeerId) -> Changes {
        if self.publications.get(&who).is_some_and(|theirs| theirs.peer() != peer) {
            return Changes::default();
        }
        self.change(|room| {
            room.publications.remove(&who);
            room.publishers.retain(|other| *other != who);
            for outbox in [&mut room.to_crew, &mut room.to_audience] {
                outbox.batch.retain(|forward| forward.from != who);
            }
            room.voices.keep(|other| other != who);
            room.backstage.keep(|other| other != who);
        })
    }

    /// Does what may change who has which slot.
    fn change(&mut self, work: impl FnOnce(&mut Self)) -> Changes {
        let before = self.maps();
        work(self);
        let mut wanted = self.on_stage.clone();
        wanted.extend(self.publishers.iter().filter(|who| !self.on_stage.contains(who)));
        self.crew.assign(&wanted);
        self.audience.assign(if self.on_air { &self.on_stage } else { &[] });
        let after = self.maps();
        Changes { crew: difference(&before.0, &after.0), audience: difference(&before.1, &after.1) }
    }

    /// Whose media the crew and the audience get.
    pub(crate) fn maps(&self) -> (SlotMap, SlotMap) {
        let audio = self.voices.slots().to_vec();
        let silence = vec![None; audio.len()];
        (
            SlotMap { video: self.crew.slots().to_vec(), audio: audio.clone() },
            SlotMap { video: self.audience.slots().to_vec(), audio: if self.on_air { audio } else { silence } },
        )
    }

    /// Who is in a video slot.
    pub(crate) fn in_slot(&self, crew: bool, index: usize) -> Option<ParticipantId> {
        let slots = if crew { self.crew.slots() } else { self.audience.slots() };
        slots.get(index).copied().flatten()
    }

    /// A packet came from a participant. Changes: it brought someone into a slot.
    pub(crate) fn take(&mut self, now: Instant, id: Identity, peer: PeerId, carried: Carried) -> Changes {
        let (from, crew) = (id.seat.who, id.crew);
        let on_stage = self.on_stage.contains(&from);
        let mut changes = Changes::default();
        let kind = carried.packet.kind;
        // Attendees are heard and seen on stage only; sound from backstage is heard by nobody, but the crew's meters show it.
        if !on_stage && crew && kind == MediaKind::Audio {
            self.backstage.hear(now, from, level(carried.audio_level));
            self.levels_due.get_or_insert(now + LEVELS_INTERVAL);
        }
        if !on_stage && (!crew || kind == MediaKind::Audio) {
            return changes;
        }
        let publication = self.publications.entry(from).or_default();
        publication.comes_from(peer);
        let fresh = kind == MediaKind::Video && !publication.has_video();
        let opens = carried.packet.opens;
        let Some(arrival) = publication.take(now, &carried.packet, &mut self.streams) else { return changes };
        self.packets += 1;
        let forward = Forward {
            from,
            peer,
            kind,
            arrival,
            order: self.packets,
            marker: carried.marker,
            audio_level: carried.audio_level,
            voice_activity: carried.voice_activity,
            payload: carried.payload,
        };
        match kind {
            MediaKind::Video => {
                publication.remember(&forward);
                if fresh && !opens {
                    publication.want_key_frame();
                }
                // Who goes on from another device keeps the place.
                if fresh && crew && !self.publishers.contains(&from) {
                    changes = self.change(|room| room.publishers.push(from));
                }
            }
            MediaKind::Audio => {
                let level = level(forward.audio_level);
                if self.voices.would_change(now, from, level) {
                    changes = self.change(|room| room.voices.hear(now, from, level));
                } else {
                    self.voices.hear(now, from, level);
                }
                self.levels_due.get_or_insert(now + LEVELS_INTERVAL);
            }
        }
        self.enqueue(now, forward);
        changes
    }

    /// In which slots of the crew and of the audience a packet goes out just now.
    fn route(&self, forward: &Forward) -> (Option<usize>, Option<usize>) {
        match forward.kind {
            MediaKind::Video => (self.crew.slot_of(forward.from), self.audience.slot_of(forward.from)),
            MediaKind::Audio => {
                let slot = self.voices.slots().iter().position(|who| *who == Some(forward.from));
                (slot, slot.filter(|_| self.on_air))
            }
        }
    }

    fn enqueue(&mut self, now: Instant, forward: Forward) {
        let (crew, audience) = self.route(&forward);
        if audience.is_some() {
            let viewers = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
            let tick = TICK.saturating_add(TICK_A_VIEWER.saturating_mul(viewers)).min(LONGEST_TICK);
            self.to_audience.push(now, tick, forward.clone());
        }
        if crew.is_some() {
            self.to_crew.push(now, TICK, forward);
        }
    }

    /// What is to go out now, to the crew and to the audience.
    pub(crate) fn due_batches(&mut self, now: Instant) -> (Batch, Batch) {
        let (crew, audience) = (self.to_crew.take_due(now), self.to_audience.take_due(now));
        let crew = crew.into_iter().filter_map(|forward| Some((self.route(&forward).0?, forward)));
        let audience = audience.into_iter().filter_map(|forward| Some((self.route(&forward).1?, forward)));
        (crew.collect(), audience.collect())
    }

    /// How loud everyone is, for the crew and for the audience, when it is time to tell.
    pub(crate) fn due_levels(&mut self, now: Instant) -> Option<(Vec<Level>, Vec<Level>)> {
        self.levels_due.filter(|due| *due <= now)?;
        let mut crew = self.voices.levels(now);
        let audience = if self.on_air { crew.clone() } else { Vec::new() };
        crew.extend(self.backstage.levels(now).into_iter().map(|level| Level { speaking: false, ..level }));
        // The last report, when all went quiet, is empty.
        self.levels_due = (!crew.is_empty()).then(|| now + LEVELS_INTERVAL);
        Some((crew, audience))
    }

    /// When the room wants to be woken.
    pub(crate) fn next_wake(&self, now: Instant) -> Option<Instant> {
        let key_frames = self.publications.values().filter_map(|publication| publication.key_frame_due(now)).min();
        [self.to_crew.due, self.to_audience.due, self.levels_due, key_frames].into_iter().flatten().min()
    }
}
