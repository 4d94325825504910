//! Tickets, seats, queues and payments, on every engine: nothing is oversold, and what is counted equals the rows.

use futures_util::future::join_all;
use houselights_domain::registration::{Answers, Discount, QuestionKind};
use houselights_shared::{EventId, ParticipantId, QuestionId, RegistrationId, Role, SessionId, TicketTypeId, Timestamp};

use super::postgres::cluster;
use super::{
    conformance::{on_both, open},
    *,
};

const NOW: Timestamp = Timestamp::from_micros(1_000_000_000);
const LATER: Timestamp = Timestamp::from_micros(2_000_000_000);

on_both! {
    of_many_who_come_at_once_exactly_as_many_get_a_seat_as_there_are,
    the_events_seats_bound_all_its_tickets_together,
    a_code_is_used_no_more_often_than_it_can_be,
    an_address_that_comes_twice_at_once_has_one_place,
    a_place_that_is_left_for_another_is_left_by_one_only,
    a_seat_that_is_given_back_goes_to_who_waits_the_longest,
    who_waits_for_what_costs_something_has_a_day_to_pay,
    nobody_is_passed_over_and_nobody_waits_without_need,
    a_place_that_ran_out_comes_back_only_where_a_seat_is_left,
    who_was_cancelled_has_neither_invites_nor_logins_nor_picks,
    people_are_found_by_any_part_and_signs_are_plain_characters,
    a_found_page_goes_on_where_the_last_ended,
    a_session_is_picked_by_as_many_as_fit,
    sales_are_what_came_and_what_went_back,
    tickets_that_cost_something_have_one_currency_and_no_fewer_seats_than_are_taken,
    questions_are_ordered_all_or_not_at_all,
    codes_are_told_apart_by_their_letters,
    a_notice_counts_once,
    a_ticket_for_one_device_ends_the_login_before_and_one_for_several_does_not,
    the_state_of_the_last_letter_is_told,
    an_event_is_erased_with_the_links_to_pay_for_its_places,
    an_event_that_somebody_comes_to_is_no_draft_again,
}

async fn event(store: &Store, capacity: Option<i64>) -> EventId {
    let crew = vec![NewInvite { name: "Ada".to_owned(), role: Role::Speaker }];
    let new = NewEvent { title: "First night".to_owned(), crew, valid_for: None };
    let event = store.create_event(&new, "http://localhost", NOW).await.unwrap().event;
    let sql = "UPDATE events SET capacity = $1, ends_at = 2000000000000 WHERE id = $2";
    store.db.write(vec![Statement::new(sql, vec![capacity.into(), Value::id(&event)])]).await.unwrap();
    event
}

async fn ticket(store: &Store, event: EventId, amount: i64, quantity: Option<i64>) -> TicketTypeId {
    let new = NewTicketType {
        title: "Seat".to_owned(),
        description: String::new(),
        amount,
        currency: "EUR".to_owned(),
        quantity,
        sales_start: None,
        sales_end: None,
        hidden: false,
        waiting_list: true,
    };
    store.create_ticket_type(event, &new, NOW).await.unwrap().unwrap()
}

static NO_ANSWERS: Answers = Answers::new();

fn place(event: EventId, ticket: TicketTypeId, email: &str, amount: i64) -> NewPlace<'_> {
    NewPlace {
        id: RegistrationId::random(),
        event,
        ticket,
        code: None,
        email,
        name: "Ada Lovelace",
        amount,
        currency: "EUR",
        answers: &NO_ANSWERS,
        by: By::Public,
        now: NOW,
    }
}

fn letter(id: RegistrationId) -> Statement {
    let message = crate::mail::Message::MagicLink { device: String::new() };
    let about = About { registration: Some(id), ..About::default() };
    NewLetter::new(format!("letter:{id}"), "ada@example.com", &message, about, NOW).insert()
}

async fn take(store: &Store, place: &NewPlace<'_>) -> Taken {
    let seat = if place.amount > 0 {
        Seat::Pending { expires_at: LATER, told: None }
    } else {
        Seat::Confirmed { participant: ParticipantId::random(), told: vec![letter(place.id)] }
    };
    store.take_place(place, seat).await.unwrap()
}

async fn row(store: &Store, id: RegistrationId) -> RegistrationRow {
    store.registration(id).await.unwrap().unwrap()
}

async fn state(store: &Store, id: RegistrationId) -> RegistrationState {
    row(store, id).await.state
}

async fn number(store: &Store, sql: &'static str) -> i64 {
    store.db.read(Statement::new(sql, Vec::new())).await.unwrap()[0].int(0).unwrap()
}

/// The counters equal the rows that they count.
async fn counts(store: &Store) -> (i64, i64, i64) {
    let seats = number(store, "SELECT count(*) FROM registrations WHERE state IN ('pending', 'confirmed')").await;
    let coded = "SELECT count(*) FROM registrations WHERE code_id IS NOT NULL AND state IN ('pending', 'confirmed', 'waiting')";
    let coded = number(store, coded).await;
    let of_event = number(store, "SELECT CAST(sum(taken) AS BIGINT) FROM events").await;
    let of_tickets = number(store, "SELECT CAST(sum(taken) AS BIGINT) FROM ticket_types").await;
    let of_codes = number(store, "SELECT CAST(coalesce(sum(taken), 0) AS BIGINT) FROM ticket_codes").await;
    assert_eq!((of_event, of_tickets, of_codes), (seats, seats, coded));
    (of_event, of_tickets, of_codes)
}

async fn of_many_who_come_at_once_exactly_as_many_get_a_seat_as_there_are(store: Store) {
    let event = event(&store, None).await;
    let ticket = ticket(&store, event, 0, Some(50)).await;
    let emails: Vec<String> = (0..200).map(|number| format!("{number}@example.com")).collect();
    let outcomes = join_all(emails.iter().map(async |email| take(&store, &place(event, ticket, email, 0)).await)).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Taken::Yes).count(), 50);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Taken::NoSeat).count(), 150);
    assert_eq!(counts(&store).await.0, 50);
    assert_eq!(number(&store, "SELECT count(*) FROM outbox").await, 50, "who has no seat is told of none");
}

async fn the_events_seats_bound_all_its_tickets_together(store: Store) {
    let event = event(&store, Some(10)).await;
    let (one, two) = (ticket(&store, event, 0, Some(8)).await, ticket(&store, event, 500, None).await);
    let emails: Vec<String> = (0..40).map(|number| format!("{number}@example.com")).collect();
    let outcomes = join_all(emails.iter().enumerate().map(async |(number, email)| {
        let place = if number % 2 == 0 { place(event, one, email, 0) } else { place(event, two, email, 500) };
        take(&store, &place).await
    }));
    assert_eq!(outcomes.await.iter().filter(|outcome| **outcome == Taken::Yes).count(), 10);
    assert_eq!(counts(&store).await.0, 10);
}

async fn a_code_is_used_no_more_often_than_it_can_be(store: Store) {
    let event = event(&store, None).await;
    let ticket = ticket(&store, event, 0, None).await;
    let new = NewTicketCode {
        code: "EARLY".to_owned(),
        ticket: Some(ticket),
        discount: Discount::Percent(100),
        quantity: Some(3),
        valid_from: None,
        valid_until: Some(LATER),
    };
    let code = store.create_code(event, &new, NOW).await.unwrap().unwrap();
    let emails: Vec<String> = (0..20).map(|number| format!("{number}@example.com")).collect();
    let coded = |email| NewPlace { code: Some(code.id), ..place(event, ticket, email, 0) };
    let outcomes = join_all(emails.iter().map(async |email| take(&store, &coded(email.as_str())).await)).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Taken::Yes).count(), 3);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Taken::Yes | Taken::NoCode)));
    assert_eq!(counts(&store).await, (3, 3, 3));
    let first = store.registrations_of(event, &RegistrationFilter::default(), (None, 1)).await.unwrap().remove(0);
    assert!(store.end_registration(&first, RegistrationState::Cancelled, Vec::new(), NOW).await.unwrap());
    assert_eq!(counts(&store).await, (2, 2, 2));
    let late = NewPlace { now: LATER, ..coded("late@example.com") };
    assert_eq!(take(&store, &late).await, Taken::NoCode, "its time is over");
}

async fn an_address_that_comes_twice_at_once_has_one_place(store: Store) {
    let event = event(&store, None).await;
    let ticket = ticket(&store, event, 0, Some(50)).await;
    let outcomes = join_all((0..20).map(async |_| take(&store, &place(event, ticket, "ada@example.com", 0)).await)).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Taken::Yes).count(), 1);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Taken::Yes | Taken::Twice)));
    assert_eq!(counts(&store).await.0, 1);
    let standing = store.standing_registration(event, "ada@example.com").await.unwrap().unwrap();
    assert!(store.end_registration(&standing, RegistrationState::Cancelled, Vec::new(), NOW).await.unwrap());
    assert!(!store.end_registration(&standing, RegistrationState::Cancelled, Vec::new(), NOW).await.unwrap(), "it is over");
    assert_eq!(counts(&store).await.0, 0);
    assert_eq!(take(&store, &place(event, ticket, "ada@example.com", 0)).await, Taken::Yes, "who cancelled may come again");
}

async fn a_place_that_is_left_for_another_is_left_by_one_only(store: Store) {
    let event = event(&store, Some(2)).await;
    let (gold, silver) = (ticket(&store, event, 500, Some(1)).await, ticket(&store, event, 0, Some(1)).await);
    let held = place(event, gold, "ada@example.com", 500);
    assert_eq!(take(&store, &held).await, Taken::Yes);
    let left = row(&store, held.id).await;
    let (store, left) = (&store, &left);
    let ways = (0..20).map(|number| async move {
        let to = place(event, if number % 2 == 0 { gold } else { silver }, "ada@example.com", 0);
        let seat = Seat::Confirmed { participant: ParticipantId::random(), told: Vec::new() };
        store.take_place_instead(left, &to, seat).await.unwrap()
    });
    let outcomes = join_all(ways).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Taken::Yes).count(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Taken::Yes | Taken::Twice)), "{outcomes:?}");
    assert_eq!(counts(store).await, (1, 1, 0));
    assert_eq!(state(store, left.id).await, RegistrationState::Cancelled);
}

async fn wait(store: &Store, place: &NewPlace<'_>) -> Taken {
    store.wait_for_place(place, letter(place.id)).await.unwrap()
}

async fn a_seat_that_is_given_back_goes_to_who_waits_the_longest(store: Store) {
    let event = event(&store, None).await;
    let ticket = ticket(&store, event, 0, Some(1)).await;
    let (has, first, second) =
        (place(event, ticket, "a@x.y", 0), place(event, ticket, "b@x.y", 0), place(event, ticket, "c@x.y", 0));
    assert_eq!(take(&store, &has).await, Taken::Yes);
    assert_eq!((wait(&store, &first).await, wait(&store, &second).await), (Taken::Yes, Taken::Yes));
    assert_eq!(store.waiting_for([ticket]).await.unwrap(), [(ticket, 2)]);
    let has = row(&store, has.id).await;
    assert!(store.end_registration(&has, RegistrationState::Refunded, Vec::new(), LATER).await.unwrap());
    let next = row(&store, first.id).await;
    assert_eq!((next.state, next.confirmed_at), (RegistrationState::Confirmed, Some(LATER)));
    assert!(next.participant.is_some());
    assert_eq!(state(&store, second.id).await, RegistrationState::Waiting);
    assert_eq!(counts(&store).await.0, 1);
    let told = "SELECT count(*) FROM outbox WHERE id LIKE 'place-free:%' AND participant_id IS NOT NULL";
    assert_eq!(number(&store, told).await, 1);
    assert!(!store.promote_next(event, LATER).await.unwrap(), "no seat is free");
}

async fn who_waits_for_what_costs_something_has_a_day_to_pay(store: Store) {
    let event = event(&store, None).await;
    let ticket = ticket(&store, event, 500, Some(1)).await;
    let (has, next) = (place(event, ticket, "a@x.y", 500), place(event, ticket, "b@x.y", 500));
    assert_eq!((take(&store, &has).await, wait(&store, &next).await), (Taken::Yes, Taken::Yes));
    assert_eq!(store.expired_places(NOW, 10).await.unwrap().len(), 0);
    let expired = store.expired_places(LATER, 10).await.unwrap().remove(0);
    assert_eq!(expired.id, has.id);
    assert!(!store.hold_longer(&row(&store, next.id).await, LATER).await.unwrap(), "nothing is held for who waits");
    let closing = vec![closing(expired.id, 0, LATER)];
    assert!(store.end_registration(&expired, RegistrationState::Cancelled, closing, LATER).await.unwrap());
    let next = row(&store, next.id).await;
    let a_day_later = LATER.plus(crate::payments::LONGEST_CHECKOUT);
    assert_eq!((next.state, next.expires_at), (RegistrationState::Pending, Some(a_day_later)));
    assert!(store.add_payment_link(next.id, "secret", LATER).await.unwrap());
    assert_eq!(store.registration_to_pay("secret").await.unwrap().unwrap(), next);
    assert_eq!(store.registration_to_pay("other").await.unwrap(), None);
    assert!(store.confirm_pending(&next, ParticipantId::random(), Vec::new(), LATER).await.unwrap());
    assert!(!store.confirm_pending(&next, ParticipantId::random(), Vec::new(), LATER).await.unwrap(), "once");
    assert!(!store.add_payment_link(next.id, "late", LATER).await.unwrap());
    assert_eq!(counts(&store).await.0, 1);
}

async fn nobody_is_passed_over_and_nobody_waits_without_need(store: Store) {
    let event = event(&store, None).await;
    let ticket = ticket(&store, event, 0, Some(1)).await;
    let place = |email| place(event, ticket, email, 0);
    assert_eq!(wait(&store, &place("a@x.y")).await, Taken::NoNeedToWait);
    assert_eq!(take(&store, &place("a@x.y")).await, Taken::Yes);
    let (first, second) = (place("b@x.y"), place("c@x.y"));
    assert_eq!((wait(&store, &first).await, wait(&store, &second).await), (Taken::Yes, Taken::Yes));
    let more = TicketTypeChange { quantity: Some(Some(4)), ..TicketTypeChange::default() };
    assert!(store.update_ticket_type((event, ticket), &more).await.unwrap());
    assert_eq!(take(&store, &place("d@x.y")).await, Taken::NoSeat, "those who wait come first");
    assert_eq!(wait(&store, &place("a@x.y")).await, Taken::Twice);
    assert_eq!(store.events_to_promote(NOW).await.unwrap(), [event]);
    // Whoever promotes at the same moment promotes somebody else.
    let promoted = join_all((0..4).map(async |_| store.promote_next(event, NOW).await.unwrap())).await;
    assert_eq!(promoted.iter().filter(|promoted| **promoted).count(), 2, "{promoted:?}");
    assert_eq!(counts(&store).await.0, 3);
    assert!(store.events_to_promote(NOW).await.unwrap().is_empty());
    assert_eq!(take(&store, &place("d@x.y")).await, Taken::Yes);
}

async fn a_place_that_ran_out_comes_back_only_where_a_seat_is_left(store: Store) {
    let event = event(&store, None).await;
    let ticket = ticket(&store, event, 500, Some(1)).await;
    let place = |email| place(event, ticket, email, 500);
    let (late, other) = (place("a@x.y"), place("b@x.y"));
    assert_eq!(take(&store, &late).await, Taken::Yes);
    let held = row(&store, late.id).await;
    assert!(store.end_registration(&held, RegistrationState::Cancelled, Vec::new(), LATER).await.unwrap());
    let ended = row(&store, late.id).await;
    assert_eq!(take(&store, &other).await, Taken::Yes);
    assert!(!store.confirm_expired(&ended, ParticipantId::random(), Vec::new(), LATER).await.unwrap(), "it is another's");
    let other = row(&store, other.id).await;
    assert!(store.end_registration(&other, RegistrationState::Cancelled, Vec::new(), LATER).await.unwrap());
    assert!(store.confirm_expired(&ended, ParticipantId::random(), Vec::new(), LATER).await.unwrap());
    assert_eq!((state(&store, late.id).await, counts(&store).await.0), (RegistrationState::Confirmed, 1));
    // Nor does it come back where its person has another place meanwhile.
    let confirmed = row(&store, late.id).await;
    assert!(store.end_registration(&confirmed, RegistrationState::Cancelled, Vec::new(), LATER).await.unwrap());
    assert_eq!(take(&store, &NewPlace { id: RegistrationId::random(), ..late.clone() }).await, Taken::Yes);
    let more = TicketTypeChange { quantity: Some(None), ..TicketTypeChange::default() };
    assert!(store.update_ticket_type((event, ticket), &more).await.unwrap());
    assert!(!store.confirm_expired(&ended, ParticipantId::random(), Vec::new(), LATER).await.unwrap());
    assert_eq!(counts(&store).await.0, 1);
}

async fn session(store: &Store, event: EventId, capacity: i64) -> SessionId {
    let id = SessionId::random();
    let sql = "INSERT INTO sessions (id, event_id, title, description, starts_at, ends_at, capacity, created_at) \
               VALUES ($1, $2, 'Talk', '', 1, 2, $3, 1)";
    let values = vec![Value::id(&id), Value::id(&event), capacity.into()];
    store.db.write(vec![Statement::new(sql, values)]).await.unwrap();
    id
}

async fn who_was_cancelled_has_neither_invites_nor_logins_nor_picks(store: Store) {
    let event = event(&store, None).await;
    let ticket = ticket(&store, event, 0, None).await;
    let place = place(event, ticket, "a@x.y", 0);
    take(&store, &place).await;
    let has = row(&store, place.id).await;
    let (participant, session) = (has.participant.unwrap(), session(&store, event, 1).await);
    assert!(store.add_invite(participant, (None, None), ("ticket", None), NOW).await.unwrap());
    let invite = store.invite("ticket", NOW).await.unwrap().unwrap();
    let login = |token| NewLogin { invite: &invite, name: String::new(), token, now: LATER, expires: LATER };
    store.log_in(login("token")).await.unwrap();
    assert_eq!(row(&store, place.id).await.used_at, Some(LATER));
    assert_eq!(store.pick_session(place.id, session, NOW).await.unwrap(), Picked::Yes);
    assert!(store.end_registration(&has, RegistrationState::Cancelled, Vec::new(), NOW).await.unwrap());
    assert!(store.invite("ticket", NOW).await.unwrap().is_none());
    assert!(store.login(&LoginId::of("token")).await.unwrap().is_none());
    assert!(matches!(store.log_in(login("again")).await, Err(StoreError::Unmet(_))), "the invite was read before it ended");
    assert!(
        !store.add_invite(participant, (None, None), ("letter", None), NOW).await.unwrap(),
        "a letter that is still under way leads nowhere"
    );
    assert_eq!(number(&store, "SELECT CAST(sum(picked) AS BIGINT) FROM sessions").await, 0);
    assert!(store.picks_of([place.id]).await.unwrap().is_empty());
    assert_eq!(store.pick_session(place.id, session, NOW).await.unwrap(), Picked::NoPlace);
    assert_eq!(number(&store, "SELECT count(*) FROM outbox WHERE state = 'queued'").await, 0);
}

async fn people_are_found_by_any_part_and_signs_are_plain_characters(store: Store) {
    let (here, there) = (event(&store, None).await, event(&store, None).await);
    let (ticket, elsewhere) = (ticket(&store, here, 0, None).await, ticket(&store, there, 0, None).await);
    let people =
        [("Ada Lovelace", "ada@example.com"), ("Zoë Ölund", "zoe@example.org"), ("100%_\"*' OR 1=1", "x_y@example.com")];
    for (name, email) in people {
        take(&store, &NewPlace { name, ..place(here, ticket, email, 0) }).await;
    }
    take(&store, &place(there, elsewhere, "ada@example.com", 0)).await;
    for (term, expected) in [
        ("lovel", vec!["ada@example.com"]),
        ("LOVELACE ADA@", vec!["ada@example.com"]),
        ("ölu", vec!["zoe@example.org"]),
        ("ÖL", vec!["zoe@example.org"]),
        ("da", vec!["ada@example.com"]),
        ("z", vec!["zoe@example.org"]),
        ("example", vec!["x_y@example.com", "zoe@example.org", "ada@example.com"]),
        ("%", vec!["x_y@example.com"]),
        ("_y", vec!["x_y@example.com"]),
        ("x_y@", vec!["x_y@example.com"]),
        ("a_a@", vec![]),
        ("%_\"*", vec!["x_y@example.com"]),
        ("\"*'", vec!["x_y@example.com"]),
        ("ada*", vec![]),
        ("ada OR zoe", vec![]),
        ("' or 1=1", vec!["x_y@example.com"]),
        ("\\", vec![]),
        ("name:ada", vec![]),
        ("   ", vec!["x_y@example.com", "zoe@example.org", "ada@example.com"]),
    ] {
        let filter = RegistrationFilter { search: Some(term.to_owned()), state: None };
        let found = store.registrations_of(here, &filter, (None, 10)).await.unwrap();
        let found: Vec<_> = found.iter().map(|row| row.email.as_str()).collect();
        assert_eq!(found, expected, "{term}");
        assert_eq!(counted(&store, here, &filter).await, i64::try_from(expected.len()).unwrap(), "{term}");
    }
}

async fn counted(store: &Store, event: EventId, filter: &RegistrationFilter) -> i64 {
    store.count_registrations([event], filter).await.unwrap().first().map_or(0, |(_, count)| *count)
}

async fn a_found_page_goes_on_where_the_last_ended(store: Store) {
    let event = event(&store, None).await;
    let ticket = ticket(&store, event, 0, None).await;
    for number in 0..25 {
        let email = format!("{number}@example.com");
        take(&store, &place(event, ticket, &email, if number % 5 == 0 { 500 } else { 0 })).await;
    }
    let filter = RegistrationFilter { search: Some("example".to_owned()), state: Some(RegistrationState::Confirmed) };
    assert_eq!(counted(&store, event, &filter).await, 20);
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = store.registrations_of(event, &filter, (after, 7)).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        seen.extend(page.into_iter().map(|row| row.id));
    }
    assert_eq!(seen.len(), 20);
    assert!(seen.is_sorted_by(|one, next| one > next), "the newest first, each once");
    let mine = store.registrations_of_email("3@example.com", (None, 10)).await.unwrap();
    assert_eq!((mine.0.len(), mine.1), (1, 1));
    assert_eq!(store.registrations_of_email("3@example.com", (Some(mine.0[0].id), 10)).await.unwrap().0.len(), 0);
}

async fn a_session_is_picked_by_as_many_as_fit(store: Store) {
    let (event, other) = (event(&store, None).await, event(&store, None).await);
    let ticket = ticket(&store, event, 0, None).await;
    let (session, foreign) = (session(&store, event, 3).await, session(&store, other, 3).await);
    let mut ids = Vec::new();
    for number in 0..10 {
        let email = format!("{number}@x.y");
        let place = place(event, ticket, &email, 0);
        take(&store, &place).await;
        ids.push(place.id);
    }
    let outcomes = join_all(ids.iter().map(async |id| store.pick_session(*id, session, NOW).await.unwrap())).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Picked::Yes).count(), 3);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Picked::Full).count(), 7);
    let picked = ids[outcomes.iter().position(|outcome| *outcome == Picked::Yes).unwrap()];
    assert_eq!(store.pick_session(picked, session, NOW).await.unwrap(), Picked::Yes, "it is picked");
    assert_eq!(store.picks_of([picked]).await.unwrap(), [(picked, session)]);
    for _ in 0..2 {
        store.unpick_session(picked, session).await.unwrap();
    }
    assert_eq!(number(&store, "SELECT CAST(sum(picked) AS BIGINT) FROM sessions").await, 2);
    assert_eq!(store.pick_session(picked, foreign, NOW).await.unwrap(), Picked::NoSession);
}

async fn sales_are_what_came_and_what_went_back(store: Store) {
    let event = event(&store, None).await;
    let ticket = ticket(&store, event, 500, None).await;
    let mut rows = Vec::new();
    for email in ["a@x.y", "b@x.y", "c@x.y"] {
        let place = place(event, ticket, email, 500);
        take(&store, &place).await;
        rows.push(row(&store, place.id).await);
    }
    for row in &rows[..2] {
        assert!(store.confirm_pending(row, ParticipantId::random(), Vec::new(), NOW).await.unwrap());
    }
    let second = row(&store, rows[1].id).await;
    assert!(store.end_registration(&second, RegistrationState::Refunded, Vec::new(), NOW).await.unwrap());
    let sales = store.sales_of([event]).await.unwrap().remove(&event).unwrap();
    assert_eq!((sales.gross, sales.refunded), (1_000, 500));
    assert_eq!(sales.by_quarter, [(Timestamp::from_micros(900_000_000), 2, 1_000)]);
    let states = [RegistrationState::Confirmed, RegistrationState::Pending, RegistrationState::Refunded];
    assert_eq!(sales.by_state, states.map(|state| (state, 1)));
    assert_eq!(store.currencies_of([event]).await.unwrap().get(&event).map(String::as_str), Some("EUR"));
}

async fn tickets_that_cost_something_have_one_currency_and_no_fewer_seats_than_are_taken(store: Store) {
    let event = event(&store, None).await;
    let (paid, free) = (ticket(&store, event, 500, Some(5)).await, ticket(&store, event, 0, None).await);
    let found = store.ticket_types([paid]).await.unwrap().remove(0);
    let new = |amount, currency: &str| NewTicketType {
        title: found.title.clone(),
        description: String::new(),
        amount,
        currency: currency.to_owned(),
        quantity: None,
        sales_start: None,
        sales_end: None,
        hidden: false,
        waiting_list: false,
    };
    assert_eq!(store.create_ticket_type(event, &new(1, "USD"), NOW).await.unwrap(), None);
    let dollars = store.create_ticket_type(event, &new(0, "USD"), NOW).await.unwrap().unwrap();
    let costs = TicketTypeChange { amount: Some(1), ..TicketTypeChange::default() };
    assert!(!store.update_ticket_type((event, dollars), &costs).await.unwrap());
    assert!(store.update_ticket_type((event, free), &costs).await.unwrap());
    for email in ["a@x.y", "b@x.y"] {
        assert_eq!(take(&store, &place(event, paid, email, 500)).await, Taken::Yes);
    }
    let seats = |seats| TicketTypeChange { quantity: Some(seats), ..TicketTypeChange::default() };
    assert!(!store.update_ticket_type((event, paid), &seats(Some(1))).await.unwrap());
    assert!(store.update_ticket_type((event, paid), &seats(Some(2))).await.unwrap());
    assert!(store.update_ticket_type((event, paid), &seats(None)).await.unwrap());
    assert!(store.delete_ticket_type(paid, NOW).await.unwrap());
    assert!(!store.update_ticket_type((event, paid), &seats(None)).await.unwrap(), "it is in the trash");
    assert_eq!(take(&store, &place(event, paid, "c@x.y", 500)).await, Taken::NoSeat);
    assert_eq!(
        store.ticket_types_of([event]).await.unwrap().iter().map(|ticket| ticket.id).collect::<Vec<_>>(),
        [free, dollars]
    );
}

async fn questions_are_ordered_all_or_not_at_all(store: Store) {
    let event = event(&store, None).await;
    let mut ids: Vec<QuestionId> = Vec::new();
    for label in ["One?", "Two?", "Three?"] {
        let options = vec!["Fish".to_owned(), "Rice".to_owned()];
        let new = NewQuestion { label: label.to_owned(), kind: QuestionKind::Choice, options, required: true };
        ids.push(store.create_question(event, new, NOW).await.unwrap().unwrap().id);
    }
    let order = async || {
        let questions = store.questions_of([event]).await.unwrap();
        questions.into_iter().map(|question| question.id).collect::<Vec<_>>()
    };
    assert_eq!(order().await, ids);
    let turned: Vec<_> = ids.iter().rev().copied().collect();
    assert!(store.order_questions(event, &turned).await.unwrap());
    assert_eq!(order().await, turned);
    assert!(!store.order_questions(event, &ids[..2]).await.unwrap(), "one is missing");
    assert!(!store.order_questions(event, &[ids[0], ids[1], QuestionId::random()]).await.unwrap(), "one is of no event");
    assert_eq!(order().await, turned);
    let change = QuestionChange { label: Some("Four?".to_owned()), ..QuestionChange::default() };
    assert!(store.update_question(ids[0], &change).await.unwrap());
    assert!(store.delete_question(ids[0], NOW).await.unwrap() && !store.delete_question(ids[0], NOW).await.unwrap());
    let deleted = store.questions([ids[0]]).await.unwrap().remove(0);
    assert_eq!((deleted.label.as_str(), deleted.kind, deleted.options.len()), ("Four?", QuestionKind::Choice, 2));
    assert_eq!(order().await, turned[..2]);
}

async fn codes_are_told_apart_by_their_letters(store: Store) {
    let (one, two) = (event(&store, None).await, event(&store, None).await);
    let new = NewTicketCode {
        code: "EARLY".to_owned(),
        ticket: None,
        discount: Discount::Amount(100),
        quantity: None,
        valid_from: None,
        valid_until: None,
    };
    let code = store.create_code(one, &new, NOW).await.unwrap().unwrap();
    assert!(matches!(store.create_code(one, &new, NOW).await, Err(StoreError::Conflict(_))));
    assert!(store.create_code(two, &new, NOW).await.unwrap().is_some());
    assert_eq!(store.code_named(one, "EARLY").await.unwrap().unwrap(), code);
    assert!(store.delete_code(code.id, NOW).await.unwrap());
    assert_eq!(store.code_named(one, "EARLY").await.unwrap(), None);
    assert!(store.create_code(one, &new, NOW).await.unwrap().is_some(), "its letters are free again");
    assert_eq!(store.codes_of([one, two]).await.unwrap().len(), 2);
}

async fn a_notice_counts_once(store: Store) {
    let event = event(&store, None).await;
    let ticket = ticket(&store, event, 500, None).await;
    let place = place(event, ticket, "a@x.y", 500);
    take(&store, &place).await;
    let held = row(&store, place.id).await;
    assert!(store.payment_begun(&held, ("stripe", "cs_1", "https://pay"), NOW).await.unwrap());
    assert!(store.payment_begun(&held, ("stripe", "cs_1", "https://pay"), NOW).await.unwrap(), "told twice, it is one");
    let payment = store.payments_of(place.id).await.unwrap().remove(0);
    assert_eq!((payment.state, payment.amount, payment.url.as_str()), (PaymentState::Open, 500, "https://pay"));
    let paid = PaymentRow { paid_as: Some("pi_1".to_owned()), ..payment.clone() };
    let confirm = async |notice_id: &str| {
        let more = vec![notice("stripe", notice_id, NOW), moving(&paid, PaymentState::Paid, NOW)];
        store.confirm_pending(&held, ParticipantId::random(), more, NOW).await.unwrap()
    };
    let outcomes = futures_util::join!(confirm("evt_1"), confirm("evt_1"), confirm("evt_2"));
    assert_eq!([outcomes.0, outcomes.1, outcomes.2].iter().filter(|done| **done).count(), 1);
    assert!(store.was_told("stripe", "evt_1").await.unwrap() != store.was_told("stripe", "evt_2").await.unwrap());
    let payment = store.payments_of(place.id).await.unwrap().remove(0);
    assert_eq!((payment.state, payment.paid_as.as_deref()), (PaymentState::Paid, Some("pi_1")));
    assert_eq!(number(&store, "SELECT count(*) FROM participants WHERE role = 'attendee'").await, 1);
    assert!(store.move_payment(&payment, PaymentState::Refunding, NOW).await.unwrap());
    assert!(!store.move_payment(&payment, PaymentState::Refunding, NOW).await.unwrap(), "it moved");
    assert_eq!(store.refunds_to_try(NOW, 10).await.unwrap().len(), 1);
    let confirmed = row(&store, place.id).await;
    assert!(!store.payment_begun(&confirmed, ("stripe", "cs_2", "https://pay"), NOW).await.unwrap(), "nothing is held");
}

async fn a_ticket_for_one_device_ends_the_login_before_and_one_for_several_does_not(store: Store) {
    for one_device in [true, false] {
        let event = event(&store, None).await;
        let sql = "UPDATE events SET one_device = $1 WHERE id = $2";
        store.db.write(vec![Statement::new(sql, vec![one_device.into(), Value::id(&event)])]).await.unwrap();
        let ticket = ticket(&store, event, 0, None).await;
        let place = place(event, ticket, "a@x.y", 0);
        take(&store, &place).await;
        let (secret, participant) = (format!("ticket {one_device}"), row(&store, place.id).await.participant.unwrap());
        store.add_invite(participant, (None, None), (&secret, None), NOW).await.unwrap();
        let invite = store.invite(&secret, NOW).await.unwrap().unwrap();
        let tokens = [format!("phone {one_device}"), format!("laptop {one_device}")];
        for token in &tokens {
            store.log_in(NewLogin { invite: &invite, name: String::new(), token, now: NOW, expires: LATER }).await.unwrap();
        }
        assert_eq!(store.login(&LoginId::of(&tokens[0])).await.unwrap().is_none(), one_device);
        let newest = store.login(&LoginId::of(&tokens[1])).await.unwrap().unwrap();
        assert_eq!(newest.one_device, one_device);
    }
}

async fn an_event_is_erased_with_the_links_to_pay_for_its_places(store: Store) {
    let event = event(&store, None).await;
    let ticket = ticket(&store, event, 500, None).await;
    let place = place(event, ticket, "ada@example.com", 500);
    assert_eq!(take(&store, &place).await, Taken::Yes);
    assert!(store.add_payment_link(place.id, "secret", NOW).await.unwrap());
    store.db.write(vec![Statement::new("UPDATE events SET deleted_at = 1", Vec::new())]).await.unwrap();
    store.purge_deleted(NOW).await.unwrap();
    let left =
        "SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM registrations) + (SELECT count(*) FROM payment_links)";
    assert_eq!(number(&store, left).await, 0);
}

async fn an_event_that_somebody_comes_to_is_no_draft_again(store: Store) {
    let event = event(&store, None).await;
    let ticket = ticket(&store, event, 0, None).await;
    let (draft, published) = (EventPhase::Draft, EventPhase::Published);
    store.change_phase(event, &EventPhase::ALL, (published, NOW), Vec::new()).await.unwrap();
    let back = async || store.change_phase(event, &[published], (draft, NOW), Vec::new()).await.unwrap();
    assert!(back().await);
    assert!(store.change_phase(event, &[draft], (published, NOW), Vec::new()).await.unwrap());
    assert_eq!(take(&store, &place(event, ticket, "ada@example.com", 0)).await, Taken::Yes);
    assert!(!back().await);
}

async fn the_state_of_the_last_letter_is_told(store: Store) {
    let event = event(&store, None).await;
    let ticket = ticket(&store, event, 0, None).await;
    let (has, none) = (place(event, ticket, "a@x.y", 0), place(event, ticket, "b@x.y", 500));
    take(&store, &has).await;
    take(&store, &none).await;
    let state = async || {
        let letters = store.mail_states([has.id, none.id]).await.unwrap();
        letters.into_iter().map(|(id, letter)| (id, letter.state)).collect::<Vec<_>>()
    };
    assert_eq!(state().await, [(has.id, MailState::Queued)]);
    let letter = store.take_letters(Turn::Urgent, 10, NOW).await.unwrap().remove(0);
    store.letter_sent(&letter, Sent::Bounced { error: "no".to_owned() }, NOW).await.unwrap();
    assert_eq!(state().await, [(has.id, MailState::Bounced)]);
    let message = crate::mail::Message::MagicLink { device: String::new() };
    let about = About { registration: Some(has.id), ..About::default() };
    store.store_all(vec![NewLetter::new("again".to_owned(), "a@x.y", &message, about, LATER).insert()]).await.unwrap();
    assert_eq!(state().await, [(has.id, MailState::Queued)]);
    let letter = store.take_letters(Turn::Urgent, 10, LATER).await.unwrap().remove(0);
    store.letter_sent(&letter, Sent::Pointless, LATER).await.unwrap();
    assert_eq!(state().await, [(has.id, MailState::Bounced)], "what was never sent does not count");
}
