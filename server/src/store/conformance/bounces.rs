//! Mail that came back marks its letter, and its address for its event alone.

use houselights_shared::{EventId, Timestamp};

use super::{
    super::{NewLetter, Sent, Turn, good_again},
    Database, NOW, Statement, Store,
    announcements::{event_of, organisation},
    cluster, open,
};
use crate::{
    mail::{Bounce, Message},
    store::About,
    templates::builtin_named,
};

on_both! {
    what_a_report_names_is_marked_once_and_its_address_for_its_event,
    without_a_name_the_newest_letter_of_each_event_came_back,
}

const ADA: &str = "ada@example.com";

async fn sent(store: &Store, event: EventId, ids: &[&str]) {
    for (id, number) in ids.iter().zip(0..) {
        let about = About { event: Some(event), ..About::default() };
        let now = Timestamp::from_micros(NOW.micros() + number);
        let letter = NewLetter::new((*id).to_owned(), ADA, &Message::MagicLink { device: String::new() }, about, now);
        store.store_all(vec![letter.insert()]).await.unwrap();
        for letter in store.take_letters(Turn::Urgent, 10, now).await.unwrap() {
            store.letter_sent(&letter, Sent::Yes, now).await.unwrap();
        }
    }
}

async fn states(store: &Store) -> Vec<(String, String)> {
    let rows = store.rows(Statement::new("SELECT id, state FROM outbox ORDER BY id", Vec::new())).await.unwrap();
    rows.iter().map(|row| (row.text(0).unwrap().to_owned(), row.text(1).unwrap().to_owned())).collect()
}

fn owned(states: &[(&str, &str)]) -> Vec<(String, String)> {
    states.iter().map(|(id, state)| ((*id).to_owned(), (*state).to_owned())).collect()
}

async fn what_a_report_names_is_marked_once_and_its_address_for_its_event(store: Store) {
    let globe = organisation(&store).await;
    let first = event_of(&store, globe, builtin_named("panel").unwrap(), "first").await.id;
    let second = event_of(&store, globe, builtin_named("panel").unwrap(), "second").await.id;
    sent(&store, first, &["a:1", "a:2"]).await;
    sent(&store, second, &["b:1"]).await;
    let bounce = Bounce::told("Ada@Example.com", Some("<a1@example.org>"), Some("5.1.1")).unwrap();
    assert_eq!(store.mark_bounced(organisation(&store).await, &bounce, NOW).await.unwrap(), 0, "another's letters");
    assert_eq!(store.mark_bounced(globe, &bounce, NOW).await.unwrap(), 1);
    assert_eq!(store.mark_bounced(globe, &bounce, NOW).await.unwrap(), 0, "told again");
    assert_eq!(states(&store).await, owned(&[("a:1", "bounced"), ("a:2", "sent"), ("b:1", "sent")]));
    assert_eq!(store.bounced(first, ADA).await.unwrap().as_deref(), Some("the mail came back (5.1.1)"));
    assert_eq!(store.bounced(second, ADA).await.unwrap(), None);
    store.store_all(vec![good_again(first, "ADA@example.com")]).await.unwrap();
    assert_eq!(store.bounced(first, ADA).await.unwrap(), None);
    store.erase_event(first, NOW).await.unwrap();
}

async fn without_a_name_the_newest_letter_of_each_event_came_back(store: Store) {
    let globe = organisation(&store).await;
    let first = event_of(&store, globe, builtin_named("panel").unwrap(), "first").await.id;
    let second = event_of(&store, globe, builtin_named("panel").unwrap(), "second").await.id;
    sent(&store, first, &["a:1", "a:2"]).await;
    sent(&store, second, &["b:1"]).await;
    let unsent = About { event: Some(first), ..About::default() };
    let unsent = NewLetter::new("a:3".to_owned(), ADA, &Message::MagicLink { device: String::new() }, unsent, NOW);
    store.store_all(vec![unsent.insert()]).await.unwrap();
    // As a provider says it that gives mails other names.
    let bounce = Bounce::told(ADA, Some("<0100@provider.test>"), None).unwrap();
    for marked in [2, 0] {
        assert_eq!(store.mark_bounced(globe, &bounce, NOW).await.unwrap(), marked);
    }
    let expected = [("a:1", "sent"), ("a:2", "bounced"), ("a:3", "queued"), ("b:1", "bounced")];
    assert_eq!(states(&store).await, owned(&expected));
    assert!(store.bounced(first, ADA).await.unwrap().is_some() && store.bounced(second, ADA).await.unwrap().is_some());
    store.erase_event(first, NOW).await.unwrap();
    assert_eq!(store.bounced(first, ADA).await.unwrap(), None, "with its event it is forgotten");
}
