// What goes wrong on one's own side: the page dies, pictures and sound find no way.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { setInterval } from "node:timers/promises";
import { App, PATIENCE } from "./lib/app.mjs";
import { seriousFaults } from "./lib/axe.mjs";
import { descendant } from "./lib/meter.mjs";
import { scratch, setting, start } from "./lib/process.mjs";
import { Server } from "./lib/server.mjs";

describe("a page whose process dies", { timeout: 300_000 }, () => {
  const server = new Server();
  let app;

  before(async () => {
    mkdirSync(setting("HOUSELIGHTS_E2E_OUT"), { recursive: true });
    await server.start();
    const invites = await server.createEvent("Opening night", "Bunny");
    app = start(setting("HOUSELIGHTS_E2E_APP"), [
      ...["--profile", scratch("profile"), "--no-key-store", "--name", "Alex"],
      ...["--invite", invites.attendee[0].link],
    ]);
  });

  after(async () => {
    await app?.stop();
    await server.stop();
  });

  const attached = () => app.log.filter((line) => line.includes("a page attached")).length;

  it("is loaded again by itself, each time", async () => {
    for (const time of [1, 2]) {
      await until(() => attached() === time);
      process.kill(descendant(app.pid, "/WebKitWebProcess"), "SIGKILL");
    }
    await until(() => attached() === 3);
    assert.equal(app.log.filter((line) => line.includes("the page's process ended")).length, 2);
  });
});

describe("a way on which pictures and sound do not get through", { timeout: 300_000 }, () => {
  // Where the clients are told to send media nobody listens.
  const server = new Server(["--media-address", "127.0.0.2"]);
  let app;

  before(async () => {
    await server.start();
    const invites = await server.createEvent("Opening night", "Bunny");
    app = await App.open({ args: ["--invite", invites.speaker[0].link, "--camera", "test", "--look", "light"] });
  });

  after(async () => {
    await app?.close();
    await server.stop();
  });

  it("is said, with what can be done, while the event is reached", async () => {
    await app.find("media-blocked").waitForDisplayed({ timeout: PATIENCE });
    assert.ok(await app.isConnected());
    assert.deepEqual(await seriousFaults(app), []);
    await app.screenshot("media-blocked");
  });
});

describe("the light look", { timeout: 300_000 }, () => {
  const server = new Server();
  let app;

  before(async () => {
    await server.start();
    const invites = await server.createEvent("Opening night", "Bunny");
    app = await App.open({ args: ["--invite", invites.producer[0].link, "--look", "light"] });
    await app.until("the producer is connected", () => app.isConnected());
  });

  after(async () => {
    await app?.close();
    await server.stop();
  });

  it("has no serious fault either, where the pointer lies and in a dialog", async () => {
    await app.click("go-live");
    const end = await app.find("end-show");
    await end.waitForDisplayed({ timeout: PATIENCE });
    await end.moveTo();
    await app.screenshot("producer-light");
    assert.deepEqual(await seriousFaults(app), []);
    await end.click();
    await app.find("end-show-confirm").waitForDisplayed();
    assert.deepEqual(await seriousFaults(app), []);
    await app.browser.keys("Escape");
  });

  it("hears keys after a click on a layout, which leaves the focus on its button", async () => {
    const chosen = (layout) =>
      app.run((id) => document.querySelector(`[data-testid="${id}"]`).checked, `layout-${layout}`);
    await app.browser.$('label:has([data-testid="layout-side_by_side"])').click();
    await app.until("side by side is chosen", () => chosen("side_by_side"));
    await app.browser.keys("3");
    await app.until("the grid is chosen", () => chosen("grid"));
  });
});

/** Waits until `ask` answers something true. */
async function until(ask) {
  const end = Date.now() + PATIENCE;
  for await (const _ of setInterval(50)) {
    if (ask()) return;
    if (Date.now() > end) throw new Error(`waited in vain: ${ask}`);
  }
}
