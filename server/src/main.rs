//! The binary around [`houselights_server`].

use std::process::ExitCode;

fn main() -> ExitCode {
    houselights_server::cli::main()
}
