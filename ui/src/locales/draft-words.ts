import { text } from "./text";

/** What drafts are kept of, by the beginning of their names. */
const kinds: Record<string, string> = {
  event: "unsaved-event",
  "event-move": "unsaved-event-move",
  "event-cancel": "unsaved-event-cancel",
  session: "unsaved-session",
  room: "unsaved-room",
  track: "unsaved-track",
  speaker: "unsaved-speaker",
  ticket: "unsaved-ticket",
  question: "unsaved-question",
  cue: "unsaved-cue",
  length: "unsaved-length",
  scene: "unsaved-scene",
  poll: "unsaved-poll",
  mail: "unsaved-mail",
  organisation: "unsaved-organisation",
  person: "unsaved-person",
  "new-event": "unsaved-new-event",
  "new-room": "unsaved-new-room",
  "new-track": "unsaved-new-track",
  "new-speaker": "unsaved-new-speaker",
  "new-ticket": "unsaved-new-ticket",
  "new-code": "unsaved-new-code",
  "new-question": "unsaved-new-question",
  "new-poll": "unsaved-new-poll",
  "new-scene": "unsaved-new-scene",
  "new-person": "unsaved-new-person",
  "new-member": "unsaved-new-member",
  "new-key": "unsaved-new-key",
  "new-hook": "unsaved-new-hook",
  "new-organisation": "unsaved-new-organisation",
  "new-template-of": "unsaved-new-template",
};

/** The kinds of things that drafts are kept of. */
export const draftKinds = Object.keys(kinds);

/** What a draft is of. */
export const draftName = (thing: string) => text(kinds[thing.split("/")[0] ?? ""] ?? "unsaved-other");

const SHORT = 80;

/** The beginning of what was typed: of a form its first field, which names what is made. */
export function draftStart(thing: string, kept: string): string {
  let words = kept;
  // A form keeps its fields; what has a name of three parts is one field.
  if (thing.split("/").length < 3) {
    try {
      const values: unknown[] = Object.values(JSON.parse(kept) as object);
      words = values.find((value): value is string => typeof value === "string" && value !== "") ?? "";
    } catch {
      words = "";
    }
  }
  return words.length > SHORT ? `${words.slice(0, SHORT)}…` : words;
}
