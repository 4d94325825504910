import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../../dev/core";
import { people, ROOM, scenes } from "../../../dev/scenes";
import type { Update } from "../../protocol";
import App from "../App.svelte";
import { House } from "../house.svelte";

async function open(window: string, scene = "replay") {
  const made = scenes[scene];
  if (!made) throw new Error(`no scene ${scene}`);
  location.hash = `#/${window}`;
  const core = new FakeCore(made, window);
  const house = new House(core);
  const view = render(App, { house });
  await vi.waitFor(() => {
    if (!(house.session && (house.room.here || made.absent))) throw new Error("not there yet");
  });
  await tick();
  const happens = async (body: Update["body"]) => {
    const updates = [{ room: ROOM, seq: house.room.seq + 1, at: Date.now() * 1_000, body }];
    core.tell({ event: "frame", frame: { frame: "updates", room: ROOM, updates } });
    await vi.waitFor(() => expect(house.room.seq).toBe(updates[0]?.seq));
    await tick();
  };
  return { core, house, happens, user: userEvent.setup(), ...view };
}

/** The window, with what was on in it from the beginning, standing still. */
async function watching(window: string, scene = "replay") {
  const opened = await open(window, scene);
  if (!opened.house.replaying) await opened.user.click(screen.getByTestId("replay-open"));
  await vi.waitFor(() => expect(player(opened.house).shown).toBe(true));
  if (player(opened.house).playing) await opened.user.click(screen.getByTestId("replay-play"));
  await opened.user.click(stage());
  const goTo = async (minute: number) => {
    const from = player(opened.house).from;
    player(opened.house).seek(from + minute * 60_000_000);
    await vi.waitFor(() => expect(player(opened.house).slow).toBe(false));
    await tick();
  };
  return { ...opened, goTo };
}

function player({ replaying }: House) {
  const found = replaying?.model.player;
  if (!found) throw new Error("nothing is watched");
  return found;
}
const minute = (house: House) => (player(house).at - player(house).from) / 60_000_000;
const seconds = (house: House) => Math.round((player(house).at - player(house).from) / 1_000_000);
const stage = () => screen.getByTestId("replay-stage");
const line = () => screen.getByTestId("replay-position") as HTMLInputElement;
const tab = (key: string) => screen.getByTestId(`tab-then-${key}`);
const panel = () => within(screen.getByTestId("replay")).getByRole("tabpanel");

afterEach(() => {
  vi.useRealTimers();
  location.hash = "";
});

describe("what was on", () => {
  it("is shown as it was: the scene by names, what lay over it, what was said, asked and voted", async () => {
    const { user, goTo } = await watching("attendee");
    await goTo(13.5);
    const cards = within(stage()).getAllByTestId("name-card");
    expect(cards.map(({ textContent }) => textContent?.trim())).toEqual([
      expect.stringContaining("Ines Okafor"),
      expect.stringContaining("Daniel Reuter"),
    ]);
    expect(within(stage()).getByTestId("overlay-question").textContent).toContain("keep the old queue");
    expect(panel().textContent).toContain("We kept the old queue for a year");
    await user.click(tab("qa"));
    const questions = within(panel()).getAllByTestId("qa-question");
    expect(questions.map(({ textContent }) => textContent?.match(/\d+/)?.[0])).toEqual(["128", "64", "0"]);
    await user.click(tab("polls"));
    expect(panel().textContent).toContain("No poll yet");
    await goTo(25);
    expect(within(panel()).getByTestId("poll").dataset.phase).toBe("open");
    expect(within(panel()).queryByTestId("poll-results")).toBeNull();
    await goTo(27);
    expect(within(panel()).getByTestId("poll-results").textContent).toContain("62");
    await goTo(42);
    expect(within(stage()).getByTestId("slate").dataset.phase).toBe("ended");
  });

  it("has what waited and what was put aside for those alone who look after the room", async () => {
    const queues = () =>
      within(panel())
        .getAllByRole("radio")
        .map((radio) => radio.getAttribute("data-testid"))
        .filter((id) => id?.startsWith("qa-queue"));
    const { user, goTo, house, unmount } = await watching("control");
    await goTo(13.5);
    await user.click(tab("qa"));
    expect(queues()).toEqual([
      "qa-queue-waiting",
      "qa-queue-open",
      "qa-queue-answered",
      "qa-queue-dismissed",
    ]);
    const asked = player(house).room.qa.questions[0];
    if (!asked) throw new Error("nothing was asked");
    player(house).room.qa.apply({
      room: ROOM,
      seq: 1,
      at: 1,
      body: { what: "question_settled", question: asked.id, standing: { is: "dismissed" }, was_public: true },
    });
    await user.click(within(panel()).getByTestId("qa-queue-dismissed"));
    expect(within(panel()).getByTestId("qa-question").textContent).toContain(asked.text);
    await user.click(within(panel()).getByTestId("qa-queue-waiting"));
    expect(panel().textContent).toContain("Nothing waits");
    unmount();
    const attendee = await watching("attendee");
    await attendee.goTo(13.5);
    await attendee.user.click(tab("qa"));
    expect(queues()).toEqual(["qa-queue-open", "qa-queue-answered"]);
  });

  it("says once that there are no pictures, and claims of nobody that their camera is off", async () => {
    const { goTo } = await watching("attendee");
    await goTo(5);
    expect(screen.getAllByText(/were not recorded/)).toHaveLength(1);
    expect(stage().textContent).not.toMatch(/camera|picture/i);
  });

  it("can be read alone: nothing writes, votes or asks, and nothing is sent", async () => {
    const { core, user, goTo } = await watching("attendee");
    await goTo(25);
    const replay = within(screen.getByTestId("replay"));
    for (const key of ["qa", "polls", "chat"]) await user.click(tab(key));
    for (const id of ["chat-input", "qa-ask", "poll-ballot", "chat-search"])
      expect(replay.queryByTestId(id), id).toBeNull();
    for (const button of replay.getAllByTestId("qa-vote"))
      expect((button as HTMLButtonElement).disabled).toBe(true);
    await user.hover(within(panel()).getAllByRole("article")[0] as HTMLElement);
    expect(replay.queryByRole("toolbar")).toBeNull();
    expect(core.sent).toEqual([]);
  });

  it("moves with the clock, and stands when it is told to", async () => {
    const { house, user } = await watching("attendee");
    const before = player(house).at;
    await user.click(screen.getByTestId("replay-play"));
    await vi.waitFor(() => expect(player(house).at).toBeGreaterThan(before));
    await user.click(screen.getByTestId("replay-play"));
    const stood = player(house).at;
    await new Promise((done) => setTimeout(done, 250));
    expect(player(house).at).toBe(stood);
  });

  it("reads further back by what the room had of the chat then", async () => {
    const { house, goTo } = await watching("attendee");
    await goTo(40);
    const { replaying } = house;
    const said = player(house).room.chat.said.messages;
    const page = await replaying?.older(said.at(10), 100);
    expect(page?.messages.map(({ id }) => id)).toEqual(said.slice(0, 10).map(({ id }) => id));
    expect(page?.more).toBe(true);
    expect(await replaying?.older(said.at(0), 100)).toEqual({ messages: [], more: false });
  });

  it("is of a room that one chooses, with nothing to see where nothing was", async () => {
    const { user } = await watching("attendee");
    await user.selectOptions(screen.getByTestId("replay-room"), "Workshops");
    expect((await screen.findByTestId("replay-none")).textContent).toContain("as soon as it is over");
    await user.selectOptions(screen.getByTestId("replay-room"), "Main stage");
    await screen.findByTestId("replay-stage");
    await user.selectOptions(
      screen.getByTestId("replay-part"),
      within(screen.getByTestId("replay-part")).getAllByRole("option")[0] as HTMLElement,
    );
    await vi.waitFor(() => expect(screen.getByTestId("replay").textContent).toContain("Opening"));
  });
});

describe("the keys", () => {
  it("play and stop, go back and forward, along the moments, and change how fast", async () => {
    const { house, user, goTo } = await watching("attendee");
    await goTo(5);
    await user.keyboard("{ArrowRight}");
    expect(seconds(house)).toBe(310);
    await user.keyboard("{ArrowLeft}{ArrowLeft}");
    expect(seconds(house)).toBe(290);
    await user.keyboard("n");
    expect(minute(house)).toBe(14);
    await user.keyboard("p");
    expect(minute(house)).toBeCloseTo(3.1);
    await user.keyboard(">>");
    expect(player(house).speed).toBe(2);
    await user.keyboard("<");
    expect(player(house).speed).toBe(1.5);
    await user.keyboard(" ");
    expect(player(house).playing).toBe(true);
    await user.keyboard(" ");
    expect(player(house).playing).toBe(false);
  });

  it("are listed with ?, in place of those of the room below", async () => {
    const { user } = await watching("attendee");
    await user.keyboard("?");
    const keys = (await screen.findAllByTestId("key")).map(({ textContent }) => textContent);
    expect(keys.join()).toContain("Play or pause");
    expect(keys.join()).not.toContain("Mute");
  });

  it("of the room below do nothing, so that nothing is called or taken by chance", async () => {
    const { core, user } = await watching("control");
    const before = core.calls.length;
    await user.keyboard("{Enter}123h ");
    expect([core.sent, core.calls.length]).toEqual([[], before]);
    await user.click(screen.getByTestId("replay-leave"));
    await vi.waitFor(() => expect(screen.queryByTestId("replay")).toBeNull());
    await user.click(document.body);
    await user.keyboard("{Enter}");
    expect(core.sent).toEqual([{ do: "take" }]);
  });

  it("belong to the chat of then while one is in it", async () => {
    const { house, user, goTo } = await watching("attendee");
    await goTo(10);
    within(panel()).getByRole("feed").focus();
    await user.keyboard("{ArrowUp} ");
    expect([minute(house), player(house).playing]).toEqual([10, false]);
    expect(document.activeElement?.getAttribute("role")).toBe("article");
  });
});

describe("the line", () => {
  it("is a slider that says in words where one is", async () => {
    const { goTo } = await watching("attendee");
    await goTo(12.5);
    expect(line().getAttribute("aria-valuetext")).toMatch(
      /^12 minutes 30 seconds of 42 minutes, \w{3} \d+ \w{3,4}, \d\d:\d\d:\d\d$/,
    );
    expect([line().type, line().min, line().max, line().value]).toEqual(["range", "0", "2520", "750"]);
  });

  it("goes by keys: ten seconds, a minute, the beginning and the end; Space plays", async () => {
    const { house, user, goTo } = await watching("attendee");
    await goTo(5);
    line().focus();
    await user.keyboard("{ArrowRight}{ArrowUp}{ArrowLeft}");
    expect(seconds(house)).toBe(310);
    await user.keyboard("{PageUp}{PageUp}{PageDown}");
    expect(seconds(house)).toBe(370);
    await user.keyboard("{End}");
    expect([minute(house), player(house).ended]).toEqual([42, true]);
    await user.keyboard("{Home}");
    expect(seconds(house)).toBe(0);
    await user.keyboard(" ");
    expect(player(house).playing).toBe(true);
    expect(document.activeElement).toBe(line());
  });

  it("asks for nothing while it is dragged, and goes there when it is let go", async () => {
    const { core, house, goTo } = await watching("attendee");
    await goTo(1);
    core.replayUpdates = () => new Promise(() => {});
    const asked = core.calls.length;
    for (const to of [900, 1_200, 1_500]) await fireEvent.input(line(), { target: { value: to } });
    expect([core.calls.length, minute(house)]).toEqual([asked, 1]);
    expect(line().getAttribute("aria-valuetext")).toContain("25 minutes of");
    await fireEvent.change(line(), { target: { value: 1_500 } });
    expect(minute(house)).toBe(25);
  });

  it("has the moments beside it as a list, where one goes by a click and by the arrow keys", async () => {
    const { house, user, goTo } = await watching("attendee");
    await goTo(25);
    await user.click(tab("moments"));
    const marks = within(panel()).getAllByTestId("replay-mark");
    expect(marks.length).toBe(13);
    const current = () =>
      within(panel())
        .getAllByTestId("replay-mark")
        .find((mark) => mark.getAttribute("aria-current") === "true");
    expect(current()?.textContent).toContain("Poll: Would you rewrite again?");
    expect(current()?.textContent).toContain("at 24 minutes");
    await user.click(within(panel()).getByText(/Answered: Would you keep/));
    expect(minute(house)).toBe(14);
    await vi.waitFor(() => expect(current()?.textContent).toContain("Answered: Would you keep"));
    await user.keyboard("{End}{Enter}");
    expect(minute(house)).toBe(42);
  });
});

describe("the quiet", () => {
  it("can be passed over, with how long it is", async () => {
    const { house, user, goTo } = await watching("attendee");
    await goTo(15);
    await vi.waitFor(() =>
      expect(screen.getByTestId("replay-skip").title).toMatch(/Nothing happens for \d minutes/),
    );
    await user.click(screen.getByTestId("replay-skip"));
    expect(minute(house)).toBeGreaterThan(20.5);
    await vi.waitFor(() => expect(screen.queryByTestId("replay-skip")).toBeNull());
  });
});

describe("what does not come", () => {
  it("is told with what to do, and the moment stands until it comes", async () => {
    const { core, house, user } = await watching("attendee");
    const replayAt = core.replayAt.bind(core);
    core.replayUpdates = () => new Promise(() => {});
    core.replayAt = () => Promise.reject({ problem: "unreachable" });
    player(house).seek(player(house).until + 1);
    // Nothing after the first page is here any more.
    player(house).close();
    house.watchAgain();
    const told = await screen.findByTestId("replay-problem");
    expect(told.closest("[role=status]")).not.toBeNull();
    expect(told.textContent).toMatch(/reach|connection/i);
    core.replayAt = replayAt;
    await user.click(screen.getByTestId("replay-retry"));
    await vi.waitFor(() => expect(screen.queryByTestId("replay-problem")).toBeNull());
    expect(player(house).shown).toBe(true);
  });

  it("is said to take its time after a second", async () => {
    const { core } = await open("attendee");
    core.replayAt = () => new Promise(() => {});
    vi.useFakeTimers();
    screen.getByTestId("replay-open").click();
    await vi.advanceTimersByTimeAsync(500);
    expect(screen.getByTestId("replay-stage")).toBeTruthy();
    expect(screen.queryByTestId("replay-slow")).toBeNull();
    await vi.advanceTimersByTimeAsync(1_500);
    expect(screen.getByTestId("replay-slow").textContent).toContain("Fetching");
  });

  it("tells of the parts, too, and tries again", async () => {
    const { core, user } = await open("attendee");
    const outline = core.replayOutline.bind(core);
    core.replayOutline = () => Promise.reject({ problem: "refused", refusal: "not_allowed" });
    await user.click(screen.getByTestId("replay-open"));
    await screen.findByTestId("replay-problem");
    core.replayOutline = outline;
    await user.click(screen.getByTestId("replay-retry"));
    await screen.findByTestId("replay-stage");
  });
});

describe("where it is opened", () => {
  it("is the window of an event that is over, by itself", async () => {
    const { house } = await watching("attendee", "replay-over");
    expect(screen.getByTestId("connection-banner").textContent).toContain("over");
    expect(screen.queryByTestId("replay-leave")).toBeNull();
    expect(screen.getByTestId("ended").closest("[hidden]")).toBeTruthy();
    expect(player(house).shown).toBe(true);
  });

  it("is offered to whoever was in the room as the event ended, and leads back to where it is offered", async () => {
    const { core, user } = await open("attendee", "live");
    expect(screen.queryByTestId("replay-open")).toBeNull();
    core.tell({ event: "connection", state: { state: "ended", refusal: "event_over" } });
    await user.click(await screen.findByTestId("watch-again"));
    await screen.findByTestId("replay");
    await user.click(screen.getByTestId("replay-leave"));
    await vi.waitFor(() => expect(screen.queryByTestId("replay")).toBeNull());
    expect(screen.getByTestId("ended").closest("[hidden]")).toBeNull();
  });

  it("is not offered at another end", async () => {
    const { core } = await open("attendee", "live");
    core.tell({ event: "connection", state: { state: "ended", refusal: "signed_in_elsewhere" } });
    await screen.findByTestId("sign-in-again");
    expect(screen.queryByTestId("watch-again")).toBeNull();
  });

  it("is the slate of a show that has ended", async () => {
    const { user } = await open("attendee", "ended");
    await user.click(screen.getByTestId("slate-watch"));
    await screen.findByTestId("replay");
  });

  it("is the bar of rooms, of a room in which something was on before", async () => {
    const { house, user } = await open("studio");
    const offered = await screen.findAllByTestId("room-watch");
    expect(offered.map((button) => button.getAttribute("aria-label"))).toEqual([
      "Watch again: What we got wrong",
    ]);
    await user.click(offered[0] as HTMLElement);
    await screen.findByTestId("replay");
    expect(house.replaying?.of).toBe(ROOM);
  });

  it("is the bar of the one room of an event, once something is over there, while it is on", async () => {
    const slot = { title: "The keynote", starts_at: 1, ends_at: 2 };
    const one = { room: ROOM, title: "Main stage", sessions: [] };
    const rooms = vi.spyOn(FakeCore.prototype, "rooms").mockResolvedValue({ rooms: [one] });
    const first = await open("attendee", "live");
    expect(screen.queryByTestId("rooms")).toBeNull();
    first.unmount();
    rooms.mockResolvedValue({ rooms: [{ ...one, before: slot }] });
    const { house, user } = await open("attendee", "live");
    await user.click(await screen.findByRole("button", { name: "Watch again: The keynote" }));
    expect(house.replaying?.of).toBe(ROOM);
    rooms.mockRestore();
  });

  it("is the bar of the control room at any time, and there the key that stops everything goes on", async () => {
    const { core, user } = await open("control", "live");
    await user.click(screen.getByTestId("replay-open"));
    await screen.findByTestId("replay");
    expect(screen.getByTestId("replay-leave").textContent).toContain("live");
    await user.click(screen.getByTestId("replay").querySelector("main") as HTMLElement);
    await user.keyboard("x");
    expect(core.sent).toEqual([{ do: "stop_all" }]);
  });
});

describe("the room that is on below", () => {
  it("is as it was: what was typed, what is new, and where one read", async () => {
    const { house, happens, user } = await open("control");
    await user.type(screen.getByTestId("chat-input"), "Half a sen");
    await user.click(screen.getByTestId("replay-open"));
    await vi.waitFor(() => expect(player(house).shown).toBe(true));
    const message = {
      id: "new",
      seq: 241,
      author: people.jun,
      name: "Jun Tanaka",
      role: "attendee" as const,
      at: 1,
      text: "Meanwhile",
    };
    await happens({ what: "message_sent", message });
    expect([house.room.chat.said.unread, player(house).room.chat.said.find("new") !== undefined]).toEqual([
      1,
      false,
    ]);
    await user.click(screen.getByTestId("replay-leave"));
    await vi.waitFor(() => expect(screen.queryByTestId("replay")).toBeNull());
    expect((screen.getByTestId("chat-input") as HTMLTextAreaElement).value).toBe("Half a sen");
    await vi.waitFor(() => expect(house.room.chat.said.unread).toBe(0));
  });

  it("is shown at once when one comes on stage", async () => {
    const { happens, user } = await open("attendee", "ended");
    await user.click(screen.getByTestId("slate-watch"));
    await screen.findByTestId("replay");
    const member = {
      participant: people.mina,
      name: "Mina Kovač",
      role: "attendee" as const,
      sending: { camera: false, microphone: true },
    };
    await happens({ what: "came_on_stage", member });
    await vi.waitFor(() => expect(screen.queryByTestId("replay")).toBeNull());
    expect(screen.queryByTestId("replay-open")).toBeNull();
  });

  it("has the focus back where it was", async () => {
    const { user } = await open("control", "live");
    screen.getByTestId("replay-open").focus();
    await user.keyboard("{Enter}");
    await vi.waitFor(() =>
      expect(document.activeElement).toBe(screen.getByTestId("replay").querySelector("main")),
    );
    screen.getByTestId("replay-leave").focus();
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("replay-open")));
  });

  it("goes on when the clock of then has ended with the window", async () => {
    const { core, house, user } = await watching("attendee");
    const { model } = house.replaying ?? {};
    await user.click(screen.getByTestId("replay-leave"));
    await vi.waitFor(() => expect(screen.queryByTestId("replay")).toBeNull());
    const asked = core.calls.length;
    const { at } = model?.player ?? {};
    model?.player?.toggle();
    await new Promise((done) => setTimeout(done, 250));
    expect([core.calls.length, model?.player?.at]).toEqual([asked, at]);
  });
});

describe("axe finds no serious fault", () => {
  it.each(["chat", "qa", "polls", "moments"])("in the tab %s", async (key) => {
    const { container, goTo, user } = await watching("attendee");
    await goTo(25);
    await user.click(tab(key));
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
  });
});
