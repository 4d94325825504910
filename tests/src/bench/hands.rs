//! How long it takes from a moderator's taking a hand until the audience hears whose it was: over real connections and real media, with
//! a full queue, and with as many open microphones on stage as are heard at a time.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use houselights_shared::{AUDIO_SLOTS, ClientFrame, Command, CommandBody, CommandId, ParticipantId, ServerFrame, UpdateBody};
use serde_json::{Value, json};
use tokio::{
    sync::mpsc,
    time::{MissedTickBehavior, interval, timeout},
};
use tokio_util::task::TaskTracker;

use super::child::{Invite, Server};
use crate::{connection::Connection, media_peer::SocketPeer};

/// So many sign in at a time.
const AT_ONCE: usize = 8;
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a packet of sound lasts.
const SOUND: Duration = Duration::from_millis(20);
/// How loud those are who speak, and those whose microphones are open, in dB below full scale.
const VOICE: u8 = 25;
const OPEN_MICROPHONE: u8 = 62;

/// What the people tell: by the mark of whose sound it is.
#[derive(Clone, Copy)]
enum Noticed {
    /// They were told that they are on stage.
    Told(u8),
    /// The audience heard them.
    Heard(u8),
    /// They are in the queue again.
    Raised(u8),
}

type Notices = mpsc::UnboundedSender<(Noticed, Instant)>;

/// Measures: one row.
pub async fn rows(hands: u32, taken: u32) -> Result<Vec<Value>> {
    ensure!(taken >= 1 && taken <= hands && taken <= 200, "take from 1 to {} hands", hands.min(200));
    let server = Server::start(&["--logins-per-minute", "1000000"])?;
    let invites = server.create_event(u32::try_from(AUDIO_SLOTS)?)?;
    let address: SocketAddr = server.address().parse()?;
    let mut house = House::open(address, &invites).await?;
    let guests = house.queue(hands, taken).await?;
    let mut heard = Vec::new();
    let mut told = Vec::new();
    for (number, who) in guests.into_iter().enumerate() {
        let mark = mark_of(number)?;
        let began = Instant::now();
        house.moderator.command(CommandBody::TakeHand { participant: who }).await?;
        told.push(house.until(|noticed| matches!(noticed, Noticed::Told(of) if of == mark)).await? - began);
        heard.push(house.until(|noticed| matches!(noticed, Noticed::Heard(of) if of == mark)).await? - began);
        house.moderator.command(CommandBody::TakeOffStage { participant: who }).await?;
        house.until(|noticed| matches!(noticed, Noticed::Raised(of) if of == mark)).await?;
    }
    let row = json!({
        "hands": hands,
        "taken": taken,
        "told_p50_ms": percentile(&mut told, 50),
        "told_p95_ms": percentile(&mut told, 95),
        "heard_p50_ms": percentile(&mut heard, 50),
        "heard_p95_ms": percentile(&mut heard, 95),
        "heard_most_ms": percentile(&mut heard, 100),
    });
    eprintln!("hands: {row}");
    Ok(vec![row])
}

fn mark_of(number: usize) -> Result<u8> {
    Ok(u8::try_from(number + 1)?)
}

/// In milliseconds, with one decimal.
fn percentile(spans: &mut [Duration], share: usize) -> f64 {
    spans.sort_unstable();
    let place = (spans.len() * share).div_ceil(100).saturating_sub(1);
    let span = spans.get(place).copied().unwrap_or_default();
    (span.as_secs_f64() * 10_000.0).round() / 10.0
}

/// A show that is on, with open microphones on stage and one of the audience who listens.
struct House {
    server: SocketAddr,
    http: reqwest::Client,
    /// The open invite.
    invite: String,
    moderator: Connection,
    tasks: TaskTracker,
    tell: Notices,
    noticed: mpsc::UnboundedReceiver<(Noticed, Instant)>,
}

impl House {
    async fn open(server: SocketAddr, invites: &[Invite]) -> Result<Self> {
        let secrets = |role: &'static str| invites.iter().filter(move |invite| invite.role == role);
        let secret = |role| Ok::<_, anyhow::Error>(&secrets(role).next().with_context(|| format!("no {role}"))?.secret);
        let http = reqwest::Client::builder().pool_max_idle_per_host(AT_ONCE).build()?;
        let (tasks, (tell, noticed)) = (TaskTracker::new(), mpsc::unbounded_channel());
        // A producer may take hands as a moderator does.
        let mut moderator = Connection::enter(&http, server, secret("producer")?, "Producer").await?;
        for invite in secrets("speaker") {
            let mut speaker = Connection::enter(&http, server, &invite.secret, "Speaker").await?;
            let peer = connect(&mut speaker).await?;
            moderator.command(CommandBody::BringOnStage { participant: speaker.login.participant }).await?;
            tasks.spawn(speaker.keep());
            tasks.spawn(leave_open(peer));
        }
        moderator.command(CommandBody::GoLive).await?;
        let invite = secret("attendee")?.clone();
        let mut listener = Connection::enter(&http, server, &invite, "Listener").await?;
        let peer = connect(&mut listener).await?;
        tasks.spawn(listener.keep());
        tasks.spawn(listen(peer, tell.clone()));
        Ok(Self { server, http, invite, moderator, tasks, tell, noticed })
    }

    /// Fills the queue; those first in it can be heard.
    async fn queue(&mut self, hands: u32, guests: u32) -> Result<Vec<ParticipantId>> {
        let mut first = Vec::new();
        for number in 0..guests {
            let mut guest = self.raise(number).await?;
            let peer = connect(&mut guest).await?;
            first.push(guest.login.participant);
            let mark = mark_of(number.try_into()?)?;
            self.tasks.spawn(attend(Guest { connection: guest, peer, mark, is_on: false }, self.tell.clone()));
        }
        stream::iter(guests..hands)
            .map(|number| self.raise(number))
            .buffer_unordered(AT_ONCE)
            .try_for_each(|other| {
                self.tasks.spawn(other.keep());
                async { Ok(()) }
            })
            .await?;
        Ok(first)
    }

    async fn raise(&self, number: u32) -> Result<Connection> {
        let mut guest = Connection::enter(&self.http, self.server, &self.invite, &format!("Guest {number}")).await?;
        guest.command(CommandBody::RaiseHand { note: format!("Question {number}") }).await?;
        Ok(guest)
    }

    /// When something is noticed. What came before is passed over.
    async fn until(&mut self, wanted: impl Fn(Noticed) -> bool) -> Result<Instant> {
        let waiting = async {
            loop {
                let (noticed, at) = self.noticed.recv().await.context("nobody is left")?;
                if wanted(noticed) {
                    return Ok(at);
                }
            }
        };
        timeout(PATIENCE, waiting).await.context("a guest is not heard")?
    }
}

/// Media on a connection, as far as it takes for it to flow.
async fn connect(connection: &mut Connection) -> Result<SocketPeer> {
    let mut peer = SocketPeer::open().await?;
    let answer = connection.negotiate(peer.offer()?).await?;
    peer.accept(&answer)?;
    let connecting = async {
        while !peer.is_connected() {
            peer.turn().await?;
        }
        Ok::<_, anyhow::Error>(())
    };
    timeout(PATIENCE, connecting).await.context("media does not connect")??;
    Ok(peer)
}

/// Somebody on stage who says nothing, with an open microphone.
async fn leave_open(mut peer: SocketPeer) -> Result<()> {
    let mut sounds = interval(SOUND);
    loop {
        tokio::select! {
            turned = peer.turn() => turned?,
            _ = sounds.tick() => peer.publish_sound(OPEN_MICROPHONE)?,
        }
    }
}

/// One of the audience, who tells when somebody is heard, each once.
async fn listen(mut peer: SocketPeer, tell: Notices) -> Result<()> {
    let mut heard = [0; u8::MAX as usize + 1];
    loop {
        peer.turn().await?;
        for (mark, before) in (0..=u8::MAX).zip(&mut heard).skip(1) {
            let now = peer.heard_of(mark);
            if std::mem::replace(before, now) == 0 && now > 0 {
                tell.send((Noticed::Heard(mark), Instant::now()))?;
            }
        }
    }
}

/// Somebody whose hand is up, and who speaks as soon as it is taken, as the app does.
struct Guest {
    connection: Connection,
    peer: SocketPeer,
    mark: u8,
    is_on: bool,
}

async fn attend(mut guest: Guest, tell: Notices) -> Result<()> {
    guest.peer.mark(guest.mark);
    let (me, room) = (guest.connection.login.participant, guest.connection.login.room);
    let mut sounds = interval(SOUND);
    sounds.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        let Guest { connection, peer, mark, is_on } = &mut guest;
        tokio::select! {
            moved = connection.hear(|frame| moved(&frame, me)) => {
                *is_on = moved?;
                if *is_on {
                    tell.send((Noticed::Told(*mark), Instant::now()))?;
                } else {
                    let body = CommandBody::RaiseHand { note: String::new() };
                    connection.say(&ClientFrame::Command(Command { id: CommandId::random(), room, body })).await?;
                    tell.send((Noticed::Raised(*mark), Instant::now()))?;
                }
            }
            turned = peer.turn() => turned?,
            _ = sounds.tick(), if *is_on => peer.publish_sound(VOICE)?,
        }
    }
}

/// Whether somebody came on stage, or left it.
fn moved(frame: &ServerFrame, who: ParticipantId) -> Option<bool> {
    let ServerFrame::Updates(batch) = frame else { return None };
    batch.updates.iter().rev().find_map(|update| {
        if let UpdateBody::CameOnStage { member } = &update.body {
            (member.participant == who).then_some(true)
        } else if let UpdateBody::LeftStage { participant } = update.body {
            (participant == who).then_some(false)
        } else {
            None
        }
    })
}
