//! The chat of a room, what is pinned and announced in it, and the notes of its crew.

use std::{collections::HashMap, time::Duration};

use houselights_shared::{
    Action, Announcement, CommandId, Gone, MAX_MENTIONS, MAX_MESSAGE_CHARS, Message, MessageId, ParticipantId, Refusal,
    SNAPSHOT_MESSAGES, Timestamp, UpdateBody,
};

use crate::{Actor, declined::Declined, may, transcript::Transcript, used_ids::UsedIds, words::written};

/// What is to be said, as it was asked for.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    pub(crate) text: &'a str,
    pub(crate) reply_to: Option<MessageId>,
    pub(crate) mentions: &'a [ParticipantId],
}

/// What was said longer ago than a room holds.
#[derive(Clone, Debug)]
pub enum Recalled {
    /// To everybody.
    Message(Message),
    /// To the crew.
    Note(Message),
}

/// What was said to everybody, and to the crew.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chat {
    pub(crate) said: Transcript,
    pub(crate) notes: Transcript,
    pub(crate) pinned: Option<Message>,
    /// What was pinned when it was hidden, as long as nothing else is pinned.
    hidden_pinned: Option<MessageId>,
    pub(crate) announcement: Option<Announcement>,
    /// When those who may be slowed down said something last, and when they changed something.
    said_at: HashMap<ParticipantId, Timestamp>,
    edited_at: HashMap<ParticipantId, Timestamp>,
    used: UsedIds,
}

impl Chat {
    pub(crate) fn of_the_latest() -> Self {
        let latest = || Transcript::of_the_latest(SNAPSHOT_MESSAGES);
        Self { said: latest(), notes: latest(), ..Self::default() }
    }

    /// A message of somebody who may say something now. Said again by the same person it changes nothing; an id is made by the client, and
    /// nobody may stand in for a message that is there, or was.
    pub(crate) fn send(
        &self,
        now: Timestamp,
        who: &Actor,
        id: CommandId,
        words: Words<'_>,
    ) -> Result<Vec<UpdateBody>, Refusal> {
        let bodies = |message| vec![UpdateBody::MessageSent { message }];
        Ok(self.message(&self.said, now, who, (id, words))?.map(bodies).unwrap_or_default())
    }

    /// Whether the same person said this already, however long ago.
    pub(crate) fn was_said(&self, who: &Actor, id: CommandId) -> bool {
        self.used.has_by(id.uuid().as_u128(), who.participant)
    }

    /// Slow mode: how long somebody has to wait, who may say something every `seconds`.
    pub(crate) fn slowed(&self, now: Timestamp, who: &Actor, seconds: u16) -> Result<(), Declined> {
        paced(now, who, (self.said_at.get(&who.participant), seconds))
    }

    /// In slow mode one changes what one said as often as one says something: everybody is told of either.
    pub(crate) fn edits_slowed(&self, now: Timestamp, who: &Actor, seconds: u16) -> Result<(), Declined> {
        paced(now, who, (self.edited_at.get(&who.participant), seconds))
    }

    /// One changes one's own words, nobody else's. Those that were pinned are not any more: it was others that were.
    pub(crate) fn edit(&self, who: &Actor, id: MessageId, words: Words<'_>) -> Result<Vec<UpdateBody>, Refusal> {
        let said = self.said.standing(id).ok_or(Refusal::NoSuchMessage)?;
        if said.author != who.participant {
            return Err(Refusal::NotAllowed);
        }
        let text = written(words.text, MAX_MESSAGE_CHARS)?;
        let mentions = named(words.mentions)?;
        if (&said.text, &said.mentions) == (&text, &mentions) {
            return Ok(Vec::new());
        }
        // What nobody looked at who may pin does not stand pinned.
        let unpinned = self.unpinned(id).filter(|_| !may(who.role, Action::Moderate));
        Ok(unpinned.into_iter().chain([UpdateBody::MessageEdited { message: id, text, mentions }]).collect())
    }

    pub(crate) fn remove(&self, who: &Actor, id: MessageId) -> Result<Vec<UpdateBody>, Refusal> {
        // What a moderator hid, its author or another moderator may still remove.
        let said = self.said.get(id).filter(|said| said.gone.is_none_or(|gone| gone.hidden)).ok_or(Refusal::NoSuchMessage)?;
        let action = if said.author == who.participant { Action::RemoveOwnMessage } else { Action::RemoveAnyMessage };
        if !may(who.role, action) {
            return Err(Refusal::NotAllowed);
        }
        Ok(self.unpinned(id).into_iter().chain([UpdateBody::MessageRemoved { message: id }]).collect())
    }

    pub(crate) fn hide(&self, id: MessageId) -> Result<Vec<UpdateBody>, Refusal> {
        self.said.standing(id).ok_or(Refusal::NoSuchMessage)?;
        Ok([UpdateBody::MessageHidden { message: id }].into_iter().chain(self.unpinned(id)).collect())
    }

    /// What its author took out is not a moderator's to bring back. What was pinned as it was hidden is pinned again, where nothing else was since.
    pub(crate) fn show(&self, id: MessageId) -> Result<Vec<UpdateBody>, Refusal> {
        let said = self.said.get(id).ok_or(Refusal::NoSuchMessage)?;
        let is_moderated = |gone: Gone| gone.hidden || gone.by.is_some_and(|by| by != said.author);
        match said.gone {
            Some(gone) if is_moderated(gone) => {
                let message = Message { gone: None, ..said.clone() };
                let pinned = (self.hidden_pinned == Some(id)).then(|| UpdateBody::MessagePinned { message: message.clone() });
                Ok([UpdateBody::MessageShown { message }].into_iter().chain(pinned).collect())
            }
            Some(_) => Err(Refusal::NoSuchMessage),
            None => Ok(Vec::new()),
        }
    }

    pub(crate) fn pin(&self, id: MessageId) -> Result<Vec<UpdateBody>, Refusal> {
        let message = self.said.standing(id).ok_or(Refusal::NoSuchMessage)?.clone();
        let is_pinned = self.pinned.as_ref().is_some_and(|pinned| pinned.id == id);
        Ok(if is_pinned { Vec::new() } else { vec![UpdateBody::MessagePinned { message }] })
    }

    /// What is pinned in its place by now stays.
    pub(crate) fn unpin(&self, id: MessageId) -> Vec<UpdateBody> {
        self.unpinned(id).into_iter().collect()
    }

    /// What is not in the chat any more is not pinned either.
    fn unpinned(&self, id: MessageId) -> Option<UpdateBody> {
        self.pinned.as_ref().filter(|pinned| pinned.id == id).map(|_| UpdateBody::Unpinned)
    }

    /// Whether this is done to one's own words.
    pub(crate) fn is_own(&self, by: Option<ParticipantId>, body: &UpdateBody) -> bool {
        let (UpdateBody::MessageEdited { message, .. } | UpdateBody::MessageRemoved { message }) = body else { return false };
        self.said.get(*message).is_some_and(|said| Some(said.author) == by)
    }

    pub(crate) fn announce(now: Timestamp, id: CommandId, text: &str) -> Result<Vec<UpdateBody>, Refusal> {
        let announcement = Announcement { id: id.into(), text: written(text, MAX_MESSAGE_CHARS)?, at: now };
        Ok(vec![UpdateBody::Announced { announcement }])
    }

    /// What is announced in its place by now stays.
    pub(crate) fn end_announcement(&self, id: MessageId) -> Vec<UpdateBody> {
        let stands = self.announcement.as_ref().is_some_and(|announcement| announcement.id == id);
        stands.then_some(UpdateBody::AnnouncementEnded).into_iter().collect()
    }

    /// A note to the crew.
    pub(crate) fn note(
        &self,
        now: Timestamp,
        who: &Actor,
        id: CommandId,
        words: Words<'_>,
    ) -> Result<Vec<UpdateBody>, Refusal> {
        let bodies = |note| vec![UpdateBody::NoteSent { note }];
        Ok(self.message(&self.notes, now, who, (id, words))?.map(bodies).unwrap_or_default())
    }

    pub(crate) fn remove_note(&self, who: &Actor, id: MessageId) -> Result<Vec<UpdateBody>, Refusal> {
        let note = self.notes.standing(id).ok_or(Refusal::NoSuchMessage)?;
        if note.author == who.participant { Ok(vec![UpdateBody::NoteRemoved { note: id }]) } else { Err(Refusal::NotAllowed) }
    }

    /// A message that can be said; nothing where the same person said it already.
    fn message(
        &self,
        among: &Transcript,
        now: Timestamp,
        who: &Actor,
        (id, words): (CommandId, Words<'_>),
    ) -> Result<Option<Message>, Refusal> {
        if self.was_said(who, id) {
            return Ok(None);
        }
        let id = MessageId::from(id);
        if self.is_taken(id) {
            return Err(Refusal::Malformed);
        }
        if words.reply_to.is_some_and(|answered| among.standing(answered).is_none()) {
            return Err(Refusal::NoSuchMessage);
        }
        let author = (who.participant, who.name.clone(), who.role);
        let said = Message::new(id, author, now, written(words.text, MAX_MESSAGE_CHARS)?);
        Ok(Some(Message { reply_to: words.reply_to, mentions: named(words.mentions)?, ..said }))
    }

    /// Whether this person said or wrote it, however long ago.
    pub(crate) fn is_by(&self, id: MessageId, who: ParticipantId) -> bool {
        self.used.has_by(id.uuid().as_u128(), who)
    }

    /// Whether something was ever said or written under this id.
    pub(crate) fn is_taken(&self, id: MessageId) -> bool {
        self.used.has(id.uuid().as_u128())
    }

    pub(crate) fn recall(&mut self, said: Recalled) {
        match said {
            Recalled::Message(message) => self.said.recall(message),
            Recalled::Note(note) => self.notes.recall(note),
        }
    }

    pub(crate) fn was_hidden(&mut self, id: MessageId, gone: Gone) {
        if self.pinned.as_ref().is_some_and(|pinned| pinned.id == id) {
            self.hidden_pinned = Some(id);
        }
        self.said.went(id, gone);
    }

    pub(crate) fn was_pinned(&mut self, message: &Message) {
        self.pinned = Some(message.clone());
        self.hidden_pinned = None;
    }

    pub(crate) fn sent(&mut self, message: &Message) {
        self.said.sent(message);
        self.used.remember(message.id.uuid().as_u128(), message.author);
        if !may(message.role, Action::EnterBackstage) {
            self.said_at.insert(message.author, message.at);
        }
    }

    pub(crate) fn noted(&mut self, note: &Message) {
        self.notes.sent(note);
        self.used.remember(note.id.uuid().as_u128(), note.author);
    }

    pub(crate) fn edited(&mut self, id: MessageId, at: Timestamp, words: (&str, &[ParticipantId])) {
        if let Some(said) = self.said.get(id).filter(|said| !may(said.role, Action::EnterBackstage)) {
            self.edited_at.insert(said.author, at);
        }
        self.said.edited(id, at, words);
        if let Some(pinned) = self.pinned.as_mut().filter(|pinned| pinned.id == id) {
            pinned.edit(at, words);
        }
    }
}

/// The crew waits for nothing.
pub(crate) fn paced(now: Timestamp, who: &Actor, (last, seconds): (Option<&Timestamp>, u16)) -> Result<(), Declined> {
    let Some(last) = last.filter(|_| !may(who.role, Action::EnterBackstage)) else { return Ok(()) };
    let wait = last.plus(Duration::from_secs(seconds.into())).since(now);
    if wait.is_zero() { Ok(()) } else { Err(Declined::for_now(Refusal::SlowDown, wait)) }
}

/// Each once.
fn named(mentions: &[ParticipantId]) -> Result<Vec<ParticipantId>, Refusal> {
    if mentions.len() > MAX_MENTIONS {
        return Err(Refusal::TooManyMentions);
    }
    let mut named = Vec::with_capacity(mentions.len());
    for who in mentions {
        if !named.contains(who) {
            named.push(*who);
        }
    }
    Ok(named)
}
