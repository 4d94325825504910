//! Cargo, always with the same selection of packages and features, so that no task builds again what another has built.

use std::process::Command;

use crate::process::{command, root};

/// `custom-protocol` makes the app load the page that is built into it; without it the app asks a development server.
const SELECTION: [&str; 4] = ["--workspace", "--locked", "--features", "houselights-app/custom-protocol"];

/// `cargo <subcommand> --workspace …`.
pub(crate) fn cargo(subcommand: &str, arguments: &[&str]) -> Command {
    let mut words = vec![subcommand];
    words.extend(SELECTION);
    words.extend(arguments);
    command(env!("CARGO"), &words)
}

/// A program of this workspace, built by `cargo build`.
pub(crate) fn binary(profile: &str, name: &str) -> std::path::PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    root().join(target).join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
