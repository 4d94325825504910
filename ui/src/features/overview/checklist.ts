import { contrast } from "../../kit/contrast";
import { ENDS_BY_ITSELF_MS } from "../../protocol/limits";
import type { OverviewEvent } from "./commands";

export type Check = {
  key: "date" | "summary" | "agenda" | "tickets" | "speakers" | "colours";
  done: boolean;
  /** Without it nobody could come; the rest is only wise. */
  needed: boolean;
  /** Where it is mended. */
  section: "overview" | "agenda" | "tickets" | "speakers" | "branding";
};

/** What is to be looked at before an event is published. `now` in milliseconds. */
export function checklist(event: OverviewEvent, now: number): Check[] {
  const { sessions, speakers, tickets, branding } = event;
  const shown = contrast(branding.accent, branding.background) >= 3;
  const invited = speakers.every(({ email, invitedAt }) => email === null || invitedAt !== null);
  return [
    { key: "date", done: Date.parse(event.endsAt) > now, needed: true, section: "overview" },
    { key: "tickets", done: tickets.some(({ isHidden }) => !isHidden), needed: true, section: "tickets" },
    { key: "agenda", done: sessions.length > 0, needed: false, section: "agenda" },
    { key: "summary", done: event.summary.trim() !== "", needed: false, section: "overview" },
    { key: "speakers", done: invited, needed: false, section: "speakers" },
    { key: "colours", done: shown, needed: false, section: "branding" },
  ];
}

/** What can be done next with an event. */
export type Next = "publish" | "start" | "end" | "archive";

export function nextOf({
  phase,
  cancelledAt,
}: Pick<OverviewEvent, "phase" | "cancelledAt">): Next | undefined {
  if (cancelledAt !== null) return phase === "ARCHIVED" ? undefined : "archive";
  switch (phase) {
    case "DRAFT":
      return "publish";
    case "PUBLISHED":
      return "start";
    case "LIVE":
      return "end";
    case "ENDED":
      return "archive";
    case "ARCHIVED":
      return undefined;
  }
}

/** Whether an event that was ended can go on: as long as it would not have ended by itself. */
export function canResume(
  { phase, cancelledAt, endsAt }: Pick<OverviewEvent, "phase" | "cancelledAt" | "endsAt">,
  now: number,
): boolean {
  return phase === "ENDED" && cancelledAt === null && now < Date.parse(endsAt) + ENDS_BY_ITSELF_MS;
}

/** How long until something, in the largest unit that says enough. */
export function away(ms: number): {
  unit: "days" | "hours" | "minutes" | "now";
  count: number;
  rest: number;
} {
  const minutes = Math.ceil(ms / 60_000);
  if (minutes <= 0) return { unit: "now", count: 0, rest: 0 };
  if (minutes < 60) return { unit: "minutes", count: minutes, rest: 0 };
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return { unit: "hours", count: hours, rest: minutes % 60 };
  return { unit: "days", count: Math.floor(hours / 24), rest: hours % 24 };
}
