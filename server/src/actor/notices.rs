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

fn mail(room: RoomId, update: &Update) -> Option<Mail> {
    if let UpdateBody::MessageSent { message } = &update.body {
        mention(room, update.seq, message)
    } else if let UpdateBody::MessageShown { message } = &update.body {
        mention(room, message.seq, message)
    } else if let UpdateBody::MessageEdited { message, text, mentions } = &update.body {
        Some(Mail::Edited { room, message: *message, excerpt: excerpt(text), mentions: mentions.clone() })
    } else if let UpdateBody::MessageRemoved { message } | UpdateBody::MessageHidden { message } = &update.body {
        Some(Mail::TakenOut { room, message: *message })
    } else {
        None
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
