import { render, screen, waitFor, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../../dev/core";
import { people, ROOM, scenes } from "../../../dev/scenes";
import type { Update } from "../../protocol";
import App from "../App.svelte";
import { House } from "../house.svelte";

async function open(window: string, scene = "roster") {
  const made = scenes[scene];
  if (!made) throw new Error("no scene");
  location.hash = `#/${window}`;
  const core = new FakeCore(made, window);
  const house = new House(core);
  render(App, { house });
  await vi.waitFor(() => {
    if (!(house.room.here && house.session)) throw new Error("not there yet");
  });
  await tick();
  const user = userEvent.setup();
  const tab = async () => {
    await user.click(screen.getByTestId("tab-people"));
    await vi.waitFor(() => expect(screen.getByTestId("roster-count").textContent).toBe("412"));
  };
  const happens = async (...bodies: Update["body"][]) => {
    const updates = bodies.map((body, at) => ({
      room: ROOM,
      seq: house.room.seq + 1 + at,
      at: Date.now() * 1_000,
      body,
    }));
    core.tell({ event: "frame", frame: { frame: "updates", room: ROOM, updates } });
    await vi.waitFor(() => expect(house.room.seq).toBe(updates.at(-1)?.seq));
    await tick();
  };
  return { core, house, user, tab, happens };
}
const asked = ({ calls }: FakeCore) => calls.filter((call) => call.startsWith("people"));
const audience = () =>
  within(screen.getByRole("feed", { name: "The audience, by name" })).getAllByRole("article");
const named = (name: string) =>
  screen.getAllByTestId("person-name").find(({ textContent }) => textContent?.trim() === name);

afterEach(() => {
  vi.useRealTimers();
  location.hash = "";
});

describe("who is here", () => {
  it("is asked for when one looks, and every ten seconds while one does", async () => {
    const { core, user, tab } = await open("attendee");
    expect(asked(core)).toEqual([]);
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await tab();
    expect(asked(core)).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked(core)).toHaveLength(2);
    await user.click(screen.getByTestId("tab-chat"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked(core)).toHaveLength(2);
  });

  it("tells the audience of the stage, and the crew of the green room too", async () => {
    const { tab } = await open("attendee");
    await tab();
    expect(screen.getByTestId("roster-stage").textContent).toContain("Ines Okafor");
    expect(screen.queryByTestId("roster-backstage")).toBeNull();
    expect(audience()[0]?.getAttribute("aria-label")).toMatch(/^Aiko Adler/);
  });

  it("lists the green room for the crew, as it is just now", async () => {
    const { tab, happens } = await open("control");
    await tab();
    const backstage = screen.getByTestId("roster-backstage");
    expect(backstage.textContent).toContain("Tomás Vidal");
    await happens({ what: "crew_left", participant: people.tomas });
    expect(screen.getByTestId("roster-backstage").textContent).not.toContain("Tomás Vidal");
  });

  it("is found by the beginning of a name", async () => {
    const { core, user, tab } = await open("control");
    await tab();
    await user.type(screen.getByTestId("roster-search"), "jun");
    await vi.waitFor(() =>
      expect(audience().map((row) => row.getAttribute("aria-label"))).toEqual([
        "Jun Tanaka, Databases, Example K.K.",
      ]),
    );
    expect(asked(core)).toEqual(["people", "people jun"]);
    expect(screen.queryByTestId("roster-stage")).toBeNull();
    await user.clear(screen.getByTestId("roster-search"));
    await user.type(screen.getByTestId("roster-search"), "lucia");
    await vi.waitFor(() => expect(screen.getByTestId("roster-empty").textContent).toContain("Nobody here"));
    expect(screen.getByTestId("roster-backstage").textContent).toContain("Lucía Prieto");
  });

  it("opens who somebody is by the keyboard, and the focus comes back to the row", async () => {
    const { core, house, user, tab } = await open("attendee");
    await tab();
    await user.type(screen.getByTestId("roster-search"), "jun");
    await vi.waitFor(() => expect(audience()).toHaveLength(1));
    audience()[0]?.focus();
    await user.keyboard("{Enter}");
    const menu = await screen.findByTestId("person-menu");
    await vi.waitFor(() => expect(menu.textContent).toContain("Twelve years of storage engines"));
    expect(core.calls).toContain(`person ${people.jun}`);
    expect(document.activeElement).toBe(within(menu).getByTestId("person-write"));
    const link = within(menu).getAllByRole("link")[0];
    expect(link?.getAttribute("rel")).toContain("noopener");
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("person-menu")).toBeNull();
    expect(document.activeElement).toBe(audience()[0]);
    await user.keyboard("{Enter}");
    await user.keyboard("{Enter}");
    expect(house.writesTo).toMatchObject({ participant: people.jun, name: "Jun Tanaka" });
    expect(screen.getByTestId("tab-inbox").getAttribute("aria-selected")).toBe("true");
  });

  it("says why there is nothing, and asks again", async () => {
    const { core, user } = await open("attendee");
    core.unlisted = { problem: "unreachable" };
    await user.click(screen.getByTestId("tab-people"));
    await screen.findByTestId("roster-trouble");
    core.unlisted = undefined;
    await user.click(within(screen.getByTestId("roster-trouble")).getByRole("button"));
    await vi.waitFor(() => expect(audience().length).toBeGreaterThan(5));
    expect(screen.queryByTestId("roster-trouble")).toBeNull();
  });
});

describe("a name", () => {
  it("opens the same menu in the chat, with the message for who looks after it", async () => {
    const { user } = await open("control");
    await user.click(named("Jun Tanaka") as HTMLElement);
    const items = within(await screen.findByTestId("person-menu")).getAllByRole("menuitem");
    expect(items.map(({ dataset }) => dataset.testid).slice(0, 3)).toEqual([
      "person-write",
      "person-hide",
      "person-mute",
    ]);
  });

  it("is one's own: then one changes what one says", async () => {
    const { house, user } = await open("attendee");
    await user.click(named("Mina Kovač") as HTMLElement);
    const items = within(await screen.findByTestId("person-menu")).getAllByRole("menuitem");
    expect(items.map(({ dataset }) => dataset.testid)).toEqual(["person-edit"]);
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(house.profile.open).toBe(true));
  });

  it("opens it at a question, and not where that was asked anonymously", async () => {
    const asking = await open("control", "questions");
    await asking.user.click(screen.getByTestId("tab-qa"));
    const cards = await screen.findAllByTestId("qa-question");
    const authors = asking.house.room.qa.questions.filter(({ standing }) => standing.is === "open");
    for (const { id, author } of authors) {
      const card = cards.find(({ dataset }) => dataset.question === id);
      if (!card) continue;
      const names = within(card).queryAllByTestId("person-name");
      const own = author?.participant === asking.house.me || asking.house.room.qa.asked.includes(id);
      const other = author !== undefined && !own;
      expect(names.map(({ textContent }) => textContent?.trim())).toEqual(other ? [author.name] : []);
    }
  });

  it("opens it at a raised hand", async () => {
    const { user } = await open("control", "hands");
    await user.click(screen.getByTestId("tab-hands"));
    await user.click(within(screen.getAllByTestId("hand-row")[0] as HTMLElement).getByTestId("person-name"));
    expect((await screen.findByTestId("person-menu")).textContent).toContain("Amara Bello");
  });
});

describe("one's own profile", () => {
  it("is shown as others will see it, and kept", async () => {
    const { core, house, user, tab } = await open("attendee");
    await tab();
    await user.click(screen.getByTestId("roster-profile"));
    await user.click(await screen.findByTestId("profile-before"));
    const preview = screen.getByTestId("profile-preview");
    expect(preview.textContent).toContain("Keeps queues short · Tidewater");
    await user.type(screen.getByTestId("profile-link-0"), "http://example.org");
    expect(screen.getByTestId<HTMLButtonElement>("profile-save").disabled).toBe(true);
    await user.clear(screen.getByTestId("profile-link-0"));
    await user.selectOptions(screen.getByTestId("profile-shown-to"), "nobody");
    expect(preview.textContent).not.toContain("queues");
    await user.click(screen.getByTestId("profile-save"));
    await waitFor(() => expect(house.profile.open).toBe(false));
    expect(core.ownProfile.profile).toMatchObject({
      headline: "Keeps queues short",
      links: [],
      shown_to: "nobody",
    });
  });

  it("says what is wrong with it, and keeps what was typed", async () => {
    const { core, user, tab } = await open("studio");
    await tab();
    await user.click(screen.getByTestId("roster-profile"));
    await user.type(await screen.findByTestId("profile-headline"), "Mine");
    core.unlisted = { problem: "refused", refusal: "profile_invalid" };
    await user.click(screen.getByTestId("profile-save"));
    expect((await screen.findByTestId("profile-trouble")).textContent).toContain("cannot be kept");
    expect(screen.getByTestId<HTMLInputElement>("profile-headline").value).toBe("Mine");
  });
});

describe("the tab of the chat", () => {
  it("counts who mentions one, and has a dot for whatever else is said", async () => {
    const { core, house, user, happens } = await open("attendee", "no-mail");
    await user.click(screen.getByTestId("tab-polls"));
    expect(screen.queryByTestId("news-chat")).toBeNull();
    const message = {
      id: "m",
      seq: 0,
      author: people.jun,
      name: "Jun Tanaka",
      role: "attendee" as const,
      at: 0,
      text: "Hi",
    };
    await happens({ what: "message_sent", message });
    expect(screen.getByTestId("news-chat")).toBeTruthy();
    expect(screen.queryByTestId("unread-chat")).toBeNull();
    expect(screen.getByRole("tab", { name: /Chat.*1 new/ })).toBeTruthy();
    const position = 41;
    const by = { participant: people.jun, name: "Jun Tanaka", role: "attendee" as const };
    const body = {
      what: "mentioned" as const,
      by,
      room: ROOM,
      notes: false,
      seq: house.room.seq,
      message: "m",
      excerpt: "Hi",
    };
    core.tell({
      event: "frame",
      frame: {
        frame: "inbox",
        is: "entries",
        after: 40,
        up_to: position,
        entries: [{ position, at: 0, body }],
      },
    });
    await vi.waitFor(() => expect(screen.getByTestId("unread-chat").textContent).toBe("1"));
    expect(screen.queryByTestId("news-chat")).toBeNull();
    expect(screen.getByRole("tab", { name: /Chat.*1 mention of you/ })).toBeTruthy();
  });
});
