// The first window: an invite pasted by hand.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { App } from "./lib/app.mjs";
import { seriousFaults } from "./lib/axe.mjs";
import { setting } from "./lib/process.mjs";
import { Server } from "./lib/server.mjs";

describe("signing in", { timeout: 300_000 }, () => {
  const server = new Server();
  let app;
  let invites;

  before(async () => {
    mkdirSync(setting("HOUSELIGHTS_E2E_OUT"), { recursive: true });
    await server.start();
    invites = await server.createEvent("Opening night", "Bunny");
    app = await App.open();
  });

  after(async () => {
    await app?.close();
    await server.stop();
  });

  it("a text that is no link says so", async () => {
    await paste("what link?");
    await says(/not an invite link/);
  });

  it("an invite of nobody's says so", async () => {
    await paste(invites.attendee[0].link.replace(/[^/=]{8}$/, "zzzzzzzz"));
    await says(/invite is not known here/);
  });

  it("a good invite shows what it is for and asks for a name", async () => {
    await paste(invites.attendee[0].link);
    const card = await app.find("welcome-card");
    await card.waitForDisplayed();
    assert.equal(await card.getAttribute("data-role"), "attendee");
    await app.find("welcome-name").setValue("Robin");
    await app.screenshot("welcome");
    assert.deepEqual(await seriousFaults(app), []);
  });

  it("the name leads into the room", async () => {
    await app.click("welcome-join");
    await app.window("attendee");
    await app.until("Robin is connected", () => app.isConnected());
    await app.say("I am in");
    await app.until("the words arrive", async () => (await app.messages()).includes("I am in"));
    const author = await app.run(() => document.querySelector('[data-testid="chat-message"] bdi').textContent);
    assert.equal(author, "Robin");
  });

  async function says(words) {
    const trouble = () => app.run(() => document.querySelector('[data-testid="welcome-trouble"]')?.textContent ?? "");
    await app.until(`it says ${words}`, async () => words.test(await trouble()));
  }

  async function paste(text) {
    const field = await app.find("welcome-link");
    await field.waitForDisplayed();
    await field.setValue(text);
    await app.click("welcome-look");
  }
});
