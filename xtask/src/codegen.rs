//! What is generated from the protocol and committed. That it is fresh is held by a test in `tests/`.

use anyhow::Result;

use crate::{
    process::{command, run},
    setup,
};

/// Writes it. Builds neither the app nor the page, which may not build without it.
pub(crate) fn write() -> Result<()> {
    setup::system_packages()?;
    run(&mut command(env!("CARGO"), &["run", "--locked", "--quiet", "--package", "houselights-tests", "--bin", "codegen"]))
}
