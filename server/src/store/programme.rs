//! What is on in the rooms of an event.

use std::collections::HashMap;

use houselights_shared::{EventId, RoomCard, RoomId, SESSIONS_A_ROOM, SessionSlot, Timestamp};

use super::{Statement, Store, StoreError, Value};

/// The first sessions of each room that are not over at `$2`, or the last that are.
macro_rules! slots {
    ($which:literal, $order:literal) => {
        concat!(
            "SELECT room_id, title, starts_at, ends_at FROM \
             (SELECT room_id, title, starts_at, ends_at, id, row_number() OVER (PARTITION BY room_id ORDER BY ",
            $order,
            ", id) AS place FROM sessions WHERE event_id = $1 AND room_id IS NOT NULL AND deleted_at IS NULL AND cancelled_at IS NULL AND ",
            $which,
            ") ranked WHERE place <= $3 ORDER BY starts_at, id"
        )
    };
}

impl Store {
    /// The rooms of an event in their order, each with what is on there at a moment, what comes next, and what was there last.
    pub(crate) async fn rooms_now(&self, event: EventId, now: Timestamp) -> Result<Vec<RoomCard>, StoreError> {
        let coming = slots!("ends_at > $2", "starts_at");
        let mut coming = self.slots(coming, (event, now, SESSIONS_A_ROOM)).await?;
        let mut over = self.slots(slots!("ends_at <= $2", "ends_at DESC"), (event, now, 1)).await?;
        let rooms = self.rooms_of([event]).await?;
        let mut card = |id: RoomId, title: String| RoomCard {
            room: id,
            title,
            sessions: coming.remove(&id).unwrap_or_default(),
            before: over.remove(&id).and_then(|mut slots| slots.pop()),
        };
        Ok(rooms.into_iter().map(|row| card(row.id, row.title)).collect())
    }

    async fn slots(
        &self,
        sql: &'static str,
        (event, now, most): (EventId, Timestamp, usize),
    ) -> Result<HashMap<RoomId, Vec<SessionSlot>>, StoreError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut slots: HashMap<RoomId, Vec<SessionSlot>> = HashMap::new();
        for row in self.db.read(Statement::new(sql, vec![Value::id(&event), now.into(), most.into()])).await? {
            let slot = SessionSlot { title: row.text(1)?.to_owned(), starts_at: row.at(2)?, ends_at: row.at(3)? };
            slots.entry(row.parsed(0)?).or_default().push(slot);
        }
        Ok(slots)
    }
}
