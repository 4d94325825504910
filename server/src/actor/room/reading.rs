//! A room that is not in memory is read from its log: page by page, while others have the thread.

use houselights_domain::{Door, Effect, Reading, Room};
use tracing::{error, info};

use super::{RoomTask, turn::Turn, votes::Votes};
use crate::{actor::notices, store::StoreError};

/// How many entries are read and followed before others get the thread.
const PAGE: i64 = 1_024;

impl RoomTask {
    /// Reads the log, where the room is not in memory.
    pub(super) async fn load(&mut self) -> Result<(), StoreError> {
        if self.room.is_some() {
            return Ok(());
        }
        let (mut room, missed) = self.read().await?;
        info!(room.id = %self.id, seq = room.seq().number(), "room loaded");
        if self.published.is_some() {
            self.house.metrics.rooms_reloaded.increment(1);
        }
        self.knock_again(&mut room);
        // A commit that seemed to fail may be on the disk all the same: then everyone is told now, and what follows from it is done now.
        let mut turn = Turn::default();
        turn.take(missed, None);
        self.carry_out(&room, turn).await;
        self.published = Some(room.seq());
        self.stale = true;
        self.answers.clear();
        self.votes = Votes::default();
        self.house.media.stage(self.id, room.media_plan());
        let turn = self.call_over(&mut room);
        self.settle(&room, turn).await?;
        self.room = Some(room);
        Ok(())
    }

    /// The room, and what is still to be done about what nobody was told.
    async fn read(&self) -> Result<(Room, Vec<Effect>), StoreError> {
        let store = &self.house.store;
        let title = store.room_title(self.id).await?.ok_or(StoreError::Corrupt("no such room"))?;
        let inboxes_told = store.told_of(self.id).await?;
        let mut reading = Reading::new(self.id, title, self.published);
        let mut untold = Vec::new();
        loop {
            let after = i64::try_from(reading.seq().number()).unwrap_or(i64::MAX);
            let page = store.log_after(self.id, after, PAGE).await?;
            let is_last = page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
            untold.extend(inboxes_told.into_iter().flat_map(|told| notices::untold(self.id, &page, told)));
            reading.follow(page).map_err(|error| {
                error!(room.id = %self.id, %error, "the log cannot be replayed");
                StoreError::Corrupt("a log has a hole")
            })?;
            if is_last {
                break;
            }
            tokio::task::yield_now().await;
        }
        if inboxes_told.is_none() {
            notices::tell_from(store, self.id, reading.seq()).await;
        }
        for mail in untold {
            self.house.inboxes.deliver(mail).await;
        }
        Ok(reading.end(self.house.clock.now()))
    }

    fn knock_again(&self, room: &mut Room) {
        let mut waiting: Vec<_> = self.lobby.values().filter(|waiting| !waiting.outbox.is_ending()).collect();
        waiting.sort_by_key(|waiting| waiting.outbox.id());
        for waiting in waiting {
            room.knock(self.house.clock.now(), &waiting.who);
        }
    }

    /// Those who are here still need not come back, and who waits and was let in by now comes in.
    fn call_over(&mut self, room: &mut Room) -> Turn {
        let (now, mut turn) = (self.house.clock.now(), Turn::default());
        // Of those who were sent away the end of the connection is on its way.
        for present in self.present.values().filter(|present| !present.outbox.is_ending()) {
            turn.take(room.arrive(now, &present.who), None);
        }
        let let_in =
            self.lobby.values().filter(|waiting| !waiting.outbox.is_ending() && room.door(now, &waiting.who) == Door::Open);
        for participant in let_in.map(|waiting| waiting.who.participant).collect::<Vec<_>>() {
            self.admit(room, now, &mut turn, participant);
        }
        turn
    }
}
