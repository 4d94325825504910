//! A show to look at, on one machine, in one command.

use std::{fs, path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, bail};

use crate::{
    cargo::{binary, cargo},
    desktop::{Desktop, Scratch},
    process::{Owned, command, output, root, run, say, until},
    server::{Invite, Server},
    setup,
};

/// How long the window may take until it shows the clip.
const PATIENCE: Duration = Duration::from_secs(90);

/// Whose window is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Window {
    Attendee,
    Speaker,
    Producer,
}

impl Window {
    fn parse(arguments: &[&str]) -> Result<Self> {
        match arguments {
            [] | ["--role", "attendee"] => Ok(Self::Attendee),
            ["--role", "speaker"] => Ok(Self::Speaker),
            ["--role", "producer"] => Ok(Self::Producer),
            other => bail!("demo takes --role attendee|speaker|producer, not `{}`", other.join(" ")),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Attendee => "attendee",
            Self::Speaker => "speaker",
            Self::Producer => "producer",
        }
    }

    /// The speaker's window is a second speaker's: the first sends the clip.
    fn invite(self, invites: &[Invite]) -> Result<&Invite> {
        find(invites, self.name(), usize::from(self == Self::Speaker))
    }
}

fn find<'invites>(invites: &'invites [Invite], role: &str, skip: usize) -> Result<&'invites Invite> {
    let mut fitting = invites.iter().filter(|invite| invite.role == role).skip(skip);
    fitting.next().with_context(|| format!("the event has no invite for the {role}"))
}

/// The task.
pub(crate) fn demo(arguments: &[&str]) -> Result<()> {
    let window = Window::parse(arguments)?;
    setup::to_build()?;
    say("Building");
    run(&mut cargo("build", &["--bins"]))?;

    let has_display = !cfg!(target_os = "linux") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| is_set(name));
    say("Starting a desktop for what is not to be seen");
    let desktop = Desktop::start()?;
    say("Starting the server, and an event on it");
    let server = Server::start()?;
    let invites = server.create_event("Opening night", &["Bunny", "Robin"])?;
    let profiles = Scratch::new("profiles")?;

    say("A speaker sends the clip, the producer brings them on and goes live");
    let clip = format!("clip:{}", root().join("tests/fixtures/media/big-buck-bunny-720p.webm").display());
    let send = |speaker: usize, source: &str| {
        let mut sender = app(find(&invites, "speaker", speaker)?, &profiles.path.join(format!("speaker-{speaker}")));
        sender.args(["--headless", "--camera", source, "--microphone", source]);
        desktop.dress(&mut sender);
        Owned::start("a speaker", &sender)
    };
    let _on_stage = send(0, &clip)?;
    let mut hands = Command::new(binary("debug", "houselights-demo"));
    hands.args(["--server", server.address()]);
    hands.args(["--producer", &find(&invites, "producer", 0)?.secret]);
    run(hands.args(["--attendee", &find(&invites, "attendee", 0)?.secret]))?;

    // Someone who waits, so that the producer has something to do.
    let _in_the_green_room = if window == Window::Producer { Some(send(1, "test")?) } else { None };
    say(&format!("Opening the {}'s window on {}", window.name(), server.url()));
    let mut shown = app(window.invite(&invites)?, &profiles.path.join("window"));
    if window == Window::Speaker {
        shown.args(["--camera", "test", "--microphone", "test"]);
    }
    if !has_display {
        desktop.dress(&mut shown);
    }
    let mut shown = Owned::start("the app", &shown)?;
    if has_display {
        print_invites(&invites);
        say("Close the window, or press Ctrl-C, to end the demo");
        let status = shown.wait()?;
        return if status.success() { Ok(()) } else { bail!("the app ended with {status}") };
    }
    let picture = root().join(format!("out/demo-{}.png", window.name()));
    wait_for_moving_picture(&desktop, &mut shown, &picture)?;
    say(&format!("There is no display: this is what it looks like: {}", picture.display()));
    Ok(())
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

fn app(invite: &Invite, profile: &Path) -> Command {
    let mut app = command(binary("debug", "houselights"), &["--invite", &invite.link, "--profile"]);
    app.arg(profile).args(["--no-key-store", "--name", invite.name.as_deref().unwrap_or("Alex")]);
    app
}

fn print_invites(invites: &[Invite]) {
    println!("\nOpen another window on the same event with `target/debug/houselights --profile <folder> <link>`:");
    for invite in invites {
        println!("  {:<10} {}", invite.role, invite.link);
    }
    println!();
}

/// Takes screenshots until two in a row differ and show thousands of colours: the clip plays.
fn wait_for_moving_picture(desktop: &Desktop, app: &mut Owned, picture: &Path) -> Result<()> {
    let folder = picture.parent().context("a picture without a folder")?;
    fs::create_dir_all(folder)?;
    let _ = fs::remove_file(picture);
    let mut before = None;
    let seen = until(PATIENCE, || {
        if !app.is_running() {
            return Some(Err(anyhow::anyhow!("the app ended before it showed anything")));
        }
        let mut shot = command("import", &["-window", "root"]);
        shot.arg(picture);
        desktop.dress(&mut shot);
        let looked = run_quietly(&mut shot).and_then(|()| look(picture));
        let (colours, signature) = looked.ok()?;
        let moves = before.replace(signature.clone()).is_some_and(|before| before != signature);
        (colours > 5_000 && moves).then_some(Ok(()))
    });
    seen.with_context(|| {
        format!("no moving picture within {} s; what there was is in {}", PATIENCE.as_secs(), picture.display())
    })?
}

fn run_quietly(command: &mut Command) -> Result<()> {
    output(command).map(drop)
}

/// How many colours a picture has, and a hash of its pixels.
fn look(picture: &Path) -> Result<(u64, String)> {
    let text = output(command("identify", &["-format", "%k %#"]).arg(picture))?;
    let (colours, signature) = text.split_once(' ').context("identify printed something else")?;
    Ok((colours.parse()?, signature.to_owned()))
}
