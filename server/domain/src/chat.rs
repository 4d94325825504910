//! The chat of a room.

use std::collections::{HashMap, VecDeque};

use houselights_shared::{
    Action, CommandId, MAX_MESSAGE_CHARS, Message, MessageId, ParticipantId, Refusal, SNAPSHOT_MESSAGES, Timestamp, UpdateBody,
};

use crate::{Actor, may, name::is_blank};

/// How many of the latest messages can still be removed. Of older ones the room no longer knows who wrote them.
pub const REMOVABLE_MESSAGES: usize = 10_000;

/// The latest messages. When there are more than a snapshot carries the oldest goes; a removal brings none back. Everyone who
/// applies the same updates to the same snapshot therefore has the same messages.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chat {
    latest: VecDeque<Message>,
    /// Authors of what can be removed; at most [`REMOVABLE_MESSAGES`], the oldest goes.
    authors: HashMap<MessageId, ParticipantId>,
    order: VecDeque<MessageId>,
}

/// Trimmed, line breaks as `\n`, tabs as spaces, other control characters dropped.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push(' '),
            c if c == '\n' || !c.is_control() => out.push(c),
            _ => {}
        }
    }
    out.trim().to_owned()
}

impl Chat {
    pub(crate) fn send(&self, now: Timestamp, who: &Actor, id: CommandId, text: &str) -> Result<Vec<UpdateBody>, Refusal> {
        if !may(who.role, Action::SendMessage) {
            return Err(Refusal::NotAllowed);
        }
        let id = MessageId::from(id);
        // An id is made by the client: nobody may stand in for a message that is there.
        if self.authors.contains_key(&id) {
            return Err(Refusal::Malformed);
        }
        let text = clean(text);
        if is_blank(&text) {
            return Err(Refusal::MessageEmpty);
        }
        if text.chars().count() > MAX_MESSAGE_CHARS {
            return Err(Refusal::MessageTooLong);
        }
        let message = Message { id, author: who.participant, name: who.name.clone(), role: who.role, at: now, text };
        Ok(vec![UpdateBody::MessageSent { message }])
    }

    pub(crate) fn remove(&self, who: &Actor, message: MessageId) -> Result<Vec<UpdateBody>, Refusal> {
        let author = *self.authors.get(&message).ok_or(Refusal::NoSuchMessage)?;
        let action = if author == who.participant { Action::RemoveOwnMessage } else { Action::RemoveAnyMessage };
        if may(who.role, action) { Ok(vec![UpdateBody::MessageRemoved { message }]) } else { Err(Refusal::NotAllowed) }
    }

    /// Whether this message can still be removed.
    pub(crate) fn has(&self, message: MessageId) -> bool {
        self.authors.contains_key(&message)
    }

    pub(crate) fn latest(&self) -> Vec<Message> {
        self.latest.iter().cloned().collect()
    }

    pub(crate) fn sent(&mut self, message: &Message) {
        self.latest.push_back(message.clone());
        if self.latest.len() > SNAPSHOT_MESSAGES {
            self.latest.pop_front();
        }
        self.authors.insert(message.id, message.author);
        self.order.push_back(message.id);
        if self.order.len() > REMOVABLE_MESSAGES
            && let Some(oldest) = self.order.pop_front()
        {
            self.authors.remove(&oldest);
        }
    }

    pub(crate) fn removed(&mut self, message: MessageId) {
        self.latest.retain(|held| held.id != message);
        self.authors.remove(&message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_and_freed_of_control_characters() {
        assert_eq!(clean("  hi \n"), "hi");
        assert_eq!(clean("a\r\nb\rc\u{2028}d\te"), "a\nb\nc\nd e");
        assert_eq!(clean("a\u{7}\u{1b}[31mb\u{0}\u{85}"), "a[31mb");
        assert_eq!(clean("\u{1F9D1}\u{200D}\u{1F680}"), "\u{1F9D1}\u{200D}\u{1F680}", "joined emoji stay whole");
    }
}
