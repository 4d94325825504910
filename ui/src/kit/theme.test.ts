import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contrast } from "./contrast";

// Styles are not among what tests import.
const theme = readFileSync("src/kit/theme.css", "utf8");
const components = import.meta.glob<string>(["../**/*.svelte"], {
  query: "?raw",
  import: "default",
  eager: true,
});

const [dark = "", light = ""] = theme.split("prefers-color-scheme: light");
const colours = (css: string) =>
  Object.fromEntries(
    [...css.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name, colour]),
  );
const themes = { dark: colours(dark), light: { ...colours(dark), ...colours(light) } };

describe.each(Object.entries(themes))("the %s theme", (_, of) => {
  const grounds = ["background", "panel", "raised"];

  it.each(["text", "muted", "lamp-text", "cue-text", "on-air-text"])(
    "writes %s so that it can be read",
    (words) => {
      for (const ground of grounds)
        expect(contrast(of[words] ?? "", of[ground] ?? ""), ground).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(["line-strong", "lamp-text"])("draws %s so that it is seen", (edge) => {
    for (const ground of ["background", "panel"])
      expect(contrast(of[edge] ?? "", of[ground] ?? ""), ground).toBeGreaterThanOrEqual(3);
  });
});

it("the lamp, which is bright in the light theme too, is what something is filled with that has words on it, and no thin mark", () => {
  const marks = /(?:border(?:-\w+)?-color|fill|inset [^;]*): ?[^;]*var\(--lamp\);/;
  const found = Object.entries(components).filter(([, source]) => marks.test(source));
  expect(found.map(([file]) => file)).toEqual([]);
});
