// The organizer's way from an address to a published event, the attendee's from its page into its room, and what is left of
// it without the server.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe } from "node:test";
import { App, PATIENCE } from "./lib/app.mjs";
import { seriousFaults } from "./lib/axe.mjs";
import { scratch, setting, start } from "./lib/process.mjs";
import { Server } from "./lib/server.mjs";
import { linkIn, Smtp } from "./lib/smtp.mjs";
import { steps } from "./lib/steps.mjs";

const ORGANIZER = "ada@show.example";
const SPEAKER = "grace@show.example";
const ATTENDEE = "robin@show.example";
const TITLE = "A night of arguments";
const SUMMARY = "Four voices and one question";
const MEANWHILE = "Written while the server was away";

describe("the dashboard", { timeout: 600_000 }, () => {
  const smtp = new Smtp();
  const data = scratch("data");
  let server;
  let app;
  let stalls;
  let producer;
  let address;
  const step = steps();

  before(async () => {
    mkdirSync(setting("HOUSELIGHTS_E2E_OUT"), { recursive: true });
    await smtp.start();
    server = new Server(["--smtp-url", smtp.url]);
    await server.start();
    app = await App.open({ profile: null, data });
  });

  after(async () => {
    await stalls?.close();
    await producer?.close();
    await app?.close();
    await server.stop();
    smtp.close();
  });

  step("is reached by the link of a mail, and begins with an organisation", async () => {
    await app.find("account-email").waitForDisplayed();
    await app.find("account-email").setValue(ORGANIZER);
    await app.find("account-server").setValue(server.url);
    await app.click("account-start");
    await app.find("account-waiting").waitForDisplayed();
    assert.match(await app.find("account-waiting").getText(), new RegExp(ORGANIZER));
    await app.screenshot("account-waiting");
    assert.deepEqual(await seriousFaults(app), []);

    await opened(await appLink(linkIn(await smtp.mail(ORGANIZER))));
    await app.click("home-account");
    await app.find("login").waitForDisplayed();
    assert.match(await words("login"), /This computer/);
    await write("account-name", "Ada");
    const called = () => app.run(() => document.querySelector('[data-testid="home-account"] bdi').textContent);
    await app.until("the name is known", async () => (await called()) === "Ada");
    await app.screenshot("account");
    assert.deepEqual(await seriousFaults(app), []);

    await app.click("home-organize");
    await app.window("dashboard");
    await app.find("organisation-name").waitForDisplayed();
    await app.find("organisation-name").setValue("The Globe");
    await app.browser.keys("Enter");
    await app.find("rail-events").waitForDisplayed();
  });

  step("makes an event of a template, and saves what is changed", async () => {
    const first = app.browser.$('main a[href$="/new"]');
    await first.waitForClickable();
    await first.click();
    await app.find("template").waitForDisplayed();
    await app.screenshot("dashboard-gallery");
    assert.deepEqual(await seriousFaults(app), []);
    await clickWith("template", "Panel discussion");
    await app.find("new-title").waitForDisplayed();
    await app.find("new-title").setValue("Opening night");
    await app.click("new-create");
    await app.find("event-title").waitForDisplayed();
    await write("event-title", TITLE);
    await write("event-summary", SUMMARY);
    await app.until("the head has the new title", async () => (await app.browser.$("h1").getText()) === TITLE);
    await app.browser.refresh();
    await app.until(
      "both are still there",
      async () => (await value("event-title")) === TITLE && (await value("event-summary")) === SUMMARY,
    );
    assert.deepEqual(await seriousFaults(app), []);
  });

  step("moves a session by keyboard", async () => {
    await app.click("tab-agenda");
    await app.find("session").waitForDisplayed();
    const span = async (title) => {
      const { sessions } = await asked(`query Ask($id: ID!) { event(id: $id) { sessions { title startsAt endsAt } } }`);
      const { startsAt, endsAt } = sessions.find((session) => session.title.includes(title));
      return [Date.parse(startsAt), Date.parse(endsAt)].map((at) => at / 60_000);
    };
    const press = async (title, keys) => {
      await app.run((title) => {
        const blocks = [...document.querySelectorAll('[data-testid="session"]')];
        blocks.find((block) => block.textContent.includes(title)).focus();
      }, title);
      await app.browser.keys(keys);
      await app.until("it is told", async () => (await words("agenda-said")).includes(title));
      await app.until("it is saved, and can be undone", async () =>
        (await app.find("agenda-undo").getAttribute("aria-label")).includes(title),
      );
    };
    const [from, to] = await span("Afterwards");
    const shown = await session("Afterwards");
    await press("Afterwards", "ArrowDown");
    const moved = await span("Afterwards");
    assert.ok(moved[0] > from, "it begins later");
    assert.equal(moved[1] - moved[0], to - from, "and takes as long");
    assert.notEqual(await session("Afterwards"), shown);

    const before = await session("The discussion");
    const [begins, ends] = await span("The discussion");
    await press("The discussion", ["Shift", "ArrowUp"]);
    const shorter = await span("The discussion");
    assert.equal(shorter[0], begins, "it begins when it began");
    assert.ok(shorter[1] < ends, "and is over earlier");
    await app.screenshot("dashboard-agenda");
    await app.browser.refresh();
    await app.find("session").waitForDisplayed();
    await app.until("the server has it", async () => (await session("The discussion")) !== before);
    assert.deepEqual(await seriousFaults(app), []);
  });

  step("drags a session with the pointer, to another time in another room, and takes it back", async () => {
    const place = () =>
      app.run(() => {
        const blocks = [...document.querySelectorAll('[data-testid="session"]')];
        const block = blocks.find(({ textContent }) => textContent.includes("The discussion"));
        const columns = block.closest('[role="list"]').parentElement.children;
        const [from, to] = [...columns].map((column) => column.getBoundingClientRect());
        return {
          column: block.closest('[role="list"]').ariaLabel.split(",")[0],
          said: block.textContent,
          across: Math.round(to.left - from.left),
        };
      });
    const before = await place();
    assert.equal(before.column, "Panel stage");
    const block = await app.browser.$('//button[@data-testid="session"][contains(., "The discussion")]');
    const pointer = () => app.browser.action("pointer", { parameters: { pointerType: "mouse" } });
    const pull = { origin: "pointer", x: before.across, y: 60, duration: 400 };
    await pointer().move({ origin: block, x: 0, y: 0 }).down().move(pull).perform(true);
    await app.until("it is held over the other room", async () => (await place()).column === "Foyer");
    await app.screenshot("dashboard-agenda-dragged");
    await pointer().up().perform();
    await app.until("it is told", async () => /The discussion.*Foyer/.test(await words("agenda-said")));
    await app.until("it is saved, and can be undone", async () =>
      (await app.find("agenda-undo").getAttribute("aria-label")).includes("The discussion"),
    );
    const moved = await place();
    assert.notEqual(moved.said, before.said);
    await app.screenshot("dashboard-agenda-dropped");
    await app.click("agenda-undo");
    await app.until("it is where it was", async () => (await place()).said === before.said);
    await app.browser.refresh();
    await app.find("session").waitForDisplayed();
    assert.deepEqual([(await place()).column, (await place()).said], [before.column, before.said]);
  });

  step("adds a speaker and invites them", async () => {
    await app.click("tab-speakers");
    await app.find("speaker-name").waitForDisplayed();
    await app.find("speaker-name").setValue("Grace");
    await app.find("speaker-email").setValue(SPEAKER);
    await app.click("speaker-add");
    await app.click("speaker-invite");
    await app.find("speaker-link").waitForDisplayed();
    assert.match(await value("speaker-link"), /\/join\//);
    assert.match(linkIn(await smtp.mail(SPEAKER)), /\/join\//);
    await app.screenshot("dashboard-speakers");
    assert.deepEqual(await seriousFaults(app), []);
  });

  step("publishes what has tickets", async () => {
    await app.click("tab-tickets");
    await app.find("ticket").waitForDisplayed();
    assert.equal(await app.findAll("ticket").length, 2);
    await app.screenshot("dashboard-tickets");
    assert.deepEqual(await seriousFaults(app), []);
    await app.click("tab-overview");
    await app.click("event-next");
    await app.until("it is published", async () => (await words("event-phase")) === "Published");
    address = await value("event-url");
    await app.screenshot("dashboard-published");
  });

  step("leads an attendee from the event's page into its room", async () => {
    const page = await (await fetch(address)).text();
    for (const part of [TITLE, SUMMARY, "The discussion", "Grace"])
      assert.ok(page.includes(part), `${part} is not in ${page}`);
    const [, ticket] = page.match(/name="ticket" value="([^"]+)"/);
    const form = { ticket, name: "Robin", email: ATTENDEE };
    const answer = await fetch(`${address}/register`, {
      method: "POST",
      headers: { origin: server.url },
      body: new URLSearchParams(form),
    });
    assert.equal(answer.status, 200, await answer.text());
    assert.match(answer.url, /\/registered$/);

    stalls = await App.open({ args: [await appLink(linkIn(await smtp.mail(ATTENDEE)))] });
    await stalls.click("welcome-confirm");
    await stalls.click("welcome-join");
    await stalls.window("attendee");
    await stalls.find("doors").waitForDisplayed();
    assert.match(await stalls.find("doors").getText(), /doors open/);
    assert.deepEqual(await seriousFaults(stalls), []);
    await stalls.screenshot("attendee-early");
    // Before its time; whoever waits asks again within half a minute.
    await app.click("event-next");
    await app.click("event-next-yes");
    await app.until("it is live", async () => (await words("event-phase")) === "Live");
    await stalls.until("Robin is let in", () => stalls.isConnected(), 2 * PATIENCE);
    assert.equal(await stalls.browser.$("h1").getText(), TITLE);
    await stalls.say("The first one here");
    await stalls.until("the words arrive", async () => (await stalls.messages()).includes("The first one here"));
    await stalls.screenshot("attendee-by-ticket");
    await stalls.close();
    stalls = undefined;
  });

  step("shows how many come", async () => {
    await app.click("tab-people");
    await app.until("Robin is listed", async () => (await app.browser.$("main").getText()).includes("Robin"));
    await app.screenshot("dashboard-people");
    assert.deepEqual(await seriousFaults(app), []);
    // The owner is told what would go, and leaves it.
    await app.browser.$('[data-testid="person"] button').click();
    await app.click("person-erase");
    await app.find("erase-person-yes").waitForDisplayed();
    assert.match(await app.browser.$("dialog[open]").getText(), /robin@show\.example.*tickets stop working/s);
    await app.screenshot("dashboard-people-erase");
    assert.deepEqual(await seriousFaults(app), []);
    await app.browser.keys("Escape");
    await app.find("erase-person-yes").waitForDisplayed({ reverse: true });
    await app.click("tab-overview");
    await app.until("one is counted", async () => (await app.browser.$("main").getText()).includes("1 registered"));
  });

  step("brings its plan into the control room, where it is called and follows every change", async () => {
    // Grace stands in the green room; she speaks in the first session.
    const invitation = await appLink(linkIn(await smtp.mail(SPEAKER)));
    const plan = await asked(
      `query Ask($id: ID!) { event(id: $id) { sessions { id title version } speakers { id } } }`,
    );
    const [first] = plan.sessions;
    await changed(
      `mutation Change($id: ID!, $version: Int!, $speakers: [ID!]) { updateSession(id: $id, version: $version, change: { speakers: $speakers }) { id } }`,
      { id: first.id, version: first.version, speakers: plan.speakers.map(({ id }) => id) },
    );
    const { enterEvent } = await changed(`mutation Change($id: ID!) { enterEvent(id: $id) { link } }`, {
      id: await eventId(),
    });
    producer = await App.open({ args: [enterEvent.link] });
    await producer.click("welcome-confirm");
    await producer.click("welcome-join");
    await producer.window("control");
    await producer.find("run-cue").waitForDisplayed();
    assert.match(await lines(), /Line-up in the green room.*Welcome, the question, first vote/s);
    const speaker = start(setting("HOUSELIGHTS_E2E_APP"), ["--headless", "--invite", invitation, "--camera", "test"]);
    await producer.until("Grace is here", () =>
      producer.run(() => document.querySelector('[data-testid="crew-card"]') !== null),
    );

    // Two cues on: the welcome takes a scene, and nobody but Grace speaks.
    await producer.click("run-next");
    await producer.until("the first is called", async () => /Line-up/.test(await called()));
    await producer.run(() => document.activeElement?.blur());
    await producer.browser.keys(" ");
    await producer.until("the second is called", async () => /Welcome, the question/.test(await called()));
    await producer.until("Grace is in the preview, and not on program", () =>
      producer.run(() => document.querySelector('[data-testid="crew-card"]')?.dataset.tally === "next"),
    );

    await app.click("tab-show");
    await app.find("cue-title").waitForDisplayed();
    const [, , statements] = await app.findAll("cue-title");
    await statements.click();
    await app.browser.keys(["Control", "a"]);
    await app.browser.keys("Positions, two minutes each");
    await app.browser.keys("Tab");
    await producer.until("the producer has the new title", async () =>
      /Positions, two minutes each/.test(await lines()),
    );
    await producer.screenshot("control-run-of-show");
    assert.deepEqual(await seriousFaults(producer), []);
    await app.screenshot("dashboard-show");
    assert.deepEqual(await seriousFaults(app), []);

    // What is called outlives the server.
    await server.kill();
    await producer.until("it notices", async () => !(await producer.isConnected()));
    await server.start();
    await producer.until("it is back", () => producer.isConnected());
    assert.match(await called(), /Welcome, the question/);
    await speaker.stop();
    await producer.close();
    producer = undefined;
  });

  step("still shows the event without the server, and keeps what is typed", async () => {
    await server.kill();
    await app.click("tab-agenda");
    await app.click("tab-overview");
    await app.find("stale").waitForDisplayed();
    assert.match(await words("stale"), /as of/);
    assert.equal(await value("event-title"), TITLE);
    await write("event-description", MEANWHILE);
    await app.find("refused").waitForDisplayed();
    await app.until("it is kept", async () => (await app.invoke("drafts")).some(({ text }) => text === MEANWHILE));
    await app.screenshot("dashboard-away");
    assert.deepEqual(await seriousFaults(app), []);
  });

  step("offers it after a restart, and saves it once the server is back", async () => {
    await app.close();
    app = await App.open({ profile: null, data });
    await app.click("home-organize");
    await app.window("dashboard");
    await app.click("event-row");
    await app.find("draft-offer").waitForDisplayed();
    assert.ok((await words("draft-offer")).includes(MEANWHILE));
    assert.match(await words("stale"), /as of/);
    await app.screenshot("dashboard-draft");

    await server.start();
    await app.click("draft-restore");
    await app.until("it is saved", async () => (await app.invoke("drafts")).length === 0);
    assert.ok((await (await fetch(address)).text()).includes(MEANWHILE));
  });

  /** A browser opens a link: the system starts the app with it. */
  async function opened(link) {
    const again = start(setting("HOUSELIGHTS_E2E_APP"), [link]);
    const { code } = await again.ended();
    assert.equal(code, 0, again.log.join("\n"));
  }

  /** What the server says of the event that the dashboard shows, and what it makes of a change. */
  const eventId = () => app.run(() => location.hash.match(/event\/([^/]+)/)[1]);
  const asked = async (document, more = {}) => {
    const variables = { id: await eventId(), ...more };
    return (await app.invoke("ask", { operation: "Ask", document, variables })).data.event;
  };
  const changed = async (document, variables) =>
    (await app.invoke("change", { operation: "Change", document, variables })).data;
  /** The run of show in the control room, and its line that is called. */
  const lines = () => producer.run(() => document.querySelector('[data-testid="run-of-show"]').textContent);
  const called = () =>
    producer.run(() => document.querySelector('[data-testid="run-cue"][data-place="now"]')?.textContent ?? "");

  /** Writes as a person does, over what is there, and leaves the field. */
  async function write(id, text) {
    await app.click(id);
    await app.browser.keys(["Control", "a"]);
    await app.browser.keys("Backspace");
    await app.find(id).addValue(text);
    await app.browser.keys("Tab");
  }

  const value = (id) =>
    app.run((id) => {
      const element = document.querySelector(`[data-testid="${id}"]`);
      return element?.value ?? element?.textContent;
    }, id);
  const words = (id) => app.run((id) => document.querySelector(`[data-testid="${id}"]`)?.textContent.trim() ?? "", id);

  /** What the grid says of a session. */
  const session = (title) =>
    app.run((title) => {
      const blocks = [...document.querySelectorAll('[data-testid="session"]')];
      return blocks.map(({ textContent }) => textContent).find((text) => text.includes(title));
    }, title);

  async function clickWith(id, words) {
    for (const element of await app.findAll(id)) {
      if ((await element.getText()).includes(words)) return await element.click();
    }
    throw new Error(`no ${id} says ${words}`);
  }
});

/** The link that the page behind a mail's link opens the app with. */
async function appLink(link) {
  const answer = await fetch(link);
  const page = await answer.text();
  assert.equal(answer.status, 200, page);
  const [, href] = page.match(/href="(houselights:[^"]+)"/);
  return href.replace(/&#x2f;/g, "/").replace(/&amp;/g, "&");
}
