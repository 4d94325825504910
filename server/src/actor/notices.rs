//! What inboxes are told of what happens in a room: who is mentioned, and who is muted. It costs the room a look at each update.

use houselights_domain::{Entry, Mention, excerpt, notified};
use houselights_shared::{Message, Peer, RoomId, Sanction, SanctionKind, Seq, Update, UpdateBody};
use tracing::warn;

use crate::{
    inbox::{Inboxes, Mail, Notice},
    store::Store,
};

/// Tells of an update that is stored.
pub(super) fn tell(inboxes: &Inboxes, room: RoomId, update: &Update) {
    if let Some(mail) = mail(room, update) {
        inboxes.notice(mail);
    } else if let UpdateBody::Sanctioned { sanctioned } = &update.body {
        if sanctioned.sanction == Sanction::Muted {
            inboxes.muted().tell(room, sanctioned.participant, true);
        }
    } else if let UpdateBody::SanctionLifted { participant, kind: None | Some(SanctionKind::Muted) } = &update.body {
        inboxes.muted().tell(room, *participant, false);
    }
}

/// What inboxes were not told of these entries because the server ended before.
pub(super) fn untold(room: RoomId, entries: &[Entry], told: Seq) -> Vec<Mail> {
    entries.iter().filter(|entry| entry.update.seq > told).filter_map(|entry| mail(room, &entry.update)).collect()
}

/// Inboxes were never told of a room: they are from the end of its log on.
pub(super) async fn tell_from(store: &Store, room: RoomId, end: Seq) {
    // Where nothing can be stored nothing happens in the room either.
    if let Err(error) = store.tell_of(room, end).await {
        warn!(room.id = %room, %error, "it cannot be stored from where on inboxes are told of a room");
    }
}

/// What inboxes are told of an update.
fn mail(room: RoomId, update: &Update) -> Option<Mail> {
    let notice = notice(room, update)?;
    Some(Mail::Notice { room, seq: update.seq, notice })
}

fn notice(room: RoomId, update: &Update) -> Option<Notice> {
    if let UpdateBody::MessageSent { message } = &update.body {
        mention(room, (update.seq, false), message)
    } else if let UpdateBody::NoteSent { note } = &update.body {
        mention(room, (update.seq, true), note)
    } else if let UpdateBody::MessageShown { message } = &update.body {
        mention(room, (message.seq, false), message)
    } else if let UpdateBody::MessageEdited { message, text, mentions } = &update.body {
        Some(Notice::Edited { message: *message, excerpt: excerpt(text), mentions: mentions.clone() })
    } else if let UpdateBody::MessageRemoved { message }
    | UpdateBody::MessageHidden { message }
    | UpdateBody::NoteRemoved { note: message } = &update.body
    {
        Some(Notice::TakenOut { message: *message })
    } else {
        None
    }
}

/// `notes`: whether it stands in the notes of the crew.
fn mention(room: RoomId, (seq, notes): (Seq, bool), message: &Message) -> Option<Notice> {
    let notified = notified(message.author, &message.mentions);
    if notified.is_empty() {
        return None;
    }
    let by = Peer { participant: message.author, name: message.name.clone(), role: message.role };
    Some(Notice::Mentioned(Mention { by, room, notes, seq, message: message.id, excerpt: excerpt(&message.text), notified }))
}
