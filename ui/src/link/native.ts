import { Channel, invoke } from "@tauri-apps/api/core";
import type { FileProgress, NativeEvent } from "../protocol/native";
import type { Link } from "./link";

function told(onProgress: (progress: FileProgress) => void): Channel<FileProgress> {
  const channel = new Channel<FileProgress>();
  channel.onmessage = onProgress;
  return channel;
}

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
  send: (body, id) => invoke("send", { body, id: id ?? null }),
  discardUnsent: (id) => invoke("discard_unsent", { id }),
  olderMessages: (room, before, limit, notes) =>
    invoke("older_messages", { room, before: before ?? null, limit, notes: notes ?? false }),
  searchMessages: (room, query, before, notes) =>
    invoke("search_messages", { room, query, before: before ?? null, notes: notes ?? false }),
  sendToInbox: (body, id) => invoke("send_to_inbox", { id: id ?? null, body }),
  conversation: (participant, before) =>
    invoke("conversation", { with: participant, before: before ?? null }),
  react: (reaction) => invoke("react", { reaction }),
  audit: (room, before) => invoke("audit", { room, before: before ?? null }),
  replayOutline: (room) => invoke("replay_outline", { room }),
  replayAt: (room, at) => invoke("replay_at", { room, at }),
  replayUpdates: (room, after) => invoke("replay_updates", { room, after }),
  rooms: () => invoke("rooms"),
  goToRoom: (room) => invoke("go_to_room", { room }),
  devices: () => invoke("devices"),
  chooseDevice: (kind, id) => invoke("choose_device", { kind, id: id ?? null }),
  setSending: (sending) => invoke("set_sending", { sending }),
  checkDevices: (on) => invoke("check_devices", { on }),
  raiseHand: (note) => invoke("raise_hand", { note }),
  lowerHand: () => invoke("lower_hand"),
  leaveStage: () => invoke("leave_stage"),
  setVolume: (volume) => invoke("set_volume", { volume }),
  hearMyself: (on) => invoke("hear_myself", { on }),
  mediaStats: () => invoke("media_stats"),
  ask: (operation, document, variables) => invoke("ask", { operation, document, variables }),
  change: (operation, document, variables) => invoke("change", { operation, document, variables }),
  keepDraft: (key, text) => invoke("keep_draft", { key, text }),
  drafts: () => invoke("drafts"),
  dropDraft: (key) => invoke("drop_draft", { key }),
  startSignIn: (server, email) => invoke("start_sign_in", { server, email }),
  signInWays: (server) => invoke("sign_in_ways", { server }),
  startProviderSignIn: (server) => invoke("start_provider_sign_in", { server }),
  confirmSignIn: (link, confirmed) => invoke("confirm_sign_in", { link, confirmed }),
  signOutPerson: () => invoke("sign_out_person"),
  renameMe: (name) => invoke("rename_me", { name }),
  exportMyData: () => invoke("export_my_data"),
  eraseMe: (email) => invoke("erase_me", { email }),
  enterEvent: (link) => invoke("enter_event", { link }),
  upload: (bytes, use, organisation) => invoke("upload", bytes, { headers: { use, organisation } }),
  exportFile: (name, text) => invoke("export_file", { name, text }),
  importFile: (kinds) => invoke("import_file", { kinds }),
  saveFile: (file, id, name, onProgress) =>
    invoke("save_file", { file, id, name, channel: told(onProgress) }),
  sendFile: (file, id, onProgress) => invoke("send_file", { file, id, channel: told(onProgress) }),
  openWindow: (window) => invoke("open_window", { window }),
};
