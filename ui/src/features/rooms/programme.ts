import type { RoomCard, SessionSlot } from "../../protocol";

/** What is on in a room, or else what comes next there. */
export type OnIn = { is: "now" | "next"; session: SessionSlot } | { is: "nothing" };

/** `now` in milliseconds since the epoch. */
export function onIn({ sessions }: RoomCard, now: number): OnIn {
  const micros = now * 1_000;
  const session = sessions.find(({ ends_at }) => ends_at > micros);
  if (session === undefined) return { is: "nothing" };
  return { is: session.starts_at <= micros ? "now" : "next", session };
}

/** What was on in a room last and is over: as the server knew it, or by the clock since. */
export function lastIn({ sessions, before }: RoomCard, now: number): SessionSlot | undefined {
  return sessions.findLast(({ ends_at }) => ends_at <= now * 1_000) ?? before;
}

/** What comes in a room after what is on. */
export function afterThat({ sessions }: RoomCard, now: number): SessionSlot | undefined {
  return sessions.filter(({ ends_at }) => ends_at > now * 1_000)[1];
}
