import type { Send } from "../../link/link";
import type { Layout, ParticipantId, Scene } from "../../protocol";
import { SEATS } from "../../protocol/limits";

export const seatsOf = (layout: Layout): number => SEATS[layout];

/** The same people in another layout, as many as it seats. */
export function withLayout(scene: Scene, layout: Layout): Scene {
  const seated = scene.seats.filter((seat) => seat !== null);
  return { layout, seats: seated.slice(0, seatsOf(layout)) };
}

/** The scene with someone (or nobody) on a seat. Who sat elsewhere changes places with who sat there. */
export function withSeat(scene: Scene, index: number, participant: ParticipantId | null): Scene {
  const seats = Array.from(
    { length: Math.max(scene.seats.length, index + 1) },
    (_, seat) => scene.seats[seat] ?? null,
  );
  const before = participant === null ? -1 : seats.indexOf(participant);
  if (before >= 0) seats[before] = seats[index] ?? null;
  seats[index] = participant;
  return { layout: scene.layout, seats: trimmed(seats) };
}

/** The scene with someone on its first free seat; in a full one they take the last. */
export function withGuest(scene: Scene, participant: ParticipantId): Scene {
  if (scene.seats.includes(participant)) return scene;
  const free = scene.seats.indexOf(null);
  const next = free >= 0 ? free : Math.min(scene.seats.length, seatsOf(scene.layout) - 1);
  return withSeat(scene, next, participant);
}

export const withoutGuest = (scene: Scene, participant: ParticipantId): Scene => ({
  layout: scene.layout,
  seats: trimmed(scene.seats.map((seat) => (seat === participant ? null : seat))),
});

function trimmed(seats: (ParticipantId | null)[]): (ParticipantId | null)[] {
  const last = seats.findLastIndex((seat) => seat !== null);
  return seats.slice(0, last + 1);
}

export const setPreview = (send: Send, scene: Scene) => send({ do: "set_preview", scene });
export const take = (send: Send) => send({ do: "take" });
