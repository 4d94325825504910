import type { Send } from "../../link/link";
import type { CueId } from "../../protocol";

// Each names what is called, and not "the next one": of two producers who go on at the same moment, one does.

export const callCue = (send: Send, cue: CueId) => send({ do: "call_cue", cue });
export const resetCues = (send: Send) => send({ do: "reset_cues" });
export const prepareScene = (send: Send, scene: string) => send({ do: "prepare_scene", scene });
