import { render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../../dev/core";
import { people, ROOM, scenes } from "../../../dev/scenes";
import type { Outcome, Standing, UpdateBody } from "../../protocol";
import { focused } from "../../test-focus";
import App from "../App.svelte";
import { House } from "../house.svelte";

/** A window of a made-up state, with one of its tabs opened. */
async function open(window: string, scene: string, tab: string) {
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
  const user = userEvent.setup();
  await user.click(screen.getByTestId(`tab-${tab}`));
  const happens = async (body: UpdateBody, by?: string) => {
    const seq = house.room.seq + 1;
    core.tell({
      event: "frame",
      frame: {
        frame: "updates",
        room: ROOM,
        updates: [{ room: ROOM, seq, at: Date.now() * 1_000, ...(by && { by }), body }],
      },
    });
    await vi.waitFor(() => expect(house.room.seq).toBe(seq));
    await tick();
  };
  return { core, house, user, happens, unmount };
}

const card = (words: RegExp) => screen.getByRole("article", { name: words });
const ELSEWHERE = "01990000-0000-7000-8000-0000000000aa";
const question = (number: number) => `01990000-0000-7000-8000-${String(number).padStart(12, "0")}`;

afterEach(() => {
  vi.useRealTimers();
  location.hash = "";
});

describe("the questions, for the audience", () => {
  it("have the most wanted first; a vote is given and taken back, and one's own is not voted for", async () => {
    const { core, user } = await open("attendee", "questions", "qa");
    expect(screen.getAllByTestId("qa-votes").map((votes) => votes.textContent)).toEqual([
      "128",
      "64",
      "41",
      "9",
    ]);
    await user.click(within(card(/old queue/)).getByTestId("qa-vote"));
    await user.click(within(card(/outage/)).getByTestId("qa-vote"));
    expect(core.sent).toEqual([
      { do: "upvote_question", question: question(502), up: true },
      { do: "upvote_question", question: question(503), up: false },
    ]);
    expect(within(card(/large/)).getByTestId<HTMLButtonElement>("qa-vote").disabled).toBe(true);
    expect(screen.queryByRole("toolbar", { name: /with the question/ })).toBeNull();
    await user.click(screen.getByTestId("qa-order-newest"));
    expect(screen.getAllByTestId("qa-votes")[0]?.textContent).toBe("9");
  });

  it("are asked with Enter, anonymously where one wants; a refusal keeps the words", async () => {
    const { core, user } = await open("attendee", "questions", "qa");
    await user.click(screen.getByTestId("qa-anonymous"));
    await user.type(screen.getByTestId("qa-input"), "Why?{Enter}");
    expect(core.sent).toEqual([{ do: "ask_question", text: "Why?", anonymous: true }]);
    expect(screen.getByTestId<HTMLTextAreaElement>("qa-input").value).toBe("");
    core.answer = async () => ({ is: "refused", refusal: "words_not_allowed" });
    await user.type(screen.getByTestId("qa-input"), "Heck?{Enter}");
    expect((await screen.findByTestId("qa-trouble")).textContent).toContain("not allowed");
    expect(screen.getByTestId<HTMLTextAreaElement>("qa-input").value).toBe("Heck?");
  });

  it("fall back to one's name for the next one, which the button says, so that nobody is named or unnamed unawares", async () => {
    const { core, user, happens, house } = await open("attendee", "questions", "qa");
    const box = () => screen.getByTestId<HTMLInputElement>("qa-anonymous");
    const button = () => screen.getByTestId("qa-ask").textContent?.trim();
    expect([box().checked, button()]).toEqual([false, "Ask by name"]);
    await user.click(box());
    expect([box().checked, button()]).toEqual([true, "Ask anonymously"]);
    await user.type(screen.getByTestId("qa-input"), "Why?{Enter}And?");
    expect([box().checked, button()]).toEqual([false, "Ask by name"]);
    // A moderator allows it no more while one writes: it is not sent with the name then.
    await user.click(box());
    await happens({ what: "rules_set", rules: { ...house.room.moderation.rules, anonymous: false } });
    await user.type(screen.getByTestId("qa-input"), "{Enter}");
    expect(core.sent.at(-1)).toEqual({ do: "ask_question", text: "And?", anonymous: true });
    await vi.waitFor(() => expect(button()).toBe("Ask"));
  });

  it("show what may be asked already, and one's own that wait, to be taken back", async () => {
    const { core, user } = await open("attendee", "questions", "qa");
    await user.type(screen.getByTestId("qa-input"), "how did you measure latency");
    expect(screen.getByTestId("qa-alike").textContent).toContain("tail latency");
    await user.click(screen.getByTestId("qa-withdraw"));
    expect(core.sent).toEqual([{ do: "withdraw_question", question: question(510) }]);
  });

  it("stay where they are while one points at them, or is in them by keyboard, whatever is voted", async () => {
    const { user, happens } = await open("attendee", "questions", "qa");
    const votes = () => screen.getAllByTestId("qa-votes").map(({ textContent }) => textContent);
    const count = (number: number, votes: number) =>
      happens({ what: "questions_counted", counts: [{ question: question(number), votes }] });
    const standing = (number: number) =>
      screen.getAllByTestId("qa-question").findIndex(({ dataset }) => dataset.question === question(number));
    const [, second] = screen.getAllByTestId("qa-question");
    await user.hover(second as HTMLElement);
    await count(503, 500);
    expect(votes()).toEqual(["128", "64", "41", "9"].with(standing(503), "500"));
    await user.unhover(second as HTMLElement);
    await vi.waitFor(() => expect(votes()[0]).toBe("500"));
    const first = screen.getAllByTestId("qa-question")[0] as HTMLElement;
    first.focus();
    await count(501, 900);
    expect([document.activeElement, screen.getAllByTestId("qa-question")[0]]).toEqual([first, first]);
    await user.click(screen.getByTestId("qa-sort"));
    await vi.waitFor(() => expect(votes()[0]).toBe("900"));
  });

  it("wait for the connection in sight, and what the core kept does, too", async () => {
    const { core, user } = await open("attendee", "questions", "qa");
    core.answer = () => new Promise(() => {});
    await user.type(screen.getByTestId("qa-input"), "In the tunnel?{Enter}");
    core.tell({ event: "connection", state: { state: "reconnecting", attempt: 1, retry_in_ms: 500 } });
    const waiting = await screen.findByTestId("qa-sent-pending");
    await vi.waitFor(() => expect(waiting.textContent).toMatch(/In the tunnel\?.*Waits for the connection/));
    expect(screen.getByTestId<HTMLTextAreaElement>("qa-input").value).toBe("");
    const kept = { id: "kept", room: ROOM, trouble: { problem: "unsure" as const } };
    const body = { do: "ask_question" as const, text: "From before?", anonymous: false };
    core.tell({ event: "unsent", messages: [{ ...kept, body }], letters: [] });
    const refused = await screen.findByTestId("qa-sent-refused");
    await user.click(within(refused).getByTestId("qa-sent-discard"));
    expect(core.calls).toContain("discardUnsent kept");
  });

  it("leave the focus in the list where one's own go, with the button that was pressed by keyboard", async () => {
    const { core, user } = await open("attendee", "questions", "qa");
    const body = { do: "ask_question" as const, text: "From before?", anonymous: false };
    const kept = { id: "kept", room: ROOM, trouble: { problem: "unsure" as const }, body };
    core.tell({ event: "unsent", messages: [kept], letters: [] });
    (await screen.findByTestId("qa-sent-discard")).focus();
    await user.keyboard("{Enter}");
    core.tell({ event: "unsent", messages: [], letters: [] });
    await vi.waitFor(() => expect(screen.queryByTestId("qa-sent-refused")).toBeNull());
    const list = screen.getAllByTestId("qa-question")[0]?.parentElement;
    await vi.waitFor(() => expect(focused()).toBe(list));
    screen.getByTestId("qa-withdraw").focus();
    await user.keyboard("{Enter}");
    core.own({});
    await vi.waitFor(() => expect(screen.queryByTestId("qa-withdraw")).toBeNull());
    await vi.waitFor(() => expect(focused()).toBe(list));
  });

  it("keep the focus of whoever asks where they close, or a moderator mutes them: what is typed on operates nothing", async () => {
    for (const how of ["closed", "muted"]) {
      const { core, house, user, happens, unmount } = await open("attendee", "questions", "qa");
      await user.type(screen.getByTestId("qa-input"), "Wh");
      if (how === "muted") core.own({ muted: true });
      else await happens({ what: "rules_set", rules: { ...house.room.moderation.rules, questions: false } });
      const part = (await screen.findByTestId("qa-closed")).closest("section");
      await vi.waitFor(() => expect(document.activeElement).toBe(part));
      await user.keyboard("m");
      expect(house.volume.muted).toBe(false);
      unmount();
    }
  });

  it("can be reported, and whoever does is thanked", async () => {
    const { core, user } = await open("attendee", "questions", "qa");
    await user.click(within(card(/old queue/)).getByTestId("qa-report"));
    await user.type(await screen.findByTestId("report-why"), "Rude");
    await user.click(screen.getByTestId("report-send"));
    const target = { of: "question", question: question(502) };
    expect(core.sent).toEqual([{ do: "report", target, reason: "Rude" }]);
    expect((await screen.findByTestId("notice")).textContent).toContain("Thank you");
    // The next one begins empty.
    await user.click(within(card(/outage/)).getByTestId("qa-report"));
    expect((await screen.findByTestId<HTMLTextAreaElement>("report-why")).value).toBe("");
  });

  it("are counted on their tab while one looks elsewhere", async () => {
    const { house, user, happens } = await open("attendee", "questions", "chat");
    await happens({
      what: "question_opened",
      question: { id: "new", text: "And?", at: 1, standing: { is: "open" }, votes: 0 },
    });
    expect(screen.getByTestId("unread-qa").textContent).toBe("1");
    await user.click(screen.getByTestId("tab-qa"));
    expect(house.room.qa.unread).toBe(0);
  });
});

describe("the questions, for a moderator", () => {
  it("are let through, put aside and undone by keyboard, and the focus goes to the next", async () => {
    const { core, user } = await open("control", "queue", "qa");
    await user.click(screen.getByTestId("qa-queue-waiting"));
    card(/tail latency measured/).focus();
    await user.keyboard("a");
    await vi.waitFor(() => expect(document.activeElement).toBe(card(/slides/)));
    await user.keyboard("d");
    expect(core.sent).toEqual([
      { do: "open_question", question: question(507) },
      { do: "dismiss_question", question: question(508) },
    ]);
    await user.click(await screen.findByTestId("qa-undo"));
    await user.click(screen.getByTestId("qa-undo"));
    expect(core.sent.slice(2)).toEqual([
      { do: "restore_question", question: question(508), standing: { is: "waiting" } },
      { do: "restore_question", question: question(507), standing: { is: "waiting" } },
    ]);
  });

  it("are answered in writing, and merged into the likest, which comes first", async () => {
    const { core, user } = await open("control", "queue", "qa");
    card(/outage/).focus();
    await user.keyboard("w");
    await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("qa-answer-input")));
    await user.keyboard("Enough.{Enter}");
    await user.click(screen.getByTestId("qa-queue-waiting"));
    card(/tail latency measured/).focus();
    await user.keyboard("m");
    const into = await screen.findAllByTestId("qa-merge-into");
    expect(into[0]?.textContent).toContain("tail latency");
    await user.click(into[0] as HTMLElement);
    expect(core.sent).toEqual([
      { do: "answer_question", question: question(503), answer: "Enough." },
      { do: "merge_question", question: question(507), into: question(501) },
    ]);
  });

  it("keep the answer that is being written where it is refused, and where another moderator puts them elsewhere", async () => {
    const { core, user, happens } = await open("control", "queue", "qa");
    core.answer = async () => ({ is: "refused", refusal: "message_too_long" });
    card(/outage/).focus();
    await user.keyboard("w");
    await user.type(await screen.findByTestId("qa-answer-input"), "At length.{Enter}");
    await vi.waitFor(() => expect(document.body.textContent).toContain("The message is too long"));
    const written = () => screen.getByTestId<HTMLTextAreaElement>("qa-answer-input").value;
    expect(written()).toBe("At length.");
    await happens({
      what: "question_settled",
      question: question(503),
      standing: { is: "answered", at: 1 },
      was_public: true,
    });
    expect(screen.queryByTestId("qa-answer-input")).toBeNull();
    await user.click(screen.getByTestId("qa-queue-answered"));
    expect(written()).toBe("At length.");
  });

  it("keep the answer that is being written over another room, and over the lobby", async () => {
    const { core, user } = await open("control", "queue", "qa");
    card(/outage/).focus();
    await user.keyboard("w");
    await user.type(await screen.findByTestId("qa-answer-input"), "At length.");
    const written = () => screen.queryByTestId<HTMLTextAreaElement>("qa-answer-input")?.value;
    core.enterRoom(ELSEWHERE);
    await vi.waitFor(() => expect(written()).toBeUndefined());
    core.enterRoom(ROOM);
    await vi.waitFor(() => expect(written()).toBe("At length."));
    // Nobody is put into a field.
    expect(document.activeElement).not.toBe(screen.getByTestId("qa-answer-input"));
    core.tell({ event: "frame", frame: { frame: "waiting", room: ROOM } });
    await vi.waitFor(() => expect(screen.queryByTestId("tab-qa")).toBeNull());
    core.enterRoom(ROOM);
    await vi.waitFor(() => expect(written()).toBe("At length."));
  });

  it("can be left as they are, and what cannot be taken back does not stand in the way", async () => {
    const { core, user } = await open("control", "queue", "qa");
    await user.click(screen.getByTestId("qa-queue-waiting"));
    for (const words of [/tail latency measured/, /slides/]) {
      card(words).focus();
      await user.keyboard("a");
    }
    core.answer = async () => ({ is: "refused", refusal: "no_such_question" });
    await user.click(await screen.findByTestId("qa-undo"));
    core.answer = async () => ({ is: "accepted", seq: 0 });
    await user.click(screen.getByTestId("qa-undo"));
    expect(core.sent.at(-1)).toEqual({
      do: "restore_question",
      question: question(507),
      standing: { is: "waiting" },
    });
    await vi.waitFor(() => expect(screen.queryByTestId("qa-undo")).toBeNull());
  });

  it("are not taken back from another moderator who did something with them since", async () => {
    const { core, house, user, happens } = await open("control", "queue", "qa");
    await user.click(screen.getByTestId("qa-queue-waiting"));
    card(/tail latency measured/).focus();
    await user.keyboard("d");
    const settled = (standing: Standing, by?: string) =>
      happens({ what: "question_settled", question: question(507), standing, was_public: false }, by);
    await settled({ is: "dismissed" }, house.me);
    await screen.findByTestId("qa-undo");
    await settled({ is: "waiting" }, people.mara);
    expect(screen.queryByTestId("qa-undo")).toBeNull();
    expect(core.sent).toHaveLength(1);
  });

  it("go on stage and off it", async () => {
    const { core, user } = await open("control", "queue", "qa");
    expect(screen.getByTestId("overlay-question").textContent).toContain("old queue");
    await user.click(within(card(/outage/)).getByTestId("qa-stage"));
    await user.click(within(card(/old queue/)).getByTestId("qa-stage"));
    expect(core.sent).toEqual([
      { do: "show_overlay", overlay: { shows: "question", question: question(503) } },
      { do: "clear_overlay", overlay: { shows: "question", question: question(502) } },
    ]);
  });
});

describe("the questions, for a speaker", () => {
  it("are read and answered in writing, and nothing else is done with them", async () => {
    const { core, user } = await open("studio", "questions", "qa");
    const asked = await screen.findByRole("article", { name: /outage/ });
    expect(
      within(asked)
        .getAllByRole("button")
        .map(({ dataset }) => dataset.testid),
    ).toEqual(["qa-vote", "qa-write"]);
    asked.focus();
    await user.keyboard("dw");
    await user.type(await screen.findByTestId("qa-answer-input"), "Enough.{Enter}");
    expect(core.sent).toEqual([{ do: "answer_question", question: question(503), answer: "Enough." }]);
  });
});

describe("the polls", () => {
  it("are voted in, and show how they stand to whoever has voted", async () => {
    const { core, house, user } = await open("attendee", "polls", "polls");
    const poll = card(/rewrite again/);
    await user.click(within(poll).getAllByTestId("poll-option")[1] as HTMLElement);
    await user.click(within(poll).getByTestId("poll-vote"));
    const choice = { vote: "options" as const, options: [1] };
    expect(core.sent).toEqual([{ do: "vote", poll: question(601), choice }]);
    house.room.own({
      room: ROOM,
      muted: false,
      questions: [],
      asked: [],
      upvoted: [],
      points: 0,
      votes: [{ poll: question(601), choice }],
    });
    await tick();
    expect(
      within(poll)
        .getAllByTestId("bar")
        .map((bar) => bar.textContent?.replace(/\s+/g, " ").trim()),
    ).toEqual(["Yes, in small steps 62 %", "Only if forced you 26 %", "Never 12 %"]);
    await user.click(within(poll).getByTestId("poll-again"));
    expect(within(poll).getAllByTestId<HTMLInputElement>("poll-option")[1]?.checked).toBe(true);
  });

  it("keep the focus of whoever votes by keyboard, while the vote is on its way, where it is refused and where it counts", async () => {
    const { core, house, user } = await open("attendee", "polls", "polls");
    let answer: (outcome: Outcome) => void = () => {};
    core.answer = () => new Promise((done) => (answer = done));
    const poll = card(/rewrite again/);
    const vote = () => within(poll).getByTestId("poll-vote");
    const [first, second] = within(poll).getAllByTestId<HTMLInputElement>("poll-option");
    second?.focus();
    await user.keyboard(" ");
    vote().focus();
    await user.keyboard("{Enter}");
    expect(focused()).toBe(vote());
    answer({ is: "refused", refusal: "slow_down" });
    await within(poll).findByTestId("poll-trouble");
    expect([focused(), vote().getAttribute("aria-disabled")]).toEqual([vote(), null]);
    second?.focus();
    await user.keyboard("{Enter}");
    expect(focused(), "also from the option itself").toBe(second);
    await user.click(first as HTMLElement);
    answer({ is: "refused", refusal: "slow_down" });
    await vi.waitFor(() => expect(vote()).toHaveProperty("disabled", false));
    vote().focus();
    await user.keyboard("{Enter}");
    const choice = { vote: "options" as const, options: [1] };
    const body = { do: "vote", poll: question(601), choice };
    expect(core.sent, "nothing is chosen while it is on its way").toEqual([body, body, body]);
    answer({ is: "accepted", seq: house.room.seq });
    core.own({ votes: [{ poll: question(601), choice }] });
    await vi.waitFor(() => expect(within(poll).queryByTestId("poll-vote")).toBeNull());
    await vi.waitFor(() => expect(focused()).toBe(poll));
  });

  it.each([
    [/panel/, "poll-star", " "],
    [/in one word/, "poll-word", "Fresh"],
  ])("leave the focus in the field that a vote is sent from: %s", async (of, testid, keys) => {
    const { core, house, user, happens } = await open(
      "attendee",
      of.source === "panel" ? "ballots" : "polls",
      "polls",
    );
    const cloud = house.room.polls.polls.find(({ id }) => id === question(603));
    if (cloud) await happens({ what: "poll_opened", poll: { ...cloud, phase: { is: "open", since: 1 } } });
    core.answer = () => new Promise(() => {});
    const field = within(card(of)).getAllByTestId<HTMLInputElement>(testid)[1] as HTMLInputElement;
    field.focus();
    await user.keyboard(`${keys}{Enter}`);
    expect([core.sent.length, focused()]).toEqual([1, field]);
    const before = field.value;
    await user.keyboard("more");
    expect(field.value).toBe(before);
  });

  it("take stars, and no more options than they say; names are told beforehand", async () => {
    const { core, user } = await open("attendee", "ballots", "polls");
    const [stars, several] = [card(/panel/), card(/production/)];
    await user.click(within(stars).getAllByTestId("poll-star")[3] as HTMLElement);
    await user.click(within(stars).getByTestId("poll-vote"));
    const options = within(several).getAllByTestId<HTMLInputElement>("poll-option");
    for (const option of [2, 0]) await user.click(options[option] as HTMLElement);
    expect(options.map(({ disabled }) => disabled)).toEqual([false, true, false, true]);
    expect(several.textContent).toContain("With your name");
    await user.click(within(several).getByTestId("poll-vote"));
    expect(core.sent).toEqual([
      { do: "vote", poll: question(604), choice: { vote: "rating", stars: 4 } },
      { do: "vote", poll: question(605), choice: { vote: "options", options: [0, 2] } },
    ]);
  });

  it("ask for no words of whoever is muted, and say why: the room takes none of theirs", async () => {
    const { core, house, happens } = await open("attendee", "polls", "polls");
    const cloud = house.room.polls.polls.find(({ id }) => id === question(603));
    if (!cloud) throw new Error("no such poll");
    await happens({ what: "poll_opened", poll: { ...cloud, phase: { is: "open", since: 1 } } });
    expect(within(card(/in one word/)).getAllByTestId("poll-word")).toHaveLength(3);
    core.own({ muted: true });
    expect((await screen.findByTestId("poll-muted")).textContent).toContain("you can vote");
    expect(within(card(/in one word/)).queryByTestId("poll-vote")).toBeNull();
    expect(within(card(/rewrite again/)).getAllByTestId("poll-option").length, "by a choice").toBeGreaterThan(
      1,
    );
    core.own({});
    await vi.waitFor(() => expect(screen.queryByTestId("poll-muted")).toBeNull());
    expect(within(card(/in one word/)).getAllByTestId("poll-word")).toHaveLength(3);
  });

  it("say of a quiz that is over what was right, what one has, and who leads", async () => {
    await open("attendee", "voted", "polls");
    const quiz = card(/Rust 1.0/);
    expect(within(quiz).getByTestId("quiz-own").textContent).toContain("240");
    const places = within(quiz)
      .getAllByRole("listitem")
      .map((place) => place.textContent?.trim());
    expect(places.slice(-4, -1)).toEqual(["1Jun Tanaka280", "2Mina Kovač240", "2Amara Bello240"]);
  });

  it("are taken off the stage by their name: what another moderator put there meanwhile stays", async () => {
    const { core, house, user } = await open("control", "cloud", "polls");
    await user.click(screen.getByTestId("poll-stage"));
    expect(core.sent).toEqual([{ do: "clear_overlay", overlay: house.room.overlay.shows }]);
  });

  it("are written, opened and brought on stage by whoever runs them", async () => {
    const { core, user } = await open("control", "composing", "polls");
    await user.click(screen.getByTestId("poll-new"));
    await user.type(screen.getByTestId("compose-question"), "Which?");
    await user.type(screen.getAllByTestId("compose-option")[0] as HTMLElement, "Tea{Enter}Coffee");
    await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
    await user.click(screen.getByTestId("compose-save"));
    await user.click(await screen.findByTestId("poll-open"));
    await user.click(within(card(/rewrite again/)).getByTestId("poll-close"));
    expect(core.sent).toMatchObject([
      { do: "draft_poll", form: { question: "Which?", kind: { is: "single" }, options: ["Coffee", "Tea"] } },
      { do: "open_poll", poll: question(606) },
      { do: "close_poll", poll: question(601) },
    ]);
  });

  it("are there again as far as they were written when one comes back from another room", async () => {
    const { core, user } = await open("control", "composing", "polls");
    await user.click(screen.getByTestId("poll-new"));
    await user.type(screen.getByTestId("compose-question"), "Which?");
    await user.type(screen.getAllByTestId("compose-option")[0] as HTMLElement, "Tea");
    core.enterRoom(ELSEWHERE);
    await vi.waitFor(() => expect(screen.queryByTestId("poll-composer")).toBeNull());
    core.enterRoom(ROOM);
    expect((await screen.findByTestId<HTMLTextAreaElement>("compose-question")).value).toBe("Which?");
    expect(screen.getAllByTestId<HTMLInputElement>("compose-option")[0]?.value).toBe("Tea");
    expect(document.activeElement).not.toBe(screen.getByTestId("compose-question"));
  });

  it("keep an answer in one's own words that was begun, until it is given", async () => {
    const { core, user, happens } = await open("attendee", "live", "polls");
    const form = {
      question: "Why?",
      kind: { is: "open_text" as const },
      options: [],
      correct: [],
      named: false,
    };
    const phase = { is: "open" as const, since: 1 };
    const poll = { id: question(700), form: { ...form, shown: "always" as const, changeable: true }, phase };
    const opened = () => happens({ what: "poll_opened", poll });
    const written = () => screen.getByTestId<HTMLTextAreaElement>("poll-text").value;
    await opened();
    await user.type(screen.getByTestId("poll-text"), "Because");
    core.enterRoom(ELSEWHERE);
    await vi.waitFor(() => expect(screen.queryByTestId("poll-text")).toBeNull());
    core.enterRoom(ROOM);
    await opened();
    expect(written()).toBe("Because");
    await user.click(screen.getByTestId("poll-vote"));
    const choice = { vote: "text" as const, text: "Because" };
    expect(core.sent).toEqual([{ do: "vote", poll: poll.id, choice }]);
    core.own({ votes: [{ poll: poll.id, choice: { ...choice, text: "Because of it" } }] });
    // One's vote from now on, also where another device changed it.
    await user.click(await screen.findByTestId("poll-again"));
    expect(written()).toBe("Because of it");
  });
});

describe("a poll that is closed", () => {
  it("is opened again by whoever closed it, at once or later, and stands as it stood", async () => {
    const { core, happens, house, user } = await open("control", "composing", "polls");
    const before = house.room.polls.polls.find(({ id }) => id === question(601));
    if (!before?.tally) throw new Error("no such poll");
    await user.click(within(card(/rewrite again/)).getByTestId("poll-close"));
    await user.click(await screen.findByTestId("moderation-undo"));
    await happens({ what: "poll_closed", poll: question(601), tally: before.tally, correct: [] });
    await user.click(within(card(/rewrite again/)).getByTestId("poll-reopen"));
    expect(core.sent).toEqual([
      { do: "close_poll", poll: question(601) },
      { do: "reopen_poll", poll: question(601) },
      { do: "reopen_poll", poll: question(601) },
    ]);
    await happens({ what: "poll_reopened", poll: before });
    expect(card(/rewrite again/).dataset.phase).toBe("open");
  });

  it("stays closed where it was a quiz: everybody was told what is right", async () => {
    await open("control", "composing", "polls");
    expect(within(card(/Rust 1.0/)).queryByTestId("poll-reopen")).toBeNull();
  });
});

describe("an answer in somebody's own words", () => {
  it("is taken out by whoever runs the poll, for everybody, and shown again", async () => {
    const { core, happens, house, user } = await open("control", "voted", "polls");
    const cloud = () => house.room.polls.polls.find(({ id }) => id === question(603));
    await user.click(within(card(/in one word/)).getByRole("button", { name: /“late” out/ }));
    await user.click(await screen.findByTestId("moderation-undo"));
    expect(core.sent).toEqual([
      { do: "hide_answer", poll: question(603), answer: "late" },
      { do: "show_answer", poll: question(603), answer: "late" },
    ]);
    const tally = cloud()?.tally;
    if (!tally) throw new Error("nobody gave a word");
    await happens({ what: "answer_hidden", poll: question(603), answer: "late" });
    const words = tally.words.filter(({ word }) => word !== "late");
    await happens({ what: "poll_counted", poll: question(603), tally: { ...tally, words }, shown: "always" });
    expect(
      within(card(/in one word/)).queryByText("late", { selector: "[data-testid=cloud-word] bdi" }),
    ).toBeNull();
    await user.click(within(card(/in one word/)).getByText("One answer was taken out"));
    await user.click(within(card(/in one word/)).getByTestId("answer-show"));
    expect(core.sent.at(-1)).toEqual({ do: "show_answer", poll: question(603), answer: "late" });
    await happens({ what: "answer_shown", poll: question(603), answer: "late" });
    expect(cloud()).not.toHaveProperty("hidden");
  });

  it("is nobody's of the audience to take out", async () => {
    await open("attendee", "voted", "polls");
    expect(within(card(/in one word/)).getAllByTestId("cloud-word").length).toBeGreaterThan(0);
    expect(screen.queryByTestId("answer-hide")).toBeNull();
  });
});

describe("a poll that opens", () => {
  it("is told of wherever one looks, until one votes or does not want to", async () => {
    const { user } = await open("attendee", "ballots", "chat");
    const call = () => screen.getByTestId("poll-call");
    expect(within(call()).getByRole("status").textContent).toContain("production");
    await user.click(within(call()).getByTestId("poll-call-aside"));
    expect(within(call()).getByRole("status").textContent).toContain("panel");
    await user.click(within(call()).getByTestId("poll-call-vote"));
    expect(screen.queryByTestId("poll-call")).toBeNull();
    expect(document.activeElement).toBe(screen.getByTestId("tab-polls"));
  });

  it("is told to nobody who runs it", async () => {
    await open("control", "ballots", "chat");
    expect(screen.queryByTestId("poll-call")).toBeNull();
  });
});

describe("reactions", () => {
  it("are sent with a click or a key, not while one writes, and four a second at most", async () => {
    const { core, user } = await open("attendee", "live", "chat");
    // All of it in the same moment, however long it takes.
    vi.useFakeTimers({ toFake: ["Date"] });
    await user.click(screen.getByTestId("react-heart"));
    (document.activeElement as HTMLElement).blur();
    await user.keyboard("1");
    await user.type(screen.getByTestId("chat-input"), "66");
    (document.activeElement as HTMLElement).blur();
    await user.keyboard("222222");
    const thrown = () => core.calls.filter((call) => call.startsWith("react"));
    expect(thrown()).toEqual(["react heart", "react clap", "react heart", "react heart"]);
    vi.setSystemTime(Date.now() + 1_000);
    await user.keyboard("1");
    expect(thrown()).toHaveLength(5);
    await vi.waitFor(() => expect(screen.getByTestId("reaction-flow").textContent).toContain("👏"));
  });
});
