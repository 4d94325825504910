import type { ReadOlder } from "../../features/chat/history.svelte";
import { pastOf } from "../../features/replay/commands";
import { ReplayModel } from "../../features/replay/model.svelte";
import type { Link } from "../../link/link";
import type { RoomId } from "../../protocol";
import { Room } from "../room.svelte";
import { Side } from "../side/side.svelte";

/** Ten times a second the page looks what happened meanwhile. */
const TICK_MS = 100;

/** A room's past as one watches it: nothing of the room that is on changes by it. */
export class Replaying {
  readonly model: ReplayModel<Room>;
  /** Which part of the side one looks at. */
  readonly side = new Side();

  constructor(
    private readonly link: Pick<Link, "replayOutline" | "replayAt" | "replayUpdates">,
    readonly of: RoomId,
  ) {
    this.model = new ReplayModel(pastOf(link, of), () => new Room());
  }

  /** Begins, with a clock that goes evenly, in milliseconds; what comes back ends it. */
  run(read: () => number = () => performance.now()): () => void {
    this.model.tick(read());
    void this.model.open();
    const timer = setInterval(() => this.model.tick(read()), TICK_MS);
    return () => {
      clearInterval(timer);
      this.model.close();
    };
  }

  /** What was said before a message: what the room had of the chat when that was said. */
  readonly older: ReadOlder = async (before) => {
    if (before === undefined) return { messages: [], more: false };
    const { chat } = await this.link.replayAt(this.of, before.at);
    const messages = chat.filter(({ seq }) => seq < before.seq);
    return { messages, more: messages.length > 0 };
  };

  /** The same of what the crew noted. */
  readonly olderNotes: ReadOlder = async (before) => {
    if (before === undefined) return { messages: [], more: false };
    const { crew } = await this.link.replayAt(this.of, before.at);
    const messages = (crew?.notes ?? []).filter(({ seq }) => seq < before.seq);
    return { messages, more: messages.length > 0 };
  };
}
