import { operation } from "../../link/operation";
import type { Ban, EventPhase, MailState, Money, Registration, RegistrationState } from "../../protocol/api";

export type Person = Pick<
  Registration,
  "id" | "name" | "email" | "registeredAt" | "usedAt" | "mailProblem"
> & {
  state: RegistrationState;
  mail: MailState;
  paid: Money;
  ticket: { id: string; title: string };
  answers: { question: { id: string; label: string }; values: string[] }[];
};
export type People = {
  event: {
    timeZone: string;
    phase: EventPhase;
    organisation: { id: string };
    tickets: { id: string; title: string }[];
    bans: Ban[];
    registrations: {
      totalCount: number;
      nodes: Person[];
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    };
  };
};
export type PeopleAsked = {
  id: string;
  after: string | null;
  search: string | null;
  state: RegistrationState | null;
};

const PERSON = `fragment Somebody on Registration {
  id name email state mail mailProblem registeredAt usedAt
  paid { amount currency }
  ticket { id title }
  answers { question { id label } values }
}`;

export const PEOPLE = operation<
  People,
  PeopleAsked
>(`query EventPeople($id: ID!, $after: String, $search: String, $state: RegistrationState) {
  event(id: $id) {
    timeZone
    phase
    organisation { id }
    tickets { id title }
    bans { id name since rooms { title deleted } }
    registrations(first: 50, after: $after, search: $search, state: $state) {
      totalCount
      nodes { ...Somebody }
      pageInfo { hasNextPage endCursor }
    }
  }
}
${PERSON}`);

export const ADD_PERSON = operation<
  { addRegistration: Person },
  { event: string; ticket: string; name: string; email: string }
>(`mutation AddRegistration($event: ID!, $ticket: ID!, $name: String!, $email: String!) {
  addRegistration(event: $event, ticket: $ticket, name: $name, email: $email) { ...Somebody }
}
${PERSON}`);

export const CANCEL_PERSON = operation<
  { cancelRegistration: Person },
  { id: string; refund: boolean }
>(`mutation CancelRegistration($id: ID!, $refund: Boolean!) {
  cancelRegistration(id: $id, refund: $refund) { ...Somebody }
}
${PERSON}`);

export const REFUND_PERSON = operation<
  { refundRegistration: Person },
  { id: string }
>(`mutation RefundRegistration($id: ID!) {
  refundRegistration(id: $id) { ...Somebody }
}
${PERSON}`);

export const ERASE_PERSON = operation<
  { erasePerson: { id: string } },
  { organisation: string; email: string }
>(`mutation ErasePerson($organisation: ID!, $email: String!) {
  erasePerson(organisation: $organisation, email: $email) { id }
}`);
export const ADMIT_PERSON = operation<
  { admitRegistration: Person },
  { id: string; beyond: boolean }
>(`mutation AdmitRegistration($id: ID!, $beyond: Boolean!) {
  admitRegistration(id: $id, beyond: $beyond) { ...Somebody }
}
${PERSON}`);

export const RESEND = operation<{ resendTicket: Person }, { id: string }>(`mutation ResendTicket($id: ID!) {
  resendTicket(id: $id) { ...Somebody }
}
${PERSON}`);

export const LIFT_BAN = operation<
  { liftBan: boolean },
  { event: string; participant: string }
>(`mutation LiftBan($event: ID!, $participant: ID!) {
  liftBan(event: $event, participant: $participant)
}`);
