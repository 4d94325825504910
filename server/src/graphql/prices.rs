//! Prices that can be paid: a payment provider takes no less than so much at once. Who sets a price or makes a code hears it then, and not whoever would pay.

use houselights_domain::registration::{Discount, price};

use super::error::Denial;
use crate::{
    app::App,
    payments::{Currency, Money},
    store::{EventRow, TicketCode, TicketType},
};

/// A price that is to be asked.
pub(super) fn can_be_paid(app: &App, amount: i64, currency: Currency) -> Result<(), Denial> {
    let least = app.box_office.least(currency);
    if amount == 0 || amount >= least {
        return Ok(());
    }
    let least = Money { amount: least, currency };
    Err(Denial::bad("amount", format!("nothing, or at least {least}: the payment provider takes no less")))
}

/// What a code is to leave of the price of a ticket.
pub(super) fn leaves_enough(app: &App, discount: Discount, (title, amount, currency): (&str, i64, Currency)) -> Result<(), Denial> {
    let left = price(amount, Some(discount), currency.step());
    let least = app.box_office.least(currency);
    if left == 0 || left >= least {
        return Ok(());
    }
    let field = match discount {
        Discount::Percent(_) => "percentOff",
        Discount::Amount(_) => "amountOff",
    };
    let (left, least) = (Money { amount: left, currency }, Money { amount: least, currency });
    let words = format!("of the ticket “{title}” it leaves {left}: nothing can be left, or at least {least}, which is the least that the payment provider takes");
    Err(Denial::bad(field, words))
}

/// The price of a ticket, alone and with each code that is good for it.
pub(super) fn all_can_be_paid(app: &App, ticket: (&str, i64, Currency), codes: &[&TicketCode]) -> Result<(), Denial> {
    let (_, amount, currency) = ticket;
    can_be_paid(app, amount, currency)?;
    codes.iter().try_for_each(|code| {
        leaves_enough(app, code.discount, ticket)
            .map_err(|_| Denial::bad("amount", format!("with the code {} less would be left than the payment provider takes", code.code)))
    })
}

/// All prices of an event, before anybody hears of it: a template, an archive or a time before payments may have brought others.
pub(super) async fn of_event(app: &App, event: &EventRow) -> Result<(), Denial> {
    if app.box_office.provider().is_none() {
        return Ok(());
    }
    let tickets = app.store.ticket_types_of([event.id]).await?;
    let codes = app.store.codes_of([event.id]).await?;
    tickets.iter().filter(|ticket| ticket.deleted_at.is_none()).try_for_each(|ticket| {
        let Some(currency) = Currency::parse(&ticket.currency) else { return Ok(()) };
        let good: Vec<&TicketCode> = codes.iter().filter(|code| is_for(code, ticket)).collect();
        all_can_be_paid(app, (&ticket.title, ticket.amount, currency), &good)
    })
}

/// Whether a code is good for a ticket, whenever.
pub(super) fn is_for(code: &TicketCode, ticket: &TicketType) -> bool {
    code.ticket.is_none_or(|only| only == ticket.id)
}
