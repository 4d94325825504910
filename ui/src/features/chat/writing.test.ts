import { describe, expect, it } from "vitest";
import { completionOf } from "./completion";
import { emojiGroups, withEmoji } from "./emoji";
import { named, pieces } from "./mentions";
import { Writing } from "./writing.svelte";

const people = [
  { id: "a", name: "Ada" },
  { id: "b", name: "Ada Byron" },
  { id: "j", name: "Jun Tanaka" },
];
const offered = (before: string) => completionOf(before, () => people)?.choices.map(({ insert }) => insert);

describe("mentions", () => {
  it("are the longest name that stands behind the sign, whatever its case, and no part of a word", () => {
    expect(pieces("Hi @ada byron, @Ada and @Adam!", people)).toEqual([
      { text: "Hi " },
      { text: "@ada byron", who: "b" },
      { text: ", " },
      { text: "@Ada", who: "a" },
      { text: " and @Adam!" },
    ]);
    expect(named("@Jun Tanaka and @Ada, @Jun Tanaka", people)).toEqual(["j", "a"]);
    expect(pieces("nobody@example.org", people)).toEqual([{ text: "nobody@example.org" }]);
  });

  it("are whoever was chosen of several of one name, and whoever they were before in what is changed", () => {
    const first = { id: "1", name: "Anna" };
    const second = { id: "2", name: "Anna" };
    const take = (writing: Writing, text: string) => {
      writing.text = text;
      return writing.take([first, second]).mentions;
    };
    const writing = new Writing();
    expect(take(writing, "@Anna?")).toEqual(["1"]);
    writing.mean(second);
    expect(take(writing, "@Anna!")).toEqual(["2"]);
    // Words that were not taken, and stand in the field again.
    expect(take(writing, "@Anna!")).toEqual(["2"]);
    writing.mean(first);
    const said = { id: "m", seq: 1, author: "me", name: "Me", role: "attendee" as const, at: 1 };
    writing.edit({ ...said, text: "@Anna!", mentions: ["2"] });
    expect(take(writing, "@Anna!!")).toEqual(["2"]);
    expect(take(writing, "@Anna")).toEqual(["1"]);
  });
});

describe("whom changed words name", () => {
  const said = { id: "m", seq: 1, author: "me", name: "Me", role: "attendee" as const, at: 1 };
  const change = (from: string, mentions: string[], to: string) => {
    const writing = new Writing();
    writing.edit({ ...said, text: from, mentions });
    writing.text = to;
    return writing.take(people).mentions;
  };

  it("are also those of whom nobody here knows how they are called, as long as a name stands there that is nobody else's", () => {
    expect(change("helo @Bob", ["bob"], "hello @Bob")).toEqual(["bob"]);
    expect(change("@Bob, @Cy", ["bob", "cy"], "@Bob")).toEqual(["bob"]);
    expect(change("@Bob and @Ada", ["bob", "a"], "@Bob and @Jun Tanaka")).toEqual(["bob", "j"]);
  });

  it("are not who is called as one of those begins", () => {
    expect(change("@Ada Lovelace, helo", ["l"], "@Ada Lovelace, hello")).toEqual(["l"]);
    expect(change("@Ada Lovelace", ["l"], "@Ada Lovelace, @Ada Byron, @Jun Tanaka")).toEqual(["l", "b", "j"]);
  });

  it("are those of them whose names still stand, and not the others", () => {
    expect(change("@Bob and @Cy plese", ["bob", "cy"], "@Cy please")).toEqual(["cy"]);
    expect(change("Thanks @Bob", ["bob"], "Thanks @all")).toBeUndefined();
    // Of fewer than there are names nobody knows whose which is.
    expect(change("@all, @Bob", ["bob"], "@bob!")).toEqual(["bob"]);
    expect(change("@all, @Bob", ["bob"], "all, Bob")).toBeUndefined();
  });

  it("are those no more whose name is gone", () => {
    expect(change("helo @Bob", ["bob"], "hello, mail me: me@example.org @ noon")).toBeUndefined();
    expect(change("@Bob and @Ada", ["bob", "a"], "@Bob")).toEqual(["bob"]);
    expect(change("@Bob", ["bob"], "@Ada")).toEqual(["a"]);
  });
});

describe("what was typed", () => {
  it("can become the name of somebody, by any part of it", () => {
    expect(offered("Hello @ta")).toEqual(["@Jun Tanaka "]);
    expect(offered("@")).toHaveLength(3);
    expect(offered("@ada b")).toEqual(["@Ada Byron "]);
    expect(completionOf("Hello @ta", () => people)?.from).toBe(6);
    expect(offered("mail@ta")).toBeUndefined();
    expect(offered("@zzz")).toBeUndefined();
  });

  it("tells those of one name apart by what they do, or else as what they came", () => {
    const annas = [
      { id: "1", name: "Anna", role: "speaker" as const },
      { id: "2", name: "anna", role: "attendee" as const },
      { id: "3", name: "Anna Berg", role: "attendee" as const },
    ];
    const met = [{ id: "2", name: "anna", role: "attendee" as const, headline: "Backend engineer" }];
    const asides = completionOf("@ann", () => annas, met)?.choices.map(({ aside }) => aside);
    expect(asides).toEqual(["Speaker", "Backend engineer", undefined]);
  });

  it("can become an emoji, by its name", () => {
    expect(offered("so :smil")?.[0]).toBe("😃 ");
    expect(offered("at 10:30")).toBeUndefined();
    expect(completionOf("so :tada", () => people)?.from).toBe(3);
  });

  it("becomes emoji where their names stand between colons, but not in code, and what is no name stays", () => {
    expect(withEmoji("Go :rocket: `:rocket:` :nothing: 10:30:00")).toBe(
      "Go 🚀 `:rocket:` :nothing: 10:30:00",
    );
  });

  it("finds each emoji once, by a name that can be typed", () => {
    const all = emojiGroups.flatMap(({ emoji }) => emoji);
    expect(all.length).toBeGreaterThan(200);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(all.filter(({ name, sign }) => !/^[a-z0-9_]+$/.test(name) || /^[\w ]*$/.test(sign))).toEqual([]);
  });
});
