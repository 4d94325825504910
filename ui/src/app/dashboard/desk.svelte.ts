import { Transfer } from "../../features/files/model.svelte";
import type { Link, Server } from "../../link/link";
import { operation } from "../../link/operation";
import { Section } from "../../link/section.svelte";
import type { Duty, StaffRole } from "../../protocol/api";

export type Me = {
  me: {
    id: string;
    name: string;
    email: string;
    memberships: { role: StaffRole; organisation: { id: string; name: string; may: Duty[] } }[];
  } | null;
};

export const ME = operation<Me>(`query Me {
  me { id name email memberships { role organisation { id name may } } }
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
  "branding",
  "trash",
] as const;
export type PageName = (typeof pages)[number];
export type SectionName = (typeof sections)[number];

/** Where in the dashboard one is. It is the window's address, so that a page that is loaded anew is where it was. */
export type Place =
  | { at: "page"; organisation: string | undefined; page: PageName }
  | { at: "new"; organisation: string | undefined }
  | { at: "event"; organisation: string | undefined; event: string; section: SectionName };

const one = <Name extends string>(names: readonly Name[], name: string | undefined): Name | undefined =>
  names.find((known) => known === name);

/** The place of an address: `#/dashboard/ORGANISATION/events`, `…/new`, `…/event/EVENT/agenda`. */
export function placeOf(hash: string): Place {
  const [, , organisation, page, event, section] = hash.split("/");
  if (page === "new") return { at: "new", organisation };
  if (page === "event" && event)
    return { at: "event", organisation, event, section: one(sections, section) ?? "overview" };
  return { at: "page", organisation, page: one(pages, page) ?? "events" };
}

export function addressOf(place: Place): string {
  const start = `#/dashboard/${place.organisation ?? ""}`;
  switch (place.at) {
    case "page":
      return `${start}/${place.page}`;
    case "new":
      return `${start}/new`;
    case "event":
      return `${start}/event/${place.event}/${place.section}`;
  }
}

/** The person at the dashboard, and the organisation that they look at. */
export class Desk {
  readonly me: Section<Me>;
  /** Files on their way: they go on wherever in the window one is. */
  readonly transfer: Transfer;
  place = $state.raw<Place>(placeOf(location.hash));

  constructor(readonly server: Server & Pick<Link, "saveFile" | "sendFile" | "exportFile">) {
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
