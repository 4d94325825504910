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
/// switch from the environment; the person's own setting wins. Nothing else runs yet that could read the environment
/// meanwhile: this is the first thing that the process does.
#[cfg(target_os = "linux")]
fn draw_in_software() {
    if !std::path::Path::new("/dev/dri").exists() {
        // It fails only for a name that is none.
        let _ = glib::setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1", false);
    }
}
