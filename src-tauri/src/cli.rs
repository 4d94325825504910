//! What the app can be told when it starts.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, CommandFactory, Parser, ValueEnum, parser::ValueSource};

use crate::session::{Keys, Profile};

/// Houselights: live online events.
#[derive(Clone, Debug, Default, Parser)]
#[command(name = "houselights", version, about, long_about = None)]
pub struct Cli {
    /// An invite link, as opened from a browser or a mail
    pub link: Option<String>,

    /// Keep data, token and web storage in this folder, apart from the usual ones; several apps can then run side by side
    #[arg(long, value_name = "DIR", env = "HOUSELIGHTS_PROFILE")]
    pub profile: Option<PathBuf>,

    /// Sign in with this invite at once, without a click
    #[arg(long, value_name = "LINK", env = "HOUSELIGHTS_INVITE", hide_env_values = true)]
    pub invite: Option<String>,

    /// Sign in as a person with this link at once, without a click; it has to bring the device's part along
    #[arg(long, value_name = "LINK", env = "HOUSELIGHTS_SIGN_IN", hide_env_values = true)]
    pub sign_in: Option<String>,

    /// Begin with the organizer's window, where no link leads elsewhere
    #[arg(long, conflicts_with = "headless")]
    pub dashboard: bool,

    /// The name to sign in with, where the invite is not personal
    #[arg(long, value_name = "NAME", requires = "invite")]
    pub name: Option<String>,

    /// Open no window: sign in (--invite; or who was signed in last, where --profile says whose that is) and send what
    /// --camera and --microphone name
    #[arg(long)]
    pub headless: bool,

    /// Send this picture from the start: test, clip:PATH, camera:N or none
    #[arg(long, value_name = "SOURCE", value_parser = source)]
    pub camera: Option<String>,

    /// Send this sound from the start: test, clip:PATH, mic:default, mic:ID or none
    #[arg(long, value_name = "SOURCE", value_parser = source)]
    pub microphone: Option<String>,

    /// How the windows look
    #[arg(long, value_enum, default_value_t, env = "HOUSELIGHTS_LOOK")]
    pub look: Look,

    /// Keep the login's token in memory only: one signs in again after a restart
    #[arg(long, env = "HOUSELIGHTS_NO_KEY_STORE")]
    pub no_key_store: bool,
}

/// How the windows look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Look {
    /// The lights are down.
    #[default]
    Dark,
    /// For a bright room.
    Light,
    /// As the system has it.
    System,
}

const CLIP: &str = "clip:";
const TEST: &str = "test";
const NONE: &str = "none";

/// A source that there can be. A clip's path is made absolute, so that the folder the app was started in does not matter later.
fn source(text: &str) -> Result<String, String> {
    match text.strip_prefix(CLIP) {
        Some("") => Err("a clip needs a path: clip:/path/to/film.webm".into()),
        Some(path) => {
            let path = std::path::absolute(path).map_err(|error| error.to_string())?;
            Ok(format!("{CLIP}{}", path.display()))
        }
        None if [TEST, NONE].contains(&text) || text.starts_with("camera:") || text.starts_with("mic:") => Ok(text.to_owned()),
        None => Err("name a source: test, clip:PATH, camera:N, mic:ID or none".into()),
    }
}

/// What was said of this on the command line itself.
fn spoken(said: &mut ArgMatches, name: &str) -> Option<String> {
    let spoken = said.value_source(name) == Some(ValueSource::CommandLine);
    said.remove_one(name).filter(|_| spoken)
}

impl Cli {
    /// The link that a second start of the app hands over to the one that runs. What this one was started with, and its
    /// environment, say nothing about that.
    pub fn handed_over(arguments: &[String]) -> Option<String> {
        let mut said = Self::command().try_get_matches_from(arguments).ok()?;
        let link = said.remove_one("link");
        link.or_else(|| spoken(&mut said, "invite")).or_else(|| spoken(&mut said, "sign_in"))
    }

    /// Whose data to use; `usual` is the folder of the system for this app.
    pub fn profile(&self, usual: Option<PathBuf>) -> Profile {
        match (&self.profile, usual) {
            (Some(folder), _) => Profile::apart(folder),
            (None, Some(folder)) => Profile::usual(folder),
            (None, None) => Profile::none(),
        }
    }

    /// Where to keep the token.
    pub fn keys(&self) -> Keys {
        let nothing_to_keep = self.headless && self.profile.is_none();
        if self.no_key_store || nothing_to_keep { Keys::unwanted() } else { Keys::of_system() }
    }

    /// The sources that were named.
    pub fn sources(&self) -> Sources {
        let named = |source: &Option<String>| source.clone().filter(|source| source != NONE);
        Sources { camera: named(&self.camera), microphone: named(&self.microphone) }
    }
}

/// The sources that were named at the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// The picture.
    pub camera: Option<String>,
    /// The sound.
    pub microphone: Option<String>,
}

impl Sources {
    /// The clips among them: the only files that may be sent.
    pub fn clips(&self) -> Vec<PathBuf> {
        let mut clips: Vec<PathBuf> =
            self.both().filter_map(|source| source.strip_prefix(CLIP)).map(|path| Path::new(path).to_owned()).collect();
        clips.dedup();
        clips
    }

    /// Whether the test picture or tone was asked for.
    pub fn test(&self) -> bool {
        self.both().any(|source| source == TEST)
    }

    fn both(&self) -> impl Iterator<Item = &str> {
        self.camera.iter().chain(&self.microphone).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Cli {
        Cli::try_parse_from(std::iter::once("houselights").chain(arguments.iter().copied())).unwrap()
    }

    #[test]
    fn the_arguments_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_link_alone_is_what_a_browser_hands_over() {
        let link = "houselights://join?server=https%3A%2F%2Fshow.example&invite=abc";
        assert_eq!(parsed(&[link]).link.as_deref(), Some(link));
    }

    #[test]
    fn a_second_start_hands_its_link_over_wherever_it_stands() {
        let handed = |arguments: &[&str]| {
            let all: Vec<String> = std::iter::once("houselights").chain(arguments.iter().copied()).map(Into::into).collect();
            Cli::handed_over(&all)
        };
        let link = "https://show.example/join/abc";
        assert_eq!(handed(&[link]).as_deref(), Some(link));
        assert_eq!(handed(&["--look", "light", link]).as_deref(), Some(link));
        assert_eq!(handed(&["--invite", link, "--name", "Ada"]).as_deref(), Some(link));
        assert_eq!(
            handed(&["--sign-in", "https://show.example/sign-in/abc"]).as_deref(),
            Some("https://show.example/sign-in/abc")
        );
        assert_eq!(handed(&[]), None);
        assert_eq!(handed(&["--no-such-thing", link]), None);
    }

    #[test]
    fn a_source_is_named_as_the_app_names_it() {
        for named in ["mic:default", "camera:0", "test", "none"] {
            assert_eq!(parsed(&["--microphone", named]).microphone.as_deref(), Some(named));
        }
        assert!(Cli::try_parse_from(["houselights", "--microphone", "Shure MV7"]).is_err(), "said at once, and not by silence");
    }

    #[test]
    fn clips_are_the_only_files_and_their_paths_are_absolute() {
        let sources = parsed(&["--camera", "clip:film.webm", "--microphone", "clip:film.webm"]).sources();
        let here = std::path::absolute("film.webm").unwrap();
        assert_eq!(sources.clips(), [here]);
        assert!(!sources.test());
    }

    #[test]
    fn none_is_a_choice() {
        let sources = parsed(&["--camera", "test", "--microphone", "none"]).sources();
        assert_eq!(sources, Sources { camera: Some("test".into()), microphone: None });
        assert!(sources.test());
        assert_eq!(parsed(&[]).sources(), Sources::default());
        assert!(Cli::try_parse_from(["houselights", "--camera", "clip:"]).is_err());
    }
}
