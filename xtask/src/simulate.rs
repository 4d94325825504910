//! Whole rooms with faults.

use anyhow::Result;

use crate::{
    cargo::{binary, cargo},
    process::{command, run},
    setup,
};

/// The program that does it.
const PROGRAM: &str = "houselights-simulate";

/// Builds the simulation and runs it.
pub(crate) fn simulate(arguments: &[&str]) -> Result<()> {
    setup::to_build()?;
    run(&mut cargo("build", &["--bin", PROGRAM]))?;
    run(&mut command(binary("debug", PROGRAM), arguments))
}
