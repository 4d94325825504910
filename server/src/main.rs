//! The binary around [`houselights_server`].

use std::process::ExitCode;

use clap::Parser;
use houselights_server::cli::Cli;

/// The threads that run tasks: at least two, so that one room's busy moment does not hold up another's.
const FEWEST_THREADS: usize = 2;
/// Tasks keep their state on the heap; deep stacks are not needed.
const STACK: usize = 1024 * 1024;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let threads = std::thread::available_parallelism().map_or(FEWEST_THREADS, |cores| cores.get().max(FEWEST_THREADS));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .max_blocking_threads(8)
        .thread_stack_size(STACK)
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(cli.run());
            // Whatever still runs has had its time.
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("houselights-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}
