//! What it costs to forward: one publisher, N subscribers, on real sockets.
//!
//! Kinds of processes: the server; the people, all in one other process (`forward-clients`), each a full WebRTC end with NACK,
//! receiver reports and transport-wide feedback; and for the floor a process that does nothing but send the same bytes to as
//! many addresses, with segmentation offload (`forward-floor`), to one that reads them (`forward-sink`).

mod clients;
mod floor;

use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use clients::{Secrets, attend};
pub use floor::{read, send};

use super::{
    child::{Part, Server},
    meter,
};

/// For how long each row is measured.
const WINDOW: Duration = Duration::from_secs(8);
/// Frames a second, packets a frame, and bytes of a packet as it goes over the wire: about 2.5 Mbit/s.
const FRAMES: u32 = 30;
const PACKETS_A_FRAME: u32 = 9;
const VIDEO_BYTES: usize = 1_200;
/// Packets of sound a second, and their bytes.
const SOUNDS: u32 = 50;
const SOUND_BYTES: usize = 120;

/// What the clients report of one window.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Got {
    /// Packets that were published.
    pub published: u64,
    /// Packets that arrived, counted once a subscriber.
    pub delivered: u64,
}

/// Measures every row. What goes on is said on standard error.
pub fn rows(subscribers: &[u32]) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    for &subscribers in subscribers {
        let (cost, kb, got) = measure(subscribers)?;
        let row = json!({
            "subscribers": subscribers,
            "us_per_packet": rounded(cost),
            "floor_us_per_packet": rounded(floor_cost(subscribers)?),
            "kb_per_subscriber": rounded(kb),
            "delivered": rounded(got.delivered as f64 / (got.published * u64::from(subscribers)).max(1) as f64),
        });
        eprintln!("forward: {row}");
        rows.push(row);
    }
    Ok(rows)
}

/// CPU microseconds a packet, kilobytes a subscriber, and what arrived.
fn measure(subscribers: u32) -> Result<(f64, f64, Got)> {
    let server = Server::start(&["--logins-per-minute", "1000000"])?;
    let invites = server.create_event(1)?;
    let secret = |role: &str| {
        let invite = invites.iter().find(|invite| invite.role == role);
        Ok::<_, anyhow::Error>(invite.with_context(|| format!("no invite for the {role}"))?.secret.clone())
    };
    let (speaker, producer, attendee) = (secret("speaker")?, secret("producer")?, secret("attendee")?);
    // A secret may begin with a hyphen: it stands behind an equals sign.
    let mut clients = Part::of_this(&[
        "forward-clients",
        &format!("--server={}", server.address()),
        &format!("--speaker={speaker}"),
        &format!("--producer={producer}"),
        &format!("--attendee={attendee}"),
    ])?;
    anyhow::ensure!(clients.line()? == "on air", "the publisher did not come on air");
    // The first subscriber also pays for what all share: buffers, tables, code that was never run before.
    clients.say("gather 1")?;
    anyhow::ensure!(clients.line()? == "gathered", "the first did not come");
    let before = meter::rss_kb(server.pid())?;
    clients.say(&format!("gather {}", subscribers.saturating_sub(1)))?;
    anyhow::ensure!(clients.line()? == "gathered", "not everyone came");
    let cpu = meter::cpu_micros(server.pid())?;
    clients.say(&format!("measure {}", WINDOW.as_secs()))?;
    let got: Got = serde_json::from_str(&clients.line()?)?;
    let cpu = meter::cpu_micros(server.pid())? - cpu;
    let kb = meter::rss_kb(server.pid())?.saturating_sub(before) as f64 / f64::from(subscribers.saturating_sub(1).max(1));
    Ok((cpu as f64 / got.delivered.max(1) as f64, kb, got))
}

fn floor_cost(subscribers: u32) -> Result<f64> {
    let mut sink = Part::of_this(&["forward-sink", "--subscribers", &subscribers.to_string()])?;
    let first = sink.line()?;
    let mut floor = Part::of_this(&["forward-floor", "--ports", &first])?;
    let cpu = meter::cpu_micros(floor.pid())?;
    floor.say(&WINDOW.as_secs().to_string())?;
    let sent: u64 = floor.line()?.parse()?;
    let cpu = meter::cpu_micros(floor.pid())? - cpu;
    Ok(cpu as f64 / sent.max(1) as f64)
}

/// Sleeps on a channel that stays silent: exact enough, and without a runtime.
fn wait_until(due: std::time::Instant) {
    let (_keep, never) = std::sync::mpsc::channel::<()>();
    let _ = never.recv_timeout(due.saturating_duration_since(std::time::Instant::now()));
}

fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}
