//! The colours of a page, made of an event's two: whatever was chosen, everything can be read (WCAG 2.2 AA).

use std::fmt::Write as _;

use crate::colour::{BLACK, Colour, WHITE};

/// Of running text: more than the 4.5 that the standard asks for, since the chosen ground may move for it.
const TEXT: f64 = 8.0;
/// Of smaller words (WCAG 2.2, 1.4.3).
const WORDS: f64 = 4.5;
/// Of edges of controls and of what is no text (WCAG 2.2, 1.4.11).
const SHAPES: f64 = 3.0;

const RED: Colour = Colour(0xff, 0x4b, 0x3e);
const GREEN: Colour = Colour(0x2f, 0x9e, 0x62);
/// Text is warm rather than pure.
const LIGHT: Colour = Colour(0xf6, 0xf1, 0xea);
const DARK: Colour = Colour(0x1b, 0x16, 0x12);

/// All colours of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Theme {
    is_dark: bool,
    ground: Colour,
    /// Cards.
    panel: Colour,
    /// The accent's glow behind the title.
    glow: Colour,
    text: Colour,
    quiet: Colour,
    line: Colour,
    /// Edges of what can be filled in.
    edge: Colour,
    link: Colour,
    /// What asks to be pressed, and what is written on it.
    lamp: Colour,
    ink: Colour,
    fault: Colour,
    good: Colour,
}

impl Theme {
    /// Of the accent and the background of an event; what is no colour is as Houselights has it.
    pub(crate) fn of(accent: &str, background: &str) -> Self {
        let accent = Colour::read(accent).unwrap_or(Colour(0xff, 0xb4, 0x5c));
        let ground = Colour::read(background).unwrap_or(Colour(0x14, 0x11, 0x0f));
        let is_dark = ground.ink() == WHITE;
        let (text, end) = if is_dark { (LIGHT, BLACK) } else { (DARK, WHITE) };
        let ground = ground.readable(&[text], end, TEXT);
        let panel = if is_dark { ground.towards(WHITE, 6) } else { ground.towards(WHITE, 62) };
        let glow = accent.towards(ground, 86);
        let grounds = [ground, panel, glow];
        let ink_end = text.ink_end();
        Self {
            is_dark,
            ground,
            panel,
            glow,
            text: text.readable(&grounds, ink_end, WORDS),
            quiet: text.towards(ground, 34).readable(&grounds, ink_end, WORDS),
            line: text.towards(ground, 84),
            edge: text.towards(ground, 60).readable(&grounds, ink_end, SHAPES),
            link: accent.readable(&grounds, ink_end, WORDS),
            lamp: accent.readable(&grounds, ink_end, SHAPES),
            ink: accent.readable(&grounds, ink_end, SHAPES).ink(),
            fault: RED.readable(&grounds, ink_end, WORDS),
            good: GREEN.readable(&grounds, ink_end, WORDS),
        }
    }

    /// Houselights' own, by night and by day.
    pub(crate) fn own() -> [Self; 2] {
        [Self::of("#ffb45c", "#14110f"), Self::of("#8a4b00", "#faf7f3")]
    }

    /// Whether its text is light.
    pub(crate) fn is_dark(&self) -> bool {
        self.is_dark
    }

    /// The colour of the browser's own edge.
    pub(crate) fn ground(&self) -> String {
        self.ground.written()
    }

    /// A track's colour, so that its mark is seen.
    pub(crate) fn mark(&self, colour: &str) -> String {
        let colour = Colour::read(colour).unwrap_or(self.lamp);
        colour.readable(&[self.ground, self.panel], self.text.ink_end(), SHAPES).written()
    }

    /// By the names of the style's variables.
    pub(crate) fn colours(&self) -> [(&'static str, Colour); 12] {
        [
            ("ground", self.ground),
            ("panel", self.panel),
            ("glow", self.glow),
            ("text", self.text),
            ("quiet", self.quiet),
            ("line", self.line),
            ("edge", self.edge),
            ("link", self.link),
            ("lamp", self.lamp),
            ("ink", self.ink),
            ("fault", self.fault),
            ("good", self.good),
        ]
    }

    /// As declarations of a style.
    pub(crate) fn declarations(&self) -> String {
        let mut text = format!("color-scheme:{};", if self.is_dark { "dark" } else { "light" });
        for (name, colour) in self.colours() {
            // Writing to a String cannot fail.
            let _ = write!(text, "--{name}:{};", colour.written());
        }
        text
    }
}

impl Colour {
    /// Black for dark text, white for light text: where a colour has to go to be read among such text.
    fn ink_end(self) -> Self {
        if self.ink() == BLACK { WHITE } else { BLACK }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every sixth of each part: the corners, the greys, and the tones in between that are nobody's friend.
    fn colours() -> impl Iterator<Item = String> {
        let parts = [0_u8, 0x33, 0x66, 0x77, 0x99, 0xcc, 0xff];
        parts.into_iter().flat_map(move |red| {
            parts.into_iter().flat_map(move |green| parts.into_iter().map(move |blue| Colour(red, green, blue).written()))
        })
    }

    #[test]
    fn whatever_is_chosen_everything_can_be_read() {
        for background in colours() {
            for accent in colours() {
                let theme = Theme::of(&accent, &background);
                for ground in [theme.ground, theme.panel, theme.glow] {
                    for words in [theme.text, theme.quiet, theme.link, theme.fault, theme.good] {
                        assert!(words.contrast(ground) >= WORDS, "{accent} on {background}: {theme:?}");
                    }
                    for shape in [theme.lamp, theme.edge] {
                        assert!(shape.contrast(ground) >= SHAPES, "{accent} on {background}: {theme:?}");
                    }
                }
                assert!(theme.ink.contrast(theme.lamp) >= WORDS, "{accent} on {background}: {theme:?}");
                assert!(theme.text.contrast(theme.ground) >= 7.0, "{accent} on {background}: {theme:?}");
            }
        }
    }

    /// What the theme made readable is shown as it is, also under the pointer; and on paper everything has its own colours.
    #[test]
    fn the_style_changes_no_colour_of_the_theme() {
        let style = include_str!("../../../templates/landing/style.css");
        for changes in ["filter:", "opacity:", "mix-blend-mode:"] {
            assert!(!style.contains(changes), "{changes}");
        }
        let (_, printed) = style.split_once("@media print").unwrap();
        for (name, _) in Theme::own()[0].colours() {
            let written = printed.split_once(&format!("--{name}:")).and_then(|(_, rest)| rest.split([';', '}']).next());
            let colour = written.and_then(Colour::read).unwrap_or_else(|| panic!("{name} is as on the screen"));
            if ["text", "quiet", "link", "fault", "good"].contains(&name) {
                assert!(colour.contrast(WHITE) >= WORDS, "{name}");
            }
        }
    }

    #[test]
    fn colours_that_can_be_read_stay_as_they_were_chosen() {
        let theme = Theme::of("#ffb45c", "#14110f");
        assert_eq!((theme.ground.written(), theme.lamp.written()), ("#14110f".to_owned(), "#ffb45c".to_owned()));
        assert_eq!(theme.link, theme.lamp);
    }

    #[test]
    fn what_is_no_colour_is_as_houselights_has_it() {
        assert_eq!(Theme::of("red;}", "</style>"), Theme::own()[0]);
        assert_eq!(Theme::own()[0].mark("url(x)"), "#ffb45c");
    }
}
