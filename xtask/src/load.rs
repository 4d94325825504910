//! A crowd for a server, from a release build: what a client costs is taken from the machine that is measured.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{
    cargo::{binary, cargo},
    process::{run, say},
    setup,
};

/// The program that does it.
const PROGRAM: &str = "houselights-load";

/// Builds, and sends the crowd; its output and its input are the task's, and files lie where the task was called.
pub(crate) fn load(arguments: &[&str]) -> Result<()> {
    setup::system_packages()?;
    say("Building for release");
    run(&mut cargo("build", &["--release", "--bin", PROGRAM]))?;
    let further = arguments.iter().filter(|word| **word != "--");
    let mut crowd = Command::new(binary("release", PROGRAM));
    // The invite may be among the arguments: they are not shown.
    let status = crowd.args(further).stdin(Stdio::inherit()).status().with_context(|| format!("cannot start {PROGRAM}"))?;
    if status.success() { Ok(()) } else { bail!("the run was not whole: {status}") }
}
