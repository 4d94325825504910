import { posix } from "node:path";
import { describe, expect, it } from "vitest";

const sources = import.meta.glob<string>("../**/*.{ts,svelte}", {
  query: "?raw",
  import: "default",
  eager: true,
});
const files = import.meta.glob<{ permissions: string[] }>("../../../src-tauri/capabilities/*.json", {
  import: "default",
  eager: true,
});

const build = Object.values(
  import.meta.glob<string>("../../../src-tauri/build.rs", { query: "?raw", import: "default", eager: true }),
).join("");
/** What the core has. */
const commands = new Set(
  [...(/COMMANDS[^;]*;/s.exec(build)?.[0] ?? "").matchAll(/"([a-z_]+)"/g)].map(
    ([, name]) => `allow-${name?.replaceAll("_", "-")}`,
  ),
);

/** What every window calls for itself, and what calls the core on a window's behalf. */
const always = ["attach"];
const behalf: [RegExp, string[]][] = [
  [/\bhouse\.leave\b/, ["signOut"]],
  [/\bhouse\.quit\b/, ["quit", "closeHeard"]],
  [/\bhouse\.(send|ask)\b/, ["send"]],
  [/\bhouse\.(sendToInbox|askInbox)\b/, ["sendToInbox"]],
  [/\bhouse\.volume\b/, ["setVolume"]],
  [/\bhouse\.welcome\b/, ["readLink", "lookUpInvite", "signIn"]],
  [/\bhouse\.account\.leave\b|model=\{house\.account\}/, ["startSignIn", "confirmSignIn", "signOutPerson"]],
  [/\bhouse\.enter\b/, ["enterEvent"]],
  [/\bhouse\.goTo\b/, ["goToRoom"]],
  [/\bhouse\.watchAgain\b/, ["replayOutline", "replayAt", "replayUpdates"]],
  [/\bnew Section\b/, ["ask"]],
  [/\bsection\.change|\bme\.change/, ["change"]],
  [/\bnew (Form)?Draft\b/, ["drafts", "keepDraft", "dropDraft"]],
];
/** What only the end-to-end tests ask of a window: how its sound goes, and words of a speaker. */
const tested: Record<string, string[]> = { attendee: ["mediaStats"], studio: ["mediaStats", "send"] };

/** A module and all that it imports, types aside. */
function closure(path: string, seen = new Set<string>()): Set<string> {
  const source = sources[path];
  if (source === undefined || seen.has(path)) return seen;
  seen.add(path);
  for (const [, from] of source.matchAll(/^\s*import (?!type )[^;]*?from "(\.[^"]+)"/gm)) {
    const next = posix.join(posix.dirname(path), from ?? "");
    for (const end of ["", ".ts", "/index.ts"])
      closure(next.startsWith(".") ? next + end : `./${next}${end}`, seen);
  }
  return seen;
}

const permission = (call: string) =>
  `allow-${call.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

describe("what a window may call", () => {
  it.each([
    ["welcome", "WelcomeWindow"],
    ["attendee", "AttendeeWindow"],
    ["studio", "StudioWindow"],
    ["control", "ControlWindow"],
    ["dashboard", "DashboardWindow"],
  ])("is what %s calls, and nothing else", (window, component) => {
    const modules = closure(`./${window}/${component}.svelte`);
    expect(modules.size).toBeGreaterThan(4);
    const code = [...modules].map((path) => sources[path]).join("\n");
    const direct = [...code.matchAll(/\blink\.(\w+)\(/g)].map(([, call]) => call ?? "");
    const indirect = behalf.flatMap(([sign, calls]) => (sign.test(code) ? calls : []));
    const called = new Set([...always, ...direct, ...indirect, ...(tested[window] ?? [])].map(permission));
    expect([...called].filter((call) => !commands.has(call))).toEqual([]);
    const file = files[`../../../src-tauri/capabilities/${window}.json`];
    expect([...(file?.permissions ?? [])].sort()).toEqual([...called].sort());
  });

  it("is, of all windows together, what the core has", () => {
    const allowed = new Set(Object.values(files).flatMap(({ permissions }) => permissions));
    expect([...allowed].sort()).toEqual([...commands].sort());
  });
});
