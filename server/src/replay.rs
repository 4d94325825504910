//! Rooms told once more, from the store and past the rooms: nothing here waits for one, or makes one wait.
//!
//! Logs are long, and many ask at the same moment: one log is read at a time, and what comes of it is kept for a while.

mod shelf;

use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use houselights_domain::{Chronicle, Edits, Fold, View, joined, weight};
use houselights_shared::{PAGE_REPLAY, ReplayPage, RoomId, Seq, Snapshot, Timestamp, Update};
use serde::Serialize;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::store::{Store, StoreError};
use shelf::Shelf;
pub(crate) use shelf::{Asked, Known};

/// So many wait for their turn to have a log read. Full: they come back later.
const MOST_WAITING: usize = 64;
/// Entries that are read at once; the thread is given to others in between.
const STEP: usize = 500;
/// So much of a log is read for one request. What is longer goes on with the next one, where this one stopped.
const STEPS_AT_ONCE: usize = 400;
/// After so many entries it is kept how a room stood, so that no moment is further from one that is known.
const FOLD_EVERY: u64 = 2_000;
/// So many entries a page is made of at most, in stretches of [`PAGE_REPLAY`]: of ten thousand votes nothing is told but their number.
const STRETCHES: usize = 10;
/// What the updates of a page may take, about.
const PAGE_BYTES: usize = 1024 * 1024;

/// What is told once more.
pub(crate) struct Replays {
    shelf: Mutex<Shelf>,
    waiting: Semaphore,
    turn: Semaphore,
}

/// Why nothing is told.
#[derive(Debug)]
pub(crate) enum Untold {
    /// Others have their turn, or it takes longer than one may be kept waiting.
    Busy,
    /// The store fails.
    Store(StoreError),
    /// It cannot be written as JSON.
    Unwritten,
}

impl From<StoreError> for Untold {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Default for Replays {
    fn default() -> Self {
        Self { shelf: Mutex::default(), waiting: Semaphore::new(MOST_WAITING), turn: Semaphore::new(1) }
    }
}

impl Replays {
    /// Somebody was erased from logs: nothing that was read before is told any more.
    pub(crate) fn forget(&self) {
        self.on_shelf(Shelf::forget);
    }

    /// What has to be known of a room's log, as far as it goes now.
    pub(crate) async fn known(&self, store: &Store, room: RoomId) -> Result<Known, Untold> {
        if let Some(known) = self.on_shelf(|shelf| shelf.known(room))
            && store.updates_after(room, known.chronicle.seq(), 1).await?.is_empty()
            && self.on_shelf(|shelf| shelf.is_of_now(&known))
        {
            return Ok(known);
        }
        let _turn = self.turn().await?;
        let Known { chronicle, era } = self.on_shelf(|shelf| shelf.known_or_new(room));
        let mut chronicle = Chronicle::clone(&chronicle);
        for _ in 0..STEPS_AT_ONCE {
            let page = store.updates_after(room, chronicle.seq(), STEP).await?;
            for update in &page {
                chronicle.follow(update);
            }
            if page.len() < STEP {
                return Ok(self.on_shelf(|shelf| shelf.keep(room, (chronicle, era))));
            }
            tokio::task::yield_now().await;
        }
        self.on_shelf(|shelf| shelf.keep(room, (chronicle, era)));
        Err(Untold::Busy)
    }

    /// What somebody asked, as JSON. What was answered before and is still right is answered again.
    pub(crate) async fn answer(&self, store: &Store, room: RoomId, known: &Known, asked: Asked) -> Result<Bytes, Untold> {
        let before = || self.on_shelf(|shelf| shelf.answer(room, known, &asked));
        if let Some(before) = before() {
            return Ok(before);
        }
        let _turn = self.turn().await?;
        // Many ask the same at the same moment: it is found out once.
        if let Some(meanwhile) = before() {
            return Ok(meanwhile);
        }
        let json = match &asked {
            Asked::At(view, until, title) => encoded(&self.at(store, (room, title.as_str()), known, (*view, *until)).await?)?,
            Asked::After(view, after, until) => encoded(&page(store, room, known, (*view, *after, *until)).await?)?,
        };
        self.on_shelf(|shelf| shelf.keep_answer(room, known, (asked, json.clone())));
        Ok(json)
    }

    /// The room as a view saw it once all had happened that did until a moment.
    async fn at(
        &self,
        store: &Store,
        (room, title): (RoomId, &str),
        known: &Known,
        (view, until): (View, Timestamp),
    ) -> Result<Snapshot, Untold> {
        let mut fold =
            self.on_shelf(|shelf| shelf.fold(room, known, (view, until))).map_or_else(Fold::default, |fold| Fold::clone(&fold));
        for _ in 0..STEPS_AT_ONCE {
            let page = store.updates_after(room, fold.seq(), STEP).await?;
            let told: Vec<_> = page.iter().take_while(|update| known.tells(update, until)).collect();
            let edits = edits(store, room, known, &told).await?;
            for update in &told {
                fold.follow(&known.chronicle.kept(update, view, &edits));
                if update.seq.number().is_multiple_of(FOLD_EVERY) {
                    self.on_shelf(|shelf| shelf.keep_fold(room, known, (view, update.at), &fold));
                }
            }
            if told.len() < STEP {
                return Ok(fold.snapshot((room, title), view));
            }
            tokio::task::yield_now().await;
        }
        Err(Untold::Busy)
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, Untold> {
        let _place = self.waiting.try_acquire().map_err(|_| Untold::Busy)?;
        self.turn.acquire().await.map_err(|_| Untold::Busy)
    }

    fn on_shelf<T>(&self, what: impl FnOnce(&mut Shelf) -> T) -> T {
        what(&mut self.shelf.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What a view saw behind a position until a moment. A page ends where a whole stretch of the log does: so whoever watches the same gets the
/// same pages, wherever they began.
async fn page(
    store: &Store,
    room: RoomId,
    known: &Known,
    (view, after, until): (View, Seq, Timestamp),
) -> Result<ReplayPage, Untold> {
    let (mut page, mut after) = (ReplayPage::default(), after);
    for _ in 0..STRETCHES {
        let most = rest_of_stretch(after);
        let stretch = store.updates_after(room, after, most).await?;
        let told: Vec<_> = stretch.iter().take_while(|update| known.tells(update, until)).collect();
        let edits = edits(store, room, known, &told).await?;
        let further = known.chronicle.told(told.iter().copied(), view, &edits);
        if page.updates.len() + further.len() > PAGE_REPLAY {
            page.more = true;
            break;
        }
        joined(&mut page.updates, further);
        page.more = told.len() == most;
        let fits = fits(&page);
        if fits < page.updates.len() {
            page.updates.truncate(fits);
            page.more = true;
            break;
        }
        if !page.more {
            break;
        }
        after = told.last().map_or(after, |last| last.seq);
        tokio::task::yield_now().await;
    }
    Ok(page)
}

/// How many entries there are to the end of the stretch that goes on behind a position.
fn rest_of_stretch(after: Seq) -> usize {
    let into = usize::try_from(after.number() % PAGE_REPLAY as u64).unwrap_or_default();
    PAGE_REPLAY - into
}

/// How many of a page's updates fit; one always does.
fn fits(page: &ReplayPage) -> usize {
    let mut bytes = 0;
    let fits = page.updates.iter().take_while(|update| {
        bytes += weight(update);
        bytes <= PAGE_BYTES
    });
    fits.count().max(1)
}

/// What these say in the end.
async fn edits(store: &Store, room: RoomId, known: &Known, updates: &[&Update]) -> Result<Edits, Untold> {
    let edits = known.chronicle.edits_of(updates.iter().copied());
    Ok(if edits.is_empty() { Edits::default() } else { Edits::of(&store.updates_at(room, &edits).await?) })
}

fn encoded(answer: &impl Serialize) -> Result<Bytes, Untold> {
    serde_json::to_vec(answer).map(Bytes::from).map_err(|_| Untold::Unwritten)
}
