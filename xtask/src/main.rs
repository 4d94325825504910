//! The project's tasks: `cargo xtask help` lists them. Small on purpose, so that it builds in seconds on a fresh machine.

mod bench;
mod cargo;
mod check;
mod codegen;
mod demo;
mod desktop;
mod e2e;
mod load;
mod process;
mod server;
mod setup;
mod simulate;
mod test;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask <task>

  demo [--role attendee|speaker|producer|organizer]
                 Installs what is missing, builds, starts a server with a demo event whose speaker sends a clip (for the
                 organizer: with a conference), and opens the app in that role (attendee unless said). Without a display it runs under Xvfb, writes
                 out/demo-<role>.png and stops; otherwise it runs until Ctrl-C.
  check          Formatting, lints, documentation, licences, unused dependencies, the types and the style of the page.
  test           Every test: Rust, the page, and end to end. The last line counts them.
  e2e            The end-to-end tests alone: the real server and real app windows. Screenshots go to out/e2e/.
  bench <forward|fanout|storm|hands|api|glass|page> [--json] [-- further arguments]
                 Measures a release build. The last line of the output is JSON; --json prints nothing else. `page` measures the
                 page in WebKitGTK and in Chromium, or in one of them: -- --engine webkit.
  load --invite <link> [--clients N] [--rate N] [--storm] [--json] [--html FILE] …
                 Sends a crowd to any server, lets it talk, cuts it off, and tells what it met. `load --help` has all of it.
  simulate [--from SEED] [--seeds N]
                 Whole rooms with faults, in virtual time: 1,000 of them unless said. A seed that fails is printed.
  codegen        Writes what is generated from the Rust types: the page's protocol, the wire fixtures.
  setup          Installs what is missing and stops. The other tasks do this by themselves.
  help           This.

CI runs `check` and `test`.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["demo", rest @ ..] => demo::demo(rest),
        ["check"] => check::check(),
        ["test"] => test::test(),
        ["e2e", rest @ ..] => e2e::e2e(rest),
        ["bench", name, rest @ ..] => bench::bench(name, rest),
        ["load", rest @ ..] => load::load(rest),
        ["simulate", rest @ ..] => simulate::simulate(rest),
        ["codegen"] => codegen::write(),
        ["setup"] => setup::everything(),
        ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        [] => bail!("name a task\n\n{HELP}"),
        other => bail!("unknown task `{}`\n\n{HELP}", other.join(" ")),
    }
}
