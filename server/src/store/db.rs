//! What every database engine has to do for us.

use futures_util::future::BoxFuture;

/// A value in a statement or a row: the types that all engines share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Absent.
    Null,
    /// BIGINT.
    Int(i64),
    /// TEXT.
    Text(String),
}

impl Value {
    /// The text of an id.
    pub(crate) fn id(id: &impl ToString) -> Self {
        Self::Text(id.to_string())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// SQL with `$1…$n`, and what stands for them.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) sql: &'static str,
    pub(crate) values: Vec<Value>,
}

impl Statement {
    pub(crate) fn new(sql: &'static str, values: Vec<Value>) -> Self {
        Self { sql, values }
    }
}

/// A row of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Row(pub(crate) Vec<Value>);

impl Row {
    /// The text of a column.
    pub(crate) fn text(&self, column: usize) -> Result<&str, StoreError> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Ok(text),
            Some(Value::Null | Value::Int(_)) | None => Err(StoreError::Corrupt("a column is not text")),
        }
    }

    /// The number of a column.
    pub(crate) fn int(&self, column: usize) -> Result<i64, StoreError> {
        match self.0.get(column) {
            Some(Value::Int(number)) => Ok(*number),
            Some(Value::Null | Value::Text(_)) | None => Err(StoreError::Corrupt("a column is not a number")),
        }
    }

    /// A column's text read as what it stands for.
    pub(crate) fn parsed<T: std::str::FromStr>(&self, column: usize) -> Result<T, StoreError> {
        self.text(column)?.parse().map_err(|_| StoreError::Corrupt("a column does not hold what it should"))
    }

    /// As [`parsed`](Self::parsed), where the column may be absent.
    pub(crate) fn maybe<T: std::str::FromStr>(&self, column: usize) -> Result<Option<T>, StoreError> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            Some(Value::Text(_) | Value::Int(_)) | None => self.parsed(column).map(Some),
        }
    }

    /// As [`int`](Self::int), where the column may be absent.
    pub(crate) fn maybe_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            Some(Value::Text(_) | Value::Int(_)) | None => self.int(column).map(Some),
        }
    }
}

/// Why something was not stored or read.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The disk is full, the file went read-only, the device failed. It may pass.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// A key is taken: someone else wrote what only the owner of a room writes.
    #[error("the store refused a double entry: {0}")]
    Conflict(String),
    /// What was read is not what was written.
    #[error("the store holds something unreadable: {0}")]
    Corrupt(&'static str),
}

/// An engine.
pub(crate) trait Db: Send + Sync + 'static {
    /// Runs the statements as one transaction and returns when it is on the disk: all or nothing.
    fn write(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<(), StoreError>>;
    /// The rows of one query.
    fn read(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, StoreError>>;
    /// Whether the last write was stored.
    fn is_writable(&self) -> bool;
    /// Whether what was opened is still where it was.
    fn is_in_place(&self) -> bool;
    /// Finishes what is queued and closes.
    fn close(&self) -> BoxFuture<'_, ()>;
}
