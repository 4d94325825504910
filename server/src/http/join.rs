//! The page behind an invite link, for those whose browser it opens in.

use std::sync::Arc;

use axum::{
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use houselights_shared::Role;

use super::{address::attempt, logins::usable};
use crate::{app::App, store::app_link};

const PAGE: &str = include_str!("../../templates/join.html");
const NOT_FOUND: &str = include_str!("../../templates/join_not_found.html");

/// Nothing but the page itself: no script, nothing from elsewhere, no frame around it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /join/{invite}`.
pub(super) async fn page(State(app): State<Arc<App>>, Path(secret): Path<String>, request: Request) -> Response {
    if let Err(refusal) = attempt(&app, &request) {
        return refusal.into_response();
    }
    let (status, html) = match usable(&app, &secret).await {
        Ok(invite) => {
            let link = app_link(&app.base_url, &secret);
            let html = PAGE
                .replace("{event}", &escaped(&invite.event_title))
                .replace("{role}", role(invite.role))
                .replace("{link}", &escaped(&link));
            (StatusCode::OK, html)
        }
        Err(_) => (StatusCode::NOT_FOUND, NOT_FOUND.to_owned()),
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, Html(html)).into_response()
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Attendee | Role::Unknown => "an attendee",
        Role::Speaker => "a speaker",
        Role::Moderator => "a moderator",
        Role::Producer => "the producer",
        Role::Organizer => "an organizer",
    }
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // A title with a placeholder in it stays a title.
            '{' => out.push_str("&#123;"),
            other => out.push(other),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_become_markup_or_a_placeholder() {
        assert_eq!(escaped("<b>{link}\"&'"), "&lt;b&gt;&#123;link}&quot;&amp;&#39;");
    }
}
