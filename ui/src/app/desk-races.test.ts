import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { afterEach, describe, expect, it } from "vitest";
import type { FakeCore } from "../../dev/core";
import { changes, open, part } from "./desk-test";

afterEach(() => {
  location.hash = "";
});

/** Holds every call of an operation back until it is let go, in any order. */
function hold(core: FakeCore, operation: string, way: "there" | "back" = "there") {
  const held: (() => void)[] = [];
  core.wire[way] = (name) =>
    name === operation ? new Promise<void>((done) => void held.push(done)) : undefined;
  return held;
}
async function write(id: string, words: string) {
  const input = await screen.findByTestId<HTMLInputElement>(id);
  await fireEvent.input(input, { target: { value: words } });
  await fireEvent.blur(input);
}

describe("quick hands", () => {
  it.each([1, 2, 3])("conflict with nobody but others (%i)", async (seed) => {
    const { core, main } = await open(part("overview"));
    await screen.findByTestId("event-title");
    core.shuffle(seed);
    await write("event-title", "Title");
    await fireEvent.click(screen.getByRole("switch", { name: /One device/ }));
    await write("event-summary", "Line");
    await write("event-capacity", "70");
    await waitFor(() =>
      expect(main()).toMatchObject({
        title: "Title",
        summary: "Line",
        capacity: 70,
        oneDevicePerTicket: true,
      }),
    );
    await waitFor(() => expect(document.querySelector(".progress")).toBeNull());
    expect(screen.queryByTestId("conflict") ?? screen.queryByTestId("refused")).toBeNull();
    expect(screen.getByTestId<HTMLInputElement>("event-title").value).toBe("Title");
  });

  it("are not in each other's way where colours are saved", async () => {
    const { core, main } = await open(part("branding"));
    await screen.findByTestId("brand-accent");
    core.shuffle(4);
    await write("brand-accent", "#112233");
    await write("brand-background", "#ffeedd");
    await waitFor(() => expect(main()).toMatchObject({ accent: "#112233", background: "#ffeedd" }));
    expect(screen.queryByTestId("conflict")).toBeNull();
  });

  it("write a title and press Publish, while the title is still on its way", async () => {
    const { core, user } = await open(part("overview", "event-launch"), {
      before: ({ server }) => {
        server.event("event-launch").tickets = server.event("event-main").tickets;
      },
    });
    const launch = core.server.event("event-launch");
    const next = await screen.findByTestId<HTMLButtonElement>("event-next");
    expect(next.disabled).toBe(false);
    const held = hold(core, "UpdateEvent");
    await user.type(screen.getByTestId("event-title"), "!");
    await user.click(screen.getByTestId("event-next"));
    expect(changes(core)).toEqual(["change UpdateEvent"]);
    held[0]?.();
    await waitFor(() => expect(launch.phase).toBe("PUBLISHED"));
    expect(launch.title).toMatch(/!$/);
  });

  it.each([
    ["speakers", "speaker-name", "change CreateSpeaker"],
    ["tickets", "ticket-new", "change CreateTicketType"],
    ["questions", "question-new", "change CreateQuestion"],
    ["agenda", "room-add", "change CreateRoom"],
    ["agenda", "track-add", "change CreateTrack"],
  ])("press Enter twice and make one, in %s with %s", async (place, id, change) => {
    const { core, user } = await open(part(place));
    await screen.findByTestId(id);
    const held = hold(core, change.slice(7), "back");
    await user.type(screen.getByTestId(id), "Twice{Enter}{Enter}");
    await waitFor(() => expect(held.length).toBe(1));
    await user.type(screen.getByTestId(id), "{Enter}");
    held[0]?.();
    await waitFor(() => expect(screen.getByTestId<HTMLInputElement>(id).value).toBe(""));
    expect(changes(core)).toEqual([change]);
  });

  it("make one key, whose secret is shown, and one copy of an event", async () => {
    const { core, user } = await open("dashboard/org-tidewater/integrations");
    await screen.findByTestId("key-name");
    const keys = hold(core, "CreateApiKey", "back");
    await user.type(screen.getByTestId("key-name"), "Counter{Enter}{Enter}");
    await waitFor(() => expect(keys.length).toBe(1));
    keys[0]?.();
    await screen.findByTestId("secret");
    expect(changes(core)).toEqual(["change CreateApiKey"]);
    location.hash = `#/${part("overview")}`;
    await screen.findByTestId("event-duplicate");
    const copies = hold(core, "DuplicateEvent", "back");
    await user.dblClick(screen.getByTestId("event-duplicate"));
    expect(copies.length).toBe(1);
    expect(changes(core).filter((call) => call.includes("Duplicate"))).toHaveLength(1);
  });

  it("save a field once, by Enter and by leaving it", async () => {
    const { core, user } = await open(part("overview"));
    const held = hold(core, "UpdateEvent", "back");
    await user.type(await screen.findByTestId("event-summary"), "!{Enter}");
    await user.tab();
    await waitFor(() => expect(held.length).toBe(1));
    held[0]?.();
    await waitFor(() => expect(document.querySelector(".progress")).toBeNull());
    expect(changes(core)).toEqual(["change UpdateEvent"]);
  });

  it("move a question twice, and the server ends with the newer order, as the page does", async () => {
    const { core, main, user } = await open(part("questions"));
    const [handle] = await screen.findAllByTestId("question-handle");
    const first = main().questions[0]?.label ?? "";
    const held = hold(core, "OrderQuestions");
    handle?.focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    const labels = () => screen.getAllByTestId<HTMLInputElement>("question-label").map(({ value }) => value);
    expect(labels()[2]).toBe(first);
    // Were both on their way at once, the later one would come first.
    await waitFor(() => expect(held.length).toBeGreaterThan(0));
    held.pop()?.();
    await waitFor(() => expect(held.length).toBe(1));
    expect(labels()[2]).toBe(first);
    held.pop()?.();
    await waitFor(() => expect(main().questions[2]?.label).toBe(first));
    await waitFor(() => expect(document.querySelector(".progress")).toBeNull());
    expect(labels()[2]).toBe(first);
  });

  it("pick two sessions, and neither is un-shown by the answer to the other", async () => {
    const { core, user } = await open("welcome");
    await user.click((await screen.findAllByTestId("my-event"))[1] as HTMLElement);
    const held = hold(core, "PickSession", "back");
    const free = () =>
      screen.getAllByTestId("my-pick").filter((pick) => pick.getAttribute("aria-pressed") === "false");
    const [one, other] = free();
    const before = free().length;
    await user.click(one as HTMLElement);
    await user.click(other as HTMLElement);
    expect(free()).toHaveLength(before - 2);
    await waitFor(() => expect(held.length).toBe(1));
    held.pop()?.();
    await waitFor(() => expect(held.length).toBe(1));
    expect(free()).toHaveLength(before - 2);
    held.pop()?.();
    await waitFor(() => expect(document.querySelector(".progress")).toBeNull());
    expect(free()).toHaveLength(before - 2);
  });
});

describe("when nobody knows whether it was done", () => {
  it("it is asked how it stands, and what was made is seen before it is made twice", async () => {
    const { core, user } = await open(part("speakers"));
    await screen.findByTestId("speaker-name");
    core.wire.back = (operation) =>
      operation === "CreateSpeaker" ? Promise.reject({ code: "UNKNOWN", message: "no answer" }) : undefined;
    await user.type(screen.getByTestId("speaker-name"), "Ada Lovelace{Enter}");
    expect((await screen.findByTestId("refused")).textContent).toContain("Nobody knows");
    expect(await screen.findByRole("heading", { name: "Ada Lovelace" })).toBeTruthy();
    expect(screen.getByTestId("look-again")).toBeTruthy();
  });
});

it("what was never read cannot be read without the server, and nothing is said of saving", async () => {
  const { core, user } = await open(part("overview"));
  await screen.findByTestId("event-title");
  core.offline = true;
  await user.click(screen.getByTestId("tab-tickets"));
  const problem = await screen.findByTestId("problem");
  expect(problem.textContent).toContain("has not been read yet");
  expect(problem.textContent).not.toMatch(/saved/i);
  await user.click(screen.getByTestId("tab-overview"));
  expect(await screen.findByTestId("event-title")).toBeTruthy();
});

describe("undo", () => {
  it("is there when one comes back from the overview", async () => {
    const { core, user } = await open(part("agenda"));
    (await screen.findByText("Lunch")).closest("button")?.focus();
    const lunch = () => core.server.event("event-main").sessions.find(({ title }) => title === "Lunch");
    const before = lunch()?.startsAt;
    await user.keyboard("{ArrowDown}");
    await waitFor(() => expect(lunch()?.startsAt).not.toBe(before));
    await user.click(screen.getByTestId("tab-overview"));
    await screen.findByTestId("event-title");
    await user.click(screen.getByTestId("tab-agenda"));
    await user.click(await screen.findByTestId("agenda-undo"));
    await waitFor(() => expect(lunch()?.startsAt).toBe(before));
  });
});

it("the keys of the parts are those that are shown", async () => {
  const { user } = await open(part("overview"), { may: ["READ_EVENT"] });
  await screen.findByTestId("event-title");
  await user.keyboard("7");
  expect(await screen.findByTestId("brand-accent")).toBeTruthy();
  expect(location.hash).toContain("/branding");
  await user.keyboard("8");
  expect(location.hash).toContain("/branding");
});
