// A conference of two days, with all that one can have.
import type { MailState, RegistrationState } from "../src/protocol/api";
import { DAY, emptyEvent, iso, MINUTE, mint, on, ticketType } from "./makers";
import type { EventRow } from "./rows";

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

export function mainEvent(): EventRow {
  const start = on(12, "09:00");
  const event = emptyEvent("Rust in Production 2026", start, 24 * 60 + 210);
  event.id = "event-main";
  event.slug = "rust-in-production-2026";
  event.phase = "PUBLISHED";
  event.slugFollowsTitle = false;
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
      capacity: room === 1 ? 160 : null,
      picked: 20 + title.length * 3,
      cancelledAt: null,
      version: 1,
      speakers: speakers.map((index) => event.speakers[index]?.id ?? ""),
    };
  });
  event.showPlan = plan(event);
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
      validFrom: null,
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
      validFrom: null,
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
      mailProblem: mail === "BOUNCED" ? "the mail came back (5.1.1)" : null,
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
  event.reports = event.rooms.map(({ id, title }, at) => ({
    id,
    title,
    messages: [3_412, 208, 0][at] ?? 0,
    questions: [64, 0, 0][at] ?? 0,
    polls: [5, 1, 0][at] ?? 0,
    namedPolls: [1, 0, 0][at] ?? 0,
    acts: [22, 0, 0][at] ?? 0,
    entries: [18_540, 611, 0][at] ?? 0,
  }));
  event.version = 14;
  return event;
}

/** What its crew calls. */
function plan(event: EventRow): EventRow["showPlan"] {
  const stage = event.rooms[0]?.id ?? "";
  const [first, second] = event.sessions;
  const cue = (
    session: string | undefined,
    title: string,
    minutes: number,
    scene: string | null,
    notes = "",
  ) => ({
    id: mint("cue"),
    session: session ?? null,
    room: session === undefined ? stage : null,
    title,
    minutes,
    scene,
    notes,
  });
  return {
    scenes: [
      { id: mint("scene"), room: stage, name: "Host", layout: "SOLO" },
      { id: mint("scene"), room: stage, name: "Interview", layout: "SIDE_BY_SIDE" },
      { id: mint("scene"), room: stage, name: "Everybody", layout: "GRID" },
    ],
    cues: [
      cue(undefined, "Sound check", 15, null, "Every speaker once, in the order of the day."),
      cue(first?.id, "Doors and music", 10, null),
      cue(first?.id, "Welcome", 5, "Host", "House rules, then where to ask."),
      cue(second?.id, "Interview", 25, "Interview"),
      cue(second?.id, "Questions", 10, "Everybody", "Three from the chat, then the poll."),
    ],
    polls: [
      {
        id: mint("poll"),
        session: second?.id ?? "",
        question: "What shall we go deeper into?",
        options: ["Latency", "Teams", "Embedded"],
        multiple: false,
      },
    ],
    mails: [],
    lengths: [{ session: second?.id ?? "", shortest: 30, longest: 60 }],
  };
}
