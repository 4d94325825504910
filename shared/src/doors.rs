//! When an event can be come into.

use std::time::Duration;

/// So long before it begins the doors of an event that is published open by themselves.
pub const DOORS_OPEN_BEFORE: Duration = Duration::from_mins(15);

/// So long after its end an event ends by itself, where nobody ended it. A show that overruns is over by then.
pub const ENDS_BY_ITSELF_AFTER: Duration = Duration::from_hours(6);
