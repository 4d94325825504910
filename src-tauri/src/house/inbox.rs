//! One's own inbox.

use houselights_shared::{CommandId, InboxCommandBody, InboxPage, Outcome, ParticipantId, Seq};

use super::House;
use crate::ipc::Problem;

impl House {
    /// Asks one's own inbox for something; it waits for a connection, and what is written to somebody outlives the app. The id is the page's,
    /// where it shows what was written at once.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] where nobody is signed in any more.
    pub async fn send_to_inbox(&self, id: Option<CommandId>, body: InboxCommandBody) -> Result<Outcome, Problem> {
        let (attendance, id) = (self.attendance()?, id.unwrap_or_else(CommandId::random));
        if let InboxCommandBody::SendDirect { to, text } = body {
            return attendance.unsent().write(id, (to, text)).await;
        }
        Ok(attendance.realtime().send_to_inbox(id, body).await?)
    }

    /// The part of a conversation that stands before a position of the inbox, or its end.
    ///
    /// # Errors
    /// [`Problem::SignedOut`], [`Problem::Unreachable`] or the server's refusal.
    pub async fn conversation(&self, with: ParticipantId, before: Option<Seq>) -> Result<InboxPage, Problem> {
        let attendance = self.attendance()?;
        self.0.parts.logins.conversation(&attendance.card().server, attendance.token().as_str(), (with, before)).await
    }
}
