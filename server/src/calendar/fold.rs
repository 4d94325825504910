//! Lines of at most 75 octets (RFC 5545, section 3.1).

const LIMIT: usize = 75;

/// Folds again what `icalendar` wrote: it forgets the blank that a continuation begins with, and makes last lines of 76 octets.
pub(super) fn folded(calendar: &str) -> String {
    let unfolded = calendar.replace("\r\n ", "");
    let mut folded = String::with_capacity(calendar.len() + 64);
    for line in unfolded.split_terminator("\r\n") {
        let mut octets = 0;
        for c in line.chars() {
            if octets + c.len_utf8() > LIMIT {
                folded.push_str("\r\n ");
                octets = 1;
            }
            folded.push(c);
            octets += c.len_utf8();
        }
        folded.push_str("\r\n");
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_too_long_and_no_letter_is_cut_or_lost() {
        for letter in ["a", " ", "ü", "老", "😀"] {
            for count in [0, 1, 18, 19, 37, 38, 74, 75, 76, 149, 150, 151, 400] {
                let line = format!("SUMMARY:{}", letter.repeat(count));
                let folded = folded(&format!("{line}\r\n"));
                assert!(folded.split("\r\n").all(|line| line.len() <= LIMIT), "{folded}");
                assert_eq!(folded.replace("\r\n ", ""), format!("{line}\r\n"));
            }
        }
    }
}
