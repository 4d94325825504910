import { Channel, type InvokeArgs, invoke } from "@tauri-apps/api/core";
import type { NativeEvent } from "../protocol/native";
import { withoutNulls } from "./absent";
import type { Link } from "./link";

async function call<T>(command: string, args?: InvokeArgs): Promise<T> {
  try {
    return withoutNulls(await invoke<T>(command, args));
  } catch (problem) {
    throw withoutNulls(problem);
  }
}

/** The real core, over Tauri's commands and one channel of events. */
export const native: Link = {
  attach(onEvent) {
    const channel = new Channel<NativeEvent>();
    channel.onmessage = (event) => onEvent(withoutNulls(event));
    return call("attach", { channel });
  },
  lookUpInvite: (link) => call("look_up_invite", { link }),
  signIn: (link, name) => call("sign_in", { link, name: name ?? null }),
  signOut: () => call("sign_out"),
  send: (body) => call("send", { body }),
  devices: () => call("devices"),
  chooseDevices: (choice) => call("choose_devices", { choice }),
  setSending: (sending) => call("set_sending", { sending }),
  setVolume: (volume) => call("set_volume", { volume }),
  hearMyself: (on) => call("hear_myself", { on }),
  mediaStats: () => call("media_stats"),
};
