//! A template as a file, laid out as one would write it by hand.

use std::fmt::Write as _;

use super::file::FORMAT;
use super::{CuePlace, MailKind, MailText, Room, Session, Template, Ticket, Word as _};

/// Lines of TOML. What is empty or absent is left out, for it reads as the same.
struct Page(String);

impl Page {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn table(&mut self, header: &str) {
        self.0.push('\n');
        self.line(header);
    }

    fn string(&mut self, key: &str, value: &str) {
        self.line(&format!("{key} = {}", quoted(value)));
    }

    fn text(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.string(key, value);
        }
    }

    fn optional(&mut self, key: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.string(key, value);
        }
    }

    fn number(&mut self, key: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.line(&format!("{key} = {value}"));
        }
    }

    fn flag(&mut self, key: &str, value: bool) {
        if value {
            self.line(&format!("{key} = true"));
        }
    }

    fn list(&mut self, key: &str, items: &[String]) {
        if items.is_empty() {
            return;
        }
        self.line(&format!("{key} = ["));
        for item in items {
            self.line(&format!("  {},", quoted(item)));
        }
        self.line("]");
    }
}

/// A string of one line, or of many without the one break that follows the opening quotes.
fn quoted(value: &str) -> String {
    let has_lines = value.contains('\n');
    let mut quoted = String::from(if has_lines { "\"\"\"\n" } else { "\"" });
    let mut in_a_row = 0_u8;
    for c in value.chars() {
        in_a_row = if c == '"' { in_a_row.saturating_add(1) } else { 0 };
        match c {
            '\\' => quoted.push_str("\\\\"),
            // Three in a row would end a text of many lines.
            '"' if !has_lines || in_a_row == 3 => {
                in_a_row = 0;
                quoted.push_str("\\\"");
            }
            '\n' if has_lines => quoted.push('\n'),
            '\t' => quoted.push_str("\\t"),
            // Writing to a string cannot fail.
            c if c.is_control() => _ = write!(quoted, "\\u{:04X}", u32::from(c)),
            c => quoted.push(c),
        }
    }
    quoted.push_str(if has_lines { "\n\"\"\"" } else { "\"" });
    quoted
}

pub(super) fn file(template: &Template) -> String {
    let mut page = Page(String::new());
    page.line(&format!("format = {FORMAT}"));
    page.string("name", &template.name);
    page.string("title", &template.title);
    page.string("summary", &template.summary);
    page.text("description", &template.description);
    page.string("accent", &template.accent);
    page.string("background", &template.background);
    page.number("minutes", Some(template.minutes));
    page.number("capacity", template.capacity);
    for room in &template.rooms {
        write_room(&mut page, room);
    }
    for track in &template.tracks {
        page.table("[[tracks]]");
        page.string("key", &track.key);
        page.string("title", &track.title);
        page.string("colour", &track.colour);
    }
    for session in &template.sessions {
        write_session(&mut page, session);
    }
    write_run_of_show(&mut page, template);
    write_asked(&mut page, template);
    for ticket in &template.tickets {
        write_ticket(&mut page, ticket);
    }
    for (kind, text) in &template.mails {
        write_mail(&mut page, *kind, text);
    }
    page.0
}

fn write_room(page: &mut Page, room: &Room) {
    page.table("[[rooms]]");
    page.string("key", &room.key);
    page.string("title", &room.title);
    page.string("kind", room.kind.word());
    if room.scenes.is_empty() {
        return;
    }
    page.line("scenes = [");
    for scene in &room.scenes {
        page.line(&format!("  {{ name = {}, layout = \"{}\" }},", quoted(&scene.name), scene.layout.word()));
    }
    page.line("]");
}

fn write_session(page: &mut Page, session: &Session) {
    page.table("[[sessions]]");
    page.string("key", &session.key);
    page.string("title", &session.title);
    page.text("description", &session.description);
    page.optional("room", session.room.as_ref());
    page.optional("track", session.track.as_ref());
    page.number("starts_after_minutes", Some(session.starts_after_minutes));
    page.number("minutes", Some(session.minutes));
    page.number("shortest", session.shortest);
    page.number("longest", session.longest);
    page.number("capacity", session.capacity);
}

fn write_run_of_show(page: &mut Page, template: &Template) {
    for cue in &template.run_of_show {
        page.table("[[run_of_show]]");
        match &cue.place {
            CuePlace::Session(key) => page.string("session", key),
            CuePlace::Room(key) => page.string("room", key),
        }
        page.string("title", &cue.title);
        page.number("minutes", Some(cue.minutes));
        page.optional("scene", cue.scene.as_ref());
        page.text("notes", &cue.notes);
    }
}

fn write_asked(page: &mut Page, template: &Template) {
    for poll in &template.polls {
        page.table("[[polls]]");
        page.string("session", &poll.session);
        page.string("question", &poll.question);
        page.list("options", &poll.options);
        page.flag("multiple", poll.multiple);
    }
    for question in &template.questions {
        page.table("[[questions]]");
        page.string("label", &question.label);
        page.string("kind", question.kind.word());
        page.list("options", &question.options);
        page.flag("required", question.required);
    }
}

fn write_ticket(page: &mut Page, ticket: &Ticket) {
    page.table("[[tickets]]");
    page.string("title", &ticket.title);
    page.text("description", &ticket.description);
    page.number("amount", Some(ticket.amount));
    page.optional("currency", ticket.currency.as_ref());
    page.number("quantity", ticket.quantity);
    page.flag("hidden", ticket.hidden);
    page.flag("waiting_list", ticket.waiting_list);
}

fn write_mail(page: &mut Page, kind: MailKind, text: &MailText) {
    page.table(&format!("[mails.{}]", kind.word()));
    page.string("subject", &text.subject);
    page.string("body", &text.body);
}
