//! What it costs to tell everyone: one room, N connections, R chat messages a second.
//!
//! Three kinds of processes: the server, its clients (`fanout-clients`), and for the floor a process that does nothing but
//! write the same bytes to as many sockets, one write a message, on one thread (`fanout-floor`), read by `fanout-sink`.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    child::{Part, Server},
    meter,
};

/// For how long each row sends.
const WINDOW: Duration = Duration::from_secs(10);

/// What the clients report of one window.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Heard {
    /// Messages that were sent.
    pub sent: u64,
    /// Messages that arrived, counted once a connection.
    pub delivered: u64,
    /// Bytes that arrived, of everything.
    pub bytes: u64,
    /// From just before sending to having been read.
    pub p50_ms: f64,
    /// Likewise.
    pub p99_ms: f64,
}

/// Measures every row. What goes on is said on standard error.
pub fn rows(connections: &[u32], rates: &[u32]) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    for &connections in connections {
        let mut crowd = Crowd::gather(connections)?;
        let mut floor = Floor::gather(connections)?;
        for &rate in rates {
            let (cost, heard) = crowd.window(rate)?;
            let size = heard.bytes.checked_div(heard.delivered).unwrap_or(0);
            let floor = floor.window(rate, size)?;
            let expected = heard.sent * u64::from(connections);
            let row = json!({
                "connections": connections,
                "rate": rate,
                "us_per_delivery": rounded(cost),
                "floor_us_per_delivery": rounded(floor),
                "p50_ms": rounded(heard.p50_ms),
                "p99_ms": rounded(heard.p99_ms),
                "kb_per_connection": rounded(crowd.kb_per_connection),
                "delivered": rounded(heard.delivered as f64 / expected.max(1) as f64),
            });
            eprintln!("fanout: {row}");
            rows.push(row);
        }
    }
    Ok(rows)
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// A server with its clients connected.
struct Crowd {
    clients: Part,
    server: Server,
    kb_per_connection: f64,
}

impl Crowd {
    fn gather(connections: u32) -> Result<Self> {
        let server = Server::start(&["--logins-per-minute", "1000000"])?;
        let secret = server.secret_for("attendee")?;
        let before = meter::rss_kb(server.pid())?;
        let count = connections.to_string();
        let mut clients = Part::of_this(&[
            "fanout-clients",
            "--server",
            server.address(),
            &format!("--invite={secret}"),
            "--connections",
            &count,
        ])?;
        clients.line().context("the clients did not connect")?;
        let after = meter::rss_kb(server.pid())?;
        let kb_per_connection = after.saturating_sub(before) as f64 / f64::from(connections);
        Ok(Self { clients, server, kb_per_connection })
    }

    /// CPU microseconds of the server for each delivery, and what the clients heard.
    fn window(&mut self, rate: u32) -> Result<(f64, Heard)> {
        let before = meter::cpu_micros(self.server.pid())?;
        self.clients.say(&format!("{rate} {}", WINDOW.as_secs()))?;
        let heard: Heard = serde_json::from_str(&self.clients.line()?)?;
        let spent = meter::cpu_micros(self.server.pid())? - before;
        Ok((spent as f64 / heard.delivered.max(1) as f64, heard))
    }
}

/// The least that can be done, with its readers connected.
struct Floor {
    writer: Part,
    readers: Part,
    connections: u64,
}

impl Floor {
    fn gather(connections: u32) -> Result<Self> {
        let count = connections.to_string();
        let mut writer = Part::of_this(&["fanout-floor", "--connections", &count])?;
        let address = writer.line()?;
        let mut readers = Part::of_this(&["fanout-sink", "--server", &address, "--connections", &count])?;
        readers.line().context("the floor's readers did not connect")?;
        writer.line().context("the floor's readers did not all arrive")?;
        Ok(Self { writer, readers, connections: u64::from(connections) })
    }

    /// CPU microseconds for each delivery of `size` bytes.
    fn window(&mut self, rate: u32, size: u64) -> Result<f64> {
        let messages = u64::from(rate) * WINDOW.as_secs();
        let before = meter::cpu_micros(self.writer.pid())?;
        self.readers.say(&(messages * self.connections * size).to_string())?;
        self.writer.say(&format!("{rate} {messages} {size}"))?;
        self.readers.line().context("the floor's readers did not get everything")?;
        let spent = meter::cpu_micros(self.writer.pid())? - before;
        Ok(spent as f64 / (messages * self.connections).max(1) as f64)
    }
}
