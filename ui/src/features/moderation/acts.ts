import { text } from "../../locales/text";
import type { MessageId, ParticipantId, SanctionAct } from "../../protocol";
import { hideMessage, lift, sanction, showMessage } from "./commands";
import type { Doing } from "./doing.svelte";

/** Somebody about whom something can be done, and what of theirs one looks at. */
export type Subject = { participant: ParticipantId; name: string; message?: MessageId | undefined };

/** Something to do about somebody: how it is called, and what is said once it was done. */
export type Act = { key: string; label: string; did: string; act: SanctionAct };

/** What can be done about somebody, the mildest first. */
export const acts: Act[] = [
  { key: "mute", label: "moderation-mute", did: "moderation-did-mute", act: { act: "mute" } },
  {
    key: "out-short",
    label: "moderation-out-short",
    did: "moderation-did-out-short",
    act: { act: "time_out", seconds: 300 },
  },
  {
    key: "out-hour",
    label: "moderation-out-hour",
    did: "moderation-did-out-hour",
    act: { act: "time_out", seconds: 3_600 },
  },
  {
    key: "out-day",
    label: "moderation-out-day",
    did: "moderation-did-out-day",
    act: { act: "time_out", seconds: 86_400 },
  },
  { key: "remove", label: "moderation-remove", did: "moderation-did-remove", act: { act: "remove" } },
  { key: "ban", label: "moderation-ban", did: "moderation-did-ban", act: { act: "ban" } },
];

export function keepFrom(doing: Doing, { participant, name }: Subject, { act, did }: Act): void {
  void doing.act(
    (send) => sanction(send, participant, act),
    text(did, { name }),
    (send) => lift(send, participant),
  );
}

export function hide(doing: Doing, { name, message }: Subject): void {
  if (message === undefined) return;
  void doing.act(
    (send) => hideMessage(send, message),
    text("moderation-did-hide", { name }),
    (send) => showMessage(send, message),
  );
}
