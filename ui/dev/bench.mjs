// How long a frame of the page takes with a chat of a hundred messages a second: in WebKitGTK, which is the app's web view on Linux, and in Chromium,
// which is the one on Windows, where that is installed.
// `npm run bench`, or `cargo xtask bench page`, which brings a display along; `--engine webkit` or `chromium` takes one of them alone.
// Ends with one line of JSON: a row a case, and the targets.
//
// - apart_*: from one animation frame to the next. late: how many came more than 25 ms after the one before, of all. A machine that
//   paints without a graphics card, and does other things beside, is late with any page in which something moves.
// - busy_*: what the page did for a frame: what came since the last one, scripts, style, layout and painting. over_16: how many took
//   longer than the 16.7 ms of a screen, of all. The clock has steps of 20 µs in WebKit.
// - before_*: of that, what was done with messages before the frame began.
// - Cases: nothing said; nothing said, and a few figures that change with every frame, which is the floor on this machine; 100 messages a
//   second at the end; the same while one reads back.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBrowser } from "./browser.mjs";
import { out, servePage } from "./page.mjs";
import { openWebKit } from "./webkit.mjs";

const SETTLE_MS = 4_000;
const SPAN_MS = 15_000;
const note = (text) => process.stderr.write(`page: ${text}\n`);
const quantile = (values, part) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * part)];
const round = (value) => Math.round(value * 100) / 100;
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
/** In thousandths. */
const share = (values, above) =>
  Math.round((values.filter((value) => value > above).length / values.length) * 1_000) / 1_000;

/** In the middle, and at the slow end, where one sees it. */
const slowness = (name, values) => ({
  [`${name}_p50_ms`]: round(quantile(values, 0.5)),
  [`${name}_p95_ms`]: round(quantile(values, 0.95)),
  [`${name}_p99_ms`]: round(quantile(values, 0.99)),
  [`${name}_worst_ms`]: round(quantile(values, 1)),
});

const cases = [
  { what: "quiet", rate: 0 },
  { what: "floor", rate: 0, ticking: true },
  { what: "at_the_end", rate: 100 },
  { what: "reading_back", rate: 100, back: true },
];
async function openChromium({ width, height }) {
  const browser = await openBrowser();
  const page = await browser.page();
  await page.tell("Emulation.setDeviceMetricsOverride", {
    width,
    height,
    deviceScaleFactor: 1,
    mobile: false,
  });
  return {
    go: (url) => page.tell("Page.navigate", { url }),
    run: (script) => page.evaluate(`(() => { ${script} })()`),
    picture: async () => (await page.tell("Page.captureScreenshot", { format: "png" })).data,
    close: () => browser.close(),
  };
}

const chromium = process.env.CHROMIUM ?? "chromium";
const hasChromium = spawnSync(chromium, ["--version"], { stdio: "ignore" }).status === 0;
const engines = { webkit: openWebKit, ...(hasChromium && { chromium: openChromium }) };
// `--json` is taken for the sake of uniformity: the last line is always JSON.
const { values: asked } = parseArgs({ options: { engine: { type: "string" }, json: { type: "boolean" } } });
const names = Object.keys(engines).filter((name) => name === (asked.engine ?? name));
if (names.length === 0)
  throw new Error(`there is no engine ${asked.engine} here: ${Object.keys(engines).join(", ")}`);
const all = names.flatMap((engine) => cases.map((one) => ({ engine, ...one })));
const server = await servePage();
const rows = [];
for (const { engine, what, rate, ticking, back } of all) {
  const page = await engines[engine]({ width: 1_440, height: 900 });
  await page.go(`${server.url}/?scene=busy&rate=${rate}${ticking ? "&ticking" : ""}#/attendee`);
  await wait(SETTLE_MS);
  if (back) await page.run(`document.querySelector("[role=feed]").scrollTop -= 20000`);
  await wait(500);
  await page.run("for (const times of Object.values(window.chatFrames)) times.length = 0");
  const before = await page.run("return window.messagesPoured()");
  await wait(SPAN_MS);
  const { apart, busy, before: early } = await page.run("return window.chatFrames");
  const [held, poured] = await page.run("return [window.messagesHeld(), window.messagesPoured()]");
  const drawn = await page.run(`return document.querySelectorAll("[role=article]").length`);
  writeFileSync(join(out, `bench-${engine}-${what}.png`), Buffer.from(await page.picture(), "base64"));
  await page.close();
  rows.push({
    engine,
    case: what,
    rate,
    held,
    drawn,
    said: poured - before,
    frames: busy.length,
    ...slowness("apart", apart),
    late: share(apart, 25),
    ...slowness("busy", busy),
    over_16: share(busy, 16.7),
    ...slowness("before", early),
  });
  note(JSON.stringify(rows.at(-1)));
}
server.close();
/** Frames stay under 16 ms: with all that is said, wherever one reads. */
const targets = rows
  .filter(({ rate }) => rate > 0)
  .map(({ engine, case: what, busy_p99_ms: measured }) => {
    const named = `p99 in ms of what a frame takes, ${what} in ${engine}`;
    return { what: named, at_most: 16, measured, met: measured <= 16 };
  });
process.stdout.write(`${JSON.stringify({ bench: "page", rows, targets })}\n`);
