//! One client's connection: Hello, then commands until it goes.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::StreamExt;
use houselights_domain::{Actor, DirectReport, View, rights};
use houselights_shared::{
    ClientFrame, Command, CommandId, EventId, InboxCommand, InboxCommandBody, MAX_CLIENT_FRAME_BYTES, MAX_SDP_BYTES, Me,
    MediaAnswer, MediaOffer, MediaOutcome, MessageId, Outcome, ParticipantId, Peer, REPORT_CONTEXT, Reaction, Refusal, Reply,
    RoomId, ServerFrame, Timestamp, Welcome,
};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        protocol::{Role, WebSocketConfig},
    },
};
use tracing::warn;

use super::{
    farewell::{End, part, room_ended, shutting_down},
    frame::{self, encode},
    greeting::{Guest, greet},
    outbox::Outbox,
    patience::Patience,
    upgrade::Stranger,
    wire::Wire,
};
use crate::{
    actor::{Mail, Posted, RoomHandle},
    app::App,
    clock, inbox,
    limits::millis,
    media_link::Offered,
    signed_in::Unconnected,
    udp::Seat,
};

/// A client that said nothing for so long is pinged.
const PING_AFTER: Duration = Duration::from_secs(20);
/// A client that said nothing for so long, though it was pinged, is gone.
const DEAD_AFTER: Duration = Duration::from_secs(50);
/// When a client that was turned away because there was too much comes back.
pub(super) const OVERLOADED_FOR_MS: u32 = 1_000;
/// The media thread answers in milliseconds; a client does not wait longer than this.
const MEDIA_WITHIN: Duration = Duration::from_secs(5);

/// A wait for a time of day looks at the clock this often.
const LOOK_AT_CLOCK_EVERY: Duration = Duration::from_mins(1);

pub(super) type Socket = WebSocketStream<Wire>;

/// From the first frame to the last.
pub(super) async fn serve(app: &Arc<App>, outbox: Arc<Outbox>, early: Bytes, stranger: Stranger) {
    // Small buffers: thousands of connections wait, few send at once. What is longer gets room for as long as it takes.
    let config = WebSocketConfig::default()
        .read_buffer_size(1024)
        .write_buffer_size(0)
        .max_message_size(Some(MAX_CLIENT_FRAME_BYTES))
        .max_frame_size(Some(MAX_CLIENT_FRAME_BYTES));
    let wire = Wire::new(Arc::clone(&outbox), &early);
    let early_bytes = early.to_vec();
    // What was read of the request lies in it, too: kept, it would cost each connection 8 KB.
    drop(early);
    let mut socket = WebSocketStream::from_partially_read(wire, early_bytes, Role::Server, Some(config)).await;
    let greeted = Box::pin(greet(app, &outbox, &mut socket, &stranger)).await;
    // It is no stranger any more, or not here any more.
    drop(stranger);
    let end = match greeted {
        Ok(guest) => converse(app, &outbox, &mut socket, guest).await,
        Err(end) => end,
    };
    Box::pin(part(&outbox, end)).await;
}

/// The next frame, and how many bytes it has; nothing for one that only keeps the connection alive.
pub(super) async fn hear(socket: &mut Socket) -> Result<Option<(ClientFrame, usize)>, End> {
    match socket.next().await {
        Some(Ok(Message::Text(text))) => {
            let frame = serde_json::from_str(&text).map_err(|_| Refusal::Malformed)?;
            Ok(Some((frame, text.len())))
        }
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
        Some(Ok(Message::Binary(_) | Message::Frame(_)) | Err(Error::Protocol(_) | Error::Utf8(_))) => {
            Err(Refusal::Malformed.into())
        }
        Some(Err(Error::Capacity(_))) => Err(Refusal::TooLarge.into()),
        Some(Err(Error::Io(_))) if socket.get_ref().is_shredded() => Err(Refusal::Malformed.into()),
        Some(Ok(Message::Close(_)) | Err(_)) | None => Err(End::Gone),
    }
}

/// In the room, until the end.
async fn converse(app: &Arc<App>, outbox: &Arc<Outbox>, socket: &mut Socket, guest: Guest) -> End {
    let Guest { identity, room, version, after, inbox_after } = guest;
    let room = app.rooms.room(room);
    let (who, connection) = (Arc::clone(&identity.who), outbox.id());
    let seat = Seat { room: room.id(), who: who.participant, device: who.device };
    let hold = || app.media.hold(seat, &identity.login, connection);
    let media = match app.signed_in.connected(&identity, (room.id(), outbox), hold) {
        Ok(media) => media,
        Err(Unconnected::Replaced) => return Refusal::SignedInElsewhere.into(),
        // What it is now is found out by coming again.
        Err(Unconnected::Changed) => return room_ended(outbox),
    };
    let me = Me {
        participant: who.participant,
        name: who.name.clone(),
        role: who.role,
        device: who.device,
        may: Some(if identity.doors.is_changeable() { rights(who.role) } else { Vec::new() }),
        event: identity.event,
        event_title: identity.event_title.clone(),
    };
    let welcome = Welcome { version, now: app.rooms.now(), me, rooms: vec![room.id()], media };
    outbox.push(&encode(&ServerFrame::Welcome(welcome)));
    let mail = Mail::Enter { outbox: Arc::clone(outbox), who: Arc::clone(&who), after };
    let end = if room.deliver(mail).await {
        if let Some(after) = inbox_after {
            app.inboxes.deliver(inbox::Mail::Enter { outbox: Arc::clone(outbox), who: Arc::clone(&who), after }).await;
        }
        let changes = identity.doors.is_changeable();
        let (event, patience) = (identity.event, Patience::default());
        let conversation = Conversation { app, outbox, who: &who, event, changes, room: &room, patience };
        tokio::select! {
            end = conversation.run(socket) => end,
            () = expired(identity.expires) => Refusal::TokenExpired.into(),
        }
    } else {
        room_ended(outbox)
    };
    if matches!(end, End::Refused(Refusal::TokenExpired, _)) {
        app.media.login_ended(who.participant, &identity.login);
    }
    app.signed_in.disconnected(who.participant, connection);
    app.media.part(who.participant, connection);
    room.deliver(Mail::Leave { connection, who: Arc::clone(&who) }).await;
    if inbox_after.is_some() {
        app.inboxes.deliver(inbox::Mail::Leave { connection, who }).await;
    }
    end
}

/// Until a login has run out, by the wall clock: that one may be set while this waits.
async fn expired(at: Timestamp) {
    loop {
        let left = at.since(clock::now());
        if left.is_zero() {
            return;
        }
        sleep(left.min(LOOK_AT_CLOCK_EVERY)).await;
    }
}

/// A mailbox that is full is emptied in less than that; not everybody asks again at once.
fn full_for(outbox: &Outbox) -> u32 {
    250 + outbox.id().spread(2 * OVERLOADED_FOR_MS)
}

/// What is asked for again in a moment is told when.
fn for_now(refusal: Refusal) -> (Refusal, Option<u32>) {
    let passes = matches!(refusal, Refusal::Overloaded | Refusal::StorageUnavailable);
    (refusal, passes.then_some(OVERLOADED_FOR_MS))
}

struct Conversation<'a> {
    app: &'a Arc<App>,
    outbox: &'a Arc<Outbox>,
    who: &'a Arc<Actor>,
    event: EventId,
    /// Whether anything can be changed here.
    changes: bool,
    room: &'a RoomHandle,
    patience: Patience,
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
                        Ok(Some((frame, bytes))) => if let Err(end) = self.answer(frame, bytes).await { return end },
                        Ok(None) => if let Err(end) = self.kept_alive() { return end },
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
                () = self.room.ended() => return self.without_room(),
                () = self.app.draining.cancelled() => return shutting_down(self.outbox),
            }
        }
    }

    /// Rooms end with the server, too.
    fn without_room(&self) -> End {
        if self.app.draining.is_cancelled() { shutting_down(self.outbox) } else { room_ended(self.outbox) }
    }

    /// Writes what the socket did not take at once, and asks for the rest of what is owed. Meanwhile nothing is read: who does not read is not
    /// heard.
    async fn catch_up(&self) -> Result<(), End> {
        loop {
            tokio::select! {
                flushed = self.outbox.flush() => {
                    flushed.map_err(|_| End::Gone)?;
                    let Some(after) = self.outbox.take_owed() else { return Ok(()) };
                    let further = Mail::Further { outbox: Arc::clone(self.outbox), who: Arc::clone(self.who), after };
                    return if self.room.deliver(further).await { Ok(()) } else { Err(self.without_room()) };
                }
                () = self.outbox.attention() => if self.outbox.is_ending() { return Err(End::Gone) },
                () = sleep(DEAD_AFTER) => return Err(End::Gone),
                () = self.app.draining.cancelled() => return Err(shutting_down(self.outbox)),
            }
        }
    }

    /// Pings and pongs cost as much as other frames, and count as such.
    fn kept_alive(&mut self) -> Result<(), End> {
        match self.app.limits.frames.check(&self.who.participant) {
            Ok(()) => self.patience.keeps(),
            Err(wait) => self.bear(millis(wait))?,
        }
        Ok(())
    }

    /// Something came too fast.
    fn bear(&mut self, retry_after_ms: u32) -> Result<(), End> {
        if self.patience.bears() { Ok(()) } else { Err(End::Refused(Refusal::SlowDown, Some(retry_after_ms.max(5_000)))) }
    }

    async fn answer(&mut self, frame: ClientFrame, bytes: usize) -> Result<(), End> {
        if let Err(wait) = self.app.limits.frames.check(&self.who.participant) {
            return self.slow_down(&frame, millis(wait));
        }
        self.patience.keeps();
        match frame {
            ClientFrame::Command(command) => return self.command(command, bytes),
            ClientFrame::Inbox(command) => return self.inbox(command, bytes).await,
            ClientFrame::Media(offer) => self.media(offer).await,
            ClientFrame::React { room, reaction } => self.react(room, reaction),
            ClientFrame::Ping { sent_at } => self.send(&ServerFrame::Pong { sent_at, now: self.app.rooms.now() }),
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
        self.bear(retry_after_ms)?;
        match frame {
            ClientFrame::Command(Command { id, .. }) | ClientFrame::Inbox(InboxCommand { id, .. }) => {
                self.refuse(*id, Refusal::SlowDown, Some(retry_after_ms));
            }
            ClientFrame::Media(offer) => self.media_refused(offer.id, Refusal::SlowDown, Some(retry_after_ms)),
            ClientFrame::React { .. } | ClientFrame::Ping { .. } | ClientFrame::Unknown | ClientFrame::Hello(_) => {}
        }
        Ok(())
    }

    fn command(&self, command: Command, bytes: usize) -> Result<(), End> {
        if command.room != self.room.id() {
            self.refuse(command.id, Refusal::NoSuchRoom, None);
            return Ok(());
        }
        if !self.changes {
            self.refuse(command.id, Refusal::EventArchived, None);
            return Ok(());
        }
        let id = command.id;
        self.posted(id, Mail::Command { from: Arc::clone(self.outbox), who: Arc::clone(self.who), command }, bytes)
    }

    /// Posts what the room answers.
    fn posted(&self, id: CommandId, mail: Mail, bytes: usize) -> Result<(), End> {
        match self.room.post(mail, bytes) {
            Posted::Taken => {}
            Posted::Full => self.refuse(id, Refusal::Overloaded, Some(full_for(self.outbox))),
            Posted::Gone => return Err(self.without_room()),
        }
        Ok(())
    }

    async fn inbox(&self, InboxCommand { id, body }: InboxCommand, bytes: usize) -> Result<(), End> {
        if !self.changes {
            self.refuse(id, Refusal::EventArchived, None);
            return Ok(());
        }
        if let InboxCommandBody::Report { message, from, reason } = body {
            return self.report((id, bytes), (message, from), reason).await;
        }
        if matches!(body, InboxCommandBody::SendDirect { .. })
            && let Err((refusal, retry_after_ms)) = self.writes().await
        {
            self.refuse(id, refusal, retry_after_ms);
            return Ok(());
        }
        let (from, who, command) = (Arc::clone(self.outbox), Arc::clone(self.who), InboxCommand { id, body });
        if !self.app.inboxes.post(inbox::Mail::Command { from, who, command }) {
            self.refuse(id, Refusal::Overloaded, Some(OVERLOADED_FOR_MS));
        }
        Ok(())
    }

    /// Whoever waits to be let in, or is muted, writes to nobody.
    async fn writes(&self) -> Result<(), (Refusal, Option<u32>)> {
        if !self.outbox.is_in() {
            self.admitted().await?;
        }
        self.app.inboxes.muted().lets(self.event, self.who.participant).await.map_err(for_now)
    }

    /// Whoever waits, or was sent away, is not.
    async fn admitted(&self) -> Result<(), (Refusal, Option<u32>)> {
        self.room.admits(Arc::clone(self.who)).await.unwrap_or(Err(Refusal::Overloaded)).map_err(for_now)
    }

    /// Hands a direct message on to those who look after the room. They see what its receiver shows them, and nothing else of an inbox.
    async fn report(
        &self,
        (id, bytes): (CommandId, usize),
        of: (MessageId, Option<ParticipantId>),
        reason: String,
    ) -> Result<(), End> {
        let me = Peer { participant: self.who.participant, name: self.who.name.clone(), role: self.who.role };
        match self.app.store.received(&me, of, REPORT_CONTEXT).await {
            Ok(Some((of, context))) => {
                let report = DirectReport { id, of, context, reason };
                let (from, who) = (Arc::clone(self.outbox), Arc::clone(self.who));
                return self.posted(id, Mail::Report { from, who, report }, bytes);
            }
            Ok(None) => self.refuse(id, Refusal::NoSuchMessage, None),
            Err(error) => {
                warn!(%error, "a message that is reported cannot be read");
                self.refuse(id, Refusal::StorageUnavailable, Some(OVERLOADED_FOR_MS));
            }
        }
        Ok(())
    }

    /// What comes too fast, or from whoever may not or waits to be let in, is not counted.
    fn react(&self, room: RoomId, reaction: Reaction) {
        let counts = self.changes && room == self.room.id() && self.outbox.is_in() && self.who.reacts();
        if counts && self.app.limits.reactions.check(&self.who.participant).is_ok() {
            self.room.react(reaction);
        }
    }

    async fn media(&self, MediaOffer { id, room, sdp }: MediaOffer) {
        if room != self.room.id() {
            return self.media_refused(id, Refusal::NoSuchRoom, None);
        }
        if sdp.len() > MAX_SDP_BYTES {
            return self.media_refused(id, Refusal::TooLarge, None);
        }
        let Actor { participant: who, device, .. } = **self.who;
        if let Err(wait) = self.app.limits.offers.check(&who) {
            return self.media_refused(id, Refusal::SlowDown, Some(millis(wait)));
        }
        if let Err((refusal, retry_after_ms)) = self.admitted().await {
            return self.media_refused(id, refusal, retry_after_ms);
        }
        let offered = Offered { id, seat: Seat { room, who, device }, view: View::of(self.who.role), sdp };
        let joining = self.app.media.join(offered, self.outbox.id());
        match timeout(MEDIA_WITHIN, joining).await.unwrap_or(Err(Refusal::Overloaded)) {
            Ok(sdp) => self.send(&ServerFrame::Media(MediaAnswer { id, outcome: MediaOutcome::Answered { sdp } })),
            Err(Refusal::Overloaded) => self.media_refused(id, Refusal::Overloaded, Some(OVERLOADED_FOR_MS)),
            Err(refusal) => self.media_refused(id, refusal, None),
        }
    }

    fn media_refused(&self, id: CommandId, refusal: Refusal, retry_after_ms: Option<u32>) {
        self.app.metrics.media_refused.increment(1);
        self.send(&ServerFrame::Media(MediaAnswer { id, outcome: MediaOutcome::Refused { refusal, retry_after_ms } }));
    }
}
