import { render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../dev/core";
import { ROOM, scenes } from "../../dev/scenes";
import type { Poll, UpdateBody } from "../protocol";
import App from "./App.svelte";
import { House } from "./house.svelte";

async function open(scene = "planned", window: "control" | "attendee" = "control") {
  const made = scenes[scene];
  if (!made) throw new Error(`no scene ${scene}`);
  location.hash = `#/${window}`;
  const core = new FakeCore(made, window);
  const house = new House(core);
  const view = render(App, { house });
  await vi.waitFor(() => {
    if (!(house.room.here && house.session)) throw new Error("not there yet");
  });
  await tick();
  const user = userEvent.setup();
  await user.click(screen.getByTestId("tab-polls"));
  const happens = async (body: UpdateBody) => {
    const update = { room: ROOM, seq: house.room.seq + 1, at: Date.now() * 1_000, body };
    core.tell({ event: "frame", frame: { frame: "updates", room: ROOM, updates: [update] } });
    await vi.waitFor(() => expect(house.room.seq).toBe(update.seq));
    await tick();
  };
  return { core, house, happens, user, ...view };
}

const offered = () =>
  screen.queryAllByTestId("planned-poll").map((row) => row.querySelector("strong")?.textContent);

afterEach(() => {
  location.hash = "";
});

describe("polls of the plan in the control room", () => {
  it("are offered with their session, and one press asks the room for the draft", async () => {
    const { core, user, house, container } = await open();
    expect(offered()).toHaveLength(3);
    expect(screen.getAllByTestId("planned-poll")[1]?.textContent).toContain(
      "What we got wrong · Several answers · 4 options",
    );
    const first = house.room.run.planned.polls[0];
    await user.click(
      within(screen.getAllByTestId("planned-poll")[0] as HTMLElement).getByTestId("planned-make"),
    );
    expect(core.sent.at(-1)).toEqual({ do: "draft_planned", poll: first?.id });
    // The button changes nothing: the room does.
    expect(offered()).toHaveLength(3);
    expect((await axe.run(container)).violations.map(({ id }) => id)).toEqual([]);
  });

  it("are offered as long as there is no draft, again when that is thrown away, and never again once they were asked", async () => {
    const { house, happens } = await open();
    const planned = house.room.run.planned.polls[0];
    if (!planned) throw new Error("nothing is planned");
    const draft: Poll = { id: planned.id, form: planned.form, phase: { is: "draft" } };
    await happens({ what: "poll_drafted", poll: draft });
    expect(offered()).toHaveLength(2);
    await happens({ what: "poll_dropped", poll: planned.id });
    expect(offered()).toHaveLength(3);
    await happens({ what: "poll_drafted", poll: draft });
    await happens({ what: "poll_opened", poll: { ...draft, phase: { is: "open", since: 1 } } });
    await happens({ what: "poll_dropped", poll: planned.id });
    expect(offered()).toHaveLength(2);
  });

  it("are those of the plan as it is now", async () => {
    const { house, happens } = await open();
    const { planned } = house.room.run;
    const [first] = planned.polls;
    if (!first) throw new Error("nothing is planned");
    const added = { ...first, id: crypto.randomUUID(), form: { ...first.form, question: "New?" } };
    await happens({ what: "run_of_show_set", run_of_show: { ...planned, polls: [added] } });
    expect(offered()).toEqual(["New?"]);
  });
});

const compose = (testid = "compose-question") => screen.getByTestId<HTMLTextAreaElement>(testid);
const cards = (question: string) =>
  screen.queryAllByTestId("poll").filter(({ textContent }) => textContent?.includes(question));

describe("a poll whose options read the same", () => {
  it("is refused by its options, and stays as it is written until it is changed", async () => {
    const { core, user } = await open();
    await user.click(screen.getByTestId("poll-new"));
    await user.type(compose(), "Tea?");
    const options = screen.getAllByTestId("compose-option");
    await user.type(options[0] as HTMLElement, "Yes");
    await user.type(options[1] as HTMLElement, "yes");
    const send = vi.spyOn(core, "send").mockResolvedValueOnce({ is: "refused", refusal: "options_alike" });
    await user.click(screen.getByTestId("compose-save"));
    const wrong = await screen.findByTestId("compose-options-wrong");
    expect(wrong.textContent).toBe("Two options read the same. Change one, or take it out.");
    expect(wrong.closest("fieldset")?.getAttribute("aria-describedby")).toBe(wrong.id);
    expect(compose().value).toBe("Tea?");
    expect(screen.queryByTestId("notice")).toBeNull();
    await user.type(options[1] as HTMLElement, ", please");
    expect(screen.queryByTestId("compose-options-wrong")).toBeNull();
    send.mockResolvedValueOnce({ is: "refused", refusal: "full" });
    await user.click(screen.getByTestId("compose-save"));
    expect((await screen.findByTestId("compose-unsaved")).textContent).toContain("as many as this room");
    await user.click(screen.getByTestId("compose-save"));
    await vi.waitFor(() => expect(screen.queryByTestId("poll-composer")).toBeNull());
  });
});

describe("a draft", () => {
  const drafted = async () => {
    const opened = await open("composing");
    const draft = opened.house.room.polls.polls.find(({ phase }) => phase.is === "draft");
    if (!draft) throw new Error("there is no draft");
    const controls = () => within(cards(draft.form.question)[0] as HTMLElement);
    return { ...opened, draft, controls };
  };

  it("that was thrown away is drafted again as it was, and not over what somebody made of it meanwhile", async () => {
    const { core, user, happens, draft, controls } = await drafted();
    const thrown = { do: "drop_poll", poll: draft.id };
    await user.click(controls().getByTestId("poll-drop"));
    await happens({ what: "poll_dropped", poll: draft.id });
    expect((await screen.findByTestId("moderation-undo-bar")).textContent).toContain(draft.form.question);
    await user.click(screen.getByTestId("moderation-undo"));
    expect(core.sent).toEqual([thrown, { do: "draft_poll", poll: draft.id, form: draft.form }]);
    await vi.waitFor(() => expect(screen.queryByTestId("moderation-undo")).toBeNull());
    await happens({ what: "poll_drafted", poll: draft });
    await user.click(controls().getByTestId("poll-drop"));
    await happens({ what: "poll_dropped", poll: draft.id });
    await happens({
      what: "poll_drafted",
      poll: { ...draft, form: { ...draft.form, question: "Another?" } },
    });
    await vi.waitFor(() => expect(screen.queryByTestId("moderation-undo")).toBeNull());
    expect(core.sent.slice(2)).toEqual([thrown]);
  });

  it("that could not be thrown away offers nothing to undo, and what is archived is asked about, as it cannot be had again", async () => {
    const { core, user, happens, draft, controls } = await drafted();
    core.answer = async () => ({ is: "refused", refusal: "no_such_poll" });
    await user.click(controls().getByTestId("poll-drop"));
    expect(screen.queryByTestId("moderation-undo")).toBeNull();
    core.answer = async () => ({ is: "accepted", seq: 0 });
    await happens({ what: "poll_opened", poll: { ...draft, phase: { is: "open", since: 1 } } });
    await happens({
      what: "poll_closed",
      poll: draft.id,
      tally: { voters: 0, counts: [0, 0, 0], words: [], texts: [], leaders: [] },
      correct: [],
    });
    await happens({ what: "poll_archived", poll: draft.id });
    await user.click(controls().getByTestId("poll-drop"));
    expect(core.sent).toHaveLength(1);
    const yes = await screen.findByTestId("poll-drop-yes");
    core.answer = async () => ({ is: "refused", refusal: "storage_unavailable" });
    await user.click(yes);
    await vi.waitFor(() => expect(yes.closest("dialog")?.textContent).toContain("cannot save anything"));
    const notices = screen.queryAllByTestId("notice").map(({ textContent }) => textContent);
    expect(notices.join(), "once").not.toContain("cannot save anything");
    core.answer = async () => ({ is: "accepted", seq: 0 });
    await user.click(yes);
    const thrown = { do: "drop_poll", poll: draft.id };
    expect(core.sent.slice(1)).toEqual([thrown, thrown]);
    await vi.waitFor(() => expect(screen.queryByTestId("poll-drop-yes")).toBeNull());
    expect(screen.queryByTestId("moderation-undo")).toBeNull();
  });

  it.each(["dropped", "opened"] as const)(
    "that is %s elsewhere while it is changed here leaves what was typed, which is saved as a new draft",
    async (how) => {
      const { core, user, happens, draft, controls } = await drafted();
      await user.click(controls().getByTestId("poll-edit"));
      await user.type(compose(), " Really?");
      const field = compose();
      if (how === "dropped") await happens({ what: "poll_dropped", poll: draft.id });
      else await happens({ what: "poll_opened", poll: { ...draft, phase: { is: "open", since: 1 } } });
      expect(screen.getByTestId("compose-lost").textContent).toContain("What you wrote is still here");
      // The field is the same, with the caret in it; beside it stands the poll, where that was opened.
      expect([compose(), document.activeElement]).toEqual([field, field]);
      expect(field.value).toBe(`${draft.form.question} Really?`);
      expect(cards(draft.form.question)).toHaveLength(how === "opened" ? 1 : 0);
      await user.click(screen.getByTestId("compose-save"));
      const [saved] = core.sent;
      expect(saved).toEqual({
        do: "draft_poll",
        poll: expect.not.stringContaining(draft.id),
        form: { ...draft.form, question: `${draft.form.question} Really?`, changeable: false },
      });
      await vi.waitFor(() => expect(screen.queryByTestId("poll-composer")).toBeNull());
    },
  );

  it("leaves the focus where it is looked after, whatever is done with it by keyboard", async () => {
    const { user, happens, draft, controls } = await drafted();
    const press = async (button: HTMLElement) => {
      button.focus();
      await user.keyboard("{Enter}");
    };
    await press(screen.getByTestId("poll-new"));
    expect(document.activeElement).toBe(compose());
    await press(screen.getByRole("button", { name: "Cancel" }));
    await vi.waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole("region", { name: "Polls" })),
    );
    await press(controls().getByTestId("poll-edit"));
    expect(document.activeElement).toBe(compose());
    await press(screen.getByRole("button", { name: "Cancel" }));
    await vi.waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole("region", { name: "Polls" })),
    );
    await press(controls().getByTestId("poll-open"));
    await happens({ what: "poll_opened", poll: { ...draft, phase: { is: "open", since: 1 } } });
    await vi.waitFor(() => expect(document.activeElement).toBe(cards(draft.form.question)[0]));
  });
});

describe("who voted for what", () => {
  it("is read page by page where the poll is named, when somebody wants to know", async () => {
    const { core, user } = await open();
    expect(core.calls.filter((call) => call.startsWith("votes"))).toEqual([]);
    await user.click(within(screen.getByTestId("votes")).getByText("Who voted for what"));
    await vi.waitFor(() => expect(screen.getAllByTestId("named-vote")).toHaveLength(100));
    expect(screen.getAllByTestId("named-vote")[0]?.textContent).toContain("Ada Byron 1Rust, C++");
    await user.click(screen.getByTestId("votes-more"));
    await vi.waitFor(() => expect(screen.getAllByTestId("named-vote")).toHaveLength(130));
    expect(screen.queryByTestId("votes-more")).toBeNull();
  });

  it("leads to whoever voted, to be muted like anybody else", async () => {
    const { core, user } = await open();
    await user.click(within(screen.getByTestId("votes")).getByText("Who voted for what"));
    await user.click((await screen.findAllByTestId("voter"))[0] as HTMLElement);
    await user.click(await screen.findByTestId("person-mute"));
    expect(core.sent.at(-1)).toMatchObject({ do: "sanction", act: { act: "mute" } });
  });

  it("says so where it could not be read, and can be tried again", async () => {
    const { core, user } = await open();
    const votes = vi.spyOn(core, "votes").mockRejectedValueOnce({ problem: "unreachable" });
    await user.click(within(screen.getByTestId("votes")).getByText("Who voted for what"));
    expect((await screen.findByRole("alert")).textContent).toContain("could not be read");
    await user.click(screen.getByTestId("votes-again"));
    await vi.waitFor(() => expect(screen.getAllByTestId("named-vote")).toHaveLength(100));
    expect(votes).toHaveBeenCalledTimes(2);
  });

  it("is offered for no anonymous poll, and to nobody in the audience", async () => {
    const { unmount } = await open("polls");
    expect(screen.getAllByTestId("poll").length).toBeGreaterThan(0);
    expect(screen.queryByTestId("votes")).toBeNull();
    unmount();
    await open("planned", "attendee");
    expect(screen.getAllByTestId("poll").length).toBeGreaterThan(0);
    expect(screen.queryByTestId("votes")).toBeNull();
    expect(screen.queryByTestId("planned")).toBeNull();
  });
});
