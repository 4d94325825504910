//! What somebody says of themselves, as it is kept; and who is shown it.

use houselights_domain::{View, is_blank, text};
use houselights_shared::{
    MAX_ABOUT_CHARS, MAX_COMPANY_CHARS, MAX_HEADLINE_CHARS, MAX_LINK_CHARS, MAX_LINKS, MAX_PRONOUNS_CHARS, Profile, Role,
    ShownTo,
};
use url::Url;

/// A profile as it is kept: trimmed, without marks of direction, links as they are dialled. Nothing where something in it cannot be kept.
pub(crate) fn proper(profile: &Profile) -> Option<Profile> {
    let shown_to = match profile.shown_to {
        ShownTo::Everybody | ShownTo::Crew | ShownTo::Nobody => profile.shown_to,
        ShownTo::Unknown => return None,
    };
    let links = profile.links.iter().filter(|link| !link.trim().is_empty());
    let links = links.map(|given| link(given)).collect::<Option<Vec<_>>>()?;
    let is_bounded = links.len() <= MAX_LINKS;
    is_bounded.then_some(Profile {
        headline: line(&profile.headline, MAX_HEADLINE_CHARS)?,
        company: line(&profile.company, MAX_COMPANY_CHARS)?,
        pronouns: line(&profile.pronouns, MAX_PRONOUNS_CHARS)?,
        about: shown(text(&profile.about, MAX_ABOUT_CHARS)?),
        links,
        shown_to,
    })
}

/// Whether somebody who came as `role` is shown what is shown to these.
pub(crate) fn is_shown(shown_to: ShownTo, role: Role) -> bool {
    match shown_to {
        ShownTo::Everybody => true,
        ShownTo::Crew => View::of(role) != View::Audience,
        ShownTo::Nobody | ShownTo::Unknown => false,
    }
}

/// Without what is not `taken`.
pub(crate) fn only(mut said: Profile, taken: impl Fn(&str) -> bool) -> Profile {
    let Profile { headline, company, pronouns, about, links, shown_to: _ } = &mut said;
    [headline, company, pronouns, about].into_iter().filter(|text| !taken(text)).for_each(String::clear);
    links.retain(|link| taken(link));
    said
}

fn line(given: &str, most: usize) -> Option<String> {
    text(given, most).filter(|line| !line.contains(['\n', '\t', '\u{2028}', '\u{2029}'])).map(shown)
}

/// What shows nothing is nothing.
fn shown(text: String) -> String {
    if is_blank(&text) { String::new() } else { text }
}

/// An absolute link that leads where it says: to a host, encrypted, with nobody's name before it. A host in other letters is written in those of the
/// domain name system, so that none looks like another.
fn link(given: &str) -> Option<String> {
    let url = Url::parse(given.trim()).ok()?;
    let leads_on = url.scheme() == "https" && url.host_str().is_some_and(|host| host.contains('.'));
    let is_plain = url.username().is_empty() && url.password().is_none();
    Some(url.to_string()).filter(|link| leads_on && is_plain && link.chars().count() <= MAX_LINK_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saying(headline: &str, links: &[&str]) -> Profile {
        let links = links.iter().map(|link| (*link).to_owned()).collect();
        Profile { headline: headline.to_owned(), links, ..Profile::default() }
    }

    #[test]
    fn what_is_said_is_trimmed_and_turns_nothing_beside_it() {
        let kept = proper(&saying(" Rewrites\u{202E} queues ", &[" https://example.org/me ", "  "])).unwrap();
        assert_eq!(
            (kept.headline.as_str(), kept.links.as_slice()),
            ("Rewrites queues", &["https://example.org/me".to_owned()][..])
        );
        assert_eq!(proper(&saying("\u{200B}\u{3164}", &[])), Some(Profile::default()));
        assert_eq!(proper(&kept), Some(kept.clone()), "what is kept is kept as it is");
        let about = proper(&Profile { about: "Two\r\nlines".to_owned(), ..Profile::default() }).unwrap().about;
        assert_eq!(about, "Two\nlines");
    }

    #[test]
    fn a_line_is_one_and_all_of_it_has_a_bound() {
        let long = |count: usize| "é".repeat(count);
        for wrong in ["a\nb", "a\tb", "a\u{2028}b", "a\u{0}", "\u{1B}[2J", &long(MAX_HEADLINE_CHARS + 1)] {
            assert_eq!(proper(&saying(wrong, &[])), None, "{wrong:?}");
        }
        assert!(proper(&saying(&long(MAX_HEADLINE_CHARS), &[])).is_some());
        let fields: [fn(String) -> Profile; 3] = [
            |company| Profile { company, ..Profile::default() },
            |pronouns| Profile { pronouns, ..Profile::default() },
            |about| Profile { about, ..Profile::default() },
        ];
        for (field, most) in fields.into_iter().zip([MAX_COMPANY_CHARS, MAX_PRONOUNS_CHARS, MAX_ABOUT_CHARS]) {
            assert!(proper(&field(long(most))).is_some() && proper(&field(long(most + 1))).is_none());
        }
        assert_eq!(proper(&Profile { shown_to: ShownTo::Unknown, ..Profile::default() }), None);
    }

    #[test]
    fn a_link_is_encrypted_and_leads_where_it_says() {
        for wrong in [
            "http://example.org",
            "javascript:alert(1)",
            "data:text/html,x",
            "example.org",
            "//example.org",
            "https://bank.example@evil.example/",
            "https://:secret@example.org/",
            "https://localhost/",
            "mailto:me@example.org",
            &format!("https://example.org/{}", "x".repeat(MAX_LINK_CHARS)),
        ] {
            assert_eq!(proper(&saying("", &[wrong])), None, "{wrong}");
        }
        let cyrillic = proper(&saying("", &["https://\u{0440}\u{0430}\u{0443}.example/\u{202E}x"])).unwrap();
        assert_eq!(cyrillic.links, ["https://xn--80a5ak.example/%E2%80%AEx"]);
        assert!(proper(&saying("", &["https://a.example"; MAX_LINKS])).is_some());
        assert_eq!(proper(&saying("", &["https://a.example"; MAX_LINKS + 1])), None);
    }

    #[test]
    fn what_is_for_the_crew_is_for_whoever_speaks_or_looks_after_the_show() {
        for (role, is_crew) in [(Role::Attendee, false), (Role::Unknown, false), (Role::Speaker, true), (Role::Moderator, true)]
        {
            assert_eq!(is_shown(ShownTo::Crew, role), is_crew, "{role:?}");
            assert!(is_shown(ShownTo::Everybody, role) && !is_shown(ShownTo::Nobody, role));
        }
    }
}
