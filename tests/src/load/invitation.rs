//! Where the crowd goes, and what lets it in.

use anyhow::{Context, Result, bail};
use url::Url;

/// A server, and the secret of the invite for its whole audience. The secret is not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The server's base URL.
    pub server: Url,
    /// What `/api/logins` takes.
    pub secret: String,
}

impl Invitation {
    /// Reads an invite as it is handed out: a link (`https://server/join/{secret}`, `houselights://join?server=…&invite=…`), or a bare
    /// secret. `server` is where to go instead of where a link leads; a bare secret needs it.
    pub fn read(invite: &str, server: Option<&Url>) -> Result<Self> {
        let (of_link, secret) = match Url::parse(invite.trim()) {
            Ok(link) => of_link(&link)
                .context("this is no invite link: take the one for the whole audience, as `event create` prints it")?,
            Err(_) => (None, invite.trim().to_owned()),
        };
        if secret.is_empty() || secret.contains(|c: char| c.is_whitespace() || c == '/') {
            bail!("this is no invite: take the link for the whole audience, as `event create` prints it");
        }
        let server = server.cloned().or(of_link).context("a bare secret does not say which server: add --server")?;
        if !["http", "https"].contains(&server.scheme()) || !server.has_host() {
            bail!("the server must be an http or https address, such as http://127.0.0.1:8080");
        }
        Ok(Self { server, secret })
    }
}

fn of_link(link: &Url) -> Option<(Option<Url>, String)> {
    if link.scheme() == "houselights" {
        let named = |name: &str| link.query_pairs().find(|(of, _)| of == name).map(|(_, value)| value.into_owned());
        return Some((Some(Url::parse(&named("server")?).ok()?), named("invite")?));
    }
    let (before, secret) = link.path().rsplit_once("/join/")?;
    let mut server = link.clone();
    server.set_path(before);
    server.set_query(None);
    server.set_fragment(None);
    Some((Some(server), secret.to_owned()))
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("server", &self.server.as_str()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(invite: &str, server: Option<&str>) -> Result<(String, String), String> {
        let server = server.map(|server| server.parse().unwrap());
        let read = Invitation::read(invite, server.as_ref()).map_err(|error| error.to_string())?;
        Ok((read.server.to_string(), read.secret))
    }

    #[test]
    fn links_of_both_forms_say_where_to_go() {
        for (link, server) in [
            ("https://show.example/join/s3cret", "https://show.example/"),
            ("https://show.example/house/join/s3cret?from=mail#top", "https://show.example/house"),
            ("houselights://join?server=http%3A%2F%2F127.0.0.1%3A8080&invite=s3cret", "http://127.0.0.1:8080/"),
        ] {
            assert_eq!(read(link, None), Ok((server.to_owned(), "s3cret".to_owned())), "{link}");
        }
    }

    #[test]
    fn a_bare_secret_needs_a_server_and_a_named_server_goes_before_that_of_a_link() {
        assert!(read("s3cret", None).unwrap_err().contains("--server"));
        assert_eq!(read(" s3cret\n", Some("http://[::1]:80")), Ok(("http://[::1]/".to_owned(), "s3cret".to_owned())));
        let behind = read("https://show.example/join/s3cret", Some("http://127.0.0.1:8080"));
        assert_eq!(behind, Ok(("http://127.0.0.1:8080/".to_owned(), "s3cret".to_owned())));
    }

    #[test]
    fn what_is_no_invite_is_told_and_not_repeated() {
        for (invite, server) in [
            ("https://show.example/e/opening", None),
            ("houselights://sign-in?server=http%3A%2F%2Fa&secret=s3cret", None),
            ("two words", Some("http://a")),
            ("", Some("http://a")),
            ("s3cret", Some("ftp://a")),
        ] {
            let told = read(invite, server).unwrap_err();
            assert!(!told.contains("s3cret"), "{told}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let read = Invitation::read("https://show.example/join/s3cret", None).unwrap();
        assert!(!format!("{read:?}").contains("s3cret"));
    }
}
