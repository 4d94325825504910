// A made-up organisation with its events, for looking at the windows that work with the server's data.
import { dateIn, instantIn } from "../src/kit/zone";
import type {
  AgendaTrack,
  ApiKey,
  Delivery,
  Duty,
  EventPhase,
  MailState,
  Question,
  RegistrationState,
  Room,
  StaffRole,
  TicketCode,
  TicketType,
  Trashed,
} from "../src/protocol/api";

export const ZONE = "Europe/Berlin";
const DAY = 86_400_000;
const MINUTE = 60_000;

let next = 0;
export const mint = (kind: string) => `${kind}-${++next}`;
export const iso = (at: number) => new Date(at).toISOString();

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
  tracks: (AgendaTrack & Kept)[];
  rooms: (Room & Kept)[];
  sessions: SessionRow[];
  speakers: SpeakerRow[];
  tickets: (TicketType & Kept)[];
  codes: (Omit<TicketCode, "ticket"> & Kept & { ticket: string | null })[];
  questions: (Question & Kept)[];
  registrations: RegistrationRow[];
  trash: Trashed[];
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
  disabledAt: string | null;
  log: Delivery[];
};
const DUTIES: Duty[] = [
  "MANAGE_ORGANISATION",
  "MANAGE_MEMBERS",
  "CREATE_EVENT",
  "EDIT_EVENT",
  "READ_EVENT",
  "READ_PEOPLE",
  "MANAGE_PEOPLE",
  "REFUND",
  "EXPORT",
  "ERASE",
  "CALL_SHOW",
];
export type World = {
  /** What the person may do in each organisation. */
  may: Duty[];
  me: { id: string; name: string; email: string };
  organisations: { id: string; name: string }[];
  members: { id: string; name: string; email: string; role: StaffRole; since: string }[];
  events: EventRow[];
  templates: TemplateRow[];
  apiKeys: ApiKey[];
  webhooks: WebhookRow[];
  mine: {
    id: string;
    event: string;
    state: RegistrationState;
    picks: string[];
    registeredAt: string;
    ticket: string;
  }[];
};

export function emptyEvent(title: string, startsAt: number, minutes: number, zone = ZONE): EventRow {
  const id = mint("event");
  return {
    id,
    title,
    slug: title
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, ""),
    summary: "",
    description: "",
    phase: "DRAFT",
    startsAt: iso(startsAt),
    endsAt: iso(startsAt + minutes * MINUTE),
    timeZone: zone,
    capacity: null,
    cancelledAt: null,
    deletedAt: null,
    version: 1,
    accent: "#ffb454",
    background: "#0d0c0b",
    logo: null,
    cover: null,
    oneDevicePerTicket: false,
    tracks: [],
    rooms: [{ id: mint("room"), title: "Main stage", kind: "STAGE" }],
    sessions: [],
    speakers: [],
    tickets: [],
    codes: [],
    questions: [],
    registrations: [],
    trash: [],
  };
}

export const ticketType = (title: string, amount: number, change: Partial<TicketType> = {}): TicketType => ({
  id: mint("ticket"),
  title,
  description: "",
  price: { amount, currency: "EUR" },
  quantity: null,
  taken: 0,
  salesStart: null,
  salesEnd: null,
  isHidden: false,
  waitingList: false,
  waiting: 0,
  ...change,
});

/** The instant of a time on a day that many days from now, in the zone of the made-up events. */
const on = (days: number, time: string, now = Date.now()) =>
  instantIn(dateIn(now + days * DAY, ZONE), time, ZONE)?.at ?? now;

const SPEAKERS: [string, string][] = [
  ["Ines Okafor", "Staff engineer, Tidewater"],
  ["Daniel Reuter", "Principal engineer, Nordlicht Bank"],
  ["Lucía Prieto", "Reliability lead, Correo Abierto"],
  ["Tomás Vidal", "Compiler team"],
  ["Mara Hale", "Host"],
  ["Amara Bello", "Platform engineer, Sahel Pay"],
  ["Jun Tanaka", "Embedded systems, Kyoto Rail"],
  ["Sofia Lindqvist", "Author of “Small Services”"],
];

/** day, start, minutes, title, room, track, speakers */
type Planned = [number, string, number, string, number, number | null, number[]];
const AGENDA: Planned[] = [
  [0, "09:00", 30, "Doors and coffee", 0, null, []],
  [0, "09:30", 30, "Welcome", 0, 0, [4]],
  [0, "10:00", 45, "What we got wrong in the rewrite", 0, 0, [0, 1]],
  [0, "11:00", 45, "Tail latency, measured honestly", 0, 0, [2]],
  [0, "11:00", 90, "Workshop: your first no_std driver", 1, 1, [6]],
  [0, "12:00", 60, "Lunch", 0, null, []],
  [0, "13:00", 45, "Inside the borrow checker, gently", 0, 1, [3]],
  [0, "13:15", 60, "Payments at the edge of the desert", 1, 0, [5]],
  [0, "14:00", 45, "Small services, big tables", 0, 0, [7]],
  [0, "14:30", 45, "Ask the compiler team", 1, 1, [3]],
  [0, "15:00", 30, "Lightning talks", 0, 2, []],
  [0, "15:30", 30, "Hallway track", 2, 2, []],
  [0, "16:00", 60, "Panel: would you rewrite again?", 0, 0, [0, 1, 5, 7]],
  [1, "09:30", 60, "Keynote: ten years of boring software", 0, 0, [7]],
  [1, "10:45", 90, "Workshop: tracing a live system", 1, 1, [2]],
  [1, "11:00", 45, "Trains do not reboot", 0, 1, [6]],
];

function mainEvent(): EventRow {
  const start = on(12, "09:00");
  const event = emptyEvent("Rust in Production 2026", start, 24 * 60 + 210);
  event.id = "event-main";
  event.slug = "rust-in-production-2026";
  event.phase = "PUBLISHED";
  event.summary = "Two days with people who run Rust where it hurts.";
  event.description = "Talks and workshops about services, trains, payments and the people behind them.";
  event.capacity = 600;
  event.rooms = [
    { id: mint("room"), title: "Main stage", kind: "STAGE" },
    { id: mint("room"), title: "Workshop room", kind: "BREAKOUT" },
    { id: mint("room"), title: "Lounge", kind: "LOUNGE" },
  ];
  event.tracks = [
    { id: mint("track"), title: "Stories", colour: "#ffb454" },
    { id: mint("track"), title: "Craft", colour: "#58a8d0" },
    { id: mint("track"), title: "Together", colour: "#b48ad8" },
  ];
  event.speakers = SPEAKERS.map(([name, headline], index) => ({
    id: mint("speaker"),
    name,
    headline,
    biography: "",
    email: index === 7 ? null : `${name.split(" ")[0]?.toLowerCase() ?? "speaker"}@example.org`,
    picture: null,
    invitedAt: index < 5 ? iso(Date.now() - 3 * DAY) : null,
    cameAt: index < 2 ? iso(Date.now() - DAY) : null,
  }));
  event.sessions = AGENDA.map(([day, time, minutes, title, room, track, speakers]) => {
    const starts = on(12 + day, time);
    return {
      id: mint("session"),
      title,
      description: "",
      startsAt: iso(starts),
      endsAt: iso(starts + minutes * MINUTE),
      track: track === null ? null : (event.tracks[track]?.id ?? null),
      room: event.rooms[room]?.id ?? null,
      capacity: room === 1 ? 40 : null,
      picked: 20 + title.length * 3,
      cancelledAt: null,
      version: 1,
      speakers: speakers.map((index) => event.speakers[index]?.id ?? ""),
    };
  });
  event.tickets = [
    ticketType("Early bird", 4_900, { quantity: 200, taken: 200, salesEnd: iso(Date.now() - 5 * DAY) }),
    ticketType("Regular", 7_900, {
      quantity: 350,
      taken: 143,
      waitingList: true,
      description: "Both days, all rooms.",
    }),
    ticketType("Student", 0, { quantity: 40, taken: 40, waitingList: true, waiting: 7 }),
    ticketType("Crew", 0, { isHidden: true, taken: 6 }),
  ];
  event.codes = [
    {
      id: mint("code"),
      code: "FERRIS20",
      percentOff: 20,
      amountOff: null,
      quantity: 50,
      taken: 31,
      ticket: null,
      validUntil: iso(start),
    },
    {
      id: mint("code"),
      code: "NORDLICHT",
      percentOff: 100,
      amountOff: null,
      quantity: 10,
      taken: 10,
      ticket: event.tickets[1]?.id ?? null,
      validUntil: null,
    },
  ];
  event.questions = [
    {
      id: mint("question"),
      label: "What do you run in production?",
      kind: "LONG_TEXT",
      options: [],
      isRequired: false,
    },
    {
      id: mint("question"),
      label: "T-shirt",
      kind: "CHOICE",
      options: ["S", "M", "L", "XL"],
      isRequired: true,
    },
    {
      id: mint("question"),
      label: "Topics you care about",
      kind: "CHOICES",
      options: ["Latency", "Embedded", "Teams"],
      isRequired: false,
    },
    {
      id: mint("question"),
      label: "I agree to the code of conduct",
      kind: "CONSENT",
      options: [],
      isRequired: true,
    },
  ];
  const first = [
    "Mina",
    "Jun",
    "Amara",
    "Sam",
    "Leïla",
    "Oskar",
    "Priya",
    "Noah",
    "Zofia",
    "Kwame",
    "Elif",
    "Mateo",
  ];
  const last = ["Kovač", "Tanaka", "Bello", "Rivers", "Haddad", "Lund", "Raman", "Becker", "Nowak", "Mensah"];
  const states: RegistrationState[] = [
    "CONFIRMED",
    "CONFIRMED",
    "CONFIRMED",
    "CONFIRMED",
    "CONFIRMED",
    "CONFIRMED",
    "WAITING",
    "CONFIRMED",
    "PENDING",
    "CANCELLED",
    "CONFIRMED",
    "REFUNDED",
  ];
  event.registrations = Array.from({ length: 130 }, (_, index) => {
    const name = `${first[index % first.length]} ${last[(index * 7) % last.length]}`;
    const state = states[index % states.length] ?? "CONFIRMED";
    const ticket = event.tickets[index % 3] ?? event.tickets[0];
    const mail: MailState =
      state === "CONFIRMED" ? (index % 23 === 2 ? "BOUNCED" : index === 0 ? "QUEUED" : "SENT") : "NONE";
    return {
      id: mint("registration"),
      name,
      email: `${name
        .toLowerCase()
        .normalize("NFD")
        .replaceAll(/[^a-z ]/g, "")
        .replace(" ", ".")}${index}@example.org`,
      state,
      ticket: ticket?.id ?? "",
      paid: ticket?.price ?? { amount: 0, currency: "EUR" },
      registeredAt: iso(Date.now() - index * 5.3 * 3_600_000),
      answers: [
        { question: event.questions[1]?.id ?? "", values: [["S", "M", "L", "XL"][index % 4] ?? "M"] },
      ],
      mail,
      usedAt: null,
    };
  });
  event.trash = [
    {
      id: "gone-1",
      kind: "SESSION",
      title: "Birds of a feather: build times",
      deletedAt: iso(Date.now() - 2 * DAY),
    },
  ];
  event.version = 14;
  return event;
}

const template = (
  id: string,
  title: string,
  summary: string,
  [accent, background]: [string, string],
  rooms: string[],
  sessions: [string, number, string?][],
): TemplateRow => {
  let at = 0;
  const placed = sessions.map(([name, minutes, track]) => {
    const session = { title: name, track: track ?? null, startsAfterMinutes: at, minutes };
    at += minutes;
    return session;
  });
  return {
    id,
    title,
    summary,
    isOwn: false,
    minutes: at,
    accent,
    background,
    sessions: placed,
    rooms,
    source: `title = "${title}"\n`,
  };
};

export const templates = (): TemplateRow[] => [
  template(
    "fireside-chat",
    "Fireside chat",
    "Two chairs, one good question, and time for the audience.",
    ["#ffb454", "#0d0c0b"],
    ["Stage"],
    [
      ["Doors", 10],
      ["Conversation", 40, "Talk"],
      ["Questions", 20, "Audience"],
    ],
  ),
  template(
    "webinar",
    "Webinar",
    "One presentation with a host, questions at the end.",
    ["#58a8d0", "#0b0e12"],
    ["Stage"],
    [
      ["Doors", 5],
      ["Welcome", 5],
      ["Presentation", 35, "Talk"],
      ["Questions", 15, "Audience"],
    ],
  ),
  template(
    "conference-day",
    "Conference day",
    "A day of talks with breaks, a workshop room and a lounge.",
    ["#58d08b", "#0b120e"],
    ["Main stage", "Workshop room", "Lounge"],
    [
      ["Doors", 30],
      ["Opening", 30, "Talk"],
      ["Keynote", 45, "Talk"],
      ["Break", 15],
      ["Talks", 90, "Talk"],
      ["Lunch", 60],
      ["Workshops", 90, "Workshop"],
      ["Panel", 45, "Talk"],
      ["Farewell", 15],
    ],
  ),
  template(
    "product-launch",
    "Product launch",
    "A countdown, a show, and a demonstration that works.",
    ["#ff7267", "#140c0b"],
    ["Stage", "Booth"],
    [
      ["Countdown", 10],
      ["Launch", 25, "Show"],
      ["Demonstration", 20, "Show"],
      ["Questions", 20, "Audience"],
    ],
  ),
  template(
    "town-hall",
    "Town hall",
    "News from the company, and answers to what people ask.",
    ["#b48ad8", "#100d14"],
    ["Stage", "Lounge"],
    [
      ["Doors", 5],
      ["News", 20, "Talk"],
      ["Team stories", 20, "Talk"],
      ["Ask anything", 30, "Audience"],
    ],
  ),
];

/** The world before anybody has pressed anything. */
export function madeUp(): World {
  const main = mainEvent();
  const launch = emptyEvent("Tidewater Cloud launch", on(40, "18:00"), 75);
  launch.id = "event-launch";
  launch.accent = "#ff7267";
  const live = emptyEvent("Company town hall", Date.now() - 20 * MINUTE, 90);
  live.id = "event-live";
  live.phase = "LIVE";
  live.registrations = main.registrations.slice(0, 84);
  const past = emptyEvent("Spring fireside", on(-60, "19:00"), 70);
  past.phase = "ENDED";
  past.registrations = main.registrations.slice(0, 61);
  const sessions = main.sessions;
  const pick = (...at: number[]) => at.map((index) => sessions[index]?.id ?? "");
  return {
    may: DUTIES,
    me: { id: "person-noor", name: "Noor Aziz", email: "noor@tidewater.example" },
    organisations: [
      { id: "org-tidewater", name: "Tidewater Events" },
      { id: "org-choir", name: "Harbour Choir" },
    ],
    members: [
      {
        id: "person-noor",
        name: "Noor Aziz",
        email: "noor@tidewater.example",
        role: "OWNER",
        since: iso(on(-300, "10:00")),
      },
      {
        id: "person-ines",
        name: "Ines Okafor",
        email: "ines@tidewater.example",
        role: "ORGANIZER",
        since: iso(on(-200, "10:00")),
      },
      {
        id: "person-tom",
        name: "Tom Weiss",
        email: "tom@tidewater.example",
        role: "PRODUCER",
        since: iso(on(-90, "10:00")),
      },
    ],
    events: [main, launch, live, past],
    templates: [
      ...templates(),
      {
        ...templates()[0],
        id: "own-1",
        isOwn: true,
        title: "Friday fireside",
        summary: "Ours, with the long break.",
        accent: "#ffd08a",
      } as TemplateRow,
    ],
    apiKeys: [
      {
        id: "key-1",
        name: "Website counter",
        scopes: ["EVENTS_READ"],
        createdAt: iso(on(-30, "10:00")),
        usedAt: iso(Date.now() - 3 * MINUTE),
      },
    ],
    webhooks: [
      {
        id: "hook-1",
        url: "https://crm.tidewater.example/hooks/houselights",
        kinds: ["REGISTRATION_CONFIRMED", "REGISTRATION_CANCELLED"],
        createdAt: iso(on(-30, "10:00")),
        disabledAt: null,
        log: [
          {
            id: "delivery-3",
            kind: "REGISTRATION_CONFIRMED",
            createdAt: iso(Date.now() - 4 * MINUTE),
            attempts: 1,
            state: "DELIVERED",
            responseStatus: 204,
            error: null,
          },
          {
            id: "delivery-2",
            kind: "REGISTRATION_CONFIRMED",
            createdAt: iso(Date.now() - 50 * MINUTE),
            attempts: 6,
            state: "FAILED",
            responseStatus: 503,
            error: null,
          },
          {
            id: "delivery-1",
            kind: "REGISTRATION_CANCELLED",
            createdAt: iso(Date.now() - 70 * MINUTE),
            attempts: 2,
            state: "QUEUED",
            responseStatus: null,
            error: "connection refused",
          },
        ],
      },
    ],
    mine: [
      {
        id: "mine-1",
        event: main.id,
        state: "CONFIRMED",
        picks: pick(2, 4, 3, 9),
        registeredAt: iso(on(-20, "10:00")),
        ticket: "Regular",
      },
      {
        id: "mine-2",
        event: live.id,
        state: "CONFIRMED",
        picks: [],
        registeredAt: iso(on(-4, "10:00")),
        ticket: "Everybody",
      },
      {
        id: "mine-3",
        event: past.id,
        state: "CONFIRMED",
        picks: [],
        registeredAt: iso(on(-70, "10:00")),
        ticket: "Free",
      },
    ],
  };
}
