//! Who waits to be let in, and who has to leave.

use std::{sync::Arc, time::Duration};

use houselights_domain::{Actor, DirectReport, Door, Room};
use houselights_shared::{Command, Outcome, ParticipantId, Refusal, Refused, Reply, ServerFrame, SignalBody, Timestamp};

use super::{
    RETRY, RoomTask, place, places,
    turn::{Entering, Turn},
};
use crate::{
    actor::Mail,
    realtime::{ConnectionId, Tell, encode},
};

/// Of how many who wait whoever looks after the show is told.
const TOLD_OF_A_LOBBY: usize = 100;

impl RoomTask {
    pub(super) fn at_the_door(&mut self, room: &mut Room, now: Timestamp, turn: &mut Turn, entering: Entering) {
        match room.door(now, &entering.who) {
            Door::Open => self.enter(room, now, turn, entering),
            Door::Lobby => {
                room.knock(now, &entering.who);
                turn.knocking.push(Arc::clone(&entering.outbox));
                self.lobby.insert(place(&entering.who), entering);
            }
            Door::Shut { refusal, retry_after } => entering.outbox.close_with(told(now, refusal, retry_after)),
        }
    }

    /// Somebody waits no longer, on none of their devices.
    pub(super) fn admit(&mut self, room: &mut Room, now: Timestamp, turn: &mut Turn, participant: ParticipantId) {
        room.give_up(participant);
        let places: Vec<_> = self.lobby.range(places(participant)).map(|(place, _)| *place).collect();
        for place in places {
            if let Some(entering) = self.lobby.remove(&place) {
                self.enter(room, now, turn, entering);
            }
        }
    }

    /// Whether this was a connection that waited, and nobody else of theirs does.
    pub(super) fn stops_waiting(&mut self, connection: ConnectionId, who: &Actor) -> bool {
        let is_theirs = self.lobby.get(&place(who)).is_some_and(|waiting| waiting.outbox.id() == connection);
        is_theirs && self.lobby.remove(&place(who)).is_some() && self.lobby.range(places(who.participant)).next().is_none()
    }

    pub(super) fn part(&self, parting: &[(ParticipantId, Refusal, Option<Duration>)]) {
        let now = self.house.clock.now();
        for (participant, refusal, retry_after) in parting {
            let here = self.present.range(places(*participant)).map(|(_, present)| &present.outbox);
            let waiting = self.lobby.range(places(*participant)).map(|(_, waiting)| &waiting.outbox);
            for outbox in here.chain(waiting) {
                outbox.close_with(told(now, *refusal, *retry_after));
            }
            self.house.media.left(self.id, *participant);
        }
    }

    /// Nothing was done for this batch, and says so. Who is here and who is not stays true all the same.
    pub(super) async fn turn_away(&mut self, batch: &[Mail], refusal: Refusal) {
        let retry_after_ms = u32::try_from(RETRY.as_millis()).ok();
        for mail in batch {
            match mail {
                Mail::Command { from, command: Command { id, .. }, .. }
                | Mail::Report { from, report: DirectReport { id, .. }, .. } => {
                    self.house.metrics.commands_refused.increment(1);
                    let outcome = Outcome::Refused { refusal, retry_after_ms };
                    from.push(&encode(&ServerFrame::Reply(Reply { id: *id, outcome })));
                }
                Mail::Enter { outbox, .. } | Mail::Further { outbox, .. } => outbox.close(refusal, retry_after_ms),
                // Whoever asked who is here, or whether they may be, finds the question dropped. Of whoever is banned the connections are
                // closed, and their place lapses.
                Mail::Reread
                | Mail::People(_)
                | Mail::Votes { .. }
                | Mail::Door { .. }
                | Mail::Expel(_)
                | Mail::Unban { .. } => {}
                Mail::Replan => self.stale = true,
                Mail::Leave { connection, who } => {
                    self.leaves(*connection, who);
                    self.stops_waiting(*connection, who);
                    self.tell(Tell::Leave(*connection)).await;
                }
            }
        }
    }

    /// Whoever looks after the show hears who waits, where that changed.
    pub(super) async fn tell_of_lobby(&mut self, room: &Room) {
        let count = u32::try_from(room.waiting().len()).unwrap_or(u32::MAX);
        let first: Vec<_> = room.waiting().take(TOLD_OF_A_LOBBY).cloned().collect();
        let signal = SignalBody::Lobby { count, first };
        if self.told_lobby.as_ref() != Some(&signal) && (self.told_lobby.is_some() || count > 0) {
            self.told_lobby = Some(signal.clone());
            self.tell(Tell::Control(signal)).await;
        }
    }
}

/// Why somebody is not here, and until when.
fn told(now: Timestamp, refusal: Refusal, retry_after: Option<Duration>) -> Refused {
    let opens_at = retry_after.filter(|_| refusal == Refusal::TimedOut).map(|wait| now.plus(wait));
    Refused { refusal, retry_after_ms: retry_after.map(millis), opens_at }
}

fn millis(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis()).unwrap_or(u32::MAX)
}
