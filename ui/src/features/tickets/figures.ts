import type { SalesDay, TicketType } from "../../protocol/api";

/** A price as a person writes it, in the currency's smallest unit; nothing where it is none. `digits` behind the point. */
export function readPrice(words: string, digits: number): number | undefined {
  const plain = words.trim().replace(",", ".");
  if (plain === "") return 0;
  if (!/^\d{1,7}(\.\d+)?$/.test(plain)) return undefined;
  const [, behind = ""] = plain.split(".");
  if (behind.length > digits) return undefined;
  return Math.round(Number(plain) * 10 ** digits);
}

/** A price as it stands in a field. */
export const writePrice = (amount: number, digits: number) =>
  (amount / 10 ** digits).toFixed(amount === 0 ? 0 : digits);

const DAY_MS = 86_400_000;

/** The days up to the last on which something was sold, without gaps: a day without sales is a day. At most `most`. */
export function everyDay(days: readonly SalesDay[], most: number): SalesDay[] {
  const sorted = days.slice().sort((one, other) => one.day.localeCompare(other.day));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const known = new Map(sorted.map((day) => [day.day, day]));
  const end = Date.parse(last.day);
  const start = Math.max(Date.parse(first.day), end - (most - 1) * DAY_MS);
  const filled: SalesDay[] = [];
  for (let at = start; at <= end; at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10);
    filled.push(known.get(day) ?? { day, registrations: 0, gross: 0 });
  }
  return filled;
}

/** How the sale of a ticket stands. */
export type Sale = "hidden" | "later" | "over" | "waiting" | "sold-out" | "on";

export function saleOf(ticket: TicketType, now: number): Sale {
  if (ticket.isHidden) return "hidden";
  if (ticket.salesStart !== null && Date.parse(ticket.salesStart) > now) return "later";
  if (ticket.salesEnd !== null && Date.parse(ticket.salesEnd) <= now) return "over";
  if (ticket.quantity !== null && ticket.taken >= ticket.quantity)
    return ticket.waitingList ? "waiting" : "sold-out";
  return "on";
}
