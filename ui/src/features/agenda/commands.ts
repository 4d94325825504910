import { operation } from "../../link/operation";
import type {
  AgendaTrack,
  AgendaWarning,
  Event,
  NewSession,
  Room,
  RoomKind,
  Session,
  SessionChange,
  TrashKind,
} from "../../protocol/api";

export type AgendaSession = Pick<
  Session,
  "id" | "title" | "description" | "startsAt" | "endsAt" | "capacity" | "picked" | "cancelledAt" | "version"
> & {
  track: { id: string } | null;
  room: { id: string } | null;
  speakers: { id: string; name: string }[];
};
export type AgendaEvent = Pick<Event, "id" | "startsAt" | "endsAt" | "timeZone"> & {
  rooms: Room[];
  tracks: AgendaTrack[];
  speakers: { id: string; name: string }[];
  sessions: AgendaSession[];
  agendaWarnings: AgendaWarning[];
};
export type Agenda = { event: AgendaEvent };

const SESSION = `fragment AgendaSession on Session {
  id title description startsAt endsAt capacity picked cancelledAt version
  track { id }
  room { id }
  speakers { id name }
}`;

export const AGENDA = operation<Agenda, { id: string }>(`query EventAgenda($id: ID!) {
  event(id: $id) {
    id startsAt endsAt timeZone
    rooms { id title kind }
    tracks { id title colour }
    speakers { id name }
    sessions { ...AgendaSession }
    agendaWarnings { kind sessions room speaker }
  }
}
${SESSION}`);

/** What a change of one session can change of others; with it goes the event's end. */
export const WARNINGS = operation<
  { event: Pick<AgendaEvent, "startsAt" | "endsAt" | "agendaWarnings"> },
  { id: string }
>(`query EventAgendaWarnings($id: ID!) {
  event(id: $id) {
    startsAt endsAt
    agendaWarnings { kind sessions room speaker }
  }
}`);

export const CREATE_SESSION = operation<
  { createSession: AgendaSession },
  { event: string; session: NewSession }
>(`mutation CreateSession($event: ID!, $session: NewSession!) {
  createSession(event: $event, session: $session) { ...AgendaSession }
}
${SESSION}`);

export const UPDATE_SESSION = operation<
  { updateSession: AgendaSession },
  { id: string; version: number; change: SessionChange }
>(`mutation UpdateSession($id: ID!, $version: Int!, $change: SessionChange!) {
  updateSession(id: $id, version: $version, change: $change) { ...AgendaSession }
}
${SESSION}`);

export const CANCEL_SESSION = operation<
  { cancelSession: AgendaSession },
  { id: string }
>(`mutation CancelSession($id: ID!) {
  cancelSession(id: $id) { ...AgendaSession }
}
${SESSION}`);

export const DELETE_SESSION = operation<unknown, { id: string }>(`mutation DeleteSession($id: ID!) {
  deleteSession(id: $id) { id }
}`);

export const RESTORE_PART = operation<
  unknown,
  { event: string; kind: TrashKind; id: string }
>(`mutation RestoreAgendaPart($event: ID!, $kind: TrashKind!, $id: ID!) {
  restore(event: $event, kind: $kind, id: $id) { id }
}`);

export const CREATE_ROOM = operation<
  unknown,
  { event: string; title: string; kind: RoomKind }
>(`mutation CreateRoom($event: ID!, $title: String!, $kind: RoomKind!) {
  createRoom(event: $event, title: $title, kind: $kind) { id }
}`);

export const RENAME_ROOM = operation<
  unknown,
  { id: string; title: string }
>(`mutation RenameRoom($id: ID!, $title: String!) {
  renameRoom(id: $id, title: $title) { id }
}`);

export const DELETE_ROOM = operation<unknown, { id: string }>(`mutation DeleteRoom($id: ID!) {
  deleteRoom(id: $id) { id }
}`);

export const CREATE_TRACK = operation<
  unknown,
  { event: string; title: string; colour: string }
>(`mutation CreateTrack($event: ID!, $title: String!, $colour: String!) {
  createTrack(event: $event, title: $title, colour: $colour) { id }
}`);

export const UPDATE_TRACK = operation<
  unknown,
  { id: string; title?: string; colour?: string }
>(`mutation UpdateTrack($id: ID!, $title: String, $colour: String) {
  updateTrack(id: $id, title: $title, colour: $colour) { id }
}`);

export const DELETE_TRACK = operation<unknown, { id: string }>(`mutation DeleteTrack($id: ID!) {
  deleteTrack(id: $id) { id }
}`);
