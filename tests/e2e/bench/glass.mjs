// Glass to glass, on one machine: a speaker's app sends the test source, whose pictures have the time burnt in; the
// attendee's real window shows them, and a script in its page reads the time back at the moment of drawing. (The compositor
// and the screen come after that: at most a frame each.) Ends with one line of JSON.
//
// - glass_*: from making a picture to having drawn it. shown: pictures drawn of pictures made, at 30 a second.
// - first_picture_p50_ms: from the start of the app with an invite to its first picture: start, sign-in and media in one.
// - app_start_ms: from the start of the app until a click on a real button was handled, by the page and by the core behind it,
//   whose answer stands in the window; clicked as soon as the driver reaches the page; median.
// - app_pss_mb: PSS of the app and all its web processes while watching, after the window of measuring.
// - server_*: from start to its ready line, median; RSS when ready.

import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { App } from "../lib/app.mjs";
import { descendant, pssMb, rssMb, startedAt } from "../lib/meter.mjs";
import { scratch, setting, start } from "../lib/process.mjs";
import { Server } from "../lib/server.mjs";
import { watch } from "./clock.mjs";

const STARTS = 5;
const WINDOW_MS = 20_000;
const PICTURES_A_SECOND = 30;

const program = setting("HOUSELIGHTS_E2E_APP");
const note = (text) => process.stderr.write(`glass: ${text}\n`);
const quantile = (values, part) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * part)];
const round = (value) => Math.round(value * 1000) / 1000;

/** In the page: milliseconds since the epoch of an entry of the page's own performance record. */
const moment = (kind, name) => {
  const entry = performance.getEntriesByType(kind).find((entry) => entry.name === name);
  return entry ? performance.timeOrigin + entry.startTime : null;
};

/**
 * In the page: writes something into the welcome window and clicks its button, as soon as they are there; answers when the
 * window showed what the core said to it, in milliseconds since the epoch.
 */
const firstClick = (done) => {
  const find = (id) => document.querySelector(`[data-testid="${id}"]`);
  const step = () => {
    if (find("welcome-trouble")) {
      watcher.disconnect();
      done(performance.timeOrigin + performance.now());
      return;
    }
    const [field, button] = [find("welcome-link"), find("welcome-look")];
    if (!field || !button) return;
    if (field.value === "") {
      field.value = "no link";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (!button.disabled) button.click();
  };
  const watcher = new MutationObserver(step);
  watcher.observe(document, { attributes: true, childList: true, subtree: true });
  step();
};

const serverStarts = [];
for (let round = 0; round < STARTS; round++) {
  const server = new Server();
  serverStarts.push(await server.start());
  await server.stop();
}
const server = new Server();
serverStarts.push(await server.start());
const serverRss = rssMb(server.pid);
note(`server: ready after ${round(quantile(serverStarts, 0.5))} ms, ${round(serverRss)} MB`);

const appStarts = [];
for (let round = 0; round < STARTS; round++) {
  const app = await App.open();
  const handled = await app.runAsync(firstClick);
  appStarts.push(handled - startedAt(descendant(app.driverPid, program)));
  await app.close();
}
note(`app: takes a click after ${appStarts.map(Math.round).join(", ")} ms`);

const invites = await server.createEvent("Bench", "Clock");
const speaker = start(program, [
  ...["--headless", "--profile", scratch("speaker"), "--invite", invites.speaker[0].link],
  ...["--camera", "test", "--microphone", "test"],
]);
execFileSync(
  join(dirname(program), "houselights-demo"),
  [
    ...["--server", new URL(server.url).host],
    ...["--producer", invites.producer[0].secret, "--attendee", invites.attendee[0].secret],
  ],
  { stdio: ["ignore", "inherit", "inherit"] },
);

const firstPictures = [];
let row;
for (let round = 0; round < STARTS; round++) {
  const app = await App.open({ args: ["--invite", invites.attendee[0].link, "--name", "Alex"] });
  await app.until("a picture", async () => (await app.run(moment, "mark", "first-picture")) !== null);
  const pid = descendant(app.driverPid, program);
  firstPictures.push((await app.run(moment, "mark", "first-picture")) - startedAt(pid));
  if (round === STARTS - 1) row = await measure(app, pid);
  await app.close();
}
note(`first picture after ${firstPictures.map(Math.round).join(", ")} ms`);

await speaker.stop();
await server.stop();
const { width, height, delays, shown, pss } = row;
const figures = {
  ...{ width, height, glass_p50_ms: quantile(delays, 0.5), glass_p95_ms: quantile(delays, 0.95) },
  ...{ first_picture_p50_ms: quantile(firstPictures, 0.5), shown, app_pss_mb: pss },
  ...{ app_start_ms: quantile(appStarts, 0.5), server_rss_mb: serverRss, server_start_ms: quantile(serverStarts, 0.5) },
};
const rows = [Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, round(value)]))];
process.stdout.write(`${JSON.stringify({ bench: "glass", rows })}\n`);

/** Watches for a while. */
async function measure(app, pid) {
  await app.run(watch);
  await app.until("enough pictures", () =>
    app.run((span) => (window.glass.at(-1)?.[1] ?? 0) - (window.glass[0]?.[1] ?? 0) >= span, WINDOW_MS),
  );
  const { notes, width, height } = await app.run(() => {
    const canvas = document.querySelector("canvas[data-source]");
    return { notes: window.glass, width: canvas.width, height: canvas.height };
  });
  const firstDrawn = new Map();
  for (const [made, drawn] of notes) if (!firstDrawn.has(made)) firstDrawn.set(made, drawn);
  const made = [...firstDrawn.keys()].sort((a, b) => a - b);
  const expected = Math.round(((made.at(-1) - made[0]) * PICTURES_A_SECOND) / 1000) + 1;
  const delays = [...firstDrawn].map(([made, drawn]) => drawn - made);
  note(`${made.length} of ${expected} pictures drawn at ${width}x${height}`);
  return { width, height, delays, shown: made.length / expected, pss: pssMb(pid) };
}
