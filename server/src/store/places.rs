//! Places: taken, waited for, given back, passed on. Nothing is oversold and nobody is passed over, whoever writes at the same moment.
//!
//! Three counters say how much is taken: `events.taken`, `ticket_types.taken` and `ticket_codes.taken`. Each always equals the rows that
//! stand: the seats of pending and confirmed registrations, and for codes those of waiting ones too. Every write that moves a seat begins
//! with the event's row, so that such writes of one event happen one after another, and demands that what it found is still so.

use houselights_domain::registration::Answers;
use houselights_shared::{EventId, ParticipantId, RegistrationId, TicketCodeId, TicketTypeId, Timestamp};

use super::{
    RegistrationRow, RegistrationState, Statement, Store, StoreError, Value, promotion::Next, registrations::searched,
    tickets::held,
};

/// How often a write is tried anew because the next in the queue left it meanwhile.
const TRIES: u32 = 4;

/// A place that somebody asks for.
#[derive(Clone, Debug)]
pub(crate) struct NewPlace<'a> {
    pub(crate) id: RegistrationId,
    pub(crate) event: EventId,
    pub(crate) ticket: TicketTypeId,
    pub(crate) code: Option<TicketCodeId>,
    pub(crate) email: &'a str,
    pub(crate) name: &'a str,
    /// What it costs.
    pub(crate) amount: i64,
    pub(crate) currency: &'a str,
    pub(crate) answers: &'a Answers,
    pub(crate) by: By,
    pub(crate) now: Timestamp,
}

/// Who asks for a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Anybody: the event has to be open, and whoever waits comes first.
    Public,
    /// The organisation.
    Staff,
}

/// How it is taken.
#[derive(Clone, Debug)]
pub(crate) enum Seat {
    /// It is theirs.
    Confirmed {
        /// Who they are in the rooms.
        participant: ParticipantId,
        /// What they and integrators are told.
        told: Vec<Statement>,
    },
    /// It is held until then.
    Pending {
        expires_at: Timestamp,
        /// What they are told, where they do not pay at once.
        told: Option<Statement>,
    },
}

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Yes,
    /// No seat is left, or others wait for one.
    NoSeat,
    /// There is one after all: nobody has to wait.
    NoNeedToWait,
    /// The code is used up, or over.
    NoCode,
    /// This address has a place, or another one than it had when it was looked.
    Twice,
}

impl Store {
    /// Takes a seat of the event, one of the ticket's and a use of the code, and registers: all or nothing.
    pub(crate) async fn take_place(&self, place: &NewPlace<'_>, seat: Seat) -> Result<Taken, StoreError> {
        self.taking(place, seat, (Vec::new(), [event_seat(place), ticket_seat(place)])).await
    }

    /// The same, after what is left for it, and with these statements for the two seats.
    pub(super) async fn taking(
        &self,
        place: &NewPlace<'_>,
        seat: Seat,
        (left, seats): (Vec<Statement>, [Statement; 2]),
    ) -> Result<Taken, StoreError> {
        let (seats_from, code_at) = (left.len(), left.len() + seats.len());
        let mut statements = left;
        statements.extend(seats);
        statements.extend(place.code.map(|code| code_use(place, code)));
        match seat {
            Seat::Confirmed { participant, told } => {
                statements.push(insert_participant(participant, place.event, place.name, place.now));
                statements.push(place.insert(RegistrationState::Confirmed, Some(participant), None));
                statements.extend(told);
            }
            Seat::Pending { expires_at, told } => {
                statements.push(place.insert(RegistrationState::Pending, None, Some(expires_at)));
                statements.extend(told);
            }
        }
        match self.db.write(statements).await {
            Ok(_) => Ok(Taken::Yes),
            Err(StoreError::Unmet(at)) if at < seats_from => Ok(Taken::Twice),
            Err(StoreError::Unmet(at)) if place.code.is_some() && at == code_at => Ok(Taken::NoCode),
            Err(StoreError::Unmet(_)) => Ok(Taken::NoSeat),
            Err(StoreError::Conflict(_)) => Ok(Taken::Twice),
            Err(error) => Err(error),
        }
    }

    /// Enters the queue, where no seat is left or others wait.
    pub(crate) async fn wait_for_place(&self, place: &NewPlace<'_>, letter: Statement) -> Result<Taken, StoreError> {
        self.waiting(place, letter, Vec::new()).await
    }

    /// The same, after what is left for it.
    pub(super) async fn waiting(
        &self,
        place: &NewPlace<'_>,
        letter: Statement,
        left: Vec<Statement>,
    ) -> Result<Taken, StoreError> {
        let sql = "UPDATE ticket_types SET taken = taken WHERE id = $1 AND event_id = $2 AND deleted_at IS NULL AND waiting_list = 1 \
                   AND (taken >= quantity OR EXISTS (SELECT 1 FROM events e WHERE e.id = $2 AND e.taken >= e.capacity) \
                   OR EXISTS (SELECT 1 FROM registrations w WHERE w.ticket_type_id = $1 AND w.state = 'waiting'))";
        let full = Statement::new(sql, vec![Value::id(&place.ticket), Value::id(&place.event)]).changing(1);
        let before = left.len();
        let mut statements = left;
        statements.extend([open_event(place.event), full]);
        statements.extend(place.code.map(|code| code_use(place, code)));
        statements.extend([place.insert(RegistrationState::Waiting, None, None), letter]);
        match self.db.write(statements).await {
            Ok(_) => Ok(Taken::Yes),
            Err(StoreError::Unmet(at)) if at < before => Ok(Taken::Twice),
            Err(StoreError::Unmet(at)) if at == before => Ok(Taken::NoSeat),
            Err(StoreError::Unmet(at)) if at == before + 1 => Ok(Taken::NoNeedToWait),
            Err(StoreError::Unmet(_)) => Ok(Taken::NoCode),
            Err(StoreError::Conflict(_)) => Ok(Taken::Twice),
            Err(error) => Err(error),
        }
    }

    /// Ends a registration as it was read. What it took is free again, and goes to the next who waits, in the same write; `more` belongs to it,
    /// too. False where it was changed meanwhile.
    pub(crate) async fn end_registration(
        &self,
        row: &RegistrationRow,
        to: RegistrationState,
        more: Vec<Statement>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut own = end_statements(row, to, now);
        own.extend(more);
        let freed = row.state.has_seat().then_some(row.ticket);
        self.passing_on(row.event, freed, own, now).await
    }

    /// Writes what frees a seat, and with it gives the seat to the next who waits. False where a demand of `own` is not met.
    pub(super) async fn passing_on(
        &self,
        event: EventId,
        freed: Option<TicketTypeId>,
        own: Vec<Statement>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        for _ in 0..TRIES {
            let Some(freed) = freed else { break };
            let Some(next) = self.next_waiting(event, Some(freed), now).await? else { break };
            let mut statements = own.clone();
            statements.extend(next.promote(now));
            match self.db.write(statements).await {
                Ok(_) => return Ok(true),
                Err(StoreError::Unmet(at)) if at < own.len() => return Ok(false),
                // The next one left the queue, or a seat was taken: look again.
                Err(StoreError::Unmet(_)) => {}
                Err(error) => return Err(error),
            }
        }
        self.changed(own).await
    }

    /// Gives a free seat to the next who waits. False where no seat is free, or nobody waits.
    pub(crate) async fn promote_next(&self, event: EventId, now: Timestamp) -> Result<bool, StoreError> {
        for _ in 0..TRIES {
            let next: Option<Next> = self.next_waiting(event, None, now).await?;
            let Some(next) = next else { return Ok(false) };
            if self.changed(next.promote(now)).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Confirms a place that is held, because it is paid for. False where it is not held any more.
    pub(crate) async fn confirm_pending(
        &self,
        row: &RegistrationRow,
        participant: ParticipantId,
        more: Vec<Statement>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        // Money that comes for what is off is for no place.
        let on = "UPDATE events SET taken = taken WHERE id = $1 AND cancelled_at IS NULL AND deleted_at IS NULL";
        let on = Statement::new(on, vec![Value::id(&row.event)]).changing(1);
        let mut statements = vec![on, insert_participant(participant, row.event, &row.name, now)];
        statements.push(confirm(row, RegistrationState::Pending, participant, now));
        statements.extend(more);
        self.changed(statements).await
    }

    /// Confirms a place whose time ran out before the money came, where there still is a seat and nobody waits for it. False where there is
    /// none, or the person has another place meanwhile.
    pub(crate) async fn confirm_expired(
        &self,
        row: &RegistrationRow,
        participant: ParticipantId,
        more: Vec<Statement>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let place = NewPlace {
            id: row.id,
            event: row.event,
            ticket: row.ticket,
            code: row.code,
            email: &row.email,
            name: &row.name,
            amount: row.amount,
            currency: &row.currency,
            answers: &row.answers,
            by: By::Public,
            now,
        };
        let mut statements = vec![event_seat(&place), ticket_seat(&place)];
        // It was theirs when they went to pay, so that it may be used up or over by now does not matter.
        let use_code = |code| {
            let sql = "UPDATE ticket_codes SET taken = taken + 1 WHERE id = $1";
            Statement::new(sql, vec![Value::id(&code)])
        };
        statements.extend(row.code.map(use_code));
        statements.push(insert_participant(participant, row.event, &row.name, now));
        statements.push(confirm(row, RegistrationState::Cancelled, participant, now));
        statements.extend(more);
        match self.changed(statements).await {
            Err(StoreError::Conflict(_)) => Ok(false),
            done => done,
        }
    }

    /// Holds a place longer, where it is held until then. False where it is not.
    pub(crate) async fn hold_longer(&self, row: &RegistrationRow, until: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE registrations SET expires_at = $1 WHERE id = $2 AND state = 'pending' AND expires_at = $3";
        let values = vec![until.into(), Value::id(&row.id), row.expires_at.into()];
        self.changed(vec![Statement::new(sql, values).changing(1)]).await
    }

    /// Places that are held and whose time ran out, those first that ran out first.
    pub(crate) async fn expired_places(&self, now: Timestamp, most: i64) -> Result<Vec<RegistrationRow>, StoreError> {
        let sql = concat!(
            "SELECT ",
            super::registrations::registration_columns!(),
            " FROM registrations r WHERE r.state = 'pending' AND r.expires_at <= $1 ORDER BY r.expires_at, r.id LIMIT $2"
        );
        let rows = self.db.read(Statement::new(sql, vec![now.into(), most.into()])).await?;
        rows.iter().map(super::registrations::registration).collect()
    }
}

impl NewPlace<'_> {
    fn insert(&self, state: RegistrationState, participant: Option<ParticipantId>, expires_at: Option<Timestamp>) -> Statement {
        let confirmed_at = (state == RegistrationState::Confirmed).then_some(self.now);
        Statement::new(
            "INSERT INTO registrations (id, event_id, ticket_type_id, code_id, participant_id, email, name, search, state, amount, currency, \
             answers, created_at, expires_at, confirmed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            vec![
                Value::id(&self.id),
                Value::id(&self.event),
                Value::id(&self.ticket),
                self.code.map(|id| id.to_string()).into(),
                participant.map(|id| id.to_string()).into(),
                self.email.into(),
                self.name.into(),
                searched(self.name, self.email).into(),
                state.stored().into(),
                self.amount.into(),
                self.currency.into(),
                // Plain data with text keys: this always is JSON.
                serde_json::to_string(self.answers).unwrap_or_else(|_| "{}".to_owned()).into(),
                self.now.into(),
                expires_at.into(),
                confirmed_at.into(),
            ],
        )
    }
}

/// The event, where anybody may register for it.
fn open_event(event: EventId) -> Statement {
    let sql = "UPDATE events SET taken = taken WHERE id = $1 AND phase IN ('published', 'live') AND cancelled_at IS NULL \
               AND deleted_at IS NULL";
    Statement::new(sql, vec![Value::id(&event)]).changing(1)
}

pub(super) fn event_seat(place: &NewPlace<'_>) -> Statement {
    let sql = match place.by {
        By::Public => {
            "UPDATE events SET taken = taken + 1 WHERE id = $1 AND phase IN ('published', 'live') AND cancelled_at IS NULL \
             AND deleted_at IS NULL AND (capacity IS NULL OR taken < capacity)"
        }
        By::Staff => {
            "UPDATE events SET taken = taken + 1 WHERE id = $1 AND cancelled_at IS NULL AND deleted_at IS NULL \
             AND (capacity IS NULL OR taken < capacity)"
        }
    };
    Statement::new(sql, vec![Value::id(&place.event)]).changing(1)
}

pub(super) fn ticket_seat(place: &NewPlace<'_>) -> Statement {
    let sql = match place.by {
        By::Public => {
            "UPDATE ticket_types SET taken = taken + 1 WHERE id = $1 AND event_id = $2 AND deleted_at IS NULL \
             AND (quantity IS NULL OR taken < quantity) \
             AND NOT EXISTS (SELECT 1 FROM registrations w WHERE w.ticket_type_id = $1 AND w.state = 'waiting')"
        }
        By::Staff => {
            "UPDATE ticket_types SET taken = taken + 1 WHERE id = $1 AND event_id = $2 AND deleted_at IS NULL \
             AND (quantity IS NULL OR taken < quantity)"
        }
    };
    Statement::new(sql, vec![Value::id(&place.ticket), Value::id(&place.event)]).changing(1)
}

fn code_use(place: &NewPlace<'_>, code: TicketCodeId) -> Statement {
    let sql = "UPDATE ticket_codes SET taken = taken + 1 WHERE id = $1 AND event_id = $2 AND deleted_at IS NULL \
               AND (quantity IS NULL OR taken < quantity) AND (ticket_type_id IS NULL OR ticket_type_id = $3) \
               AND (valid_from IS NULL OR valid_from <= $4) AND (valid_until IS NULL OR valid_until > $4)";
    let values = vec![Value::id(&code), Value::id(&place.event), Value::id(&place.ticket), place.now.into()];
    Statement::new(sql, values).changing(1)
}

/// Somebody who may enter the rooms.
pub(super) fn insert_participant(id: ParticipantId, event: EventId, name: &str, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO participants (id, event_id, name, role, created_at) VALUES ($1, $2, $3, 'attendee', $4)",
        vec![Value::id(&id), Value::id(&event), name.into(), now.into()],
    )
}

/// A registration that was in this state has its seat from now on.
pub(super) fn confirm(row: &RegistrationRow, from: RegistrationState, participant: ParticipantId, now: Timestamp) -> Statement {
    let sql = "UPDATE registrations SET state = 'confirmed', participant_id = $1, confirmed_at = $2, expires_at = NULL, ended_at = NULL \
               WHERE id = $3 AND state = $4";
    let values = vec![Value::id(&participant), now.into(), Value::id(&row.id), from.stored().into()];
    Statement::new(sql, values).changing(1)
}

/// All that a registration has taken is given back, and whoever came with it comes no more.
pub(super) fn end_statements(row: &RegistrationRow, to: RegistrationState, now: Timestamp) -> Vec<Statement> {
    let mut statements = Vec::with_capacity(10);
    if row.state.has_seat() {
        let seat = "UPDATE events SET taken = taken - 1 WHERE id = $1";
        statements.push(Statement::new(seat, vec![Value::id(&row.event)]).changing(1));
        let seat = "UPDATE ticket_types SET taken = taken - 1 WHERE id = $1";
        statements.push(Statement::new(seat, vec![Value::id(&row.ticket)]).changing(1));
    } else {
        statements.push(held(row.event));
    }
    if let Some(code) = row.code.filter(|_| row.state.stands()) {
        let sql = "UPDATE ticket_codes SET taken = taken - 1 WHERE id = $1";
        statements.push(Statement::new(sql, vec![Value::id(&code)]).changing(1));
    }
    let sql = "UPDATE registrations SET state = $1, ended_at = $2 WHERE id = $3 AND state = $4";
    let values = vec![to.stored().into(), now.into(), Value::id(&row.id), row.state.stored().into()];
    statements.push(Statement::new(sql, values).changing(1));
    let of_row = |sql| Statement::new(sql, vec![Value::id(&row.id)]);
    // What was written when it ended, is said; and so is that the event does not take place, whoever's place went before that letter did.
    let unsaid = of_row(
        "UPDATE outbox SET state = 'dropped' WHERE registration_id = $1 AND state = 'queued' AND id NOT LIKE 'cancelled:%'",
    );
    statements.extend(row.state.stands().then_some(unsaid));
    statements.extend([
        of_row(
            "UPDATE sessions SET picked = picked - 1 WHERE id IN (SELECT session_id FROM session_picks WHERE registration_id = $1)",
        ),
        of_row("DELETE FROM session_picks WHERE registration_id = $1"),
    ]);
    if let Some(participant) = row.participant {
        let of_participant = |sql| Statement::new(sql, vec![Value::id(&participant)]);
        statements.push(of_participant("DELETE FROM invites WHERE participant_id = $1"));
        statements.push(of_participant("DELETE FROM logins WHERE participant_id = $1"));
    }
    statements
}
