import type { Link } from "../../link/link";
import type { RoomId } from "../../protocol";
import type { Past } from "./model.svelte";

/** A room's past, as the server has it. */
export const pastOf = (
  link: Pick<Link, "replayOutline" | "replayAt" | "replayUpdates">,
  room: RoomId,
): Past => ({
  outline: () => link.replayOutline(room),
  at: (at) => link.replayAt(room, at),
  updates: (after) => link.replayUpdates(room, after),
});
