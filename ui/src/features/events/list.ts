import type { ListedEvent } from "./commands";

export type Group = { key: "now" | "next" | "drafts" | "past"; events: ListedEvent[] };

const start = (event: ListedEvent) => Date.parse(event.startsAt);

/** Events as an organizer looks for them: what runs, what comes, what is being made, what was. Empty groups are left out. */
export function grouped(events: readonly ListedEvent[]): Group[] {
  const of = (belongs: (event: ListedEvent) => boolean) => events.filter(belongs);
  const over = (event: ListedEvent) =>
    event.cancelledAt !== null || event.phase === "ENDED" || event.phase === "ARCHIVED";
  const groups: Group[] = [
    { key: "now", events: of((event) => !over(event) && event.phase === "LIVE") },
    {
      key: "next",
      events: of((event) => !over(event) && event.phase === "PUBLISHED").sort((a, b) => start(a) - start(b)),
    },
    {
      key: "drafts",
      events: of((event) => !over(event) && event.phase === "DRAFT").sort((a, b) => start(a) - start(b)),
    },
    { key: "past", events: of(over).sort((a, b) => start(b) - start(a)) },
  ];
  return groups.filter((group) => group.events.length > 0);
}
