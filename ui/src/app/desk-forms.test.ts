import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { FakeCore } from "../../dev/core";
import { draftKinds } from "../locales/draft-words";
import { changes, open, part } from "./desk-test";

const organisation = (page: string) => `dashboard/org-tidewater/${page}`;
const kept = (core: FakeCore) => [...core.kept.values()].map(({ text }) => text);
const thing = (core: FakeCore, name: string) =>
  [...core.kept.values()].find(({ key }) => key.endsWith(` ${name}`))?.text;
const click = async (id: string, at = 0) =>
  fireEvent.click((await screen.findAllByTestId(id))[at] as HTMLElement);
const field = (id: string) => screen.getByTestId<HTMLInputElement>(id);
/** Writes into a field and leaves it. */
async function write(input: HTMLInputElement | HTMLTextAreaElement, words: string) {
  await fireEvent.input(input, { target: { value: words } });
  await fireEvent.blur(input);
}

afterEach(() => {
  location.hash = "";
});

describe("what is typed without a connection", () => {
  const places: [string, string, (() => Promise<unknown>)?][] = [
    ["an event", part("overview")],
    ["a reason", part("overview"), () => click("event-cancel")],
    ["a template", part("overview"), () => click("event-template")],
    ["rooms and tracks", part("agenda")],
    ["a session", part("agenda"), async () => fireEvent.click(await screen.findByText("Lunch"))],
    ["a speaker", part("speakers"), () => click("speaker-edit")],
    ["a ticket", part("tickets"), () => click("ticket-edit")],
    ["questions", part("questions")],
    ["the show", part("show")],
    ["a person", part("people"), () => click("people-add")],
    ["colours", part("branding")],
    ["members", organisation("members")],
    ["keys and webhooks", organisation("integrations")],
    ["a new event", organisation("new"), () => click("template")],
  ];
  it.each(places)("is kept: every field of %s", async (_name, place, enter) => {
    const { core, container } = await open(place, { scene: "away" });
    await waitFor(() => expect(container.querySelector(".waiting, .progress")).toBeNull());
    await enter?.();
    await tick();
    const inputs = [
      ...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("main input, main textarea"),
    ].filter(
      ({ type, disabled, readOnly }) => /^(text|textarea|email)$/.test(type) && !disabled && !readOnly,
    );
    expect(inputs.length).toBeGreaterThan(0);
    for (const [at, input] of inputs.entries()) await write(input, `words ${at} of mine`);
    await waitFor(() => {
      const all = kept(core).join("\n").toLowerCase();
      const lost = inputs.filter((_, at) => !all.includes(`words ${at} of mine`));
      expect(lost.map((input) => input.dataset.testid ?? input.outerHTML)).toEqual([]);
    });
    // Each can be named in the list of what is not saved, and led to.
    const named = [...core.kept.keys()].map((key) => key.split(" "));
    for (const [at, of] of named) {
      expect(draftKinds).toContain(of?.split("/")[0]);
      expect(at).toBe(`#/${place}`);
    }
  });

  it("is kept where it is a time", async () => {
    const { core } = await open(part("agenda"), { scene: "away" });
    await fireEvent.click(await screen.findByText("Lunch"));
    const time = await screen.findByTestId<HTMLInputElement>("session-start-time");
    await fireEvent.input(time, { target: { value: "12:35" } });
    await fireEvent.change(time);
    await waitFor(() => expect(kept(core).some((text) => text.endsWith(" 12:35"))).toBe(true));
    expect(time.value).toBe("12:35");
    expect(screen.getByText(/Not saved yet/)).toBeTruthy();
  });

  it("stays in a dialog, which says why and is not closed", async () => {
    const { core, main, user } = await open(part("overview"));
    await click("event-cancel");
    await user.type(await screen.findByTestId("event-more-words"), "The hall has burnt down");
    core.offline = true;
    await user.click(screen.getByTestId("event-more-yes"));
    const dialog = screen.getByTestId("event-more-words").closest("dialog") as HTMLElement;
    expect(await within(dialog).findByText(/cannot be reached/)).toBeTruthy();
    expect(field("event-more-words").value).toBe("The hall has burnt down");
    core.offline = false;
    await user.click(screen.getByTestId("event-more-yes"));
    await waitFor(() => expect(main().cancelledAt).not.toBeNull());
    await waitFor(() => expect(screen.queryByTestId("event-more-words")).toBeNull());
    await waitFor(() => expect(core.kept.size).toBe(0));
  });
});

describe("what was chosen beside what was typed is restored with it", () => {
  async function again(
    place: string,
    leave: (user: Awaited<ReturnType<typeof open>>["user"]) => Promise<void>,
  ) {
    const first = await open(place);
    await leave(first.user);
    await waitFor(() => expect(first.core.kept.size).toBe(1));
    await waitFor(() => expect(kept(first.core)[0]).toContain("!"));
    first.unmount();
    const second = await open(place, { kept: first.core.kept });
    await click("draft-restore");
    return second;
  }

  it("of a question its kind and its options", async () => {
    const { main, user } = await again(part("questions"), async (user) => {
      await user.type(await screen.findByTestId("question-new"), "Lunch!");
      await user.selectOptions(screen.getByTestId("question-kind"), "CHOICE");
      await user.type(await screen.findByTestId("question-options"), "Soup\nRice");
    });
    await user.click(await screen.findByTestId("question-add"));
    await waitFor(() =>
      expect(main().questions.at(-1)).toMatchObject({ kind: "CHOICE", options: ["Soup", "Rice"] }),
    );
  });

  it("of a ticket its currency, also when another ticket is changed meanwhile", async () => {
    const { main, user } = await again(part("tickets"), async (user) => {
      await user.type(await screen.findByTestId("ticket-new"), "Tokyo!");
      await user.type(screen.getByTestId("ticket-new-price"), "5000");
      await user.selectOptions(screen.getByTestId("ticket-currency"), "JPY");
    });
    await click("ticket-edit", 3);
    await user.click(screen.getByRole("switch", { name: /Hidden/ }));
    await user.click(screen.getByTestId("ticket-add"));
    await waitFor(() => expect(main().tickets.at(-1)?.price).toEqual({ amount: 5_000, currency: "JPY" }));
  });

  it("of a code the ticket that it is for; one that is gone is none", async () => {
    const { core } = await again(part("tickets"), async (user) => {
      await user.type(await screen.findByTestId("code-new"), "HALF");
      await user.type(screen.getByTestId("code-off"), "50!");
      await user.selectOptions(screen.getByTestId("code-ticket"), "Regular");
    });
    const regular = core.server.event("event-main").tickets.find(({ title }) => title === "Regular");
    expect(screen.getByTestId<HTMLSelectElement>("code-ticket").value).toBe(regular?.id);
  });

  it("of a member their role", async () => {
    await again(organisation("members"), async (user) => {
      await user.type(await screen.findByTestId("member-name"), "Ada!");
      await user.selectOptions(screen.getByTestId("member-new-role"), "MODERATOR");
    });
    expect(screen.getByTestId<HTMLSelectElement>("member-new-role").value).toBe("MODERATOR");
  });

  it("of an event its new time, whatever else is saved meanwhile", async () => {
    const { core, main, user } = await open(part("overview"));
    const date = await screen.findByTestId<HTMLInputElement>("event-start-date");
    await fireEvent.input(date, { target: { value: "2030-05-12" } });
    await fireEvent.change(date);
    await write(field("event-summary"), "Another line");
    await waitFor(() => expect(main().summary).toBe("Another line"));
    expect(date.value).toBe("2030-05-12");
    await user.click(screen.getByTestId("event-move"));
    await user.click(await screen.findByTestId("event-move-yes"));
    await waitFor(() => expect(main().startsAt).toContain("2030-05-12"));
    await waitFor(() => expect(screen.queryByTestId("event-move")).toBeNull());
    await waitFor(() => expect(core.kept.size).toBe(0));
  });
});

describe("an event that is cancelled", () => {
  it.each([true, false])("gives back what was paid, or not: %s", async (back) => {
    const { main, user } = await open(part("overview"));
    await click("event-cancel");
    const money = await screen.findByTestId("event-cancel-money");
    expect(money.getAttribute("aria-checked")).toBe("true");
    if (!back) await user.click(money);
    await user.click(screen.getByTestId("event-more-yes"));
    await waitFor(() => expect(main().cancelledAt).not.toBeNull());
    const paid = main().registrations.filter(({ paid }) => paid.amount > 0);
    expect(paid.some(({ state }) => state === "REFUNDED")).toBe(back);
    expect(paid.some(({ state }) => state === "CONFIRMED")).toBe(!back);
  });
});

describe("a computer that cannot keep it", () => {
  it("is told of at the field, and nothing is promised", async () => {
    const { core, user } = await open(part("overview"));
    core.unkept = "NOT_KEPT";
    await user.type(await screen.findByTestId("event-summary"), "!");
    expect(await screen.findByText(/this computer cannot keep it/)).toBeTruthy();
    core.unkept = undefined;
    await user.type(screen.getByTestId("event-summary"), "!");
    await waitFor(() => expect(screen.queryByText(/this computer cannot keep it/)).toBeNull());
  });
});

describe("what is written while the field is being saved", () => {
  it("is kept until it is saved too", async () => {
    const { core, main, user } = await open(part("overview"));
    let answer = () => {};
    core.wire.back = (operation) =>
      operation === "UpdateEvent" ? new Promise<void>((done) => (answer = done)) : undefined;
    await write(await screen.findByTestId<HTMLInputElement>("event-summary"), "A line");
    await waitFor(() => expect(main().summary).toBe("A line"));
    await user.click(field("event-summary"));
    await user.type(field("event-summary"), " and more");
    await waitFor(() => expect(thing(core, "event/event-main/summary")).toBe("A line and more"));
    answer();
    await waitFor(() => expect(document.querySelector(".progress")).toBeNull());
    // Whatever follows from the answer has followed when another key was pressed.
    await user.keyboard("{Shift}");
    expect(field("event-summary").value).toBe("A line and more");
    expect(thing(core, "event/event-main/summary")).toBe("A line and more");
  });
});

describe("what is not saved yet", () => {
  it("is listed on the dashboard, and each leads to where it is offered", async () => {
    const first = await open(part("agenda"), { scene: "away" });
    await fireEvent.click(
      await screen.findByText("Trains do not reboot").catch(() => screen.getByText("Lunch")),
    );
    await write(await screen.findByTestId<HTMLInputElement>("session-title"), "Trains reboot");
    await waitFor(() => expect(first.core.kept.size).toBe(1));
    first.unmount();
    const { core, main, user } = await open(organisation("events"), { kept: first.core.kept });
    const list = await screen.findByTestId("unsaved");
    expect(list.textContent).toContain("A session: Trains reboot");
    await user.click(within(list).getByTestId("unsaved-go"));
    await user.click(await screen.findByTestId("draft-restore"));
    await waitFor(() => expect(main().sessions.some(({ title }) => title === "Trains reboot")).toBe(true));
    await waitFor(() => expect(core.kept.size).toBe(0));
  });

  it("opens the card or the dialog that it belongs to, or is thrown away there", async () => {
    const { core, main, user } = await open(organisation("events"), {
      before: (core) => {
        const at = `#/${part("people")}`;
        void core.keepDraft(
          `${at} new-person/event-main`,
          JSON.stringify({ name: "Ada", email: "ada@example.org" }),
        );
        void core.keepDraft(`#/${part("speakers")} speaker/gone/name`, "Nobody");
      },
    });
    const list = await screen.findByTestId("unsaved");
    await user.click(within(list).getByRole("button", { name: /Nobody/ }));
    await waitFor(() => expect(core.kept.size).toBe(1));
    await user.click(await screen.findByTestId("unsaved-go"));
    await user.click(await screen.findByTestId("draft-restore"));
    await user.click(screen.getByTestId("add-yes"));
    await waitFor(() => expect(main().registrations[0]?.name).toBe("Ada"));
  });

  it("is asked about before one signs out", async () => {
    const { core, user } = await open("welcome", {
      before: (core) => void core.keepDraft("#/dashboard/o/events new-event/o", "{}"),
    });
    await user.click(await screen.findByTestId("home-sign-out"));
    await user.click(await screen.findByTestId("leave-look"));
    expect(core.calls).toContain("openWindow dashboard");
    expect(core.calls).not.toContain("signOutPerson");
  });

  it("is lost when one wants that, and nobody is asked where there is nothing", async () => {
    const { core, user } = await open("welcome", {
      before: (core) => void core.keepDraft("#/dashboard/o/events new-event/o", "{}"),
    });
    await user.click(await screen.findByTestId("home-sign-out"));
    await user.click(await screen.findByTestId("leave-yes"));
    await waitFor(() => expect(core.calls).toContain("signOutPerson"));
  });
});

describe("numbers", () => {
  it.each([
    ["overview", "event-capacity", undefined],
    ["tickets", "ticket-quantity", "ticket-edit"],
    ["agenda", "session-seats", "session"],
    ["agenda", "session-minutes", "session"],
  ])("in %s, %s are whole, and nothing is made of what is none", async (place, id, enter) => {
    const { core } = await open(part(place));
    if (enter !== undefined) await click(enter);
    const input = await screen.findByTestId<HTMLInputElement>(id);
    for (const words of ["1,000", "many", "99999999999"]) {
      await write(input, words);
      expect(await screen.findByText(/Write a whole number/)).toBeTruthy();
      expect(input.value).toBe(words);
    }
    expect(changes(core)).toEqual([]);
    await fireEvent.keyDown(input, { key: "Escape" });
    expect(screen.queryByText(/Write a whole number/)).toBeNull();
  });

  it("a wrong price is wrong no longer when it is put back, or when the old one is written again", async () => {
    await open(part("tickets"));
    await click("ticket-edit", 1);
    const price = await screen.findByTestId<HTMLInputElement>("ticket-price");
    const before = price.value;
    await write(price, "cheap");
    expect(await screen.findByText(/Write a price/)).toBeTruthy();
    await fireEvent.keyDown(price, { key: "Escape" });
    expect(screen.queryByText(/Write a price/)).toBeNull();
    await write(price, "cheap");
    await write(price, before);
    expect(screen.queryByText(/Write a price/)).toBeNull();
  });
});

it("what was switched and refused is shown as it holds", async () => {
  const { core, main } = await open(part("questions"));
  const box = (await screen.findAllByTestId<HTMLInputElement>("question-required"))[0] as HTMLInputElement;
  const before = main().questions[0]?.isRequired ?? false;
  core.offline = true;
  await fireEvent.click(box);
  await screen.findByTestId("refused");
  expect(box.checked).toBe(before);
  core.offline = false;
  await fireEvent.click(box);
  await waitFor(() => expect(main().questions[0]?.isRequired).toBe(!before));
  await waitFor(() => expect(box.checked).toBe(!before));
});

it("the options of a question say why they cannot be saved", async () => {
  const { main } = await open(part("questions"));
  const choices = (
    await screen.findAllByTestId<HTMLTextAreaElement>("question-choices")
  )[0] as HTMLTextAreaElement;
  const before = structuredClone(main().questions.map(({ options }) => options));
  await write(choices, "Only one");
  expect(await screen.findByText(/at least two options/)).toBeTruthy();
  expect(main().questions.map(({ options }) => options)).toEqual(before);
});

it("the colour of a track that was refused is the one that holds", async () => {
  const { core } = await open(part("agenda"));
  const [colour] = await screen.findAllByTestId<HTMLInputElement>("track-colour");
  const before = colour?.value;
  core.offline = true;
  await fireEvent.change(colour as HTMLElement, { target: { value: "#123456" } });
  await screen.findByTestId("refused");
  expect(colour?.value).toBe(before);
});

it("one's own role in another one changes what one is shown", async () => {
  const { core, user } = await open(organisation("members"));
  core.server.world.members.push({
    id: "second",
    name: "Second",
    email: "s@example.org",
    role: "OWNER",
    since: new Date().toISOString(),
  });
  await screen.findAllByTestId("member-role");
  const asks = vi.spyOn(core, "ask");
  await user.selectOptions(screen.getAllByTestId("member-role")[0] as HTMLElement, "PRODUCER");
  await waitFor(() => expect(asks.mock.calls.map(([name]) => name)).toContain("Me"));
});

it("is asked about as well where one ends this very login", async () => {
  const { core, user } = await open("welcome", {
    before: (core) => void core.keepDraft("#/dashboard/o/events new-event/o", "{}"),
  });
  await user.click(await screen.findByTestId("home-account"));
  await user.click((await screen.findAllByTestId("login-end"))[0] as HTMLElement);
  expect(await screen.findByTestId("leave-yes")).toBeTruthy();
  expect(core.calls).not.toContain("signOutPerson");
});
