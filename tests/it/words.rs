//! What the server says to people is in its Fluent files, under the ids that its sources ask for; and nothing else is.

use std::{collections::BTreeSet, fs, path::Path};

use houselights_tests::codegen::root;

/// Of every file below a folder, what is in it.
fn sources(folder: &Path, end: &str, found: &mut Vec<String>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            sources(&path, end, found);
        } else if path.file_name().is_some_and(|name| name != "tests.rs" && name.to_string_lossy().ends_with(end)) {
            let source = fs::read_to_string(&path).unwrap();
            // What tests ask for is no use of a text.
            found.push(source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned());
        }
    }
}

fn ids() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&root().join("server/locales/en"), ".ftl", &mut files);
    let id = |line: &str| line.split_once(" =").map(|(id, _)| id.to_owned());
    let is_id = |id: &String| id.starts_with(|c: char| c.is_ascii_lowercase()) && !id.contains(char::is_whitespace);
    files.iter().flat_map(|file| file.lines()).filter_map(id).filter(is_id).collect()
}

/// The texts in double quotes that may be ids or parts of them.
fn quoted(source: &str) -> impl Iterator<Item = &str> {
    let may_be = |text: &&str| {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(fits)
    };
    source.split('"').filter(may_be)
}

/// What is made by `format!` as the first argument of this function.
fn made_for<'a>(function: &str, source: &'a str) -> Vec<&'a str> {
    source.split(&format!("{function}(&format!(\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The beginnings of ids that a template puts before what it knows.
fn begun(source: &str) -> Vec<String> {
    let first = |rest: &str| rest.split('"').next().map(str::to_owned);
    source.split("say(\"").skip(1).filter_map(first).filter(|id| id.ends_with('-')).map(|id| id + "{}").collect()
}

/// Whether an id is what one with gaps comes to, if what fits is filled in.
fn is_made(pattern: &str, id: &str, fits: &dyn Fn(&str) -> bool) -> bool {
    let Some((before, rest)) = pattern.split_once('{') else { return pattern == id };
    let (Some(id), Some((_, after))) = (id.strip_prefix(before), rest.split_once('}')) else { return false };
    (1..=id.len()).any(|end| fits(&id[..end]) && is_made(after, &id[end..], fits))
}

#[test]
fn every_text_that_is_asked_for_is_there_and_every_text_that_is_there_is_asked_for() {
    let ids = ids();
    let subjects: BTreeSet<_> = ids.iter().filter_map(|id| id.split_once('-').map(|(subject, _)| subject)).collect();
    let mut found = Vec::new();
    sources(&root().join("server/src"), ".rs", &mut found);
    sources(&root().join("server/templates"), ".html", &mut found);
    let plain: BTreeSet<_> = found.iter().flat_map(|source| quoted(source)).collect();
    let made = found.iter().flat_map(|source| made_for("say", source)).map(str::to_owned);
    let patterns: BTreeSet<_> = made.chain(found.iter().flat_map(|source| begun(source))).collect();
    assert!(ids.len() > 150 && patterns.len() > 8, "{patterns:?}");
    // A gap takes a word or a number, or what is put together of them on the way.
    let parts: BTreeSet<_> = found.iter().flat_map(|source| made_for("words", source)).collect();
    let is_word = |part: &str| plain.contains(part) || part.bytes().all(|c| c.is_ascii_digit());
    let fits = |part: &str| is_word(part) || parts.iter().any(|pattern| is_made(pattern, part, &is_word));

    let is_one =
        |text: &&&str| !text.ends_with('-') && text.split_once('-').is_some_and(|(subject, _)| subjects.contains(subject));
    let missing: Vec<_> = plain.iter().filter(is_one).filter(|text| !ids.contains(**text)).collect();
    assert_eq!(missing, Vec::<&&str>::new(), "there are no such texts");
    let is_nothing = |pattern: &&String| !ids.iter().any(|id| is_made(pattern, id, &fits));
    assert_eq!(patterns.iter().find(is_nothing), None, "no text is made so");
    let is_idle = |id: &&String| !plain.contains(id.as_str()) && !patterns.iter().any(|pattern| is_made(pattern, id, &fits));
    assert_eq!(ids.iter().filter(is_idle).collect::<Vec<_>>(), Vec::<&String>::new(), "nobody asks for these");
}

/// A page that is sorry names the beginning of its three texts.
#[test]
fn whatever_a_page_is_sorry_for_has_its_words() {
    let ids = ids();
    let mut found = Vec::new();
    sources(&root().join("server/src/http"), ".rs", &mut found);
    let calls = found.iter().flat_map(|source| source.split("sorry(").skip(1)).map(|rest| rest.split(')').next().unwrap());
    let why: BTreeSet<_> = calls.filter_map(|arguments| arguments.split('"').nth(1)).collect();
    assert!(why.len() > 8, "{why:?}");
    for why in why {
        for what in ["title", "heading", "help"] {
            assert!(ids.contains(&format!("{why}-{what}")), "{why}-{what}");
        }
    }
}

#[test]
fn an_id_with_gaps_is_what_is_made_of_it() {
    let fits = |part: &str| ["changed", "place-free", "body", "over", "3"].contains(&part);
    for (pattern, id, is) in [
        ("mail-{}-{part}", "mail-changed-body", true),
        ("mail-{}-{part}", "mail-place-free-body", true),
        ("mail-{}-{part}", "mail-changed-hint", false),
        ("mail-{}-{part}", "mail-changed", false),
        ("landing-{kind}-heading", "landing-over-heading", true),
        ("landing-{kind}-heading", "landing-heading", false),
        ("weekday-{}", "weekday-3", true),
        ("weekday-{}", "weekday-", false),
    ] {
        assert_eq!(is_made(pattern, id, &fits), is, "{pattern} and {id}");
    }
}
