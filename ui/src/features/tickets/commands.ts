import { operation } from "../../link/operation";
import type {
  NewTicketCode,
  NewTicketType,
  Sales,
  TicketCode,
  TicketType,
  TicketTypeChange,
  TrashKind,
} from "../../protocol/api";

export type Code = Omit<TicketCode, "ticket"> & { ticket: { id: string; title: string } | null };
export type Tickets = {
  event: {
    id: string;
    timeZone: string;
    startsAt: string;
    tickets: TicketType[];
    codes: Code[];
    sales: Sales;
  };
};

export const TICKETS = operation<Tickets, { id: string }>(`query EventTickets($id: ID!) {
  event(id: $id) {
    id timeZone startsAt
    tickets { id title description price { amount currency } quantity taken salesStart salesEnd isHidden waitingList waiting }
    codes { id code percentOff amountOff quantity taken validFrom validUntil ticket { id title } }
    sales { currency gross refunded refunding confirmed givenBack waiting pending byDay { day registrations gross } }
  }
}`);

export const CREATE_TICKET = operation<
  unknown,
  { event: string; ticket: NewTicketType }
>(`mutation CreateTicketType($event: ID!, $ticket: NewTicketType!) {
  createTicketType(event: $event, ticket: $ticket) { id }
}`);
export const UPDATE_TICKET = operation<
  unknown,
  { id: string; change: TicketTypeChange }
>(`mutation UpdateTicketType($id: ID!, $change: TicketTypeChange!) {
  updateTicketType(id: $id, change: $change) { id }
}`);
export const DELETE_TICKET = operation<unknown, { id: string }>(`mutation DeleteTicketType($id: ID!) {
  deleteTicketType(id: $id) { id }
}`);
export const CREATE_CODE = operation<
  unknown,
  { event: string; code: NewTicketCode }
>(`mutation CreateCode($event: ID!, $code: NewTicketCode!) {
  createCode(event: $event, code: $code) { id }
}`);
export const DELETE_CODE = operation<unknown, { id: string }>(`mutation DeleteCode($id: ID!) {
  deleteCode(id: $id) { id }
}`);
export const RESTORE_TICKET_PART = operation<
  unknown,
  { event: string; kind: TrashKind; id: string }
>(`mutation RestoreTicketPart($event: ID!, $kind: TrashKind!, $id: ID!) {
  restore(event: $event, kind: $kind, id: $id) { id }
}`);
