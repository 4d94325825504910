import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../dev/core";
import { type MadeUp, scenes } from "../../dev/scenes";
import App from "./App.svelte";
import { House } from "./house.svelte";

async function open(
  hash: string,
  scene = "home",
  change: Partial<MadeUp> = {},
  before?: (core: FakeCore) => void,
) {
  const made = scenes[scene];
  if (!made) throw new Error(`no scene ${scene}`);
  location.hash = `#/${hash}`;
  const core = new FakeCore({ ...made, ...change }, hash.split("/")[0] ?? "");
  before?.(core);
  const house = new House(core);
  const view = render(App, { house });
  await tick();
  return { core, house, user: userEvent.setup(), ...view };
}
const event = (section: string, id = "event-main") => `dashboard/org-tidewater/event/${id}/${section}`;
const changes = (core: FakeCore) => core.calls.filter((call) => call.startsWith("change"));

afterEach(() => {
  location.hash = "";
  vi.useRealTimers();
});

const views: [string, string][] = [
  ["welcome", "signed-out"],
  ["welcome", "waiting"],
  ["welcome", "offers"],
  ["welcome", "browsing"],
  ["welcome", "home"],
  ["dashboard/org-tidewater/events", "home"],
  ["dashboard/org-tidewater/new", "home"],
  ["dashboard/org-tidewater/templates", "home"],
  [event("overview"), "home"],
  ...["agenda", "speakers", "tickets", "questions", "people", "branding", "trash"].map(
    (part): [string, string] => [event(part), "home"],
  ),
  ["dashboard/org-tidewater/members", "home"],
  ["dashboard/org-tidewater/integrations", "home"],
];

it.each(views)("axe finds no serious fault in %s, %s", async (hash, scene) => {
  const { container } = await open(hash, scene);
  await vi.waitFor(() => expect(container.querySelector(".waiting")).toBeNull());
  const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
});

describe("signing in by mail", () => {
  it("sends a link, says where to, and takes the link that is pasted", async () => {
    const { core, user } = await open("welcome", "signed-out");
    await user.type(await screen.findByTestId("account-email"), "noor@tidewater.example");
    await user.type(screen.getByTestId("account-server"), "events.example{Enter}");
    expect(core.calls).toContain("startSignIn https://events.example noor@tidewater.example");
    expect((await screen.findByTestId("account-waiting")).textContent).toContain("noor@tidewater.example");
    await user.type(screen.getByTestId("account-link"), "https://events.example/join/x{Enter}");
    expect((await screen.findByTestId("account-problem")).textContent).toContain(
      "not the link from the mail",
    );
    await user.clear(screen.getByTestId("account-link"));
    await user.type(screen.getByTestId("account-link"), "https://events.example/sign-in/x{Enter}");
    expect(await screen.findAllByTestId("my-event")).toHaveLength(3);
  });

  it("takes the link of the mail where invites are pasted, too", async () => {
    const { core, user } = await open("welcome", "waiting");
    await user.type(await screen.findByTestId("welcome-link"), "https://events.example/sign-in/x{Enter}");
    await screen.findAllByTestId("my-event");
    expect(core.calls).toContain("confirmSignIn https://events.example/sign-in/x");
  });

  it("takes another address, and a link that is opened", async () => {
    const { core, user } = await open("welcome", "waiting");
    await user.click(await screen.findByTestId("account-change"));
    await screen.findByTestId("account-email");
    core.tell({ event: "link_opened", link: "houselights://sign-in?server=x&secret=y" });
    await screen.findAllByTestId("my-event");
    expect(core.calls).toContain("confirmSignIn houselights://sign-in?server=x&secret=y");
  });
});

describe("a sign-in link that was not asked for here", () => {
  const link = "houselights://sign-in?server=https%3A%2F%2Fshow.example&secret=y&device=z";

  it("signs in only after the person saw where it leads", async () => {
    const { core, user } = await open("welcome", "signed-out", { link });
    expect((await screen.findByTestId("account-destination")).textContent).toBe("https://show.example");
    expect(screen.queryByTestId("account-problem")).toBeNull();
    await user.click(screen.getByTestId("account-agree"));
    await screen.findAllByTestId("my-event");
    expect(core.calls.filter((call) => call.startsWith("confirm"))).toEqual([
      `confirmSignIn ${link}`,
      `confirmSignIn ${link} confirmed`,
    ]);
  });

  it("does nothing where the person does not want to", async () => {
    const { core, user } = await open("welcome", "signed-out", { link });
    await user.click(await screen.findByTestId("account-decline"));
    await vi.waitFor(() => expect(screen.queryByTestId("account-destination")).toBeNull());
    expect(core.calls).toEqual([`confirmSignIn ${link}`]);
    expect(screen.queryByTestId("account-problem")).toBeNull();
  });
});

describe("a login that is over", () => {
  it("leaves what is kept to be read, and signs in again from there", async () => {
    const { core, user } = await open("welcome", "over");
    expect((await screen.findByTestId("stale")).textContent).toContain("no longer signed in");
    expect(await screen.findAllByTestId("my-event")).toHaveLength(3);
    await user.click(screen.getByTestId("sign-in-again"));
    const email = await screen.findByTestId("account-email");
    expect((email as HTMLInputElement).value).toBe("noor@tidewater.example");
    await user.click(screen.getByTestId("account-start"));
    await user.type(await screen.findByTestId("account-link"), "http://127.0.0.1:8080/sign-in/x{Enter}");
    await screen.findAllByTestId("my-event");
    expect(screen.queryByTestId("stale")).toBeNull();
    expect(core.calls).not.toContain("signOutPerson");
  });

  it("leads from the dashboard to where one signs in", async () => {
    const { core, user } = await open(event("overview"), "over");
    expect((await screen.findByTestId("stale")).textContent).toContain("no longer signed in");
    await user.click(screen.getByTestId("sign-in-again"));
    expect(core.calls).toContain("openWindow welcome");
  });
});

describe("from nothing to a published event", () => {
  it("takes a template, a title and a press of Publish, which can be undone", async () => {
    const { core, user } = await open("dashboard");
    await user.click(await screen.findByTestId("event-new"));
    await user.click((await screen.findAllByTestId("template"))[1] as HTMLElement);
    await user.type(await screen.findByTestId("new-title"), "Autumn webinar{Enter}");
    await user.click(await screen.findByTestId("event-next"));
    await vi.waitFor(() => expect(screen.getByTestId("event-phase").textContent).toContain("Published"));
    await user.click(await screen.findByTestId("told-undo"));
    await vi.waitFor(() => expect(screen.getByTestId("event-phase").textContent).toContain("Draft"));
    expect(changes(core)).toEqual(["change CreateEvent", "change PublishEvent", "change UnpublishEvent"]);
  });

  it("asks before it starts, and before it ends", async () => {
    const { core, user } = await open(event("overview"));
    await user.click(await screen.findByTestId("event-next"));
    expect(changes(core)).toEqual([]);
    await user.click(await screen.findByTestId("event-next-yes"));
    await vi.waitFor(() => expect(screen.getByTestId("event-phase").textContent).toContain("Live"));
  });
});

describe("an event's overview", () => {
  it("saves a field when one leaves it", async () => {
    const { core, user } = await open(event("overview"));
    const field = await screen.findByTestId("event-title");
    await user.clear(field);
    await user.type(field, "Rust in Production 2027");
    await user.tab();
    await vi.waitFor(() => expect(core.server.event("event-main").title).toBe("Rust in Production 2027"));
    expect(await screen.findByRole("heading", { level: 1, name: "Rust in Production 2027" })).toBeTruthy();
  });

  it("offers what was typed and never saved", async () => {
    const { core, user } = await open(event("overview"), "home", {}, (core) => {
      void core.keepDraft(`#/${event("overview")} event/event-main/summary`, "A better line");
    });
    const offer = await screen.findByTestId("draft-offer");
    expect(offer.textContent).toContain("A better line");
    await user.click(within(offer).getByTestId("draft-restore"));
    await vi.waitFor(() => expect(core.server.event("event-main").summary).toBe("A better line"));
    expect(core.kept.size).toBe(0);
  });

  it("undoes one line by one key, not what has many, nor while an input method composes", async () => {
    const { user } = await open(event("overview"));
    const many = await screen.findByTestId<HTMLTextAreaElement>("event-description");
    await user.type(many, "and so on");
    await fireEvent.keyDown(many, { key: "Escape" });
    expect(many.value).toContain("and so on");
    const line = screen.getByTestId<HTMLInputElement>("event-summary");
    await user.type(line, "にほん");
    await fireEvent.keyDown(line, { key: "Escape", isComposing: true });
    await fireEvent.keyDown(line, { key: "Escape", keyCode: 229 });
    expect(line.value).toContain("にほん");
    await fireEvent.keyDown(line, { key: "Escape" });
    expect(line.value).not.toContain("にほん");
  });

  it("keeps what is typed while it is not saved, also when it cannot be", async () => {
    const { core, user } = await open(event("overview"), "away");
    await user.type(await screen.findByTestId("event-summary"), "!");
    await user.tab();
    expect((await screen.findByTestId("refused")).textContent).toContain("kept on this computer");
    expect((screen.getByTestId("event-summary") as HTMLInputElement).value).toMatch(/!$/);
    await vi.waitFor(() =>
      expect(core.kept.get(`#/${event("overview")} event/event-main/summary`)?.text).toMatch(/!$/),
    );
    expect(screen.getByTestId("stale").textContent).toContain("Offline");
  });

  it("says that someone was faster, and does what the person decides", async () => {
    const { core, user } = await open(event("overview"));
    const field = await screen.findByTestId("event-title");
    core.server.event("event-main").version++;
    core.server.event("event-main").title = "Theirs";
    await user.type(field, " mine");
    await user.tab();
    const [changed] = await screen.findAllByTestId("conflict-field");
    const shown = [...(changed?.querySelectorAll("th, td") ?? [])].map((cell) => cell.textContent?.trim());
    expect(shown).toEqual(["Title", "Theirs", "Rust in Production 2026 mine"]);
    const { violations } = await axe.run(screen.getByTestId("conflict"), {
      rules: { "color-contrast": { enabled: false } },
    });
    expect(violations).toEqual([]);
    await user.click(screen.getByTestId("conflict-mine"));
    await vi.waitFor(() =>
      expect(core.server.event("event-main").title).toBe("Rust in Production 2026 mine"),
    );
    expect(screen.queryByTestId("conflict")).toBeNull();
  });
});

describe("an overview that someone else changes too", () => {
  it("drops what was written where theirs is taken", async () => {
    const { core, user } = await open(event("overview"));
    const field = (await screen.findByTestId("event-title")) as HTMLInputElement;
    core.server.event("event-main").version++;
    core.server.event("event-main").title = "Theirs";
    await user.type(field, " mine");
    await user.tab();
    await user.click(await screen.findByTestId("conflict-theirs"));
    await vi.waitFor(() => expect(field.value).toBe("Theirs"));
    expect(core.kept.size).toBe(0);
  });

  it("asks nothing where they changed something else: both hold", async () => {
    const { core, user } = await open(event("overview"));
    core.server.event("event-main").version++;
    core.server.event("event-main").summary = "Their line";
    await user.type(await screen.findByTestId("event-title"), " mine");
    await user.tab();
    await vi.waitFor(() =>
      expect(core.server.event("event-main").title).toBe("Rust in Production 2026 mine"),
    );
    expect((screen.getByTestId("event-summary") as HTMLInputElement).value).toBe("Their line");
    expect(screen.queryByTestId("conflict")).toBeNull();
  });

  it("shows the address of a draft following its title until one is written", async () => {
    const { core, user } = await open(event("overview", "event-launch"));
    const [title, slug] = [await screen.findByTestId("event-title"), await screen.findByTestId("event-slug")];
    expect(screen.getByText(/changes with it until/)).toBeTruthy();
    await user.clear(title);
    await user.type(title, "Harbour night{Enter}");
    await vi.waitFor(() => expect((slug as HTMLInputElement).value).toBe("harbour-night"));
    await user.clear(slug);
    await user.type(slug, "night{Enter}");
    await vi.waitFor(() => expect(core.server.event("event-launch").slug).toBe("night"));
    expect(screen.queryByText(/changes with it until/)).toBeNull();
  });
});

describe("the agenda editor", () => {
  const row = (core: FakeCore, title: string) =>
    core.server.event("event-main").sessions.find((session) => session.title === title);

  it("moves a session by keyboard, says what it now clashes with, and takes it back with Ctrl+Z", async () => {
    const { core, user } = await open(event("agenda"));
    const block = await screen.findByText("Lunch");
    block.closest("button")?.focus();
    const before = row(core, "Lunch")?.startsAt ?? "";
    await user.keyboard("{ArrowUp}{ArrowUp}{ArrowUp}{ArrowUp}");
    expect(screen.getByTestId("agenda-said").textContent).toMatch(
      /Lunch: 11:40–12:40.*Clashes with Tail latency/,
    );
    await vi.waitFor(() =>
      expect(Date.parse(row(core, "Lunch")?.startsAt ?? "")).toBe(Date.parse(before) - 20 * 60_000),
    );
    expect(changes(core)).toEqual(["change UpdateSession"]);
    expect(screen.getByTestId("agenda-wrong").textContent).toBe("One thing to look at");
    await user.keyboard("{Control>}z{/Control}");
    await vi.waitFor(() => expect(row(core, "Lunch")?.startsAt).toBe(before));
    await user.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
    await vi.waitFor(() => expect(row(core, "Lunch")?.startsAt).not.toBe(before));
  });

  it("changes the length with Shift, the room with the arrows across, and puts it back with Escape", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { core, user } = await open(event("agenda"));
    (await screen.findByText("Lunch")).closest("button")?.focus();
    await user.keyboard("{ArrowRight}{Shift>}{ArrowUp}{/Shift}");
    expect(screen.getByTestId("agenda-said").textContent).toMatch(/Lunch: 12:00–12:55, Workshop room/);
    await user.keyboard("{Escape}");
    // Long after it would have been saved.
    await vi.advanceTimersByTimeAsync(5_000);
    expect(changes(core)).toEqual([]);
  });

  it("lists what the server warns of; each leads to its session, which says what to do", async () => {
    const { core, user } = await open(event("agenda"), "home", {}, (core) => {
      const [, , , talk] = core.server.event("event-main").sessions;
      if (talk) Object.assign(talk, { capacity: 3, picked: 5 });
    });
    await user.click(await screen.findByText("Lunch"));
    await user.click(await screen.findByTestId("agenda-wrong"));
    const [warning] = await screen.findAllByTestId("agenda-warning");
    expect(warning?.textContent).toContain("More people have “Tail latency");
    await user.click(warning as HTMLElement);
    expect((await screen.findByTestId("session-trouble")).textContent).toContain("5 people have it");
    const seats = screen.getByTestId("session-seats");
    await user.clear(seats);
    await user.type(seats, "8{Enter}");
    await vi.waitFor(() => expect(core.server.event("event-main").sessions[3]?.capacity).toBe(8));
    await vi.waitFor(() => expect(screen.queryByTestId("agenda-wrong")).toBeNull());
  });

  it("edits the chosen one in its panel, and deletes it so that it can be taken back", async () => {
    const { core, user } = await open(event("agenda"));
    await user.click(await screen.findByText("Lunch"));
    const minutes = await screen.findByTestId("session-minutes");
    await user.clear(minutes);
    await user.type(minutes, "43{Enter}");
    await vi.waitFor(() =>
      expect(
        Date.parse(row(core, "Lunch")?.endsAt ?? "") - Date.parse(row(core, "Lunch")?.startsAt ?? ""),
      ).toBe(45 * 60_000),
    );
    await user.click(screen.getByTestId("session-cancel"));
    expect(row(core, "Lunch")?.cancelledAt).toBeNull();
    await user.click(await screen.findByTestId("session-cancel-yes"));
    await vi.waitFor(() => expect(row(core, "Lunch")?.cancelledAt).not.toBeNull());
    await user.click(screen.getByTestId("session-delete"));
    await user.click(await screen.findByTestId("told-undo"));
    expect(await screen.findByText("Lunch")).toBeTruthy();
  });
});

describe("one's own events", () => {
  it("shows clashes of what one picked, and takes a pick back where it was refused", async () => {
    const { core, user } = await open("welcome");
    const rows = async () => await screen.findAllByTestId("my-session");
    const [, first] = await screen.findAllByTestId("my-event");
    await user.click(first as HTMLElement);
    expect((await screen.findAllByTestId("my-clash"))[0]?.textContent).toContain("At the same time");
    const pressed = async () => {
      const picks = (await rows()).map((row) => within(row).queryByTestId("my-pick"));
      return picks.filter((pick) => pick?.getAttribute("aria-pressed") === "true").length;
    };
    const before = await pressed();
    core.offline = true;
    await user.click(screen.getAllByTestId("my-pick")[0] as HTMLElement);
    await screen.findByTestId("refused");
    expect(await pressed()).toBe(before);
    core.offline = false;
    await user.click(screen.getAllByTestId("my-pick")[0] as HTMLElement);
    await vi.waitFor(async () => expect(await pressed()).toBe(before + 1));
  });

  it("leads from a session on one's agenda into its room while the doors are open", async () => {
    const live = (core: FakeCore) => {
      for (const event of core.server.world.events) event.phase = "LIVE";
    };
    const { core, user } = await open("welcome", "home", {}, live);
    const main = core.server.world.events.find(({ id }) => id === "event-main");
    const listed = await screen.findAllByTestId("my-event");
    await user.click(
      listed.find(({ textContent }) => textContent?.includes(main?.title ?? "?")) as HTMLElement,
    );
    const session = main?.sessions.find(({ room, cancelledAt }) => room !== null && cancelledAt === null);
    await user.click(await screen.findByLabelText(`Go to the room of “${session?.title}”`));
    await vi.waitFor(() =>
      expect(core.calls.at(-1)).toBe(`enterEvent houselights://join?invite=abc&room=${session?.room}`),
    );
  });

  it("takes a place back from who cannot come, and says that the money stays", async () => {
    const before = (core: FakeCore) => {
      for (const row of core.server.world.mine) row.paid = { amount: 1_250, currency: "EUR" };
    };
    const { core, user } = await open("welcome", "home", {}, before);
    await user.click((await screen.findAllByTestId("my-event"))[0] as HTMLElement);
    await user.click(await screen.findByTestId("my-give-back"));
    expect((await screen.findByTestId("my-give-back-paid")).textContent).toContain("12.50");
    await user.click(screen.getByTestId("my-give-back-yes"));
    await vi.waitFor(() =>
      expect(core.server.world.mine.some(({ state }) => state === "CANCELLED")).toBe(true),
    );
    await vi.waitFor(() => expect(screen.queryByTestId("my-give-back")).toBeNull());
  });

  it("shows no way into rooms before the doors are open", async () => {
    const { user } = await open("welcome");
    const [, first] = await screen.findAllByTestId("my-event");
    await user.click(first as HTMLElement);
    await screen.findByTestId("my-way");
    expect(screen.queryByTestId("my-enter-room")).toBeNull();
  });

  it("leads to what was on in an event that is over", async () => {
    const { core, user } = await open("welcome");
    await user.click((await screen.findAllByTestId("my-event")).at(-1) as HTMLElement);
    expect((await screen.findByTestId("my-way")).textContent).toContain("over");
    await user.click(screen.getByTestId("my-watch"));
    await vi.waitFor(() => expect(core.calls.at(-1)).toMatch(/^enterEvent houselights:/));
  });

  it("lets one in while it is live, and says how old it is while it is not fresh", async () => {
    const { core, user } = await open("welcome", "away");
    expect((await screen.findByTestId("stale")).textContent).toContain("as of");
    core.offline = false;
    await user.click(await screen.findByTestId("my-enter"));
    await vi.waitFor(() => expect(core.calls.at(-1)).toMatch(/^enterEvent houselights:/));
  });
});
