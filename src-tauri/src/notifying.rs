//! What the system tells of one's inbox while no window is looked at: whoever is on stage is not disturbed.

use std::collections::VecDeque;

use houselights_shared::{
    InboxBatch, InboxEntryBody, InboxNews, InboxSnapshot, MessageId, ParticipantId, Seq, ServerFrame, Strand, UpdateBody,
};

use crate::words::say;

/// More than these come as one note.
const AT_ONCE: usize = 3;
/// So much of a message is shown, in characters.
const LONGEST: usize = 140;
/// Mentions that are known. Full: the oldest is told again where its message is changed once more.
const KNOWN: usize = 256;

/// A note of the system.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) title: String,
    pub(crate) body: String,
}

/// Knows whether one may be disturbed, by what the connection brings.
#[derive(Debug, Default)]
pub(crate) struct Notifying {
    me: Option<ParticipantId>,
    on_stage: bool,
    /// The messages in which one was mentioned, the latest last: what such a message says from now on is no news.
    known: VecDeque<MessageId>,
}

impl Notifying {
    /// What is to be told because of a frame, in order. Where an inbox stands is told by nobody: it is no news.
    pub(crate) fn hear(&mut self, frame: &ServerFrame) -> Vec<Note> {
        match frame {
            ServerFrame::Welcome(welcome) => self.me = Some(welcome.me.participant),
            ServerFrame::Snapshot(snapshot) => {
                self.on_stage = snapshot.on_stage.iter().any(|member| Some(member.participant) == self.me);
            }
            ServerFrame::Updates(batch) => batch.updates.iter().for_each(|update| self.moves(&update.body)),
            ServerFrame::Inbox(InboxNews::Entries(batch)) => {
                let notes = self.notes(batch);
                return if self.on_stage { Vec::new() } else { notes };
            }
            ServerFrame::Inbox(InboxNews::Stands(InboxSnapshot { mentions, .. })) => {
                for entry in mentions {
                    if let InboxEntryBody::Mentioned { message, .. } = entry.body {
                        self.learns(message);
                    }
                }
            }
            ServerFrame::Inbox(InboxNews::Unknown)
            | ServerFrame::Refused(_)
            | ServerFrame::Reply(_)
            | ServerFrame::Mine(_)
            | ServerFrame::Waiting { .. }
            | ServerFrame::Signal(_)
            | ServerFrame::Media(_)
            | ServerFrame::Pong { .. }
            | ServerFrame::Unknown => {}
        }
        Vec::new()
    }

    fn moves(&mut self, body: &UpdateBody) {
        if let UpdateBody::CameOnStage { member } = body {
            self.on_stage |= Some(member.participant) == self.me;
        } else if let UpdateBody::LeftStage { participant } = body {
            self.on_stage &= Some(*participant) != self.me;
        }
    }

    /// Whether this was not known of a message.
    fn learns(&mut self, message: MessageId) -> bool {
        if self.known.contains(&message) {
            return false;
        }
        if self.known.len() >= KNOWN {
            self.known.pop_front();
        }
        self.known.push_back(message);
        true
    }

    /// What of a batch is worth a note: what was read meanwhile, on another device, is not.
    fn notes(&mut self, batch: &InboxBatch) -> Vec<Note> {
        let is_unread = |of: Strand, position: Seq| {
            !batch.entries.iter().any(
                |entry| matches!(&entry.body, InboxEntryBody::ReadUpTo { strand, up_to } if *strand == of && *up_to >= position),
            )
        };
        let mut notes = Vec::new();
        for entry in &batch.entries {
            match &entry.body {
                InboxEntryBody::Received { from, text, .. }
                    if is_unread(Strand::Person { participant: from.participant }, entry.position) =>
                {
                    notes.push(Note { title: from.name.clone(), body: text.chars().take(LONGEST).collect() });
                }
                InboxEntryBody::Mentioned { by, room, notes: is_note, seq, message, excerpt } => {
                    let (strand, title) = if *is_note {
                        (Strand::Notes { room: *room }, "note-mentioned-notes")
                    } else {
                        (Strand::Room { room: *room }, "note-mentioned")
                    };
                    if self.learns(*message) && is_unread(strand, *seq) {
                        notes.push(Note { title: say(title, ("name", by.name.as_str())), body: excerpt.clone() });
                    }
                }
                InboxEntryBody::Received { .. }
                | InboxEntryBody::Sent { .. }
                | InboxEntryBody::Unmentioned { .. }
                | InboxEntryBody::ReadUpTo { .. }
                | InboxEntryBody::Blocked { .. }
                | InboxEntryBody::Unblocked { .. }
                | InboxEntryBody::DirectsAllowed { .. }
                | InboxEntryBody::Forgotten { .. }
                | InboxEntryBody::Unknown => {}
            }
        }
        if notes.len() > AT_ONCE {
            let title = say("note-several", ("count", notes.len()));
            return vec![Note { title, body: String::new() }];
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::{
        CrewMember, InboxEntry, InboxSnapshot, MessageId, Peer, Role, RoomId, Sending, Timestamp, Update, UpdateBatch,
    };

    use super::*;

    fn ada() -> Peer {
        Peer { participant: ParticipantId::random(), name: "Ada".into(), role: Role::Speaker }
    }

    fn received(text: &str) -> InboxEntryBody {
        InboxEntryBody::Received { from: ada(), message: MessageId::random(), text: text.into() }
    }

    fn news(bodies: Vec<InboxEntryBody>) -> ServerFrame {
        let entries: Vec<_> = (1..)
            .zip(bodies)
            .map(|(number, body)| InboxEntry { position: Seq::new(number), at: Timestamp::default(), body })
            .collect();
        ServerFrame::Inbox(InboxNews::Entries(InboxBatch { after: Seq::START, up_to: Seq::new(entries.len() as u64), entries }))
    }

    fn titles(notes: &[Note]) -> Vec<&str> {
        notes.iter().map(|note| note.title.as_str()).collect()
    }

    #[test]
    fn a_message_is_told_by_its_writer_and_a_mention_by_whoever_mentions() {
        let room = RoomId::random();
        let mentioned = InboxEntryBody::Mentioned {
            by: ada(),
            room,
            notes: false,
            seq: Seq::new(4),
            message: MessageId::random(),
            excerpt: "hey you".into(),
        };
        let told = Notifying::default().hear(&news(vec![received("hi"), mentioned.clone()]));
        assert_eq!(titles(&told), ["Ada", "Ada mentioned you"]);
        assert_eq!((told[0].body.as_str(), told[1].body.as_str()), ("hi", "hey you"));
        let read = InboxEntryBody::ReadUpTo { strand: Strand::Room { room }, up_to: Seq::new(4) };
        assert_eq!(Notifying::default().hear(&news(vec![mentioned, read.clone()])), [], "it was read elsewhere meanwhile");
        let note = InboxEntryBody::Mentioned {
            by: ada(),
            room,
            notes: true,
            seq: Seq::new(4),
            message: MessageId::random(),
            excerpt: "one more minute".into(),
        };
        let told = Notifying::default().hear(&news(vec![note, read]));
        assert_eq!(titles(&told), ["Ada mentioned you in the crew’s notes"], "the chat was read, and not the notes");
    }

    #[test]
    fn a_message_that_is_changed_again_and_again_mentions_once() {
        let room = RoomId::random();
        let mention = |excerpt: &str, message| InboxEntryBody::Mentioned {
            by: ada(),
            room,
            notes: false,
            seq: Seq::new(4),
            message,
            excerpt: excerpt.into(),
        };
        let (mut notifying, message, other) = (Notifying::default(), MessageId::random(), MessageId::random());
        assert_eq!(notifying.hear(&news(vec![mention("hey", message)])).len(), 1);
        for excerpt in ["hey you", "hey you there"] {
            assert_eq!(notifying.hear(&news(vec![mention(excerpt, message)])), []);
        }
        let entry = InboxEntry { position: Seq::new(1), at: Timestamp::default(), body: mention("of before", other) };
        let stands = InboxSnapshot { mentions: vec![entry], ..InboxSnapshot::default() };
        notifying.hear(&ServerFrame::Inbox(InboxNews::Stands(stands)));
        assert_eq!(notifying.hear(&news(vec![mention("of before, and more", other)])), []);
    }

    #[test]
    fn many_are_one_note_and_where_an_inbox_stands_is_none() {
        let mut notifying = Notifying::default();
        assert_eq!(titles(&notifying.hear(&news(vec![received("x"); 4]))), ["4 new messages for you"]);
        assert_eq!(notifying.hear(&ServerFrame::Inbox(InboxNews::Stands(InboxSnapshot::default()))), []);
        let own = InboxEntryBody::Sent { to: ada(), message: MessageId::random(), text: "mine".into() };
        assert_eq!(notifying.hear(&news(vec![own])), []);
    }

    #[test]
    fn whoever_is_on_stage_is_not_disturbed() {
        let me = ada();
        let mut notifying = Notifying { me: Some(me.participant), ..Notifying::default() };
        let update = |body| {
            let update = Update { room: RoomId::random(), seq: Seq::new(1), at: Timestamp::default(), by: None, body };
            ServerFrame::Updates(UpdateBatch { room: update.room, updates: vec![update] })
        };
        let member = CrewMember {
            participant: me.participant,
            name: me.name.clone(),
            role: me.role,
            sending: Sending::default(),
            device: None,
        };
        notifying.hear(&update(UpdateBody::CameOnStage { member }));
        assert_eq!(notifying.hear(&news(vec![received("hi")])), []);
        notifying.hear(&update(UpdateBody::LeftStage { participant: me.participant }));
        assert_eq!(notifying.hear(&news(vec![received("hi")])).len(), 1);
    }
}
