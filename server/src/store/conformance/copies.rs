//! Templates made of events, and events of events.

use houselights_shared::{SpeakerId, Timestamp};

use super::{
    Database, NOW, Statement, Store, Value,
    announcements::{event_of, organisation},
    cluster, open,
};
use crate::{
    store::{Deleted, EventRow, ImageFile, NewEventOf, Original, outline::Bill},
    templates::{Template, builtin, builtin_named},
};

on_both! {
    an_event_made_of_a_template_gives_that_template_again,
    a_template_forgets_what_belongs_to_a_session_that_is_gone,
    a_duplicate_has_all_but_people_and_dates,
    an_organisation_has_a_bounded_number_of_templates,
    an_organisation_has_a_bounded_number_of_pictures,
    an_event_that_is_on_is_not_deleted,
}

async fn template_of(store: &Store, event: &EventRow) -> Template {
    Template::of_event(event, &store.outline(event.id).await.unwrap()).unwrap()
}

async fn an_event_made_of_a_template_gives_that_template_again(store: Store) {
    let organisation = organisation(&store).await;
    for template in builtin() {
        let event = event_of(&store, organisation, template, &template.name).await;
        let mut again = template_of(&store, &event).await;
        (again.name, again.title) = (template.name.clone(), template.title.clone());
        let mut expected = template.clone();
        // An event has its sessions in the order of their beginning.
        expected.sessions.sort_by_key(|session| session.starts_after_minutes);
        assert_eq!(again, expected, "{}", template.name);
        assert_eq!(Template::read(&again.to_toml()).as_ref(), Ok(&again));
    }
}

async fn a_template_forgets_what_belongs_to_a_session_that_is_gone(store: Store) {
    let original = builtin_named("fireside-chat").unwrap();
    let event = event_of(&store, organisation(&store).await, original, "x").await;
    let gone = "UPDATE sessions SET deleted_at = 1 WHERE event_id = $1 AND title = 'The conversation'";
    store.db.write(vec![Statement::new(gone, vec![Value::id(&event.id)]).changing(1)]).await.unwrap();
    let again = template_of(&store, &event).await;
    assert_eq!(again.sessions.len(), original.sessions.len() - 1);
    assert!(again.run_of_show.len() < original.run_of_show.len() && !again.run_of_show.is_empty());
    assert_eq!(Template::read(&again.to_toml()).as_ref(), Ok(&again));
}

async fn speaks(store: &Store, event: &EventRow) {
    let id = SpeakerId::random();
    let speaker = "INSERT INTO speakers (id, event_id, name, headline, biography, email, position, created_at, invited_at) \
                   VALUES ($1, $2, 'Grace', 'Admiral', 'Long', 'grace@example.com', 0, 0, 7)";
    let place = "INSERT INTO session_speakers (session_id, speaker_id, position) \
                 SELECT id, CAST($1 AS TEXT), 3 FROM sessions WHERE event_id = $2";
    let values = || vec![Value::id(&id), Value::id(&event.id)];
    let hidden = "UPDATE ticket_types SET hidden = 1 WHERE event_id = $1";
    let statements = vec![
        Statement::new(speaker, values()),
        Statement::new(place, values()),
        Statement::new(hidden, vec![Value::id(&event.id)]),
        Statement::new("UPDATE events SET one_device = 0, summary = '' WHERE id = $1", vec![Value::id(&event.id)]),
    ];
    store.db.write(statements).await.unwrap();
}

async fn a_duplicate_has_all_but_people_and_dates(store: Store) {
    let organisation = organisation(&store).await;
    let event = event_of(&store, organisation, builtin_named("one-day-conference").unwrap(), "x").await;
    let file = ImageFile { content_type: "image/png".to_owned(), bytes: vec![1] };
    let image = store.add_image(organisation, (1, 1), &file, NOW).await.unwrap().unwrap();
    let logo = "UPDATE events SET logo_id = $1 WHERE id = $2";
    store.db.write(vec![Statement::new(logo, vec![Value::id(&image.id), Value::id(&event.id)])]).await.unwrap();
    speaks(&store, &event).await;
    let event = store.event(event.id).await.unwrap().unwrap();
    let (outline, bill) = (store.outline(event.id).await.unwrap(), store.bill(event.id).await.unwrap());
    let template = Template::of_event(&event, &outline).unwrap();
    let original = Original { event: &event, outline: &outline, bill: &bill, template: &template };
    let starts_at = Timestamp::from_micros(2_000_000_000_000_000);
    let new = NewEventOf { organisation, title: "Again", slug: "again", starts_at, time_zone: "UTC", now: NOW };
    let id = store.duplicate_event(&original, &new).await.unwrap();
    let copy = store.event(id).await.unwrap().unwrap();
    assert_eq!((copy.logo, copy.one_device, copy.summary.as_str(), copy.taken), (event.logo, false, "", 0));
    let mut again = template_of(&store, &copy).await;
    (again.name, again.title) = (template.name.clone(), template.title.clone());
    assert_eq!(again, template, "also the show's plan, though the event has no summary");
    let (copied, spoken) = (store.outline(id).await.unwrap(), store.bill(id).await.unwrap());
    assert!(copied.tickets.iter().all(|ticket| ticket.is_hidden) && !copied.tickets.is_empty());
    assert_eq!(copied.tickets, outline.tickets);
    let told = |bill: &Bill| {
        let speaker = &bill.speakers[0];
        (speaker.name.clone(), speaker.headline.clone(), speaker.biography.clone(), speaker.email.clone(), bill.places.len())
    };
    assert_eq!(told(&spoken), told(&bill));
    assert_eq!(spoken.places.len(), outline.sessions.len());
    let invited =
        "SELECT count(*) FROM speakers WHERE event_id = $1 AND (invited_at IS NOT NULL OR participant_id IS NOT NULL)";
    let rows = store.db.read(Statement::new(invited, vec![Value::id(&id)])).await.unwrap();
    assert_eq!(rows[0].int(0).unwrap(), 0, "nobody is invited");
}

async fn an_organisation_has_a_bounded_number_of_templates(store: Store) {
    let organisation = organisation(&store).await;
    let source = builtin_named("ama").unwrap().to_toml();
    let mut kept = Vec::new();
    for _ in 0..100 {
        kept.push(store.add_template(organisation, ("AMA", &source), NOW).await.unwrap().unwrap());
    }
    assert_eq!(store.add_template(organisation, ("AMA", &source), NOW).await.unwrap(), None);
    assert!(store.delete_template(kept[3].id, NOW).await.unwrap());
    assert!(!store.delete_template(kept[3].id, NOW).await.unwrap());
    assert_eq!(store.template(kept[3].id).await.unwrap(), None);
    assert!(store.add_template(organisation, ("AMA", &source), NOW).await.unwrap().is_some());
    assert_eq!(store.templates(organisation).await.unwrap().len(), 100);
}

async fn an_organisation_has_a_bounded_number_of_pictures(store: Store) {
    let organisation = organisation(&store).await;
    let sql = "INSERT INTO images (id, organisation_id, content_type, width, height, bytes, created_at) VALUES ($1, $2, '', 1, 1, $3, 0)";
    let image =
        |number: i32| Statement::new(sql, vec![number.to_string().into(), Value::id(&organisation), Value::Bytes(vec![1])]);
    store.db.write((1..2_000).map(image).collect()).await.unwrap();
    let file = ImageFile { content_type: "image/png".to_owned(), bytes: vec![1] };
    let last = store.add_image(organisation, (1, 1), &file, NOW).await.unwrap().unwrap();
    assert_eq!(store.add_image(organisation, (1, 1), &file, NOW).await.unwrap(), None);
    assert_eq!(store.image_file(last.id).await.unwrap(), Some(file));
}

async fn an_event_that_is_on_is_not_deleted(store: Store) {
    let event = event_of(&store, organisation(&store).await, builtin_named("ama").unwrap(), "x").await;
    let phase = |sql| store.db.write(vec![Statement::new(sql, vec![Value::id(&event.id)])]);
    phase("UPDATE events SET phase = 'live' WHERE id = $1").await.unwrap();
    assert_eq!(store.delete_event(&event, None, NOW).await.unwrap(), Deleted::IsOn);
    phase("UPDATE events SET phase = 'ended' WHERE id = $1").await.unwrap();
    assert_eq!(store.delete_event(&event, None, NOW).await.unwrap(), Deleted::Yes);
    assert_eq!(store.delete_event(&event, None, NOW).await.unwrap(), Deleted::IsOn, "it is in the trash");
    assert_eq!(store.event(event.id).await.unwrap().unwrap().deleted_at, Some(NOW));
}
