import { Channel, invoke } from "@tauri-apps/api/core";
import type { NativeEvent } from "../protocol/native";
import type { Link } from "./link";

/** The real core, over Tauri's commands and one channel of events. */
export const native: Link = {
  attach(onEvent) {
    const channel = new Channel<NativeEvent>();
    channel.onmessage = (event) => onEvent(event);
    return invoke("attach", { channel });
  },
  readLink: (link) => invoke("read_link", { link }),
  lookUpInvite: (link, confirmed) => invoke("look_up_invite", { link, confirmed }),
  signIn: (link, name) => invoke("sign_in", { link, name: name ?? null }),
  signOut: () => invoke("sign_out"),
  closeHeard: () => invoke("close_heard"),
  quit: () => invoke("quit"),
  send: (body) => invoke("send", { body }),
  devices: () => invoke("devices"),
  chooseDevice: (kind, id) => invoke("choose_device", { kind, id: id ?? null }),
  setSending: (sending) => invoke("set_sending", { sending }),
  setVolume: (volume) => invoke("set_volume", { volume }),
  hearMyself: (on) => invoke("hear_myself", { on }),
  mediaStats: () => invoke("media_stats"),
};
