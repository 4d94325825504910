import { Lexer, Marked, type Token, type Tokens } from "marked";

/** The elements that Markdown becomes; of their attributes there are none but those said here. */
export type Prose =
  | { kind: "text"; text: string }
  | { kind: "break" }
  | { kind: "rule" }
  | { kind: "code"; text: string; block: boolean }
  | { kind: "link"; to: string; parts: Prose[] }
  | { kind: "element"; tag: Tag; parts: Prose[] }
  | { kind: "numbered"; start: number; parts: Prose[] };
type Tag =
  | "p"
  | "em"
  | "strong"
  | "del"
  | "blockquote"
  | "ul"
  | "li"
  | Heading
  | "table"
  | "thead"
  | "tbody"
  | "tr"
  | "th"
  | "td";
type Heading = "h2" | "h3" | "h4" | "h5" | "h6";

/** Deeper than anybody writes: from here on it is text. */
const DEEPEST = 16;
/** As the server has it: CommonMark with tables and struck out text, a line break is one, and an address is a link where it is said to be. */
const marked = new Marked({ gfm: true, breaks: true, tokenizer: { url: () => undefined } });

/**
 * An organizer's Markdown as a tree of what is shown, under a heading of this level. HTML is shown as it was typed, pictures are their
 * description, and links lead to the web or to a mailbox, or are none.
 */
export function prose(markdown: string, under: number): Prose[] {
  try {
    const tokens = marked.lexer(markdown);
    const levels = tokens.flatMap((token) =>
      token.type === "heading" ? [(token as Tokens.Heading).depth] : [],
    );
    return all(tokens, { moved: under + 1 - Math.min(...levels, 6), depth: 0 });
  } catch (error) {
    // Nested beyond what can be read.
    if (error instanceof RangeError) return [element("p", [words(markdown)])];
    throw error;
  }
}

/**
 * A message as a line of it: emphasis, code, and links to the web or to a mailbox, also where an address stands by itself. There are no
 * blocks in it, no pictures and no HTML: those are shown as they were typed.
 */
export function line(markdown: string): Prose[] {
  try {
    const tokens = Lexer.lexInline(markdown, { gfm: true, breaks: true });
    return all(tokens, { moved: 0, depth: 0, typed: true });
  } catch (error) {
    if (error instanceof RangeError) return [words(markdown)];
    throw error;
  }
}

/** The words alone, in one line. */
export function plain(parts: readonly Prose[]): string {
  const words = (part: Prose) => ("parts" in part ? plain(part.parts) : "text" in part ? part.text : " ");
  return parts.map(words).join("");
}

/** `typed`: what would be a picture is shown as it was typed. */
type Way = { moved: number; depth: number; typed?: boolean };

const words = (text: string): Prose => ({ kind: "text", text });
const element = (tag: Tag, parts: Prose[]): Prose => ({ kind: "element", tag, parts });

function all(tokens: Token[] | undefined, way: Way): Prose[] {
  if (tokens === undefined) return [];
  if (way.depth > DEEPEST) return [words(tokens.map(({ raw }) => raw).join(""))];
  const deeper = { ...way, depth: way.depth + 1 };
  return tokens.flatMap((token) => one(token as Tokens.Generic, deeper));
}

function one(token: Tokens.Generic, way: Way): Prose[] {
  const parts = () => all(token.tokens, way);
  switch (token.type) {
    case "space":
    case "def":
      return [];
    case "paragraph":
      return [element("p", parts())];
    case "heading":
      return [element(`h${Math.min(Math.max(token.depth + way.moved, 2), 6)}` as Heading, parts())];
    case "blockquote":
    case "em":
    case "strong":
    case "del":
      return [element(token.type, parts())];
    case "list":
      return [list(token as Tokens.List, way)];
    case "table":
      return [table(token as Tokens.Table, way)];
    case "code":
    case "codespan":
      return [{ kind: "code", text: token.text, block: token.type === "code" }];
    case "hr":
      return [{ kind: "rule" }];
    case "br":
      return [{ kind: "break" }];
    case "link": {
      const to = address(token.href);
      return to === undefined ? parts() : [{ kind: "link", to, parts: parts() }];
    }
    case "image":
      return [words(way.typed ? token.raw : decoded(token.text))];
    case "escape":
      return [words(token.text)];
    case "text":
      return token.tokens ? parts() : [words(decoded(token.text))];
    case "html":
      return token.block ? [element("p", [words(token.raw)])] : [words(token.raw)];
    default:
      return [words(token.raw)];
  }
}

function list({ ordered, start, items }: Tokens.List, way: Way): Prose {
  const parts = items.map(({ tokens }) => element("li", all(tokens, way)));
  return ordered ? { kind: "numbered", start: Number(start), parts } : element("ul", parts);
}

function table({ header, rows }: Tokens.Table, way: Way): Prose {
  const row = (cells: Tokens.TableCell[], tag: "th" | "td") =>
    element(
      "tr",
      cells.map(({ tokens }) => element(tag, all(tokens, way))),
    );
  return element("table", [
    element("thead", [row(header, "th")]),
    element(
      "tbody",
      rows.map((cells) => row(cells, "td")),
    ),
  ]);
}

/** Where a link leads, where that is the web or a mailbox. */
function address(href: string): string | undefined {
  const url = URL.parse(decoded(href));
  return url && ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : undefined;
}

const named: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u{a0}",
  copy: "©",
  reg: "®",
  hellip: "…",
  mdash: "—",
  ndash: "–",
  euro: "€",
};

/** With the characters that were written by their names or numbers. */
function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w+));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return Object.hasOwn(named, name) ? (named[name] ?? whole) : whole;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    const isCharacter = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
    return isCharacter ? String.fromCodePoint(point) : "\u{fffd}";
  });
}
