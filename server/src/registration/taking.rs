//! Taking a place that somebody asks for, or the end of the queue.
//!
//! What an address asks for now counts: a place that it has and that is neither paid nor confirmed is left for it, whoever asked for that one. So a code or
//! another ticket is good at once, and nobody can keep an address from registering. What is confirmed stays, and its address is told of it.

use std::time::Duration;

use houselights_domain::registration as rules;
use houselights_shared::{ParticipantId, Timestamp};

use super::{Registered, announced, any_ticket, confirmation, held_letter, no_code, sold_out, told};
use crate::{
    app::App,
    box_office::{self, checkout},
    graphql::{Code, Denial},
    mail::Message,
    store::{
        About, By, EventRow, NewLetter, NewPlace, PaymentRow, RegistrationRow, RegistrationState, Seat, Statement, Taken,
        TicketType, device_hash, good_again,
    },
    webhooks::WebhookKind,
};

/// How often it is tried again where a seat came or went between two looks.
const TRIES: u32 = 4;
/// Who has not paid by then is written how to.
const REMINDED_AFTER: Duration = Duration::from_mins(5);
/// Letters an hour that tell an address of a place to pay for that took another's stead. The link of each leads to the place that stands.
const REPLACED_LETTERS: u8 = 3;

/// Whose place it is, of which event and ticket.
struct Asked<'a> {
    app: &'a App,
    event: &'a EventRow,
    ticket: &'a TicketType,
    place: &'a NewPlace<'a>,
}

/// Takes a seat, or enters the queue, until one of both is so.
pub(super) async fn take(app: &App, event: &EventRow, ticket: &TicketType, place: &NewPlace<'_>) -> Result<Registered, Denial> {
    let asked = Asked { app, event, ticket, place };
    if place.by == By::Public && app.store.is_banned(event.id, place.email).await? {
        return Ok(asked.turned_away());
    }
    for _ in 0..TRIES {
        let standing = app.store.standing_registration(event.id, place.email).await?;
        let left = match standing.filter(|row| row.state != RegistrationState::Confirmed) {
            Some(row) if row.state == RegistrationState::Pending => {
                let payments = app.store.payments_of(row.id).await?;
                if payments.iter().any(PaymentRow::is_under_way) {
                    return asked.under_way().await;
                }
                if asked.is_for(&row) {
                    return asked.pay_again(row).await;
                }
                if asked.cannot_be_had(&row) {
                    asked.tell_again().await?;
                    return Err(sold_out());
                }
                let Some(row) = asked.make_way(row).await? else { return asked.under_way().await };
                Some(row)
            }
            other => other,
        };
        if let Some(done) = asked.try_once(left.as_ref()).await? {
            return Ok(done);
        }
    }
    Err(Denial::conflict())
}

impl Asked<'_> {
    /// Takes a seat, or enters the queue, instead of what is left. Nothing where something changed meanwhile.
    async fn try_once(&self, left: Option<&RegistrationRow>) -> Result<Option<Registered>, Denial> {
        let Self { app, event, place, .. } = self;
        let (seat, state) = self.seat(left);
        let taken = match left {
            Some(row) => app.store.take_place_instead(row, place, seat).await?,
            None => app.store.take_place(place, seat).await?,
        };
        match taken {
            Taken::Yes => return self.taken(state, left).await.map(Some),
            Taken::NoSeat | Taken::NoNeedToWait => {}
            Taken::NoCode => return Err(no_code()),
            Taken::Twice => return self.come_back(left, state).await,
        }
        if !self.ticket.waiting_list {
            self.tell_again().await?;
            return Err(sold_out());
        }
        let about = About { event: Some(event.id), registration: Some(place.id), participant: None };
        let message = Message::Waiting(told(event, self.ticket, place.name));
        let letter = NewLetter::new(format!("waiting:{}", place.id), place.email, &message, about, place.now).insert();
        let taken = match left.filter(|row| row.state == RegistrationState::Pending) {
            Some(row) => app.store.wait_instead(row, place, letter).await?,
            None => app.store.wait_for_place(place, letter).await?,
        };
        match taken {
            Taken::Yes => {
                app.ring();
                // The seat that was left is for who waits for it.
                app.box_office.wake();
                Ok(Some(Registered { registration: place.id, state: RegistrationState::Waiting, checkout_url: None }))
            }
            Taken::NoNeedToWait => Ok(None),
            Taken::NoSeat => Err(Denial::new(Code::WrongPhase, "nobody can register for this event now")),
            Taken::NoCode => Err(no_code()),
            // Who waits for another ticket, and would wait for this one, too, keeps their place in the queue.
            Taken::Twice => {
                let is_waiting = left.is_some_and(|row| row.state == RegistrationState::Waiting);
                self.come_back(left.filter(|_| !is_waiting), RegistrationState::Waiting).await
            }
        }
    }

    /// How the seat is taken. Who is told of a place for longer keeps it as long with another price.
    fn seat(&self, left: Option<&RegistrationRow>) -> (Seat, RegistrationState) {
        let place = self.place;
        match rules::place(true, place.amount) {
            rules::Place::Pending => {
                let until = checkout::held_until(self.event, place.now);
                let held = left.filter(|row| row.ticket == place.ticket).and_then(|row| row.expires_at);
                let expires_at = held.map_or(until, |held| held.max(until));
                // Who takes another's stead is told at once.
                let told = left.is_none().then(|| self.letter_of_held(expires_at).insert());
                (Seat::Pending { expires_at, told }, RegistrationState::Pending)
            }
            rules::Place::Confirmed | rules::Place::Waiting => {
                let participant = ParticipantId::random();
                let told = told(self.event, self.ticket, place.name);
                let letter = confirmation(place.id, (place.event, participant), place.email, told, place.now);
                let who = (place.id, place.name, place.email);
                let announced = announced(WebhookKind::RegistrationConfirmed, self.event, who, place.now);
                let told = std::iter::once(letter).chain(announced).collect();
                (Seat::Confirmed { participant, told }, RegistrationState::Confirmed)
            }
        }
    }

    /// The way to pay, for who has not paid after a while: they may have lost the page that leads there.
    fn letter_of_held(&self, until: Timestamp) -> NewLetter {
        let place = self.place;
        let about = About { event: Some(place.event), registration: Some(place.id), participant: None };
        let message = Message::PlaceFree { about: told(self.event, self.ticket, place.name), until: Some(until) };
        let letter = NewLetter::new(held_letter(place.id), place.email, &message, about, place.now);
        letter.not_before(place.now.plus(REMINDED_AFTER))
    }

    /// A seat was taken: where it costs something, the checkout is opened. Where none opens, it is given back; who had one before keeps it for as long as it
    /// is held.
    async fn taken(&self, state: RegistrationState, left: Option<&RegistrationRow>) -> Result<Registered, Denial> {
        let Self { app, event, ticket, place } = self;
        app.ring();
        if left.is_some() {
            // The seat that was left is for who waits for it. Otherwise nothing is due that was not before.
            app.box_office.wake();
        }
        if state != RegistrationState::Pending {
            return Ok(Registered { registration: place.id, state, checkout_url: None });
        }
        let row = app.store.registration(place.id).await?.ok_or_else(Denial::conflict)?;
        let otherwise = if left.is_some() { checkout::Otherwise::Keep } else { checkout::Otherwise::GiveBack };
        if left.is_some() {
            self.tell_of_another(&row).await?;
        }
        let checkout_url = checkout::open(app, event, ticket, row, otherwise).await?;
        Ok(Registered { registration: place.id, state, checkout_url: Some(checkout_url) })
    }

    /// Whoever has this address was banned from the event. Whoever asks is answered as for an address that has a place, and nobody is given one.
    fn turned_away(&self) -> Registered {
        let costs = matches!(rules::place(true, self.place.amount), rules::Place::Pending);
        let (state, checkout_url) = if costs {
            (RegistrationState::Pending, Some(self.look_in_your_mail()))
        } else {
            (RegistrationState::Confirmed, None)
        };
        Registered { registration: self.place.id, state, checkout_url }
    }

    /// The address has a place. One that stays is told again to it alone: the answer is the one that it would get without one, and where there is nothing to
    /// pay for, the way leads to the page that says to look in one's mail. Nothing where it has to be looked again what it has.
    async fn come_back(&self, left: Option<&RegistrationRow>, state: RegistrationState) -> Result<Option<Registered>, Denial> {
        let stays = |row: &RegistrationRow| match row.state {
            RegistrationState::Confirmed => true,
            RegistrationState::Waiting => state == RegistrationState::Waiting,
            RegistrationState::Pending | RegistrationState::Cancelled | RegistrationState::Refunded => false,
        };
        if left.is_some() {
            return Ok(None);
        }
        let standing = self.app.store.standing_registration(self.event.id, self.place.email).await?;
        if !standing.as_ref().is_some_and(stays) {
            return Ok(None);
        }
        let Some(standing) = self.tell_again().await? else { return Ok(None) };
        let checkout_url = (state == RegistrationState::Pending).then(|| self.look_in_your_mail());
        Ok(Some(Registered { registration: standing.id, state, checkout_url }))
    }

    /// Whether a place that stands is just what is asked for.
    fn is_for(&self, row: &RegistrationRow) -> bool {
        let place = self.place;
        (row.ticket, row.code, row.amount) == (place.ticket, place.code, place.amount)
            && (row.currency.as_str(), row.name.as_str()) == (place.currency, place.name)
            && row.answers == *place.answers
    }

    /// Whether nothing of the ticket is left, and nobody can wait for it: then what stands stays.
    fn cannot_be_had(&self, row: &RegistrationRow) -> bool {
        let ticket = self.ticket;
        row.ticket != ticket.id && !ticket.waiting_list && ticket.quantity.is_some_and(|most| ticket.taken >= most)
    }

    /// On to the checkout of the place that stands.
    async fn pay_again(&self, row: RegistrationRow) -> Result<Registered, Denial> {
        let registration = row.id;
        self.tell_again().await?;
        let url = checkout::open(self.app, self.event, self.ticket, row, checkout::Otherwise::Keep).await?;
        Ok(Registered { registration, state: RegistrationState::Pending, checkout_url: Some(url) })
    }

    /// Sees to it that nobody can pay any more for a place that is to be left. Nothing where somebody may have paid.
    async fn make_way(&self, row: RegistrationRow) -> Result<Option<RegistrationRow>, Denial> {
        let now = self.place.now;
        let Some(open) = box_office::close_checkouts(self.app, &row, now).await? else { return Ok(None) };
        if open == 0 {
            return Ok(Some(row));
        }
        let until = checkout::held_until(self.event, now);
        let until = row.expires_at.map_or(until, |held| held.max(until)).plus(Duration::from_secs(1));
        if !self.app.store.checkouts_closed(&row, open, (until, now)).await? {
            return Err(Denial::conflict());
        }
        Ok(Some(RegistrationRow { expires_at: Some(until), ..row }))
    }

    /// A place is being paid for: nothing takes its stead, and nothing else is claimed.
    async fn under_way(&self) -> Result<Registered, Denial> {
        let Some(standing) = self.tell_again().await? else { return Err(Denial::conflict()) };
        let checkout_url = Some(self.look_in_your_mail());
        Ok(Registered { registration: standing.id, state: RegistrationState::Pending, checkout_url })
    }

    fn look_in_your_mail(&self) -> String {
        format!("{}/e/{}/registered", self.app.base_url, self.event.slug.as_deref().unwrap_or_default())
    }

    /// Tells an address once more what place it has: its ticket, the way to pay, or that it waits. At most once an hour, whoever asks. Nothing where it has
    /// none.
    async fn tell_again(&self) -> Result<Option<RegistrationRow>, Denial> {
        let Self { app, event, place, .. } = self;
        let Some(row) = app.store.standing_registration(event.id, place.email).await? else { return Ok(None) };
        let id = format!("again:{}:{}:{}", row.id, row.state.stored(), hour(place));
        let letter = self.letter_of(&row, id).await?;
        // Whoever gives the address again says that it is good.
        app.store.store_all(vec![good_again(event.id, &row.email), letter.insert()]).await?;
        app.post_office.wake();
        Ok(Some(row))
    }

    /// Tells an address of a place to pay for that took another's stead: whoever asked for it may be a stranger.
    async fn tell_of_another(&self, row: &RegistrationRow) -> Result<(), Denial> {
        let whose = device_hash(&row.email);
        for number in 0..REPLACED_LETTERS {
            let id = format!("instead:{}:{whose}:{}:{number}", row.event, hour(self.place));
            let letter: Statement = self.letter_of(row, id).await?.insert().changing(1);
            if self.app.store.write_all(vec![letter]).await? {
                self.app.post_office.wake();
                break;
            }
        }
        Ok(())
    }

    async fn letter_of(&self, row: &RegistrationRow, id: String) -> Result<NewLetter, Denial> {
        let ticket = any_ticket(self.app, row.ticket).await?;
        let told = told(self.event, &ticket, &row.name);
        let message = match row.state {
            RegistrationState::Pending if self.app.store.payments_of(row.id).await?.iter().any(PaymentRow::is_under_way) => {
                Message::PaymentUnderWay(told)
            }
            RegistrationState::Pending => Message::PlaceFree { about: told, until: row.expires_at },
            RegistrationState::Waiting => Message::Waiting(told),
            RegistrationState::Confirmed | RegistrationState::Cancelled | RegistrationState::Refunded => {
                Message::Confirmation(told)
            }
        };
        let about = About { event: Some(row.event), registration: Some(row.id), participant: row.participant };
        Ok(NewLetter::new(id, &row.email, &message, about, self.place.now))
    }
}

fn hour(place: &NewPlace<'_>) -> i64 {
    place.now.micros() / 3_600_000_000
}
