//! Raised hands: whoever is taken is heard and seen on the connection that stands, and not a packet before or after.

use houselights_shared::{CommandBody, MAX_ON_STAGE, Mine, Outcome, Refusal, Role, Sending, UpdateBody};
use houselights_tests::{
    client::{TestClient, attend, sign_in_as},
    media_peer::SocketPeer,
    server::{Event, TestServer},
    within,
};

use crate::{
    devices::{is_told_of, let_tickets_be_good_for_several},
    house::{crew, show, viewer},
    media_session::{connect_media, scraped},
};

const ON: Sending = Sending { camera: true, microphone: true };
/// Whose sound and pictures they are.
const SPEAKER: u8 = 1;
const GUEST: u8 = 2;
/// What must not be heard, and what is heard after it; each time another.
const UNHEARD: u8 = 10;
const WITNESS: u8 = 20;
/// How loud they speak, in dB below full scale.
const VOICE: u8 = 25;
/// So many packets are enough to call it heard, or not taken.
const ENOUGH: usize = 20;

fn raise(note: &str) -> CommandBody {
    CommandBody::RaiseHand { note: note.to_owned() }
}

fn take(who: &TestClient) -> CommandBody {
    CommandBody::TakeHand { participant: who.me.participant }
}

fn refused(refusal: Refusal) -> Outcome {
    Outcome::Refused { refusal, retry_after_ms: None }
}

fn place(client: &TestClient) -> Option<u32> {
    client.mine.as_ref().and_then(|Mine { hand, .. }| *hand)
}

/// Waits until somebody's hand has this place in the queue, or none.
async fn stands_at(client: &mut TestClient, wanted: Option<u32>) {
    client.until("the place in the queue", |client| client.mine.is_some() && place(client) == wanted).await;
}

/// Waits until somebody is told that they are on stage themselves.
async fn comes_on(client: &mut TestClient) {
    let me = client.me.participant;
    let comes = |body: &UpdateBody| matches!(body, UpdateBody::CameOnStage { member } if member.participant == me);
    client.until("that they are on stage", |client| client.updates.iter().any(|update| comes(&update.body))).await;
}

/// Somebody sends sound and pictures, and others listen, until it holds of them.
async fn talks(from: &mut SocketPeer, mark: u8, to: &mut [&mut SocketPeer], until: impl Fn(&[&mut SocketPeer]) -> bool) {
    from.mark(mark);
    let talking = async {
        while !until(to) {
            from.publish_sound(VOICE).expect("connected");
            from.publish_picture().expect("connected");
            from.turn().await.expect("it goes on");
            for listener in &mut *to {
                listener.turn().await.expect("it goes on");
            }
        }
    };
    within("what is to be heard", talking).await;
}

/// Waits until each of them has heard and seen enough of what somebody sends.
async fn is_heard_by(from: &mut SocketPeer, mark: u8, to: &mut [&mut SocketPeer]) {
    let before: Vec<_> = to.iter().map(|peer| (peer.heard_of(mark), peer.received_of(mark))).collect();
    talks(from, mark, to, |to| {
        to.iter().zip(&before).all(|(peer, (heard, got))| {
            let more = peer.heard_of(mark) - heard;
            // The rest are pictures.
            more >= ENOUGH && peer.received_of(mark) - got >= more + ENOUGH
        })
    })
    .await;
}

/// Sends until the server has thrown enough of it away. What a witness says after it is heard, and nothing of it was.
async fn is_not_taken(
    server: &TestServer,
    (from, mark): (&mut SocketPeer, u8),
    (witness, heard): (&mut SocketPeer, u8),
    to: &mut [&mut SocketPeer],
) {
    let policed = scraped(server, "houselights_media_policed_total").await;
    let dropped = || server.metric("houselights_media_policed_total");
    talks(from, mark, to, |_| dropped() >= policed + 20.0).await;
    is_heard_by(witness, heard, to).await;
    assert!(to.iter().all(|peer| peer.received_of(mark) == 0), "nothing of it is forwarded");
}

/// A show that is on, with a speaker on stage who sends, and a moderator.
struct House {
    server: TestServer,
    event: Event,
    moderator: TestClient,
    speaker: SocketPeer,
    _speaks: TestClient,
}

impl House {
    async fn open() -> Self {
        let (server, event) = show().await;
        let mut pat = crew(&server, &event, "Pat").await;
        let mut ada = crew(&server, &event, "Ada").await;
        let (speaker, _) = connect_media(&mut ada).await;
        pat.done(CommandBody::BringOnStage { participant: ada.me.participant }).await;
        pat.done(CommandBody::GoLive).await;
        let moderator = crew(&server, &event, "Mo").await;
        Self { server, event, moderator, speaker, _speaks: ada }
    }

    async fn viewer(&self, name: &str) -> TestClient {
        viewer(&self.server, &self.event, name).await
    }
}

#[tokio::test]
async fn whose_hand_is_taken_is_heard_on_the_connection_that_stands_and_not_before_nor_after() {
    let mut house = House::open().await;
    let (mut vera, mut walt) = (house.viewer("Vera").await, house.viewer("Walt").await);
    let (mut guest, _) = connect_media(&mut vera).await;
    let (mut audience, _) = connect_media(&mut walt).await;
    let (mut crew, _) = connect_media(&mut house.moderator).await;
    is_heard_by(&mut house.speaker, SPEAKER, &mut [&mut guest, &mut audience, &mut crew]).await;

    vera.done(raise("About the outage")).await;
    stands_at(&mut vera, Some(1)).await;
    let (server, speaker) = (&house.server, &mut house.speaker);
    is_not_taken(server, (&mut guest, UNHEARD), (speaker, WITNESS), &mut [&mut audience, &mut crew]).await;
    // Twice: what an attendee leaves behind does not stand in their own way.
    for round in 1..=2 {
        house.moderator.done(take(&vera)).await;
        comes_on(&mut vera).await;
        stands_at(&mut vera, None).await;
        vera.done(CommandBody::SetSending { sending: ON, take_over: false }).await;
        is_heard_by(&mut guest, GUEST, &mut [&mut audience, &mut crew]).await;
        is_heard_by(&mut house.speaker, SPEAKER, &mut [&mut guest, &mut audience]).await;
        assert_eq!(guest.received_of(GUEST), 0, "nobody hears themselves");
        vera.done(CommandBody::LeaveStage).await;
        let (server, speaker) = (&house.server, &mut house.speaker);
        let listeners = &mut [&mut audience, &mut crew];
        is_not_taken(server, (&mut guest, UNHEARD + round), (speaker, WITNESS + round), listeners).await;
        assert_eq!(vera.ask(CommandBody::SetSending { sending: ON, take_over: false }).await, refused(Refusal::NotAllowed));
        vera.done(raise("Once more")).await;
    }
    house.server.stop().await;
}

#[tokio::test]
async fn a_hand_that_a_moderator_brings_back_is_known_to_its_owner_as_the_same() {
    let mut house = House::open().await;
    let mut vera = house.viewer("Vera").await;
    vera.done(raise("")).await;
    stands_at(&mut vera, Some(1)).await;
    let raised_at = |client: &TestClient| client.mine.as_ref().and_then(|mine| mine.hand_raised_at);
    let first = raised_at(&vera);
    assert!(first.is_some());
    let participant = vera.me.participant;
    house.moderator.done(CommandBody::DismissHand { participant }).await;
    stands_at(&mut vera, None).await;
    house.moderator.done(CommandBody::RestoreHand { participant }).await;
    stands_at(&mut vera, Some(1)).await;
    assert_eq!(raised_at(&vera), first);
    vera.done(CommandBody::LowerHand).await;
    vera.done(raise("")).await;
    stands_at(&mut vera, Some(1)).await;
    assert_ne!(raised_at(&vera), first, "a hand that is raised anew is another one");
    house.server.stop().await;
}

#[tokio::test]
async fn a_guest_goes_on_where_the_connection_to_the_room_is_lost_for_a_moment() {
    let mut house = House::open().await;
    let login = attend(house.server.http(), &house.event, "Vera").await;
    let mut vera = TestClient::connect(house.server.http(), &login).await;
    let mut walt = house.viewer("Walt").await;
    let (mut guest, offer) = connect_media(&mut vera).await;
    let (mut audience, _) = connect_media(&mut walt).await;
    vera.done(raise("")).await;
    house.moderator.done(take(&vera)).await;
    is_heard_by(&mut guest, GUEST, &mut [&mut audience]).await;
    let seq = vera.seq;
    vera.vanish();
    is_heard_by(&mut guest, GUEST, &mut [&mut audience]).await;
    let mut vera = TestClient::resume(house.server.http(), &login, Some(seq)).await;
    assert_eq!(vera.media, Some(offer), "the same connection stands");
    vera.done(CommandBody::SetSending { sending: ON, take_over: false }).await;
    is_heard_by(&mut guest, GUEST, &mut [&mut audience]).await;
    // A hand whose owner is away is not taken, and stays where it is.
    let mut wanda = house.viewer("Wanda").await;
    wanda.done(raise("")).await;
    is_told_of(&mut house.moderator, 3).await;
    let away = take(&wanda);
    wanda.vanish();
    is_told_of(&mut house.moderator, 2).await;
    assert_eq!(house.moderator.ask(away).await, refused(Refusal::NoSuchParticipant));
    house.server.stop().await;
}

#[tokio::test]
async fn with_a_full_stage_nobody_is_taken_and_the_hand_keeps_its_place() {
    let mut house = House::open().await;
    let mut guests = Vec::new();
    for number in 1..=MAX_ON_STAGE {
        let mut guest = house.viewer(&format!("Guest {number}")).await;
        guest.done(raise("")).await;
        guests.push(guest);
    }
    let mut last = guests.pop().expect("somebody");
    for guest in &guests {
        house.moderator.done(take(guest)).await;
    }
    assert_eq!(house.moderator.ask(take(&last)).await, refused(Refusal::StageFull));
    stands_at(&mut last, Some(1)).await;
    assert_eq!(last.ask(take(&last)).await, refused(Refusal::NotAllowed));
    house.moderator.done(CommandBody::TakeOffStage { participant: guests[0].me.participant }).await;
    house.moderator.done(take(&last)).await;
    stands_at(&mut last, None).await;
    house.server.stop().await;
}

#[tokio::test]
async fn of_a_guests_devices_one_is_heard_and_the_other_hears_nothing_of_it() {
    let server = TestServer::start().await;
    let event = server.event(&[(Role::Producer, "Pat"), (Role::Attendee, "Vera"), (Role::Attendee, "Walt")]).await;
    let_tickets_be_good_for_several(server.database());
    let mut pat = crew(&server, &event, "Pat").await;
    pat.done(CommandBody::GoLive).await;
    let mut laptop = TestClient::connect(server.http(), &sign_in_as(server.http(), &event, "Vera").await).await;
    let mut phone = TestClient::connect(server.http(), &sign_in_as(server.http(), &event, "Vera").await).await;
    let mut walt = crew(&server, &event, "Walt").await;
    let ((mut on_laptop, _), (mut on_phone, _)) = (connect_media(&mut laptop).await, connect_media(&mut phone).await);
    let (mut audience, _) = connect_media(&mut walt).await;
    laptop.done(raise("")).await;
    stands_at(&mut phone, Some(1)).await;
    pat.done(take(&laptop)).await;
    laptop.done(CommandBody::SetSending { sending: ON, take_over: true }).await;
    let reach_both = |to: &[&mut SocketPeer]| to.iter().all(|peer| peer.received_of(GUEST) >= ENOUGH);
    talks(&mut on_laptop, GUEST, &mut [&mut audience, &mut on_phone], reach_both).await;
    assert!(audience.heard_of(GUEST) > 0, "sound goes out");
    assert_eq!(on_phone.heard_of(GUEST), 0, "it would howl");
    is_not_taken(&server, (&mut on_phone, UNHEARD), (&mut on_laptop, WITNESS), &mut [&mut audience]).await;
    assert_eq!(phone.ask(CommandBody::SetSending { sending: ON, take_over: false }).await, refused(Refusal::SendingElsewhere));
    server.stop().await;
}
