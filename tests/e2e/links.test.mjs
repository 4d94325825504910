// Links from outside: a second start of the app hands its link over to the one that runs, and ends.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { App } from "./lib/app.mjs";
import { setting, start } from "./lib/process.mjs";
import { Server } from "./lib/server.mjs";

describe("a link from outside", { timeout: 300_000 }, () => {
  const server = new Server();
  let app;
  let first;
  let second;

  before(async () => {
    await server.start();
    first = await server.createEvent("First night", "Bunny");
    second = await server.createEvent("Second night", "Bunny");
    app = await App.open({ profile: null });
  });

  after(async () => {
    await app?.close();
    await server.stop();
  });

  it("reaches the app that runs, which shows where it leads and sends nothing there", async () => {
    await app.find("welcome-link").waitForDisplayed();
    await opened(first.attendee[0].link);
    const destination = await app.find("welcome-destination");
    await destination.waitForDisplayed();
    assert.equal(await destination.getText(), server.url);
    assert.equal(await app.find("welcome-card").isExisting(), false);
  });

  it("leads into the room once the person says so", async () => {
    await app.click("welcome-confirm");
    await app.find("welcome-name").setValue("Robin");
    await app.click("welcome-join");
    await app.window("attendee");
    await app.until("Robin is connected", () => app.isConnected());
    assert.equal(await app.browser.$("h1").getText(), "First night");
    await app.say("From the first night");
    await app.until("the words arrive", async () => (await app.messages()).includes("From the first night"));
  });

  it("to another event is asked about beside what runs, and its room takes the place of the one before", async () => {
    // Not the only argument: another way than a browser's.
    await opened("--look", "dark", second.attendee[0].link);
    await app.window("welcome");
    // The server is known by now.
    const card = await app.find("welcome-card");
    await card.waitForDisplayed();
    await app.find("welcome-name").setValue("Robin again");
    await app.click("welcome-join");
    await app.window("attendee");
    await app.until("the other event is shown", async () => (await app.browser.$("h1").getText()) === "Second night");
    await app.until("Robin is connected again", () => app.isConnected());
    await app.say("From the second night");
    await app.until("the words arrive", async () => (await app.messages()).includes("From the second night"));
    assert.deepEqual(await app.messages(), ["From the second night"]);
  });
});

/** A browser opens a link: the system starts the app with it. */
async function opened(...words) {
  const again = start(setting("HOUSELIGHTS_E2E_APP"), words);
  const { code } = await again.ended();
  assert.equal(code, 0, again.log.join("\n"));
}
