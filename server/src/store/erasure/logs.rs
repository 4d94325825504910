//! Writing somebody out of the logs of rooms, and out of what is found in those.

use std::collections::HashMap;

use houselights_domain::Forgetting;
use houselights_shared::{ParticipantId, RoomId, Seq, UpdateBody};

use super::{NOBODY, PAGE, Statement, Store, StoreError, Trace, Value};
use crate::store::{messages::reworded, purge::erase};

/// What is found of what somebody said; `$1` is who.
const SAID: [&str; 2] = [
    erase!(
        "message_edits",
        "room_id, seq",
        "EXISTS (SELECT 1 FROM messages m WHERE m.room_id = message_edits.room_id AND m.id = message_edits.id AND m.author = $1)"
    ),
    erase!("messages", "place", "author = $1"),
];

/// What was written out of which logs: a later look at them finds it again, though what told whose it was is gone.
#[derive(Debug, Default)]
pub(crate) struct WrittenOut(HashMap<(RoomId, ParticipantId), Forgetting>);

impl Store {
    /// Writes them out of the logs of their events' rooms, and out of what is found in those. True where there was something of them: a room that
    /// is in memory may still write what it holds.
    pub(crate) async fn erase_from_logs(&self, places: &[Trace], known: &mut WrittenOut) -> Result<bool, StoreError> {
        let mut is_changed = false;
        for trace in places {
            let rooms = self.rooms_with(trace).await?;
            for room in rooms {
                self.index(room).await?;
                // Whoever goes through the log writes nothing of it meanwhile that was read before; what is read after is without them.
                let _turn = self.unindexed.turn(room).await;
                let forgetting = known.0.entry((room, trace.participant)).or_insert_with(|| {
                    let mut forgetting = Forgetting::new(trace.participant, NOBODY);
                    forgetting.call(&trace.name);
                    forgetting
                });
                is_changed |= self.erase_from_log(room, forgetting).await?;
            }
            for sql in SAID {
                self.erase(sql, &Value::id(&trace.participant)).await?;
            }
        }
        Ok(is_changed)
    }

    /// The rooms in which they did something or are named.
    async fn rooms_with(&self, trace: &Trace) -> Result<Vec<RoomId>, StoreError> {
        let id = trace.participant.to_string();
        let sql = "SELECT r.id FROM rooms r WHERE r.event_id = $1 AND EXISTS \
                   (SELECT 1 FROM updates u WHERE u.room_id = r.id AND (u.by_participant = $2 OR u.body LIKE $3)) ORDER BY r.id";
        let values = vec![Value::id(&trace.event), id.as_str().into(), format!("%{id}%").into()];
        self.db.read(Statement::new(sql, values)).await?.iter().map(|row| row.parsed(0)).collect()
    }

    /// Follows the log of a room: whose words a later entry holds may be told by an earlier one alone.
    async fn erase_from_log(&self, room: RoomId, forgetting: &mut Forgetting) -> Result<bool, StoreError> {
        let (mut behind, mut is_changed) = (0, false);
        loop {
            let page = self.log_after(room, behind, PAGE).await?;
            let Some(last) = page.last() else { break };
            behind = position(last.update.seq)?;
            for entry in &page {
                forgetting.read(&entry.update);
            }
        }
        // What came since is of the next look: whom it names is not known yet.
        let end = behind;
        behind = 0;
        while behind < end {
            let page = self.log_after(room, behind, PAGE.min(end - behind)).await?;
            let Some(last) = page.last() else { break };
            behind = position(last.update.seq)?;
            let changed = page.iter().filter_map(|entry| Some((entry.update.seq, forgetting.of(&entry.update)?)));
            let mut statements = Vec::new();
            for (seq, body) in changed {
                statements.push(rewritten(room, seq, &body)?);
                statements.extend(reworded(room, position(seq)?, &body));
            }
            if !statements.is_empty() {
                is_changed = true;
                self.db.write(statements).await?;
            }
        }
        Ok(is_changed)
    }
}

fn position(seq: Seq) -> Result<i64, StoreError> {
    i64::try_from(seq.number()).map_err(|_| StoreError::Corrupt("a position is too large"))
}

fn rewritten(room: RoomId, seq: Seq, body: &UpdateBody) -> Result<Statement, StoreError> {
    let body = serde_json::to_string(body).map_err(|_| StoreError::Corrupt("an update cannot be encoded"))?;
    let sql = "UPDATE updates SET body = $1 WHERE room_id = $2 AND seq = $3";
    Ok(Statement::new(sql, vec![body.into(), Value::id(&room), position(seq)?.into()]))
}
