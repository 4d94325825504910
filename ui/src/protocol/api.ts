// Made from `server/schema.graphql` by `npm run api`. Do not edit.

/** An instant, RFC 3339, UTC. */
export type DateTime = string;

/** A strand of the agenda. */
export type AgendaTrack = {
  id: string;
  title: string;
  /** `#rrggbb`. */
  colour: string;
};

/** A warning, and what it is about. */
export type AgendaWarning = {
  kind: AgendaWarningKind;
  /** One, or two of which the first begins first. */
  sessions: string[];
  /** The room that is taken. */
  room: string | null;
  /** Who would have to be in two places. */
  speaker: string | null;
};

/** Something about an agenda that is probably not meant so. */
export type AgendaWarningKind = "ROOM_TAKEN" | "SPEAKER_TWICE" | "OVERBOOKED" | "BEGINS_BEFORE_EVENT" | "ENDS_AFTER_EVENT";

export type Answer = {
  /** As it is asked now, also where it is asked no more. */
  question: Question;
  /** Of a consent `yes`. */
  values: string[];
};

/** What somebody answers. */
export type AnswerInput = {
  question: string;
  values: string[];
};

/** A key of an integrator, without its secret. */
export type ApiKey = {
  id: string;
  name: string;
  scopes: Scope[];
  createdAt: DateTime;
  /** To within ten minutes; absent until it is used. */
  usedAt: DateTime | null;
};

/** How a ticket can be had. */
export type Availability = "NOT_YET" | "ON_SALE" | "WAITING_LIST" | "SOLD_OUT" | "OVER";

/** Somebody who may not come to an event any more. */
export type Ban = {
  /** Who: their participant's. */
  id: string;
  name: string;
  since: DateTime;
  /** The rooms that say so, the latest first. */
  rooms: BanningRoom[];
};

/** A room that bans somebody. */
export type BanningRoom = {
  title: string;
  /** Whether it was deleted since: nobody can go there to lift the ban. */
  deleted: boolean;
};

export type Branding = {
  /** `#rrggbb`. */
  accent: string;
  /** `#rrggbb`. */
  background: string;
  logo: Image | null;
  cover: Image | null;
};

/** Two sessions at the same time. */
export type Clash = {
  first: string;
  second: string;
};

/** A line of the run of show. It is called in a session, or on a stage outside its sessions. A change may name the stage of the session, too. */
export type Cue = {
  /** By it the control room knows what is called, however it is moved and changed. One that is new gets one. */
  id: string | null;
  session: string | null;
  room: string | null;
  title: string;
  minutes: number;
  /** The scene that it takes, by its name. */
  scene: string | null;
  /** For the crew alone. */
  notes: string;
};

/** A line of the run of show. It is called in a session, or on a stage outside its sessions. A change may name the stage of the session, too. */
export type CueInput = {
  id?: string | null;
  session?: string | null;
  room?: string | null;
  title: string;
  minutes: number;
  scene?: string | null;
  notes: string;
};

/** One thing that one webhook is told. It is kept for thirty days. */
export type Delivery = {
  id: string;
  kind: WebhookKind;
  createdAt: DateTime;
  attempts: number;
  state: DeliveryState;
  /** Of the last answer. */
  responseStatus: number | null;
  /** What went wrong at the last attempt. */
  error: string | null;
};

/** A page of a list. */
export type DeliveryConnection = {
  edges: DeliveryEdge[];
  /** The rows without their cursors. */
  nodes: Delivery[];
  pageInfo: PageInfo;
  /** How many there are in all. */
  totalCount: number;
};

/** A row and where it is. */
export type DeliveryEdge = {
  /** What to give as `after` for what comes behind it. */
  cursor: string;
  node: Delivery;
};

/** Where a delivery stands. */
export type DeliveryState = "QUEUED" | "DELIVERED" | "FAILED";

/** What can be allowed in an organisation. */
export type Duty = "MANAGE_ORGANISATION" | "MANAGE_MEMBERS" | "CREATE_EVENT" | "EDIT_EVENT" | "READ_EVENT" | "READ_PEOPLE" | "MANAGE_PEOPLE" | "REFUND" | "EXPORT" | "ERASE";

/** An event, for its organisation. */
export type Event = {
  id: string;
  title: string;
  /** The end of its page's address. */
  slug: string;
  /** One line. */
  summary: string;
  /** Markdown. */
  description: string;
  phase: EventPhase;
  startsAt: DateTime;
  endsAt: DateTime;
  /** By its IANA name. */
  timeZone: string;
  cancelledAt: DateTime | null;
  /** Its public page. */
  url: string;
  organisation: Organisation;
  /** How many may register; as many as like where there is none. */
  capacity: number | null;
  /** How many have a place. */
  registered: number;
  deletedAt: DateTime | null;
  /** Goes up with each change. A change made on an older one is refused with `CONFLICT`. */
  version: number;
  /** Whether a ticket is good for one device at a time. */
  oneDevicePerTicket: boolean;
  /** Whether its page's address is made of its title, and changes with it: until it is set, or the event is published. */
  slugFollowsTitle: boolean;
  branding: Branding;
  /** In their order. */
  tracks: AgendaTrack[];
  /** In their order; the first stage is where people come in. */
  rooms: Room[];
  /** In the order in which they begin, with those that were cancelled. */
  sessions: Session[];
  /** In their order. */
  speakers: Speaker[];
  /** What of the agenda is probably not meant so. None of it keeps anything from being done. */
  agendaWarnings: AgendaWarning[];
  /** What was taken away in the last 30 days, the latest first. After that it is erased. */
  trash: Trashed[];
  /** What there is to be had. */
  tickets: TicketType[];
  /** What makes it cheaper, the newest first. */
  codes: TicketCode[];
  /** What is asked at registration, in order. */
  questions: Question[];
  /** The newest first. `search` is a part of the name or the address. */
  registrations: RegistrationConnection;
  /** What its tickets brought. */
  sales: Sales;
  /** What is planned for the show. */
  showPlan: ShowPlan;
  /** Of each room, in their order; for who may take logs out of the house. */
  reports: RoomReport[];
  /** Who is banned from the event, by any of its rooms; the latest first. */
  bans: Ban[];
};

/** What is to be different; what is absent stays. */
export type EventChange = {
  title?: string | null;
  slug?: string | null;
  summary?: string | null;
  description?: string | null;
  capacity?: number | null;
  accent?: string | null;
  background?: string | null;
  logo?: string | null;
  cover?: string | null;
  oneDevicePerTicket?: boolean | null;
  endsAt?: DateTime | null;
};

/** A page of a list. */
export type EventConnection = {
  edges: EventEdge[];
  /** The rows without their cursors. */
  nodes: Event[];
  pageInfo: PageInfo;
  /** How many there are in all. */
  totalCount: number;
};

/** A row and where it is. */
export type EventEdge = {
  /** What to give as `after` for what comes behind it. */
  cursor: string;
  node: Event;
};

/** Where an event stands. */
export type EventPhase = "DRAFT" | "PUBLISHED" | "LIVE" | "ENDED" | "ARCHIVED";

/** A picture that was uploaded. */
export type Image = {
  id: string;
  url: string;
  /** In pixels. */
  width: number;
  /** In pixels. */
  height: number;
};

/** A link of somebody's own into an event. It is shown this once. */
export type Invitation = {
  /** For the app. */
  link: string;
  /** For the browser. */
  web: string;
};

/** How the speakers of a scene stand. */
export type Layout = "SOLO" | "SIDE_BY_SIDE" | "GRID";

/** A mail that an event may have a text of its own for. */
export type MailKind = "CONFIRMATION" | "REMINDER_DAY" | "REMINDER_HOUR" | "REMINDER_MINUTES" | "SPEAKER_INVITATION" | "CHANGED" | "CANCELLED";

/** What became of the last letter. */
export type MailState = "NONE" | "QUEUED" | "SENT" | "FAILED" | "BOUNCED";

/** A mail in the event's own words. */
export type MailText = {
  kind: MailKind;
  /** One line. */
  subject: string;
  /** Plain text with placeables such as `{ $event }`. */
  body: string;
};

/** A mail in the event's own words. */
export type MailTextInput = {
  kind: MailKind;
  subject: string;
  body: string;
};

/** Somebody who belongs to an organisation. */
export type Member = {
  person: MemberPerson;
  role: StaffRole;
  since: DateTime;
  /** What became of the letter that told them that they belong to it. */
  mail: MailState;
};

/** Who a member is. */
export type MemberPerson = {
  id: string;
  name: string;
  email: string;
};

export type Membership = {
  organisation: Organisation;
  role: StaffRole;
};

/** An amount of money. */
export type Money = {
  /** In the currency's smallest unit. */
  amount: number;
  /** ISO 4217, such as `EUR`. */
  currency: string;
};

export type MyRegistration = {
  id: string;
  state: RegistrationState;
  event: PublicEvent;
  ticketTitle: string;
  /** What was paid for it; also where it went back. */
  paid: Money;
  registeredAt: DateTime;
  /** Sessions on one's own agenda, in the order in which they take place. */
  picks: string[];
  /** The same, as everybody sees them. */
  pickedSessions: PublicSession[];
  /** Sessions on one's own agenda that are at the same time. What was cancelled is in nobody's way. */
  clashes: Clash[];
};

/** A page of a list. */
export type MyRegistrationConnection = {
  edges: MyRegistrationEdge[];
  /** The rows without their cursors. */
  nodes: MyRegistration[];
  pageInfo: PageInfo;
  /** How many there are in all. */
  totalCount: number;
};

/** A row and where it is. */
export type MyRegistrationEdge = {
  /** What to give as `after` for what comes behind it. */
  cursor: string;
  node: MyRegistration;
};

/** A key that was just made. */
export type NewApiKey = {
  key: ApiKey;
  /** Shown this once. As bearer for this API. */
  secret: string;
};

/** A question that is to be asked. */
export type NewQuestion = {
  label: string;
  kind: QuestionKind;
  options?: string[] | null;
  isRequired?: boolean | null;
};

/** What somebody fills in. */
export type NewRegistration = {
  ticket: string;
  name: string;
  email: string;
  code?: string | null;
  answers?: AnswerInput[] | null;
};

/** A session to be made. */
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

/** A speaker to be added. */
export type NewSpeaker = {
  name: string;
  headline?: string | null;
  biography?: string | null;
  email?: string | null;
};

/** A code that is to be made: it takes off either a part of a hundred or an amount. */
export type NewTicketCode = {
  code: string;
  percentOff?: number | null;
  amountOff?: number | null;
  quantity?: number | null;
  ticket?: string | null;
  validFrom?: DateTime | null;
  validUntil?: DateTime | null;
};

/** A kind of ticket that is to be made. */
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

/** A webhook that was just made. */
export type NewWebhook = {
  webhook: Webhook;
  /** Shown this once; what deliveries are signed with. */
  secret: string;
};

/** Whoever holds events. */
export type Organisation = {
  id: string;
  name: string;
  /** What the viewer may do here; controls for the rest are not shown. */
  may: Duty[];
  /** Who belongs to it, the longest first. */
  members: Member[];
  /** Its events, the newest first; with `deleted` those in the trash. */
  events: EventConnection;
  /** Keys of integrators that were not revoked, the oldest first. */
  apiKeys: ApiKey[];
  /** Where integrators are told, the oldest first. */
  webhooks: Webhook[];
  /** Templates that were taken away in the last 30 days, and webhooks for who looks after those; the latest first. After that they are erased. Nothing for who makes neither. */
  trash: OwnTrashed[];
};

/** What of an organisation's own can be taken back. */
export type OwnTrashKind = "TEMPLATE" | "WEBHOOK";

/** Something of an organisation's own in the trash. */
export type OwnTrashed = {
  id: string;
  kind: OwnTrashKind;
  /** What it is called; of a webhook its address. */
  title: string;
  deletedAt: DateTime;
};

/** A colour of the page. */
export type PageColour = {
  /** `ground`, `panel`, `glow`, `text`, `quiet`, `line`, `edge`, `link`, `lamp` (what asks to be pressed), `ink` (the words on it), `fault` or `good`. */
  name: string;
  /** `#rrggbb`. */
  value: string;
};

/** Whether there is more, and where to go on. */
export type PageInfo = {
  /** Whether there are rows after this page. */
  hasNextPage: boolean;
  /** What to give as `after` for the next page. */
  endCursor: string | null;
};

/** Colours, moved where that takes it until everything can be read (WCAG 2.2 AA). */
export type PageTheme = {
  isDark: boolean;
  /** By the names of the page's own variables. */
  colours: PageColour[];
};

export type Person = {
  id: string;
  email: string;
  /** As they call themselves; empty until they said it. */
  name: string;
  /** Where they belong. */
  memberships: Membership[];
  /** Whether this server lets them make an organisation. */
  mayMakeOrganisation: boolean;
  /** Where they are signed in, the newest first. */
  logins: PersonLogin[];
};

/** A sign-in on a device. */
export type PersonLogin = {
  id: string;
  /** What the device calls itself. */
  device: string;
  createdAt: DateTime;
  /** To within ten minutes. */
  usedAt: DateTime;
  /** Whether it is the one that asks. */
  isCurrent: boolean;
};

/** A poll that a session brings. */
export type PlannedPoll = {
  /** By it it is known, however it is put. One that is new gets one. */
  id: string | null;
  session: string;
  question: string;
  options: string[];
  /** Whether several options may be chosen. */
  multiple: boolean;
};

/** A poll that a session brings. */
export type PlannedPollInput = {
  id?: string | null;
  session: string;
  question: string;
  options: string[];
  multiple: boolean;
};

/** An event as everybody sees it. */
export type PublicEvent = {
  id: string;
  title: string;
  /** The end of its page's address. */
  slug: string;
  /** One line. */
  summary: string;
  /** Markdown. */
  description: string;
  phase: EventPhase;
  startsAt: DateTime;
  endsAt: DateTime;
  /** By its IANA name. */
  timeZone: string;
  cancelledAt: DateTime | null;
  /** Its public page. */
  url: string;
  /** What there is to be had, hidden tickets aside. */
  tickets: PublicTicket[];
  /** What is asked at registration, in order. */
  questions: Question[];
  branding: Branding;
  /** In their order. */
  tracks: AgendaTrack[];
  /** In their order. */
  rooms: Room[];
  /** In the order in which they begin, with those that were cancelled. */
  sessions: PublicSession[];
  /** In their order. */
  speakers: PublicSpeaker[];
};

export type PublicSession = {
  id: string;
  title: string;
  /** Markdown. */
  description: string;
  startsAt: DateTime;
  endsAt: DateTime;
  track: AgendaTrack | null;
  /** Where it is; some sessions, such as a lunch, are nowhere. */
  room: Room | null;
  cancelledAt: DateTime | null;
  /** Who speaks, in their order. */
  speakers: PublicSpeaker[];
};

export type PublicSpeaker = {
  id: string;
  name: string;
  /** One line below the name. */
  headline: string;
  /** Markdown. */
  biography: string;
  picture: Image | null;
};

/** A ticket as everybody sees it. */
export type PublicTicket = {
  id: string;
  title: string;
  description: string;
  price: Money;
  availability: Availability;
  salesStart: DateTime | null;
  salesEnd: DateTime | null;
};

/** A question. */
export type Question = {
  id: string;
  label: string;
  kind: QuestionKind;
  options: string[];
  isRequired: boolean;
};

/** What is to be different about a question; what is absent stays. */
export type QuestionChange = {
  label?: string | null;
  options?: string[] | null;
  isRequired?: boolean | null;
};

/** How a question is answered. */
export type QuestionKind = "TEXT" | "LONG_TEXT" | "CHOICE" | "CHOICES" | "CONSENT";

/** What came of registering. */
export type Registered = {
  /** Confirmed, pending or waiting. */
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
  /** What was paid; also where it went back. */
  paid: Money;
  registeredAt: DateTime;
  answers: Answer[];
  /** What became of the last letter to them. */
  mail: MailState;
  /** Why the last letter did not reach them, where it did not: in English, for whoever looks after mail. */
  mailProblem: string | null;
  /** When the ticket was first used. */
  usedAt: DateTime | null;
};

/** A page of a list. */
export type RegistrationConnection = {
  edges: RegistrationEdge[];
  /** The rows without their cursors. */
  nodes: Registration[];
  pageInfo: PageInfo;
  /** How many there are in all. */
  totalCount: number;
};

/** A row and where it is. */
export type RegistrationEdge = {
  /** What to give as `after` for what comes behind it. */
  cursor: string;
  node: Registration;
};

/** Where a registration stands. */
export type RegistrationState = "PENDING" | "CONFIRMED" | "WAITING" | "CANCELLED" | "REFUNDED";

/** Where sessions are. */
export type Room = {
  id: string;
  title: string;
  kind: RoomKind;
};

/** What kind of place a room is. */
export type RoomKind = "STAGE" | "BREAKOUT" | "LOUNGE" | "BOOTH";

/** What there is to report of a room. */
export type RoomReport = {
  /** The room's. */
  id: string;
  title: string;
  /** What was said in its chat, also what was taken out of it since. */
  messages: number;
  questions: number;
  /** Those that were opened. */
  polls: number;
  /** Those of them in which votes are not anonymous. */
  namedPolls: number;
  /** What moderators did. */
  acts: number;
  /** The entries of its log. */
  entries: number;
};

/** An event's sales, in the one currency that it takes. */
export type Sales = {
  /** ISO 4217. */
  currency: string;
  /** What was paid, in the currency's smallest unit; also what went back. */
  gross: number;
  /** What went back of it. */
  refunded: number;
  /** Payments that are on their way back. */
  refunding: number;
  confirmed: number;
  /** Places whose money went back as a whole. */
  givenBack: number;
  waiting: number;
  pending: number;
  /** By days in the event's time zone; days without any are left out. What came when its place was gone is of no day. */
  byDay: SalesDay[];
};

/** A day's sales. */
export type SalesDay = {
  /** As `2030-06-01`. */
  day: string;
  /** Confirmed on this day, also where they are over by now. */
  registrations: number;
  gross: number;
};

/** How a stage can look, by a name that cues call. */
export type Scene = {
  /** By it it is known, however it is called. One that is new gets one. */
  id: string | null;
  /** The stage. */
  room: string;
  name: string;
  layout: Layout;
};

/** How a stage can look, by a name that cues call. */
export type SceneInput = {
  id?: string | null;
  room: string;
  name: string;
  layout: Layout;
};

/** What a key of an integrator is good for. */
export type Scope = "EVENTS_READ" | "EVENTS_WRITE" | "PEOPLE_READ" | "PEOPLE_WRITE";

export type Session = {
  id: string;
  title: string;
  /** Markdown. */
  description: string;
  startsAt: DateTime;
  endsAt: DateTime;
  track: AgendaTrack | null;
  /** Where it is; some sessions, such as a lunch, are nowhere. */
  room: Room | null;
  /** How many can pick it; as many as like where there is none. */
  capacity: number | null;
  /** How many picked it. */
  picked: number;
  cancelledAt: DateTime | null;
  /** Goes up with each change. A change made on an older one is refused with `CONFLICT`. */
  version: number;
  /** Who speaks, in their order. */
  speakers: Speaker[];
};

/** What is to be different; what is absent stays. */
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

/** How long a session is meant to be, in minutes. */
export type SessionLength = {
  session: string;
  shortest: number | null;
  longest: number | null;
};

/** How long a session is meant to be, in minutes. */
export type SessionLengthInput = {
  session: string;
  shortest?: number | null;
  longest?: number | null;
};

/** The plan. What belongs to rooms and sessions that are deleted is not part of it. */
export type ShowPlan = {
  scenes: Scene[];
  /** In the order in which they are called. */
  cues: Cue[];
  polls: PlannedPoll[];
  /** Those that are not among them are in Houselights' words. */
  mails: MailText[];
  lengths: SessionLength[];
};

/** What of a plan is to be different: a list that is there takes the place of the one before. */
export type ShowPlanChange = {
  scenes?: SceneInput[] | null;
  cues?: CueInput[] | null;
  polls?: PlannedPollInput[] | null;
  mails?: MailTextInput[] | null;
  lengths?: SessionLengthInput[] | null;
};

export type Speaker = {
  id: string;
  name: string;
  /** One line below the name. */
  headline: string;
  /** Markdown. */
  biography: string;
  /** Where invitations go. Nothing for whoever may not see people. */
  email: string | null;
  picture: Image | null;
  /** When the last invitation was made. Nothing for whoever may not see people. */
  invitedAt: DateTime | null;
  /** When they first came in with one. Nothing for whoever may not see people. */
  cameAt: DateTime | null;
};

/** What is to be different; what is absent stays. */
export type SpeakerChange = {
  name?: string | null;
  headline?: string | null;
  biography?: string | null;
  email?: string | null;
  picture?: string | null;
};

/** What somebody is in an organisation. */
export type StaffRole = "OWNER" | "ORGANIZER" | "PRODUCER" | "MODERATOR";

export type Template = {
  /** Of a template that comes with Houselights its name, such as `fireside-chat`. */
  id: string;
  title: string;
  /** One line. */
  summary: string;
  /** Whether it is the organisation's own. */
  isOwn: boolean;
  /** How long the event is. */
  minutes: number;
  /** `#rrggbb`. */
  accent: string;
  /** `#rrggbb`. */
  background: string;
  sessions: TemplateSession[];
  /** The titles of its rooms. */
  rooms: string[];
  /** The file, as it is exported: up to half a megabyte, so ask `template` for the one that is wanted. */
  source: string;
};

/** A session as a template plans it. */
export type TemplateSession = {
  title: string;
  /** The title of its track. */
  track: string | null;
  /** From the beginning of the event; less than 0 where it is before that. */
  startsAfterMinutes: number;
  minutes: number;
};

export type TicketCode = {
  id: string;
  /** In upper case; in any case when it is used. */
  code: string;
  percentOff: number | null;
  /** In the currency's smallest unit. */
  amountOff: number | null;
  /** How often it can be used; as often as like where there is none. */
  quantity: number | null;
  taken: number;
  /** The only ticket that it is for; all where there is none. */
  ticket: TicketType | null;
  /** Before it, it is as if there were no such code. */
  validFrom: DateTime | null;
  validUntil: DateTime | null;
};

export type TicketType = {
  id: string;
  title: string;
  description: string;
  price: Money;
  /** How many there are; as many as like where there is none. */
  quantity: number | null;
  /** How many are had, or held for who is paying. */
  taken: number;
  salesStart: DateTime | null;
  salesEnd: DateTime | null;
  /** Whether the page does not show it. It is had with a code that is for it, or from the organisation. */
  isHidden: boolean;
  /** Whether one can wait for it once all are taken. */
  waitingList: boolean;
  /** How many do. */
  waiting: number;
};

/** What is to be different about a kind of ticket; what is absent stays. */
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

/** What can be taken back. */
export type TrashKind = "EVENT" | "SESSION" | "TRACK" | "ROOM" | "SPEAKER" | "TICKET_TYPE" | "QUESTION" | "CODE";

/** Something in the trash. */
export type Trashed = {
  id: string;
  kind: TrashKind;
  /** What it is called. */
  title: string;
  deletedAt: DateTime;
};

export type Webhook = {
  id: string;
  url: string;
  /** What it is told. */
  kinds: WebhookKind[];
  createdAt: DateTime;
  /** What it was told and will be, the newest first. */
  deliveries: DeliveryConnection;
};

/** What happens that integrators can be told. */
export type WebhookKind = "EVENT_PUBLISHED" | "EVENT_CHANGED" | "EVENT_CANCELLED" | "REGISTRATION_CONFIRMED" | "REGISTRATION_CANCELLED" | "REGISTRATION_REFUNDED";
