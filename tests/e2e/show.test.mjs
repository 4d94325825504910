// A show from beginning to end, in the real apps: a speaker who sends the clip, a producer, an attendee.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { App } from "./lib/app.mjs";
import { seriousFaults } from "./lib/axe.mjs";
import { movingPicture } from "./lib/pictures.mjs";
import { setting, start } from "./lib/process.mjs";
import { Server } from "./lib/server.mjs";

const clip = `clip:${fileURLToPath(new URL("../fixtures/media/big-buck-bunny-720p.webm", import.meta.url))}`;

describe("a show", { timeout: 600_000 }, () => {
  const server = new Server();
  /** @type {Record<string, App>} */
  const apps = {};
  /** Invites of speakers who come for the pictures alone. */
  let others = [];

  before(async () => {
    mkdirSync(setting("HOUSELIGHTS_E2E_OUT"), { recursive: true });
    await server.start();
    const invites = await server.createEvent("Opening night", "Ines Okafor", "Daniel Reuter", "Lucía Prieto");
    const [speaker, ...guests] = invites.speaker;
    others = guests;
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
    await hearsOn(apps.attendee);
  });

  it("chat crosses in both directions", async () => {
    await apps.attendee.say("Good evening from the stalls");
    await arrives(apps.producer, "Good evening from the stalls");
    await apps.producer.say("Welcome, everyone");
    await arrives(apps.attendee, "Welcome, everyone");
    await arrives(apps.attendee, "Good evening from the stalls");
  });

  it("each window looks like a show, and axe finds no serious fault", async () => {
    const guests = others.map(({ link }) =>
      start(setting("HOUSELIGHTS_E2E_APP"), ["--headless", "--invite", link, "--camera", clip, "--microphone", clip]),
    );
    const cards = () =>
      apps.producer.run(() =>
        [...document.querySelectorAll('[data-testid="crew-card"]')].map((card) => ({
          who: card.dataset.participant,
          tally: card.dataset.tally,
          drawn: card.querySelector("canvas.drawn") !== null,
        })),
      );
    await apps.producer.until("three speakers are seen in the green room", async () => {
      const all = await cards();
      return all.length === 3 && all.every(({ drawn }) => drawn);
    });
    const first = (await cards()).find(({ tally }) => tally === "air").who;
    const [second, third] = (await cards()).map(({ who }) => who).filter((who) => who !== first);
    const send = (body) => apps.producer.invoke("send", { body });
    await send({ do: "bring_on_stage", participant: second });
    await send({ do: "set_preview", scene: { layout: "side_by_side", seats: [first, second] } });
    await send({ do: "take" });
    await send({ do: "set_preview", scene: { layout: "grid", seats: [first, second, third] } });
    await apps.producer.until("two are on air, one is next", async () => {
      const tallies = (await cards()).map(({ tally }) => tally);
      return tallies.sort().join() === "air,air,next";
    });
    for (const [name, app] of everyone()) {
      await movingPicture(app, 1);
      await app.run(() => document.activeElement?.blur());
      await app.screenshot(name);
      assert.deepEqual(await seriousFaults(app), [], name);
    }
    await Promise.all(guests.map((guest) => guest.stop()));
    await apps.producer.until("one speaker is left", async () => (await cards()).length === 1);
  });

  it("after a kill -9 of the server everyone is back without a click, and no message is lost or doubled", async () => {
    const said = await apps.attendee.messages();
    await server.kill();
    for (const [name, app] of everyone()) {
      await app.until(`${name} notices`, async () => !(await app.isConnected()));
    }
    await apps.attendee.say("Is anybody there?");
    await apps.producer.say("One moment, please");
    // The studio has no chat; the core takes the words all the same, and answers when the server has them.
    await apps.speaker.run(() => {
      const body = { do: "send_message", text: "I am still here" };
      window.answered = window.__TAURI_INTERNALS__.invoke("send", { body });
    });
    await server.start();
    for (const [name, app] of everyone()) await app.until(`${name} is back`, () => app.isConnected());
    const late = ["Is anybody there?", "One moment, please", "I am still here"];
    for (const app of [apps.attendee, apps.producer]) for (const text of late) await arrives(app, text);
    assert.deepEqual(await apps.speaker.runAsync((done) => window.answered.then(({ is }) => done(is))), "accepted");
    const all = await apps.attendee.messages();
    assert.deepEqual(all.slice(0, said.length), said);
    assert.deepEqual(all.slice(said.length).sort(), late.sort());
    assert.deepEqual(await apps.producer.messages(), all);
    assert.deepEqual(await apps.speaker.messagesInCore(all.length), all);
  });

  it("what changes the show cannot be asked for while there is no server, and is not done later", async () => {
    await server.kill();
    await apps.producer.until("the producer notices", async () => !(await apps.producer.isConnected()));
    const takeOff = await apps.producer.find("take-off");
    assert.equal(await takeOff.isEnabled(), false);
    assert.match(await apps.producer.find("blocked").getText(), /connection is back/);
    const asked = apps.producer.invoke("send", { body: { do: "end_show" } });
    await assert.rejects(asked, /offline/);
    await server.start();
    for (const [name, app] of everyone()) await app.until(`${name} is back`, () => app.isConnected());
    const phase = await apps.producer.run(() => document.querySelector('[data-testid="phase"]')?.dataset.phase);
    assert.equal(phase, "live");
  });

  it("pictures and sound are back too", async () => {
    await movingPicture(apps.attendee, 5);
    await hears(apps.attendee);
    await hearsOn(apps.attendee);
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

/** A second of sound that came from the speaker: decoded from packets, and no silence. */
async function hearsOn(app) {
  const before = await app.invoke("media_stats");
  await app.until("a second more of sound", async () => {
    const now = await app.invoke("media_stats");
    return now.samples_heard >= before.samples_heard + 48_000;
  });
}

async function arrives(app, text) {
  await app.until(`"${text}" arrives`, async () => (await app.messages()).includes(text));
}
