// Made from `server/schema.graphql` by `npm run api`. Do not edit.

/** An instant, RFC 3339, UTC. */
export type DateTime = string;

export type AgendaTrack = {
  id: string;
  title: string;
  colour: string;
};

export type Answer = {
  question: Question;
  values: string[];
};

export type AnswerInput = {
  question: string;
  values: string[];
};

export type ApiKey = {
  id: string;
  name: string;
  scopes: Scope[];
  createdAt: DateTime;
  usedAt: DateTime | null;
};

export type Availability = "NOT_YET" | "ON_SALE" | "WAITING_LIST" | "SOLD_OUT" | "OVER";

export type Branding = {
  accent: string;
  background: string;
  logo: Image | null;
  cover: Image | null;
};

export type Clash = {
  first: string;
  second: string;
};

export type Delivery = {
  id: string;
  kind: WebhookKind;
  createdAt: DateTime;
  attempts: number;
  state: DeliveryState;
  responseStatus: number | null;
  error: string | null;
};

export type DeliveryConnection = {
  pageInfo: PageInfo;
  edges: DeliveryEdge[];
  nodes: Delivery[];
  totalCount: number;
};

export type DeliveryEdge = {
  node: Delivery;
  cursor: string;
};

export type DeliveryState = "QUEUED" | "DELIVERED" | "FAILED";

export type Duty = "MANAGE_ORGANISATION" | "MANAGE_MEMBERS" | "CREATE_EVENT" | "EDIT_EVENT" | "READ_EVENT" | "READ_PEOPLE" | "MANAGE_PEOPLE" | "REFUND" | "EXPORT" | "ERASE" | "CALL_SHOW";

export type Event = {
  id: string;
  organisation: Organisation;
  title: string;
  slug: string;
  summary: string;
  description: string;
  phase: EventPhase;
  startsAt: DateTime;
  endsAt: DateTime;
  timeZone: string;
  capacity: number | null;
  /** Registered, waiting aside. */
  registered: number;
  cancelledAt: DateTime | null;
  deletedAt: DateTime | null;
  /** Goes up with each change; a change that names an older one is refused with CONFLICT. */
  version: number;
  branding: Branding;
  oneDevicePerTicket: boolean;
  /** The public page. */
  url: string;
  tracks: AgendaTrack[];
  rooms: Room[];
  sessions: Session[];
  speakers: Speaker[];
  tickets: TicketType[];
  codes: TicketCode[];
  questions: Question[];
  registrations: RegistrationConnection;
  sales: Sales;
  /** What was taken away in the last 30 days. */
  trash: Trashed[];
};

export type EventChange = {
  title?: string | null;
  slug?: string | null;
  summary?: string | null;
  description?: string | null;
  capacity?: number | null;
  clearCapacity?: boolean | null;
  accent?: string | null;
  background?: string | null;
  logo?: string | null;
  cover?: string | null;
  oneDevicePerTicket?: boolean | null;
  timeZone?: string | null;
  endsAt?: DateTime | null;
};

export type EventConnection = {
  pageInfo: PageInfo;
  edges: EventEdge[];
  nodes: Event[];
  totalCount: number;
};

export type EventEdge = {
  node: Event;
  cursor: string;
};

export type EventPhase = "DRAFT" | "PUBLISHED" | "LIVE" | "ENDED" | "ARCHIVED";

export type Image = {
  id: string;
  url: string;
  width: number;
  height: number;
};

export type Invitation = {
  link: string;
  web: string;
};

export type MailState = "NONE" | "QUEUED" | "SENT" | "FAILED" | "BOUNCED";

export type Member = {
  person: MemberPerson;
  role: StaffRole;
  since: DateTime;
};

export type MemberPerson = {
  id: string;
  name: string;
  email: string;
};

export type Membership = {
  organisation: Organisation;
  role: StaffRole;
};

export type Money = {
  /** In the currency's smallest unit. */
  amount: number;
  currency: string;
};

export type MyRegistration = {
  id: string;
  state: RegistrationState;
  event: PublicEvent;
  ticketTitle: string;
  registeredAt: DateTime;
  /** Sessions on one's own agenda. */
  picks: string[];
  /** Pairs of picks that overlap. */
  clashes: Clash[];
};

export type MyRegistrationConnection = {
  pageInfo: PageInfo;
  edges: MyRegistrationEdge[];
  nodes: MyRegistration[];
  totalCount: number;
};

export type MyRegistrationEdge = {
  node: MyRegistration;
  cursor: string;
};

export type NewApiKey = {
  key: ApiKey;
  /** Shown this once. */
  secret: string;
};

export type NewQuestion = {
  label: string;
  kind: QuestionKind;
  options?: string[] | null;
  isRequired?: boolean | null;
};

export type NewRegistration = {
  ticket: string;
  name: string;
  email: string;
  code?: string | null;
  answers?: AnswerInput[] | null;
};

export type NewSession = {
  title: string;
  description?: string | null;
  startsAt: DateTime;
  endsAt: DateTime;
  track?: string | null;
  room?: string | null;
  capacity?: number | null;
  speakers?: string[] | null;
};

export type NewSpeaker = {
  name: string;
  headline?: string | null;
  biography?: string | null;
  email?: string | null;
};

export type NewTicketCode = {
  code: string;
  percentOff?: number | null;
  amountOff?: number | null;
  quantity?: number | null;
  ticket?: string | null;
  validUntil?: DateTime | null;
};

export type NewTicketType = {
  title: string;
  description?: string | null;
  amount: number;
  currency: string;
  quantity?: number | null;
  salesStart?: DateTime | null;
  salesEnd?: DateTime | null;
  isHidden?: boolean | null;
  waitingList?: boolean | null;
};

export type NewWebhook = {
  webhook: Webhook;
  /** Shown this once; what deliveries are signed with. */
  secret: string;
};

export type Organisation = {
  id: string;
  name: string;
  /** What the viewer may do here; controls for the rest are not shown. */
  may: Duty[];
  members: Member[];
  events: EventConnection;
  apiKeys: ApiKey[];
  webhooks: Webhook[];
};

/** Where a page of a list ends. */
export type PageInfo = {
  hasPreviousPage: boolean;
  hasNextPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
};

export type Person = {
  id: string;
  email: string;
  name: string;
  memberships: Membership[];
  logins: PersonLogin[];
};

export type PersonLogin = {
  id: string;
  device: string;
  createdAt: DateTime;
  usedAt: DateTime;
  isCurrent: boolean;
};

export type PublicEvent = {
  id: string;
  title: string;
  slug: string;
  summary: string;
  description: string;
  phase: EventPhase;
  startsAt: DateTime;
  endsAt: DateTime;
  timeZone: string;
  cancelledAt: DateTime | null;
  branding: Branding;
  url: string;
  tracks: AgendaTrack[];
  rooms: Room[];
  sessions: Session[];
  speakers: PublicSpeaker[];
  tickets: PublicTicket[];
  questions: Question[];
};

export type PublicSpeaker = {
  id: string;
  name: string;
  headline: string;
  biography: string;
  picture: Image | null;
};

export type PublicTicket = {
  id: string;
  title: string;
  description: string;
  price: Money;
  availability: Availability;
  salesStart: DateTime | null;
  salesEnd: DateTime | null;
};

export type Question = {
  id: string;
  label: string;
  kind: QuestionKind;
  options: string[];
  isRequired: boolean;
};

export type QuestionChange = {
  label?: string | null;
  options?: string[] | null;
  isRequired?: boolean | null;
};

export type QuestionKind = "TEXT" | "LONG_TEXT" | "CHOICE" | "CHOICES" | "CONSENT";

export type Registered = {
  state: RegistrationState;
  /** Where to pay; absent where nothing is to be paid. */
  checkoutUrl: string | null;
};

export type Registration = {
  id: string;
  name: string;
  email: string;
  state: RegistrationState;
  ticket: TicketType;
  paid: Money;
  registeredAt: DateTime;
  answers: Answer[];
  mail: MailState;
  /** When the ticket was first used. */
  usedAt: DateTime | null;
};

export type RegistrationConnection = {
  pageInfo: PageInfo;
  edges: RegistrationEdge[];
  nodes: Registration[];
  totalCount: number;
};

export type RegistrationEdge = {
  node: Registration;
  cursor: string;
};

export type RegistrationState = "PENDING" | "CONFIRMED" | "WAITING" | "CANCELLED" | "REFUNDED";

export type Room = {
  id: string;
  title: string;
  kind: RoomKind;
};

export type RoomKind = "STAGE" | "BREAKOUT" | "LOUNGE" | "BOOTH";

export type Sales = {
  currency: string;
  gross: number;
  refunded: number;
  confirmed: number;
  waiting: number;
  pending: number;
  byDay: SalesDay[];
};

export type SalesDay = {
  day: string;
  registrations: number;
  gross: number;
};

export type Scope = "EVENTS_READ" | "EVENTS_WRITE" | "PEOPLE_READ" | "PEOPLE_WRITE";

export type Session = {
  id: string;
  title: string;
  description: string;
  startsAt: DateTime;
  endsAt: DateTime;
  track: AgendaTrack | null;
  room: Room | null;
  capacity: number | null;
  picked: number;
  cancelledAt: DateTime | null;
  version: number;
  speakers: Speaker[];
};

/** Absent: unchanged. Null track, room, capacity: none. */
export type SessionChange = {
  title?: string | null;
  description?: string | null;
  startsAt?: DateTime | null;
  endsAt?: DateTime | null;
  track?: string | null;
  room?: string | null;
  capacity?: number | null;
  speakers?: string[] | null;
};

export type Speaker = {
  id: string;
  name: string;
  headline: string;
  biography: string;
  email: string | null;
  picture: Image | null;
  /** When the last invitation was sent. */
  invitedAt: DateTime | null;
  /** Whether they have been in the green room. */
  cameAt: DateTime | null;
};

export type SpeakerChange = {
  name?: string | null;
  headline?: string | null;
  biography?: string | null;
  email?: string | null;
  picture?: string | null;
};

export type StaffRole = "OWNER" | "ORGANIZER" | "PRODUCER" | "MODERATOR";

export type Template = {
  /** Of a template of ours its name, such as `fireside-chat`. */
  id: string;
  title: string;
  summary: string;
  isOwn: boolean;
  minutes: number;
  accent: string;
  background: string;
  sessions: TemplateSession[];
  rooms: string[];
  /** The file, as it is exported. */
  source: string;
};

export type TemplateSession = {
  title: string;
  track: string | null;
  startsAfterMinutes: number;
  minutes: number;
};

export type TicketCode = {
  id: string;
  code: string;
  percentOff: number | null;
  amountOff: number | null;
  quantity: number | null;
  taken: number;
  ticket: TicketType | null;
  validUntil: DateTime | null;
};

export type TicketType = {
  id: string;
  title: string;
  description: string;
  price: Money;
  quantity: number | null;
  taken: number;
  salesStart: DateTime | null;
  salesEnd: DateTime | null;
  isHidden: boolean;
  waitingList: boolean;
  waiting: number;
};

export type TicketTypeChange = {
  title?: string | null;
  description?: string | null;
  amount?: number | null;
  quantity?: number | null;
  salesStart?: DateTime | null;
  salesEnd?: DateTime | null;
  isHidden?: boolean | null;
  waitingList?: boolean | null;
};

export type TrashKind = "EVENT" | "SESSION" | "TRACK" | "ROOM" | "SPEAKER" | "TICKET_TYPE" | "QUESTION" | "CODE";

export type Trashed = {
  id: string;
  kind: TrashKind;
  title: string;
  deletedAt: DateTime;
};

export type Webhook = {
  id: string;
  url: string;
  kinds: WebhookKind[];
  createdAt: DateTime;
  disabledAt: DateTime | null;
  deliveries: DeliveryConnection;
};

export type WebhookKind = "EVENT_PUBLISHED" | "EVENT_CHANGED" | "EVENT_CANCELLED" | "REGISTRATION_CONFIRMED" | "REGISTRATION_CANCELLED" | "REGISTRATION_REFUNDED";
