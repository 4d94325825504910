import type { Unsaid } from "../../features/chat/conversation.svelte";
import type { Sought } from "../../features/chat/history.svelte";
import type { PollDesk } from "../../features/polls/desk.svelte";
import type { Asking } from "../../features/qa/asking.svelte";
import type { QuestionDesk } from "../../features/qa/desk.svelte";
import type { RoomId } from "../../protocol";

/** What one has begun in a room, by where. */
type Begun = { chat: Unsaid; notes: Unsaid; asking: Asking; questions: QuestionDesk; polls: PollDesk };

/** Which part of the side one looks at. Anything that leads into a part opens it here. */
export class Side {
  /** Nothing: the first that the window has. */
  current = $state.raw<string | undefined>();

  /** What somebody said that one is led to, until the chat of that room, or the notes of its crew, show it. */
  sought = $state.raw<(Sought & { room: RoomId; notes: boolean }) | undefined>();

  /** What was begun and not sent: it outlives looking elsewhere, and being out of the room or in another and back. */
  readonly #begun = new Map<RoomId | undefined, Partial<Begun>>();

  open(key: string): void {
    this.current = key;
  }

  /** What was begun in a part of a room; it begins with this where nothing was. */
  begun<Part extends keyof Begun>(
    room: RoomId | undefined,
    part: Part,
    make: () => Begun[Part],
  ): Begun[Part] {
    const here = this.#begun.get(room) ?? {};
    this.#begun.set(room, here);
    const begun: Begun[Part] = here[part] ?? make();
    here[part] = begun;
    return begun;
  }
}
