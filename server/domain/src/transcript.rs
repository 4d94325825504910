//! What was said, in its order: of the chat, and of the crew's notes.

use std::collections::{HashMap, VecDeque};

use houselights_shared::{Gone, Message, MessageId, ParticipantId, SNAPSHOT_MESSAGES, Timestamp};

/// How many of the latest messages can still be changed, removed, hidden or shown again. Older ones the room does not know any more.
pub const REMOVABLE_MESSAGES: usize = 10_000;

/// The latest messages, at most [`REMOVABLE_MESSAGES`] in a room, those that are gone in their places: so everyone who applies the same updates to
/// the same snapshot has the same messages.
#[derive(Clone, Debug)]
pub(crate) struct Transcript {
    held: HashMap<MessageId, Message>,
    order: VecDeque<MessageId>,
    most: usize,
}

impl Default for Transcript {
    fn default() -> Self {
        Self::of_the_latest(REMOVABLE_MESSAGES)
    }
}

impl Transcript {
    /// That holds no more than so many.
    pub(crate) fn of_the_latest(most: usize) -> Self {
        Self { held: HashMap::new(), order: VecDeque::new(), most }
    }

    pub(crate) fn get(&self, id: MessageId) -> Option<&Message> {
        self.held.get(&id)
    }

    /// One that is not gone.
    pub(crate) fn standing(&self, id: MessageId) -> Option<&Message> {
        self.held.get(&id).filter(|message| message.gone.is_none())
    }

    /// As many as a snapshot carries, oldest first.
    pub(crate) fn latest(&self) -> impl Iterator<Item = &Message> {
        let skip = self.order.len().saturating_sub(SNAPSHOT_MESSAGES);
        self.order.iter().skip(skip).filter_map(|id| self.held.get(id))
    }

    /// A message and up to `before` that stand in front of it, oldest first.
    pub(crate) fn around(&self, id: MessageId, before: usize) -> Vec<Message> {
        let Some(at) = self.order.iter().rposition(|held| *held == id) else { return Vec::new() };
        let from = at.saturating_sub(before);
        self.order.range(from..=at).filter_map(|id| self.held.get(id)).cloned().collect()
    }

    /// What somebody said last and still stands, oldest first.
    pub(crate) fn latest_of(&self, who: ParticipantId, most: usize) -> Vec<Message> {
        let held = self.order.iter().rev().filter_map(|id| self.held.get(id));
        let mut latest: Vec<_> = held.filter(|said| said.author == who && said.gone.is_none()).take(most).cloned().collect();
        latest.reverse();
        latest
    }

    /// As somebody was called who said something here lately.
    pub(crate) fn author(&self, who: ParticipantId) -> Option<&Message> {
        self.order.iter().rev().filter_map(|id| self.held.get(id)).find(|message| message.author == who)
    }

    pub(crate) fn sent(&mut self, message: &Message) {
        self.held.insert(message.id, message.clone());
        self.order.push_back(message.id);
        if self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.held.remove(&oldest);
        }
    }

    pub(crate) fn edited(&mut self, id: MessageId, at: Timestamp, (text, mentions): (&str, &[ParticipantId])) {
        if let Some(message) = self.held.get_mut(&id) {
            message.edit(at, (text, mentions));
        }
    }

    pub(crate) fn went(&mut self, id: MessageId, gone: Gone) {
        if let Some(message) = self.held.get_mut(&id) {
            message.gone = Some(gone);
        }
    }

    pub(crate) fn came_back(&mut self, shown: &Message) {
        if let Some(message) = self.held.get_mut(&shown.id) {
            *message = shown.clone();
        }
    }
}
