//! Running other programs: loudly, counted, or in the background under an owner that ends them.

use std::{
    fs::File,
    io::{BufRead, BufReader, IsTerminal},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Says what is about to happen; on standard error, so that a task's output stays its own.
pub(crate) fn say(text: &str) {
    if std::io::stderr().is_terminal() {
        eprintln!("\x1b[1;33m== {text}\x1b[0m");
    } else {
        eprintln!("== {text}");
    }
}

/// A command in the workspace's root.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// `npm` in a folder of the workspace.
pub(crate) fn npm(folder: &str, arguments: &[&str]) -> Command {
    let mut command = command(if cfg!(windows) { "npm.cmd" } else { "npm" }, arguments);
    command.current_dir(root().join(folder));
    command
}

/// Shows the command and runs it to its end.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    eprintln!("$ {}", line(command));
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("cannot start {}", line(command)))?;
    if status.success() { Ok(()) } else { bail!("`{}` failed: {status}", line(command)) }
}

/// Like [`run`], and keeps what it printed on its standard output.
pub(crate) fn tee(command: &mut Command) -> Result<(ExitStatus, String)> {
    eprintln!("$ {}", line(command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", line(command)))?;
    let mut kept = String::new();
    for text in BufReader::new(child.stdout.take().context("no output to read")?).lines() {
        let text = text?;
        println!("{text}");
        kept.push_str(&text);
        kept.push('\n');
    }
    Ok((child.wait()?, kept))
}

/// What a command prints; an error if it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", line(command)))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", line(command), output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Whether a program can be found.
pub(crate) fn is_installed(program: &str) -> bool {
    let Some(path) = std::env::var_os("PATH") else { return false };
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// A program in the background. Dropping it ends the program: asked first, killed when it has not gone after five seconds.
pub(crate) struct Owned {
    name: String,
    child: Child,
}

impl Owned {
    /// Starts it. On Linux the kernel ends it even if this process is killed.
    pub(crate) fn start(name: &str, command: &Command) -> Result<Self> {
        Self::launch(name, tied_to_us(command).stdin(Stdio::null()))
    }

    /// Starts it with a file for its standard input.
    pub(crate) fn start_fed(name: &str, command: &Command, input: File) -> Result<Self> {
        Self::launch(name, tied_to_us(command).stdin(input))
    }

    fn launch(name: &str, command: &mut Command) -> Result<Self> {
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name: name.to_owned(), child })
    }

    /// Starts it, and waits for the first line of its standard output that `wanted` takes. What it prints later is
    /// thrown away: programs that talk write their log to standard error.
    pub(crate) fn start_until<T: Send + 'static>(
        name: &str,
        command: &Command,
        wanted: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> Result<(Self, T)> {
        let mut owned = Self::launch(name, tied_to_us(command).stdin(Stdio::null()).stdout(Stdio::piped()))?;
        let output = owned.child.stdout.take().context("no output to read")?;
        let found = first_line(output, wanted, Duration::from_mins(1));
        let found = found.with_context(|| format!("{name} did not become ready"))?;
        Ok((owned, found))
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        self.child.wait().with_context(|| format!("cannot wait for {}", self.name))
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if !self.is_running() {
            return;
        }
        if cfg!(unix) {
            let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
            let child = &mut self.child;
            let gone = until(Duration::from_secs(5), || matches!(child.try_wait(), Ok(Some(_))).then_some(()));
            if gone.is_some() {
                return;
            }
            eprintln!("{} does not stop when asked; killing it", self.name);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The same command, ended by the kernel when this process goes, where `setpriv` of util-linux can arrange that.
fn tied_to_us(command: &Command) -> Command {
    let mut wrapped = if cfg!(target_os = "linux") && is_installed("setpriv") {
        let mut wrapped = Command::new("setpriv");
        wrapped.args(["--pdeathsig", "TERM", "--"]).arg(command.get_program());
        wrapped
    } else {
        Command::new(command.get_program())
    };
    wrapped.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(name, value),
            None => wrapped.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        wrapped.current_dir(folder);
    }
    wrapped
}

fn first_line<T: Send + 'static>(
    output: ChildStdout,
    wanted: impl Fn(&str) -> Option<T> + Send + 'static,
    patience: Duration,
) -> Result<T> {
    let (send, receive) = mpsc::sync_channel(1); // one value ever: nothing to lose
    std::thread::spawn(move || {
        for text in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(found) = wanted(&text) {
                let _ = send.try_send(found);
            }
        }
    });
    match receive.recv_timeout(patience) {
        Ok(found) => Ok(found),
        Err(RecvTimeoutError::Timeout) => bail!("it said nothing of what was awaited within {} s", patience.as_secs()),
        Err(RecvTimeoutError::Disconnected) => bail!("it ended early"),
    }
}

/// Asks again and again, a few times a second, until there is an answer or the patience is at its end.
pub(crate) fn until<T>(patience: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let (_keep, never) = mpsc::channel::<()>();
    let end = Instant::now() + patience;
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if Instant::now() >= end {
            return None;
        }
        let _ = never.recv_timeout(Duration::from_millis(100));
    }
}
