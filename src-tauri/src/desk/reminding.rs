//! Reminds whoever is signed in of the events that they are registered for, and of the sessions that they picked there, also where no page is
//! seen.

use std::{sync::Arc, time::Duration};

use chrono::DateTime;
use houselights_shared::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use super::{Desk, now};
use crate::{
    ipc::{ApiCode, Fetched},
    reminders::{Due, Of, Registration, Reminder, body, due},
    store::Question,
};

/// How often it is asked what one is registered for; and how soon again where the server did not answer.
const ASK_EVERY: Duration = Duration::from_hours(1);
const ASK_AGAIN: Duration = Duration::from_mins(5);
/// Whatever happens, it is not asked more often than this.
const ASK_AT_MOST: Duration = Duration::from_secs(5);
/// The longest wait between two looks at the clock: one that waits longer sleeps through what the computer slept through.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Pages of registrations that are asked for: what is more is not reminded of.
const MOST_PAGES: usize = 4;
/// So much of an event's title is shown, in characters.
const LONGEST_TITLE: usize = 120;

const DOCUMENT: &str = "query Reminders($after: String) {
  myRegistrations(first: 50, after: $after) {
    nodes { id state event { title startsAt cancelledAt } pickedSessions { id title startsAt cancelledAt } }
    pageInfo { hasNextPage endCursor }
  }
}";
/// What a server is asked that refuses the above: one from before picked sessions were told. It refuses all of a question in which it does not
/// know one field.
const DOCUMENT_BEFORE: &str = "query Reminders($after: String) {
  myRegistrations(first: 50, after: $after) {
    nodes { id state event { title startsAt cancelledAt } }
    pageInfo { hasNextPage endCursor }
  }
}";

/// Shows a note outside of any window.
pub trait Notifier: Send + Sync + 'static {
    /// Shows one; whether anybody saw it is not known.
    fn show(&self, title: &str, body: &str);
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    my_registrations: Page,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    /// Read one by one: what is wrong with one is nothing to the others.
    nodes: Vec<Value>,
    #[serde(default)]
    page_info: PageInfo,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    id: String,
    state: String,
    event: Planned,
    #[serde(default)]
    picked_sessions: Vec<Value>,
}

#[derive(Deserialize)]
struct Picked {
    id: String,
    #[serde(flatten)]
    session: Planned,
}

/// An event, or a session of one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Planned {
    title: String,
    starts_at: DateTime<chrono::Utc>,
    cancelled_at: Option<String>,
}

/// When the server was asked, for whom, and whether it answered.
struct Asked {
    account: String,
    at: Instant,
    answered: bool,
}

impl Desk {
    /// Runs for as long as the app does.
    pub async fn remind(self, notifier: Arc<dyn Notifier>) {
        let mut asked: Option<Asked> = None;
        let mut called = false;
        loop {
            let login = self.standing().await.login;
            let Some(login) = login else {
                self.0.look.notified().await;
                continue;
            };
            let account = login.account.key();
            if login.token.is_some() && is_time(asked.as_ref(), &account, called, Instant::now()) {
                let answered = self.ask_registrations(&account).await;
                asked = Some(Asked { account: account.clone(), at: Instant::now(), answered });
            }
            let next = self.show_due(&account, &*notifier).await;
            let wait = next.map_or(LOOK_EVERY, |next| next.since(now()).min(LOOK_EVERY));
            called = timeout(wait.max(Duration::from_millis(100)), self.0.look.notified()).await.is_ok();
        }
    }

    /// Whether the server said what one is registered for.
    async fn ask_registrations(&self, account: &str) -> bool {
        let mut registrations = Vec::new();
        let mut after = None;
        for _page in 0..MOST_PAGES {
            let Some(fetched) = self.ask_page(after.as_deref()).await else { return false };
            let page = match serde_json::from_str::<Answer>(fetched.data.get()) {
                Ok(answer) => answer.my_registrations,
                Err(error) => {
                    tracing::warn!(%error, "what one is registered for cannot be read");
                    return false;
                }
            };
            registrations.extend(read_each(page.nodes).flat_map(confirmed));
            match page.page_info {
                PageInfo { has_next_page: true, end_cursor: Some(cursor) } => after = Some(cursor),
                PageInfo { .. } => break,
            }
        }
        self.0.store.keep_registrations(account.to_owned(), registrations).await.is_ok()
    }

    /// One page, as the server answers it now.
    async fn ask_page(&self, after: Option<&str>) -> Option<Fetched> {
        let question = |document: &str| Question {
            operation: "Reminders".into(),
            document: document.into(),
            variables: json!({ "after": after }),
        };
        let mut answer = self.ask(question(DOCUMENT)).await;
        if answer.as_ref().is_err_and(|problem| problem.code == ApiCode::BadInput) {
            answer = self.ask(question(DOCUMENT_BEFORE)).await;
        }
        answer.ok().filter(|fetched| fetched.is_fresh)
    }

    /// Shows what is due, remembered before it is shown: rather none than one twice. When to look again.
    async fn show_due(&self, account: &str, notifier: &dyn Notifier) -> Option<Timestamp> {
        let (registrations, said) = self.0.store.registrations(account.to_owned()).await.ok()?;
        let Due { show, said, next } = due(&registrations, &said, now());
        if said.is_empty() || self.0.store.remember_said(account.to_owned(), said).await == Ok(true) {
            for Reminder { title, left } in show {
                notifier.show(&title, &body(left));
            }
        }
        next
    }
}

fn is_time(asked: Option<&Asked>, account: &str, called: bool, now: Instant) -> bool {
    let Some(Asked { at, answered, .. }) = asked.filter(|asked| asked.account == account) else { return true };
    let since = now.saturating_duration_since(*at);
    since >= if *answered { ASK_EVERY } else { ASK_AGAIN } || (called && since >= ASK_AT_MOST)
}

/// Those of them that can be read.
fn read_each<T: DeserializeOwned>(values: Vec<Value>) -> impl Iterator<Item = T> {
    values.into_iter().filter_map(|value| {
        serde_json::from_value(value)
            .inspect_err(|error| tracing::warn!(%error, "one of what one is registered for cannot be read"))
            .ok()
    })
}

/// What one is reminded of by a registration. A session that begins with its event is not told of beside it.
fn confirmed(Node { id, state, event, picked_sessions }: Node) -> Vec<Registration> {
    if state != "CONFIRMED" || event.cancelled_at.is_some() {
        return Vec::new();
    }
    let starts_at = event.starts_at;
    let is_apart = |picked: &Picked| picked.session.cancelled_at.is_none() && picked.session.starts_at != starts_at;
    let sessions = read_each(picked_sessions).filter(is_apart);
    let sessions = sessions.map(|picked| picked.session.reminder(format!("{id}/{}", picked.id), Of::Session));
    let mut all: Vec<_> = sessions.collect();
    all.push(event.reminder(id, Of::Event));
    all
}

impl Planned {
    fn reminder(self, id: String, of: Of) -> Registration {
        let title = self.title.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_TITLE).collect();
        Registration { id, title, starts: Timestamp::from_micros(self.starts_at.timestamp_micros()), of }
    }
}
