//! Tickets as an event's page shows them: what they cost, and whether one can be had.

use houselights_domain::registration::{Availability, Sale};
use houselights_shared::{TicketTypeId, Timestamp};
use serde::Serialize;

use super::times::Zone;
use crate::{
    payments::written,
    store::{EventPhase, EventRow, TicketType},
    words::say,
};

/// So few that it is worth saying.
const FEW: i64 = 10;

/// A ticket, and how it can be had now.
pub(super) struct Offer<'a> {
    pub(super) ticket: &'a TicketType,
    pub(super) availability: Availability,
    /// How many are left, where they are counted.
    left: Option<i64>,
}

#[derive(Serialize)]
pub(super) struct TicketView {
    id: TicketTypeId,
    title: String,
    description: String,
    price: String,
    availability: Option<String>,
    is_open: bool,
    is_checked: bool,
}

/// Whether an event takes registrations at all.
pub(super) fn is_open(event: &EventRow, now: Timestamp) -> bool {
    let is_on = match event.phase {
        EventPhase::Published | EventPhase::Live => true,
        EventPhase::Draft | EventPhase::Ended | EventPhase::Archived => false,
    };
    is_on && event.cancelled_at.is_none() && now < event.ends_at
}

impl<'a> Offer<'a> {
    /// Seats are those of the ticket, and those of the whole event.
    pub(super) fn of(ticket: &'a TicketType, event: &EventRow, now: Timestamp) -> Self {
        let of_ticket = ticket.quantity.map(|quantity| quantity - ticket.taken);
        let of_event = event.capacity.map(|capacity| capacity - event.taken);
        let left = of_ticket.into_iter().chain(of_event).min();
        let sale = Sale {
            is_open: is_open(event, now),
            starts: ticket.sales_start,
            ends: ticket.sales_end,
            has_seat: left.is_none_or(|left| left > 0),
            waiting_list: ticket.waiting_list,
        };
        Self { ticket, availability: sale.at(now), left }
    }

    /// Whether one can register for it.
    pub(super) const fn is_open(&self) -> bool {
        match self.availability {
            Availability::OnSale | Availability::WaitingList => true,
            Availability::NotYet | Availability::SoldOut | Availability::Over => false,
        }
    }

    /// Whether asking for it can come to anything: of what is sold out somebody may hold a place that they have not paid for yet.
    pub(super) const fn may_be_asked_for(&self) -> bool {
        self.is_open() || matches!(self.availability, Availability::SoldOut)
    }

    /// Why it cannot be had.
    pub(super) const fn fault(&self) -> &'static str {
        match self.availability {
            Availability::SoldOut => "landing-fault-sold-out",
            Availability::NotYet | Availability::OnSale | Availability::WaitingList | Availability::Over => {
                "landing-fault-not-on-sale"
            }
        }
    }

    fn words(&self, zone: Zone) -> Option<String> {
        let moment = |id, at: Option<Timestamp>| at.map(|at| say(id, &[("when", &zone.moment(at))]));
        match self.availability {
            Availability::NotYet => moment("landing-not-yet", self.ticket.sales_start),
            Availability::OnSale => match self.left {
                Some(1) => Some(say("landing-last", &[])),
                Some(left) if left <= FEW => Some(say("landing-left", &[("left", &left.to_string())])),
                Some(_) | None => moment("landing-until", self.ticket.sales_end),
            },
            Availability::WaitingList => Some(say("landing-waiting-list", &[])),
            Availability::SoldOut => Some(say("landing-sold-out", &[])),
            Availability::Over => Some(say("landing-over", &[])),
        }
    }

    /// As schema.org names it.
    pub(super) const fn schema(&self) -> &'static str {
        match self.availability {
            Availability::NotYet => "https://schema.org/PreSale",
            Availability::OnSale => "https://schema.org/InStock",
            Availability::WaitingList => "https://schema.org/BackOrder",
            Availability::SoldOut => "https://schema.org/SoldOut",
            Availability::Over => "https://schema.org/Discontinued",
        }
    }

    fn view(&self, is_checked: bool, zone: Zone) -> TicketView {
        let ticket = self.ticket;
        TicketView {
            id: ticket.id,
            title: ticket.title.clone(),
            description: ticket.description.clone(),
            price: price(ticket.amount, &ticket.currency),
            availability: self.words(zone),
            is_open: self.is_open(),
            is_checked: is_checked && self.is_open(),
        }
    }
}

/// Why nobody can register.
pub(super) fn shut(event: &EventRow, offers: &[Offer<'_>], now: Timestamp) -> &'static str {
    let any = |availability| offers.iter().any(|offer| offer.availability == availability);
    if event.cancelled_at.is_some() {
        "landing-shut-cancelled"
    } else if !is_open(event, now) {
        "landing-shut-ended"
    } else if offers.is_empty() {
        "landing-shut-none"
    } else if any(Availability::NotYet) {
        "landing-shut-not-yet"
    } else if any(Availability::SoldOut) {
        "landing-shut-sold-out"
    } else {
        "landing-shut-over"
    }
}

/// "12.50 EUR".
pub(super) fn price(amount: i64, currency: &str) -> String {
    if amount == 0 {
        return say("landing-free", &[]);
    }
    written(amount, currency)
}

/// What the cheapest of those that can be had costs.
pub(super) fn cheapest(offers: &[Offer<'_>]) -> Option<String> {
    let open = || offers.iter().filter(|offer| offer.is_open()).map(|offer| offer.ticket);
    let cheapest = open().min_by_key(|ticket| ticket.amount)?;
    let words = price(cheapest.amount, &cheapest.currency);
    let all_same = open().all(|ticket| ticket.amount == cheapest.amount);
    Some(match (all_same, cheapest.amount) {
        (true, _) => words,
        (false, 0) => {
            let paid = open().filter(|ticket| ticket.amount > 0).min_by_key(|ticket| ticket.amount)?;
            say("landing-price-free-or-from", &[("from", &price(paid.amount, &paid.currency))])
        }
        (false, _) => say("landing-price-from", &[("from", &words)]),
    })
}

/// As they are shown; the chosen one, or the only one that can be had, is checked.
pub(super) fn views(offers: &[Offer<'_>], chosen: &str, zone: Zone) -> Vec<TicketView> {
    let only_one = offers.iter().filter(|offer| offer.is_open()).count() == 1;
    offers.iter().map(|offer| offer.view(only_one || offer.ticket.id.to_string() == chosen, zone)).collect()
}
