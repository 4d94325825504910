//! What those who look after a room did in it: entries of its log, with the names and the words that they are about.

use std::collections::{BTreeSet, HashMap};

use houselights_shared::{
    AuditEntry, AuditPage, AuditPerson, Message, MessageId, ParticipantId, RoomId, Seq, Update, UpdateBody,
};

use super::{Statement, Store, StoreError, Value};

/// As many of those whom one entry names are told: a whole audience may be let in at once.
const NAMED: usize = 20;

/// Whether an entry `u` is one that somebody made who looks after the room. What its author removed is not of them, nor what made way for somebody's
/// report. An erasure writes fields in another order.
macro_rules! acts {
    () => {
        "u.by_participant IS NOT NULL AND (\
         u.body LIKE '%\"what\":\"rules_set\"%' OR u.body LIKE '%\"what\":\"sanction%' OR u.body LIKE '%\"what\":\"message_removed\"%' \
         OR u.body LIKE '%\"what\":\"message_hidden\"%' OR u.body LIKE '%\"what\":\"message_shown\"%' \
         OR u.body LIKE '%\"what\":\"message_pinned\"%' OR u.body LIKE '%\"what\":\"unpinned\"%' \
         OR u.body LIKE '%\"what\":\"announce%' OR u.body LIKE '%\"what\":\"question_settled\"%' \
         OR (u.body LIKE '%\"what\":\"report_settled\"%' AND u.body NOT LIKE '%\"made_way\":true%') OR u.body LIKE '%\"what\":\"admitted\"%') \
         AND NOT (u.body LIKE '%\"what\":\"message_removed\"%' AND EXISTS (SELECT 1 FROM messages m \
         WHERE m.room_id = u.room_id AND m.gone = u.seq AND m.author = u.by_participant))"
    };
}
pub(super) use acts;

const DONE: &str = concat!(
    "SELECT u.seq, u.at, u.by_participant, u.command_by, u.command_id, u.body FROM updates u WHERE u.room_id = $1 AND u.seq < $2 AND ",
    acts!(),
    " ORDER BY u.seq DESC LIMIT $3"
);

impl Store {
    /// What was done before a position, newest first.
    pub(crate) async fn audit(&self, room: RoomId, before: Option<Seq>, most: usize) -> Result<AuditPage, StoreError> {
        self.index(room).await?;
        let end = before.map_or(i64::MAX, |before| i64::try_from(before.number()).unwrap_or(i64::MAX));
        let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
        let mut updates = self.entries(room, DONE, vec![Value::id(&room), end.into(), limit.into()]).await?;
        let more = updates.len() > most;
        updates.truncate(most);
        let names = self.called(&updates).await?;
        let messages = self.meant(room, &updates).await?;
        let entries = updates.into_iter().map(|update| {
            let name = |who: &ParticipantId| names.get(who).cloned().unwrap_or_default();
            let whom = whom(&update.body);
            let further = u32::try_from(whom.len().saturating_sub(NAMED)).unwrap_or(u32::MAX);
            let people = whom.into_iter().take(NAMED);
            let people = people.map(|participant| AuditPerson { participant, name: name(&participant) }).collect();
            let message = about(&update.body).and_then(|id| messages.get(&id).cloned());
            AuditEntry {
                name: update.by.as_ref().map(name).unwrap_or_default(),
                people,
                further,
                message,
                update: shortened(update),
            }
        });
        Ok(AuditPage { entries: entries.collect(), more })
    }

    async fn called(&self, updates: &[Update]) -> Result<HashMap<ParticipantId, String>, StoreError> {
        let named = updates.iter().flat_map(|update| update.by.into_iter().chain(whom(&update.body).into_iter().take(NAMED)));
        self.names_of(&named.collect()).await
    }

    /// As participants are called now.
    pub(crate) async fn names_of(
        &self,
        people: &BTreeSet<ParticipantId>,
    ) -> Result<HashMap<ParticipantId, String>, StoreError> {
        let sql = "SELECT id, name FROM participants WHERE id IN ({list})";
        let rows = self.db.read(Statement::listing(sql, Vec::new(), people.iter().map(Value::id))).await?;
        rows.iter().map(|row| Ok((row.parsed(0)?, row.text(1)?.to_owned()))).collect()
    }

    async fn meant(&self, room: RoomId, updates: &[Update]) -> Result<HashMap<MessageId, Message>, StoreError> {
        let ids: BTreeSet<_> = updates.iter().filter_map(|update| about(&update.body)).collect();
        let sql = "SELECT u.body FROM messages m JOIN updates u ON u.room_id = m.room_id AND u.seq = m.seq \
                   WHERE m.room_id = $1 AND m.id IN ({list})";
        let rows = self.db.read(Statement::listing(sql, vec![Value::id(&room)], ids.iter().map(Value::id))).await?;
        let mut said = HashMap::new();
        for row in &rows {
            if let UpdateBody::MessageSent { message } = row.json(0)? {
                said.insert(message.id, message);
            }
        }
        Ok(said)
    }
}

/// The message that an entry names without its words.
fn about(body: &UpdateBody) -> Option<MessageId> {
    let (UpdateBody::MessageRemoved { message } | UpdateBody::MessageHidden { message }) = body else { return None };
    Some(*message)
}

/// Without those whom it does not name here.
fn shortened(mut update: Update) -> Update {
    if let UpdateBody::Admitted { participants } = &mut update.body {
        participants.truncate(NAMED);
    }
    update
}

/// Whom an entry names without a name.
fn whom(body: &UpdateBody) -> Vec<ParticipantId> {
    if let UpdateBody::SanctionLifted { participant } = body {
        vec![*participant]
    } else if let UpdateBody::Admitted { participants } = body {
        participants.clone()
    } else {
        Vec::new()
    }
}
