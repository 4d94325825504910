import type { PictureSize } from "../../link/frames.svelte";
import { text } from "../../locales/text";
import { faultTrouble, refusalTrouble } from "../../locales/words";
import type { DeviceKind, MediaStatus } from "../../protocol/native";
import { heldBack } from "./held";
import type { Voice } from "./model.svelte";

/** The id of silence that was chosen. Without a choice the system's own loudspeaker plays. */
export const NO_SPEAKER = "none";

/** One line of what a speaker needs: fine, worth a look, or wrong with its cure. */
export type Check = {
  id: string;
  state: "fine" | "mild" | "wrong";
  what: string;
  cure?: string;
  /** A device that failed, and can be tried again. */
  again?: DeviceKind;
};

/** What a speaker needs to be seen and heard. */
export type Needs = {
  status: MediaStatus;
  /** Size of one's own picture, once there is one. */
  picture: PictureSize | undefined;
  voice: Voice;
  connected: boolean;
  /** Nobody is signed in any more. */
  over: boolean;
};

/** In the order in which a speaker would go through it. */
export function readiness(needs: Needs): Check[] {
  return [camera(needs), microphone(needs), loudspeaker(needs), way(needs)];
}

const wrong = (id: string, key: string): Check => ({
  id,
  state: "wrong",
  what: text(key),
  cure: text(`${key}.cure`),
});
const mild = (id: string, key: string): Check => ({ ...wrong(id, key), state: "mild" });
const fine = (id: string, what: string): Check => ({ id, state: "fine", what });

function faulty(id: string, kind: DeviceKind, { faults }: MediaStatus): Check | undefined {
  const fault = faults.find((one) => one.kind === kind);
  return fault && { id, state: "wrong", ...faultTrouble(fault), again: kind };
}

function camera({ status, picture }: Needs): Check {
  const fault = faulty("camera", "camera", status);
  if (fault) return fault;
  if (status.choice.camera === undefined) return wrong("camera", "check-no-camera");
  if (!status.wanted.camera) return wrong("camera", "check-camera-off");
  if (!picture) return wrong("camera", "check-camera-dark");
  return fine("camera", text("check-camera", { width: picture.width, height: picture.height }));
}

function microphone({ status, voice }: Needs): Check {
  const fault = faulty("microphone", "microphone", status);
  if (fault) return fault;
  if (status.choice.microphone === undefined) return wrong("microphone", "check-no-microphone");
  if (!status.wanted.microphone) return wrong("microphone", "check-microphone-off");
  switch (voice) {
    case "unheard":
      return wrong("microphone", "check-microphone-quiet");
    case "silent":
      return mild("microphone", "check-microphone-silent");
    case "heard":
      return fine("microphone", text("check-microphone"));
  }
}

function loudspeaker({ status }: Needs): Check {
  const fault = faulty("speaker", "speaker", status);
  if (!status.silent) {
    // The one that was chosen is gone, and the system's own plays in its place.
    return fault
      ? { ...mild("speaker", "check-speaker-other"), again: "speaker" }
      : fine("speaker", text("check-speaker"));
  }
  if (status.choice.speaker === NO_SPEAKER) return wrong("speaker", "check-no-speaker-chosen");
  const absent = status.faults.some(
    ({ kind, cause }) => kind === "speaker" && (cause === "no_sound" || cause === "missing"),
  );
  return (absent ? undefined : fault) ?? wrong("speaker", "check-no-speaker");
}

function way({ status, connected, over }: Needs): Check {
  if (over) return wrong("way", "check-over");
  if (!connected) return wrong("way", "check-not-connected");
  if (status.refused) {
    const { refusal, retry_after_ms } = status.refused;
    return { id: "way", state: "wrong", ...refusalTrouble(refusal, retry_after_ms) };
  }
  if (!status.connected) return wrong("way", "check-no-media");
  const { camera, microphone } = status.sending;
  if (camera && microphone) return fine("way", text("check-media"));
  // A device that is missing or failed is its own line above.
  const held = (["camera", "microphone"] as const).filter(
    (device) =>
      heldBack(status, device) !== undefined &&
      status.choice[device] !== undefined &&
      !status.faults.some(({ kind }) => kind === device),
  );
  if (held.length > 0) return wrong("way", "check-media-held");
  if (camera) return fine("way", text("check-media-pictures"));
  return fine("way", text(microphone ? "check-media-sound" : "check-media-open"));
}
