//! The event server as a program of this crate, so that the integration tests can start it as a process and kill it: the same call
//! as the binary that is shipped, which the tests of another crate cannot be sure to find built.

use std::process::ExitCode;

fn main() -> ExitCode {
    houselights_server::cli::main()
}
