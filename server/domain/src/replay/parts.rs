//! What of a log is over, and what is marked in it.

use houselights_shared::{AskedId, MARKS_OF_A_PART, Mark, ReplayMark, ReplayPart, SessionId, Timestamp, Update};

use super::Chronicle;
use crate::{Span, View};

/// When a room was live. It is once; an end that is taken back was none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Show {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Show {
    pub(super) fn went_live(&mut self, at: Timestamp) {
        *self = Self { since: Some(at), until: None };
    }

    pub(super) fn ended(&mut self, at: Timestamp) {
        self.until = Some(at);
    }

    pub(super) fn end_undone(&mut self) {
        self.until = None;
    }
}

/// A mark, and the question that it is of.
#[derive(Clone, Debug)]
pub(super) struct Marked {
    mark: ReplayMark,
    question: Option<AskedId>,
}

impl Marked {
    pub(super) fn of(update: &Update, mark: Mark, question: Option<AskedId>) -> Self {
        Self { mark: ReplayMark { seq: update.seq, at: update.at, mark }, question }
    }

    pub(super) fn weight(&self) -> usize {
        let words = match &self.mark.mark {
            Mark::CameOnStage { name } => name.len(),
            Mark::QuestionAnswered { text } | Mark::Announced { text } => text.len(),
            Mark::PollOpened { question } => question.len(),
            Mark::SceneTaken { scene } => size_of_val(scene.seats.as_slice()),
            Mark::WentLive | Mark::Ended | Mark::Unknown => 0,
        };
        size_of::<Self>() + words
    }

    pub(super) fn is_end(&self) -> bool {
        matches!(self.mark.mark, Mark::Ended)
    }

    /// Whether there is less to it than to others: there are many of it.
    pub(super) fn is_minor(&self) -> bool {
        match self.mark.mark {
            Mark::CameOnStage { .. } | Mark::SceneTaken { .. } | Mark::Unknown => true,
            Mark::WentLive | Mark::Ended | Mark::QuestionAnswered { .. } | Mark::PollOpened { .. } | Mark::Announced { .. } => {
                false
            }
        }
    }
}

/// A session of the agenda in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Which.
    pub session: SessionId,
    /// Its title.
    pub title: String,
    /// When it is planned.
    pub span: Span,
}

/// When it is asked, and of what.
#[derive(Clone, Copy, Debug)]
pub struct Stand<'a> {
    /// The room's title.
    pub title: &'a str,
    /// What is planned there.
    pub slots: &'a [Slot],
    /// Now.
    pub now: Timestamp,
    /// Since when the event is over, and with it whatever was on.
    pub over_since: Option<Timestamp>,
}

/// Something that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which session; none where no session lies over it.
    pub session: Option<SessionId>,
    /// Its title.
    pub title: String,
    /// Its first moment.
    pub starts_at: Timestamp,
    /// Its last.
    pub ends_at: Timestamp,
}

impl Chronicle {
    /// What is over, in its order. The time for which a room was live is divided among the sessions that lie over it: the first begins with it, each
    /// other as it is planned, and each lasts until the next one or the end. Any other session is over as it is planned.
    pub fn parts(&self, stand: Stand<'_>) -> Vec<Part> {
        // Nothing was on any more once the event was over.
        let stand = Stand { now: stand.over_since.unwrap_or(stand.now).min(stand.now), ..stand };
        let began = stand.slots.iter().filter(|slot| slot.span.starts_at <= stand.now);
        let Some(since) = self.show.since else { return in_order(began.filter_map(|slot| planned(slot, stand)).collect()) };
        let over = stand.over_since.map(|at| at.min(self.last_at).max(since));
        let until = self.show.until.map(|until| over.map_or(until, |over| until.min(over))).or(over);
        let end = until.unwrap_or(stand.now);
        let lies_over = |slot: &&Slot| slot.span.starts_at < end && since < slot.span.ends_at;
        let (mut over, beside): (Vec<_>, Vec<_>) = began.partition(lies_over);
        over.sort_by_key(|slot| (slot.span.starts_at, slot.session));
        let begins = |index: usize, slot: &Slot| if index == 0 { since } else { slot.span.starts_at.max(since) };
        let starts: Vec<_> = over.iter().enumerate().map(|(index, slot)| begins(index, slot)).collect();
        let mut parts: Vec<_> = beside.into_iter().filter_map(|slot| planned(slot, stand)).collect();
        for (slot, starts_at) in over.iter().zip(&starts) {
            let next = starts.iter().find(|next| *next > starts_at).copied();
            // The last one is on as long as the room is live.
            let Some(ends_at) = next.or(until) else { continue };
            let (session, title) = (Some(slot.session), slot.title.clone());
            parts.push(Part { session, title, starts_at: *starts_at, ends_at });
        }
        if let (true, Some(ends_at)) = (over.is_empty(), until) {
            parts.push(Part { session: None, title: stand.title.to_owned(), starts_at: since, ends_at });
        }
        in_order(parts)
    }

    /// A part with what one looks for in it, for a view.
    pub fn outlined(&self, part: Part, view: View) -> ReplayPart {
        let Part { session, title, starts_at, ends_at } = part;
        let from = self.marks.partition_point(|marked| marked.mark.at < starts_at);
        let in_part = self.marks.iter().skip(from).take_while(|marked| marked.mark.at <= ends_at);
        let seen: Vec<_> = in_part.filter(|marked| self.shows(marked, view)).collect();
        let major = seen.iter().filter(|marked| !marked.is_minor()).count();
        let (mut majors, mut minors) = (MARKS_OF_A_PART, MARKS_OF_A_PART.saturating_sub(major));
        let mut fits = |marked: &&Marked| {
            let left = if marked.is_minor() { &mut minors } else { &mut majors };
            *left > 0 && {
                *left -= 1;
                true
            }
        };
        let marks = seen.into_iter().filter(|marked| fits(marked)).map(|marked| marked.mark.clone()).collect();
        ReplayPart { session, title, starts_at, ends_at, marks }
    }

    fn shows(&self, marked: &Marked, view: View) -> bool {
        let at = marked.mark.seq;
        let is_back = |question| self.back.is_taken_back(question, at) || self.back.is_unanswered(at);
        match view {
            View::Control | View::Moderators => true,
            View::Crew | View::Audience => !marked.question.is_some_and(is_back),
        }
    }
}

/// A session as it is planned, where it is over.
fn planned(slot: &Slot, stand: Stand<'_>) -> Option<Part> {
    let Span { starts_at, ends_at } = slot.span;
    let part = Part { session: Some(slot.session), title: slot.title.clone(), starts_at, ends_at: ends_at.min(stand.now) };
    (ends_at <= stand.now || stand.over_since.is_some()).then_some(part)
}

fn in_order(mut parts: Vec<Part>) -> Vec<Part> {
    parts.sort_by_key(|part| (part.starts_at, part.ends_at, part.session));
    parts
}
