//! Inboxes: what is appended, what is read of them, and what is left of somebody who is forgotten.

use std::collections::HashMap;

use houselights_domain::{Acquainted, InboxRow};
use houselights_shared::{
    CommandId, DirectsFrom, INBOX_PAGE, InboxEntry, InboxEntryBody, MessageId, ParticipantId, Peer, Role, RoomId, RoomRead,
    Seq, Strand,
};

use super::{Database, NOW, Statement, Store, StoreError, Value, cluster, event, open};
use crate::store::Trace;

on_both! {
    what_is_appended_to_an_inbox_is_read_back_in_order_and_only_the_last_mark_stays,
    a_position_of_an_inbox_is_written_once_and_a_command_answered_once,
    an_inbox_is_restored_with_its_last_words_and_whoever_left_is_known_to_have,
    how_far_inboxes_were_told_of_a_room_is_written_with_what_they_were_told,
    a_snapshot_counts_what_was_not_read_and_has_the_latest_first,
    what_is_reported_is_of_the_conversation_it_is_in_whoever_else_wrote_under_its_id,
    a_conversation_is_paged_back_without_a_gap_or_a_double,
    of_somebody_who_is_forgotten_no_inbox_has_a_word_or_the_name,
}

/// Two attendees and a speaker of an event.
async fn three(store: &Store) -> [Peer; 3] {
    let created = event(store).await;
    let mut people = Vec::new();
    for (name, role) in [("Ada", "attendee"), ("Bob", "attendee"), ("Cleo", "speaker")] {
        let id = ParticipantId::random();
        let sql = "INSERT INTO participants (id, event_id, name, role, created_at) VALUES ($1, $2, $3, $4, 0)";
        let values = vec![Value::id(&id), Value::id(&created.event), name.into(), role.into()];
        let login = "INSERT INTO logins (token_hash, participant_id, created_at, expires_at) VALUES ($1, $2, 0, 9)";
        let login = Statement::new(login, vec![format!("login of {id}").into(), Value::id(&id)]);
        store.db.write(vec![Statement::new(sql, values), login]).await.unwrap();
        let role = if role == "speaker" { Role::Speaker } else { Role::Attendee };
        people.push(Peer { participant: id, name: name.to_owned(), role });
    }
    people.try_into().unwrap()
}

fn row(owner: &Peer, position: u64, body: InboxEntryBody) -> InboxRow {
    InboxRow { owner: owner.participant, entry: InboxEntry { position: Seq::new(position), at: NOW, body }, command: None }
}

fn received(from: &Peer, text: &str) -> InboxEntryBody {
    InboxEntryBody::Received { from: from.clone(), message: MessageId::random(), text: text.to_owned() }
}

fn sent(to: &Peer, text: &str) -> InboxEntryBody {
    InboxEntryBody::Sent { to: to.clone(), message: MessageId::random(), text: text.to_owned() }
}

fn read(whom: &Peer, up_to: u64) -> InboxEntryBody {
    InboxEntryBody::ReadUpTo { strand: Strand::Person { participant: whom.participant }, up_to: Seq::new(up_to) }
}

async fn all(store: &Store, owner: &Peer) -> Vec<InboxEntry> {
    store.inbox_since(owner.participant, Seq::START, 1_000).await.unwrap().unwrap()
}

async fn what_is_appended_to_an_inbox_is_read_back_in_order_and_only_the_last_mark_stays(store: Store) {
    let [ada, bob, _] = three(&store).await;
    let rows = [
        row(&ada, 1, received(&bob, "hi")),
        row(&ada, 2, read(&bob, 1)),
        row(&ada, 3, sent(&bob, "hello")),
        row(&ada, 4, read(&bob, 3)),
    ];
    store.append_to_inboxes(&rows[..2], &HashMap::new()).await.unwrap();
    store.append_to_inboxes(&rows[2..], &HashMap::new()).await.unwrap();
    let left = [0, 2, 3].map(|number: usize| rows[number].entry.clone());
    assert_eq!(all(&store, &ada).await, left);
    let after = |after, most| store.inbox_since(ada.participant, Seq::new(after), most);
    assert_eq!(after(1, 2).await.unwrap(), Some(left[1..].to_vec()));
    assert_eq!(after(1, 1).await.unwrap(), None, "that is more");
    assert_eq!(all(&store, &bob).await, []);
}

async fn a_position_of_an_inbox_is_written_once_and_a_command_answered_once(store: Store) {
    let [ada, bob, _] = three(&store).await;
    let command = CommandId::random();
    let first = InboxRow { command: Some(command), ..row(&ada, 1, sent(&bob, "hi")) };
    store.append_to_inboxes(&[first.clone(), row(&bob, 1, received(&ada, "hi"))], &HashMap::new()).await.unwrap();
    let double =
        store.append_to_inboxes(&[row(&bob, 2, received(&ada, "x")), row(&ada, 1, sent(&bob, "x"))], &HashMap::new()).await;
    assert!(matches!(double, Err(StoreError::Conflict(_))), "{double:?}");
    let again = InboxRow { command: Some(command), ..row(&ada, 2, sent(&bob, "hi")) };
    assert!(matches!(store.append_to_inboxes(&[again], &HashMap::new()).await, Err(StoreError::Conflict(_))));
    assert_eq!((all(&store, &ada).await.len(), all(&store, &bob).await.len()), (1, 1), "all or nothing");
    let asked = [(ada.participant, command), (bob.participant, command), (ada.participant, CommandId::random())];
    let answers = store.inbox_answers(&asked).await.unwrap();
    assert_eq!(answers.into_iter().collect::<Vec<_>>(), [((ada.participant, command), Seq::new(1))]);
    let both = Acquainted { wrote: true, was_written_to: false };
    assert_eq!(store.acquainted(ada.participant, bob.participant).await.unwrap(), both);
    let back = Acquainted { wrote: false, was_written_to: true };
    assert_eq!(store.acquainted(bob.participant, ada.participant).await.unwrap(), back);
}

async fn how_far_inboxes_were_told_of_a_room_is_written_with_what_they_were_told(store: Store) {
    let [ada, bob, _] = three(&store).await;
    let (room, other) = (event(&store).await.room, RoomId::random());
    assert_eq!(store.told_of(room).await.unwrap(), None);
    store.tell_of(room, Seq::new(3)).await.unwrap();
    let up_to = |number| HashMap::from([(room, Seq::new(number))]);
    store.append_to_inboxes(&[row(&ada, 1, received(&bob, "hi"))], &up_to(7)).await.unwrap();
    assert_eq!(store.told_of(room).await.unwrap(), Some(Seq::new(7)));
    let double = store.append_to_inboxes(&[row(&ada, 1, received(&bob, "x"))], &up_to(9)).await;
    assert!(matches!(double, Err(StoreError::Conflict(_))), "{double:?}");
    assert_eq!(store.told_of(room).await.unwrap(), Some(Seq::new(7)), "all or nothing");
    assert_eq!(store.told_of(other).await.unwrap(), None);
}

async fn an_inbox_is_restored_with_its_last_words_and_whoever_left_is_known_to_have(store: Store) {
    let [ada, bob, cleo] = three(&store).await;
    let block = |who: &Peer| InboxEntryBody::Blocked { who: who.clone() };
    let blocked = InboxRow { command: Some(CommandId::random()), ..row(&ada, 1, block(&bob)) };
    let command = blocked.command.unwrap();
    store
        .append_to_inboxes(
            &[
                blocked,
                row(&ada, 2, block(&cleo)),
                row(&ada, 3, InboxEntryBody::Unblocked { participant: bob.participant }),
                row(&ada, 4, InboxEntryBody::DirectsAllowed { from: DirectsFrom::Nobody }),
                row(&ada, 5, InboxEntryBody::DirectsAllowed { from: DirectsFrom::Crew }),
            ],
            &HashMap::new(),
        )
        .await
        .unwrap();
    let answers = store.inbox_answers(&[(ada.participant, command)]).await.unwrap();
    assert_eq!(answers.len(), 1, "what is not the last word any more was done all the same");
    let stands = store.inbox_snapshot(ada.participant, Seq::new(5)).await.unwrap();
    assert_eq!((stands.blocked, stands.directs_from), (vec![cleo.clone()], DirectsFrom::Crew));
    let left = "DELETE FROM logins WHERE participant_id = $1";
    store.db.write(vec![Statement::new(left, vec![Value::id(&bob.participant)])]).await.unwrap();
    let ids = [ada.participant, bob.participant, ParticipantId::random()];
    let mut inboxes = store.inboxes(&ids).await.unwrap();
    inboxes.sort_by_key(|inbox| inbox.owner().name.clone());
    let known: Vec<_> = inboxes.iter().map(|inbox| (inbox.owner().clone(), inbox.head(), inbox.has_left())).collect();
    assert_eq!(known, [(ada, Seq::new(5), false), (bob, Seq::START, true)]);
}

async fn a_snapshot_counts_what_was_not_read_and_has_the_latest_first(store: Store) {
    let [ada, bob, cleo] = three(&store).await;
    let room = RoomId::random();
    let mention = InboxEntryBody::Mentioned {
        by: bob.clone(),
        room,
        notes: false,
        seq: Seq::new(9),
        message: MessageId::random(),
        excerpt: "hey".to_owned(),
    };
    let InboxEntryBody::Mentioned { message, .. } = &mention else { unreachable!() };
    let taken_out = *message;
    store
        .append_to_inboxes(
            &[
                row(&ada, 1, received(&bob, "one")),
                row(&ada, 2, received(&cleo, "one")),
                row(&ada, 3, read(&bob, 1)),
                row(&ada, 4, received(&bob, "two")),
                row(&ada, 5, received(&bob, "three")),
                row(&ada, 6, mention),
                row(&ada, 7, InboxEntryBody::ReadUpTo { strand: Strand::Room { room }, up_to: Seq::new(8) }),
                row(&ada, 8, sent(&cleo, "two")),
                row(&ada, 9, InboxEntryBody::ReadUpTo { strand: Strand::Notes { room }, up_to: Seq::new(3) }),
                row(&ada, 10, InboxEntryBody::ReadUpTo { strand: Strand::Notes { room }, up_to: Seq::new(5) }),
            ],
            &HashMap::new(),
        )
        .await
        .unwrap();
    let stands = store.inbox_snapshot(ada.participant, Seq::new(10)).await.unwrap();
    let listed: Vec<_> =
        stands.conversations.iter().map(|held| (held.with.name.as_str(), held.unread, held.latest.position.number())).collect();
    assert_eq!(listed, [("Cleo", 1, 8), ("Bob", 2, 5)]);
    assert_eq!(stands.conversations[1].read_up_to, Seq::new(1));
    assert_eq!((stands.mentions.len(), stands.rooms[0].up_to), (1, Seq::new(8)));
    assert_eq!(stands.notes, [RoomRead { room, up_to: Seq::new(5) }], "beside how far the chat was read");
    let told = store.mentioned_in(taken_out).await.unwrap();
    assert_eq!(told.iter().map(|(who, mention)| (*who, mention.seq)).collect::<Vec<_>>(), [(ada.participant, Seq::new(9))]);
    store
        .append_to_inboxes(&[row(&ada, 9, InboxEntryBody::Unmentioned { message: taken_out })], &HashMap::new())
        .await
        .unwrap();
    assert_eq!(store.inbox_snapshot(ada.participant, Seq::new(9)).await.unwrap().mentions, []);
    assert_eq!(store.mentioned_in(taken_out).await.unwrap(), []);
}

async fn what_is_reported_is_of_the_conversation_it_is_in_whoever_else_wrote_under_its_id(store: Store) {
    let [ada, bob, cleo] = three(&store).await;
    let message = MessageId::random();
    let under_it = |from: &Peer, text: &str| InboxEntryBody::Received { from: from.clone(), message, text: text.to_owned() };
    let rows = [
        row(&ada, 1, received(&cleo, "kind")),
        row(&ada, 2, under_it(&cleo, "harmless")),
        row(&ada, 3, received(&bob, "rude")),
        row(&ada, 4, under_it(&bob, "ruder")),
        row(&ada, 5, received(&cleo, "later")),
    ];
    store.append_to_inboxes(&rows, &HashMap::new()).await.unwrap();
    for (from, who, words) in [
        (Some(bob.participant), &bob, ["rude", "ruder"]),
        (Some(cleo.participant), &cleo, ["kind", "harmless"]),
        (None, &cleo, ["kind", "harmless"]),
    ] {
        let (of, said) = store.received(&ada, (message, from), 5).await.unwrap().unwrap();
        let said: Vec<_> = said.iter().map(|said| (said.author, said.text.as_str())).collect();
        assert_eq!((of.participant, said), (who.participant, words.map(|word| (who.participant, word)).to_vec()));
    }
    assert_eq!(store.received(&ada, (message, Some(ada.participant)), 5).await.unwrap(), None);
}

async fn a_conversation_is_paged_back_without_a_gap_or_a_double(store: Store) {
    let [ada, bob, cleo] = three(&store).await;
    let most = 2 * INBOX_PAGE as u64 + 5;
    let rows: Vec<_> = (1..=most)
        .map(|number| match number % 3 {
            0 => row(&ada, number, received(&cleo, "another conversation")),
            1 => row(&ada, number, received(&bob, &number.to_string())),
            _ => row(&ada, number, sent(&bob, &number.to_string())),
        })
        .collect();
    store.append_to_inboxes(&rows, &HashMap::new()).await.unwrap();
    let (mut before, mut found, mut pages) = (None, Vec::new(), 0);
    loop {
        let page = store.conversation(ada.participant, bob.participant, before).await.unwrap();
        pages += 1;
        before = page.entries.first().map(|entry| entry.position);
        found.splice(0..0, page.entries);
        if !page.has_more {
            break;
        }
    }
    let expected: Vec<_> = rows.iter().map(|row| row.entry.clone()).filter(|entry| entry.position.number() % 3 != 0).collect();
    assert_eq!((found, pages), (expected, 2));
    let nothing = store.conversation(bob.participant, ada.participant, None).await.unwrap();
    assert_eq!((nothing.entries, nothing.has_more), (Vec::new(), false), "each has their own");
}

async fn of_somebody_who_is_forgotten_no_inbox_has_a_word_or_the_name(store: Store) {
    let [ada, bob, cleo] = three(&store).await;
    let mention = InboxEntryBody::Mentioned {
        by: ada.clone(),
        room: RoomId::random(),
        notes: false,
        seq: Seq::new(9),
        message: MessageId::random(),
        excerpt: "the words of Ada".to_owned(),
    };
    store
        .append_to_inboxes(
            &[
                row(&ada, 1, received(&bob, "to whom is forgotten")),
                row(&ada, 2, sent(&bob, "the words of Ada")),
                row(&bob, 1, sent(&ada, "to whom is forgotten")),
                row(&bob, 2, received(&ada, "the words of Ada")),
                row(&bob, 3, received(&cleo, "of somebody else")),
                row(&cleo, 1, mention),
                row(&cleo, 2, InboxEntryBody::Blocked { who: ada.clone() }),
            ],
            &HashMap::new(),
        )
        .await
        .unwrap();
    let event = store.inboxes(&[ada.participant]).await.unwrap().pop().unwrap().event();
    let trace = Trace { participant: ada.participant, event, name: String::new() };
    store.erase_from_inboxes(&[trace]).await.unwrap();
    let rows = store.db.read(Statement::new("SELECT body FROM inbox", Vec::new())).await.unwrap();
    assert_eq!(rows.len(), 5, "what others have stays in its place");
    for body in rows.iter().map(|row| row.text(0).unwrap()) {
        assert!(!body.contains("Ada"), "{body}");
    }
    let texts: Vec<_> = all(&store, &bob).await.into_iter().map(|entry| entry.body).collect();
    let nobody = Peer { name: "Erased".to_owned(), ..ada.clone() };
    assert!(matches!(&texts[0], InboxEntryBody::Sent { to, text, .. } if *to == nobody && text == "to whom is forgotten"));
    assert!(matches!(&texts[1], InboxEntryBody::Received { from, .. } if *from == cleo));
    assert_eq!(texts.len(), 2);
    let named = store.inboxes_that_name(&[ada.participant]).await.unwrap();
    let mut owners = [bob.participant, cleo.participant].map(|owner| (owner, ada.participant));
    owners.sort_by_key(|(owner, _)| owner.to_string());
    assert_eq!(named, owners, "those are told");
}
