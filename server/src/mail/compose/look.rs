//! How a mail looks: one template, filled by `minijinja`, which escapes what it fills in.

use std::sync::LazyLock;

use minijinja::{Environment, HtmlEscape, UndefinedBehavior, value::Serde};
use serde::Serialize;
use tracing::error;

use super::{Content, draft::Fact};
use crate::{colour::Colour, words::say};

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
    ink: String,
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
            ink: accent.ink().written(),
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
