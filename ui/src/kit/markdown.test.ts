import { render } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { prose } from "./markdown";
import Prose from "./Prose.svelte";

function shown(markdown: string, under = 2): string {
  const { container } = render(Prose, { markdown, under });
  const html = container.querySelector(".prose")?.innerHTML ?? "";
  // Svelte marks where blocks end, and what is its own.
  return html.replace(/<!--.*?-->/g, "").replace(/ class="svelte-[a-z0-9]+"/g, "");
}

/** What the server's renderer is tried with, too. */
const hostile = [
  "a<script>alert(1)</script>b",
  "<style>*{display:none}</style>",
  "[x](javascript:alert(1)) [x](JaVaScRiPt:alert(1)) [x](java&#10;script:alert(1)) [x](&#x6A;avascript:alert(1))",
  "[x](data:text/html,<script>alert(1)</script>) [x](vbscript:x) <javascript:alert(1)>",
  '[x](https://a.test/"onmouseover="alert(1)) [x](<https://a.test/"><img src=x onerror=alert(1)>>)',
  '![x](https://example.com/x.png) ![" onerror=alert(1)](x)',
  "<form action=x><input name=card></form>\n\n<iframe src=x>",
  "<b onclick=x style=color:red class=press id=main>y</b>",
  '```html"><script>alert(1)</script>\n</code></pre><script>\n```',
  "| a | b |\n|:-:|--:|\n| <td onclick=x> | `</td>` |",
  "[x]: javascript:alert(1)\n[x]",
  "<svg/onload=alert(1)> &lt;script&gt; &#60;script&#62;",
  "[x](//evil.test) [x](/logout) [x](#top) [x](tauri://localhost)",
];

describe("Markdown", () => {
  it("makes text of whatever could do harm", () => {
    for (const markdown of hostile) {
      const { container, unmount } = render(Prose, { markdown, under: 2 });
      for (const element of container.querySelectorAll(".prose *")) {
        expect("p em strong del blockquote ul ol li code pre br a table thead tbody tr th td").toContain(
          element.localName,
        );
        for (const { name, value } of element.attributes)
          if (name === "href") expect(value).toMatch(/^(https?|mailto):/);
          else
            expect([name, value]).toEqual([
              expect.stringMatching(/^(rel|class)$/),
              expect.stringMatching(/^(nofollow|svelte-)/),
            ]);
      }
      unmount();
    }
  });

  it("shows what it is for", () => {
    expect(shown("Ada, **first** of *all*:\n[her page](https://a.test/ada), ~~old~~ `code`")).toBe(
      '<p>Ada, <strong>first</strong> of <em>all</em>:<br><a rel="nofollow noopener noreferrer" href="https://a.test/ada">her page</a>, <del>old</del> <code>code</code></p>',
    );
    expect(shown("- One\n- Two\n\n3. Three\n\n> Said\n\n---")).toBe(
      '<ul><li>One</li><li>Two</li></ul><ol start="3"><li>Three</li></ol><blockquote><p>Said</p></blockquote><hr>',
    );
    expect(shown("| a |\n|---|\n| b |")).toBe(
      "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>",
    );
    expect(shown("![A bridge](https://example.com/x.png) <b>x</b> &amp; &copy;")).toBe(
      "<p>A bridge &lt;b&gt;x&lt;/b&gt; &amp; ©</p>",
    );
    expect(shown("https://a.test is no link; <https://a.test> is")).toContain("https://a.test is no link");
  });

  it("puts headings under that of the page", () => {
    expect(shown("## One\n\n#### Two")).toBe("<h3>One</h3><h5>Two</h5>");
    expect(shown("# One\n\n## Two\n\n### Three", 4)).toBe("<h5>One</h5><h6>Two</h6><h6>Three</h6>");
  });

  it("ends, however deep something is nested", () => {
    expect(JSON.stringify(prose(`${">".repeat(5_000)} deep`, 2)).length).toBeLessThan(100_000);
    expect(JSON.stringify(prose("[".repeat(5_000), 2))).toContain("[[");
    expect(JSON.stringify(prose("*a ".repeat(5_000), 2)).length).toBeLessThan(1_000_000);
  });
});
