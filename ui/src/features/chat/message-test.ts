// What somebody said, for tests.

import type { Message } from "../../protocol";

/** The message at a position of the log, whose id and words tell it. */
export const message = (seq: number, rest: Partial<Message> = {}): Message => ({
  id: `m${seq}`,
  seq,
  author: "a",
  name: "A",
  role: "attendee",
  at: 0,
  text: `Words ${seq}`,
  ...rest,
});
