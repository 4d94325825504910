//! What was said, found by its place and by its words.

use std::{collections::HashSet, sync::Arc};

use houselights_domain::Entry;
use houselights_shared::{
    Choice, CommandId, Message, MessageId, ParticipantId, Poll, PollForm, PollId, PollKind, PollPhase, ResultsShown, Role,
    RoomId, Seq, Tally, Update, UpdateBody, words,
};

use super::{Database, NOW, Statement, Store, Value, cluster, event, open};
use crate::store::{Db, Flaky, Mood, RoomFigures, Sought, Trace, WrittenOut};

on_both! {
    pages_lead_back_without_gap_or_double_while_more_is_said_and_some_is_taken_out,
    words_are_found_in_any_case_without_accents_and_the_last_by_its_beginning,
    what_is_searched_for_is_words_and_no_language,
    what_is_said_in_one_room_is_found_in_no_other,
    nothing_is_found_by_the_room_in_which_it_was_said,
    few_are_found_as_many_are_newest_first_and_by_pages,
    what_is_said_is_indexed_later_and_a_server_that_comes_after_a_kill_knows_where_that_was_left,
    what_is_said_after_a_write_that_failed_is_found_too,
    a_log_of_before_is_indexed_from_where_it_was_left_and_nothing_is_missing,
    what_is_indexed_again_stays_as_it_is,
    who_is_forgotten_is_found_no_more,
    whom_others_go_on_naming_while_they_are_written_out_is_named_nowhere,
    what_a_room_writes_of_what_it_held_is_written_out_by_whoever_knows_whose_it_was,
    what_was_changed_is_found_as_it_is_now_and_what_was_hidden_once_it_is_shown,
    the_crews_notes_are_theirs,
    a_report_goes_from_the_first_word_on_and_knows_how_much_there_is,
}

fn update(room: RoomId, seq: u64, by: ParticipantId, body: UpdateBody) -> Entry {
    Entry { update: Arc::new(Update { room, seq: Seq::new(seq), at: NOW, by: Some(by), body }), command: None }
}

fn said(room: RoomId, seq: u64, by: ParticipantId, text: &str) -> Entry {
    let message = Message::new(MessageId::random(), (by, "Vera".to_owned(), Role::Attendee), NOW, text.to_owned());
    update(room, seq, by, UpdateBody::MessageSent { message })
}

fn message_of(said: &Entry) -> &Message {
    let UpdateBody::MessageSent { message } = &said.update.body else { panic!("{said:?}") };
    message
}

fn removed(seq: u64, by: ParticipantId, said: &Entry) -> Entry {
    update(said.update.room, seq, by, UpdateBody::MessageRemoved { message: message_of(said).id })
}

fn edited(seq: u64, said: &Entry, text: &str) -> Entry {
    let message = message_of(said);
    let body = UpdateBody::MessageEdited { message: message.id, text: text.to_owned(), mentions: vec![message.author] };
    update(said.update.room, seq, message.author, body)
}

fn latest(room: RoomId) -> Sought {
    Sought { room, notes: false, before: None, most: 10, with_trace: false }
}

async fn found(store: &Store, sought: &Sought, query: &str) -> Vec<u64> {
    let page = store.search_messages(sought, &words(query)).await.unwrap();
    page.messages.iter().map(|message| message.seq.number()).collect()
}

async fn pages_lead_back_without_gap_or_double_while_more_is_said_and_some_is_taken_out(store: Store) {
    let (room, vera, mo) = (event(&store).await.room, ParticipantId::random(), ParticipantId::random());
    let first: Vec<_> = (1..=25).map(|seq| said(room, seq, vera, &format!("number {seq}"))).collect();
    store.append(&first).await.unwrap();
    let (mut seen, mut before) = (Vec::new(), None);
    for round in 0.. {
        let page = store.messages(&Sought { before, ..latest(room) }).await.unwrap();
        assert!(page.messages.is_sorted_by_key(|message| message.seq), "oldest first");
        // More is said, and what is on the next page is taken out.
        let next = 26 + round * 2;
        store.append(&[said(room, next, vera, "more"), removed(next + 1, mo, &first[0])]).await.unwrap();
        before = page.messages.first().map(|oldest| oldest.seq);
        seen.splice(0..0, page.messages);
        if !page.more {
            break;
        }
    }
    assert_eq!(seen.iter().map(|message| message.seq.number()).collect::<Vec<_>>(), (1..=25).collect::<Vec<_>>());
    assert_eq!(seen.iter().map(|message| message.id).collect::<HashSet<_>>().len(), 25);
    let gone = seen[0].gone.unwrap();
    assert_eq!((seen[0].text.as_str(), gone.by, gone.at), ("", None, NOW), "its place is kept");
    let traced = store.messages(&Sought { before: Some(Seq::new(2)), with_trace: true, ..latest(room) }).await.unwrap();
    assert_eq!((traced.messages[0].text.as_str(), traced.messages[0].gone.unwrap().by), ("number 1", Some(mo)));
}

async fn words_are_found_in_any_case_without_accents_and_the_last_by_its_beginning(store: Store) {
    let (room, vera) = (event(&store).await.room, ParticipantId::random());
    let texts = ["Où est la LUMIÈRE ?", "la lumière est là", "lumens per watt", "", "\u{1f680}", "東京の会議"];
    let all: Vec<_> = texts.iter().zip(1..).map(|(text, seq)| said(room, seq, vera, text)).collect();
    store.append(&all).await.unwrap();
    for (query, expected) in [
        ("lumiere", vec![2, 1]),
        ("LUM", vec![3, 2, 1]),
        ("est lum", vec![2, 1]),
        ("lum est", vec![]),
        ("watt", vec![3]),
        ("会議", vec![6]),
        ("nothing", vec![]),
        ("  ", vec![]),
    ] {
        assert_eq!(found(&store, &latest(room), query).await, expected, "{query}");
    }
    let one = Sought { most: 1, ..latest(room) };
    let page = store.search_messages(&one, &words("lum")).await.unwrap();
    assert!(page.more);
    assert_eq!(found(&store, &Sought { before: Some(page.messages[0].seq), ..one }, "lum").await, [2]);
    store.append(&[removed(7, vera, &all[0])]).await.unwrap();
    assert_eq!(found(&store, &latest(room), "lumiere").await, [2]);
    assert_eq!(found(&store, &Sought { with_trace: true, ..latest(room) }, "lumiere").await, [2, 1]);
}

async fn what_is_searched_for_is_words_and_no_language(store: Store) {
    let (room, vera) = (event(&store).await.room, ParticipantId::random());
    store.append(&[said(room, 1, vera, "plain near column words"), said(room, 2, vera, "it's a:b & c|d")]).await.unwrap();
    for query in [
        "\"",
        "*",
        "plain\"",
        "words:plain",
        "plain OR nothing",
        "NEAR(plain near)",
        "^plain",
        "-plain",
        "plain' | 'x",
        "!plain",
        "a:*",
        "plain <-> near",
        "\\",
        "'",
        "(",
        "{words}: plain",
        "x\0plain",
        "%",
        "_",
    ] {
        let page = store.search_messages(&latest(room), &words(query)).await;
        assert!(page.is_ok(), "{query}: {page:?}");
    }
    assert_eq!(found(&store, &latest(room), "plain OR nothing").await, [0_u64; 0], "it is a word");
    assert_eq!(found(&store, &latest(room), "(near) column:").await, [1]);
    assert_eq!(found(&store, &latest(room), "'s").await, [2]);
    let long = "ж".repeat(5_000);
    store.append(&[said(room, 3, vera, &long)]).await.unwrap();
    assert_eq!(found(&store, &latest(room), &long).await, [3]);
}

async fn what_is_said_in_one_room_is_found_in_no_other(store: Store) {
    let (one, two, vera) = (event(&store).await.room, event(&store).await.room, ParticipantId::random());
    for (room, text) in [(one, "a secret"), (two, "a secret too")] {
        store.append(&[said(room, 1, vera, text), said(room, 2, vera, "more")]).await.unwrap();
    }
    for (room, text) in [(one, "a secret"), (two, "a secret too")] {
        let page = store.search_messages(&latest(room), &words("secret")).await.unwrap();
        assert_eq!(page.messages.iter().map(|message| message.text.as_str()).collect::<Vec<_>>(), [text]);
        assert_eq!(store.messages(&latest(room)).await.unwrap().messages.len(), 2);
    }
    assert_eq!(found(&store, &latest(one), "too").await, [0_u64; 0]);
}

async fn nothing_is_found_by_the_room_in_which_it_was_said(store: Store) {
    const MANY: u64 = 2_100;
    let (room, vera) = (event(&store).await.room, ParticipantId::random());
    let id = room.to_string();
    let (begun, _) = id.split_once('-').unwrap();
    store.append(&[said(room, 1, vera, "plain words"), said(room, 2, vera, &format!("plain {begun}x"))]).await.unwrap();
    for query in (1..=begun.len()).map(|length| &begun[..length]) {
        assert_eq!(found(&store, &latest(room), query).await, [2], "{query}");
        assert_eq!(found(&store, &latest(room), &format!("plain {query}")).await, [2], "{query}");
        assert_eq!(found(&store, &latest(room), &format!("words {query}")).await, [0_u64; 0], "{query}");
    }
    assert_eq!(found(&store, &latest(room), &id).await, [0_u64; 0]);
    // Nor where there are more than are found at once.
    let many: Vec<_> = (3..MANY).map(|seq| said(room, seq, vera, &format!("{begun} {seq}"))).collect();
    store.append(&many).await.unwrap();
    store.append(&[said(room, MANY, vera, "plain words")]).await.unwrap();
    assert_eq!(found(&store, &latest(room), begun).await, (MANY - 10..MANY).rev().collect::<Vec<_>>());
}

/// As a log is that was written before there was an index.
async fn forget_index(store: &Store) {
    let sql = ["DELETE FROM message_edits", "DELETE FROM messages", "UPDATE rooms SET indexed = 0"];
    store.db.write(sql.map(|sql| Statement::new(sql, Vec::new())).to_vec()).await.unwrap();
    store.find_unindexed().await.unwrap();
}

async fn few_are_found_as_many_are_newest_first_and_by_pages(store: Store) {
    const MANY: u64 = 2_100;
    let (room, vera) = (event(&store).await.room, ParticipantId::random());
    let rare = |seq| if seq % 900 == 5 { " rarely" } else { "" };
    let all: Vec<_> = (1..=MANY).map(|seq| said(room, seq, vera, &format!("number{}", rare(seq)))).collect();
    store.append(&all).await.unwrap();
    for (query, expected) in [("number", (MANY - 9..=MANY).rev().collect::<Vec<_>>()), ("rare", vec![1_805, 905, 5])] {
        assert_eq!(found(&store, &latest(room), query).await, expected, "{query}");
    }
    let older = |before, most| Sought { before: Some(Seq::new(before)), most, ..latest(room) };
    assert_eq!(found(&store, &older(3, 10), "number").await, [2, 1]);
    let page = store.search_messages(&older(1_805, 1), &words("rare")).await.unwrap();
    assert_eq!((page.messages[0].seq, page.more), (Seq::new(905), true));
    assert_eq!(found(&store, &older(5, 10), "rare").await, [0_u64; 0]);
}

async fn what_is_said_is_indexed_later_and_a_server_that_comes_after_a_kill_knows_where_that_was_left(store: Store) {
    let (room, quiet, vera) = (event(&store).await.room, event(&store).await.room, ParticipantId::random());
    let indexed = async || {
        let rows = store.db.read(Statement::new("SELECT count(*) FROM messages", Vec::new())).await.unwrap();
        rows[0].int(0).unwrap()
    };
    store.append(&[update(quiet, 1, vera, UpdateBody::WentLive)]).await.unwrap();
    store.append(&[update(room, 1, vera, UpdateBody::WentLive), said(room, 2, vera, "one")]).await.unwrap();
    assert_eq!((indexed().await, store.unindexed()), (0, vec![room]), "what nobody looks up costs nothing more");
    assert_eq!(store.messages(&latest(room)).await.unwrap().messages.len(), 1, "who looks it up has it");
    assert_eq!((indexed().await, store.unindexed()), (1, vec![]));
    store.append(&[said(room, 3, vera, "two")]).await.unwrap();
    let next = Store::over(Arc::clone(&store.db));
    next.find_unindexed().await.unwrap();
    assert_eq!((indexed().await, next.unindexed()), (1, vec![room]));
    assert!(next.index_more(room).await.unwrap());
    assert_eq!((indexed().await, next.unindexed()), (2, vec![]));
    assert_eq!(found(&next, &latest(room), "two").await, [3]);
}

async fn what_is_said_after_a_write_that_failed_is_found_too(store: Store) {
    let (room, vera) = (event(&store).await.room, ParticipantId::random());
    let engine = Flaky::over(Arc::clone(&store.db));
    let store = Store::over(Arc::clone(&engine) as Arc<dyn Db>);
    engine.be(Mood::Fails);
    assert!(store.append(&[said(room, 1, vera, "one")]).await.is_err());
    engine.be(Mood::Works);
    for seq in 1..=3 {
        store.append(&[said(room, seq, vera, "again")]).await.unwrap();
        assert_eq!(store.messages(&latest(room)).await.unwrap().messages.len() as u64, seq);
    }
    assert_eq!(found(&store, &latest(room), "again").await, [3, 2, 1]);
}

async fn a_log_of_before_is_indexed_from_where_it_was_left_and_nothing_is_missing(store: Store) {
    let (room, vera) = (event(&store).await.room, ParticipantId::random());
    let old: Vec<_> = (1..=1_200).map(|seq| said(room, seq, vera, &format!("number {seq}"))).collect();
    store.append(&old).await.unwrap();
    forget_index(&store).await;
    assert!(store.unindexed().contains(&room));
    assert!(!store.index_more(room).await.unwrap(), "not at once");
    // While it goes on, something of both parts is taken out, and something is said.
    let meanwhile =
        [removed(1_201, vera, &old[0]), removed(1_202, vera, &old[1_100]), said(room, 1_203, vera, "number 1203, meanwhile")];
    store.append(&meanwhile).await.unwrap();
    while !store.index_more(room).await.unwrap() {}
    assert_eq!(store.unindexed(), []);
    let all = Sought { most: 2_000, ..latest(room) };
    let page = store.messages(&all).await.unwrap();
    assert_eq!((page.messages.len(), page.more), (1_201, false));
    let gone: Vec<_> =
        page.messages.iter().filter(|message| message.gone.is_some()).map(|message| message.seq.number()).collect();
    assert_eq!(gone, [1, 1_101]);
    assert_eq!(found(&store, &all, "number").await.len(), 1_199);
    assert_eq!(found(&store, &all, "meanwhile").await, [1_203]);
}

async fn what_is_indexed_again_stays_as_it_is(store: Store) {
    let (room, vera) = (event(&store).await.room, ParticipantId::random());
    let one = said(room, 1, vera, "once");
    store.append(&[one.clone(), said(room, 2, vera, "twice"), removed(3, vera, &one)]).await.unwrap();
    let before = store.messages(&latest(room)).await.unwrap();
    store.db.write(vec![Statement::new("UPDATE rooms SET indexed = 0", Vec::new())]).await.unwrap();
    store.find_unindexed().await.unwrap();
    while !store.index_more(room).await.unwrap() {}
    assert_eq!(store.messages(&latest(room)).await.unwrap(), before);
    assert_eq!(found(&store, &latest(room), "twice").await, [2]);
}

async fn who_is_forgotten_is_found_no_more(store: Store) {
    let created = event(&store).await;
    let (room, ada, vera) = (created.room, ParticipantId::random(), ParticipantId::random());
    let own = said(room, 1, ada, "my own words");
    store.append(&[own.clone(), said(room, 2, vera, "other words"), edited(3, &own, "my own other words")]).await.unwrap();
    let author = (vera, "Vera".to_owned(), Role::Attendee);
    let naming = Message::new(CommandId::random().into(), author, NOW, "ask @Adaline".to_owned());
    let body = UpdateBody::MessageSent { message: Message { mentions: vec![ada], seq: Seq::new(4), ..naming } };
    let naming = Entry { update: Arc::new(Update { room, seq: Seq::new(4), at: NOW, by: Some(vera), body }), command: None };
    store.append(&[naming]).await.unwrap();
    let trace = Trace { participant: ada, event: created.event, name: "Adaline".to_owned() };
    for _ in 0..2 {
        store.erase_from_logs(std::slice::from_ref(&trace), &mut WrittenOut::default()).await.unwrap();
    }
    assert_eq!(found(&store, &latest(room), "words").await, [2]);
    assert_eq!(found(&store, &latest(room), "adaline").await, [0_u64; 0]);
    assert_eq!(found(&store, &latest(room), "erased").await, [4], "what others said to them is found as it stands now");
    assert_eq!(store.messages(&latest(room)).await.unwrap().messages.len(), 2);
    let sql = "SELECT count(*) FROM messages WHERE author = $1 OR words LIKE '%own%'";
    let left = store.db.read(Statement::new(sql, vec![Value::id(&ada)])).await.unwrap();
    assert_eq!(left[0].int(0).unwrap(), 0);
    let sql = "SELECT count(*) FROM updates WHERE body LIKE '%own%'";
    assert_eq!(store.db.read(Statement::new(sql, Vec::new())).await.unwrap()[0].int(0).unwrap(), 0);
}

async fn whom_others_go_on_naming_while_they_are_written_out_is_named_nowhere(store: Store) {
    const EARLY: u64 = 1_200;
    let created = event(&store).await;
    let (room, ada, vera) = (created.room, ParticipantId::random(), ParticipantId::random());
    let naming = |number| {
        let author = (vera, "Vera".to_owned(), Role::Attendee);
        let message = Message::new(CommandId::random().into(), author, NOW, format!("@Adaline {number}"));
        let message = Message { mentions: vec![ada], seq: Seq::new(number), ..message };
        update(room, number, vera, UpdateBody::MessageSent { message })
    };
    store.append(&(1..=EARLY).map(naming).collect::<Vec<_>>()).await.unwrap();
    let trace = [Trace { participant: ada, event: created.event, name: "Adaline".to_owned() }];
    let mut known = WrittenOut::default();
    let naming_on = async {
        for number in EARLY + 1..EARLY + 200 {
            store.append(&[naming(number)]).await.unwrap();
        }
    };
    let (erased, ()) = tokio::join!(store.erase_from_logs(&trace, &mut known), naming_on);
    assert!(erased.unwrap());
    while store.erase_from_logs(&trace, &mut known).await.unwrap() {}
    let sql = "SELECT count(*) FROM updates WHERE body LIKE '%Adaline%'";
    assert_eq!(store.db.read(Statement::new(sql, Vec::new())).await.unwrap()[0].int(0).unwrap(), 0);
}

/// As a room does that has not read its log again: it still holds how they voted.
async fn what_a_room_writes_of_what_it_held_is_written_out_by_whoever_knows_whose_it_was(store: Store) {
    let created = event(&store).await;
    let (room, ada, poll) = (created.room, ParticipantId::random(), PollId::random());
    let entry = |number, by, body| {
        let update = Update { room, seq: Seq::new(number), at: NOW, by, body };
        Entry { update: Arc::new(update), command: None }
    };
    let text = || "my own words".to_owned();
    let voted = UpdateBody::PollVoted { poll, choice: Choice::Text { text: text() }, name: None };
    let tally = Tally { voters: 1, texts: vec![text()], ..Tally::default() };
    let counted = || UpdateBody::PollCounted { poll, tally: tally.clone(), shown: ResultsShown::Always };
    store.append(&[entry(1, Some(ada), voted), entry(2, None, counted())]).await.unwrap();
    let trace = [Trace { participant: ada, event: created.event, name: "Ada".to_owned() }];
    let mut known = WrittenOut::default();
    assert!(store.erase_from_logs(&trace, &mut known).await.unwrap());
    store.append(&[entry(3, None, counted())]).await.unwrap();
    assert!(store.erase_from_logs(&trace, &mut known).await.unwrap());
    assert!(!store.erase_from_logs(&trace, &mut known).await.unwrap(), "nothing is left");
    let sql = "SELECT count(*) FROM updates WHERE body LIKE '%own words%'";
    assert_eq!(store.db.read(Statement::new(sql, Vec::new())).await.unwrap()[0].int(0).unwrap(), 0);
}

async fn what_was_changed_is_found_as_it_is_now_and_what_was_hidden_once_it_is_shown(store: Store) {
    let (room, vera, mo) = (event(&store).await.room, ParticipantId::random(), ParticipantId::random());
    let (one, two) = (said(room, 1, vera, "a first draft"), said(room, 2, vera, "another"));
    store.append(&[one.clone(), two.clone(), edited(3, &one, "a second"), edited(4, &one, "a third")]).await.unwrap();
    let traced = Sought { with_trace: true, ..latest(room) };
    let check = async || {
        assert_eq!(found(&store, &latest(room), "draft").await, [0_u64; 0]);
        assert_eq!(found(&store, &latest(room), "second").await, [0_u64; 0]);
        assert_eq!(found(&store, &latest(room), "third").await, [1]);
        let seen = &store.messages(&latest(room)).await.unwrap().messages[0];
        assert_eq!((seen.text.as_str(), seen.edited_at, seen.mentions.as_slice()), ("a third", Some(NOW), &[vera][..]));
        assert_eq!(seen.earlier, [""; 0]);
        assert_eq!(store.messages(&traced).await.unwrap().messages[0].earlier, ["a first draft", "a second"]);
    };
    check().await;
    // The same where the log was there before, and the last change came meanwhile.
    forget_index(&store).await;
    let last = edited(4, &one, "a third").update;
    let again = crate::store::messages::indexed(&last).unwrap();
    store.db.write(again).await.unwrap();
    while !store.index_more(room).await.unwrap() {}
    check().await;
    let hidden = UpdateBody::MessageHidden { message: message_of(&two).id };
    store.append(&[update(room, 5, mo, hidden)]).await.unwrap();
    assert_eq!(found(&store, &latest(room), "another").await, [0_u64; 0]);
    assert!(store.messages(&traced).await.unwrap().messages[1].gone.unwrap().hidden);
    assert!(!store.messages(&latest(room)).await.unwrap().messages[1].gone.unwrap().hidden, "only moderators know which it is");
    let shown = UpdateBody::MessageShown { message: message_of(&two).clone() };
    store.append(&[update(room, 6, mo, shown)]).await.unwrap();
    assert_eq!(found(&store, &latest(room), "another").await, [2]);
    assert_eq!(store.messages(&latest(room)).await.unwrap().messages[1].gone, None);
}

async fn the_crews_notes_are_theirs(store: Store) {
    let (room, ada) = (event(&store).await.room, ParticipantId::random());
    let note = message_of(&said(room, 1, ada, "curtain in five")).clone();
    let id = note.id;
    store.append(&[update(room, 1, ada, UpdateBody::NoteSent { note }), said(room, 2, ada, "curtain up")]).await.unwrap();
    let notes = Sought { notes: true, ..latest(room) };
    assert_eq!(found(&store, &latest(room), "curtain").await, [2]);
    assert_eq!(found(&store, &notes, "curtain").await, [1]);
    assert_eq!(store.messages(&notes).await.unwrap().messages.len(), 1);
    store.append(&[update(room, 3, ada, UpdateBody::NoteRemoved { note: id })]).await.unwrap();
    assert_eq!(found(&store, &notes, "curtain").await, [0_u64; 0]);
}

async fn a_report_goes_from_the_first_word_on_and_knows_how_much_there_is(store: Store) {
    let created = event(&store).await;
    let (room, vera, mo) = (created.room, ParticipantId::random(), ParticipantId::random());
    let poll = |named| Poll {
        id: PollId::random(),
        form: PollForm {
            question: "\"what\":\"message_sent\"".to_owned(),
            kind: PollKind::OpenText,
            options: Vec::new(),
            correct: Vec::new(),
            shown: ResultsShown::Always,
            named,
            changeable: false,
            seconds: None,
        },
        phase: PollPhase::Draft,
        tally: None,
        hidden: Vec::new(),
    };
    let choice = Choice::Text { text: "\"what\":\"poll_opened\",\"named\":true".to_owned() };
    let first = said(room, 1, vera, "\"what\":\"question_asked\"");
    let log = [
        first.clone(),
        said(room, 2, vera, "two"),
        update(room, 3, mo, UpdateBody::PollOpened { poll: poll(false) }),
        update(room, 4, vera, UpdateBody::PollVoted { poll: PollId::random(), choice, name: None }),
        update(room, 5, mo, UpdateBody::PollOpened { poll: poll(true) }),
        removed(6, mo, &first),
        said(room, 7, vera, "three"),
        edited(8, &first, "changed"),
        update(room, 9, vera, UpdateBody::HIDDEN),
    ];
    store.append(&log).await.unwrap();
    let mut figures = store.room_figures([created.event]).await.unwrap();
    let expected =
        RoomFigures { messages: 3, questions: 0, polls: 2, named_polls: 1, acts: 1, entries: 9, ..figures[0].clone() };
    assert_eq!((figures.len(), figures.remove(0)), (1, expected), "and what people write counts as nothing else");
    let (mut seen, mut behind) = (Vec::new(), Seq::default());
    loop {
        let (messages, goes_on) = store.messages_behind(room, behind, 2).await.unwrap();
        seen.extend(messages);
        let Some(goes_on) = goes_on else { break };
        behind = goes_on;
    }
    assert_eq!(seen.iter().map(|message| message.seq.number()).collect::<Vec<_>>(), [1, 2, 7]);
    assert_eq!((seen[0].text.as_str(), seen[0].earlier.len(), seen[0].gone.and_then(|gone| gone.by)), ("changed", 1, Some(mo)));
    // Erased a moment ago, and not out of the index yet.
    let sql = "UPDATE updates SET body = $2 WHERE room_id = $1 AND seq IN (1, 2)";
    let hidden = serde_json::to_string(&UpdateBody::HIDDEN).unwrap();
    store.db.write(vec![Statement::new(sql, vec![Value::id(&room), hidden.into()])]).await.unwrap();
    let (messages, goes_on) = store.messages_behind(room, Seq::default(), 2).await.unwrap();
    assert_eq!((messages.len(), goes_on), (0, Some(Seq::new(2))), "a page of them is not the end");
    let (messages, goes_on) = store.messages_behind(room, Seq::new(2), 2).await.unwrap();
    assert_eq!((messages.len(), goes_on), (1, None));
}
