// What goes wrong on one's own side: the page dies, pictures and sound find no way.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { setInterval } from "node:timers/promises";
import { PATIENCE } from "./lib/app.mjs";
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

/** Waits until `ask` answers something true. */
async function until(ask) {
  const end = Date.now() + PATIENCE;
  for await (const _ of setInterval(50)) {
    if (ask()) return;
    if (Date.now() > end) throw new Error(`waited in vain: ${ask}`);
  }
}
