//! How long a client that sends too fast is told to slow down, before it is told to go.

/// How much haste is borne; after that the client hears nothing but the end.
const PATIENCE: u32 = 200;

/// The haste of one connection: what was refused as too fast, less what was not. So who sends more than twice of what it may, and
/// goes on, is sent away, and who was hasty for a moment is forgiven.
#[derive(Default)]
pub(super) struct Patience(u32);

impl Patience {
    /// A frame came in time.
    pub(super) fn keeps(&mut self) {
        self.0 = self.0.saturating_sub(1);
    }

    /// A frame came too fast. Whether that is borne.
    pub(super) fn bears(&mut self) -> bool {
        self.0 += 1;
        self.0 <= PATIENCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    /// Frames until the end, of a client that sends so many a second, by the default limit; nothing where it is borne for an hour.
    fn until_the_end(a_second: u32) -> Option<u32> {
        let allowed = Config::default().frames_per_second;
        let mut patience = Patience::default();
        (0..3_600 * a_second).find(|frame| {
            // Those that are allowed are spread over the second as the limit gives them out.
            let is_allowed = frame * allowed / a_second != (frame + 1) * allowed / a_second;
            if is_allowed {
                patience.keeps();
            }
            !is_allowed && !patience.bears()
        })
    }

    #[test]
    fn a_flood_ends_though_some_of_it_is_in_time() {
        for a_second in [100, 1_000] {
            let frames = until_the_end(a_second);
            assert!(frames.is_some_and(|frames| frames < 10 * a_second), "{a_second} a second: {frames:?}");
        }
    }

    #[test]
    fn a_little_haste_is_borne_for_ever() {
        assert_eq!(until_the_end(21), None);
        assert_eq!(until_the_end(35), None);
    }
}
