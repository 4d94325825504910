import { describe, expect, it } from "vitest";
import { linkIn } from "./link";

const link = "https://show.example/join/aB3_-x";

describe("the link in what was pasted", () => {
  it.each([
    ["itself", ` ${link}\n`, link],
    ["in a sentence", `Join us: ${link} see you`, link],
    ["at the end of a sentence", `Come to ${link}.`, link],
    ["in brackets", `(${link}), <${link}>`, link],
    ["in quotation marks", `“${link}”`, link],
    ["after another address", `See https://show.example/about first, then ${link}!`, link],
    ["on a line of its own", `Hello\n\n${link}\nBye`, link],
    ["with what follows its path", `${link}/?utm=1#top now`, `${link}/?utm=1#top`],
    [
      "of the app",
      "Open houselights://join?server=https%3A%2F%2Fshow.example&invite=abc, please",
      "houselights://join?server=https%3A%2F%2Fshow.example&invite=abc",
    ],
    ["below a path", "at http://127.0.0.1:8080/live/join/abc today", "http://127.0.0.1:8080/live/join/abc"],
  ])("is found %s", (_, pasted, found) => {
    expect(linkIn(pasted)).toBe(found);
  });

  it("is the text itself where there is none, so that it is said that it is no link", () => {
    expect(linkIn("  hello ")).toBe("hello");
    expect(linkIn("https://show.example/about")).toBe("https://show.example/about");
  });
});
