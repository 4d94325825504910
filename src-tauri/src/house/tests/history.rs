//! Looking back, with the real server and without it.

use std::net::SocketAddr;

use houselights_shared::MessagePage;
use houselights_tests::{
    client::{TestClient, attend, sign_in_as},
    server::TestServer,
    within,
};
use tokio::sync::Semaphore;

use super::*;
use crate::store::Place;

/// A server that answers searches alone, all the same, once it is let to.
struct Late {
    /// Until it is closed.
    holds: Arc<Semaphore>,
    task: tokio::task::JoinHandle<()>,
}

impl Late {
    async fn start(address: SocketAddr, page: MessagePage) -> Self {
        let (listener, holds) = (TcpListener::bind(address).await.unwrap(), Arc::new(Semaphore::new(0)));
        let body = serde_json::to_string(&page).unwrap();
        let answer =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let gate = Arc::clone(&holds);
        let task = TaskTracker::new().spawn(async move {
            let callers = TaskTracker::new();
            while let Ok((mut tcp, _)) = listener.accept().await {
                let (gate, answer) = (Arc::clone(&gate), answer.clone());
                callers.spawn(async move {
                    let mut head = vec![0; 4_096];
                    let length = tcp.read(&mut head).await.unwrap_or_default();
                    if String::from_utf8_lossy(&head).contains("messages/search") && length > 0 {
                        assert!(gate.acquire().await.is_err(), "it is closed, and never has a place");
                        let _ = tcp.write_all(answer.as_bytes()).await;
                    }
                });
            }
        });
        Self { holds, task }
    }
}

fn say(text: &str) -> CommandBody {
    CommandBody::say(text.to_owned())
}

fn texts(page: &MessagePage) -> Vec<&str> {
    page.messages.iter().map(|message| message.text.as_str()).collect()
}

/// Waits until the words that are kept are these, oldest first.
async fn keeps(run: &Run, room: RoomId, expected: &[&str]) {
    let place = Place { login: run.house.attendance().unwrap().card().login(), room };
    let kept = async {
        loop {
            let found = run.house.store().kept_messages(place.clone(), None, (None, 1_000)).await.unwrap();
            if found.messages.iter().rev().map(|message| message.text.as_str()).eq(expected.iter().copied()) {
                return;
            }
        }
    };
    within("what is kept", kept).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_without_the_server_and_those_that_were_taken_out_are_not() {
    let server = TestServer::start().await;
    let event = server.event(&[(Role::Speaker, "Ada"), (Role::Moderator, "Mo")]).await;
    let mut vera = TestClient::connect(server.http(), &attend(server.http(), &event, "Vera").await).await;
    let mut mo = TestClient::connect(server.http(), &sign_in_as(server.http(), &event, "Mo").await).await;
    vera.say("the Quick fox").await;
    let (folder, keys, link) =
        (Scratch::new(), Keys::mock(), format!("http://{}/join/{}", server.http(), event.invite_of("Ada")));
    let run = Run::new(&folder, &keys);
    let room = run.sign_in(&link).await.unwrap().room;
    snapshot(&mut run.page().await.1).await;
    let rude = vera.post(say("a rude fox")).await;
    vera.reply_to(rude).await;
    vera.say("and a late fox").await;
    keeps(&run, room, &["the Quick fox", "a rude fox", "and a late fox"]).await;
    mo.done(CommandBody::RemoveMessage { message: rude.into() }).await;
    keeps(&run, room, &["the Quick fox", "and a late fox"]).await;
    while keys.load::<Secret>(Profile::apart(&folder.0).entry().unwrap()).await.is_none() {}
    run.house.close().await;
    let address = server.http();
    server.stop().await;
    let alone = Run::new(&folder, &keys);
    alone.begin(Beginning::default()).await.unwrap();
    let found = alone.house.search_messages(room, "FOX", (None, false)).await.unwrap();
    assert_eq!((texts(&found), found.more), (vec!["and a late fox", "the Quick fox"], false));
    let found = alone.house.search_messages(room, "quick f", (None, false)).await.unwrap();
    assert_eq!(texts(&found), ["the Quick fox"]);
    let older = alone.house.older_messages(room, (Some(found.messages[0].seq.next()), 10, false)).await.unwrap();
    assert_eq!(texts(&older), ["the Quick fox"]);
    assert_eq!(alone.house.search_messages(room, "rude", (None, false)).await, Ok(MessagePage::default()));
    // A server that takes its time is waited for where nothing is found without it.
    let late = Late::start(address, MessagePage { messages: found.messages, more: false }).await;
    let (waited, ()) = tokio::join!(alone.house.search_messages(room, "heron", (None, false)), async {
        let found = alone.house.search_messages(room, "fox", (None, false)).await.unwrap();
        assert_eq!(found.messages.len(), 2);
        late.holds.close();
    });
    assert_eq!(texts(&waited.unwrap()), ["the Quick fox"], "which is what it answers to everything");
    late.task.abort();
    alone.house.sign_out().await;
    assert!(alone.house.search_messages(room, "fox", (None, false)).await.is_err());
    let files = std::fs::read_dir(&folder.0).unwrap().filter_map(|file| std::fs::read(file.unwrap().path()).ok());
    for bytes in files {
        for word in ["uick fox", "quick", "rude"] {
            assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{word} is still there");
        }
    }
    alone.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_after_others_finds_what_was_taken_out_and_without_the_server_what_is_kept() {
    let server = TestServer::start().await;
    let event = server.event(&[(Role::Moderator, "Mo")]).await;
    let mut vera = TestClient::connect(server.http(), &attend(server.http(), &event, "Vera").await).await;
    let run = Run::new(&Scratch::new(), &Keys::mock());
    let link = format!("http://{}/join/{}", server.http(), event.invite_of("Mo"));
    let room = run.sign_in(&link).await.unwrap().room;
    snapshot(&mut run.page().await.1).await;
    vera.say("a quick fox").await;
    let rude = vera.post(say("a rude fox")).await;
    vera.reply_to(rude).await;
    vera.done(CommandBody::RemoveMessage { message: rude.into() }).await;
    keeps(&run, room, &["a quick fox"]).await;
    let found = run.house.search_messages(room, "fox", (None, false)).await.unwrap();
    assert_eq!((texts(&found), found.messages[0].gone.is_some()), (vec!["a rude fox", "a quick fox"], true));
    server.stop().await;
    let found = run.house.search_messages(room, "fox", (None, false)).await.unwrap();
    assert_eq!((texts(&found), found.more), (vec!["a quick fox"], true), "the server may have more");
    assert_eq!(run.house.search_messages(room, "rude", (None, false)).await, Err(Problem::Unreachable));
    run.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_and_what_the_server_has_beyond_is_one_answer_without_doubles() {
    let server = TestServer::start().await;
    let event = server.event(&[(Role::Speaker, "Ada")]).await;
    let mut vera = TestClient::connect(server.http(), &attend(server.http(), &event, "Vera").await).await;
    for number in 0..330 {
        vera.say(&format!("word {number}")).await;
    }
    let run = Run::new(&Scratch::new(), &Keys::mock());
    let link = format!("http://{}/join/{}", server.http(), event.invite_of("Ada"));
    let room = run.sign_in(&link).await.unwrap().room;
    snapshot(&mut run.page().await.1).await;
    let latest: Vec<_> = (130..330).map(|number| format!("word {number}")).collect();
    keeps(&run, room, &latest.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = run.house.search_messages(room, "word", (before, false)).await.unwrap();
        before = page.messages.last().map(|oldest| oldest.seq);
        seen.extend(page.messages.into_iter().map(|message| message.text));
        if !page.more {
            break;
        }
    }
    assert_eq!(seen, (0..330).rev().map(|number| format!("word {number}")).collect::<Vec<_>>());
    // What one pages back to is kept, too.
    let first = run.house.search_messages(room, "word 130", (None, false)).await.unwrap().messages[0].seq;
    let older = run.house.older_messages(room, (Some(first), 100, false)).await.unwrap();
    assert_eq!((older.messages.len(), older.more), (100, true));
    let all: Vec<_> = (30..330).map(|number| format!("word {number}")).collect();
    keeps(&run, room, &all.iter().map(String::as_str).collect::<Vec<_>>()).await;
    run.house.close().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_again_finds_at_once_what_was_said_before_and_meanwhile() {
    let server = TestServer::start().await;
    let event = server.event(&[(Role::Speaker, "Ada")]).await;
    let mut vera = TestClient::connect(server.http(), &attend(server.http(), &event, "Vera").await).await;
    let (folder, keys, link) =
        (Scratch::new(), Keys::mock(), format!("http://{}/join/{}", server.http(), event.invite_of("Ada")));
    let run = Run::new(&folder, &keys);
    let room = run.sign_in(&link).await.unwrap().room;
    snapshot(&mut run.page().await.1).await;
    vera.say("the kingfisher").await;
    while keys.load::<Secret>(Profile::apart(&folder.0).entry().unwrap()).await.is_none() {}
    run.house.close().await;
    for number in 0..250 {
        vera.say(&format!("word {number}")).await;
    }
    let again = Run::new(&folder, &keys);
    again.begin(Beginning::default()).await.unwrap();
    snapshot(&mut again.page().await.1).await;
    for words in ["kingfisher", "word 249", "word 10"] {
        let found = again.house.search_messages(room, words, (None, false)).await.unwrap();
        assert!(texts(&found).iter().any(|text| text.contains(words)), "{words}: {found:?}");
    }
    again.house.close().await;
    server.stop().await;
}
