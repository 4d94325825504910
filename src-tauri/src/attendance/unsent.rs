//! What one said and the room has not taken: on the disk before it goes out, and until it is answered. So it outlives the app, and goes out again with
//! the same id, to which the room gives the answer that it gave the first time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use houselights_shared::{CommandBody, CommandId, Outcome, Refusal, RoomId};
use tokio_util::task::TaskTracker;

use crate::{
    ipc::{NativeEvent, Problem, UnsentMessage},
    pages::Pages,
    realtime::{Realtime, Unheard},
    store::Store,
};

/// The most that are kept of a login. Full: the next is refused with [`Refusal::SlowDown`], and its words are the page's.
const MOST: usize = 256;
/// When to try again then, in milliseconds.
const FULL_RETRY_MS: u32 = 1_000;

/// A handle.
#[derive(Clone)]
pub(crate) struct Unsent(Arc<Inner>);

struct Inner {
    store: Store,
    /// Whose.
    login: String,
    realtime: Realtime,
    pages: Pages,
    /// In the order in which they were said, with whose they are. Those of others who were here before are shown, and not sent.
    list: Mutex<Vec<(String, UnsentMessage)>>,
}

impl Unsent {
    /// Takes up what is left of before: what waited in this room for this login goes out, everything else is told of as not sent.
    pub(super) async fn begin(
        store: Store,
        (login, room): (String, RoomId),
        (realtime, pages): (Realtime, Pages),
        tasks: &TaskTracker,
    ) -> Self {
        let left = store.unsent().await.unwrap_or_default();
        let unsent = Self(Arc::new(Inner { store, login, realtime, pages, list: Mutex::new(left.clone()) }));
        for (login, message) in left.into_iter().filter(|(_, message)| message.trouble.is_none()) {
            if login != unsent.0.login {
                unsent.trouble(&login, message.id, Problem::SignedOut).await;
            } else if message.room != room {
                unsent.trouble(&login, message.id, Problem::Unsure).await;
            } else {
                let again = unsent.clone();
                // Asked for in their order, before anything else is.
                let answer = unsent.0.realtime.ask(message.id, message.room, message.body).await;
                tasks.spawn(async move { again.settle(message.id, Realtime::answer(answer).await).await });
            }
        }
        unsent.tell();
        unsent
    }

    /// Says something in a room. The answer is the room's.
    pub(crate) async fn send(&self, id: CommandId, room: RoomId, body: CommandBody) -> Result<Outcome, Problem> {
        if !self.take(UnsentMessage { id, room, body: body.clone(), trouble: None }).await {
            return Ok(Outcome::Refused { refusal: Refusal::SlowDown, retry_after_ms: Some(FULL_RETRY_MS) });
        }
        let answer = self.0.realtime.ask(id, room, body).await;
        self.settle(id, Realtime::answer(answer).await).await
    }

    /// The person does not want it any more.
    pub(crate) async fn discard(&self, id: CommandId) {
        let discarded: Vec<_> =
            self.list().extract_if(.., |(_, message)| message.id == id && message.trouble.is_some()).collect();
        for (login, _) in discarded {
            let _ = self.0.store.drop_unsent(login, id).await;
        }
        self.tell();
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<UnsentMessage> {
        self.list().iter().map(|(_, message)| message.clone()).collect()
    }

    fn list(&self) -> MutexGuard<'_, Vec<(String, UnsentMessage)>> {
        self.0.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        self.0.pages.tell(&NativeEvent::Unsent { messages: self.all() });
    }

    /// Keeps it on the disk, and only then shows it. False where there are too many, or it is on its way already.
    async fn take(&self, message: UnsentMessage) -> bool {
        {
            let mut list = self.list();
            let is_full = list.len() >= MOST;
            let before = list.iter().position(|(login, one)| *login == self.0.login && one.id == message.id);
            match before.and_then(|place| list.get_mut(place)) {
                Some((_, one)) if one.trouble.is_none() => return false,
                Some((_, one)) => *one = message.clone(),
                None if is_full => return false,
                None => list.push((self.0.login.clone(), message.clone())),
            }
        }
        if self.0.store.keep_unsent(self.0.login.clone(), message).await.is_err() {
            tracing::warn!("a message goes out that would not outlive the app");
        }
        self.tell();
        true
    }

    /// What came of it.
    async fn settle(&self, id: CommandId, answer: Result<Outcome, Unheard>) -> Result<Outcome, Problem> {
        let login = self.0.login.clone();
        match answer {
            Ok(Outcome::Accepted { .. }) => {
                self.list().retain(|(of, message)| *of != login || message.id != id);
                let _ = self.0.store.drop_unsent(login, id).await;
            }
            Ok(Outcome::Refused { refusal, retry_after_ms }) => {
                self.trouble(&login, id, Problem::Refused { refusal, retry_after_ms }).await;
            }
            Ok(Outcome::Unknown) => {
                self.trouble(&login, id, Problem::Refused { refusal: Refusal::Unknown, retry_after_ms: None }).await;
            }
            // The app ends, or leaves the event: it waits for the next time.
            Err(Unheard::Gone) => return Err(Problem::SignedOut),
            Err(unheard @ (Unheard::Offline | Unheard::Unsure)) => self.trouble(&login, id, unheard.into()).await,
        }
        self.tell();
        Ok(answer?)
    }

    async fn trouble(&self, login: &str, id: CommandId, trouble: Problem) {
        let told = {
            let mut list = self.list();
            let found = list.iter_mut().find(|(of, message)| of == login && message.id == id);
            found.map(|(_, message)| {
                message.trouble = Some(trouble);
                message.clone()
            })
        };
        if let Some(message) = told {
            let _ = self.0.store.keep_unsent(login.to_owned(), message).await;
        }
    }
}
