//! The task that owns a room: rules, then the disk, and only then the world.

mod lobby;
mod turn;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use houselights_domain::{Actor, Door, Person, Room, View};
use houselights_shared::{
    DeviceId, Outcome, ParticipantId, Refusal, Role, RoomId, RunOfShow, Seq, ServerFrame, Signal, SignalBody, Timestamp, Update,
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};
use uuid::Uuid;

use self::turn::{Entering, Present, Turn};
use super::{Mail, answers::Answers, mailbox::Mailbox, notices, people, registry::Surroundings};
use crate::{
    realtime::{ConnectionId, Reactions, Tell, encode},
    run_of_show::run_of_show,
    store::StoreError,
};

/// How much mail is handled before a commit. What came while the disk was busy shares one.
const BATCH: usize = 256;
/// When those come back whom a room without its log could not serve, and when it tries to read it again.
const RETRY: Duration = Duration::from_secs(1);

/// Somebody, on one of their devices where they may have several.
type Place = (ParticipantId, Option<DeviceId>);

/// A room and its surroundings.
pub(super) struct RoomTask {
    id: RoomId,
    /// Absent before the first mail, and after a failure until its log is read again.
    room: Option<Room>,
    /// The last update that everyone was told.
    published: Option<Seq>,
    /// Everybody is to be shown the room anew, once its log is read.
    anew: bool,
    /// Where the log was when something was erased from it. Who has it from before has what is not in it any more.
    erased: Option<Seq>,
    /// What is planned may be something else than the room holds.
    stale: bool,
    present: BTreeMap<Place, Present>,
    /// Who waits to be let in. Bounded by the tickets of the event.
    lobby: BTreeMap<Place, Entering>,
    told_lobby: Option<SignalBody>,
    reactions: Arc<Reactions>,
    answers: Answers,
    house: Surroundings,
    tell: mpsc::Sender<Tell>,
}

impl RoomTask {
    pub(super) fn new(id: RoomId, house: Surroundings, (tell, reactions): (mpsc::Sender<Tell>, Arc<Reactions>)) -> Self {
        let (present, lobby, answers) = Default::default();
        let (room, published, erased, told_lobby) = (None, None, None, None);
        let (anew, stale) = (false, true);
        Self { id, room, published, anew, erased, stale, present, lobby, told_lobby, reactions, answers, house, tell }
    }

    /// Until the server stops, or nobody was here for long: then it calls `leave_memory`.
    pub(super) async fn run(mut self, mut mailbox: Mailbox, stop: CancellationToken, leave_memory: impl FnOnce()) {
        let mut batch = Vec::with_capacity(16);
        let mut quiet_since = Instant::now();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                count = mailbox.recv_many(&mut batch, BATCH) => {
                    if count == 0 { return }
                    quiet_since = Instant::now();
                }
                () = self.due() => {}
                () = sleep_until(quiet_since + self.house.idle_for), if self.is_idle() => break,
            }
            self.turn(std::mem::take(&mut batch)).await;
        }
        leave_memory();
        // Whoever came in at the last moment comes again, to a room that starts anew.
        mailbox.close();
        while mailbox.recv_many(&mut batch, BATCH).await > 0 {
            self.turn_away(&std::mem::take(&mut batch), Refusal::Overloaded).await;
        }
        info!(room.id = %self.id, "room left memory");
    }

    /// Whether nobody is here and nothing is waited for. What cannot be read is not kept either.
    fn is_idle(&self) -> bool {
        self.present.is_empty() && self.lobby.is_empty() && self.room.as_ref().is_none_or(Room::is_at_rest)
    }

    /// Until the room has something to do by itself.
    async fn due(&self) {
        let wait = match &self.room {
            Some(_) if self.stale => Some(RETRY),
            Some(room) => room.next_wake().map(|at| at.since(self.house.clock.now())),
            None => (!self.present.is_empty()).then_some(RETRY),
        };
        match wait {
            // A timer may fire a little early by the wall clock; then the room is asked again.
            Some(wait) => tokio::time::sleep(wait + Duration::from_millis(1)).await,
            None => std::future::pending().await,
        }
    }

    async fn turn(&mut self, batch: Vec<Mail>) {
        if batch.iter().any(|mail| matches!(mail, Mail::Reread)) {
            (self.room, self.anew) = (None, true);
        }
        // While nothing can be stored there is no use in reading a log again and again.
        if self.room.is_none() && self.published.is_some() && !self.house.store.is_writable() {
            self.turn_away(&batch, Refusal::StorageUnavailable).await;
            return;
        }
        if let Err(error) = self.load().await {
            warn!(room.id = %self.id, %error, "room cannot be read");
            self.turn_away(&batch, Refusal::StorageUnavailable).await;
            return;
        }
        self.stale |= batch.iter().any(|mail| matches!(mail, Mail::Replan));
        let planned = self.planned().await;
        let Some(mut room) = self.room.take() else { return };
        self.introduce(&mut room, &batch).await;
        if std::mem::take(&mut self.anew) {
            self.show_anew(&room).await;
        }
        let now = self.house.clock.now();
        // A panic in the rules costs the room's memory, which its log restores, and the commands of this batch.
        let decided = catch_unwind(AssertUnwindSafe(|| {
            let turn = self.decide(&mut room, now, planned, &batch);
            (room, turn)
        }));
        let Ok((room, turn)) = decided else {
            error!(room.id = %self.id, "the rules panicked: room thrown away");
            self.house.metrics.panics.increment(1);
            self.turn_away(&batch, Refusal::StorageUnavailable).await;
            return;
        };
        if !turn.rows.is_empty()
            && let Err(error) = self.house.store.append(&turn.rows).await
        {
            // The room now holds what the log does not: it is read again before the next mail.
            warn!(room.id = %self.id, %error, commands = batch.len(), "nothing could be stored: room thrown away");
            self.turn_away(&batch, Refusal::StorageUnavailable).await;
            // Who was let in from the lobby is not in the batch.
            for entering in turn.entering {
                entering.outbox.close(Refusal::StorageUnavailable, u32::try_from(RETRY.as_millis()).ok());
            }
            return;
        }
        self.carry_out(&room, turn).await;
        self.room = Some(room);
    }

    /// Makes the room know whom and what its commands are about. What the store cannot be asked of stays unknown, and the command is refused.
    async fn introduce(&self, room: &mut Room, batch: &[Mail]) {
        let bodies = batch.iter().filter_map(|mail| match mail {
            Mail::Command { command, .. } => Some(&command.body),
            Mail::Enter { .. }
            | Mail::Further { .. }
            | Mail::Leave { .. }
            | Mail::Report { .. }
            | Mail::Expel(_)
            | Mail::Unban { .. }
            | Mail::Reread
            | Mail::Replan
            | Mail::Door { .. }
            | Mail::People(_)
            | Mail::Votes { .. } => None,
        });
        let bodies: Vec<_> = bodies.collect();
        let strangers: BTreeSet<_> = bodies.iter().filter_map(|body| room.stranger(body)).collect();
        let forgotten: BTreeSet<_> = bodies.iter().filter_map(|body| room.forgotten(body)).collect();
        for message in forgotten {
            match self.house.store.recalled(self.id, message).await {
                Ok(said) => said.into_iter().for_each(|said| room.recall(said)),
                Err(error) => warn!(room.id = %self.id, %error, "what was said long ago cannot be looked up"),
            }
        }
        for who in strangers {
            match self.house.store.person_of_room(self.id, who).await {
                Ok(Some((name, role))) => room.introduce(who, Person { name, role }),
                Ok(None) => {}
                Err(error) => warn!(room.id = %self.id, %error, "a participant cannot be looked up"),
            }
        }
    }

    /// What is planned, where that may be something else than the room holds. What cannot be read now is read later.
    async fn planned(&mut self) -> Option<RunOfShow> {
        if !self.stale {
            return None;
        }
        match run_of_show(&self.house.store, self.id).await {
            Ok(planned) => {
                self.stale = false;
                planned
            }
            Err(error) => {
                warn!(room.id = %self.id, %error, "what is planned cannot be read");
                None
            }
        }
    }

    /// Reads the log, where the room is not in memory.
    async fn load(&mut self) -> Result<(), StoreError> {
        if self.room.is_some() {
            return Ok(());
        }
        let title = self.house.store.room_title(self.id).await?.ok_or(StoreError::Corrupt("no such room"))?;
        let log = self.house.store.log(self.id).await?;
        let untold = notices::untold(&self.house.store, self.id, &log).await?;
        let room = Room::replay(self.id, title, log, self.house.clock.now()).map_err(|error| {
            error!(room.id = %self.id, %error, "the log cannot be replayed");
            StoreError::Corrupt("a log has a hole")
        })?;
        info!(room.id = %self.id, seq = room.seq().number(), "room loaded");
        for mail in untold {
            self.house.inboxes.deliver(mail).await;
        }
        if let Some(published) = self.published {
            self.house.metrics.rooms_reloaded.increment(1);
            // A commit that seemed to fail may be on the disk all the same: then everyone is told now.
            if let Some(missed) = room.since(published).filter(|missed| !missed.is_empty()) {
                self.publish(missed).await;
            }
        }
        self.published = Some(room.seq());
        self.stale = true;
        self.answers.clear();
        self.house.media.stage(self.id, room.media_plan());
        self.reactions.switch(room.counts_reactions());
        self.room = Some(room);
        // Those who are here still need not come back; of those who were sent away the end of the connection is on its way.
        let here = self.present.values().filter(|present| !present.outbox.is_ending());
        let here: Vec<_> = here.map(|present| Arc::clone(&present.who)).collect();
        if let Some(room) = &mut self.room {
            let now = self.house.clock.now();
            let mut turn = Turn::default();
            for who in &here {
                turn.take(room.arrive(now, who), None);
            }
            let mut waiting: Vec<_> = self.lobby.values().collect();
            waiting.sort_by_key(|waiting| waiting.outbox.id());
            for waiting in waiting {
                room.knock(now, &waiting.who);
            }
            if !turn.rows.is_empty() {
                self.house.store.append(&turn.rows).await.inspect_err(|_| self.room = None)?;
                self.publish(turn.updates).await;
            }
        }
        Ok(())
    }

    fn decide(&mut self, room: &mut Room, now: Timestamp, planned: Option<RunOfShow>, batch: &[Mail]) -> Turn {
        let mut turn = Turn::default();
        if let Some(planned) = planned {
            turn.take(room.plan(now, planned), None);
        }
        for mail in batch {
            match mail {
                // Whoever is turned away at the door may have asked in the same breath.
                Mail::Command { who, .. } | Mail::Report { who, .. } if !self.is_known(who) => {}
                Mail::Command { from, who, command } => turn.take(room.handle(now, who, command), Some(from)),
                Mail::Report { from, who, report } => turn.take(room.report_direct(now, who, report), Some(from)),
                // Who was sent away before the room heard of them: a newer connection of theirs may be here already.
                Mail::Enter { outbox, .. } | Mail::Further { outbox, .. } if outbox.is_ending() => {}
                Mail::Enter { outbox, who, after } => {
                    let entering = Entering { outbox: Arc::clone(outbox), who: Arc::clone(who), after: *after };
                    self.at_the_door(room, now, &mut turn, entering);
                }
                Mail::Further { outbox, who, after } => {
                    turn.entering.push(Entering { outbox: Arc::clone(outbox), who: Arc::clone(who), after: Some(*after) });
                }
                Mail::Expel(participant) => turn.take(room.expel(now, *participant), None),
                Mail::Unban { participant, by, done } => {
                    turn.take(room.unban(now, *participant, *by), None);
                    turn.done.push(done.clone());
                }
                // They are read again by now.
                Mail::Reread | Mail::Replan => {}
                Mail::Leave { connection, who } => {
                    turn.leaving.push(*connection);
                    if self.leaves(*connection, who) {
                        room.depart(now, who);
                    } else if self.stops_waiting(*connection, who) {
                        room.give_up(who.participant);
                    }
                }
                Mail::Door { who, answer } => {
                    let refusal = match room.door(now, who) {
                        Door::Open => None,
                        Door::Lobby => Some(Refusal::NotAllowed),
                        Door::Shut { refusal, .. } => Some(refusal),
                    };
                    // full, or nobody waits any more: nobody hears
                    let _ = answer.try_send(refusal);
                }
                Mail::Votes { role, poll, answer } => {
                    // full, or nobody waits any more: nobody hears
                    let _ = answer.try_send(room.votes(*role, *poll));
                }
                Mail::People(asked) => {
                    // full, or nobody waits any more: nobody hears
                    let people = room.here().map(|(who, person)| (who, person.clone())).collect();
                    let _ = asked.try_send(people::Present { people, naming: room.naming(), muted: room.muted().collect() });
                }
            }
            for admitted in std::mem::take(&mut turn.admitted) {
                self.admit(room, now, &mut turn, admitted);
            }
        }
        turn.take(room.wake(now), None);
        turn
    }

    fn enter(&mut self, room: &mut Room, now: Timestamp, turn: &mut Turn, entering: Entering) {
        turn.take(room.arrive(now, &entering.who), None);
        let present = Present { outbox: Arc::clone(&entering.outbox), who: Arc::clone(&entering.who) };
        if let Some(before) = self.present.insert(place(&entering.who), present) {
            turn.leaving.push(before.outbox.id());
        }
        turn.entering.push(entering);
    }

    /// Whether somebody is in the room on this device, or waits at its door.
    fn is_known(&self, who: &Actor) -> bool {
        self.present.contains_key(&place(who)) || self.lobby.contains_key(&place(who))
    }

    /// False where a newer connection keeps the place.
    fn leaves(&mut self, connection: ConnectionId, who: &Actor) -> bool {
        let is_theirs = self.present.get(&place(who)).is_some_and(|present| present.outbox.id() == connection);
        is_theirs && self.present.remove(&place(who)).is_some()
    }

    async fn carry_out(&mut self, room: &Room, turn: Turn) {
        for (outbox, reply) in turn.replies {
            match reply.outcome {
                Outcome::Accepted { .. } => self.house.metrics.commands_accepted.increment(1),
                Outcome::Refused { .. } | Outcome::Unknown => self.house.metrics.commands_refused.increment(1),
            }
            outbox.push(&encode(&ServerFrame::Reply(reply)));
        }
        if !turn.updates.is_empty() {
            self.publish(turn.updates).await;
        }
        if let Some(plan) = turn.media {
            self.house.media.stage(self.id, plan);
        }
        self.reactions.switch(room.counts_reactions());
        for signal in turn.signals {
            self.tell(signal).await;
        }
        for participant in turn.mine {
            self.tell_own(room, participant);
        }
        self.part(&turn.parting);
        for ban in turn.bans {
            // The one who hears goes only when the server does, and then everybody's connection goes.
            let _ = self.house.bans.send(ban).await;
        }
        for done in turn.done {
            // full, or nobody waits any more: nobody hears
            let _ = done.try_send(());
        }
        for outbox in turn.knocking {
            outbox.push(&encode(&ServerFrame::Waiting { room: self.id }));
        }
        // Who came and went within one batch comes first: no connection comes in twice, so leaving is always the last of it.
        for entering in turn.entering {
            self.let_in(room, entering).await;
        }
        for connection in turn.leaving {
            self.tell(Tell::Leave(connection)).await;
        }
        self.tell_of_lobby(room).await;
    }

    /// Their own, on each of their devices.
    fn tell_own(&self, room: &Room, participant: ParticipantId) {
        let mut frame = None;
        for (_, present) in self.present.range(places(participant)) {
            present.outbox.push(frame.get_or_insert_with(|| encode(&ServerFrame::Mine(room.mine(participant)))));
        }
    }

    /// Everybody gets what the log holds now, in place of what they have.
    async fn show_anew(&mut self, room: &Room) {
        self.erased = Some(room.seq());
        let [control, moderators, crew, audience] =
            [Role::Producer, Role::Moderator, Role::Speaker, Role::Attendee].map(|role| self.answers.snapshot(room, role));
        self.tell(Tell::Anew { control, moderators, crew, audience }).await;
    }

    async fn publish(&mut self, updates: Vec<Arc<Update>>) {
        self.house.metrics.updates.increment(updates.len() as u64);
        for update in &updates {
            notices::tell(&self.house.inboxes, self.id, update);
        }
        self.published = updates.last().map(|last| last.seq).or(self.published);
        self.tell(Tell::Updates(updates)).await;
    }

    /// Gives a connection what it lacks, and the ticks from here on; where it lacks much a part of it, and the rest when it has read that.
    async fn let_in(&mut self, room: &Room, Entering { outbox, who, after }: Entering) {
        let role = who.role;
        let after = after.filter(|after| self.erased.is_none_or(|erased| *after > erased));
        outbox.let_in();
        let (answer, seq) = self.answers.answer(room, role, after, Instant::now());
        outbox.push_answer(&answer);
        if seq < room.seq() {
            return outbox.owes_after(seq);
        }
        let mine = room.mine(who.participant);
        if !mine.is_none() {
            outbox.push(&encode(&ServerFrame::Mine(mine)));
        }
        if let Some(body) = self.told_lobby.clone().filter(|_| View::of(role).looks_after()) {
            outbox.push(&encode(&ServerFrame::Signal(Signal { room: self.id, body })));
        }
        self.tell(Tell::Enter { outbox, who: who.participant, view: View::of(role), seq }).await;
    }

    async fn tell(&self, tell: Tell) {
        // The fan-out goes only when the server does.
        let _ = self.tell.send(tell).await;
    }
}

fn place(who: &Actor) -> Place {
    (who.participant, who.device)
}

/// All devices of somebody.
fn places(who: ParticipantId) -> RangeInclusive<Place> {
    (who, None)..=(who, Some(DeviceId::from_uuid(Uuid::max())))
}
