//! Registering for an event: whether a ticket can be had, what it costs, and which answers are answers.

use std::collections::BTreeMap;

use houselights_shared::{QuestionId, Timestamp};

use crate::name::{is_blank, text};

/// Characters of an answer on one line.
pub const ANSWER_CHARS: usize = 200;
/// Characters of an answer of several lines.
pub const LONG_ANSWER_CHARS: usize = 2_000;
/// How a given consent is kept.
pub const CONSENTED: &str = "yes";

/// What decides whether a ticket can be had.
#[derive(Clone, Copy, Debug)]
pub struct Sale {
    /// Whether the event takes registrations: it is published or on, not cancelled, and not over.
    pub is_open: bool,
    /// From when it is sold.
    pub starts: Option<Timestamp>,
    /// Until when.
    pub ends: Option<Timestamp>,
    /// Whether a seat is left, of the event's and of the ticket's own.
    pub has_seat: bool,
    /// Whether one can wait where none is.
    pub waiting_list: bool,
}

/// How a ticket can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Sales have not begun.
    NotYet,
    /// There is a seat.
    OnSale,
    /// There is none, and one can wait for it.
    WaitingList,
    /// There is none.
    SoldOut,
    /// Sales are over.
    Over,
}

impl Sale {
    /// How the ticket can be had at a moment. The end itself is too late.
    pub fn at(&self, now: Timestamp) -> Availability {
        if !self.is_open || self.ends.is_some_and(|ends| ends <= now) {
            Availability::Over
        } else if self.starts.is_some_and(|starts| now < starts) {
            Availability::NotYet
        } else if self.has_seat {
            Availability::OnSale
        } else if self.waiting_list {
            Availability::WaitingList
        } else {
            Availability::SoldOut
        }
    }
}

/// Whether somebody may have a ticket that the page does not show: only with a code that is for this ticket and no other.
pub const fn may_have_hidden(is_hidden: bool, code_names_it: bool) -> bool {
    !is_hidden || code_names_it
}

/// What somebody gets who registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A seat, for as long as it takes to pay for it.
    Pending,
    /// A seat.
    Confirmed,
    /// A place in the queue.
    Waiting,
}

/// What somebody gets, where a seat is left or not, at a price.
pub const fn place(has_seat: bool, price: i64) -> Place {
    match (has_seat, price) {
        (false, _) => Place::Waiting,
        (true, ..=0) => Place::Confirmed,
        (true, _) => Place::Pending,
    }
}

/// What a code takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discount {
    /// Of a hundred.
    Percent(i64),
    /// In the currency's smallest unit.
    Amount(i64),
}

/// The price after a discount, never below nothing. What is not a whole multiple of `step`, the smallest amount that can be paid, is rounded
/// down, in favour of who pays.
pub fn price(amount: i64, discount: Option<Discount>, step: i64) -> i64 {
    let step = step.max(1);
    let reduced = match discount {
        None => amount,
        Some(Discount::Amount(off)) => amount.saturating_sub(off.max(0)),
        Some(Discount::Percent(percent)) => {
            let left = i128::from(100 - percent.clamp(0, 100));
            // Less than `amount`, so it fits.
            i64::try_from(i128::from(amount) * left / 100).unwrap_or(amount)
        }
    };
    reduced.max(0) / step * step
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionKind {
    /// A line.
    Text,
    /// Several lines.
    LongText,
    /// One of its options.
    Choice,
    /// Any of its options.
    Choices,
    /// Yes, or nothing.
    Consent,
}

impl QuestionKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Text, Self::LongText, Self::Choice, Self::Choices, Self::Consent];

    /// Whether it has options to choose from.
    pub const fn has_options(self) -> bool {
        match self {
            Self::Choice | Self::Choices => true,
            Self::Text | Self::LongText | Self::Consent => false,
        }
    }
}

/// A question that is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Which.
    pub id: QuestionId,
    /// How it is answered.
    pub kind: QuestionKind,
    /// What there is to choose from.
    pub options: &'a [String],
    /// Whether it has to be answered.
    pub is_required: bool,
}

/// Answers by question; what was not answered is not among them.
pub type Answers = BTreeMap<QuestionId, Vec<String>>;

/// What is wrong with answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerFault {
    /// Nobody asked this.
    NotAsked(QuestionId),
    /// It has to be answered.
    Missing(QuestionId),
    /// More answers than can be, too long, or none of the options.
    Unfit(QuestionId),
}

/// The answers as they are kept, or the first that is none. Of two answers to one question the later counts.
pub fn answers(questions: &[Question<'_>], given: &[(QuestionId, Vec<String>)]) -> Result<Answers, AnswerFault> {
    if let Some((id, _)) = given.iter().find(|(id, _)| !questions.iter().any(|question| question.id == *id)) {
        return Err(AnswerFault::NotAsked(*id));
    }
    let mut kept = Answers::new();
    for question in questions {
        let values = given.iter().rev().find(|(id, _)| *id == question.id).map_or(&[][..], |(_, values)| values.as_slice());
        let values = question.kept(values).ok_or(AnswerFault::Unfit(question.id))?;
        if !values.is_empty() {
            kept.insert(question.id, values);
        } else if question.is_required {
            return Err(AnswerFault::Missing(question.id));
        }
    }
    Ok(kept)
}

impl Question<'_> {
    /// An answer as it is kept: blank values are none. Nothing where it is no answer to this.
    fn kept(&self, values: &[String]) -> Option<Vec<String>> {
        // Bounds what is looked at: an answer has no more values than there are options.
        if values.len() > self.options.len().max(1) {
            return None;
        }
        let said = || values.iter().filter(|value| !is_blank(value));
        match self.kind {
            QuestionKind::Text => said().map(|value| line(value)).collect(),
            QuestionKind::LongText => said().map(|value| text(value, LONG_ANSWER_CHARS)).collect(),
            QuestionKind::Choice | QuestionKind::Choices => {
                let all_known = said().all(|value| self.options.contains(value));
                let in_order = self.options.iter().filter(|option| said().any(|value| value == *option));
                let chosen: Vec<String> = in_order.cloned().collect();
                let fits = self.kind == QuestionKind::Choices || chosen.len() <= 1;
                (all_known && fits).then_some(chosen)
            }
            QuestionKind::Consent => match said().next().map(String::as_str) {
                None | Some("no" | "false") => Some(Vec::new()),
                Some("yes" | "true" | "on") => Some(vec![CONSENTED.to_owned()]),
                Some(_) => None,
            },
        }
    }
}

fn line(value: &str) -> Option<String> {
    text(value, ANSWER_CHARS).filter(|line| !line.contains(['\n', '\t', '\u{2028}', '\u{2029}']))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000)
    }

    fn numbered(number: u8) -> QuestionId {
        format!("00000000-0000-0000-0000-00000000000{number}").parse().unwrap()
    }

    const SALE: Sale = Sale { is_open: true, starts: Some(at(10)), ends: Some(at(20)), has_seat: true, waiting_list: true };

    #[test]
    fn a_ticket_is_sold_from_the_beginning_of_its_window_until_its_end() {
        for (second, expected) in
            [(9, Availability::NotYet), (10, Availability::OnSale), (19, Availability::OnSale), (20, Availability::Over)]
        {
            assert_eq!(SALE.at(at(second)), expected, "{second}");
        }
        assert_eq!(Sale { is_open: false, ..SALE }.at(at(15)), Availability::Over);
        let always = Sale { starts: None, ends: None, ..SALE };
        assert_eq!(always.at(at(0)), Availability::OnSale);
    }

    #[test]
    fn where_no_seat_is_left_one_waits_or_goes_without() {
        let full = Sale { has_seat: false, ..SALE };
        assert_eq!(full.at(at(15)), Availability::WaitingList);
        assert_eq!(Sale { waiting_list: false, ..full }.at(at(15)), Availability::SoldOut);
        assert_eq!((place(true, 0), place(true, 1)), (Place::Confirmed, Place::Pending));
        assert_eq!((place(false, 0), place(false, 1)), (Place::Waiting, Place::Waiting));
    }

    #[test]
    fn a_hidden_ticket_is_for_who_has_its_code() {
        assert!(may_have_hidden(false, false) && may_have_hidden(true, true) && !may_have_hidden(true, false));
    }

    #[test]
    fn a_price_is_rounded_down_and_never_below_nothing() {
        for (amount, discount, step, expected) in [
            (999, None, 1, 999),
            (999, Some(Discount::Percent(50)), 1, 499),
            (999, Some(Discount::Percent(100)), 1, 0),
            (999, Some(Discount::Percent(0)), 1, 999),
            (1, Some(Discount::Percent(1)), 1, 0),
            (999, Some(Discount::Amount(1_000)), 1, 0),
            (999, Some(Discount::Amount(1)), 1, 998),
            (999, Some(Discount::Amount(-5)), 1, 999),
            (5_120, Some(Discount::Percent(33)), 10, 3_430),
            (i64::MAX, Some(Discount::Percent(1)), 1, 9_131_138_316_486_228_048),
        ] {
            assert_eq!(price(amount, discount, step), expected, "{amount} {discount:?}");
        }
    }

    fn asked(kind: QuestionKind, options: &[String], is_required: bool) -> Question<'_> {
        Question { id: numbered(1), kind, options, is_required }
    }

    fn kept(question: Question<'_>, values: &[&str]) -> Result<Vec<String>, AnswerFault> {
        let given = vec![(question.id, values.iter().map(|value| (*value).to_owned()).collect())];
        answers(&[question], &given).map(|mut answers| answers.remove(&question.id).unwrap_or_default())
    }

    #[test]
    fn what_has_to_be_answered_is_not_answered_by_blanks() {
        let question = asked(QuestionKind::Text, &[], true);
        for nothing in [&[][..], &[""], &["  "], &["\u{200B}"]] {
            assert_eq!(kept(question, nothing), Err(AnswerFault::Missing(question.id)), "{nothing:?}");
        }
        assert_eq!(answers(&[question], &[]), Err(AnswerFault::Missing(question.id)));
        assert_eq!(kept(question, &[" tea "]), Ok(vec!["tea".to_owned()]));
        assert_eq!(kept(asked(QuestionKind::Text, &[], false), &[""]), Ok(Vec::new()));
    }

    #[test]
    fn a_text_has_one_line_and_a_long_one_several() {
        let (short, long) = (asked(QuestionKind::Text, &[], false), asked(QuestionKind::LongText, &[], false));
        let unfit = Err(AnswerFault::Unfit(short.id));
        assert_eq!(kept(short, &["a\nb"]), unfit);
        assert_eq!(kept(short, &["a\0b"]), unfit);
        assert_eq!(kept(short, &["a", "b"]), unfit);
        assert_eq!(kept(short, &[&"x".repeat(ANSWER_CHARS + 1)]), unfit);
        assert_eq!(kept(long, &["a\nb"]), Ok(vec!["a\nb".to_owned()]));
        assert_eq!(kept(long, &[&"x".repeat(LONG_ANSWER_CHARS + 1)]), unfit);
    }

    #[test]
    fn a_choice_is_one_of_the_options() {
        let options = ["Fish".to_owned(), "Rice".to_owned()];
        let (one, any) = (asked(QuestionKind::Choice, &options, true), asked(QuestionKind::Choices, &options, false));
        assert_eq!(kept(one, &["Rice"]), Ok(vec!["Rice".to_owned()]));
        assert_eq!(kept(one, &["rice"]), Err(AnswerFault::Unfit(one.id)));
        assert_eq!(kept(one, &["Fish", "Rice"]), Err(AnswerFault::Unfit(one.id)));
        assert_eq!(kept(any, &["Rice", "Fish"]), Ok(options.to_vec()));
        assert_eq!(kept(any, &["Fish", "Fish"]), Ok(vec!["Fish".to_owned()]));
        assert_eq!(kept(any, &["Fish", "Rice", "Fish"]), Err(AnswerFault::Unfit(any.id)));
    }

    #[test]
    fn consent_is_given_or_it_is_not() {
        let consent = asked(QuestionKind::Consent, &[], true);
        for yes in ["yes", "true", "on"] {
            assert_eq!(kept(consent, &[yes]), Ok(vec![CONSENTED.to_owned()]));
        }
        for no in ["", "no", "false"] {
            assert_eq!(kept(consent, &[no]), Err(AnswerFault::Missing(consent.id)), "{no}");
        }
        assert_eq!(kept(consent, &["perhaps"]), Err(AnswerFault::Unfit(consent.id)));
    }

    #[test]
    fn what_nobody_asked_is_no_answer() {
        let other = numbered(2);
        let given = [(other, vec!["x".to_owned()])];
        assert_eq!(answers(&[asked(QuestionKind::Text, &[], false)], &given), Err(AnswerFault::NotAsked(other)));
    }
}
