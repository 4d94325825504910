//! Telling a room's connections what happened, by tick: what came within one is encoded once for each view of the room that differs, and
//! goes to each connection in one write.

use std::{
    collections::{BTreeMap, HashMap, HashSet, hash_map::Entry},
    sync::Arc,
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use houselights_domain::View;
use houselights_shared::{Level, ParticipantId, PollId, RoomId, Seq, ServerFrame, Signal, SignalBody, SlotMap, Tally, Update};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    frame,
    outbox::{ConnectionId, Latest, Outbox, Pushed},
    reactions::Reactions,
    tell::Tell,
    tick::Tick,
};
use crate::metrics::Metrics;

/// Messages to a room's fan-out that wait. Full: the room waits, and its mailbox then refuses commands as `Overloaded`;
/// levels and slot maps are dropped, the next ones mend that.
pub(crate) const QUEUED: usize = 1_024;
/// How often counts and slot maps are told.
const BEAT: Duration = Duration::from_secs(1);
/// Five times a second, less a little, since the levels come at that rate.
const BETWEEN_LEVELS: Duration = Duration::from_millis(180);
/// After so many writes others get the thread.
pub(crate) const WRITES_IN_A_ROW: usize = 64;

struct Member {
    outbox: Arc<Outbox>,
    who: ParticipantId,
    view: View,
    /// What it had on entering, while the pending updates may hold some of that.
    has: Option<Seq>,
}

/// What a flush writes, for one of the views.
#[derive(Default)]
struct Ready {
    updates: Bytes,
    signals: Bytes,
    both: Bytes,
    /// Of the signals the one that comes only when it changed.
    watching: Option<Bytes>,
}

impl Ready {
    fn new(updates: Bytes, signals: &[Bytes], watching: Option<&Bytes>) -> Self {
        let signals: Bytes = signals.concat().into();
        let mut both = BytesMut::with_capacity(updates.len() + signals.len());
        both.extend_from_slice(&updates);
        both.extend_from_slice(&signals);
        Self { updates, signals, both: both.freeze(), watching: watching.cloned() }
    }
}

/// The fan-out of one room.
pub(crate) struct FanOut {
    room: RoomId,
    metrics: Arc<Metrics>,
    members: HashMap<ConnectionId, Member>,
    /// Who watches, each with how many connections: whoever does on several devices is one.
    audience: HashMap<ParticipantId, u32>,
    pending: Vec<Arc<Update>>,
    tick: Tick,
    beat_at: Instant,
    told_watching: Option<u32>,
    /// How the votes of polls stand, for those who are told at the next tick. The newest of a poll replaces the one before.
    counted: BTreeMap<PollId, (HashSet<ParticipantId>, Tally)>,
    reactions: Arc<Reactions>,
    slots: Option<(SlotMap, SlotMap)>,
    slots_changed: bool,
    levels: Option<(Vec<Level>, Vec<Level>)>,
    /// Who speaks, as the audience was told, and when; nothing after silence.
    told_speaking: Option<(Vec<ParticipantId>, Instant)>,
    levels_at: Instant,
}

impl FanOut {
    pub(crate) fn new(room: RoomId, metrics: Arc<Metrics>, reactions: Arc<Reactions>) -> Self {
        let now = Instant::now();
        Self {
            room,
            metrics,
            members: HashMap::new(),
            audience: HashMap::new(),
            pending: Vec::new(),
            tick: Tick::new(now),
            beat_at: now,
            told_watching: None,
            counted: BTreeMap::new(),
            reactions,
            slots: None,
            slots_changed: false,
            levels: None,
            told_speaking: None,
            levels_at: now,
        }
    }

    /// Until the server stops.
    pub(crate) async fn run(mut self, mut told: mpsc::Receiver<Tell>, stop: CancellationToken) {
        loop {
            let due = self.due();
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                first = told.recv() => {
                    let Some(first) = first else { break };
                    self.hear(first);
                    while let Ok(next) = told.try_recv() {
                        self.hear(next);
                    }
                }
                () = sleep_until(due) => {}
                // The first since the last tick: the tick takes all that come until then.
                () = self.reactions.came() => {}
            }
            if Instant::now() >= self.due() {
                self.flush().await;
            }
        }
        self.flush().await;
    }

    /// When there is next something to write.
    fn due(&self) -> Instant {
        let mut due = self.beat_at + BEAT;
        if !self.pending.is_empty() || !self.counted.is_empty() || self.slots_changed || self.reactions.any() {
            due = due.min(self.tick.due(self.members.len()));
        }
        if self.levels.is_some() {
            due = due.min((self.levels_at + BETWEEN_LEVELS).max(self.tick.due(self.members.len())));
        }
        due
    }

    fn hear(&mut self, tell: Tell) {
        match tell {
            Tell::Updates(updates) => {
                for update in &updates {
                    self.tick.waits(&update.body);
                }
                self.pending.extend(updates);
            }
            Tell::Anew { control, moderators, crew, audience } => self.show_anew(&[control, moderators, crew, audience]),
            Tell::Enter { outbox, who, view, seq } => self.enter(Member { outbox, who, view, has: None }, seq),
            Tell::Leave(connection) => self.leave(connection),
            Tell::Counted { poll, tally, to } => drop(self.counted.insert(poll, (to, tally))),
            Tell::Lobby(body) => self.tell_of_lobby(body),
            Tell::Slots { crew, audience } => {
                let slots = Some((crew, audience));
                self.slots_changed |= slots != self.slots;
                self.slots = slots;
            }
            // Levels not yet told are out of date: the newest replace them.
            Tell::Levels { crew, audience } => self.levels = Some((crew, audience)),
        }
    }

    /// Few look after a show: they need no tick.
    fn tell_of_lobby(&self, body: SignalBody) {
        let frame = self.signal(body);
        for member in self.members.values().filter(|member| member.view.looks_after()) {
            member.outbox.push_latest(Latest::Lobby, &frame);
        }
    }

    /// What was still to be told is in the snapshots.
    fn show_anew(&mut self, [control, moderators, crew, audience]: &[Bytes; 4]) {
        self.pending.clear();
        for member in self.members.values_mut() {
            member.has = None;
            member.outbox.push_answer(std::slice::from_ref(match member.view {
                View::Control => control,
                View::Moderators => moderators,
                View::Crew => crew,
                View::Audience => audience,
            }));
        }
    }

    fn enter(&mut self, mut member: Member, seq: Seq) {
        if let Some((for_crew, for_audience)) = &self.slots {
            let slots = match member.view {
                View::Control | View::Moderators | View::Crew => for_crew,
                View::Audience => for_audience,
            };
            member.outbox.push_signal(&self.signal(SignalBody::Slots { slots: slots.clone() }));
        }
        if let Some(count) = self.told_watching {
            member.outbox.push_latest(Latest::Watching, &self.signal(SignalBody::Watching { count }));
        }
        member.has = (!self.pending.is_empty()).then_some(seq);
        let connection = member.outbox.id();
        self.leave(connection);
        if member.view == View::Audience {
            *self.audience.entry(member.who).or_default() += 1;
        }
        self.members.insert(connection, member);
    }

    fn leave(&mut self, connection: ConnectionId) {
        let Some(member) = self.members.remove(&connection).filter(|member| member.view == View::Audience) else { return };
        if let Entry::Occupied(mut connections) = self.audience.entry(member.who) {
            *connections.get_mut() -= 1;
            if *connections.get() == 0 {
                connections.remove();
            }
        }
    }

    fn watching(&self) -> u32 {
        u32::try_from(self.audience.len()).unwrap_or(u32::MAX)
    }

    fn signal(&self, body: SignalBody) -> Bytes {
        frame::encode(&ServerFrame::Signal(Signal { room: self.room, body }))
    }

    /// The signals that are due, for the crew and for the audience; and of those how many watch, where that changed.
    fn signals(&mut self, now: Instant) -> (Vec<Bytes>, Vec<Bytes>, Option<Bytes>) {
        let (mut crew, mut audience, mut watching) = (Vec::new(), Vec::new(), None);
        // A write that happens anyway takes along what would be due a moment later.
        let beat = now + BEAT / 10 >= self.beat_at + BEAT;
        if beat {
            self.beat_at = now;
            let count = self.watching();
            if self.told_watching != Some(count) {
                self.told_watching = Some(count);
                let signal = self.signal(SignalBody::Watching { count });
                crew.push(signal.clone());
                audience.push(signal.clone());
                watching = Some(signal);
            }
        }
        if (beat || self.slots_changed)
            && let Some((for_crew, for_audience)) = &self.slots
        {
            crew.push(self.signal(SignalBody::Slots { slots: for_crew.clone() }));
            audience.push(self.signal(SignalBody::Slots { slots: for_audience.clone() }));
        }
        self.slots_changed = false;
        let counts = self.reactions.take();
        if !counts.is_empty() {
            let reactions = self.signal(SignalBody::Reactions { counts });
            crew.push(reactions.clone());
            audience.push(reactions);
        }
        if now >= self.levels_at + BETWEEN_LEVELS
            && let Some((for_crew, for_audience)) = self.levels.take()
        {
            self.levels_at = now;
            audience.extend(self.audience_levels(now, for_audience));
            crew.push(self.signal(SignalBody::Levels { levels: for_crew }));
        }
        (crew, audience, watching)
    }

    /// A crowd is told who speaks when that changes, and the loudness once a second; that all fell silent, once. Before the show it does not
    /// even learn that somebody speaks.
    fn audience_levels(&mut self, now: Instant, levels: Vec<Level>) -> Option<Bytes> {
        let speaking: Vec<ParticipantId> =
            levels.iter().filter(|level| level.speaking).map(|level| level.participant).collect();
        let news = match &self.told_speaking {
            Some((told, at)) => levels.is_empty() || *told != speaking || now >= *at + BEAT,
            None => !levels.is_empty(),
        };
        if !news {
            return None;
        }
        self.told_speaking = (!levels.is_empty()).then_some((speaking, now));
        Some(self.signal(SignalBody::Levels { levels }))
    }

    async fn flush(&mut self) {
        let now = Instant::now();
        let (crew_signals, audience_signals, watching) = self.signals(now);
        let (pending, counted) = (std::mem::take(&mut self.pending), std::mem::take(&mut self.counted));
        if pending.is_empty() && crew_signals.is_empty() && counted.is_empty() {
            return;
        }
        let counted: Vec<_> = counted
            .into_iter()
            .map(|(poll, (to, tally))| (poll, to, self.signal(SignalBody::Counted { poll, tally })))
            .collect();
        self.metrics.flushes.increment(1);
        let encoded = |updates: &[Arc<Update>]| {
            if updates.is_empty() { Bytes::new() } else { frame::encode_updates(self.room, updates) }
        };
        let all = encoded(&pending);
        let theirs = |view| frame::seen(view, &pending);
        let written = |seen: Option<&[Arc<Update>]>| seen.map_or_else(|| all.clone(), encoded);
        let audience = Ready::new(written(theirs(View::Audience).as_deref()), &audience_signals, watching.as_ref());
        let crew = Ready::new(written(theirs(View::Crew).as_deref()), &crew_signals, watching.as_ref());
        let (for_control, for_moderators) = (theirs(View::Control), theirs(View::Moderators));
        let control = written(for_control.as_deref());
        let is_apart = for_control != for_moderators;
        let moderators = if is_apart { written(for_moderators.as_deref()) } else { control.clone() };
        let [control, moderators] = [control, moderators].map(|updates| Ready::new(updates, &crew_signals, watching.as_ref()));
        let (mut writes, mut ended) = (0, Vec::new());
        for (connection, member) in &mut self.members {
            let ready = match member.view {
                View::Control => &control,
                View::Moderators => &moderators,
                View::Crew => &crew,
                View::Audience => &audience,
            };
            let pushed = if let Some(has) = member.has.take() {
                late(self.room, member, has, &pending);
                signal(&member.outbox, ready)
            } else {
                deliver(&member.outbox, ready, &self.metrics)
            };
            for (poll, _, frame) in counted.iter().filter(|(_, to, _)| to.contains(&member.who)) {
                member.outbox.push_latest(Latest::Counted(*poll), frame);
            }
            if pushed == Pushed::Closed {
                ended.push(*connection);
            }
            writes += 1;
            if writes % WRITES_IN_A_ROW == 0 {
                tokio::task::yield_now().await;
            }
        }
        self.metrics.deliveries.increment((pending.len() * self.members.len()) as u64);
        self.tick.flushed(now, Instant::now());
        // Who takes nothing any more need not say goodbye to be let go of.
        for connection in ended {
            self.leave(connection);
        }
    }
}

/// Someone who entered within this tick gets only what they do not have.
fn late(room: RoomId, member: &Member, has: Seq, pending: &[Arc<Update>]) {
    let known = pending.iter().take_while(|update| update.last() <= has).count();
    let rest = pending.get(known..).unwrap_or_default();
    if !rest.is_empty() {
        member.outbox.push(&frame::encode_updates_for(member.view, room, rest));
    }
}

fn deliver(outbox: &Outbox, ready: &Ready, metrics: &Metrics) -> Pushed {
    let pushed = if ready.updates.is_empty() {
        signal(outbox, ready)
    } else if ready.signals.is_empty() {
        outbox.push(&ready.updates)
    } else if outbox.is_flushed() {
        outbox.push(&ready.both)
    } else {
        let pushed = outbox.push(&ready.updates);
        keep(outbox, ready);
        pushed
    };
    match pushed {
        Pushed::CutOff => metrics.cut_off_readers.increment(1),
        Pushed::Dropped => metrics.signals_dropped.increment(1),
        Pushed::Taken | Pushed::Closed => {}
    }
    pushed
}

fn signal(outbox: &Outbox, ready: &Ready) -> Pushed {
    let pushed = outbox.push_signal(&ready.signals);
    if pushed == Pushed::Dropped {
        keep(outbox, ready);
    }
    pushed
}

/// Of the signals that a reader does not get because it lags, it gets later what is not told again by itself.
fn keep(outbox: &Outbox, ready: &Ready) {
    if let Some(watching) = &ready.watching {
        outbox.push_latest(Latest::Watching, watching);
    }
}
