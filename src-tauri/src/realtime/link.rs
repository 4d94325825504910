//! The task behind [`super::Realtime`]: connects, serves the connection, and connects again.

mod received;

use std::{collections::HashMap, future::Future, sync::Arc, time::Duration};

use houselights_shared::{ClientFrame, Command, CommandId, Hello, MediaOffer, Outcome, Reaction, Refusal, RoomId, Version};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    Answered, Ask, Dial, Listener, Login, Timing, Unanswered, Unheard, Wanted,
    backoff::{self, Backoff},
    letters::Letters,
    outbox::{Outbox, waits},
    over::Over,
    position::Position,
    standing::Standing,
    wire::{self, Unsent},
};
use crate::ipc::ConnectionState;

/// Over so long a time those who waited for the doors come in.
const DOORS_CROWD: Duration = Duration::from_secs(2);

/// Over so long a time those come in again who may.
const AWAY_CROWD: Duration = Duration::from_secs(1);

/// What outlives a connection.
pub(super) struct Link {
    login: Login,
    dial: Arc<dyn Dial>,
    listener: Arc<dyn Listener>,
    timing: Timing,
    position: Position,
    outbox: Outbox,
    letters: Letters,
    backoff: Backoff,
    attempt: u32,
    /// Whether the room is one that is asked for; otherwise the server says where the login leads.
    names_room: bool,
    /// Wakes whoever waits to go into another room than the one that is wanted now.
    moved: Arc<Notify>,
    asks: mpsc::Receiver<Ask>,
    stop: CancellationToken,
    /// Offers without an answer. Bounded by the connections of one media engine: one, and those that it gave up.
    offers: HashMap<CommandId, oneshot::Sender<Result<Answered, Unanswered>>>,
}

impl Link {
    pub(super) fn new(
        login: Login,
        dial: Arc<dyn Dial>,
        listener: Arc<dyn Listener>,
        timing: Timing,
        (asks, stop): (mpsc::Receiver<Ask>, CancellationToken),
    ) -> Self {
        let position = Position::new(login.room);
        let (outbox, letters, backoff, moved, offers) = Default::default();
        let (attempt, names_room) = (0, true);
        Self {
            login,
            dial,
            listener,
            timing,
            position,
            outbox,
            letters,
            backoff,
            attempt,
            names_room,
            moved,
            asks,
            stop,
            offers,
        }
    }

    pub(super) async fn run(mut self) {
        self.listener.state(ConnectionState::Connecting);
        loop {
            let (stood, over) = self.connection().await;
            self.outbox.lost();
            self.letters.lost();
            self.offers.clear();
            let wait = match over {
                Over::Stopped => return,
                Over::Ended(Refusal::NoSuchRoom | Refusal::TakenDown) if std::mem::take(&mut self.names_room) => {
                    tracing::info!(room.id = %self.login.room, "the room is not there any more");
                    continue;
                }
                Over::Ended(refusal) => return self.ended(refusal).await,
                Over::Moved => {
                    self.listener.state(ConnectionState::Connecting);
                    continue;
                }
                Over::Early { opens_at, asked } => {
                    let wait = asked + DOORS_CROWD.mul_f64(backoff::random());
                    self.listener.state(ConnectionState::Early { opens_at });
                    wait
                }
                Over::Away { refusal, until, asked } => {
                    self.listener.state(ConnectionState::Away { refusal, until });
                    // A moderator may take it back before its time.
                    let wait = asked.unwrap_or(Duration::MAX).min(self.timing.knock_every);
                    wait + AWAY_CROWD.mul_f64(backoff::random())
                }
                Over::Refresh => {
                    self.forget();
                    self.lost(Duration::ZERO)
                }
                Over::Lost(asked) => {
                    let wait = self.backoff.after(stood, asked, backoff::random());
                    self.lost(wait)
                }
            };
            let (room, moved) = (self.login.room, Arc::clone(&self.moved));
            let elsewhere = moved.notified();
            let waited = async {
                tokio::select! { () = sleep(wait) => {}, () = elsewhere => {} }
            };
            if self.meanwhile(waited).await.is_none() {
                return;
            }
            if self.login.room != room {
                self.listener.state(ConnectionState::Connecting);
            }
        }
    }

    /// The next connection starts from where everything stands.
    fn forget(&mut self) {
        self.position.forget();
        self.letters.forget();
    }

    /// Tells that the connection is made again after a wait.
    fn lost(&mut self, wait: Duration) -> Duration {
        self.attempt = self.attempt.saturating_add(1);
        let retry_in_ms = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
        tracing::info!(attempt = self.attempt, retry_in_ms, "the connection to the server is lost");
        self.listener.state(ConnectionState::Reconnecting { attempt: self.attempt, retry_in_ms });
        wait
    }

    /// From now on it is about another room. What was asked of the one before has no answer any more.
    fn move_to(&mut self, room: RoomId) {
        self.login.room = room;
        self.names_room = true;
        self.position = Position::new(room);
        self.outbox.leave();
        self.offers.clear();
        self.moved.notify_waiters();
        self.listener.room(room);
    }

    /// Tells why, and answers whatever is still asked, until the person signs out.
    async fn ended(mut self, refusal: Refusal) {
        tracing::info!(?refusal, "the connection to the server is over");
        self.outbox.end(refusal);
        self.letters.end(refusal);
        self.listener.state(ConnectionState::Ended { refusal });
        while let Some(Some(ask)) = self.stop.run_until_cancelled(self.asks.recv()).await {
            match ask {
                Ask::Command { answer, .. } | Ask::Inbox { answer, .. } => {
                    let _ = answer.send(Ok(Outcome::Refused { refusal, retry_after_ms: None }));
                }
                Ask::Offer { answer, .. } => {
                    let _ = answer.send(Err(Unanswered::Refused { refusal, retry_after_ms: None }));
                }
                Ask::React(_) | Ask::Refresh | Ask::Room(_) => {}
            }
        }
    }

    /// Does `work`, and takes in what is asked meanwhile; none where it is stopped.
    async fn meanwhile<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        loop {
            let late = self.outbox.deadline(self.timing.in_time);
            tokio::select! {
                done = &mut work => return Some(done),
                () = self.stop.cancelled() => return None,
                () = until(late) => self.outbox.give_up(Instant::now(), self.timing.in_time),
                Some(ask) = self.asks.recv() => match ask {
                    Ask::Command { command, asked, answer } => self.keep_if_it_waits((command, asked), answer),
                    Ask::Inbox { id, body, answer } => self.letters.push(id, body, answer),
                    Ask::Offer { answer, .. } => { let _ = answer.send(Err(Unanswered::Disconnected)); }
                    Ask::React(_) => {}
                    Ask::Refresh => self.forget(),
                    Ask::Room(room) => if room != self.login.room { self.move_to(room) },
                },
            }
        }
    }

    /// Without a connection only what may wait is taken.
    fn keep_if_it_waits(&mut self, (wanted, asked): (Wanted, Instant), answer: oneshot::Sender<Result<Outcome, Unheard>>) {
        if waits(&wanted.body) {
            self.take(wanted, asked, answer);
        } else {
            let _ = answer.send(Err(Unheard::Offline));
        }
    }

    /// Takes what is asked of the room in which one is, and of no other.
    fn take(&mut self, Wanted { id, room, body }: Wanted, asked: Instant, answer: oneshot::Sender<Result<Outcome, Unheard>>) {
        if room.is_none_or(|room| room == self.login.room) {
            self.outbox.push(Command { id, room: self.login.room, body }, asked, answer);
        } else {
            let _ = answer.send(Err(Unheard::Offline));
        }
    }

    /// One connection from opening to loss; how long it had been welcomed, and why it is over.
    async fn connection(&mut self) -> (Duration, Over) {
        self.outbox.give_up(Instant::now(), self.timing.in_time);
        let dial = Arc::clone(&self.dial);
        let wire = match self.meanwhile(timeout(self.timing.welcome_within, dial.dial())).await {
            Some(Ok(Ok(wire))) => wire,
            Some(Ok(Err(undialled))) => {
                tracing::debug!(cause = undialled.cause, "no connection to the server");
                return (Duration::ZERO, Over::Lost(undialled.retry_after));
            }
            Some(Err(_too_late)) => return (Duration::ZERO, Over::Lost(None)),
            None => return (Duration::ZERO, Over::Stopped),
        };
        let mut standing = Standing::new(wire);
        let over = self.serve(&mut standing).await;
        let stood = standing.stood();
        standing.close().await;
        (stood, over)
    }

    async fn serve(&mut self, standing: &mut Standing) -> Over {
        let hello = ClientFrame::Hello(Hello {
            version: Version::CURRENT,
            token: self.login.token.clone(),
            client: concat!("houselights/", env!("CARGO_PKG_VERSION")).into(),
            rooms: if self.names_room { vec![self.position.stated()] } else { Vec::new() },
            inbox_after: Some(self.letters.after()),
        });
        if standing.send(&hello, &self.timing).await.is_err() {
            return Over::Lost(None);
        }
        loop {
            let (welcomed, ping_at, dead) = (standing.is_welcomed(), standing.ping_at(), standing.dead_at(&self.timing));
            let late = self.outbox.deadline(self.timing.in_time);
            let again = self.outbox.again_at().into_iter().chain(self.letters.again_at()).min();
            let step = tokio::select! {
                // Who has left hears nothing more.
                biased;
                () = self.stop.cancelled() => Err(Over::Stopped),
                () = until(late) => {
                    self.outbox.give_up(Instant::now(), self.timing.in_time);
                    Ok(())
                }
                frame = wire::receive(&mut standing.wire) => self.received(standing, frame),
                Some(ask) = self.asks.recv() => self.asked(standing, ask).await,
                () = until(again), if welcomed => Ok(()),
                () = sleep_until(ping_at), if welcomed => self.ping(standing).await,
                () = sleep_until(dead) => Err(Over::Lost(None)),
            };
            if let Err(over) = step {
                return over;
            }
            if let Err(over) = self.send_waiting(standing).await {
                return over;
            }
        }
    }

    /// Sends what waits, once the server has said welcome.
    async fn send_waiting(&mut self, standing: &mut Standing) -> Result<(), Over> {
        if !standing.is_welcomed() {
            return Ok(());
        }
        // The write before may have taken long.
        self.outbox.give_up(Instant::now(), self.timing.in_time);
        while let Some(command) = self.outbox.next(Instant::now()) {
            let id = command.id;
            match standing.send(&ClientFrame::Command(command), &self.timing).await {
                Ok(()) => {}
                Err(Unsent::TooLarge) => {
                    self.outbox.answered(id, Outcome::Refused { refusal: Refusal::TooLarge, retry_after_ms: None });
                }
                Err(Unsent::Lost) => return Err(Over::Lost(None)),
            }
        }
        while let Some(command) = self.letters.next(Instant::now()) {
            let id = command.id;
            match standing.send(&ClientFrame::Inbox(command), &self.timing).await {
                Ok(()) => {}
                Err(Unsent::TooLarge) => {
                    self.letters.answered(id, Outcome::Refused { refusal: Refusal::TooLarge, retry_after_ms: None });
                }
                Err(Unsent::Lost) => return Err(Over::Lost(None)),
            }
        }
        Ok(())
    }

    async fn asked(&mut self, standing: &mut Standing, ask: Ask) -> Result<(), Over> {
        let (sdp, answer) = match ask {
            Ask::Command { command, asked, answer } => {
                if standing.is_welcomed() {
                    self.take(command, asked, answer);
                } else {
                    self.keep_if_it_waits((command, asked), answer);
                }
                return Ok(());
            }
            Ask::Inbox { id, body, answer } => {
                self.letters.push(id, body, answer);
                return Ok(());
            }
            Ask::React(reaction) => return self.react(standing, reaction).await,
            Ask::Refresh => return Err(Over::Refresh),
            Ask::Room(room) if room == self.login.room => return Ok(()),
            Ask::Room(room) => {
                self.move_to(room);
                return Err(Over::Moved);
            }
            Ask::Offer { sdp, answer } => (sdp, answer),
        };
        if !standing.is_welcomed() {
            let _ = answer.send(Err(Unanswered::Disconnected));
            return Ok(());
        }
        self.offers.retain(|_, answer| !answer.is_closed());
        let offer = MediaOffer { id: CommandId::random(), room: self.login.room, sdp };
        let id = offer.id;
        match standing.send(&ClientFrame::Media(offer), &self.timing).await {
            Ok(()) => {
                self.offers.insert(id, answer);
                Ok(())
            }
            Err(Unsent::TooLarge) => {
                let _ = answer.send(Err(Unanswered::Refused { refusal: Refusal::TooLarge, retry_after_ms: None }));
                Ok(())
            }
            Err(Unsent::Lost) => Err(Over::Lost(None)),
        }
    }

    async fn react(&self, standing: &mut Standing, reaction: Reaction) -> Result<(), Over> {
        if !standing.is_welcomed() {
            return Ok(());
        }
        let frame = ClientFrame::React { room: self.login.room, reaction };
        match standing.send(&frame, &self.timing).await {
            Ok(()) | Err(Unsent::TooLarge) => Ok(()),
            Err(Unsent::Lost) => Err(Over::Lost(None)),
        }
    }

    async fn ping(&self, standing: &mut Standing) -> Result<(), Over> {
        // So long it takes, at least.
        if let Some(waited) = standing.unanswered_for() {
            self.listener.state(ConnectionState::Connected { round_trip_ms: Some(waited) });
        }
        standing.ping(&self.timing).await.map_err(|_| Over::Lost(None))
    }
}

/// Never, where there is no such moment.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
