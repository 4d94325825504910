//! A desktop of our own where there is none: a virtual display, a message bus, and a key ring that is unlocked.

use std::{
    fs::File,
    path::PathBuf,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use anyhow::{Context, Result};

use crate::process::{Owned, until};

/// What an app needs around it. Dropping it ends its programs, the last started first.
pub(crate) struct Desktop {
    running: Vec<Owned>,
    environment: Vec<(&'static str, String)>,
    home: Option<Scratch>,
}

impl Desktop {
    /// On Linux a virtual display, a bus and a key ring; elsewhere the desktop that is there.
    pub(crate) fn start() -> Result<Self> {
        let mut desktop = Self { running: Vec::new(), environment: Vec::new(), home: None };
        if !cfg!(target_os = "linux") {
            return Ok(desktop);
        }
        let home = Scratch::new("desktop")?;
        for (name, folder) in
            [("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache"), ("XDG_RUNTIME_DIR", "run")]
        {
            let folder = home.path.join(folder);
            std::fs::create_dir(&folder)?;
            desktop.environment.push((name, folder.display().to_string()));
        }
        desktop.home = Some(home);
        desktop.environment.push(("NO_AT_BRIDGE", "1".into())); // GTK: no accessibility bus, and no warning about it
        desktop.environment.push(("GDK_BACKEND", "x11".into()));
        let display = desktop.add(
            "Xvfb",
            Command::new("Xvfb").args(["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"]),
            |line| line.parse::<u32>().ok(),
        )?;
        desktop.environment.push(("DISPLAY", format!(":{display}")));
        let bus = desktop.add(
            "dbus-daemon",
            Command::new("dbus-daemon").args(["--session", "--nofork", "--print-address=1"]),
            |line| line.starts_with("unix:").then(|| line.to_owned()),
        )?;
        desktop.environment.push(("DBUS_SESSION_BUS_ADDRESS", bus));
        desktop.add_key_ring()?;
        Ok(desktop)
    }

    fn add<T: Send + 'static>(
        &mut self,
        name: &str,
        command: &mut Command,
        ready: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> Result<T> {
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let (owned, answer) = Owned::start_until(name, command, ready)?;
        self.running.push(owned);
        Ok(answer)
    }

    /// The key ring is unlocked with an empty password, so it never asks.
    fn add_key_ring(&mut self) -> Result<()> {
        let Some(home) = &self.home else { return Ok(()) };
        let password = home.path.join("password");
        std::fs::write(&password, "\n")?;
        let ready = home.path.join("run/keyring/control");
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--unlock", "--components=secrets", "--foreground"]);
        self.dress(&mut command);
        let name = "gnome-keyring-daemon";
        self.running.push(Owned::start_fed(name, &command, File::open(&password)?)?);
        until(Duration::from_secs(10), || ready.exists().then_some(())).context("the key ring does not start")
    }

    /// Puts a command on this desktop.
    pub(crate) fn dress(&self, command: &mut Command) {
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        if self.home.is_some() {
            command.env_remove("WAYLAND_DISPLAY");
        }
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        while let Some(last) = self.running.pop() {
            drop(last);
        }
    }
}

/// A folder of this run's own, removed with what it holds.
pub(crate) struct Scratch {
    pub(crate) path: PathBuf,
}

impl Scratch {
    pub(crate) fn new(name: &str) -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("houselights-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self { path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
