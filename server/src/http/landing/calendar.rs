//! An event as a calendar file, without or with its sessions.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use houselights_shared::Timestamp;

use super::{Slug, broken, gone, markdown, named, public_event};
use crate::{
    app::App,
    calendar::{CalendarEvent, Method, agenda, event_uid, invitation, session_uid},
    clock,
    graphql::input::shown,
    store::{EventRow, PublicSession, StoreError},
};

/// `GET /e/{slug}/calendar.ics`; with `?sessions` those are in it, and not the whole.
pub(in crate::http) async fn calendar(State(app): State<Arc<App>>, slug: Slug, RawQuery(query): RawQuery) -> Response {
    let with_sessions =
        query.as_deref().is_some_and(|query| query.split('&').any(|part| part == "sessions" || part == "sessions="));
    match written(&app, &named(slug), with_sessions).await {
        Ok(Some((slug, text))) => sent(&slug, text),
        Ok(None) => gone(),
        Err(error) => broken(&error),
    }
}

async fn written(app: &App, slug: &str, with_sessions: bool) -> Result<Option<(String, String)>, StoreError> {
    let Some(event) = public_event(app, slug).await? else { return Ok(None) };
    let (row, now) = (event.row, clock::now());
    let whole = of_event(&row, &format!("{}/e/{slug}", app.base_url), now);
    let text = if with_sessions {
        let sessions = app.store.landing_sessions(row.id).await?;
        let sessions: Vec<CalendarEvent> = sessions.into_iter().map(|session| of_session(session, &whole)).collect();
        agenda(&row.title, &sessions)
    } else {
        invitation(&whole, Method::Publish).text
    };
    Ok(Some((slug.to_owned(), text)))
}

/// The same entry as in the mails: whoever takes in both has it once.
fn of_event(row: &EventRow, address: &str, now: Timestamp) -> CalendarEvent {
    CalendarEvent {
        uid: event_uid(row.id),
        sequence: sequence(row.version),
        stamp: shown(now),
        starts_at: shown(row.starts_at),
        ends_at: shown(row.ends_at),
        title: row.title.clone(),
        description: row.summary.clone(),
        url: Some(address.to_owned()),
        location: Some(address.to_owned()),
        organizer: None,
        attendee: None,
        is_cancelled: row.cancelled_at.is_some(),
    }
}

fn of_session(session: PublicSession, whole: &CalendarEvent) -> CalendarEvent {
    CalendarEvent {
        uid: session_uid(&session.id.to_string()),
        // A session is off when the whole is: that counts, too.
        sequence: sequence(session.version).saturating_add(whole.sequence),
        starts_at: shown(session.starts_at),
        ends_at: shown(session.ends_at),
        title: session.title,
        description: markdown::plain(&session.description),
        location: session.room,
        is_cancelled: session.is_cancelled || whole.is_cancelled,
        ..whole.clone()
    }
}

fn sequence(version: i64) -> u32 {
    u32::try_from(version).unwrap_or(u32::MAX)
}

fn sent(slug: &str, text: String) -> Response {
    let name = format!("attachment; filename=\"{slug}.ics\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8; method=PUBLISH")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"))),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, text).into_response()
}
