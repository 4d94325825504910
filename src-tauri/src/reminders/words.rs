//! What a reminder says.

use std::time::Duration;

use crate::words::say;

/// How long it is until the event starts, in words.
pub(crate) fn body(left: Duration) -> String {
    let minutes = left.as_secs().div_ceil(60).max(1);
    match minutes {
        0..=59 => say("reminder-minutes", ("count", minutes)),
        60..1_410 => say("reminder-hours", ("count", (minutes + 30) / 60)),
        1_410.. => say("reminder-day", ("count", 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_in_the_unit_that_a_person_would_take() {
        for (seconds, said) in [
            (0, "Starts in 1 minute."),
            (300, "Starts in 5 minutes."),
            (3_599, "Starts in 1 hour."),
            (3_600, "Starts in 1 hour."),
            (10 * 3_600, "Starts in 10 hours."),
            (24 * 3_600, "Starts in a day."),
        ] {
            assert_eq!(body(Duration::from_secs(seconds)), said);
        }
    }
}
