import { render, screen } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../dev/core";
import { people, ROOM, scenes } from "../../dev/scenes";
import type { InboxEntryBody, Message, Snapshot } from "../protocol";
import { focused } from "../test-focus";
import App from "./App.svelte";
import { House } from "./house.svelte";

async function open(window = "attendee") {
  const made = scenes.live;
  if (!made) throw new Error("no scene");
  location.hash = `#/${window}`;
  const core = new FakeCore(made, window);
  const house = new House(core);
  const view = render(App, { house });
  await vi.waitFor(() => {
    if (!(house.room.here && house.session && house.inbox.known)) throw new Error("not there yet");
  });
  await tick();
  return { core, house, user: userEvent.setup(), ...view };
}

/** The next entry comes in. */
function comes(core: FakeCore, position: number, body: InboxEntryBody) {
  const entries = [{ position, at: Date.now() * 1_000, body }];
  core.tell({
    event: "frame",
    frame: { frame: "inbox", is: "entries", after: position - 1, up_to: position, entries },
  });
}

const amara = { participant: people.amara, name: "Amara Bello", role: "attendee" as const };

afterEach(() => {
  vi.restoreAllMocks();
  location.hash = "";
});

describe("messages for oneself", () => {
  it("are counted at their tab until they are read here or on another device", async () => {
    const { core } = await open();
    expect(screen.getByTestId("unread-inbox").textContent).toBe("3");
    comes(core, 41, { what: "received", from: amara, message: "m", text: "Hello?" });
    await vi.waitFor(() => expect(screen.getByTestId("unread-inbox").textContent).toBe("4"));
    comes(core, 42, { what: "read_up_to", strand: { is: "person", participant: people.amara }, up_to: 41 });
    comes(core, 43, { what: "read_up_to", strand: { is: "room", room: ROOM }, up_to: 500 });
    await vi.waitFor(() => expect(screen.queryByTestId("unread-inbox")).toBeNull());
  });

  it("are read when they are seen, and a conversation works by keyboard", async () => {
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    const { core, user } = await open();
    await user.click(screen.getByTestId("tab-inbox"));
    screen.getAllByTestId("inbox-talk")[0]?.focus();
    await user.keyboard("{ArrowDown}");
    expect(document.activeElement?.textContent).toContain("Jun Tanaka");
    await user.keyboard("{ArrowUp}{Enter}");
    const field = await screen.findByTestId("direct-input");
    expect(document.activeElement).toBe(field);
    await vi.waitFor(() =>
      expect(core.letters.map(({ body }) => body)).toContainEqual({
        do: "mark_read",
        strand: { is: "person", participant: people.amara },
        up_to: 38,
      }),
    );
    await user.keyboard("At six{Enter}");
    await screen.findByTestId("direct-pending");
    const letter = core.letters.find(({ body }) => body.do === "send_direct");
    expect(letter?.body).toEqual({ do: "send_direct", to: people.amara, text: "At six" });
    comes(core, 41, { what: "sent", to: amara, message: letter?.id ?? "", text: "At six" });
    await vi.waitFor(() => expect(screen.queryByTestId("direct-pending")).toBeNull());
    expect(screen.getAllByTestId("direct").at(-1)?.textContent).toContain("At six");
    await user.keyboard("{Escape}");
    await vi.waitFor(() => expect(document.activeElement?.textContent).toContain("Amara Bello"));
  });

  it("are neither sent nor heard where one blocks somebody", async () => {
    const { core, user } = await open();
    await user.click(screen.getByTestId("tab-inbox"));
    await user.click(screen.getAllByTestId("inbox-talk")[0] as HTMLElement);
    await user.click(screen.getByTestId("inbox-block"));
    expect(core.letters.at(-1)?.body).toEqual({ do: "block", participant: people.amara });
    comes(core, 41, { what: "blocked", who: amara });
    await screen.findByTestId("inbox-is-blocked");
    expect(screen.queryByTestId("direct-input")).toBeNull();
    await user.click(screen.getByTestId("inbox-block"));
    expect(core.letters.at(-1)?.body).toEqual({ do: "unblock", participant: people.amara });
  });

  it("can be reported with a reason", async () => {
    const { core, user } = await open();
    await user.click(screen.getByTestId("tab-inbox"));
    await user.click(screen.getAllByTestId("inbox-talk")[0] as HTMLElement);
    await user.click(await screen.findByTestId("direct-report"));
    await user.type(screen.getByTestId("direct-report-why"), "Spam");
    await user.click(screen.getByTestId("direct-report-send"));
    await vi.waitFor(() => expect(screen.queryByTestId("direct-report-send")).toBeNull());
    expect(core.letters.at(-1)?.body).toMatchObject({ do: "report", from: people.amara, reason: "Spam" });
  });

  it("says in the question why a report was refused, and keeps the reason", async () => {
    const { core, user } = await open();
    core.answer = async () => ({ is: "refused", refusal: "slow_down", retry_after_ms: 2_000 });
    await user.click(screen.getByTestId("tab-inbox"));
    await user.click(screen.getAllByTestId("inbox-talk")[0] as HTMLElement);
    await user.click(await screen.findByTestId("direct-report"));
    const why = screen.getByTestId<HTMLTextAreaElement>("direct-report-why");
    await user.type(why, "Spam");
    await user.click(screen.getByTestId("direct-report-send"));
    await vi.waitFor(() => expect(why.closest("dialog")?.textContent).toContain("That was too fast"));
    expect(why.value).toBe("Spam");
    expect(screen.queryByTestId("notice")).toBeNull();
  });

  it("keeps what was begun, whatever one looks at meanwhile, and lists nobody to whom nothing was written", async () => {
    const { user } = await open();
    await user.click(screen.getByTestId("tab-inbox"));
    const talks = screen.getAllByTestId("inbox-talk").length;
    const toDaniel = async () => {
      await user.click(screen.getByTestId("inbox-new"));
      await user.type(screen.getByTestId("inbox-find"), "daniel");
      await user.click(screen.getByTestId("inbox-person"));
      return screen.findByTestId<HTMLTextAreaElement>("direct-input");
    };
    await toDaniel();
    await user.keyboard("{Escape}");
    await vi.waitFor(() => expect(screen.getAllByTestId("inbox-talk")).toHaveLength(talks));
    await toDaniel();
    await user.keyboard("At half past{Escape}");
    await vi.waitFor(() => expect(screen.getAllByTestId("inbox-talk")).toHaveLength(talks + 1));
    expect(screen.getAllByTestId("inbox-talk").at(-1)?.textContent).toContain("Draft");
    expect((await toDaniel()).value).toBe("At half past");
  });

  it("that were refused keep their words", async () => {
    const { core, user } = await open();
    core.answer = async () => ({ is: "refused", refusal: "not_reachable" });
    await user.click(screen.getByTestId("tab-inbox"));
    await user.click(screen.getByTestId("inbox-new"));
    await user.type(screen.getByTestId("inbox-find"), "jun");
    await user.click(screen.getByTestId("inbox-person"));
    await user.type(screen.getByTestId("direct-input"), "Hello Jun{Enter}");
    const refused = await screen.findByTestId("direct-refused");
    expect(refused.textContent).toContain("Hello Jun");
    expect(refused.textContent).toContain("cannot write to this person");
    core.answer = async () => ({ is: "accepted", seq: 1 });
    screen.getByTestId("direct-again").focus();
    await user.keyboard("{Enter}");
    const pending = await screen.findByTestId("direct-pending");
    // It stands among what was said until the inbox has it.
    await vi.waitFor(() => expect(focused()).toBe(pending));
  });

  it("that were refused and are let go by keyboard leave the focus where they stood", async () => {
    const { core, user } = await open();
    core.answer = async () => ({ is: "refused", refusal: "not_reachable" });
    await user.click(screen.getByTestId("tab-inbox"));
    await user.click(screen.getByTestId("inbox-new"));
    await user.type(screen.getByTestId("inbox-find"), "jun");
    await user.click(screen.getByTestId("inbox-person"));
    await user.type(screen.getByTestId("direct-input"), "Hello Jun{Enter}");
    (await screen.findByTestId("direct-discard")).focus();
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(screen.queryByTestId("direct-refused")).toBeNull());
    await vi.waitFor(() => expect(focused()).toBe(screen.getByRole("log")));
  });

  it("of a room are read by looking at its chat", async () => {
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    const { core, house } = await open();
    const seq = house.room.seq;
    comes(core, 41, {
      what: "mentioned",
      by: amara,
      room: ROOM,
      notes: false,
      seq,
      message: "m",
      excerpt: "@Mina",
    });
    await vi.waitFor(() =>
      expect(core.letters.map(({ body }) => body)).toContainEqual({
        do: "mark_read",
        strand: { is: "room", room: ROOM },
        up_to: seq,
      }),
    );
  });

  const mentionOf = (message: string, room = ROOM, seq = 3) =>
    ({ what: "mentioned", by: amara, room, notes: false, seq, message, excerpt: "@Mina" }) as const;
  const earlier = (count: number): Message[] =>
    Array.from({ length: count }, (_, at) => ({
      id: `before-${at}`,
      seq: at - count,
      author: people.amara,
      name: "Amara Bello",
      role: "attendee",
      at: 1_000 * at,
      text: `Before ${at}`,
    }));

  it("a mention leads to the message itself, however far back, also in another room, and says where it is not there any more", async () => {
    const { core, user, house } = await open();
    core.before = earlier(7_000);
    comes(core, 41, mentionOf("before-20", ROOM, 20 - 7_000));
    await user.click(screen.getByTestId("tab-inbox"));
    await user.click(screen.getAllByTestId("inbox-mention")[0] as HTMLElement);
    await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset.key).toBe("before-20"));
    expect(core.calls.filter((call) => call.startsWith("olderMessages"))).toHaveLength(1);
    const other = "01990000-0000-7000-8000-00000000aaaa";
    comes(core, 42, mentionOf("before-240", other, 240 - 7_000));
    await user.click(screen.getByTestId("tab-inbox"));
    await user.click(screen.getAllByTestId("inbox-mention")[0] as HTMLElement);
    await vi.waitFor(() => expect(house.session?.room).toBe(other));
    await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset.key).toBe("before-240"));
    comes(core, 43, mentionOf("gone", other));
    await user.click(screen.getByTestId("tab-inbox"));
    await user.click(screen.getAllByTestId("inbox-mention")[0] as HTMLElement);
    expect((await screen.findByTestId("notice")).textContent).toContain("This message cannot be found");
  });

  it("a mention leads into its room, and is read by that", async () => {
    const { core, house, user } = await open();
    await user.click(screen.getByTestId("tab-inbox"));
    await user.click(screen.getByTestId("inbox-mention"));
    expect(house.side.current).toBe("chat");
    expect(core.letters.at(-1)?.body).toEqual({
      do: "mark_read",
      strand: { is: "room", room: ROOM },
      up_to: 500,
    });
  });

  it("a mention in the crew's notes leads there, and what is read of the notes on another device is read", async () => {
    const { core, house, user } = await open("control");
    const { seq } = house.room;
    comes(core, 41, { ...mentionOf("note", ROOM, seq), notes: true });
    await user.click(screen.getByTestId("tab-inbox"));
    const [row] = screen.getAllByTestId("inbox-mention");
    expect(row?.textContent).toContain("in the notes");
    await user.click(row as HTMLElement);
    expect([house.side.current, house.side.sought]).toEqual(["notes", undefined]);
    const strand = { is: "notes", room: ROOM } as const;
    expect(core.letters.at(-1)?.body).toEqual({ do: "mark_read", strand, up_to: seq });
    await user.click(screen.getByTestId("tab-chat"));
    const note = { ...earlier(1)[0], id: "n", seq: seq + 1 } as Message;
    const updates = [
      { room: ROOM, seq: note.seq, at: 0, by: note.author, body: { what: "note_sent", note } as const },
    ];
    core.tell({ event: "frame", frame: { frame: "updates", room: ROOM, updates } });
    const unread = () => screen.queryByTestId("unread-notes")?.textContent;
    await vi.waitFor(() => expect(unread()).toBe("1"));
    comes(core, 42, { what: "read_up_to", strand: { is: "room", room: ROOM }, up_to: note.seq });
    await vi.waitFor(() => expect(house.inbox.readIn(ROOM, false)).toBe(note.seq));
    expect(unread(), "the chat is another").toBe("1");
    comes(core, 43, { what: "read_up_to", strand, up_to: note.seq });
    await vi.waitFor(() => expect(unread()).toBeUndefined());
  });

  it("what comes before the room that one goes to makes nothing of it news", async () => {
    const { core, house } = await open("control");
    if (!scenes.live) throw new Error("no scene");
    const { crew, ...snapshot } = scenes.live.snapshot;
    const notes = [{ ...earlier(1)[0], seq: 5 } as Message];
    const room = "01990000-0000-7000-8000-00000000aaaa";
    core.tell({ event: "room", room });
    comes(core, 41, { what: "directs_allowed", from: "crew" });
    expect(house.inbox.directsFrom).toBe("crew");
    core.tell({
      event: "frame",
      frame: { frame: "snapshot", ...snapshot, room, crew: { ...crew, notes } as Snapshot["crew"] },
    });
    await vi.waitFor(() => expect(house.room.chat.notes.messages.length).toBeGreaterThan(0));
    expect([house.room.chat.notes.unread, screen.queryByTestId("unread-notes")]).toEqual([0, null]);
  });

  it("stand beside the devices in the studio, and in the title of the window", async () => {
    const { core, user } = await open("studio");
    expect(document.title).toBe("(3) Studio – Houselights");
    await user.click(screen.getByTestId("tab-inbox"));
    expect(screen.getAllByTestId("inbox-talk")).toHaveLength(2);
    comes(core, 41, { what: "received", from: amara, message: "m", text: "Hello?" });
    await vi.waitFor(() => expect(document.title).toBe("(4) Studio – Houselights"));
  });

  it("have no serious fault that axe finds, as a list and as a conversation", async () => {
    const { container, user } = await open();
    await user.click(screen.getByTestId("tab-inbox"));
    const faults = async () => {
      const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
      return violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    };
    expect(await faults()).toEqual([]);
    await user.click(screen.getAllByTestId("inbox-talk")[0] as HTMLElement);
    expect(await faults()).toEqual([]);
  });
});
