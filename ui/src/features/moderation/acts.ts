import type { Send } from "../../link/link";
import { text } from "../../locales/text";
import type {
  MessageId,
  ParticipantId,
  Report,
  SanctionAct,
  Sanctioned,
  SanctionKind,
  Timestamp,
} from "../../protocol";
import { MAX_TIME_OUT_SECONDS } from "../../protocol/limits";
import { hideMessage, lift, reopen, sanction, settle, showMessage } from "./commands";
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

/** What keeps somebody from what they were kept from before, as long as that had lasted; nothing where it had lasted no longer. */
export function again({ sanction }: Sanctioned, now: Timestamp): SanctionAct | undefined {
  switch (sanction.is) {
    case "muted":
      return { act: "mute" };
    case "removed":
      return { act: "remove" };
    case "banned":
      return { act: "ban" };
    case "timed_out": {
      const seconds = Math.min(Math.ceil((sanction.until - now) / 1_000_000), MAX_TIME_OUT_SECONDS);
      return seconds > 0 ? { act: "time_out", seconds } : undefined;
    }
    case "unknown":
      return undefined;
  }
}

/** Who looks, and what they see: who is kept from what now, and the server's clock. */
export type Looking = {
  me: ParticipantId | undefined;
  sanctions: () => readonly Sanctioned[];
  now: () => Timestamp;
};

/** What somebody is kept from now of one kind. */
const heldOf = ({ sanctions }: Looking, { participant }: Subject, kind: SanctionKind) =>
  sanctions().find((one) => one.participant === participant && one.sanction.is === kind);

/** Whether somebody is kept from what an act made of them, or still from what they were before it: the room tells of it a moment later. */
const stands = (
  held: Sanctioned | undefined,
  before: Sanctioned | undefined,
  isMade: (held: Sanctioned | undefined) => boolean,
): boolean => isMade(held) || held?.at === before?.at;

const made: Record<SanctionAct["act"], SanctionKind> = {
  mute: "muted",
  time_out: "timed_out",
  remove: "removed",
  ban: "banned",
  unknown: "unknown",
};

/** How it is called that somebody is kept from something no more, and what is said once it was done. */
export const lifts: Record<SanctionKind, { label: string; did: string }> = {
  muted: { label: "moderation-lift-mute", did: "moderation-did-lift-mute" },
  timed_out: { label: "moderation-lift-out", did: "moderation-did-lift-out" },
  removed: { label: "moderation-lift-remove", did: "moderation-did-lift-remove" },
  banned: { label: "moderation-lift-ban", did: "moderation-did-lift-ban" },
  unknown: { label: "moderation-lift", did: "moderation-did-lift" },
};

/** Lets somebody stand as they stood before, as far as this kind goes; `kept` is what they were kept from then. What is of another kind is left alone. */
const restoring =
  ({ participant }: Subject, kind: SanctionKind, kept: Sanctioned | undefined, now: () => Timestamp) =>
  (send: Send) => {
    const act = kept && again(kept, now());
    return act ? sanction(send, participant, act) : lift(send, participant, kind);
  };

/** Keeps somebody from something; what is taken back lets stand what held before. Once another moderator decided otherwise, theirs holds. */
export function keepFrom(doing: Doing, whom: Subject, { act, did }: Act, looking: Looking): void {
  const kind = made[act.act];
  const before = heldOf(looking, whom, kind);
  void doing.act(
    (send) => sanction(send, whom.participant, act),
    text(did, { name: whom.name }),
    restoring(whom, kind, before, looking.now),
    () =>
      stands(heldOf(looking, whom, kind), before, (held) => held?.by === looking.me && held !== undefined),
  );
}

/** Keeps somebody from something no more. */
export function free(doing: Doing, kept: Sanctioned, looking: Looking): void {
  const kind = kept.sanction.is;
  void doing.act(
    (send) => lift(send, kept.participant, kind),
    text(lifts[kind].did, { name: kept.name }),
    restoring(kept, kind, kept, looking.now),
    () => stands(heldOf(looking, kept, kind), kept, (held) => held === undefined),
  );
}

/** `watch`: whether nobody else decides about a message from now on. */
export function hide(
  doing: Doing,
  { name, message }: Subject,
  watch: (message: MessageId) => () => boolean,
): void {
  if (message === undefined) return;
  void doing.act(
    (send) => hideMessage(send, message),
    text("moderation-did-hide", { name }),
    (send) => showMessage(send, message),
    watch(message),
  );
}

/** A report was looked at. */
export function settleReport(doing: Doing, { id, name }: Report): void {
  void doing.act(
    (send) => settle(send, id),
    text("moderation-did-settle", { name }),
    (send) => reopen(send, id),
  );
}
