use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use houselights_shared::EventId;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

fn event() -> CalendarEvent {
    CalendarEvent {
        uid: event_uid(EventId::from_uuid(uuid::Uuid::nil())),
        sequence: 3,
        stamp: at("2026-11-01T10:00:00Z"),
        starts_at: at("2026-12-03T18:00:00Z"),
        ends_at: at("2026-12-03T20:30:00Z"),
        title: "Opening night; with lamps, and a \\ in it".to_owned(),
        description: "First line\r\nSecond line\nEND:VEVENT".to_owned(),
        url: Some("https://live.example/e/opening".to_owned()),
        location: Some("Stage, upstairs".to_owned()),
        organizer: Some(Party { name: "The \"House\": live".to_owned(), address: "house@live.example".to_owned() }),
        attendee: Some(Party { name: "Ada\r\nX-EVIL:1".to_owned(), address: "ada@example.com".to_owned() }),
        is_cancelled: false,
    }
}

/// Content lines, put together again.
fn lines(calendar: &str) -> Vec<String> {
    assert!(calendar.ends_with("\r\n") && !calendar.replace("\r\n", "").contains(['\r', '\n']), "{calendar:?}");
    assert!(calendar.split("\r\n").all(|line| line.len() <= 75), "{calendar}");
    calendar.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

#[test]
fn an_invitation_says_all_that_a_calendar_needs_and_nothing_of_its_own_making() {
    let invitation = invitation(&event(), Method::Request);
    assert_eq!(
        lines(&invitation.text),
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Houselights//Houselights//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            r"DESCRIPTION:First line\nSecond line\nEND:VEVENT",
            "DTEND:20261203T203000Z",
            "DTSTAMP:20261101T100000Z",
            "DTSTART:20261203T180000Z",
            r"LOCATION:Stage\, upstairs",
            "ORGANIZER;CN=\"The 'House': live\":mailto:house@live.example",
            "SEQUENCE:3",
            "STATUS:CONFIRMED",
            r"SUMMARY:Opening night\; with lamps\, and a \\ in it",
            "UID:event-00000000-0000-0000-0000-000000000000@houselights",
            "URL:https://live.example/e/opening",
            "ATTENDEE;CN=\"Ada X-EVIL:1\";PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:ada@example.com",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    );
    assert_eq!(invitation.text, super::invitation(&event(), Method::Request).text);
}

#[test]
fn a_cancellation_takes_the_same_entry_out() {
    let cancelled = lines(&invitation(&CalendarEvent { sequence: 4, ..event() }, Method::Cancel).text);
    for line in ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:4"] {
        assert!(cancelled.contains(&line.to_owned()), "{line}");
    }
    assert!(cancelled.iter().any(|line| *line == format!("UID:{}", event().uid)));
}

#[test]
fn what_would_break_out_of_its_line_is_left_out() {
    let mut event = event();
    event.url = Some("https://live.example/\r\nX-EVIL:1".to_owned());
    event.attendee = Some(Party { name: String::new(), address: "ada@example.com\nX-EVIL:1".to_owned() });
    let invitation = invitation(&event, Method::Publish);
    assert!(!invitation.text.contains("EVIL") && !invitation.text.contains("ATTENDEE"), "{}", invitation.text);
}

#[test]
fn an_agenda_is_read_back_as_it_was_written() {
    let title = "Ein sehr langer Titel über Öl, Ähren; und 老虎 ".repeat(3);
    let sessions: Vec<CalendarEvent> = (0..3)
        .map(|number| {
            let later = TimeDelta::hours(number);
            let (starts_at, ends_at) = (event().starts_at + later, event().ends_at + later);
            CalendarEvent { uid: session_uid(&number.to_string()), title: title.clone(), starts_at, ends_at, ..event() }
        })
        .collect();
    let written = agenda("Opening night", &sessions);
    assert!(lines(&written).contains(&"X-WR-CALNAME:Opening night".to_owned()));
    let read = read_agenda(&written, Tz::UTC).expect("an agenda").items;
    assert_eq!(read.len(), 3);
    for (item, session) in read.iter().zip(&sessions) {
        assert_eq!((item.starts_at, item.ends_at), (session.starts_at, session.ends_at));
        assert_eq!((item.title.as_str(), item.description.as_str()), (title.trim(), "First line\nSecond line\nEND:VEVENT"));
    }
}

#[test]
fn no_text_of_an_agenda_is_cut() {
    let description = "Öl, ".repeat(7_000).trim_end().to_owned();
    let written = agenda("Opening night", &[CalendarEvent { description: description.clone(), ..event() }]);
    assert_eq!(read_agenda(&written, Tz::UTC).expect("an agenda").items[0].description, description);
    let invitation = invitation(&CalendarEvent { description, ..event() }, Method::Request);
    assert!(invitation.text.len() < 10_000, "calendars of mails show the beginning");
}

fn file(entry: &str) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n{entry}\nEND:VEVENT\nEND:VCALENDAR\n")
}

fn fault(calendar: &str) -> (usize, CalendarFault) {
    let error = read_agenda(calendar, Tz::Europe__Berlin).expect_err("a fault");
    (error.line, error.fault)
}

#[test]
fn other_programs_agendas_are_read() {
    let calendar = "BEGIN:VCALENDAR\r\nX-WR-TIMEZONE:Europe/Berlin\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n\
        RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
        BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20261203T190000\r\nDURATION:PT45M\r\nsummary;LANGUAGE=en:Keyn\r\n ote\r\nDESCRIPTION:One\\nTwo\r\nLOCATION:Main  stage\r\n\
        BEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nDURATION:nonsense\r\nEND:VALARM\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nSTATUS:CANCELLED\r\nSUMMARY:Off\r\nEND:VEVENT\r\nBEGIN:VTODO\r\nDTSTART:nonsense\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
    let read = read_agenda(calendar, Tz::UTC).expect("an agenda");
    assert_eq!(read.cancelled, [(22, "Off".to_owned())]);
    assert_eq!(
        read.items,
        [AgendaItem {
            title: "Keynote".to_owned(),
            description: "One\nTwo".to_owned(),
            location: Some("Main stage".to_owned()),
            starts_at: at("2026-12-03T18:00:00Z"),
            ends_at: at("2026-12-03T18:45:00Z"),
            line: 10,
        }]
    );
}

#[test]
fn a_fault_is_told_with_its_line() {
    let times = "DTSTART:20261203T190000Z\nDTEND:20261203T200000Z";
    for (calendar, expected) in [
        (String::new(), (1, CalendarFault::NoCalendar)),
        ("hello".to_owned(), (1, CalendarFault::NoCalendar)),
        ("title,start\n".to_owned(), (1, CalendarFault::NoCalendar)),
        ("BEGIN:VEVENT\n".to_owned(), (1, CalendarFault::NoCalendar)),
        (file(times), (3, CalendarFault::NoTitle)),
        (file("SUMMARY:A\nDTEND:20261203T200000Z"), (3, CalendarFault::NoStart)),
        (file("SUMMARY:A\nDTSTART:20261203T200000Z"), (3, CalendarFault::NoEnd)),
        (file("SUMMARY:A\nDTSTART:20261203T200000Z\nDTEND:20261203T200000Z"), (3, CalendarFault::EndsBeforeStart)),
        (file("SUMMARY:A\nDTSTART:20261203T200000Z\nDTEND:20361203T200000Z"), (3, CalendarFault::TooLong)),
        (file("SUMMARY:A\nDTSTART;VALUE=DATE:20261203"), (5, CalendarFault::AllDay)),
        (file("SUMMARY:A\nDTSTART;TZID=Nowhere:20261203T190000"), (5, CalendarFault::TimeZone("Nowhere".to_owned()))),
        (file(&format!("SUMMARY:A\n{times}\nRRULE:FREQ=DAILY")), (7, CalendarFault::Repeats)),
        (file("SUMMARY:A\nnonsense"), (5, CalendarFault::NoLine)),
        (file("END:VCALENDAR"), (4, CalendarFault::Unbalanced)),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A\n".to_owned(), (3, CalendarFault::Unbalanced)),
        ("BEGIN:VCALENDAR\n".repeat(100), (17, CalendarFault::Unbalanced)),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\nSUMMARY:A\n".to_owned(), (3, CalendarFault::NoCalendar)),
    ] {
        assert_eq!(fault(&calendar), expected, "{calendar}");
    }
    let told = read_agenda(&file("DTSTART;VALUE=DATE:20261203"), Tz::UTC).expect_err("a fault").to_string();
    assert_eq!(told, "line 4: the entry takes the whole day; a session needs a time at which it begins and ends");
}

#[test]
fn a_file_is_bounded_in_size_and_entries() {
    let entry = "BEGIN:VEVENT\nSUMMARY:A\nDTSTART:20261203T190000Z\nDTEND:20261203T200000Z\nEND:VEVENT\n";
    let calendar = |count| format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", entry.repeat(count));
    assert_eq!(read_agenda(&calendar(1_000), Tz::UTC).map(|read| read.items.len()), Ok(1_000));
    assert_eq!(fault(&calendar(1_001)).1, CalendarFault::TooMany);
    assert_eq!(fault(&" ".repeat(5 * 1024 * 1024 + 1)).1, CalendarFault::TooLarge);
    assert_eq!(read_agenda("BEGIN:VCALENDAR\nEND:VCALENDAR\n", Tz::UTC), Ok(ReadAgenda::default()));
}

#[test]
fn rubbish_is_refused_and_ends_nothing() {
    let calendar = agenda("Opening night", &[event()]);
    for cut in (0..calendar.len()).filter(|cut| calendar.is_char_boundary(*cut)) {
        let _ = read_agenda(&calendar[..cut], Tz::UTC);
        let mut turned = calendar.as_bytes().to_vec();
        turned[cut] ^= 0x1f;
        let _ = read_agenda(&String::from_utf8_lossy(&turned), Tz::UTC);
    }
    for far in ["00010101T000000", "99991231T235959", "20261203T236060"] {
        let _ = read_agenda(&file(&format!("SUMMARY:A\nDTSTART;TZID=Asia/Tokyo:{far}\nDURATION:P300D")), Tz::UTC);
    }
}
