import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../dev/core";
import { scenes } from "../../dev/scenes";
import type { Duty } from "../protocol/api";
import App from "./App.svelte";
import { House } from "./house.svelte";

async function open(place: string, may?: Duty[], kept?: FakeCore["kept"]) {
  const made = scenes.home;
  if (!made) throw new Error("no scene");
  location.hash = `#/dashboard/org-tidewater/${place}`;
  const core = new FakeCore(made, "dashboard");
  for (const [key, draft] of kept ?? []) core.kept.set(key, draft);
  if (may) core.server.world.may = may;
  const view = render(App, { house: new House(core) });
  await tick();
  const main = () => core.server.event("event-main");
  return { core, main, user: userEvent.setup(), ...view };
}
const part = (name: string) => `event/event-main/${name}`;
const calls = (core: FakeCore) => core.calls.filter((call) => call.startsWith("change"));

afterEach(() => {
  location.hash = "";
});

describe("people", () => {
  it("are refunded after a question, and sent their ticket without one", async () => {
    const { core, user } = await open(part("people"));
    await user.click((await screen.findAllByTestId("person-resend"))[0] as HTMLElement);
    expect((await screen.findByTestId("told")).textContent).toContain("ticket is on its way");
    await user.click(screen.getAllByTestId("person-refund")[0] as HTMLElement);
    expect(calls(core)).toEqual(["change ResendTicket"]);
    await user.click(await screen.findByTestId("person-yes"));
    await vi.waitFor(() => expect(screen.getAllByTestId("person")[0]?.textContent).toContain("Refunded"));
  });

  it("are cancelled with or without their money", async () => {
    const { main, user } = await open(part("people"));
    const paid = () =>
      main().registrations.filter(({ state, paid }) => state === "CONFIRMED" && paid.amount > 0);
    const [first, second] = paid();
    for (const [who, keeps, state] of [
      [first, false, "REFUNDED"],
      [second, true, "CANCELLED"],
    ] as const) {
      const rows = await screen.findAllByTestId("person");
      const row = rows.find((row) => row.textContent?.includes(who?.email ?? "?")) as HTMLElement;
      await user.click(within(row).getByTestId("person-cancel"));
      const back = await screen.findByTestId("person-back");
      expect(back.getAttribute("aria-checked")).toBe("true");
      if (keeps) await user.click(back);
      await user.click(screen.getByTestId("person-yes"));
      await vi.waitFor(() =>
        expect(main().registrations.find(({ id }) => id === who?.id)?.state).toBe(state),
      );
    }
  });

  it("are let in from the waiting list, beyond the seats where that is said", async () => {
    const { main, user } = await open(part("people"));
    const waits = main().registrations.find(({ state }) => state === "WAITING");
    await user.type(await screen.findByTestId("people-search"), waits?.email ?? "?");
    await user.click(await screen.findByTestId("person-admit"));
    const beyond = await screen.findByTestId("person-beyond");
    expect(beyond.getAttribute("aria-checked")).toBe("false");
    await user.click(screen.getByTestId("person-yes"));
    const dialog = beyond.closest("dialog") as HTMLElement;
    await vi.waitFor(() => expect(within(dialog).getByRole("alert").textContent).not.toBe(""));
    expect(main().registrations.find(({ id }) => id === waits?.id)?.state).toBe("WAITING");
    await user.click(beyond);
    await user.click(screen.getByTestId("person-yes"));
    await vi.waitFor(() =>
      expect(main().registrations.find(({ id }) => id === waits?.id)?.state).toBe("CONFIRMED"),
    );
  });

  it("are added by hand, and whoever is there already is named in the form", async () => {
    const { main, user } = await open(part("people"));
    await user.click(await screen.findByTestId("people-add"));
    await user.type(await screen.findByTestId("add-name"), "Ada");
    await user.type(screen.getByTestId("add-email"), main().registrations[1]?.email ?? "");
    await user.click(screen.getByTestId("add-yes"));
    expect(await screen.findByText(/registered with this address already/)).toBeTruthy();
    await user.clear(screen.getByTestId("add-email"));
    await user.type(screen.getByTestId("add-email"), "ada@example.org");
    await user.click(screen.getByTestId("add-yes"));
    await vi.waitFor(() => expect(screen.getByTestId("people-count").textContent).toBe("131 people"));
  });

  it("come page by page as one gets to the end of them", async () => {
    const seen: ((entries: Partial<IntersectionObserverEntry>[]) => void)[] = [];
    vi.stubGlobal(
      "IntersectionObserver",
      class {
        constructor(tell: (entries: Partial<IntersectionObserverEntry>[]) => void) {
          seen.push(tell);
        }
        observe() {}
        disconnect() {}
      },
    );
    await open(part("people"));
    expect(await screen.findAllByTestId("person")).toHaveLength(50);
    seen.at(-1)?.([{ isIntersecting: true }]);
    await vi.waitFor(() => expect(screen.getAllByTestId("person")).toHaveLength(100));
    vi.unstubAllGlobals();
  });

  it("are forgotten after it was said what goes, and their data saved, by owners", async () => {
    const { core, main, user } = await open(part("people"));
    const [who] = main().registrations;
    const { id, name, email } = { ...who } as { id: string; name: string; email: string };
    const row = () => screen.getAllByTestId("person")[0] as HTMLElement;
    await screen.findAllByTestId("person");
    await user.click(within(row()).getByRole("button", { expanded: false }));
    await user.click(screen.getByTestId("person-data"));
    expect(core.calls).toContain(`saveFile person ${id} rust-in-production-2026-person.json`);
    await user.click(screen.getByTestId("person-erase"));
    const dialog = (await screen.findByTestId("erase-person-yes")).closest("dialog") as HTMLElement;
    for (const words of [
      name,
      email,
      "address and answers",
      "tickets stop working",
      "wrote in chats",
      "cannot be undone",
    ])
      expect(dialog.textContent).toContain(words);
    expect(calls(core)).toEqual([]);
    await user.click(screen.getByTestId("erase-person-yes"));
    await vi.waitFor(() => expect(row().textContent).toContain("Erased"));
    expect(row().textContent).not.toContain(email);
    expect(screen.getByTestId("told").textContent).toContain("know no more who that was");
    expect(screen.queryByTestId("person-erase")).toBeNull();
  });

  it("are forgotten by owners alone", async () => {
    const { user } = await open(part("people"), [
      "READ_EVENT",
      "READ_PEOPLE",
      "MANAGE_PEOPLE",
      "REFUND",
      "EXPORT",
    ]);
    const [row] = await screen.findAllByTestId("person");
    await user.click(within(row as HTMLElement).getByRole("button", { expanded: false }));
    expect(screen.getByText("Ticket first used")).toBeTruthy();
    expect(screen.queryByTestId("person-erase") ?? screen.queryByTestId("person-data")).toBeNull();
  });

  it("are searched and filtered", async () => {
    const { user } = await open(part("people"));
    await user.type(await screen.findByTestId("people-search"), "no such person");
    expect(await screen.findByText("Nobody found")).toBeTruthy();
  });
});

describe("tickets", () => {
  it("are added with a price, and a wrong price is named", async () => {
    const { main, user } = await open(part("tickets"));
    await user.type(await screen.findByTestId("ticket-new"), "Supporter");
    await user.type(screen.getByTestId("ticket-new-price"), "12.345");
    expect(screen.getByText(/Write a price/)).toBeTruthy();
    await user.type(screen.getByTestId("ticket-new-price"), "{Backspace}");
    await user.click(screen.getByTestId("ticket-add"));
    await vi.waitFor(() => expect(main().tickets.at(-1)?.price).toEqual({ amount: 1_234, currency: "EUR" }));
  });

  it("are deleted, and taken back", async () => {
    const { user } = await open(part("tickets"));
    await user.click((await screen.findAllByTestId("ticket-edit"))[3] as HTMLElement);
    await user.click(await screen.findByTestId("ticket-delete"));
    await vi.waitFor(() => expect(screen.getAllByTestId("ticket")).toHaveLength(3));
    await user.click(screen.getByTestId("told-undo"));
    await vi.waitFor(() => expect(screen.getAllByTestId("ticket")).toHaveLength(4));
  });

  it("get codes, written large", async () => {
    const { main, user } = await open(part("tickets"));
    await user.type(await screen.findByTestId("code-new"), "friends");
    await user.type(screen.getByTestId("code-off"), "101");
    expect((screen.getByTestId("code-add") as HTMLButtonElement).disabled).toBe(true);
    expect(screen.getByText(/whole number from 1 to 100/)).toBeTruthy();
    await user.type(screen.getByTestId("code-off"), "{Backspace}");
    await user.click(screen.getByTestId("code-add"));
    await vi.waitFor(() =>
      expect(main().codes.at(-1)).toMatchObject({ code: "FRIENDS", percentOff: 10, quantity: null }),
    );
  });
});

describe("codes", () => {
  it("take off an amount, so many times, within a window", async () => {
    const { main, user } = await open(part("tickets"));
    await user.type(await screen.findByTestId("code-new"), "early");
    await user.selectOptions(screen.getByTestId("code-kind"), "amount");
    await user.type(screen.getByTestId("code-off"), "7.505");
    expect(screen.getByText(/an amount such as/)).toBeTruthy();
    await user.type(screen.getByTestId("code-off"), "{Backspace}");
    await user.type(screen.getByTestId("code-times"), "0");
    expect((screen.getByTestId("code-add") as HTMLButtonElement).disabled).toBe(true);
    await user.type(screen.getByTestId("code-times"), "{Backspace}20");
    const before = Date.now();
    for (const words of [/Holds from/, /Holds until/])
      await user.click(screen.getByRole("switch", { name: words }));
    await user.click(screen.getByTestId("code-add"));
    const made = () => main().codes.at(-1);
    await vi.waitFor(() =>
      expect(made()).toMatchObject({ code: "EARLY", percentOff: null, amountOff: 750, quantity: 20 }),
    );
    expect(made()?.validUntil).toBe(main().startsAt);
    expect(Date.parse(made()?.validFrom ?? "")).toBeGreaterThan(before - 1);
    expect(
      await screen.findByText(/€7.50 off · All tickets · used 0 of 20 times · from .* · until /),
    ).toBeTruthy();
  });

  it("cannot end before they begin", async () => {
    const { user } = await open(part("tickets"));
    await user.type(await screen.findByTestId("code-new"), "never");
    await user.type(screen.getByTestId("code-off"), "10");
    for (const words of [/Holds from/, /Holds until/])
      await user.click(screen.getByRole("switch", { name: words }));
    const date = screen.getByTestId("code-until-date");
    await fireEvent.input(date, { target: { value: "2020-01-01" } });
    await fireEvent.change(date);
    expect(await screen.findByText(/before the code begins/)).toBeTruthy();
    expect((screen.getByTestId("code-add") as HTMLButtonElement).disabled).toBe(true);
  });
});

describe("speakers", () => {
  it("are invited, and their link can be handed over", async () => {
    const { core, user } = await open(part("speakers"));
    await user.click((await screen.findAllByTestId("speaker-invite"))[5] as HTMLElement);
    expect(((await screen.findByTestId("speaker-link")) as HTMLInputElement).value).toContain("/join/");
    expect(calls(core)).toEqual(["change InviteSpeaker"]);
  });

  it("get a picture", async () => {
    const { core, main, user } = await open(part("speakers"));
    await user.click((await screen.findAllByTestId("speaker-edit"))[0] as HTMLElement);
    await user.upload(
      await screen.findByTestId("speaker-picture"),
      new File(["123"], "ines.png", { type: "image/png" }),
    );
    await vi.waitFor(() => expect(main().speakers[0]?.picture).not.toBeNull());
    expect(core.calls).toContain("upload picture 3");
  });
});

it("what is written in a form for something new is kept, offered again, and forgotten when it was made", async () => {
  const first = await open(part("speakers"));
  await first.user.type(await screen.findByTestId("speaker-name"), "Ada Lovelace");
  await vi.waitFor(() => expect([...first.core.kept.values()][0]?.text).toContain("Ada"));
  first.unmount();
  const { core, user } = await open(part("speakers"), undefined, first.core.kept);
  expect((await screen.findByTestId("draft-offer")).textContent).toContain("Ada Lovelace");
  await user.click(screen.getByTestId("draft-restore"));
  expect((screen.getByTestId("speaker-name") as HTMLInputElement).value).toBe("Ada Lovelace");
  await user.click(screen.getByTestId("speaker-add"));
  await vi.waitFor(() => expect(core.server.event("event-main").speakers.at(-1)?.name).toBe("Ada Lovelace"));
  expect(core.kept.size).toBe(0);
  expect(screen.queryByTestId("draft-offer")).toBeNull();
});

describe("questions", () => {
  const labels = () =>
    screen.getAllByTestId("question-label").map((field) => (field as HTMLInputElement).value);

  it("are moved with the arrow keys, said aloud, and go back where that is refused", async () => {
    const { core, main, user } = await open(part("questions"));
    const [handle] = await screen.findAllByTestId("question-handle");
    handle?.focus();
    await user.keyboard("{ArrowDown}");
    await vi.waitFor(() => expect(main().questions[1]?.label).toMatch(/production/));
    expect(screen.getByTestId("questions-said").textContent).toMatch(/is now 2 of 4/);
    expect(document.activeElement).toBe(screen.getAllByTestId("question-handle")[1]);
    const before = labels();
    core.offline = true;
    await user.keyboard("{ArrowDown}");
    await screen.findByTestId("refused");
    expect(labels()).toEqual(before);
  });

  it("with options need two of them", async () => {
    const { main, user } = await open(part("questions"));
    await user.type(await screen.findByTestId("question-new"), "Lunch?");
    await user.selectOptions(screen.getByTestId("question-kind"), "CHOICE");
    await user.type(await screen.findByTestId("question-options"), "Soup");
    expect((screen.getByTestId("question-add") as HTMLButtonElement).disabled).toBe(true);
    await user.type(screen.getByTestId("question-options"), "\nRice");
    await user.click(screen.getByTestId("question-add"));
    await vi.waitFor(() => expect(main().questions.at(-1)?.options).toEqual(["Soup", "Rice"]));
  });
});

describe("branding", () => {
  it("shows what is written at once as the page will have it, and says what is moved", async () => {
    const { main, user } = await open(part("branding"));
    const field = await screen.findByTestId("brand-accent");
    await vi.waitFor(() => expect(screen.getByTestId("brand-verdict").dataset.verdict).toBe("none"));
    await user.clear(field);
    await user.type(field, "#333333");
    await vi.waitFor(() => expect(screen.getByTestId("brand-verdict").dataset.verdict).toBe("accent"));
    expect(screen.getByTestId("brand-verdict").textContent).toContain("#8a8a8a");
    expect(screen.getByTestId("brand-preview").style.getPropertyValue("--page-lamp")).toBe("#8a8a8a");
    expect(main().accent).not.toBe("#333333");
    await user.keyboard("{Escape}");
    await vi.waitFor(() => expect(screen.getByTestId("brand-verdict").dataset.verdict).toBe("none"));
  });

  it("takes a picture off, with a way back", async () => {
    const { main, user } = await open(part("branding"));
    // A picture of before.
    main().logo = { id: "image-logo", url: "", width: 240, height: 80 };
    await user.click(await screen.findByTestId("brand-logo-remove"));
    await vi.waitFor(() => expect(main().logo).toBeNull());
    await user.click(await screen.findByTestId("told-undo"));
    await vi.waitFor(() => expect(main().logo?.id).toBe("image-logo"));
  });

  it("takes no word for a colour", async () => {
    const { main, user } = await open(part("branding"));
    const field = await screen.findByTestId("brand-accent");
    await user.clear(field);
    await user.type(field, "333333{Enter}");
    await vi.waitFor(() => expect(main().accent).toBe("#333333"));
    await user.clear(field);
    await user.type(field, "amber{Enter}");
    expect(await screen.findByText(/Write a colour such as/)).toBeTruthy();
    expect(main().accent).toBe("#333333");
  });
});

describe("members", () => {
  it("cannot lose their last owner", async () => {
    const { user } = await open("members");
    await user.selectOptions((await screen.findAllByTestId("member-role"))[0] as HTMLElement, "PRODUCER");
    expect((await screen.findByTestId("refused")).textContent).toContain("needs an owner");
    expect((screen.getAllByTestId("member-role")[0] as HTMLSelectElement).value).toBe("OWNER");
  });

  it("are removed after a question, and taken back", async () => {
    const { user } = await open("members");
    await user.click((await screen.findAllByTestId("member-remove"))[2] as HTMLElement);
    await user.click(await screen.findByTestId("member-remove-yes"));
    await vi.waitFor(() => expect(screen.getAllByTestId("member")).toHaveLength(2));
    await user.click(screen.getByTestId("told-undo"));
    await vi.waitFor(() => expect(screen.getAllByTestId("member")).toHaveLength(3));
  });
});

describe("integrations", () => {
  it("show a secret once", async () => {
    const { user } = await open("integrations");
    await user.type(await screen.findByTestId("key-name"), "Counter");
    await user.click(screen.getByTestId("key-add"));
    expect(((await screen.findByTestId("secret")) as HTMLInputElement).value).toMatch(/^hl_/);
    await user.click(screen.getByTestId("secret-seen"));
    expect(screen.queryByTestId("secret")).toBeNull();
    expect(screen.getAllByTestId("api-key")).toHaveLength(2);
  });

  it("name an address that cannot be used, and try a delivery again", async () => {
    const { user } = await open("integrations");
    await user.type(await screen.findByTestId("hook-url"), "http://intranet{Enter}");
    expect(await screen.findByText(/has to begin with https/)).toBeTruthy();
    await user.click(screen.getByTestId("webhook-log"));
    expect(await screen.findAllByTestId("delivery-retry")).toHaveLength(2);
    await user.click(screen.getAllByTestId("delivery-retry")[0] as HTMLElement);
    await vi.waitFor(() =>
      expect(screen.getAllByTestId("delivery")[1]?.textContent).toContain("Tried again soon"),
    );
  });
});

it("the trash gives back what was deleted", async () => {
  const { main, user } = await open(part("trash"));
  await user.click(await screen.findByTestId("trash-restore"));
  expect(await screen.findByText("Nothing was deleted")).toBeTruthy();
  expect(main().trash).toEqual([]);
});

describe("what one may not do", () => {
  it("is not shown", async () => {
    const { user } = await open("events", ["READ_EVENT"]);
    await screen.findAllByTestId("event-row");
    expect(screen.queryByTestId("event-new") ?? screen.queryByTestId("rail-members")).toBeNull();
    await user.click(screen.getAllByTestId("event-row")[1] as HTMLElement);
    expect(((await screen.findByTestId("event-title")) as HTMLInputElement).disabled).toBe(true);
    for (const id of ["event-next", "event-delete", "tab-people", "tab-trash"])
      expect(screen.queryByTestId(id)).toBeNull();
  });

  it("is not done by a key either", async () => {
    const { user } = await open(part("agenda"), ["READ_EVENT"]);
    (await screen.findByText("Lunch")).closest("button")?.focus();
    await user.keyboard("{ArrowUp}{Delete}n");
    expect(location.hash).toContain("agenda");
    expect(within(document.body).getByText("Lunch")).toBeTruthy();
  });
});

it("keys lead to the list, to a new event, and through the parts of an event", async () => {
  const { user } = await open(part("overview"));
  await screen.findByTestId("event-next");
  await user.keyboard("5");
  await screen.findAllByTestId("ticket");
  await user.keyboard("e");
  await screen.findAllByTestId("event-row");
  await user.keyboard("n");
  await screen.findAllByTestId("template");
});

describe("an event that is still empty", () => {
  const empty = (name: string) => `event/event-launch/${name}`;

  it("says how the agenda gets its first session", async () => {
    await open(empty("agenda"));
    expect((await screen.findByTestId("agenda-none")).textContent).toContain("Press Add session");
    expect(
      screen.getByRole("group", { name: /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/ }).tabIndex,
      "the hours are scrolled by keyboard",
    ).toBe(0);
  });

  it("says what codes and polls wait for", async () => {
    const { unmount } = await open(empty("tickets"));
    expect(await screen.findByText(/There is no ticket yet/)).toBeTruthy();
    unmount();
    await open(empty("show"));
    expect(await screen.findByText(/the agenda has none yet/)).toBeTruthy();
  });
});
