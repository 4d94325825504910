//! What is on in the rooms of an event.

use std::collections::HashMap;

use houselights_shared::{EventId, RoomCard, RoomId, SESSIONS_A_ROOM, SessionSlot, Timestamp};

use super::{Statement, Store, StoreError, Value};

impl Store {
    /// The rooms of an event in their order, each with what is on there at a moment and what comes next.
    pub(crate) async fn rooms_now(&self, event: EventId, now: Timestamp) -> Result<Vec<RoomCard>, StoreError> {
        let sql = "SELECT room_id, title, starts_at, ends_at FROM \
                   (SELECT room_id, title, starts_at, ends_at, id, row_number() OVER (PARTITION BY room_id ORDER BY starts_at, id) AS place \
                   FROM sessions WHERE event_id = $1 AND room_id IS NOT NULL AND deleted_at IS NULL AND cancelled_at IS NULL \
                   AND ends_at > $2) ranked WHERE place <= $3 ORDER BY starts_at, id";
        let most = i64::try_from(SESSIONS_A_ROOM).unwrap_or(i64::MAX);
        let mut slots: HashMap<RoomId, Vec<SessionSlot>> = HashMap::new();
        for row in self.db.read(Statement::new(sql, vec![Value::id(&event), now.into(), most.into()])).await? {
            let slot = SessionSlot { title: row.text(1)?.to_owned(), starts_at: row.at(2)?, ends_at: row.at(3)? };
            slots.entry(row.parsed(0)?).or_default().push(slot);
        }
        let rooms = self.rooms_of([event]).await?;
        let mut slots_of = |room: &RoomId| slots.remove(room).unwrap_or_default();
        Ok(rooms.into_iter().map(|row| RoomCard { sessions: slots_of(&row.id), room: row.id, title: row.title }).collect())
    }
}
