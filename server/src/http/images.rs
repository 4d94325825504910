//! Pictures: `POST /api/organisations/{id}/images?use=logo|cover|picture` takes one, `GET /images/{id}` shows it.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use houselights_domain::Duty;
use houselights_shared::{ImageId, OrganisationId, Refusal};
use serde::Serialize;

use super::{address::attempt, body, refusal::ApiRefusal};
use crate::{
    app::App,
    clock,
    graphql::{Code, Denial, Viewer, who},
    images::{ImageError, Purpose},
    store::ImageFile,
};

/// How long an upload may take. It is longer than other requests may: an event's organizer may sit behind a thin line.
pub(super) const UPLOAD_WITHIN: Duration = Duration::from_mins(1);

/// Nothing in it is run, whatever a browser takes it for.
const POLICY: &str = "default-src 'none'; sandbox";
/// What an id stands for never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

type Named = Result<Path<String>, PathRejection>;

/// A picture that was taken.
#[derive(Serialize)]
pub(super) struct Uploaded {
    id: ImageId,
    url: String,
    width: i64,
    height: i64,
}

/// `POST /api/organisations/{id}/images`. Whose it is, is asked before the body is read.
pub(super) async fn upload(
    State(app): State<Arc<App>>,
    organisation: Named,
    request: Request,
) -> Result<Json<Uploaded>, ApiRefusal> {
    let organisation: OrganisationId = id(organisation).ok_or_else(|| ApiRefusal::from(Denial::not_found()))?;
    let who = who(&app, request.headers().get(header::AUTHORIZATION)).await?;
    let Some(who) = who else {
        attempt(&app, &request)?;
        return Err(ApiRefusal::new(StatusCode::UNAUTHORIZED, Refusal::TokenInvalid));
    };
    Viewer::new(who).on_organisation(&app, organisation, Duty::EditEvent).await?;
    let malformed = || ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed);
    let purpose = purpose(request.uri().query().unwrap_or_default()).ok_or_else(malformed)?;
    let busy = || ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::Overloaded, 1_000);
    let _place = app.uploads.place().ok_or_else(busy)?;
    let bytes = body::bytes(request).await?;
    let accepted = app.uploads.accept(bytes, purpose).await.ok_or_else(busy)??;
    let file = ImageFile { content_type: accepted.content_type.to_owned(), bytes: accepted.bytes };
    let kept = app.store.add_image(organisation, (accepted.width, accepted.height), &file, clock::now()).await?;
    let full = || ApiRefusal::new(StatusCode::INSUFFICIENT_STORAGE, Refusal::Overloaded);
    let image = kept.ok_or_else(full)?;
    Ok(Json(Uploaded { id: image.id, url: image.url(&app.base_url), width: image.width, height: image.height }))
}

/// `GET /images/{id}`.
pub(super) async fn show(State(app): State<Arc<App>>, image: Named, headers: HeaderMap) -> Result<Response, ApiRefusal> {
    let missing = || ApiRefusal::from(Denial::not_found());
    let id: ImageId = id(image).ok_or_else(missing)?;
    let tag = format!("\"{id}\"");
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    if known.is_some_and(|tags| tags.split(',').any(|of| of.trim().trim_start_matches("W/") == tag)) {
        return Ok(
            (StatusCode::NOT_MODIFIED, [(header::ETAG, tag), (header::CACHE_CONTROL, FOR_EVER.to_owned())]).into_response()
        );
    }
    let file = app.store.image_file(id).await?.ok_or_else(missing)?;
    let headers: [(HeaderName, HeaderValue); 5] = [
        (header::CONTENT_TYPE, written(&file.content_type)),
        (header::ETAG, written(&tag)),
        (header::CACHE_CONTROL, HeaderValue::from_static(FOR_EVER)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ];
    Ok((headers, file.bytes).into_response())
}

/// What this server wrote itself; what cannot stand in a header is shown to nobody as a picture.
fn written(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

fn id<T: std::str::FromStr>(named: Named) -> Option<T> {
    named.ok()?.0.parse().ok()
}

fn purpose(query: &str) -> Option<Purpose> {
    let (_, purpose) = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "use")?;
    match &*purpose {
        "logo" => Some(Purpose::Logo),
        "cover" => Some(Purpose::Cover),
        "picture" => Some(Purpose::Picture),
        _ => None,
    }
}

impl From<ImageError> for ApiRefusal {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::TooManyBytes => Self::new(StatusCode::PAYLOAD_TOO_LARGE, Refusal::TooLarge),
            ImageError::Empty
            | ImageError::TooManyPixels
            | ImageError::Svg
            | ImageError::Gif
            | ImageError::Html
            | ImageError::Unknown
            | ImageError::Truncated
            | ImageError::Damaged => Self::new(StatusCode::UNPROCESSABLE_ENTITY, Refusal::ImageUnusable),
        }
    }
}

/// What the guard refuses, for those who ask without GraphQL.
impl From<Denial> for ApiRefusal {
    fn from(denial: Denial) -> Self {
        match denial.code {
            Code::Unauthenticated => Self::new(StatusCode::UNAUTHORIZED, Refusal::TokenInvalid),
            Code::Forbidden => Self::new(StatusCode::FORBIDDEN, Refusal::NotAllowed),
            Code::NotFound => Self::new(StatusCode::NOT_FOUND, Refusal::NotAllowed),
            Code::WrongPhase => Self::new(StatusCode::CONFLICT, Refusal::WrongPhase),
            Code::SlowDown => Self::retry(StatusCode::TOO_MANY_REQUESTS, Refusal::SlowDown, 1_000),
            Code::StorageUnavailable => Self::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::StorageUnavailable, 1_000),
            Code::BadInput
            | Code::Conflict
            | Code::PeopleRegistered
            | Code::SoldOut
            | Code::NotOnSale
            | Code::DiscountRefused
            | Code::AlreadyRegistered
            | Code::LastOwner
            | Code::SlugTaken
            | Code::PaymentFailed
            | Code::TemplateInvalid
            | Code::TooComplex
            | Code::IntrospectionOff
            | Code::PersistedQueryNotFound => Self::new(StatusCode::UNPROCESSABLE_ENTITY, Refusal::Malformed),
        }
    }
}
