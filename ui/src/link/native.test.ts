import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, describe, expect, it } from "vitest";
import type { NativeEvent } from "../protocol/native";
import { native } from "./native";

afterEach(clearMocks);

describe("the link to the core", () => {
  it("reads what Rust writes for an absent value as absent, and keeps empty seats", async () => {
    const events: NativeEvent[] = [];
    mockIPC((command, args) => {
      const { channel } = args as { channel: { onmessage: (event: unknown) => void } };
      channel.onmessage({ event: "connection", state: { state: "connected", round_trip_ms: null } });
      channel.onmessage({ event: "frame", frame: { frame: "signal", slots: { video: [null, "a"] } } });
      return command === "attach"
        ? { session: null, media: { choice: { camera: null } }, link: null }
        : undefined;
    });
    expect(await native.attach((event) => events.push(event))).toEqual({ media: { choice: {} } });
    expect(events).toEqual([
      { event: "connection", state: { state: "connected" } },
      { event: "frame", frame: { frame: "signal", slots: { video: [null, "a"] } } },
    ]);
  });

  it("calls each command by its name with what it takes", async () => {
    const calls: unknown[] = [];
    mockIPC((command, args) => {
      calls.push([command, args]);
    });
    await native.signIn("link");
    await native.send({ do: "take" });
    await native.setVolume(0.5);
    await native.hearMyself(true);
    expect(calls).toEqual([
      ["sign_in", { link: "link", name: null }],
      ["send", { body: { do: "take" } }],
      ["set_volume", { volume: 0.5 }],
      ["hear_myself", { on: true }],
    ]);
  });
});
