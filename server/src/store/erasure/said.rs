//! What somebody said, in rooms, to others and of themselves.

use std::collections::HashSet;

use houselights_shared::{PollId, UpdateBody};
use serde_json::{Value as Json, json};

use super::{
    super::{Statement, Store, StoreError, Value},
    LISTED, Trace,
};

/// Where it stands in an update what somebody said, or voted for, as JSON pointers (RFC 6901).
const WORDS: [&str; 12] = [
    "/message/text",
    "/note/text",
    "/question/text",
    "/standing/answer/text",
    "/hand/note",
    "/report/reason",
    "/choice/text",
    "/choice/words",
    "/choice/options",
    "/choice/stars",
    "/announcement/text",
    "/text",
];

impl Store {
    /// What they said in rooms; with or without what is their secret.
    pub(super) async fn said(&self, places: &[Trace], with_secrets: bool) -> Result<Vec<Json>, StoreError> {
        let named = if with_secrets { HashSet::new() } else { self.named_polls(places).await? };
        let is_told = |body: &UpdateBody| with_secrets || !body.is_secret(|poll| named.contains(&poll));
        let mut said = Vec::new();
        for some in places.chunks(LISTED) {
            let sql = "SELECT r.title, u.at, u.body FROM updates u JOIN rooms r ON r.id = u.room_id WHERE u.by_participant IN ({list}) \
                       ORDER BY u.room_id, u.seq";
            let ids = some.iter().map(|trace| Value::id(&trace.participant));
            for row in self.db.read(Statement::listing(sql, Vec::new(), ids)).await? {
                if !is_told(&row.json(2)?) {
                    continue;
                }
                let body: Json = row.json(2)?;
                // What else they did may name others.
                let text = WORDS.iter().find_map(|at| body.pointer(at)).cloned().unwrap_or_default();
                said.push(json!({ "room": row.text(0)?, "at": row.int(1)?, "what": body.get("what"), "text": text }));
            }
        }
        Ok(said)
    }

    /// The polls of the rooms in which they voted that told them that they are seen.
    async fn named_polls(&self, places: &[Trace]) -> Result<HashSet<PollId>, StoreError> {
        let mut named = HashSet::new();
        for some in places.chunks(LISTED) {
            let sql = "SELECT body FROM updates WHERE body LIKE '%\"what\":\"poll_opened\"%' AND body LIKE '%\"named\":true%' AND room_id IN \
                       (SELECT room_id FROM updates WHERE by_participant IN ({list}) AND body LIKE '%\"what\":\"poll_voted\"%')";
            let ids = some.iter().map(|trace| Value::id(&trace.participant));
            for row in self.db.read(Statement::listing(sql, Vec::new(), ids)).await? {
                if let UpdateBody::PollOpened { poll } = row.json(0)?
                    && poll.form.named
                {
                    named.insert(poll.id);
                }
            }
        }
        Ok(named)
    }

    /// What they wrote to others, whom it does not name.
    pub(super) async fn wrote(&self, places: &[Trace]) -> Result<Vec<Json>, StoreError> {
        let mut wrote = Vec::new();
        for some in places.chunks(LISTED) {
            let sql = "SELECT at, body FROM inbox WHERE kind = 'sent' AND participant_id IN ({list}) ORDER BY participant_id, position";
            let ids = some.iter().map(|trace| Value::id(&trace.participant));
            for row in self.db.read(Statement::listing(sql, Vec::new(), ids)).await? {
                let body: Json = row.json(1)?;
                wrote.push(json!({ "at": row.int(0)?, "text": body.get("text") }));
            }
        }
        Ok(wrote)
    }

    /// What they said of themselves, at which events.
    pub(super) async fn said_of_themselves(&self, places: &[Trace]) -> Result<Vec<Json>, StoreError> {
        let mut said = Vec::new();
        for some in places.chunks(LISTED) {
            let sql = "SELECT e.title, f.headline, f.company, f.pronouns, f.about, f.links, f.shown_to, f.changed_at FROM profiles f \
                       JOIN participants p ON p.id = f.participant_id JOIN events e ON e.id = p.event_id \
                       WHERE f.participant_id IN ({list}) ORDER BY f.participant_id";
            let ids = some.iter().map(|trace| Value::id(&trace.participant));
            for row in self.db.read(Statement::listing(sql, Vec::new(), ids)).await? {
                said.push(json!({
                    "event": row.text(0)?, "headline": row.text(1)?, "company": row.text(2)?, "pronouns": row.text(3)?,
                    "about": row.text(4)?, "links": row.json::<Json>(5)?, "shown_to": row.text(6)?, "changed_at": row.int(7)?,
                }));
            }
        }
        Ok(said)
    }
}
