//! Tables as people have them.

use chrono_tz::Europe::Vienna;
use houselights_domain::registration::QuestionKind;
use houselights_shared::{EventId, QuestionId, Timestamp};

use super::*;
use crate::store::Question;

fn fault(line: u64, column: &'static str, problem: Problem) -> Fault {
    Fault { line, column: Some(column.into()), problem }
}

fn names(file: &str) -> Vec<String> {
    attendees(file.as_bytes(), &[]).unwrap().rows.into_iter().map(|row| row.name).collect()
}

fn wrong(file: &str) -> Vec<Fault> {
    attendees(file.as_bytes(), &[]).unwrap_err()
}

fn micros(time: &str) -> Timestamp {
    Timestamp::from_micros(chrono::DateTime::parse_from_rfc3339(time).unwrap().timestamp_micros())
}

#[test]
fn a_cell_that_a_spreadsheet_would_run_is_guarded() {
    for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r1", "\n1", "＝1", "'=1", "''@x", "\u{ad}=1", "\u{200b}\u{feff}@x"]
    {
        assert_eq!(guarded(cell), format!("'{cell}"), "{cell:?}");
    }
    for cell in ["", "a", "1-1", "a=b", "'", "'tis", "O'Neil", " =1", "a;b", "a; =1", "a,=1", "\u{ad}a"] {
        assert_eq!(guarded(cell), cell, "{cell:?}");
    }
    // With their ends as other programs see them these are cells of their own, and formulas.
    for (cell, written) in [("a;\"=1+1;x", "a;'\"=1+1;x"), ("\"'\u{ad}\"@x", "'\"'\u{ad}\"@x"), ("a\n\"\"-1", "a\n'\"\"-1")] {
        assert_eq!(guarded(cell), written);
    }
    for cell in ["\"", "\"a\"", "a;\"b=1\";\"", "a\n\"\"\n\"a"] {
        assert_eq!(guarded(cell), cell, "{cell:?}");
    }
    // Where semicolons stand between cells these are two, and two rows where lines end.
    for (cell, written) in [("a;=1+1", "a;'=1+1"), ("=1;'@x;;-1", "'=1;''@x;;'-1"), ("a;\u{200b}=1", "a;'\u{200b}=1")] {
        assert_eq!(guarded(cell), written);
    }
    for (cell, written) in
        [("a\n=1+1", "a\n'=1+1"), ("a\r\n@x\r=1", "a\r\n'@x\r'=1"), ("a\n\nb", "a\n\nb"), ("a\n\t=1", "a\n'\t=1")]
    {
        assert_eq!(guarded(cell), written);
    }
}

#[test]
fn what_was_guarded_is_read_back_as_it_was() {
    let cells = [
        "=1",
        "'=1",
        "''=1",
        "'a",
        "a",
        "'",
        "-",
        "'-",
        "@x",
        "\u{ff1d}",
        "",
        "\"",
        "a,b;c\td",
        "line\r\nline",
        "line\n=1",
        "line\r\n'=1\n\n@x",
        "a\n'\n'b",
        "'\n'",
        "a;=1",
        "'=1;'=1;''=1;'a",
        "\u{ad}'=1",
        "'\u{ad}=1",
        ";;=",
        "'\u{ad}a",
        "\"=1",
        "'\"=1",
        "\"'=1",
        "\"'a",
        "a;\"=1+1;x",
        "a;'\"=1\";\"'\"=1;\"'\"",
        "\"\n'\"\n\"'\"=1",
    ];
    for cell in cells {
        assert_eq!(unguarded(&guarded(cell)), cell, "{cell:?}");
    }
    let mut export = Export::new(&["name", "email", "ticket"], true).unwrap();
    for (number, cell) in cells.iter().enumerate() {
        export.row(&["Ada", &format!("a{number}@b.test"), cell]).unwrap();
    }
    let read = attendees(&export.finish().unwrap(), &[]).unwrap();
    let tickets: Vec<String> = read.rows.into_iter().map(|row| row.ticket.unwrap_or_default()).collect();
    assert_eq!(tickets, cells);
}

#[test]
fn whatever_stands_in_a_cell_is_read_back_and_no_part_of_it_is_run() {
    let signs = ["", "a", "=", "'", "\"", ";", "\n", "\u{ad}"];
    let longer = |cells: Vec<String>| cells.iter().flat_map(|cell| signs.map(|sign| format!("{cell}{sign}"))).collect();
    let cells: Vec<String> = (0..5).fold(vec![String::new()], |cells, _| longer(cells));
    for cell in cells {
        let written = guarded(&cell);
        assert_eq!(unguarded(&written), cell, "{cell:?}");
        let is_run = |part: &str| part.trim_start_matches(['"', '\u{ad}']).starts_with('=');
        assert!(!written.split([';', '\n']).any(is_run), "{cell:?}: {written:?}");
    }
}

#[test]
fn an_export_is_as_the_standard_has_it() {
    let mut export = Export::new(&["Name", "Note"], false).unwrap();
    export.row(&["Grace \"Amazing\" Hopper", "one, two"]).unwrap();
    export.row(&["=cmd|' /C calc'!A0", "Zoë"]).unwrap();
    assert!(export.row(&["only one"]).is_err());
    let file = String::from_utf8(export.finish().unwrap()).unwrap();
    let expected = "Name,Note\r\n\"Grace \"\"Amazing\"\" Hopper\",\"one, two\"\r\n'=cmd|' /C calc'!A0,Zoë\r\n";
    assert_eq!(file, expected);
    assert!(Export::new(&["Name"], true).unwrap().finish().unwrap().starts_with(b"\xef\xbb\xbfName"));
}

#[test]
fn columns_come_in_any_order_case_and_with_any_usual_mark() {
    for file in [
        "name,email\nAda,ada@b.test\n",
        "\u{feff}NAME;E-Mail\r\nAda;ada@b.test\r\n",
        "Email\tTicket\tName\nada@b.test\t\tAda",
        "\n\n email , Name \nada@b.test, Ada \n,\n\n",
        "\"na\"\"me, or; so;;\",name,email\nx,Ada,ada@b.test",
    ] {
        assert_eq!(names(file), ["Ada"], "{file:?}");
    }
    let read = attendees(b"name,email,Company,ticket type\nAda,ada@b.test,Engines,VIP\n", &[]).unwrap();
    assert_eq!((read.ignored, read.rows[0].ticket.as_deref()), (vec!["company".to_owned()], Some("VIP")));
}

#[test]
fn all_faults_are_told_with_their_lines_and_nothing_is_taken() {
    let file = "name,email\n\
                Ada,ada@b.test\n\
                \n\
                ,nobody@b.test\n\
                \"Two\nlines\",two@b.test\n\
                Bob,bob\n\
                Ada again,ADA@b.test\n\
                Eve,\n\
                Carl,carl@b.test,what,\n";
    assert_eq!(
        wrong(file),
        [
            fault(4, "name", Problem::Empty),
            fault(5, "name", Problem::NotAName),
            fault(7, "email", Problem::NotAnAddress),
            fault(8, "email", Problem::SameAs(2)),
            fault(9, "email", Problem::Empty),
            Fault { line: 10, column: None, problem: Problem::TooManyCells },
        ]
    );
    assert_eq!(wrong(file)[3].to_string(), "line 8, email: the same as in line 2");
}

#[test]
fn a_state_that_is_none_is_told_and_not_taken_for_a_place() {
    let file = "name,email,state\nAda,ada@b.test,bogus\nBob,bob@b.test,Waiting\nCid,cid@b.test,REFUNDED\nDot,dot@b.test,\n";
    assert_eq!(wrong(file), [fault(2, "state", Problem::NotAState)]);
    let read = attendees(file.replace("bogus", "Confirmed").as_bytes(), &[]).unwrap();
    let places: Vec<_> = read.rows.iter().map(|row| (row.name.as_str(), row.has_place)).collect();
    assert_eq!((places, read.left_out), (vec![("Ada", true), ("Bob", false), ("Dot", true)], vec![4]));
}

#[test]
fn a_header_that_lacks_what_is_needed_is_refused() {
    assert_eq!(wrong("name\nAda\n"), [fault(1, "email", Problem::ColumnMissing)]);
    assert_eq!(wrong("name,email,e-mail\nAda,a@b.test,\n"), [fault(1, "email", Problem::ColumnTwice)]);
    assert_eq!(wrong("\nAda,a@b.test\n").len(), 2);
    for file in ["", "\n", "name,email\n", "name,email\n,\n"] {
        assert!(matches!(wrong(file).as_slice(), [Fault { problem: Problem::NoRows, .. }]), "{file:?}");
    }
}

#[test]
fn a_quotation_mark_that_is_not_closed_swallows_nothing_unseen() {
    let file = "name,email\nAda,ada@b.test\n\"Bob,bob@b.test\nCarl,carl@b.test\n";
    assert_eq!(wrong(file), [Fault { line: 3, column: None, problem: Problem::OpenQuote }]);
    assert_eq!(wrong("\"name,email\nAda,a@b.test\n"), [Fault { line: 1, column: None, problem: Problem::OpenQuote }]);
}

#[test]
fn lines_are_counted_however_they_end() {
    for end in ["\n", "\r\n", "\r"] {
        let file = ["name,email", "Ada,a@b.test", "", "\"Bob\nand son\",b@b.test", "Cid,nowhere", "Dot,"].join(end);
        let lines: Vec<_> = wrong(&file).iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [4, 6, 7], "{end:?}");
    }
}

#[test]
fn what_is_not_utf8_is_refused_with_its_line() {
    let got = attendees(b"name,email\nAda,a@b.test\nZo\xeb,z@b.test\n", &[]).unwrap_err();
    assert_eq!(got, [Fault { line: 3, column: None, problem: Problem::NotUtf8 }]);
    assert!(attendees(b"\xff\xfen\0a\0", &[]).is_err());
}

#[test]
fn everything_is_bounded() {
    let row = |number: usize| format!("N,n{number}@b.test\n");
    let file: String = ["name,email\n".to_owned()].into_iter().chain((0..MOST_ROWS).map(row)).collect();
    assert_eq!(attendees(file.as_bytes(), &[]).unwrap().rows.len(), MOST_ROWS);
    let too_many = wrong(&(file + "N,n@b.test\n"));
    assert_eq!(too_many, [Fault { line: MOST_ROWS as u64 + 2, column: None, problem: Problem::TooManyRows }]);
    let faults = wrong(&format!("name,email\n{}", "Ada,none\n".repeat(1_000)));
    assert_eq!(faults.len(), MOST_FAULTS);
    let cell = |length: usize| format!("name,email,note\nAda,a@b.test,{}\n", "ä".repeat(length));
    assert_eq!(names(&cell(LONGEST_CELL)), ["Ada"]);
    assert_eq!(wrong(&cell(LONGEST_CELL + 1)), [Fault { line: 2, column: None, problem: Problem::CellTooLong }]);
    assert_eq!(wrong(&" ".repeat(MOST_BYTES + 1)), [Fault { line: 1, column: None, problem: Problem::FileTooLong }]);
}

#[test]
fn an_agenda_is_read_in_the_time_of_the_event() {
    let file = "start;end;title;room;track;speakers;description\n\
                2026-05-01 14:30;2026-05-01T15:00;Opening;Main;;\"Ada Lovelace; Grace Hopper\";\"One\nTwo\"\n\
                2026-05-01T13:00:00Z;2026-05-01T15:30:00+02:00;Talk;;Science;;\n";
    let rows = agenda(file.as_bytes(), Vienna).unwrap().rows;
    assert_eq!((rows[0].start, rows[0].end), (micros("2026-05-01T12:30:00Z"), micros("2026-05-01T13:00:00Z")));
    assert_eq!((rows[0].room.as_deref(), rows[0].track.as_deref()), (Some("Main"), None));
    assert_eq!(
        (rows[0].speakers.as_slice(), rows[0].description.as_str()),
        (["Ada Lovelace", "Grace Hopper"].map(str::to_owned).as_slice(), "One\nTwo")
    );
    assert_eq!((rows[1].line, rows[1].start, rows[1].end), (4, micros("2026-05-01T13:00:00Z"), micros("2026-05-01T13:30:00Z")));
}

#[test]
fn a_description_is_kept_as_one_that_is_typed() {
    let file = "title,start,end,description\nA,2026-05-01 10:00,2026-05-01 11:00,\u{202E}evil\u{2066} \n";
    assert_eq!(agenda(file.as_bytes(), Vienna).unwrap().rows[0].description, "evil");
}

#[test]
fn times_that_there_are_not_or_twice_are_faults() {
    let file = "title,start,end\n\
                A,2026-03-29 02:30,2026-03-29 04:00\n\
                B,2026-10-25 02:30,2026-10-25 04:00\n\
                C,2026-10-25T02:30:00+02:00,2026-10-25 04:00\n\
                D,tomorrow,2026-02-30 10:00\n\
                E,2026-05-01 10:00,2026-05-01 10:00\n\
                ,2026-05-01 10:00,\n";
    let expected = [
        fault(2, "start", Problem::NoSuchTime),
        fault(3, "start", Problem::TimeTwice),
        fault(5, "start", Problem::NotATime),
        fault(5, "end", Problem::NotATime),
        fault(6, "end", Problem::EndsBeforeStart),
        fault(7, "title", Problem::Empty),
        fault(7, "end", Problem::Empty),
    ];
    assert_eq!(agenda(file.as_bytes(), Vienna), Err(expected.to_vec()));
}

fn question(label: &str, kind: QuestionKind, options: &[&str]) -> Question {
    let options = options.iter().map(|option| (*option).to_owned()).collect();
    Question { id: QuestionId::random(), event: EventId::random(), label: label.to_owned(), kind, options, required: false }
}

#[test]
fn every_question_has_a_column_of_its_own() {
    let asked =
        ["Meal?", "meal?", "Name", " E-mail ", "=1+1", "Two\nlines"].map(|label| question(label, QuestionKind::Text, &[]));
    let names = headers(&asked);
    assert_eq!(names, ["Meal?", "meal? (2)", "Name (2)", "E-mail (2)", "=1+1", "Two\nlines"]);
    let mut export =
        Export::new(&[&["name", "email"][..], &names.iter().map(String::as_str).collect::<Vec<_>>()].concat(), true).unwrap();
    let answers = ["-2", "'=x", "a\nb", "", "@", "last"];
    export.row(&[&["Ada", "a@b.test"][..], &answers].concat()).unwrap();
    let file = export.finish().unwrap();
    assert!(str::from_utf8(&file).unwrap().contains(",'=1+1,"), "a header is guarded, too");
    let read = attendees(&file, &names).unwrap();
    assert_eq!((read.rows[0].answers.as_slice(), read.ignored.len()), (answers.map(str::to_owned).as_slice(), 0));
}

#[test]
fn several_answers_come_back_whatever_stands_in_them() {
    for options in [&["Fish", "Rice, brown", "Soup"][..], &["Fish; or not", "Rice", "Soup"]] {
        let several = question("Meal?", QuestionKind::Choices, options);
        let values: Vec<String> = options[..2].iter().map(|option| (*option).to_owned()).collect();
        assert_eq!(answered(&several, &cell(&several, &values)), values);
        assert_eq!(answered(&several, &cell(&several, &[])), Vec::<String>::new());
    }
    let line = question("Say", QuestionKind::LongText, &[]);
    assert_eq!(answered(&line, "a; b\nc"), ["a; b\nc"]);
}

#[test]
fn who_waits_or_has_not_paid_has_no_place() {
    let file =
        "name,email,state\nA,a@b.test,confirmed\nB,b@b.test,waiting\nC,c@b.test,pending\nD,d@b.test,\nE,e@b.test,cancelled\n";
    let read = attendees(file.as_bytes(), &[]).unwrap();
    assert_eq!(read.rows.iter().map(|row| row.has_place).collect::<Vec<_>>(), [true, false, false, true]);
    assert_eq!(read.left_out, [6]);
}
