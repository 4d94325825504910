//! An engine that can be told to fail.

use std::{
    borrow::Cow,
    panic::resume_unwind,
    sync::{Arc, Mutex, PoisonError},
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
    /// Writes are done, and seem to fail.
    Unsure,
    /// A statement that has these words in it panics, whoever asked for it.
    PanicsAt(&'static str),
}

/// The engine.
pub(crate) struct Flaky {
    inner: Arc<dyn Db>,
    mood: Mutex<Mood>,
    reads: Mutex<Vec<Cow<'static, str>>>,
}

impl Flaky {
    pub(crate) fn over(inner: Arc<dyn Db>) -> Arc<Self> {
        Arc::new(Self { inner, mood: Mutex::new(Mood::Works), reads: Mutex::default() })
    }

    pub(crate) fn be(&self, mood: Mood) {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    /// How often something was read by a statement that has these words in it.
    pub(crate) fn reads_of(&self, words: &str) -> usize {
        let reads = self.reads.lock().unwrap_or_else(PoisonError::into_inner);
        reads.iter().filter(|sql| sql.contains(words)).count()
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Panics, where it is the mood for it. No hook runs: a trace of the whole test binary takes seconds on a busy machine.
    fn touch(&self, statement: &Statement) {
        if let Mood::PanicsAt(words) = self.mood()
            && statement.sql.contains(words)
        {
            resume_unwind(Box::new("as the test wishes"));
        }
    }
}

impl Db for Flaky {
    fn write(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<Answers, StoreError>> {
        for statement in &statements {
            self.touch(statement);
        }
        if self.mood() == Mood::Fails {
            return async { Err(StoreError::Unavailable("told to".to_owned())) }.boxed();
        }
        let written = self.inner.write(statements);
        if self.mood() == Mood::Unsure {
            return async { written.await.and(Err(StoreError::Unavailable("told to".to_owned()))) }.boxed();
        }
        written
    }

    fn read(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        self.touch(&statement);
        self.reads.lock().unwrap_or_else(PoisonError::into_inner).push(statement.sql.clone());
        self.inner.read(statement)
    }

    fn forget(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.forget()
    }

    fn is_writable(&self) -> bool {
        self.mood() != Mood::Fails
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
