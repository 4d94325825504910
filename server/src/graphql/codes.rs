//! Codes that make tickets cheaper.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use houselights_domain::{Duty, registration::Discount};
use houselights_shared::EventId;

use super::{
    error::Denial,
    events::Event,
    guard::{app, viewer},
    input,
    loaders::{CodesOf, loaded},
    prices,
    tickets::{TicketType, deleted},
};
use crate::{
    app::App,
    bounds::MOST_AMOUNT,
    clock,
    payments::Currency,
    registration::{code_letters, ticket_of},
    store::{self, Child, EventRow, NewTicketCode, StoreError},
};

/// A code that makes tickets cheaper.
pub(crate) struct TicketCode(store::TicketCode);

#[Object]
impl TicketCode {
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// In upper case; in any case when it is used.
    async fn code(&self) -> &str {
        &self.0.code
    }

    async fn percent_off(&self) -> Option<i64> {
        match self.0.discount {
            Discount::Percent(percent) => Some(percent),
            Discount::Amount(_) => None,
        }
    }

    /// In the currency's smallest unit.
    async fn amount_off(&self) -> Option<i64> {
        match self.0.discount {
            Discount::Percent(_) => None,
            Discount::Amount(amount) => Some(amount),
        }
    }

    /// How often it can be used; as often as like where there is none.
    async fn quantity(&self) -> Option<i64> {
        self.0.quantity
    }

    async fn taken(&self) -> i64 {
        self.0.taken
    }

    /// The only ticket that it is for; all where there is none.
    async fn ticket(&self, context: &Context<'_>) -> Result<Option<TicketType>> {
        match self.0.ticket {
            Some(ticket) => TicketType::load(context, ticket).await.map(Some),
            None => Ok(None),
        }
    }

    /// Before it, it is as if there were no such code.
    async fn valid_from(&self) -> Option<DateTime<Utc>> {
        self.0.valid_from.map(input::shown)
    }

    async fn valid_until(&self) -> Option<DateTime<Utc>> {
        self.0.valid_until.map(input::shown)
    }
}

/// The codes of an event.
pub(crate) struct EventCodes(pub(super) Arc<EventRow>);

#[Object]
impl EventCodes {
    /// What makes it cheaper, the newest first.
    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn codes(&self, context: &Context<'_>) -> Result<Vec<TicketCode>> {
        viewer(context)?.on_row(app(context)?, &self.0, Duty::ReadPeople).await?;
        let found = loaded(context, CodesOf(self.0.id)).await?;
        Ok(found.unwrap_or_default().into_iter().map(TicketCode).collect())
    }
}

/// A code that is to be made: it takes off either a part of a hundred or an amount.
#[derive(InputObject)]
#[graphql(name = "NewTicketCode")]
pub(crate) struct NewTicketCodeInput {
    /// Letters, digits, hyphens and underscores, in any case.
    code: String,
    percent_off: Option<i32>,
    amount_off: Option<i64>,
    quantity: Option<i32>,
    /// The only ticket that it is for.
    ticket: Option<ID>,
    valid_from: Option<DateTime<Utc>>,
    /// After `validFrom`.
    valid_until: Option<DateTime<Utc>>,
}

impl NewTicketCodeInput {
    async fn checked(self, app: &App, event: EventId) -> Result<NewTicketCode, Denial> {
        let code = code_letters(&self.code);
        let code = code.ok_or_else(|| Denial::bad("code", "1 to 40 letters, digits, hyphens and underscores"))?;
        let discount = match (self.percent_off, self.amount_off) {
            (Some(percent @ 1..=100), None) => Discount::Percent(percent.into()),
            (None, Some(amount)) if (1..=i64::from(MOST_AMOUNT)).contains(&amount) => Discount::Amount(amount),
            (Some(_), None) => return Err(Denial::bad("percentOff", "between 1 and 100")),
            (None, Some(_)) => return Err(Denial::bad("amountOff", format!("between 1 and {MOST_AMOUNT}"))),
            (Some(_), Some(_)) | (None, None) => {
                return Err(Denial::bad("percentOff", "either percentOff or amountOff"));
            }
        };
        let ticket = match self.ticket {
            Some(ticket) => Some(ticket_of(app, event, input::id(&ticket)?).await?.id),
            None => None,
        };
        let tickets = app.store.ticket_types_of([event]).await?;
        for priced in tickets.iter().filter(|of| of.deleted_at.is_none() && ticket.is_none_or(|only| only == of.id)) {
            if let Some(currency) = Currency::parse(&priced.currency) {
                prices::leaves_enough(app, discount, (&priced.title, priced.amount, currency))?;
            }
        }
        let valid_from = self.valid_from.map(|at| input::instant("validFrom", at)).transpose()?;
        let valid_until = self.valid_until.map(|at| input::instant("validUntil", at)).transpose()?;
        if valid_from.zip(valid_until).is_some_and(|(from, until)| until <= from) {
            return Err(Denial::bad("validUntil", "after validFrom"));
        }
        Ok(NewTicketCode {
            code,
            ticket,
            discount,
            quantity: self.quantity.map(|number| input::count("quantity", number)).transpose()?,
            valid_from,
            valid_until,
        })
    }
}

#[derive(Default)]
pub(crate) struct CodesMutation;

#[Object]
impl CodesMutation {
    /// Makes a code.
    async fn create_code(&self, context: &Context<'_>, event: ID, code: NewTicketCodeInput) -> Result<TicketCode> {
        let app = app(context)?;
        let event = viewer(context)?.on_event(app, input::id(&event)?, Duty::EditEvent).await?;
        let code = code.checked(app, event.id).await?;
        match app.store.create_code(event.id, &code, clock::now()).await {
            Ok(Some(made)) => Ok(TicketCode(made)),
            Ok(None) => Err(Denial::bad("code", "at most 1,000 codes").into()),
            Err(StoreError::Conflict(_)) => Err(Denial::bad("code", "there is such a code already").into()),
            Err(error) => Err(Denial::from(error).into()),
        }
    }

    /// Takes a code away. What was made cheaper with it stays so.
    async fn delete_code(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        let app = app(context)?;
        let event = viewer(context)?.on_child(app, Child::Code, &id, Duty::EditEvent).await?;
        deleted(app.store.delete_code(input::id(&id)?, clock::now()).await)?;
        Event::load(app, event.id).await
    }
}
