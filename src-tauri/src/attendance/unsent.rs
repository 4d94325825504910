//! What one wrote and nobody has taken: on the disk before it goes out, and until it is answered. So it outlives the app, and goes out again with
//! the same id, to which the room, or the inbox, gives the answer that it gave the first time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use houselights_shared::{CommandBody, CommandId, InboxCommandBody, Outcome, ParticipantId, Refusal, RoomId};
use tokio_util::task::TaskTracker;

use crate::{
    ipc::{NativeEvent, Problem, UnsentLetter, UnsentMessage, Written},
    pages::Pages,
    realtime::{Answer, Realtime, Unheard},
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
    list: Mutex<Vec<(String, Written)>>,
}

impl Unsent {
    /// Takes up what is left of before: what waited for this login, in this room or its inbox, goes out; of everything else what is words is told of
    /// as not sent.
    pub(super) async fn begin(
        store: Store,
        (login, room): (String, RoomId),
        (realtime, pages): (Realtime, Pages),
        tasks: &TaskTracker,
    ) -> Self {
        let left = store.unsent().await.unwrap_or_default();
        let unsent = Self(Arc::new(Inner { store, login, realtime, pages, list: Mutex::new(left.clone()) }));
        for (login, written) in left {
            let why = written.trouble().cloned().or_else(|| unsent.stays(&login, &written, room));
            if let Some(why) = why {
                unsent.fail(&login, written.id(), why).await;
                continue;
            }
            let (again, id) = (unsent.clone(), written.id());
            // Asked for in their order, before anything else is.
            let answer = unsent.go(written).await;
            tasks.spawn(async move { again.settle(id, Realtime::answer(answer).await).await });
        }
        unsent.tell();
        unsent
    }

    /// Says something in a room. The answer is the room's.
    pub(crate) async fn send(&self, id: CommandId, room: RoomId, body: CommandBody) -> Result<Outcome, Problem> {
        self.put(UnsentMessage { id, room, body, trouble: None }.into()).await
    }

    /// Writes to somebody. The answer is the inbox's.
    pub(crate) async fn write(&self, id: CommandId, (to, text): (ParticipantId, String)) -> Result<Outcome, Problem> {
        self.put(UnsentLetter { id, to, text, trouble: None }.into()).await
    }

    /// The person does not want it any more.
    pub(crate) async fn discard(&self, id: CommandId) {
        let discarded: Vec<_> =
            self.list().extract_if(.., |(_, written)| written.id() == id && written.trouble().is_some()).collect();
        for (login, _) in discarded {
            let _ = self.0.store.drop_unsent(login, id).await;
        }
        self.tell();
    }

    /// All that was said in rooms.
    pub(crate) fn all(&self) -> Vec<UnsentMessage> {
        let message = |(_, written): &(String, Written)| match written {
            Written::Message(message) => Some(message.clone()),
            Written::Letter(_) => None,
        };
        self.list().iter().filter_map(message).collect()
    }

    /// All that was written to somebody.
    pub(crate) fn letters(&self) -> Vec<UnsentLetter> {
        let letter = |(_, written): &(String, Written)| match written {
            Written::Letter(letter) => Some(letter.clone()),
            Written::Message(_) => None,
        };
        self.list().iter().filter_map(letter).collect()
    }

    fn list(&self) -> MutexGuard<'_, Vec<(String, Written)>> {
        self.0.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        self.0.pages.tell(&NativeEvent::Unsent { messages: self.all(), letters: self.letters() });
    }

    async fn put(&self, written: Written) -> Result<Outcome, Problem> {
        let id = written.id();
        if !self.take(written.clone()).await {
            return Ok(Outcome::Refused { refusal: Refusal::SlowDown, retry_after_ms: Some(FULL_RETRY_MS) });
        }
        let answer = self.go(written).await;
        self.settle(id, Realtime::answer(answer).await).await
    }

    /// Why what is left of before does not go out by itself.
    fn stays(&self, login: &str, written: &Written, room: RoomId) -> Option<Problem> {
        if login != self.0.login {
            return Some(Problem::SignedOut);
        }
        match written {
            Written::Message(message) if message.room != room => Some(Problem::Unsure),
            Written::Message(_) | Written::Letter(_) => None,
        }
    }

    async fn go(&self, written: Written) -> Result<Answer, Unheard> {
        let realtime = &self.0.realtime;
        match written {
            Written::Message(UnsentMessage { id, room, body, .. }) => realtime.ask(id, room, body).await,
            Written::Letter(UnsentLetter { id, to, text, .. }) => {
                realtime.ask_inbox(id, InboxCommandBody::SendDirect { to, text }).await
            }
        }
    }

    /// Keeps it on the disk, and only then shows it. False where there are too many, or it is on its way already.
    async fn take(&self, written: Written) -> bool {
        {
            let mut list = self.list();
            let is_full = list.len() >= MOST;
            let before = list.iter().position(|(login, one)| *login == self.0.login && one.id() == written.id());
            match before.and_then(|place| list.get_mut(place)) {
                Some((_, one)) if one.trouble().is_none() => return false,
                Some((_, one)) => *one = written.clone(),
                None if is_full => return false,
                None => list.push((self.0.login.clone(), written.clone())),
            }
        }
        if self.0.store.keep_unsent(self.0.login.clone(), written).await.is_err() {
            tracing::warn!("a message goes out that would not outlive the app");
        }
        self.tell();
        true
    }

    /// What came of it.
    async fn settle(&self, id: CommandId, answer: Result<Outcome, Unheard>) -> Result<Outcome, Problem> {
        let login = self.0.login.clone();
        match answer {
            Ok(Outcome::Accepted { .. }) => self.let_go(&login, id).await,
            Ok(Outcome::Refused { refusal, retry_after_ms }) => {
                self.fail(&login, id, Problem::Refused { refusal, retry_after_ms }).await;
            }
            Ok(Outcome::Unknown) => {
                self.fail(&login, id, Problem::Refused { refusal: Refusal::Unknown, retry_after_ms: None }).await;
            }
            // The app ends, or leaves the event: it waits for the next time.
            Err(Unheard::Gone) => return Err(Problem::SignedOut),
            Err(unheard @ (Unheard::Offline | Unheard::Unsure)) => self.fail(&login, id, unheard.into()).await,
        }
        self.tell();
        Ok(answer?)
    }

    async fn let_go(&self, login: &str, id: CommandId) {
        self.list().retain(|(of, written)| of != login || written.id() != id);
        let _ = self.0.store.drop_unsent(login.to_owned(), id).await;
    }

    /// It was not taken. Words stay until they are not wanted any more; everything else is over: nobody would look for it.
    async fn fail(&self, login: &str, id: CommandId, why: Problem) {
        let told = {
            let mut list = self.list();
            let found = list.iter_mut().find(|(of, written)| of == login && written.id() == id);
            found.filter(|(_, written)| written.is_words()).map(|(_, written)| {
                written.fails(why);
                written.clone()
            })
        };
        match told {
            Some(written) => drop(self.0.store.keep_unsent(login.to_owned(), written).await),
            None => self.let_go(login, id).await,
        }
    }
}
