//! What a reader should not have to look for: style, lints, documentation, licences, leftovers.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    cargo::cargo,
    process::{command, npm, root, run, say},
    setup,
};

/// Runs every check, and names at the end those that failed.
pub(crate) fn check() -> Result<()> {
    setup::everything()?;
    let tool = |name: &str| root().join("target/tools/bin").join(name);
    let strict = ["--", "-D", "warnings"];
    let clippy = [&["--all-targets"], strict.as_slice()].concat();
    let mut documentation = cargo("doc", &["--no-deps"]);
    documentation.env("RUSTDOCFLAGS", "-D warnings");
    let checks = [
        ("formatting", command(env!("CARGO"), &["fmt", "--all", "--check"])),
        ("unused dependencies", command(tool("cargo-machete"), &["--skip-target-dir"])),
        ("licences, bans and sources", command(tool("cargo-deny"), &["check", "bans", "licenses", "sources"])),
        ("the page: types and style", npm("ui", &["run", "check"])),
        ("the end-to-end tests: style", style_of_tests()),
        ("lints", cargo("clippy", &clippy)),
        ("documentation", documentation),
    ];
    let mut failed = Vec::new();
    for (name, mut check) in checks {
        say(name);
        if let Err(error) = run(&mut check) {
            eprintln!("{error:#}");
            failed.push(name);
        }
    }
    if failed.is_empty() {
        say("All checks passed");
        Ok(())
    } else {
        bail!("failed: {}", failed.join("; "))
    }
}

/// The page's Biome, in the tests' folder, where their configuration lies.
fn style_of_tests() -> Command {
    let biome = root().join("ui/node_modules/.bin").join(if cfg!(windows) { "biome.cmd" } else { "biome" });
    let mut style = command(biome, &["ci", "."]);
    style.current_dir(root().join("tests/e2e"));
    style
}
