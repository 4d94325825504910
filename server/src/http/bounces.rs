//! Mail that came back: `POST /api/organisations/{id}/bounces`.
//!
//! Most mail servers take a mail first and say later that it did not arrive, by a mail of their own. Whoever gets those, a small program behind
//! the sender's mailbox or the provider's notices, hands them on here with an API key that may write people. It takes the report as it came
//! (RFC 3464: `message/rfc822` is the whole mail, `multipart/report` its body), or, as `application/json`, what a provider said:
//! `{"recipient": "ada@example.org", "message_id": "<…>", "status": "5.1.1"}`, of which only the recipient has to be there.
//!
//! The answer is `{"marked": 1}`: how many letters are marked. Told again, nothing is. Reports of delays, and of letters of others, mark none.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header},
};
use bytes::Bytes;
use houselights_domain::Duty;
use houselights_shared::{OrganisationId, Refusal};
use serde::{Deserialize, Serialize};

use super::{address::attempt, body, refusal::ApiRefusal};
use crate::{
    app::App,
    clock,
    graphql::{Denial, Viewer, who},
    mail::{Bounce, bounces},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    recipient: String,
    message_id: Option<String>,
    status: Option<String>,
}

/// What became of a report.
#[derive(Serialize)]
pub(super) struct Marked {
    marked: usize,
}

/// The longest report: mail servers send the mail back with it.
pub(super) const MOST_BYTES: usize = 1024 * 1024;

/// `POST /api/organisations/{id}/bounces`. Whose it is, is asked before the body is read.
pub(super) async fn report(
    State(app): State<Arc<App>>,
    organisation: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Json<Marked>, ApiRefusal> {
    let organisation = organisation.ok().and_then(|Path(id)| id.parse::<OrganisationId>().ok());
    let organisation = organisation.ok_or_else(|| ApiRefusal::from(Denial::not_found()))?;
    let Some(who) = who(&app, request.headers().get(header::AUTHORIZATION)).await? else {
        attempt(&app, &request)?;
        return Err(ApiRefusal::new(StatusCode::UNAUTHORIZED, Refusal::TokenInvalid));
    };
    Viewer::new(who).on_organisation(&app, organisation, Duty::ManagePeople).await?;
    let headers = request.headers().clone();
    let body = body::bytes(request).await?;
    let told = read(&headers, &body).ok_or_else(|| ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed))?;
    let mut marked = 0;
    for bounce in &told {
        marked += app.store.mark_bounced(organisation, bounce, clock::now()).await?;
    }
    Ok(Json(Marked { marked }))
}

fn read(headers: &HeaderMap, body: &Bytes) -> Option<Vec<Bounce>> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().trim();
    let is = |name: &str| kind.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    if is("application/json") {
        let Told { recipient, message_id, status } = serde_json::from_slice(body).ok()?;
        return Bounce::told(&recipient, message_id.as_deref(), status.as_deref()).map(|bounce| vec![bounce]);
    }
    if is("multipart/report") {
        // Without the head of the mail, its boundary is in that of the request.
        return bounces(&[format!("Content-Type: {kind}\r\n\r\n").as_bytes(), body].concat());
    }
    bounces(body)
}
