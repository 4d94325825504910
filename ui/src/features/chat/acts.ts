import type { Message, ParticipantId } from "../../protocol";
import type { Channel } from "./channel";

/** What can be done with a message. */
export type Act = "reply" | "edit" | "remove" | "hide" | "show" | "pin" | "unpin" | "report";

/** Who looks at the chat, and what they may do in it. */
export type Reader = {
  me: ParticipantId | undefined;
  /** Whether one may say something. */
  speaks: boolean;
  /** Whether one looks after the chat. */
  moderates: boolean;
  /** Whether one belongs to the crew, for whom the rules of the room are not. */
  crew: boolean;
  /** One is not heard by the audience; the crew hears one all the same. */
  muted: boolean;
  connected: boolean;
};

/** Whether a moderator took it out: what its author took out is not theirs to bring back. */
function isModerated({ author, gone }: Message): boolean {
  return gone !== undefined && (gone.hidden || (gone.by !== undefined && gone.by !== author));
}

/** What this person can do with a message now, in the order of the buttons. */
export function actsOn(message: Message, reader: Reader, channel: Channel, pinned?: Message): Act[] {
  const { me, speaks, moderates, connected } = reader;
  if (!connected) return [];
  const own = message.author === me;
  const isNote = channel.key === "notes";
  if (message.gone) return moderates && isModerated(message) ? ["show"] : [];
  const acts: [Act, boolean][] = [
    ["reply", speaks && (isNote || !reader.muted)],
    ["edit", speaks && own && !isNote && !reader.muted],
    [message.id === pinned?.id ? "unpin" : "pin", moderates && !isNote],
    ["hide", moderates && !own && !isNote],
    ["remove", (speaks && own) || (moderates && !isNote)],
    ["report", !own && !moderates && !isNote],
  ];
  return acts.filter(([, can]) => can).map(([act]) => act);
}

/** What follows on a message of the same person within this time stands below it without a head. */
const TOGETHER_MICROS = 3 * 60 * 1_000_000;

/** Whether a message goes on where the one before it ended. */
export function goesOn(message: Message, before: Message | undefined): boolean {
  if (before === undefined || before.gone || message.gone || message.reply_to !== undefined) return false;
  return before.author === message.author && message.at - before.at < TOGETHER_MICROS;
}
