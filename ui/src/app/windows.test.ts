import { render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../dev/core";
import { type MadeUp, people, ROOM, scenes } from "../../dev/scenes";
import type { Outcome } from "../protocol";
import App from "./App.svelte";
import { House } from "./house.svelte";

async function open(window: string, scene: string, change: Partial<MadeUp> = {}) {
  const made = scenes[scene];
  if (!made) throw new Error(`no scene ${scene}`);
  location.hash = `#/${window}`;
  const core = new FakeCore({ ...made, ...change }, window);
  const house = new House(core);
  const view = render(App, { house });
  await vi.waitFor(() => {
    if (window !== "welcome" && !(house.room.here && house.session)) throw new Error("not there yet");
  });
  await tick();
  return { core, house, user: userEvent.setup(), ...view };
}

const state = () => screen.getByTestId("connection-state");

afterEach(() => {
  vi.useRealTimers();
  location.hash = "";
});

describe("axe finds no serious fault", () => {
  const views = Object.entries({
    welcome: ["personal", "open", "strange", "plain", "wrong"],
    attendee: ["live", "empty", "reconnecting"],
    studio: ["live", "no-devices", "fault"],
    control: ["live", "empty", "ended", "elsewhere"],
  }).flatMap(([window, scenes]) => scenes.map((scene) => ({ window, scene })));
  it.each(views)("in $window, $scene", async ({ window, scene }) => {
    const { container } = await open(window, scene);
    // Colours need a layout: they are checked in a browser by `npm run look`.
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
  });
});

describe("every window", () => {
  it.each(["attendee", "studio", "control"])("%s shows the connection as it changes", async (window) => {
    const { core } = await open(window, "live");
    expect(state().textContent).toContain("Connected · 24 ms");
    core.tell({ event: "connection", state: { state: "reconnecting", attempt: 1, retry_in_ms: 4_000 } });
    await vi.waitFor(() => expect(state().textContent).toMatch(/Reconnecting in [1-4] s/));
    expect(state().dataset.state).toBe("reconnecting");
    core.tell({ event: "connection", state: { state: "ended", refusal: "signed_in_elsewhere" } });
    await vi.waitFor(() => expect(screen.getByTestId("ended").textContent).toContain("on another device"));
  });
});

describe("every window that shows the event", () => {
  const windows = ["attendee", "studio", "control"];

  it.each(windows)(
    "%s says after 5 s that pictures and sound do not get through, until they do",
    async (window) => {
      vi.useFakeTimers();
      const { core } = await open(window, "live");
      core.tellMedia({ connected: false });
      await vi.advanceTimersByTimeAsync(4_500);
      expect(screen.queryByTestId("media-blocked")).toBeNull();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(screen.getByTestId("media-blocked").textContent).toMatch(/firewall or a VPN.*ask whoever/);
      core.tellMedia({ connected: true });
      await vi.waitFor(() => expect(screen.queryByTestId("media-blocked")).toBeNull());
      vi.useRealTimers();
    },
  );

  it.each(windows)("%s says that the server takes no pictures and sound", async (window) => {
    const { core } = await open(window, "live");
    core.tellMedia({ connected: false, refused: { refusal: "overloaded", retry_after_ms: 3_000 } });
    expect((await screen.findByTestId("media-refused")).textContent).toContain("Try again in 3 seconds");
  });

  it.each(windows)(
    "%s lists its keys with ?, and those of one character can be switched off there",
    async (window) => {
      const { user } = await open(window, "live");
      await user.click(document.body);
      await user.keyboard("?");
      await user.click(await screen.findByTestId("keys-single"));
      await user.click(screen.getByTestId("keys-close"));
      expect(screen.queryByTestId("keys-single")).toBeNull();
      await user.click(document.body);
      await user.keyboard("?");
      expect(screen.queryByTestId("keys-single")).toBeNull();
      await user.click(screen.getByTestId("keys"));
      expect((await screen.findByTestId("keys-single")).getAttribute("aria-checked")).toBe("false");
    },
  );

  it.each(windows)("%s tells once that the login is not kept, whenever it is known", async (window) => {
    const { core, house } = await open(window, "live");
    expect(screen.queryByTestId("notice")).toBeNull();
    core.tell({ event: "keeping", keeping: "this_run_only" });
    expect((await screen.findByTestId("notice")).textContent).toContain("Keep your link");
    house.notices.dismissNewest();
    core.tell({ event: "keeping", keeping: "this_run_only" });
    await tick();
    expect(screen.queryByTestId("notice")).toBeNull();
  });

  it.each(["attendee", "control"])("%s claims nothing of a room that has not come yet", async (window) => {
    const made = scenes.live;
    if (!made) throw new Error("no scene");
    location.hash = `#/${window}`;
    const core = new FakeCore(made, window);
    const attach = core.attach.bind(core);
    let arrived = false;
    core.attach = (onEvent) =>
      attach((event) => {
        // A snapshot is large, and comes late.
        if (arrived || event.event !== "frame" || event.frame.frame !== "snapshot") onEvent(event);
      });
    const house = new House(core);
    render(App, { house });
    await vi.waitFor(() => expect(house.session).toBeTruthy());
    await screen.findByTestId("room-awaited");
    expect(screen.queryByTestId("go-live") ?? screen.queryByTestId("slate")).toBeNull();
    arrived = true;
    core.tell({ event: "frame", frame: { frame: "snapshot", ...made.snapshot } });
    await vi.waitFor(() => expect(screen.queryByTestId("room-awaited")).toBeNull());
  });

  const micros = (minutes: number) => (Date.now() + minutes * 60_000) * 1_000;
  const rooms = [
    {
      room: ROOM,
      title: "Main stage",
      sessions: [
        { title: "Opening", starts_at: micros(-10), ends_at: micros(20) },
        { title: "Keynote", starts_at: micros(30), ends_at: micros(60) },
      ],
    },
    { room: "01990000-0000-7000-8000-0000000000aa", title: "Second stage", sessions: [] },
  ];

  it.each(windows)("%s lists the rooms with what is on, and goes to another with a click", async (window) => {
    const { core, house, user } = await open(window, "live", { rooms });
    const [main, second] = await screen.findAllByTestId("room");
    expect(main?.textContent).toMatch(/Main stage.*Now: Opening.*Keynote/s);
    expect(main?.getAttribute("aria-current")).toBe("true");
    expect(second?.textContent).toMatch(/Second stage.*Nothing more/s);
    await user.click(second as HTMLElement);
    expect(core.calls).toContain(`goToRoom ${rooms[1]?.room}`);
    await vi.waitFor(() => expect(second?.getAttribute("aria-current")).toBe("true"));
    expect([house.session?.room, house.room.seq, house.room.stage.title]).toEqual([
      rooms[1]?.room,
      1,
      "Second stage",
    ]);
    expect(screen.queryByTestId("notice")).toBeNull();
    // What still comes of the room before is none of it.
    core.signal({ signal: "watching", count: 3 });
    expect(house.signals.watching).toBeUndefined();
    // Once more, because the room is not there any more.
    core.enterRoom(ROOM);
    expect((await screen.findByTestId("notice")).textContent).toContain("not there any more");
  });

  it.each(windows)("%s of an event with one room lists none", async (window) => {
    await open(window, "live", { rooms: rooms.slice(0, 1) });
    await tick();
    expect(screen.queryByTestId("rooms")).toBeNull();
  });

  it.each(windows)("%s says when the doors open, and shows the room as soon as they do", async (window) => {
    const { core } = await open(window, "live");
    const opens_at = Date.UTC(2030, 5, 1, 11, 45) * 1_000;
    core.tell({ event: "connection", state: { state: "early", opens_at } });
    expect((await screen.findByTestId("doors")).textContent).toMatch(
      /doors open .*1 Jun.*|doors open .*Jun 1/s,
    );
    expect(state().textContent).toContain("Doors closed");
    core.tell({ event: "connection", state: { state: "early" } });
    await vi.waitFor(() => expect(screen.getByTestId("doors").textContent).toContain("not open yet"));
    core.tell({ event: "connection", state: { state: "connected" } });
    await vi.waitFor(() => expect(screen.queryByTestId("doors")).toBeNull());
  });

  it.each([
    ["event_over", "This event is over"],
    ["event_cancelled", "does not take place"],
    ["taken_down", "took this down"],
  ] as const)("says why one was sent away: %s", async (refusal, words) => {
    const { core } = await open("attendee", "live");
    core.tell({ event: "connection", state: { state: "ended", refusal } });
    await vi.waitFor(() => expect(screen.getByTestId("ended").textContent).toContain(words));
    expect(screen.getByTestId("sign-in-again").textContent).toContain("Leave");
  });

  it.each([
    [{ state: "ended", refusal: "banned" }, "ended", "cannot take part"],
    [{ state: "away", refusal: "removed" }, "outside", "removed you"],
  ] as const)(
    "shows nothing of the room to whoever is not in it any more: %o",
    async (state, testid, words) => {
      const { core } = await open("attendee", "live");
      expect(screen.getByTestId("phase").textContent).toContain("LIVE");
      core.tell({ event: "connection", state });
      expect((await screen.findByTestId(testid)).textContent).toContain(words);
      await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByTestId(testid)));
      for (const shown of ["phase", "stage", "chat-input", "connection-banner"])
        expect(screen.queryByTestId(shown)).toBeNull();
    },
  );

  it("lets nobody write who may say nothing: in the archive", async () => {
    const { core } = await open("control", "live");
    expect(screen.getByTestId("chat-input")).toBeTruthy();
    core.welcome([]);
    await vi.waitFor(() => expect(screen.queryByTestId("chat-input")).toBeNull());
  });

  it("asks the core for nothing before somebody is signed in", async () => {
    const made = scenes.live;
    if (!made) throw new Error("no scene");
    location.hash = "#/studio";
    const core = new FakeCore(made, "studio");
    let settle = () => {};
    core.settled = new Promise<void>((done) => {
      settle = done;
    });
    const house = new House(core);
    render(App, { house });
    // The frames overtake the answer that is waited for.
    await vi.waitFor(() => expect(house.room.here).toBe(true));
    await tick();
    expect(core.calls).toEqual([]);
    settle();
    await vi.waitFor(() => expect(core.calls).toEqual(["setVolume 1", "devices"]));
  });

  it("keeps what was refused until Escape, which in a field leads out of it first", async () => {
    const { core, user } = await open("control", "live");
    core.answer = async () => ({ is: "refused", refusal: "stage_full" });
    await user.keyboard("{Enter}");
    await screen.findByTestId("notice");
    screen.getByTestId("chat-input").focus();
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("notice")).toBeTruthy();
    await user.keyboard("{Escape}");
    await vi.waitFor(() => expect(screen.queryByTestId("notice")).toBeNull());
  });
});

describe("the attendee's window", () => {
  it("closes without a question", async () => {
    const { core } = await open("attendee", "live");
    core.tell({ event: "close_asked" });
    await vi.waitFor(() => expect(core.calls).toContain("quit"));
  });

  it("shows what is wrong in full screen, too", async () => {
    const { core, house, user } = await open("attendee", "live");
    let shown: Element | undefined;
    Element.prototype.requestFullscreen = async function (this: Element) {
      shown = this;
    };
    await user.click(screen.getByTestId("full-screen"));
    core.tell({ event: "connection", state: { state: "ended", refusal: "signed_in_elsewhere" } });
    house.notices.tell({ what: "No", cure: "Yes" });
    expect(shown?.contains(await screen.findByTestId("ended"))).toBe(true);
    expect(shown?.contains(await screen.findByTestId("notice"))).toBe(true);
  });

  it("keeps refused words in the list where the next message is begun", async () => {
    const { core, user } = await open("attendee", "live");
    let refuse = () => {};
    core.answer = () =>
      new Promise((done) => {
        refuse = () => done({ is: "refused", refusal: "slow_down", retry_after_ms: 2_500 });
      });
    const field = screen.getByTestId("chat-input") as HTMLTextAreaElement;
    await user.type(field, "Hello{Enter}");
    await user.type(field, "Next");
    refuse();
    expect((await screen.findByTestId("chat-refused")).textContent).toContain("Hello");
    expect(field.value).toBe("Next");
    core.answer = async () => ({ is: "accepted", seq: 300 });
    await user.click(screen.getByTestId("chat-again"));
    expect(core.sent.at(-1)).toEqual({ do: "send_message", text: "Hello" });
    expect(screen.queryByTestId("chat-refused")).toBeNull();
    expect((await screen.findByTestId("chat-pending")).textContent).toContain("Hello");
  });

  it("discards refused words", async () => {
    const { core, user } = await open("attendee", "live");
    core.answer = async () => {
      field.value = "Next";
      field.dispatchEvent(new Event("input", { bubbles: true }));
      return { is: "refused", refusal: "slow_down" };
    };
    const field = screen.getByTestId("chat-input") as HTMLTextAreaElement;
    await user.type(field, "Hello{Enter}");
    await user.click(await screen.findByTestId("chat-discard"));
    await vi.waitFor(() => expect(screen.queryByTestId("chat-refused")).toBeNull());
  });

  it("shows a slate before and after, and the scene while live", async () => {
    const { core } = await open("attendee", "empty");
    expect(screen.getByTestId("slate").textContent).toContain("starts soon");
    const member = { participant: people.ines, name: "Ines", role: "speaker" as const };
    const sending = { camera: false, microphone: true };
    const say = (seq: number, body: Parameters<typeof update>[1]) => core.tell(update(seq, body));
    say(1, { what: "came_on_stage", member: { ...member, sending } });
    say(2, { what: "program_set", scene: { layout: "solo", seats: [people.ines] } });
    say(3, { what: "went_live" });
    await vi.waitFor(() => expect(screen.queryByTestId("slate")).toBeNull());
    expect(within(screen.getByTestId("stage")).getByText("Ines")).toBeTruthy();
    say(4, { what: "ended", undo_until: 1 });
    await vi.waitFor(() => expect(screen.getByTestId("slate").textContent).toContain("has ended"));
  });

  it("sends what is written with Enter, and keeps it visible until it is in the log", async () => {
    const { core, user } = await open("attendee", "live");
    core.answer = async () => ({ is: "accepted", seq: 241 });
    await user.type(screen.getByTestId("chat-input"), "Hello{Enter}");
    expect(core.sent).toEqual([{ do: "send_message", text: "Hello" }]);
    expect((await screen.findByTestId("chat-pending")).textContent).toContain("Hello");
    const message = {
      id: "m",
      seq: 241,
      author: people.mina,
      name: "Mina",
      role: "attendee" as const,
      at: 1,
      text: "Hello",
    };
    core.tell(update(241, { what: "message_sent", message }));
    await vi.waitFor(() => expect(screen.queryByTestId("chat-pending")).toBeNull());
    expect(screen.getAllByTestId("chat-message").at(-1)?.textContent).toContain("Hello");
  });

  it("gives back what was refused, with the cure", async () => {
    const { core, user } = await open("attendee", "live");
    core.answer = async () => ({ is: "refused", refusal: "slow_down", retry_after_ms: 2_500 });
    await user.type(screen.getByTestId("chat-input"), "Hello{Enter}");
    expect((await screen.findByTestId("chat-trouble")).textContent).toContain("Try again in 3 seconds");
    expect((screen.getByTestId("chat-input") as HTMLTextAreaElement).value).toBe("Hello");
  });

  it("mutes with M, but not while one writes", async () => {
    const { core, user } = await open("attendee", "live");
    await user.type(screen.getByTestId("chat-input"), "m");
    expect(core.calls).not.toContain("setVolume 0");
    await user.click(document.body);
    await user.keyboard("m");
    expect(core.calls).toContain("setVolume 0");
  });
});

describe("the control room", () => {
  it("does not take with Enter in the log of the chat, where one reads", async () => {
    const { core, user } = await open("control", "live");
    screen.getByRole("feed").focus();
    await user.keyboard("{Enter}1");
    expect(core.sent).toEqual([]);
  });

  it("takes with Enter, and prepares by no figure, where single characters are switched off", async () => {
    const { core, user } = await open("control", "live");
    await user.click(screen.getByTestId("keys"));
    await user.click(await screen.findByTestId("keys-single"));
    await user.click(screen.getByTestId("keys-close"));
    await user.click(document.body);
    await user.keyboard("1{Enter}");
    expect(core.sent).toEqual([{ do: "take" }]);
    expect(screen.getByTestId("take").querySelector("kbd")?.textContent).toBe("⏎");
    expect(screen.getByTestId("layout-solo").closest("label")?.querySelector("kbd")).toBeNull();
  });

  it("offers seats to nobody who only directs", async () => {
    await open("control", "live");
    const [seat] = screen.getAllByTestId("seat");
    const names = [...(seat?.querySelectorAll("option") ?? [])].map(({ textContent }) => textContent);
    expect(names).toContain("Mara Hale");
    expect(names).not.toContain("Noor Aziz");
  });

  it("takes with Enter, though not while Enter presses something else", async () => {
    const { core, user } = await open("control", "live");
    await user.keyboard("{Enter}");
    expect(core.sent).toEqual([{ do: "take" }]);
    const [takeOff] = screen.getAllByTestId("take-off");
    takeOff?.focus();
    await user.keyboard("{Enter}");
    expect(core.sent.slice(1)).toEqual([{ do: "take_off_stage", participant: people.ines }]);
  });

  it("changes nothing while there is no connection, and says why", async () => {
    const { core, user } = await open("control", "live");
    core.tell({ event: "connection", state: { state: "reconnecting", attempt: 1, retry_in_ms: 4_000 } });
    expect((await screen.findByTestId("blocked")).textContent).toContain("connection is back");
    const buttons = ["take", "take-off", "preview-toggle", "end-show", "layout-solo", "seat"];
    for (const button of buttons.flatMap((id) => screen.getAllByTestId(id))) {
      expect((button as HTMLButtonElement).disabled, button.dataset.testid).toBe(true);
    }
    await user.keyboard("{Enter}1");
    expect(core.sent).toEqual([]);
    expect(screen.queryByTestId("chat-remove")).toBeNull();
    core.tell({ event: "connection", state: { state: "connected" } });
    await vi.waitFor(() => expect(screen.queryByTestId("blocked")).toBeNull());
    await user.keyboard("{Enter}");
    expect(core.sent).toEqual([{ do: "take" }]);
  });

  it("tells of what the core did not do without a connection", async () => {
    const { core, user } = await open("control", "live");
    core.answer = async () => {
      throw { problem: "offline" };
    };
    await user.keyboard("{Enter}");
    expect((await screen.findByTestId("notice")).textContent).toContain("was not done");
  });

  it("does not take what nobody is in", async () => {
    const { core, user } = await open("control", "empty");
    const take = screen.getByTestId("take") as HTMLButtonElement;
    expect(take.disabled).toBe(true);
    expect(take.title).toContain("nothing to take");
    await user.keyboard("{Enter}");
    expect(core.sent).toEqual([]);
  });

  it("asks before one leaves it", async () => {
    const { core, user } = await open("control", "live");
    await user.click(screen.getByTestId("leave"));
    expect(core.calls).not.toContain("signOut");
    await user.click(await screen.findByTestId("leave-confirm"));
    expect(core.calls).toContain("signOut");
  });

  it("asks before its window closes, and closes once that is answered", async () => {
    const { core, user } = await open("control", "live");
    core.tell({ event: "close_asked" });
    await user.click(await screen.findByTestId("close-stay"));
    expect(core.calls).toEqual(["setVolume 1", "closeHeard"]);
    core.tell({ event: "close_asked" });
    await user.click(await screen.findByTestId("close-confirm"));
    expect(core.calls).toContain("quit");
  });

  it("takes with Enter after a dialog was opened by a click and left", async () => {
    const { user } = await open("control", "live");
    await user.click(screen.getByTestId("end-show"));
    await user.keyboard("{Escape}");
    expect(document.activeElement).toBe(document.body);
  });

  it("takes with Enter after a click", async () => {
    const { core, user } = await open("control", "live");
    await user.click(screen.getByTestId("layout-solo"));
    await user.keyboard("{Enter}");
    expect(core.sent.map((body) => body.do)).toEqual(["edit_preview", "take"]);
  });

  it("takes once, however often it is pressed before the room has answered", async () => {
    const { core, user } = await open("control", "live");
    let answered = (_: Outcome) => {};
    core.answer = () => new Promise((resolve) => (answered = resolve));
    await user.keyboard("{Enter}{Enter}");
    await user.click(screen.getByTestId("take"));
    expect(core.sent).toEqual([{ do: "take" }]);
    answered({ is: "accepted", seq: 241 });
    core.answer = async () => ({ is: "accepted", seq: 242 });
    await Promise.resolve();
    await user.dblClick(screen.getByTestId("take"));
    expect(core.sent).toEqual([{ do: "take" }, { do: "take" }]);
  });

  it("prepares a layout by its key and a seat by its list", async () => {
    const { core, user } = await open("control", "live");
    await user.keyboard("1");
    expect(core.sent).toEqual([{ do: "edit_preview", change: { edit: "divide", layout: "solo" } }]);
    const [first] = screen.getAllByTestId("seat");
    if (first) await user.selectOptions(first, people.tomas);
    expect(core.sent[1]).toEqual({
      do: "edit_preview",
      change: { edit: "seat", seat: 0, participant: people.tomas },
    });
  });

  it("asks before it ends the show, and counts down while the end can be taken back", async () => {
    const { core, user } = await open("control", "live");
    await user.click(screen.getByTestId("end-show"));
    expect(core.sent).toEqual([]);
    await user.click(await screen.findByTestId("end-show-confirm"));
    expect(core.sent).toEqual([{ do: "end_show" }]);
    core.tell(update(241, { what: "ended", undo_until: (Date.now() + 53_000) * 1_000 }));
    const undo = await screen.findByTestId("undo-end");
    expect(undo.textContent).toMatch(/0:[1-5]\d/);
    await user.click(undo);
    expect(core.sent.at(-1)).toEqual({ do: "undo_end" });
  });

  it("shows who is heard though not seen, in red, until they are off the stage", async () => {
    const { core } = await open("control", "live");
    const card = () =>
      screen.getAllByTestId("crew-card").find(({ dataset }) => dataset.participant === people.ines);
    core.tell(update(241, { what: "taken", program: { layout: "solo", seats: [people.daniel] } }));
    await vi.waitFor(() => expect(card()?.dataset.tally).toBe("heard"));
    expect(card()?.querySelector(".heard")).toBeTruthy();
    expect(within(card() as HTMLElement).getByText("Heard").className).toContain("air");
    core.tell(update(242, { what: "left_stage", participant: people.ines }));
    await vi.waitFor(() => expect(card()?.dataset.tally).not.toBe("heard"));
  });

  it("shows who is on air, next and waiting", async () => {
    await open("control", "live");
    const tallies = screen
      .getAllByTestId("crew-card")
      .map(({ dataset }) => [dataset.participant, dataset.tally]);
    expect(Object.fromEntries(tallies)).toEqual({
      [people.ines]: "air",
      [people.daniel]: "air",
      [people.lucia]: "next",
      [people.tomas]: "waiting",
      [people.mara]: "waiting",
    });
  });
});

describe("the studio", () => {
  it("does not answer the question of closing by itself when one is taken off stage meanwhile", async () => {
    const { core } = await open("studio", "live");
    core.tell(update(241, { what: "preview_set", scene: { layout: "solo", seats: [people.lucia] } }));
    core.tell({ event: "close_asked" });
    await screen.findByTestId("close-stay");
    core.tell(update(242, { what: "preview_set", scene: { layout: "solo", seats: [] } }));
    await tick();
    expect(screen.queryByTestId("close-stay")).toBeTruthy();
    expect(core.calls).not.toContain("quit");
  });

  it("does not say that one is live where it is not known: without a connection, and after the end", async () => {
    const { core } = await open("studio", "live");
    const tally = () => screen.getByTestId("tally");
    core.tell(update(241, { what: "program_set", scene: { layout: "solo", seats: [people.lucia] } }));
    await vi.waitFor(() => expect(tally().dataset.tally).toBe("live"));
    core.tell({ event: "connection", state: { state: "reconnecting", attempt: 1, retry_in_ms: 4_000 } });
    await vi.waitFor(() => expect(tally().dataset.tally).toBe("unknown"));
    expect(tally().textContent).toContain("not known");
    expect(tally().className).not.toMatch(/air|solid/);
    expect(screen.getByTestId("self-view").querySelector(".live")).toBeNull();
    core.tell({ event: "connection", state: { state: "connected" } });
    await vi.waitFor(() => expect(tally().dataset.tally).toBe("live"));
    core.tell({ event: "connection", state: { state: "ended", refusal: "signed_in_elsewhere" } });
    await vi.waitFor(() => expect(screen.queryByTestId("tally")).toBeNull());
  });

  it("says why what is switched on does not go out", async () => {
    const { core } = await open("studio", "live");
    expect(screen.queryByTestId("held")).toBeNull();
    core.tellMedia({ sending: { camera: false, microphone: true }, choice: { microphone: "mic:0" } });
    expect((await screen.findByTestId("held")).textContent).toContain("No camera is chosen");
    expect(screen.getByTestId("camera-toggle").dataset.on).toBe("true");
  });

  it("does not say that one is seen while nothing gets through", async () => {
    const { core } = await open("studio", "live");
    const view = screen.getByTestId("self-view");
    expect(view.textContent).toContain("this is how you look");
    core.tellMedia({ connected: false });
    await vi.waitFor(() => expect(view.textContent).toContain("no picture goes out"));
  });

  it("tries a device that failed again", async () => {
    const { core, user } = await open("studio", "fault");
    await user.click(screen.getByTestId("device-again"));
    expect(core.calls.at(-1)).toBe("chooseDevice camera camera:0");
  });

  it("shows whether one hears oneself as the core has it", async () => {
    const { core, user } = await open("studio", "live");
    const on = () => screen.getByTestId("hear-myself").getAttribute("aria-checked");
    await user.click(screen.getByTestId("hear-myself"));
    expect(core.calls.at(-1)).toBe("hearMyself true");
    await vi.waitFor(() => expect(on()).toBe("true"));
    core.tellMedia({ hearing_myself: false });
    await vi.waitFor(() => expect(on()).toBe("false"));
  });

  it("tells what is sent", async () => {
    await open("studio", "live");
    await vi.waitFor(
      () =>
        expect(screen.getByTestId("sent").textContent).toMatch(/\d+ pictures a second, of up to 1,180 kbit/),
      4_000,
    );
  });

  it("says whether one is live, next or waiting", async () => {
    const { core } = await open("studio", "live");
    const tally = () => screen.getByTestId("tally").textContent?.trim();
    expect(tally()).toBe("You are next");
    core.tell(update(241, { what: "program_set", scene: { layout: "solo", seats: [people.lucia] } }));
    await vi.waitFor(() => expect(tally()).toBe("You are live"));
    core.tell(update(242, { what: "left_stage", participant: people.lucia }));
    core.tell(update(243, { what: "preview_set", scene: { layout: "solo", seats: [] } }));
    await vi.waitFor(() => expect(tally()).toBe("Waiting"));
  });

  it("names every missing device with its cure", async () => {
    await open("studio", "no-devices");
    const checks = screen.getAllByTestId("check").map(({ dataset }) => [dataset.check, dataset.state]);
    expect(checks).toEqual([
      ["camera", "wrong"],
      ["microphone", "wrong"],
      ["speaker", "wrong"],
      ["way", "wrong"],
    ]);
    expect(screen.getByText(/Plug in headphones/)).toBeTruthy();
  });

  it("switches camera and microphone by key, and a device by its list", async () => {
    const { core, user } = await open("studio", "live");
    await user.keyboard("mv");
    await user.selectOptions(await screen.findByTestId("device-camera"), "test");
    expect(core.calls.filter((call) => call.startsWith("setSending") || call.startsWith("choose"))).toEqual([
      'setSending {"camera":true,"microphone":false}',
      'setSending {"camera":false,"microphone":false}',
      "chooseDevice camera test",
    ]);
  });

  it("asks before one leaves who is next", async () => {
    const { core, user } = await open("studio", "live");
    await user.click(screen.getByTestId("leave"));
    expect(core.calls).not.toContain("signOut");
    await user.click(await screen.findByTestId("leave-confirm"));
    expect(core.calls).toContain("signOut");
  });

  it("shows how the switches stand, whatever the room has heard", async () => {
    const { core, user } = await open("studio", "live");
    const microphone = () => screen.getByTestId("mic-toggle").dataset.on;
    expect(microphone()).toBe("true");
    const sending = { camera: true, microphone: false };
    core.tell(update(241, { what: "sending_changed", participant: people.lucia, sending, on_stage: false }));
    await tick();
    expect(microphone(), "the room says off, and it is on").toBe("true");
    core.tell({ event: "connection", state: { state: "reconnecting", attempt: 1, retry_in_ms: 4_000 } });
    await user.click(screen.getByTestId("mic-toggle"));
    await vi.waitFor(() => expect(microphone()).toBe("false"));
    await user.click(screen.getByTestId("mic-toggle"));
    expect(core.calls.at(-1)).toBe('setSending {"camera":true,"microphone":true}');
    await vi.waitFor(() => expect(microphone()).toBe("true"));
  });

  it("says that another device sends, until it does not", async () => {
    const { core } = await open("studio", "live");
    expect(screen.queryByTestId("elsewhere")).toBeNull();
    const changed = { what: "sending_changed", participant: people.lucia, on_stage: false } as const;
    core.tell(update(241, { ...changed, sending: { camera: true, microphone: false }, device: "phone" }));
    await vi.waitFor(() => expect(screen.getByTestId("elsewhere").textContent).toContain("take over"));
    core.tell(update(242, { ...changed, sending: { camera: false, microphone: false } }));
    await vi.waitFor(() => expect(screen.queryByTestId("elsewhere")).toBeNull());
  });

  it("tells the system's own loudspeaker from none", async () => {
    const { core, user } = await open("studio", "live");
    const speaker = await screen.findByTestId("device-speaker");
    await user.selectOptions(speaker, "none");
    await user.selectOptions(speaker, "");
    expect(core.calls.filter((call) => call.startsWith("choose"))).toEqual([
      "chooseDevice speaker none",
      "chooseDevice speaker",
    ]);
  });

  it("calls a device by its name after it was pulled out", async () => {
    const { house } = await open("studio", "live");
    await screen.findByText("Shure MV7");
    house.devices.found({ cameras: [], microphones: [], speakers: [] });
    expect(await screen.findByText("Shure MV7 (not plugged in)")).toBeTruthy();
  });

  it("says why the server takes no pictures and sound", async () => {
    const { core } = await open("studio", "live");
    const refused = { refusal: "overloaded", retry_after_ms: 3_000 } as const;
    core.tellMedia({ connected: false, refused });
    expect((await screen.findByTestId("media-refused")).textContent).toContain("Try again in 3 seconds");
    const way = screen.getAllByTestId("check").find(({ dataset }) => dataset.check === "way");
    expect(way?.textContent).toContain("server is full");
  });
});

describe("the welcome window", () => {
  it("looks a pasted link up, asks for a name where the invite is open, and says why it failed", async () => {
    const { core, user } = await open("welcome", "live", { connection: { state: "signed_out" } });
    await user.type(screen.getByTestId("welcome-link"), "http://127.0.0.1:8080/join/open{Enter}");
    await user.type(await screen.findByTestId("welcome-name"), "Mina{Enter}");
    expect(core.calls).toContain("signIn http://127.0.0.1:8080/join/open Mina");
    expect((await screen.findByTestId("welcome-trouble")).textContent).toContain("cannot be reached");
  });

  it("says that a name is too long, and by how much", async () => {
    const { user } = await open("welcome", "open");
    const field = await screen.findByTestId("welcome-name");
    await user.click(field);
    await user.paste("é".repeat(81));
    expect(await screen.findByText(/This name has 81 characters, and 80 are the most/)).toBeTruthy();
    expect((screen.getByTestId("welcome-join") as HTMLButtonElement).disabled).toBe(true);
    expect(field.getAttribute("aria-invalid")).toBe("true");
    await user.keyboard("{Backspace}");
    await vi.waitFor(() => expect(screen.queryByText(/are the most/)).toBeNull());
    expect((screen.getByTestId("welcome-join") as HTMLButtonElement).disabled).toBe(false);
  });

  it("looks up the link that the app was opened with", async () => {
    await open("welcome", "personal");
    expect((await screen.findByTestId("welcome-card")).textContent).toContain("Lucía Prieto");
    expect(screen.queryByTestId("welcome-name")).toBeNull();
  });

  it("shows where a link from elsewhere leads, and sends nothing to a server that is new before a click", async () => {
    const link = "https://show.example/join/open";
    const { core, user } = await open("welcome", "live", { connection: { state: "signed_out" }, link });
    expect((await screen.findByTestId("welcome-destination")).textContent).toBe("https://show.example");
    expect(core.calls).toEqual([]);
    await user.click(screen.getByTestId("welcome-confirm"));
    expect(core.calls).toEqual([`lookUpInvite ${link} true`]);
    await screen.findByTestId("welcome-card");
  });

  it("asks once more where there is no encryption, also for a link that one wrote oneself", async () => {
    const { core, user } = await open("welcome", "live", { connection: { state: "signed_out" } });
    await user.type(screen.getByTestId("welcome-link"), "http://show.example/join/open{Enter}");
    expect((await screen.findByTestId("welcome-destination")).dataset.plain).toBe("true");
    expect(core.calls).toEqual([]);
    await user.click(screen.getByTestId("welcome-back"));
    await screen.findByTestId("welcome-link");
    expect(core.calls).toEqual([]);
  });

  it("shows a link once more that is opened once more", async () => {
    const { core } = await open("welcome", "live", { connection: { state: "signed_out" } });
    const link = "http://127.0.0.1:8080/join/open";
    for (const times of [1, 2]) {
      core.tell({ event: "link_opened", link });
      await vi.waitFor(() => expect(core.calls).toHaveLength(times));
      await screen.findByTestId("welcome-card");
    }
  });

  it("says whose place one takes, and asks before it takes someone off a show that runs", async () => {
    const card = {
      participant: people.ines,
      name: "Ines Okafor",
      role: "speaker" as const,
      event_title: "Tonight",
    };
    const beside = { ...card, server: "http://127.0.0.1:8080", event: ROOM, room: ROOM };
    const link = "http://127.0.0.1:8080/join/abc";
    const { core, user } = await open("welcome", "live", { link, beside });
    expect((await screen.findByTestId("welcome-beside")).textContent).toContain("Tonight as Ines Okafor");
    await user.click(screen.getByTestId("welcome-join"));
    expect(core.calls.filter((call) => call.startsWith("signIn"))).toEqual([]);
    await user.click(await screen.findByTestId("welcome-leave"));
    expect(core.calls.at(-1)).toBe(`signIn ${link}`);
  });

  it("asks nobody who only waits or watches", async () => {
    const card = {
      participant: people.tomas,
      name: "Tomás",
      role: "speaker" as const,
      event_title: "Tonight",
    };
    const beside = { ...card, server: "http://127.0.0.1:8080", event: ROOM, room: ROOM };
    const link = "http://127.0.0.1:8080/join/abc";
    const { core, user } = await open("welcome", "live", { link, beside });
    await user.click(await screen.findByTestId("welcome-join"));
    expect(core.calls.at(-1)).toBe(`signIn ${link}`);
  });

  it("says that a text is no link", async () => {
    await open("welcome", "wrong");
    expect((await screen.findByTestId("welcome-trouble")).textContent).toContain("not an invite link");
  });
});

type Body = Parameters<House["room"]["apply"]>[0][number]["body"];

function update(seq: number, body: Body) {
  const updates = [{ room: ROOM, seq, at: Date.now() * 1_000, body }];
  return { event: "frame" as const, frame: { frame: "updates" as const, room: ROOM, updates } };
}
