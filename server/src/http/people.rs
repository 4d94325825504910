//! Who is in a room, for whoever may be in it.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::StatusCode,
};
use houselights_domain::View;
use houselights_shared::{
    MAX_QUERY_CHARS, MOST_QUERY_WORDS, PAGE_PEOPLE, ParticipantId, PeoplePage, PersonCard, Refusal, Role, RoomId, words,
};
use serde::Deserialize;

use super::{
    history::{admitted, of_event},
    logins::{Secret, named},
    refusal::ApiRefusal,
};
use crate::{
    actor::{Here, Roster, Said, behind},
    app::App,
    profiles::is_shown,
    store::{Identity, StoreError},
};

/// Whose turn it is to be asked again, where the room cannot be read just now.
const COME_BACK_MS: u32 = 500;

/// Which page.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    after: Option<ParticipantId>,
    #[serde(default)]
    audience: bool,
}

/// `GET /api/rooms/{id}/people`.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    room: Secret,
    which: Result<Query<Asked>, QueryRejection>,
    request: Request,
) -> Result<Json<PeoplePage>, ApiRefusal> {
    let (identity, _, roster) = inside(&app, &named(room), request).await?;
    let Ok(Query(Asked { q, after, audience })) = which else {
        return Err(ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed));
    };
    let role = identity.who.role;
    let view = View::of(role);
    let list = roster.list(audience || view == View::Audience);
    let mut sought = words(&q.chars().take(MAX_QUERY_CHARS).collect::<String>());
    sought.truncate(MOST_QUERY_WORDS);
    let found: Vec<_>;
    let list = if sought.is_empty() {
        list
    } else {
        found = list.iter().filter(|here| here.is_sought(&sought, view)).cloned().collect();
        found.as_slice()
    };
    let from = match after {
        Some(after) => begin(&app, &identity, &roster, list, after).await?,
        None => 0,
    };
    let rest = list.get(from..).unwrap_or_default();
    let shown = rest.get(..PAGE_PEOPLE).unwrap_or(rest);
    let headlines = headlines(&app, &roster, shown).await?;
    let people = shown.iter().map(|here| card(here, headlines.get(&here.participant), role)).collect();
    let after = shown.last().filter(|_| shown.len() < rest.len()).map(|last| last.participant);
    Ok(Json(PeoplePage { people, count: u32::try_from(list.len()).unwrap_or(u32::MAX), after }))
}

/// Whose login it is, the room that is named, and who is in it. Whoever is here may be: then neither the store nor the room is asked.
pub(super) async fn inside(
    app: &App,
    room: &str,
    request: Request,
) -> Result<(Arc<Identity>, RoomId, Arc<Roster>), ApiRefusal> {
    let (identity, room) = of_event(app, room, request).await?;
    let Some(roster) = app.rooms.room(room).people().await else {
        return Err(ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::Overloaded, COME_BACK_MS));
    };
    if roster.get(identity.who.participant).is_none() {
        admitted(app, &identity, room).await?;
    }
    Ok((identity, room, roster))
}

/// Where a list goes on behind somebody. Whoever has gone meanwhile is looked up: the page begins where they would stand, so that nobody is told twice or
/// left out. Behind nobody of the event it begins anew.
async fn begin(
    app: &App,
    identity: &Identity,
    roster: &Roster,
    list: &[Arc<Here>],
    after: ParticipantId,
) -> Result<usize, StoreError> {
    if let Some(here) = roster.get(after) {
        return Ok(behind(list, &here.name, after));
    }
    let gone = app.store.participant(identity.event, after).await?;
    Ok(gone.map_or(0, |gone| behind(list, &gone.name, after)))
}

/// What of their profiles stands in lists: one query for those of a page of whom nobody asked in this second.
async fn headlines(app: &App, roster: &Roster, shown: &[Arc<Here>]) -> Result<HashMap<ParticipantId, Arc<Said>>, StoreError> {
    let mut known = roster.headlines.lock().await;
    let asked: Vec<_> = shown.iter().filter(|here| !known.contains_key(&here.participant)).collect();
    if !asked.is_empty() {
        let mut found = app.store.headlines(&asked.iter().map(|here| here.participant).collect::<Vec<_>>()).await?;
        let mut said = |here: &Here| found.remove(&here.participant).map(|all| Arc::new(roster.said(here, all)));
        known.extend(asked.into_iter().map(|here| (here.participant, said(here))));
    }
    let of = |here: &Arc<Here>| Some((here.participant, Arc::clone(known.get(&here.participant)?.as_ref()?)));
    Ok(shown.iter().filter_map(of).collect())
}

fn card(here: &Here, said: Option<&Arc<Said>>, asked_as: Role) -> PersonCard {
    let shown = said.map(|said| said.to(View::of(asked_as))).filter(|headline| is_shown(headline.shown_to, asked_as));
    let (headline, company) = shown.map(|said| (said.headline.clone(), said.company.clone())).unwrap_or_default();
    PersonCard {
        participant: here.participant,
        name: here.called(View::of(asked_as)).to_owned(),
        role: here.role,
        headline,
        company,
    }
}
