//! Agendas that are taken in.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{
    dates::{duration, moment, span},
    line::{Line, text, unfolded},
};
use crate::{
    bounds::{MOST_SESSIONS, TABLE_BYTES},
    words::{many_lines, one_line},
};

/// The deepest that components lie in each other.
const DEPTH: usize = 16;
/// Characters of a title.
const TITLE: usize = 200;

/// A session as a calendar has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaItem {
    /// Its title, on one line.
    pub title: String,
    /// Plain text, as long as it is there; may be empty.
    pub description: String,
    /// Where it takes place, in the words of the calendar.
    pub location: Option<String>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends: after it begins.
    pub ends_at: DateTime<Utc>,
    /// Where it begins in the file, counted from 1.
    pub line: usize,
}

/// What a calendar has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadAgenda {
    /// What takes place, in the file's order.
    pub items: Vec<AgendaItem>,
    /// What it says is cancelled: the titles, and the lines on which they begin.
    pub cancelled: Vec<(usize, String)>,
}

/// Why a calendar is not taken in, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct CalendarError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub fault: CalendarFault,
}

/// What can be wrong with a calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarFault {
    /// More than 5 MB.
    #[error("the file has more than 5 MB")]
    TooLarge,
    /// More than an event has sessions.
    #[error("there are more than 1,000 entries")]
    TooMany,
    /// It is something else altogether.
    #[error("this is no iCalendar file: it begins with BEGIN:VCALENDAR")]
    NoCalendar,
    /// A line without a name and a value.
    #[error("this is no line of an iCalendar file")]
    NoLine,
    /// An END without its BEGIN, a BEGIN without its END, or very many of them in each other.
    #[error("BEGIN and END do not match")]
    Unbalanced,
    /// An entry has no SUMMARY.
    #[error("the entry has no title (SUMMARY)")]
    NoTitle,
    /// An entry has no DTSTART.
    #[error("the entry has no beginning (DTSTART)")]
    NoStart,
    /// An entry has neither DTEND nor DURATION.
    #[error("the entry has no end (DTEND or DURATION)")]
    NoEnd,
    /// An entry that takes days, not hours.
    #[error("the entry takes the whole day; a session needs a time at which it begins and ends")]
    AllDay,
    /// Not a date and a time.
    #[error("this is no date with a time, such as 20261203T190000Z")]
    NoMoment,
    /// Not a duration.
    #[error("this is no duration, such as PT1H30M")]
    NoDuration,
    /// A time zone that is not known by this name.
    #[error("the time zone {0:?} is not known; give its IANA name, such as Europe/Berlin")]
    TimeZone(String),
    /// It is over before it begins, or at once.
    #[error("the entry does not end after it begins")]
    EndsBeforeStart,
    /// Longer than a year.
    #[error("the entry takes longer than a year")]
    TooLong,
    /// An entry with RRULE or RDATE.
    #[error("the entry repeats; give each time an entry of its own")]
    Repeats,
}

impl CalendarFault {
    /// What a client knows it by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "calendar_too_large",
            Self::TooMany => "calendar_too_many",
            Self::NoCalendar => "calendar_none",
            Self::NoLine => "calendar_no_line",
            Self::Unbalanced => "calendar_unbalanced",
            Self::NoTitle => "calendar_no_title",
            Self::NoStart => "calendar_no_start",
            Self::NoEnd => "calendar_no_end",
            Self::AllDay => "calendar_all_day",
            Self::NoMoment => "calendar_no_moment",
            Self::NoDuration => "calendar_no_duration",
            Self::TimeZone(_) => "calendar_time_zone",
            Self::EndsBeforeStart => "ends_before_start",
            Self::TooLong => "calendar_too_long",
            Self::Repeats => "calendar_repeats",
        }
    }
}

/// Reads the entries (VEVENT) of a calendar. Times without a time zone are read
/// in `floating`, the event's own. One mistake and nothing is taken: half an agenda is worse than none.
pub fn read_agenda(calendar: &str, floating: Tz) -> Result<ReadAgenda, CalendarError> {
    if calendar.len() > TABLE_BYTES {
        return Err(CalendarError { line: 1, fault: CalendarFault::TooLarge });
    }
    let mut reader = Reader { floating, open: Vec::new(), entry: None, read: ReadAgenda::default() };
    let mut last = 1;
    for (number, line) in unfolded(calendar) {
        last = number;
        reader.line(number, &line).map_err(|fault| match fault {
            At::This(fault) => CalendarError { line: number, fault },
            At::Entry(line, fault) => CalendarError { line, fault },
        })?;
    }
    match reader.open.as_slice() {
        [] if reader.read.items.is_empty() && last == 1 => Err(CalendarError { line: 1, fault: CalendarFault::NoCalendar }),
        [] => Ok(reader.read),
        [..] => Err(CalendarError { line: last, fault: CalendarFault::Unbalanced }),
    }
}

/// Where a fault is.
enum At {
    /// On the line that is read.
    This(CalendarFault),
    /// In the entry that ends there, which began on this line.
    Entry(usize, CalendarFault),
}

impl From<CalendarFault> for At {
    fn from(fault: CalendarFault) -> Self {
        Self::This(fault)
    }
}

struct Reader {
    floating: Tz,
    /// The components that have begun, outermost first.
    open: Vec<String>,
    entry: Option<Entry>,
    read: ReadAgenda,
}

/// An entry as far as it is read.
#[derive(Default)]
struct Entry {
    line: usize,
    title: String,
    description: String,
    location: String,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    duration: Option<TimeDelta>,
    is_cancelled: bool,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), At> {
        let is_first = self.open.is_empty();
        let none = if is_first { CalendarFault::NoCalendar } else { CalendarFault::NoLine };
        let line = Line::read(number, line).ok_or(none)?;
        match line.name.as_str() {
            "BEGIN" => self.begin(&line),
            "END" => self.end(&line),
            _ if is_first => Err(CalendarFault::NoCalendar.into()),
            // An alarm within the entry has a description, too.
            _ if self.open.len() == 2 => match &mut self.entry {
                Some(entry) => Ok(entry.take(&line, self.floating)?),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn begin(&mut self, line: &Line<'_>) -> Result<(), At> {
        let component = line.value.trim().to_ascii_uppercase();
        if self.open.is_empty() && component != "VCALENDAR" {
            return Err(CalendarFault::NoCalendar.into());
        }
        if self.open.len() >= DEPTH {
            return Err(CalendarFault::Unbalanced.into());
        }
        if self.open.len() == 1 && component == "VEVENT" {
            if self.read.items.len() + self.read.cancelled.len() >= MOST_SESSIONS {
                return Err(CalendarFault::TooMany.into());
            }
            self.entry = Some(Entry { line: line.number, ..Entry::default() });
        }
        self.open.push(component);
        Ok(())
    }

    fn end(&mut self, line: &Line<'_>) -> Result<(), At> {
        if self.open.pop() != Some(line.value.trim().to_ascii_uppercase()) {
            return Err(CalendarFault::Unbalanced.into());
        }
        if self.open.len() != 1 {
            return Ok(());
        }
        match self.entry.take() {
            Some(entry) if entry.is_cancelled => {
                self.read.cancelled.push((entry.line, entry.title));
                Ok(())
            }
            Some(entry) => {
                let begun = entry.line;
                self.read.items.push(entry.item().map_err(|fault| At::Entry(begun, fault))?);
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Entry {
    fn take(&mut self, line: &Line<'_>, floating: Tz) -> Result<(), CalendarFault> {
        match line.name.as_str() {
            "SUMMARY" => self.title = one_line(&text(line.value), TITLE),
            "DESCRIPTION" => self.description = many_lines(&text(line.value), usize::MAX),
            "LOCATION" => self.location = one_line(&text(line.value), TITLE),
            "DTSTART" => self.starts_at = Some(moment(line, floating)?),
            "DTEND" => self.ends_at = Some(moment(line, floating)?),
            "DURATION" => self.duration = Some(duration(line.value)?),
            "STATUS" => self.is_cancelled = line.value.trim().eq_ignore_ascii_case("CANCELLED"),
            "RRULE" | "RDATE" => return Err(CalendarFault::Repeats),
            _ => {}
        }
        Ok(())
    }

    fn item(self) -> Result<AgendaItem, CalendarFault> {
        if self.title.is_empty() {
            return Err(CalendarFault::NoTitle);
        }
        let starts_at = self.starts_at.ok_or(CalendarFault::NoStart)?;
        let after = |duration| starts_at.checked_add_signed(duration);
        let ends_at = self.ends_at.or_else(|| self.duration.and_then(after)).ok_or(CalendarFault::NoEnd)?;
        span(starts_at, ends_at)?;
        let location = Some(self.location).filter(|location| !location.is_empty());
        Ok(AgendaItem { title: self.title, description: self.description, location, starts_at, ends_at, line: self.line })
    }
}
