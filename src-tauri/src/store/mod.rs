//! What is kept on this computer. For whoever is signed in as a person: what the server answered last, what was typed and not saved yet, who
//! asked for a link, and what was reminded of; signing out empties it. For whoever is in an event: what was said in its rooms, and what they said that
//! no room has taken yet; leaving it empties that. SQLite, on one thread of its own.
//!
//! Kept means on the disk (WAL, `synchronous=FULL`) before the call comes back.

mod account;
mod answers;
mod base;
mod drafts;
mod messages;
mod reminders;
mod unsent;

use std::{path::PathBuf, sync::mpsc, thread};

use rusqlite::Connection;
use tokio::sync::oneshot;

use self::base::Base;
pub(crate) use self::{
    account::{Asked, KeptAccount},
    answers::{LARGEST_ANSWER, Question},
    messages::{Found, Heard, Place},
};

/// What waits for the thread. Full: the call fails, and whoever made it says so.
const WAITING: usize = 64;

type Work = Box<dyn FnOnce(&mut Base) + Send>;

/// It was not kept, or cannot be read: no space, no permission, or too much at once. The log has the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this computer did not keep it")]
pub(crate) struct NotKept;

/// A handle to the store.
#[derive(Clone, Debug)]
pub(crate) struct Store(mpsc::SyncSender<Work>);

impl Store {
    /// The store in this file; in memory alone where there is none. Returns at once: the file is opened when it is first needed.
    pub(crate) fn open(file: Option<PathBuf>) -> Self {
        let (send, work) = mpsc::sync_channel::<Work>(WAITING);
        let serve = move || {
            let mut base = Base::new(file);
            while let Ok(work) = work.recv() {
                work(&mut base);
            }
        };
        if let Err(error) = thread::Builder::new().name("store".into()).spawn(serve) {
            tracing::error!(%error, "nothing is kept on this computer");
        }
        Self(send)
    }

    /// Does something with the file. It is done again from the start where the file had to be begun anew.
    async fn run<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, NotKept> {
        let (answer, answered) = oneshot::channel();
        let work = Box::new(move |base: &mut Base| {
            let _ = answer.send(base.run(&mut work));
        });
        self.0.try_send(work).map_err(|_| {
            tracing::warn!("the store is too busy, or not there");
            NotKept
        })?;
        answered.await.unwrap_or(Err(NotKept))
    }
}

#[cfg(test)]
mod tests;
