//! The end-to-end tests: Node drives the real server and real app windows through `WebDriver`. Linux only, since macOS has
//! no `WebDriver` for its webview.

use anyhow::{Result, bail};

use crate::{
    cargo::{binary, cargo},
    desktop::Desktop,
    process::{command, root, run, tee},
    setup,
    test::Sum,
};

/// The task: builds, runs, and sums up.
pub(crate) fn e2e(arguments: &[&str]) -> Result<()> {
    setup::to_build()?;
    setup::npm_packages("tests/e2e")?;
    run(&mut cargo("build", &["--bins"]))?;
    let sum = run_tests(arguments)?;
    println!("{} passed, {} failed", sum.passed, sum.failed);
    sum.verdict()
}

/// Runs `tests/e2e/*.test.mjs` on what is built. `arguments` go to Node's runner.
pub(crate) fn run_tests(arguments: &[&str]) -> Result<Sum> {
    if !cfg!(target_os = "linux") {
        bail!("the end-to-end tests run on Linux only");
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root().join("tests/e2e"))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    let desktop = Desktop::start()?;
    let mut tests = command("node", &["--test", "--test-concurrency=1", "--test-reporter=spec"]);
    tests.args(arguments).args(files);
    programs(&mut tests, "debug");
    desktop.dress(&mut tests);
    let (status, output) = tee(&mut tests)?;
    let sum = node_sum(&output);
    if !status.success() && sum.failed == 0 {
        bail!("the end-to-end tests failed without a failed test: {status}");
    }
    Ok(sum)
}

/// Tells a Node script where the programs are, and where pictures go.
pub(crate) fn programs(script: &mut std::process::Command, profile: &str) {
    script
        .env("HOUSELIGHTS_E2E_SERVER", binary(profile, "houselights-server"))
        .env("HOUSELIGHTS_E2E_APP", binary(profile, "houselights"))
        .env("HOUSELIGHTS_E2E_LOAD", binary(profile, "houselights-load"))
        .env("HOUSELIGHTS_E2E_OUT", root().join("out/e2e"));
}

/// Reads the closing lines of Node's runner: `ℹ pass 5`, `ℹ fail 0`.
fn node_sum(output: &str) -> Sum {
    let count = |word: &str| {
        let is_it = |line: &&str| line.split_whitespace().nth(1) == Some(word) && line.starts_with(['ℹ', '#']);
        let line = output.lines().rev().find(is_it)?;
        line.split_whitespace().nth(2)?.parse::<u64>().ok()
    };
    let failed = count("fail").unwrap_or(0) + count("cancelled").unwrap_or(0);
    Sum { passed: count("pass").unwrap_or(0), failed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_summary_of_node_counts() {
        let output = "✔ chat crosses (5ms)\nℹ tests 4\nℹ suites 0\nℹ pass 2\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\n";
        assert_eq!(node_sum(output), Sum { passed: 2, failed: 2 });
    }
}
