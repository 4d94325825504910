//! Being forgotten, and events that are taken in.

use houselights_shared::{EventId, ParticipantId, PersonId, RegistrationId};

use super::{
    Database, NOW, Statement, Store, Value,
    announcements::{event_of, organisation},
    cluster, open,
};
use crate::{
    store::{Traces, WrittenOut, half_taken},
    templates::builtin_named,
};

on_both! {
    who_is_forgotten_is_nobody_and_their_seat_stays,
    an_organisation_forgets_only_where_it_may,
    the_only_owner_is_not_forgotten,
    an_event_that_is_taken_in_is_nobodys_until_it_is_whole_and_is_taken_back_as_one,
}

async fn number(store: &Store, sql: &'static str) -> i64 {
    store.db.read(Statement::new(sql, Vec::new())).await.unwrap()[0].int(0).unwrap()
}

async fn write(store: &Store, sql: &'static str, values: Vec<Value>) {
    store.db.write(vec![Statement::new(sql, values)]).await.unwrap();
}

/// Somebody with a confirmed place and an entry in the log of a room.
async fn guest(store: &Store, event: EventId, email: &str) {
    let (id, participant) = (RegistrationId::random(), ParticipantId::random());
    let ids = || vec![Value::id(&participant), Value::id(&event)];
    write(
        store,
        "INSERT INTO participants (id, event_id, name, role, created_at) VALUES ($1, $2, 'Mina', 'attendee', 0)",
        ids(),
    )
    .await;
    let place = "INSERT INTO registrations (id, event_id, ticket_type_id, participant_id, email, name, search, state, amount, currency, answers, \
                 created_at, confirmed_at) SELECT $3, $2, (SELECT min(id) FROM ticket_types WHERE event_id = $2), CAST($1 AS TEXT), \
                 CAST($4 AS TEXT), 'Mina', 'mina', 'confirmed', 0, 'EUR', '{}', 0, 0";
    let mut values = ids();
    values.extend([Value::id(&id), email.into()]);
    write(store, place, values).await;
    let said = format!(
        r#"{{"what":"message_sent","message":{{"id":"{participant}","author":"{participant}","name":"Mina","role":"attendee","at":0,"text":"I am Mina 100%"}}}}"#
    );
    let update = "INSERT INTO updates (room_id, seq, at, by_participant, body) SELECT r.id, (SELECT coalesce(max(seq), 0) + 1 FROM updates u \
                  WHERE u.room_id = r.id), 0, CAST($2 AS TEXT), CAST($3 AS TEXT) FROM rooms r \
                  WHERE r.id = (SELECT min(id) FROM rooms WHERE event_id = $1)";
    write(store, update, vec![Value::id(&event), Value::id(&participant), said.into()]).await;
}

async fn who_is_forgotten_is_nobody_and_their_seat_stays(store: Store) {
    let event = event_of(&store, organisation(&store).await, builtin_named("panel").unwrap(), "one").await;
    guest(&store, event.id, "mina@x.y").await;
    guest(&store, event.id, "jon@x.y").await;
    for _ in 0..2 {
        let within = Traces::Within { organisation: event.organisation.unwrap(), email: "mina@x.y" };
        assert!(store.erase_person(within, &mut WrittenOut::default()).await.unwrap().is_some());
    }
    assert_eq!(
        number(&store, "SELECT count(*) FROM registrations WHERE email <> 'jon@x.y' AND (email = 'mina@x.y' OR search <> '')")
            .await,
        0
    );
    assert_eq!(number(&store, "SELECT count(*) FROM registrations WHERE state = 'confirmed'").await, 2);
    assert_eq!(number(&store, "SELECT count(*) FROM registrations WHERE email = 'jon@x.y' AND name = 'Mina'").await, 1);
    assert_eq!(number(&store, "SELECT count(*) FROM updates WHERE body LIKE '%Mina%'").await, 1);
    assert_eq!(number(&store, "SELECT count(*) FROM updates WHERE body = '{\"what\":\"hidden\"}'").await, 1);
    assert_eq!(number(&store, "SELECT count(*) FROM participants WHERE name = 'Erased'").await, 1);
}

async fn an_organisation_forgets_only_where_it_may(store: Store) {
    let template = builtin_named("panel").unwrap();
    let (one, two) = (organisation(&store).await, organisation(&store).await);
    let (own, other) = (event_of(&store, one, template, "one").await, event_of(&store, two, template, "two").await);
    guest(&store, own.id, "mina@x.y").await;
    guest(&store, other.id, "mina@x.y").await;
    store.erase_person(Traces::Within { organisation: one, email: "mina@x.y" }, &mut WrittenOut::default()).await.unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM registrations WHERE email = 'mina@x.y'").await, 1);
    assert_eq!(number(&store, "SELECT count(*) FROM updates WHERE body LIKE '%Mina%'").await, 1);
    store.erase_person(Traces::Within { organisation: two, email: "mina@x.y" }, &mut WrittenOut::default()).await.unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM registrations WHERE email = 'mina@x.y'").await, 0);
}

async fn the_only_owner_is_not_forgotten(store: Store) {
    let own = organisation(&store).await;
    let email = "ada@x.y";
    write(
        &store,
        "INSERT INTO people (id, email, name, created_at) VALUES ($1, $2, 'Ada', 0)",
        vec![Value::id(&PersonId::random()), email.into()],
    )
    .await;
    let person = store.person_by_email(email).await.unwrap().unwrap();
    let member = "INSERT INTO members (organisation_id, person_id, role, created_at) VALUES ($1, $2, 'owner', 0)";
    write(&store, member, vec![Value::id(&own), Value::id(&person.id)]).await;
    let erased = store.erase_person(Traces::All { person: person.id, email }, &mut WrittenOut::default()).await.unwrap();
    assert!(erased.is_none());
    write(&store, "UPDATE members SET role = 'organizer'", Vec::new()).await;
    let erased = store.erase_person(Traces::All { person: person.id, email }, &mut WrittenOut::default()).await.unwrap();
    assert!(erased.is_some());
    assert_eq!(store.person_by_email(email).await.unwrap(), None);
    assert_eq!(number(&store, "SELECT count(*) FROM members").await, 0);
}

async fn an_event_that_is_taken_in_is_nobodys_until_it_is_whole_and_is_taken_back_as_one(store: Store) {
    let own = organisation(&store).await;
    for is_whole in [true, false] {
        let id = EventId::random();
        let sql = "INSERT INTO events (id, title, deleted_at, created_at, taken) VALUES ($1, 'Whole', $2, 0, 99)";
        write(&store, sql, vec![Value::id(&id), half_taken(NOW).into()]).await;
        assert_eq!(store.event(id).await.unwrap().unwrap().organisation, None);
        if is_whole {
            store.reveal_event(id, (own, "whole"), NOW).await.unwrap();
            let event = store.event(id).await.unwrap().unwrap();
            assert_eq!((event.organisation, event.deleted_at, event.taken), (Some(own), None, 0));
            assert!(store.reveal_event(id, (own, "again"), NOW).await.is_err(), "it is somebody's");
        } else {
            assert!(store.reveal_event(id, (own, "whole"), NOW).await.is_err(), "the address is taken");
            store.take_back(Some(id), &[], NOW).await.unwrap();
            assert_eq!(store.event(id).await.unwrap(), None);
        }
    }
    assert_eq!(number(&store, "SELECT count(*) FROM events").await, 1);
}
