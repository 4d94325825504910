//! Writing somebody out of the logs of rooms, and out of what is found in those.

use serde_json::{Value as Json, json};

use super::{NOBODY, PAGE, Statement, Store, StoreError, Trace, Value};
use crate::store::purge::erase;

/// What is found of what somebody said; `$1` is who.
const SAID: [&str; 2] = [
    erase!(
        "message_edits",
        "room_id, seq",
        "EXISTS (SELECT 1 FROM messages m WHERE m.room_id = message_edits.room_id AND m.id = message_edits.id AND m.author = $1)"
    ),
    erase!("messages", "place", "author = $1"),
];

impl Store {
    /// Writes them out of the logs of their events' rooms, and out of what is found in those.
    pub(crate) async fn erase_from_logs(&self, places: &[Trace]) -> Result<(), StoreError> {
        for trace in places {
            self.erase_from_logs_of(trace).await?;
            for sql in SAID {
                self.erase(sql, &Value::id(&trace.participant)).await?;
            }
        }
        Ok(())
    }

    async fn erase_from_logs_of(&self, trace: &Trace) -> Result<(), StoreError> {
        let id = trace.participant.to_string();
        let (mut room, mut seq) = (String::new(), 0_i64);
        loop {
            let sql = "SELECT room_id, seq, body, CAST(CASE WHEN by_participant = $6 THEN 1 ELSE 0 END AS BIGINT) FROM updates \
                       WHERE room_id IN (SELECT id FROM rooms WHERE event_id = $1) AND (body LIKE $2 OR by_participant = $6) \
                       AND (room_id > $3 OR (room_id = $3 AND seq > $4)) ORDER BY room_id, seq LIMIT $5";
            let mut values =
                vec![Value::id(&trace.event), format!("%{id}%").into(), room.as_str().into(), seq.into(), PAGE.into()];
            values.push(id.as_str().into());
            let rows = self.db.read(Statement::new(sql, values)).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            (room, seq) = (last.text(0)?.to_owned(), last.int(1)?);
            let mut statements = Vec::with_capacity(rows.len());
            for row in &rows {
                let mut body: Json = row.json(2)?;
                let before = body.clone();
                forget(&mut body, &id);
                if row.int(3)? == 1 {
                    forget_own(&mut body);
                }
                if body == before {
                    continue;
                }
                let sql = "UPDATE updates SET body = $1 WHERE room_id = $2 AND seq = $3";
                statements.push(Statement::new(sql, vec![body.to_string().into(), row.text(0)?.into(), row.int(1)?.into()]));
            }
            if !statements.is_empty() {
                self.db.write(statements).await?;
            }
        }
    }
}

/// Whatever is said to be of this participant loses name and words.
fn forget(value: &mut Json, participant: &str) {
    match value {
        Json::Array(items) => items.iter_mut().for_each(|item| forget(item, participant)),
        // The place in the log stays, what was said does not.
        Json::Object(object)
            if object.contains_key("what")
                && ["message", "note"]
                    .iter()
                    .any(|said| is_author(object.get(*said).and_then(|said| said.get("author")), participant)) =>
        {
            *value = json!({ "what": "hidden" });
        }
        Json::Object(object) => {
            let is_theirs = object.get("participant").and_then(Json::as_str) == Some(participant);
            let is_said = is_author(object.get("author"), participant);
            for (key, inner) in object.iter_mut() {
                match key.as_str() {
                    "name" if is_theirs || is_said => *inner = json!(NOBODY),
                    "text" if is_said => *inner = json!(NOBODY),
                    "note" if is_theirs => *inner = json!(""),
                    "earlier" if is_said => *inner = json!([]),
                    _ => forget(inner, participant),
                }
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// Whether the author of a message, or of a question, is this participant.
fn is_author(author: Option<&Json>, participant: &str) -> bool {
    let named = author.and_then(|author| author.as_str().or_else(|| author.get("participant").and_then(Json::as_str)));
    named == Some(participant)
}

/// Of what they did themselves their words and their name go where those stand without saying whose they are.
fn forget_own(body: &mut Json) {
    let what = body.get("what").and_then(Json::as_str).unwrap_or_default();
    match what {
        "message_edited" => *body = json!({ "what": "hidden" }),
        "poll_voted" => {
            if let Some(name) = body.get_mut("name") {
                *name = json!(NOBODY);
            }
        }
        "reported" => {
            if let Some(report) = body.get_mut("report").and_then(Json::as_object_mut) {
                report.insert("name".to_owned(), json!(NOBODY));
                report.insert("reason".to_owned(), json!(""));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_said_is_gone_and_their_name_and_others_keep_theirs() {
        let mut body = json!({
            "what": "came_on_stage",
            "others": [{ "participant": "a", "name": "Ada" }, { "participant": "b", "name": "Bob" }],
        });
        forget(&mut body, "a");
        assert_eq!((&body["others"][0]["name"], &body["others"][1]["name"]), (&json!("Erased"), &json!("Bob")));
        let said =
            json!({ "what": "message_sent", "message": { "id": "m", "author": "a", "name": "Ada", "text": "I am Ada" } });
        for (who, kept) in [("a", json!({ "what": "hidden" })), ("b", said.clone())] {
            let mut body = said.clone();
            forget(&mut body, who);
            assert_eq!(body, kept);
        }
    }

    #[test]
    fn what_others_said_of_it_and_what_was_changed_is_gone_too() {
        let theirs = json!({ "author": "a", "name": "Ada", "text": "I am Ada", "earlier": ["Ada"], "mentions": ["b"] });
        let others = json!({ "author": "b", "name": "Bob", "text": "hello" });
        let mut reported = json!({ "what": "reported", "report": { "target": { "on": "message", "message": "m" }, "context": [theirs, others] } });
        forget(&mut reported, "a");
        let kept = reported["report"]["context"].clone();
        let nobody = json!({ "author": "a", "name": "Erased", "text": "Erased", "earlier": [], "mentions": ["b"] });
        assert_eq!(kept, json!([nobody, others]));
        let mut asked = json!({ "what": "question_asked", "question": { "author": { "participant": "a", "name": "Ada" }, "text": "Ada?" } });
        forget(&mut asked, "a");
        let nobody = json!({ "author": { "participant": "a", "name": "Erased" }, "text": "Erased" });
        assert_eq!(asked, json!({ "what": "question_asked", "question": nobody }));
        let mut edited = json!({ "what": "message_edited", "message": "m", "text": "I am Ada" });
        forget_own(&mut edited);
        assert_eq!(edited, json!({ "what": "hidden" }));
    }
}
