//! What every engine has to do alike of an event's public page.

use std::time::Duration;

use houselights_shared::{EventId, ImageId};

use super::{Database, NOW, cluster, new_organisation, open};
use crate::{
    store::{BEING_TAKEN_IN, EventChange, EventPhase, ImageFile, NewEventOf, Statement, Store, Value, people::insert_person},
    templates::builtin_named,
};

on_both! {
    a_public_page_is_there_from_the_publication_on,
    what_is_hidden_or_in_the_trash_is_not_on_a_public_page,
    an_agenda_is_in_the_order_of_time,
    pictures_that_nothing_shows_are_swept_away_a_day_later,
    pictures_of_an_import_that_broke_off_go_with_it_however_often_was_swept_meanwhile,
}

/// A draft, at the address `the-day`.
async fn conference(store: &Store) -> EventId {
    store.db.write(vec![insert_person("ada@example.com", "Ada", NOW)]).await.unwrap();
    let ada = store.person_by_email("ada@example.com").await.unwrap().unwrap().id;
    let organisation = new_organisation(store, ada, "The Globe").await;
    let starts_at = NOW.plus(Duration::from_hours(1));
    let new = NewEventOf { organisation, title: "The day", slug: "the-day", starts_at, time_zone: "UTC", now: NOW };
    store.create_event_of(builtin_named("one-day-conference").unwrap(), &new).await.unwrap()
}

async fn run(store: &Store, sql: &'static str) {
    store.db.write(vec![Statement::new(sql, Vec::new())]).await.unwrap();
}

async fn a_public_page_is_there_from_the_publication_on(store: Store) {
    let id = conference(&store).await;
    assert!(store.landing_event("the-day").await.unwrap().is_none());
    assert!(store.change_phase(id, &[EventPhase::Draft], (EventPhase::Published, NOW), Vec::new()).await.unwrap());
    let event = store.landing_event("the-day").await.unwrap().unwrap();
    assert_eq!((event.row.id, event.organisation.as_deref(), event.cover_size), (id, Some("The Globe"), None));
    assert_eq!(event.row, store.event(id).await.unwrap().unwrap());
    let image = "INSERT INTO images (id, organisation_id, content_type, width, height, bytes, created_at) \
                 VALUES ('00000000-0000-7000-8000-000000000001', $1, 'image/png', 1600, 900, $2, 0)";
    let organisation = event.row.organisation.unwrap();
    store.db.write(vec![Statement::new(image, vec![Value::id(&organisation), Value::Bytes(vec![1])])]).await.unwrap();
    run(&store, "UPDATE events SET cover_id = '00000000-0000-7000-8000-000000000001'").await;
    assert_eq!(store.landing_event("the-day").await.unwrap().unwrap().cover_size, Some((1600, 900)));
    run(&store, "UPDATE events SET deleted_at = 1").await;
    assert!(store.landing_event("the-day").await.unwrap().is_none());
}

async fn what_is_hidden_or_in_the_trash_is_not_on_a_public_page(store: Store) {
    let id = conference(&store).await;
    let tickets = async |code: &str| store.landing_tickets(id, code).await.unwrap();
    let all = tickets("").await;
    assert!(all.len() > 1);
    run(&store, "UPDATE ticket_types SET hidden = 1").await;
    assert!(tickets("").await.is_empty());
    run(
        &store,
        "INSERT INTO ticket_codes (id, event_id, code, ticket_type_id, percent_off, created_at) \
         SELECT 'c', event_id, 'CREW', id, 100, 0 FROM ticket_types WHERE position = 0",
    )
    .await;
    let of_code: Vec<_> = tickets("CREW").await.iter().map(|ticket| ticket.id).collect();
    assert_eq!(of_code, [all[0].id]);
    assert!(tickets("CREWS").await.is_empty());
    run(&store, "UPDATE ticket_types SET deleted_at = 1").await;
    assert!(tickets("CREW").await.is_empty());
    assert!(!store.landing_questions(id).await.unwrap().is_empty());
    run(&store, "UPDATE questions SET deleted_at = 1").await;
    assert!(store.landing_questions(id).await.unwrap().is_empty());
    run(&store, "UPDATE agenda_tracks SET deleted_at = 1").await;
    run(&store, "UPDATE rooms SET deleted_at = 1").await;
    let sessions = store.landing_sessions(id).await.unwrap();
    assert!(sessions.len() > 1 && sessions.iter().all(|session| session.track.is_none() && session.room.is_none()));
    run(&store, "UPDATE sessions SET deleted_at = 1").await;
    assert!(store.landing_sessions(id).await.unwrap().is_empty());
}

async fn an_agenda_is_in_the_order_of_time(store: Store) {
    let id = conference(&store).await;
    let sessions = store.landing_sessions(id).await.unwrap();
    assert!(sessions.is_sorted_by_key(|session| session.starts_at));
    assert!(sessions.iter().any(|session| session.track.is_some() && session.room.is_some()));
    run(
        &store,
        "INSERT INTO speakers (id, event_id, name, headline, biography, position, created_at) \
         SELECT '00000000-0000-7000-8000-000000000002', id, 'Grace', '', '', 0, 0 FROM events",
    )
    .await;
    run(
        &store,
        "INSERT INTO session_speakers (session_id, speaker_id, position) \
         SELECT id, '00000000-0000-7000-8000-000000000002', 0 FROM sessions",
    )
    .await;
    let line_up = store.landing_line_up(id).await.unwrap();
    let spoken: Vec<_> = line_up.iter().map(|(session, _)| *session).collect();
    assert!(sessions.iter().all(|session| spoken.contains(&session.id)) && spoken.len() == sessions.len());
    assert_eq!(store.landing_speakers(id).await.unwrap().len(), 1);
    run(&store, "UPDATE speakers SET deleted_at = 1").await;
    assert!(store.landing_line_up(id).await.unwrap().is_empty() && store.landing_speakers(id).await.unwrap().is_empty());
}

async fn pictures_that_nothing_shows_are_swept_away_a_day_later(store: Store) {
    let id = conference(&store).await;
    let organisation = store.event(id).await.unwrap().unwrap().organisation.unwrap();
    let file = ImageFile { content_type: "image/png".to_owned(), bytes: vec![1] };
    let upload = async || store.add_image(organisation, (1, 1), &file, NOW).await.unwrap().unwrap().id;
    let (before, after, portrait, left) = (upload().await, upload().await, upload().await, upload().await);
    let shows = async |logo: Option<ImageId>, cover: Option<ImageId>| {
        let version = store.event(id).await.unwrap().unwrap().version;
        let change = EventChange { logo: Some(logo), cover: Some(cover), ..EventChange::default() };
        assert!(store.update_event((id, version), &change, Vec::new(), NOW).await.unwrap());
    };
    let there = async |id: ImageId| store.image_file(id).await.unwrap().is_some();
    let day = Duration::from_hours(24);
    shows(Some(before), None).await;
    let speaks = "INSERT INTO speakers (id, event_id, name, headline, biography, picture_id, position, created_at, deleted_at) \
                  VALUES ('s', $1, 'Ada', '', '', $2, 0, 0, 1)";
    store.db.write(vec![Statement::new(speaks, vec![Value::id(&id), Value::id(&portrait)])]).await.unwrap();
    assert_eq!(store.sweep_images(NOW).await.unwrap(), 0, "what was just uploaded may be about to be used");
    shows(Some(before), Some(after)).await;
    shows(None, Some(after)).await;
    // Not looked at in time is not unused for longer.
    let later = NOW.plus(day * 2);
    assert_eq!(store.sweep_images(later).await.unwrap(), 1);
    assert!(
        !there(left).await && there(before).await && there(after).await && there(portrait).await,
        "also what is in the trash"
    );
    assert_eq!(store.sweep_images(later.plus(day / 2)).await.unwrap(), 0);
    shows(Some(before), Some(after)).await;
    assert_eq!(store.sweep_images(later.plus(day * 2)).await.unwrap(), 0, "it is used again");
    shows(Some(after), None).await;
    assert_eq!(store.sweep_images(later.plus(day * 3)).await.unwrap(), 0);
    assert_eq!(store.sweep_images(later.plus(day * 4 + Duration::from_secs(1))).await.unwrap(), 1);
    assert!(!there(before).await && there(after).await && there(portrait).await);
}

async fn pictures_of_an_import_that_broke_off_go_with_it_however_often_was_swept_meanwhile(store: Store) {
    let id = conference(&store).await;
    let organisation = store.event(id).await.unwrap().unwrap().organisation.unwrap();
    let file = ImageFile { content_type: "image/png".to_owned(), bytes: vec![1] };
    let logo = store.add_image(organisation, (1, 1), &file, NOW).await.unwrap().unwrap().id;
    let half = [
        Statement::new("UPDATE images SET unused_since = $1", vec![BEING_TAKEN_IN.into()]),
        Statement::new("UPDATE events SET logo_id = $1", vec![Value::id(&logo)]),
    ];
    store.db.write(half.to_vec()).await.unwrap();
    store.sweep_images(NOW).await.unwrap();
    store.db.write(vec![Statement::new("UPDATE events SET logo_id = NULL", Vec::new())]).await.unwrap();
    store.take_back_halves(NOW).await.unwrap();
    assert!(store.image_file(logo).await.unwrap().is_none());
}
