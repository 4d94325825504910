//! The link that finishes a sign-in, of both forms: `https://server/sign-in/{secret}` and
//! `houselights://sign-in?server={base URL}&secret={secret}`. With `&device={secret}` it works on any device. With `&failed={why}` in place
//! of the secret it says that the provider's pages ended otherwise.

use houselights_shared::{ProviderFailure, Token};
use url::Url;

use super::link::{found, is_base, is_for, is_plain, is_secret, only, split};

/// Where one signs in as a person: the base URL of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server(Url);

impl Server {
    /// Reads a base URL as it was typed.
    pub fn read(text: &str) -> Option<Self> {
        Url::parse(text.trim()).ok().filter(is_base).map(Self)
    }

    /// Without a slash at its end.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Whether what is said to it can be read and changed on the way.
    pub fn is_plain(&self) -> bool {
        is_plain(&self.0)
    }

    /// The same of a page that a server names.
    pub(crate) fn is_plain_page(page: &Url) -> bool {
        is_plain(page)
    }
}

/// Finishes a sign-in. Its secrets are not shown by `Debug`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInLink {
    /// Whose link it is.
    pub server: Server,
    /// What the mail carried.
    pub secret: Token,
    /// What the device that asked keeps, where the link brings it along.
    pub device: Option<Token>,
}

impl SignInLink {
    /// Reads a link as it was pasted or opened, also out of the sentence that it came in; none where there is none, or more
    /// than one.
    pub fn read(text: &str) -> Option<Self> {
        found(text, |url| match url.scheme() {
            "houselights" => Self::of_app(&url),
            "https" | "http" => {
                let (server, secret) = split(url, "/sign-in/")?;
                Self::new(server, secret, None)
            }
            _ => None,
        })
    }

    /// Why nobody is signed in, where a link says that.
    pub fn failure(text: &str) -> Option<ProviderFailure> {
        found(text, |url| {
            let ours = url.scheme() == "houselights" && is_for(&url, "sign-in");
            let why = only(&url, "failed").filter(|_| ours && only(&url, "secret").is_none())?;
            ProviderFailure::ALL.into_iter().find(|failure| failure.as_str() == why)
        })
    }

    /// Whether a link ends a sign-in, well or not: it says nothing about which event to be in.
    pub fn is_one(text: &str) -> bool {
        Self::read(text).is_some() || Self::failure(text).is_some()
    }

    fn of_app(url: &Url) -> Option<Self> {
        if !is_for(url, "sign-in") {
            return None;
        }
        let device = only(url, "device");
        let brings_device = url.query_pairs().any(|(key, _)| key == "device");
        if brings_device && device.is_none() {
            return None;
        }
        Self::new(Url::parse(&only(url, "server")?).ok()?, only(url, "secret")?, device)
    }

    fn new(server: Url, secret: String, device: Option<String>) -> Option<Self> {
        let sound = is_base(&server) && is_secret(&secret) && device.as_deref().is_none_or(is_secret);
        sound.then(|| Self { server: Server(server), secret: secret.into(), device: device.map(Token::from) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, String, Option<String>)> {
        let secret = |token: Token| token.as_str().to_owned();
        SignInLink::read(text).map(|link| (link.server.as_str().to_owned(), secret(link.secret), link.device.map(secret)))
    }

    #[test]
    fn both_forms_are_read_also_out_of_a_sentence() {
        let link = Some(("https://show.example/live".into(), "aB3_-x".into(), None));
        assert_eq!(read("https://show.example/live/sign-in/aB3_-x"), link);
        assert_eq!(read("Open houselights://sign-in?server=https%3A%2F%2Fshow.example%2Flive%2F&secret=aB3_-x, please"), link);
        let any = read("houselights://sign-in?server=http://127.0.0.1:8080&secret=abc&device=def");
        assert_eq!(any, Some(("http://127.0.0.1:8080".into(), "abc".into(), Some("def".into()))));
    }

    #[test]
    fn what_is_no_sign_in_link_is_not_read() {
        for text in [
            "",
            "https://show.example/join/abc",
            "https://show.example/sign-in/",
            "https://show.example/sign-in/a%2Fb",
            "https://me:pw@show.example/sign-in/abc",
            "houselights://join?server=https://show.example&invite=abc",
            "houselights://sign-in?server=https://show.example",
            "houselights://sign-in?server=file:///etc&secret=abc",
            "houselights://sign-in?server=https://a.example&server=https://b.example&secret=abc",
            "houselights://sign-in?server=https://a.example&secret=abc&device=",
            "houselights://sign-in?server=https://a.example&secret=abc&device=d&device=e",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(!format!("{:?}", SignInLink::read("https://show.example/sign-in/abc")).contains("abc"));
    }

    #[test]
    fn a_link_that_says_why_nobody_is_signed_in_carries_nothing_else() {
        let link = "houselights://sign-in?server=https%3A%2F%2Fshow.example&failed=";
        for failure in ProviderFailure::ALL {
            assert_eq!(SignInLink::failure(&format!("{link}{}", failure.as_str())), Some(failure));
        }
        assert!(SignInLink::is_one(&format!("{link}refused")) && read(&format!("{link}refused")).is_none());
        for text in [
            String::new(),
            format!("{link}of-tomorrow"),
            format!("{link}refused&failed=cancelled"),
            format!("{link}refused&secret=abc"),
            "houselights://join?failed=refused".to_owned(),
            "https://show.example/sign-in?failed=refused".to_owned(),
        ] {
            assert_eq!(SignInLink::failure(&text), None, "{text}");
        }
    }

    #[test]
    fn a_typed_server_is_a_base_url_or_nothing() {
        assert_eq!(Server::read(" https://show.example/ ").unwrap().as_str(), "https://show.example");
        assert!(Server::read("http://show.example").unwrap().is_plain() && !Server::read("http://[::1]:1").unwrap().is_plain());
        for text in ["", "show.example", "ftp://show.example", "https://show.example/?a=b", "https://u@show.example"] {
            assert_eq!(Server::read(text), None, "{text}");
        }
    }
}
