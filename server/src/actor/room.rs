//! The task that owns a room: rules, then the disk, and only then the world.

mod lobby;
mod reading;
mod telling;
mod turn;
mod votes;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use houselights_domain::{Actor, Door, Room};
use houselights_shared::{DeviceId, ParticipantId, Refusal, RoomId, RunOfShow, Seq, Timestamp};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};
use uuid::Uuid;

use self::{
    lobby::ToldLobby,
    turn::{Entering, Present, Turn},
    votes::Votes,
};
use super::{Mail, answers::Answers, mailbox::Mailbox, people, registry::Surroundings};
use crate::{
    realtime::{ConnectionId, Reactions, Tell},
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
    told_lobby: ToldLobby,
    reactions: Arc<Reactions>,
    answers: Answers,
    votes: Votes,
    house: Surroundings,
    tell: mpsc::Sender<Tell>,
}

impl RoomTask {
    pub(super) fn new(id: RoomId, house: Surroundings, (tell, reactions): (mpsc::Sender<Tell>, Arc<Reactions>)) -> Self {
        let (present, lobby, told_lobby, answers, votes) = Default::default();
        let (room, published, erased) = (None, None, None);
        let (anew, stale) = (false, true);
        Self { id, room, published, anew, erased, stale, present, lobby, told_lobby, reactions, answers, votes, house, tell }
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

    /// Whether nobody is here and nothing is waited for. What could never be read is not kept either.
    fn is_idle(&self) -> bool {
        let is_at_rest = self.room.as_ref().map_or(self.published.is_none(), Room::is_at_rest);
        self.present.is_empty() && self.lobby.is_empty() && is_at_rest
    }

    /// Until the room has something to do by itself.
    async fn due(&self) {
        let wait = match &self.room {
            Some(room) => {
                let next = || room.next_wake().map(|at| at.since(self.house.clock.now()));
                let next = if self.stale { Some(RETRY) } else { next() };
                next.into_iter().chain(self.told_lobby.due()).min()
            }
            // What its last commit came to is still to be found out, also where everybody left since.
            None => self.published.is_some().then_some(RETRY),
        };
        match wait {
            // A timer may fire a little early by the wall clock; then the room is asked again.
            Some(wait) => tokio::time::sleep(wait + Duration::from_millis(1)).await,
            None => std::future::pending().await,
        }
    }

    async fn turn(&mut self, batch: Vec<Mail>) {
        if batch.iter().any(|mail| matches!(mail, Mail::Reread { .. })) {
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
        if let Err(error) = self.settle(&room, turn).await {
            // The room now holds what the log may not: it is read again before the next mail.
            warn!(room.id = %self.id, %error, commands = batch.len(), "nothing could be stored: room thrown away");
            self.turn_away(&batch, Refusal::StorageUnavailable).await;
            return;
        }
        self.room = Some(room);
    }

    /// Stores what was decided, and then does it.
    async fn settle(&mut self, room: &Room, turn: Turn) -> Result<(), StoreError> {
        if !turn.rows.is_empty()
            && let Err(error) = self.house.store.append(&turn.rows).await
        {
            // Who was let in from the lobby is in no batch that is turned away.
            for entering in turn.entering {
                entering.outbox.close(Refusal::StorageUnavailable, u32::try_from(RETRY.as_millis()).ok());
            }
            return Err(error);
        }
        self.carry_out(room, turn).await;
        Ok(())
    }

    /// Makes the room know whom and what its commands are about. What the store cannot be asked of stays unknown, and the command is refused.
    async fn introduce(&self, room: &mut Room, batch: &[Mail]) {
        let bodies = batch.iter().filter_map(|mail| match mail {
            // Who waits to be let in asks for nothing.
            Mail::Command { who, command, .. } => (!self.lobby.contains_key(&place(who))).then_some((who, &command.body)),
            Mail::Enter { .. }
            | Mail::Further { .. }
            | Mail::Leave { .. }
            | Mail::Report { .. }
            | Mail::Expel(_)
            | Mail::Unban { .. }
            | Mail::Reread { .. }
            | Mail::Replan
            | Mail::Door { .. }
            | Mail::People(_)
            | Mail::Votes { .. } => None,
        });
        let bodies: Vec<_> = bodies.collect();
        let strangers: BTreeSet<_> = bodies.iter().filter_map(|(who, body)| room.stranger(who, body)).collect();
        let forgotten: BTreeSet<_> = bodies.iter().filter_map(|(who, body)| room.forgotten(who, body)).collect();
        for (_, body) in &bodies {
            room.keep_in_mind(body);
        }
        for message in forgotten {
            match self.house.store.recalled(self.id, message).await {
                Ok(said) => said.into_iter().for_each(|said| room.recall(said)),
                Err(error) => warn!(room.id = %self.id, %error, "what was said long ago cannot be looked up"),
            }
        }
        if strangers.is_empty() {
            return;
        }
        match self.house.store.people_of_room(self.id, strangers).await {
            Ok(people) => people.into_iter().for_each(|(who, person)| room.introduce(who, person)),
            Err(error) => warn!(room.id = %self.id, %error, "participants cannot be looked up"),
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
                Mail::Expel(participant) => {
                    // What they asked for while they waited came in by no door.
                    self.lobby.retain(|(who, _), _| who != participant);
                    turn.take(room.expel(now, *participant), None);
                }
                Mail::Unban { participant, by, done } => {
                    turn.take(room.unban(now, *participant, *by), None);
                    turn.done.push(done.clone());
                }
                // They are read again by now.
                Mail::Reread { .. } | Mail::Replan => {}
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
                    let _ = answer.try_send(self.votes.of(Instant::now(), room, *role, *poll));
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
