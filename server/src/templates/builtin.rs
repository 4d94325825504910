//! The templates that come with Houselights.

use std::sync::LazyLock;

use super::Template;

/// In the order they are offered in: from one guest to a whole day.
pub(super) const SOURCES: [&str; 10] = [
    include_str!("../../templates/events/fireside-chat.toml"),
    include_str!("../../templates/events/panel.toml"),
    include_str!("../../templates/events/ama.toml"),
    include_str!("../../templates/events/webinar.toml"),
    include_str!("../../templates/events/workshop.toml"),
    include_str!("../../templates/events/demo-day.toml"),
    include_str!("../../templates/events/cocktail-party.toml"),
    include_str!("../../templates/events/happy-hour.toml"),
    include_str!("../../templates/events/hackathon-final.toml"),
    include_str!("../../templates/events/one-day-conference.toml"),
];

/// One that could not be read would be missing; that none is, a test sees to.
static BUILTIN: LazyLock<Vec<Template>> =
    LazyLock::new(|| SOURCES.iter().filter_map(|source| Template::read(source).ok()).collect());

/// The templates that come with Houselights, read once.
pub(crate) fn builtin() -> &'static [Template] {
    &BUILTIN
}

/// One of them by its name, such as `fireside-chat`.
pub(crate) fn builtin_named(name: &str) -> Option<&'static Template> {
    builtin().iter().find(|template| template.name == name)
}
