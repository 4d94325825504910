//! What is kept over a restart, and with whose login it goes.

use super::*;

#[tokio::test]
async fn after_a_restart_one_is_signed_in_still_and_the_server_may_be_down() {
    let (server, folder, keys) = (Server::start(Role::Producer).await, Scratch::new(), Keys::mock());
    let first = Run::new(&folder, &keys);
    first.sign_in(&server.link()).await.unwrap();
    while keys.load::<Secret>(Profile::apart(&folder.0).entry().unwrap()).await.is_none() {}
    first.house.close().await;
    let link = server.link();
    let mut again = Run::new(&folder, &keys);
    again.begin(Beginning { link: Some(link.clone()), ..Beginning::default() }).await.unwrap();
    assert_eq!((again.view(), server.logins()), (Some(View::Control), 1), "the same link is the same person");
    again.house.close().await;
    drop(server);
    let mut down = Run::new(&folder, &keys);
    down.begin(Beginning::default()).await.unwrap();
    assert_eq!(down.view(), Some(View::Control));
    let (attached, mut told) = down.page().await;
    assert!(attached.session.is_some());
    if !matches!(attached.connection, ConnectionState::Reconnecting { .. }) {
        state(&mut told, |state| matches!(state, ConnectionState::Reconnecting { .. })).await;
    }
    down.house.close().await;
}

#[tokio::test]
async fn a_token_that_is_not_this_persons_is_not_used() {
    let (server, folder, keys) = (Server::start(Role::Producer).await, Scratch::new(), Keys::mock());
    let first = Run::new(&folder, &keys);
    first.sign_in(&server.link()).await.unwrap();
    let profile = Profile::apart(&folder.0);
    let entry = profile.entry().unwrap();
    while keys.load::<Secret>(entry).await.is_none() {}
    first.house.close().await;
    // As it is when the key store did not take a newer one.
    profile.keep(&SessionCard { participant: ParticipantId::random(), ..profile.load().unwrap() }).unwrap();
    let mut again = Run::new(&folder, &keys);
    again.begin(Beginning::default()).await.unwrap();
    while again.view() != Some(View::Welcome) {}
    assert!(again.house.attendance().is_err());
    again.house.close().await;
}

#[tokio::test]
async fn devices_are_chosen_still_after_a_restart() {
    let (server, folder, keys) = (Server::start(Role::Speaker).await, Scratch::new(), Keys::mock());
    let first = Run::new(&folder, &keys);
    first.sign_in(&server.link()).await.unwrap();
    let absent = Some("camera:nobody-has-this".to_owned());
    first.house.attendance().unwrap().choose(DeviceKind::Camera, absent.clone()).await.unwrap_err();
    first.house.close().await;
    let again = Run::new(&folder, &keys);
    again.sign_in(&server.link()).await.unwrap();
    let attendance = again.house.attendance().unwrap();
    assert_eq!(attendance.media().choice.camera, absent, "it stands chosen before anybody can choose");
    let mut status = attendance.engine().status();
    // Where this machine has no loudspeaker, that may be told first.
    let is_away = |status: &MediaStatus| status.faults.iter().any(|fault| fault.kind == DeviceKind::Camera);
    let status = status.wait_for(is_away).await.unwrap().clone();
    assert_eq!(status.choice.camera, absent);
    assert_eq!((status.wanted, status.choice.microphone), Default::default(), "nothing is sent unasked");
    again.house.close().await;
}

#[tokio::test]
async fn a_login_that_ends_takes_its_devices_with_it() {
    let (server, folder) = (Server::start(Role::Speaker).await, Scratch::new());
    *server.ended.lock().unwrap() = Some(Refusal::TokenExpired);
    let run = Run::new(&folder, &Keys::unwanted());
    run.begin(Beginning { invite: Some(server.link()), ..Beginning::default() }).await.unwrap();
    let attendance = run.house.attendance().unwrap();
    let on = Sending { camera: true, microphone: true };
    // Whether before the end or after it: it comes to the same.
    let _ = attendance.set_sending(on).await;
    let mut status = attendance.engine().status();
    status.wait_for(|status| status.wanted == Sending::default() && status.silent).await.unwrap();
    let refused = attendance.choose(DeviceKind::Microphone, Some("mic:default".into())).await;
    assert_eq!(refused, Err(Problem::SignedOut));
    run.house.close().await;
}
