//! How much there is to report of the rooms of an event.

use std::collections::HashMap;

use houselights_shared::{EventId, RoomId};

use super::{Statement, Store, StoreError, Value, audit::acts};

/// How much a room's log holds of what reports are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoomFigures {
    pub(crate) event: EventId,
    pub(crate) room: RoomId,
    pub(crate) title: String,
    pub(crate) messages: u32,
    pub(crate) questions: u32,
    /// Those that were opened.
    pub(crate) polls: u32,
    /// Those of them in which votes are not anonymous.
    pub(crate) named_polls: u32,
    /// What was done to keep the room in order.
    pub(crate) acts: u32,
    /// Everything.
    pub(crate) entries: u32,
}

/// Votes come first: in a large room nearly everything is one.
const COUNTED: &str = concat!(
    "SELECT r.id, r.event_id, r.title, k.kind, k.number FROM rooms r LEFT JOIN \
     (SELECT s.room_id, s.kind, COUNT(*) AS number FROM (SELECT u.room_id, CASE \
     WHEN u.body LIKE '%\"what\":\"poll_voted\"%' OR u.body LIKE '%\"what\":\"question_upvoted\"%' THEN 'vote' \
     WHEN u.body LIKE '%\"what\":\"message_sent\"%' THEN 'message' \
     WHEN u.body LIKE '%\"what\":\"question_asked\"%' THEN 'question' \
     WHEN u.body LIKE '%\"what\":\"poll_opened\"%' AND u.body LIKE '%\"named\":true%' THEN 'named_poll' \
     WHEN u.body LIKE '%\"what\":\"poll_opened\"%' THEN 'poll' \
     WHEN ",
    acts!(),
    " THEN 'act' ELSE 'other' END AS kind FROM updates u JOIN rooms x ON x.id = u.room_id WHERE x.event_id IN ({list})) s \
     GROUP BY s.room_id, s.kind) k ON k.room_id = r.id WHERE r.event_id IN ({list}) AND r.deleted_at IS NULL \
     ORDER BY r.position, r.id"
);

impl Store {
    /// The rooms of these events, each event's in their order.
    pub(crate) async fn room_figures(&self, events: impl IntoIterator<Item = EventId>) -> Result<Vec<RoomFigures>, StoreError> {
        let events = events.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(COUNTED, Vec::new(), events)).await?;
        let (mut rooms, mut places) = (Vec::<RoomFigures>::new(), HashMap::new());
        for row in &rows {
            let room: RoomId = row.parsed(0)?;
            let place = *places.entry(room).or_insert(rooms.len());
            if place == rooms.len() {
                rooms.push(RoomFigures {
                    event: row.parsed(1)?,
                    room,
                    title: row.text(2)?.to_owned(),
                    messages: 0,
                    questions: 0,
                    polls: 0,
                    named_polls: 0,
                    acts: 0,
                    entries: 0,
                });
            }
            let Some(figures) = rooms.get_mut(place) else { continue };
            let number = u32::try_from(row.maybe_int(4)?.unwrap_or_default()).unwrap_or(u32::MAX);
            figures.count(row.maybe::<String>(3)?.as_deref().unwrap_or_default(), number);
        }
        Ok(rooms)
    }
}

impl RoomFigures {
    fn count(&mut self, kind: &str, number: u32) {
        self.entries = self.entries.saturating_add(number);
        match kind {
            "message" => self.messages = number,
            "question" => self.questions = number,
            "poll" => self.polls = self.polls.saturating_add(number),
            "named_poll" => {
                self.polls = self.polls.saturating_add(number);
                self.named_polls = number;
            }
            "act" => self.acts = number,
            _ => {}
        }
    }
}
