//! Who may do what: the one table.

use houselights_shared::{Action, Role};

/// Whether `role` may do `action`. A role of a newer server may what an attendee may.
pub const fn may(role: Role, action: Action) -> bool {
    match action {
        Action::SendMessage | Action::RemoveOwnMessage => true,
        Action::EnterBackstage => match role {
            Role::Speaker | Role::Moderator | Role::Producer | Role::Organizer => true,
            Role::Attendee | Role::Unknown => false,
        },
        Action::RemoveAnyMessage => match role {
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

/// All that `role` may do: its row of the table.
pub fn rights(role: Role) -> Vec<Action> {
    Action::ALL.into_iter().filter(|action| may(role, *action)).collect()
}

/// What somebody gets to see of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// Everything: the green room and the preview, too.
    Crew,
    /// The show.
    Audience,
}

impl View {
    /// What `role` gets to see.
    pub const fn of(role: Role) -> Self {
        if may(role, Action::EnterBackstage) { Self::Crew } else { Self::Audience }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table as a person reads it; a change of a right has to be made here too.
    #[test]
    fn the_table_is_this() {
        let table: [(Action, [bool; 6]); 7] = [
            (Action::SendMessage, [true, true, true, true, true, true]),
            (Action::RemoveOwnMessage, [true, true, true, true, true, true]),
            (Action::RemoveAnyMessage, [false, false, true, true, true, false]),
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
    fn who_enters_backstage_sees_what_the_crew_sees() {
        for role in [Role::Attendee, Role::Speaker, Role::Moderator, Role::Producer, Role::Organizer, Role::Unknown] {
            assert_eq!(may(role, Action::EnterBackstage), View::of(role) == View::Crew, "{role:?}");
        }
    }
}
