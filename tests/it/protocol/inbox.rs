//! What goes over the wire of inboxes.

use houselights_shared::{
    Conversation, DirectsFrom, InboxBatch, InboxCommand, InboxCommandBody, InboxEntry, InboxEntryBody, InboxNews, InboxPage,
    InboxSnapshot, MessageId, Peer, Role, RoomRead, Seq, Strand,
};

use super::{Sample, at, command_id, room, sample, who};

fn peer() -> Peer {
    Peer { participant: who(2), name: "Bob".to_owned(), role: Role::Attendee }
}

fn strands() -> Vec<Strand> {
    vec![Strand::Person { participant: who(2) }, Strand::Room { room: room() }, Strand::Notes { room: room() }, Strand::Unknown]
}

fn allowed() -> Vec<DirectsFrom> {
    vec![DirectsFrom::Everybody, DirectsFrom::Crew, DirectsFrom::Nobody, DirectsFrom::Unknown]
}

fn command_bodies() -> Vec<InboxCommandBody> {
    vec![
        InboxCommandBody::SendDirect { to: who(2), text: "Coffee?".to_owned() },
        InboxCommandBody::MarkRead { strand: Strand::Person { participant: who(2) }, up_to: Seq::new(4) },
        InboxCommandBody::MarkRead { strand: Strand::Room { room: room() }, up_to: Seq::new(90) },
        InboxCommandBody::Block { participant: who(2) },
        InboxCommandBody::Unblock { participant: who(2) },
        InboxCommandBody::AllowDirects { from: DirectsFrom::Crew },
        InboxCommandBody::Report { message: MessageId::from(command_id()), from: Some(who(2)), reason: "Spam".to_owned() },
        InboxCommandBody::Unknown,
    ]
}

pub(super) fn command() -> InboxCommand {
    InboxCommand { id: command_id(), body: command_bodies().remove(0) }
}

fn entry_bodies() -> Vec<InboxEntryBody> {
    let message = MessageId::from(command_id());
    vec![
        InboxEntryBody::Received { from: peer(), message, text: "Coffee?".to_owned() },
        InboxEntryBody::Sent { to: peer(), message, text: "Coffee!".to_owned() },
        InboxEntryBody::Mentioned {
            by: peer(),
            room: room(),
            notes: true,
            seq: Seq::new(12),
            message,
            excerpt: "@Ada, look".to_owned(),
        },
        InboxEntryBody::Unmentioned { message },
        InboxEntryBody::ReadUpTo { strand: Strand::Room { room: room() }, up_to: Seq::new(12) },
        InboxEntryBody::Blocked { who: peer() },
        InboxEntryBody::Unblocked { participant: who(2) },
        InboxEntryBody::DirectsAllowed { from: DirectsFrom::Nobody },
        InboxEntryBody::Forgotten { participant: who(2) },
        InboxEntryBody::Unknown,
    ]
}

fn entries() -> Vec<InboxEntry> {
    (1..).zip(entry_bodies()).map(|(number, body)| InboxEntry { position: Seq::new(number), at: at(5), body }).collect()
}

fn batch() -> InboxBatch {
    InboxBatch { after: Seq::new(1), up_to: Seq::new(3), entries: entries()[1..3].to_vec() }
}

fn conversation() -> Conversation {
    Conversation { with: peer(), latest: entries().remove(0), unread: 1, read_up_to: Seq::START }
}

fn snapshots() -> Vec<InboxSnapshot> {
    let stands = InboxSnapshot {
        up_to: Seq::new(9),
        directs_from: DirectsFrom::Crew,
        blocked: vec![peer()],
        conversations: vec![conversation()],
        mentions: vec![entries().remove(2)],
        rooms: vec![RoomRead { room: room(), up_to: Seq::new(12) }],
        notes: vec![RoomRead { room: room(), up_to: Seq::new(7) }],
    };
    vec![stands, InboxSnapshot::default()]
}

pub(super) fn news() -> Vec<InboxNews> {
    vec![InboxNews::Entries(batch()), InboxNews::Stands(snapshots().remove(0)), InboxNews::Unknown]
}

pub(super) fn samples() -> [(&'static str, Sample); 13] {
    [
        ("InboxCommand", sample(vec![command()])),
        ("InboxCommandBody", sample(command_bodies())),
        ("Strand", sample(strands())),
        ("DirectsFrom", sample(allowed())),
        ("Peer", sample(vec![peer()])),
        ("InboxEntry", sample(entries())),
        ("InboxEntryBody", sample(entry_bodies())),
        ("InboxNews", sample(news())),
        ("InboxBatch", sample(vec![batch()])),
        ("InboxSnapshot", sample(snapshots())),
        ("Conversation", sample(vec![conversation()])),
        ("RoomRead", sample(vec![RoomRead { room: room(), up_to: Seq::new(12) }])),
        ("InboxPage", sample(vec![InboxPage { entries: entries()[..2].to_vec(), has_more: true }])),
    ]
}
