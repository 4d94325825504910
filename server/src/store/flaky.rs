//! An engine that can be told to fail.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use futures_util::{FutureExt, future::BoxFuture};

use super::{Answers, Db, Dialect, Row, Statement, StoreError};

/// How it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// As the engine within.
    Works,
    /// Writes fail.
    Fails,
    /// A write panics, whoever asked for it.
    Panics,
}

/// The engine.
pub(crate) struct Flaky {
    inner: Arc<dyn Db>,
    mood: AtomicU8,
}

impl Flaky {
    pub(crate) fn over(inner: Arc<dyn Db>) -> Arc<Self> {
        Arc::new(Self { inner, mood: AtomicU8::new(Mood::Works as u8) })
    }

    pub(crate) fn be(&self, mood: Mood) {
        self.mood.store(mood as u8, Ordering::Relaxed);
    }

    fn is(&self, mood: Mood) -> bool {
        self.mood.load(Ordering::Relaxed) == mood as u8
    }
}

impl Db for Flaky {
    fn write(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<Answers, StoreError>> {
        assert!(!self.is(Mood::Panics), "as the test wishes");
        if self.is(Mood::Fails) {
            return async { Err(StoreError::Unavailable("told to".to_owned())) }.boxed();
        }
        self.inner.write(statements)
    }

    fn read(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        self.inner.read(statement)
    }

    fn is_writable(&self) -> bool {
        !self.is(Mood::Fails)
    }

    fn is_in_place(&self) -> bool {
        self.inner.is_in_place()
    }

    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.inner.close()
    }
}
