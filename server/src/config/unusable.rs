//! What is wrong with a configuration, without what was written there: it may be a password.

use figment::error::{Error, Kind};

/// Each fault in words.
pub(super) fn told(error: &Error) -> String {
    error.clone().into_iter().map(|fault| one(&fault)).collect::<Vec<_>>().join("; ")
}

fn one(fault: &Error) -> String {
    let key = fault.path.join(".");
    match &fault.kind {
        Kind::UnknownField(name, _) => format!("there is no setting `{name}`"),
        Kind::MissingField(name) => format!("the setting `{name}` is missing"),
        Kind::DuplicateField(name) => format!("the setting `{name}` is there twice"),
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => format!("the setting `{key}` must be {expected}"),
        Kind::UnknownVariant(_, known) => format!("the setting `{key}` must be one of {}", known.join(", ")),
        Kind::ISizeOutOfRange(_) | Kind::USizeOutOfRange(_) => format!("the setting `{key}` is too large"),
        // The parser of TOML draws the line; where that is, and why, stands before and behind.
        Kind::Message(words) if key.is_empty() => {
            let drawn = |line: &&str| !line.trim_start().starts_with(|first: char| first == '|' || first.is_ascii_digit());
            let kept: Vec<&str> = words.lines().filter(drawn).filter(|line| !line.contains('"')).map(str::trim).collect();
            kept.join(": ")
        }
        Kind::Message(_) | Kind::InvalidLength(..) | Kind::Unsupported(_) | Kind::UnsupportedKey(..) => {
            format!("the setting `{key}` cannot be what it is")
        }
    }
}
