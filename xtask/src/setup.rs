//! Installs what a task needs and the machine lacks, and says what it does.

use std::{fs, path::Path, process::Command, time::SystemTime};

use anyhow::{Context, Result};

use crate::process::{command, is_installed, npm, output, root, run, say};

/// What Debian and Ubuntu must have, by what it is for.
const DEBIAN: [(&str, &[&str]); 5] = [
    ("to compile and link", &["build-essential", "pkg-config", "cmake", "clang", "libclang-dev"]),
    ("for the app: webview, video, sound", &["libwebkit2gtk-4.1-dev", "libvpx-dev", "libasound2-dev"]),
    ("to run and drive the app without a display", &["xvfb", "xauth", "dbus", "gnome-keyring", "webkit2gtk-driver"]),
    ("to test the store on PostgreSQL", &["postgresql"]),
    ("to take and judge screenshots", &["imagemagick", "fonts-dejavu-core", "fonts-noto-color-emoji"]),
];

/// The tools of `check`, built from source into `target/tools`: about two minutes, once.
const TOOLS: [(&str, &str); 2] = [("cargo-machete", "0.9.2"), ("cargo-deny", "0.20.2")];

/// Everything that any task needs.
pub(crate) fn everything() -> Result<()> {
    system_packages()?;
    page()?;
    npm_packages("tests/e2e")?;
    tools()
}

/// What Cargo needs: system packages, and the built page, which the app embeds.
pub(crate) fn to_build() -> Result<()> {
    system_packages()?;
    page()
}

/// Debian packages; elsewhere one is told what to look for.
pub(crate) fn system_packages() -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    if !is_installed("dpkg-query") {
        let names: Vec<&str> = DEBIAN.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        say(&format!("This is not Debian or Ubuntu: if the build fails, install what they call {}", names.join(", ")));
        return Ok(());
    }
    let mut missing: Vec<&str> = Vec::new();
    for (purpose, names) in DEBIAN {
        let lacking: Vec<&str> = names.iter().copied().filter(|name| !has_package(name)).collect();
        if !lacking.is_empty() {
            say(&format!("Missing {purpose}: {}", lacking.join(", ")));
        }
        missing.extend(lacking);
    }
    if missing.is_empty() {
        return Ok(());
    }
    say("Installing them with apt-get");
    run(&mut as_root("apt-get", &["update", "-q"]))?;
    let mut words = vec!["install", "-y", "-q", "--no-install-recommends"];
    words.extend(missing);
    run(as_root("apt-get", &words).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn has_package(name: &str) -> bool {
    // Quiet: dpkg-query complains about packages that it has never heard of.
    let found = Command::new("dpkg-query").args(["-W", "-f", "${db:Status-Status}", name]).output();
    found.is_ok_and(|found| found.status.success() && found.stdout == b"installed")
}

fn as_root(program: &str, arguments: &[&str]) -> Command {
    let is_root = output(&mut command("id", &["-u"])).is_ok_and(|id| id.trim() == "0");
    if is_root {
        return command(program, arguments);
    }
    let mut words = vec!["--preserve-env=DEBIAN_FRONTEND", program];
    words.extend(arguments);
    command("sudo", &words)
}

/// The page's packages, and the page itself when it is older than its sources.
pub(crate) fn page() -> Result<()> {
    npm_packages("ui")?;
    let ui = root().join("ui");
    let mut sources = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(&ui).context("cannot read ui/")? {
        let entry = entry?;
        if !["dist", "node_modules"].iter().any(|made| entry.file_name() == *made) {
            sources = sources.max(newest(&entry.path())?);
        }
    }
    if fs::metadata(ui.join("dist/index.html")).and_then(|page| page.modified()).is_ok_and(|built| built >= sources) {
        return Ok(());
    }
    say("Building the page");
    run(&mut npm("ui", &["run", "build"]))
}

fn newest(path: &Path) -> Result<SystemTime> {
    let about = fs::metadata(path)?;
    let mut newest = about.modified()?;
    if about.is_dir() {
        for entry in fs::read_dir(path)? {
            newest = newest.max(self::newest(&entry?.path())?);
        }
    }
    Ok(newest)
}

/// `npm ci` in a folder, when what is installed is not what its lock file says.
pub(crate) fn npm_packages(folder: &str) -> Result<()> {
    let folder_path = root().join(folder);
    let changed = |file: &str| fs::metadata(folder_path.join(file)).and_then(|file| file.modified());
    let wanted = changed("package-lock.json").with_context(|| format!("{folder} has no package-lock.json"))?;
    if changed("node_modules/.package-lock.json").is_ok_and(|installed| installed >= wanted) {
        return Ok(());
    }
    say(&format!("Installing the npm packages of {folder}"));
    run(&mut npm(folder, &["ci", "--no-audit", "--no-fund"]))
}

/// Cargo's helpers, of exactly these versions.
pub(crate) fn tools() -> Result<()> {
    let place = root().join("target/tools");
    let installed = fs::read_to_string(place.join(".crates.toml")).unwrap_or_default();
    for (name, version) in TOOLS {
        if installed.contains(&format!("\"{name} {version} ")) {
            continue;
        }
        say(&format!("Building {name} {version} into target/tools"));
        let package = format!("{name}@{version}");
        let mut install = command(env!("CARGO"), &["install", "--locked", "--quiet", "--debug", "--no-default-features"]);
        install.args([&package, "--root"]).arg(&place);
        // Fast to build: a debug build without debug information, outside the workspace's own target folder.
        install.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_TARGET_DIR", place.join("build"));
        run(&mut install)?;
    }
    let _ = fs::remove_dir_all(place.join("build"));
    Ok(())
}
