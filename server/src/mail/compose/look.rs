//! How a mail looks: one template, filled by `minijinja`, which escapes what it fills in.

use std::sync::LazyLock;

use minijinja::{Environment, HtmlEscape, UndefinedBehavior, value::Serde};
use serde::Serialize;
use tracing::error;

use super::{Content, draft::Fact};
use crate::words::say;

const LAYOUT: &str = include_str!("../../../templates/mail/layout.html");
/// The lamp of Houselights' own pages.
const ACCENT: Colour = Colour(0x8a, 0x4b, 0x00);

static TEMPLATES: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.add_template("mail.html", LAYOUT)?;
    Ok(templates)
});

/// What the template names.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    subject: &'a str,
    preheader: &'a str,
    /// Paragraphs of lines.
    paragraphs: Vec<Vec<&'a str>>,
    facts: &'a [Fact],
    button: Option<Button<'a>>,
    /// The public page, and what is said above it.
    event: Option<Event<'a>>,
    footer: &'a [String],
    accent: String,
    /// What is read on the accent.
    ink: &'static str,
}

#[derive(Serialize)]
struct Event<'a> {
    link: &'a str,
    above: String,
}

#[derive(Serialize)]
struct Button<'a> {
    label: &'a str,
    link: &'a str,
    /// Said above the address itself.
    below: String,
}

impl<'a> Page<'a> {
    pub(super) fn of(content: &'a Content, accent: Option<&str>) -> Self {
        let accent = accent.and_then(Colour::read).unwrap_or(ACCENT);
        Self {
            subject: &content.subject,
            preheader: &content.preheader,
            paragraphs: content.paragraphs.iter().map(|paragraph| paragraph.lines().collect()).collect(),
            facts: &content.facts,
            button: content.button.as_ref().map(|(label, link)| Button { label, link, below: say("mail-below-button", &[]) }),
            event: content.page.as_deref().map(|link| Event { link, above: say("mail-page", &[]) }),
            footer: &content.footer,
            accent: accent.written(),
            ink: accent.ink(),
        }
    }
}

/// The page; were the template ever broken, the text in its place.
pub(super) fn html(page: &Page<'_>, text: &str) -> String {
    let rendered = match &*TEMPLATES {
        Ok(templates) => templates.get_template("mail.html").and_then(|template| template.render(Serde(page))),
        Err(_) => return instead(text),
    };
    rendered.unwrap_or_else(|fault| {
        error!(kind = ?fault.kind(), line = fault.line(), "the layout of mails is broken");
        instead(text)
    })
}

fn instead(text: &str) -> String {
    format!("<!doctype html><pre>{}</pre>", HtmlEscape(text))
}

/// Red, green and blue.
#[derive(Clone, Copy)]
struct Colour(u8, u8, u8);

impl Colour {
    /// `#rrggbb` and nothing else: it goes into a style.
    fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self(red, green, blue))
    }

    fn written(self) -> String {
        let Self(red, green, blue) = self;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// Black or white, whichever is read better on it (WCAG 2.2, relative luminance and contrast ratio).
    fn ink(self) -> &'static str {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let luminance = 0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2);
        let (on_white, on_black) = (1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05);
        if on_black >= on_white { "#000000" } else { "#ffffff" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_the_accent_can_be_read() {
        for (accent, ink) in [("#ffb45c", "#000000"), ("#8a4b00", "#ffffff"), ("#000000", "#ffffff"), ("#FFFFFF", "#000000")] {
            assert_eq!(Colour::read(accent).expect("a colour").ink(), ink);
        }
    }

    #[test]
    fn nothing_but_a_colour_gets_into_a_style() {
        for wrong in ["", "red", "#fff", "#12345g", "#1234567", "#ab;}<b", "#+12345"] {
            assert!(Colour::read(wrong).is_none(), "{wrong}");
        }
        assert_eq!(Colour::read("#0aFf01").expect("a colour").written(), "#0aff01");
    }
}
