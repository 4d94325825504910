//! What is brought before the person: windows, and links that were opened.

use super::{Current, House, View, WELCOME};
use crate::{
    ipc::NativeEvent,
    session::{Link, SignInLink},
};

/// So much of what was opened is handed to the page, in characters: more than any link that is one.
pub(super) const MOST_SHOWN: usize = 2_048;

impl House {
    /// A link was opened while the app runs. The welcome window shows what it is for, or that it is no invite, beside what is
    /// open: whoever is signed in stays so until they say otherwise. The one that is in use only raises the window.
    pub fn open_link(&self, text: &str) {
        self.raise();
        let attendance = self.attendance();
        let in_use = |link: Link| attendance.as_ref().is_ok_and(|attendance| attendance.came_by(&link));
        if Link::read(text).is_some_and(in_use) {
            return;
        }
        // What is no link is shown as what it is; more than a look at it nobody wants.
        let link: String = text.chars().take(MOST_SHOWN).collect();
        *self.waiting_link() = Some(link.clone());
        let for_welcome = SignInLink::is_one(&link);
        let opened = NativeEvent::LinkOpened { link };
        if for_welcome {
            // Two pages would use it up twice.
            self.0.pages.tell_one(WELCOME, &opened);
        } else {
            self.0.pages.tell(&opened);
        }
        let settled = !matches!(&*self.0.current.borrow(), Current::Settling);
        if let Some(front) = self.0.front.get().filter(|_| settled) {
            front.beside(View::Welcome);
        }
    }

    /// Opens this view beside what is open, or brings it to the front.
    pub(crate) fn open(&self, view: View) {
        if let Some(front) = self.0.front.get() {
            front.beside(view);
        }
    }

    /// Begins this view anew where it is open: what it shows is somebody else's.
    pub(crate) fn renew(&self, view: View) {
        if let Some(front) = self.0.front.get() {
            front.renew(view);
        }
    }

    /// Opens an address in the person's browser; false where none opens.
    pub(crate) fn browse(&self, url: &str) -> bool {
        self.0.front.get().is_some_and(|front| front.browse(url))
    }

    /// The link that was opened is taken care of.
    pub(crate) fn link_used(&self, text: &str) {
        let mut waiting = self.waiting_link();
        if waiting.as_deref() == Some(text) {
            *waiting = None;
        }
    }

    /// Brings what is open before the person.
    pub fn raise(&self) {
        if let Some(front) = self.0.front.get() {
            front.raise();
        }
    }
}
