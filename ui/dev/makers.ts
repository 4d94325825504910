// How rows of the made-up server begin.
import { dateIn, instantIn } from "../src/kit/zone";
import type { TicketType } from "../src/protocol/api";
import type { EventRow } from "./rows";

export const ZONE = "Europe/Berlin";
export const DAY = 86_400_000;
export const MINUTE = 60_000;

/** Nearly as the server makes one. */
export const slugOf = (title: string) =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");

let next = 0;
/** The ids of a world are the same each time that it is made, as those of a server are after a restart. */
export const beginWorld = () => {
  next = 0;
};
export const mint = (kind: string) => `${kind}-${++next}`;
export const iso = (at: number) => new Date(at).toISOString();

export function emptyEvent(title: string, startsAt: number, minutes: number, zone = ZONE): EventRow {
  const id = mint("event");
  return {
    id,
    title,
    slug: slugOf(title),
    slugFollowsTitle: true,
    summary: "",
    description: "",
    phase: "DRAFT",
    startsAt: iso(startsAt),
    endsAt: iso(startsAt + minutes * MINUTE),
    timeZone: zone,
    capacity: null,
    cancelledAt: null,
    deletedAt: null,
    version: 1,
    accent: "#ffb454",
    background: "#0d0c0b",
    logo: null,
    cover: null,
    oneDevicePerTicket: false,
    tracks: [],
    rooms: [{ id: mint("room"), title: "Main stage", kind: "STAGE" }],
    sessions: [],
    speakers: [],
    tickets: [],
    codes: [],
    questions: [],
    registrations: [],
    bans: [],
    trash: [],
    reports: [],
    showPlan: { scenes: [], cues: [], polls: [], mails: [], lengths: [] },
  };
}

export const ticketType = (title: string, amount: number, change: Partial<TicketType> = {}): TicketType => ({
  id: mint("ticket"),
  title,
  description: "",
  price: { amount, currency: "EUR" },
  quantity: null,
  taken: 0,
  salesStart: null,
  salesEnd: null,
  isHidden: false,
  waitingList: false,
  waiting: 0,
  ...change,
});

/** The instant of a time on a day that many days from now, in the zone of the made-up events. */
export const on = (days: number, time: string, now = Date.now()) =>
  instantIn(dateIn(now + days * DAY, ZONE), time, ZONE)?.at ?? now;
