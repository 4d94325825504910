//! Who may do what: the one table.

use houselights_shared::{Action, Role, Update};

/// Whether `role` may do `action`. A role of a newer server may what an attendee may.
pub const fn may(role: Role, action: Action) -> bool {
    match action {
        Action::SendMessage | Action::RemoveOwnMessage | Action::TakePart => true,
        Action::EnterBackstage => match role {
            Role::Speaker | Role::Moderator | Role::Producer | Role::Organizer => true,
            Role::Attendee | Role::Unknown => false,
        },
        Action::AnswerQuestions => match role {
            Role::Speaker | Role::Moderator | Role::Producer | Role::Organizer => true,
            Role::Attendee | Role::Unknown => false,
        },
        Action::RemoveAnyMessage | Action::Moderate | Action::RunPolls => match role {
            Role::Moderator | Role::Producer | Role::Organizer => true,
            Role::Attendee | Role::Speaker | Role::Unknown => false,
        },
        Action::MoveOnStage | Action::DirectScenes | Action::CallShow => match role {
            Role::Producer | Role::Organizer => true,
            Role::Attendee | Role::Speaker | Role::Moderator | Role::Unknown => false,
        },
        Action::Unknown => false,
    }
}

/// Whether `role` may keep somebody of the role `other` from something: those look after others who stand below them.
pub(crate) const fn outranks(role: Role, other: Role) -> bool {
    may(role, Action::Moderate) && rank(role) > rank(other)
}

const fn rank(role: Role) -> u8 {
    match role {
        Role::Attendee | Role::Unknown => 0,
        Role::Speaker => 1,
        Role::Moderator => 2,
        Role::Producer => 3,
        Role::Organizer => 4,
    }
}

/// All that `role` may do: its row of the table.
pub fn rights(role: Role) -> Vec<Action> {
    Action::ALL.into_iter().filter(|action| may(role, *action)).collect()
}

/// What somebody gets to see of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// Everything but votes: how the show is called, with the notes of those who call it, and how the room is kept in order, too.
    Control,
    /// As much, but what is reported of those who look after the room: it may be of whoever sees it.
    Moderators,
    /// The show, the green room and the preview.
    Crew,
    /// The show.
    Audience,
}

impl View {
    /// What `role` gets to see.
    pub const fn of(role: Role) -> Self {
        match role {
            Role::Producer | Role::Organizer => Self::Control,
            Role::Moderator => Self::Moderators,
            Role::Speaker => Self::Crew,
            Role::Attendee | Role::Unknown => Self::Audience,
        }
    }

    /// Whether it is of those who look after the room.
    #[must_use]
    pub const fn looks_after(self) -> bool {
        match self {
            Self::Control | Self::Moderators => true,
            Self::Crew | Self::Audience => false,
        }
    }

    /// An entry of the log, as it is seen.
    #[must_use]
    pub fn seen(self, update: &Update) -> Update {
        match self {
            Self::Control => update.for_control(),
            Self::Moderators => update.for_moderators(),
            Self::Crew => update.for_crew(),
            Self::Audience => update.for_audience(),
        }
    }
}

/// What somebody is in an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StaffRole {
    /// May everything, also end it.
    Owner,
    /// Makes events and looks after those who come.
    Organizer,
    /// Calls shows.
    Producer,
    /// Looks after the chat.
    Moderator,
}

impl StaffRole {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Organizer, Self::Producer, Self::Moderator];

    /// As what they come into the rooms of an event.
    pub const fn in_rooms(self) -> Role {
        match self {
            Self::Owner | Self::Organizer => Role::Organizer,
            Self::Producer => Role::Producer,
            Self::Moderator => Role::Moderator,
        }
    }
}

/// What can be allowed in an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duty {
    /// Rename it; keys and webhooks of integrators.
    ManageOrganisation,
    /// Add and remove members and change their roles.
    ManageMembers,
    /// Make events and templates.
    CreateEvent,
    /// Change an event and everything in it, publish and cancel it.
    EditEvent,
    /// See events that are not published, and enter their rooms.
    ReadEvent,
    /// See who is registered.
    ReadPeople,
    /// Register by hand, cancel places, send tickets again.
    ManagePeople,
    /// Give money back.
    Refund,
    /// Take people and logs out of the house.
    Export,
    /// Erase a person.
    Erase,
}

impl Duty {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::ManageOrganisation,
        Self::ManageMembers,
        Self::CreateEvent,
        Self::EditEvent,
        Self::ReadEvent,
        Self::ReadPeople,
        Self::ManagePeople,
        Self::Refund,
        Self::Export,
        Self::Erase,
    ];

    /// Whether it changes an event or who comes to it: of one that is archived nobody does. Money can still be given back, and a person
    /// erased.
    pub const fn changes_event(self) -> bool {
        match self {
            Self::EditEvent | Self::ManagePeople => true,
            Self::ManageOrganisation
            | Self::ManageMembers
            | Self::CreateEvent
            | Self::ReadEvent
            | Self::ReadPeople
            | Self::Refund
            | Self::Export
            | Self::Erase => false,
        }
    }
}

/// Whether a member may do this.
pub const fn permits(role: StaffRole, duty: Duty) -> bool {
    match duty {
        Duty::ManageOrganisation | Duty::ManageMembers | Duty::Erase => match role {
            StaffRole::Owner => true,
            StaffRole::Organizer | StaffRole::Producer | StaffRole::Moderator => false,
        },
        Duty::CreateEvent | Duty::EditEvent | Duty::ManagePeople | Duty::Refund | Duty::Export => match role {
            StaffRole::Owner | StaffRole::Organizer => true,
            StaffRole::Producer | StaffRole::Moderator => false,
        },
        Duty::ReadPeople => match role {
            StaffRole::Owner | StaffRole::Organizer | StaffRole::Producer => true,
            StaffRole::Moderator => false,
        },
        Duty::ReadEvent => true,
    }
}

/// What a key of an integrator is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// See events and templates.
    EventsRead,
    /// Make and change them.
    EventsWrite,
    /// See who is registered.
    PeopleRead,
    /// Register, cancel and refund.
    PeopleWrite,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::EventsRead, Self::EventsWrite, Self::PeopleRead, Self::PeopleWrite];
}

/// Whether a key of this scope may do this. No key looks after members or other keys, and none erases.
pub const fn scope_permits(scope: Scope, duty: Duty) -> bool {
    match scope {
        Scope::EventsRead => matches!(duty, Duty::ReadEvent),
        Scope::EventsWrite => matches!(duty, Duty::ReadEvent | Duty::CreateEvent | Duty::EditEvent),
        Scope::PeopleRead => matches!(duty, Duty::ReadEvent | Duty::ReadPeople),
        Scope::PeopleWrite => matches!(duty, Duty::ReadEvent | Duty::ReadPeople | Duty::ManagePeople | Duty::Refund),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of staff as a person reads it.
    #[test]
    fn the_table_of_staff_is_this() {
        let table: [(Duty, [bool; 4]); 10] = [
            (Duty::ManageOrganisation, [true, false, false, false]),
            (Duty::ManageMembers, [true, false, false, false]),
            (Duty::CreateEvent, [true, true, false, false]),
            (Duty::EditEvent, [true, true, false, false]),
            (Duty::ReadEvent, [true, true, true, true]),
            (Duty::ReadPeople, [true, true, true, false]),
            (Duty::ManagePeople, [true, true, false, false]),
            (Duty::Refund, [true, true, false, false]),
            (Duty::Export, [true, true, false, false]),
            (Duty::Erase, [true, false, false, false]),
        ];
        assert_eq!(table.map(|(duty, _)| duty), Duty::ALL);
        for (duty, row) in table {
            assert_eq!(StaffRole::ALL.map(|role| permits(role, duty)), row, "{duty:?}");
        }
    }

    /// The table of keys as a person reads it.
    #[test]
    fn the_table_of_keys_is_this() {
        // Of `EventsRead`, `EventsWrite`, `PeopleRead` and `PeopleWrite`.
        let table: [(Duty, [bool; 4]); 10] = [
            (Duty::ManageOrganisation, [false, false, false, false]),
            (Duty::ManageMembers, [false, false, false, false]),
            (Duty::CreateEvent, [false, true, false, false]),
            (Duty::EditEvent, [false, true, false, false]),
            (Duty::ReadEvent, [true, true, true, true]),
            (Duty::ReadPeople, [false, false, true, true]),
            (Duty::ManagePeople, [false, false, false, true]),
            (Duty::Refund, [false, false, false, true]),
            (Duty::Export, [false, false, false, false]),
            (Duty::Erase, [false, false, false, false]),
        ];
        assert_eq!(table.map(|(duty, _)| duty), Duty::ALL);
        for (duty, row) in table {
            assert_eq!(Scope::ALL.map(|scope| scope_permits(scope, duty)), row, "{duty:?}");
        }
    }

    #[test]
    fn no_key_reaches_further_than_an_organizer() {
        for (scope, duty) in Scope::ALL.into_iter().flat_map(|scope| Duty::ALL.map(|duty| (scope, duty))) {
            assert!(!scope_permits(scope, duty) || permits(StaffRole::Organizer, duty), "{scope:?} {duty:?}");
        }
    }

    /// The table as a person reads it; a change of a right has to be made here too.
    #[test]
    fn the_table_is_this() {
        let table: [(Action, [bool; 6]); 11] = [
            (Action::SendMessage, [true, true, true, true, true, true]),
            (Action::RemoveOwnMessage, [true, true, true, true, true, true]),
            (Action::RemoveAnyMessage, [false, false, true, true, true, false]),
            (Action::TakePart, [true, true, true, true, true, true]),
            (Action::AnswerQuestions, [false, true, true, true, true, false]),
            (Action::Moderate, [false, false, true, true, true, false]),
            (Action::RunPolls, [false, false, true, true, true, false]),
            (Action::EnterBackstage, [false, true, true, true, true, false]),
            (Action::MoveOnStage, [false, false, false, true, true, false]),
            (Action::DirectScenes, [false, false, false, true, true, false]),
            (Action::CallShow, [false, false, false, true, true, false]),
        ];
        let roles = [Role::Attendee, Role::Speaker, Role::Moderator, Role::Producer, Role::Organizer, Role::Unknown];
        assert_eq!(table.map(|(action, _)| action), Action::ALL);
        for (action, row) in table {
            assert_eq!(roles.map(|role| may(role, action)), row, "{action:?}");
        }
    }

    #[test]
    fn who_enters_backstage_sees_what_the_crew_sees_and_who_calls_the_show_everything() {
        for role in [Role::Attendee, Role::Speaker, Role::Moderator, Role::Producer, Role::Organizer, Role::Unknown] {
            assert_eq!(may(role, Action::EnterBackstage), View::of(role) != View::Audience, "{role:?}");
            assert!(!may(role, Action::CallShow) || View::of(role) == View::Control, "{role:?}");
        }
    }
}
