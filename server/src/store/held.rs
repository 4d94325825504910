//! An engine that a server has for itself: it writes nothing while that is in doubt.

use std::sync::Arc;

use futures_util::{FutureExt, future::BoxFuture};

use super::{Answers, Db, Dialect, Row, Standing, Statement, StoreError, postgres::Hold};

/// The engine within, under its lock.
pub(super) struct Held {
    pub(super) inner: Arc<dyn Db>,
    pub(super) hold: Arc<Hold>,
}

impl Db for Held {
    fn write(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<Answers, StoreError>> {
        if self.hold.stands() {
            return self.inner.write(statements);
        }
        async { Err(StoreError::Unavailable("the lock of the database is not held".to_owned())) }.boxed()
    }

    fn read(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        self.inner.read(statement)
    }

    fn forget(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.forget()
    }

    fn is_writable(&self) -> bool {
        self.hold.stands() && self.hold.answers() && self.inner.is_writable()
    }

    fn is_in_place(&self) -> bool {
        self.inner.is_in_place()
    }

    fn look(&self) -> BoxFuture<'_, Standing> {
        self.hold.look().boxed()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.inner.close()
    }

    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }
}
