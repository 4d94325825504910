//! The event server as a program of this crate, so that the integration tests can start it as a process and kill it.

use std::process::ExitCode;

use clap::Parser;
use houselights_server::cli::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("houselights-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}
