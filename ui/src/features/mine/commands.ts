import { operation } from "../../link/operation";
import type {
  AgendaTrack,
  Clash,
  EventPhase,
  PublicEvent,
  RegistrationState,
  Room,
  Session,
} from "../../protocol/api";

export type MySession = Pick<
  Session,
  "id" | "title" | "description" | "startsAt" | "endsAt" | "cancelledAt"
> & {
  track: AgendaTrack | null;
  room: Pick<Room, "id" | "title"> | null;
  speakers: { id: string; name: string }[];
};
export type MyEvent = Pick<
  PublicEvent,
  "id" | "title" | "summary" | "startsAt" | "endsAt" | "timeZone" | "cancelledAt" | "url"
> & { phase: EventPhase; branding: { accent: string; background: string }; sessions: MySession[] };
export type MyRegistration = {
  id: string;
  state: RegistrationState;
  ticketTitle: string;
  picks: string[];
  clashes: Clash[];
  event: MyEvent;
};
export type MyEvents = {
  me: { memberships: { organisation: { id: string; name: string } }[] } | null;
  myRegistrations: { nodes: MyRegistration[] };
};

const MINE = `fragment Mine on MyRegistration {
  id state ticketTitle picks clashes { first second }
  event {
    id title summary phase startsAt endsAt timeZone cancelledAt url
    branding { accent background }
    sessions {
      id title description startsAt endsAt cancelledAt
      track { id title colour }
      room { id title }
      speakers { id name }
    }
  }
}`;

export const MY_EVENTS = operation<MyEvents>(`query MyEvents {
  me { memberships { organisation { id name } } }
  myRegistrations(first: 50) { nodes { ...Mine } }
}
${MINE}`);

export const PICK = operation<
  { pickSession: MyRegistration },
  { registration: string; session: string; picked: boolean }
>(`mutation PickSession($registration: ID!, $session: ID!, $picked: Boolean!) {
  pickSession(registration: $registration, session: $session, picked: $picked) { ...Mine }
}
${MINE}`);

export const ENTER_MINE = operation<
  { enterEvent: { link: string } },
  { id: string; room: string | null }
>(`mutation EnterMyEvent($id: ID!, $room: ID) {
  enterEvent(id: $id, room: $room) { link }
}`);
