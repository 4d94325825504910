import { describe, expect, it } from "vitest";
import type { MediaStatus } from "../../protocol/native";
import { heldBack } from "./held";
import { DevicesModel } from "./model.svelte";
import { type Needs, readiness } from "./readiness";

const status: MediaStatus = {
  connected: true,
  wanted: { camera: true, microphone: true },
  sending: { camera: true, microphone: true },
  hearing_myself: false,
  choice: { camera: "camera:0", microphone: "mic:0" },
  faults: [],
  silent: false,
};

const check = (id: string, change: Partial<MediaStatus> = {}, needs: Partial<Needs> = {}) =>
  readiness({
    status: { ...status, ...change },
    picture: { width: 1280, height: 720 },
    voice: "heard",
    connected: true,
    over: false,
    ...needs,
  }).find((one) => one.id === id);

describe("pictures and sound", () => {
  it("go out only when they leave the machine, not when media is connected", () => {
    expect(check("way")).toMatchObject({ state: "fine", what: "Pictures and sound go out" });
    const sending = { camera: false, microphone: true };
    expect(check("way", { sending })?.state).toBe("wrong");
    expect(check("way", { sending, wanted: sending })?.what).toBe("Sound goes out, no pictures");
    const none = { camera: false, microphone: false };
    expect(check("way", { sending: none, wanted: none })?.what).not.toContain("go out");
  });

  it("come back by themselves while one is signed in, and not afterwards", () => {
    expect(check("way", {}, { connected: false })?.cure).toContain("by itself");
    expect(check("way", {}, { connected: false, over: true })?.cure).toContain("Sign in");
  });

  it("are missed once: a device that failed has its own line, and can be tried again", () => {
    const faults = [{ kind: "camera", cause: "closed" } as const];
    const sending = { camera: false, microphone: true };
    expect(check("camera", { faults, sending })).toMatchObject({ state: "wrong", again: "camera" });
    expect(check("way", { faults, sending })?.state).toBe("fine");
  });
});

describe("a loudspeaker that is gone", () => {
  it("is told mildly while the system's own plays", () => {
    const faults = [{ kind: "speaker", cause: "missing" } as const];
    expect(check("speaker", { faults })).toMatchObject({ state: "mild", again: "speaker" });
    expect(check("speaker", { faults, silent: true })?.state).toBe("wrong");
  });
});

describe("what is switched on and does not leave", () => {
  it("says why, and nothing where it leaves or is switched off", () => {
    const sending = { camera: false, microphone: true };
    expect(heldBack(status, "camera")).toBeUndefined();
    expect(heldBack({ ...status, sending, wanted: sending }, "camera")).toBeUndefined();
    expect(heldBack({ ...status, sending, choice: {} }, "camera")).toContain("No camera is chosen");
    const faults = [{ kind: "camera", cause: "closed" } as const];
    expect(heldBack({ ...status, sending, faults }, "camera")).toContain("cannot be used");
    expect(heldBack({ ...status, sending }, "camera")).toContain("not started");
  });
});

describe("the microphone", () => {
  it("is forgotten after 30 s of silence, mildly", () => {
    const devices = new DevicesModel();
    devices.change(status, 0);
    expect(devices.voice(0)).toBe("unheard");
    devices.hear(60, 500);
    expect(devices.voice(500)).toBe("unheard");
    devices.hear(20, 1_000);
    expect([devices.voice(30_999), devices.voice(31_000)]).toEqual(["heard", "silent"]);
    expect(check("microphone", {}, { voice: "silent" })).toMatchObject({ state: "mild" });
    devices.hear(20, 40_000);
    expect(devices.voice(40_000)).toBe("heard");
  });

  it("is not blamed for the time in which it was switched off", () => {
    const devices = new DevicesModel();
    devices.change(status, 0);
    devices.hear(20, 0);
    devices.change({ ...status, wanted: { camera: true, microphone: false } }, 1_000);
    devices.change(status, 60_000);
    expect([devices.voice(60_000), devices.voice(90_000)]).toEqual(["heard", "silent"]);
  });

  it("has to be heard anew when another is chosen", () => {
    const devices = new DevicesModel();
    devices.change(status, 0);
    devices.hear(20, 0);
    devices.change({ ...status, choice: { ...status.choice, microphone: "mic:1" } }, 10);
    expect(devices.voice(10)).toBe("unheard");
  });
});
