//! Runs whole rooms with faults, seed by seed; the first that does not hold ends it with what went wrong.

use std::{panic::catch_unwind, process::ExitCode};

use clap::Parser;
use houselights_tests::sim::simulate;

/// Simulates rooms whose store, network and clients fail as a seed has it.
#[derive(Debug, Parser)]
struct Arguments {
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// How many.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
}

fn main() -> ExitCode {
    let Arguments { from, seeds } = Arguments::parse();
    for seed in from..from.saturating_add(seeds) {
        match catch_unwind(|| simulate(seed)) {
            Ok(Ok(course)) => println!("seed {seed}: {course:?}"),
            Ok(Err(problem)) => {
                eprintln!("{problem}");
                return ExitCode::FAILURE;
            }
            Err(_) => {
                eprintln!("seed {seed}: a panic, as told above");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{seeds} rooms held");
    ExitCode::SUCCESS
}
