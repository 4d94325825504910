import { FluentResource } from "@fluent/bundle";
import { describe, expect, it } from "vitest";
import { missedWords } from "../test-words";
import { apiTrouble } from "./api-words";
import { text } from "./text";
import { endedTrouble, faultTrouble, refusalTrouble } from "./words";

const sources = import.meta.glob<string>(["../**/*.{ts,svelte}", "!../**/*.test.ts", "!../protocol/**"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const files = import.meta.glob<string>("./en/*.ftl", { query: "?raw", import: "default", eager: true });

const code = Object.entries(sources)
  .filter(([path]) => !path.includes("test-"))
  .map(([, source]) => source)
  .join("\n");
const resources = Object.values(files).map((file) => new FluentResource(file));
const messages = resources.flatMap(({ body }) =>
  body.flatMap((entry) =>
    entry.id.startsWith("-") ? [] : [{ id: entry.id, attributes: Object.keys(entry.attributes) }],
  ),
);
const ids = new Set(
  messages.flatMap(({ id, attributes }) => [id, ...attributes.map((attribute) => `${id}.${attribute}`)]),
);

/** The ids in the first argument of each call of `text`, where that is a choice between some. */
function chosenFrom(source: string): string[] {
  return [...source.matchAll(/\btext\(/g)].flatMap(({ index }) => {
    let depth = 0;
    let end = index;
    for (; end < source.length; end++) {
      const at = source[end] as string;
      if ("([{".includes(at)) depth++;
      else if (")]}".includes(at) && --depth === 0) break;
      else if (at === "," && depth === 1) break;
    }
    const argument = source.slice(index, end);
    if (!argument.includes("?")) return [];
    // What is compared with stands before the question mark, or is in capitals.
    return [...argument.matchAll(/[?:]\s*"([a-z][\w.-]*)"/g)].map(([, id]) => id as string);
  });
}

describe("the Fluent files", () => {
  it("have every id once", () => {
    const all = messages.map(({ id }) => id);
    expect(all.filter((id, index) => all.indexOf(id) !== index)).toEqual([]);
  });

  it("can be read to the last line", () => {
    const written =
      Object.values(files)
        .join("\n")
        .match(/^[a-z][a-z0-9-]* =/gm) ?? [];
    expect(messages).toHaveLength(written.length);
  });

  it("have every id that the page uses", () => {
    const used = [...code.matchAll(/\b(?:text|wrong|trouble)\((?:"\w+", )?"([\w.-]+)"/g)].map(([, id]) => id);
    expect(used.length).toBeGreaterThan(80);
    expect(used.filter((id) => id !== undefined && !ids.has(id))).toEqual([]);
  });

  it("have both of two ids that the page chooses from", () => {
    const chosen = chosenFrom(code);
    expect(chosen.length).toBeGreaterThan(40);
    expect(chosen.filter((id) => !ids.has(id))).toEqual([]);
  });

  it("have an attribute of this name for every id that is made with one, and none that nothing asks for", () => {
    const asked = new Set([...code.matchAll(/\.([a-z]+)["`]/g)].map(([, name]) => name));
    const attributes = messages.flatMap(({ id, attributes }) => attributes.map((name) => ({ id, name })));
    expect(attributes.filter(({ name }) => !asked.has(name)).map(({ id, name }) => `${id}.${name}`)).toEqual(
      [],
    );
    const made = [...code.matchAll(/\btext\(`\$\{[^}]+\}\.([a-z]+)`/g)].map(([, name]) => name);
    const named = new Set(attributes.map(({ name }) => name));
    expect(made.filter((name) => name !== undefined && !named.has(name))).toEqual([]);
  });

  it("have no id that the page does not use", () => {
    const quoted = new Set([...code.matchAll(/"([a-z][a-z0-9-]*)(?:\.\w+)?"/g)].map(([, id]) => id));
    expect(messages.filter(({ id }) => !quoted.has(id)).map(({ id }) => id)).toEqual([]);
  });

  it("have a cure for whatever is wrong", () => {
    const wrong = /^(refusal|problem|login|check-(no|not|camera-|microphone-))-?/;
    const without = messages.filter(({ id, attributes }) => wrong.test(id) && !attributes.includes("cure"));
    expect(without.map(({ id }) => id)).toEqual([]);
  });
});

describe("the words", () => {
  it("count in plain English", () => {
    expect(text("watching", { count: 8412 })).toBe("8,412 watching");
    expect(text("ready-not", { count: 1 })).toBe("One thing is missing");
    expect(refusalTrouble("slow_down", 400).cure).toBe("Try again in 1 second.");
  });

  it("never keep the page from being drawn", () => {
    expect(text("watching", { count: null as unknown as number })).toContain("watching");
    expect(text("watching")).toContain("watching");
    expect(missedWords().length).toBeGreaterThan(0);
    expect(text("no-such-id")).toBe("no-such-id");
  });

  it("tell an ended login from an invite that is no good", () => {
    expect(endedTrouble("token_expired").what).toContain("signed in");
    expect(refusalTrouble("token_expired").what).toContain("invite");
    expect(endedTrouble("signed_in_elsewhere")).toEqual(refusalTrouble("signed_in_elsewhere"));
  });

  it("add what the system says of a device, where it says something", () => {
    const fault = { kind: "camera", cause: "closed" } as const;
    expect(faultTrouble(fault).cure).not.toContain("system says");
    expect(faultTrouble({ ...fault, detail: "busy" }).cure).toMatch(
      /choose another\. The system says: busy$/,
    );
  });

  it("name the line of a file, and how long to wait", () => {
    const problem = { code: "TEMPLATE_INVALID", message: "no title", line: 7 } as const;
    expect(apiTrouble(problem).cure).toBe("Line 7: no title");
    expect(apiTrouble({ code: "SLOW_DOWN", message: "", retryAfterMs: 400 }).cure).toBe(
      "Try again in 1 second.",
    );
    expect(apiTrouble({ code: "OF_TOMORROW" as "REFUSED", message: "" }).what).toContain("does not know");
  });

  it("have an answer to a refusal of a newer server", () => {
    expect(refusalTrouble("of_a_newer_server" as "unknown").what).toContain("does not know");
  });
});
