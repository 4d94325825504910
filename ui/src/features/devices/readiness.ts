import type { PictureSize } from "../../link/frames.svelte";
import { text } from "../../locales/text";
import { faultTrouble, refusalTrouble } from "../../locales/words";
import type { Sending } from "../../protocol";
import type { DeviceKind, MediaStatus } from "../../protocol/native";

/** The id of silence that was chosen. Without a choice the system's own loudspeaker plays. */
export const NO_SPEAKER = "none";

/** One line of what a speaker needs: fine, or wrong with its cure. */
export type Check = { id: string; fine: boolean; what: string; cure?: string };

/** What a speaker needs to be seen and heard. */
export type Needs = {
  status: MediaStatus;
  sending: Sending;
  /** Size of one's own picture, once there is one. */
  picture: PictureSize | undefined;
  /** Whether the microphone gave a sound lately. */
  heard: boolean;
  connected: boolean;
};

/** In the order in which a speaker would go through it. */
export function readiness(needs: Needs): Check[] {
  return [camera(needs), microphone(needs), loudspeaker(needs), way(needs)];
}

const wrong = (id: string, key: string): Check => ({
  id,
  fine: false,
  what: text(key),
  cure: text(`${key}.cure`),
});
const fine = (id: string, what: string): Check => ({ id, fine: true, what });

function faulty(id: string, kind: DeviceKind, { faults }: MediaStatus): Check | undefined {
  const fault = faults.find((one) => one.kind === kind);
  return fault && { id, fine: false, ...faultTrouble(fault) };
}

function camera({ status, sending, picture }: Needs): Check {
  const fault = faulty("camera", "camera", status);
  if (fault) return fault;
  if (status.choice.camera === undefined) return wrong("camera", "check-no-camera");
  if (!sending.camera) return wrong("camera", "check-camera-off");
  if (!picture) return wrong("camera", "check-camera-dark");
  return fine("camera", text("check-camera", { width: picture.width, height: picture.height }));
}

function microphone({ status, sending, heard }: Needs): Check {
  const fault = faulty("microphone", "microphone", status);
  if (fault) return fault;
  if (status.choice.microphone === undefined) return wrong("microphone", "check-no-microphone");
  if (!sending.microphone) return wrong("microphone", "check-microphone-off");
  if (!heard) return wrong("microphone", "check-microphone-quiet");
  return fine("microphone", text("check-microphone"));
}

function loudspeaker({ status }: Needs): Check {
  if (!status.silent) return fine("speaker", text("check-speaker"));
  if (status.choice.speaker === NO_SPEAKER) return wrong("speaker", "check-no-speaker-chosen");
  const absent = status.faults.some(
    ({ kind, cause }) => kind === "speaker" && (cause === "no_sound" || cause === "missing"),
  );
  return (absent ? undefined : faulty("speaker", "speaker", status)) ?? wrong("speaker", "check-no-speaker");
}

function way({ status, connected }: Needs): Check {
  if (!connected) return wrong("way", "check-not-connected");
  if (status.refused) {
    const { refusal, retry_after_ms } = status.refused;
    return { id: "way", fine: false, ...refusalTrouble(refusal, retry_after_ms) };
  }
  return status.connected ? fine("way", text("check-media")) : wrong("way", "check-no-media");
}
