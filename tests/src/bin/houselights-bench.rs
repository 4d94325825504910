//! The benches of the server. `cargo xtask bench` builds and calls it; the last line of its output is JSON.

use std::{net::SocketAddr, num::NonZero};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use houselights_tests::{
    bench::{api, cores::keep_to, fanout, floor, forward, hands, storm},
    load::work,
};
use serde::Serialize;
use serde_json::{Value, json};

/// Measures the server that was built beside this program.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// One publisher, many subscribers: what it costs to forward.
    Forward {
        /// Subscribers, a row each.
        #[arg(long, value_delimiter = ',', default_value = "10,50,100,200")]
        subscribers: Vec<u32>,
        /// Accepted for the sake of uniformity: the last line is always JSON.
        #[arg(long)]
        json: bool,
    },
    /// A part of `forward`: the people.
    #[command(hide = true)]
    ForwardClients {
        #[arg(long)]
        server: SocketAddr,
        #[arg(long)]
        speaker: String,
        #[arg(long)]
        producer: String,
        #[arg(long)]
        attendee: String,
    },
    /// A part of `forward`: sends what the floor sends.
    #[command(hide = true)]
    ForwardFloor {
        #[arg(long)]
        ports: String,
    },
    /// A part of `forward`: reads what the floor sends.
    #[command(hide = true)]
    ForwardSink {
        #[arg(long)]
        subscribers: u32,
    },
    /// Pages and the API over a large database: what it costs to read, and to register.
    Api {
        /// Reads a second.
        #[arg(long, default_value_t = 200)]
        rate: u32,
        /// Accepted for the sake of uniformity: the last line is always JSON.
        #[arg(long)]
        json: bool,
    },
    /// Hands are taken: how long until the audience hears whose they were.
    Hands {
        /// How many are up.
        #[arg(long, default_value_t = 200)]
        hands: u32,
        /// How many of them are taken, one after the other.
        #[arg(long, default_value_t = 40)]
        taken: u32,
        /// On how many cores at most, with its clients.
        #[arg(long, default_value = "2")]
        cores: NonZero<usize>,
        /// Accepted for the sake of uniformity: the last line is always JSON.
        #[arg(long)]
        json: bool,
    },
    /// One room, many connections: what it costs to tell everyone.
    Fanout {
        /// Connections, a row each for each rate.
        #[arg(long, value_delimiter = ',', default_value = "500,2000,5000,10000")]
        connections: Vec<u32>,
        /// Messages a second.
        #[arg(long, value_delimiter = ',', default_value = "10,50,200")]
        rates: Vec<u32>,
        /// Connections of which is compared what each viewer costs, at one rate.
        #[arg(long, value_delimiter = ',', default_value = "1000,2000,4000,8000")]
        viewers: Vec<u32>,
        /// That rate.
        #[arg(long, default_value_t = 10)]
        viewers_rate: u32,
        /// For how long each row sends.
        #[arg(long, default_value_t = 20)]
        seconds: u32,
        /// On how many cores at most, with its clients.
        #[arg(long, default_value = "2")]
        cores: NonZero<usize>,
        /// Accepted for the sake of uniformity: the last line is always JSON.
        #[arg(long)]
        json: bool,
    },
    /// Crowds that come, vote, are cut and stop reading: what they do to those who are in.
    Storm {
        /// Who comes, votes, and is cut.
        #[arg(long, default_value_t = 10_000)]
        clients: u32,
        /// Who is inside while they come.
        #[arg(long, default_value_t = 1_000)]
        inside: u32,
        /// How many come a second.
        #[arg(long, default_value_t = 1_000)]
        joins: u32,
        /// Chat messages a second.
        #[arg(long, default_value_t = 10)]
        rate: u32,
        /// Over how many seconds everybody votes.
        #[arg(long, default_value_t = 5)]
        votes: u32,
        /// How many stop reading.
        #[arg(long, default_value_t = 100)]
        stopped: u32,
        /// For how long each part goes on.
        #[arg(long, default_value_t = 20)]
        seconds: u32,
        /// On how many cores at most, with its clients.
        #[arg(long, default_value = "2")]
        cores: NonZero<usize>,
        /// Accepted for the sake of uniformity: the last line is always JSON.
        #[arg(long)]
        json: bool,
    },
    /// A part of `fanout` and `storm`: clients, as `houselights-load` has them.
    #[command(hide = true, name = "load-worker")]
    LoadWorker,
    /// A part of `fanout`: writes what the floor writes.
    #[command(hide = true)]
    FanoutFloor {
        #[arg(long)]
        connections: u32,
    },
    /// A part of `fanout`: reads what the floor writes.
    #[command(hide = true)]
    FanoutSink {
        #[arg(long)]
        server: SocketAddr,
        #[arg(long)]
        connections: u32,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    // `reqwest` wants to know whose TLS it is, even where none is spoken. A second installation would be refused: harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match Arguments::parse().bench {
        Bench::Forward { subscribers, json: _ } => print("forward", &forward::rows(&subscribers)?),
        Bench::ForwardClients { server, speaker, producer, attendee } => {
            forward::attend(server, forward::Secrets { speaker, producer, attendee }).await?;
        }
        Bench::ForwardFloor { ports } => forward::send(&ports)?,
        Bench::ForwardSink { subscribers } => forward::read(subscribers).await?,
        Bench::Api { rate, json: _ } => print("api", &api::rows(rate).await?),
        Bench::Hands { hands, taken, cores, json: _ } => {
            let cores = keep_to(cores)?;
            println!("{}", json!({ "bench": "hands", "cores": cores, "rows": hands::rows(hands, taken).await? }));
        }
        Bench::Fanout { connections, rates, viewers, viewers_rate, seconds, cores, json: _ } => {
            let cores = keep_to(cores)?;
            let wanted = fanout::Rows { connections, rates, viewers, viewers_rate, seconds };
            print_measured(&fanout::measure(&wanted)?, cores)?;
        }
        Bench::Storm { clients, inside, joins, rate, votes, stopped, seconds, cores, json: _ } => {
            let cores = keep_to(cores)?;
            let wanted = storm::Wanted { clients, inside, joins, rate, votes, stopped, seconds };
            print_measured(&storm::measure(wanted).await?, cores)?;
        }
        Bench::LoadWorker => work().await?,
        Bench::FanoutFloor { connections } => floor::write(connections)?,
        Bench::FanoutSink { server, connections } => floor::read(server, connections).await?,
    }
    Ok(())
}

fn print(bench: &str, rows: &[Value]) {
    println!("{}", json!({ "bench": bench, "rows": rows }));
}

fn print_measured(measured: &impl Serialize, cores: usize) -> Result<()> {
    let mut told = serde_json::to_value(measured)?;
    told.as_object_mut().context("what was measured has names")?.insert("cores".to_owned(), cores.into());
    println!("{told}");
    Ok(())
}
