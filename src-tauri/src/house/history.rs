//! What was said in a room before: what is kept on this computer, and what the server has beyond.

use houselights_shared::{
    AuditPage, MOST_QUERY_WORDS, Message, MessagePage, PAGE_MESSAGES, ParticipantId, PollId, RoomId, Seq, VotesPage, words,
};

use tokio::time::{Duration, timeout};

use super::House;
use crate::{
    attendance::Attendance,
    ipc::Problem,
    session::Past,
    store::{Found, Place},
};

/// So long the server is waited for while the connection is lost, and something is found in what is kept.
const WITHOUT_CONNECTION: Duration = Duration::from_secs(1);

impl House {
    /// What was said in a room before a position, oldest first. Where the server cannot be reached, what is kept of it.
    ///
    /// # Errors
    /// [`Problem::SignedOut`], the server's refusal, or [`Problem::Unreachable`] where nothing is kept either.
    pub async fn older_messages(
        &self,
        room: RoomId,
        (before, limit, notes): (Option<Seq>, usize, bool),
    ) -> Result<MessagePage, Problem> {
        let attendance = self.attendance()?;
        let limit = limit.clamp(1, PAGE_MESSAGES);
        let (place, changes) = (place(&attendance, room), attendance.changes());
        let past = Past { room, notes, before, limit, words: None };
        match self.past(&attendance, &past).await {
            Ok(page) => {
                // What was changed meanwhile may be in it as it was before.
                if let Some(before) = before.filter(|_| !notes && attendance.changes() == changes) {
                    let _ = self.store().keep_page(place, page.messages.clone(), (before, page.more)).await;
                }
                Ok(page)
            }
            Err(Problem::Unreachable) if !notes => {
                let _ = attendance.keeps_current(room).await;
                let Found { mut messages, from } =
                    self.store().kept_messages(place, None, (before, limit)).await.unwrap_or_default();
                if messages.is_empty() {
                    return Err(Problem::Unreachable);
                }
                messages.reverse();
                Ok(MessagePage { messages, more: from != Some(Seq::default()) })
            }
            Err(problem) => Err(problem),
        }
    }

    /// The messages before a position in which all words of a text are, newest first: at once those that are kept, and where they do not make a page
    /// the server's of before. All of them are the server's while what is kept is not as the room stands now, and for whoever looks after others: they
    /// find what was taken out, too, and nothing of that is kept.
    ///
    /// # Errors
    /// As [`older_messages`](Self::older_messages).
    pub async fn search_messages(
        &self,
        room: RoomId,
        query: &str,
        (before, notes): (Option<Seq>, bool),
    ) -> Result<MessagePage, Problem> {
        let attendance = self.attendance()?;
        let mut wanted = words(query);
        wanted.truncate(MOST_QUERY_WORDS);
        if wanted.is_empty() {
            return Ok(MessagePage::default());
        }
        let limit = PAGE_MESSAGES;
        let past = Past { room, notes, before, limit, words: Some(wanted.join(" ")) };
        if notes {
            return self.past(&attendance, &past).await;
        }
        let is_current = attendance.keeps_current(room).await;
        let kept = self.store().kept_messages(place(&attendance, room), Some(wanted), (before, limit));
        let Found { messages, from } = kept.await.unwrap_or_default();
        let mut is_reachable = true;
        if !is_current || attendance.moderates() {
            let asked = self.past(&attendance, &past);
            let answered = if attendance.is_connected() || messages.is_empty() {
                asked.await
            } else {
                timeout(WITHOUT_CONNECTION, asked).await.unwrap_or(Err(Problem::Unreachable))
            };
            if answered != Err(Problem::Unreachable) {
                return answered;
            }
            is_reachable = false;
        }
        let is_all = from == Some(Seq::default()) && !attendance.moderates();
        if messages.len() >= limit || is_all {
            return Ok(MessagePage { more: messages.len() >= limit, messages });
        }
        if !is_reachable {
            return found(messages, Err(Problem::Unreachable));
        }
        // Beyond what is kept nothing stands twice.
        let beyond = Past { before: [before, from].into_iter().flatten().min(), ..past };
        found(messages, self.past(&attendance, &beyond).await)
    }

    /// What was done before a position to keep a room in order, newest first.
    ///
    /// # Errors
    /// As [`older_messages`](Self::older_messages).
    pub async fn audit(&self, room: RoomId, before: Option<Seq>) -> Result<AuditPage, Problem> {
        let attendance = self.attendance()?;
        self.0.parts.logins.audit(&attendance.card().server, attendance.token().as_str(), (room, before)).await
    }

    /// Who voted for what in a poll that is named: the first page, or the one behind somebody.
    ///
    /// # Errors
    /// [`Problem::SignedOut`], the server's refusal, or [`Problem::Unreachable`].
    pub async fn votes(&self, poll: (RoomId, PollId), after: Option<ParticipantId>) -> Result<VotesPage, Problem> {
        let attendance = self.attendance()?;
        self.0.parts.logins.votes(&attendance.card().server, attendance.token().as_str(), (poll, after)).await
    }

    async fn past(&self, attendance: &Attendance, past: &Past) -> Result<MessagePage, Problem> {
        self.0.parts.logins.messages(&attendance.card().server, attendance.token().as_str(), past).await
    }
}

/// What is kept, and what the server has beyond; where it does not say, there may be more: whoever wants it asks again.
fn found(mut messages: Vec<Message>, beyond: Result<MessagePage, Problem>) -> Result<MessagePage, Problem> {
    match beyond {
        Ok(page) => {
            messages.extend(page.messages);
            Ok(MessagePage { messages, more: page.more })
        }
        Err(_) if !messages.is_empty() => Ok(MessagePage { messages, more: true }),
        Err(problem) => Err(problem),
    }
}

fn place(attendance: &Attendance, room: RoomId) -> Place {
    Place { login: attendance.card().login(), room }
}
