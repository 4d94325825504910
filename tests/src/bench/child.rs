//! The processes of a bench: the server, and this program again in other parts. They talk by lines.

use std::{
    env,
    io::{BufRead, BufReader, Lines, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

/// The lines that a part says.
pub type Output = Lines<BufReader<ChildStdout>>;

/// A child that takes lines and answers with lines. Dropping it kills it.
#[derive(Debug)]
pub struct Part {
    child: Child,
    input: Option<ChildStdin>,
    output: Option<Output>,
}

impl Part {
    /// Starts a program.
    pub fn start(command: &mut Command) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {program}"))?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("no output to read")?).lines();
        Ok(Self { child, input, output: Some(output) })
    }

    /// Starts this program again, with other arguments.
    pub fn of_this(arguments: &[&str]) -> Result<Self> {
        Self::start(Command::new(env::current_exe()?).args(arguments))
    }

    /// The process's id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Says a line to it.
    pub fn say(&mut self, line: &str) -> Result<()> {
        writeln!(self.input.as_mut().context("it does not listen")?, "{line}").context("it does not listen any more")
    }

    /// Its next line.
    pub fn line(&mut self) -> Result<String> {
        let output = self.output.as_mut().context("somebody else reads what it says")?;
        Ok(output.next().context("it ended early")??)
    }

    /// All its further lines, for who reads them elsewhere.
    pub fn output(&mut self) -> Result<Output> {
        self.output.take().context("somebody else reads what it says")
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The real server, in a process and on a database of its own.
#[derive(Debug)]
pub struct Server {
    part: Part,
    folder: PathBuf,
    address: String,
    flags: Vec<String>,
}

/// What `event create --json` says of an invite.
#[derive(Clone, Debug, Deserialize)]
pub struct Invite {
    /// As what one comes.
    pub role: String,
    /// What `/api/logins` takes.
    pub secret: String,
}

impl Server {
    /// Starts the server that was built beside this program, and waits until it is ready. `flags` are the server's.
    pub fn start(flags: &[&str]) -> Result<Self> {
        let folder = env::temp_dir().join(format!("houselights-bench-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&folder)?;
        let flags: Vec<String> = flags.iter().map(|&flag| flag.to_owned()).collect();
        let (part, address) = run(&folder.join("houselights.db"), &flags)?;
        Ok(Self { part, folder, address, flags })
    }

    /// Ends it, so that its database can be looked into.
    pub fn stop(&mut self) -> Result<()> {
        self.part.child.kill()?;
        self.part.child.wait()?;
        Ok(())
    }

    /// Starts it again, at another address.
    pub fn start_again(&mut self) -> Result<()> {
        (self.part, self.address) = run(&self.database(), &self.flags)?;
        Ok(())
    }

    /// Its database file.
    pub fn database(&self) -> PathBuf {
        self.folder.join("houselights.db")
    }

    /// Signs somebody in: their token.
    pub async fn sign_in(&self, email: &str) -> Result<String> {
        let made = Command::new(program()?)
            .args(["person", "sign-in", "--email", email, "--database"])
            .arg(self.database())
            .output()?;
        let link = String::from_utf8(made.stdout)?;
        let link = url::Url::parse(link.trim()).context("`person sign-in` printed no link")?;
        let part = |name: &str| link.query_pairs().find(|(of, _)| of == name).map(|(_, value)| value.into_owned());
        let confirmation = serde_json::json!({ "secret": part("secret"), "device": part("device") });
        let request = crate::client::http().post(format!("http://{}/api/sign-ins/confirm", self.address));
        let answer: Value = request.json(&confirmation).send().await?.json().await?;
        answer.get("token").and_then(Value::as_str).map(str::to_owned).with_context(|| format!("no token in {answer}"))
    }

    /// The process's id.
    pub fn pid(&self) -> u32 {
        self.part.pid()
    }

    /// Where it serves HTTP, as `address:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Makes an event, and answers its invites.
    pub fn create_event(&self, speakers: u32) -> Result<Vec<Invite>> {
        let made = Command::new(program()?)
            .args(["event", "create", "--title", "Bench", "--json", "--speakers", &speakers.to_string(), "--database"])
            .arg(self.folder.join("houselights.db"))
            .output()?;
        let made: Value = serde_json::from_slice(&made.stdout).context("`event create --json` printed no JSON")?;
        let invites = made.get("invites").context("the event has no invites")?;
        Ok(serde_json::from_value(invites.clone())?)
    }

    /// The secret of an invite for a role.
    pub fn secret_for(&self, role: &str) -> Result<String> {
        let invites = self.create_event(1)?;
        let invite = invites.into_iter().find(|invite| invite.role == role);
        Ok(invite.with_context(|| format!("no invite for the {role}"))?.secret)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.part.child.kill();
        let _ = self.part.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn run(database: &Path, flags: &[String]) -> Result<(Part, String)> {
    let mut command = Command::new(program()?);
    command.arg("--database").arg(database);
    command.args(["--listen", "127.0.0.1:0", "--media-listen", "127.0.0.1:0", "--log", "warn"]).args(flags);
    let mut part = Part::start(&mut command)?;
    let ready = part.line().context("the server did not become ready")?;
    let address = ready.split_whitespace().find_map(|word| word.strip_prefix("http="));
    let address = address.with_context(|| format!("instead of being ready the server said: {ready}"))?.to_owned();
    Ok((part, address))
}

fn program() -> Result<PathBuf> {
    let here = env::current_exe()?;
    let folder = here.parent().context("this program lies nowhere")?;
    Ok(folder.join(format!("houselights-server{}", env::consts::EXE_SUFFIX)))
}
