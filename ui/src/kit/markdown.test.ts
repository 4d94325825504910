import { render } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { line, plain, prose } from "./markdown";
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

describe("a message", () => {
  const shown = (text: string) => JSON.stringify(line(text));

  it("has emphasis, code and links, also where an address stands by itself", () => {
    expect(line("**so** *it* `is` see https://example.org.")).toEqual([
      { kind: "element", tag: "strong", parts: [{ kind: "text", text: "so" }] },
      { kind: "text", text: " " },
      { kind: "element", tag: "em", parts: [{ kind: "text", text: "it" }] },
      { kind: "text", text: " " },
      { kind: "code", text: "is", block: false },
      { kind: "text", text: " see " },
      { kind: "link", to: "https://example.org/", parts: [{ kind: "text", text: "https://example.org" }] },
      { kind: "text", text: "." },
    ]);
  });

  it("has no blocks, no pictures and no HTML: they are what was typed", () => {
    expect(line("# No heading")).toEqual([{ kind: "text", text: "# No heading" }]);
    expect(line("> 3 people\n- one")).toEqual([
      { kind: "text", text: "> 3 people" },
      { kind: "break" },
      { kind: "text", text: "- one" },
    ]);
    expect(shown("![x](https://example.org/x.png)")).toContain("![x](https://example.org/x.png)");
    expect(shown("<img src=x onerror=alert(1)>")).not.toMatch(/element|link/);
  });

  it("is its words alone where it is quoted", () => {
    expect(plain(line("**so** [it `is`](https://example.org)\n_now_"))).toBe("so it is now");
  });

  it("links to the web and to mailboxes alone", () => {
    for (const to of [
      "javascript:alert(1)",
      "data:text/html,x",
      "file:///etc/passwd",
      "houselights://sign-in",
    ])
      expect(shown(`[x](${to})`)).not.toContain("link");
    expect(shown("[x](mailto:a@example.org)")).toContain('"to":"mailto:a@example.org"');
  });

  it("survives whatever is nested", () => {
    expect(shown("*_".repeat(3_000)).length).toBeGreaterThan(5_000);
    expect(shown("[".repeat(5_000)).length).toBeGreaterThan(5_000);
  });
});
