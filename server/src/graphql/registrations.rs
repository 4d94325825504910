//! Registrations: by whoever comes, and as the organisation sees and handles them.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use houselights_domain::{Duty, registration::Answers};
use houselights_shared::{QuestionId, RegistrationId};

use super::{
    error::Denial,
    guard::{self, app, viewer},
    input,
    loaders::{LastMail, loaded},
    paged,
    pages::{Connection, Page},
    questions::Question,
    tickets::{Money, TicketType},
};
use crate::{
    app::App,
    bounds::MOST_QUESTIONS,
    box_office::refunds,
    clock,
    registration::{self, ByHand, EndedBy},
    store::{self, Child, EventRow, RegistrationFilter, RegistrationRow},
};

/// Of what is searched for.
const SEARCH_CHARS: usize = 100;
/// Answers that one registration may bring.
const MOST_ANSWERS: usize = 2 * MOST_QUESTIONS;

/// Where a registration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "store::RegistrationState")]
pub(crate) enum RegistrationState {
    /// A seat is held until it is paid for.
    Pending,
    /// A seat is theirs.
    Confirmed,
    /// They wait for a seat.
    Waiting,
    /// It is over.
    Cancelled,
    /// It is over, and the money went back.
    Refunded,
}

/// What became of the last letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum MailState {
    /// There was none.
    None,
    /// It waits to be sent.
    Queued,
    /// It is with their mail server.
    Sent,
    /// It was tried often enough.
    Failed,
    /// Their mail server will never take it.
    Bounced,
}

impl From<store::MailState> for MailState {
    fn from(state: store::MailState) -> Self {
        match state {
            store::MailState::Queued => Self::Queued,
            store::MailState::Sent => Self::Sent,
            store::MailState::Failed => Self::Failed,
            store::MailState::Bounced => Self::Bounced,
        }
    }
}

/// An answer to a question.
pub(crate) struct Answer {
    question: QuestionId,
    values: Vec<String>,
}

#[Object(serial)]
impl Answer {
    /// As it is asked now, also where it is asked no more.
    async fn question(&self, context: &Context<'_>) -> Result<Question> {
        let found = loaded(context, self.question).await?;
        Ok(found.ok_or_else(Denial::not_found)?.into())
    }

    /// Of a consent `yes`.
    async fn values(&self) -> &[String] {
        &self.values
    }
}

/// A registration, for the event's organisation.
pub(crate) struct Registration(RegistrationRow);

#[Object]
impl Registration {
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    async fn email(&self) -> &str {
        &self.0.email
    }

    async fn state(&self) -> RegistrationState {
        self.0.state.into()
    }

    async fn ticket(&self, context: &Context<'_>) -> Result<TicketType> {
        TicketType::load(context, self.0.ticket).await
    }

    /// What was paid; also where it went back.
    async fn paid(&self) -> Money {
        paid(&self.0)
    }

    async fn registered_at(&self) -> DateTime<Utc> {
        input::shown(self.0.created_at)
    }

    async fn answers(&self) -> Vec<Answer> {
        self.0.answers.iter().map(|(question, values)| Answer { question: *question, values: values.clone() }).collect()
    }

    /// What became of the last letter to them.
    async fn mail(&self, context: &Context<'_>) -> Result<MailState> {
        Ok(self.last_letter(context).await?.map_or(MailState::None, |letter| letter.state.into()))
    }

    /// Why the last letter did not reach them, where it did not: in English, for whoever looks after mail.
    async fn mail_problem(&self, context: &Context<'_>) -> Result<Option<String>> {
        let letter = self.last_letter(context).await?;
        let is_lost = |state| matches!(state, store::MailState::Failed | store::MailState::Bounced);
        Ok(letter.filter(|letter| is_lost(letter.state)).and_then(|letter| letter.error))
    }

    /// When the ticket was first used.
    async fn used_at(&self) -> Option<DateTime<Utc>> {
        self.0.used_at.map(input::shown)
    }
}

/// What was paid for a place.
pub(super) fn paid(row: &RegistrationRow) -> Money {
    let has_paid = row.confirmed_at.is_some() || row.state == store::RegistrationState::Refunded;
    Money { amount: if has_paid { row.amount } else { 0 }, currency: row.currency.clone() }
}

impl Registration {
    async fn last_letter(&self, context: &Context<'_>) -> Result<Option<store::LastLetter>> {
        loaded(context, LastMail(self.0.id)).await
    }

    async fn fresh(app: &App, id: RegistrationId) -> Result<Self> {
        let row = app.store.registration(id).await.map_err(Denial::from)?;
        Ok(Self(row.ok_or_else(Denial::not_found)?))
    }
}

/// Who is registered for an event.
pub(crate) struct EventRegistrations(pub(super) Arc<EventRow>);

#[Object]
impl EventRegistrations {
    /// The newest first. `search` is a part of the name or the address.
    #[graphql(complexity = "super::pages::cost(first, child_complexity)")]
    async fn registrations(
        &self,
        context: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        search: Option<String>,
        state: Option<RegistrationState>,
    ) -> Result<Connection<Registration>> {
        viewer(context)?.on_row(app(context)?, &self.0, Duty::ReadPeople).await?;
        let page = Page::<RegistrationId>::of(first, after.as_deref())?;
        let search = search.map(|term| input::text("search", &term, SEARCH_CHARS)).transpose()?;
        let filter = RegistrationFilter { state: state.map(Into::into), search };
        let (rows, more, total) = paged::page(context, self.0.id, filter, &page).await?;
        Ok(Connection::of(rows.into_iter().map(|row: RegistrationRow| (row.id.to_string(), Registration(row))), more, total))
    }
}

/// What somebody fills in.
#[derive(InputObject)]
#[graphql(name = "NewRegistration")]
pub(crate) struct NewRegistrationInput {
    ticket: ID,
    name: String,
    email: String,
    code: Option<String>,
    answers: Option<Vec<AnswerInput>>,
}

/// What somebody answers.
#[derive(InputObject)]
pub(crate) struct AnswerInput {
    question: ID,
    values: Vec<String>,
}

/// What came of registering.
#[derive(SimpleObject)]
pub(crate) struct Registered {
    /// Confirmed, pending or waiting.
    state: RegistrationState,
    /// Where to pay; absent where nothing is to be paid.
    checkout_url: Option<String>,
}

impl NewRegistrationInput {
    fn read(self) -> Result<registration::NewRegistration, Denial> {
        let answers = self.answers.unwrap_or_default();
        if answers.len() > MOST_ANSWERS {
            return Err(Denial::bad("answers", format!("at most {MOST_ANSWERS}")));
        }
        let unknown = |_| Denial::bad("answers", "nobody asked this");
        let answers = answers.into_iter().map(|answer| Ok((input::id(&answer.question).map_err(unknown)?, answer.values)));
        Ok(registration::NewRegistration {
            ticket: input::id(&self.ticket)?,
            name: self.name,
            email: self.email,
            code: self.code,
            answers: answers.collect::<Result<_, Denial>>()?,
        })
    }
}

#[derive(Default)]
pub(crate) struct RegistrationsMutation;

#[Object]
impl RegistrationsMutation {
    /// Registers somebody, who need not be signed in. A network address may do so only so often.
    async fn register(&self, context: &Context<'_>, event: ID, registration: NewRegistrationInput) -> Result<Registered> {
        let app = app(context)?;
        guard::letter(context)?;
        let event = app.store.event(input::id(&event)?).await.map_err(Denial::from)?;
        let event = event.filter(EventRow::is_public).ok_or_else(Denial::not_found)?;
        let done = registration::register(app, &event, registration.read()?, clock::now()).await?;
        Ok(Registered { state: done.state.into(), checkout_url: done.checkout_url })
    }

    /// Registers somebody on behalf of the organisation: no payment, no window; the quantity holds. They are sent their ticket at once, or, where the
    /// event is a draft, when it is published.
    async fn add_registration(
        &self,
        context: &Context<'_>,
        event: ID,
        ticket: ID,
        name: String,
        email: String,
    ) -> Result<Registration> {
        let app = app(context)?;
        let event = viewer(context)?.on_event(app, input::id(&event)?, Duty::ManagePeople).await?;
        let new = ByHand { ticket: input::id(&ticket)?, name: &name, email: &email, answers: Answers::new() };
        let added = registration::add(app, &event, new, clock::now()).await?;
        Ok(Registration(added))
    }

    /// Takes somebody's place away, and tells them by mail. With `refund` what they paid goes back, too, and the state says whether it did
    /// already; else it stays with the organisation until it is refunded.
    async fn cancel_registration(
        &self,
        context: &Context<'_>,
        id: ID,
        #[graphql(default)] refund: bool,
    ) -> Result<Registration> {
        let (app, viewer) = (app(context)?, viewer(context)?);
        let event = viewer.on_child(app, Child::Registration, &id, Duty::ManagePeople).await?;
        if refund {
            viewer.on_event(app, event.id, Duty::Refund).await?;
        }
        let row = Registration::fresh(app, input::id(&id)?).await?.0;
        let by = if refund { EndedBy::OrganizersWithRefund } else { EndedBy::Organizers };
        registration::end(app, &event, &row, by).await?;
        Registration::fresh(app, row.id).await
    }

    /// Lets somebody in who waits, before their turn: a place that costs nothing is theirs, one that costs something is kept for them and they are
    /// written how to pay. Where no seat is left that is refused with `SOLD_OUT`, unless it is to be one more than there are: `beyond`.
    async fn admit_registration(
        &self,
        context: &Context<'_>,
        id: ID,
        #[graphql(default)] beyond: bool,
    ) -> Result<Registration> {
        let app = app(context)?;
        let event = viewer(context)?.on_child(app, Child::Registration, &id, Duty::ManagePeople).await?;
        let row = Registration::fresh(app, input::id(&id)?).await?.0;
        registration::admit(app, &event, &row, (beyond, clock::now())).await?;
        Registration::fresh(app, row.id).await
    }

    /// Gives somebody their money back, and takes their place away.
    async fn refund_registration(&self, context: &Context<'_>, id: ID) -> Result<Registration> {
        let app = app(context)?;
        viewer(context)?.on_child(app, Child::Registration, &id, Duty::Refund).await?;
        let row = Registration::fresh(app, input::id(&id)?).await?.0;
        refunds::refund(app, &row, clock::now()).await?;
        Registration::fresh(app, row.id).await
    }

    /// Sends somebody their ticket again. The links of earlier mails stay good.
    async fn resend_ticket(&self, context: &Context<'_>, id: ID) -> Result<Registration> {
        let app = app(context)?;
        let event = viewer(context)?.on_child(app, Child::Registration, &id, Duty::ManagePeople).await?;
        let row = Registration::fresh(app, input::id(&id)?).await?.0;
        registration::resend(app, &event, &row, clock::now()).await?;
        Ok(Registration(row))
    }
}
