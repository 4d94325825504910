//! Telling a room's connections what happened, by tick: what came within one goes to each connection in one write.
//!
//! To write to ten thousand takes a good part of a tick. They are written to in rounds, always in the same order, and each is told, but for the latest few
//! milliseconds, all that came until its turn: so what comes is with everybody after one tick or, where that takes longer, one round; and not after a
//! tick and the round that follows.

use std::{
    collections::{BTreeMap, HashMap, HashSet, hash_map::Entry},
    ops::Bound,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use houselights_domain::View;
use houselights_shared::{Level, ParticipantId, PollId, RoomId, ServerFrame, Signal, SignalBody, SlotMap, Tally};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    backlog::Backlog,
    frame,
    outbox::{ConnectionId, Latest, Outbox, Pushed},
    reactions::Reactions,
    round::{Round, Signals},
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
/// After so many such rows, those whose turn is still to come are told what came meanwhile, too. Each time it is encoded anew.
const TAKEN_IN_EVERY: usize = 4;
/// Updates that wait within a round. Full: what comes waits in the queue, and is heard after the round.
const WAITING: usize = 4_096;

struct Member {
    outbox: Arc<Outbox>,
    who: ParticipantId,
    view: View,
    /// How much of the backlog it was told.
    told: u64,
}

/// The fan-out of one room.
pub(crate) struct FanOut {
    room: RoomId,
    metrics: Arc<Metrics>,
    /// In the order of every round.
    members: BTreeMap<ConnectionId, Member>,
    /// Who watches, each with how many connections: whoever does on several devices is one.
    audience: HashMap<ParticipantId, u32>,
    backlog: Backlog,
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
            members: BTreeMap::new(),
            audience: HashMap::new(),
            backlog: Backlog::default(),
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
    pub(crate) async fn run(mut self, mut heard: mpsc::Receiver<Tell>, stop: CancellationToken) {
        loop {
            let due = self.due();
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                first = heard.recv() => {
                    let Some(first) = first else { break };
                    self.hear(first);
                    self.hear_all(&mut heard);
                }
                () = sleep_until(due) => {}
                // The first since the last tick: the tick takes all that come until then.
                () = self.reactions.came() => {}
            }
            if Instant::now() >= self.due() {
                self.round(&mut heard).await;
            }
        }
        self.round(&mut heard).await;
    }

    /// When there is next something to write.
    fn due(&self) -> Instant {
        let mut due = self.beat_at + BEAT;
        if !self.backlog.is_empty() || !self.counted.is_empty() || self.slots_changed || self.reactions.any() {
            due = due.min(self.tick.due(self.members.len()));
        }
        if self.levels.is_some() {
            due = due.min((self.levels_at + BETWEEN_LEVELS).max(self.tick.due(self.members.len())));
        }
        due
    }

    /// What has come by now.
    fn hear_all(&mut self, heard: &mut mpsc::Receiver<Tell>) {
        while let Ok(next) = heard.try_recv() {
            self.hear(next);
        }
    }

    fn hear(&mut self, tell: Tell) {
        match tell {
            Tell::Updates(updates) => {
                for update in &updates {
                    self.tick.waits(&update.body);
                }
                self.backlog.extend(updates);
            }
            Tell::Anew { control, moderators, crew, audience } => self.show_anew(&[control, moderators, crew, audience]),
            Tell::Enter { outbox, who, view, seq } => {
                let told = self.backlog.told(seq);
                self.enter(Member { outbox, who, view, told });
            }
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
        self.backlog.forget(self.backlog.end());
        for member in self.members.values_mut() {
            member.told = self.backlog.end();
            member.outbox.push_answer(std::slice::from_ref(match member.view {
                View::Control => control,
                View::Moderators => moderators,
                View::Crew => crew,
                View::Audience => audience,
            }));
        }
    }

    fn enter(&mut self, member: Member) {
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

    /// The signals that are due.
    fn signals(&mut self, now: Instant) -> Signals {
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
        Signals { crew: crew.concat().into(), audience: audience.concat().into(), watching }
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

    /// Writes to each connection once.
    async fn round(&mut self, heard: &mut mpsc::Receiver<Tell>) {
        let began = Instant::now();
        let signals = self.signals(began);
        let counted = std::mem::take(&mut self.counted);
        if self.backlog.is_empty() && signals.is_empty() && counted.is_empty() {
            return;
        }
        let counted: Vec<_> = counted
            .into_iter()
            .map(|(poll, (to, tally))| (poll, to, self.signal(SignalBody::Counted { poll, tally })))
            .collect();
        self.metrics.flushes.increment(1);
        self.tick.begins(began);
        let mut round = Round::new(self.room, signals, self.backlog.end());
        // Who comes meanwhile has all that is told in it, and newer signals.
        let last = self.members.last_key_value().map_or(Bound::Unbounded, |(last, _)| Bound::Included(*last));
        let (mut reached, mut ended) = (Bound::Unbounded, Vec::new());
        for rows in 1.. {
            let mut written = 0;
            for (connection, member) in self.members.range_mut((reached, last)).take(WRITES_IN_A_ROW) {
                let pushed = round.deliver(&self.backlog, member.view, &member.outbox, member.told);
                member.told = member.told.max(round.through());
                for (poll, _, frame) in counted.iter().filter(|(_, to, _)| to.contains(&member.who)) {
                    member.outbox.push_latest(Latest::Counted(*poll), frame);
                }
                match pushed {
                    Pushed::CutOff => self.metrics.cut_off_readers.increment(1),
                    Pushed::Dropped => self.metrics.signals_dropped.increment(1),
                    Pushed::Closed => ended.push(*connection),
                    Pushed::Taken => {}
                }
                reached = Bound::Excluded(*connection);
                written += 1;
            }
            if written < WRITES_IN_A_ROW {
                break;
            }
            tokio::task::yield_now().await;
            if self.backlog.len() < WAITING {
                self.hear_all(heard);
            }
            if rows % TAKEN_IN_EVERY == 0 {
                round.goes_on_with(self.backlog.end());
            }
        }
        self.tick.ends(Instant::now());
        self.metrics.deliveries.increment(round.deliveries());
        // Who takes nothing any more need not say goodbye to be let go of.
        for connection in ended {
            self.leave(connection);
        }
        let by_all = self.members.values().map(|member| member.told).min();
        self.backlog.forget(by_all.unwrap_or(self.backlog.end()));
    }
}

#[cfg(test)]
mod tests;
