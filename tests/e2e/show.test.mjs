// A show from beginning to end, in the real apps: a speaker who sends the clip, a producer, an attendee.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { App } from "./lib/app.mjs";
import { seriousFaults } from "./lib/axe.mjs";
import { movingPicture } from "./lib/pictures.mjs";
import { setting } from "./lib/process.mjs";
import { Server } from "./lib/server.mjs";

const clip = `clip:${fileURLToPath(new URL("../fixtures/media/big-buck-bunny-720p.webm", import.meta.url))}`;

describe("a show", { timeout: 600_000 }, () => {
  const server = new Server();
  /** @type {Record<string, App>} */
  const apps = {};

  before(async () => {
    mkdirSync(setting("HOUSELIGHTS_E2E_OUT"), { recursive: true });
    await server.start();
    const invites = await server.createEvent("Opening night", "Bunny");
    const [speaker] = invites.speaker;
    const [producer] = invites.producer;
    const [attendee] = invites.attendee;
    apps.speaker = await App.open({ args: ["--invite", speaker.link, "--camera", clip, "--microphone", clip] });
    apps.producer = await App.open({ args: ["--invite", producer.link] });
    apps.attendee = await App.open({ args: ["--invite", attendee.link, "--name", "Alex"] });
  });

  after(async () => {
    await Promise.allSettled(Object.values(apps).map((app) => app.close()));
    await server.stop();
  });

  const everyone = () => Object.entries(apps);

  it("everyone is connected", async () => {
    for (const [name, app] of everyone()) await app.until(`${name} is connected`, () => app.isConnected());
  });

  it("the producer sees the speaker's picture in the green room", async () => {
    await apps.producer.find("crew-card").waitForExist();
    await movingPicture(apps.producer, 2);
  });

  it("the speaker sees themselves", async () => {
    await movingPicture(apps.speaker, 2, '[data-testid="self-view"]');
  });

  it("the audience sees nobody before the show", async () => {
    assert.equal(await apps.attendee.run(() => document.querySelectorAll("canvas[data-source].drawn").length), 0);
    await apps.attendee.find("slate").waitForDisplayed();
  });

  it("the producer brings the speaker on and goes live", async () => {
    await apps.producer.click("bring-on");
    await apps.producer.find("take-off").waitForExist();
    await apps.producer.click("go-live");
    for (const [name, app] of everyone()) {
      await app.until(`${name} knows that the show is live`, () =>
        app.run(() => document.querySelector('[data-testid="phase"]')?.dataset.phase === "live"),
      );
    }
  });

  it("the attendee sees moving pictures", async () => {
    const picture = await movingPicture(apps.attendee, 5);
    assert.ok(picture.width >= 320, `the picture is ${picture.width} pixels wide`);
  });

  it("the attendee hears the speaker", async () => {
    await hears(apps.attendee);
    const before = await apps.attendee.invoke("media_stats");
    await apps.attendee.until("a second more of sound", async () => {
      const now = await apps.attendee.invoke("media_stats");
      return now.samples_played >= before.samples_played + 48_000;
    });
  });

  it("chat crosses in both directions", async () => {
    await apps.attendee.say("Good evening from the stalls");
    await arrives(apps.producer, "Good evening from the stalls");
    await apps.producer.say("Welcome, everyone");
    await arrives(apps.attendee, "Welcome, everyone");
    await arrives(apps.attendee, "Good evening from the stalls");
  });

  it("each window looks like a show, and axe finds no serious fault", async () => {
    for (const [name, app] of everyone()) {
      await movingPicture(app, 1);
      await app.screenshot(name);
      assert.deepEqual(await seriousFaults(app), [], name);
    }
  });

  it("after a kill -9 of the server everyone is back without a click, and no message is lost or doubled", async () => {
    const said = await apps.attendee.messages();
    await server.kill();
    for (const [name, app] of everyone()) {
      await app.until(`${name} notices`, async () => !(await app.isConnected()));
    }
    await apps.attendee.say("Is anybody there?");
    await server.start();
    for (const [name, app] of everyone()) await app.until(`${name} is back`, () => app.isConnected());
    for (const app of [apps.attendee, apps.producer]) {
      await arrives(app, "Is anybody there?");
      assert.deepEqual(await app.messages(), [...said, "Is anybody there?"]);
    }
  });

  it("pictures and sound are back too", async () => {
    await movingPicture(apps.attendee, 5);
    await hears(apps.attendee);
  });

  it("the speaker goes back to the green room and leaves the audience's screen", async () => {
    await apps.producer.click("take-off");
    await apps.producer.find("bring-on").waitForExist();
    await apps.attendee.until("nobody is on the attendee's screen", () =>
      apps.attendee.run(() => document.querySelectorAll("canvas[data-source].drawn").length === 0),
    );
  });
});

async function hears(app) {
  await app.until("sound is loud enough to hear", async () => (await app.invoke("media_stats")).played_peak > 0.02);
}

async function arrives(app, text) {
  await app.until(`"${text}" arrives`, async () => (await app.messages()).includes(text));
}
