//! Signing out of an event.

use super::{Current, House};
use crate::ipc::{ConnectionState, SessionCard};

impl House {
    /// Signs out, here at once and at the server when it can be reached. Whose login had ended by itself may want to come back
    /// by the same link: what they said and was not sent is kept for that.
    pub async fn sign_out(&self) {
        let one = self.0.changing.lock().await;
        let ended = matches!(self.0.pages.connection(), ConnectionState::Ended { .. });
        let again = self.attendance().ok().filter(|_| ended).map(|attendance| attendance.link());
        self.leave().await;
        let _ = self.store().forget_messages().await;
        if again.is_none() {
            let _ = self.store().forget_unsent().await;
        }
        self.0.parts.profile.forget();
        let forgotten = self.0.keeper.forget();
        // A key store may take its time: neither the window nor whoever comes in next waits for it.
        self.nobody(again);
        drop(one);
        forgotten.await;
    }

    /// Leaves the event of this server, where one is in one, without a way back: nobody knows there any more who one was.
    pub(crate) async fn forget(&self, server: &str) {
        let one = self.0.changing.lock().await;
        let of_it = |card: &SessionCard| card.server == server;
        let is_in = self.attendance().is_ok_and(|attendance| of_it(&attendance.card()));
        if is_in {
            self.leave().await;
            let _ = self.store().forget_messages().await;
            let _ = self.store().forget_unsent().await;
        }
        let forgotten = self.0.parts.profile.load().filter(of_it).map(|_| {
            self.0.parts.profile.forget();
            self.0.keeper.forget()
        });
        if is_in {
            self.nobody(None);
        }
        drop(one);
        if let Some(forgotten) = forgotten {
            forgotten.await;
        }
    }

    /// Ends what runs, and tells the server.
    pub(super) async fn leave(&self) {
        let Ok(attendance) = self.attendance() else { return };
        self.0.current.send_replace(Current::Settling);
        attendance.stop().await;
        self.0.pages.forget();
        // Nothing else of the attendance: asking the server may take its time.
        let (logins, server) = (self.0.parts.logins.clone(), attendance.card().server);
        let token = attendance.token().clone();
        self.spawn(async move { logins.sign_out(&server, token.as_str()).await });
    }
}
