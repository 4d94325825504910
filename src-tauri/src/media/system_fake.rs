//! A machine whose devices a test plugs in and pulls out.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::audio::output::Output;
use super::capture::{AudioSource, BLOCK_MICROS, Block, NONE, Shot, SourceError, SourceId, VideoSource};
use super::figures::Figures;
use super::system::System;
use super::{Engine, EngineOptions, Timing, locked, time};
use crate::ipc::FaultCause;

/// Long enough never to come in a test.
pub(crate) const NEVER: Duration = Duration::from_secs(100_000);

#[derive(Clone, Default)]
pub(crate) struct Shelf(Arc<Inner>);

#[derive(Default)]
struct Inner {
    plugged: Mutex<HashSet<String>>,
    /// What was opened, in order.
    asked: Mutex<Vec<String>>,
    /// How many devices are open.
    open: AtomicUsize,
    hangs: (Mutex<bool>, Condvar),
    hanging: AtomicUsize,
}

impl Shelf {
    /// An engine on this machine, on which an attempt comes each `retry`. It waits for what opens and closes.
    pub(crate) async fn engine(&self, retry: Duration) -> Engine {
        self.timed(Timing { retry, opens_within: NEVER, closes_within: NEVER }).await
    }

    /// One that leaves what does not close at once to itself.
    pub(crate) async fn impatient(&self) -> Engine {
        self.timed(Timing { retry: NEVER, opens_within: NEVER, closes_within: Duration::from_millis(20) }).await
    }

    async fn timed(&self, timing: Timing) -> Engine {
        let options = EngineOptions { publish: true, ..EngineOptions::default() };
        Engine::start_on(Arc::new(self.clone()), options, timing).await.unwrap()
    }

    pub(crate) fn plug(&self, name: &str) {
        locked(&self.0.plugged).insert(name.to_owned());
    }

    pub(crate) fn pull(&self, name: &str) {
        locked(&self.0.plugged).remove(name);
    }

    pub(crate) fn open(&self) -> usize {
        self.0.open.load(SeqCst)
    }

    /// What was opened, or tried to, since this was asked last.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *locked(&self.0.asked))
    }

    /// From now on devices' calls do not come back. Returns when one was made.
    pub(crate) async fn hang(&self) {
        *locked(&self.0.hangs.0) = true;
        while self.0.hanging.load(SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    }

    /// They come back. Returns when no device is open any more.
    pub(crate) async fn release(&self) {
        *locked(&self.0.hangs.0) = false;
        self.0.hangs.1.notify_all();
        while self.open() > 0 {
            tokio::task::yield_now().await;
        }
    }

    fn has(&self, name: &str) -> bool {
        locked(&self.0.plugged).contains(name)
    }

    fn opened(&self, name: &str) -> Result<(), SourceError> {
        locked(&self.0.asked).push(name.to_owned());
        if self.has(name) { Ok(()) } else { Err(SourceError::new(FaultCause::Missing)) }
    }

    fn source(&self, source: &SourceId) -> Result<Plugged, SourceError> {
        let SourceId::System(name) = source else { panic!("{source:?}") };
        self.opened(name)?;
        self.0.open.fetch_add(1, SeqCst);
        Ok(Plugged { shelf: self.clone(), name: name.clone(), next: time::now() })
    }
}

impl System for Shelf {
    fn camera(&self, source: &SourceId) -> Result<Box<dyn VideoSource>, SourceError> {
        Ok(Box::new(self.source(source)?))
    }

    fn microphone(&self, source: &SourceId, _: &Arc<Figures>) -> Result<Box<dyn AudioSource>, SourceError> {
        Ok(Box::new(self.source(source)?))
    }

    fn loudspeaker(&self, id: Option<&str>, _: &Arc<Figures>) -> Result<Output, SourceError> {
        if id != Some(NONE) {
            self.opened(id.unwrap_or("usual"))?;
        }
        Ok(Output::silence())
    }

    fn has_loudspeaker(&self, id: Option<&str>) -> bool {
        self.has(id.unwrap_or("usual"))
    }
}

struct Plugged {
    shelf: Shelf,
    name: String,
    next: i64,
}

impl Plugged {
    fn give(&mut self) -> Result<(), SourceError> {
        let (hangs, bell) = &self.shelf.0.hangs;
        let hung = bell.wait_while(locked(hangs), |hangs| {
            self.shelf.0.hanging.store(usize::from(*hangs), SeqCst);
            *hangs
        });
        drop(hung);
        self.next += BLOCK_MICROS;
        if self.shelf.has(&self.name) { Ok(()) } else { Err(SourceError::new(FaultCause::Stopped)) }
    }
}

impl Drop for Plugged {
    fn drop(&mut self) {
        self.shelf.0.open.fetch_sub(1, SeqCst);
    }
}

impl VideoSource for Plugged {
    fn rate(&self) -> u32 {
        30
    }

    fn due(&self) -> i64 {
        self.next
    }

    fn take(&mut self, _: i64) -> Result<Option<Shot>, SourceError> {
        self.give().map(|()| None)
    }
}

impl AudioSource for Plugged {
    fn due(&self) -> i64 {
        self.next
    }

    fn take(&mut self, now: i64, block: &mut Block) -> Result<i64, SourceError> {
        block.fill(0.0);
        self.give().map(|()| now)
    }
}
