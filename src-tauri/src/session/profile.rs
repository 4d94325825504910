//! What of a sign-in is kept on disk: who one is, never the token.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::ipc::{DeviceChoice, SessionCard};

const FILE: &str = "session.json";
const SERVERS: &str = "servers.json";
const DEVICES: &str = "devices.json";
/// Servers that are remembered. Full: the one that was signed in to longest ago is forgotten, and asked about again.
const MOST_SERVERS: usize = 64;

/// The folder of one person's data. A profile of its own (`--profile`) separates everything: data, token, web storage.
#[derive(Clone, Debug)]
pub struct Profile {
    folder: Option<PathBuf>,
    /// The name of the token's entry in the key store.
    entry: String,
}

impl Profile {
    /// The person's usual data.
    pub fn usual(folder: PathBuf) -> Self {
        Self { folder: Some(folder), entry: "default".into() }
    }

    /// One apart from it.
    pub fn apart(folder: &Path) -> Self {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        Self { entry: folder.display().to_string(), folder: Some(folder) }
    }

    /// Nothing is read, nothing kept.
    pub fn none() -> Self {
        Self { folder: None, entry: String::new() }
    }

    /// The token's name in the key store; none where nothing is kept.
    pub fn entry(&self) -> Option<&str> {
        self.folder.as_ref().map(|_| self.entry.as_str())
    }

    /// The name in the key store of the token with which a person asks the server; none where nothing is kept.
    pub fn person_entry(&self) -> Option<String> {
        self.entry().map(|entry| format!("person {entry}"))
    }

    /// Where what the server said, and what was typed, is kept.
    pub fn desk(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join("desk.db"))
    }

    /// Where the web view keeps its storage.
    pub fn web_storage(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join("web"))
    }

    /// Who was signed in last. What cannot be read counts as nobody.
    pub fn load(&self) -> Option<SessionCard> {
        let path = self.folder.as_ref()?.join(FILE);
        let text = fs::read(path).ok()?;
        serde_json::from_slice(&text).inspect_err(|error| tracing::warn!(%error, "the kept session cannot be read")).ok()
    }

    /// Keeps who is signed in. It replaces the file in one step, so that a crash leaves the old or the new.
    ///
    /// # Errors
    /// The system's, where the folder cannot be written.
    pub fn keep(&self, card: &SessionCard) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        fs::create_dir_all(folder)?;
        let (path, new) = (folder.join(FILE), folder.join("session.new"));
        fs::write(&new, serde_json::to_vec_pretty(card)?)?;
        fs::rename(new, path)
    }

    /// The devices that were chosen last. What cannot be read counts as no choice.
    pub fn devices(&self) -> DeviceChoice {
        let text = self.folder.as_ref().and_then(|folder| fs::read(folder.join(DEVICES)).ok());
        text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    /// Keeps which devices were chosen.
    ///
    /// # Errors
    /// The system's, where the folder cannot be written.
    pub fn keep_devices(&self, choice: &DeviceChoice) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        fs::create_dir_all(folder)?;
        let new = folder.join("devices.new");
        fs::write(&new, serde_json::to_vec_pretty(choice)?)?;
        fs::rename(new, folder.join(DEVICES))
    }

    /// Whether one has signed in to this server before.
    pub fn knows(&self, server: &str) -> bool {
        self.servers().iter().any(|known| known == server)
    }

    /// One has signed in to this server.
    ///
    /// # Errors
    /// The system's, where the folder cannot be written.
    pub fn know(&self, server: &str) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let mut servers = self.servers();
        servers.retain(|known| known != server);
        servers.push(server.to_owned());
        let surplus = servers.len().saturating_sub(MOST_SERVERS);
        servers.drain(..surplus);
        fs::create_dir_all(folder)?;
        let new = folder.join("servers.new");
        fs::write(&new, serde_json::to_vec_pretty(&servers)?)?;
        fs::rename(new, folder.join(SERVERS))
    }

    /// What cannot be read counts as none.
    fn servers(&self) -> Vec<String> {
        let text = self.folder.as_ref().and_then(|folder| fs::read(folder.join(SERVERS)).ok());
        text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    /// Nobody is signed in any more.
    pub fn forget(&self) {
        if let Some(folder) = &self.folder {
            let _ = fs::remove_file(folder.join(FILE));
        }
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::{EventId, ParticipantId, Role, RoomId};

    use super::*;

    /// A folder that goes with the test.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new() -> Self {
            Self(std::env::temp_dir().join(format!("houselights-profile-{}", EventId::random())))
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn card() -> SessionCard {
        SessionCard {
            server: "http://127.0.0.1:8080".into(),
            participant: ParticipantId::random(),
            name: "Ada".into(),
            role: Role::Speaker,
            event: EventId::random(),
            event_title: "Show".into(),
            room: RoomId::random(),
        }
    }

    #[test]
    fn who_is_signed_in_is_found_again_until_forgotten() {
        let scratch = Scratch::new();
        let profile = Profile::apart(&scratch.0);
        assert_eq!(profile.load(), None);
        let card = card();
        profile.keep(&card).unwrap();
        assert_eq!(Profile::apart(&scratch.0).load(), Some(card));
        profile.forget();
        assert_eq!(profile.load(), None);
    }

    #[test]
    fn servers_are_known_until_too_many_came_after_them() {
        let scratch = Scratch::new();
        let profile = Profile::apart(&scratch.0);
        assert!(!profile.knows("https://show.example"));
        profile.know("https://show.example").unwrap();
        profile.forget();
        assert!(Profile::apart(&scratch.0).knows("https://show.example"), "also when signed out");
        for number in 0..MOST_SERVERS {
            profile.know(&format!("https://{number}.example")).unwrap();
        }
        assert!(!profile.knows("https://show.example"));
        assert!(profile.knows("https://0.example") && profile.knows("https://63.example"));
    }

    #[test]
    fn chosen_devices_are_found_again_also_when_signed_out() {
        let scratch = Scratch::new();
        let profile = Profile::apart(&scratch.0);
        assert_eq!(profile.devices(), DeviceChoice::default());
        let choice = DeviceChoice { camera: Some("camera:desk".into()), ..DeviceChoice::default() };
        profile.keep_devices(&choice).unwrap();
        profile.forget();
        assert_eq!(Profile::apart(&scratch.0).devices(), choice);
        fs::write(scratch.0.join(DEVICES), "{").unwrap();
        assert_eq!(profile.devices(), DeviceChoice::default());
        assert_eq!(Profile::none().devices(), DeviceChoice::default());
    }

    #[test]
    fn rubbish_on_disk_counts_as_nobody() {
        let scratch = Scratch::new();
        fs::create_dir_all(&scratch.0).unwrap();
        fs::write(scratch.0.join(FILE), "{\"server\":").unwrap();
        assert_eq!(Profile::apart(&scratch.0).load(), None);
    }

    #[test]
    fn without_a_folder_nothing_is_kept() {
        let profile = Profile::none();
        profile.keep(&card()).unwrap();
        assert_eq!((profile.load(), profile.entry()), (None, None));
    }
}
