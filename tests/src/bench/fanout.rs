//! What it costs to tell everyone: one room, N connections, R chat messages a second.
//!
//! Kinds of processes: the server; its clients, which are the crowd of `cargo xtask load`; and for the floor a process that does nothing but
//! write the same bytes to as many sockets, one write a message, on one thread (`fanout-floor`), read by as many processes as there are
//! of the crowd (`fanout-sink`). Server and floor are measured by turns, twice each: how much the floor differs from itself is what the machine adds.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use super::{
    child::{Part, Server},
    floor::Floor,
    meter,
};
use crate::load::{
    Invitation, Plan,
    crowd::{Crowd, Heard, Pace},
};

/// The crowd is in as many processes in every row: how readers are woken is the same then.
const PROCESSES: u32 = 2;
/// At this rate and the number of connections the targets for delivery and for memory are set.
const CALM: u32 = 10;
const FULL_HOUSE: u32 = 10_000;

/// What is measured.
#[derive(Clone, Debug)]
pub struct Rows {
    /// Connections, a row each for each rate.
    pub connections: Vec<u32>,
    /// Messages a second.
    pub rates: Vec<u32>,
    /// Connections that are only compared with each other, at one rate.
    pub viewers: Vec<u32>,
    /// That rate.
    pub viewers_rate: u32,
    /// For how long each row sends.
    pub seconds: u32,
}

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Row {
    connections: u32,
    rate: u32,
    /// CPU of the server for each message that arrived.
    us_per_delivery: f64,
    /// Of the floor, for the same bytes.
    floor_us_per_delivery: f64,
    /// How much the floor differed between its two turns.
    floor_differs_percent: f64,
    /// The server's as a part of the floor's.
    of_floor: f64,
    p50_ms: f64,
    p99_ms: f64,
    /// What a connection added to the server's memory by the time everybody was in.
    kb_per_connection: f64,
    /// And at the most, until the end of this row: with what waits to be written, and what the room remembers.
    peak_kb_per_connection: f64,
    /// The part of all messages that arrived.
    delivered: f64,
    /// Updates that somebody was not told, and those who were not told the last: exact, where a part is rounded.
    lacking: u64,
}

/// What is asked of the rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    what: String,
    at_most: f64,
    /// The worst of the rows that it is about.
    measured: f64,
    met: bool,
}

/// All that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    bench: &'static str,
    rows: Vec<Row>,
    viewers: Vec<Row>,
    targets: Vec<Target>,
}

/// Measures every row. What goes on is said on standard error.
pub fn measure(wanted: &Rows) -> Result<Measured> {
    let span = Duration::from_secs(wanted.seconds.into());
    let (rows, viewers) =
        (rows(&wanted.connections, &wanted.rates, span)?, rows(&wanted.viewers, &[wanted.viewers_rate], span)?);
    let targets = targets(&rows, &viewers);
    Ok(Measured { bench: "fanout", rows, viewers, targets })
}

fn rows(connections: &[u32], rates: &[u32], span: Duration) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for &connections in connections {
        let mut house = House::gather(connections)?;
        let mut floor = Floor::gather(&house.processes)?;
        for &rate in rates {
            let row = house.row(&mut floor, rate, span)?;
            eprintln!("fanout: {}", serde_json::to_string(&row)?);
            rows.push(row);
        }
    }
    Ok(rows)
}

/// What is asked for, of the rows that there are.
fn targets(rows: &[Row], viewers: &[Row]) -> Vec<Target> {
    let worst =
        |of: fn(&Row) -> f64, is_it: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| is_it(row)).map(of).reduce(f64::max);
    let full = |row: &Row| row.connections == FULL_HOUSE;
    let of_floor = |rate| worst(|row| row.of_floor, &move |row| row.rate == rate);
    let spread = viewers.iter().map(|row| row.us_per_delivery);
    // What costs less where more watch is no harm: growth counts from the smallest house on.
    let growth = viewers.first().zip(spread.reduce(f64::max)).map(|(first, most)| most / first.us_per_delivery);
    [
        ("part of the floor, at 10 messages a second", 1.2, of_floor(10)),
        ("part of the floor, at 50 messages a second", 0.5, of_floor(50)),
        (
            "p99 in ms, at 10,000 connections and 10 messages a second",
            250.0,
            worst(|row| row.p99_ms, &|row| full(row) && row.rate == CALM),
        ),
        (
            "KB of the server's memory a connection, at 10,000, at the most",
            16.0,
            worst(|row| row.peak_kb_per_connection, &full),
        ),
        ("updates that somebody lacks", 0.0, worst(|row| row.lacking as f64, &|_| true)),
        ("cost per viewer, as a multiple of that in the smallest house", 1.1, growth),
    ]
    .into_iter()
    .filter_map(|(what, at_most, measured)| {
        let measured = rounded(measured?);
        Some(Target { what: what.to_owned(), at_most, measured, met: measured <= at_most })
    })
    .collect()
}

/// What each connection added to a server's memory, in KB.
fn added(empty: u64, kb: u64, connections: u32) -> f64 {
    kb.saturating_sub(empty) as f64 / f64::from(connections)
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// A server with its crowd in it.
struct House {
    // The crowd goes first: otherwise it would try to come back.
    crowd: Crowd,
    server: Server,
    processes: Vec<u32>,
    /// The server's memory before anybody came, in KB.
    empty_kb: u64,
    kb_per_connection: f64,
}

impl House {
    fn gather(connections: u32) -> Result<Self> {
        let server = Server::start(&["--logins-per-minute", "1000000"])?;
        let address = format!("http://{}", server.address()).parse()?;
        let invitation = Invitation { server: address, secret: server.secret_for("attendee")? };
        let plan = Plan::new(invitation, connections, Some(PROCESSES))?;
        let empty_kb = meter::rss_kb(server.pid())?;
        let mut crowd = Crowd::start(&plan)?;
        let inside = crowd.gather(&plan)?.inside;
        ensure!(inside == connections, "{inside} of {connections} came in");
        let kb_per_connection = added(empty_kb, meter::rss_kb(server.pid())?, connections);
        Ok(Self { crowd, server, processes: plan.processes, empty_kb, kb_per_connection })
    }

    fn connections(&self) -> u32 {
        self.processes.iter().sum()
    }

    /// Server and floor by turns, twice.
    fn row(&mut self, floor: &mut Floor, rate: u32, span: Duration) -> Result<Row> {
        let (first, first_accepted, mut heard) = self.window(rate, span / 2)?;
        // How many bytes a message is, as a part of the frames that bring it.
        let size = heard.bytes.checked_div(heard.delivered).unwrap_or(0);
        let floor_first = floor.window(rate, span / 2, size)?;
        let (second, second_accepted, heard_again) = self.window(rate, span / 2)?;
        let floor_second = floor.window(rate, span / 2, size)?;
        heard.add(heard_again);
        let (cost, floor) = (f64::midpoint(first, second), f64::midpoint(floor_first, floor_second));
        let expected = (first_accepted + second_accepted) * u64::from(self.connections());
        let took = heard.delivery.percentiles();
        Ok(Row {
            connections: self.connections(),
            rate,
            us_per_delivery: rounded(cost),
            floor_us_per_delivery: rounded(floor),
            floor_differs_percent: rounded((floor_first - floor_second).abs() / floor * 100.0),
            of_floor: rounded(cost / floor),
            p50_ms: took.p50,
            p99_ms: took.p99,
            kb_per_connection: rounded(self.kb_per_connection),
            peak_kb_per_connection: rounded(added(self.empty_kb, meter::peak_kb(self.server.pid())?, self.connections())),
            delivered: rounded(heard.delivered as f64 / expected.max(1) as f64),
            lacking: heard.lacking + u64::from(heard.behind),
        })
    }

    /// CPU microseconds of the server for each delivery, how many messages it took, and what the crowd heard.
    fn window(&mut self, rate: u32, span: Duration) -> Result<(f64, u64, Heard)> {
        let before = meter::spent(self.server.pid())?;
        let said = self.crowd.talk(Pace { messages: rate.into(), reactions: 0.0 }, span)?;
        let heard = self.crowd.settle(&said)?;
        let spent = meter::spent(self.server.pid())?.since(&before);
        ensure!(heard.delivered > 0, "nothing arrived");
        Ok((spent.as_secs_f64() * 1e6 / heard.delivered as f64, said.accepted, heard))
    }
}

impl Floor {
    /// A floor with as many readers, in as many processes.
    fn gather(readers: &[u32]) -> Result<Self> {
        let connections: u32 = readers.iter().sum();
        let mut writer = Part::of_this(&["fanout-floor", "--connections", &connections.to_string()])?;
        let address = writer.line()?;
        let read = |count: &u32| Part::of_this(&["fanout-sink", "--server", &address, "--connections", &count.to_string()]);
        let mut readers = readers.iter().map(|count| Ok((u64::from(*count), read(count)?))).collect::<Result<Vec<_>>>()?;
        for (_, reader) in &mut readers {
            reader.line().context("the floor's readers did not connect")?;
        }
        writer.line().context("the floor's readers did not all arrive")?;
        Ok(Self { writer, readers })
    }

    /// CPU microseconds for each delivery of `size` bytes.
    fn window(&mut self, rate: u32, span: Duration, size: u64) -> Result<f64> {
        let messages = (f64::from(rate) * span.as_secs_f64()).round() as u64;
        let before = meter::spent(self.writer.pid())?;
        for (count, reader) in &mut self.readers {
            reader.say(&(messages * *count * size).to_string())?;
        }
        self.writer.say(&format!("{rate} {messages} {size}"))?;
        for (_, reader) in &mut self.readers {
            reader.line().context("the floor's readers did not get everything")?;
        }
        let spent = meter::spent(self.writer.pid())?.since(&before);
        let connections: u64 = self.readers.iter().map(|(count, _)| count).sum();
        Ok(spent.as_secs_f64() * 1e6 / (messages * connections).max(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(connections: u32, rate: u32, us_per_delivery: f64, of_floor: f64) -> Row {
        Row {
            connections,
            rate,
            us_per_delivery,
            floor_us_per_delivery: us_per_delivery / of_floor,
            floor_differs_percent: 0.0,
            of_floor,
            p50_ms: 50.0,
            p99_ms: f64::from(connections) / 50.0,
            kb_per_connection: 12.0,
            peak_kb_per_connection: 15.0,
            delivered: 1.0,
            lacking: 0,
        }
    }

    #[test]
    fn a_target_is_met_by_the_worst_of_its_rows_or_not_at_all() {
        let rows = [row(500, 10, 7.0, 1.3), row(10_000, 10, 6.0, 1.0), row(500, 50, 3.0, 0.4), row(10_000, 50, 2.0, 0.3)];
        let viewers = [row(1_000, 50, 2.0, 0.3), row(4_000, 50, 2.1, 0.3), row(8_000, 50, 1.5, 0.3)];
        let told = targets(&rows, &viewers);
        let verdicts: Vec<_> = told.iter().map(|target| (target.measured, target.met)).collect();
        assert_eq!(verdicts, [(1.3, false), (0.4, true), (200.0, true), (15.0, true), (0.0, true), (1.05, true)]);
    }

    #[test]
    fn of_rows_that_were_not_measured_nothing_is_told() {
        let told = targets(&[row(500, 50, 3.0, 0.4)], &[]);
        assert_eq!(told.len(), 2, "of the floor, and that all of it arrived");
        let lost = [Row { lacking: 1, ..row(500, 50, 3.0, 0.4) }];
        assert!(targets(&lost, &[]).iter().any(|target| !target.met), "all but one is not all");
    }
}
