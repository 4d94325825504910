//! The texts of mails: plain text with placeables, such as `{ $event }`.

use std::collections::BTreeMap;

use toml::Spanned;

use super::reader::Reader;
use super::{TemplateError, Word as _, file};

const MAX_SUBJECT_CHARS: usize = 150;
const MAX_BODY_CHARS: usize = 10_000;

/// A mail that a template may have a text of its own for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MailKind {
    /// The ticket.
    Confirmation,
    /// A day before.
    ReminderDay,
    /// An hour before.
    ReminderHour,
    /// A few minutes before.
    ReminderMinutes,
    /// To a speaker, with the link to the green room.
    SpeakerInvitation,
    /// Something that was announced is no longer so.
    Changed,
    /// The event does not take place.
    Cancelled,
}

impl MailKind {
    /// The variables that a text of this kind may show: `event` is the title, `name` the recipient's, `when` when the event begins,
    /// `ticket` what the ticket is called, `reason` what the organizer says of a cancellation, empty where nothing. Links are none of
    /// them: a mail has its button below the text.
    pub(crate) fn placeables(self) -> &'static [&'static str] {
        match self {
            Self::Confirmation | Self::ReminderDay | Self::ReminderHour | Self::ReminderMinutes | Self::Changed => {
                &["event", "name", "when", "ticket"]
            }
            Self::SpeakerInvitation => &["event", "name", "when"],
            Self::Cancelled => &["event", "name", "when", "ticket", "reason"],
        }
    }
}

/// A mail's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MailText {
    /// One line.
    pub(crate) subject: String,
    pub(crate) body: String,
}

pub(super) fn texts(reader: &Reader<'_>, written: &file::Mails) -> Result<BTreeMap<MailKind, MailText>, TemplateError> {
    let texts = [
        (MailKind::Confirmation, &written.confirmation),
        (MailKind::ReminderDay, &written.reminder_day),
        (MailKind::ReminderHour, &written.reminder_hour),
        (MailKind::ReminderMinutes, &written.reminder_minutes),
        (MailKind::SpeakerInvitation, &written.speaker_invitation),
        (MailKind::Changed, &written.changed),
        (MailKind::Cancelled, &written.cancelled),
    ];
    texts
        .into_iter()
        .filter_map(|(kind, written)| Some((kind, written.as_ref()?)))
        .map(|(kind, written)| text(reader, kind, written))
        .collect()
}

fn text(reader: &Reader<'_>, kind: MailKind, written: &file::Mail) -> Result<(MailKind, MailText), TemplateError> {
    let subject = reader.line("subject", &written.subject, MAX_SUBJECT_CHARS)?;
    let body = reader.text("body", &written.body, MAX_BODY_CHARS)?;
    if body.is_empty() {
        return Err(reader.at(written.body.span(), "`body` must not be empty"));
    }
    check_placeables(reader, kind, &written.subject)?;
    check_placeables(reader, kind, &written.body)?;
    Ok((kind, MailText { subject, body }))
}

/// Braces have no other meaning than placeables, and each names a variable that there is.
fn check_placeables(reader: &Reader<'_>, kind: MailKind, written: &Spanned<String>) -> Result<(), TemplateError> {
    let mut pieces = written.get_ref().split('{');
    let lone = |part, into| reader.within(written, (part, into), "a brace belongs to a placeable, such as `{ $event }`");
    if pieces.next().is_some_and(|before| before.contains('}')) {
        return Err(lone("}", 0));
    }
    for piece in pieces {
        let Some((inside, after)) = piece.split_once('}') else { return Err(lone(&format!("{{{piece}"), 0)) };
        if let Some(brace) = after.find('}') {
            return Err(lone(after, brace));
        }
        let variable = inside.trim().strip_prefix('$');
        if !variable.is_some_and(|variable| kind.placeables().contains(&variable)) {
            let known: Vec<String> = kind.placeables().iter().map(|known| format!("`{{ ${known} }}`")).collect();
            let message = format!("`{}` has no placeable `{{{inside}}}`, but {}", kind.word(), known.join(", "));
            return Err(reader.within(written, (&format!("{{{inside}}}"), 0), &message));
        }
    }
    Ok(())
}
