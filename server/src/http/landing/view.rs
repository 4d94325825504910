//! What the page of an event shows, ready for its template.

use houselights_shared::Timestamp;
use serde::Serialize;

use super::{
    Landing,
    agenda::{self, Day, SpeakerView},
    form::{Fault, Filled, FormView},
    machines, markdown,
    tickets::{Offer, TicketView, cheapest, shut, views},
};
use crate::{
    http::pages::Button,
    store::{EventPhase, EventRow},
    words::say,
};

/// The page of an event.
#[derive(Serialize)]
pub(super) struct EventPage {
    title: String,
    heading: String,
    summary: String,
    organisation: Option<String>,
    /// Of this page: without and with the server.
    path: String,
    address: String,
    ground: String,
    logo: Option<String>,
    cover: Option<Cover>,
    standing: Option<Standing>,
    when: When,
    calendar: Option<Vec<Button>>,
    /// HTML.
    description: String,
    days: Vec<Day>,
    speakers: Vec<SpeakerView>,
    /// Absent where nobody can register.
    form: Option<FormView>,
    tickets: Vec<TicketView>,
    /// What the cheapest ticket costs.
    price: Option<String>,
    /// Why nobody can register.
    shut: String,
    json_ld: String,
}

#[derive(Serialize)]
struct Cover {
    path: String,
    address: String,
    width: i64,
    height: i64,
}

/// What is to be said before everything else.
#[derive(Serialize)]
struct Standing {
    kind: &'static str,
    heading: String,
    text: String,
}

#[derive(Serialize)]
struct When {
    whole: String,
    day: String,
    clock: String,
    starts: String,
    to: String,
    ends: String,
    zone: String,
}

/// The form alone, after something was wrong with it.
#[derive(Serialize)]
pub(super) struct RegisterPage {
    title: String,
    event: String,
    path: String,
    when: String,
    ground: String,
    form: FormView,
}

impl EventPage {
    pub(super) fn of(landing: &Landing, filled: &Filled, base_url: &str, now: Timestamp) -> Self {
        let (row, zone) = (&landing.event.row, landing.zone);
        let offers = landing.offers(now);
        let is_open = offers.iter().any(Offer::is_open);
        let (sessions, line_up) = (landing.sessions.as_slice(), landing.line_up.as_slice());
        let (path, address) = (landing.path(), landing.address(base_url));
        Self {
            title: say("landing-title", &[("event", &row.title)]),
            heading: row.title.clone(),
            summary: row.summary.clone(),
            organisation: landing.event.organisation.clone(),
            ground: landing.theme().ground(),
            logo: row.logo.map(|id| format!("/images/{id}")),
            cover: row.cover.zip(landing.event.cover_size).map(|(id, (width, height))| Cover {
                path: format!("/images/{id}"),
                address: format!("{base_url}/images/{id}"),
                width,
                height,
            }),
            standing: standing(landing, is_open, now),
            when: When::of(landing),
            calendar: (row.cancelled_at.is_none() && now < row.ends_at).then(|| calendar_links(landing, base_url)),
            description: markdown::html(&row.description, 2),
            days: agenda::days(sessions, (&landing.speakers, line_up), (zone, row.starts_at)),
            speakers: agenda::speakers(&landing.speakers, (sessions, line_up)),
            form: is_open.then(|| FormView::of(landing.slug(), (&offers, &landing.questions), (filled, Vec::new()), zone)),
            tickets: views(&offers, "", zone),
            price: cheapest(&offers),
            shut: say(shut(row, &offers, now), &[]),
            json_ld: machines::json_ld(landing, &offers, base_url),
            path,
            address,
        }
    }
}

impl RegisterPage {
    pub(super) fn of(landing: &Landing, filled: &Filled, faults: Vec<Fault>, now: Timestamp) -> Self {
        let row = &landing.event.row;
        let offers = landing.offers(now);
        Self {
            title: say("landing-fault-title", &[("event", &row.title)]),
            event: row.title.clone(),
            path: landing.path(),
            when: format!("{} ({})", landing.zone.moment(row.starts_at), landing.zone.name(row.starts_at)),
            ground: landing.theme().ground(),
            form: FormView::of(landing.slug(), (&offers, &landing.questions), (filled, faults), landing.zone),
        }
    }
}

impl When {
    fn of(landing: &Landing) -> Self {
        let (row, zone) = (&landing.event.row, landing.zone);
        let (from, to, name) = (zone.moment(row.starts_at), zone.end(row.starts_at, row.ends_at), zone.name(row.starts_at));
        Self {
            whole: format!("{from} – {to} ({name})"),
            day: zone.day(row.starts_at),
            clock: zone.clock(row.starts_at),
            starts: zone.machine(row.starts_at),
            to,
            ends: zone.machine(row.ends_at),
            zone: name,
        }
    }
}

/// Whether an event is over: by what its crew said, or by the clock.
fn is_over(row: &EventRow, now: Timestamp) -> bool {
    match row.phase {
        EventPhase::Ended | EventPhase::Archived => true,
        EventPhase::Live => false,
        EventPhase::Draft | EventPhase::Published => row.ends_at <= now,
    }
}

fn standing(landing: &Landing, is_open: bool, now: Timestamp) -> Option<Standing> {
    let row = &landing.event.row;
    let words = |kind, text| Some(Standing { kind, heading: say(&format!("landing-{kind}-heading"), &[]), text });
    if row.cancelled_at.is_some() {
        let reason = row.cancel_reason.clone().filter(|reason| !reason.trim().is_empty());
        return words("cancelled", reason.unwrap_or_else(|| say("landing-cancelled-text", &[])));
    }
    if is_over(row, now) {
        let when = landing.zone.moment(row.ends_at.min(now));
        return words("ended", say("landing-ended-text", &[("when", &when)]));
    }
    let live = if is_open { "landing-live-text" } else { "landing-live-text-shut" };
    (row.phase == EventPhase::Live).then(|| words("live", say(live, &[]))).flatten()
}

fn calendar_links(landing: &Landing, base_url: &str) -> Vec<Button> {
    let link = |id, link| Button { label: say(id, &[]), link };
    vec![
        link("landing-save-file", format!("{}/calendar.ics", landing.path())),
        link("landing-save-google", machines::google(landing, base_url)),
        link("landing-save-outlook", machines::outlook(landing, base_url)),
    ]
}
