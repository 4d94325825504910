//! The page behind an invite link, for those whose browser it opens in, and the one behind a sign-in link.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use houselights_shared::Role;
use url::Url;

use super::{
    address::{address, failed},
    landing::{Theme, Zone, when},
    logins::{Secret, held, named, usable},
    pages::{Button, Card, Kept, Look},
    refusal::ApiRefusal,
};
use crate::{
    announcements::is_announced,
    app::App,
    store::{EventPhase, EventRow, app_link},
    words::{one_line, say},
};

/// Characters of a title.
const TITLE: usize = 200;

/// `GET /join/{invite}`.
pub(super) async fn page(State(app): State<Arc<App>>, secret: Secret, request: Request) -> Response {
    let from = address(&request, app.config.behind_proxy);
    let secret = named(secret);
    if let Err(refusal) = held(&app, &secret, from).await {
        return unheld(refusal);
    }
    let Ok(invite) = usable(&app, &secret).await.map_err(|refusal| failed(&app, from, refusal)) else {
        return match app.store.is_revoked(&secret).await {
            Ok(true) => sorry(StatusCode::GONE, "revoked"),
            Ok(false) | Err(_) => sorry(StatusCode::NOT_FOUND, "unusable"),
        };
    };
    match app.store.event(invite.event).await {
        Ok(Some(event)) if event.deleted_at.is_none() => {
            let theme = Theme::of(&event.accent, &event.background);
            let (link, app_url) = (app_link(&app.base_url, &secret), app.config.app_url.as_ref());
            let mut card = invitation(&event, invite.role, (link, app_url), &theme);
            if invite.role == Role::Attendee && invite.person.is_some() && event.slug.is_some() && is_announced(&event) {
                let link = format!("/join/{secret}/give-back");
                card.links.push(Button { label: say("join-give-back", &[]), link });
            }
            card.answer(StatusCode::OK, &Look::of(&theme, &[]), Kept::Never)
        }
        Ok(_) | Err(_) => sorry(StatusCode::NOT_FOUND, "unusable"),
    }
}

/// The page of a link that nobody was given, or of which it cannot be told now.
fn unheld(refusal: ApiRefusal) -> Response {
    let (refused, _) = refusal.into_response().into_parts();
    let why = if refused.status == StatusCode::NOT_FOUND { "unusable" } else { "crowded" };
    let mut page = sorry(refused.status, why);
    page.headers_mut().extend(refused.headers.get(header::RETRY_AFTER).map(|after| (header::RETRY_AFTER, after.clone())));
    page
}

fn invitation(event: &EventRow, as_role: Role, (link, app_url): (String, Option<&Url>), theme: &Theme) -> Card {
    let title = one_line(&event.title, TITLE);
    let words = |id| say(id, &[]);
    // One that was made from the command line has no page and no time.
    let page = event.slug.as_ref().filter(|_| is_public(event)).map(|slug| format!("/e/{slug}"));
    let page = page.map(|link| Button { label: words("join-page"), link });
    let help = words(if app_url.is_some() { "join-help" } else { "join-help-ask" });
    let is_off = event.cancelled_at.is_some();
    let invited = say("join-invited", &[("role", &words(role(as_role)))]);
    Card {
        title: say("join-title", &[("event", &title)]),
        heading: title,
        paragraphs: vec![if is_off { words("join-off") } else { invited }],
        facts: event.slug.iter().map(|_| when(event, Zone::named(&event.time_zone))).collect(),
        button: (!is_off).then(|| Button { label: words("join-open"), link }),
        links: get_app(app_url).into_iter().chain(page).collect(),
        notes: vec![(words("join-nothing"), help), (words("join-yours"), words("join-yours-help"))],
        ground: Some(theme.ground()),
        ..Card::default()
    }
}

/// To where people get the app, where that is known.
pub(super) fn get_app(app_url: Option<&Url>) -> Option<Button> {
    app_url.map(|url| Button { label: say("join-get-app", &[]), link: url.to_string() })
}

fn is_public(event: &EventRow) -> bool {
    match event.phase {
        EventPhase::Published | EventPhase::Live | EventPhase::Ended => true,
        EventPhase::Draft | EventPhase::Archived => false,
    }
}

/// The page behind a sign-in link.
pub(super) fn sign_in(link: String) -> Response {
    let words = |what| say(&format!("sign-in-{what}"), &[]);
    let card = Card {
        title: words("title"),
        heading: words("heading"),
        paragraphs: vec![words("why")],
        button: Some(Button { label: words("open"), link }),
        notes: vec![(words("nothing"), words("help")), (words("not-me"), words("not-me-help"))],
        ..Card::default()
    };
    card.answer(StatusCode::OK, &Look::own(), Kept::Never)
}

/// Why nobody is signed in, by the beginning of its messages' names; the link tells the app.
pub(super) fn not_signed_in(status: StatusCode, why: &str, link: String) -> Response {
    let button = Some(Button { label: say("sign-in-back", &[]), link });
    Card { button, ..Card::sorry(why) }.answer(status, &Look::own(), Kept::Never)
}

/// Why there is nothing to see, by the beginning of its messages' names.
pub(super) fn sorry(status: StatusCode, why: &str) -> Response {
    Card::sorry(why).answer(status, &Look::own(), Kept::Never)
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

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use houselights_shared::{EventId, Timestamp};

    use super::*;
    use crate::http::pages::Page;

    fn event(title: &str) -> EventRow {
        EventRow {
            id: EventId::random(),
            organisation: None,
            title: title.to_owned(),
            slug: Some("opening-night".to_owned()),
            phase: EventPhase::Published,
            summary: String::new(),
            description: String::new(),
            starts_at: Timestamp::from_micros(1_906_545_600_000_000),
            ends_at: Timestamp::from_micros(1_906_549_200_000_000),
            time_zone: "Europe/Berlin".to_owned(),
            capacity: None,
            taken: 0,
            accent: "#ffb45c".to_owned(),
            background: "#14110f".to_owned(),
            logo: None,
            cover: None,
            one_device: true,
            show_plan: "{}".to_owned(),
            version: 1,
            cancelled_at: None,
            cancel_reason: None,
            deleted_at: None,
            slug_follows: false,
        }
    }

    fn invited(event: &EventRow) -> String {
        invited_where(event, None)
    }

    fn invited_where(event: &EventRow, app_url: Option<&Url>) -> String {
        let card = invitation(event, Role::Speaker, ("houselights://join".to_owned(), app_url), &Theme::own()[0]);
        Page::new("card.html", &Look::own(), &card).unwrap().html().to_owned()
    }

    #[tokio::test]
    async fn every_word_of_the_pages_is_in_the_file() {
        let mut pages = vec![invited(&event("Opening night"))];
        let failed = ["cancelled", "unvouched", "provider"];
        let failed = failed.map(|why| not_signed_in(StatusCode::FORBIDDEN, why, "houselights://x".to_owned()));
        let others =
            [sign_in("houselights://x".to_owned()), sorry(StatusCode::NOT_FOUND, "unusable"), sorry(StatusCode::OK, "crowded")];
        pages.push(
            String::from_utf8(to_bytes(sorry(StatusCode::GONE, "revoked").into_body(), usize::MAX).await.unwrap().to_vec())
                .unwrap(),
        );
        for page in others.into_iter().chain(failed) {
            pages.push(String::from_utf8(to_bytes(page.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap());
        }
        for page in &pages {
            for id in [
                "join-",
                "role-",
                "unusable-",
                "revoked-",
                "crowded-",
                "sign-in-",
                "cancelled-",
                "unvouched-",
                "provider-",
                "landing-",
            ] {
                assert!(!page.contains(&format!(">{id}")), "a message is missing in {page}");
            }
        }
        assert!(pages[0].contains("<title>Opening night – Houselights</title>") && pages[0].contains("invited as a speaker."));
        assert!(pages[0].contains("14:00 (Europe&#x2f;Berlin, UTC+2)"), "{}", pages[0]);
    }

    #[test]
    fn a_title_cannot_become_markup_or_a_placeholder() {
        let page = invited(&event("{{ style }}<i>{link}\u{202E}\n"));
        assert!(page.contains("<h1 dir=\"auto\">{{ style }}&lt;i&gt;{link}</h1>"), "{page}");
    }

    #[test]
    fn the_page_says_where_the_app_is_where_that_is_known() {
        let url = "https://show.example/app?os=all".parse().unwrap();
        let (known, unknown) = (invited_where(&event("Opening night"), Some(&url)), invited(&event("Opening night")));
        assert!(known.contains("Get the app") && known.contains("show.example&#x2f;app?os=all"), "{known}");
        assert!(!unknown.contains("Get the app") && unknown.contains("ask the organizers"), "{unknown}");
    }

    #[test]
    fn what_does_not_take_place_is_not_opened() {
        let cancelled = EventRow { cancelled_at: Some(Timestamp::from_micros(1)), ..event("Opening night") };
        assert!(!invited(&cancelled).contains("houselights:&#x2f;&#x2f;join"));
        assert!(invited(&event("Opening night")).contains("houselights:&#x2f;&#x2f;join"));
    }
}
