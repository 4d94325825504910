//! What a single column cannot tell: rows that could not have come about by hand are no part of an event.

use std::collections::{HashMap, HashSet};

use houselights_domain::{AGENDA_REACH, LONGEST_SESSION, Retelling, SHORTEST_SESSION, name, registration::Answers};
use houselights_shared::{Profile, Seq, ShownTo, Timestamp, Update, UpdateBody};
use serde_json::{Map, Value as Json};

use super::{said::is_proper, tables::Table};
use crate::{
    bounds::{LONGEST_EVENT_MINUTES, MOST_OPTIONS},
    payments::Currency,
    profiles::proper,
    registration::code_letters,
    store::ShowPlan,
    templates::Template,
};

/// The longest answer, in characters.
const ANSWER_CHARS: usize = 2_000;
/// In microseconds.
const DAY: i64 = 24 * 3_600 * 1_000_000;
const LONGEST_EVENT: i64 = LONGEST_EVENT_MINUTES as i64 * 60 * 1_000_000;

type Row = Map<String, Json>;
type Checked = Result<(), &'static str>;

/// What is wrong with a row.
pub(super) enum Fault {
    /// It is one too many.
    TooMany,
    Wrong(&'static str),
}

impl From<&'static str> for Fault {
    fn from(what: &'static str) -> Self {
        Self::Wrong(what)
    }
}

/// What is known of the rows so far.
#[derive(Default)]
pub(super) struct Rules {
    counts: HashMap<&'static str, usize>,
    /// Each room's log as far as it is read.
    logs: HashMap<String, Retelling>,
    /// When it is taken in.
    now: Timestamp,
    roles: HashMap<String, String>,
    /// Participants who are somebody already: nobody is two.
    taken: HashSet<String>,
    questions: HashSet<String>,
    confirmed: HashSet<String>,
    currency: Option<String>,
    has_stage: bool,
    /// When the event begins.
    starts_at: i64,
}

impl Rules {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { now, ..Self::default() }
    }

    pub(super) fn take(&mut self, table: &Table, row: &Row) -> Result<(), Fault> {
        let count = self.counts.entry(table.name).or_default();
        *count += usize::from(number(row, "deleted_at").is_none());
        if *count > table.most {
            return Err(Fault::TooMany);
        }
        Ok(self.check(table, row)?)
    }

    fn check(&mut self, table: &Table, row: &Row) -> Checked {
        match table.name {
            "events" => {
                self.starts_at = number(row, "starts_at").unwrap_or_default();
                event(row)
            }
            "rooms" => {
                self.has_stage |= text(row, "kind") == "stage" && number(row, "deleted_at").is_none();
                Ok(())
            }
            "participants" => {
                self.roles.insert(text(row, "id").to_owned(), text(row, "role").to_owned());
                Ok(())
            }
            "sessions" => self.session(row),
            "speakers" => self.is_somebody(row, "speaker"),
            "ticket_types" => self.ticket(row),
            "ticket_codes" => code(row),
            "questions" => {
                self.questions.insert(text(row, "id").to_owned());
                question(row)
            }
            "registrations" => self.registration(row),
            "session_picks" => {
                let has_place = self.confirmed.contains(text(row, "registration_id"));
                has_place.then_some(()).ok_or("a session is picked by somebody who has no place")
            }
            "profiles" => profile(row),
            "updates" => self.update(row),
            _ => Ok(()),
        }
    }

    /// What holds at the end.
    pub(super) fn finish(&self) -> Checked {
        match (self.counts.get("events"), self.has_stage) {
            (None, _) => Err("the event itself is missing"),
            (Some(_), false) => Err("the event has no stage"),
            (Some(_), true) => Ok(()),
        }
    }

    fn session(&self, row: &Row) -> Checked {
        let (start, end) = (number(row, "starts_at").unwrap_or_default(), number(row, "ends_at").unwrap_or_default());
        let lasts = u128::try_from(end - start).unwrap_or(0);
        let can_be = SHORTEST_SESSION.as_micros()..=LONGEST_SESSION.as_micros();
        if !can_be.contains(&lasts) {
            return Err("a session lasts from a minute to two days");
        }
        // The clocks may have changed since it was put there.
        let earliest = AGENDA_REACH.as_micros() as i64 + DAY;
        if (-earliest..=LONGEST_EVENT + DAY).contains(&(start - self.starts_at)) {
            Ok(())
        } else {
            Err("a session is too far from its event")
        }
    }

    /// Whoever comes into the rooms does so as what they are, and is one.
    fn is_somebody(&mut self, row: &Row, role: &str) -> Checked {
        let participant = text(row, "participant_id");
        if participant.is_empty() {
            return Ok(());
        }
        if self.roles.get(participant).map(String::as_str) != Some(role) {
            return Err("their role in the rooms is another");
        }
        if self.taken.insert(participant.to_owned()) { Ok(()) } else { Err("two are the same in the rooms") }
    }

    fn ticket(&mut self, row: &Row) -> Checked {
        let currency = text(row, "currency");
        fits(row, currency)?;
        if number(row, "sales_start").zip(number(row, "sales_end")).is_some_and(|(start, end)| start >= end) {
            return Err("sales end before they begin");
        }
        let counts = number(row, "deleted_at").is_none() || number(row, "taken") > Some(0);
        if number(row, "amount") > Some(0) && counts {
            let one = self.currency.get_or_insert_with(|| currency.to_owned());
            if one != currency {
                return Err("an event has one currency");
            }
        }
        Ok(())
    }

    fn registration(&mut self, row: &Row) -> Checked {
        fits(row, text(row, "currency"))?;
        let answers: Answers = serde_json::from_str(text(row, "answers")).map_err(|_| "these are no answers")?;
        for (question, values) in &answers {
            let fit = |value: &String| houselights_domain::text(value, ANSWER_CHARS).is_some();
            let asked = self.questions.contains(&question.to_string());
            if !asked || values.is_empty() || values.len() > MOST_OPTIONS || !values.iter().all(fit) {
                return Err("an answer is none");
            }
        }
        let has = |column| !row.get(column).unwrap_or(&Json::Null).is_null();
        let holds = match text(row, "state") {
            "pending" => has("expires_at") && !has("participant_id"),
            "confirmed" => has("confirmed_at") && has("participant_id"),
            "waiting" => !has("participant_id"),
            _ => true,
        };
        if !holds {
            return Err("a registration in this state has other columns");
        }
        if text(row, "state") == "confirmed" {
            self.confirmed.insert(text(row, "id").to_owned());
        }
        self.is_somebody(row, "attendee")
    }

    fn update(&mut self, row: &Row) -> Checked {
        let body: UpdateBody = serde_json::from_str(text(row, "body")).map_err(|_| "an entry of a log cannot be read")?;
        let room = text(row, "room_id");
        let update = Update {
            room: room.parse().map_err(|_| "an entry is of no room")?,
            seq: Seq::new(number(row, "seq").unwrap_or_default().unsigned_abs()),
            at: Timestamp::from_micros(number(row, "at").unwrap_or_default()),
            by: row.get("by_participant").and_then(Json::as_str).and_then(|by| by.parse().ok()),
            body,
        };
        // A room's clock is never set back: it would stand there until then. Clocks of servers may differ.
        if update.at.micros() > self.now.micros() + DAY {
            return Err("an entry of a log is of the future");
        }
        self.logs.entry(room.to_owned()).or_default().follow(&update)?;
        if is_proper(&update.body) { Ok(()) } else { Err("somebody is called, or said, what cannot be") }
    }
}

/// As it would be kept.
fn profile(row: &Row) -> Checked {
    let own = |column| text(row, column).to_owned();
    let profile = Profile {
        headline: own("headline"),
        company: own("company"),
        pronouns: own("pronouns"),
        about: own("about"),
        links: serde_json::from_str(text(row, "links")).map_err(|_| "these are no links")?,
        shown_to: ShownTo::default(),
    };
    (proper(&profile).as_ref() == Some(&profile)).then_some(()).ok_or("a profile is none")
}

fn event(row: &Row) -> Checked {
    let lasts = number(row, "ends_at").unwrap_or_default() - number(row, "starts_at").unwrap_or_default();
    if !(1..=LONGEST_EVENT + DAY).contains(&lasts) {
        return Err("the event ends before it begins, or lasts more than a year");
    }
    match text(row, "show_plan") {
        "{}" => Ok(()),
        plan => {
            let plan: ShowPlan = serde_json::from_str(plan).map_err(|_| "the show plan is none")?;
            Template::read(&plan.source).map(drop).map_err(|_| "the show plan is of no template")
        }
    }
}

fn code(row: &Row) -> Checked {
    let code = text(row, "code");
    if code_letters(code).as_deref() != Some(code) {
        return Err("a code has other letters");
    }
    let one = number(row, "percent_off").is_some() != number(row, "amount_off").is_some_and(|amount| amount > 0);
    if one { Ok(()) } else { Err("a code takes off either a part or an amount") }
}

fn question(row: &Row) -> Checked {
    if text(row, "label").is_empty() {
        return Err("nothing is asked");
    }
    let options: Vec<String> = serde_json::from_str(text(row, "options")).map_err(|_| "these are no options")?;
    let has_some = matches!(text(row, "kind"), "choice" | "choices");
    let different: HashSet<_> = options.iter().collect();
    let are_fit = options.iter().all(|option| name(option).as_ref() == Some(option));
    let holds = has_some != options.is_empty() && options.len() <= MOST_OPTIONS && different.len() == options.len() && are_fit;
    if holds { Ok(()) } else { Err("a question has other options") }
}

/// An amount that can be paid in its currency.
fn fits(row: &Row, currency: &str) -> Checked {
    let step = Currency::parse(currency).map_or(1, Currency::step);
    if number(row, "amount").unwrap_or_default() % step == 0 { Ok(()) } else { Err("nobody can pay this amount") }
}

fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column).and_then(Json::as_str).unwrap_or_default()
}

fn number(row: &Row, column: &str) -> Option<i64> {
    row.get(column).and_then(Json::as_i64)
}
