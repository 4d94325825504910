//! An organizer's Markdown as HTML that can do no harm.

use std::{collections::HashSet, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html::push_html};

/// What remains; everything else is taken out, and of scripts and styles their content, too. No pictures: the page loads none from
/// elsewhere.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::empty();
    cleaner
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(HashSet::from(["script", "style"]))
        .add_tag_attributes("a", ["href"])
        .add_tag_attributes("abbr", ["title"])
        .add_tag_attributes("ol", ["start"])
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow noopener noreferrer"));
    cleaner
});

/// The HTML. Its largest heading is an `h3`, whatever it was, since it stands under one of the page.
pub(super) fn html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let parsed: Vec<Event<'_>> = Parser::new_ext(markdown, options).collect();
    let levels = parsed
        .iter()
        .filter_map(|event| if let Event::Start(Tag::Heading { level, .. }) = event { Some(*level as u8) } else { None });
    let top = levels.min().unwrap_or(1);
    let moved = |level: HeadingLevel| match level as u8 - top {
        0 => HeadingLevel::H3,
        1 => HeadingLevel::H4,
        2 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    };
    let events = parsed.into_iter().map(|mut event| {
        if let Event::Start(Tag::Heading { level, .. }) | Event::End(TagEnd::Heading(level)) = &mut event {
            *level = moved(*level);
        }
        event
    });
    let mut html = String::with_capacity(markdown.len() * 2);
    push_html(&mut html, events);
    CLEANER.clean(&html).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harm_is_taken_out() {
        for (markdown, left) in [
            ("a<script>alert(1)</script>b", "<p>ab</p>\n"),
            ("<style>*{display:none}</style>", ""),
            ("[x](javascript:alert(1))", "<p><a rel=\"nofollow noopener noreferrer\">x</a></p>\n"),
            ("[x](/logout)", "<p><a rel=\"nofollow noopener noreferrer\">x</a></p>\n"),
            ("![x](https://example.com/x.png)", "<p></p>\n"),
            ("<form action=x><input name=card></form>", ""),
            ("<b onclick=x style=color:red class=press id=main>y</b>", "<p><b>y</b></p>\n"),
            ("<h1>y</h1>", "y"),
        ] {
            assert_eq!(html(markdown), left, "{markdown}");
        }
    }

    #[test]
    fn links_are_not_vouched_for() {
        let link = "<p><a href=\"https://example.com/\" rel=\"nofollow noopener noreferrer\">x</a></p>\n";
        assert_eq!(html("[x](https://example.com/)"), link);
    }

    #[test]
    fn the_largest_heading_comes_under_that_of_the_page() {
        assert_eq!(html("## One\n\n#### Two"), "<h3>One</h3>\n<h5>Two</h5>\n");
        assert_eq!(html("# One\n\n###### Two"), "<h3>One</h3>\n<h6>Two</h6>\n");
    }
}
