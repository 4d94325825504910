//! Pages for browsers: `minijinja` fills them and escapes what it fills in. They run no script, load nothing from elsewhere, and their
//! only style is the one that the policy names by its hash.

use std::{
    fmt::Write as _,
    sync::{Arc, LazyLock},
};

use axum::{
    body::Bytes,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use minijinja::{
    Environment, Error, UndefinedBehavior,
    syntax::SyntaxConfig,
    value::{Kwargs, Serde, Value},
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tracing::error;

use super::landing::Theme;
use crate::words::say;

const FILES: &[(&str, &str)] = &[
    ("base.html", include_str!("../../templates/landing/base.html")),
    ("event.html", include_str!("../../templates/landing/event.html")),
    ("parts.html", include_str!("../../templates/landing/parts.html")),
    ("form.html", include_str!("../../templates/landing/form.html")),
    ("register.html", include_str!("../../templates/landing/register.html")),
    ("card.html", include_str!("../../templates/landing/card.html")),
];
const STYLE: &str = include_str!("../../templates/landing/style.css");

static TEMPLATES: LazyLock<Result<Environment<'static>, Error>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    templates.add_function("say", said);
    for (name, source) in FILES {
        templates.add_template(name, source)?;
    }
    Ok(templates)
});

/// `say("id", name=value)` in a template.
#[allow(clippy::needless_pass_by_value, reason = "what a template calls takes its arguments")]
fn said(id: &str, variables: Kwargs) -> Result<String, Error> {
    let names: Vec<String> = variables.args().map(str::to_owned).collect();
    let values: Vec<String> =
        names.iter().map(|name| variables.get::<Value>(name).map(|value| value.to_string())).collect::<Result<_, _>>()?;
    let pairs: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
    Ok(say(id, &pairs))
}

/// The colours of a page.
pub(super) struct Look(String);

impl Look {
    /// An event's; `marks` are the colours of its tracks, for the classes `mark-0`, `mark-1` and so on.
    pub(super) fn of(theme: &Theme, marks: &[String]) -> Self {
        let marks = marks.iter().enumerate().fold(String::new(), |mut rules, (number, mark)| {
            // Writing to a String cannot fail.
            let _ = write!(rules, ".mark-{number}{{--mark:{}}}", theme.mark(mark));
            rules
        });
        Self(format!(":root{{{}}}{marks}", theme.declarations()))
    }

    /// Houselights' own, by the time of day that a browser is set to.
    pub(super) fn own() -> Self {
        let [night, day] = Theme::own().map(|theme| theme.declarations());
        Self(format!(":root{{{night}}}@media (prefers-color-scheme:light){{:root{{{day}}}}}"))
    }
}

/// Where a page's forms may lead. Browsers hold a redirect after a form to it as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forms {
    /// There are none.
    Nowhere,
    /// To this server.
    Here,
    /// To this server, and on to the payment provider's page, wherever that is.
    Payment,
}

/// How an answer is kept and what is told to the pages that it links to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// By nobody; and nobody learns its address, which may hold a secret.
    Never,
    /// By nobody; this server learns where a form was filled in.
    Private,
    /// By anybody, who has to ask whether it is still so.
    Checked,
}

/// A page that is ready to be sent.
#[derive(Clone)]
pub(super) struct Page {
    html: Bytes,
    style_hash: Arc<str>,
}

#[derive(Serialize)]
struct Whole<'a, T> {
    style: &'a str,
    page: &'a T,
}

impl Page {
    /// Fills a template. Were it ever broken there is no page, which is logged.
    pub(super) fn new<T: Serialize>(template: &str, look: &Look, page: &T) -> Option<Self> {
        let style = format!("{}{STYLE}", look.0);
        let render =
            |templates: &Environment<'static>| templates.get_template(template)?.render(Serde(Whole { style: &style, page }));
        match TEMPLATES
            .as_ref()
            .map_err(|fault| format!("{fault}"))
            .and_then(|templates| render(templates).map_err(|fault| format!("{fault:#}")))
        {
            Ok(html) => Some(Self { html: html.into(), style_hash: base64(&Sha256::digest(style.as_bytes())).into() }),
            Err(fault) => {
                error!(template, fault, "a page cannot be filled");
                None
            }
        }
    }

    /// What tells this page from others: its SHA-256. An event's version would not do, since its agenda and its tickets change without it.
    pub(super) fn tag(&self) -> String {
        let digest = Sha256::digest(&self.html);
        format!("\"{}\"", base64(digest.get(..18).unwrap_or_default()))
    }

    /// How long it is.
    pub(super) fn bytes(&self) -> usize {
        self.html.len()
    }

    #[cfg(test)]
    pub(super) fn html(&self) -> &str {
        std::str::from_utf8(&self.html).unwrap()
    }

    pub(super) fn policy(&self, forms: Forms) -> String {
        let forms = match forms {
            Forms::Nowhere => "'none'",
            Forms::Here => "'self'",
            Forms::Payment => "'self' https:",
        };
        format!(
            "default-src 'none'; style-src 'sha256-{}'; img-src 'self'; base-uri 'none'; form-action {forms}; frame-ancestors 'none'",
            self.style_hash
        )
    }
}

/// An answer with a page, or without where there is none.
pub(super) fn answer(status: StatusCode, page: Option<Page>, (forms, kept): (Forms, Kept)) -> Response {
    let Some(page) = page else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let (cache, referrer) = match kept {
        Kept::Never => ("no-store", "no-referrer"),
        // With `no-referrer` browsers would say `Origin: null` with a form.
        Kept::Private => ("no-store", "same-origin"),
        Kept::Checked => ("no-cache", "same-origin"),
    };
    let policy = HeaderValue::from_str(&page.policy(forms)).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, HeaderValue::from_static(referrer)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
    ];
    (status, headers, Html(page.html)).into_response()
}

/// A page with a heading and a few words, and perhaps something to press.
#[derive(Default, Serialize)]
pub(super) struct Card {
    pub(super) title: String,
    /// What it is about, above the heading.
    pub(super) above: String,
    pub(super) heading: String,
    pub(super) paragraphs: Vec<String>,
    /// What to know, such as when it begins.
    pub(super) facts: Vec<Fact>,
    pub(super) button: Option<Button>,
    /// A button that sends a form without fields.
    pub(super) form: Option<Button>,
    /// Further links.
    pub(super) links: Vec<Button>,
    /// A question and its answer: what to do if something does not work.
    pub(super) notes: Vec<(String, String)>,
    pub(super) ground: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Button {
    pub(super) label: String,
    pub(super) link: String,
}

#[derive(Serialize)]
pub(super) struct Fact {
    pub(super) label: String,
    pub(super) value: String,
    /// For machines, where it is a moment (HTML, `datetime`).
    pub(super) moment: Option<String>,
}

impl Card {
    /// Why there is nothing to see, by the beginning of its messages' names.
    pub(super) fn sorry(why: &str) -> Self {
        let words = |what| say(&format!("{why}-{what}"), &[]);
        Self { title: words("title"), heading: words("heading"), paragraphs: vec![words("help")], ..Self::default() }
    }

    /// As an answer without forms.
    pub(super) fn answer(&self, status: StatusCode, look: &Look, kept: Kept) -> Response {
        answer(status, Page::new("card.html", look, self), (Forms::Nowhere, kept))
    }
}

/// As of RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().chain([&0, &0]).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for place in 0..4 {
            let digit = ALPHABET.get((bits >> (18 - 6 * place) & 63) as usize).copied().unwrap_or(b'=');
            text.push(if place <= group.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_as_the_standard_has_it() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }

    #[test]
    fn every_template_is_whole_and_every_word_in_it_is_in_the_files() {
        assert!(TEMPLATES.is_ok(), "{:?}", TEMPLATES.as_ref().err());
        for (name, source) in FILES {
            for rest in source.split("say(\"").skip(1) {
                let id = rest.split('"').next().unwrap();
                assert!(id.ends_with('-') || say(id, &[]) != id, "{name} has no words for {id}");
            }
        }
    }

    #[test]
    fn what_is_filled_in_is_never_markup() {
        let card = Card {
            heading: "<b>{{ style }}</b></title>\"'&".to_owned(),
            button: Some(Button { label: "\"><i>".to_owned(), link: "houselights://join?a=1&b=\"x".to_owned() }),
            ..Card::sorry("unusable")
        };
        let page = Page::new("card.html", &Look::own(), &card).unwrap();
        assert!(
            page.html().contains("&lt;b&gt;{{ style }}&lt;&#x2f;b&gt;&lt;&#x2f;title&gt;&quot;&#x27;&amp;"),
            "{}",
            page.html()
        );
        assert!(!page.html().contains("<i>") && !page.html().contains("b=\"x"), "{}", page.html());
    }

    #[test]
    fn the_policy_names_the_style_that_is_on_the_page() {
        let page = Page::new("card.html", &Look::own(), &Card::sorry("unusable")).unwrap();
        let style = page.html().split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        let hash = base64(&Sha256::digest(style.as_bytes()));
        assert!(page.policy(Forms::Here).contains(&format!("style-src 'sha256-{hash}'; ")));
        assert!(
            !page.html().contains("style=\"") && page.html().matches("<style").count() == 1,
            "a hash allows no other style"
        );
    }
}
