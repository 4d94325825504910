//! One of the crowd: signs in, keeps a connection, comes back when it is lost, and says what it is given to say exactly once.

use std::{
    collections::VecDeque,
    future::pending,
    pin::pin,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures_util::{SinkExt, StreamExt};
use houselights_shared::{Choice, ClientFrame, Command, CommandBody, CommandId, Login, Outcome, PollId, Seq};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, sleep_until},
};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::{
    backoff::{Backoff, chance},
    reading::{Ballot, News},
    talking::Deed,
    target::{Denied, Socket},
    trouble::Step,
    worker::{Storm, Worker},
};
use crate::connection;

/// What it says it is.
const CLIENT: &str = concat!("load/", env!("CARGO_PKG_VERSION"));

/// One of the crowd.
pub(super) struct Client {
    worker: Arc<Worker>,
    /// Its number in this process.
    number: usize,
    login: Login,
    /// How far it has the log.
    position: Option<Seq>,
    /// What was said and not answered, with when: said again on the next connection, with the same id.
    unanswered: VecDeque<Asked>,
    /// What is to be voted for, and when.
    vote: Option<(Instant, PollId, Choice)>,
    /// In which poll that was, or will be, done.
    voted: Option<PollId>,
    /// When it was cut, and what it must have to be back.
    cut: Option<(Instant, Seq)>,
}

/// A command without an answer.
#[derive(Clone)]
struct Asked {
    id: CommandId,
    /// When, in microseconds since 1970.
    at: u64,
    what: What,
    message: Message,
}

/// What answers are counted with.
#[derive(Clone, Copy)]
enum What {
    Words,
    Vote,
}

/// How a connection ended.
enum End {
    /// It was cut on purpose.
    Cut(Storm),
    /// The network or the server ended it.
    Lost(Denied),
}

/// Comes in and stays, until the process ends. Counted as staying away where it does not come in within the crowd's patience.
pub(super) async fn live(worker: Arc<Worker>, number: usize, mut deeds: Option<mpsc::Receiver<Deed>>) {
    let began = Instant::now();
    let Some(login) = sign_in(&worker, number, began).await else { return worker.tally.stayed_away() };
    worker.tally.signed_in(began.elapsed());
    let mut client =
        Client { worker, number, login, position: None, unanswered: VecDeque::new(), vote: None, voted: None, cut: None };
    client.stay(&mut deeds, began).await;
}

async fn sign_in(worker: &Worker, number: usize, began: Instant) -> Option<Login> {
    let mut backoff = Backoff::default();
    loop {
        match worker.sign_in(number).await {
            Ok(login) => return Some(login),
            Err(denied) => {
                worker.tally.met(&denied.trouble);
                let wait = backoff.after(Duration::ZERO, denied.retry_after);
                if !denied.trouble.may_pass() || began.elapsed() + wait > worker.patience() {
                    return None;
                }
                sleep(wait).await;
            }
        }
    }
}

impl Client {
    async fn stay(&mut self, deeds: &mut Option<mpsc::Receiver<Deed>>, began: Instant) {
        let mut backoff = Backoff::default();
        loop {
            let since = Instant::now();
            let had = self.position;
            let (end, inside) = match self.enter().await {
                Ok(socket) => {
                    if had.is_none() {
                        self.worker.tally.joined(began.elapsed());
                    }
                    let end = self.attend(socket, deeds).await;
                    self.worker.tally.left();
                    (end, since.elapsed())
                }
                Err(denied) => (End::Lost(denied), Duration::ZERO),
            };
            let wait = match end {
                End::Cut(storm) => {
                    self.cut = Some((storm.at, storm.through));
                    backoff = Backoff::default();
                    Duration::ZERO
                }
                End::Lost(Denied { trouble, retry_after }) => {
                    self.worker.tally.met(&trouble);
                    let wait = backoff.after(inside, retry_after);
                    let never_in = self.position.is_none();
                    if !trouble.may_pass() || (never_in && began.elapsed() + wait > self.worker.patience()) {
                        if never_in {
                            self.worker.tally.stayed_away();
                        }
                        return;
                    }
                    wait
                }
            };
            if !wait.is_zero() {
                sleep(wait).await;
            }
        }
    }

    /// Connects, says Hello and hears the answer: the socket of someone who is in the room and has all that there is.
    async fn enter(&mut self) -> Result<Socket, Denied> {
        let mut socket = self.worker.dial(self.number).await?;
        let hello = ClientFrame::Hello(connection::hello(&self.login, CLIENT, self.position));
        self.send(&mut socket, &hello).await.map_err(Denied::of_room)?;
        let before = self.position;
        loop {
            let Some(text) = hear(&mut socket).await? else { continue };
            let news = self.worker.read(&text);
            self.take(&news, text.len());
            match &*news {
                News::End(refused) => return Err(Denied::told(Step::Connect, *refused)),
                News::Updates { .. } | News::Room(..) => {
                    self.worker.tally.entered();
                    self.is_back(before.is_some() && matches!(*news, News::Room(..)));
                    return Ok(socket);
                }
                // Whoever looks after the room may still let it in.
                News::Lobby => self.worker.tally.met(&Step::Connect.lobby()),
                News::Answer(..) | News::Thrown(_) | News::Other => {}
            }
        }
    }

    /// Where it was cut: it is back as soon as it has all that there was then, which is with the answer to its Hello.
    fn is_back(&mut self, anew: bool) {
        if let Some((at, through)) = self.cut
            && self.position >= Some(through)
        {
            self.cut = None;
            self.worker.tally.back(at.elapsed(), anew);
        }
    }

    /// In the room, until the connection ends.
    async fn attend(&mut self, mut socket: Socket, deeds: &mut Option<mpsc::Receiver<Deed>>) -> End {
        // Waited for from here on: whoever is in when a storm comes is cut.
        let mut storm = pin!(self.worker.storm());
        for asked in self.unanswered.clone() {
            if socket.send(asked.message).await.is_err() {
                return End::Lost(Denied::of_room(()));
            }
        }
        loop {
            let vote_at = self.vote.as_ref().map(|(at, ..)| *at);
            let heard = tokio::select! {
                biased;
                storm = &mut storm => return End::Cut(storm),
                heard = hear(&mut socket) => heard,
                deed = next(deeds) => {
                    if self.perform(&mut socket, deed).await.is_err() {
                        return End::Lost(Denied::of_room(()));
                    }
                    continue;
                }
                () = come(vote_at) => {
                    if self.cast_vote(&mut socket).await.is_err() {
                        return End::Lost(Denied::of_room(()));
                    }
                    continue;
                }
            };
            let text = match heard {
                Ok(Some(text)) => text,
                Ok(None) => continue,
                Err(denied) => return End::Lost(denied),
            };
            let news = self.worker.read(&text);
            self.take(&news, text.len());
            self.is_back(false);
            if let News::End(refused) = &*news {
                return End::Lost(Denied::told(Step::Room, *refused));
            }
        }
    }

    fn take(&mut self, news: &News, bytes: usize) {
        let now = micros();
        self.position = self.worker.tally.heard(self.number, self.position, news, (bytes, now));
        match news {
            News::Answer(id, outcome) => self.answered(*id, *outcome, now),
            News::Updates { ballot: Some(ballot), .. } | News::Room(_, Some(ballot)) => self.take_ballot(ballot),
            News::Updates { .. } | News::Room(..) | News::Thrown(_) | News::Lobby | News::End(_) | News::Other => {}
        }
    }

    /// Votes once, after a while of its own.
    fn take_ballot(&mut self, ballot: &Ballot) {
        let Some(spread) = self.worker.votes().filter(|_| self.voted != Some(ballot.poll)) else { return };
        self.voted = Some(ballot.poll);
        let choice = ballot.choices.get(self.number % ballot.choices.len().max(1)).cloned();
        self.vote = choice.map(|choice| (Instant::now() + spread.mul_f64(chance()), ballot.poll, choice));
    }

    /// An answer that came before, on another connection, is not counted again.
    fn answered(&mut self, id: CommandId, outcome: Outcome, now: u64) {
        let Some(place) = self.unanswered.iter().position(|asked| asked.id == id) else { return };
        let Some(Asked { at, what, .. }) = self.unanswered.remove(place) else { return };
        match what {
            What::Words => self.worker.tally.answered(outcome, now.saturating_sub(at)),
            What::Vote => self.worker.tally.vote_answered(outcome, now.saturating_sub(at)),
        }
    }

    async fn perform(&mut self, socket: &mut Socket, deed: Deed) -> Result<(), ()> {
        match deed {
            Deed::Say(body) => self.ask(socket, body, What::Words).await,
            Deed::Throw(reaction) => self.send(socket, &ClientFrame::React { room: self.login.room, reaction }).await,
        }
    }

    async fn cast_vote(&mut self, socket: &mut Socket) -> Result<(), ()> {
        let Some((_, poll, choice)) = self.vote.take() else { return Ok(()) };
        self.worker.tally.voted();
        self.ask(socket, CommandBody::Vote { poll, choice }, What::Vote).await
    }

    async fn ask(&mut self, socket: &mut Socket, body: CommandBody, what: What) -> Result<(), ()> {
        let id = CommandId::random();
        let command = Command { id, room: self.login.room, body };
        let message = connection::message(&ClientFrame::Command(command)).map_err(drop)?;
        self.unanswered.push_back(Asked { id, at: micros(), what, message: message.clone() });
        socket.send(message).await.map_err(drop)
    }

    async fn send(&self, socket: &mut Socket, frame: &ClientFrame) -> Result<(), ()> {
        socket.send(connection::message(frame).map_err(drop)?).await.map_err(drop)
    }
}

/// The next text; nothing for what only keeps the connection alive.
async fn hear(socket: &mut Socket) -> Result<Option<Utf8Bytes>, Denied> {
    match socket.next().await {
        Some(Ok(Message::Text(text))) => Ok(Some(text)),
        Some(Ok(Message::Close(_)) | Err(_)) | None => Err(Denied::of_room(())),
        Some(Ok(_)) => Ok(None),
    }
}

/// What is to be done next. Most do nothing, and wait for nothing.
async fn next(deeds: &mut Option<mpsc::Receiver<Deed>>) -> Deed {
    match deeds {
        Some(deeds) => match deeds.recv().await {
            Some(deed) => deed,
            None => pending().await,
        },
        None => pending().await,
    }
}

/// A moment; never, where there is none.
async fn come(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => pending().await,
    }
}

/// Since 1970.
pub(super) fn micros() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64)
}
