// Photographs every window in several states and has axe look at each, in a headless Chromium, without the native core.
// `npm run look [FILTER]`; needs chromium and ffmpeg. Pictures go to dev/out/shots. Fails on serious faults.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { openBrowser } from "./browser.mjs";
import { cutFilm, out, servePage } from "./page.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

cutFilm();
const server = await servePage();

const settle = "new Promise((done) => setTimeout(done, 300))";
/** Where in the dashboard a picture is taken. */
const main = "org-tidewater/event/event-main";
const places = {
  events: "org-tidewater/events",
  new: "org-tidewater/new",
  when: "org-tidewater/new",
  templates: "org-tidewater/templates",
  members: "org-tidewater/members",
  integrations: "org-tidewater/integrations",
  "no-events": "org-choir/events",
  draft: "org-tidewater/event/event-launch/overview",
  ending: "org-tidewater/event/event-live/overview",
  overview: `${main}/overview`,
  agenda: `${main}/agenda`,
  session: `${main}/agenda`,
  clash: `${main}/agenda`,
  tracks: `${main}/agenda`,
  speakers: `${main}/speakers`,
  tickets: `${main}/tickets`,
  ticket: `${main}/tickets`,
  questions: `${main}/questions`,
  people: `${main}/people`,
  adding: `${main}/people`,
  nobody: `${main}/people`,
  show: `${main}/show`,
  branding: `${main}/branding`,
  unreadable: `${main}/branding`,
  trash: `${main}/trash`,
  reports: `${main}/reports`,
  "reports-room": `${main}/reports`,
  saving: `${main}/reports`,
  over: `${main}/overview`,
  contested: `${main}/overview`,
  warned: `${main}/agenda`,
  "refused-file": `${main}/people`,
  sending: `${main}/people`,
  "code-amount": `${main}/tickets`,
};
const views = Object.entries({
  welcome: [
    "personal",
    "open",
    "strange",
    "plain",
    "wrong",
    "empty",
    "long-name",
    "signed-out",
    "waiting",
    "offers",
    "browsing",
    "home",
    "account",
    "others",
    "erasing",
    "away",
    "over",
    "sent",
  ],
  attendee: [
    "live",
    "questions",
    "polls",
    "voted",
    "ballots",
    "cloud",
    "quiz-over",
    "solo",
    "grid",
    "empty",
    "ended",
    "reconnecting",
    "no-devices",
    "blocked",
    "theatre",
    "still",
    "read-back",
    "inbox",
    "thread",
    "no-mail",
    "removing",
    "unsent",
    "raising",
    "raising-dumb",
    "raised",
    "guest",
    "guest-dumb",
    "keys",
    "talk",
    "reporting",
    "searching",
    "emoji",
    "naming",
    "answering",
    "muted",
    "closed",
    "lobby",
    "sent-out",
    "put-out",
    "banned",
    "locked",
    "replay",
    "replay-moments",
    "replay-polls",
    "replay-questions",
    "replay-quiet",
    "replay-slow",
    "replay-failed",
    "replay-none",
    "replay-over",
    "roster",
    "roster-found",
    "person",
    "person-chat",
    "profile",
    "profile-wrong",
    "kept",
    "kept-questions",
    "kept-letters",
    "reporting-question",
    "calling",
    "odd",
    "odd-questions",
    "odd-inbox",
    "odd-thread",
    "odd-polls",
  ],
  studio: [
    "roster",
    "live",
    "grid",
    "solo",
    "no-devices",
    "fault",
    "reconnecting",
    "elsewhere",
    "asking",
    "late",
    "blocked",
    "unchosen",
    "other-speaker",
    "forgets",
    "keys",
  ],
  control: [
    "live",
    "queue",
    "polls",
    "composing",
    "throwing",
    "losing",
    "planned",
    "solo",
    "grid",
    "empty",
    "ended",
    "reconnecting",
    "elsewhere",
    "asking",
    "refused",
    "full",
    "blocked",
    "keys",
    "removing",
    "talk",
    "notes",
    "hiding",
    "hands",
    "order",
    "order-rules",
    "order-log",
    "order-menu",
    "order-muted",
    "stopped",
    "replay",
    "replay-moments",
    "roster",
    "person",
    "odd",
    "odd-questions",
    "odd-polls",
    "odd-hands",
    "answering-question",
    "undoing-question",
    "announcing",
  ],
  dashboard: Object.keys(places),
}).flatMap(([window, scenes]) => scenes.map((scene) => ({ window, scene })));
/** What is pressed before the picture is taken. */
const type = (id, words) => `(() => {
  const field = document.querySelector("[data-testid=${id}]");
  field.focus();
  document.execCommand("insertText", false, ${JSON.stringify(words)});
})()`;
const press = (id, place = 0) => `document.querySelectorAll("[data-testid=${id}]")[${place}].click()`;
const wait = (ms) => `new Promise((done) => setTimeout(done, ${ms}))`;
const presses = {
  when: [press("template", 1), type("new-title", "Autumn webinar"), settle],
  ending: [press("event-next"), settle],
  offers: [
    type("account-email", "noor@tidewater.example"),
    type("account-server", "events.example"),
    "document.activeElement.blur()",
    settle,
  ],
  account: [press("home-account"), settle],
  others: [press("home-account"), settle, press("logins-end-others"), settle],
  erasing: [press("home-account"), settle, press("account-erase"), settle],
  session: [press("session", 6), settle],
  clash: [
    press("session", 3),
    `(() => {
      const session = document.querySelectorAll("[data-testid=session]")[3];
      session.focus();
      for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown"])
        session.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    })()`,
    wait(900),
  ],
  warned: [
    press("session", 3),
    `(() => {
      const session = document.querySelectorAll("[data-testid=session]")[3];
      session.focus();
      for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown"])
        session.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    })()`,
    wait(900),
    press("agenda-wrong"),
    settle,
  ],
  contested: [type("event-summary", " Ours."), "document.activeElement.blur()", settle],
  "refused-file": [press("import-attendees"), settle],
  sending: [press("import-attendees"), wait(1_300)],
  "code-amount": [
    `(() => {
      const kind = document.querySelector("[data-testid=code-kind]");
      kind.value = "amount";
      kind.dispatchEvent(new Event("change", { bubbles: true }));
      for (const one of document.querySelectorAll(".whole [role=switch]")) one.click();
    })()`,
    settle,
  ],
  tracks: [press("agenda-by-track"), settle],
  integrations: [press("webhook-log"), settle],
  ticket: [press("ticket-edit", 0), settle],
  adding: [press("people-add"), settle],
  nobody: [type("people-search", "Nobody of this name"), wait(500)],
  unreadable: [
    `document.querySelector("[data-testid=brand-accent]").select()`,
    type("brand-accent", "#3a3a3a"),
    "document.activeElement.blur()",
    settle,
  ],
  raising: [press("hand"), wait(600)],
  "raising-dumb": [press("hand"), wait(600)],
  hands: [`document.querySelector("#tab-hands").click()`, settle, press("hand-dismiss", 1), settle],
  blocked: [wait(4_500)],
  still: [wait(2_500)],
  theatre: ['document.querySelector("[data-testid=full-screen]").click()', wait(600)],
  inbox: [press("tab-inbox"), settle],
  thread: [
    press("tab-inbox"),
    settle,
    press("inbox-talk"),
    settle,
    type("direct-input", "Yes, at six. See you there!"),
    settle,
  ],
  "no-mail": [press("tab-inbox"), settle],
  keys: ['document.querySelector("[data-testid=keys]").click()', settle],
  removing: [
    '(() => { const row = document.querySelectorAll("[role=article]"); row[row.length - 1].focus(); })()',
    settle,
  ],
  unsent: [
    type("chat-input", "These words are refused"),
    'document.querySelector("[data-testid=chat-send]").click()',
    type("chat-input", "The next message"),
    settle,
  ],
  "read-back": ['document.querySelector("[role=feed]").scrollTop = 3_000', wait(1_500)],
  "long-name": [wait(200), type("welcome-name", "A long name. ".repeat(8)), settle],
  questions: [press("tab-qa"), press("react-wow"), wait(500)],
  queue: [press("tab-qa"), settle],
  polls: [press("tab-polls"), settle],
  voted: [press("tab-polls"), settle],
  ballots: [press("tab-polls"), settle],
  cloud: [press("tab-polls"), settle],
  "quiz-over": [press("tab-polls"), settle],
  composing: [press("tab-polls"), settle, press("poll-edit"), settle],
  throwing: [press("tab-polls"), settle, press("poll-drop"), settle],
  losing: [
    press("tab-polls"),
    settle,
    press("poll-edit"),
    settle,
    type("compose-question", " Or more?"),
    wait(1_800),
  ],
  planned: [press("tab-polls"), settle, `document.querySelector("[data-testid=votes]").open = true`, settle],
  "reports-room": [
    `(() => {
      const room = document.querySelector("[data-testid=reports-room]");
      room.value = room.options[2].value;
      room.dispatchEvent(new Event("change", { bubbles: true }));
    })()`,
    settle,
  ],
  saving: [press("report-csv"), wait(1_300)],
  asking: ['document.querySelector("[data-testid=end-show], [data-testid=leave]").click()', settle],
  refused: ['document.querySelector("[data-testid=take]").click()', settle],
};
const point = (words) => `(() => {
  const row = [...document.querySelectorAll("[role=article]")].find(({ textContent }) => textContent.includes("${words}"));
  row.focus();
})()`;
Object.assign(presses, {
  reporting: [point("tail latency"), settle, press("chat-report"), settle],
  searching: [press("chat-search"), type("chat-search-field", "latency queues"), wait(600)],
  emoji: [press("emoji-open"), settle],
  naming: [type("chat-input", "Thank you, @"), settle],
  answering: [point("tail latency"), settle, press("chat-reply"), settle],
  notes: [press("tab-notes"), settle],
  roster: [press("tab-people"), wait(500)],
  "roster-found": [press("tab-people"), wait(300), type("roster-search", "j"), wait(800)],
  person: [
    press("tab-people"),
    wait(300),
    type("roster-search", "jun t"),
    wait(800),
    "document.querySelector(\"[role=feed] [data-testid=roster-person][data-participant$='9']\").click()",
    wait(400),
  ],
  "person-chat": [
    '[...document.querySelectorAll("[data-testid=person-name]")].find(({ textContent }) => textContent.includes("Jun")).click()',
    wait(400),
  ],
  profile: [press("tab-people"), wait(300), press("roster-profile"), wait(400)],
  "profile-wrong": [
    press("tab-people"),
    wait(300),
    press("roster-profile"),
    wait(400),
    type("profile-link-1", "http://example.org"),
    settle,
  ],
  order: [press("tab-order"), settle],
  "order-rules": [press("tab-order"), settle, press("tab-order-rules"), settle],
  "order-log": [press("tab-order"), settle, press("tab-order-audit"), settle],
  "order-menu": [press("tab-order"), settle, press("report-act"), settle],
  "order-muted": [press("tab-order"), settle, press("report-act"), settle, press("person-mute"), settle],
  stopped: [press("tab-order"), settle],
  "kept-questions": [press("tab-qa"), settle],
  "kept-letters": [press("tab-inbox"), settle, press("inbox-talk"), settle],
  "reporting-question": [press("tab-qa"), settle, press("qa-report"), settle],
  "odd-questions": [press("tab-qa"), settle],
  "odd-inbox": [press("tab-inbox"), settle],
  "odd-thread": [press("tab-inbox"), settle, press("inbox-talk", 1), settle],
  "odd-polls": [press("tab-polls"), settle],
  "odd-hands": [press("tab-hands"), settle],
  "answering-question": [press("tab-qa"), settle, press("qa-write"), settle],
  "undoing-question": [press("tab-qa"), settle, press("qa-queue-waiting"), settle, press("qa-open"), settle],
  announcing: [press("announce-open"), settle, type("announce-words", "We begin again at ten past."), settle],
  hiding: [point("Same here"), settle, press("chat-hide"), settle, point("That was us"), settle],
});
/** To a minute of what is watched again. */
const goTo = (minute) => `(() => {
  const line = document.querySelector("[data-testid=replay-position]");
  line.value = ${minute * 60};
  line.dispatchEvent(new Event("change", { bubbles: true }));
})()`;
const watching = (minute, ...more) => [
  press("replay-open"),
  settle,
  goTo(minute),
  wait(600),
  press("replay-play"),
  ...more,
  settle,
];
Object.assign(presses, {
  replay: watching(13.5),
  "replay-moments": watching(24.5, press("tab-then-moments")),
  "replay-polls": watching(26.5, press("tab-then-polls")),
  "replay-questions": watching(12.5, press("tab-then-qa")),
  "replay-quiet": watching(15),
  "replay-slow": [press("replay-open"), wait(1_600)],
  "replay-failed": [press("replay-open"), wait(600)],
  "replay-none": [press("replay-open"), wait(600)],
  "replay-over": [goTo(31), wait(600), press("replay-play"), settle],
});
/** Those in which the bar below the stage holds the most. */
const barred = ["attendee-live", "attendee-raised", "attendee-guest", "attendee-guest-dumb"];
const looks = [
  { name: "dark", width: 1440, height: 900, scheme: "dark" },
  { name: "dark-small", width: 960, height: 600, scheme: "dark" },
  { name: "light", width: 1440, height: 900, scheme: "light" },
  // The narrowest that a window can be is 960; whoever enlarges its words has less.
  ...["dark", "light"].flatMap((scheme) => [
    { name: `${scheme}-narrow`, width: 720, height: 600, scheme, only: barred },
    { name: `${scheme}-middle`, width: 1280, height: 800, scheme, only: barred },
    ...(scheme === "light" ? [{ name: "light-small", width: 960, height: 600, scheme, only: barred }] : []),
  ]),
];
/** What can be pressed and lies outside of the window, or of what cuts it off and cannot be scrolled, or below something beside it. */
const cut = `(() => {
  const within = (box, of) => box.left >= of.left - 1 && box.right <= of.right + 1 && box.top >= of.top - 1 && box.bottom <= of.bottom + 1;
  const scrolls = (style) => ["auto", "scroll"].some((way) => style.overflowX === way || style.overflowY === way);
  const lies = ({ position }) => position === "fixed" || position === "absolute";
  const isBelow = (node, { left, right, top, bottom }) => [left + 3, right - 3].some((x) => {
    const hit = document.elementFromPoint(x, (top + bottom) / 2);
    if (!hit || hit.contains(node) || node.contains(hit) || hit.closest("label")?.contains(node)) return false;
    for (let over = hit; over && !over.contains(node); over = over.parentElement) if (lies(getComputedStyle(over))) return false;
    return true;
  });
  const isCut = (node) => {
    const box = node.getBoundingClientRect();
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || box.width < 2 || node.closest(".visually-hidden")) return false;
    for (let over = node.parentElement; over; over = over.parentElement) {
      const style = getComputedStyle(over);
      if (scrolls(style)) return false;
      if (style.overflowX !== "visible" && !within(box, over.getBoundingClientRect())) return true;
      // What lies over the page is cut off by the window alone.
      if (style.position === "fixed") break;
    }
    return !within(box, { left: 0, top: 0, right: innerWidth, bottom: innerHeight }) || isBelow(node, box);
  };
  return [...document.querySelectorAll("button, input, select, textarea, a[href]")].filter(isCut)
    .map((node) => (node.dataset.testid ?? node.ariaLabel ?? node.textContent.trim()).slice(0, 60));
})()`;
const filter = process.argv[2] ?? "";
const shots = join(out, "shots");
mkdirSync(shots, { recursive: true });
const browser = await openBrowser();
let serious = 0;

for (const { window, scene } of views) {
  for (const { name, width, height, scheme, only } of looks) {
    const title = `${window}-${scene}-${name}`;
    if (!title.includes(filter) || (only && !only.includes(`${window}-${scene}`))) continue;
    const page = await browser.page();
    await page.tell("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await page.tell("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: scheme }],
    });
    await page.tell("Page.addScriptToEvaluateOnNewDocument", { source: "Object.freeze(Object.prototype)" });
    await page.tell("Page.navigate", {
      url: `${server.url}/?scene=${scene}#/${window}${window === "dashboard" ? `/${places[scene]}` : ""}`,
    });
    await page.evaluate("new Promise((done) => setTimeout(done, 1600))");
    for (const press of presses[scene] ?? []) await page.evaluate(press);
    const { data } = await page.tell("Page.captureScreenshot", { format: "png" });
    writeFileSync(join(shots, `${title}.png`), Buffer.from(data, "base64"));
    await page.evaluate(axe);
    const violations = await page.evaluate(
      `axe.run(document).then(({ violations }) => violations.flatMap(({ id, impact, nodes }) =>
        nodes.map((node) => ({ id, impact, at: node.target.join(" "), why: node.failureSummary }))))`,
    );
    const faults = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const missed = await page.evaluate(cut);
    serious += faults.length + missed.length;
    console.log(`${faults.length + missed.length === 0 ? "ok " : "BAD"} ${title}`);
    if (missed.length > 0) console.log(`    cut off: ${missed.join(", ")}`);
    for (const { id, impact, at, why } of violations) console.log(`    ${impact} ${id} ${at}\n      ${why}`);
    await page.close();
  }
}
for (const fault of browser.faults) console.log(`BAD ${fault}`);
serious += browser.faults.length;
await browser.close();
server.close();
process.exitCode = serious === 0 ? 0 : 1;
