//! A server of our own, with an event on it.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{
    cargo::binary,
    desktop::Scratch,
    process::{Owned, output},
};

/// A running server on a database of its own, which goes with it.
pub(crate) struct Server {
    _running: Owned,
    scratch: Scratch,
    address: String,
}

/// An invite of the demo event.
#[derive(Clone, Debug)]
pub(crate) struct Invite {
    pub(crate) role: String,
    pub(crate) name: Option<String>,
    pub(crate) link: String,
    pub(crate) secret: String,
}

impl Server {
    /// Starts it on free ports of this machine.
    pub(crate) fn start() -> Result<Self> {
        let scratch = Scratch::new("server")?;
        let mut command = Command::new(binary("debug", "houselights-server"));
        command.arg("--database").arg(scratch.path.join("houselights.db"));
        command.args(["--listen", "127.0.0.1:0", "--media-listen", "127.0.0.1:0"]);
        let (running, address) = Owned::start_until("the server", &command, |line| {
            let mut words = line.split_whitespace();
            (words.next() == Some("ready")).then(|| words.find_map(|word| word.strip_prefix("http=")).map(str::to_owned))?
        })?;
        Ok(Self { _running: running, scratch, address })
    }

    /// Where it serves HTTP, as `address:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Its base URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A link that signs somebody in as a person, once.
    pub(crate) fn sign_in_link(&self, email: &str) -> Result<String> {
        Ok(output(&mut self.command(&["person", "sign-in", "--email", email]))?.trim().to_owned())
    }

    /// Its program, on the same database.
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(binary("debug", "houselights-server"));
        command.args(words).args(["--public-url", &self.url()]);
        command.arg("--database").arg(self.scratch.path.join("houselights.db"));
        command
    }

    /// Makes an event, and answers its invites.
    pub(crate) fn create_event(&self, title: &str, speakers: &[&str]) -> Result<Vec<Invite>> {
        let mut command = self.command(&["event", "create", "--title", title, "--producer", "Pat", "--json"]);
        command.args(speakers.iter().flat_map(|name| ["--speaker", name]));
        let made: Value = serde_json::from_str(&output(&mut command)?).context("`event create --json` printed no JSON")?;
        let invites = made.get("invites").and_then(Value::as_array).context("the event has no invites")?;
        let text = |invite: &Value, key: &str| invite.get(key).and_then(Value::as_str).map(str::to_owned);
        invites
            .iter()
            .map(|invite| {
                Ok(Invite {
                    role: text(invite, "role").context("an invite without a role")?,
                    name: text(invite, "name"),
                    link: text(invite, "link").context("an invite without a link")?,
                    secret: text(invite, "secret").context("an invite without a secret")?,
                })
            })
            .collect()
    }
}
