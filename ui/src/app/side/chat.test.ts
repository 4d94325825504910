import { render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../../dev/core";
import { people, ROOM, scenes } from "../../../dev/scenes";
import type { Update } from "../../protocol";
import App from "../App.svelte";
import { House } from "../house.svelte";

async function open(window: string) {
  const made = scenes.live;
  if (!made) throw new Error("no scene");
  location.hash = `#/${window}`;
  const core = new FakeCore(made, window);
  const house = new House(core);
  render(App, { house });
  await vi.waitFor(() => {
    if (!(house.room.here && house.session)) throw new Error("not there yet");
  });
  await tick();
  const happens = async (body: Update["body"]) => {
    const updates = [{ room: ROOM, seq: house.room.seq + 1, at: Date.now() * 1_000, body }];
    core.tell({ event: "frame", frame: { frame: "updates", room: ROOM, updates } });
    await vi.waitFor(() => expect(house.room.seq).toBe(updates[0]?.seq));
    await tick();
  };
  return { core, house, happens, user: userEvent.setup() };
}

const said = (id: string, author = people.jun) => ({
  what: "message_sent" as const,
  message: {
    id,
    seq: 0,
    author,
    name: "Jun Tanaka",
    role: "attendee" as const,
    at: Date.now() * 1_000,
    text: `Words of ${id}`,
  },
});
const rows = () => screen.getAllByRole("article");
const tools = () => screen.queryByRole("toolbar", { name: /can be done/ });

afterEach(() => {
  vi.useRealTimers();
  location.hash = "";
});

describe("the messages", () => {
  it("are one stop of the Tab key; the arrow keys go from one to the next, and Tab into what can be done with it", async () => {
    const { core, user } = await open("control");
    screen.getByRole("feed").focus();
    await user.keyboard("{ArrowUp}");
    expect(document.activeElement).toBe(rows().at(-1));
    await user.keyboard("{ArrowUp}");
    expect(document.activeElement).toBe(rows().at(-2));
    await user.tab();
    expect(tools()?.contains(document.activeElement)).toBe(true);
    await user.keyboard("{Escape}");
    await vi.waitFor(() => expect(document.activeElement).toBe(rows().at(-2)));
    await user.tab();
    await user.keyboard("{Enter}");
    await screen.findByTestId("chat-remove-yes");
    expect(core.sent).toEqual([]);
    await user.keyboard("{Shift>}{Tab}{/Shift}{Enter}");
    expect(core.sent).toEqual([{ do: "remove_message", message: scenes.live?.snapshot.chat.at(-2)?.id }]);
    // Not to the body, where Enter would take.
    expect(document.activeElement).toBe(screen.getByRole("feed"));
  });

  it("give the focus back when they are kept, and Escape leads from a message to writing", async () => {
    const { core, user } = await open("attendee");
    const own = rows().find((row) => within(row).queryByText("you")) as HTMLElement;
    for (const keep of ["{Enter}", "{Escape}"]) {
      own.focus();
      await user.tab();
      await user.keyboard("{Enter}");
      await screen.findByTestId("chat-remove-no");
      await user.keyboard(keep);
      await vi.waitFor(() => expect(document.activeElement).toBe(own));
    }
    await user.keyboard("{Escape}");
    expect(document.activeElement).toBe(screen.getByTestId("chat-input"));
    expect(core.sent).toEqual([]);
  });

  it("show what can be done with them under the pointer, and nothing with those of others", async () => {
    const { user } = await open("attendee");
    expect(tools()).toBeNull();
    const own = rows().find((row) => within(row).queryByText("you")) as HTMLElement;
    await user.hover(own);
    expect(within(own).getByTestId("chat-remove")).toBeTruthy();
    await user.hover(rows().find((row) => row !== own) as HTMLElement);
    expect(tools()).toBeNull();
  });

  it("that come take the focus from nothing, and a screen reader hears a digest of them", async () => {
    const { user, happens } = await open("attendee");
    const feed = screen.getByRole("feed");
    expect(feed.getAttribute("aria-live")).toBeNull();
    await user.click(screen.getByTestId("chat-input"));
    await happens(said("one"));
    expect(screen.getByTestId("chat-digest").textContent).toBe("Jun Tanaka: Words of one");
    for (let number = 0; number < 30; number++) await happens(said(`n${number}`));
    expect(screen.getByTestId("chat-digest").textContent).toBe("Jun Tanaka: Words of one");
    expect(document.activeElement).toBe(screen.getByTestId("chat-input"));
    // One's own is not read out.
    await happens(said("own", people.mina));
    expect(screen.getByTestId("chat-digest").textContent).not.toContain("own");
  });
});
