//! Whole rooms with faults.

use anyhow::Result;

use crate::{cargo::cargo, process::run, setup};

/// Builds the simulation and runs it.
pub(crate) fn simulate(arguments: &[&str]) -> Result<()> {
    setup::to_build()?;
    let rest: Vec<&str> = ["--bin", "houselights-simulate", "--"].into_iter().chain(arguments.iter().copied()).collect();
    run(&mut cargo("run", &rest))
}
