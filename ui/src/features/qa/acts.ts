import type { Question } from "../../protocol";
import type { Reader } from "./desk.svelte";

/** What can be done with a question by those who look after it. */
export type Act = "open" | "dismiss" | "live" | "write" | "merge" | "stage";

/** The key of each, where the question has the focus. */
export const keys: Record<Act, string> = {
  open: "A",
  dismiss: "D",
  live: "L",
  write: "W",
  merge: "M",
  stage: "S",
};

/** What this person can do with a question now, in the order of the buttons. */
export function actsOn({ standing }: Question, { moderates, answers, connected }: Reader): Act[] {
  if (!connected) return [];
  const isOpen = standing.is === "open";
  const isPublic = isOpen || standing.is === "answered";
  const mayMerge = isOpen || standing.is === "waiting";
  const can: Record<Act, boolean> = {
    open: moderates && !isOpen,
    stage: moderates && isPublic,
    live: moderates && isOpen,
    write: answers && (isPublic || standing.is === "waiting"),
    merge: moderates && mayMerge,
    dismiss: moderates && standing.is !== "dismissed",
  };
  return (Object.keys(can) as Act[]).filter((act) => can[act]);
}
