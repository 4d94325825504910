import { render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../dev/core";
import { people, ROOM, scenes } from "../../dev/scenes";
import type { UpdateBody } from "../protocol";
import App from "./App.svelte";
import { House } from "./house.svelte";

async function open(window: string, scene: string) {
  const made = scenes[scene];
  if (!made) throw new Error(`no scene ${scene}`);
  location.hash = `#/${window}`;
  const core = new FakeCore(made, window);
  const house = new House(core);
  render(App, { house });
  await vi.waitFor(() => {
    if (!(house.room.here && house.session)) throw new Error("not there yet");
  });
  await tick();
  let seq = house.room.seq;
  const happens = (body: UpdateBody) => {
    seq += 1;
    const update = { room: ROOM, seq, at: Date.now() * 1_000, body };
    core.tell({ event: "frame", frame: { frame: "updates", room: ROOM, updates: [update] } });
  };
  return { core, house, happens, user: userEvent.setup() };
}

afterEach(() => {
  location.hash = "";
});

describe("one of the audience", () => {
  it("looks at the devices, is told that they are heard at once, and raises the hand through the core", async () => {
    const { core, user } = await open("attendee", "live");
    await user.click(screen.getByTestId("hand"));
    expect(core.calls).toContain("checkDevices true");
    expect(screen.getByTestId("hand-consent").textContent).toMatch(/heard and seen at once.*nothing leaves/s);
    await user.type(screen.getByTestId("hand-note"), "  About the outage ");
    await user.click(screen.getByTestId("hand-raise"));
    expect(core.sent).toEqual([{ do: "raise_hand", note: "About the outage" }]);
    await vi.waitFor(() => expect(screen.queryByTestId("hand-consent")).toBeNull());
    expect(core.calls.at(-1), "the core keeps open what the hand needs").toBe("checkDevices false");
    core.own({ hand: 3 });
    await vi.waitFor(() => expect(screen.getByTestId("hand-place").textContent).toContain("Place 3"));
    core.own({ hand: 1 });
    await vi.waitFor(() => expect(screen.getByTestId("hand-place").textContent).toContain("You are next"));
    screen.getByTestId("hand-lower").focus();
    await user.keyboard("{Enter}");
    expect(core.sent.at(-1)).toEqual({ do: "lower_hand" });
    core.own({});
    await vi.waitFor(() =>
      expect(document.activeElement, "the focus stays by what was pressed").toBe(
        screen.getByRole("group", { name: "Playback" }),
      ),
    );
  });

  it("keeps the note where the room refuses the hand, and is told why there", async () => {
    const { core, user } = await open("attendee", "live");
    core.answer = async () => ({ is: "refused", refusal: "slow_down", retry_after_ms: 2_000 });
    await user.click(screen.getByTestId("hand"));
    await user.type(screen.getByTestId("hand-note"), "Once more");
    await user.click(screen.getByTestId("hand-raise"));
    const dialog = screen.getByTestId("hand-note").closest("dialog");
    await vi.waitFor(() => expect(dialog?.textContent).toContain("That was too fast"));
    expect(screen.queryByTestId("notice"), "once").toBeNull();
    expect(screen.getByTestId<HTMLInputElement>("hand-note").value).toBe("Once more");
  });

  it("can raise the hand without any device, and is told that nobody would hear them", async () => {
    const { user } = await open("attendee", "raising-dumb");
    await user.click(screen.getByTestId("hand"));
    expect(screen.getByTestId("hand-trouble").textContent).toContain("nobody would hear you");
    expect(screen.getByTestId<HTMLButtonElement>("hand-raise").disabled).toBe(false);
  });

  it("raises none while hands are closed", async () => {
    const { happens, house } = await open("attendee", "live");
    const { rules } = house.room.moderation;
    happens({ what: "rules_set", rules: { ...rules, hands: false } });
    const hand = screen.getByTestId<HTMLButtonElement>("hand");
    await vi.waitFor(() => expect(hand.disabled).toBe(true));
    expect(hand.title).toContain("closed");
  });

  it("is told on stage that they are live, mutes by key, and leaves", async () => {
    const { core, happens, house, user } = await open("attendee", "live");
    const member = {
      participant: people.mina,
      name: "Mina",
      role: "attendee" as const,
      sending: { camera: false, microphone: false },
    };
    happens({ what: "came_on_stage", member });
    happens({ what: "program_set", scene: { layout: "solo", seats: [people.mina] } });
    await vi.waitFor(() => expect(screen.getByTestId("tally").textContent).toContain("You are live"));
    expect(screen.queryByTestId("hand")).toBeNull();
    await user.keyboard("m");
    expect(core.calls.at(-1)).toContain('"microphone":false');
    expect(house.volume.muted, "the show stays as loud as it was").toBe(false);
    await user.click(screen.getByTestId("leave-stage"));
    expect(core.sent.at(-1)).toEqual({ do: "leave_stage" });
    happens({ what: "left_stage", participant: people.mina });
    await vi.waitFor(() => expect(screen.queryByTestId("tally")).toBeNull());
    expect(screen.getByTestId("hand")).toBeDefined();
  });
});

describe("whoever moderates", () => {
  const rows = () => screen.getAllByTestId("hand-row").map(({ dataset }) => dataset.participant);

  it("takes the first by key, and any other by its button", async () => {
    const { core, happens, user } = await open("control", "hands");
    await user.keyboard("h");
    expect(core.sent).toEqual([{ do: "take_hand", participant: people.amara }]);
    await user.click(screen.getByTestId("tab-hands"));
    expect(rows()).toEqual([people.amara, people.jun, people.mara, people.tomas]);
    happens({ what: "hand_lowered", participant: people.amara });
    await vi.waitFor(() => expect(rows()[0]).toBe(people.jun));
    const mara = screen.getAllByTestId("hand-row")[1] as HTMLElement;
    await user.click(within(mara).getByTestId("hand-take"));
    expect(core.sent.at(-1)).toEqual({ do: "take_hand", participant: people.mara });
  });

  it("goes on by keyboard where a button goes with what it did: with the hands that are left", async () => {
    const { core, happens, user } = await open("control", "hands");
    await user.click(screen.getByTestId("tab-hands"));
    const press = async (key: string) => {
      within(screen.getAllByTestId("hand-row")[0] as HTMLElement)
        .getByTestId(key)
        .focus();
      await user.keyboard("{Enter}");
    };
    const part = screen.getByRole("group", { name: "Hands" });
    await press("hand-dismiss");
    happens({ what: "hand_lowered", participant: people.amara });
    await vi.waitFor(() => expect(document.activeElement).toBe(part));
    await press("hand-take");
    expect(core.sent.at(-1)).toEqual({ do: "take_hand", participant: people.jun });
    happens({ what: "hand_lowered", participant: people.jun });
    await vi.waitFor(() => expect(document.activeElement).toBe(part));
  });

  it("takes a dismissal back, and the hand goes back to its place", async () => {
    const { core, happens, house, user } = await open("control", "hands");
    await user.click(screen.getByTestId("tab-hands"));
    const [amara, jun] = house.room.hands.raised;
    if (!amara || !jun) throw new Error("no hands are up");
    const first = screen.getAllByTestId("hand-row")[0] as HTMLElement;
    await user.click(within(first).getByTestId("hand-dismiss"));
    expect(core.sent).toEqual([{ do: "dismiss_hand", participant: people.amara }]);
    happens({ what: "hand_lowered", participant: people.amara });
    await vi.waitFor(() => expect(rows()[0]).toBe(people.jun));
    await user.click(await screen.findByTestId("moderation-undo"));
    expect(core.sent.at(-1)).toEqual({ do: "restore_hand", participant: people.amara });
    happens({ what: "hand_raised", hand: amara });
    await vi.waitFor(() => expect(rows().slice(0, 2)).toEqual([people.amara, people.jun]));
    happens({ what: "hand_raised", hand: { ...jun, note: "Another note" } });
    await vi.waitFor(() =>
      expect(screen.getAllByTestId("hand-row")[1]?.textContent).toContain("Another note"),
    );
  });

  it("sees who of the audience is on stage, and takes them off", async () => {
    const { core, user } = await open("control", "hands");
    await user.click(screen.getByTestId("tab-hands"));
    await user.click(screen.getByTestId("guest-take-off"));
    expect(core.sent).toEqual([{ do: "take_off_stage", participant: people.mina }]);
  });

  it("takes nobody before the show is live: they would hear nobody", async () => {
    const { core, happens, user } = await open("control", "hands");
    await user.click(screen.getByTestId("tab-hands"));
    happens({ what: "ended", undo_until: (Date.now() + 60_000) * 1_000 });
    await vi.waitFor(() =>
      expect(screen.getAllByTestId<HTMLButtonElement>("hand-take").every(({ disabled }) => disabled)).toBe(
        true,
      ),
    );
    await user.keyboard("h");
    expect(core.sent).toEqual([]);
  });
});
