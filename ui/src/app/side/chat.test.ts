import { render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../../dev/core";
import { people, ROOM, scenes } from "../../../dev/scenes";
import type { MessagePage, Outcome, Update } from "../../protocol";
import { focused } from "../../test-focus";
import App from "../App.svelte";
import { House } from "../house.svelte";

async function open(window: string, scene: string) {
  const made = scenes[scene];
  if (!made) throw new Error("no scene");
  location.hash = `#/${window}`;
  const core = new FakeCore(made, window);
  const house = new House(core);
  const { unmount } = render(App, { house });
  await vi.waitFor(() => {
    if (!(house.room.here && house.session)) throw new Error("not there yet");
  });
  await tick();
  const happens = async (body: Update["body"], by?: string) => {
    const updates = [
      { room: ROOM, seq: house.room.seq + 1, at: Date.now() * 1_000, ...(by && { by }), body },
    ];
    core.tell({ event: "frame", frame: { frame: "updates", room: ROOM, updates } });
    await vi.waitFor(() => expect(house.room.seq).toBe(updates[0]?.seq));
    await tick();
  };
  return { core, house, happens, unmount, user: userEvent.setup() };
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
/** The same, by somebody who is called otherwise. */
const saidBy = (author: string, name: string, role: "attendee" | "speaker" = "attendee") => {
  const body = said(`from ${author}`, author);
  return { ...body, message: { ...body.message, name, role } };
};
const ELSEWHERE = "01990000-0000-7000-8000-0000000000aa";
const rows = () => screen.getAllByRole("article");
const tools = () => screen.queryByRole("toolbar", { name: /can be done/ });

afterEach(() => {
  vi.useRealTimers();
  location.hash = "";
});

const rowOf = (words: string) =>
  rows().find(({ textContent }) => textContent?.includes(words)) as HTMLElement;
const field = () => screen.getByTestId("chat-input") as HTMLTextAreaElement;
const idOf = (row: HTMLElement) => row.dataset.key ?? "";

describe("the messages", () => {
  it("are one stop of the Tab key; the arrow keys go from one to the next, and Tab into what can be done with it", async () => {
    const { core, user } = await open("control", "live");
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
    // Round to the last: taking it out for good.
    await user.keyboard("{ArrowLeft}{Enter}");
    await screen.findByTestId("chat-remove-yes");
    expect(core.sent).toEqual([]);
    await user.keyboard("{Shift>}{Tab}{/Shift}{Enter}");
    expect(core.sent).toEqual([{ do: "remove_message", message: scenes.live?.snapshot.chat.at(-2)?.id }]);
    // Not to the body, where Enter would take.
    expect(document.activeElement).toBe(screen.getByRole("feed"));
  });

  it("keep the focus when the button that was pressed goes with what it did", async () => {
    const { user, house, happens } = await open("control", "live");
    const { message } = said("mine to look after");
    await happens(said(message.id));
    rowOf("mine to look after").focus();
    await user.tab();
    await user.keyboard("{Home}{ArrowRight}{ArrowRight}{Enter}");
    const gone = { what: "message_hidden" as const, message: message.id };
    const update = { room: ROOM, seq: house.room.seq + 1, at: 1, body: gone };
    house.room.apply([update]);
    await vi.waitFor(() => expect(rowOf("mine to look after").contains(document.activeElement)).toBe(true));
    await user.keyboard("{Home}");
    expect((document.activeElement as HTMLElement).dataset.testid).toBe("chat-show");
  });

  it("give the focus back when they are kept, and Escape leads from a message to writing", async () => {
    const { core, user } = await open("attendee", "live");
    const own = rows().find((row) => within(row).queryByText("you")) as HTMLElement;
    for (const keep of ["{Enter}", "{Escape}"]) {
      own.focus();
      await user.tab();
      await user.keyboard("{ArrowLeft}{Enter}");
      await screen.findByTestId("chat-remove-no");
      await user.keyboard(keep);
      await vi.waitFor(() => expect(document.activeElement).toBe(own));
      expect(screen.queryByTestId("chat-to-end"), "at the end one stays").toBeNull();
    }
    await user.keyboard("{Escape}");
    expect(document.activeElement).toBe(field());
    expect(core.sent).toEqual([]);
  });

  it("keep what can be done with them until the focus has come to one of its buttons", async () => {
    await open("attendee", "live");
    const row = rowOf("Kyoto");
    row.focus();
    await vi.waitFor(() => expect(tools()).not.toBeNull());
    // A browser looks for what to draw before what gets the focus says so.
    const relatedTarget = tools()?.querySelector("button") ?? null;
    row.dispatchEvent(new FocusEvent("focusout", { bubbles: true, relatedTarget }));
    await tick();
    expect(tools()?.contains(relatedTarget)).toBe(true);
    row.blur();
    await vi.waitFor(() => expect(tools()).toBeNull());
  });

  it("have links that are stops of the Tab key only where one is at them", async () => {
    const { user, happens } = await open("attendee", "live");
    const update = said("linked");
    await happens({ ...update, message: { ...update.message, text: "See https://example.org for more" } });
    const link = screen.getByRole("link", { name: "https://example.org" });
    expect(link.tabIndex).toBe(-1);
    rowOf("See").focus();
    await vi.waitFor(() => expect(link.tabIndex).toBe(0));
    await user.tab();
    while (tools()?.contains(document.activeElement)) await user.tab();
    expect(rowOf("See").contains(document.activeElement)).toBe(true);
    screen.getByRole("feed").focus();
    await vi.waitFor(() => expect(link.tabIndex).toBe(-1));
  });

  it("are asked about also where the browser says that the button, which goes, has lost the focus", async () => {
    const { user } = await open("attendee", "live");
    const own = rows().find((row) => within(row).queryByText("you")) as HTMLElement;
    await user.hover(own);
    const button = screen.getByTestId("chat-remove");
    button.focus();
    button.click();
    button.blur();
    await screen.findByTestId("chat-remove-no");
  });

  it("are asked about no longer when one goes on elsewhere", async () => {
    const { core, user } = await open("attendee", "live");
    const own = rows().find((row) => within(row).queryByText("you")) as HTMLElement;
    own.focus();
    await user.tab();
    await user.keyboard("{ArrowLeft}{Enter}");
    await screen.findByTestId("chat-remove-no");
    await user.click(field());
    await vi.waitFor(() => expect(screen.queryByTestId("chat-remove-no")).toBeNull());
    expect([document.activeElement, core.sent]).toEqual([field(), []]);
  });

  it("can be answered and reported by everybody, and changed or removed by who said them", async () => {
    const { user } = await open("attendee", "live");
    const offered = () =>
      [...(tools()?.querySelectorAll("button") ?? [])].map(({ dataset }) => dataset.testid);
    expect(tools()).toBeNull();
    await user.hover(rowOf("Zagreb"));
    expect(offered()).toEqual(["chat-reply", "chat-edit", "chat-remove"]);
    await user.hover(rowOf("Kyoto"));
    expect(offered()).toEqual(["chat-reply", "chat-report"]);
  });

  it("that come take the focus from nothing, and a screen reader hears a digest of them", async () => {
    const { user, happens } = await open("attendee", "live");
    expect(screen.getByRole("feed").getAttribute("aria-live")).toBeNull();
    await user.click(field());
    await happens(said("one"));
    expect(screen.getByTestId("chat-digest").textContent).toBe("Jun Tanaka: Words of one");
    for (let number = 0; number < 30; number++) await happens(said(`n${number}`));
    expect(screen.getByTestId("chat-digest").textContent).toBe("Jun Tanaka: Words of one");
    expect(document.activeElement).toBe(field());
    // One's own is not read out.
    await happens(said("own", people.mina));
    expect(screen.getByTestId("chat-digest").textContent).not.toContain("own");
  });

  it("are counted at their tab while one looks elsewhere, also those that a new snapshot brings, and not one's own", async () => {
    const { core, house, user, happens } = await open("attendee", "live");
    await user.click(screen.getByTestId("tab-qa"));
    const { message } = said("one");
    await happens({ ...said("one"), message: { ...message, seq: 241 } });
    await happens({
      ...said("own", people.mina),
      message: { ...said("own", people.mina).message, seq: 242 },
    });
    expect(house.room.chat.said.unread).toBe(1);
    if (!scenes.live) throw new Error("no scene");
    const { crew: _, ...snapshot } = scenes.live.snapshot;
    const chat = [...snapshot.chat, { ...message, seq: 241 }, { ...message, id: "two", seq: 250 }];
    core.tell({ event: "frame", frame: { frame: "snapshot", ...snapshot, seq: 260, chat } });
    await vi.waitFor(() => expect(house.room.chat.said.unread).toBe(2));
    await user.click(screen.getByTestId("tab-chat"));
    expect(house.room.chat.said.unread).toBe(0);
    expect(screen.getByTestId("chat-new")).toBeTruthy();
  });

  it("are read out from the first one on, where nobody had said anything", async () => {
    const { happens } = await open("attendee", "empty");
    await happens(said("first"));
    expect(screen.getByTestId("chat-digest").textContent).toBe("Jun Tanaka: Words of first");
  });

  it("that are gone keep their place, and tell moderators alone what they were, and by whose hand", async () => {
    const { unmount } = await open("attendee", "talk");
    expect(screen.getByTestId("chat-gone").textContent).toBe("This message was removed");
    expect([screen.queryByTestId("chat-trace"), screen.queryByTestId("chat-earlier")]).toEqual([null, null]);
    unmount();
    await open("control", "talk");
    expect(screen.getByTestId("chat-trace").textContent).toMatch(/^Hidden by Noor Aziz at \d\d:\d\d$/);
    expect(screen.getByTestId("chat-earlier").textContent).toContain("We kept the old que for a year.");
    expect(screen.queryByTestId("chat-gone")).toBeNull();
  });
});

describe("writing", () => {
  it("answers a message, which stands above the answer", async () => {
    const { core, user, happens } = await open("attendee", "talk");
    const row = rowOf("tail latency before");
    row.focus();
    await user.tab();
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(document.activeElement).toBe(field()));
    expect(screen.getByTestId("chat-draft-bar").textContent).toContain("Replying to Jun Tanaka:");
    await user.keyboard("With patience{Enter}");
    expect(core.sent).toEqual([{ do: "send_message", text: "With patience", reply_to: idOf(row) }]);
    expect(screen.queryByTestId("chat-draft-bar")).toBeNull();
    const body = said("answer");
    await happens({ ...body, message: { ...body.message, reply_to: idOf(row) } });
    const quote = within(rowOf("Words of answer")).getByTestId("chat-quote");
    expect(quote.textContent).toMatch(/Jun Tanaka\s+How did you measure tail latency before/);
    await user.click(quote);
    await vi.waitFor(() => expect(document.activeElement).toBe(row));
  });

  it("changes one's own last words with the arrow up in an empty field, and Escape leaves them as they were", async () => {
    const { core, user } = await open("attendee", "live");
    core.answer = async () => ({ is: "accepted", seq: 241 });
    await user.click(field());
    await user.keyboard("{ArrowUp}");
    expect(field().value).toBe("Zagreb, with four colleagues around one screen.");
    await user.keyboard("{Escape}");
    expect([field().value, screen.queryByTestId("chat-draft-bar")]).toEqual(["", null]);
    await user.keyboard("{ArrowUp}{End} And a cat.{Enter}");
    const text = "Zagreb, with four colleagues around one screen. And a cat.";
    expect(core.sent).toEqual([{ do: "edit_message", message: idOf(rowOf("Zagreb")), text }]);
    expect(field().value).toBe("");
  });

  it("keeps another text for one's own words where it is refused", async () => {
    const { core, user } = await open("attendee", "live");
    core.answer = async () => ({ is: "refused", refusal: "words_not_allowed" });
    await user.click(field());
    await user.keyboard("{ArrowUp}{End} Heck.{Enter}");
    await vi.waitFor(() => expect(document.body.textContent).toContain("A word in it is not allowed"));
    expect(field().value).toBe("Zagreb, with four colleagues around one screen. Heck.");
    expect(screen.getByTestId("chat-draft-bar").textContent).toContain("Editing");
  });

  it("keeps it below the messages where one changes something else by then, to be sent again or let go", async () => {
    const { core, user } = await open("attendee", "live");
    let answer: (outcome: Outcome) => void = () => {};
    core.answer = () => new Promise((done) => (answer = done));
    await user.click(field());
    await user.keyboard("{ArrowUp}{End} Heck.{Enter}");
    await user.keyboard("{ArrowUp}{End} And a cat.");
    answer({ is: "refused", refusal: "words_not_allowed" });
    const kept = await screen.findByTestId("chat-change-refused");
    expect(kept.textContent).toContain("around one screen. Heck.");
    expect(field().value).toBe("Zagreb, with four colleagues around one screen. And a cat.");
    core.enterRoom(ELSEWHERE);
    await vi.waitFor(() => expect(screen.queryByTestId("chat-change-refused")).toBeNull());
    core.enterRoom(ROOM);
    await user.click(await screen.findByTestId("chat-change-again"));
    expect(core.sent[1]).toEqual(core.sent[0]);
    expect(screen.queryByTestId("chat-change-refused")).toBeNull();
    answer({ is: "refused", refusal: "words_not_allowed" });
    await user.click(await screen.findByTestId("chat-change-discard"));
    expect([core.sent.length, screen.queryByTestId("chat-change-refused")]).toEqual([2, null]);
  });

  it("leaves its reader where they are where it changes what was said, and goes to the end with what is new", async () => {
    const { core, user } = await open("attendee", "talk");
    await user.click(within(rowOf("That was us")).getByTestId("chat-quote"));
    await screen.findByTestId("chat-to-end");
    await user.click(field());
    await user.keyboard("{ArrowUp}{End}!{Enter}");
    expect(core.sent).toMatchObject([{ do: "edit_message" }]);
    await tick();
    expect(screen.getByTestId("chat-to-end")).toBeTruthy();
    await user.keyboard("New{Enter}");
    await vi.waitFor(() => expect(screen.queryByTestId("chat-to-end")).toBeNull());
  });

  it("is there again when one comes back from another room", async () => {
    const { core, user } = await open("attendee", "live");
    await user.type(field(), "Half a thought");
    core.enterRoom(ELSEWHERE);
    await vi.waitFor(() => expect(field().value).toBe(""));
    core.enterRoom(ROOM);
    await vi.waitFor(() => expect(field().value).toBe("Half a thought"));
  });

  it("is there again with what it answers, and so are one's own words as they were being changed", async () => {
    const { core, user, happens } = await open("attendee", "talk");
    const away = async () => {
      core.enterRoom(ELSEWHERE);
      await vi.waitFor(() =>
        expect([field().value, screen.queryByTestId("chat-draft-bar")]).toEqual(["", null]),
      );
      core.enterRoom(ROOM);
    };
    rowOf("tail latency before").focus();
    await user.tab();
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(document.activeElement).toBe(field()));
    await user.keyboard("With patience");
    await away();
    await vi.waitFor(() => expect(field().value).toBe("With patience"));
    expect(screen.getByTestId("chat-draft-bar").textContent).toContain("Replying to Jun Tanaka:");
    await user.clear(field());
    await happens(said("mine", people.mina));
    await user.keyboard("{ArrowUp}{End}, twice");
    await away();
    await vi.waitFor(() => expect(field().value).toBe("Words of mine, twice"));
    expect(screen.getByTestId("chat-draft-bar").textContent).toContain("Editing");
    await user.click(field());
    await user.keyboard("{Escape}");
    expect(screen.getByTestId("chat-draft-bar").textContent).toContain("Replying to Jun Tanaka:");
  });

  it("stands in the field of its room, with the reason, where it is refused while one is in another", async () => {
    const { core, house, user } = await open("attendee", "live");
    let answer: (outcome: Outcome) => void = () => {};
    core.answer = () => new Promise((done) => (answer = done));
    await user.type(field(), "Heck{Enter}");
    core.enterRoom(ELSEWHERE);
    await vi.waitFor(() => expect(screen.queryByTestId("chat-pending")).toBeNull());
    answer({ is: "refused", refusal: "words_not_allowed" });
    await tick();
    expect([house.session?.room, field().value]).toEqual([ELSEWHERE, ""]);
    core.enterRoom(ROOM);
    await vi.waitFor(() => expect(field().value).toBe("Heck"));
    expect(screen.getByTestId("chat-trouble").textContent).toContain("not allowed");
  });

  it("is there again for whoever was put into the lobby meanwhile", async () => {
    const { core, user } = await open("attendee", "live");
    await user.click(field());
    await user.keyboard("{ArrowUp}{End} And a cat.");
    core.tell({ event: "frame", frame: { frame: "waiting", room: ROOM } });
    await vi.waitFor(() => expect(screen.queryByTestId("chat-input")).toBeNull());
    core.enterRoom(ROOM);
    await vi.waitFor(() => expect(field().value).toMatch(/And a cat\.$/));
    expect(screen.getByTestId("chat-draft-bar").textContent).toContain("Editing");
    // Whether it can be sent is looked at anew.
    const send = screen.getByTestId<HTMLButtonElement>("chat-send");
    expect(send.disabled).toBe(false);
    await user.clear(field());
    expect(send.disabled).toBe(true);
  });

  it("offers names and emoji as they are begun, and names people to the room by their ids", async () => {
    const { core, user } = await open("attendee", "live");
    await user.type(field(), "@tan");
    expect((await screen.findByTestId("chat-completions")).textContent).toContain("Jun Tanaka");
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(field().value).toBe("@Jun Tanaka "));
    await user.keyboard("look :rocke");
    await screen.findByTestId("chat-completions");
    await user.keyboard("{Tab}");
    await vi.waitFor(() => expect(field().value).toBe("@Jun Tanaka look 🚀 "));
    await user.keyboard(":tada:{Enter}");
    expect(core.sent).toEqual([
      { do: "send_message", text: "@Jun Tanaka look 🚀 🎉", mentions: [people.jun] },
    ]);
  });

  it("names whoever was chosen of two of one name, and offers nothing more for what was chosen", async () => {
    const { core, user, happens } = await open("attendee", "live");
    for (const body of [
      saidBy("a", "Anna"),
      saidBy("b", "Anna", "speaker"),
      saidBy("c", "Ada"),
      saidBy("d", "Ada Byron"),
    ])
      await happens(body);
    await user.type(field(), "@ann");
    const options = within(await screen.findByTestId("chat-completions")).getAllByRole("option");
    expect(options.map(({ textContent }) => textContent?.replace(/\s+/g, " ").trim())).toEqual([
      "Anna Attendee",
      "Anna Speaker",
    ]);
    await user.keyboard("{ArrowDown}{Enter}");
    await vi.waitFor(() => expect(field().value).toBe("@Anna "));
    await user.keyboard("{Enter}");
    await user.keyboard("@ada{Enter}");
    await vi.waitFor(() => expect(field().value).toBe("@Ada "));
    expect(screen.queryByTestId("chat-completions")).toBeNull();
    await user.keyboard("{Enter}");
    expect(core.sent).toEqual([
      { do: "send_message", text: "@Anna", mentions: ["b"] },
      { do: "send_message", text: "@Ada", mentions: ["c"] },
    ]);
  });

  it("picks an emoji by its name, and goes on where it was", async () => {
    const { user } = await open("attendee", "live");
    await user.type(field(), "So ");
    await user.click(screen.getByTestId("emoji-open"));
    expect(document.activeElement).toBe(screen.getByTestId("emoji-search"));
    await user.keyboard("rocket{Enter}");
    await vi.waitFor(() => expect([field().value, document.activeElement]).toEqual(["So 🚀", field()]));
    await user.click(screen.getByTestId("emoji-open"));
    await user.keyboard("{ArrowDown}{ArrowRight}{Enter}");
    await vi.waitFor(() => expect(field().value).toBe("So 🚀😃"));
    await user.click(screen.getByTestId("emoji-open"));
    // A group ends with the line that it fills in part: below stands the same column of the next.
    screen.getByRole("button", { name: "cat smile" }).focus();
    await user.keyboard("{ArrowDown}");
    expect(document.activeElement?.getAttribute("aria-label")).toBe("pray");
    await user.keyboard("{Escape}");
    await vi.waitFor(() => expect(screen.queryByTestId("emoji-picker")).toBeNull());
    expect(document.activeElement).toBe(field());
  });

  it("is not sent by Enter while one looks for an emoji", async () => {
    const { core, user } = await open("attendee", "live");
    await user.type(field(), "So ");
    await user.click(screen.getByTestId("emoji-open"));
    await user.keyboard("{Enter}zzzz{Enter}");
    expect([core.sent, field().value]).toEqual([[], "So "]);
    expect(document.activeElement).toBe(screen.getByTestId("emoji-search"));
  });

  it("waits in slow mode, and counts down; the crew does not", async () => {
    const { happens, core, user, unmount } = await open("attendee", "talk");
    expect(screen.queryByTestId("chat-wait")).toBeNull();
    await happens(said("mine", people.mina));
    expect(screen.getByTestId("chat-wait").textContent).toMatch(/^(30|2\d|1\d) s$/);
    await user.type(field(), "Again{Enter}");
    expect(core.sent).toEqual([]);
    // What was said is changed at any time.
    await user.clear(field());
    await user.keyboard("{ArrowUp}{End}!{Enter}");
    expect(core.sent).toEqual([{ do: "edit_message", message: "mine", text: "Words of mine!" }]);
    unmount();
    const control = await open("control", "talk");
    await control.happens(said("mine", people.noor));
    expect(screen.queryByTestId("chat-wait")).toBeNull();
  });

  it("cannot be where the chat is closed, except for the crew", async () => {
    const { unmount } = await open("attendee", "closed");
    expect(screen.getByTestId("chat-barred").dataset.why).toBe("closed");
    expect(screen.queryByTestId("chat-input")).toBeNull();
    unmount();
    await open("control", "closed");
    expect(field()).toBeTruthy();
  });

  it("is open to the crew's notes for whoever is muted, who may answer there, too", async () => {
    const { core, user } = await open("studio", "muted");
    await user.click(screen.getByTestId("tab-chat"));
    expect(screen.getByTestId("chat-barred").dataset.why).toBe("muted");
    await user.click(screen.getByTestId("tab-notes"));
    const panel = within(screen.getByRole("tabpanel"));
    const row = rowOf("you are next");
    await user.hover(row);
    await user.click(panel.getByTestId("chat-reply"));
    await user.type(panel.getByTestId("chat-input"), "On it{Enter}");
    expect(core.sent).toEqual([{ do: "send_note", text: "On it", reply_to: idOf(row) }]);
  });
});

describe("what was said before the app ended", () => {
  it("stands there until it is sent, once, under its own id", async () => {
    const { core, user, happens } = await open("attendee", "kept");
    expect(screen.getByTestId("chat-pending").textContent).toContain("Said in the tunnel");
    const refused = screen.getByTestId("chat-refused");
    expect(refused.textContent).toContain("And this");
    expect(screen.queryByText("For the crew")).toBeNull();
    const send = vi.spyOn(core, "send").mockResolvedValue({ is: "accepted", seq: 241 });
    await user.click(within(refused).getByTestId("chat-again"));
    const [, second] = scenes.kept?.unsent ?? [];
    expect(send).toHaveBeenCalledWith(second?.body, second?.id);
    core.tell({ event: "unsent", messages: [], letters: [] });
    await happens(said(second?.id ?? "", people.mina));
    await vi.waitFor(() => expect(screen.queryByTestId("chat-refused")).toBeNull());
    expect(screen.queryByTestId("chat-pending")).toBeNull();
  });

  it("can be discarded, here and in the core", async () => {
    const { core, user } = await open("attendee", "kept");
    await user.click(screen.getByTestId("chat-discard"));
    expect(core.calls).toContain(`discardUnsent ${scenes.kept?.unsent?.[1]?.id}`);
  });
});

describe("one's own words that were not taken", () => {
  it("leave the focus with them where they are sent again by keyboard, and in the list where they arrive or are let go", async () => {
    const { core, user, happens } = await open("control", "live");
    const refuse = async (words: string) => {
      let answer: (outcome: Outcome) => void = () => {};
      core.answer = () => new Promise((done) => (answer = done));
      await user.click(field());
      await user.keyboard(`${words}{Enter}Next`);
      answer({ is: "refused", refusal: "words_not_allowed" });
      await screen.findByTestId("chat-refused");
      await user.clear(field());
    };
    await refuse("First");
    core.answer = () => new Promise(() => {});
    const send = vi.spyOn(core, "send");
    screen.getByTestId("chat-again").focus();
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(focused()).toBe(screen.getByTestId("chat-pending")));
    const before = core.sent.length;
    await user.keyboard("x1");
    expect(core.sent.length, "no key of the window").toBe(before);
    await happens(said(send.mock.calls[0]?.[1] ?? "", people.mina));
    await vi.waitFor(() => expect(focused()).toBe(screen.getByRole("feed")));
    await refuse("Second");
    screen.getByTestId("chat-discard").focus();
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(focused()).toBe(screen.getByRole("feed")));
  });

  it("leave it in the list where another text for what was said is let go", async () => {
    const { core, user } = await open("attendee", "live");
    let answer: (outcome: Outcome) => void = () => {};
    core.answer = () => new Promise((done) => (answer = done));
    await user.click(field());
    await user.keyboard("{ArrowUp}{End} Heck.{Enter}");
    await user.keyboard("{ArrowUp}{End} And a cat.");
    answer({ is: "refused", refusal: "words_not_allowed" });
    (await screen.findByTestId("chat-change-discard")).focus();
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(focused()).toBe(screen.getByRole("feed")));
  });
});

describe("looking after the chat", () => {
  it("hides a message, and takes that back", async () => {
    const { core, user } = await open("control", "live");
    core.answer = async () => ({ is: "accepted", seq: 241 });
    const message = idOf(rowOf("Kyoto"));
    await user.hover(rowOf("Kyoto"));
    await user.click(screen.getByTestId("chat-hide"));
    await user.click(await screen.findByTestId("chat-undo"));
    await vi.waitFor(() => expect(screen.queryByTestId("chat-undo-bar")).toBeNull());
    expect(core.sent).toEqual([
      { do: "hide_message", message },
      { do: "show_message", message },
    ]);
  });

  it("removes a message of somebody, and takes that back; what went by its author's hand stays out", async () => {
    const { core, user, happens } = await open("control", "live");
    core.answer = async () => ({ is: "accepted", seq: 241 });
    await happens(said("theirs"));
    await user.hover(rowOf("Words of theirs"));
    await user.click(screen.getByTestId("chat-remove"));
    await user.click(await screen.findByTestId("chat-remove-yes"));
    await user.click(await screen.findByTestId("chat-undo"));
    expect(core.sent).toEqual([
      { do: "remove_message", message: "theirs" },
      { do: "show_message", message: "theirs" },
    ]);
    await happens(said("own"));
    await happens({ what: "message_removed", message: "theirs" }, people.mara);
    await happens({ what: "message_removed", message: "own" }, people.jun);
    await user.hover(rowOf("Words of own"));
    expect(screen.queryByTestId("chat-show")).toBeNull();
    await user.hover(rowOf("Words of theirs"));
    expect(screen.getByTestId("chat-show")).toBeDefined();
  });

  it("hears that its author changed what was pinned, which is not pinned any more, and pins it again", async () => {
    const { core, user, happens } = await open("control", "live");
    const { message } = said("lunch");
    await happens(said("lunch"));
    await happens({ what: "message_pinned", message });
    await happens({ what: "unpinned" }, people.jun);
    await happens({ what: "message_edited", message: "lunch", text: "Buy my book" }, people.jun);
    expect(screen.queryByTestId("chat-pinned")).toBeNull();
    expect(screen.getByTestId("pin-changed").textContent).toContain("Buy my book");
    screen.getByTestId("pin-again").focus();
    await user.keyboard("{Enter}");
    expect(core.sent).toEqual([{ do: "pin_message", message: "lunch" }]);
    const above = screen.getByTestId("pin-changed").closest("[role=group]");
    await happens({ what: "message_pinned", message: { ...message, text: "Buy my book" } });
    expect(screen.queryByTestId("pin-changed")).toBeNull();
    await vi.waitFor(() => expect(document.activeElement).toBe(above));
    await happens({ what: "unpinned" }, people.jun);
    await happens({ what: "message_removed", message: "lunch" }, people.jun);
    expect(screen.queryByTestId("pin-changed")).toBeNull();
  });

  it("pins a message above the others, and announces something above everything", async () => {
    const { core, user, happens } = await open("control", "live");
    await user.hover(rowOf("Kyoto"));
    await user.click(screen.getByTestId("chat-pin"));
    await user.click(screen.getByTestId("announce-open"));
    await user.type(await screen.findByTestId("announce-words"), "Soon");
    await user.click(screen.getByTestId("announce-send"));
    expect(core.sent).toEqual([
      { do: "pin_message", message: idOf(rowOf("Kyoto")) },
      { do: "announce", text: "Soon" },
    ]);
    await happens({ what: "message_pinned", message: said("pin").message });
    await happens({ what: "announced", announcement: { id: "x", text: "Soon **now**", at: 1 } });
    expect(screen.getByTestId("chat-pinned").textContent).toContain("Words of pin");
    expect(screen.getByTestId("announcement").textContent).toContain("Soon now");
    await user.click(screen.getByTestId("announcement-end"));
    await user.click(screen.getByTestId("chat-unpin-top"));
    expect(core.sent.slice(2)).toEqual([
      { do: "end_announcement", announcement: "x" },
      { do: "unpin_message", message: "pin" },
    ]);
  });

  it("takes back that something was pinned or pinned no more, to what was pinned before, and that an announcement was taken down", async () => {
    const { core, house, user, happens } = await open("control", "live");
    const kyoto = idOf(rowOf("Kyoto"));
    await happens({ what: "message_pinned", message: said("before").message });
    await user.hover(rowOf("Kyoto"));
    await user.click(screen.getByTestId("chat-pin"));
    const { message } = said("before");
    await happens({ what: "message_pinned", message: { ...message, id: kyoto } }, house.me);
    await user.click(screen.getByTestId("chat-unpin-top"));
    await user.click(await screen.findByTestId("chat-undo"));
    await user.click(await screen.findByTestId("chat-undo"));
    expect(core.sent).toEqual([
      { do: "pin_message", message: kyoto },
      { do: "unpin_message", message: kyoto },
      { do: "pin_message", message: kyoto },
      { do: "pin_message", message: "before" },
    ]);
    await happens({ what: "announced", announcement: { id: "x", text: "Soon **now**", at: 1 } });
    await user.click(screen.getByTestId("announcement-end"));
    await user.click(await screen.findByTestId("moderation-undo"));
    expect(core.sent.slice(4)).toEqual([
      { do: "end_announcement", announcement: "x" },
      { do: "announce", text: "Soon **now**" },
    ]);
    // What one announced since stays.
    await user.click(screen.getByTestId("announcement-end"));
    await happens({ what: "announcement_ended" }, house.me);
    expect(screen.getByTestId("moderation-undo")).toBeDefined();
    await happens({ what: "announced", announcement: { id: "y", text: "Later", at: 2 } }, house.me);
    expect(screen.queryByTestId("moderation-undo")).toBeNull();
  });

  it("takes back nothing that another moderator did since", async () => {
    const { core, house, user, happens } = await open("control", "live");
    const kyoto = idOf(rowOf("Kyoto"));
    const { message } = said("other");
    const bar = () => screen.queryByTestId("chat-undo-bar")?.textContent;
    await user.hover(rowOf("Kyoto"));
    await user.click(screen.getByTestId("chat-hide"));
    await happens({ what: "message_hidden", message: kyoto }, house.me);
    await user.hover(rowOf("Zagreb"));
    await user.click(screen.getByTestId("chat-pin"));
    await happens({ what: "message_pinned", message: { ...message, id: idOf(rowOf("Zagreb")) } }, house.me);
    await vi.waitFor(() => expect(bar()).toContain("Pinned"));
    await happens({ what: "message_pinned", message }, people.mara);
    // What nobody else decided about is still offered.
    expect(bar()).toContain("Hidden");
    await happens({ what: "message_removed", message: kyoto }, people.mara);
    expect(bar()).toBeUndefined();
    expect(core.sent).toHaveLength(2);
  });

  it("takes back after a gap what stands as one left it, and nothing else", async () => {
    const { core, house, user, happens } = await open("control", "live");
    const [kyoto, zagreb] = [idOf(rowOf("Kyoto")), idOf(rowOf("Zagreb"))];
    for (const words of ["Zagreb", "Kyoto"]) {
      await user.hover(rowOf(words));
      await user.click(screen.getByTestId("chat-hide"));
      await happens({ what: "message_hidden", message: idOf(rowOf(words)) }, house.me);
    }
    const snapshot = scenes.live?.snapshot;
    if (!snapshot) throw new Error("no scene");
    const gone = { at: house.room.chat.said.find(zagreb)?.gone?.at ?? 0, hidden: true };
    const chat = snapshot.chat.map((one) => (one.id === zagreb ? { ...one, gone } : one));
    core.tell({ event: "frame", frame: { frame: "snapshot", ...snapshot, seq: 900, chat } });
    await vi.waitFor(() => expect(house.room.seq).toBe(900));
    expect(house.room.chat.said.find(kyoto)?.gone).toBeUndefined();
    await user.click(screen.getByTestId("chat-undo"));
    expect(core.sent.at(-1)).toEqual({ do: "show_message", message: zagreb });
  });

  it("does not announce again what another announcement took the place of, whatever becomes of that", async () => {
    const { house, user, happens } = await open("control", "live");
    const announced = (id: string) =>
      happens({ what: "announced", announcement: { id, text: `Words of ${id}`, at: 1 } }, people.mara);
    await announced("x");
    await user.click(screen.getByTestId("announcement-end"));
    await happens({ what: "announcement_ended" }, house.me);
    await screen.findByTestId("moderation-undo");
    await announced("y");
    expect(screen.queryByTestId("moderation-undo")).toBeNull();
    await happens({ what: "announcement_ended" }, people.mara);
    expect(screen.queryByTestId("moderation-undo")).toBeNull();
  });

  it("keeps an announcement that was refused, and says why beside it", async () => {
    const { core, user } = await open("control", "live");
    core.answer = async () => ({ is: "refused", refusal: "storage_unavailable" });
    await user.click(screen.getByTestId("announce-open"));
    await user.type(await screen.findByTestId("announce-words"), "Soon");
    await user.click(screen.getByTestId("announce-send"));
    const words = screen.getByTestId<HTMLTextAreaElement>("announce-words");
    await vi.waitFor(() => expect(words.closest("dialog")?.textContent).toContain("cannot save anything"));
    expect(words.value).toBe("Soon");
    expect(screen.queryByTestId("notice"), "once").toBeNull();
  });

  it("reports what somebody said, with a reason", async () => {
    const { core, user } = await open("attendee", "live");
    await user.hover(rowOf("Kyoto"));
    await user.click(screen.getByTestId("chat-report"));
    await user.type(await screen.findByTestId("report-why"), "Rude");
    await user.click(screen.getByTestId("report-send"));
    const target = { of: "message", message: idOf(rowOf("Kyoto")) };
    expect(core.sent).toEqual([{ do: "report", target, reason: "Rude" }]);
  });

  it("keeps the focus of whoever writes where the chat closes: what they go on typing operates nothing", async () => {
    const { house, user, happens } = await open("attendee", "live");
    await user.type(field(), "We");
    await happens({ what: "rules_set", rules: { ...house.room.moderation.rules, chat: false } });
    const part = screen.getByTestId("chat-barred").closest("section");
    await vi.waitFor(() => expect(document.activeElement).toBe(part));
    await user.keyboard("m");
    expect(house.volume.muted).toBe(false);
    part?.blur();
    await user.keyboard("m");
    expect(house.volume.muted, "as it does where nothing has the focus").toBe(true);
  });

  it("is there for speakers too, whose microphone no key in it switches", async () => {
    const { core, user } = await open("studio", "talk");
    await user.click(screen.getByTestId("tab-chat"));
    rowOf("That was us").focus();
    const before = core.calls.length;
    await user.keyboard("mv");
    expect(core.calls.slice(before)).toEqual([]);
    await user.keyboard("{Escape}");
    expect(document.activeElement).toBe(field());
    await user.click(screen.getByTestId("tab-notes"));
    expect(screen.getByRole("tabpanel").textContent).toContain("you are next, microphone on please");
  });

  it("keeps the crew's notes in a tab of their own, which the audience has not", async () => {
    const { unmount } = await open("attendee", "talk");
    expect(screen.queryByTestId("tab-notes")).toBeNull();
    unmount();
    const { core, user, happens } = await open("control", "talk");
    await happens({ what: "note_sent", note: said("note").message });
    expect(screen.getByTestId("unread-notes").textContent).toBe("1");
    await user.click(screen.getByTestId("tab-notes"));
    const panel = screen.getByRole("tabpanel");
    expect(within(panel).getByTestId("chat-rules").textContent).toContain("Only the crew reads this");
    await user.type(within(panel).getByTestId("chat-input"), "Ready{Enter}");
    expect(core.sent).toEqual([{ do: "send_note", text: "Ready" }]);
    expect(screen.queryByTestId("unread-notes")).toBeNull();
  });
});

describe("what was said long ago", () => {
  it("is searched for with Ctrl+F, and one goes there", async () => {
    const { core, user } = await open("attendee", "talk");
    await user.click(field());
    await user.keyboard("{Control>}f{/Control}");
    await user.keyboard("message 40");
    const found = await screen.findAllByTestId("chat-search-found");
    expect(found[0]?.textContent).toContain("message 40");
    await user.keyboard("{ArrowDown}{Enter}");
    await vi.waitFor(() =>
      expect((document.activeElement as HTMLElement).textContent).toContain("message 40"),
    );
    expect(core.calls.filter((call) => call.startsWith("olderMessages")).length).toBe(1);
  });

  it("is gone to with what stands around it, however far back, whatever is said meanwhile; the button and End lead to the newest", async () => {
    const { core, house, user, happens } = await open("attendee", "talk");
    const { message } = said("far");
    core.before = Array.from({ length: 9_000 }, (_, at) => ({
      ...message,
      id: `far-${at}`,
      seq: at - 9_000,
      text: `Far number${at}.`,
    }));
    const seek = async () => {
      await user.click(field());
      await user.keyboard("{Control>}f{/Control}number500.");
      await screen.findAllByTestId("chat-search-found");
      await user.keyboard("{ArrowDown}{Enter}");
      await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset.key).toBe("far-500"));
    };
    await seek();
    await happens(said("now"));
    expect(house.room.chat.said.messages.at(-1)?.id).toBe("now");
    expect((document.activeElement as HTMLElement).dataset.key).toBe("far-500");
    expect(screen.getByTestId("chat-to-end").textContent).toContain("1");
    await user.click(screen.getByTestId("chat-to-end"));
    await vi.waitFor(() => expect(rowOf("Words of now")).toBeDefined());
    expect(document.activeElement).toBe(screen.getByRole("feed"));
    await seek();
    await user.keyboard("{End}");
    await vi.waitFor(() => expect(rowOf("Words of now")).toBeDefined());
  });

  it("is long on its way: that is said, the focus waits among the messages, and stays there where it cannot be read", async () => {
    const { core, user } = await open("attendee", "talk");
    const { message } = said("far");
    core.before = [{ ...message, id: "far", seq: -500, text: "Far away" }];
    let fails = (_: unknown) => {};
    vi.spyOn(core, "olderMessages").mockReturnValueOnce(new Promise((_, fail) => (fails = fail)));
    await user.click(field());
    await user.keyboard("{Control>}f{/Control}far away");
    await screen.findByTestId("chat-search-found");
    await user.keyboard("{ArrowDown}{Enter}");
    await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByRole("feed")));
    expect(screen.getByTestId("chat-going").textContent).toContain("Looking for");
    fails({ problem: "unreachable" });
    expect((await screen.findByTestId("notice")).textContent).toContain("cannot be reached");
    expect(screen.getByTestId("chat-going").textContent).toBe("");
    expect(document.activeElement).toBe(screen.getByRole("feed"));
  });

  it("is shown, and takes the focus from nobody who began to write meanwhile", async () => {
    const { core, user } = await open("attendee", "talk");
    const { message } = said("far");
    core.before = [{ ...message, id: "far", seq: -500, text: "Far away" }];
    let come = (_: MessagePage) => {};
    vi.spyOn(core, "olderMessages").mockReturnValueOnce(new Promise((done) => (come = done)));
    await user.click(field());
    await user.keyboard("{Control>}f{/Control}far away");
    await screen.findByTestId("chat-search-found");
    await user.keyboard("{ArrowDown}{Enter}");
    await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByRole("feed")));
    await user.click(field());
    await user.keyboard("I see");
    come({ messages: core.before, more: false });
    await vi.waitFor(() => expect(rowOf("Far away")).toBeDefined());
    await user.keyboard(" it");
    expect([document.activeElement, field().value]).toEqual([field(), "I see it"]);
  });

  it("is looked for no more once one goes to the newest by key", async () => {
    const { core, house, user } = await open("attendee", "talk");
    const { message } = said("far");
    core.before = [{ ...message, id: "far", seq: -500, text: "Far away" }];
    let comes = () => {};
    const page = { messages: core.before, more: false };
    vi.spyOn(core, "olderMessages").mockReturnValueOnce(new Promise((done) => (comes = () => done(page))));
    await user.click(field());
    await user.keyboard("{Control>}f{/Control}far away");
    await screen.findByTestId("chat-search-found");
    await user.keyboard("{ArrowDown}{Enter}");
    await screen.findByText("Looking for the message…");
    await user.keyboard("{End}");
    await vi.waitFor(() => expect(screen.getByTestId("chat-going").textContent).toBe(""));
    comes();
    await new Promise((done) => setTimeout(done));
    expect(house.room.chat.said.passage).toBeUndefined();
  });

  it("does not come after whoever has gone to another room meanwhile", async () => {
    const { core, house, user } = await open("attendee", "talk");
    const { message } = said("far");
    const far = { ...message, id: "far", seq: -500, text: "Far away" };
    core.before = [far];
    let comes = (_: { messages: (typeof far)[]; more: boolean }) => {};
    vi.spyOn(core, "olderMessages").mockReturnValueOnce(new Promise((done) => (comes = done)));
    await user.click(field());
    await user.keyboard("{Control>}f{/Control}far away");
    await screen.findByTestId("chat-search-found");
    await user.keyboard("{ArrowDown}{Enter}");
    await screen.findByText("Looking for the message…");
    core.enterRoom(ELSEWHERE);
    await vi.waitFor(() => expect([house.session?.room, house.room.here]).toEqual([ELSEWHERE, true]));
    comes({ messages: [far], more: false });
    await new Promise((done) => setTimeout(done));
    expect(house.room.chat.said.passage).toBeUndefined();
    for (const notice of screen.queryAllByTestId("notice"))
      expect(notice.textContent).not.toContain("cannot be found");
  });

  it("is left for the newest by whoever says something", async () => {
    const { core, house, user } = await open("attendee", "talk");
    const { message } = said("far");
    core.before = [{ ...message, id: "far", seq: -500, text: "Far away" }];
    await user.click(field());
    await user.keyboard("{Control>}f{/Control}far away");
    await screen.findByTestId("chat-search-found");
    await user.keyboard("{ArrowDown}{Enter}");
    await vi.waitFor(() => expect(house.room.chat.said.passage).toBeDefined());
    await user.type(field(), "Here again{Enter}");
    expect(house.room.chat.said.passage).toBeUndefined();
  });

  it("is looked for further where that failed once, and stands there when one looks again", async () => {
    const { core, user } = await open("attendee", "talk");
    const look = async () => {
      await user.click(field());
      await user.keyboard("{Control>}f{/Control}");
    };
    const further = () => user.click(screen.getByRole("button", { name: "Find older ones" }));
    const found = () => screen.getAllByTestId("chat-search-found").length;
    await look();
    await user.keyboard("latency");
    await vi.waitFor(() => expect(found()).toBe(20));
    vi.spyOn(core, "searchMessages").mockRejectedValueOnce({ problem: "unreachable" });
    await further();
    const panel = screen.getByTestId("chat-search-panel");
    await vi.waitFor(() =>
      expect(within(panel).getByRole("status").textContent).toContain("cannot be reached"),
    );
    await further();
    await vi.waitFor(() => expect(found()).toBe(40));
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("chat-search-panel")).toBeNull();
    await look();
    expect(screen.getByTestId<HTMLInputElement>("chat-search-field").value).toBe("latency");
    expect(found()).toBe(40);
  });

  it("leaves whoever asks for older ones by keyboard with the first that came, also where there are no more", async () => {
    const { user } = await open("attendee", "talk");
    await user.click(field());
    await user.keyboard("{Control>}f{/Control}latency");
    const found = () => screen.queryAllByTestId("chat-search-found");
    await vi.waitFor(() => expect(found().length).toBe(20));
    const more = () => screen.queryByRole("button", { name: "Find older ones" });
    let before = 0;
    while (more()) {
      before = found().length;
      more()?.focus();
      await user.keyboard("{Enter}");
      await vi.waitFor(() => expect(found().length).toBeGreaterThan(before));
      await tick();
      if (more()) expect(focused()).toBe(more());
    }
    await vi.waitFor(() => expect(focused()).toBe(found()[before]));
    await user.keyboard("{ArrowUp}");
    expect(focused()).toBe(found()[before - 1]);
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("chat-search-panel")).toBeNull();
  });

  it("is not found as it was where it is hidden, shown again or changed meanwhile", async () => {
    const { core, user, happens } = await open("attendee", "talk");
    await user.click(field());
    await user.keyboard("{Control>}f{/Control}message 40");
    const found = () => screen.queryAllByTestId("chat-search-found").map(({ textContent }) => textContent);
    await vi.waitFor(() => expect(found()[0]).toContain("message 40"));
    const count = found().length;
    const message = core.before.find(({ text }) => found()[0]?.includes(text));
    if (!message) throw new Error("no such message");
    screen.getAllByTestId("chat-search-found")[0]?.focus();
    await happens({ what: "message_hidden", message: message.id });
    expect([found().length, found().some((words) => words?.includes(message.text))]).toEqual([
      count - 1,
      false,
    ]);
    await vi.waitFor(() => expect(focused()).toBe(screen.getByTestId("chat-search-panel")));
    await happens({ what: "message_shown", message });
    expect(found()[0]).toContain(message.text);
    await happens({ what: "message_edited", message: message.id, text: "Never mind" });
    expect([found().length, found()[0]?.includes("Never mind")]).toEqual([count, true]);
    const asked = () => core.calls.filter((call) => call === "searchMessages message 40").length;
    const before = asked();
    core.enterRoom(ROOM);
    await vi.waitFor(() =>
      expect(asked(), "another snapshot may lack what happened").toBeGreaterThan(before),
    );
  });

  it("is marked where it is hidden meanwhile, for whoever moderates", async () => {
    const { core, user, happens } = await open("control", "talk");
    await user.click(field());
    await user.keyboard("{Control>}f{/Control}message 40");
    const found = await screen.findAllByTestId("chat-search-found");
    const message = core.before.find(({ text }) => found[0]?.textContent?.includes(text));
    await happens({ what: "message_hidden", message: message?.id ?? "" }, people.mina);
    expect(within(found[0] as HTMLElement).getByTestId("chat-search-gone").textContent).toContain("removed");
  });
});
