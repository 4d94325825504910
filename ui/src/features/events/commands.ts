import { operation } from "../../link/operation";
import type { Duty, Event, Organisation } from "../../protocol/api";

export type ListedEvent = Pick<
  Event,
  | "id"
  | "title"
  | "phase"
  | "startsAt"
  | "endsAt"
  | "timeZone"
  | "registered"
  | "capacity"
  | "cancelledAt"
  | "deletedAt"
> & { branding: { accent: string; background: string } };

export type EventList = {
  organisation: Pick<Organisation, "id" | "name"> & {
    may: Duty[];
    events: { nodes: ListedEvent[] };
    trash: { nodes: ListedEvent[] };
  };
};

const LISTED = `fragment Listed on Event {
  id title phase startsAt endsAt timeZone registered capacity cancelledAt deletedAt
  branding { accent background }
}`;

export const EVENTS = operation<
  EventList,
  { organisation: string }
>(`query OrganisationEvents($organisation: ID!) {
  organisation(id: $organisation) {
    id name may
    events(first: 100) { nodes { ...Listed } }
    trash: events(first: 20, deleted: true) { nodes { ...Listed } }
  }
}
${LISTED}`);

export const RESTORE_EVENT = operation<unknown, { id: string }>(`mutation RestoreEvent($id: ID!) {
  restore(event: $id, kind: EVENT, id: $id) { id }
}`);
