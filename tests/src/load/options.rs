//! What can be asked of the tool, and what that comes to.

use std::{io::stdin, path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use clap::{Args, value_parser};
use url::Url;

use super::{
    crowd::Pace,
    files::{divide, limit},
    invitation::Invitation,
};

/// An address of this machine takes so many of the crowd's clients: a server counts by address who signs in how often.
const CLIENTS_AN_ADDRESS: u32 = 250;
/// 127.0.0.2 and on.
const MOST_ADDRESSES: u32 = 250;

/// What can be asked for.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The invite for the whole audience, a link or the secret in it; `-` reads it from standard input
    #[arg(long, env = "HOUSELIGHTS_INVITE", hide_env_values = true)]
    pub invite: String,
    /// Where the server is, where that is not where the link leads [default: the link's]
    #[arg(long, value_name = "URL")]
    pub server: Option<Url>,
    /// How many come
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub clients: u32,
    /// How many of them a second
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = value_parser!(u32).range(1..=100_000))]
    pub joins: u32,
    /// For how long each tries to get in, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = value_parser!(u32).range(1..=3_600))]
    pub patience: u32,
    /// Chat messages a second, of all together; nobody says more than two a second
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = value_parser!(u32).range(0..=10_000))]
    pub rate: u32,
    /// Reactions a second, of all together; nobody throws more than two a second
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = value_parser!(u32).range(0..=10_000))]
    pub reactions: u32,
    /// Everybody votes once in a poll that somebody opens meanwhile, within so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u32).range(1..=3_600))]
    pub votes: Option<u32>,
    /// For how long they talk
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = value_parser!(u32).range(1..=86_400))]
    pub seconds: u32,
    /// Then cut all connections at once, while they go on talking, and measure how long it takes until everybody is back and has everything
    #[arg(long)]
    pub storm: bool,
    /// How long that may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = value_parser!(u32).range(1..=3_600))]
    pub within: u32,
    /// Processes that the crowd is divided over [default: one for each 5,000, or as many as the limit of open files asks for]
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=1_000))]
    pub processes: Option<u32>,
    /// Addresses of this machine (127.0.0.2 and on) that the crowd comes from, where the server is on this machine, too; 0 leaves it to the
    /// system [default on Linux: one for each 250 clients]
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(0..=i64::from(MOST_ADDRESSES)))]
    pub addresses: Option<u32>,
    /// Print the report as one line of JSON, and nothing else
    #[arg(long)]
    pub json: bool,
    /// Write the report as a page, too, with plots
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// What that comes to.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where to, and what with.
    pub invitation: Invitation,
    /// How many each process takes.
    pub processes: Vec<u32>,
    /// How many come a second.
    pub joins: f64,
    /// For how long each tries.
    pub patience: Duration,
    /// From how many addresses of this machine.
    pub addresses: u32,
    /// Over how long votes are spread; nothing where nobody votes.
    pub votes: Option<Duration>,
}

impl Plan {
    /// A crowd of so many, in so many processes or as few as do, that comes as fast as is sensible.
    pub fn new(invitation: Invitation, clients: u32, processes: Option<u32>) -> Result<Self> {
        Ok(Self {
            invitation,
            processes: divide(clients, processes, limit())?,
            joins: 1_000.0,
            patience: Duration::from_mins(1),
            addresses: addresses_for(clients),
            votes: None,
        })
    }

    /// How many come.
    #[must_use]
    pub fn clients(&self) -> u32 {
        self.processes.iter().sum()
    }
}

impl Options {
    /// What the crowd does a second.
    pub(super) fn pace(&self) -> Pace {
        Pace { messages: self.rate.into(), reactions: self.reactions.into() }
    }

    /// What they come to, or why they cannot be.
    pub fn plan(&self) -> Result<Plan> {
        let mut invite = self.invite.clone();
        if invite == "-" {
            invite.clear();
            stdin().read_line(&mut invite).context("there is no invite on standard input")?;
        }
        let plan = Plan::new(Invitation::read(&invite, self.server.as_ref())?, self.clients, self.processes)?;
        Ok(Plan {
            joins: self.joins.into(),
            patience: Duration::from_secs(self.patience.into()),
            addresses: self.addresses.unwrap_or(plan.addresses),
            votes: self.votes.map(|seconds| Duration::from_secs(seconds.into())),
            ..plan
        })
    }
}

/// Elsewhere than on Linux an address of this machine has to be set up before anything can come from it.
fn addresses_for(clients: u32) -> u32 {
    if cfg!(target_os = "linux") { clients.div_ceil(CLIENTS_AN_ADDRESS).min(MOST_ADDRESSES) } else { 0 }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Told {
        #[command(flatten)]
        options: Options,
    }

    fn options(words: &[&str]) -> Result<Options, clap::Error> {
        let invite = ["load", "--invite", "http://127.0.0.1:8080/join/s3cret"];
        Told::try_parse_from(invite.iter().chain(words)).map(|told| told.options)
    }

    #[test]
    fn a_crowd_comes_from_an_address_for_each_few_hundred() {
        let addresses = |words| options(words).unwrap().plan().unwrap().addresses;
        assert_eq!(addresses(&["--clients", "10000", "--addresses", "3"]), 3);
        if cfg!(target_os = "linux") {
            assert_eq!(addresses(&["--clients", "10000"]), 40);
            assert_eq!(addresses(&["--clients", "1000000", "--processes", "1000"]), MOST_ADDRESSES);
        }
    }

    #[test]
    fn numbers_that_make_no_sense_are_refused() {
        for words in [
            ["--clients", "0"],
            ["--clients", "many"],
            ["--joins", "0"],
            ["--seconds", "0"],
            ["--rate", "-1"],
            ["--within", "0"],
            ["--addresses", "251"],
            ["--server", "not a url"],
        ] {
            assert!(options(&words).is_err(), "{words:?}");
        }
    }
}
