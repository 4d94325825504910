//! What may be done and written in a room by those who do not look after it.

use std::sync::Arc;

use houselights_shared::{
    Action, MAX_MESSAGE_CHARS, MAX_REFUSED_WORDS, MAX_SLOW_MODE_SECONDS, MAX_WORD_CHARS, Refusal, Role, RoomRules, RulesEdit,
    compatible, words,
};

use crate::{
    markdown::{decoded, drawn},
    may,
    word_list::{WordList, seen},
    words::clean,
};

/// Endings of addresses that people write without anything in front or behind.
const TOP_DOMAINS: [&str; 38] = [
    "com", "net", "org", "io", "dev", "app", "info", "biz", "co", "me", "tv", "gg", "ly", "xyz", "eu", "de", "ru", "cn", "uk",
    "fr", "ch", "nl", "ai", "shop", "site", "online", "top", "click", "link", "store", "cc", "ws", "pw", "su", "jp", "br",
    "pl", "рф",
];
/// Beginnings of addresses that need nothing behind them that looks like a host.
const SCHEMES: [&str; 6] = ["http:", "https:", "hxxp:", "hxxps:", "ftp:", "mailto:"];
/// In the stead of words of a name that a room does not take.
const UNSAID: &str = "***";

/// The rules after a change; what cannot be is refused.
pub(crate) fn edited(rules: &RoomRules, change: &RulesEdit) -> Result<RoomRules, Refusal> {
    let mut rules = rules.clone();
    match change {
        RulesEdit::Chat { on } => rules.chat = *on,
        RulesEdit::SlowMode { seconds } if *seconds > MAX_SLOW_MODE_SECONDS => return Err(Refusal::Malformed),
        RulesEdit::SlowMode { seconds } => rules.slow_mode = *seconds,
        RulesEdit::Links { on } => rules.links = *on,
        RulesEdit::AddWords { words } => {
            rules.words.extend(refused_words(words)?);
            rules.words.sort_unstable();
            rules.words.dedup();
            if rules.words.len() > MAX_REFUSED_WORDS {
                return Err(Refusal::Full);
            }
        }
        RulesEdit::RemoveWords { words } => {
            let gone = refused_words(words)?;
            rules.words.retain(|word| !gone.contains(word));
        }
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

fn refused_words(refused: &[String]) -> Result<Vec<String>, Refusal> {
    let too_long = |word: &String| word.chars().count() > MAX_WORD_CHARS;
    if refused.len() > MAX_REFUSED_WORDS || refused.iter().any(too_long) {
        return Err(Refusal::Malformed);
    }
    let plain = |word: &String| seen(&clean(word)).to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    // What has no letter and no digit is found nowhere.
    Ok(refused.iter().map(plain).filter(|word| !words(word).is_empty()).collect())
}

/// Whether the room takes a text; what is longer than anybody's is not looked through: nobody takes it.
pub(crate) fn admits(rules: &RoomRules, list: &WordList, text: &str) -> Result<(), Refusal> {
    let text = clean(text);
    if text.chars().nth(MAX_MESSAGE_CHARS).is_some() {
        return Ok(());
    }
    let written = text;
    let text = decoded(&written);
    if !rules.links && legible(&text).split(parts).any(is_link) {
        return Err(Refusal::LinksNotAllowed);
    }
    // What a link leads to ends before its characters are read.
    let is_refused = |text: Option<String>| text.is_none_or(|text| list.is_in(&text));
    let is_in = || {
        let decoded_after = || drawn(&written).map(|text| decoded(&text).into_owned());
        list.is_in(&text) || is_refused(drawn(&text)) || is_refused(decoded_after())
    };
    if !list.is_empty() && is_in() { Err(Refusal::WordsNotAllowed) } else { Ok(()) }
}

/// How a room calls people. Those who look after it are told their names all the same: they have to know whom they act on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Naming {
    pub(crate) refuses_links: bool,
    pub(crate) words: Arc<WordList>,
}

impl Naming {
    /// As what others get to know somebody of this role, where that is not by their name.
    #[must_use]
    pub fn mask(&self, role: Role, name: &str) -> Option<String> {
        if may(role, Action::EnterBackstage) {
            return None;
        }
        shown(&self.rules(), &self.words, name)
    }

    /// Whether others get to read what somebody of this role says of themselves.
    #[must_use]
    pub fn takes(&self, role: Role, text: &str) -> bool {
        may(role, Action::EnterBackstage) || admits(&self.rules(), &self.words, text).is_ok()
    }

    fn rules(&self) -> RoomRules {
        RoomRules { links: !self.refuses_links, ..RoomRules::default() }
    }
}

/// A name as it is shown where the room does not take it: without those of its words, or where that is not enough without any. Whoever is called so comes
/// in all the same: it may be on their passport.
fn shown(rules: &RoomRules, list: &WordList, name: &str) -> Option<String> {
    let takes = |text: &str| admits(rules, list, text).is_ok();
    if takes(name) {
        return None;
    }
    let words: Vec<_> = name.split_whitespace().map(|word| if takes(word) { word } else { UNSAID }).collect();
    Some(words.join(" ")).filter(|shown| takes(shown)).or_else(|| Some(UNSAID.to_owned()))
}

/// A text as one reads addresses in it: each sign in its compatibility form (Unicode Standard Annex 15), none that nobody sees, whatever looks like a dot, a
/// colon or a slash as that, and a dot in brackets as a dot.
fn legible(text: &str) -> String {
    let plain: String = compatible(&seen(text)).chars().map(sign).collect();
    let plain = seen(&plain).to_lowercase();
    ["[.]", "(.)", "{.}", "[dot]", "(dot)", "{dot}"].iter().fold(plain, |text, dot| text.replace(dot, "."))
}

/// What a sign looks like that stands between the parts of an address.
const fn sign(c: char) -> char {
    match c {
        '\u{B7}' | '\u{6D4}' | '\u{701}' | '\u{702}' | '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22C5}' | '\u{3002}'
        | '\u{30FB}' | '\u{A4F8}' => '.',
        '\\' | '\u{2044}' | '\u{2215}' | '\u{29F8}' => '/',
        '\u{2236}' | '\u{A789}' => ':',
        c => c,
    }
}

/// What parts words: blanks, and what stands around an address in Markdown.
fn parts(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | '"' | '|' | ',' | ';')
}

/// Whether people take a legible word for an address: it names a scheme, or looks like a host.
fn is_link(word: &str) -> bool {
    let names_host = |rest: &str| rest.starts_with(char::is_alphanumeric);
    if word.trim_start_matches([':', '\'', '*', '_', '~', '`']).strip_prefix("//").is_some_and(names_host) {
        return true;
    }
    // A mailbox is drawn as a link, too, whatever its ending, and whatever stands beside it.
    if word.split(|c: char| !(c.is_alphanumeric() || "._+-@".contains(c))).any(is_mailbox) {
        return true;
    }
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let names_scheme = |scheme: &&str| word.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty());
    if word.contains("://") || word.starts_with("www.") || SCHEMES.iter().any(names_scheme) {
        return true;
    }
    let written = word.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let behind = word.strip_prefix(written).unwrap_or_default();
    let host = written.rsplit('@').next().unwrap_or_default().trim_end_matches('.');
    let labels: Vec<_> = host.split('.').collect();
    let is_label = |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let is_number = |label: &&str| label.parse::<u8>().is_ok();
    if labels.len() == 4 && labels.iter().all(is_number) {
        return true;
    }
    // In letters of other scripts, as machines write them (RFC 3492).
    if labels.len() > 1 && labels.iter().all(is_label) && labels.iter().any(|label| label.starts_with("xn--")) {
        return true;
    }
    // With a path behind it, or a port, any ending makes an address.
    let has_port = behind.strip_prefix(':').is_some_and(|port| port.starts_with(|c: char| c.is_ascii_digit()));
    let has_path = has_port || (behind.len() > 1 && behind.starts_with('/'));
    let is_ending = |last: &&str| {
        TOP_DOMAINS.contains(last) || (has_path && last.chars().nth(1).is_some() && last.chars().all(char::is_alphabetic))
    };
    labels.len() > 1 && labels.iter().all(is_label) && labels.last().is_some_and(is_ending)
}

fn is_mailbox(word: &str) -> bool {
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.split_once('@')
        .is_some_and(|(_, host)| host.contains('.') && host.split('@').any(|host| host.split('.').all(is_label)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_however_they_are_drawn() {
        let list = WordList::of(&["heck".to_owned()]);
        for text in ["[he](x&#41;y)ck", "*h*_e_~c~`k`", "[he](https://a.b/(x))ck", "h&#101;ck"] {
            assert_eq!(admits(&RoomRules::default(), &list, text), Err(Refusal::WordsNotAllowed), "{text}");
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one line a text")]
    fn links_are_what_people_take_for_links() {
        let rules = RoomRules { links: false, ..RoomRules::default() };
        let admits = |text| admits(&rules, &WordList::default(), text);
        for link in [
            "see https://a.example",
            "(www.a.b)",
            "go to example.com/x",
            "evil.io!",
            "MAILTO:a@b.c",
            "[free](evil.io)",
            "one,evil.io/x",
            "evil.example/x",
            "evil\u{200B}.io",
            "hxxp://evil.example",
            "hxxps:evil",
            "http:/evil.example",
            "//evil.example",
            "//evil/x",
            "\\\\evil\\x",
            "example\u{3002}com",
            "example\u{FF61}com/x",
            "ex\u{2060}ample\u{FF0E}com",
            "\u{FF45}vil\u{2024}io",
            "evil\u{B7}io",
            "www\u{3002}evil\u{3002}example",
            "ht\u{AD}tps\u{FF1A}//x",
            "evil[.]com",
            "evil(dot)example/x",
            "evil.com.",
            "evil.com./x",
            "evil.example:8080",
            "xn--e1aybc.xn--p1ai",
            "\u{43F}\u{440}\u{438}\u{43C}\u{435}\u{440}.\u{440}\u{444}",
            "198.51.100.7",
            "198.51.100.7:80/x",
            "[click](https&#58;&#47;&#47;foo&#46;es)",
            "[c](ht&#116;ps&#58;foo&#46;es)",
            "me@evil.org",
            "user@evil.es",
            "user@evil.museum",
            "foo:user@evil.es",
            "a/user@evil.es",
            "user@evil.es&x",
            "user@e_vil.es",
        ] {
            assert_eq!(admits(link), Err(Refusal::LinksNotAllowed), "{link}");
        }
        for words in [
            "Hello.World",
            "@hello.world",
            "me@home",
            "3.14",
            "e.g. this",
            "...",
            "a/b",
            "well.then",
            "1.5/2",
            "e.g./i.e.",
            "1.2.3",
            "// well",
            "http: what",
            "300.1.2.3",
            "col\u{B7}lecci\u{F3}",
            "5:30",
            "a:b",
            "@ada.well",
            "you & me",
        ] {
            assert_eq!(admits(words), Ok(()), "{words}");
        }
    }

    #[test]
    fn a_name_is_shown_without_what_the_room_does_not_take() {
        let (rules, list) =
            (RoomRules { links: false, ..RoomRules::default() }, WordList::of(&["heck".into(), "darn it".into()]));
        let shown = |name| shown(&rules, &list, name);
        assert_eq!(shown("Vera Heckler"), None);
        assert_eq!(shown("Vera H\u{200B}eck").as_deref(), Some("Vera ***"));
        assert_eq!(shown("Vera evil\u{3002}com").as_deref(), Some("Vera ***"));
        assert_eq!(shown("Darn It").as_deref(), Some("***"), "it takes two words");
    }

    #[test]
    fn refused_words_are_kept_in_one_case_and_each_once() {
        let words = vec!["Darn  it".into(), "heck".into(), " ".into(), "?!".into(), "HE\u{200B}CK".into(), "\u{C9}lan".into()];
        let rules = edited(&RoomRules::default(), &RulesEdit::AddWords { words }).unwrap();
        assert_eq!(rules.words, ["darn it", "heck", "\u{E9}lan"]);
    }

    #[test]
    fn words_are_added_to_those_that_are_there_and_taken_out_of_them_however_often_it_is_said() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let edits = [
            RulesEdit::AddWords { words: words(&["heck", "spam"]) },
            RulesEdit::AddWords { words: words(&["darn", "Heck"]) },
            RulesEdit::AddWords { words: words(&["darn", "Heck"]) },
            RulesEdit::RemoveWords { words: words(&["SPAM", "nothing"]) },
            RulesEdit::RemoveWords { words: words(&["SPAM", "nothing"]) },
        ];
        let rules = edits.iter().try_fold(RoomRules::default(), |rules, change| edited(&rules, change)).unwrap();
        assert_eq!(rules.words, ["darn", "heck"]);
    }

    #[test]
    fn a_room_refuses_no_more_words_than_fit_and_takes_some_out_all_the_same() {
        let numbered = |from: usize| (from..from + MAX_REFUSED_WORDS).map(|number| format!("w{number}")).collect::<Vec<_>>();
        let full = edited(&RoomRules::default(), &RulesEdit::AddWords { words: numbered(0) }).unwrap();
        assert_eq!(edited(&full, &RulesEdit::AddWords { words: numbered(1) }), Err(Refusal::Full));
        assert_eq!(edited(&full, &RulesEdit::AddWords { words: numbered(0) }), Ok(full.clone()));
        assert_eq!(edited(&full, &RulesEdit::RemoveWords { words: numbered(1) }).unwrap().words, ["w0"]);
    }

    #[test]
    fn a_refused_word_is_found_behind_whatever_is_cut_off_and_not_looked_for_in_what_is_too_long() {
        let (rules, list) = (RoomRules::default(), WordList::of(&["heck".to_owned()]));
        let hidden = format!("{}heck", " ".repeat(3 * MAX_MESSAGE_CHARS));
        assert_eq!(admits(&rules, &list, &hidden), Err(Refusal::WordsNotAllowed));
        assert_eq!(admits(&rules, &list, &"heck ".repeat(MAX_MESSAGE_CHARS)), Ok(()), "it is refused as too long");
    }

    #[test]
    fn rules_have_bounds() {
        let rules = RoomRules::default();
        assert_eq!(edited(&rules, &RulesEdit::SlowMode { seconds: 3_601 }), Err(Refusal::Malformed));
        assert_eq!(edited(&rules, &RulesEdit::AddWords { words: vec!["x".repeat(31)] }), Err(Refusal::Malformed));
        assert_eq!(edited(&rules, &RulesEdit::Unknown), Err(Refusal::UnknownCommand));
    }
}
