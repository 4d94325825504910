//! Kinds of tickets.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use houselights_domain::Duty;
use houselights_shared::{TicketTypeId, Timestamp};

use super::{
    error::{Code, Denial},
    events::Event,
    guard::{app, viewer},
    input,
    loaders::{TicketsOf, WaitingFor, loaded},
    prices,
};
use crate::{
    app::App,
    bounds::{MOST_AMOUNT, MOST_TICKET_TYPES, TICKET_DESCRIPTION_CHARS},
    box_office, clock,
    payments::Currency,
    registration::{any_ticket, ticket_of},
    store::{self, Child, EventRow, NewTicketType, StoreError, TicketTypeChange},
};

/// An amount of money.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Money {
    /// In the currency's smallest unit.
    pub(crate) amount: i64,
    /// ISO 4217, such as `EUR`.
    pub(crate) currency: String,
}

/// A kind of ticket, for the event's organisation.
pub(crate) struct TicketType(pub(crate) Arc<store::TicketType>);

#[Object]
impl TicketType {
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    async fn title(&self) -> &str {
        &self.0.title
    }

    async fn description(&self) -> &str {
        &self.0.description
    }

    async fn price(&self) -> Money {
        Money { amount: self.0.amount, currency: self.0.currency.clone() }
    }

    /// How many there are; as many as like where there is none.
    async fn quantity(&self) -> Option<i64> {
        self.0.quantity
    }

    /// How many are had, or held for who is paying.
    async fn taken(&self) -> i64 {
        self.0.taken
    }

    async fn sales_start(&self) -> Option<DateTime<Utc>> {
        self.0.sales_start.map(input::shown)
    }

    async fn sales_end(&self) -> Option<DateTime<Utc>> {
        self.0.sales_end.map(input::shown)
    }

    /// Whether the page does not show it. It is had with a code that is for it, or from the organisation.
    async fn is_hidden(&self) -> bool {
        self.0.hidden
    }

    /// Whether one can wait for it once all are taken.
    async fn waiting_list(&self) -> bool {
        self.0.waiting_list
    }

    /// How many do.
    async fn waiting(&self, context: &Context<'_>) -> Result<i64> {
        let found = loaded(context, WaitingFor(self.0.id)).await?;
        Ok(found.unwrap_or(0))
    }
}

impl TicketType {
    pub(super) async fn load(context: &Context<'_>, id: TicketTypeId) -> Result<Self> {
        let found = loaded(context, id).await?;
        Ok(Self(found.ok_or_else(Denial::not_found)?))
    }

    async fn fresh(app: &App, id: TicketTypeId) -> Result<Self> {
        Ok(Self(Arc::new(any_ticket(app, id).await?)))
    }
}

/// The tickets of an event.
pub(crate) struct EventTickets(pub(super) Arc<EventRow>);

#[Object]
impl EventTickets {
    /// What there is to be had.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn tickets(&self, context: &Context<'_>) -> Result<Vec<TicketType>> {
        let found = loaded(context, TicketsOf(self.0.id)).await?;
        Ok(found.unwrap_or_default().into_iter().map(TicketType).collect())
    }
}

/// A kind of ticket that is to be made.
#[derive(InputObject)]
#[graphql(name = "NewTicketType")]
pub(crate) struct NewTicketTypeInput {
    title: String,
    description: Option<String>,
    /// In the currency's smallest unit; 0 where it costs nothing.
    amount: i64,
    /// ISO 4217. All tickets of an event that cost something have the same.
    currency: String,
    quantity: Option<i32>,
    sales_start: Option<DateTime<Utc>>,
    sales_end: Option<DateTime<Utc>>,
    is_hidden: Option<bool>,
    waiting_list: Option<bool>,
}

impl NewTicketTypeInput {
    fn checked(self) -> Result<NewTicketType, Denial> {
        let currency = Currency::in_use(&self.currency);
        let currency =
            currency.ok_or_else(|| Denial::bad("currency", "three letters of a currency that is in use (ISO 4217)"))?;
        let instant = |field, at: Option<DateTime<Utc>>| at.map(|at| input::instant(field, at)).transpose();
        let (sales_start, sales_end) = (instant("salesStart", self.sales_start)?, instant("salesEnd", self.sales_end)?);
        in_order(sales_start, sales_end)?;
        Ok(NewTicketType {
            title: input::title("title", &self.title)?,
            description: input::text("description", &self.description.unwrap_or_default(), TICKET_DESCRIPTION_CHARS)?,
            amount: amount(self.amount, currency)?,
            currency: currency.code().to_owned(),
            quantity: self.quantity.map(|number| input::count("quantity", number)).transpose()?,
            sales_start,
            sales_end,
            hidden: self.is_hidden.unwrap_or(false),
            waiting_list: self.waiting_list.unwrap_or(false),
        })
    }
}

/// What is to be different about a kind of ticket; what is absent stays.
#[derive(InputObject)]
#[graphql(name = "TicketTypeChange")]
pub(crate) struct TicketTypeChangeInput {
    title: Option<String>,
    description: Option<String>,
    /// Holds for those who come.
    amount: Option<i64>,
    /// Null: as many as like. Not fewer than are taken.
    quantity: MaybeUndefined<i32>,
    /// Null: at once.
    sales_start: MaybeUndefined<DateTime<Utc>>,
    /// Null: until the event is over.
    sales_end: MaybeUndefined<DateTime<Utc>>,
    is_hidden: Option<bool>,
    waiting_list: Option<bool>,
}

impl TicketTypeChangeInput {
    fn checked(self, was: &store::TicketType) -> Result<TicketTypeChange, Denial> {
        let currency = Currency::parse(&was.currency).ok_or_else(|| Denial::bad("amount", "the ticket has no currency"))?;
        let quantity = match self.quantity {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(number) => Some(Some(input::count("quantity", number)?)),
        };
        let sales_start = moment("salesStart", self.sales_start)?;
        let sales_end = moment("salesEnd", self.sales_end)?;
        in_order(sales_start.unwrap_or(was.sales_start), sales_end.unwrap_or(was.sales_end))?;
        Ok(TicketTypeChange {
            title: self.title.map(|title| input::title("title", &title)).transpose()?,
            description: self
                .description
                .map(|text| input::text("description", &text, TICKET_DESCRIPTION_CHARS))
                .transpose()?,
            amount: self.amount.map(|number| amount(number, currency)).transpose()?,
            quantity,
            sales_start,
            sales_end,
            hidden: self.is_hidden,
            waiting_list: self.waiting_list,
        })
    }
}

/// A moment that may be taken away.
fn moment(field: &'static str, at: MaybeUndefined<DateTime<Utc>>) -> Result<Option<Option<Timestamp>>, Denial> {
    match at {
        MaybeUndefined::Undefined => Ok(None),
        MaybeUndefined::Null => Ok(Some(None)),
        MaybeUndefined::Value(at) => Ok(Some(Some(input::instant(field, at)?))),
    }
}

fn in_order(start: Option<Timestamp>, end: Option<Timestamp>) -> Result<(), Denial> {
    let is_in_order = start.zip(end).is_none_or(|(start, end)| start < end);
    if is_in_order { Ok(()) } else { Err(Denial::bad("salesEnd", "after the beginning of sales")) }
}

fn amount(amount: i64, currency: Currency) -> Result<i64, Denial> {
    if (0..=i64::from(MOST_AMOUNT)).contains(&amount) && amount % currency.step() == 0 {
        Ok(amount)
    } else {
        Err(Denial::bad("amount", format!("between 0 and {MOST_AMOUNT}, in steps of {}", currency.step())))
    }
}

/// Why a ticket was not stored as asked: more than one rule may stand against it.
fn unfit() -> Denial {
    let words = format!("at most {MOST_TICKET_TYPES} kinds of tickets, and one currency for all that cost something");
    Denial::bad("currency", words)
}

#[derive(Default)]
pub(crate) struct TicketsMutation;

#[Object]
impl TicketsMutation {
    /// Makes a kind of ticket.
    async fn create_ticket_type(&self, context: &Context<'_>, event: ID, ticket: NewTicketTypeInput) -> Result<TicketType> {
        let app = app(context)?;
        let event = viewer(context)?.on_event(app, input::id(&event)?, Duty::EditEvent).await?;
        let ticket = ticket.checked()?;
        let currency = Currency::parse(&ticket.currency).ok_or_else(unfit)?;
        let codes = app.store.codes_of([event.id]).await.map_err(Denial::from)?;
        let codes: Vec<_> = codes.iter().filter(|code| code.ticket.is_none()).collect();
        prices::all_can_be_paid(app, (&ticket.title, ticket.amount, currency), &codes)?;
        let made = app.store.create_ticket_type(event.id, &ticket, clock::now()).await;
        TicketType::fresh(app, made.map_err(Denial::from)?.ok_or_else(unfit)?).await
    }

    /// Changes a kind of ticket. Where there are more of it now, they go to who waits.
    async fn update_ticket_type(&self, context: &Context<'_>, id: ID, change: TicketTypeChangeInput) -> Result<TicketType> {
        let app = app(context)?;
        let event = viewer(context)?.on_child(app, Child::TicketType, &id, Duty::EditEvent).await?;
        let was = ticket_of(app, event.id, input::id(&id)?).await?;
        let change = change.checked(&was)?;
        if let Some(amount) = change.amount.filter(|amount| *amount != was.amount) {
            let currency = Currency::parse(&was.currency).ok_or_else(unfit)?;
            let codes = app.store.codes_of([event.id]).await.map_err(Denial::from)?;
            let codes: Vec<_> = codes.iter().filter(|code| prices::is_for(code, &was)).collect();
            prices::all_can_be_paid(app, (&was.title, amount, currency), &codes)?;
        }
        if !app.store.update_ticket_type((event.id, was.id), &change).await.map_err(Denial::from)? {
            let now = any_ticket(app, was.id).await?;
            let too_few = change.quantity.flatten().is_some_and(|quantity| quantity < now.taken);
            return Err(if too_few { Denial::bad("quantity", "not fewer than are taken") } else { unfit() }.into());
        }
        box_office::promote(app, clock::now()).await.map_err(Denial::from)?;
        TicketType::fresh(app, was.id).await
    }

    /// Takes a kind of ticket out of sale. Whoever has one keeps it.
    async fn delete_ticket_type(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        let app = app(context)?;
        let event = viewer(context)?.on_child(app, Child::TicketType, &id, Duty::EditEvent).await?;
        deleted(app.store.delete_ticket_type(input::id(&id)?, clock::now()).await)?;
        Event::load(app, event.id).await
    }
}

/// What is in the trash already does not exist.
pub(super) fn deleted(done: Result<bool, StoreError>) -> Result<(), Denial> {
    if done? { Ok(()) } else { Err(Denial::new(Code::NotFound, "it is in the trash already")) }
}
