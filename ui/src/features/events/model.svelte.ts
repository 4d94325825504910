import type { Server } from "../../link/link";
import { Pages } from "../../link/pages.svelte";
import {
  DELETED_EVENTS,
  type DeletedEvent,
  type DeletedList,
  EVENTS,
  EVENTS_PAGE,
  type EventList,
  type EventsAsked,
  type ListedEvent,
  RESTORE_EVENT,
} from "./commands";

/** The events of an organisation, and those that were deleted. */
export class EventsModel {
  readonly events: Pages<EventList, EventsAsked, ListedEvent>;
  readonly trash: Pages<DeletedList, EventsAsked, DeletedEvent>;
  search = $state.raw("");

  constructor(server: Server, organisation: string) {
    const asked: EventsAsked = { organisation, after: null };
    this.events = new Pages(server, EVENTS, asked, {
      of: (data) => data.organisation.events,
      put: (data, events) => ({ organisation: { ...data.organisation, events } }),
    });
    this.trash = new Pages(server, DELETED_EVENTS, asked, {
      of: (data) => data.organisation.events,
      put: (data, events) => ({ organisation: { ...data.organisation, events } }),
    });
  }

  /** Whether there are so many that one looks for them. */
  get many(): boolean {
    return (this.events.list?.totalCount ?? 0) > EVENTS_PAGE;
  }

  /** Those with the words in their title. */
  get found(): ListedEvent[] {
    const words = this.search.trim().toLocaleLowerCase();
    return (this.events.list?.nodes ?? []).filter(({ title }) => title.toLocaleLowerCase().includes(words));
  }

  async load(): Promise<void> {
    await Promise.all([this.events.load(), this.trash.load()]);
  }

  /** Looks through all of them, also those that nobody has paged to yet. */
  find(words: string): void {
    this.search = words;
    if (words.trim() !== "") void this.events.loadAll();
  }

  async restore(id: string): Promise<void> {
    if (await this.events.section.changeAll(RESTORE_EVENT, { id })) await this.trash.load();
  }
}
