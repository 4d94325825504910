// What the made-up server holds.
import type {
  AgendaTrack,
  ApiKey,
  Ban,
  Delivery,
  Duty,
  EventPhase,
  MailState,
  Money,
  PersonLogin,
  Question,
  RegistrationState,
  Room,
  RoomReport,
  ShowPlan,
  StaffRole,
  TicketCode,
  TicketType,
  Trashed,
} from "../src/protocol/api";

export type ImageRow = { id: string; url: string; width: number; height: number };
export type SessionRow = {
  id: string;
  title: string;
  description: string;
  startsAt: string;
  endsAt: string;
  track: string | null;
  room: string | null;
  capacity: number | null;
  picked: number;
  cancelledAt: string | null;
  version: number;
  speakers: string[];
  deletedAt?: string;
};
export type SpeakerRow = {
  id: string;
  name: string;
  headline: string;
  biography: string;
  email: string | null;
  picture: ImageRow | null;
  invitedAt: string | null;
  cameAt: string | null;
  deletedAt?: string;
};
export type RegistrationRow = {
  id: string;
  name: string;
  email: string;
  state: RegistrationState;
  ticket: string;
  paid: { amount: number; currency: string };
  registeredAt: string;
  answers: { question: string; values: string[] }[];
  mail: MailState;
  mailProblem: string | null;
  usedAt: string | null;
};
type Kept = { deletedAt?: string };
export type EventRow = {
  id: string;
  title: string;
  slug: string;
  summary: string;
  description: string;
  phase: EventPhase;
  startsAt: string;
  endsAt: string;
  timeZone: string;
  capacity: number | null;
  cancelledAt: string | null;
  deletedAt: string | null;
  version: number;
  accent: string;
  background: string;
  logo: ImageRow | null;
  cover: ImageRow | null;
  oneDevicePerTicket: boolean;
  slugFollowsTitle: boolean;
  tracks: (AgendaTrack & Kept)[];
  rooms: (Room & Kept)[];
  sessions: SessionRow[];
  speakers: SpeakerRow[];
  tickets: (TicketType & Kept)[];
  codes: (Omit<TicketCode, "ticket"> & Kept & { ticket: string | null })[];
  questions: (Question & Kept)[];
  registrations: RegistrationRow[];
  bans: Ban[];
  trash: Trashed[];
  reports: RoomReport[];
  showPlan: ShowPlan;
};
export type TemplateRow = {
  id: string;
  title: string;
  summary: string;
  isOwn: boolean;
  minutes: number;
  accent: string;
  background: string;
  sessions: { title: string; track: string | null; startsAfterMinutes: number; minutes: number }[];
  rooms: string[];
  source: string;
};
export type WebhookRow = {
  id: string;
  url: string;
  kinds: string[];
  createdAt: string;
  log: Delivery[];
};
export type GoneRow = { title: string; deletedAt: string } & (
  | { kind: "TEMPLATE"; row: TemplateRow }
  | { kind: "WEBHOOK"; row: WebhookRow }
);
export type World = {
  /** What the person may do in each organisation. */
  may: Duty[];
  me: { id: string; name: string; email: string };
  logins: PersonLogin[];
  organisations: { id: string; name: string }[];
  members: { id: string; name: string; email: string; role: StaffRole; since: string; mail?: MailState }[];
  events: EventRow[];
  templates: TemplateRow[];
  apiKeys: ApiKey[];
  webhooks: WebhookRow[];
  /** What was deleted of an organisation's own. */
  gone: GoneRow[];
  mine: {
    id: string;
    event: string;
    state: RegistrationState;
    picks: string[];
    registeredAt: string;
    ticket: string;
    /** Nothing where it is absent. */
    paid?: Money;
  }[];
};
