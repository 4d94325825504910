//! An organizer's Markdown as HTML that can do no harm, and as plain text. `CommonMark` with tables and struck out text; a line break is a line break.
//!
//! What is not said in Markdown is text: HTML is shown as it was typed. So nothing has to be cleaned afterwards: what comes out is made of the
//! few elements below, and of links with an address that was looked at. Pictures are their description, since the page loads none from elsewhere.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html::push_html};
use url::Url;

/// The HTML, to stand under a heading of this level. Its own headings come one level below what they stand under, whatever was left out between: no level
/// is skipped.
pub(super) fn html(markdown: &str, under: u8) -> String {
    let mut way = Way { under, headings: Vec::new(), links: Vec::new() };
    let mut html = String::with_capacity(markdown.len() * 2);
    push_html(&mut html, parser(markdown).filter_map(|event| way.shown(event)));
    html
}

/// The words alone, a paragraph a line, for where nothing shows Markdown.
pub(super) fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut links = Vec::new();
    for event in parser(markdown) {
        match event {
            Event::Start(Tag::Item) => text.push_str("- "),
            Event::Start(Tag::Link { dest_url, .. }) => links.push((dest_url, text.len())),
            Event::End(TagEnd::Link) => {
                // Where the words are the address already, it is not said twice.
                if let Some((to, from)) = links.pop().filter(|(to, _)| address(to).is_some()) {
                    let is_said = text.get(from..).is_some_and(|words| to.ends_with(words));
                    if !is_said {
                        text.extend([" (", &to, ")"]);
                    }
                }
            }
            Event::End(TagEnd::TableCell) => text.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::CodeBlock
                | TagEnd::Item
                | TagEnd::TableHead
                | TagEnd::TableRow,
            )
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule => {
                if !text.ends_with('\n') {
                    text.push('\n');
                }
            }
            Event::Text(words) | Event::Code(words) | Event::Html(words) | Event::InlineHtml(words) => text.push_str(&words),
            Event::Start(_)
            | Event::End(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn parser(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

/// What is met on the way through a text.
struct Way {
    /// The level of the heading that all of it stands under.
    under: u8,
    /// The headings that what comes now stands under, as they were written, the largest first.
    headings: Vec<HeadingLevel>,
    /// Whether each link that is open is one here.
    links: Vec<bool>,
}

impl Way {
    /// What becomes of it; nothing where it is left out.
    fn shown<'a>(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        Some(match event {
            Event::Start(tag) => return self.begun(tag),
            Event::End(TagEnd::Link) => {
                if !self.links.pop()? {
                    return None;
                }
                Event::InlineHtml("</a>".into())
            }
            Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Heading(self.level())),
            Event::End(
                end @ (TagEnd::Paragraph
                | TagEnd::BlockQuote(_)
                | TagEnd::CodeBlock
                | TagEnd::List(_)
                | TagEnd::Item
                | TagEnd::Table
                | TagEnd::TableHead
                | TagEnd::TableRow
                | TagEnd::TableCell
                | TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough),
            ) => Event::End(end),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            // Of the others, mathematics and notes are not asked for.
            Event::Html(words)
            | Event::InlineHtml(words)
            | Event::InlineMath(words)
            | Event::DisplayMath(words)
            | Event::FootnoteReference(words) => Event::Text(words),
            Event::SoftBreak | Event::HardBreak => Event::HardBreak,
            Event::Text(_) | Event::Code(_) | Event::Rule => event,
            Event::End(_) | Event::TaskListMarker(_) => return None,
        })
    }

    fn begun<'a>(&mut self, tag: Tag<'a>) -> Option<Event<'a>> {
        Some(Event::Start(match tag {
            Tag::Link { link_type, dest_url, .. } => {
                let to = if link_type == LinkType::Email { format!("mailto:{dest_url}").into() } else { dest_url };
                let address = address(&to);
                self.links.push(address.is_some());
                let rel = "nofollow noopener noreferrer";
                return Some(Event::InlineHtml(format!("<a href=\"{}\" rel=\"{rel}\">", escaped(&address?)).into()));
            }
            Tag::Heading { level, .. } => {
                self.headings.retain(|above| *above < level);
                self.headings.push(level);
                Tag::Heading { level: self.level(), id: None, classes: Vec::new(), attrs: Vec::new() }
            }
            Tag::BlockQuote(_) => Tag::BlockQuote(None),
            // Of what language it is would be a class.
            Tag::CodeBlock(_) => Tag::CodeBlock(CodeBlockKind::Indented),
            // How columns are aligned would be a style.
            Tag::Table(columns) => Tag::Table(columns.iter().map(|_| pulldown_cmark::Alignment::None).collect()),
            Tag::HtmlBlock => Tag::Paragraph,
            Tag::Paragraph
            | Tag::List(_)
            | Tag::Item
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough => tag,
            Tag::Image { .. }
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => return None,
        }))
    }

    /// Of the heading that was met last.
    fn level(&self) -> HeadingLevel {
        HeadingLevel::try_from(usize::from(self.under) + self.headings.len()).unwrap_or(HeadingLevel::H6)
    }
}

/// Where a link leads, where that is the web or a mailbox.
fn address(to: &str) -> Option<String> {
    let url = Url::parse(to).ok()?;
    matches!(url.scheme(), "http" | "https" | "mailto").then(|| url.to_string())
}

fn escaped(text: &str) -> CowStr<'static> {
    let escaped = text.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;");
    escaped.replace('<', "&lt;").replace('>', "&gt;").into()
}

#[cfg(test)]
mod tests {
    use ammonia::{Builder, UrlRelative};

    use super::*;

    /// Takes out whatever is not known to be harmless.
    fn cleaned(html: &str) -> String {
        let tags = "a blockquote br code del em h3 h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul";
        Builder::empty()
            .tags(tags.split(' ').collect())
            .add_tag_attributes("a", ["href"])
            .add_tag_attributes("ol", ["start"])
            .url_schemes(["http", "https", "mailto"].into())
            .url_relative(UrlRelative::Deny)
            .link_rel(Some("nofollow noopener noreferrer"))
            .clean(html)
            .to_string()
    }

    const HOSTILE: &[&str] = &[
        "a<script>alert(1)</script>b",
        "<style>*{display:none}</style>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#10;script:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x) <javascript:alert(1)> [x](//evil.test) [x](/logout) [x](#top)",
        "[x](https://a.test/\"onmouseover=\"alert(1))",
        "[x](<https://a.test/\"><img src=x onerror=alert(1)>>)",
        "[x](mailto:a@b.test?subject=\"><script>)",
        "[a <b>x</b> ![y](https://a.test/y.png)](https://a.test 'title\" onclick=\"x')",
        "![x](https://example.com/x.png) ![\"onerror=alert(1)](x)",
        "<form action=x><input name=card></form>\n\n<iframe src=x>",
        "<b onclick=x style=color:red class=press id=main>y</b>",
        "```html\"><script>alert(1)</script>\n</code></pre><script>\n```",
        "# x {#id .class onclick=x}\n\n<!-- --> <![CDATA[ ]]> <?php ?>",
        "| a | b |\n|:-:|--:|\n| <td onclick=x> | `</td>` |",
        "[x]: javascript:alert(1)\n[x] [y](&#x6A;avascript:alert(1))",
        "<svg/onload=alert(1)> &lt;script&gt; &#60;script&#62;",
        "<ada@example.com> <https://a.test/?a=1&b='2'>",
    ];

    #[test]
    fn harm_is_text() {
        for markdown in HOSTILE {
            let html = html(markdown, 2);
            assert_eq!(normal(&cleaned(&html)), normal(&html), "{markdown}");
            for harm in ["<script", "<img", "<svg", "<iframe", "<form", "<style", "href=\"java", "href=\"data", "href=\"vb"] {
                assert!(!html.to_lowercase().contains(harm), "{markdown}: {html}");
            }
        }
    }

    /// As a parser of HTML writes what it read: of the same meaning, with other escapes.
    fn normal(html: &str) -> String {
        html.replace("&quot;", "\"").replace("&#39;", "'").replace(" />", ">")
    }

    #[test]
    fn what_is_typed_as_html_is_shown_as_it_was_typed() {
        assert_eq!(html("a <b>x</b>", 2), "<p>a &lt;b&gt;x&lt;/b&gt;</p>\n");
        assert_eq!(html("![A bridge](https://example.com/x.png)", 2), "<p>A bridge</p>\n");
        assert_eq!(html("[x](/logout)", 2), "<p>x</p>\n");
    }

    #[test]
    fn links_are_not_vouched_for() {
        let link = "<p><a href=\"https://example.com/\" rel=\"nofollow noopener noreferrer\">x</a></p>\n";
        assert_eq!(html("[x](https://example.com/)", 2), link);
        assert!(html("<ada@example.com>", 2).contains("href=\"mailto:ada@example.com\""));
    }

    #[test]
    fn headings_come_under_that_of_the_page_and_skip_no_level() {
        assert_eq!(html("## One\n\n#### Two\n\n#### Three", 2), "<h3>One</h3>\n<h4>Two</h4>\n<h4>Three</h4>\n");
        assert_eq!(html("#### One\n\n## Two\n\n### Three", 2), "<h3>One</h3>\n<h3>Two</h3>\n<h4>Three</h4>\n");
        assert_eq!(html("# One\n\n## Two\n\n### Three", 4), "<h5>One</h5>\n<h6>Two</h6>\n<h6>Three</h6>\n");
    }

    #[test]
    fn a_line_break_is_one() {
        assert_eq!(html("One\nTwo", 2), "<p>One<br />\nTwo</p>\n");
    }

    #[test]
    fn the_words_alone_can_be_read() {
        let markdown =
            "# Who\n\nAda, **first** of\nall: [her page](https://a.test/ada), <https://b.test>\n\n- One\n- `Two`\n\n<b>x</b>";
        let plain = "Who\nAda, first of\nall: her page (https://a.test/ada), https://b.test\n- One\n- Two\n<b>x</b>";
        assert_eq!(super::plain(markdown), plain);
    }
}
