//! One person on several devices, where the organizer lets a ticket be good for them: each device is in the room for itself.

use houselights_domain::GRACE_AFTER_DEPARTURE;
use houselights_shared::{CommandBody, DeviceId, Login, Outcome, Refusal, Role, Sending, SignalBody, UpdateBody};
use houselights_tests::{
    client::{TestClient, greet, hello, http, sign_in_as, socket},
    media_peer::SocketPeer,
    server::{Event, Program, TestServer},
    within,
};
use rusqlite::Connection;

use crate::{
    house::crew,
    media_session::{connect_media, media_ends, scraped},
    process::program,
};

const CREW: [(Role, &str); 3] = [(Role::Producer, "Pat"), (Role::Speaker, "Ada"), (Role::Attendee, "Vera")];
const ON: Sending = Sending { camera: true, microphone: true };
/// Whose pictures they are.
const SPEAKER: u8 = 1;
const LAPTOP: u8 = 2;
const PHONE: u8 = 3;

/// As the organizer does it.
pub(crate) fn let_tickets_be_good_for_several(database: &std::path::Path) {
    let database = Connection::open(database).expect("the database");
    database.busy_timeout(std::time::Duration::from_secs(5)).expect("set");
    database.execute("UPDATE events SET one_device = 0", []).expect("written");
}

async fn show() -> (TestServer, Event) {
    let server = TestServer::start().await;
    let event = server.event(&CREW).await;
    let_tickets_be_good_for_several(server.database());
    (server, event)
}

/// Somebody on a laptop and a phone.
async fn two_devices(server: &TestServer, event: &Event, name: &str) -> [(Login, TestClient); 2] {
    let mut devices = Vec::new();
    for _ in 0..2 {
        let login = sign_in_as(server.http(), event, name).await;
        let client = TestClient::connect(server.http(), &login).await;
        devices.push((login, client));
    }
    devices.try_into().unwrap_or_else(|_| unreachable!())
}

async fn log_out(server: &TestServer, login: &Login) -> u16 {
    let url = format!("http://{}/api/logins/current", server.http());
    http().delete(url).bearer_auth(login.token.as_str()).send().await.expect("answered").status().as_u16()
}

fn sends(sending: Sending) -> CommandBody {
    CommandBody::SetSending { sending, take_over: false }
}

fn takes_over() -> CommandBody {
    CommandBody::SetSending { sending: ON, take_over: true }
}

/// Waits until it is told that so many watch.
pub(crate) async fn is_told_of(client: &mut TestClient, viewers: u32) {
    let latest = |client: &TestClient| {
        let count = |signal: &SignalBody| if let SignalBody::Watching { count } = signal { Some(*count) } else { None };
        client.signals.iter().rev().find_map(count)
    };
    client.until("the count", |client| latest(client) == Some(viewers)).await;
}

/// The device from which somebody sends, as a client was told last.
fn sender(client: &TestClient) -> Option<DeviceId> {
    let device = |body: &UpdateBody| if let UpdateBody::SendingChanged { device, .. } = body { Some(*device) } else { None };
    client.updates.iter().rev().find_map(|update| device(&update.body)).flatten()
}

#[tokio::test]
async fn each_device_hears_and_says_everything_and_the_person_counts_once() {
    let (server, event) = show().await;
    let mut pat = crew(&server, &event, "Pat").await;
    let [(laptop_login, mut laptop), (phone_login, mut phone)] = two_devices(&server, &event, "Vera").await;
    assert_eq!(laptop.me.participant, phone.me.participant);
    assert!(laptop.me.device.is_some() && laptop.me.device != phone.me.device);
    is_told_of(&mut pat, 1).await;
    laptop.say("from the laptop").await;
    phone.say("from the phone").await;
    pat.say("welcome, both").await;
    for client in [&mut laptop, &mut phone] {
        for text in ["from the laptop", "from the phone", "welcome, both"] {
            client.hears(text).await;
        }
    }
    // A new connection of one device takes the place of its own alone.
    let mut laptop_again = TestClient::resume(server.http(), &laptop_login, Some(laptop.seq)).await;
    assert_eq!(laptop.ended().await, Some(Refusal::SignedInElsewhere));
    pat.say("still here?").await;
    laptop_again.hears("still here?").await;
    phone.hears("still here?").await;
    phone.vanish();
    laptop_again.say("the other one is gone").await;
    let mut phone = TestClient::connect(server.http(), &phone_login).await;
    assert_eq!(log_out(&server, &laptop_login).await, 204);
    assert_eq!(laptop_again.ended().await, Some(Refusal::TokenInvalid));
    phone.say("and I stay").await;
    pat.hears("and I stay").await;
    assert_eq!(log_out(&server, &phone_login).await, 204);
    assert_eq!(phone.ended().await, Some(Refusal::TokenInvalid));
    is_told_of(&mut pat, 0).await;
    server.stop().await;
}

/// What the speaker sends carries the mark, and each of them gets ten packets of that.
async fn is_seen_by(speaker: &mut SocketPeer, mark: u8, viewers: &mut [&mut SocketPeer]) {
    speaker.mark(mark);
    let wanted: Vec<usize> = viewers.iter().map(|viewer| viewer.received_of(mark) + 10).collect();
    let watching = async {
        while viewers.iter().zip(&wanted).any(|(viewer, wanted)| viewer.received_of(mark) < *wanted) {
            speaker.publish_picture().expect("connected");
            speaker.turn().await.expect("it goes on");
            for viewer in &mut *viewers {
                viewer.turn().await.expect("it goes on");
            }
        }
    };
    within("pictures", watching).await;
}

#[tokio::test]
async fn each_device_has_media_of_its_own_that_ends_with_it_alone() {
    let (server, event) = show().await;
    let mut pat = crew(&server, &event, "Pat").await;
    let mut ada = crew(&server, &event, "Ada").await;
    let (mut speaker, _) = connect_media(&mut ada).await;
    pat.done(CommandBody::BringOnStage { participant: ada.me.participant }).await;
    pat.done(CommandBody::GoLive).await;
    let [(laptop_login, mut laptop), (phone_login, mut phone)] = two_devices(&server, &event, "Vera").await;
    let ((mut on_laptop, _), (mut on_phone, offer)) = (connect_media(&mut laptop).await, connect_media(&mut phone).await);
    is_seen_by(&mut speaker, SPEAKER, &mut [&mut on_laptop, &mut on_phone]).await;
    // The phone loses its connection and comes back to what it had, while the laptop goes.
    phone.vanish();
    assert_eq!(log_out(&server, &laptop_login).await, 204);
    within("the end of the laptop's media", async {
        while server.metric("houselights_media_peers") > 2.5 {
            is_seen_by(&mut speaker, SPEAKER, &mut [&mut on_phone]).await;
        }
    })
    .await;
    assert_eq!(TestClient::connect(server.http(), &phone_login).await.media, Some(offer));
    is_seen_by(&mut speaker, SPEAKER, &mut [&mut on_phone]).await;
    server.stop().await;
}

#[tokio::test]
async fn of_two_devices_the_one_that_was_switched_on_last_sends_and_the_other_is_told() {
    let (server, event) = show().await;
    let mut pat = crew(&server, &event, "Pat").await;
    let [(_, mut laptop), (_, mut phone)] = two_devices(&server, &event, "Ada").await;
    let ((mut on_laptop, _), (mut on_phone, _)) = (connect_media(&mut laptop).await, connect_media(&mut phone).await);
    pat.done(CommandBody::BringOnStage { participant: laptop.me.participant }).await;
    pat.done(CommandBody::GoLive).await;
    let (mut vera, _) = connect_media(&mut crew(&server, &event, "Vera").await).await;

    laptop.done(sends(ON)).await;
    is_seen_by(&mut on_laptop, LAPTOP, &mut [&mut vera, &mut on_phone]).await;
    let refused = phone.ask(sends(ON)).await;
    assert_eq!(refused, Outcome::Refused { refusal: Refusal::SendingElsewhere, retry_after_ms: None });
    let seq = phone.done(takes_over()).await;
    laptop.until("that it gives way", |laptop| laptop.seq >= seq).await;
    assert_eq!((sender(&laptop), sender(&phone)), (phone.me.device, phone.me.device));
    is_seen_by(&mut on_phone, PHONE, &mut [&mut vera, &mut on_laptop]).await;
    // What the laptop sends all the same gets nowhere.
    let (got, policed) = (vera.received_of(LAPTOP), scraped(&server, "houselights_media_policed_total").await);
    within("what is not taken", async {
        while scraped(&server, "houselights_media_policed_total").await < policed + 20.0 {
            on_laptop.publish_picture().expect("connected");
            on_laptop.turn().await.expect("it goes on");
            vera.turn().await.expect("it goes on");
        }
    })
    .await;
    assert_eq!(vera.received_of(LAPTOP), got);
    laptop.done(takes_over()).await;
    is_seen_by(&mut on_laptop, LAPTOP, &mut [&mut vera]).await;
    server.stop().await;
}

#[tokio::test]
async fn what_a_device_sent_that_went_away_is_not_said_of_the_person_any_more() {
    let (server, event) = show().await;
    let [(login, mut laptop), (_, mut phone)] = two_devices(&server, &event, "Ada").await;
    laptop.done(sends(ON)).await;
    let (mut peer, _) = connect_media(&mut laptop).await;
    assert_eq!(log_out(&server, &login).await, 204);
    let took = media_ends(&server, &mut peer).await;
    assert!(took < GRACE_AFTER_DEPARTURE / 2, "{took:?}");
    let seq = phone.seq;
    phone.until("that nothing is sent", |phone| phone.seq > seq && sender(phone).is_none()).await;
    let bodies: Vec<_> = phone.updates.iter().map(|update| &update.body).collect();
    assert!(!bodies.iter().any(|body| matches!(body, UpdateBody::CrewLeft { .. })), "the person is still here");
    server.stop().await;
}

#[tokio::test]
async fn both_devices_go_on_after_a_kill() {
    let (program, _folder) = program();
    let event = program.create_event(&["--speaker", "Ada"]).await.expect("made");
    let_tickets_be_good_for_several(&program.database);
    let server = program.start().await.expect("ready");
    let (laptop_login, phone_login) =
        (sign_in_as(server.http, &event, "Ada").await, sign_in_as(server.http, &event, "Ada").await);
    let mut laptop = TestClient::connect(server.http, &laptop_login).await;
    let mut phone = TestClient::connect(server.http, &phone_login).await;
    laptop.done(sends(ON)).await;
    let seq = phone.say("before the kill").await;
    laptop.hears("before the kill").await;
    let program = Program { listen: server.http, ..program };
    server.kill().await;
    laptop.ended().await;
    let server = program.start().await.expect("it starts again");
    let (device, before) = (laptop.me.device, laptop.seq);
    let mut phone = TestClient::resume(server.http, &phone_login, Some(seq)).await;
    let refused = phone.ask(sends(ON)).await;
    assert_eq!(
        refused,
        Outcome::Refused { refusal: Refusal::SendingElsewhere, retry_after_ms: None },
        "the log knows who sends"
    );
    let mut laptop = TestClient::resume(server.http, &laptop_login, Some(before)).await;
    assert_eq!(laptop.me.device, device);
    laptop.done(sends(ON)).await;
    phone.say("after it").await;
    laptop.hears("after it").await;
    assert_eq!(server.terminate().await.code(), Some(0));
}

#[tokio::test]
async fn by_default_a_ticket_is_good_for_one_device() {
    let server = TestServer::start().await;
    let event = server.event(&CREW).await;
    let first = sign_in_as(server.http(), &event, "Vera").await;
    let mut laptop = TestClient::connect(server.http(), &first).await;
    assert_eq!(laptop.me.device, None);
    let second = sign_in_as(server.http(), &event, "Vera").await;
    assert_eq!(laptop.ended().await, Some(Refusal::SignedInElsewhere));
    let refused = greet(socket(server.http()).await, hello(&first, None)).await.err().flatten();
    assert_eq!(refused.map(|refused| refused.refusal), Some(Refusal::TokenInvalid));
    TestClient::connect(server.http(), &second).await.say("here I am").await;
    server.stop().await;
}
