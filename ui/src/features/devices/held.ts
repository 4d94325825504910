import { text } from "../../locales/text";
import { faultTrouble } from "../../locales/words";
import type { Sending } from "../../protocol";
import type { MediaStatus } from "../../protocol/native";

const held: Record<keyof Sending, string> = { camera: "held-camera", microphone: "held-microphone" };
const unchosen: Record<keyof Sending, string> = {
  camera: "held-no-camera",
  microphone: "held-no-microphone",
};

/** That something is switched on and does not leave this machine, and why; nothing while it does, or is switched off. */
export function heldBack(status: MediaStatus, device: keyof Sending): string | undefined {
  if (!status.wanted[device] || status.sending[device]) return undefined;
  const fault = status.faults.find(({ kind }) => kind === device);
  if (fault) return text(held[device], { why: faultTrouble(fault).what });
  if (status.choice[device] === undefined) return text(held[device], { why: text(unchosen[device]) });
  return text(held[device], { why: text("held-starting") });
}
