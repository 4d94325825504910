//! Questions that are asked at registration, in an order.

use houselights_domain::registration::QuestionKind;
use houselights_shared::{EventId, QuestionId, Timestamp};

use super::{Row, Statement, Store, StoreError, Value, tickets::held};
use crate::bounds::{MOST_QUESTIONS, rows};

/// A question as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) id: QuestionId,
    pub(crate) event: EventId,
    pub(crate) label: String,
    pub(crate) kind: QuestionKind,
    pub(crate) options: Vec<String>,
    pub(crate) required: bool,
}

/// A question that is to be asked.
#[derive(Clone, Debug)]
pub(crate) struct NewQuestion {
    pub(crate) label: String,
    pub(crate) kind: QuestionKind,
    pub(crate) options: Vec<String>,
    pub(crate) required: bool,
}

/// What is to be different about a question; what is absent stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct QuestionChange {
    pub(crate) label: Option<String>,
    pub(crate) options: Option<Vec<String>>,
    pub(crate) required: Option<bool>,
}

/// All columns of a [`Question`], in its order.
macro_rules! question_columns {
    () => {
        "id, event_id, label, kind, options, required"
    };
}

impl Store {
    /// The questions with these ids, also those in the trash: they were answered once.
    pub(crate) async fn questions(&self, ids: impl IntoIterator<Item = QuestionId>) -> Result<Vec<Question>, StoreError> {
        let sql = concat!("SELECT ", question_columns!(), " FROM questions WHERE id IN ({list})");
        let ids = ids.into_iter().map(|id| Value::id(&id));
        self.db.read(Statement::listing(sql, Vec::new(), ids)).await?.iter().map(question).collect()
    }

    /// What these events ask, in order.
    pub(crate) async fn questions_of(&self, events: impl IntoIterator<Item = EventId>) -> Result<Vec<Question>, StoreError> {
        let sql = concat!(
            "SELECT ",
            question_columns!(),
            " FROM questions WHERE event_id IN ({list}) AND deleted_at IS NULL ORDER BY event_id, position, id"
        );
        let ids = events.into_iter().map(|id| Value::id(&id));
        self.db.read(Statement::listing(sql, Vec::new(), ids)).await?.iter().map(question).collect()
    }

    /// Asks one question more. Nothing where the event asks as many as it may.
    pub(crate) async fn create_question(
        &self,
        event: EventId,
        new: NewQuestion,
        now: Timestamp,
    ) -> Result<Option<Question>, StoreError> {
        let id = QuestionId::random();
        let sql = "INSERT INTO questions (id, event_id, label, kind, options, required, position, created_at) \
                   SELECT $1, $2, $3, $4, $5, CAST($6 AS BIGINT), \
                   (SELECT coalesce(max(position), -1) + 1 FROM questions WHERE event_id = $2), CAST($7 AS BIGINT) \
                   WHERE (SELECT count(*) FROM questions WHERE event_id = $2 AND deleted_at IS NULL) < CAST($8 AS BIGINT)";
        let values = vec![
            Value::id(&id),
            Value::id(&event),
            new.label.as_str().into(),
            stored_kind(new.kind).into(),
            stored_options(&new.options).into(),
            new.required.into(),
            now.into(),
            rows(MOST_QUESTIONS).into(),
        ];
        let made = self.changed(vec![held(event), Statement::new(sql, values).changing(1)]).await?;
        let NewQuestion { label, kind, options, required } = new;
        Ok(made.then_some(Question { id, event, label, kind, options, required }))
    }

    /// Changes a question. Answers that were given stay as they are.
    pub(crate) async fn update_question(&self, id: QuestionId, change: &QuestionChange) -> Result<bool, StoreError> {
        let sql = "UPDATE questions SET label = coalesce($1, label), options = coalesce($2, options), required = coalesce($3, required) \
                   WHERE id = $4 AND deleted_at IS NULL";
        let values = vec![
            change.label.clone().into(),
            change.options.as_deref().map(stored_options).into(),
            change.required.into(),
            Value::id(&id),
        ];
        self.changed(vec![Statement::new(sql, values).changing(1)]).await
    }

    /// Puts an event's questions into this order. False where these are not all its questions, each once.
    pub(crate) async fn order_questions(&self, event: EventId, order: &[QuestionId]) -> Result<bool, StoreError> {
        let all = "UPDATE events SET taken = taken WHERE id = $1 \
                   AND (SELECT count(*) FROM questions WHERE event_id = $1 AND deleted_at IS NULL) = $2";
        let count = i64::try_from(order.len()).unwrap_or(i64::MAX);
        let mut statements = vec![Statement::new(all, vec![Value::id(&event), count.into()]).changing(1)];
        statements.extend(order.iter().zip(0_i64..).map(|(id, position)| {
            let sql = "UPDATE questions SET position = $1 WHERE id = $2 AND event_id = $3 AND deleted_at IS NULL";
            Statement::new(sql, vec![position.into(), Value::id(id), Value::id(&event)]).changing(1)
        }));
        self.changed(statements).await
    }

    /// Puts a question into the trash.
    pub(crate) async fn delete_question(&self, id: QuestionId, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE questions SET deleted_at = $1 WHERE id = $2 AND deleted_at IS NULL";
        self.changed(vec![Statement::new(sql, vec![now.into(), Value::id(&id)]).changing(1)]).await
    }
}

fn stored_options(options: &[String]) -> String {
    serde_json::Value::from(options).to_string()
}

const fn stored_kind(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Text => "text",
        QuestionKind::LongText => "long_text",
        QuestionKind::Choice => "choice",
        QuestionKind::Choices => "choices",
        QuestionKind::Consent => "consent",
    }
}

fn question(row: &Row) -> Result<Question, StoreError> {
    let kind = row.text(3)?;
    let kind = QuestionKind::ALL.into_iter().find(|known| stored_kind(*known) == kind);
    Ok(Question {
        id: row.parsed(0)?,
        event: row.parsed(1)?,
        label: row.text(2)?.to_owned(),
        kind: kind.ok_or(StoreError::Corrupt("the kind of a question"))?,
        options: row.json(4)?,
        required: row.is(5)?,
    })
}
