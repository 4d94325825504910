//! `POST /graphql`: a request or a small batch as JSON, by whoever's token it carries.
//!
//! The answer is that of GraphQL over HTTP: status 200 with `data` and `errors`, where the request could be read and nobody was turned away at
//! the door; else a status with one error and its code.

use std::sync::Arc;

use async_graphql::BatchRequest;
use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    budget::Budget,
    error::{Code, Denial},
    guard::{Origin, Viewer, Who},
};
use crate::{
    app::App,
    clock,
    http::{self, address, attempt},
    store::KEY_PREFIX,
    templates::MAX_FILE_BYTES,
};

/// The longest body of a request of somebody who is signed in: one with the longest file of a template, as JSON writes it.
pub(crate) const MAX_BODY_BYTES: usize = 2 * MAX_FILE_BYTES + 256 * 1024;
/// And of a stranger's.
const MAX_BODY_BYTES_OF_STRANGERS: usize = 512 * 1024;
/// Requests in a batch.
const MAX_BATCH: usize = 10;

/// The handler.
pub(crate) async fn post(State(app): State<Arc<App>>, request: Request) -> Response {
    let bearer = request.headers().get(header::AUTHORIZATION).cloned();
    let who = match who(&app, bearer.as_ref()).await {
        Ok(Some(who)) => who,
        Ok(None) => return nobody(&app, &request),
        Err(denial) => return refused(StatusCode::SERVICE_UNAVAILABLE, denial),
    };
    // A page from elsewhere cannot send this type without asking first (Fetch Standard, "CORS-safelisted request-header").
    if !is_json(request.headers()) {
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, Denial::new(Code::BadInput, "send application/json"));
    }
    let origin = Origin(address(&request, app.config.behind_proxy));
    let bytes = match Bytes::from_request(request, &()).await {
        Ok(bytes) if matches!(who, Who::Stranger) && bytes.len() > MAX_BODY_BYTES_OF_STRANGERS => {
            return refused(StatusCode::PAYLOAD_TOO_LARGE, broken_off());
        }
        Ok(bytes) => bytes,
        Err(rejection) => return refused(rejection.status(), broken_off()),
    };
    let batch = match serde_json::from_slice::<BatchRequest>(&bytes) {
        Ok(BatchRequest::Batch(requests)) if requests.len() > MAX_BATCH => {
            let denial = Denial::new(Code::TooComplex, format!("at most {MAX_BATCH} requests in a batch"));
            return refused(StatusCode::BAD_REQUEST, denial);
        }
        // A list that is empty, or of texts, would be read as the parts of a request.
        Ok(BatchRequest::Single(_)) | Err(_) if is_list(&bytes) => {
            return refused(
                StatusCode::BAD_REQUEST,
                Denial::new(Code::BadInput, "a batch is a list of requests, of at least one"),
            );
        }
        Ok(batch) => batch,
        Err(_) => return refused(StatusCode::BAD_REQUEST, Denial::new(Code::BadInput, "this is no GraphQL request")),
    };
    let viewer = Arc::new(Viewer::new(who));
    let _told = Told { app: Arc::clone(&app), viewer: Arc::clone(&viewer) };
    let budget = Arc::new(Budget::of(&viewer));
    let answer = app.api().execute_batch(&app, batch.data(viewer).data(budget).data(origin)).await;
    ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response()
}

/// Any other method: what a request asks for may change something, and is no part of an address.
pub(crate) async fn by_post_alone() -> Response {
    let denial = Denial::new(Code::BadInput, "send the request by POST");
    ([(header::ALLOW, "POST")], refused(StatusCode::METHOD_NOT_ALLOWED, denial)).into_response()
}

fn is_list(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"[")
}

fn broken_off() -> Denial {
    Denial::new(Code::BadInput, "the body is too long, or broke off")
}

/// Rooms learn of what a request changed in their event when it is done, also where whoever asked did not wait for the answer.
struct Told {
    app: Arc<App>,
    viewer: Arc<Viewer>,
}

impl Drop for Told {
    fn drop(&mut self) {
        self.app.plans_changed(self.viewer.changed());
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Whose token it is; nobody's where it is not known (any more).
pub(crate) async fn who(app: &App, bearer: Option<&HeaderValue>) -> Result<Option<Who>, Denial> {
    let Some(bearer) = bearer else { return Ok(Some(Who::Stranger)) };
    let token = http::token(bearer).unwrap_or_default();
    if token.starts_with(KEY_PREFIX) {
        let key = app.store.api_key(token, clock::now()).await?;
        return Ok(key.map(|(organisation, scopes)| Who::Key { organisation, scopes }));
    }
    let login = app.store.person_login(token, clock::now()).await?;
    Ok(login.map(|login| Who::Person(Box::new(login))))
}

/// Whoever has a token believes to be signed in, so they are told.
fn nobody(app: &App, request: &Request) -> Response {
    match attempt(app, request) {
        Ok(()) => refused(StatusCode::UNAUTHORIZED, Denial::new(Code::Unauthenticated, "the login is over")),
        Err(_) => refused(StatusCode::TOO_MANY_REQUESTS, Denial::new(Code::SlowDown, "too many bad tokens").after(60_000)),
    }
}

/// A request took too long and was given up. What it was to change may be done all the same.
pub(crate) fn too_slow(again_ms: u32) -> Response {
    refused(StatusCode::SERVICE_UNAVAILABLE, Denial::new(Code::SlowDown, "this took too long").after(again_ms))
}

fn refused(status: StatusCode, denial: Denial) -> Response {
    let error = async_graphql::Error::from(denial);
    (status, Json(json!({ "errors": [{ "message": error.message, "extensions": error.extensions }] }))).into_response()
}
