// The pages that the server itself shows to whoever has an address, as a browser has them: without faults of accessibility, by day and
// by night, in the colours of an event and in those of the house.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { seriousFaults } from "./lib/axe.mjs";
import { Browser } from "./lib/browser.mjs";
import { setting } from "./lib/process.mjs";
import { Server } from "./lib/server.mjs";
import { linkIn, Smtp } from "./lib/smtp.mjs";

const ORGANIZER = "ada@show.example";
const DAY = { accent: "#b3400f", background: "#fffdf8" };
const NIGHT = { accent: "#ffb454", background: "#101318" };

describe("the public pages", { timeout: 300_000 }, () => {
  const smtp = new Smtp();
  // No checkout is begun here, so nobody is asked at that address.
  const payments = ["--stripe-key", "sk_test_of_nobody", "--stripe-webhook-secret", "whsec_of_nobody"];
  let server;
  let token;
  const events = {};
  const pay = {};
  let invites;

  before(async () => {
    mkdirSync(setting("HOUSELIGHTS_E2E_OUT"), { recursive: true });
    await smtp.start();
    server = new Server(["--smtp-url", smtp.url, ...payments]);
    await server.start();
    token = await signIn(ORGANIZER);
    const { createOrganisation } = await asked(`mutation { createOrganisation(name: "The Globe") { id } }`);
    events.day = await event(createOrganisation.id, "Broad daylight", DAY);
    events.night = await event(createOrganisation.id, "Opening night", NIGHT);
    for (const time of ["day", "night"]) pay[time] = await whatIsOffered(events[time]);
    invites = await server.createEvent("An evening", "Bunny");
  });

  after(async () => {
    await server.stop();
    smtp.close();
  });

  for (const [time, night] of [
    ["day", false],
    ["night", true],
  ]) {
    describe(`by ${time}`, () => {
      let page;

      before(async () => {
        page = await Browser.open({ night });
      });
      after(() => page?.close());

      /** Opens it, sees that it is the one that is meant, and looks for faults. */
      async function isFine(address, says, name) {
        await page.open(`${server.url}${address}`);
        await stands(says, name);
      }

      async function stands(says, name) {
        assert.match(await page.words(), says);
        await page.screenshot(`page-${name}-${time}`);
        assert.deepEqual(await seriousFaults(page), []);
      }

      it("prefers what it was asked to prefer", async () => {
        await page.open(`${server.url}/join/nobodys`);
        assert.equal(await page.run(() => matchMedia("(prefers-color-scheme: dark)").matches), night);
      });

      it("an event", () => isFine(`/e/${events[time].slug}`, /What is said there/, "event"));

      it("its form, and what is wrong with what was filled in", async () => {
        const { slug } = events[time];
        await isFine(`/e/${slug}/register`, /Register/, "form");
        await page.run(() => document.querySelector("form.register").submit());
        await page.browser.waitUntil(async () => /not right yet/.test(await page.words()));
        const faults = await page.run(() => document.querySelectorAll('[aria-invalid="true"]').length);
        assert.ok(faults > 1, `${faults} fields are wrong`);
        await stands(/not right yet/, "faults");
      });

      for (const [end, says] of [
        ["registered", /Look in your mail/],
        ["waiting", /The waiting list/],
        ["paid", /Thank you/],
        ["unpaid", /You left before paying/],
      ])
        it(`what comes after the form: ${end}`, () => isFine(`/e/${events[time].slug}/${end}`, says, end));

      it("a place that is to be paid for", () => isFine(new URL(pay[time]).pathname, /To be paid/, "pay"));

      it("an invite", async () => {
        const { web, link } = invites.attendee[0];
        const address = web ?? `${server.url}/join/${link.match(/(?:invite=|join\/)([^&]+)/)[1]}`;
        await isFine(new URL(address).pathname, /Open in Houselights/, "join");
      });

      for (const [what, address, says] of [
        ["an invite of nobody's", "/join/nobodys", /cannot be used/],
        ["an event that there is not", "/e/nothing", /There is no such event/],
        ["a link to pay that is unknown", "/pay/nobodys", /nothing to pay/],
        ["a link to sign in that is over", "/sign-in/nobodys", /cannot be used|Sign in/],
      ])
        it(what, () =>
          isFine(
            address.startsWith("/pay") ? `/e/${events[time].slug}${address}` : address,
            says,
            what.replaceAll(/\W+/g, "-"),
          ),
        );
    });
  }

  async function post(path, body, bearer) {
    const headers = { "content-type": "application/json", ...(bearer && { authorization: `Bearer ${bearer}` }) };
    const answer = await fetch(`${server.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const text = await answer.text();
    assert.equal(answer.status, 200, `${path}: ${text}`);
    return JSON.parse(text);
  }

  /** As the app does: what the link carries, and what this device keeps. */
  async function signIn(email) {
    const { device } = await post("/api/sign-ins", { email, device: "pages" });
    const secret = linkIn(await smtp.mail(email)).replace(/.*\//, "");
    return (await post("/api/sign-ins/confirm", { secret, device })).token;
  }

  async function asked(query, variables = {}, bearer = token) {
    const { data, errors } = await post("/graphql", { query, variables }, bearer);
    assert.equal(errors, undefined, JSON.stringify(errors));
    return data;
  }

  /** An event with an agenda, speakers, tickets and questions of every kind, in these colours. */
  async function event(organisation, title, colours) {
    const startsAt = "2030-06-01T12:00:00Z";
    const { createEvent } = await asked(
      `mutation($organisation: ID!, $title: String!, $startsAt: DateTime!) {
        createEvent(organisation: $organisation, template: "one-day-conference", title: $title, startsAt: $startsAt, timeZone: "Europe/Berlin") { id version }
      }`,
      { organisation, title, startsAt },
    );
    const { id, version } = createEvent;
    const description = "# What is said there\n\nWith **emphasis**, a [link](https://example.com), and\n\n- one\n- two";
    await asked(
      `mutation($id: ID!, $version: Int!, $change: EventChange!) { updateEvent(id: $id, version: $version, change: $change) { id } }`,
      { id, version, change: { description, summary: "In one line", ...colours } },
    );
    for (const kind of ["TEXT", "LONG_TEXT", "CHOICE", "CHOICES", "CONSENT"])
      await asked(
        `mutation($event: ID!, $question: NewQuestion!) { createQuestion(event: $event, question: $question) { id } }`,
        {
          event: id,
          question: {
            label: `Of the kind ${kind}`,
            kind,
            isRequired: true,
            options: kind.startsWith("CHOICE") ? ["One", "Two"] : [],
          },
        },
      );
    await asked(
      `mutation($event: ID!) { createSpeaker(event: $event, speaker: { name: "Grace", headline: "Speaks", biography: "Of *her*." }) { id } }`,
      { event: id },
    );
    const { publishEvent } = await asked(`mutation($id: ID!) { publishEvent(id: $id) { id slug } }`, { id });
    return publishEvent;
  }

  /** Somebody waited for a place that costs something, and one has become free: where they pay for it. */
  async function whatIsOffered({ id, slug }) {
    const { createTicketType } = await asked(
      `mutation($event: ID!) { createTicketType(event: $event, ticket: { title: "Box", amount: 1250, currency: "EUR", quantity: 1, waitingList: true }) { id } }`,
      { event: id },
    );
    const ticket = createTicketType.id;
    const { addRegistration } = await asked(
      `mutation($event: ID!, $ticket: ID!) { addRegistration(event: $event, ticket: $ticket, name: "Vera", email: "vera@show.example") { id } }`,
      { event: id, ticket },
    );
    const { event } = await asked(`query($id: ID!) { event(id: $id) { questions { id kind options } } }`, { id });
    const values = { CHOICE: ["One"], CHOICES: ["One"], CONSENT: ["yes"] };
    const answers = event.questions.map(({ id, kind, options }) => ({
      question: id,
      values: options.length > 0 ? [options[0]] : (values[kind] ?? ["words"]),
    }));
    const registration = { ticket, name: "Walt", email: "walt@show.example", answers };
    const { register } = await asked(
      `mutation($event: ID!, $registration: NewRegistration!) { register(event: $event, registration: $registration) { state } }`,
      { event: id, registration },
      null,
    );
    assert.equal(register.state, "WAITING");
    await asked(`mutation($id: ID!) { cancelRegistration(id: $id) { state } }`, { id: addRegistration.id });
    return linkIn(await smtp.mail("walt@show.example", (text) => text.includes(`/e/${slug}/pay/`)));
  }
});
