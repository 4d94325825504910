import { posix } from "node:path";
import { describe, expect, it } from "vitest";

const files = import.meta.glob<string>("./**/*.{ts,svelte}", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** What each part of the page may import, besides itself. Tests may look anywhere. */
const may: Record<string, RegExp> = {
  kit: /^$/,
  protocol: /^$/,
  locales: /^protocol\//,
  link: /^protocol\//,
  features: /^(kit|link|locales|protocol)\//,
  app: /^(kit|link|locales|protocol|features)\//,
};

const production = Object.entries(files)
  .map(([path, source]) => ({ path: path.slice(2), source }))
  .filter(({ path }) => !path.includes("test"));

function imports(source: string): string[] {
  return [...source.matchAll(/(?:from|import\()\s*"([^"]+)"|^import "([^"]+)"/gm)].map(
    ([, a, b]) => a ?? b ?? "",
  );
}

/** The part of the page that a path belongs to; a feature is a part of its own. */
const part = (path: string) =>
  path
    .split("/")
    .slice(0, path.startsWith("features/") ? 2 : 1)
    .join("/");

describe("the shape of the page", () => {
  it("imports only in the direction kit ← features ← app, and protocol ← link ← features", () => {
    const wrong = production.flatMap(({ path, source }) =>
      imports(source)
        .filter((from) => from.startsWith("."))
        .map((from) => `${posix.normalize(posix.join(posix.dirname(path), from))}/`)
        .filter((to) => path.includes("/") && part(to) !== part(path))
        .filter((to) => !may[path.split("/")[0] ?? ""]?.test(to))
        .map((to) => `${path} → ${to}`),
    );
    expect(wrong).toEqual([]);
  });

  it("talks to Tauri and to WebCodecs in link/ alone, and never to WebRTC", () => {
    const outside = production.filter(({ path }) => !path.startsWith("link/"));
    const core = /@tauri-apps|\b(VideoDecoder|EncodedVideoChunk|WebSocket)\b/;
    expect(outside.filter(({ source }) => core.test(source)).map(({ path }) => path)).toEqual([]);
    const never = /\b(RTCPeerConnection|VideoEncoder|getUserMedia)\b/;
    expect(production.filter(({ source }) => never.test(source)).map(({ path }) => path)).toEqual([]);
  });

  it("has components of 200 lines at most and modules of 400", () => {
    const most = (path: string) => (path.endsWith(".svelte") ? 200 : 400);
    const long = production.filter(
      ({ path, source }) => !path.startsWith("protocol/") && source.split("\n").length - 1 > most(path),
    );
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it("takes no more words than the server does, and says how many in the generated tables alone", () => {
    const fields = production
      .filter(({ path }) => /^(features|app)\//.test(path))
      .flatMap(({ path, source }) =>
        [...source.matchAll(/<(?:SavedField|TextField)\b[\s\S]*?\/>/g)].map(([tag]) => ({ path, tag })),
      );
    expect(fields.length).toBeGreaterThan(40);
    // What is no name and no text has a form that is looked at, or stays on this computer.
    const looked = /\bcheck=|\{check\}|\binputmode=|type="email"|\{\.\.\.field\}|testid="(account|confirm)-/;
    const apart = /options|codes-code|account-email/;
    const bare = fields.filter(({ tag }) => !/maxlength=/.test(tag) && !looked.test(tag) && !apart.test(tag));
    expect(bare.map(({ path, tag }) => `${path}: ${tag}`)).toEqual([]);
    const literal = fields.filter(
      ({ path, tag }) => /maxlength=\{\d/.test(tag) && !path.startsWith("features/show/"),
    );
    expect(literal.map(({ path }) => path)).toEqual([]);
  });

  it("sends forms once: where the server's data is changed, a form is the kit's", () => {
    const changes = /\b(section|me)\.change|\bmodel\.(add|go|settle)\(/;
    const bare = production.filter(
      ({ path, source }) => !path.startsWith("kit/") && /<form\b/.test(source) && changes.test(source),
    );
    expect(bare.map(({ path }) => path)).toEqual([]);
  });
});
