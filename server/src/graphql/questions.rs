//! Questions that are asked at registration.

use std::{collections::BTreeSet, sync::Arc};

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use houselights_domain::{Duty, registration as rules};
use houselights_shared::QuestionId;

use super::{
    error::Denial,
    events::Event,
    guard::{app, viewer},
    input,
    loaders::{QuestionsOf, loaded},
    tickets::deleted,
};
use crate::{
    app::App,
    bounds::{MOST_OPTIONS, MOST_QUESTIONS, QUESTION_CHARS},
    clock,
    store::{self, Child, EventRow},
};

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "houselights_domain::registration::QuestionKind")]
pub(crate) enum QuestionKind {
    /// A line.
    Text,
    /// Several lines.
    LongText,
    /// One of its options.
    Choice,
    /// Any of its options.
    Choices,
    /// With `yes`, or not at all.
    Consent,
}

/// A question.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Question {
    id: ID,
    label: String,
    kind: QuestionKind,
    options: Vec<String>,
    is_required: bool,
}

impl From<store::Question> for Question {
    fn from(question: store::Question) -> Self {
        Self {
            id: question.id.to_string().into(),
            label: question.label,
            kind: question.kind.into(),
            options: question.options,
            is_required: question.required,
        }
    }
}

impl Question {
    async fn fresh(app: &App, id: QuestionId) -> Result<Self> {
        let found = app.store.questions([id]).await.map_err(Denial::from)?.pop();
        Ok(found.ok_or_else(Denial::not_found)?.into())
    }

    /// What an event asks, in order.
    pub(super) async fn of(context: &Context<'_>, event: &EventRow) -> Result<Vec<Self>> {
        let found = loaded(context, QuestionsOf(event.id)).await?;
        Ok(found.unwrap_or_default().into_iter().map(Self::from).collect())
    }
}

/// The questions of an event.
pub(crate) struct EventQuestions(pub(super) Arc<EventRow>);

#[Object]
impl EventQuestions {
    /// What is asked at registration, in order.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn questions(&self, context: &Context<'_>) -> Result<Vec<Question>> {
        Question::of(context, &self.0).await
    }
}

/// A question that is to be asked.
#[derive(InputObject)]
#[graphql(name = "NewQuestion")]
pub(crate) struct NewQuestionInput {
    label: String,
    kind: QuestionKind,
    /// Of a choice.
    options: Option<Vec<String>>,
    is_required: Option<bool>,
}

/// What is to be different about a question; what is absent stays.
#[derive(InputObject)]
#[graphql(name = "QuestionChange")]
pub(crate) struct QuestionChangeInput {
    label: Option<String>,
    options: Option<Vec<String>>,
    is_required: Option<bool>,
}

fn label(text: &str) -> Result<String, Denial> {
    let label = input::text("label", text, QUESTION_CHARS)?;
    if houselights_domain::is_blank(&label) { Err(Denial::bad("label", "something to ask")) } else { Ok(label) }
}

/// At least two options, all different, where the kind has any; else none.
fn options(kind: rules::QuestionKind, options: &[String]) -> Result<Vec<String>, Denial> {
    if !kind.has_options() {
        return if options.is_empty() { Ok(Vec::new()) } else { Err(Denial::bad("options", "only a choice has options")) };
    }
    if !(2..=MOST_OPTIONS).contains(&options.len()) {
        return Err(Denial::bad("options", format!("2 to {MOST_OPTIONS} options")));
    }
    let options: Vec<String> = options.iter().map(|option| input::title("options", option)).collect::<Result<_, _>>()?;
    let different: BTreeSet<_> = options.iter().collect();
    if different.len() == options.len() { Ok(options) } else { Err(Denial::bad("options", "each option once")) }
}

#[derive(Default)]
pub(crate) struct QuestionsMutation;

#[Object]
impl QuestionsMutation {
    /// Asks one question more, after the others.
    async fn create_question(&self, context: &Context<'_>, event: ID, question: NewQuestionInput) -> Result<Question> {
        let app = app(context)?;
        let event = viewer(context)?.on_event(app, input::id(&event)?, Duty::EditEvent).await?;
        let kind = question.kind.into();
        let new = store::NewQuestion {
            label: label(&question.label)?,
            kind,
            options: options(kind, &question.options.unwrap_or_default())?,
            required: question.is_required.unwrap_or(false),
        };
        let made = app.store.create_question(event.id, new, clock::now()).await.map_err(Denial::from)?;
        Ok(made.ok_or_else(|| Denial::bad("label", format!("at most {MOST_QUESTIONS} questions")))?.into())
    }

    /// Changes a question. Answers that were given stay as they are.
    async fn update_question(&self, context: &Context<'_>, id: ID, change: QuestionChangeInput) -> Result<Question> {
        let app = app(context)?;
        viewer(context)?.on_child(app, Child::Question, &id, Duty::EditEvent).await?;
        let question: QuestionId = input::id(&id)?;
        let was = app.store.questions([question]).await.map_err(Denial::from)?.pop().ok_or_else(Denial::not_found)?;
        let change = store::QuestionChange {
            label: change.label.map(|text| label(&text)).transpose()?,
            options: change.options.map(|given| options(was.kind, &given)).transpose()?,
            required: change.is_required,
        };
        deleted(app.store.update_question(question, &change).await)?;
        Question::fresh(app, question).await
    }

    /// Puts the questions into another order: all of them, each once.
    async fn order_questions(&self, context: &Context<'_>, event: ID, order: Vec<ID>) -> Result<Vec<Question>> {
        let app = app(context)?;
        let event = viewer(context)?.on_event(app, input::id(&event)?, Duty::EditEvent).await?;
        let wrong = || Denial::bad("order", "all questions of the event, each once");
        if order.len() > MOST_QUESTIONS {
            return Err(wrong().into());
        }
        let order: Vec<QuestionId> = order.iter().map(input::id).collect::<Result<_, _>>()?;
        let asked = app.store.questions_of([event.id]).await.map_err(Denial::from)?;
        if order.iter().any(|id| asked.iter().all(|question| question.id != *id)) {
            return Err(Denial::not_found().into());
        }
        let different: BTreeSet<_> = order.iter().collect();
        if different.len() != order.len() || !app.store.order_questions(event.id, &order).await.map_err(Denial::from)? {
            return Err(wrong().into());
        }
        let ordered = app.store.questions_of([event.id]).await.map_err(Denial::from)?;
        Ok(ordered.into_iter().map(Question::from).collect())
    }

    /// Asks a question no more.
    async fn delete_question(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        let app = app(context)?;
        let event = viewer(context)?.on_child(app, Child::Question, &id, Duty::EditEvent).await?;
        deleted(app.store.delete_question(input::id(&id)?, clock::now()).await)?;
        Event::load(app, event.id).await
    }
}
