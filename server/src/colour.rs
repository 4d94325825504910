//! Colours, and whether they can be told apart (WCAG 2.2, "relative luminance" and "contrast ratio").

/// Steps in which a colour moves towards another.
const STEPS: u8 = 50;

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

pub(crate) const BLACK: Colour = Colour(0, 0, 0);
pub(crate) const WHITE: Colour = Colour(255, 255, 255);

impl Colour {
    /// `#rrggbb` and nothing else: it goes into a style.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self(red, green, blue))
    }

    pub(crate) fn written(self) -> String {
        let Self(red, green, blue) = self;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// From 1 (the same) to 21 (black on white).
    pub(crate) fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Black or white, whichever is read better on it: at least 4.58.
    pub(crate) fn ink(self) -> Self {
        if self.contrast(BLACK) >= self.contrast(WHITE) { BLACK } else { WHITE }
    }

    /// So many percent of the way to another colour.
    #[must_use]
    pub(crate) fn towards(self, other: Self, percent: u8) -> Self {
        let part = |from: u8, to: u8| {
            let percent = u16::from(percent.min(100));
            let mixed = (u16::from(from) * (100 - percent) + u16::from(to) * percent + 50) / 100;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Self(part(self.0, other.0), part(self.1, other.1), part(self.2, other.2))
    }

    /// Itself where it stands out enough from all of `grounds`; otherwise as little of the way to `to` as makes it so, or `to`.
    #[must_use]
    pub(crate) fn readable(self, grounds: &[Self], to: Self, ratio: f64) -> Self {
        let steps = (0..=STEPS).map(|step| self.towards(to, step * (100 / STEPS)));
        let mut enough = steps.filter(|colour| grounds.iter().all(|ground| colour.contrast(*ground) >= ratio));
        enough.next().unwrap_or(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_a_colour_can_be_read() {
        for (accent, ink) in [("#ffb45c", BLACK), ("#8a4b00", WHITE), ("#000000", WHITE), ("#FFFFFF", BLACK)] {
            assert_eq!(Colour::read(accent).unwrap().ink(), ink);
        }
    }

    #[test]
    fn nothing_but_a_colour_gets_into_a_style() {
        for wrong in ["", "red", "#fff", "#12345g", "#1234567", "#ab;}<b", "#+12345"] {
            assert!(Colour::read(wrong).is_none(), "{wrong}");
        }
        assert_eq!(Colour::read("#0aFf01").unwrap().written(), "#0aff01");
    }

    #[test]
    fn contrast_is_as_the_standard_has_it() {
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 1e-9);
        // The best known of the greys that just pass on white.
        assert!(Colour(0x76, 0x76, 0x76).contrast(WHITE) >= 4.5 && Colour(0x77, 0x77, 0x77).contrast(WHITE) < 4.5);
    }

    #[test]
    fn a_colour_moves_no_further_than_it_has_to() {
        let lamp = Colour::read("#ffb45c").unwrap();
        assert_eq!(lamp.readable(&[BLACK], WHITE, 4.5), lamp);
        let darker = lamp.readable(&[WHITE], BLACK, 4.5);
        assert!((4.5..5.0).contains(&darker.contrast(WHITE)), "{darker:?}");
    }
}
