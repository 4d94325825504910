//! Words of the format that stand for one of a few things.

use houselights_shared::Layout;

use super::{MailKind, QuestionKind, RoomKind};

/// Something that the file names with one of a fixed list of words.
pub(crate) trait Word: Copy + 'static {
    /// Whatever can be named.
    const ALL: &'static [Self];

    /// The word in the file.
    fn word(self) -> &'static str;

    /// What the word stands for.
    fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.word() == word)
    }
}

impl Word for RoomKind {
    const ALL: &'static [Self] = &[Self::Stage, Self::Breakout, Self::Lounge, Self::Booth];

    fn word(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Breakout => "breakout",
            Self::Lounge => "lounge",
            Self::Booth => "booth",
        }
    }
}

/// The same words as on the wire.
impl Word for Layout {
    const ALL: &'static [Self] = &[Self::Solo, Self::SideBySide, Self::Grid];

    fn word(self) -> &'static str {
        match self {
            Self::Solo => "solo",
            Self::SideBySide => "side_by_side",
            Self::Grid | Self::Unknown => "grid",
        }
    }
}

impl Word for QuestionKind {
    const ALL: &'static [Self] = &[Self::Text, Self::LongText, Self::Choice, Self::Choices, Self::Consent];

    fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::LongText => "long_text",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::Consent => "consent",
        }
    }
}

impl Word for MailKind {
    const ALL: &'static [Self] = &[
        Self::Confirmation,
        Self::ReminderDay,
        Self::ReminderHour,
        Self::ReminderMinutes,
        Self::SpeakerInvitation,
        Self::Changed,
        Self::Cancelled,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Confirmation => "confirmation",
            Self::ReminderDay => "reminder_day",
            Self::ReminderHour => "reminder_hour",
            Self::ReminderMinutes => "reminder_minutes",
            Self::SpeakerInvitation => "speaker_invitation",
            Self::Changed => "changed",
            Self::Cancelled => "cancelled",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_called_what_they_are_called_on_the_wire() {
        for layout in Layout::ALL {
            assert_eq!(serde_json::to_value(layout).unwrap(), layout.word());
        }
    }

    #[test]
    fn every_word_is_read_as_what_it_was_written_for() {
        fn check<W: Word + PartialEq + std::fmt::Debug>() {
            for thing in W::ALL {
                assert_eq!(W::named(thing.word()), Some(*thing));
            }
            assert_eq!(W::named("unknown"), None);
        }
        check::<RoomKind>();
        check::<Layout>();
        check::<QuestionKind>();
        check::<MailKind>();
    }
}
