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

/// How long the window may take until it shows what it should.
const PATIENCE: Duration = Duration::from_secs(90);

/// The colour of the conference, as `one-day-conference.toml` has it: beside its title in the list of events.
const CONFERENCE: &str = "#7C3AED";

/// Who organizes the demo's event.
const ORGANIZER: &str = "alex@show.example";

/// Whose window is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Window {
    Attendee,
    Speaker,
    Producer,
    Organizer,
}

impl Window {
    fn parse(arguments: &[&str]) -> Result<Self> {
        match arguments {
            [] | ["--role", "attendee"] => Ok(Self::Attendee),
            ["--role", "speaker"] => Ok(Self::Speaker),
            ["--role", "producer"] => Ok(Self::Producer),
            ["--role", "organizer"] => Ok(Self::Organizer),
            other => bail!("demo takes --role attendee|speaker|producer|organizer, not `{}`", other.join(" ")),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Attendee => "attendee",
            Self::Speaker => "speaker",
            Self::Producer => "producer",
            Self::Organizer => "organizer",
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

    say("Starting a desktop for what is not to be seen");
    let desktop = Desktop::start()?;
    if window == Window::Organizer {
        return organizer(&desktop);
    }
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
    hands.args(["--server", server.address(), "show"]);
    hands.args(["--producer", &find(&invites, "producer", 0)?.secret]);
    run(hands.args(["--attendee", &find(&invites, "attendee", 0)?.secret]))?;

    // Someone who waits, so that the producer has something to do.
    let _in_the_green_room = if window == Window::Producer { Some(send(1, "test")?) } else { None };
    say(&format!("Opening the {}'s window on {}", window.name(), server.url()));
    let mut shown = app(window.invite(&invites)?, &profiles.path.join("window"));
    if window == Window::Speaker {
        shown.args(["--camera", "test", "--microphone", "test"]);
    }
    if has_display() {
        print_invites(&invites);
    }
    // The clip plays: thousands of colours, and they change.
    let mut before = None;
    look_at(&desktop, shown, window, |picture| {
        let (colours, signature) = look(picture)?;
        let moves = before.replace(signature.clone()).is_some_and(|before| before != signature);
        Ok(colours > 5_000 && moves)
    })
}

/// A conference that people have registered for, and the dashboard on it.
fn organizer(desktop: &Desktop) -> Result<()> {
    say("Starting the server, and a conference on it");
    let server = Server::start()?;
    let mut hands = Command::new(binary("debug", "houselights-demo"));
    hands.args(["--server", server.address(), "conference", "--sign-in", &server.sign_in_link(ORGANIZER)?]);
    run(&mut hands)?;
    let profiles = Scratch::new("profiles")?;
    say(&format!("Opening the organizer's window on {}", server.url()));
    let mut shown = command(binary("debug", "houselights"), &["--dashboard", "--no-key-store", "--profile"]);
    shown.arg(profiles.path.join("window")).args(["--sign-in", &server.sign_in_link(ORGANIZER)?]);
    look_at(desktop, shown, Window::Organizer, |picture| has_colour(picture, CONFERENCE))
}

/// Opens the app: for as long as the person likes; or, where there is no display, until what it shows `is_it`, and a picture of that
/// is kept.
fn look_at(desktop: &Desktop, mut app: Command, window: Window, is_it: impl FnMut(&Path) -> Result<bool>) -> Result<()> {
    if has_display() {
        let mut shown = Owned::start("the app", &app)?;
        say("Close the window, or press Ctrl-C, to end the demo");
        let status = shown.wait()?;
        return if status.success() { Ok(()) } else { bail!("the app ended with {status}") };
    }
    desktop.dress(&mut app);
    let mut shown = Owned::start("the app", &app)?;
    let picture = root().join(format!("out/demo-{}.png", window.name()));
    wait_for_picture(desktop, &mut shown, &picture, is_it)?;
    say(&format!("There is no display: this is what it looks like: {}", picture.display()));
    Ok(())
}

fn has_display() -> bool {
    !cfg!(target_os = "linux") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| is_set(name))
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

/// Takes screenshots until one is it.
fn wait_for_picture(
    desktop: &Desktop,
    app: &mut Owned,
    picture: &Path,
    mut is_it: impl FnMut(&Path) -> Result<bool>,
) -> Result<()> {
    let folder = picture.parent().context("a picture without a folder")?;
    fs::create_dir_all(folder)?;
    let _ = fs::remove_file(picture);
    let seen = until(PATIENCE, || {
        if !app.is_running() {
            return Some(Err(anyhow::anyhow!("the app ended before it showed anything")));
        }
        let mut shot = command("import", &["-window", "root"]);
        shot.arg(picture);
        desktop.dress(&mut shot);
        let looked = run_quietly(&mut shot).and_then(|()| is_it(picture));
        looked.is_ok_and(|is_it| is_it).then_some(Ok(()))
    });
    seen.with_context(|| {
        format!("not what was waited for within {} s; what there was is in {}", PATIENCE.as_secs(), picture.display())
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

fn has_colour(picture: &Path, colour: &str) -> Result<bool> {
    let mut list = command("convert", &[]);
    list.arg(picture).args(["-define", "histogram:unique-colors=true", "-format", "%c", "histogram:info:-"]);
    Ok(output(&mut list)?.contains(colour))
}
