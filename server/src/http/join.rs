//! The page behind an invite link, for those whose browser it opens in.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use houselights_shared::Role;

use super::{
    address::attempt,
    logins::{Secret, named, usable},
};
use crate::{app::App, store::app_link, words::say};

const PAGE: &str = include_str!("../../templates/page.html");
const INVITATION: &str = include_str!("../../templates/join.html");
const SORRY: &str = include_str!("../../templates/join_sorry.html");

/// Nothing but the page itself: no script, nothing from elsewhere, no frame around it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /join/{invite}`.
pub(super) async fn page(State(app): State<Arc<App>>, secret: Secret, request: Request) -> Response {
    if let Err(refusal) = attempt(&app, &request) {
        let (refused, _) = refusal.into_response().into_parts();
        let mut page = html(refused.status, sorry("crowded"));
        page.headers_mut().extend(refused.headers.get(header::RETRY_AFTER).map(|after| (header::RETRY_AFTER, after.clone())));
        return page;
    }
    let secret = named(secret);
    match usable(&app, &secret).await {
        Ok(invite) => html(StatusCode::OK, invitation(&invite.event_title, invite.role, &app_link(&app.base_url, &secret))),
        Err(_) => html(StatusCode::NOT_FOUND, sorry("unusable")),
    }
}

fn invitation(event: &str, as_role: Role, link: &str) -> String {
    let as_role = say(role(as_role), &[]);
    page_of(
        &say("join-title", &[("event", event)]),
        INVITATION,
        &[
            ("{event}", event),
            ("{link}", link),
            ("{join-invited}", &say("join-invited", &[("role", &as_role)])),
            ("{join-open}", &say("join-open", &[])),
            ("{join-help}", &say("join-help", &[])),
        ],
    )
}

/// The page behind a sign-in link.
pub(super) fn sign_in(link: &str) -> Response {
    let words = |what| say(&format!("sign-in-{what}"), &[]);
    let places = [
        ("{event}", words("heading")),
        ("{link}", link.to_owned()),
        ("{join-invited}", words("why")),
        ("{join-open}", words("open")),
        ("{join-help}", words("help")),
    ];
    let places: Vec<(&str, &str)> = places.iter().map(|(place, words)| (*place, words.as_str())).collect();
    html(StatusCode::OK, page_of(&words("title"), INVITATION, &places))
}

/// Why there is nothing to see, by the beginning of its messages' names.
pub(super) fn sorry(why: &str) -> String {
    let words = |what| say(&format!("{why}-{what}"), &[]);
    page_of(&words("title"), SORRY, &[("{heading}", &words("heading")), ("{help}", &words("help"))])
}

/// A whole page: what all have, around what this one says.
fn page_of(title: &str, content: &str, places: &[(&str, &str)]) -> String {
    filled(PAGE, &[("{title}", title)]).replace("{content}", &filled(content, places))
}

fn filled(template: &str, places: &[(&str, &str)]) -> String {
    places.iter().fold(template.to_owned(), |page, (place, words)| page.replace(place, &escaped(words)))
}

pub(super) fn html(status: StatusCode, page: String) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, Html(page)).into_response()
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Attendee | Role::Unknown => "role-attendee",
        Role::Speaker => "role-speaker",
        Role::Moderator => "role-moderator",
        Role::Producer => "role-producer",
        Role::Organizer => "role-organizer",
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

    /// Whatever is left in braces that looks like a name was not filled in.
    fn unfilled(page: &str) -> Vec<&str> {
        let open = page.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
        open.filter(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')).collect()
    }

    #[test]
    fn every_word_of_the_pages_is_in_the_file() {
        let pages = [invitation("Opening night", Role::Speaker, "houselights://join"), sorry("unusable"), sorry("crowded")];
        for page in &pages {
            assert_eq!(unfilled(page), Vec::<&str>::new());
            for id in ["join-", "role-", "unusable-", "crowded-"] {
                assert!(!page.contains(&format!(">{id}")), "a message is missing in {page}");
            }
        }
        assert!(pages[0].contains("<title>Opening night – Houselights</title>") && pages[0].contains("invited as a speaker."));
    }

    #[test]
    fn a_title_that_looks_like_a_placeholder_stays_as_it_is() {
        let page = invitation("{link}<i>", Role::Attendee, "houselights://join");
        assert!(page.contains("<h1>&#123;link}&lt;i&gt;</h1>"), "{page}");
    }
}
