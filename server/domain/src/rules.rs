//! What may be done and written in a room by those who do not look after it.

use houselights_shared::{MAX_REFUSED_WORDS, MAX_SLOW_MODE_SECONDS, MAX_WORD_CHARS, Refusal, RoomRules, RulesEdit};

/// Endings of addresses that people write without anything in front.
const TOP_DOMAINS: [&str; 16] =
    ["com", "net", "org", "io", "dev", "app", "info", "biz", "co", "me", "tv", "gg", "ly", "xyz", "eu", "de"];

/// The rules after a change; what cannot be is refused.
pub(crate) fn edited(rules: &RoomRules, change: &RulesEdit) -> Result<RoomRules, Refusal> {
    let mut rules = rules.clone();
    match change {
        RulesEdit::Chat { on } => rules.chat = *on,
        RulesEdit::SlowMode { seconds } if *seconds > MAX_SLOW_MODE_SECONDS => return Err(Refusal::Malformed),
        RulesEdit::SlowMode { seconds } => rules.slow_mode = *seconds,
        RulesEdit::Links { on } => rules.links = *on,
        RulesEdit::Words { words } => rules.words = refused_words(words)?,
        RulesEdit::Questions { on } => rules.questions = *on,
        RulesEdit::Review { on } => rules.review = *on,
        RulesEdit::Anonymous { on } => rules.anonymous = *on,
        RulesEdit::Reactions { on } => rules.reactions = *on,
        RulesEdit::Hands { on } => rules.hands = *on,
        RulesEdit::Lobby { on } => rules.lobby = *on,
        RulesEdit::Lock { on } => rules.locked = *on,
        RulesEdit::Unknown => return Err(Refusal::UnknownCommand),
    }
    Ok(rules)
}

/// The rules with everything closed that the audience does.
pub(crate) fn stopped(rules: &RoomRules) -> RoomRules {
    RoomRules { chat: false, questions: false, reactions: false, hands: false, ..rules.clone() }
}

fn refused_words(words: &[String]) -> Result<Vec<String>, Refusal> {
    let too_long = |word: &String| word.chars().count() > MAX_WORD_CHARS;
    if words.len() > MAX_REFUSED_WORDS || words.iter().any(too_long) {
        return Err(Refusal::Malformed);
    }
    let mut kept: Vec<_> = words.iter().map(|word| spread(word).trim().to_owned()).filter(|word| !word.is_empty()).collect();
    kept.sort_unstable();
    kept.dedup();
    Ok(kept)
}

/// In lower case, with one blank around each run of letters and digits, so that whole words are found.
fn spread(text: &str) -> String {
    let mut out = String::from(" ");
    for c in text.chars().filter(|c| !is_unseen(*c)) {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

/// Whether the room takes a text.
pub(crate) fn admits(rules: &RoomRules, text: &str) -> Result<(), Refusal> {
    if !rules.links && text.split(parts).any(is_link) {
        return Err(Refusal::LinksNotAllowed);
    }
    if rules.words.is_empty() {
        return Ok(());
    }
    let text = spread(text);
    let holds = |word: &String| text.contains(&format!(" {word} "));
    if rules.words.iter().any(holds) { Err(Refusal::WordsNotAllowed) } else { Ok(()) }
}

/// What parts words: blanks, and what stands around an address in Markdown.
fn parts(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | '"' | '|' | ',' | ';')
}

/// What is not seen, and would part a word for a machine alone.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// Whether people take it for an address: it names a scheme, or looks like a host.
fn is_link(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    if word.contains("://") || word.starts_with("www.") || word.starts_with("mailto:") {
        return true;
    }
    let host = word.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let labels: Vec<_> = host.split('.').collect();
    let is_label = |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    labels.len() > 1 && labels.iter().all(is_label) && labels.last().is_some_and(|last| TOP_DOMAINS.contains(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_what_people_take_for_links() {
        let rules = RoomRules { links: false, ..RoomRules::default() };
        for link in [
            "see https://a.example",
            "(www.a.b)",
            "go to example.com/x",
            "evil.io!",
            "MAILTO:a@b.c",
            "[free](evil.io)",
            "one,evil.io/x",
        ] {
            assert_eq!(admits(&rules, link), Err(Refusal::LinksNotAllowed), "{link}");
        }
        for words in ["Hello.World", "3.14", "e.g. this", "...", "a/b", "well.then"] {
            assert_eq!(admits(&rules, words), Ok(()), "{words}");
        }
    }

    #[test]
    fn refused_words_are_whole_words_in_any_case() {
        let change = RulesEdit::Words { words: vec!["Darn it".into(), "heck".into(), " ".into(), "HECK".into()] };
        let rules = edited(&RoomRules::default(), &change).unwrap();
        assert_eq!(rules.words, ["darn it", "heck"]);
        for text in ["oh HECK!", "darn\nIT", "heck", "h\u{200B}e\u{AD}ck"] {
            assert_eq!(admits(&rules, text), Err(Refusal::WordsNotAllowed), "{text}");
        }
        assert_eq!(admits(&rules, "checkered darn"), Ok(()));
    }

    #[test]
    fn rules_have_bounds() {
        let rules = RoomRules::default();
        assert_eq!(edited(&rules, &RulesEdit::SlowMode { seconds: 3_601 }), Err(Refusal::Malformed));
        assert_eq!(edited(&rules, &RulesEdit::Words { words: vec!["x".repeat(31)] }), Err(Refusal::Malformed));
        assert_eq!(edited(&rules, &RulesEdit::Unknown), Err(Refusal::UnknownCommand));
    }
}
