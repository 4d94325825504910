//! The binary around [`houselights_server`].

use std::process::ExitCode;

/// Rows are made on the threads that read the store and freed where requests are answered: with the system's allocator these wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    houselights_server::cli::main()
}
