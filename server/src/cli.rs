//! The command line.

use std::{process::ExitCode, time::Duration};

use anyhow::Context;
use clap::{
    Parser, Subcommand,
    error::{ContextKind, ContextValue},
};
use houselights_shared::{MAX_NAME_CHARS, Role};

use crate::{Config, Created, Database, Flags, NewEvent, NewInvite, Server, create_event, logging, sign_in_link};

/// The Houselights event server.
///
/// Without any flag it serves on 127.0.0.1:8080, sends media on UDP port 8081 of every address and keeps everything in one
/// SQLite file. Every setting is a flag, an environment variable (HOUSELIGHTS_…) and a key in the file given by --config; a flag beats the
/// environment, the environment beats the file, the file beats the default.
///
/// On ready it prints one line to standard output: "ready http=ADDRESS media=ADDRESS". SIGTERM or Ctrl-C ends it in order:
/// clients are told to come back, what was begun is stored, and the exit code is 0.
#[derive(Debug, Parser)]
#[command(name = "houselights-server", version, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    action: Option<Action>,
}

const EXAMPLES: &str = "\
Examples:
  houselights-server
      serves on this machine, for trying out
  houselights-server --behind-proxy --public-url https://show.example --media-address 203.0.113.7
      serves the world, behind a proxy that speaks TLS
  houselights-server event create --title \"Opening night\" --speaker Ada --speaker Grace --producer Alan
      makes an event and prints its invites; a server may be running on the same database, and where none ever did, the links
      name the address of --listen unless --public-url says otherwise

Health:  GET /livez (the process runs)   GET /readyz (send clients here)   GET /metrics (Prometheus)";

#[derive(Debug, Subcommand)]
enum Action {
    /// Serve (what happens without a command, too)
    Serve,
    /// Print the settings as they are in effect, as JSON, and exit
    Config,
    /// Work with events
    #[command(subcommand)]
    Event(EventAction),
    /// Work with people
    #[command(subcommand)]
    Person(PersonAction),
}

#[derive(Debug, Subcommand)]
enum PersonAction {
    /// Print a link that signs somebody in within 15 minutes, for a server that sends no mail: open it with the app
    SignIn {
        /// Their e-mail address
        #[arg(long)]
        email: String,
    },
}

#[derive(Debug, Subcommand)]
enum EventAction {
    /// Make an event with one stage and print its invites, which are shown only this once
    Create(CreateEvent),
}

#[derive(Debug, clap::Args)]
struct CreateEvent {
    /// What the event is called
    #[arg(long)]
    title: String,
    /// A speaker's name; may be repeated. Each gets a personal invite
    #[arg(long = "speaker", value_name = "NAME")]
    speaker: Vec<String>,
    /// So many speakers more, called "Speaker 1", "Speaker 2", …
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=100))]
    speakers: u16,
    /// The producer's name; may be repeated [default: one called "Producer"]
    #[arg(long, value_name = "NAME")]
    producer: Vec<String>,
    /// A moderator's name; may be repeated
    #[arg(long, value_name = "NAME")]
    moderator: Vec<String>,
    /// An organizer's name; may be repeated
    #[arg(long, value_name = "NAME")]
    organizer: Vec<String>,
    /// For how many hours the invites can be used [default: for ever]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=876_000))]
    valid_hours: Option<u32>,
    /// Print JSON: {event, room, invites: [{role, name, link, web, secret}]}
    #[arg(long)]
    json: bool,
}

/// What stands in place of a value.
const HIDDEN: &str = "…";
/// The threads that run tasks: at least two, so that one room's busy moment does not hold up another's.
const FEWEST_THREADS: usize = 2;
/// Tasks keep their state on the heap; deep stacks are not needed.
const STACK: usize = 1024 * 1024;

/// The program, from its command line to its exit code.
pub fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| without_values(error).exit());
    let threads = std::thread::available_parallelism().map_or(FEWEST_THREADS, |cores| cores.get().max(FEWEST_THREADS));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .max_blocking_threads(8)
        .thread_stack_size(STACK)
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(cli.run());
            // Whatever still runs has had its time.
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("houselights-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The same without what was written there: it may be a password, and what a program says is kept in logs.
fn without_values(mut error: clap::Error) -> clap::Error {
    let written = |error: &clap::Error, kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(_) | None => None,
    };
    if written(&error, ContextKind::InvalidValue).is_some_and(|value| !value.is_empty()) {
        error.insert(ContextKind::InvalidValue, ContextValue::String(HIDDEN.to_owned()));
    }
    if written(&error, ContextKind::InvalidSubcommand).is_some() {
        error.insert(ContextKind::InvalidSubcommand, ContextValue::String(HIDDEN.to_owned()));
    }
    // The name of a flag is told, what stands where none was expected is not.
    if let Some(argument) = written(&error, ContextKind::InvalidArg) {
        let name = argument.split('=').next().filter(|name| name.starts_with("--")).unwrap_or(HIDDEN);
        error.insert(ContextKind::InvalidArg, ContextValue::String(name.to_owned()));
    }
    error
}

impl Cli {
    /// Does what was asked for, until it is done.
    async fn run(self) -> anyhow::Result<()> {
        let config = Config::resolve(&self.flags)?;
        match self.action {
            None | Some(Action::Serve) => serve(config).await,
            Some(Action::Config) => print_line(&serde_json::to_string_pretty(&config.without_secrets())?),
            Some(Action::Event(EventAction::Create(event))) => event.run(&config).await,
            Some(Action::Person(PersonAction::SignIn { email })) => print_line(&sign_in_link(&config, &email).await?.link),
        }
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    logging::start(&config)?;
    raise_file_limit();
    // Listening for signals begins before "ready" is said: whoever reads that may send one at once.
    let stop = stop_signal()?;
    let server = Server::start(config).await?;
    print_line(&format!("ready http={} media={}", server.http(), server.media()))?;
    let is_ousted = tokio::select! {
        () = stop => false,
        () = server.ousted() => true,
    };
    server.shutdown().await;
    anyhow::ensure!(!is_ousted, "another server has taken the database");
    Ok(())
}

impl CreateEvent {
    async fn run(self, config: &Config) -> anyhow::Result<()> {
        let json = self.json;
        let created = create_event(config, &self.event()?).await?;
        print_line(&if json { serde_json::to_string(&created)? } else { for_people(&created, &config.database) })
    }

    fn event(self) -> anyhow::Result<NewEvent> {
        let numbered = (1..=self.speakers).map(|number| format!("Speaker {number}"));
        let producers = if self.producer.is_empty() { vec!["Producer".to_owned()] } else { self.producer };
        let crew = [
            (Role::Speaker, self.speaker.into_iter().chain(numbered).collect::<Vec<_>>()),
            (Role::Producer, producers),
            (Role::Moderator, self.moderator),
            (Role::Organizer, self.organizer),
        ];
        let named = |(role, names): (Role, Vec<String>)| names.into_iter().map(move |name| invite(role, &name));
        Ok(NewEvent {
            title: text("title", &self.title)?,
            crew: crew.into_iter().flat_map(named).collect::<Result<_, _>>()?,
            valid_for: self.valid_hours.map(|hours| Duration::from_secs(u64::from(hours) * 3_600)),
        })
    }
}

fn invite(role: Role, name: &str) -> anyhow::Result<NewInvite> {
    Ok(NewInvite { name: text("name", name)?, role })
}

/// A name or title as it is kept.
fn text(what: &str, value: &str) -> anyhow::Result<String> {
    houselights_domain::name(value)
        .with_context(|| format!("a {what} has 1 to {MAX_NAME_CHARS} characters on one line, and something to see among them"))
}

fn for_people(created: &Created, database: &Database) -> String {
    use std::fmt::Write as _;
    let mut out = format!("Event {} made in {}.\nThe invites are shown only this once.\n", created.event, database);
    for invite in &created.invites {
        let role = serde_json::to_string(&invite.role).unwrap_or_default();
        let whose = invite.name.as_deref().unwrap_or("for everyone");
        // Writing to a String cannot fail.
        let _ = write!(out, "\n{} ({whose})\n  {}\n  {}\n", role.trim_matches('"'), invite.web, invite.link);
    }
    out.trim_end().to_owned()
}

/// Standard output is the server's interface here, not a log.
fn print_line(line: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// A connection is a file: take as many as the system lets us.
#[cfg(unix)]
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum && setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_err() {
        tracing::warn!(files = current, "the limit of open files could not be raised; it limits connections, too");
    }
}

#[cfg(not(unix))]
fn raise_file_limit() {}

#[cfg(unix)]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without the handler the system's own end of the process remains.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn settings_may_stand_before_and_after_the_command() {
        for line in [["s", "--database", "x.db", "serve"], ["s", "serve", "--database", "x.db"]] {
            let cli = Cli::try_parse_from(line).unwrap();
            assert_eq!(cli.flags.database, Some(Database::from("x.db")));
        }
    }

    #[test]
    fn an_event_has_a_producer_even_if_nobody_named_one() {
        let cli = Cli::try_parse_from(["s", "event", "create", "--title", "T", "--speaker", "Ada", "--speakers", "2"]).unwrap();
        let Some(Action::Event(EventAction::Create(create))) = cli.action else { panic!("another command") };
        let event = create.event().unwrap();
        let names: Vec<_> = event.crew.iter().map(|invite| (invite.role, invite.name.as_str())).collect();
        let expected =
            [(Role::Speaker, "Ada"), (Role::Speaker, "Speaker 1"), (Role::Speaker, "Speaker 2"), (Role::Producer, "Producer")];
        assert_eq!(names, expected);
    }
}
