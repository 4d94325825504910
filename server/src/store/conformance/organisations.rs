//! What every engine has to do alike of organisations: who makes them, and how large they get.

use futures_util::future::join_all;
use houselights_domain::StaffRole;
use houselights_shared::PersonId;

use super::{Database, NOW, cluster, new_organisation, open};
use crate::{
    config::Founders,
    store::{
        Added, Founded, MOST_EVENTS, MOST_MEMBERS, MOST_OWNED, NewEventOf, Statement, Store, StoreError, Value,
        people::insert_person,
    },
    templates::builtin_named,
};

on_both! {
    owners_make_organisations_and_somebody_is_the_first,
    nobody_owns_more_organisations_than_they_may,
    an_organisation_has_no_more_members_than_it_may,
    an_organisation_has_no_more_events_than_it_may,
}

async fn person(store: &Store, email: &str) -> PersonId {
    store.db.write(vec![insert_person(email, "", NOW)]).await.unwrap();
    store.person_by_email(email).await.unwrap().unwrap().id
}

async fn owners_make_organisations_and_somebody_is_the_first(store: Store) {
    let mut people = Vec::new();
    for number in 0..8 {
        people.push(person(&store, &format!("{number}@example.com")).await);
    }
    let found = |person| store.create_organisation(person, "The Globe", Founders::Owners, NOW);
    let made: Vec<_> = join_all(people.iter().map(|person| found(*person))).await.into_iter().map(Result::unwrap).collect();
    let firsts: Vec<_> = made.iter().zip(&people).filter(|(made, _)| matches!(made, Founded::Yes(_))).collect();
    assert_eq!(firsts.len(), 1, "{made:?}");
    let (Founded::Yes(globe), owner) = firsts[0] else { panic!("{made:?}") };
    assert!(matches!(found(*owner).await.unwrap(), Founded::Yes(_)));
    let other = *people.iter().find(|person| *person != owner).unwrap();
    assert_eq!(found(other).await.unwrap(), Founded::NotTheirs);
    let email = store.people([other]).await.unwrap()[0].email.clone();
    let nothing = || Statement::new("UPDATE settings SET value = value", Vec::new());
    store.add_member(*globe, (&email, "", StaffRole::Organizer), nothing(), NOW).await.unwrap();
    assert_eq!(found(other).await.unwrap(), Founded::NotTheirs, "a member is no owner");
    store.change_member(*globe, other, Some(StaffRole::Owner)).await.unwrap();
    assert!(matches!(found(other).await.unwrap(), Founded::Yes(_)));
}

async fn nobody_owns_more_organisations_than_they_may(store: Store) {
    let ada = person(&store, "ada@example.com").await;
    let found = |_| store.create_organisation(ada, "The Globe", Founders::Anyone, NOW);
    let made: Vec<_> = join_all((0..MOST_OWNED + 5).map(found)).await.into_iter().map(Result::unwrap).collect();
    let refused = made.iter().filter(|made| **made == Founded::TooMany).count();
    assert_eq!(refused, 5);
    assert_eq!(store.memberships_of(ada).await.unwrap().len(), made.len() - refused);
}

async fn an_organisation_has_no_more_members_than_it_may(store: Store) {
    let ada = person(&store, "ada@example.com").await;
    let globe = new_organisation(&store, ada, "The Globe").await;
    let nothing = || Statement::new("UPDATE settings SET value = value", Vec::new());
    let add = async |email: String| store.add_member(globe, (&email, "", StaffRole::Moderator), nothing(), NOW).await.unwrap();
    let fill = (0..MOST_MEMBERS - 4).flat_map(|number| {
        let email = format!("{number}@example.com");
        let member = "INSERT INTO members (organisation_id, person_id, role, created_at) SELECT $1, id, 'moderator', 0 FROM people \
                      WHERE email = $2";
        [insert_person(&email, "", NOW), Statement::new(member, vec![Value::id(&globe), email.as_str().into()])]
    });
    store.db.write(fill.collect()).await.unwrap();
    let added = join_all((0..10).map(|number| add(format!("more{number}@example.com")))).await;
    assert_eq!(added.iter().filter(|added| **added == Added::Yes).count(), 3);
    assert_eq!(added.iter().filter(|added| **added == Added::Full).count(), 7);
    assert_eq!(store.members_of([globe]).await.unwrap().len(), usize::try_from(MOST_MEMBERS).unwrap());
    let rose = new_organisation(&store, ada, "The Rose").await;
    let twice = async || store.add_member(rose, ("b@example.com", "", StaffRole::Moderator), nothing(), NOW).await.unwrap();
    assert_eq!((twice().await, twice().await), (Added::Yes, Added::Before));
}

async fn an_organisation_has_no_more_events_than_it_may(store: Store) {
    let ada = person(&store, "ada@example.com").await;
    let globe = new_organisation(&store, ada, "The Globe").await;
    let template = builtin_named("ama").unwrap();
    let found = async |slug: String| {
        let new = NewEventOf { organisation: globe, title: "T", slug: &slug, starts_at: NOW, time_zone: "UTC", now: NOW };
        store.create_event_of(template, &new).await
    };
    found("the-first".to_owned()).await.unwrap();
    let copies = "INSERT INTO events (id, organisation_id, title, slug, phase, summary, description, starts_at, ends_at, time_zone, \
                  accent, background, show_plan, created_at) SELECT $1, organisation_id, title, $1, phase, summary, description, \
                  starts_at, ends_at, time_zone, accent, background, show_plan, created_at FROM events WHERE slug = 'the-first'";
    let fill = (0..MOST_EVENTS - 3).map(|number| Statement::new(copies, vec![format!("copy-{number}").into()]));
    store.db.write(fill.collect()).await.unwrap();
    let made = join_all((0..6).map(|number| found(format!("more-{number}")))).await;
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 2, "{made:?}");
    assert!(made.iter().all(|made| matches!(made, Ok(_) | Err(StoreError::Unmet(1)))), "{made:?}");
}
