//! The token, in the system's key store. Where there is none it stays in memory, and the person is told.
//!
//! Key stores block: they speak over D-Bus, and may ask the person to unlock them. All of it happens on a thread of its own.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use houselights_shared::{ParticipantId, PersonId, Token};
use keyring_core::{CredentialStore, Entry};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::{
    sync::{oneshot, watch},
    time::{Instant, timeout, timeout_at},
};

use crate::ipc::TokenKeeping;

const SERVICE: &str = "app.houselights.desktop";
/// A key store that does not open within this time, from the start of the app on, counts as absent, so that neither a window
/// nor a sign-in hangs on a broken D-Bus.
const OPEN_WITHIN: Duration = Duration::from_secs(1);
/// A locked key store asks the person for a password, which takes as long as it takes to type it.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);
/// Requests that wait for the thread. Full: the request counts as failed, and the token stays in memory.
const WAITING: usize = 8;

/// What is kept: the login's token, and the invite that it came from, so that opening the same link again signs in as the
/// same person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// Whose it is: a store that did not take a newer one may still hold another's.
    pub participant: ParticipantId,
    /// The login's token.
    pub token: Token,
    /// The invite's secret.
    pub invite: Token,
}

/// What is kept of a person's sign-in by mail.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonSecret {
    /// Whose it is.
    pub person: PersonId,
    /// Where it is good.
    pub server: String,
    /// The login's token.
    pub token: Token,
}

/// Opens a key store; blocks.
type Open = Box<dyn FnOnce() -> keyring_core::Result<Arc<CredentialStore>> + Send>;

enum Request {
    Load { entry: String, answer: oneshot::Sender<Option<Vec<u8>>> },
    Keep { entry: String, secret: Vec<u8>, answer: oneshot::Sender<bool> },
    Forget { entry: String, answer: oneshot::Sender<()> },
}

/// A handle to the key store.
#[derive(Clone)]
pub struct Keys {
    requests: Option<mpsc::SyncSender<Request>>,
    /// Whether the store could be opened; none while it is not known.
    opened: watch::Receiver<Option<bool>>,
    /// When it counts as absent unless it has opened.
    opens_by: Instant,
    /// Nothing is to be kept, by the person's own wish.
    unwanted: bool,
    /// Whether the last token is in it.
    kept: Arc<watch::Sender<bool>>,
}

impl Keys {
    /// The system's key store. Returns at once; it opens on its own thread.
    pub fn of_system() -> Self {
        Self::open(Box::new(system_store))
    }

    /// No key store, as was asked for: everything stays in memory.
    pub fn unwanted() -> Self {
        Self { unwanted: true, ..Self::absent() }
    }

    /// No key store: everything stays in memory.
    fn absent() -> Self {
        Self {
            requests: None,
            unwanted: false,
            opened: watch::channel(Some(false)).1,
            opens_by: Instant::now(),
            kept: Arc::new(watch::channel(false).0),
        }
    }

    /// A key store in memory, for tests.
    #[cfg(test)]
    pub(crate) fn mock() -> Self {
        Self::open(Box::new(|| Ok(keyring_core::mock::Store::new()?))).in_its_own_time()
    }

    /// The same, waited for until it opens: how long that takes is the machine's.
    #[cfg(test)]
    pub(crate) fn in_its_own_time(self) -> Self {
        Self { opens_by: Instant::now() + ANSWER_WITHIN, ..self }
    }

    /// The same, which opens when it is told.
    #[cfg(test)]
    pub(crate) fn slow_mock() -> (mpsc::Sender<()>, Self) {
        let (open, told) = mpsc::channel();
        let keys = Self::open(Box::new(move || {
            let _ = told.recv();
            Ok(keyring_core::mock::Store::new()?)
        }));
        (open, keys)
    }

    fn open(open: Open) -> Self {
        let (requests, asked) = mpsc::sync_channel(WAITING);
        let (tell, opened) = watch::channel(None);
        let started = thread::Builder::new().name("key-store".into()).spawn(move || serve(open, &asked, &tell));
        if started.is_err() {
            return Self::absent();
        }
        Self {
            requests: Some(requests),
            unwanted: false,
            opened,
            opens_by: Instant::now() + OPEN_WITHIN,
            kept: Arc::new(watch::channel(true).0),
        }
    }

    /// Where the token is kept, as far as is known: in the store, unless it does not open or has failed.
    pub async fn keeping(&self) -> TokenKeeping {
        if self.unwanted {
            TokenKeeping::AsAsked
        } else if self.usable().await && *self.kept.borrow() {
            TokenKeeping::KeyStore
        } else {
            TokenKeeping::ThisRunOnly
        }
    }

    /// Until where the token is kept turns out to be elsewhere than [`keeping`](Self::keeping) said.
    pub fn turns(&self) -> watch::Receiver<bool> {
        self.kept.subscribe()
    }

    /// What was kept under this name. What cannot be read counts as nothing.
    pub async fn load<S: DeserializeOwned>(&self, entry: &str) -> Option<S> {
        let (answer, answered) = oneshot::channel();
        let bytes = self.ask(Request::Load { entry: entry.into(), answer }, answered).await.flatten()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Keeps a secret under this name, in place of the one before.
    pub async fn keep<S: Serialize>(&self, entry: &str, secret: S) {
        let (answer, answered) = oneshot::channel();
        let kept = match serde_json::to_vec(&secret) {
            Ok(secret) => self.ask(Request::Keep { entry: entry.into(), secret, answer }, answered).await.unwrap_or(false),
            Err(_) => false,
        };
        self.kept.send_if_modified(|before| std::mem::replace(before, kept) != kept);
    }

    /// Forgets what was kept under this name.
    pub async fn forget(&self, entry: &str) {
        let (answer, answered) = oneshot::channel();
        self.ask(Request::Forget { entry: entry.into(), answer }, answered).await;
    }

    async fn usable(&self) -> bool {
        let mut opened = self.opened.clone();
        let known = timeout_at(self.opens_by, opened.wait_for(Option::is_some)).await;
        matches!(known.as_ref().map(|known| known.as_deref()), Ok(Ok(Some(true))))
    }

    async fn ask<T>(&self, request: Request, answered: oneshot::Receiver<T>) -> Option<T> {
        if !self.usable().await {
            return None;
        }
        self.requests.as_ref()?.try_send(request).ok()?;
        timeout(ANSWER_WITHIN, answered).await.ok()?.ok()
    }
}

fn serve(open: Open, asked: &mpsc::Receiver<Request>, tell: &watch::Sender<Option<bool>>) {
    let store = match open() {
        Ok(store) => store,
        Err(error) => {
            tracing::info!(%error, "no key store: the token stays in memory");
            tell.send_replace(Some(false));
            return;
        }
    };
    tell.send_replace(Some(true));
    let entry = |name: &str| store.build(SERVICE, name, None);
    while let Ok(request) = asked.recv() {
        match request {
            Request::Load { entry: name, answer } => {
                let _ = answer.send(entry(&name).ok().and_then(|entry| load(&entry)));
            }
            Request::Keep { entry: name, secret, answer } => {
                let kept = entry(&name).and_then(|entry| entry.set_secret(&secret));
                if let Err(error) = &kept {
                    tracing::warn!(%error, "the key store did not take the token");
                }
                let _ = answer.send(kept.is_ok());
            }
            Request::Forget { entry: name, answer } => {
                let _ = entry(&name).and_then(|entry| entry.delete_credential());
                let _ = answer.send(());
            }
        }
    }
}

fn load(entry: &Entry) -> Option<Vec<u8>> {
    match entry.get_secret() {
        Ok(bytes) => Some(bytes),
        Err(keyring_core::Error::NoEntry) => None,
        Err(error) => {
            tracing::warn!(%error, "the key store did not give the token");
            None
        }
    }
}

#[cfg(target_os = "linux")]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(target_os = "windows")]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(keyring_core::Error::NoDefaultStore)
}

#[cfg(test)]
mod tests;
