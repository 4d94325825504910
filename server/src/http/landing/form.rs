//! The form by which people register: what was filled in, whether it can be taken, and how it is shown again.

use std::collections::HashMap;

use houselights_domain::registration::{ANSWER_CHARS, AnswerFault, LONG_ANSWER_CHARS, Question, QuestionKind as Kind, answers};
use houselights_shared::{MAX_NAME_CHARS, QuestionId, TicketTypeId};
use serde::Serialize;

use super::{
    tickets::{Offer, TicketView, views},
    times::Zone,
};
use crate::{
    graphql::input,
    registration::{CODE_CHARS, code_letters},
    store::PublicQuestion,
    templates::{QuestionKind, Word as _},
    words::say,
};

/// Of an address (RFC 5321, section 4.5.3.1.3, less the brackets).
const EMAIL_CHARS: usize = 254;
/// So many options are listed; more are in a menu.
const LISTED: usize = 7;
/// Fields that are looked at.
const MOST_FIELDS: usize = 1_000;

/// What somebody filled in, as it came.
#[derive(Clone, Debug, Default)]
pub(super) struct Filled {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) ticket: String,
    pub(super) code: String,
    /// What nobody sees was filled in: it was a program.
    pub(super) is_trapped: bool,
    /// Something that was filled in did not arrive as text.
    is_broken: bool,
    answers: HashMap<String, Vec<String>>,
}

/// What can be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Checked {
    pub(super) ticket: TicketTypeId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) code: Option<String>,
    pub(super) answers: Vec<(QuestionId, Vec<String>)>,
}

/// What is wrong, and with which field: `ticket`, `name`, `email`, `code`, or `q-` and a question's id. Nothing: with none of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Fault {
    pub(super) at: Option<String>,
    pub(super) text: String,
}

impl Fault {
    pub(super) fn at(field: &str, words: &str) -> Self {
        Self { at: Some(field.to_owned()), text: say(words, &[]) }
    }

    pub(super) fn of_none(words: &str) -> Self {
        Self { at: None, text: say(words, &[]) }
    }
}

impl Filled {
    /// From `application/x-www-form-urlencoded`.
    pub(super) fn read(body: &[u8]) -> Self {
        let mut filled = Self::default();
        for (field, value) in url::form_urlencoded::parse(body).take(MOST_FIELDS) {
            // Browsers send none of those, and a page cannot show them again.
            // What stands where bytes were no text (WHATWG Encoding, "UTF-8 decode without BOM").
            filled.is_broken |= value.contains(char::REPLACEMENT_CHARACTER);
            let value: String = value.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect();
            match field.as_ref() {
                "name" => filled.name = value,
                "email" => filled.email = value,
                "ticket" => filled.ticket = value,
                "code" => filled.code = value.trim().to_uppercase(),
                "website" => filled.is_trapped |= !value.is_empty(),
                other => filled.answers.entry(other.to_owned()).or_default().push(value),
            }
        }
        filled
    }

    /// Of what a link brings, the ticket and the code: names and answers are one's own to write.
    pub(super) fn of_a_link(self) -> Self {
        Self { ticket: self.ticket, code: self.code, ..Self::default() }
    }

    fn answer(&self, question: QuestionId) -> &[String] {
        self.answers.get(&format!("q-{question}")).map_or(&[], Vec::as_slice)
    }

    /// Everything as it can be taken, or all that is wrong in the order of the form.
    pub(super) fn checked(&self, offers: &[Offer<'_>], questions: &[PublicQuestion]) -> Result<Checked, Vec<Fault>> {
        let mut faults = Vec::new();
        let chosen = offers.iter().find(|offer| offer.ticket.id.to_string() == self.ticket);
        match chosen {
            None => faults.push(Fault::at("ticket", "landing-fault-ticket")),
            Some(offer) if !offer.may_be_asked_for() => faults.push(Fault::at("ticket", offer.fault())),
            Some(_) => {}
        }
        let name = houselights_domain::name(&self.name);
        if name.is_none() {
            faults.push(Fault::at("name", "landing-fault-name"));
        }
        let email = input::email("email", &self.email).ok();
        if email.is_none() {
            faults.push(Fault::at("email", "landing-fault-email"));
        }
        let answers = questions.iter().map(|question| (question.id, self.answer(question.id).to_vec())).collect();
        faults.extend(questions.iter().filter_map(|question| self.fault(question)));
        let has_code = !self.code.is_empty();
        if has_code && code_letters(&self.code).is_none() {
            faults.push(Fault::at("code", "landing-fault-code"));
        }
        if self.is_broken {
            faults.push(Fault::of_none("landing-fault-broken"));
        }
        match (chosen, name, email) {
            (Some(offer), Some(name), Some(email)) if faults.is_empty() => {
                Ok(Checked { ticket: offer.ticket.id, name, email, code: has_code.then(|| self.code.clone()), answers })
            }
            _ => Err(faults),
        }
    }

    fn fault(&self, question: &PublicQuestion) -> Option<Fault> {
        let rule =
            Question { id: question.id, kind: rule(question.kind), options: &question.options, is_required: question.required };
        let given = [(question.id, self.answer(question.id).to_vec())];
        let words = match (answers(&[rule], &given), question.kind) {
            (Ok(_), _) => return None,
            (Err(_), QuestionKind::Consent) => "landing-fault-consent",
            (Err(AnswerFault::Missing(_) | AnswerFault::NotAsked(_)), _) => "landing-fault-answer",
            (Err(AnswerFault::Unfit(_)), QuestionKind::Choice | QuestionKind::Choices) => "landing-fault-choice",
            (Err(AnswerFault::Unfit(_)), QuestionKind::Text | QuestionKind::LongText) => "landing-fault-long",
        };
        Some(Fault { at: Some(format!("q-{}", question.id)), text: say(words, &[("question", &question.label)]) })
    }
}

const fn rule(kind: QuestionKind) -> Kind {
    match kind {
        QuestionKind::Text => Kind::Text,
        QuestionKind::LongText => Kind::LongText,
        QuestionKind::Choice => Kind::Choice,
        QuestionKind::Choices => Kind::Choices,
        QuestionKind::Consent => Kind::Consent,
    }
}

/// The form as it is shown.
#[derive(Serialize)]
pub(super) struct FormView {
    action: String,
    tickets: Vec<TicketView>,
    ticket_fault: Option<String>,
    name: Field,
    email: Field,
    /// Only where a price could be less.
    code: Option<Field>,
    questions: Vec<QuestionView>,
    /// All of them, for the top of the page.
    faults: Vec<Fault>,
}

#[derive(Serialize)]
struct Field {
    id: &'static str,
    kind: &'static str,
    label: String,
    hint: Option<String>,
    most: usize,
    value: String,
    fault: Option<String>,
}

#[derive(Serialize)]
struct QuestionView {
    id: String,
    label: String,
    kind: &'static str,
    most: usize,
    required: bool,
    value: String,
    options: Vec<OptionView>,
    fault: Option<String>,
}

#[derive(Serialize)]
struct OptionView {
    value: String,
    is_checked: bool,
}

impl FormView {
    /// With what was filled in, and what is wrong with it.
    pub(super) fn of(
        slug: &str,
        (offers, questions): (&[Offer<'_>], &[PublicQuestion]),
        (filled, faults): (&Filled, Vec<Fault>),
        zone: Zone,
    ) -> Self {
        let fault = |at: &str| faults.iter().find(|fault| fault.at.as_deref() == Some(at)).map(|fault| fault.text.clone());
        let field = |id: &'static str, kind, most, value: &str| Field {
            id,
            kind,
            label: say(&format!("landing-{id}"), &[]),
            hint: None,
            most,
            value: value.to_owned(),
            fault: fault(id),
        };
        let hinted = |field: Field| Field { hint: Some(say(&format!("landing-{}-hint", field.id), &[])), ..field };
        let costs = offers.iter().any(|offer| offer.ticket.amount > 0) || !filled.code.is_empty();
        Self {
            action: format!("/e/{slug}/register"),
            tickets: views(offers, &filled.ticket, zone),
            ticket_fault: fault("ticket"),
            name: hinted(field("name", "text", MAX_NAME_CHARS, &filled.name)),
            email: hinted(field("email", "email", EMAIL_CHARS, &filled.email)),
            code: costs.then(|| field("code", "text", CODE_CHARS, &filled.code)),
            questions: questions
                .iter()
                .map(|question| QuestionView::of(question, filled.answer(question.id), fault(&format!("q-{}", question.id))))
                .collect(),
            faults,
        }
    }
}

impl QuestionView {
    fn of(question: &PublicQuestion, given: &[String], fault: Option<String>) -> Self {
        let is_menu = question.kind == QuestionKind::Choice && question.options.len() > LISTED;
        let kind = if is_menu { "select" } else { question.kind.word() };
        let most = if question.kind == QuestionKind::LongText { LONG_ANSWER_CHARS } else { ANSWER_CHARS };
        let option = |value: &String| OptionView { is_checked: given.contains(value), value: value.clone() };
        Self {
            id: format!("q-{}", question.id),
            label: question.label.clone(),
            kind,
            most,
            required: question.required,
            value: given.first().cloned().unwrap_or_default(),
            options: question.options.iter().map(option).collect(),
            fault,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(kind: QuestionKind, options: &[&str], required: bool) -> PublicQuestion {
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        PublicQuestion { id: QuestionId::random(), label: "Which?".to_owned(), kind, options, required }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_and_in_the_order_of_the_form() {
        let questions = [question(QuestionKind::Text, &[], true), question(QuestionKind::Consent, &[], true)];
        let faults = Filled::read(b"name=%00&email=x&code=a%0ab").checked(&[], &questions).unwrap_err();
        let at: Vec<&str> = faults.iter().map(|fault| fault.at.as_deref().unwrap()).collect();
        let [first, second] = questions.map(|question| format!("q-{}", question.id));
        assert_eq!(at, ["ticket", "name", "email", &first, &second, "code"]);
    }

    #[test]
    fn what_is_no_text_is_refused_and_not_made_into_something_else() {
        for body in [b"name=%ff%fe&email=a@b.test".as_slice(), b"name=A&email=%ed%a0%80@b.test", b"name=\xff&email=a@b.test"] {
            let faults = Filled::read(body).checked(&[], &[]).unwrap_err();
            assert!(faults.iter().any(|fault| fault.text.contains("did not arrive")), "{faults:?}");
        }
        let whole = Filled::read("name=J%C3%BCrgen&email=a@b.test".as_bytes()).checked(&[], &[]).unwrap_err();
        assert_eq!(whole.len(), 1, "only the ticket is missing");
    }

    #[test]
    fn answers_come_by_question_and_several_by_the_same_name() {
        let (one, two) = (question(QuestionKind::Choices, &["A", "B"], false), question(QuestionKind::Text, &[], false));
        let filled = Filled::read(format!("q-{}=A&q-{}=B&q-{}=+x%26y+&website=", one.id, one.id, two.id).as_bytes());
        assert_eq!(
            (filled.answer(one.id), filled.answer(two.id)),
            (&["A".to_owned(), "B".to_owned()][..], &[" x&y ".to_owned()][..])
        );
        assert!(!filled.is_trapped && Filled::read(b"website=x").is_trapped);
        assert_eq!(filled.fault(&one), None);
        let wrong = Filled::read(format!("q-{}=C", one.id).as_bytes());
        assert_eq!(wrong.fault(&one).unwrap().text, "Choose one of what is offered: Which?");
    }

    #[test]
    fn many_options_are_a_menu() {
        let many: Vec<String> = (0..9).map(|number| number.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let view = QuestionView::of(&question(QuestionKind::Choice, &many, true), &["3".to_owned()], None);
        assert_eq!((view.kind, view.options.iter().filter(|option| option.is_checked).count()), ("select", 1));
        assert_eq!(QuestionView::of(&question(QuestionKind::Choices, &many, true), &[], None).kind, "choices");
    }
}
