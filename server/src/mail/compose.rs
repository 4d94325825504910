//! A message as text and as HTML.

mod draft;
mod look;
#[cfg(test)]
mod tests;

use self::{
    draft::{Draft, Fact},
    look::Page,
};
use super::Message;
use crate::words::{filled, many_lines, one_line, say};

/// Characters of a subject. RFC 5322, section 2.1.1, would have lines of 78; titles are longer, and headers fold.
const SUBJECT: usize = 200;
/// Characters of a text of the organizer's own.
const BODY: usize = 10_000;

/// The addresses in a mail, minted when it is sent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// What the button opens: a sign-in, a ticket, a green room. It holds a secret.
    pub web: Option<String>,
    /// The event's public page.
    pub page: Option<String>,
    /// Where the app can be had, for who gets a ticket.
    pub app: Option<String>,
}

/// What an event brings of its own. What is absent, or blank, is as Houselights has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// Instead of our subject. It may have the placeables of our texts: `{ $name }`, `{ $event }`, `{ $when }`, `{ $ticket }` and so on.
    pub subject: Option<String>,
    /// Instead of our greeting and paragraphs; blank lines separate paragraphs. The same placeables. What a mail has to say besides (what
    /// is different, why an event is off) follows all the same.
    pub body: Option<String>,
    /// The accent colour, `#rrggbb`.
    pub accent: Option<String>,
}

/// A mail that can be sent. It may hold a secret: it is neither logged nor kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Composed {
    /// One line.
    pub subject: String,
    /// For readers of plain text.
    pub text: String,
    /// For everybody else.
    pub html: String,
}

/// What there is to read, in both forms.
struct Content {
    subject: String,
    preheader: String,
    paragraphs: Vec<String>,
    facts: Vec<Fact>,
    /// What the button says, and where it leads.
    button: Option<(String, String)>,
    /// The public page, where the button does not lead there already.
    page: Option<String>,
    /// Why one gets this.
    footer: Vec<String>,
}

/// Writes a message. Variables are shortened where they are long, and lose marks that turn the direction of text.
#[must_use]
pub fn compose(message: &Message, links: &Links, own: &Own) -> Composed {
    let content = content(&message.draft(), links, own);
    let text = plain(&content);
    let html = look::html(&Page::of(&content, own.accent.as_deref()), &text);
    Composed { subject: content.subject, text, html }
}

fn content(draft: &Draft, links: &Links, own: &Own) -> Content {
    let variables: Vec<(&str, &str)> = draft.variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let ours = |part: &str| say(&format!("mail-{}-{part}", draft.id), &variables);
    let button = match (&links.web, &links.page) {
        (Some(web), _) => Some((ours("button"), web.clone())),
        (None, Some(page)) => Some((say("mail-page-button", &[]), page.clone())),
        (None, None) => None,
    };
    let theirs = |text: &Option<String>, most| {
        let text = text.as_deref().map(|text| filled(&many_lines(text, most), &variables));
        text.filter(|text| !text.trim().is_empty())
    };
    let mut said = match theirs(&own.body, BODY) {
        Some(body) => paragraphs(&body),
        None => std::iter::once(greeting(draft)).chain(paragraphs(&ours("body"))).collect(),
    };
    // Whatever an organizer writes, the facts stay: less those that their text has brought in.
    let is_said = |line: &String| said.iter().any(|paragraph| paragraph.contains(&one_line(line, BODY)));
    let facts: Vec<String> = draft.lines.iter().filter(|line| !is_said(line)).cloned().collect();
    said.extend(facts);
    said.extend(links.app.as_ref().map(|link| say("mail-get-app", &[("link", link)])));
    let personal = links.web.as_ref().map(|_| say("mail-personal", &[]));
    Content {
        subject: one_line(&theirs(&own.subject, SUBJECT).unwrap_or_else(|| ours("subject")), SUBJECT),
        preheader: one_line(&ours("preheader"), SUBJECT),
        paragraphs: said,
        facts: draft.facts.clone(),
        button,
        page: links.web.as_ref().and(links.page.clone()),
        footer: personal.into_iter().chain([say(draft.why, &variables)]).collect(),
    }
}

fn greeting(draft: &Draft) -> String {
    match draft.variables.iter().find(|(name, _)| *name == "name") {
        Some((_, name)) if !name.is_empty() => say("mail-greeting", &[("name", name)]),
        Some(_) | None => say("mail-greeting-nameless", &[]),
    }
}

fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n").map(|paragraph| paragraph.trim().to_owned()).filter(|paragraph| !paragraph.is_empty()).collect()
}

fn plain(content: &Content) -> String {
    let mut parts = content.paragraphs.clone();
    if !content.facts.is_empty() {
        let facts = content.facts.iter().map(|fact| format!("{}: {}", fact.label, fact.value));
        parts.push(facts.collect::<Vec<_>>().join("\n"));
    }
    if let Some((label, link)) = &content.button {
        parts.push(format!("{label}:\n{link}"));
    }
    if let Some(page) = &content.page {
        parts.push(format!("{}:\n{page}", say("mail-page", &[])));
    }
    // RFC 3676, section 4.3: what follows is no part of what is said.
    parts.push(format!("-- \n{}", content.footer.join("\n")));
    parts.join("\n\n") + "\n"
}
