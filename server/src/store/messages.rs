//! What was said in the rooms, found by its place and by its words: an index over their logs. What was said stands in the logs alone, and is read
//! from there. A log is indexed a moment after something was said, many entries in one write (`indexing.rs`), and whoever looks something up has the
//! rest indexed first. How far each is, is stored in the write that does it.

use std::collections::BTreeMap;

use houselights_domain::{Entry, Recalled};
use houselights_shared::{Gone, Message, MessageId, MessagePage, RoomId, Seq, Update, UpdateBody, words};

use super::{Row, Statement, Store, StoreError, Value};

/// Entries of a log that are indexed in one write: no room waits long for it.
const STEP: usize = 500;

/// Which messages are meant.
#[derive(Clone, Debug)]
pub(crate) struct Sought {
    pub(crate) room: RoomId,
    /// The crew's notes in place of the chat.
    pub(crate) notes: bool,
    /// Those before this position; absent: the latest.
    pub(crate) before: Option<Seq>,
    /// So many at most.
    pub(crate) most: usize,
    /// Whether what is gone is told of with what it said.
    pub(crate) with_trace: bool,
}

/// What an entry of a log changes in the index. Done again, also out of turn, it changes nothing more.
pub(super) fn indexed(update: &Update) -> Result<Vec<Statement>, StoreError> {
    let (room, seq) = (update.room, position(update.seq)?);
    Ok(match &update.body {
        UpdateBody::MessageSent { message } => vec![said(room, seq, message, false)],
        UpdateBody::NoteSent { note } => vec![said(room, seq, note, true)],
        UpdateBody::MessageEdited { message, text, .. } => changed(room, seq, *message, text).into(),
        UpdateBody::MessageRemoved { message }
        | UpdateBody::MessageHidden { message }
        | UpdateBody::NoteRemoved { note: message } => vec![settled(room, seq, *message, true)],
        UpdateBody::MessageShown { message } => vec![settled(room, seq, message.id, false)],
        UpdateBody::CrewArrived { .. }
        | UpdateBody::CrewLeft { .. }
        | UpdateBody::SendingChanged { .. }
        | UpdateBody::CameOnStage { .. }
        | UpdateBody::LeftStage { .. }
        | UpdateBody::PreviewSet { .. }
        | UpdateBody::ProgramSet { .. }
        | UpdateBody::Taken { .. }
        | UpdateBody::WentLive
        | UpdateBody::Ended { .. }
        | UpdateBody::EndUndone
        | UpdateBody::RunOfShowSet { .. }
        | UpdateBody::CueCalled { .. }
        | UpdateBody::CuesReset
        | UpdateBody::MessagePinned { .. }
        | UpdateBody::Unpinned
        | UpdateBody::Announced { .. }
        | UpdateBody::AnnouncementEnded
        | UpdateBody::QuestionAsked { .. }
        | UpdateBody::QuestionOpened { .. }
        | UpdateBody::QuestionSettled { .. }
        | UpdateBody::QuestionWithdrawn { .. }
        | UpdateBody::QuestionUpvoted { .. }
        | UpdateBody::QuestionsCounted { .. }
        | UpdateBody::PollDrafted { .. }
        | UpdateBody::PollDropped { .. }
        | UpdateBody::AnswerHidden { .. }
        | UpdateBody::AnswerShown { .. }
        | UpdateBody::PollOpened { .. }
        | UpdateBody::PollVoted { .. }
        | UpdateBody::PollCounted { .. }
        | UpdateBody::PollClosed { .. }
        | UpdateBody::PollReopened { .. }
        | UpdateBody::PollArchived { .. }
        | UpdateBody::OverlaySet { .. }
        | UpdateBody::HandRaised { .. }
        | UpdateBody::HandLowered { .. }
        | UpdateBody::RulesSet { .. }
        | UpdateBody::Sanctioned { .. }
        | UpdateBody::SanctionLifted { .. }
        | UpdateBody::Reported { .. }
        | UpdateBody::ReportSettled { .. }
        | UpdateBody::ReportReopened { .. }
        | UpdateBody::Admitted { .. }
        | UpdateBody::Hidden { .. }
        | UpdateBody::Unknown => Vec::new(),
    })
}

/// The words of a message are others from here on, unless they were changed again since.
fn changed(room: RoomId, seq: i64, message: MessageId, text: &str) -> [Statement; 2] {
    let edits = "INSERT INTO message_edits (room_id, seq, id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let edited = Statement::new(edits, vec![Value::id(&room), seq.into(), Value::id(&message)]);
    [edited, found_by(room, seq, message, text)]
}

/// A message is found by these words, unless they were changed again since.
fn found_by(room: RoomId, seq: i64, message: MessageId, text: &str) -> Statement {
    let found = "UPDATE messages SET words = $4 WHERE room_id = $1 AND id = $3 \
                 AND NOT EXISTS (SELECT 1 FROM message_edits e WHERE e.room_id = $1 AND e.id = $3 AND e.seq > $2)";
    Statement::new(found, vec![Value::id(&room), seq.into(), Value::id(&message), words(text).join(" ").into()])
}

/// What an entry changes in the index that says something else now than when it was indexed.
pub(super) fn reworded(room: RoomId, seq: i64, body: &UpdateBody) -> Option<Statement> {
    if let UpdateBody::MessageSent { message } | UpdateBody::NoteSent { note: message } = body {
        Some(found_by(room, seq, message.id, &message.text))
    } else if let UpdateBody::MessageEdited { message, text, .. } = body {
        Some(found_by(room, seq, *message, text))
    } else {
        None
    }
}

fn said(room: RoomId, seq: i64, message: &Message, is_note: bool) -> Statement {
    let sql = "INSERT INTO messages (place, room_id, seq, id, author, is_note, settled, words) \
               SELECT number * 4294967296 + $2, id, CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT), \
               CAST($2 AS BIGINT), CAST($6 AS TEXT) FROM rooms WHERE id = $1 ON CONFLICT DO NOTHING";
    let values = vec![
        Value::id(&room),
        seq.into(),
        Value::id(&message.id),
        Value::id(&message.author),
        is_note.into(),
        words(&message.text).join(" ").into(),
    ];
    Statement::new(sql, values)
}

/// Whether a message is gone is decided here, unless it was decided again since.
fn settled(room: RoomId, seq: i64, message: MessageId, is_gone: bool) -> Statement {
    let sql = "UPDATE messages SET gone = CASE WHEN CAST($4 AS BIGINT) = 1 THEN CAST($2 AS BIGINT) END, settled = CAST($2 AS BIGINT) \
               WHERE room_id = $1 AND id = $3 AND settled < $2";
    Statement::new(sql, vec![Value::id(&room), seq.into(), Value::id(&message), is_gone.into()])
}

fn position(seq: Seq) -> Result<i64, StoreError> {
    i64::try_from(seq.number()).map_err(|_| StoreError::Corrupt("a position is too large"))
}

/// What is read of a message: itself, and how it went.
macro_rules! told_of {
    ($from:literal) => {
        concat!(
            "SELECT m.seq, u.body, g.at, g.by_participant, g.body FROM ",
            $from,
            " JOIN updates u ON u.room_id = m.room_id AND u.seq = m.seq \
             LEFT JOIN updates g ON g.room_id = m.room_id AND g.seq = m.gone "
        )
    };
}

macro_rules! told {
    ($from:literal, $which:expr, $place:literal) => {
        told!($from, $which, $place, "", " DESC")
    };
    ($from:literal, $which:expr, $place:literal, $behind:literal, $order:literal) => {
        concat!(
            told_of!($from),
            "WHERE m.place > CAST($1 AS BIGINT)",
            $behind,
            " AND m.place < CAST($1 AS BIGINT) + $2 AND m.is_note = $3",
            $which,
            " ORDER BY ",
            $place,
            $order,
            " LIMIT $4"
        )
    };
}

pub(super) use {told, told_of};

impl Store {
    /// What was said before a position, oldest first. What is gone keeps its place.
    pub(crate) async fn messages(&self, sought: &Sought) -> Result<MessagePage, StoreError> {
        self.index(sought.room).await?;
        let mut page = self.page(told!("messages m", "", "m.place"), sought, Vec::new()).await?;
        page.messages.reverse();
        Ok(page)
    }

    /// What was said in a room behind a position, oldest first, so many messages at most, what is gone with what it said; and behind which position it
    /// goes on, where there is more. Those whose author was erased just now are passed over, so there may be none before the end.
    pub(crate) async fn messages_behind(
        &self,
        room: RoomId,
        behind: Seq,
        most: usize,
    ) -> Result<(Vec<Message>, Option<Seq>), StoreError> {
        self.index(room).await?;
        let sought = Sought { room, notes: false, before: None, most, with_trace: true };
        let (page, last) = self
            .page_and_last(told!("messages m", "", "m.place", " + $5", ""), &sought, vec![position(behind)?.into()])
            .await?;
        Ok((page.messages, last.filter(|_| page.more)))
    }

    /// What was said in a room, or noted by its crew, by its id; with its trace.
    pub(crate) async fn recalled(&self, room: RoomId, id: MessageId) -> Result<Option<Recalled>, StoreError> {
        self.index(room).await?;
        let sql = "SELECT m.seq, u.body, g.at, g.by_participant, g.body, m.is_note FROM messages m \
                   JOIN updates u ON u.room_id = m.room_id AND u.seq = m.seq \
                   LEFT JOIN updates g ON g.room_id = m.room_id AND g.seq = m.gone WHERE m.room_id = $1 AND m.id = $2";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&room), Value::id(&id)])).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut said: Vec<_> = message(row)?.into_iter().collect();
        self.edit(room, &mut said).await?;
        let is_note = row.is(5)?;
        Ok(said.pop().map(|said| if is_note { Recalled::Note(said) } else { Recalled::Message(said) }))
    }

    pub(super) async fn page(
        &self,
        sql: &'static str,
        sought: &Sought,
        more_values: Vec<Value>,
    ) -> Result<MessagePage, StoreError> {
        Ok(self.page_and_last(sql, sought, more_values).await?.0)
    }

    /// Where the places of a room begin.
    pub(super) async fn first_place(&self, room: RoomId) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT number * 4294967296 FROM rooms WHERE id = $1";
        self.db.read(Statement::new(sql, vec![Value::id(&room)])).await?.first().map(|row| row.int(0)).transpose()
    }

    /// A page, and the position of the last that was looked at for it.
    async fn page_and_last(
        &self,
        sql: &'static str,
        sought: &Sought,
        more_values: Vec<Value>,
    ) -> Result<(MessagePage, Option<Seq>), StoreError> {
        let most = i64::try_from(sought.most).unwrap_or(i64::MAX - 1);
        let Some(first) = self.first_place(sought.room).await? else { return Ok((MessagePage::default(), None)) };
        let mut values = vec![first.into(), end(sought).into(), sought.notes.into(), (most + 1).into()];
        values.extend(more_values);
        let rows = self.db.read(Statement::new(sql, values)).await?;
        self.paged(sought, &rows).await
    }

    /// Of one row more than a page has, the page; and the position of the last that was looked at.
    pub(super) async fn paged(&self, sought: &Sought, rows: &[Row]) -> Result<(MessagePage, Option<Seq>), StoreError> {
        let more = rows.len() > sought.most;
        let last = rows.iter().take(sought.most).next_back().map(place).transpose()?;
        let mut messages =
            rows.iter().take(sought.most).filter_map(|row| message(row).transpose()).collect::<Result<Vec<_>, _>>()?;
        self.edit(sought.room, &mut messages).await?;
        let messages = if sought.with_trace { messages } else { messages.iter().map(Message::without_trace).collect() };
        Ok((MessagePage { messages, more }, last))
    }

    /// Makes of messages as they were said what they were changed to.
    async fn edit(&self, room: RoomId, messages: &mut [Message]) -> Result<(), StoreError> {
        if messages.is_empty() {
            return Ok(());
        }
        let sql = "SELECT u.at, u.body FROM message_edits e JOIN updates u ON u.room_id = e.room_id AND u.seq = e.seq \
                   WHERE e.room_id = $1 AND e.id IN ({list}) ORDER BY e.seq";
        let ids = messages.iter().map(|message| Value::id(&message.id));
        for row in self.db.read(Statement::listing(sql, vec![Value::id(&room)], ids)).await? {
            if let UpdateBody::MessageEdited { message: id, text, mentions } = row.json(1)?
                && let Some(message) = messages.iter_mut().find(|message| message.id == id)
            {
                message.edit(row.at(0)?, (&text, &mentions));
            }
        }
        Ok(())
    }

    /// Indexes what is not indexed of a log.
    pub(super) async fn index(&self, room: RoomId) -> Result<(), StoreError> {
        while !self.index_more(room).await? {}
        Ok(())
    }

    /// Indexes some of a log, from where that was left. True once all of it is that was there when this was asked.
    pub(crate) async fn index_more(&self, room: RoomId) -> Result<bool, StoreError> {
        if self.unindexed.is_done(room) {
            return Ok(true);
        }
        let _turn = self.unindexed.turn(room).await;
        if self.unindexed.is_done(room) {
            return Ok(true);
        }
        let pass = self.unindexed.begin(room);
        let is_done = self.index_step(room).await?;
        if is_done {
            pass.done();
        }
        Ok(is_done)
    }

    async fn index_step(&self, room: RoomId) -> Result<bool, StoreError> {
        let rows = self.db.read(Statement::new("SELECT indexed FROM rooms WHERE id = $1", vec![Value::id(&room)])).await?;
        let Some(behind) = rows.first().map(|row| row.maybe_int(0)).transpose()?.flatten() else { return Ok(true) };
        let entries = self.log_after(room, behind, STEP as i64).await?;
        let Some(last) = entries.last() else { return Ok(true) };
        let reached = position(last.update.seq)?;
        let mut statements = Vec::with_capacity(entries.len() + 1);
        for entry in &entries {
            statements.extend(indexed(&entry.update)?);
        }
        let sql = "UPDATE rooms SET indexed = $2 WHERE id = $1";
        statements.push(Statement::new(sql, vec![Value::id(&room), reached.into()]));
        self.db.write(statements).await?;
        Ok(entries.len() < STEP)
    }

    /// The rooms of these entries in which they change what is found, each with where its log falls behind the index by them.
    pub(super) fn falling_behind(entries: &[Entry]) -> Result<BTreeMap<RoomId, i64>, StoreError> {
        let mut rooms = BTreeMap::new();
        for Entry { update, .. } in entries {
            if !indexed(update)?.is_empty() {
                rooms.entry(update.room).or_insert(position(update.seq)? - 1);
            }
        }
        Ok(rooms)
    }

    /// Waits until something was said that is not indexed.
    pub(crate) async fn fell_behind(&self) {
        self.unindexed.any().await;
    }

    /// The rooms in which that is so.
    pub(crate) fn unindexed(&self) -> Vec<RoomId> {
        self.unindexed.all()
    }

    /// Finds the rooms that a server left so that ran before, or that came in with an event.
    pub(crate) async fn find_unindexed(&self) -> Result<(), StoreError> {
        let sql = "SELECT id FROM rooms WHERE indexed IS NOT NULL AND EXISTS \
                   (SELECT 1 FROM updates u WHERE u.room_id = rooms.id AND u.seq > rooms.indexed) ORDER BY id";
        for row in self.db.read(Statement::new(sql, Vec::new())).await? {
            self.unindexed.fell_behind(row.parsed(0)?);
        }
        Ok(())
    }
}

/// Before which position it is sought.
pub(super) fn end(sought: &Sought) -> i64 {
    sought.before.and_then(|before| i64::try_from(before.number()).ok()).unwrap_or(i64::MAX).min(1 << 32)
}

/// A message as it was said; nothing where its author was erased just now.
fn message(row: &Row) -> Result<Option<Message>, StoreError> {
    let (UpdateBody::MessageSent { message } | UpdateBody::NoteSent { note: message }) = row.json(1)? else { return Ok(None) };
    let gone = match row.maybe_at(2)? {
        Some(at) => {
            let hidden = matches!(row.json(4)?, UpdateBody::MessageHidden { .. });
            Some(Gone { at, by: row.maybe(3)?, hidden })
        }
        None => None,
    };
    Ok(Some(Message { seq: place(row)?, gone, ..message }))
}

fn place(row: &Row) -> Result<Seq, StoreError> {
    Ok(Seq::new(row.int(0)?.unsigned_abs()))
}
