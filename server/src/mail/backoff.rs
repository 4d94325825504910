//! When a mail that did not go out is tried again.

use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);

/// How long to wait after the attempt of this number, the first being 1; nothing once it is time to give up, seventeen hours after
/// the first attempt. A greylisting server (RFC 6647) lets the second or third in.
#[must_use]
pub const fn retry_after(attempt: u32) -> Option<Duration> {
    let minutes = match attempt {
        0 | 1 => 1,
        2 => 5,
        3 => 15,
        4 => 60,
        5 => 4 * 60,
        6 => 12 * 60,
        _ => return None,
    };
    Some(MINUTE.saturating_mul(minutes))
}

/// The same for what is of use for minutes alone: soon, and as often as it may still be of use.
#[must_use]
pub const fn retry_soon_after(attempt: u32) -> Option<Duration> {
    let seconds = match attempt {
        0 | 1 => 5,
        2 => 10,
        3 => 20,
        4..=30 => 30,
        _ => return None,
    };
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_longer_until_it_is_given_up() {
        let waits: Vec<u64> = (1..).map_while(retry_after).map(|wait| wait.as_secs() / 60).collect();
        assert_eq!(waits, [1, 5, 15, 60, 240, 720]);
        assert_eq!(retry_after(u32::MAX), None);
    }

    #[test]
    fn what_is_of_use_for_minutes_is_tried_within_them() {
        let waits: Vec<u64> = (1..).map_while(retry_soon_after).map(|wait| wait.as_secs()).collect();
        assert_eq!(waits.get(..5), Some(&[5, 10, 20, 30, 30][..]));
        assert!(waits.iter().take(6).sum::<u64>() < 3 * 60, "six times within the five minutes of a reminder");
        assert!(waits.iter().sum::<u64>() < 15 * 60, "no longer than a sign-in can be used");
    }
}
