import { describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../dev/core";
import { type MadeUp, people, ROOM, scenes } from "../../dev/scenes";
import { House } from "./house.svelte";

async function attached(window: string, change: Partial<MadeUp> = {}) {
  const scene = scenes.live;
  if (!scene) throw new Error("no scene");
  const core = new FakeCore({ ...scene, ...change }, window);
  const house = new House(core);
  await house.attach();
  return { core, house };
}

const left = (seq: number) => ({
  room: ROOM,
  seq,
  at: 0,
  body: { what: "left_stage" as const, participant: people.ines },
});

describe("the house", () => {
  it("begins again with the core when an update is missing", async () => {
    const { core, house } = await attached("control");
    core.tell({ event: "frame", frame: { frame: "updates", room: ROOM, updates: [left(241)] } });
    expect(house.room.seq).toBe(241);
    core.tell({ event: "frame", frame: { frame: "updates", room: ROOM, updates: [left(250)] } });
    await vi.waitFor(() => expect(house.room.seq).toBe(240));
  });

  it("applies what comes within a frame of the screen together, in order with everything else", async () => {
    const { core, house } = await attached("control");
    const apply = vi.spyOn(house.room, "apply");
    const tell = (seq: number) =>
      core.tell({ event: "frame", frame: { frame: "updates", room: ROOM, updates: [left(seq)] } });
    for (let seq = 241; seq <= 290; seq++) tell(seq);
    expect([house.room.seq, apply.mock.calls.length]).toEqual([241, 1]);
    await vi.waitFor(() => expect([house.room.seq, apply.mock.calls.length]).toEqual([290, 2]));
    tell(291);
    tell(292);
    core.signal({ signal: "watching", count: 3 });
    expect([house.room.seq, house.signals.watching]).toEqual([292, 3]);
  });

  it("believes an event that overtakes the answer to attach", async () => {
    const { core, house } = await attached("control");
    const answer = house.attach();
    core.tell({ event: "connection", state: { state: "reconnecting", attempt: 1, retry_in_ms: 500 } });
    await answer;
    expect(house.connection.state.state).toBe("reconnecting");
  });

  it("leaves frames of another room alone", async () => {
    const { core, house } = await attached("control");
    const room = "01990000-0000-7000-8000-0000000000aa";
    core.tell({ event: "frame", frame: { frame: "updates", room, updates: [{ ...left(241), room }] } });
    expect(house.room.seq).toBe(240);
  });

  it("sees itself by the camera here, unless another device of the person sends", async () => {
    const { core, house } = await attached("studio");
    expect(house.mirrored).toBe(people.lucia);
    const sending = { camera: true, microphone: false };
    const body = {
      what: "sending_changed" as const,
      participant: people.lucia,
      sending,
      on_stage: false,
      device: "phone",
    };
    core.tell({
      event: "frame",
      frame: { frame: "updates", room: ROOM, updates: [{ room: ROOM, seq: 241, at: 0, body }] },
    });
    expect([house.elsewhere, house.mirrored]).toEqual([true, undefined]);
    const off = { ...body, sending: { camera: false, microphone: false }, device: undefined };
    core.tell({
      event: "frame",
      frame: { frame: "updates", room: ROOM, updates: [{ room: ROOM, seq: 242, at: 0, body: off }] },
    });
    await vi.waitFor(() => expect([house.elsewhere, house.mirrored]).toEqual([false, people.lucia]));
  });

  it("says why a report was not taken to whoever waits for it, and in a notice where nobody does: it goes out later", async () => {
    const { core, house } = await attached("attendee");
    core.answer = async () => ({ is: "refused", refusal: "slow_down" });
    const target = { of: "person" as const, participant: people.jun };
    expect((await house.report(target, "Spam"))?.what).toContain("too fast");
    expect(house.notices.list).toEqual([]);
    core.tell({ event: "connection", state: { state: "reconnecting", attempt: 1, retry_in_ms: 500 } });
    expect(await house.report(target, "Spam")).toBeUndefined();
    await vi.waitFor(() =>
      expect(house.notices.list.map(({ what }) => what)).toEqual(["That was too fast."]),
    );
  });

  it("lets only those call the show whom the server would let", async () => {
    expect((await attached("control")).house.may("call_show")).toBe(true);
    expect((await attached("studio")).house.may("call_show")).toBe(false);
    expect((await attached("studio")).house.may("enter_backstage")).toBe(true);
    expect((await attached("attendee")).house.may("remove_any_message")).toBe(false);
  });

  it("hides what the server allows no more, whatever the role", async () => {
    const { core, house } = await attached("control");
    core.welcome([]);
    expect(house.may("call_show")).toBe(false);
    core.welcome(["call_show"]);
    expect(house.may("call_show")).toBe(true);
  });

  it("tells once that the login is not kept, also where that was known before the window opened", async () => {
    const { core, house } = await attached("control", { keeping: "this_run_only" });
    expect(house.notices.list.map(({ what }) => what)).toEqual([
      "You stay signed in only until the app is closed.",
    ]);
    house.notices.dismissNewest();
    core.tell({ event: "keeping", keeping: "this_run_only" });
    expect(house.notices.list).toEqual([]);
  });

  it("believes what overtakes the answer about where the login is kept", async () => {
    const { core, house } = await attached("control");
    const answer = house.attach();
    core.tell({ event: "keeping", keeping: "this_run_only" });
    await answer;
    expect(house.keeping).toBe("this_run_only");
  });

  it("leaves it to the welcome window to say so itself", async () => {
    const { house } = await attached("welcome", { keeping: "this_run_only" });
    expect([house.keeping, house.notices.list]).toEqual(["this_run_only", []]);
  });

  it("tells of a refusal with its cure", async () => {
    const { core, house } = await attached("control");
    core.answer = async () => ({ is: "refused", refusal: "stage_full" });
    await house.ask({ do: "take" });
    expect(house.notices.list[0]).toMatchObject({
      what: "The stage is full.",
      cure: "Take someone off the stage first.",
    });
  });
});
