//! What holds for every file, and for the templates that come with Houselights.

use std::collections::HashSet;

use super::builtin::SOURCES;
use super::*;

/// The smallest file with one of everything.
const WHOLE: &str = r##"format = 1
name = "small"
title = "Small"
summary = "A little of everything."
accent = "#112233"
background = "#AABBCC"

[[rooms]]
key = "stage"
title = "Stage"
kind = "stage"
scenes = [{ name = "One", layout = "solo" }, { name = "Two", layout = "side_by_side" }]

[[rooms]]
key = "lounge"
title = "Lounge"
kind = "lounge"

[[tracks]]
key = "talks"
title = "Talks"
colour = "#000000"

[[sessions]]
key = "first"
title = "First"
room = "stage"
track = "talks"
starts_after_minutes = 0
minutes = 30
shortest = 20
longest = 40

[[sessions]]
key = "second"
title = "Second"
room = "stage"
starts_after_minutes = 30
minutes = 15

[[run_of_show]]
session = "first"
title = "Welcome"
minutes = 5
scene = "Two"

[[polls]]
session = "first"
question = "Yes?"
options = ["Yes", "No"]

[[questions]]
label = "Which?"
kind = "choice"
options = ["This", "That"]

[[tickets]]
title = "Free"
amount = 0

[mails.confirmation]
subject = "{ $event }"
body = """
Hello { $name },
your hour: {$when}
"""
"##;

#[test]
fn the_whole_of_a_file_is_read() {
    let template = Template::read(WHOLE).unwrap();
    assert_eq!((template.name.as_str(), template.minutes, template.capacity), ("small", 45, None));
    assert_eq!(template.background, "#aabbcc");
    assert_eq!(template.rooms[0].scenes[1], Scene { name: "Two".into(), layout: Layout::SideBySide });
    assert_eq!(template.sessions[0].track.as_deref(), Some("talks"));
    assert_eq!(template.sessions[1].ends_after_minutes(), 45);
    assert_eq!(template.room_of(&template.run_of_show[0].place).unwrap().key, "stage");
    assert_eq!(template.mails[&MailKind::Confirmation].body, "Hello { $name },\nyour hour: {$when}");
    assert_eq!(Template::read(&WHOLE.replace('\n', "\r\n")), Ok(template), "lines may end as they do on Windows");
}

/// Where a part of [`WHOLE`] is replaced by another, the error is on this line and says this.
const BROKEN: &[(&str, &str, usize, &str)] = &[
    // Syntax.
    ("name = \"small\"", "name = small", 2, "string values must be quoted"),
    ("title = \"Small\"", "title = \"Small", 3, "invalid basic string"),
    ("name = \"small\"", "name = \"small\"\nname = \"again\"", 3, "duplicate key"),
    // The version.
    ("format = 1\n", "", 1, "missing key `format`"),
    ("format = 1", "format = 2\nfuture = true", 1, "`format` must be 1"),
    ("format = 1", "format = \"1\"", 1, "`format` must be 1"),
    // Keys and types.
    ("name = \"small\"", "name = \"small\"\ncolour = \"#000000\"", 3, "unknown key `colour`"),
    ("layout = \"solo\"", "layout = \"solo\", size = 3", 12, "unknown key `size`"),
    ("shortest = 20", "shorter = 20", 31, "unknown key `shorter`"),
    ("[mails.confirmation]", "[mails.welcome]", 61, "unknown key `welcome`"),
    ("summary = \"A little of everything.\"\n", "", 1, "missing key `summary`"),
    ("title = \"Lounge\"\n", "", 14, "missing key `title`"),
    ("title = \"Welcome\"\n", "", 41, "missing key `title`"),
    ("title = \"Small\"", "title = 7", 3, "wrong type: integer `7`, expected a string"),
    ("starts_after_minutes = 30", "starts_after_minutes = \"later\"", 38, "expected a whole number"),
    ("minutes = 15", "minutes = 1.5", 39, "expected a whole number"),
    ("options = [\"Yes\", \"No\"]", "options = \"Yes\"", 50, "expected a list"),
    ("options = [\"Yes\", \"No\"]", "options = [\"Yes\", \"No\"]\nmultiple = 1", 51, "expected true or false"),
    // Numbers.
    ("minutes = 15", "minutes = 0", 39, "`minutes` must be from 1 to 2880"),
    ("minutes = 5", "minutes = 1441", 44, "`minutes` must be from 1 to 1440"),
    ("minutes = 15", "minutes = 15\ncapacity = 0", 40, "`capacity` must be from 1 to 1000000"),
    ("starts_after_minutes = 30", "starts_after_minutes = -46081", 38, "`starts_after_minutes` must be from -46080 to 528480"),
    ("starts_after_minutes = 30", "starts_after_minutes = 528481", 38, "`starts_after_minutes` must be from -46080 to 528480"),
    ("starts_after_minutes = 30", "starts_after_minutes = 99999999999999999999", 38, "99999999999999999999"),
    ("shortest = 20", "shortest = 31", 30, "`minutes` must be from `shortest` to `longest`"),
    ("longest = 40", "longest = 29", 30, "`minutes` must be from `shortest` to `longest`"),
    ("format = 1", "format = 1\nminutes = 528481", 2, "`minutes` must be from 1 to 528480"),
    ("amount = 0", "amount = -5", 59, "`amount` must be from 0"),
    ("amount = 0", "amount = 500", 59, "an `amount` needs a `currency`"),
    ("amount = 0", "currency = \"eur\"", 59, "`currency` must be three capital letters"),
    ("amount = 0", "currency = \"ZZZ\"", 59, "a currency that is in use"),
    ("amount = 0", "amount = 55\ncurrency = \"KWD\"", 59, "goes in steps of 10"),
    (
        "amount = 0",
        "amount = 5\ncurrency = \"EUR\"\n\n[[tickets]]\ntitle = \"B\"\namount = 5\ncurrency = \"USD\"",
        62,
        "have one `currency`",
    ),
    // Titles and texts.
    ("title = \"Small\"", "title = \"Sm\\u0007all\"", 3, "`title` must be one line"),
    ("title = \"Lounge\"", "title = \"\"", 16, "`title` must be one line"),
    ("summary = \"A", "summary = \"A\\nB", 4, "`summary` must be one line"),
    ("title = \"First\"", "title = \"First\"\ndescription = \"\\u001b\"", 27, "`description` has a control character"),
    ("question = \"Yes?\"", "question = \" \"", 49, "`question` must be one line that shows something"),
    ("question = \"Yes?\"", "question = \"\\u200B\"", 49, "`question` must be one line that shows something"),
    ("label = \"Which?\"", "label = \"\\u200B\\u202E\"", 53, "`label` must show something"),
    ("\"This\"", "\"\\u200B\"", 55, "`options` must be one line of 1 to 80"),
    ("\"This\"", "\" \"", 55, "`options` must be one line of 1 to 80"),
    // Keys, colours and words.
    ("name = \"small\"", "name = \"Small\"", 2, "`name` must be small letters"),
    ("name = \"small\"", "name = \"small-\"", 2, "`name` must be small letters"),
    ("accent = \"#112233\"", "accent = \"red\"", 5, "`accent` must be a colour"),
    ("accent = \"#112233\"", "accent = \"#11223g\"", 5, "`accent` must be a colour"),
    ("colour = \"#000000\"", "colour = \"#000\"", 22, "`colour` must be a colour"),
    ("kind = \"lounge\"", "kind = \"cellar\"", 17, "one of stage, breakout, lounge, booth, not `cellar`"),
    ("layout = \"solo\"", "layout = \"unknown\"", 12, "one of solo, side_by_side, grid, not `unknown`"),
    ("kind = \"choice\"", "kind = \"date\"", 54, "one of text, long_text, choice, choices, consent"),
    // What there is twice.
    ("key = \"lounge\"", "key = \"stage\"", 15, "this room is there already: `stage`"),
    ("key = \"second\"", "key = \"first\"", 35, "this session is there already: `first`"),
    ("name = \"Two\"", "name = \"One\"", 12, "this scene is there already: `One`"),
    ("options = [\"Yes\", \"No\"]", "options = [\"Yes\", \"Yes\"]", 50, "this option is there already: `Yes`"),
    ("name = \"Two\"", "name = \"\\u200EOne \"", 12, "this scene is there already: `One`"),
    // What refers to nothing.
    ("room = \"stage\"\nstarts", "room = \"attic\"\nstarts", 37, "there is no room `attic`"),
    ("track = \"talks\"", "track = \"songs\"", 28, "there is no track `songs`"),
    ("scene = \"Two\"", "scene = \"Three\"", 45, "room `stage` has no scene `Three`"),
    ("session = \"first\"\ntitle", "session = \"third\"\ntitle", 42, "there is no session `third`"),
    ("session = \"first\"\nquestion", "session = \"third\"\nquestion", 48, "there is no session `third`"),
    // What does not go together.
    ("kind = \"lounge\"", "kind = \"lounge\"\nscenes = [{ name = \"One\", layout = \"solo\" }]", 18, "only a stage has scenes"),
    ("session = \"first\"\ntitle", "title", 41, "a cue needs a `session` or a `room`"),
    ("session = \"first\"\ntitle", "session = \"first\"\nroom = \"stage\"\ntitle", 43, "not both"),
    ("session = \"first\"\ntitle", "room = \"lounge\"\ntitle", 42, "a cue is called on a stage"),
    ("options = [\"Yes\", \"No\"]", "options = [\"Yes\", \"yes\"]", 50, "this option reads like one before it: `yes`"),
    ("options = [\"Yes\", \"No\"]", "options = [\"Yes\"]", 49, "at least two `options`"),
    ("kind = \"choice\"", "kind = \"text\"", 55, "only choice and choices have options"),
    // Mails.
    ("subject = \"{ $event }\"", "subject = \"{ $evnet }\"", 62, "no placeable `{ $evnet }`"),
    ("{$when}", "{when}", 65, "no placeable `{when}`"),
    ("{$when}", "{ $reason }", 65, "no placeable `{ $reason }`"),
    ("{$when}", "{ $when", 65, "a brace belongs to a placeable"),
    ("{$when}", "$when }", 65, "a brace belongs to a placeable"),
    ("Hello { $name },\nyour hour: {$when}", "", 63, "`body` must not be empty"),
];

#[test]
fn a_broken_file_names_its_line_and_what_is_wrong_there() {
    for (part, other, line, message) in BROKEN {
        assert_eq!(WHOLE.matches(part).count(), 1, "{part:?} is there once");
        let error = Template::read(&WHOLE.replace(part, other)).unwrap_err();
        assert!(error.line == *line && error.message.contains(message), "{other:?} on line {line}: {error}");
    }
}

#[test]
fn the_column_of_an_error_is_that_of_the_value() {
    let error = Template::read(&WHOLE.replace("{$when}", "{ $whn }")).unwrap_err();
    assert_eq!((error.line, error.column), (65, Some(12)));
    let error = Template::read(&WHOLE.replace("#112233", "blue")).unwrap_err();
    assert_eq!((error.line, error.column), (5, Some(10)));
}

#[test]
fn what_is_too_much_is_refused() {
    let error = Template::read(&" ".repeat(MAX_FILE_BYTES + 1)).unwrap_err();
    assert!(error.message.contains("bytes"), "{error}");

    let tickets = "[[tickets]]\ntitle = \"More\"\n".repeat(100);
    let error = Template::read(&format!("{WHOLE}{tickets}")).unwrap_err();
    assert_eq!((error.line, error.message.as_str()), (265, "too many tickets: at most 100"));

    let options = (0..11).map(|number| format!("\"{number}\"")).collect::<Vec<_>>().join(", ");
    let error = Template::read(&WHOLE.replace("\"Yes\", \"No\"", &options)).unwrap_err();
    assert_eq!((error.line, error.message.as_str()), (50, "too many options: at most 10"));

    for (part, most) in [("A little of everything.", 200), ("Yes?", 300), ("your hour: {$when}", 10_000)] {
        let error = Template::read(&WHOLE.replace(part, &"é".repeat(most + 1))).unwrap_err();
        assert!(error.message.contains(&format!("too long: at most {most} characters")), "{error}");
    }
    let error = Template::read(&WHOLE.replace("\"Lounge\"", &format!("\"{}\"", "é".repeat(81)))).unwrap_err();
    assert_eq!(error.line, 16);

    let nested = format!("{WHOLE}deep = {}", "[".repeat(100_000));
    assert!(Template::read(&nested).is_err());
}

#[test]
fn a_template_without_sessions_says_how_long_it_is() {
    let bare = WHOLE.split("\n[[").next().unwrap();
    assert!(Template::read(bare).unwrap_err().message.contains("needs `minutes`"));
    assert_eq!(Template::read(&format!("{bare}minutes = 90\n")).unwrap().minutes, 90);
}

#[test]
fn an_agenda_may_be_as_unlikely_as_that_of_an_event() {
    for (part, other) in [
        ("starts_after_minutes = 30", "starts_after_minutes = 29"),
        ("starts_after_minutes = 30", "starts_after_minutes = -1440"),
        ("room = \"stage\"\nstarts_after_minutes = 30", "starts_after_minutes = 5"),
        ("format = 1", "format = 1\nminutes = 44"),
        ("amount = 0", "amount = 0\nhidden = true"),
    ] {
        assert_eq!(WHOLE.matches(part).count(), 1, "{part}");
        let template = Template::read(&WHOLE.replace(part, other)).unwrap();
        assert_eq!(Template::read(&template.to_toml()), Ok(template), "{other}");
    }
    let before = WHOLE.replace("starts_after_minutes = 0", "starts_after_minutes = -90");
    let before = before.replace("starts_after_minutes = 30", "starts_after_minutes = -60");
    assert!(Template::read(&before).unwrap_err().message.contains("needs `minutes`"), "nothing says how long it is");
}

#[test]
fn what_is_written_reads_as_it_was() {
    for template in builtin() {
        let written = template.to_toml();
        assert_eq!(Template::read(&written).as_ref(), Ok(template), "{written}");
    }
}

#[test]
fn any_text_is_written_so_that_it_reads_as_it_was() {
    let mut template = Template::read(WHOLE).unwrap();
    for text in [
        "\"\"\"\"\"\"",
        "a\n\"\"\"\"\"\"\"\nb\"",
        "\\n and \\\nends with \\",
        "tab\tand\n\ttab",
        "# no comment = [true]\n[[tables]]",
        "'''\nünï\u{2028}\u{1F600}",
        "",
    ] {
        template.description = text.to_owned();
        template.sessions[0].description = text.to_owned();
        template.run_of_show[0].notes = text.to_owned();
        assert_eq!(Template::read(&template.to_toml()).as_ref(), Ok(&template), "{text:?}");
    }
}

#[test]
fn everything_that_may_be_absent_is_written_too() {
    let mut template = Template::read(WHOLE).unwrap();
    template.capacity = Some(9);
    for kind in MailKind::ALL {
        template.mails.insert(*kind, MailText { subject: kind.word().into(), body: "{ $when }".into() });
    }
    template.sessions[1].capacity = Some(8);
    template.sessions[1].room = None;
    template.polls[0].multiple = true;
    template.questions[0].required = true;
    template.run_of_show[0].place = CuePlace::Room("stage".into());
    template.tickets[0] = Ticket {
        title: "Paid".into(),
        description: "With lunch".into(),
        amount: 4_900,
        currency: Some("EUR".into()),
        quantity: Some(7),
        hidden: true,
        waiting_list: true,
    };
    assert_eq!(Template::read(&template.to_toml()), Ok(template));
}

#[test]
fn a_template_that_breaks_a_rule_is_written_but_not_read() {
    let mut template = Template::read(WHOLE).unwrap();
    template.title = "two\r\nlines\u{0}".to_owned();
    assert!(Template::read(&template.to_toml()).unwrap_err().message.contains("`title`"));
}

/// Numbers that look like chance and are the same every time.
struct Xorshift(u64);

impl Xorshift {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }
}

#[test]
fn no_file_cut_short_stops_the_reader() {
    let shortest = SOURCES.into_iter().min_by_key(|source| source.len()).unwrap();
    for source in [WHOLE, shortest] {
        for (end, _) in source.char_indices() {
            if let Err(error) = Template::read(&source[..end]) {
                assert!(error.line <= source[..end].lines().count() + 1, "{error}");
            }
        }
    }
}

#[test]
fn no_changed_byte_stops_the_reader() {
    let mut chance = Xorshift(0x5EED_CAFE);
    for round in 0..2_000 {
        let source = if round % 10 == 0 { SOURCES[chance.next(SOURCES.len())] } else { WHOLE };
        let mut bytes = source.as_bytes().to_vec();
        let at = chance.next(bytes.len());
        bytes[at] = chance.next(256) as u8;
        let changed = String::from_utf8_lossy(&bytes);
        match Template::read(&changed) {
            Ok(template) => assert_eq!(Template::read(&template.to_toml()), Ok(template), "{changed}"),
            Err(error) => assert!(!error.message.is_empty() && error.line <= changed.lines().count() + 1, "{error}"),
        }
    }
}

#[test]
fn every_template_of_ours_can_be_read() {
    for source in SOURCES {
        if let Err(error) = Template::read(source) {
            panic!("{:?}: {error}", source.lines().find(|line| line.starts_with("name")));
        }
    }
    let names: Vec<&str> = builtin().iter().map(|template| template.name.as_str()).collect();
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), SOURCES.len());
    for name in [
        "fireside-chat",
        "panel",
        "ama",
        "workshop",
        "demo-day",
        "cocktail-party",
        "happy-hour",
        "webinar",
        "one-day-conference",
        "hackathon-final",
    ] {
        assert_eq!(builtin_named(name).unwrap().name, name);
    }
    assert_eq!(builtin_named("unheard-of"), None);
}

#[test]
fn every_template_of_ours_is_complete() {
    for template in builtin() {
        let name = &template.name;
        assert!(template.description.len() > 150, "{name} has a page");
        assert!(template.rooms.iter().any(|room| room.kind == RoomKind::Stage && room.scenes.len() >= 2), "{name} has scenes");
        assert!(template.sessions.iter().any(|session| session.starts_after_minutes == 0), "{name} begins at its beginning");
        assert!(template.run_of_show.len() >= 4 && template.polls.len() >= 2, "{name} has a show");
        assert!(!template.questions.is_empty() && template.tickets.iter().any(|ticket| ticket.amount == 0), "{name} is open");
        assert!(template.mails.contains_key(&MailKind::Confirmation) && template.mails.len() >= 3, "{name} has mails");
        for (kind, text) in &template.mails {
            assert!(text.subject.contains("{ $event }"), "{name}: {kind:?} says what it is about");
            assert!(text.body.starts_with("Hello { $name },"), "{name}: {kind:?} greets");
        }
        for track in &template.tracks {
            assert!(
                template.sessions.iter().any(|session| session.track.as_ref() == Some(&track.key)),
                "{name}: {}",
                track.key
            );
        }
        for room in &template.rooms {
            assert!(template.sessions.iter().any(|session| session.room.as_ref() == Some(&room.key)), "{name}: {}", room.key);
        }
    }
    let conference = builtin_named("one-day-conference").unwrap();
    assert!(conference.sessions.len() >= 15 && conference.tracks.len() >= 2 && conference.minutes >= 6 * 60);
}

#[test]
fn the_cues_of_a_session_take_as_long_as_it_does() {
    for template in builtin() {
        for session in &template.sessions {
            let place = CuePlace::Session(session.key.clone());
            let cues: Vec<&Cue> = template.run_of_show.iter().filter(|cue| cue.place == place).collect();
            let on_stage = template.room_of(&place).is_some_and(|room| room.kind == RoomKind::Stage);
            assert_eq!(on_stage, !cues.is_empty(), "{} {}", template.name, session.key);
            if on_stage {
                let minutes: u32 = cues.iter().map(|cue| cue.minutes).sum();
                assert_eq!(minutes, session.minutes, "{} {}", template.name, session.key);
            }
        }
    }
}
