//! What inboxes are told of what happens in a room: who is mentioned, and who is muted. It costs the room a look at each update.

use houselights_domain::{Mention, excerpt, notified};
use houselights_shared::{Message, Peer, RoomId, Sanction, Seq, Update, UpdateBody};

use crate::inbox::{Inboxes, Mail};

/// Tells of an update that is stored.
pub(super) fn tell(inboxes: &Inboxes, room: RoomId, update: &Update) {
    if let Some(mail) = mail(room, update) {
        inboxes.notice(mail);
    } else if let UpdateBody::Sanctioned { sanctioned } = &update.body {
        inboxes.muted().tell(room, sanctioned.participant, sanctioned.sanction == Sanction::Muted);
    } else if let UpdateBody::SanctionLifted { participant } = &update.body {
        inboxes.muted().tell(room, *participant, false);
    }
}

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "a new kind of update says nothing of a message in the chat, or belongs here"
)]
fn mail(room: RoomId, update: &Update) -> Option<Mail> {
    match &update.body {
        UpdateBody::MessageSent { message } => mention(room, update.seq, message),
        UpdateBody::MessageShown { message } => mention(room, message.seq, message),
        UpdateBody::MessageEdited { message, text, mentions } => {
            Some(Mail::Edited { message: *message, excerpt: excerpt(text), mentions: mentions.clone() })
        }
        UpdateBody::MessageRemoved { message } | UpdateBody::MessageHidden { message } => Some(Mail::TakenOut(*message)),
        _ => None,
    }
}

fn mention(room: RoomId, seq: Seq, message: &Message) -> Option<Mail> {
    let notified = notified(message.author, &message.mentions);
    if notified.is_empty() {
        return None;
    }
    let by = Peer { participant: message.author, name: message.name.clone(), role: message.role };
    Some(Mail::Mentioned(Mention { by, room, seq, message: message.id, excerpt: excerpt(&message.text), notified }))
}
