//! What every database engine has to do for us.

use std::borrow::Cow;

use futures_util::{FutureExt, future::BoxFuture};
use houselights_shared::Timestamp;

/// A value in a statement or a row: the types that all engines share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Absent.
    Null,
    /// BIGINT.
    Int(i64),
    /// TEXT.
    Text(String),
    /// BYTEA; `SQLite`, to which the name means nothing, keeps a BLOB.
    Bytes(Vec<u8>),
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

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Int(at.micros())
    }
}

/// As 0 or 1.
impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Self::Int(is.into())
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
    pub(crate) sql: Cow<'static, str>,
    pub(crate) values: Vec<Value>,
    /// How many rows it has to change, where that matters.
    pub(crate) demand: Option<u64>,
    /// How it is done depends on its values: an engine that plans what it has prepared for any values plans it each time.
    pub(crate) planned_anew: bool,
}

impl Statement {
    pub(crate) fn new(sql: &'static str, values: Vec<Value>) -> Self {
        Self { sql: Cow::Borrowed(sql), values, demand: None, planned_anew: false }
    }

    /// One whose text is put together from what the code says, never from what comes in.
    pub(crate) fn composed(sql: String, values: Vec<Value>) -> Self {
        Self { sql: Cow::Owned(sql), values, demand: None, planned_anew: false }
    }

    /// One in which `{list}` stands for any number of ids: `… WHERE id IN ({list})`. They are numbered after `values`. The list is filled
    /// up with its last id to a power of two, so that an engine has few texts to prepare.
    pub(crate) fn listing(sql: &str, mut values: Vec<Value>, ids: impl IntoIterator<Item = Value>) -> Self {
        let first = values.len() + 1;
        values.extend(ids);
        let last = if values.len() < first { Value::Null } else { values.last().cloned().unwrap_or(Value::Null) };
        let wanted = (values.len() + 1 - first).max(1).next_power_of_two();
        values.resize(first - 1 + wanted, last);
        let places: Vec<String> = (first..=values.len()).map(|number| format!("${number}")).collect();
        Self::composed(sql.replace("{list}", &places.join(", ")), values)
    }

    /// Demands that so many rows are changed: where it is another number, the whole write is undone and fails with
    /// [`StoreError::Unmet`]. A condition in `WHERE` with a demand is how a rule holds against whoever writes at the same moment.
    #[must_use]
    pub(crate) fn changing(mut self, rows: u64) -> Self {
        self.demand = Some(rows);
        self
    }

    /// Has it planned for just these values.
    #[must_use]
    pub(crate) fn planned_anew(mut self) -> Self {
        self.planned_anew = true;
        self
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
            Some(Value::Null | Value::Int(_) | Value::Bytes(_)) | None => Err(StoreError::Corrupt("a column is not text")),
        }
    }

    /// The number of a column.
    pub(crate) fn int(&self, column: usize) -> Result<i64, StoreError> {
        match self.0.get(column) {
            Some(Value::Int(number)) => Ok(*number),
            Some(Value::Null | Value::Text(_) | Value::Bytes(_)) | None => Err(StoreError::Corrupt("a column is not a number")),
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
            Some(Value::Text(_) | Value::Int(_) | Value::Bytes(_)) | None => self.parsed(column).map(Some),
        }
    }

    /// As [`int`](Self::int), where the column may be absent.
    pub(crate) fn maybe_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            Some(Value::Text(_) | Value::Int(_) | Value::Bytes(_)) | None => self.int(column).map(Some),
        }
    }

    /// The instant of a column.
    pub(crate) fn at(&self, column: usize) -> Result<Timestamp, StoreError> {
        self.int(column).map(Timestamp::from_micros)
    }

    /// As [`at`](Self::at), where the column may be absent.
    pub(crate) fn maybe_at(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.maybe_int(column)?.map(Timestamp::from_micros))
    }

    /// What was stored as 0 or 1.
    pub(crate) fn is(&self, column: usize) -> Result<bool, StoreError> {
        self.int(column).map(|number| number != 0)
    }

    /// What was stored as JSON.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<T, StoreError> {
        serde_json::from_str(self.text(column)?)
            .map_err(|_| StoreError::Corrupt("a column does not hold the JSON that it should"))
    }

    /// The bytes of a column.
    pub(crate) fn bytes(&self, column: usize) -> Result<&[u8], StoreError> {
        match self.0.get(column) {
            Some(Value::Bytes(bytes)) => Ok(bytes),
            Some(Value::Null | Value::Int(_) | Value::Text(_)) | None => Err(StoreError::Corrupt("a column is not bytes")),
        }
    }
}

/// Why something was not stored or read.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The disk is full, the file went read-only, the device failed. It may pass.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// A key is taken: someone else was first.
    #[error("the store refused a double entry: {0}")]
    Conflict(String),
    /// It names what is not there (any more), or breaks another rule of the schema.
    #[error("the store refused what does not fit: {0}")]
    Misfit(String),
    /// The statement at this place in the write did not change as many rows as it had to: nothing of the write was stored.
    #[error("statement {0} of a write did not find what it was to change")]
    Unmet(usize),
    /// What was read is not what was written.
    #[error("the store holds something unreadable: {0}")]
    Corrupt(&'static str),
}

/// What a write answered: for each statement the rows of its `RETURNING`.
pub(crate) type Answers = Vec<Vec<Row>>;

/// Whose a database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// This server's, or nobody's for the moment.
    Ours,
    /// Another server's. It does not come back.
    Anothers,
}

/// An engine.
pub(crate) trait Db: Send + Sync + 'static {
    /// Runs the statements as one transaction and returns when it is on the disk: all or nothing.
    fn write(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<Answers, StoreError>>;
    /// The rows of one query.
    fn read(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, StoreError>>;
    /// Leaves nothing of what was deleted in files of ours. How a server of databases keeps its own is in its administrator's hands: PostgreSQL
    /// overwrites it after its next vacuum.
    fn forget(&self) -> BoxFuture<'_, Result<(), StoreError>>;
    /// Whether the last write was stored.
    fn is_writable(&self) -> bool;
    /// Whether what was opened is still where it was.
    fn is_in_place(&self) -> bool;
    /// Looks whether it is this server's still, and whether it answers, where that can change. To be done every now and then.
    fn look(&self) -> BoxFuture<'_, Standing> {
        async { Standing::Ours }.boxed()
    }
    /// Finishes what is queued and closes.
    fn close(&self) -> BoxFuture<'_, ()>;
    /// Which engine it is, for the few statements that cannot be the same.
    fn dialect(&self) -> Dialect;
}

/// The engines. Statements differ where people and words are searched, and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Embedded.
    Sqlite,
    /// A server of its own.
    Postgres,
}
