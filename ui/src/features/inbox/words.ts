import { LOCALE, text } from "../../locales/text";
import type { InboxEntry, Peer, Timestamp } from "../../protocol";

const time = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(`${LOCALE}-GB`, { day: "numeric", month: "short" });

/** When it was, as short as it is clear: today the time of day, else the day. */
export function whenOf(at: Timestamp, now = new Date()): string {
  const then = new Date(at / 1_000);
  return then.toDateString() === now.toDateString() ? time.format(then) : day.format(then);
}

/** Whoever was forgotten has no name. */
export const nameOf = ({ name }: Peer): string =>
  name === "" || name === "Erased" ? text("inbox-forgotten") : name;

/** What was received or sent; nothing of what is neither. */
export function textOf({ body }: InboxEntry): string {
  return body.what === "received" || body.what === "sent" ? body.text : "";
}
