//! The store on real files.

use std::{
    fs,
    io::{Seek, SeekFrom, Write},
};

use houselights_shared::{Message, ParticipantId, PersonId, Seq, Timestamp, Update, UpdateBody};
use serde_json::json;
use tempfile::{TempDir, tempdir};

use super::{account::Kept, *};
use crate::{
    ipc::{KeptDraft, Person, UnsentLetter, UnsentMessage, Waiting},
    reminders::{Lead, Of, Registration, Said},
};

fn account(email: &str) -> KeptAccount {
    let person = Person { id: PersonId::random(), email: email.into(), name: "Ada".into() };
    KeptAccount { server: "https://show.example".into(), person }
}

fn asked() -> Asked {
    Asked {
        server: "https://show.example".into(),
        by: Waiting::Mail { email: "ada@show.example".into() },
        device: "device".into(),
        expires: Timestamp::from_micros(7),
    }
}

fn question(number: usize) -> Question {
    Question { operation: "Events".into(), document: "query Events { events }".into(), variables: json!({ "number": number }) }
}

fn draft(key: &str, text: &str, kept_at: i64) -> KeptDraft {
    KeptDraft { key: key.into(), text: text.into(), kept_at }
}

fn on_disk() -> (TempDir, Store) {
    let folder = tempdir().unwrap();
    let store = Store::open(Some(folder.path().join("profile/desk.db")));
    (folder, store)
}

fn again(folder: &TempDir) -> Store {
    Store::open(Some(folder.path().join("profile/desk.db")))
}

/// Everything in the files of the store.
fn bytes(folder: &TempDir) -> Vec<u8> {
    let files = fs::read_dir(folder.path().join("profile")).unwrap();
    files.flat_map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn what_is_kept_is_on_the_disk_when_the_call_comes_back() {
    let (folder, store) = on_disk();
    let ada = account("ada@show.example");
    store.keep_account(ada.clone()).await.unwrap();
    store.keep_asked(Some(asked())).await.unwrap();
    assert_eq!(store.keep_draft(ada.key(), draft("title", "A better title", 1)).await, Ok(true));
    // The first one is not closed: as it is after a crash.
    let other = again(&folder);
    assert_eq!(other.kept().await, Ok(Kept { account: Some(ada.clone()), asked: Some(asked()) }));
    assert_eq!(other.drafts(ada.key()).await.unwrap(), [draft("title", "A better title", 1)]);
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, store) = on_disk();
    store.keep_asked(Some(asked())).await.unwrap();
    for file in fs::read_dir(folder.path().join("profile")).unwrap() {
        assert_eq!(file.unwrap().metadata().unwrap().permissions().mode() & 0o077, 0);
    }
}

#[tokio::test]
async fn signing_out_leaves_nothing_in_the_files() {
    let (folder, store) = on_disk();
    let ada = account("ada@show.example");
    store.keep_account(ada.clone()).await.unwrap();
    store.keep_asked(Some(asked())).await.unwrap();
    store.keep_answer(ada.key(), question(1), r#"{"secret":"answer-of-ada"}"#.into(), 1).await.unwrap();
    store.keep_draft(ada.key(), draft("title", "draft-of-ada", 1)).await.unwrap();
    assert!(holds(&bytes(&folder), "draft-of-ada") && holds(&bytes(&folder), "answer-of-ada"));
    store.wipe().await.unwrap();
    assert_eq!(store.kept().await, Ok(Kept::default()));
    let left = bytes(&folder);
    for text in ["draft-of-ada", "answer-of-ada", "ada@show.example"] {
        assert!(!holds(&left, text), "{text}");
    }
    assert_eq!(store.keep_draft(ada.key(), draft("title", "late", 2)).await, Ok(false), "what comes late is not kept");
    store.keep_answer(ada.key(), question(1), "{}".into(), 2).await.unwrap();
    assert_eq!(store.answer(ada.key(), question(1)).await, Ok(None));
}

#[tokio::test]
async fn another_person_finds_nothing_and_the_same_one_everything() {
    let (_folder, store) = on_disk();
    let (ada, ben) = (account("ada@show.example"), account("ben@show.example"));
    store.keep_account(ada.clone()).await.unwrap();
    store.keep_draft(ada.key(), draft("title", "Ada's", 1)).await.unwrap();
    store.keep_account(ada.clone()).await.unwrap();
    assert_eq!(store.drafts(ada.key()).await.unwrap().len(), 1, "signed in again after the login ended");
    store.keep_account(ben.clone()).await.unwrap();
    assert_eq!((store.drafts(ada.key()).await.unwrap(), store.drafts(ben.key()).await.unwrap()), (vec![], vec![]));
}

#[tokio::test]
async fn an_answer_is_to_this_question_alone_however_its_variables_are_written() {
    let (_folder, store) = on_disk();
    let ada = account("ada@show.example");
    store.keep_account(ada.clone()).await.unwrap();
    let with = |text: &str| Question { variables: serde_json::from_str(text).unwrap(), ..question(0) };
    store.keep_answer(ada.key(), with(r#"{"a":{"x":1,"y":2},"b":[3]}"#), r#"{"n":1}"#.into(), 5).await.unwrap();
    let found = store.answer(ada.key(), with(r#"{"b":[3],"a":{"y":2,"x":1}}"#)).await;
    assert_eq!(found, Ok(Some((r#"{"n":1}"#.into(), 5))));
    assert_eq!(store.answer(ada.key(), with(r#"{"a":{"x":1,"y":2},"b":[4]}"#)).await, Ok(None));
    let newer = Question { document: "query Events { events { id } }".into(), ..with(r#"{"a":{"x":1,"y":2},"b":[3]}"#) };
    assert_eq!(store.answer(ada.key(), newer).await, Ok(None), "another version of the app asks for other fields");
}

#[tokio::test]
async fn the_oldest_answers_make_room_and_too_large_ones_are_not_kept() {
    let (_folder, store) = on_disk();
    let ada = account("ada@show.example");
    store.keep_account(ada.clone()).await.unwrap();
    // What 300 sessions are about, each in as many characters as it can have, of three bytes.
    let large = format!("{{\"x\":\"{}\"}}", "\u{3042}".repeat(300 * 20_000));
    for number in 0..6 {
        store.keep_answer(ada.key(), question(number), large.clone(), number as i64).await.unwrap();
    }
    let mut kept = Vec::new();
    for number in 0..6 {
        kept.push(store.answer(ada.key(), question(number)).await.unwrap().is_some());
    }
    assert_eq!(kept, [false, false, false, true, true, true], "64 MiB");
    let page = format!("{{\"people\":\"{}\"}}", "x".repeat(25_000));
    for number in 10..20 {
        store.keep_answer(ada.key(), question(number), page.clone(), number as i64).await.unwrap();
    }
    assert!(store.answer(ada.key(), question(5)).await.unwrap().is_some(), "the first pages of attendees have room beside it");
    store.keep_answer(ada.key(), question(99), format!("{large}{large}"), 99).await.unwrap();
    assert_eq!(store.answer(ada.key(), question(99)).await, Ok(None));
}

#[tokio::test]
async fn the_draft_that_nobody_touched_for_longest_makes_room() {
    let store = Store::open(None);
    let ada = account("ada@show.example");
    store.keep_account(ada.clone()).await.unwrap();
    for number in 0..501 {
        store.keep_draft(ada.key(), draft(&number.to_string(), "x", number)).await.unwrap();
    }
    let drafts = store.drafts(ada.key()).await.unwrap();
    assert_eq!((drafts.len(), drafts[0].kept_at, drafts[499].kept_at), (500, 500, 1));
    store.drop_draft(ada.key(), "500".into()).await.unwrap();
    assert_eq!(store.drafts(ada.key()).await.unwrap()[0].kept_at, 499);
}

#[tokio::test]
async fn a_file_that_is_rubbish_is_set_aside_and_begun_anew() {
    let folder = tempdir().unwrap();
    fs::create_dir_all(folder.path().join("profile")).unwrap();
    let file = folder.path().join("profile/desk.db");
    fs::write(&file, "this is no database".repeat(1_000)).unwrap();
    let store = again(&folder);
    assert_eq!(store.kept().await, Ok(Kept::default()));
    let ada = account("ada@show.example");
    store.keep_account(ada.clone()).await.unwrap();
    assert_eq!(again(&folder).kept().await.unwrap().account, Some(ada));
    assert!(fs::read(file.with_extension("aside.db")).unwrap().starts_with(b"this is no database"));
}

#[tokio::test]
async fn damage_in_the_middle_of_the_file_is_found_at_the_next_start() {
    let (folder, store) = on_disk();
    let ada = account("ada@show.example");
    store.keep_account(ada.clone()).await.unwrap();
    for number in 0..200 {
        store.keep_draft(ada.key(), draft(&number.to_string(), &"x".repeat(2_000), number)).await.unwrap();
    }
    // Into the file itself, not what lies beside it.
    store.run(|base| base.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))).await.unwrap();
    drop(store);
    let mut file = fs::OpenOptions::new().write(true).open(folder.path().join("profile/desk.db")).unwrap();
    file.seek(SeekFrom::Start(40_960)).unwrap();
    file.write_all(&vec![0xAA; 60_000]).unwrap();
    drop(file);
    let store = again(&folder);
    assert_eq!(store.kept().await, Ok(Kept::default()));
    store.keep_account(ada.clone()).await.unwrap();
    assert_eq!(store.keep_draft(ada.key(), draft("a", "b", 1)).await, Ok(true));
}

#[tokio::test]
async fn a_file_of_the_version_before_is_brought_forward_with_all_that_it_holds() {
    let (folder, store) = on_disk();
    let ada = account("ada@show.example");
    store.keep_account(ada.clone()).await.unwrap();
    store.keep_draft(ada.key(), draft("title", "typed", 1)).await.unwrap();
    store.keep_asked(Some(asked())).await.unwrap();
    store
        .run(|base| {
            base.execute_batch(
                "ALTER TABLE asked DROP COLUMN provider; ALTER TABLE registration DROP COLUMN session; \
                 DROP TABLE message; DROP TABLE message_words; DROP TABLE kept_room; DROP TABLE unsent; PRAGMA user_version = 1",
            )
        })
        .await
        .unwrap();
    drop(store);
    let store = again(&folder);
    assert_eq!(store.kept().await, Ok(Kept { account: Some(ada.clone()), asked: Some(asked()) }));
    assert_eq!(store.drafts(ada.key()).await.unwrap(), [draft("title", "typed", 1)]);
    let elsewhere = Asked { by: Waiting::Provider { name: "The Globe".into() }, ..asked() };
    store.keep_asked(Some(elsewhere.clone())).await.unwrap();
    assert_eq!(again(&folder).kept().await.unwrap().asked, Some(elsewhere));
}

#[tokio::test]
async fn who_signs_out_leaves_nothing_in_a_file_that_was_set_aside() {
    let (folder, store) = on_disk();
    let aside = folder.path().join("profile/desk.aside.db");
    store.keep_account(account("ada@show.example")).await.unwrap();
    fs::write(&aside, "what could not be read of ada@show.example").unwrap();
    store.wipe().await.unwrap();
    assert!(!aside.exists() && !holds(&bytes(&folder), "ada@show.example"));
    store.wipe().await.expect("where there is none, too");
}

#[tokio::test]
async fn the_name_is_of_whoever_is_signed_in() {
    let (folder, store) = on_disk();
    let ada = account("ada@show.example");
    store.keep_account(ada.clone()).await.unwrap();
    assert_eq!(store.rename_account("somebody else".into(), "Eve".into()).await, Ok(false));
    assert_eq!(store.rename_account(ada.key(), "Ada Lovelace".into()).await, Ok(true));
    assert_eq!(again(&folder).kept().await.unwrap().account.unwrap().person.name, "Ada Lovelace");
}

#[tokio::test]
async fn a_file_of_another_version_is_set_aside() {
    let (folder, store) = on_disk();
    store.keep_account(account("ada@show.example")).await.unwrap();
    store.run(|base| base.execute_batch("PRAGMA user_version = 9")).await.unwrap();
    drop(store);
    assert_eq!(again(&folder).kept().await, Ok(Kept::default()));
    assert!(folder.path().join("profile/desk.aside.db").exists());
}

#[tokio::test]
async fn where_nothing_can_be_written_it_is_said_and_tried_again() {
    let folder = tempdir().unwrap();
    let profile = folder.path().join("profile");
    fs::write(&profile, "a file where the folder should be").unwrap();
    let store = again(&folder);
    assert_eq!(store.keep_asked(Some(asked())).await, Err(NotKept));
    fs::remove_file(&profile).unwrap();
    assert_eq!(store.keep_asked(Some(asked())).await, Ok(()));
    assert_eq!(store.kept().await.unwrap().asked, Some(asked()));
}

#[tokio::test]
async fn what_was_reminded_of_is_remembered_for_as_long_as_the_registration_stands() {
    let (folder, store) = on_disk();
    let ada = account("ada@show.example");
    store.keep_account(ada.clone()).await.unwrap();
    let starts = Timestamp::from_micros(1_000);
    let registration = |id: &str| Registration {
        id: id.into(),
        title: "Show".into(),
        starts,
        of: if id == "b" { Of::Session } else { Of::Event },
    };
    let said = Said { registration: "a".into(), starts, lead: Lead::Hour };
    store.keep_registrations(ada.key(), vec![registration("a"), registration("b")]).await.unwrap();
    for _twice in 0..2 {
        assert_eq!(store.remember_said(ada.key(), vec![said.clone()]).await, Ok(true));
    }
    let (registrations, remembered) = again(&folder).registrations(ada.key()).await.unwrap();
    assert_eq!((registrations, remembered), (vec![registration("a"), registration("b")], [said.clone()].into()));
    store.keep_registrations(ada.key(), vec![registration("b")]).await.unwrap();
    assert!(store.registrations(ada.key()).await.unwrap().1.is_empty());
    assert_eq!(store.remember_said("somebody else".into(), vec![said]).await, Ok(false));
}

fn in_room() -> Place {
    Place { login: "https://show.example ada".into(), room: houselights_shared::RoomId::random() }
}

fn message(seq: u64, text: &str) -> Message {
    let ids = (houselights_shared::MessageId::random(), ParticipantId::random());
    let text = json!({ "id": ids.0, "seq": seq, "author": ids.1, "name": "Ada", "role": "attendee", "at": 0, "text": text });
    serde_json::from_value(text).unwrap()
}

fn snapshot(place: &Place, seq: u64, chat: &[Message]) -> Heard {
    let text = json!({ "room": place.room, "seq": seq, "title": "", "chat": chat });
    Heard::Snapshot(Box::new(serde_json::from_value(text).unwrap()))
}

fn happened(place: &Place, seq: u64, body: UpdateBody) -> Heard {
    let update = Update { room: place.room, seq: Seq::new(seq), at: Timestamp::default(), by: None, body };
    Heard::Updates(vec![update])
}

async fn kept(store: &Store, place: &Place, query: Option<&str>) -> (Vec<String>, Option<Seq>) {
    let words = query.map(houselights_shared::words);
    let found = store.kept_messages(place.clone(), words, (None, 10_000)).await.unwrap();
    (found.messages.into_iter().map(|message| message.text).collect(), found.from)
}

#[tokio::test]
async fn a_snapshot_begins_a_room_anew_and_what_is_not_true_any_more_is_out_of_the_file() {
    let (folder, store) = on_disk();
    let place = in_room();
    let (one, two) = (message(1, "first zebra"), message(2, "second ostrich"));
    store.keep_heard(place.clone(), vec![snapshot(&place, 2, &[one.clone(), two.clone()])]).await.unwrap();
    let three = UpdateBody::MessageSent { message: message(0, "third zebra") };
    store.keep_heard(place.clone(), vec![happened(&place, 3, three)]).await.unwrap();
    assert_eq!(
        kept(&store, &place, Some("zeb")).await,
        (vec!["third zebra".into(), "first zebra".into()], Some(Seq::default()))
    );
    let edit = UpdateBody::MessageEdited { message: two.id, text: "second emu".into(), mentions: Vec::new() };
    store.keep_heard(place.clone(), vec![happened(&place, 4, edit)]).await.unwrap();
    assert_eq!(kept(&store, &place, Some("ostrich")).await.0, [""; 0]);
    assert_eq!(kept(&store, &place, Some("emu")).await.0, ["second emu"]);
    let gone = UpdateBody::MessageRemoved { message: two.id };
    store.keep_heard(place.clone(), vec![happened(&place, 5, gone)]).await.unwrap();
    assert_eq!(kept(&store, &place, Some("emu")).await.0, [""; 0]);
    // Somebody was erased meanwhile: nobody says what went.
    store.keep_heard(place.clone(), vec![snapshot(&place, 4, &[one])]).await.unwrap();
    assert_eq!(kept(&store, &place, None).await.0, ["first zebra"]);
    store.wipe().await.unwrap();
    assert!(holds(&bytes(&folder), "zebra") && !holds(&bytes(&folder), "third") && !holds(&bytes(&folder), "ostrich"));
    store.keep_heard(place.clone(), vec![Heard::Missed]).await.unwrap();
    assert_eq!(kept(&store, &place, None).await, (Vec::new(), None));
    let late = UpdateBody::MessageSent { message: message(0, "late") };
    store.keep_heard(place.clone(), vec![happened(&place, 5, late)]).await.unwrap();
    assert_eq!(kept(&store, &place, None).await.0, [""; 0], "what is not begun is not carried on");
    store.forget_messages().await.unwrap();
    assert!(!holds(&bytes(&folder), "zebra"));
}

#[tokio::test]
async fn of_a_room_so_much_is_kept_and_of_rooms_so_many_and_from_where_is_known() {
    let store = Store::open(None);
    let place = in_room();
    let chat: Vec<_> = (1..=6_000).map(|seq| message(seq, &format!("number {seq}"))).collect();
    store.keep_heard(place.clone(), vec![snapshot(&place, 6_000, &chat)]).await.unwrap();
    let (texts, from) = kept(&store, &place, None).await;
    assert_eq!((texts.len(), texts[4_999].as_str(), from), (5_000, "number 1001", Some(Seq::new(1_001))));
    assert_eq!(kept(&store, &place, Some("number 1000")).await.0, [""; 0]);
    let long: Vec<_> = (1..=2_000).map(|seq| message(seq, &"x".repeat(8_000))).collect();
    store.keep_heard(place.clone(), vec![snapshot(&place, 2_000, &long)]).await.unwrap();
    assert!((900..1_100).contains(&kept(&store, &place, None).await.0.len()));
    for _ in 0..12 {
        let other = in_room();
        store.keep_heard(other.clone(), vec![snapshot(&other, 1, &[message(1, "hello")])]).await.unwrap();
    }
    assert_eq!(kept(&store, &place, None).await, (Vec::new(), None));
}

#[tokio::test]
async fn a_page_of_before_is_kept_where_it_joins_what_is() {
    let store = Store::open(None);
    let place = in_room();
    let chat: Vec<_> = (300..500).map(|seq| message(seq, &format!("number {seq}"))).collect();
    let page = |from, to| (from..to).map(|seq| message(seq, &format!("number {seq}"))).collect::<Vec<_>>();
    store.keep_page(place.clone(), page(1, 3), (Seq::new(3), false)).await.unwrap();
    assert_eq!(kept(&store, &place, None).await, (Vec::new(), None), "there is nothing to join");
    store.keep_heard(place.clone(), vec![snapshot(&place, 500, &chat)]).await.unwrap();
    store.keep_page(place.clone(), page(100, 150), (Seq::new(150), true)).await.unwrap();
    assert_eq!(kept(&store, &place, None).await.1, Some(Seq::new(300)), "it would leave a gap");
    store.keep_page(place.clone(), page(250, 300), (Seq::new(300), true)).await.unwrap();
    assert_eq!(kept(&store, &place, None).await.1, Some(Seq::new(250)));
    store.keep_page(place.clone(), page(240, 260), (Seq::new(260), false)).await.unwrap();
    let (texts, from) = kept(&store, &place, None).await;
    assert_eq!((texts.len(), from), (260, Some(Seq::default())), "it was the last, and nothing is there twice");
}

#[tokio::test]
async fn what_is_not_sent_is_on_the_disk_in_its_order_until_it_is_dropped() {
    let (folder, store) = on_disk();
    let unsent = |text: &str| UnsentMessage {
        id: houselights_shared::CommandId::random(),
        room: houselights_shared::RoomId::random(),
        body: serde_json::from_value(json!({ "do": "send_message", "text": text })).unwrap(),
        trouble: None,
    };
    let (one, two) = (unsent("one"), unsent("two"));
    for message in [&one, &two] {
        store.keep_unsent("ada".into(), message.clone()).await.unwrap();
    }
    let refused = UnsentMessage { trouble: Some(crate::ipc::Problem::Unsure), ..one.clone() };
    store.keep_unsent("ada".into(), refused.clone()).await.unwrap();
    let other = again(&folder);
    assert_eq!(other.unsent().await.unwrap(), [("ada".to_owned(), refused.into()), ("ada".to_owned(), two.clone().into())]);
    other.drop_unsent("bob".into(), two.id).await.unwrap();
    other.drop_unsent("ada".into(), one.id).await.unwrap();
    assert_eq!(other.unsent().await.unwrap(), [("ada".to_owned(), two.into())]);
    let letter = UnsentLetter {
        id: houselights_shared::CommandId::random(),
        to: ParticipantId::random(),
        text: "to you".into(),
        trouble: None,
    };
    other.keep_unsent("ada".into(), letter.clone()).await.unwrap();
    assert_eq!(again(&folder).unsent().await.unwrap().last(), Some(&("ada".to_owned(), letter.into())));
    other.forget_unsent().await.unwrap();
    assert_eq!(store.unsent().await.unwrap(), []);
}
