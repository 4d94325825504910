// What was said long ago, in the real app: further back than what it is told when it comes.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe } from "node:test";
import { App } from "./lib/app.mjs";
import { seriousFaults } from "./lib/axe.mjs";
import { output, scratch, setting } from "./lib/process.mjs";
import { Server } from "./lib/server.mjs";
import { steps } from "./lib/steps.mjs";

describe("a chat of many", { timeout: 300_000 }, () => {
  const server = new Server();
  const step = steps();
  /** Alex's computer: what is kept there outlives the app. */
  const own = { profile: scratch("profile"), data: scratch("data") };
  const early = "The kingfisher is painted above the second balcony";
  let [mo, alex, audience] = [];
  /** How much was said. */
  let said = 0;

  before(async () => {
    mkdirSync(setting("HOUSELIGHTS_E2E_OUT"), { recursive: true });
    await server.start();
    const invites = await server.createEventWith("Opening night", { moderator: ["Mo"] });
    audience = invites.attendee[0].link;
    mo = await App.open({ args: ["--invite", invites.moderator[0].link] });
    alex = await App.open({ args: ["--invite", audience, "--name", "Alex"], ...own });
  });

  after(async () => {
    await Promise.allSettled([mo, alex].map((app) => app?.close()));
    await server.stop();
  });

  /** So much is said that an app that comes then is not told what was said before; how many of it were taken. */
  async function crowd() {
    const said = ["--clients", "60", "--joins", "60", "--rate", "50", "--seconds", "8", "--json"];
    const report = JSON.parse(await output(setting("HOUSELIGHTS_E2E_LOAD"), ["--invite", audience, ...said]));
    assert.ok(report.talking.accepted > 300, JSON.stringify(report.talking));
    return report.talking.accepted;
  }

  /** What is drawn, from above: each row's message, and its words. */
  const drawn = () =>
    alex.run(() =>
      [...document.querySelectorAll("[data-key]")]
        .sort((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top)
        .map((row) => [row.dataset.key, row.querySelector('[data-testid="chat-text"]')?.textContent]),
    );
  const focused = () => alex.run(() => document.activeElement.textContent);

  async function find(words) {
    await alex.click("chat-search");
    await alex.type("chat-search-field", words);
    await alex.shows("chat-search-found", words);
  }

  step("goes on while one is away", async () => {
    await mo.type("chat-input", "Ask me, @al");
    await mo.shows("chat-completions", "Alex");
    await mo.browser.keys("Enter");
    await mo.type("chat-input", "what the house is for");
    await mo.browser.keys("Enter");
    await alex.shows("chat-mention", "@Alex");
    await mo.say(early);
    await alex.shows("chat-text", "kingfisher");
    await alex.close();
    said = 2 + (await crowd());
    alex = await App.open(own);
    await alex.shows("chat-text", "the lazy dog");
    assert.ok(!(await drawn()).some(([, words]) => words === early));
  });

  step("is searched, and what was found stands where it was said", async () => {
    await find("kingfisher");
    await alex.screenshot("chat-found");
    await alex.click("chat-search-found");
    await alex.until("it has the focus", async () => (await focused()).includes(early));
    await alex.shows("chat-mention", "@Alex");
    await alex.shows("chat-beginning");
    await alex.screenshot("chat-long-ago");
    assert.deepEqual(await seriousFaults(alex), []);
  });

  step("is read on from there by keys, nothing left out and nothing twice, down to what is said now", async () => {
    await mo.say("And this was said meanwhile");
    said += 1;
    await alex.shows("chat-to-end", "new");
    const read = new Map();
    for (let last = ""; last !== "And this was said meanwhile"; ) {
      for (const [key, words] of await drawn()) read.set(key, words);
      last = [...read.values()].at(-1);
      await alex.browser.keys("PageDown");
    }
    assert.equal(read.size, said);
    assert.equal(new Set(read.values()).size, said);
    await alex.browser.keys("End");
    await alex.hides("chat-to-end");
    await mo.say("What is new is followed again");
    await alex.shows("chat-text", "followed again");
  });

  step("is gone to by a mention, and left with a key or the button for what is said now", async () => {
    for (const leave of [() => alex.browser.keys("End"), () => alex.click("chat-to-end")]) {
      await alex.click("tab-inbox");
      await alex.click("inbox-mention");
      await alex.until("it has the focus", async () => (await focused()).includes("what the house is for"));
      await alex.shows("chat-to-end");
      await leave();
      await alex.shows("chat-text", "followed again");
      await alex.hides("chat-to-end");
    }
  });
});
