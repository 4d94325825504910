//! A crowd for a server: `cargo xtask load` builds and calls it.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use houselights_tests::load::{Options, report::html, run, work};

/// Sends a crowd to a Houselights server, lets it talk, and tells what it met
///
/// Everybody signs in through the open invite of an event, keeps a connection, and comes back as the app does. Take an event made for it (`houselights-server
/// event create --title Load --json`), for each client is a participant from then on, and says what it says in the chat.
///
/// What goes on is said on standard error, the report on the output. The exit code is 1 where the run was not whole: somebody did not come in, was
/// refused, or lacks something.
///
/// A server counts by network address who signs in how often. On the server's own machine the crowd comes from many addresses; from elsewhere,
/// start the server with `--logins-per-minute 1000000 --strangers-per-address 100000` for the test. More than 20,000 at once need
/// `--max-connections`, and a process may have as many connections as it may have files open: `ulimit -n`.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask load", version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Arguments {
    #[command(flatten)]
    options: Option<Options>,
    #[command(subcommand)]
    part: Option<PartOfIt>,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum PartOfIt {
    /// One of the crowd's processes.
    #[command(hide = true, name = "load-worker")]
    Worker,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Arguments { options, part } = Arguments::parse();
    let outcome = match (part, options) {
        (Some(PartOfIt::Worker), _) => work().await.map(|()| true),
        (None, Some(options)) => load(&options).await,
        (None, None) => Err(anyhow::anyhow!("nothing was asked for: see --help")),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("load: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the run was whole.
async fn load(options: &Options) -> Result<bool> {
    let report = run(options).await?;
    if let Some(path) = &options.html {
        std::fs::write(path, html::page(&report)).with_context(|| format!("cannot write {}", path.display()))?;
        eprintln!("load: the page is {}", path.display());
    }
    if options.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!("{report}");
    }
    Ok(report.whole)
}
