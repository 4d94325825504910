import { screen, within } from "@testing-library/svelte";
import axe from "axe-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { FakeCore } from "../../dev/core";
import { emptyEvent } from "../../dev/makers";
import { MY_EVENTS } from "../features/mine/commands";
import { changes, open, part } from "./desk-test";

afterEach(() => {
  location.hash = "";
});

const field = (id: string) => screen.getByTestId<HTMLInputElement>(id);

describe("a speaker without an e-mail address", () => {
  const card = async (name: string) => {
    const cards = await screen.findAllByTestId("speaker");
    return within(cards.find((card) => card.textContent?.includes(name)) as HTMLElement);
  };

  it("gets a link to be handed over, and another one when the page was left meanwhile", async () => {
    const { core, main, user } = await open(part("speakers"));
    const name = main().speakers.find(({ email }) => email === null)?.name ?? "";
    await user.click((await card(name)).getByRole("button", { name: "Make a link" }));
    await vi.waitFor(() => expect(field("speaker-link").value).toContain("/join/"));
    expect(changes(core)).toEqual(["change InviteSpeaker"]);
    expect(screen.getByTestId("told").textContent).not.toContain("by mail");
    location.hash = `#/${part("tickets")}`;
    await screen.findAllByTestId("ticket");
    location.hash = `#/${part("speakers")}`;
    await user.click((await card(name)).getByRole("button", { name: "New link" }));
    expect(await screen.findByTestId("speaker-link")).toBeTruthy();
  });
});

it("a portrait is taken off, with a way back", async () => {
  const portrait = { id: "image-portrait", url: "", width: 400, height: 400 };
  const before = (core: FakeCore) => {
    const [first] = core.server.event("event-main").speakers;
    if (first) first.picture = portrait;
  };
  const { main, user } = await open(part("speakers"), { before });
  const edit = await screen.findAllByTestId("speaker-edit");
  await user.click(edit[0] as HTMLElement);
  await user.click(await screen.findByTestId("speaker-picture-remove"));
  await vi.waitFor(() => expect(main().speakers[0]?.picture).toBeNull());
  await vi.waitFor(() => expect(screen.queryByTestId("speaker-picture-remove")).toBeNull());
  await user.click(await screen.findByTestId("told-undo"));
  await vi.waitFor(() => expect(main().speakers[0]?.picture?.id).toBe("image-portrait"));
});

describe("the address of a page", () => {
  it("that another event has is said at the field, and one that is none is not sent", async () => {
    const { core, main, user } = await open(part("overview"));
    const slug = await screen.findByTestId("event-slug");
    await user.clear(slug);
    await user.type(slug, `${core.server.event("event-live").slug}{Enter}`);
    expect(await screen.findByText(/Another event has this address\. Choose/)).toBeTruthy();
    const before = changes(core).length;
    await user.clear(slug);
    await user.type(slug, "会議{Enter}");
    expect(await screen.findByText(/Use letters from a to z/)).toBeTruthy();
    expect(screen.queryByText(/Another event has this address\. Choose/)).toBeNull();
    expect(changes(core)).toHaveLength(before);
    expect(main().slug).not.toBe("");
  });
});

describe("unpublishing", () => {
  const empty = (core: FakeCore) => {
    core.server.event("event-main").registrations = [];
  };

  it("is offered while nobody is registered", async () => {
    const { main, user } = await open(part("overview"), { before: empty });
    await user.click(await screen.findByTestId("event-unpublish"));
    await vi.waitFor(() => expect(main().phase).toBe("DRAFT"));
    expect(screen.getByTestId("told").textContent).not.toContain("stays");
  });

  it("is not offered when somebody is, and says so where they were faster", async () => {
    const { main, user, unmount } = await open(part("overview"), { before: empty });
    const button = await screen.findByTestId("event-unpublish");
    main().registrations = [
      {
        id: "registration-first",
        name: "Ada",
        email: "ada@example.org",
        state: "CONFIRMED",
        ticket: main().tickets[0]?.id ?? "",
        paid: { amount: 0, currency: "EUR" },
        registeredAt: new Date().toISOString(),
        answers: [],
        mail: "SENT",
        mailProblem: null,
        usedAt: null,
      },
    ];
    await user.click(button);
    expect((await screen.findByTestId("told")).textContent).toContain("Somebody has registered meanwhile");
    expect(main().phase).toBe("PUBLISHED");
    expect([screen.queryByTestId("event-unpublish"), screen.queryByTestId("refused")]).toEqual([null, null]);
    unmount();
    await open(part("overview"));
    await screen.findByTestId("event-cancel");
    expect(screen.queryByTestId("event-unpublish")).toBeNull();
  });
});

describe("deleting", () => {
  it("is refused in words while people are registered, and done once it is cancelled", async () => {
    const { main, user } = await open(part("overview"));
    await user.click(await screen.findByTestId("event-delete"));
    await user.click(await screen.findByTestId("event-more-yes"));
    await screen.findAllByText(/People are registered for this event/);
    expect(screen.getAllByText(/Cancel it first: then everybody is told/)).not.toHaveLength(0);
    expect(main().deletedAt).toBeNull();
    main().cancelledAt = new Date().toISOString();
    await user.click(await screen.findByTestId("event-more-yes"));
    await vi.waitFor(() => expect(main().deletedAt).not.toBeNull());
  });
});

it("a member whose mail did not arrive is marked", async () => {
  const bounced = ({ server: { world } }: FakeCore) => {
    for (const [at, member] of world.members.entries()) member.mail = at === 1 ? "BOUNCED" : "QUEUED";
  };
  await open("dashboard/org-tidewater/members", { before: bounced });
  await screen.findAllByTestId("member");
  expect(screen.getAllByTestId("member-lost")).toHaveLength(1);
});

/** So many events that they come by pages: 116 beside the four that are there. */
function many({ server: { world } }: FakeCore, deleted = false) {
  for (let at = 0; at < 116; at++) {
    const event = emptyEvent(`Meeting ${at}`, Date.now() + at * 3_600_000, 60);
    if (deleted) event.deletedAt = new Date().toISOString();
    world.events.push(event);
  }
}

describe("more events than a page", () => {
  const rows = () => screen.getAllByTestId("event-row").length;

  it("come page by page, with true counts, and stay there when the list is asked for again", async () => {
    const { core, user } = await open("dashboard/org-tidewater/events", { before: many });
    await screen.findAllByTestId("event-row");
    expect(rows()).toBe(50);
    expect(screen.getByTestId("events-count").textContent?.trim()).toBe("120 events");
    const heading = () => screen.getByRole("heading", { name: /Drafts/ }).textContent?.trim();
    expect(heading()).toBe("Drafts");
    await user.click(screen.getByRole("button", { name: "Load more (70 left)" }));
    await vi.waitFor(() => expect(rows()).toBe(100));
    await user.click(screen.getByRole("button", { name: "Load more (20 left)" }));
    await vi.waitFor(() => expect(rows()).toBe(120));
    expect(screen.queryByTestId("events-more")).toBeNull();
    expect(heading()).toBe("Drafts 117");
    location.hash = "#/dashboard/org-tidewater/members";
    await screen.findAllByTestId("member");
    const last = core.server.world.events.at(-1);
    if (last) last.title = "Another title";
    location.hash = "#/dashboard/org-tidewater/events";
    await screen.findByText("Another title");
    expect(rows()).toBe(120);
  });

  it("are found by their title, also on pages that were not there yet", async () => {
    const { user } = await open("dashboard/org-tidewater/events", { before: many });
    await user.type(await screen.findByTestId("events-search"), "MEETING 115");
    await vi.waitFor(() => expect(rows()).toBe(1));
    await vi.waitFor(() =>
      expect(screen.getByTestId("events-count").textContent?.trim()).toBe("one of 120 events"),
    );
    await user.type(screen.getByTestId("events-search"), "9");
    expect(await screen.findByText("No event has this title")).toBeTruthy();
  });

  it("can be given back from the trash, however many lie there", async () => {
    const before = (core: FakeCore) => many(core, true);
    const { core, user } = await open("dashboard/org-tidewater/events", { before });
    await user.click(await screen.findByText("Deleted in the last 30 days (116)"));
    for (const left of [66, 16])
      await user.click(await screen.findByRole("button", { name: `Load more (${left} left)` }));
    await user.click(await screen.findByRole("button", { name: "Restore “Meeting 115”" }));
    await vi.waitFor(() => expect(core.server.world.events.at(-1)?.deletedAt).toBeNull());
    expect(await screen.findByText("Deleted in the last 30 days (115)")).toBeTruthy();
    expect(screen.queryByTestId("events-search")).toBeNull();
  });

  it("of one's own come by pages, too", async () => {
    const before = ({ server: { world } }: FakeCore) => {
      const [first] = world.mine;
      if (first) for (let at = 0; at < 60; at++) world.mine.push({ ...first, id: `more-${at}` });
    };
    const { user } = await open("welcome", { before });
    const mine = await screen.findAllByTestId("my-event");
    expect(mine).toHaveLength(50);
    await user.click(mine[1] as HTMLElement);
    await user.click(screen.getByRole("button", { name: "Load more (13 left)" }));
    await vi.waitFor(() => expect(screen.getAllByTestId("my-event")).toHaveLength(63));
    // A pick is answered with one of them, and leaves the others where they are.
    await user.click((await screen.findAllByTestId("my-pick"))[0] as HTMLElement);
    expect(screen.getAllByTestId("my-event")).toHaveLength(63);
  });
});

describe("my events", () => {
  const shown = () => screen.getByRole("heading", { level: 1 }).textContent;
  const rename = (core: FakeCore, title: string) => {
    for (const event of core.server.world.events) event.title = title;
  };

  it("are asked for again when the window comes to the front, and when the network is back", async () => {
    const { core } = await open("welcome");
    await screen.findAllByTestId("my-event");
    for (const [at, why] of ["focus", "online"].entries()) {
      rename(core, `Title ${at}`);
      window.dispatchEvent(new Event(why));
      await vi.waitFor(() => expect(shown()).toBe(`Title ${at}`));
    }
  });

  describe("left open", () => {
    afterEach(() => void vi.useRealTimers());

    it("are asked for again before they are five minutes old, and soon while the server is away", async () => {
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
      const { core } = await open("welcome");
      await vi.waitFor(() => screen.getAllByTestId("my-event"));
      rename(core, "Another");
      await vi.advanceTimersByTimeAsync(5 * 60_000);
      await vi.waitFor(() => expect(shown()).toBe("Another"));
      expect(screen.queryByTestId("mine-age")).toBeNull();
      core.offline = true;
      window.dispatchEvent(new Event("focus"));
      await vi.waitFor(() => screen.getByTestId("stale"));
      core.offline = false;
      rename(core, "Back");
      await vi.advanceTimersByTimeAsync(30_000);
      await vi.waitFor(() => expect(shown()).toBe("Back"));
      expect(screen.queryByTestId("stale")).toBeNull();
    });

    it("say of when they are where they cannot be had anew", async () => {
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
      const { core } = await open("welcome");
      await vi.waitFor(() => screen.getAllByTestId("my-event"));
      core.wire.there = () => Promise.reject({ code: "OVERLOADED", message: "" });
      await vi.advanceTimersByTimeAsync(6 * 60_000);
      expect((await screen.findByTestId("mine-age")).textContent).toMatch(/^As of /);
    });
  });

  it("are listed without what sessions are about, which is read on demand, and without the server too", async () => {
    const asked: string[] = [];
    const before = (core: FakeCore) => {
      const main = core.server.event("event-main");
      main.description = "# Here\n\nOpen **all day**.";
      for (const session of main.sessions) session.description = `What ${session.title} is about`;
      for (const speaker of main.speakers) speaker.biography = `Life of ${speaker.name}`;
      const [first] = main.speakers;
      if (first) first.picture = { id: "p", url: "http://127.0.0.1:1/p.png", width: 9, height: 9 };
      core.wire.there = async (operation) => void asked.push(operation);
    };
    const { core, main, user } = await open("welcome", { before });
    const another = async (at: number) =>
      user.click((await screen.findAllByTestId("my-event"))[at] as HTMLElement);
    await another(1);
    expect(MY_EVENTS.document).not.toContain("description");
    expect(asked).not.toContain("SessionAbstracts");
    const [first] = main().speakers;
    const talks = main().sessions.filter(({ speakers }) => speakers.includes(first?.id ?? ""));
    const readOf = async (title = "") => user.click(await screen.findByLabelText(`About “${title}”`));
    await readOf(talks[0]?.title);
    const about = await screen.findByText(`What ${talks[0]?.title} is about`);
    await screen.findByText(`Life of ${first?.name}`);
    const portrait = about.closest("[data-testid=my-session-about]")?.querySelector("img");
    expect(portrait?.getAttribute("src")).toContain("p.png");
    const { violations } = await axe.run(about.closest("li") as Element, {
      rules: { "color-contrast": { enabled: false } },
    });
    expect(violations.filter(({ id }) => id !== "region")).toEqual([]);
    await user.click(screen.getByTestId("my-event-about-button"));
    expect((await screen.findByTestId("my-event-about")).querySelector("h2 + p strong")?.textContent).toBe(
      "all day",
    );
    core.offline = true;
    await another(0);
    await another(1);
    const other = main().sessions.find(({ id }) => id !== talks[0]?.id)?.title;
    await readOf(other);
    expect(await screen.findByText(`What ${other} is about`)).toBeTruthy();
    await readOf(other);
    await vi.waitFor(() => expect(screen.queryByTestId("my-session-about")).toBeNull());
  });
});

describe("whoever is banned", () => {
  const ban = {
    id: "participant-eve",
    name: "Eve",
    since: "2026-05-01T12:00:00Z",
    rooms: [{ title: "Lounge", deleted: true }],
  };
  const before = (core: FakeCore) => {
    core.server.event("event-main").bans = [ban];
  };

  it("is listed whichever room said so, also one that was deleted, and can come again", async () => {
    const { core, main, user } = await open(part("people"), { before });
    expect((await screen.findByTestId("ban")).textContent).toContain("Lounge (deleted)");
    await user.click(screen.getByTestId("ban-lift"));
    await user.click(await screen.findByTestId("ban-yes"));
    await vi.waitFor(() => expect(screen.queryByTestId("bans")).toBeNull());
    expect([changes(core), main().bans]).toEqual([["change LiftBan"], []]);
    expect(screen.getByTestId("told").textContent).toContain("Eve can come again");
  });

  it("is nobody, where nobody is", async () => {
    await open(part("people"));
    await screen.findByTestId("people-count");
    expect(screen.queryByTestId("bans")).toBeNull();
  });
});
