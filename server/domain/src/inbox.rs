//! The rules of an inbox: who may write to whom and how much, and what that comes to. Where an [`Inbox`] stands follows from its entries; only
//! how much was written lately is of memory alone.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use houselights_shared::{
    Action, CommandId, DirectsFrom, EXCERPT_CHARS, EventId, InboxCommand, InboxCommandBody, InboxEntry, InboxEntryBody,
    MAX_BLOCKED, MAX_DIRECT_CHARS, MessageId, NOTIFYING_MENTIONS, ParticipantId, Peer, Refusal, Role, RoomId, Seq, Strand,
    Timestamp,
};

use crate::{may, words::written};

/// Direct messages: so many at once, and after those one in this time.
const WORDS: Quota = Quota { at_once: 10, every: Duration::from_secs(2) };
/// And to people with whom one has no conversation yet.
const STRANGERS: Quota = Quota { at_once: 20, every: Duration::from_mins(3) };

/// What is stored of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxRow {
    /// Whose inbox it is in.
    pub owner: ParticipantId,
    /// The entry.
    pub entry: InboxEntry,
    /// The command of the owner that it answers.
    pub command: Option<CommandId>,
}

/// Why a command was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InboxRefused {
    /// Why.
    pub refusal: Refusal,
    /// When to try again, where that helps.
    pub retry_after: Option<Duration>,
}

impl From<Refusal> for InboxRefused {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, retry_after: None }
    }
}

/// What two people have written to each other so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acquainted {
    /// Whoever asks wrote to the other.
    pub wrote: bool,
    /// The other wrote to whoever asks.
    pub was_written_to: bool,
}

/// What a command is about, as far as it is known.
#[derive(Clone, Copy)]
pub enum About<'a> {
    /// Nobody of the event, no room of it, or nothing in particular.
    Nothing,
    /// Somebody of the same event.
    Somebody(&'a Inbox, Acquainted),
    /// A room of the event.
    ARoom,
}

/// A message in which people are mentioned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Who wrote it.
    pub by: Peer,
    /// Where.
    pub room: RoomId,
    /// Whether it is a note of the crew.
    pub notes: bool,
    /// The position of it in the log of the room.
    pub seq: Seq,
    /// The message.
    pub message: MessageId,
    /// How it begins.
    pub excerpt: String,
    /// Whom it mentions and who is to be notified.
    pub notified: Vec<ParticipantId>,
}

/// What the rules have to know of somebody's inbox.
#[derive(Clone, Debug)]
pub struct Inbox {
    event: EventId,
    owner: Peer,
    /// Whether they can come in no more.
    has_left: bool,
    head: Seq,
    directs_from: DirectsFrom,
    blocked: HashSet<ParticipantId>,
    read: HashMap<Strand, Seq>,
    words: Pace,
    strangers: Pace,
}

impl Inbox {
    /// An inbox without entries.
    pub fn new(event: EventId, owner: Peer) -> Self {
        let (head, directs_from, blocked, read, words, strangers) = Default::default();
        Self { event, owner, has_left: false, head, directs_from, blocked, read, words, strangers }
    }

    /// As it stands at `head`, from those entries that are the last word on something. How much was written lately is forgotten.
    #[must_use]
    pub fn restored(mut self, head: Seq, last_words: impl IntoIterator<Item = InboxEntryBody>) -> Self {
        last_words.into_iter().for_each(|body| self.hold(&body));
        self.head = head;
        self
    }

    /// As that of somebody who can come in no more.
    #[must_use]
    pub fn left(self) -> Self {
        Self { has_left: true, ..self }
    }

    /// Whether they can come in no more, as far as was known when it was read.
    pub const fn has_left(&self) -> bool {
        self.has_left
    }

    /// They are called so now.
    pub fn known_as(&mut self, owner: Peer) {
        self.owner = owner;
    }

    /// Of which event.
    pub const fn event(&self) -> EventId {
        self.event
    }

    /// Whose.
    pub const fn owner(&self) -> &Peer {
        &self.owner
    }

    /// Its last position.
    pub const fn head(&self) -> Seq {
        self.head
    }

    /// Takes in the next entry.
    pub fn apply(&mut self, entry: &InboxEntry) {
        self.head = entry.position;
        self.hold(&entry.body);
        if let InboxEntryBody::Sent { .. } = entry.body {
            self.words.spend(WORDS, entry.at);
        }
    }

    /// Notes that a conversation began with somebody who had not written before.
    pub fn approached_a_stranger(&mut self, now: Timestamp) {
        self.strangers.spend(STRANGERS, now);
    }

    fn hold(&mut self, body: &InboxEntryBody) {
        match body {
            InboxEntryBody::ReadUpTo { strand, up_to } => {
                let read = self.read.entry(*strand).or_default();
                *read = (*read).max(*up_to);
            }
            InboxEntryBody::Blocked { who } => drop(self.blocked.insert(who.participant)),
            InboxEntryBody::Unblocked { participant } => drop(self.blocked.remove(participant)),
            InboxEntryBody::DirectsAllowed { from } => self.directs_from = *from,
            InboxEntryBody::Received { .. }
            | InboxEntryBody::Sent { .. }
            | InboxEntryBody::Mentioned { .. }
            | InboxEntryBody::Unmentioned { .. }
            | InboxEntryBody::Forgotten { .. }
            | InboxEntryBody::Unknown => {}
        }
    }

    fn next(&self, now: Timestamp, body: InboxEntryBody) -> InboxRow {
        let entry = InboxEntry { position: self.head.next(), at: now, body };
        InboxRow { owner: self.owner.participant, entry, command: None }
    }

    /// What a command comes to: what is to be stored before it is acknowledged, the owner's own entry first. Nothing where nothing has to
    /// change.
    ///
    /// # Errors
    /// Why it is not done.
    pub fn decide(&self, now: Timestamp, command: &InboxCommand, about: About<'_>) -> Result<Vec<InboxRow>, InboxRefused> {
        if self.has_left {
            return Err(Refusal::TokenInvalid.into());
        }
        let mut rows = match &command.body {
            InboxCommandBody::SendDirect { to, text } => self.send(now, (*to, about), MessageId::from(command.id), text)?,
            InboxCommandBody::MarkRead { strand, up_to } => self.mark(now, (*strand, about), *up_to)?,
            InboxCommandBody::Block { participant } => vec![self.block(now, *participant, about)?],
            InboxCommandBody::Unblock { participant } => {
                vec![self.next(now, InboxEntryBody::Unblocked { participant: *participant })]
            }
            // A report is a room's.
            InboxCommandBody::AllowDirects { from: DirectsFrom::Unknown }
            | InboxCommandBody::Report { .. }
            | InboxCommandBody::Unknown => {
                return Err(Refusal::UnknownCommand.into());
            }
            InboxCommandBody::AllowDirects { from } => vec![self.next(now, InboxEntryBody::DirectsAllowed { from: *from })],
        };
        if let Some(own) = rows.first_mut() {
            own.command = Some(command.id);
        }
        Ok(rows)
    }

    /// Whether the owner hears from somebody, without having written to them.
    fn wants(&self, role: Role) -> bool {
        match self.directs_from {
            DirectsFrom::Everybody => true,
            DirectsFrom::Crew => may(role, Action::EnterBackstage),
            DirectsFrom::Nobody | DirectsFrom::Unknown => false,
        }
    }

    fn send(
        &self,
        now: Timestamp,
        (to, about): (ParticipantId, About<'_>),
        message: MessageId,
        text: &str,
    ) -> Result<Vec<InboxRow>, InboxRefused> {
        let text = written(text, MAX_DIRECT_CHARS)?;
        if to == self.owner.participant {
            return Err(Refusal::Malformed.into());
        }
        // Of who is not of the event it is told what is told of who does not want to hear: nothing can be found out so.
        let About::Somebody(them, acquainted) = about else { return Err(Refusal::NotReachable.into()) };
        let is_cut = them.has_left || self.blocked.contains(&to) || them.blocked.contains(&self.owner.participant);
        if is_cut || !(acquainted.was_written_to || them.wants(self.owner.role)) {
            return Err(Refusal::NotReachable.into());
        }
        let waits = [self.words.wait(WORDS, now), self.strangers.wait(STRANGERS, now).filter(|_| acquainted.are_strangers())];
        if let Some(wait) = waits.into_iter().flatten().max() {
            return Err(InboxRefused { refusal: Refusal::SlowDown, retry_after: Some(wait) });
        }
        let sent = InboxEntryBody::Sent { to: them.owner.clone(), message, text: text.clone() };
        let received = InboxEntryBody::Received { from: self.owner.clone(), message, text };
        Ok(vec![self.next(now, sent), them.next(now, received)])
    }

    /// A mark never moves back, so one that comes again changes nothing.
    fn mark(&self, now: Timestamp, (strand, about): (Strand, About<'_>), up_to: Seq) -> Result<Vec<InboxRow>, InboxRefused> {
        match (strand, about) {
            (Strand::Person { .. }, About::Somebody(..)) if up_to > self.head => return Err(Refusal::Malformed.into()),
            (Strand::Room { .. } | Strand::Notes { .. }, About::ARoom) if i64::try_from(up_to.number()).is_err() => {
                return Err(Refusal::Malformed.into());
            }
            (Strand::Person { .. }, About::Somebody(..)) | (Strand::Room { .. } | Strand::Notes { .. }, About::ARoom) => {}
            (Strand::Person { .. }, About::Nothing | About::ARoom) => return Err(Refusal::NoSuchParticipant.into()),
            (Strand::Room { .. } | Strand::Notes { .. }, About::Nothing | About::Somebody(..)) => {
                return Err(Refusal::NoSuchRoom.into());
            }
            (Strand::Unknown, _) => return Err(Refusal::UnknownCommand.into()),
        }
        let is_new = self.read.get(&strand).copied().unwrap_or_default() < up_to;
        Ok(is_new.then(|| self.next(now, InboxEntryBody::ReadUpTo { strand, up_to })).into_iter().collect())
    }

    fn block(&self, now: Timestamp, participant: ParticipantId, about: About<'_>) -> Result<InboxRow, InboxRefused> {
        if participant == self.owner.participant {
            return Err(Refusal::Malformed.into());
        }
        let About::Somebody(them, _) = about else { return Err(Refusal::NoSuchParticipant.into()) };
        if self.blocked.len() >= MAX_BLOCKED && !self.blocked.contains(&participant) {
            return Err(Refusal::TooManyBlocked.into());
        }
        Ok(self.next(now, InboxEntryBody::Blocked { who: them.owner.clone() }))
    }

    /// The note that somebody was mentioned; none for what they wrote themselves, or whom they block, or may not read.
    #[must_use]
    pub fn mentioned(&self, now: Timestamp, mention: &Mention) -> Option<InboxRow> {
        let Mention { by, room, notes, seq, message, excerpt, .. } = mention;
        let is_heard = by.participant != self.owner.participant && !self.blocked.contains(&by.participant);
        let may_read = !notes || may(self.owner.role, Action::EnterBackstage);
        (is_heard && may_read).then(|| {
            let (by, excerpt) = (by.clone(), excerpt.clone());
            self.next(now, InboxEntryBody::Mentioned { by, room: *room, notes: *notes, seq: *seq, message: *message, excerpt })
        })
    }

    /// The note that the message which mentioned one is not there any more.
    #[must_use]
    pub fn unmentioned(&self, now: Timestamp, message: MessageId) -> InboxRow {
        self.next(now, InboxEntryBody::Unmentioned { message })
    }

    /// The note that somebody was forgotten.
    #[must_use]
    pub fn forgotten(&self, now: Timestamp, participant: ParticipantId) -> InboxRow {
        self.next(now, InboxEntryBody::Forgotten { participant })
    }
}

impl Acquainted {
    /// Whether neither has written to the other.
    pub const fn are_strangers(self) -> bool {
        !self.wrote && !self.was_written_to
    }
}

/// Who is notified of a message that mentions these: nobody, where it mentions a crowd.
#[must_use]
pub fn notified(author: ParticipantId, mentions: &[ParticipantId]) -> Vec<ParticipantId> {
    let mut seen = HashSet::new();
    let others = mentions.iter().copied().filter(|who| seen.insert(*who)).collect::<Vec<_>>();
    if others.len() > NOTIFYING_MENTIONS { Vec::new() } else { others.into_iter().filter(|who| *who != author).collect() }
}

/// How a message begins, in one line.
#[must_use]
pub fn excerpt(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= EXCERPT_CHARS {
        return line;
    }
    line.chars().take(EXCERPT_CHARS - 1).chain(['…']).collect()
}

/// So many at once, and after those one in this time.
#[derive(Clone, Copy)]
struct Quota {
    at_once: u32,
    every: Duration,
}

impl Quota {
    /// How far ahead of the clock one may be, and still do one more.
    const fn ahead(self) -> Duration {
        self.every.saturating_mul(self.at_once - 1)
    }
}

/// How much of a quota was used: when it would be free again (the generic cell rate algorithm, ITU-T I.371, annex A).
#[derive(Clone, Copy, Debug, Default)]
struct Pace {
    free_at: Timestamp,
}

impl Pace {
    /// How long to wait; not at all where there is some left. A clock that was set back makes nobody wait for longer than the quota.
    fn wait(self, quota: Quota, now: Timestamp) -> Option<Duration> {
        let ahead = self.free_at.since(now).min(quota.every.saturating_mul(quota.at_once));
        ahead.checked_sub(quota.ahead()).filter(|wait| !wait.is_zero())
    }

    fn spend(&mut self, quota: Quota, now: Timestamp) {
        self.free_at = self.free_at.clamp(now, now.plus(quota.ahead())).plus(quota.every);
    }
}
