import type { Message, ParticipantId } from "../../protocol";

/** What can be done with a message. */
export type Act = "remove";

/** Who looks at the chat, and what they may do in it. */
export type Reader = {
  me: ParticipantId | undefined;
  /** Whether one may say something. */
  speaks: boolean;
  /** Whether one may take away what others said. */
  moderates: boolean;
  connected: boolean;
};

/** What this person can do with a message now, in the order of the buttons. */
export function actsOn(message: Message, { me, speaks, moderates, connected }: Reader): Act[] {
  if (!connected) return [];
  const own = message.author === me;
  return moderates || (speaks && own) ? ["remove"] : [];
}

/** What follows on a message of the same person within this time stands below it without a head. */
const TOGETHER_MICROS = 3 * 60 * 1_000_000;

/** Whether a message goes on where the one before it ended. */
export function goesOn(message: Message, before: Message | undefined): boolean {
  return before?.author === message.author && message.at - before.at < TOGETHER_MICROS;
}
