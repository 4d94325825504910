//! Where an inbox stands, for a client that has nothing of it.

use std::collections::HashMap;

use houselights_shared::{
    Conversation, INBOX_CONVERSATIONS, INBOX_MENTIONS, InboxEntry, InboxEntryBody, InboxSnapshot, ParticipantId, Peer,
    RoomRead, Seq, Strand,
};

use super::{Statement, Store, StoreError, Value, inbox::entry};

impl Store {
    /// Where an inbox stands at its position `up_to`, which is its last.
    pub(crate) async fn inbox_snapshot(&self, owner: ParticipantId, up_to: Seq) -> Result<InboxSnapshot, StoreError> {
        let mut stands = InboxSnapshot { up_to, ..InboxSnapshot::default() };
        let mut read = HashMap::new();
        let words = "SELECT body FROM inbox WHERE participant_id = $1 AND subject IS NOT NULL ORDER BY position";
        for row in self.db.read(Statement::new(words, vec![Value::id(&owner)])).await? {
            match row.json(0)? {
                InboxEntryBody::DirectsAllowed { from } => stands.directs_from = from,
                InboxEntryBody::Blocked { who } => stands.blocked.push(who),
                InboxEntryBody::ReadUpTo { strand: Strand::Person { participant }, up_to } => {
                    read.insert(participant, up_to);
                }
                InboxEntryBody::ReadUpTo { strand: Strand::Room { room }, up_to } => {
                    stands.rooms.push(RoomRead { room, up_to });
                }
                InboxEntryBody::ReadUpTo { strand: Strand::Notes { room }, up_to } => {
                    stands.notes.push(RoomRead { room, up_to });
                }
                InboxEntryBody::ReadUpTo { strand: Strand::Unknown, .. }
                | InboxEntryBody::Received { .. }
                | InboxEntryBody::Sent { .. }
                | InboxEntryBody::Mentioned { .. }
                | InboxEntryBody::Unmentioned { .. }
                | InboxEntryBody::Unblocked { .. }
                | InboxEntryBody::Forgotten { .. }
                | InboxEntryBody::Unknown => {}
            }
        }
        stands.mentions = self.latest_mentions(owner).await?;
        stands.conversations = self.conversations(owner, &read).await?;
        Ok(stands)
    }

    async fn latest_mentions(&self, owner: ParticipantId) -> Result<Vec<InboxEntry>, StoreError> {
        let sql = "SELECT position, at, body FROM inbox WHERE participant_id = $1 AND kind = 'mentioned' ORDER BY position DESC LIMIT $2";
        let most = i64::try_from(INBOX_MENTIONS).unwrap_or(i64::MAX);
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&owner), most.into()])).await?;
        rows.iter().rev().map(|row| entry(row, 0)).collect()
    }

    /// The latest conversations, of which so much is `read`.
    async fn conversations(
        &self,
        owner: ParticipantId,
        read: &HashMap<ParticipantId, Seq>,
    ) -> Result<Vec<Conversation>, StoreError> {
        let sql = "SELECT position, at, body, (SELECT count(*) FROM inbox u WHERE u.participant_id = $1 AND u.peer_id = latest.peer_id \
                   AND u.kind = 'received' AND u.position > coalesce((SELECT m.up_to FROM inbox m WHERE m.participant_id = $1 \
                   AND m.subject = 'read:person:' || latest.peer_id), 0)) FROM (SELECT position, at, body, peer_id, \
                   row_number() OVER (PARTITION BY peer_id ORDER BY position DESC) AS place FROM inbox \
                   WHERE participant_id = $1 AND kind IN ('received', 'sent')) latest WHERE place = 1 ORDER BY position DESC LIMIT $2";
        let most = i64::try_from(INBOX_CONVERSATIONS).unwrap_or(i64::MAX);
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&owner), most.into()])).await?;
        let mut conversations = Vec::with_capacity(rows.len());
        for row in &rows {
            let latest = entry(row, 0)?;
            let Some(with) = with(&latest.body) else { continue };
            let read_up_to = read.get(&with.participant).copied().unwrap_or_default();
            let unread = u32::try_from(row.int(3)?).unwrap_or(u32::MAX);
            conversations.push(Conversation { with, latest, unread, read_up_to });
        }
        Ok(conversations)
    }
}

fn with(body: &InboxEntryBody) -> Option<Peer> {
    match body {
        InboxEntryBody::Received { from: peer, .. } | InboxEntryBody::Sent { to: peer, .. } => Some(peer.clone()),
        InboxEntryBody::Mentioned { .. }
        | InboxEntryBody::Unmentioned { .. }
        | InboxEntryBody::ReadUpTo { .. }
        | InboxEntryBody::Blocked { .. }
        | InboxEntryBody::Unblocked { .. }
        | InboxEntryBody::DirectsAllowed { .. }
        | InboxEntryBody::Forgotten { .. }
        | InboxEntryBody::Unknown => None,
    }
}
