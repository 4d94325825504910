//! What the server answered last.

use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use super::{NotKept, Store, account::is_current};

/// The largest answer that is read and kept, in bytes. What the 300 sessions of a large event are about has up to 20,000 characters each, of up to
/// three bytes: 18 MB, the longest that is asked for at once. A page of attendees has some 25 kB.
pub(crate) const LARGEST_ANSWER: usize = 20 * 1024 * 1024;
/// What is kept of answers altogether, in bytes and in number. Full: those that were fetched longest ago are thrown away.
const MOST_BYTES: i64 = 64 * 1024 * 1024;
const MOST: i64 = 1_000;
/// What a question may be long and still have its answer kept, in bytes.
const LONGEST_QUESTION: usize = 64 * 1024;

/// What the server was asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Question {
    /// Its name.
    pub(crate) operation: String,
    /// Its text: an answer to another text of the same name, of another version of the app, is none to this one.
    pub(crate) document: String,
    /// What it is about.
    pub(crate) variables: Value,
}

impl Question {
    /// The variables in one way of writing, whatever order they came in.
    fn key(&self) -> String {
        sorted(&self.variables).to_string()
    }

    fn is_short(&self, key: &str) -> bool {
        self.operation.len() + self.document.len() + key.len() <= LONGEST_QUESTION
    }
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            fields.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

impl Store {
    /// Keeps an answer, in place of the one before, where `account` is still signed in. `at`: in milliseconds since the epoch.
    pub(crate) async fn keep_answer(&self, account: String, question: Question, data: String, at: i64) -> Result<(), NotKept> {
        let key = question.key();
        if data.len() > LARGEST_ANSWER || !question.is_short(&key) {
            return Ok(());
        }
        self.run(move |base| {
            let writing = base.transaction()?;
            if !is_current(&writing, &account)? {
                return Ok(());
            }
            let bytes = data.len() as i64;
            writing.execute(
                "INSERT OR REPLACE INTO answer (account, operation, variables, document, data, bytes, fetched)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![account, question.operation, key, question.document, data, bytes, at],
            )?;
            writing.execute(
                "DELETE FROM answer WHERE rowid IN (SELECT rowid FROM (
                     SELECT rowid, row_number() OVER newest AS place, sum(bytes) OVER newest AS together
                     FROM answer WINDOW newest AS (ORDER BY fetched DESC, rowid DESC)
                 ) WHERE place > ?1 OR together > ?2)",
                params![MOST, MOST_BYTES],
            )?;
            writing.commit()
        })
        .await
    }

    /// The last answer to this question, and when it was fetched, in milliseconds since the epoch.
    pub(crate) async fn answer(&self, account: String, question: Question) -> Result<Option<(String, i64)>, NotKept> {
        let key = question.key();
        self.run(move |base| {
            base.query_row(
                "SELECT data, fetched FROM answer WHERE account = ?1 AND operation = ?2 AND variables = ?3 AND document = ?4",
                params![account, question.operation, key, question.document],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()
        })
        .await
    }
}
