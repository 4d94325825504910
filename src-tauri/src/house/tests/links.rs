//! What links lead to, and what is asked before it.

use super::*;

#[tokio::test]
async fn an_invite_that_is_no_good_leads_to_the_welcome_window_with_the_link() {
    let (server, folder) = (Server::start(Role::Attendee).await, Scratch::new());
    let other = format!("{}/join/other", server.base);
    let refused = Err(Problem::Refused { refusal: Refusal::TokenInvalid, retry_after_ms: None });
    for (invite, problem) in [(other, refused), ("rubbish".into(), Err(Problem::NotALink))] {
        let mut run = Run::new(&folder, &Keys::unwanted());
        let beginning = Beginning { invite: Some(invite.clone()), ..Beginning::default() };
        assert_eq!(run.begin(beginning).await, problem);
        assert_eq!(run.view(), Some(View::Welcome));
        assert_eq!(run.page().await.0.link, Some(invite));
    }
    let run = Run::new(&folder, &Keys::unwanted());
    let invite = server.link();
    drop(server);
    let beginning = Beginning { invite: Some(invite), ..Beginning::default() };
    assert_eq!(run.begin(beginning).await, Err(Problem::Unreachable));
}

#[tokio::test]
async fn a_link_that_is_opened_reaches_the_page_and_so_does_rubbish_to_be_said_what_it_is() {
    let folder = Scratch::new();
    let run = Run::new(&folder, &Keys::unwanted());
    run.begin(Beginning::default()).await.unwrap();
    let (_, mut told) = run.page().await;
    run.house.open_link(&"rubbish".repeat(10_000));
    let Some(NativeEvent::LinkOpened { link }) = told.recv().await else { panic!("expected what was opened") };
    assert!(link.starts_with("rubbish") && link.len() == MOST_SHOWN);
    run.house.open_link("houselights://join?server=https://show.example&invite=abc");
    let Some(NativeEvent::LinkOpened { link }) = told.recv().await else { panic!("expected the link") };
    assert!(link.ends_with("abc"));
    assert_eq!(run.page().await.0.link, Some(link), "a page that is loaded again finds it");
}

#[tokio::test]
async fn whoever_comes_in_by_another_link_gets_a_page_of_their_own() {
    let (one, other, folder) = (Server::start(Role::Attendee).await, Server::start(Role::Attendee).await, Scratch::new());
    let mut run = Run::new(&folder, &Keys::unwanted());
    run.begin(Beginning { invite: Some(one.link()), ..Beginning::default() }).await.unwrap();
    assert!(run.anew.try_recv().is_err(), "the first page waits for its own session");
    let card = run.sign_in(&other.link()).await.unwrap();
    assert_eq!(run.anew.try_recv().ok(), Some(View::Attendee), "the window is open, and its page somebody else's");
    assert_eq!(run.page().await.0.session, Some(card));
    run.house.close().await;
}

#[tokio::test]
async fn a_link_to_something_else_is_asked_about_beside_what_runs() {
    let (server, folder) = (Server::start(Role::Attendee).await, Scratch::new());
    let mut run = Run::new(&folder, &Keys::unwanted());
    run.begin(Beginning { invite: Some(server.link()), ..Beginning::default() }).await.unwrap();
    assert_eq!(run.view(), Some(View::Attendee));
    run.house.open_link(&server.link());
    assert_eq!(run.view(), None, "the link that is in use");
    let other = format!("{}/join/other", server.base);
    run.house.open_link(&other);
    assert_eq!(run.view(), Some(View::Welcome));
    let asked = run.house.attach(WELCOME, Box::new(|_| true)).await;
    assert_eq!((asked.session, asked.link.as_ref()), (None, Some(&other)));
    assert_eq!(asked.beside.map(|card| card.role), Some(Role::Attendee), "and it says who is signed in");
    let refused = Problem::Refused { refusal: Refusal::TokenInvalid, retry_after_ms: None };
    assert_eq!(run.sign_in(&other).await, Err(refused));
    assert!(run.house.attendance().is_ok(), "whoever is signed in stays so");
    run.house.close().await;
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_is_new_until_the_person_says_so() {
    let (server, folder, keys) = (Server::start(Role::Attendee).await, Scratch::new(), Keys::mock());
    let run = Run::new(&folder, &keys);
    run.begin(Beginning { link: Some(server.link()), ..Beginning::default() }).await.unwrap();
    let link = server.link();
    let new = Destination { server: server.base.clone(), known: false, plain: false };
    assert_eq!(run.house.destination(&link), Ok(new));
    assert_eq!(run.house.look_up(&link, false).await, Err(Problem::Unconfirmed));
    assert_eq!(run.house.sign_in(&link, None).await, Err(Problem::Unconfirmed));
    assert_eq!((server.callers(), server.logins()), (0, 0), "not even a connection");
    let _ = run.house.look_up(&link, true).await;
    assert_eq!(server.callers(), 1);
    run.house.sign_in(&link, None).await.unwrap();
    run.house.sign_out().await;
    run.house.close().await;
    let again = Run::new(&folder, &keys);
    again.begin(Beginning::default()).await.unwrap();
    assert!(again.house.destination(&link).unwrap().known, "signed in there before");
    assert_ne!(again.house.look_up(&link, false).await.err(), Some(Problem::Unconfirmed));
    again.house.close().await;
}

#[tokio::test]
async fn without_tls_another_machine_is_asked_about_each_time() {
    let folder = Scratch::new();
    let profile = Profile::apart(&folder.0);
    profile.know("http://192.0.2.1").unwrap();
    let run = Run::new(&folder, &Keys::unwanted());
    let link = "http://192.0.2.1/join/secret";
    let destination = Destination { server: "http://192.0.2.1".into(), known: true, plain: true };
    assert_eq!(run.house.destination(link), Ok(destination));
    assert_eq!(run.house.look_up(link, false).await, Err(Problem::Unconfirmed));
    assert_eq!(run.house.sign_in(link, None).await, Err(Problem::Unconfirmed));
    run.house.close().await;
}
