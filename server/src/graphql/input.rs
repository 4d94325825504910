//! What comes in, checked at the edge, and instants on their way out.

use std::str::FromStr;

use async_graphql::ID;
use chrono::{DateTime, TimeZone, Utc};
use houselights_shared::Timestamp;

use super::error::Denial;
use crate::{bounds::PEOPLE, store::StoreError};

/// The latest moment that an event can be at: 2200-01-01.
const LATEST: i64 = 7_258_118_400_000_000;
/// Of the end of an address.
const SLUG_CHARS: usize = 80;
/// Of addresses (RFC 5321, section 4.5.3.1.3, less the brackets).
const MAX_EMAIL_CHARS: usize = 254;

/// An id of ours. What is none names nothing.
pub(crate) fn id<T: FromStr>(id: &ID) -> Result<T, Denial> {
    id.parse().map_err(|_| Denial::not_found())
}

/// A title or name as it is kept.
pub(crate) fn title(field: &'static str, text: &str) -> Result<String, Denial> {
    houselights_domain::name(text)
        .ok_or_else(|| Denial::bad(field, "1 to 80 characters on one line, and something to see among them"))
}

/// Text of several lines, at most so many characters.
pub(crate) fn text(field: &'static str, text: &str, most: usize) -> Result<String, Denial> {
    houselights_domain::text(text, most)
        .ok_or_else(|| Denial::bad(field, format!("at most {most} characters, and no control characters among them")))
}

/// An address, in lower case: a local part, and a domain with a dot in it or `localhost`.
pub(crate) fn email(field: &'static str, text: &str) -> Result<String, Denial> {
    let email = text.trim().to_lowercase();
    // A domain in other letters is one mailbox with what mail servers know it by (RFC 5890, section 2.3.2.1).
    let email = match email.rsplit_once('@') {
        Some((local, domain)) if !domain.is_ascii() => match url::Host::parse(domain) {
            Ok(url::Host::Domain(domain)) => format!("{local}@{domain}"),
            Ok(url::Host::Ipv4(_) | url::Host::Ipv6(_)) | Err(_) => String::new(),
        },
        Some(_) | None => email,
    };
    let is_plain = email.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:\"".contains(c));
    let parses = email.parse::<lettre::Address>().is_ok();
    if is_plain
        && parses
        && email.chars().count() <= MAX_EMAIL_CHARS
        && houselights_domain::name(&email).is_some_and(|name| name == email)
    {
        Ok(email)
    } else {
        Err(Denial::bad(field, "this is no e-mail address"))
    }
}

/// An instant that an event can be at.
pub(crate) fn instant(field: &'static str, at: DateTime<Utc>) -> Result<Timestamp, Denial> {
    let micros = at.timestamp_micros();
    if (0..=LATEST).contains(&micros) {
        Ok(Timestamp::from_micros(micros))
    } else {
        Err(Denial::bad(field, "between 1970 and 2200"))
    }
}

/// A time zone of the IANA database.
pub(crate) fn time_zone(field: &'static str, name: &str) -> Result<String, Denial> {
    name.parse::<chrono_tz::Tz>().map(|zone| zone.name().to_owned()).map_err(|_| Denial::bad(field, "no such time zone"))
}

/// A colour as `#rrggbb`.
pub(crate) fn colour(field: &'static str, text: &str) -> Result<String, Denial> {
    let is_colour = text.len() == 7 && text.starts_with('#') && text.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit());
    if is_colour { Ok(text.to_ascii_lowercase()) } else { Err(Denial::bad(field, "a colour is #rrggbb")) }
}

/// A number of seats or pieces: 1 to a million.
pub(crate) fn count(field: &'static str, number: i32) -> Result<i64, Denial> {
    let is_count = u32::try_from(number).is_ok_and(|number| PEOPLE.contains(&number));
    if is_count { Ok(number.into()) } else { Err(Denial::bad(field, "between 1 and 1,000,000")) }
}

/// The end of an address: small letters, digits and hyphens between them.
pub(crate) fn slug(field: &'static str, text: &str) -> Result<String, Denial> {
    let slug = text.trim().to_lowercase();
    let is_plain = slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let is_tidy = !slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--");
    if is_plain && is_tidy && (1..=SLUG_CHARS).contains(&slug.len()) {
        Ok(slug)
    } else {
        Err(Denial::bad(field, format!("1 to {SLUG_CHARS} small letters and digits, with single hyphens between them")))
    }
}

/// One made of a title. Scripts that have no small Latin letters give none: then it is an event like any other.
pub(crate) fn slug_of(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for c in title.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            'ä' | 'à' | 'á' | 'â' | 'å' => slug.push('a'),
            'è' | 'é' | 'ê' | 'ë' => slug.push('e'),
            'ö' | 'ò' | 'ó' | 'ô' | 'ø' => slug.push('o'),
            'ü' | 'ù' | 'ú' | 'û' => slug.push('u'),
            'ß' => slug.push_str("ss"),
            'ñ' => slug.push('n'),
            'ç' => slug.push('c'),
            '\'' | '’' => {}
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(SLUG_CHARS - 6);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "event".to_owned() } else { slug.to_owned() }
}

/// The same with five characters more, for when it is taken.
pub(crate) fn another_slug(slug: &str) -> Result<String, Denial> {
    let mut random = [0_u8; 5];
    getrandom::fill(&mut random).map_err(|error| Denial::from(StoreError::Unavailable(error.to_string())))?;
    let more: String = random.iter().map(|byte| char::from(b'a' + byte % 26)).collect();
    Ok(format!("{slug}-{more}"))
}

/// An instant on its way out.
pub(crate) fn shown(at: Timestamp) -> DateTime<Utc> {
    Utc.timestamp_micros(at.micros()).single().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_one_however_its_letters_are_written() {
        for (written, kept) in [
            ("Ada@München.de", "ada@xn--mnchen-3ya.de"),
            ("ada@XN--MNCHEN-3YA.de", "ada@xn--mnchen-3ya.de"),
            ("ada@mu\u{308}nchen.de", "ada@xn--mnchen-3ya.de"),
            ("ada@münchen。de", "ada@xn--mnchen-3ya.de"),
            ("ada@example.com", "ada@example.com"),
        ] {
            assert_eq!(email("email", written).ok().as_deref(), Some(kept), "{written}");
        }
        for no in ["ada@１.2.3.4", "ada@mün chen.de", "@münchen.de"] {
            assert!(email("email", no).is_err(), "{no}");
        }
    }

    #[test]
    fn an_address_is_made_of_any_title() {
        for (title, made) in [
            ("Opening night", "opening-night"),
            ("  What's new? — Ask us!  ", "whats-new-ask-us"),
            ("Über Größe", "uber-grosse"),
            ("開幕の夜", "event"),
        ] {
            assert_eq!(slug_of(title), made);
            assert_eq!(slug("slug", &slug_of(title)).unwrap(), made);
        }
        let long = slug_of(&"a b".repeat(60));
        assert!(slug("slug", &another_slug(&long).unwrap()).is_ok());
        for wrong in ["", "-a", "a-", "a--b", "a/b", "ä", "a b", "..", "a\0"] {
            assert!(slug("slug", wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_address_is_kept_in_lower_case_and_is_one() {
        assert_eq!(email("email", " Ada@Example.COM ").unwrap(), "ada@example.com");
        let long = format!("{}@example.com", "a".repeat(250));
        for wrong in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@@example.com",
            "a b@example.com",
            "ada@example.com\r\nBcc: x@y.z",
            "<a@b.c>",
            "a,b@c.d",
            &long,
        ] {
            assert!(email("email", wrong).is_err(), "{wrong}");
        }
        assert!(email("email", "a\u{202E}b@example.com").is_err());
    }

    #[test]
    fn what_is_no_id_names_nothing() {
        assert_eq!(id::<houselights_shared::EventId>(&"x".into()), Err(Denial::not_found()));
    }

    #[test]
    fn a_zone_is_one_of_the_database() {
        assert!(time_zone("timeZone", "Europe/Berlin").is_ok());
        for wrong in ["", "Mars/Olympus", "CEST+2", "../etc/passwd"] {
            assert!(time_zone("timeZone", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_colour_has_six_digits() {
        assert_eq!(colour("accent", "#FFb45C").unwrap(), "#ffb45c");
        for wrong in ["", "red", "#fff", "#ggggggg", "#12345", "url(x)"] {
            assert!(colour("accent", wrong).is_err(), "{wrong}");
        }
    }
}
