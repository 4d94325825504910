//! What a reminder says: the core's only words, for when no page is there to say them.

use std::{sync::LazyLock, time::Duration};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};

static BUNDLE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let mut bundle = FluentBundle::new_concurrent(vec!["en".parse().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    let (Ok(resource) | Err((resource, _))) =
        FluentResource::try_new(include_str!("../../locales/en/reminders.ftl").to_owned());
    drop(bundle.add_resource(resource));
    bundle
});

/// How long it is until the event starts, in words.
pub(crate) fn body(left: Duration) -> String {
    let minutes = left.as_secs().div_ceil(60).max(1);
    match minutes {
        0..=59 => say("reminder-minutes", minutes),
        60..1_410 => say("reminder-hours", (minutes + 30) / 60),
        1_410.. => say("reminder-day", 1),
    }
}

/// What the file does not have is shown by its id.
fn say(id: &str, count: u64) -> String {
    let Some(pattern) = BUNDLE.get_message(id).and_then(|message| message.value()) else { return id.to_owned() };
    let arguments: FluentArgs<'_> = [("count", count)].into_iter().collect();
    BUNDLE.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
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
