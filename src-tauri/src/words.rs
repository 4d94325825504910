//! The core's only words: for notes of the system, for when no page is there to say something.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

static BUNDLE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let mut bundle = FluentBundle::new_concurrent(vec!["en".parse().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    for file in [include_str!("../locales/en/reminders.ftl"), include_str!("../locales/en/inbox.ftl")] {
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(file.to_owned());
        drop(bundle.add_resource(resource));
    }
    bundle
});

/// A message, filled in. What the files do not have is shown by its id.
pub(crate) fn say<'a>(id: &str, value: (&'a str, impl Into<FluentValue<'a>>)) -> String {
    let Some(pattern) = BUNDLE.get_message(id).and_then(|message| message.value()) else { return id.to_owned() };
    let arguments: FluentArgs<'_> = [value].into_iter().collect();
    BUNDLE.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
}
