//! What those who look after a room did in it: entries of its log, with the names and the words that they are about.

use std::collections::{BTreeSet, HashMap};

use houselights_domain::View;
use houselights_shared::{
    AuditEntry, AuditPage, AuditPerson, Message, MessageId, ParticipantId, RoomId, Seq, Update, UpdateBody,
};

use super::{Statement, Store, StoreError, Value};

/// As many of those whom one entry names are told: a whole audience may be let in at once.
const NAMED: usize = 20;

/// Whether an entry `u` is an act: what somebody did who looks after the room, or that a key of the organisation, which is nobody there, lifted a ban. What
/// its author removed is none, nor what made way for somebody's report, nor a time out that is over, nor a hand or a place on stage of one's own, nor what
/// becomes of those with a sanction, with a hand that is taken, and as all is stopped: those entries are of the same moment. An erasure writes fields in
/// another order.
macro_rules! acts {
    () => {
        "(u.by_participant IS NOT NULL OR (u.body LIKE '%\"what\":\"sanction_lifted\"%' AND u.body LIKE '%\"kind\":\"banned\"%')) AND (\
         u.body LIKE '%\"what\":\"rules_set\"%' OR u.body LIKE '%\"what\":\"sanction%' OR u.body LIKE '%\"what\":\"message_removed\"%' \
         OR u.body LIKE '%\"what\":\"message_hidden\"%' OR u.body LIKE '%\"what\":\"message_shown\"%' \
         OR u.body LIKE '%\"what\":\"message_pinned\"%' OR u.body LIKE '%\"what\":\"unpinned\"%' \
         OR u.body LIKE '%\"what\":\"announce%' OR u.body LIKE '%\"what\":\"question_settled\"%' \
         OR (u.body LIKE '%\"what\":\"report_settled\"%' AND u.body NOT LIKE '%\"made_way\":true%') \
         OR u.body LIKE '%\"what\":\"report_reopened\"%' OR u.body LIKE '%\"what\":\"answer%' OR u.body LIKE '%\"what\":\"admitted\"%' \
         OR u.body LIKE '%\"what\":\"question_opened\"%' OR u.body LIKE '%\"what\":\"poll_dropped\"%' \
         OR ((u.body LIKE '%\"what\":\"hand_raised\"%' OR u.body LIKE '%\"what\":\"hand_lowered\"%' \
         OR u.body LIKE '%\"what\":\"crew_arrived\"%' OR u.body LIKE '%\"what\":\"crew_left\"%') \
         AND u.body NOT LIKE '%\"participant\":\"' || u.by_participant || '\"%' \
         AND NOT ((u.body LIKE '%\"what\":\"hand_lowered\"%' OR u.body LIKE '%\"what\":\"crew_left\"%') AND EXISTS (SELECT 1 FROM updates c \
         WHERE c.room_id = u.room_id AND c.seq >= u.seq - 600 AND c.seq <= u.seq + 1 AND c.at = u.at \
         AND c.by_participant = u.by_participant AND (c.body LIKE '%\"what\":\"sanctioned\"%' \
         OR c.body LIKE '%\"before_stop\":%' OR c.body LIKE '%\"what\":\"crew_arrived\"%'))))) \
         AND NOT (u.body LIKE '%\"what\":\"message_removed\"%' AND EXISTS (SELECT 1 FROM messages m \
         WHERE m.room_id = u.room_id AND m.gone = u.seq AND m.author = u.by_participant))"
    };
}
pub(super) use acts;

/// Positions of a log that are looked through at once.
const STEP: u64 = 1_000;
/// As many of them are looked through for one page at most.
const STEPS: usize = 10;

impl Store {
    /// What was done before a position, newest first, as far as `view` gets to know of it; at most so much of it, out of the [`STEPS`] before that
    /// position.
    pub(crate) async fn audit(
        &self,
        room: RoomId,
        view: View,
        before: Option<Seq>,
        most: usize,
    ) -> Result<AuditPage, StoreError> {
        self.index(room).await?;
        let (mut acts, mut end) = (Vec::new(), self.end_of(room).await?.next());
        if let Some(before) = before {
            end = end.min(before);
        }
        for _ in 0..STEPS {
            let begin = Seq::new(end.number().saturating_sub(STEP));
            acts.extend(self.acts_within(room, view, begin, end).await?.into_iter().rev());
            end = begin;
            if end == Seq::START || acts.len() >= most {
                break;
            }
        }
        // What does not fit on the page is found again by the next one.
        let fits = acts.len() <= most;
        acts.truncate(most);
        let before = if fits { Some(end).filter(|end| *end > Seq::START.next()) } else { acts.last().map(|last| last.seq) };
        Ok(AuditPage { entries: self.told(room, acts).await?, more: before.is_some(), before })
    }

    /// What was done behind a position, oldest first, as far as `view` gets to know of it, out of one step; and how far that was looked through.
    /// Nothing at the end of the log.
    pub(crate) async fn acts_behind(
        &self,
        room: RoomId,
        view: View,
        behind: Seq,
    ) -> Result<Option<(Vec<AuditEntry>, Seq)>, StoreError> {
        self.index(room).await?;
        let end = self.end_of(room).await?;
        if end <= behind {
            return Ok(None);
        }
        let last = end.min(Seq::new(behind.number().saturating_add(STEP)));
        let acts = self.acts_within(room, view, behind.next(), last.next()).await?;
        Ok(Some((self.told(room, acts).await?, last)))
    }

    async fn end_of(&self, room: RoomId) -> Result<Seq, StoreError> {
        let sql = "SELECT COALESCE(MAX(seq), 0) FROM updates WHERE room_id = $1";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&room)])).await?;
        Ok(rows.first().map(|row| row.int(0)).transpose()?.map_or(Seq::START, |seq| Seq::new(seq.unsigned_abs())))
    }

    /// The acts from a position on and before another, oldest first, as far as `view` gets to know of them.
    async fn acts_within(&self, room: RoomId, view: View, from: Seq, before: Seq) -> Result<Vec<Update>, StoreError> {
        const SQL: &str = concat!(
            "SELECT u.seq, u.at, u.by_participant, u.command_by, u.command_id, u.body FROM updates u \
             WHERE u.room_id = $1 AND u.seq >= $2 AND u.seq < $3 AND ",
            acts!(),
            " ORDER BY u.seq"
        );
        let number = |seq: Seq| i64::try_from(seq.number()).unwrap_or(i64::MAX);
        let values = vec![Value::id(&room), number(from).into(), number(before).into()];
        let mut acts = self.entries(room, SQL, values).await?;
        acts.retain(|act| is_told(view, act));
        Ok(acts)
    }

    /// With the names and the words that they are about.
    async fn told(&self, room: RoomId, updates: Vec<Update>) -> Result<Vec<AuditEntry>, StoreError> {
        if updates.is_empty() {
            return Ok(Vec::new());
        }
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
        Ok(entries.collect())
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

/// Whether `view` gets to know of an act: what of it an entry alone hides from everybody, as who was let in, is told here.
fn is_told(view: View, update: &Update) -> bool {
    match view {
        View::Control => true,
        View::Moderators => {
            update.for_moderators().body != UpdateBody::HIDDEN || update.for_control().body == UpdateBody::HIDDEN
        }
        View::Crew | View::Audience => false,
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

/// Whom an entry names without a name, or by the one that they had then.
fn whom(body: &UpdateBody) -> Vec<ParticipantId> {
    if let UpdateBody::SanctionLifted { participant, .. }
    | UpdateBody::HandLowered { participant }
    | UpdateBody::CrewLeft { participant } = body
    {
        vec![*participant]
    } else if let UpdateBody::HandRaised { hand } = body {
        vec![hand.participant]
    } else if let UpdateBody::CrewArrived { member } = body {
        vec![member.participant]
    } else if let UpdateBody::Admitted { participants } = body {
        participants.clone()
    } else {
        Vec::new()
    }
}
