import type { MessageId, RoomId } from "../../protocol";

/** Which part of the side one looks at. Anything that leads into a part opens it here. */
export class Side {
  /** Nothing: the first that the window has. */
  current = $state.raw<string | undefined>();

  /** What somebody said that one is led to, until the chat of that room shows it. */
  sought = $state.raw<{ room: RoomId; message: MessageId } | undefined>();

  /** Words that were begun and not sent, by where: they outlive looking elsewhere, and going to another room and back. */
  readonly #begun = new Map<string, string>();

  open(key: string): void {
    this.current = key;
  }

  /** What was begun in a part of a room. */
  begun(room: string | undefined, part: string): string {
    return this.#begun.get(`${room} ${part}`) ?? "";
  }

  keep(room: string | undefined, part: string, words: string): void {
    if (words.trim() === "") this.#begun.delete(`${room} ${part}`);
    else this.#begun.set(`${room} ${part}`, words);
  }
}
