//! What the house shows itself by: which windows there are, and who opens them.

use houselights_shared::Role;

/// What a window is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Nobody is signed in.
    Welcome,
    /// Watches.
    Attendee,
    /// Speaks.
    Studio,
    /// Calls the show.
    Control,
    /// Holds events; it stands beside any of the others.
    Dashboard,
}

impl View {
    /// The one for a role.
    pub fn of(role: Role) -> Self {
        match role {
            Role::Attendee | Role::Unknown => Self::Attendee,
            Role::Speaker => Self::Studio,
            Role::Moderator | Role::Producer | Role::Organizer => Self::Control,
        }
    }

    /// When one sends pictures and sound from it. Whoever may is told by the server; this is where the switches are.
    pub fn sends(self) -> Sends {
        match self {
            Self::Studio => Sends::AtWill,
            Self::Attendee => Sends::AsGuest,
            Self::Welcome | Self::Control | Self::Dashboard => Sends::Never,
        }
    }
}

/// When one sends pictures and sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sends {
    /// There are no switches.
    Never,
    /// On stage, where one's hand was taken. Until one raises it no device is opened.
    AsGuest,
    /// Whenever one switches on.
    AtWill,
}

/// The windows.
pub trait Front: Send + Sync + 'static {
    /// Opens this view and closes the others; a dashboard stays.
    fn show(&self, view: View);
    /// Begins this view anew where it is open: its page belongs to somebody who has just left.
    fn renew(&self, view: View);
    /// Opens this view beside what is open, or brings it to the front.
    fn beside(&self, view: View);
    /// Brings what is open before the person.
    fn raise(&self);
    /// Opens an address in the person's browser; false where there is none that opens.
    fn browse(&self, url: &str) -> bool;
}
