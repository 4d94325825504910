//! When an event can be come into.

use std::time::Duration;

/// So long before it begins the doors of an event that is published open by themselves.
pub const DOORS_OPEN_BEFORE: Duration = Duration::from_mins(15);
