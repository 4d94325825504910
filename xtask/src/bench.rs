//! Benches, on release builds. Each ends its output with one line of JSON.

use anyhow::{Result, bail};

use crate::{
    cargo::{binary, cargo},
    desktop::Desktop,
    e2e::programs,
    process::{command, run, say},
    setup,
};

/// Builds, and runs the bench; its output is the task's.
pub(crate) fn bench(name: &str, arguments: &[&str]) -> Result<()> {
    if !["forward", "fanout", "storm", "hands", "api", "glass", "page"].contains(&name) {
        bail!("there is no bench `{name}`: take forward, fanout, storm, hands, api, glass or page");
    }
    let further: Vec<&str> = arguments.iter().copied().filter(|word| *word != "--").collect();
    if name == "page" {
        return page(&further);
    }
    setup::to_build()?;
    say("Building for release");
    run(&mut cargo("build", &["--release", "--bins"]))?;
    if name == "glass" {
        return glass(&further);
    }
    let mut bench = command(binary("release", "houselights-bench"), &[name]);
    run(bench.args(further))
}

/// The app's bench drives real windows, as the end-to-end tests do.
fn glass(arguments: &[&str]) -> Result<()> {
    setup::npm_packages("tests/e2e")?;
    let desktop = Desktop::start()?;
    let mut bench = command("node", &["tests/e2e/bench/glass.mjs"]);
    bench.args(arguments);
    programs(&mut bench, "release");
    desktop.dress(&mut bench);
    run(&mut bench)
}

/// The page alone, with a core that pours messages into it, in the web view of this system and in Chromium. `--engine` takes one.
fn page(arguments: &[&str]) -> Result<()> {
    setup::system_packages()?;
    setup::npm_packages("ui")?;
    let desktop = Desktop::start()?;
    let mut bench = command("npm", &["run", "--silent", "bench", "--prefix", "ui", "--"]);
    bench.args(arguments);
    desktop.dress(&mut bench);
    run(&mut bench)
}
