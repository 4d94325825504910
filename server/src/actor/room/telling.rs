//! What was stored is told, and what follows from it is done.

use std::sync::Arc;

use houselights_domain::{Room, View};
use houselights_shared::{Outcome, ParticipantId, Role, ServerFrame, Signal, Update};
use tokio::time::Instant;

use super::{
    RoomTask, places,
    turn::{Entering, Turn},
};
use crate::{
    actor::notices,
    realtime::{Tell, WRITES_IN_A_ROW, encode},
};

impl RoomTask {
    pub(super) async fn carry_out(&mut self, room: &Room, turn: Turn) {
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
        let mut written = 0;
        for participant in turn.mine {
            written += self.tell_own(room, participant);
            // When a quiz closes this is everybody.
            if written >= WRITES_IN_A_ROW {
                written = 0;
                tokio::task::yield_now().await;
            }
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

    /// Their own, on each of their devices: on how many.
    fn tell_own(&self, room: &Room, participant: ParticipantId) -> usize {
        let (mut frame, mut written) = (None, 0);
        for (_, present) in self.present.range(places(participant)) {
            present.outbox.push(frame.get_or_insert_with(|| encode(&ServerFrame::Mine(room.mine(participant)))));
            written += 1;
        }
        written
    }

    /// Everybody gets what the log holds now, in place of what they have.
    pub(super) async fn show_anew(&mut self, room: &Room) {
        self.erased = Some(room.seq());
        let [control, moderators, crew, audience] =
            [Role::Producer, Role::Moderator, Role::Speaker, Role::Attendee].map(|role| self.answers.snapshot(room, role));
        self.tell(Tell::Anew { control, moderators, crew, audience }).await;
    }

    pub(super) async fn publish(&mut self, updates: Vec<Arc<Update>>) {
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
        if let Some(body) = self.told_lobby.body().filter(|_| View::of(role).looks_after()) {
            outbox.push(&encode(&ServerFrame::Signal(Signal { room: self.id, body })));
        }
        self.tell(Tell::Enter { outbox, who: who.participant, view: View::of(role), seq }).await;
    }
}
