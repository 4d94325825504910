import { render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../../dev/core";
import { people, ROOM, scenes } from "../../../dev/scenes";
import type { PersonDetails, Update } from "../../protocol";
import App from "../App.svelte";
import { House } from "../house.svelte";

async function open(window: string, scene = "order") {
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
  const happens = async (body: Update["body"]) => {
    const updates = [{ room: ROOM, seq: house.room.seq + 1, at: Date.now() * 1_000, body }];
    core.tell({ event: "frame", frame: { frame: "updates", room: ROOM, updates } });
    await vi.waitFor(() => expect(house.room.seq).toBe(updates[0]?.seq));
    await tick();
  };
  const user = userEvent.setup();
  const part = async (key = "now") => {
    await user.click(screen.getByTestId("tab-order"));
    if (key !== "now") await user.click(screen.getByTestId(`tab-order-${key}`));
  };
  return { core, house, happens, user, part, unmount };
}

const said = {
  id: "",
  seq: 1,
  author: people.tomas,
  name: "Tomás Vidal",
  role: "attendee" as const,
  at: 0,
  text: "Words",
};

afterEach(() => {
  location.hash = "";
});

/** What had the focus is gone: Enter does nothing there, and would take the preview on air where nothing has the focus. */
async function takesNothing({ core, user }: Awaited<ReturnType<typeof open>>) {
  await vi.waitFor(() => expect(document.activeElement).not.toBe(document.body));
  const before = core.sent.length;
  await user.keyboard("{Enter}");
  expect(core.sent.slice(before)).toEqual([]);
  (document.activeElement as HTMLElement).blur();
  await user.keyboard("{Enter}");
  expect(core.sent.slice(before)).toEqual([{ do: "take" }]);
}

describe("keeping a room in order", () => {
  it("is there for those alone who do", async () => {
    await open("attendee");
    expect(screen.queryByTestId("tab-order")).toBeNull();
  });

  it("stops everything with a key, says so everywhere, and the key takes it back", async () => {
    const { core, house, happens, user } = await open("control");
    await user.keyboard("x");
    expect(core.sent).toEqual([{ do: "stop_all" }]);
    const { rules } = house.room.moderation;
    await happens({ what: "rules_set", rules: { ...rules, chat: false }, before_stop: rules });
    expect(screen.getByTestId("stopped").textContent).toContain("Everything is stopped");
    await user.keyboard("x");
    expect(core.sent.at(-1)).toEqual({ do: "resume" });
    await happens({ what: "rules_set", rules });
    expect(screen.queryByTestId("stopped")).toBeNull();
  });

  it("does not take the key from who writes", async () => {
    const { core, user } = await open("control");
    await user.click(screen.getByTestId("chat-input"));
    await user.keyboard("x");
    expect(core.sent).toEqual([]);
  });

  it("lets in one, or all, and counts those who wait and what is reported", async () => {
    const { core, user, part } = await open("control");
    expect(screen.getByTestId("unread-order").textContent).toBe("15");
    await part();
    await user.click(within(screen.getByTestId("lobby")).getAllByTestId("admit")[1] as HTMLElement);
    await user.click(screen.getByTestId("admit-all"));
    expect(core.sent).toEqual([
      { do: "admit", participants: [people.jun] },
      { do: "admit", participants: [] },
    ]);
    core.signal({ signal: "lobby", count: 0, first: [] });
    await vi.waitFor(() => expect(screen.queryByTestId("lobby")).toBeNull());
  });

  it("shows with a report what the message said before it was changed", async () => {
    const { happens, part } = await open("control");
    await part();
    const context = [{ ...said, id: "m", text: "Nice words", earlier: ["Nasty words"] }];
    const target = { of: "message" as const, message: "m" };
    await happens({
      what: "reported",
      report: { id: "r", name: "Jun", at: 0, target, reason: "", context, words: "" },
    });
    expect(screen.getByTestId("report-earlier").textContent).toContain("Nasty words");
  });

  it("acts on whom is reported by the menu, and offers to take it back", async () => {
    const { core, user, part } = await open("control");
    await part();
    const act = screen.getByTestId("report-act");
    act.focus();
    await user.keyboard("{Enter}");
    const menu = await screen.findByRole("menu");
    expect(screen.getByTestId("person-menu").textContent).toContain("Tomás Vidal");
    expect(document.activeElement).toBe(within(menu).getByTestId("person-write"));
    await user.keyboard("{End}{Enter}");
    expect(core.sent).toEqual([{ do: "sanction", participant: people.tomas, act: { act: "ban" } }]);
    expect(document.activeElement).toBe(act);
    await user.click(await screen.findByTestId("moderation-undo"));
    // Muted he was before, and is.
    expect(core.sent.at(-1)).toEqual({ do: "lift_sanction", participant: people.tomas, kind: "banned" });
    expect(screen.queryByTestId("moderation-undo")).toBeNull();
    await user.click(act);
    await user.click(await screen.findByTestId("person-lift-muted"));
    expect(core.sent.at(-1)).toEqual({ do: "lift_sanction", participant: people.tomas, kind: "muted" });
  });

  it("takes back that somebody may take part again, and that a word may be written again, from the lists of them, too", async () => {
    const { core, house, user, part } = await open("control");
    await part();
    const [muted] = house.room.moderation.sanctions.filter(({ sanction }) => sanction.is === "muted");
    const kept = within(screen.getByTestId("sanctions"));
    await user.click(kept.getByRole("button", { name: new RegExp(muted?.name ?? "nobody") }));
    await user.click(await screen.findByTestId("moderation-undo"));
    expect(core.sent).toEqual([
      { do: "lift_sanction", participant: muted?.participant, kind: "muted" },
      { do: "sanction", participant: muted?.participant, act: { act: "mute" } },
    ]);
    await user.click(screen.getByTestId("tab-order-rules"));
    await user.click(screen.getByRole("button", { name: /Take .*darn/ }));
    // The button is gone with its word, the focus is not.
    expect(document.activeElement).toBe(screen.getByTestId("word"));
    await user.click(await screen.findByTestId("moderation-undo"));
    expect(core.sent.slice(2)).toEqual([
      { do: "edit_rules", change: { rule: "remove_words", words: ["darn"] } },
      { do: "edit_rules", change: { rule: "add_words", words: ["darn"] } },
    ]);
  });

  it("leaves the focus in its part where a report that was looked at goes, and its button with it", async () => {
    const { house, user, part, happens } = await open("control");
    await part();
    screen.getByTestId("report-settle").focus();
    await user.keyboard("{Enter}");
    await happens({ what: "report_settled", report: house.room.moderation.reports[0]?.id ?? "" });
    await vi.waitFor(() => expect(document.activeElement?.id).toBe("panel-order-now"));
  });

  it("acts on whoever asked a question that is reported, where they are named", async () => {
    const { happens, house, user, part } = await open("control");
    const asker = { participant: people.jun, name: "Jun Tanaka" };
    const asked = (id: string, author?: typeof asker) => ({
      id,
      text: "Well?",
      at: 1,
      votes: 0,
      standing: { is: "open" as const },
      ...(author && { author }),
    });
    await happens({ what: "question_opened", question: asked("named", asker) });
    await happens({ what: "question_opened", question: asked("unnamed") });
    const report = (id: string, question: string) => ({
      id,
      name: "Amara",
      at: 2,
      target: { of: "question" as const, question },
      reason: "",
      context: [],
      words: "Well?",
    });
    await happens({ what: "reported", report: report("one", "unnamed") });
    await happens({ what: "reported", report: report("two", "named") });
    await part();
    const [named, unnamed] = screen.getAllByTestId("report");
    expect(within(unnamed as HTMLElement).queryByTestId("report-act")).toBeNull();
    await user.click(within(named as HTMLElement).getByTestId("report-act"));
    expect(house.person.subject).toEqual(asker);
  });

  it("settles a report, and takes that back: it waits again where it waited", async () => {
    const { core, house, happens, user, part } = await open("control");
    const [report] = house.room.moderation.reports;
    if (!report) throw new Error("nothing is reported");
    await happens({ what: "reported", report: { ...report, id: "later", at: report.at + 1 } });
    await part();
    await user.click(screen.getAllByTestId("report-settle").at(-1) as HTMLElement);
    await happens({ what: "report_settled", report: report.id });
    expect(screen.getAllByTestId("report")).toHaveLength(1);
    await user.click(await screen.findByTestId("moderation-undo"));
    expect(core.sent).toEqual([
      { do: "settle_report", report: report.id },
      { do: "reopen_report", report: report.id },
    ]);
    await happens({ what: "report_reopened", report });
    expect(house.room.moderation.reports.map(({ id }) => id)).toEqual([report.id, "later"]);
  });

  it("does not offer what the room refuses: to hide what is gone, and to keep from something whoever stands no lower", async () => {
    const { core, happens, user, part } = await open("control");
    await part();
    const offered = async () => {
      await user.click(screen.getByTestId("report-act"));
      const items = within(await screen.findByRole("menu")).getAllByRole("menuitem");
      await user.keyboard("{Escape}");
      return items.map(({ dataset }) => dataset.testid);
    };
    expect(await offered()).toContain("person-hide");
    await happens({ what: "message_hidden", message: "01990000-0000-7000-8000-000000000103" });
    expect(await offered()).not.toContain("person-hide");
    expect(await offered()).toContain("person-ban");
    const tomas = { participant: people.tomas, name: "Tomás Vidal", headline: "", company: "" };
    core.here = [{ ...tomas, role: "producer" }];
    await vi.waitFor(async () => expect(await offered()).toEqual(["person-write", "person-lift-muted"]));
    core.here = [{ ...tomas, role: "moderator" }];
    await vi.waitFor(async () => expect(await offered()).toContain("person-ban"));
  });

  it("keeps the focus in the menu where it turns out late that one stands no higher", async () => {
    const { core, user, part } = await open("control");
    await part();
    let answer = (_: PersonDetails) => {};
    vi.spyOn(core, "person").mockReturnValue(
      new Promise((resolve) => {
        answer = resolve;
      }),
    );
    await user.click(screen.getByTestId("report-act"));
    (await screen.findByTestId("person-ban")).focus();
    answer({ participant: people.tomas, name: "Tomás Vidal", role: "organizer" });
    await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("person-menu")));
    expect(screen.queryByTestId("person-ban")).toBeNull();
  });

  it("offers nothing to take back where it was refused", async () => {
    const { core, user, part } = await open("control");
    core.answer = async () => ({ is: "refused", refusal: "not_allowed" });
    await part();
    await user.click(screen.getByTestId("report-act"));
    await user.click(await screen.findByTestId("person-mute"));
    expect(screen.queryByTestId("moderation-undo")).toBeNull();
  });

  it("says what a ban does not hold against", async () => {
    const { happens, part } = await open("control");
    await part();
    expect(screen.getByTestId("ban-note").textContent).toContain("open to all");
    await happens({ what: "sanction_lifted", participant: people.mara });
    await vi.waitFor(() => expect(screen.queryByTestId("ban-note")).toBeNull());
  });

  it("is not offered to take back in another room what was done in this one", async () => {
    const { core, house, user, part } = await open("control");
    await part();
    await user.click(screen.getByTestId("report-act"));
    await user.click(await screen.findByTestId("person-ban"));
    await screen.findByTestId("moderation-undo");
    core.enterRoom("01990000-0000-7000-8000-0000000000aa");
    await vi.waitFor(() => expect(screen.queryByTestId("moderation-undo")).toBeNull());
    expect(house.doing.done).toBeUndefined();
  });

  it("changes one rule at a time, and words by adding and taking out", async () => {
    const { core, user, part } = await open("control");
    await part("rules");
    await user.click(screen.getByTestId("rule-hands"));
    await user.click(screen.getByTestId("rule-lock"));
    await user.selectOptions(screen.getByTestId("rule-slow"), "60");
    await user.type(screen.getByTestId("word"), "Heck, spam{Enter}");
    await user.click(screen.getByRole("button", { name: /darn/ }));
    expect(core.sent).toEqual([
      { do: "edit_rules", change: { rule: "hands", on: false } },
      { do: "edit_rules", change: { rule: "lock", on: true } },
      { do: "edit_rules", change: { rule: "slow_mode", seconds: 60 } },
      { do: "edit_rules", change: { rule: "add_words", words: ["Heck", "spam"] } },
      { do: "edit_rules", change: { rule: "remove_words", words: ["darn"] } },
    ]);
  });

  it("keeps the focus and what was typed in the field of a word where the connection drops", async () => {
    const { core, user, part } = await open("control");
    await part("rules");
    await user.type(screen.getByTestId("word"), "heck");
    core.tell({ event: "connection", state: { state: "reconnecting", attempt: 1, retry_in_ms: 500 } });
    const word = screen.getByTestId<HTMLInputElement>("word");
    await vi.waitFor(() => expect([word.disabled, word.readOnly]).toEqual([false, true]));
    await user.keyboard("{Enter}");
    expect([document.activeElement, word.value, core.sent]).toEqual([word, "heck", []]);
  });

  it("reads what was done and takes back what still holds", async () => {
    const { core, user, part } = await open("control");
    await part("audit");
    const rows = within(await screen.findByTestId("audit")).getAllByRole("listitem");
    expect(rows.map((row) => row.querySelectorAll("p")[1]?.textContent)).toEqual([
      "muted Tomás Vidal",
      "hid a message of Tomás Vidal",
      "changed what the audience may do",
      "let 2 people in",
      "announced",
    ]);
    await user.click(screen.getAllByTestId("audit-undo")[1] as HTMLElement);
    const message = "01990000-0000-7000-8000-000000000103";
    expect(core.sent).toEqual([{ do: "show_message", message }]);
    const [first] = core.done;
    if (!first) throw new Error("nothing was done");
    const shown = {
      ...first.update,
      seq: 999,
      body: { what: "message_shown" as const, message: { ...said, id: message } },
    };
    core.done = [{ ...first, update: shown }, ...core.done];
    await user.click(screen.getByTestId("audit-again"));
    await vi.waitFor(() => expect(screen.getAllByTestId("audit-undo")).toHaveLength(1));
  });
});

describe("what goes while it has the focus leaves it where Enter takes nothing:", () => {
  const press = async ({ user }: Awaited<ReturnType<typeof open>>, key: string) => {
    (await screen.findByTestId(key)).focus();
    await user.keyboard("{Enter}");
  };

  it("the bar of what was done, once it was taken back or closed", async () => {
    for (const key of ["moderation-undo", "moderation-undo-close"]) {
      const opened = await open("control");
      await opened.part();
      await press(opened, "report-settle");
      await press(opened, key);
      expect(screen.queryByTestId(key)).toBeNull();
      await takesNothing(opened);
      opened.unmount();
    }
  });

  it("the bar of what was done, where somebody else decided otherwise", async () => {
    const opened = await open("control");
    const { happens, user, part } = opened;
    await part();
    await user.click(screen.getByTestId("report-act"));
    // Muted he was before.
    await press(opened, "person-mute");
    (await screen.findByTestId("moderation-undo")).focus();
    await happens({ what: "sanction_lifted", participant: people.tomas, kind: "muted" });
    expect(screen.queryByTestId("moderation-undo")).toBeNull();
    await takesNothing(opened);
  });

  it("what was undone in the chat", async () => {
    const opened = await open("control", "live");
    const { user } = opened;
    const row = screen.getAllByRole("article").at(-1) as HTMLElement;
    await user.hover(row);
    await user.click(within(row).getByTestId("chat-pin"));
    await press(opened, "chat-undo");
    expect(screen.queryByTestId("chat-undo")).toBeNull();
    await takesNothing(opened);
  });

  it("what says that everything is stopped, and the button that stopped it", async () => {
    const opened = await open("control");
    const { house, happens, part } = opened;
    const { rules } = house.room.moderation;
    const stop = () => happens({ what: "rules_set", rules: { ...rules, chat: false }, before_stop: rules });
    await stop();
    await press(opened, "resume");
    await happens({ what: "rules_set", rules });
    expect(screen.queryByTestId("stopped")).toBeNull();
    await takesNothing(opened);
    await part();
    await press(opened, "stop-all");
    await stop();
    expect(screen.queryByTestId("stop-all")).toBeNull();
    await takesNothing(opened);
  });

  it("an announcement", async () => {
    const opened = await open("control");
    await opened.happens({ what: "announced", announcement: { id: "x", text: "Soon", at: 1 } });
    await press(opened, "announcement-aside");
    expect(screen.queryByTestId("announcement")).toBeNull();
    await takesNothing(opened);
  });

  it("a notice", async () => {
    const opened = await open("control");
    opened.house.notices.note({ what: "Something", cure: "Nothing to do." });
    within(await screen.findByTestId("notice"))
      .getByRole("button")
      .focus();
    await opened.user.keyboard("{Enter}");
    expect(screen.queryByTestId("notice")).toBeNull();
    await takesNothing(opened);
  });
});

describe("what goes by itself", () => {
  it("does not while the pointer is over it or the focus in it", async () => {
    const { house, user, part } = await open("control");
    house.notices.note({ what: "Something", cure: "Nothing to do." });
    await part();
    await user.click(screen.getByTestId("report-settle"));
    const bars = [
      [vi.spyOn(house.doing, "hold"), await screen.findByTestId("moderation-undo")],
      [vi.spyOn(house.notices, "hold"), within(await screen.findByTestId("notice")).getByRole("button")],
    ] as const;
    for (const [hold, button] of bars) {
      await user.hover(button);
      expect(hold).toHaveBeenLastCalledWith(true);
      await user.unhover(button);
      expect(hold).toHaveBeenLastCalledWith(false);
      button.focus();
      expect(hold).toHaveBeenLastCalledWith(true);
      button.blur();
      expect(hold).toHaveBeenLastCalledWith(false);
    }
  });
});

describe("what was done", () => {
  it("is looked for further where a page had nothing of it, from where that one ended", async () => {
    const { core, user, part } = await open("control");
    const read: (number | undefined)[] = [];
    const [entry] = core.done;
    if (!entry) throw new Error("nothing was done");
    vi.spyOn(core, "audit").mockImplementation(async (_room, before) => {
      read.push(before);
      if (before === undefined) return { entries: [], more: true, before: 900 };
      return before === 900 ? { entries: [entry], more: true, before: 100 } : { entries: [], more: false };
    });
    await part("audit");
    expect(within(await screen.findByTestId("audit")).getAllByRole("listitem")).toHaveLength(1);
    await user.click(screen.getByTestId("audit-older"));
    await vi.waitFor(() => expect(read).toEqual([undefined, 900, 100]));
    await vi.waitFor(() => expect(screen.queryByTestId("audit-older")).toBeNull());
  });
});

describe("who is outside", () => {
  it("waits for somebody to let them in, and is in the room by itself", async () => {
    const { core, house } = await open("attendee", "lobby");
    expect(screen.getByTestId("outside").dataset.why).toBe("waiting");
    expect(screen.getByTestId("outside").textContent).toContain("Rust in Production 2026");
    expect(screen.queryByTestId("stage")).toBeNull();
    if (!scenes.live) throw new Error("no scene");
    const { crew: _, ...snapshot } = scenes.live.snapshot;
    core.tell({ event: "frame", frame: { frame: "snapshot", ...snapshot } });
    await screen.findByTestId("stage");
    expect(house.room.waiting).toBe(false);
  });

  it("is told until when they were sent out, and that they come in again by themselves", async () => {
    const { core } = await open("attendee", "sent-out");
    expect(screen.getByTestId("outside").textContent).toMatch(/sent you out until \d\d:\d\d/);
    core.tell({ event: "connection", state: { state: "away", refusal: "removed" } });
    await vi.waitFor(() =>
      expect(screen.getByTestId("outside").textContent).toContain("removed you from this room"),
    );
    core.tell({ event: "connection", state: { state: "away", refusal: "room_locked" } });
    await vi.waitFor(() => expect(screen.getByTestId("outside").textContent).toContain("locked"));
    core.tell({ event: "connection", state: { state: "connected" } });
    await screen.findByTestId("stage");
  });

  it("reports somebody by the same menu, and cannot do anything else", async () => {
    const { core, house, user } = await open("attendee");
    house.person.open({ participant: people.tomas, name: "Tomás Vidal" }, document.body);
    const menu = await screen.findByRole("menu");
    const items = within(menu).getAllByRole("menuitem");
    expect(items.map(({ dataset }) => dataset.testid)).toEqual(["person-write", "person-report"]);
    await user.click(within(menu).getByTestId("person-report"));
    await user.type(await screen.findByTestId("report-why"), "Spam");
    await user.click(screen.getByTestId("report-send"));
    expect(core.sent).toEqual([
      { do: "report", target: { of: "person", participant: people.tomas }, reason: "Spam" },
    ]);
  });

  it("is told in the question why a report was refused, and the reason stays", async () => {
    const { core, house, user } = await open("attendee");
    core.answer = async () => ({ is: "refused", refusal: "slow_down", retry_after_ms: 2_000 });
    house.reporting.about = { target: { of: "person", participant: people.tomas }, name: "Tomás Vidal" };
    const why = await screen.findByTestId<HTMLTextAreaElement>("report-why");
    await user.type(why, "Spam");
    await user.click(screen.getByTestId("report-send"));
    await vi.waitFor(() => expect(why.closest("dialog")?.textContent).toContain("That was too fast"));
    expect(why.value).toBe("Spam");
    expect(screen.queryByTestId("notice")).toBeNull();
  });
});
