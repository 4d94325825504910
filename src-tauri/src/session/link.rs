//! Invite links, of both forms: `https://server/join/{invite}` and `houselights://join?server={base URL}&invite={invite}`.

use url::{Host, Url};

/// The longest link that is looked at.
const MAX_LINK_BYTES: usize = 2_048;
/// The longest text in which one is looked for.
const MAX_TEXT_BYTES: usize = 16 * 1_024;
/// The longest invite.
const MAX_INVITE_BYTES: usize = 256;

/// An invite to a server. The invite is a secret: it is never logged, so this is not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    server: Url,
    invite: String,
}

impl Link {
    /// Reads a link as it was pasted or opened, also out of the sentence that it came in; none where there is none, or more
    /// than one.
    pub fn read(text: &str) -> Option<Self> {
        found(text, |url| match url.scheme() {
            "houselights" => Self::of_app(&url),
            "https" | "http" => Self::of_web(url),
            _ => None,
        })
    }

    /// The base URL, without a slash at its end.
    pub fn server(&self) -> &str {
        self.server.as_str().trim_end_matches('/')
    }

    /// The invite's secret.
    pub fn invite(&self) -> &str {
        &self.invite
    }

    /// Whether what is said to the server can be read and changed on the way: no TLS, and not on this machine.
    pub fn is_plain(&self) -> bool {
        is_plain(&self.server)
    }

    fn of_app(url: &Url) -> Option<Self> {
        is_for(url, "join").then(|| Self::new(Url::parse(&only(url, "server")?).ok()?, only(url, "invite")?)).flatten()
    }

    fn of_web(url: Url) -> Option<Self> {
        let (server, invite) = split(url, "/join/")?;
        Self::new(server, invite)
    }

    fn new(server: Url, invite: String) -> Option<Self> {
        (is_base(&server) && is_secret(&invite)).then_some(Self { server, invite })
    }
}

/// The one thing in a text that `read` makes something of; none where there is none, or more than one.
pub(super) fn found<T: PartialEq>(text: &str, read: impl Fn(Url) -> Option<T>) -> Option<T> {
    if text.len() > MAX_TEXT_BYTES {
        return None;
    }
    let mut found = text.split_whitespace().filter_map(|word| {
        // What stands around a link in a sentence and ends none.
        let word = word.trim_matches(['<', '>', '(', ')', '[', ']', '"', '\'', ',', ';', '.', '!', '“', '”', '„', '‘', '’']);
        (word.len() <= MAX_LINK_BYTES).then(|| Url::parse(word).ok()).flatten().and_then(&read)
    });
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// Whether a link of the app is of this kind.
pub(super) fn is_for(url: &Url, kind: &str) -> bool {
    url.host_str() == Some(kind) && matches!(url.path(), "" | "/")
}

/// A part of the query that is there once.
pub(super) fn only(url: &Url, name: &str) -> Option<String> {
    let mut found = url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    found.next().filter(|_| found.next().is_none())
}

/// The base URL, and what stands behind `between`.
pub(super) fn split(mut url: Url, between: &str) -> Option<(Url, String)> {
    let (base, secret) = url.path().strip_suffix('/').unwrap_or(url.path()).rsplit_once(between)?;
    let (base, secret) = (base.to_owned(), secret.to_owned());
    url.set_path(&base);
    url.set_query(None);
    url.set_fragment(None);
    Some((url, secret))
}

/// Whether it can be the base URL of a server.
pub(super) fn is_base(server: &Url) -> bool {
    let web = matches!(server.scheme(), "https" | "http") && server.host_str().is_some_and(|host| !host.is_empty());
    let plain =
        server.username().is_empty() && server.password().is_none() && server.query().is_none() && server.fragment().is_none();
    web && plain
}

/// Whether it can be what a link carries.
pub(super) fn is_secret(text: &str) -> bool {
    (1..=MAX_INVITE_BYTES).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~'))
}

/// Whether what is said to a server can be read and changed on the way.
pub(super) fn is_plain(server: &Url) -> bool {
    let here = match server.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    server.scheme() != "https" && !here
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_without_tls_to_another_machine_is_a_link_plain() {
        let plain = |server: &str| Link::read(&format!("{server}/join/secret")).unwrap().is_plain();
        for safe in
            ["https://show.example", "http://localhost:8080", "http://127.0.0.1", "http://127.8.8.8:1", "http://[::1]:80"]
        {
            assert!(!plain(safe), "{safe}");
        }
        for unsafe_ in ["http://show.example", "http://192.168.0.7", "http://localhost.example", "http://[fe80::1]"] {
            assert!(plain(unsafe_), "{unsafe_}");
        }
    }

    fn read(text: &str) -> Option<(String, String)> {
        Link::read(text).map(|link| (link.server().to_owned(), link.invite().to_owned()))
    }

    #[test]
    fn both_forms_are_read() {
        assert_eq!(read("https://show.example/join/aB3_-x"), Some(("https://show.example".into(), "aB3_-x".into())));
        assert_eq!(read(" <http://127.0.0.1:8080/join/abc/>\n"), Some(("http://127.0.0.1:8080".into(), "abc".into())));
        assert_eq!(
            read("https://show.example/live/join/abc?utm=1#top"),
            Some(("https://show.example/live".into(), "abc".into()))
        );
        assert_eq!(
            read("houselights://join?server=https%3A%2F%2Fshow.example%2Flive%2F&invite=abc"),
            Some(("https://show.example/live".into(), "abc".into()))
        );
        assert_eq!(
            read("houselights://join/?invite=abc&server=http://[::1]:8080"),
            Some(("http://[::1]:8080".into(), "abc".into()))
        );
    }

    #[test]
    fn a_link_is_found_in_the_sentence_that_it_came_in() {
        let link = Some(("https://show.example".into(), "abc".into()));
        for sentence in [
            "Join us tonight: https://show.example/join/abc.",
            "\"https://show.example/join/abc\"",
            "(https://show.example/join/abc), see you!",
            "“https://show.example/join/abc”",
            "Will you come to https://show.example/join/abc?",
            "Open houselights://join?server=https%3A%2F%2Fshow.example&invite=abc, please",
            "https://show.example/join/abc\nhttps://show.example/join/abc",
            "more at https://show.example/about, come in by https://show.example/join/abc",
        ] {
            assert_eq!(read(sentence), link, "{sentence}");
        }
        assert_eq!(read("https://show.example/join/abc or https://show.example/join/def"), None, "which one?");
        assert_eq!(read(&format!("{} https://show.example/join/abc", "x".repeat(MAX_TEXT_BYTES))), None);
    }

    #[test]
    fn what_is_not_an_invite_is_not_read() {
        for text in [
            "",
            "hello",
            "https://show.example/",
            "https://show.example/join/",
            "https://show.example/join/a%2Fb",
            "https://me:secret@show.example/join/abc",
            "file:///join/abc",
            "javascript:alert(1)//join/abc",
            "houselights://join",
            "houselights://join?invite=abc",
            "houselights://join?server=https://show.example",
            "houselights://join?server=file:///etc/passwd&invite=abc",
            "houselights://join?server=javascript:alert(1)&invite=abc",
            "houselights://join?server=https://a.example&server=https://b.example&invite=abc",
            "houselights://join?server=https://show.example?x=1&invite=abc",
            "houselights://join?server=https://u@show.example&invite=abc",
            "houselights://leave?server=https://show.example&invite=abc",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&format!("https://show.example/join/{}", "x".repeat(257))), None);
        assert_eq!(read(&format!("https://show.example/{}/join/x", "x".repeat(2_048))), None);
    }

    proptest! {
        #[test]
        fn rubbish_never_panics_and_what_is_read_reads_again(text in "(houselights://|https?://)?[ -~]{0,60}(/join/)?\\PC{0,20}") {
            if let Some(link) = Link::read(&text) {
                let again = Link::read(&format!("{}/join/{}", link.server(), link.invite()));
                prop_assert!(again.is_some_and(|again| again == link));
            }
        }
    }
}
