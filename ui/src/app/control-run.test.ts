import { render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../dev/core";
import { people, ROOM, scenes } from "../../dev/scenes";
import type { UpdateBody } from "../protocol";
import App from "./App.svelte";
import { House } from "./house.svelte";

async function open(scene = "live", width = 1_440) {
  const made = scenes[scene];
  if (!made) throw new Error(`no scene ${scene}`);
  location.hash = "#/control";
  window.innerWidth = width;
  window.dispatchEvent(new Event("resize"));
  const core = new FakeCore(made, "control");
  const house = new House(core);
  render(App, { house });
  await vi.waitFor(() => {
    if (!(house.room.here && house.session)) throw new Error("not there yet");
  });
  await tick();
  const happens = async (body: UpdateBody) => {
    const update = { room: ROOM, seq: house.room.seq + 1, at: Date.now() * 1_000, body };
    core.tell({ event: "frame", frame: { frame: "updates", room: ROOM, updates: [update] } });
    await tick();
  };
  return { core, house, happens, user: userEvent.setup() };
}

const cues = () => screen.getAllByTestId("run-cue");
const at = (place: string) => cues().filter(({ dataset }) => dataset.place === place);
const id = (row: HTMLElement | undefined) => row?.dataset.cue ?? "";

afterEach(() => {
  location.hash = "";
  vi.useRealTimers();
});

describe("the run of show in the control room", () => {
  it("marks what is called and what comes next, and says how late it is", async () => {
    await open();
    expect([at("over").length, at("now").length, at("next").length, at("later").length]).toEqual([
      3, 1, 1, 3,
    ]);
    expect(at("now")[0]?.textContent).toContain("Panel: What we got wrong");
    expect(
      within(at("now")[0] as HTMLElement)
        .getByRole("button")
        .getAttribute("aria-current"),
    ).toBe("step");
    expect(screen.getByTestId("run-state").textContent).toContain("+1:30 over");
    expect(screen.getByTestId("run-left").textContent).toMatch(/^[12]:\d\d left of 13:00/);
  });

  it("goes on with Space, by naming the cue, and calls any other with a click", async () => {
    const { core, user } = await open();
    const [next, last] = [id(at("next")[0]), id(cues().at(-1))];
    await user.keyboard(" ");
    await user.click(within(cues().at(-1) as HTMLElement).getByRole("button"));
    await user.click(screen.getByTestId("run-back"));
    expect(core.sent).toEqual([
      { do: "call_cue", cue: next },
      { do: "call_cue", cue: last },
      { do: "call_cue", cue: id(at("over").at(-1)) },
    ]);
    expect(screen.getByTestId("run-next").querySelector("kbd")?.textContent).toBe("Space");
    expect(screen.getByTestId("run-next").title).toBe("Call Audience questions");
  });

  it("says what was called, and who of it is not here, until they come", async () => {
    const { happens } = await open();
    await happens({ what: "cue_called", cue: id(at("next")[0]) });
    const told = screen.getByTestId("run-told");
    expect([told.getAttribute("role"), told.textContent]).toEqual([
      "status",
      "Called: Audience questions. Not here: Amara Bello. Next: Poll: would you rewrite again?.",
    ]);
    expect(within(at("now")[0] as HTMLElement).getByTestId("run-absent").textContent).toBe(
      "Not here: Amara Bello",
    );
    const sending = { camera: true, microphone: true };
    const member = { participant: people.amara, name: "Amara Bello", role: "speaker" as const, sending };
    await happens({ what: "crew_arrived", member });
    await vi.waitFor(() => expect(screen.queryAllByTestId("run-absent")).toEqual([]));
  });

  it("counts down each second at once", async () => {
    vi.useFakeTimers({ now: Date.now(), shouldAdvanceTime: false });
    const { happens } = await open();
    await happens({ what: "cue_called", cue: id(at("next")[0]) });
    expect(screen.getByTestId("run-left").textContent).toContain("10:00");
    await vi.advanceTimersByTimeAsync(61_000);
    expect(screen.getByTestId("run-left").textContent).toContain("8:59");
  });

  it("puts a scene of the plan into the preview with a click", async () => {
    const { core, user } = await open();
    const palette = screen.getAllByTestId("scene-prepare");
    expect(palette.map(({ textContent }) => textContent?.trim())).toEqual(["Host", "Interview", "Everybody"]);
    await user.click(palette[2] as HTMLElement);
    expect(core.sent).toEqual([{ do: "prepare_scene", scene: "Everybody" }]);
  });

  it("follows the plan while it is open", async () => {
    const { house, happens } = await open();
    const { planned } = house.room.run;
    const changed = planned.cues.map((cue) =>
      cue.title === "Closing words" ? { ...cue, title: "Goodbye" } : cue,
    );
    await happens({ what: "run_of_show_set", run_of_show: { ...planned, cues: changed } });
    expect(screen.getByText("Goodbye")).toBeTruthy();
  });

  it("in a narrow window shows what is called and what comes next, and the rest when asked", async () => {
    const { user } = await open("live", 960);
    expect(cues().map(({ dataset }) => dataset.place)).toEqual(["now", "next"]);
    await user.click(screen.getByTestId("run-unfold"));
    expect(cues()).toHaveLength(8);
    expect(screen.getByTestId("run-unfold").getAttribute("aria-expanded")).toBe("true");
  });

  it("says where a run of show is written where there is none", async () => {
    await open("empty");
    expect(screen.getByTestId("run-empty").textContent).toContain("under Show");
    expect(screen.queryByTestId("run-next")).toBeNull();
    expect(screen.queryByTestId("scene-prepare")).toBeNull();
  });

  it("calls nothing without a connection, and for nobody who may not call", async () => {
    const { core, user } = await open();
    core.tell({ event: "connection", state: { state: "reconnecting", attempt: 1, retry_in_ms: 4_000 } });
    await screen.findByTestId("blocked");
    await user.keyboard(" ");
    for (const row of cues())
      expect((within(row).getByRole("button") as HTMLButtonElement).disabled).toBe(true);
    expect((screen.getByTestId("run-next") as HTMLButtonElement).disabled).toBe(true);
    core.tell({ event: "connection", state: { state: "connected", round_trip_ms: 20 } });
    core.welcome(["enter_backstage"]);
    await tick();
    expect(screen.queryByTestId("run-next")).toBeNull();
    await user.keyboard(" ");
    expect(core.sent).toEqual([]);
  });

  it("is set back after a rehearsal, and not while the audience sees the show", async () => {
    const { core, happens, user } = await open();
    expect(screen.queryByTestId("run-reset")).toBeNull();
    await happens({ what: "ended", undo_until: Date.now() * 1_000 });
    await user.click(screen.getByTestId("run-reset"));
    expect(core.sent).toEqual([{ do: "reset_cues" }]);
  });
});
