//! The clients of the fan-out bench: each signs in through the open link and keeps a connection, a few of them talk.

use std::{
    net::SocketAddr,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt, TryStreamExt, stream};
use houselights_shared::{ClientFrame, Command, CommandBody, CommandId, RoomId};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::task::TaskTracker;

use super::fanout::Heard;
use crate::connection::{self, Connection, Socket};

/// So many sign in at a time.
const AT_ONCE: usize = 64;
/// A talker says at most this much a second, well under what a connection may.
const MESSAGES_A_TALKER: u32 = 2;
/// How long after the last message deliveries still count.
const GRACE: Duration = Duration::from_secs(15);
/// What the text of every message begins with, as it stands in the frame.
const MARK: &str = "\"text\":\"fanout ";

/// Arrivals in one frame: how long each message was under way, in microseconds, and the frame's size.
struct Arrival {
    latencies: Vec<u64>,
    bytes: u64,
}

/// Connects everyone, then for each line `rate seconds` talks for so long and prints a [`Heard`].
pub async fn attend(server: SocketAddr, invite: String, connections: u32) -> Result<()> {
    let (send, mut arrivals) = mpsc::channel(1024); // full: the reader waits, no count is lost
    let tasks = TaskTracker::new();
    let http = reqwest::Client::builder().pool_max_idle_per_host(AT_ONCE).build()?;
    let sockets: Vec<(Socket, RoomId)> = stream::iter(0..connections)
        .map(|number| connect(&http, server, &invite, number))
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    let mut talkers = Vec::new();
    for (socket, room) in sockets {
        let (say, words) = mpsc::channel(8); // full: the talker falls behind, which the count of what was sent shows
        talkers.push((say, room));
        tasks.spawn(listen(socket, words, send.clone()));
    }
    println!("connected");
    let mut lines = super::lines();
    while let Some(line) = lines.recv().await {
        let (rate, seconds) = line.split_once(' ').context("not `rate seconds`")?;
        let heard = window(&talkers, &mut arrivals, rate.parse()?, seconds.trim().parse()?).await?;
        println!("{}", serde_json::to_string(&heard)?);
    }
    Ok(())
}

async fn connect(http: &reqwest::Client, server: SocketAddr, invite: &str, number: u32) -> Result<(Socket, RoomId)> {
    let connection = Connection::enter(http, server, invite, &format!("Guest {number}")).await?;
    let room = connection.login.room;
    Ok((connection.into_socket(), room))
}

/// Reads without parsing, so that the clients cost less than the server: finds the marks, and the time behind each.
async fn listen(mut socket: Socket, mut words: mpsc::Receiver<Message>, arrivals: mpsc::Sender<Arrival>) {
    loop {
        let message = tokio::select! {
            message = socket.next() => message,
            Some(word) = words.recv() => {
                if socket.send(word).await.is_err() { return; }
                continue;
            }
        };
        let Some(Ok(message)) = message else { return };
        let Message::Text(text) = message else { continue };
        let now = micros();
        let latencies: Vec<u64> = text
            .match_indices(MARK)
            .filter_map(|(at, _)| text.get(at + MARK.len()..at + MARK.len() + 16)?.parse::<u64>().ok())
            .map(|sent| now.saturating_sub(sent))
            .collect();
        if !latencies.is_empty() && arrivals.send(Arrival { latencies, bytes: text.len() as u64 }).await.is_err() {
            return;
        }
    }
}

async fn window(
    talkers: &[(mpsc::Sender<Message>, RoomId)],
    arrivals: &mut mpsc::Receiver<Arrival>,
    rate: u32,
    seconds: u32,
) -> Result<Heard> {
    let wanted = u64::from(rate * seconds);
    let expected = wanted * talkers.len() as u64;
    let count = (rate / MESSAGES_A_TALKER).max(1) as usize;
    let mut heard = Heard::default();
    let mut latencies = Vec::with_capacity(usize::try_from(expected)?);
    let mut tick = tokio::time::interval(Duration::from_secs(1) / rate);
    let mut end = Instant::now() + GRACE;
    while heard.delivered < expected && Instant::now() < end {
        tokio::select! {
            arrival = arrivals.recv() => {
                let arrival = arrival.context("every connection ended")?;
                heard.delivered += arrival.latencies.len() as u64;
                heard.bytes += arrival.bytes;
                latencies.extend(arrival.latencies);
            }
            _ = tick.tick(), if heard.sent < wanted => {
                let (say, room) = talkers.get(heard.sent as usize % count.min(talkers.len())).context("nobody to talk")?;
                if say.try_send(message(*room)?).is_ok() {
                    heard.sent += 1;
                }
                end = Instant::now() + GRACE;
            }
            () = tokio::time::sleep_until(end.into()) => {}
        }
    }
    latencies.sort_unstable();
    let quantile = |part: f64| {
        let at = (latencies.len().saturating_sub(1) as f64 * part) as usize;
        latencies.get(at).map_or(0.0, |micros| *micros as f64 / 1000.0)
    };
    Ok(Heard { p50_ms: quantile(0.5), p99_ms: quantile(0.99), ..heard })
}

/// About 120 bytes of text, the time of sending in front.
fn message(room: RoomId) -> Result<Message> {
    let padding = "the quick brown fox jumps over the lazy dog, and nobody in the stalls is surprised by it";
    let body = CommandBody::say(format!("fanout {:016} {padding}", micros()));
    let command = Command { id: CommandId::random(), room, body };
    Ok(connection::message(&ClientFrame::Command(command))?)
}

fn micros() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64)
}
