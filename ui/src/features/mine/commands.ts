import { operation } from "../../link/operation";
import type { Page } from "../../link/pages.svelte";
import type {
  AgendaTrack,
  Clash,
  EventPhase,
  Money,
  PublicEvent,
  PublicSession,
  PublicSpeaker,
  RegistrationState,
  Room,
  Session,
} from "../../protocol/api";

export type MySession = Pick<Session, "id" | "title" | "startsAt" | "endsAt" | "cancelledAt"> & {
  track: AgendaTrack | null;
  room: Pick<Room, "id" | "title"> | null;
  speakers: { id: string; name: string }[];
};
export type MyEvent = Pick<
  PublicEvent,
  "id" | "title" | "slug" | "summary" | "startsAt" | "endsAt" | "timeZone" | "cancelledAt" | "url"
> & { phase: EventPhase; branding: { accent: string; background: string }; sessions: MySession[] };
export type MyRegistration = {
  id: string;
  state: RegistrationState;
  ticketTitle: string;
  paid: Money;
  picks: string[];
  clashes: Clash[];
  event: MyEvent;
};
export type MyEvents = {
  me: { memberships: { organisation: { id: string; name: string } }[] } | null;
  myRegistrations: Page<MyRegistration>;
};

const MINE = `fragment Mine on MyRegistration {
  id state ticketTitle paid { amount currency } picks clashes { first second }
  event {
    id title slug summary phase startsAt endsAt timeZone cancelledAt url
    branding { accent background }
    sessions {
      id title startsAt endsAt cancelledAt
      track { id title colour }
      room { id title }
      speakers { id name }
    }
  }
}`;

export const MY_EVENTS = operation<MyEvents, { after: string | null }>(`query MyEvents($after: String) {
  me { memberships { organisation { id name } } }
  myRegistrations(first: 50, after: $after) {
    totalCount
    nodes { ...Mine }
    pageInfo { hasNextPage endCursor }
  }
}
${MINE}`);

export type Abstracts = {
  publicEvent: { id: string; description: string; sessions: Pick<PublicSession, "id" | "description">[] };
};
export type WhoSpeaks = {
  publicEvent: {
    id: string;
    speakers: (Pick<PublicSpeaker, "id" | "name" | "headline" | "biography"> & {
      picture: { id: string; url: string } | null;
    })[];
  };
};

// What an event and its sessions are about is long: it is asked for when somebody wants to read it, and for a whole event, so that the rest of it can be
// read without the server as well.
export const ABSTRACTS = operation<Abstracts, { slug: string }>(`query SessionAbstracts($slug: String!) {
  publicEvent(slug: $slug) { id description sessions { id description } }
}`);
export const WHO_SPEAKS = operation<WhoSpeaks, { slug: string }>(`query WhoSpeaks($slug: String!) {
  publicEvent(slug: $slug) { id speakers { id name headline biography picture { id url } } }
}`);

export const PICK = operation<
  { pickSession: MyRegistration },
  { registration: string; session: string; picked: boolean }
>(`mutation PickSession($registration: ID!, $session: ID!, $picked: Boolean!) {
  pickSession(registration: $registration, session: $session, picked: $picked) { ...Mine }
}
${MINE}`);

export const GIVE_BACK = operation<
  { giveBackPlace: MyRegistration },
  { registration: string }
>(`mutation GiveBackPlace($registration: ID!) {
  giveBackPlace(registration: $registration) { ...Mine }
}
${MINE}`);

export const ENTER_MINE = operation<
  { enterEvent: { link: string } },
  { id: string; room: string | null }
>(`mutation EnterMyEvent($id: ID!, $room: ID) {
  enterEvent(id: $id, room: $room) { link }
}`);
