import { type FileLink, Transfer } from "../../features/files/model.svelte";
import type { Server } from "../../link/link";
import { operation } from "../../link/operation";
import { Section } from "../../link/section.svelte";
import type { Duty, StaffRole } from "../../protocol/api";

export type Me = {
  me: {
    id: string;
    name: string;
    email: string;
    /** Absent in what an older version of the app kept. */
    mayMakeOrganisation?: boolean;
    memberships: { role: StaffRole; organisation: { id: string; name: string; may: Duty[] } }[];
  } | null;
};

export const ME = operation<Me>(`query Me {
  me { id name email mayMakeOrganisation memberships { role organisation { id name may } } }
}`);

export const CREATE_ORGANISATION = operation<
  { createOrganisation: { id: string } },
  { name: string }
>(`mutation CreateOrganisation($name: String!) {
  createOrganisation(name: $name) { id }
}`);

export const pages = ["events", "templates", "members", "integrations"] as const;
export const sections = [
  "overview",
  "agenda",
  "show",
  "speakers",
  "tickets",
  "questions",
  "people",
  "reports",
  "branding",
  "trash",
] as const;
export type PageName = (typeof pages)[number];
export type SectionName = (typeof sections)[number];

/** Where in the dashboard one is. It is the window's address, so that a page that is loaded anew is where it was. */
export type Place =
  | ({ at: "page"; organisation: string | undefined; page: PageName } & Led)
  | ({ at: "new"; organisation: string | undefined } & Led)
  | ({ at: "event"; organisation: string | undefined; event: string; section: SectionName } & Led);
/** What the person goes on with there, `kind/id`. */
type Led = { thing?: string };

const one = <Name extends string>(names: readonly Name[], name: string | undefined): Name | undefined =>
  names.find((known) => known === name);

/** The place of an address: `#/dashboard/ORGANISATION/events`, `…/new`, `…/event/EVENT/agenda`, each with `/KIND/ID` behind it or without. */
export function placeOf(hash: string): Place {
  const [, , organisation, page, ...rest] = hash.split("/");
  const led = (from: number) => (rest.length > from ? { thing: rest.slice(from).join("/") } : {});
  if (page === "new") return { at: "new", organisation, ...led(0) };
  const [event, section] = rest;
  if (page === "event" && event)
    return { at: "event", organisation, event, section: one(sections, section) ?? "overview", ...led(2) };
  return { at: "page", organisation, page: one(pages, page) ?? "events", ...led(0) };
}

export function addressOf(place: Place): string {
  const start = `#/dashboard/${place.organisation ?? ""}`;
  const thing = place.thing === undefined ? "" : `/${place.thing}`;
  switch (place.at) {
    case "page":
      return `${start}/${place.page}${thing}`;
    case "new":
      return `${start}/new${thing}`;
    case "event":
      return `${start}/event/${place.event}/${place.section}${thing}`;
  }
}

const needs: Partial<Record<SectionName, Duty>> = {
  people: "READ_PEOPLE",
  reports: "EXPORT",
  trash: "EDIT_EVENT",
};

/** The parts of an event that somebody is shown who may do this. */
export const sectionsFor = (may: readonly Duty[]): SectionName[] =>
  sections.filter((name) => needs[name] === undefined || may.includes(needs[name]));

/** The person at the dashboard, and the organisation that they look at. */
export class Desk {
  readonly me: Section<Me>;
  /** Files on their way: they go on wherever in the window one is. */
  readonly transfer: Transfer;
  place = $state.raw<Place>(placeOf(location.hash));

  constructor(readonly server: Server & FileLink) {
    this.me = new Section(server, ME, {});
    this.transfer = new Transfer(server);
  }

  get memberships() {
    return this.me.data?.me?.memberships ?? [];
  }

  get organisation() {
    const { organisation } = this.place;
    return (this.memberships.find(({ organisation: { id } }) => id === organisation) ?? this.memberships[0])
      ?.organisation;
  }

  /** Where one is, without what one was led to there. */
  get here(): string {
    return this.href({ ...this.place, thing: undefined });
  }

  may(duty: Duty): boolean {
    return this.organisation?.may.includes(duty) ?? false;
  }

  /** The address changed. */
  follow(): void {
    const place = placeOf(location.hash);
    if (addressOf(place) !== addressOf(this.place)) this.place = place;
  }

  href(place: Place): string {
    return addressOf({ ...place, organisation: place.organisation ?? this.organisation?.id });
  }

  go(place: Place): void {
    location.hash = this.href(place);
  }
}
