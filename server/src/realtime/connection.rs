//! One client's connection: Hello, then commands until it goes.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::StreamExt;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter, clock::Clock};
use houselights_domain::Actor;
use houselights_shared::{
    ClientFrame, Command, CommandId, Hello, MAX_CLIENT_FRAME_BYTES, MAX_SDP_BYTES, Me, MediaAnswer, MediaOffer, MediaOutcome,
    Outcome, Refusal, Reply, RoomPosition, ServerFrame, Version, Welcome,
};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        protocol::{Role, WebSocketConfig},
    },
};
use tracing::debug;

use super::{
    frame::{self, encode},
    outbox::Outbox,
    wire::Wire,
};
use crate::{
    actor::{Mail, Posted, RoomHandle},
    app::App,
    clock,
    store::Identity,
};

/// How long a client may take to say Hello.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// A client that said nothing for so long is pinged.
const PING_AFTER: Duration = Duration::from_secs(20);
/// A client that said nothing for so long, though it was pinged, is gone.
const DEAD_AFTER: Duration = Duration::from_secs(50);
/// How long the last frames may take, and the client's own close after that.
const FAREWELL: Duration = Duration::from_secs(1);
/// Frames refused one after another as too fast; after that the client hears nothing but the end.
const PATIENCE: u32 = 200;
/// When a client that was turned away because there was too much comes back.
const OVERLOADED_FOR_MS: u32 = 1_000;
/// The media thread answers in milliseconds; a client does not wait longer than this.
const MEDIA_WITHIN: Duration = Duration::from_secs(5);

type Socket = WebSocketStream<Wire>;

/// Why a connection ends.
enum End {
    /// The client has gone, or was told already.
    Gone,
    /// The client is told.
    Refused(Refusal, Option<u32>),
}

impl From<Refusal> for End {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal, None)
    }
}

/// From the first frame to the last.
pub(super) async fn serve(app: &Arc<App>, outbox: Arc<Outbox>, early: Bytes) {
    // Small buffers: thousands of connections wait, few send at once. What is longer gets room for as long as it takes.
    let config = WebSocketConfig::default()
        .read_buffer_size(1024)
        .write_buffer_size(0)
        .max_message_size(Some(MAX_CLIENT_FRAME_BYTES))
        .max_frame_size(Some(MAX_CLIENT_FRAME_BYTES));
    let socket = WebSocketStream::from_partially_read(Wire(Arc::clone(&outbox)), early.to_vec(), Role::Server, Some(config));
    let mut socket = socket.await;
    let end = match Box::pin(greet(app, &outbox, &mut socket)).await {
        Ok((identity, hello)) => converse(app, &outbox, &mut socket, identity, hello).await,
        Err(end) => end,
    };
    Box::pin(part(&outbox, end)).await;
}

/// Waits for Hello and finds out who it is.
async fn greet(app: &App, outbox: &Outbox, socket: &mut Socket) -> Result<(Arc<Identity>, Hello), End> {
    let first = tokio::select! {
        first = timeout(HELLO_WITHIN, hear(socket)) => first.map_err(|_| End::from(Refusal::Malformed))??,
        () = app.draining.cancelled() => return Err(shutting_down(outbox)),
    };
    let Some(ClientFrame::Hello(hello)) = first else { return Err(Refusal::Malformed.into()) };
    let version = Version::CURRENT.agree(hello.version)?;
    let identity = app.who_is(&hello.token).await.map_err(|(refusal, retry)| End::Refused(refusal, retry))?;
    if hello.rooms.iter().any(|position| position.room != identity.room) {
        return Err(Refusal::NoSuchRoom.into());
    }
    debug!(client = %hello.client.chars().take(64).collect::<String>(), "hello");
    let me = Me {
        participant: identity.who.participant,
        name: identity.who.name.clone(),
        role: identity.who.role,
        event: identity.event,
        event_title: identity.event_title.clone(),
    };
    let welcome = Welcome { version, now: clock::now(), me, rooms: vec![identity.room], media: None };
    outbox.push(&encode(&ServerFrame::Welcome(welcome)));
    Ok((identity, hello))
}

/// The next frame; nothing for one that only keeps the connection alive.
async fn hear(socket: &mut Socket) -> Result<Option<ClientFrame>, End> {
    match socket.next().await {
        Some(Ok(Message::Text(text))) => serde_json::from_str(&text).map(Some).map_err(|_| Refusal::Malformed.into()),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
        Some(Ok(Message::Binary(_) | Message::Frame(_)) | Err(Error::Protocol(_) | Error::Utf8(_))) => {
            Err(Refusal::Malformed.into())
        }
        Some(Err(Error::Capacity(_))) => Err(Refusal::TooLarge.into()),
        Some(Ok(Message::Close(_)) | Err(_)) | None => Err(End::Gone),
    }
}

/// In the room, until the end.
async fn converse(app: &Arc<App>, outbox: &Arc<Outbox>, socket: &mut Socket, identity: Arc<Identity>, hello: Hello) -> End {
    let room = app.rooms.room(identity.room);
    let after = hello.rooms.first().and_then(|RoomPosition { after, .. }| *after);
    if !app.signed_in.connected(&identity, outbox) {
        return Refusal::SignedInElsewhere.into();
    }
    let who = Arc::clone(&identity.who);
    drop((identity, hello));
    let mail = Mail::Enter { outbox: Arc::clone(outbox), who: Arc::clone(&who), after };
    let end = if room.deliver(mail).await {
        let limit = limit(app.config.frames_per_second, app.config.frame_burst);
        let conversation = Conversation { app, outbox, who: &who, room: &room, limit, refused_in_a_row: 0 };
        conversation.run(socket).await
    } else {
        End::Refused(Refusal::Overloaded, Some(OVERLOADED_FOR_MS))
    };
    app.signed_in.disconnected(who.participant, outbox.id());
    room.deliver(Mail::Leave { connection: outbox.id(), participant: who.participant }).await;
    end
}

fn limit(per_second: u32, burst: u32) -> DefaultDirectRateLimiter {
    let at_least_one = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    RateLimiter::direct(Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst)))
}

/// Those who come back after a restart do not all come at once.
fn shutting_down(outbox: &Outbox) -> End {
    End::Refused(Refusal::ShuttingDown, Some(250 + outbox.id().spread(2_000)))
}

struct Conversation<'a> {
    app: &'a Arc<App>,
    outbox: &'a Arc<Outbox>,
    who: &'a Arc<Actor>,
    room: &'a RoomHandle,
    limit: DefaultDirectRateLimiter,
    refused_in_a_row: u32,
}

impl Conversation<'_> {
    async fn run(mut self, socket: &mut Socket) -> End {
        let mut heard_at = Instant::now();
        let mut look = interval(PING_AFTER);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                frame = hear(socket) => {
                    heard_at = Instant::now();
                    match frame {
                        Ok(Some(frame)) => if let Err(end) = self.answer(frame).await { return end },
                        Ok(None) => {}
                        Err(end) => return end,
                    }
                }
                () = self.outbox.attention() => {
                    if self.outbox.is_ending() { return End::Gone }
                    if let Err(end) = self.catch_up().await { return end }
                }
                _ = look.tick() => {
                    let silent = heard_at.elapsed();
                    if silent >= DEAD_AFTER { return End::Gone }
                    if silent >= PING_AFTER { self.outbox.push(&frame::ping()); }
                }
                () = self.app.draining.cancelled() => return shutting_down(self.outbox),
            }
        }
    }

    /// Writes what the socket did not take at once. Meanwhile nothing is read: who does not read is not heard.
    async fn catch_up(&self) -> Result<(), End> {
        loop {
            tokio::select! {
                flushed = self.outbox.flush() => return flushed.map_err(|_| End::Gone),
                () = self.outbox.attention() => if self.outbox.is_ending() { return Err(End::Gone) },
                () = tokio::time::sleep(DEAD_AFTER) => return Err(End::Gone),
                () = self.app.draining.cancelled() => return Err(shutting_down(self.outbox)),
            }
        }
    }

    async fn answer(&mut self, frame: ClientFrame) -> Result<(), End> {
        if let Err(not_until) = self.limit.check() {
            let wait = not_until.wait_time_from(governor::clock::DefaultClock::default().now());
            return self.slow_down(&frame, u32::try_from(wait.as_millis()).unwrap_or(u32::MAX).saturating_add(1));
        }
        self.refused_in_a_row = 0;
        match frame {
            ClientFrame::Command(command) => return self.command(command),
            ClientFrame::Media(offer) => self.media(offer).await,
            ClientFrame::Ping { sent_at } => self.send(&ServerFrame::Pong { sent_at, now: clock::now() }),
            ClientFrame::Unknown => {}
            ClientFrame::Hello(_) => return Err(Refusal::Malformed.into()),
        }
        Ok(())
    }

    fn send(&self, frame: &ServerFrame) {
        self.outbox.push(&encode(frame));
    }

    fn refuse(&self, id: CommandId, refusal: Refusal, retry_after_ms: Option<u32>) {
        self.app.metrics.commands_refused.increment(1);
        self.send(&ServerFrame::Reply(Reply { id, outcome: Outcome::Refused { refusal, retry_after_ms } }));
    }

    fn slow_down(&mut self, frame: &ClientFrame, retry_after_ms: u32) -> Result<(), End> {
        self.refused_in_a_row += 1;
        if self.refused_in_a_row > PATIENCE {
            return Err(End::Refused(Refusal::SlowDown, Some(retry_after_ms.max(5_000))));
        }
        match frame {
            ClientFrame::Command(command) => self.refuse(command.id, Refusal::SlowDown, Some(retry_after_ms)),
            ClientFrame::Media(offer) => self.media_refused(offer.id, Refusal::SlowDown),
            ClientFrame::Ping { .. } | ClientFrame::Unknown | ClientFrame::Hello(_) => {}
        }
        Ok(())
    }

    fn command(&self, command: Command) -> Result<(), End> {
        if command.room != self.room.id() {
            self.refuse(command.id, Refusal::NoSuchRoom, None);
            return Ok(());
        }
        let id = command.id;
        let mail = Mail::Command { from: Arc::clone(self.outbox), who: Arc::clone(self.who), command };
        match self.room.post(mail) {
            Posted::Taken => {}
            Posted::Full => self.refuse(id, Refusal::Overloaded, Some(OVERLOADED_FOR_MS)),
            Posted::Gone => return Err(End::Refused(Refusal::Overloaded, Some(OVERLOADED_FOR_MS))),
        }
        Ok(())
    }

    async fn media(&self, MediaOffer { id, room, sdp }: MediaOffer) {
        if room != self.room.id() {
            return self.media_refused(id, Refusal::NoSuchRoom);
        }
        if sdp.len() > MAX_SDP_BYTES {
            return self.media_refused(id, Refusal::TooLarge);
        }
        let joining = self.app.media.join(room, self.who.participant, self.who.role.is_crew(), sdp);
        match timeout(MEDIA_WITHIN, joining).await.unwrap_or(Err(Refusal::Overloaded)) {
            Ok(sdp) => self.send(&ServerFrame::Media(MediaAnswer { id, outcome: MediaOutcome::Answered { sdp } })),
            Err(refusal) => self.media_refused(id, refusal),
        }
    }

    fn media_refused(&self, id: CommandId, refusal: Refusal) {
        self.app.metrics.media_refused.increment(1);
        self.send(&ServerFrame::Media(MediaAnswer { id, outcome: MediaOutcome::Refused { refusal, retry_after_ms: None } }));
    }
}

/// Says why, if there is something to say, and gives the client a moment to read it: closing a socket with unread input
/// would throw away what is on its way out.
async fn part(outbox: &Outbox, end: End) {
    if let End::Refused(refusal, retry_after_ms) = end {
        outbox.close(refusal, retry_after_ms);
    }
    if outbox.is_ending() {
        let told = timeout(FAREWELL, outbox.flush()).await;
        if matches!(told, Ok(Ok(()))) {
            let _ = timeout(FAREWELL, drained(outbox)).await;
        }
    }
    outbox.abandon();
}

/// Until the client closes its side.
async fn drained(outbox: &Outbox) {
    let mut scrap = [0; 1024];
    while outbox.stream().readable().await.is_ok() {
        match outbox.stream().try_read(&mut scrap) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}
