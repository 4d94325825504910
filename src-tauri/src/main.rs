//! The app.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::{process::ExitCode, time::Instant};

use clap::Parser;
use houselights_app::{cli::Cli, run};

fn main() -> ExitCode {
    let started = Instant::now();
    let cli = Cli::parse();
    #[cfg(target_os = "linux")]
    if !cli.headless {
        draw_in_software();
    }
    run(cli, started)
}

/// On a machine without a graphics device the web view's shared-buffer renderer costs three times as much. It reads the
/// switch from the environment, so the process starts itself again with it; the person's own setting wins.
#[cfg(target_os = "linux")]
fn draw_in_software() {
    use std::{env, os::unix::process::CommandExt, path::Path, process::Command};

    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if env::var_os(SWITCH).is_some() || Path::new("/dev/dri").exists() {
        return;
    }
    if let Ok(itself) = env::current_exe() {
        // Comes back only where it fails; the app then runs as it is.
        let _ = Command::new(itself).args(env::args_os().skip(1)).env(SWITCH, "1").exec();
    }
}
