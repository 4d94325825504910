//! What people say of themselves.

use houselights_shared::{ParticipantId, PersonId, Profile, Role, ShownTo, Timestamp};

use super::{Database, LoginId, NOW, NewEvent, NewInvite, NewLogin, Statement, Store, Value, cluster, open};
use crate::store::Created;

on_both! {
    what_somebody_says_takes_the_place_of_what_they_said_before,
    lists_are_told_of_those_who_say_something_to_somebody,
    what_was_said_at_another_event_is_told_to_a_person_who_signed_in,
}

async fn event(store: &Store, names: &[&str]) -> Created {
    let crew = names.iter().map(|name| NewInvite { name: (*name).to_owned(), role: Role::Speaker }).collect();
    store
        .create_event(&NewEvent { title: "First night".to_owned(), crew, valid_for: None }, "http://localhost", NOW)
        .await
        .unwrap()
}

async fn log_in(store: &Store, created: &Created, place: usize, token: &str) -> ParticipantId {
    let invite = store.invite(&created.invites[place].secret, NOW).await.unwrap().unwrap();
    let login = NewLogin { invite: &invite, name: String::new(), token, now: NOW, expires: NOW };
    store.log_in(login).await.unwrap().who.participant
}

fn says(headline: &str, shown_to: ShownTo) -> Profile {
    Profile {
        headline: headline.to_owned(),
        about: "Two\nlines".to_owned(),
        links: vec!["https://a.example/".to_owned(), "https://b.example/?q=\"".to_owned()],
        shown_to,
        ..Profile::default()
    }
}

async fn what_somebody_says_takes_the_place_of_what_they_said_before(store: Store) {
    let created = event(&store, &["Ada", "Bob"]).await;
    let ada = log_in(&store, &created, 0, "ada").await;
    assert_eq!(store.profile(ada).await.unwrap(), None);
    for said in [says("One", ShownTo::Everybody), says("Two", ShownTo::Crew), says("", ShownTo::Nobody), Profile::default()] {
        store.keep_profile(ada, &said, NOW).await.unwrap();
        assert_eq!(store.profile(ada).await.unwrap(), Some(said));
    }
    let found = store.participant(created.event, ada).await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.role), ("Ada", Role::Speaker));
    let other = event(&store, &[]).await;
    assert!(store.participant(other.event, ada).await.unwrap().is_none());
    assert!(store.keep_profile(ParticipantId::random(), &says("Nobody", ShownTo::Everybody), NOW).await.is_err());
}

async fn lists_are_told_of_those_who_say_something_to_somebody(store: Store) {
    let created = event(&store, &["Ada", "Bob", "Cleo", "Dan"]).await;
    let mut who = Vec::new();
    for (place, said) in [
        says("One", ShownTo::Everybody),
        says("Two", ShownTo::Crew),
        says("Three", ShownTo::Nobody),
        Profile { about: "No line".to_owned(), ..Profile::default() },
    ]
    .into_iter()
    .enumerate()
    {
        let one = log_in(&store, &created, place, &place.to_string()).await;
        store.keep_profile(one, &said, NOW).await.unwrap();
        who.push(one);
    }
    who.push(ParticipantId::random());
    let told = store.headlines(&who).await.unwrap();
    let lines = who.iter().map(|one| told.get(one).map(|line| (line.headline.as_str(), line.shown_to))).collect::<Vec<_>>();
    assert_eq!(lines, [Some(("One", ShownTo::Everybody)), Some(("Two", ShownTo::Crew)), None, None, None]);
    assert!(store.headlines(&[]).await.unwrap().is_empty());
}

async fn what_was_said_at_another_event_is_told_to_a_person_who_signed_in(store: Store) {
    let (first, second) = (event(&store, &["Ada"]).await, event(&store, &["Ada"]).await);
    let third = event(&store, &["Ada"]).await;
    let person = PersonId::random();
    let signed_in = "INSERT INTO person_logins (id, person_id, token_hash, device, created_at, used_at, expires_at) \
                     VALUES ('login', $1, 'hash', '', 0, 0, 9)";
    let people = "INSERT INTO people (id, email, name, created_at) VALUES ($1, 'ada@x.y', 'Ada', 0)";
    let of = |sql| Statement::new(sql, vec![Value::id(&person)]);
    store.db.write(vec![of(people), of(signed_in)]).await.unwrap();
    for (at, created) in [&first, &second, &third].into_iter().enumerate() {
        let ada = log_in(&store, created, 0, &at.to_string()).await;
        let said = says(["Zero", "One", "Two"][at], ShownTo::Everybody);
        store.keep_profile(ada, &said, Timestamp::from_micros(10 - at as i64)).await.unwrap();
        let known = "UPDATE participants SET person_id = $2 WHERE id = $1";
        store.db.write(vec![Statement::new(known, vec![Value::id(&ada), Value::id(&person)])]).await.unwrap();
    }
    let before = async |token: &str| store.profile_before(&LoginId::of(token)).await.unwrap().map(|said| said.headline);
    assert_eq!(before("2").await, None, "by a link alone");
    store.db.write(vec![Statement::new("UPDATE logins SET person_login_id = 'login'", Vec::new())]).await.unwrap();
    let told = [before("0").await, before("1").await, before("2").await];
    assert_eq!(told, ["One", "Zero", "Zero"].map(|headline| Some(headline.to_owned())), "the latest elsewhere");
    assert_eq!(before("nobody's").await, None);
}
