//! Inboxes: what the rules need of them, what is appended, and what their owners are told.

use std::collections::HashMap;

use houselights_domain::{Acquainted, Inbox, InboxRow, Mention};
use houselights_shared::{
    CommandId, EventId, INBOX_PAGE, InboxEntry, InboxEntryBody, InboxPage, Message, MessageId, ParticipantId, Peer, RoomId,
    Seq, Strand,
};

use super::{Row, Statement, Store, StoreError, Value, invites::read_role};

/// Ids that are named in one statement.
const LISTED: usize = 500;
/// What is not the last word any more.
const NOTHING: &str = r#"{"what":"nothing"}"#;

impl Store {
    /// The inboxes of those of these participants whom there is.
    pub(crate) async fn inboxes(&self, owners: &[ParticipantId]) -> Result<Vec<Inbox>, StoreError> {
        let mut inboxes = Vec::with_capacity(owners.len());
        for some in owners.chunks(LISTED) {
            let of = |sql| Statement::listing(sql, Vec::new(), some.iter().map(Value::id));
            // Whoever can come in no more is not written to.
            let people = "SELECT p.id, p.event_id, p.name, p.role, (SELECT coalesce(max(i.position), 0) FROM inbox i \
                          WHERE i.participant_id = p.id), CASE WHEN EXISTS (SELECT 1 FROM invites v WHERE v.participant_id = p.id) \
                          OR EXISTS (SELECT 1 FROM logins l WHERE l.participant_id = p.id) THEN 0 ELSE 1 END \
                          FROM participants p WHERE p.id IN ({list})";
            let words = "SELECT participant_id, body FROM inbox WHERE subject IS NOT NULL AND participant_id IN ({list})";
            let mut last_words: HashMap<ParticipantId, Vec<InboxEntryBody>> = HashMap::new();
            let (people, words) = tokio::try_join!(self.db.read(of(people)), self.db.read(of(words)))?;
            for row in &words {
                last_words.entry(row.parsed(0)?).or_default().push(row.json(1)?);
            }
            for row in &people {
                let owner = Peer { participant: row.parsed(0)?, name: row.text(2)?.to_owned(), role: read_role(row.text(3)?) };
                let words = last_words.remove(&owner.participant).unwrap_or_default();
                let inbox = Inbox::new(row.parsed(1)?, owner).restored(position(row, 4)?, words);
                inboxes.push(if row.is(5)? { inbox.left() } else { inbox });
            }
        }
        Ok(inboxes)
    }

    /// Appends to inboxes, with how far they are `told` of rooms by that, all or nothing, and returns when it is on the disk.
    pub(crate) async fn append_to_inboxes(&self, rows: &[InboxRow], told: &HashMap<RoomId, Seq>) -> Result<(), StoreError> {
        let mut statements = Vec::with_capacity(2 * rows.len() + told.len());
        statements.extend(told.iter().map(|(room, seq)| told_up_to(*room, *seq)));
        for row in rows {
            statements.extend(takes_the_place(row));
            statements.push(insert(row)?);
        }
        self.db.write(statements).await.map(drop)
    }

    /// How far inboxes were told of what happens in a room; nothing where that was never written down.
    pub(crate) async fn told_of(&self, room: RoomId) -> Result<Option<Seq>, StoreError> {
        let sql = "SELECT value FROM settings WHERE name = $1";
        let rows = self.db.read(Statement::new(sql, vec![name_of_told(room).into()])).await?;
        let number = rows.first().map(|row| row.text(0)?.parse::<u64>().map_err(|_| StoreError::Corrupt("a position is none")));
        Ok(number.transpose()?.map(Seq::new))
    }

    /// Inboxes are told of what happens in a room from here on.
    pub(crate) async fn tell_of(&self, room: RoomId, from: Seq) -> Result<(), StoreError> {
        self.db.write(vec![told_up_to(room, from)]).await.map(drop)
    }

    /// The first answers to those of these commands that were accepted.
    pub(crate) async fn inbox_answers(
        &self,
        commands: &[(ParticipantId, CommandId)],
    ) -> Result<HashMap<(ParticipantId, CommandId), Seq>, StoreError> {
        let mut answers = HashMap::new();
        for some in commands.chunks(LISTED) {
            let sql = "SELECT participant_id, command_id, position FROM inbox WHERE command_id IN ({list})";
            let ids = some.iter().map(|(_, command)| Value::id(command));
            for row in self.db.read(Statement::listing(sql, Vec::new(), ids)).await? {
                answers.insert((row.parsed(0)?, row.parsed(1)?), position(&row, 2)?);
            }
        }
        Ok(answers)
    }

    /// What two people have written to each other, as seen by the first.
    pub(crate) async fn acquainted(&self, one: ParticipantId, other: ParticipantId) -> Result<Acquainted, StoreError> {
        let sql = "SELECT CASE WHEN EXISTS (SELECT 1 FROM inbox WHERE participant_id = $1 AND peer_id = $2 AND kind = 'sent') THEN 1 ELSE 0 END, \
                   CASE WHEN EXISTS (SELECT 1 FROM inbox WHERE participant_id = $2 AND peer_id = $1 AND kind = 'sent') THEN 1 ELSE 0 END";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&one), Value::id(&other)])).await?;
        let row = rows.first().ok_or(StoreError::Corrupt("a row is missing"))?;
        Ok(Acquainted { wrote: row.is(0)?, was_written_to: row.is(1)? })
    }

    /// What came into an inbox after a position, as far as it still says something; nothing where that is more than `most`.
    pub(crate) async fn inbox_since(
        &self,
        owner: ParticipantId,
        after: Seq,
        most: usize,
    ) -> Result<Option<Vec<InboxEntry>>, StoreError> {
        let sql = "SELECT position, at, body FROM inbox WHERE participant_id = $1 AND position > $2 AND kind <> 'nothing' \
                   ORDER BY position LIMIT $3";
        let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&owner), number(after)?, limit.into()])).await?;
        let entries = rows.iter().map(|row| entry(row, 0)).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(entries).filter(|entries| entries.len() <= most))
    }

    /// The part of a conversation that stands before a position, or its end.
    pub(crate) async fn conversation(
        &self,
        owner: ParticipantId,
        with: ParticipantId,
        before: Option<Seq>,
    ) -> Result<InboxPage, StoreError> {
        let sql = "SELECT position, at, body FROM inbox WHERE participant_id = $1 AND peer_id = $2 AND kind IN ('received', 'sent') \
                   AND position < $3 ORDER BY position DESC LIMIT $4";
        let before = before.map_or(Ok(Value::Int(i64::MAX)), number)?;
        let limit = i64::try_from(INBOX_PAGE + 1).unwrap_or(i64::MAX);
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&owner), Value::id(&with), before, limit.into()])).await?;
        let entries = rows.iter().take(INBOX_PAGE).rev().map(|row| entry(row, 0)).collect::<Result<_, _>>()?;
        Ok(InboxPage { entries, has_more: rows.len() > INBOX_PAGE })
    }

    /// The event that a room belongs to, if there is such a room.
    pub(crate) async fn event_of_room(&self, room: RoomId) -> Result<Option<EventId>, StoreError> {
        let rows = self.db.read(Statement::new("SELECT event_id FROM rooms WHERE id = $1", vec![Value::id(&room)])).await?;
        rows.first().map(|row| row.parsed(0)).transpose()
    }

    /// In whose inboxes these participants stand.
    pub(crate) async fn inboxes_that_name(
        &self,
        participants: &[ParticipantId],
    ) -> Result<Vec<(ParticipantId, ParticipantId)>, StoreError> {
        let mut named = Vec::new();
        for some in participants.chunks(LISTED) {
            let sql =
                "SELECT DISTINCT participant_id, peer_id FROM inbox WHERE peer_id IN ({list}) ORDER BY participant_id, peer_id";
            for row in self.db.read(Statement::listing(sql, Vec::new(), some.iter().map(Value::id))).await? {
                named.push((row.parsed(0)?, row.parsed(1)?));
            }
        }
        Ok(named)
    }

    /// Who was told that a message mentions them, and what.
    pub(crate) async fn mentioned_in(&self, message: MessageId) -> Result<Vec<(ParticipantId, Mention)>, StoreError> {
        let sql = "SELECT participant_id, body FROM inbox WHERE message_id = $1 AND kind = 'mentioned' ORDER BY participant_id";
        let mut told = Vec::new();
        for row in self.db.read(Statement::new(sql, vec![Value::id(&message)])).await? {
            if let InboxEntryBody::Mentioned { by, room, notes, seq, message, excerpt } = row.json(1)? {
                told.push((row.parsed(0)?, Mention { by, room, notes, seq, message, excerpt, notified: Vec::new() }));
            }
        }
        Ok(told)
    }

    /// A message that somebody received, and at most so many of what was written in the conversation before it, oldest first; who wrote it. Its id is
    /// its author's to choose: where others wrote under it, too, it is the one of whoever is named, or else the first.
    pub(crate) async fn received(
        &self,
        owner: &Peer,
        (message, from): (MessageId, Option<ParticipantId>),
        before: usize,
    ) -> Result<Option<(Peer, Vec<Message>)>, StoreError> {
        let sql = "SELECT body, position FROM inbox WHERE participant_id = $1 AND message_id = $2 AND kind = 'received' \
                   AND (peer_id = $3 OR CAST($3 AS TEXT) IS NULL) ORDER BY position LIMIT 1";
        let from = from.map(|from| from.to_string()).into();
        let values = vec![Value::id(&owner.participant), Value::id(&message), from];
        let rows = self.db.read(Statement::new(sql, values)).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let InboxEntryBody::Received { from, .. } = row.json(0)? else { return Ok(None) };
        let sql = "SELECT position, at, body FROM inbox WHERE participant_id = $1 AND peer_id = $2 AND position <= $3 \
                   AND kind IN ('received', 'sent') ORDER BY position DESC LIMIT $4";
        let most = i64::try_from(before + 1).unwrap_or(i64::MAX);
        let values = vec![Value::id(&owner.participant), Value::id(&from.participant), number(position(row, 1)?)?, most.into()];
        let rows = self.db.read(Statement::new(sql, values)).await?;
        let said = rows.iter().rev().map(|row| entry(row, 0).map(|entry| said(owner, entry)));
        Ok(Some((from, said.filter_map(Result::transpose).collect::<Result<_, _>>()?)))
    }
}

/// What was received or sent, as a message of whoever wrote it.
fn said(owner: &Peer, entry: InboxEntry) -> Option<Message> {
    let (Peer { participant, name, role }, message, text) = match entry.body {
        InboxEntryBody::Received { from, message, text } => (from, message, text),
        InboxEntryBody::Sent { message, text, .. } => (owner.clone(), message, text),
        InboxEntryBody::Mentioned { .. }
        | InboxEntryBody::Unmentioned { .. }
        | InboxEntryBody::ReadUpTo { .. }
        | InboxEntryBody::Blocked { .. }
        | InboxEntryBody::Unblocked { .. }
        | InboxEntryBody::DirectsAllowed { .. }
        | InboxEntryBody::Forgotten { .. }
        | InboxEntryBody::Unknown => return None,
    };
    Some(Message::new(message, (participant, name, role), entry.at, text))
}

/// By what it is known how far inboxes were told of a room.
fn name_of_told(room: RoomId) -> String {
    format!("told:{room}")
}

fn told_up_to(room: RoomId, seq: Seq) -> Statement {
    let sql = "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    Statement::new(sql, vec![name_of_told(room).into(), seq.number().to_string().into()])
}

/// What makes room for an entry that is the last word on something.
fn takes_the_place(row: &InboxRow) -> Option<Statement> {
    let values = |subject: String| vec![Value::id(&row.owner), subject.into()];
    match &row.entry.body {
        // Whoever reads on makes many of these, and one that is asked for again changes nothing.
        InboxEntryBody::ReadUpTo { .. } => {
            let sql = "DELETE FROM inbox WHERE participant_id = $1 AND subject = $2";
            Some(Statement::new(sql, values(subject(&row.entry.body)?)))
        }
        InboxEntryBody::Unmentioned { message } | InboxEntryBody::Mentioned { message, .. } => {
            let sql = "UPDATE inbox SET kind = 'nothing', peer_id = NULL, message_id = NULL, body = $3 \
                       WHERE participant_id = $1 AND message_id = $2 AND kind = 'mentioned'";
            Some(Statement::new(sql, vec![Value::id(&row.owner), Value::id(message), NOTHING.into()]))
        }
        body @ (InboxEntryBody::Blocked { .. }
        | InboxEntryBody::Unblocked { .. }
        | InboxEntryBody::DirectsAllowed { .. }
        | InboxEntryBody::Received { .. }
        | InboxEntryBody::Sent { .. }
        | InboxEntryBody::Forgotten { .. }
        | InboxEntryBody::Unknown) => {
            let mut values = values(subject(body)?);
            values.push(NOTHING.into());
            let sql = "UPDATE inbox SET kind = 'nothing', peer_id = NULL, subject = NULL, body = $3 \
                       WHERE participant_id = $1 AND subject = $2";
            Some(Statement::new(sql, values))
        }
    }
}

fn insert(row: &InboxRow) -> Result<Statement, StoreError> {
    let InboxRow { owner, entry: InboxEntry { position, at, body }, command } = row;
    let up_to = if let InboxEntryBody::ReadUpTo { up_to, .. } = body { number(*up_to)? } else { Value::Null };
    let json = serde_json::to_string(body).map_err(|_| StoreError::Corrupt("an entry cannot be encoded"))?;
    Ok(Statement::new(
        "INSERT INTO inbox (participant_id, position, at, kind, peer_id, message_id, subject, up_to, command_id, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        vec![
            Value::id(owner),
            number(*position)?,
            (*at).into(),
            kind(body).into(),
            peer(body).map(|peer| peer.to_string()).into(),
            message(body).map(|message| message.to_string()).into(),
            subject(body).into(),
            up_to,
            command.map(|command| command.to_string()).into(),
            json.into(),
        ],
    ))
}

const fn kind(body: &InboxEntryBody) -> &'static str {
    match body {
        InboxEntryBody::Received { .. } => "received",
        InboxEntryBody::Sent { .. } => "sent",
        InboxEntryBody::Mentioned { .. } => "mentioned",
        InboxEntryBody::Unmentioned { .. } => "unmentioned",
        InboxEntryBody::ReadUpTo { .. } => "read",
        InboxEntryBody::Blocked { .. } => "blocked",
        InboxEntryBody::Unblocked { .. } => "unblocked",
        InboxEntryBody::DirectsAllowed { .. } => "allowed",
        InboxEntryBody::Forgotten { .. } => "forgotten",
        InboxEntryBody::Unknown => "nothing",
    }
}

fn peer(body: &InboxEntryBody) -> Option<ParticipantId> {
    match body {
        InboxEntryBody::Received { from: peer, .. }
        | InboxEntryBody::Sent { to: peer, .. }
        | InboxEntryBody::Mentioned { by: peer, .. }
        | InboxEntryBody::Blocked { who: peer } => Some(peer.participant),
        InboxEntryBody::ReadUpTo { .. }
        | InboxEntryBody::Unmentioned { .. }
        | InboxEntryBody::Unblocked { .. }
        | InboxEntryBody::DirectsAllowed { .. }
        | InboxEntryBody::Forgotten { .. }
        | InboxEntryBody::Unknown => None,
    }
}

fn message(body: &InboxEntryBody) -> Option<MessageId> {
    match body {
        InboxEntryBody::Received { message, .. }
        | InboxEntryBody::Sent { message, .. }
        | InboxEntryBody::Mentioned { message, .. } => Some(*message),
        InboxEntryBody::ReadUpTo { .. }
        | InboxEntryBody::Unmentioned { .. }
        | InboxEntryBody::Blocked { .. }
        | InboxEntryBody::Unblocked { .. }
        | InboxEntryBody::DirectsAllowed { .. }
        | InboxEntryBody::Forgotten { .. }
        | InboxEntryBody::Unknown => None,
    }
}

/// Of what an entry is the last word until another comes.
fn subject(body: &InboxEntryBody) -> Option<String> {
    match body {
        InboxEntryBody::ReadUpTo { strand: Strand::Person { participant }, .. } => Some(format!("read:person:{participant}")),
        InboxEntryBody::ReadUpTo { strand: Strand::Room { room }, .. } => Some(format!("read:room:{room}")),
        InboxEntryBody::ReadUpTo { strand: Strand::Notes { room }, .. } => Some(format!("read:notes:{room}")),
        InboxEntryBody::Blocked { who: Peer { participant, .. } } | InboxEntryBody::Unblocked { participant } => {
            Some(format!("block:{participant}"))
        }
        InboxEntryBody::DirectsAllowed { .. } => Some("allowed".to_owned()),
        InboxEntryBody::ReadUpTo { strand: Strand::Unknown, .. }
        | InboxEntryBody::Received { .. }
        | InboxEntryBody::Sent { .. }
        | InboxEntryBody::Mentioned { .. }
        | InboxEntryBody::Unmentioned { .. }
        | InboxEntryBody::Forgotten { .. }
        | InboxEntryBody::Unknown => None,
    }
}

fn number(seq: Seq) -> Result<Value, StoreError> {
    i64::try_from(seq.number()).map(Value::Int).map_err(|_| StoreError::Corrupt("a position is too large"))
}

fn position(row: &Row, column: usize) -> Result<Seq, StoreError> {
    row.int(column).map(|number| Seq::new(number.unsigned_abs()))
}

/// An entry, of which position, instant and body stand in three columns one after the other.
pub(super) fn entry(row: &Row, column: usize) -> Result<InboxEntry, StoreError> {
    Ok(InboxEntry { position: position(row, column)?, at: row.at(column + 1)?, body: row.json(column + 2)? })
}
