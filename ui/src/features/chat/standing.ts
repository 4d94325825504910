import type { SharedList } from "../../kit/shared-list";
import type { Message, RoomRules, Timestamp } from "../../protocol";
import type { Reader } from "./acts";
import type { Channel } from "./channel";

/** Why one cannot write, where one cannot. The crew is kept by nothing but a moderator's word, and that is not about its notes. */
export function barred(reader: Reader, rules: RoomRules, { key }: Channel): "muted" | "closed" | undefined {
  if (key === "notes") return undefined;
  if (reader.muted) return "muted";
  return !rules.chat && !reader.crew ? "closed" : undefined;
}

/** How many seconds until one may write again, in slow mode of one message every so many. `now` is in milliseconds on the server's clock. */
export function slowed(last: Timestamp | undefined, seconds: number, now: number): number {
  if (last === undefined) return 0;
  const wait = Math.ceil(last / 1_000_000 + seconds - now / 1_000);
  return Math.min(Math.max(wait, 0), seconds);
}

/** When somebody said something last. */
export const lastOf = (messages: SharedList<Message>, who: string | undefined) =>
  messages.findLast(({ author }) => author === who);
