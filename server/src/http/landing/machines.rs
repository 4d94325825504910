//! What an event's page tells machines: search engines (schema.org), and the calendars of web mail.

use houselights_shared::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::{Landing, tickets::Offer};
use crate::{
    graphql::input::shown,
    payments::{Currency, Money},
};

/// The event as schema.org has it, so written that it stays within its element whatever is in it.
pub(super) fn json_ld(landing: &Landing, offers: &[Offer<'_>], base_url: &str) -> String {
    let (row, address) = (&landing.event.row, landing.address(base_url));
    let status = if row.cancelled_at.is_some() { "EventCancelled" } else { "EventScheduled" };
    let performers: Vec<Value> =
        landing.speakers.iter().map(|speaker| json!({ "@type": "Person", "name": speaker.name })).collect();
    within_a_script(&told(json!({
        "@context": "https://schema.org",
        "@type": "Event",
        "name": row.title,
        "description": row.summary,
        "url": address,
        "startDate": landing.zone.machine(row.starts_at),
        "endDate": landing.zone.machine(row.ends_at),
        "eventStatus": format!("https://schema.org/{status}"),
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": { "@type": "VirtualLocation", "url": address },
        "image": row.cover.map(|cover| format!("{base_url}/images/{cover}")),
        "organizer": landing.event.organisation.as_ref().map(|name| json!({ "@type": "Organization", "name": name })),
        "performer": (!performers.is_empty()).then_some(performers),
        "offers": offers.iter().map(|offer| offered(offer, landing, &address)).collect::<Vec<_>>(),
    })))
}

/// Without what is not known.
fn told(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, value| !value.is_null());
    }
    value
}

fn offered(offer: &Offer<'_>, landing: &Landing, address: &str) -> Value {
    let ticket = offer.ticket;
    let price = Currency::parse(&ticket.currency).map(|currency| Money { amount: ticket.amount, currency }.to_string());
    let price = price.as_deref().and_then(|price| price.split(' ').next()).unwrap_or("0");
    told(json!({
        "@type": "Offer",
        "name": ticket.title,
        "price": price,
        "priceCurrency": ticket.currency,
        "availability": offer.schema(),
        "url": address,
        "validFrom": ticket.sales_start.map(|start| landing.zone.machine(start)),
    }))
}

/// JSON as it can stand in a `script` element: nothing in it ends or comments that (HTML, "Restrictions for contents of script elements").
fn within_a_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// Opens the event in Google's calendar.
pub(super) fn google(landing: &Landing, base_url: &str) -> String {
    let (row, address) = (&landing.event.row, landing.address(base_url));
    let at = |at: Timestamp| shown(at).format("%Y%m%dT%H%M%SZ").to_string();
    let dates = format!("{}/{}", at(row.starts_at), at(row.ends_at));
    let details = format!("{}\n\n{address}", row.summary);
    link(
        "https://calendar.google.com/calendar/render",
        &[("action", "TEMPLATE"), ("text", &row.title), ("dates", &dates), ("details", &details), ("location", &address)],
    )
}

/// Opens the event in Outlook's calendar.
pub(super) fn outlook(landing: &Landing, base_url: &str) -> String {
    let (row, address) = (&landing.event.row, landing.address(base_url));
    let at = |at: Timestamp| shown(at).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let (starts, ends) = (at(row.starts_at), at(row.ends_at));
    let body = format!("{}\n\n{address}", row.summary);
    link(
        "https://outlook.live.com/calendar/0/action/compose",
        &[
            ("rru", "addevent"),
            ("subject", &row.title),
            ("startdt", &starts),
            ("enddt", &ends),
            ("body", &body),
            ("location", &address),
        ],
    )
}

fn link(to: &str, pairs: &[(&str, &str)]) -> String {
    Url::parse_with_params(to, pairs).map(String::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_script_element() {
        let text = within_a_script(&json!({ "name": "</script><script>alert(1)</script><!-- & \u{2028}" }));
        assert!(!text.contains(['<', '>', '&']), "{text}");
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["name"], "</script><script>alert(1)</script><!-- & \u{2028}");
    }

    #[test]
    fn what_goes_into_a_link_is_encoded() {
        assert_eq!(link("https://a.example/x", &[("text", "a&b=\"<c>")]), "https://a.example/x?text=a%26b%3D%22%3Cc%3E");
    }
}
