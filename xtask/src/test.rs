//! Every test, and one honest sum.

use std::{env, num::NonZero, ops::AddAssign, thread};

use anyhow::{Context, Result, bail};

use crate::{
    cargo::cargo,
    desktop::Desktop,
    e2e,
    process::{npm, root, run, say, tee},
    setup,
};

type Runner = (&'static str, fn() -> Result<Sum>);

/// What a runner counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Sum {
    /// An error if anything failed.
    pub(crate) fn verdict(self) -> Result<()> {
        if self.failed == 0 {
            return Ok(());
        }
        bail!("{} failed", self.failed)
    }
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Runs all of them even if some fail, and prints the sum on the last line.
pub(crate) fn test() -> Result<()> {
    setup::to_build()?;
    setup::npm_packages("tests/e2e")?;
    say("Building");
    run(&mut cargo("build", &["--bins", "--tests"]))?;
    let runners: [Runner; 3] = [("Rust", rust), ("the page", page), ("end to end", || e2e::run_tests(&[]))];
    let mut sum = Sum::default();
    let mut broken = Vec::new();
    for (name, runner) in runners {
        say(&format!("Tests: {name}"));
        match runner() {
            Ok(counted) if counted == Sum::default() => broken.push(format!("{name}: no test ran")),
            Ok(counted) => sum += counted,
            Err(error) => broken.push(format!("{name}: {error:#}")),
        }
    }
    for problem in &broken {
        eprintln!("{problem}");
    }
    // A runner that broke is a failure that it did not count itself.
    sum.failed += broken.len() as u64;
    println!("{} passed, {} failed", sum.passed, sum.failed);
    sum.verdict()
}

/// Most tests wait for a server and its clients more than they work: two to a core take little more than half of the time.
const THREADS: &str = "RUST_TEST_THREADS";

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

fn rust() -> Result<Sum> {
    let desktop = Desktop::start()?;
    let mut tests = cargo("test", &["--no-fail-fast"]);
    if env::var_os(THREADS).is_none() {
        tests.env(THREADS, (2 * cores()).to_string());
    }
    desktop.dress(&mut tests);
    let (status, output) = tee(&mut tests)?;
    let sum = cargo_sum(&output);
    if !status.success() && sum.failed == 0 {
        bail!("cargo test failed without a failed test: {status}");
    }
    Ok(sum)
}

/// Adds up lines such as `test result: ok. 12 passed; 0 failed; 0 ignored; …`.
fn cargo_sum(output: &str) -> Sum {
    let mut sum = Sum::default();
    for line in output.lines() {
        let Some((_, counts)) = line.split_once("test result: ") else { continue };
        let count = |word: &str| {
            let (before, _) = counts.split_once(word)?;
            before.split_whitespace().last()?.parse::<u64>().ok()
        };
        sum += Sum { passed: count(" passed").unwrap_or(0), failed: count(" failed").unwrap_or(0) };
    }
    sum
}

fn page() -> Result<Sum> {
    let report = root().join("target/vitest.json");
    let _ = std::fs::remove_file(&report);
    let output = format!("--outputFile.json={}", report.display());
    let ended = run(&mut npm("ui", &["run", "test", "--", "--reporter=default", "--reporter=json", &output]));
    let text = std::fs::read_to_string(&report).context("vitest wrote no report")?;
    let report: serde_json::Value = serde_json::from_str(&text).context("vitest's report is not JSON")?;
    let count = |name: &str| report.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
    let sum = Sum { passed: count("numPassedTests"), failed: count("numFailedTests") };
    if sum.failed == 0 { ended.map(|()| sum) } else { Ok(sum) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_binary_of_cargo_test_counts() {
        let output = "running 2 tests\ntest a ... ok\n\
             test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             test result: FAILED. 10 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.00s\n";
        assert_eq!(cargo_sum(output), Sum { passed: 12, failed: 3 });
    }

    #[test]
    fn output_without_a_result_counts_nothing() {
        assert_eq!(cargo_sum("error: could not compile"), Sum::default());
    }
}
