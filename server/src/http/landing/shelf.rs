//! Pages of events as they were last filled. What a page shows is read each time, so it is never old; filling the template, which costs several times as
//! much, is done again only where something of it is different.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use houselights_shared::{EventId, Timestamp};

use super::Landing;
use crate::http::pages::Page;

/// What is kept in all: the pages of events that people look at just now. What a page was filled with is counted as long as the page.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// The pages.
#[derive(Default)]
pub(crate) struct Shelf(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    pages: HashMap<EventId, Filled>,
    uses: u64,
    bytes: usize,
}

struct Filled {
    of: Landing,
    /// From when until when it says the same.
    from: Timestamp,
    until: Option<Timestamp>,
    used: u64,
    page: Page,
}

impl Shelf {
    /// The page of what was read, filled by `fill` where there is none of just that.
    pub(super) fn page(&self, landing: Landing, now: Timestamp, fill: impl FnOnce(&Landing) -> Option<Page>) -> Option<Page> {
        let event = landing.event.row.id;
        if let Some(page) = self.with(|kept| kept.take_down(event, &landing, now)) {
            return Some(page);
        }
        let page = fill(&landing)?;
        let filled = Filled { until: landing.says_the_same_until(now), from: now, used: 0, page: page.clone(), of: landing };
        self.with(|kept| kept.put(event, filled));
        Some(page)
    }

    fn with<T>(&self, what: impl FnOnce(&mut Kept) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Kept {
    fn take_down(&mut self, event: EventId, landing: &Landing, now: Timestamp) -> Option<Page> {
        let filled = self.pages.get_mut(&event)?;
        let is_so = filled.from <= now && filled.until.is_none_or(|until| now < until) && filled.of == *landing;
        self.uses += 1;
        filled.used = self.uses;
        is_so.then(|| filled.page.clone())
    }

    fn put(&mut self, event: EventId, filled: Filled) {
        self.uses += 1;
        self.bytes += filled.bytes();
        let before = self.pages.insert(event, Filled { used: self.uses, ..filled });
        self.bytes -= before.map_or(0, |before| before.bytes());
        while self.bytes > MOST_BYTES {
            let longest_unused = self.pages.iter().min_by_key(|(_, filled)| filled.used).map(|(event, _)| *event);
            let Some(gone) = longest_unused.and_then(|event| self.pages.remove(&event)) else { return };
            self.bytes -= gone.bytes();
        }
    }
}

impl Filled {
    fn bytes(&self) -> usize {
        2 * self.page.bytes()
    }
}
