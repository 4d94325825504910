//! From one room of the event to another.

use houselights_shared::{EventRooms, RoomId};

use super::House;
use crate::ipc::{Problem, SessionCard};

impl House {
    /// The rooms of the event, with what is on in them.
    ///
    /// # Errors
    /// [`Problem::SignedOut`], [`Problem::Unreachable`] or the server's refusal.
    pub async fn rooms(&self) -> Result<EventRooms, Problem> {
        let attendance = self.attendance()?;
        self.0.parts.logins.rooms(&attendance.card().server, attendance.token().as_str()).await
    }

    /// Goes to another room of the event; where the app starts again, it is there.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] where nobody is signed in any more.
    pub async fn go_to(&self, room: RoomId) -> Result<(), Problem> {
        let attendance = self.attendance()?;
        attendance.realtime().go_to(room).await;
        if let Err(error) = self.0.parts.profile.keep(&SessionCard { room, ..attendance.card() }) {
            tracing::warn!(%error, "the room cannot be kept");
        }
        Ok(())
    }
}
