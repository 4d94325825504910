import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, describe, expect, it } from "vitest";
import type { NativeEvent } from "../protocol/native";
import { native } from "./native";

afterEach(clearMocks);

describe("the link to the core", () => {
  it("hands on what the core tells", async () => {
    const events: NativeEvent[] = [];
    const told = { event: "connection", state: { state: "connected" } };
    mockIPC((_command, args) => {
      const { channel } = args as { channel: { onmessage: (event: unknown) => void } };
      channel.onmessage(told);
    });
    await native.attach((event) => events.push(event));
    expect(events).toEqual([told]);
  });

  it("calls each command by its name with what it takes", async () => {
    const calls: unknown[] = [];
    mockIPC((command, args) => {
      calls.push([command, args]);
    });
    await native.signIn("link");
    await native.send({ do: "take" });
    await native.chooseDevice("camera", "test");
    await native.chooseDevice("speaker");
    await native.setVolume(0.5);
    await native.hearMyself(true);
    await native.ask("Me", "query Me { me { id } }", {});
    await native.startSignIn("https://events.example", "noor@example.org");
    await native.signInWays("https://events.example");
    await native.startProviderSignIn("https://events.example");
    await native.confirmSignIn("link", true);
    await native.renameMe("Noor");
    await native.exportMyData();
    await native.eraseMe("noor@example.org");
    await native.openWindow("dashboard");
    expect(calls).toEqual([
      ["sign_in", { link: "link", name: null }],
      ["send", { body: { do: "take" }, id: null }],
      ["choose_device", { kind: "camera", id: "test" }],
      ["choose_device", { kind: "speaker", id: null }],
      ["set_volume", { volume: 0.5 }],
      ["hear_myself", { on: true }],
      ["ask", { operation: "Me", document: "query Me { me { id } }", variables: {} }],
      ["start_sign_in", { server: "https://events.example", email: "noor@example.org" }],
      ["sign_in_ways", { server: "https://events.example" }],
      ["start_provider_sign_in", { server: "https://events.example" }],
      ["confirm_sign_in", { link: "link", confirmed: true }],
      ["rename_me", { name: "Noor" }],
      ["export_my_data", {}],
      ["erase_me", { email: "noor@example.org" }],
      ["open_window", { window: "dashboard" }],
    ]);
  });
});
