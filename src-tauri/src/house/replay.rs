//! What was in a room once more. Nothing of it is kept on this computer.

use houselights_shared::{ReplayOutline, ReplayPage, RoomId, Seq, Snapshot, Timestamp};
use serde::de::DeserializeOwned;

use super::House;
use crate::{ipc::Problem, session::Replayed};

impl House {
    /// What of a room can be seen once more.
    ///
    /// # Errors
    /// [`Problem::SignedOut`], the server's refusal, or [`Problem::Unreachable`].
    pub async fn replay_outline(&self, room: RoomId) -> Result<ReplayOutline, Problem> {
        self.replayed(room, Replayed::Outline).await
    }

    /// A room as one could see it at a moment that is over.
    ///
    /// # Errors
    /// As [`replay_outline`](Self::replay_outline).
    pub async fn replay_at(&self, room: RoomId, at: Timestamp) -> Result<Snapshot, Problem> {
        self.replayed(room, Replayed::At(at)).await
    }

    /// What came behind a position of a room's log, as far as it is over.
    ///
    /// # Errors
    /// As [`replay_outline`](Self::replay_outline).
    pub async fn replay_updates(&self, room: RoomId, after: Seq) -> Result<ReplayPage, Problem> {
        self.replayed(room, Replayed::After(after)).await
    }

    async fn replayed<T: DeserializeOwned>(&self, room: RoomId, which: Replayed) -> Result<T, Problem> {
        let attendance = self.attendance()?;
        self.0.parts.logins.replayed(&attendance.card().server, attendance.token().as_str(), (room, which)).await
    }
}
