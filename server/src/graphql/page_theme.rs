//! The colours of an event's page, as they come of the two that an organizer chooses: for whoever shows the page before it is saved.

use async_graphql::{Object, Result, SimpleObject};

use super::input;
use crate::http::Theme;

/// Colours, moved where that takes it until everything can be read (WCAG 2.2 AA).
#[derive(SimpleObject)]
pub(crate) struct PageTheme {
    is_dark: bool,
    /// By the names of the page's own variables.
    colours: Vec<PageColour>,
}

/// A colour of the page.
#[derive(SimpleObject)]
pub(crate) struct PageColour {
    /// `ground`, `panel`, `glow`, `text`, `quiet`, `line`, `edge`, `link`, `lamp` (what asks to be pressed), `ink` (the words on
    /// it), `fault` or `good`.
    name: String,
    /// `#rrggbb`.
    value: String,
}

#[derive(Default)]
pub(crate) struct PageThemeQuery;

#[Object]
impl PageThemeQuery {
    /// The colours of a page with this accent and this background.
    async fn page_theme(&self, accent: String, background: String) -> Result<PageTheme> {
        let theme = Theme::of(&input::colour("accent", &accent)?, &input::colour("background", &background)?);
        let colours = theme.colours().into_iter();
        Ok(PageTheme {
            is_dark: theme.is_dark(),
            colours: colours.map(|(name, colour)| PageColour { name: name.to_owned(), value: colour.written() }).collect(),
        })
    }
}
