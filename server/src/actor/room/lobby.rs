//! Who waits to be let in, and who has to leave.

use std::{sync::Arc, time::Duration};

use houselights_domain::{Actor, DirectReport, Door, Room};
use houselights_shared::{Command, Outcome, ParticipantId, Refusal, Refused, Reply, ServerFrame, SignalBody, Timestamp};

use tokio::time::Instant;

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
/// The least time from one telling to the next.
const BETWEEN_LOBBIES: Duration = Duration::from_secs(1);

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
                Mail::Reread { .. }
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

    /// Whoever looks after the show hears who waits, where that changed: once a second.
    pub(super) async fn tell_of_lobby(&mut self, room: &Room) {
        if let Some(signal) = self.told_lobby.news(Instant::now(), room) {
            self.tell(Tell::Lobby(signal)).await;
        }
    }
}

/// What whoever looks after the show was told of who waits.
#[derive(Default)]
pub(super) struct ToldLobby {
    told: Option<SignalBody>,
    looked_at: Option<Instant>,
    /// Something may have changed since.
    is_owed: bool,
}

impl ToldLobby {
    pub(super) fn body(&self) -> Option<SignalBody> {
        self.told.clone()
    }

    /// In how long it is to be looked at again.
    pub(super) fn due(&self) -> Option<Duration> {
        let again = self.looked_at.filter(|_| self.is_owed)? + BETWEEN_LOBBIES;
        Some(again.saturating_duration_since(Instant::now()))
    }

    /// What there is to tell now.
    fn news(&mut self, now: Instant, room: &Room) -> Option<SignalBody> {
        let waiting = room.waiting();
        if self.told.is_none() && waiting.len() == 0 {
            return None;
        }
        self.is_owed = self.looked_at.is_some_and(|at| now < at + BETWEEN_LOBBIES);
        if self.is_owed {
            return None;
        }
        self.looked_at = Some(now);
        let count = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
        let signal = SignalBody::Lobby { count, first: waiting.take(TOLD_OF_A_LOBBY).cloned().collect() };
        if self.told.as_ref() == Some(&signal) {
            return None;
        }
        self.told = Some(signal.clone());
        Some(signal)
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
