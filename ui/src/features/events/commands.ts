import { operation } from "../../link/operation";
import type { Page } from "../../link/pages.svelte";
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
  organisation: Pick<Organisation, "id" | "name"> & { may: Duty[]; events: Page<ListedEvent> };
};
export type DeletedEvent = Pick<Event, "id" | "title" | "startsAt" | "timeZone">;
export type DeletedList = { organisation: { id: string; events: Page<DeletedEvent> } };
export type EventsAsked = { organisation: string; after: string | null };

/** How many come at a time. */
export const EVENTS_PAGE = 50;

const LISTED = `fragment Listed on Event {
  id title phase startsAt endsAt timeZone registered capacity cancelledAt deletedAt
  branding { accent background }
}`;

export const EVENTS = operation<
  EventList,
  EventsAsked
>(`query OrganisationEvents($organisation: ID!, $after: String) {
  organisation(id: $organisation) {
    id name may
    events(first: ${EVENTS_PAGE}, after: $after) {
      totalCount
      nodes { ...Listed }
      pageInfo { hasNextPage endCursor }
    }
  }
}
${LISTED}`);

export const DELETED_EVENTS = operation<
  DeletedList,
  EventsAsked
>(`query DeletedEvents($organisation: ID!, $after: String) {
  organisation(id: $organisation) {
    id
    events(first: ${EVENTS_PAGE}, after: $after, deleted: true) {
      totalCount
      nodes { id title startsAt timeZone }
      pageInfo { hasNextPage endCursor }
    }
  }
}`);

export const RESTORE_EVENT = operation<unknown, { id: string }>(`mutation RestoreEvent($id: ID!) {
  restore(event: $id, kind: EVENT, id: $id) { id }
}`);
