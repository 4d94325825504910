//! The file as it is written, before anything but its shape is known to be right. Values that more is asked of know their place.

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{MAX_FILE_BYTES, TemplateError};

/// The version of the format that is read and written.
pub(super) const FORMAT: &str = "1";

type Text = Spanned<String>;
type Number = Spanned<i64>;
type List<T> = Vec<Spanned<T>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a template")]
pub(super) struct File {
    pub(super) name: Text,
    pub(super) title: Text,
    pub(super) summary: Text,
    pub(super) description: Option<Text>,
    pub(super) accent: Text,
    pub(super) background: Text,
    pub(super) minutes: Option<Number>,
    pub(super) capacity: Option<Number>,
    #[serde(default)]
    pub(super) rooms: List<Room>,
    #[serde(default)]
    pub(super) tracks: List<AgendaTrack>,
    #[serde(default)]
    pub(super) sessions: List<Session>,
    #[serde(default)]
    pub(super) run_of_show: List<Cue>,
    #[serde(default)]
    pub(super) polls: List<Poll>,
    #[serde(default)]
    pub(super) questions: List<Question>,
    #[serde(default)]
    pub(super) tickets: List<Ticket>,
    #[serde(default)]
    pub(super) mails: Mails,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a room")]
pub(super) struct Room {
    pub(super) key: Text,
    pub(super) title: Text,
    pub(super) kind: Text,
    #[serde(default)]
    pub(super) scenes: List<Scene>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a scene")]
pub(super) struct Scene {
    pub(super) name: Text,
    pub(super) layout: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a track")]
pub(super) struct AgendaTrack {
    pub(super) key: Text,
    pub(super) title: Text,
    pub(super) colour: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a session")]
pub(super) struct Session {
    pub(super) key: Text,
    pub(super) title: Text,
    pub(super) description: Option<Text>,
    pub(super) room: Option<Text>,
    pub(super) track: Option<Text>,
    pub(super) starts_after_minutes: Number,
    pub(super) minutes: Number,
    pub(super) shortest: Option<Number>,
    pub(super) longest: Option<Number>,
    pub(super) capacity: Option<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a cue")]
pub(super) struct Cue {
    pub(super) session: Option<Text>,
    pub(super) room: Option<Text>,
    pub(super) title: Text,
    pub(super) minutes: Number,
    pub(super) scene: Option<Text>,
    pub(super) notes: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a poll")]
pub(super) struct Poll {
    pub(super) session: Text,
    pub(super) question: Text,
    pub(super) options: List<String>,
    #[serde(default)]
    pub(super) multiple: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a question")]
pub(super) struct Question {
    pub(super) label: Text,
    pub(super) kind: Text,
    #[serde(default)]
    pub(super) options: List<String>,
    #[serde(default)]
    pub(super) required: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a ticket")]
pub(super) struct Ticket {
    pub(super) title: Text,
    pub(super) description: Option<Text>,
    pub(super) amount: Option<Number>,
    pub(super) currency: Option<Text>,
    pub(super) quantity: Option<Number>,
    #[serde(default)]
    pub(super) hidden: bool,
    #[serde(default)]
    pub(super) waiting_list: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of mails")]
pub(super) struct Mails {
    pub(super) confirmation: Option<Mail>,
    pub(super) reminder_day: Option<Mail>,
    pub(super) reminder_hour: Option<Mail>,
    pub(super) reminder_minutes: Option<Mail>,
    pub(super) speaker_invitation: Option<Mail>,
    pub(super) changed: Option<Mail>,
    pub(super) cancelled: Option<Mail>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mail with subject and body")]
pub(super) struct Mail {
    pub(super) subject: Text,
    pub(super) body: Text,
}

/// The version is looked at first: of a newer format nothing else that may be wrong is worth a word.
pub(super) fn parse(source: &str) -> Result<File, TemplateError> {
    if source.len() > MAX_FILE_BYTES {
        return Err(TemplateError::new(source, None, &format!("a template has at most {MAX_FILE_BYTES} bytes")));
    }
    let mut root = DeTable::parse(source).map_err(|error| TemplateError::of_parser(source, &error))?;
    let Some(format) = root.get_mut().remove("format") else {
        return Err(TemplateError::new(source, None, &format!("missing key `format`: this is format {FORMAT}")));
    };
    if !matches!(format.get_ref(), DeValue::Integer(number) if number.as_str() == FORMAT) {
        let message = format!("`format` must be {FORMAT}: other versions are not known here");
        return Err(TemplateError::new(source, Some(format.span()), &message));
    }
    File::deserialize(toml::de::Deserializer::from(root)).map_err(|error| TemplateError::of_parser(source, &error))
}
