import type {
  AuditEntry,
  CrewMember,
  Cue,
  InboxSnapshot,
  LobbyGuest,
  Message,
  Mine,
  NamedVote,
  OwnProfile,
  PersonCard,
  Phase,
  PlannedPoll,
  Poll,
  PollForm,
  Profile,
  Question,
  RaisedHand,
  ReactionCount,
  Role,
  RoomCard,
  RoomRules,
  RunOfShow,
  Sanctioned,
  Scene,
  Snapshot,
} from "../src/protocol";
import type {
  Account,
  ConnectionState,
  Devices,
  MediaStatus,
  SessionCard,
  TokenKeeping,
  UnsentLetter,
  UnsentMessage,
  Waiting,
} from "../src/protocol/native";
import { oddHands, oddPeer, oddQuestions, oddTalk, oddWords } from "./odd";
import { crowd, saying } from "./people";
import { Past } from "./replay";
import { before, notes, said } from "./said";

export const EVENT = "01990000-0000-7000-8000-00000000000e";
export const ROOM = "01990000-0000-7000-8000-00000000000f";

const id = (number: number) => `01990000-0000-7000-8000-${String(number).padStart(12, "0")}`;

export const people = {
  ines: id(1),
  daniel: id(2),
  lucia: id(3),
  tomas: id(4),
  mara: id(5),
  noor: id(6),
  mina: id(7),
  amara: id(8),
  jun: id(9),
};
type Person = keyof typeof people;

const names: Record<string, string> = {
  ines: "Ines Okafor",
  daniel: "Daniel Reuter",
  lucia: "Lucía Prieto",
  tomas: "Tomás Vidal",
  mara: "Mara Hale",
  noor: "Noor Aziz",
  mina: "Mina Kovač",
  amara: "Amara Bello",
  jun: "Jun Tanaka",
};

/** A state of the world, as the core would tell it. */
export type MadeUp = {
  snapshot: Snapshot;
  names: Record<string, string>;
  slots: string[];
  watching?: number;
  /** What is thrown at the stage. */
  thrown?: ReactionCount[];
  silent?: boolean;
  connection: ConnectionState;
  media: MediaStatus;
  devices: Devices;
  keeping?: TokenKeeping;
  link?: string;
  beside?: SessionCard;
  account?: Account;
  waitingFor?: Waiting;
  /** The server's provider of accounts. */
  provider?: string;
  /** The server cannot be reached. */
  offline?: boolean;
  rooms?: RoomCard[];
  inbox?: InboxSnapshot;
  /** What was said before what the snapshot holds. */
  before?: Message[];
  mine?: Partial<Mine>;
  unsent?: UnsentMessage[];
  /** What one wrote to somebody and was not sent. */
  letters?: UnsentLetter[];
  /** One's own place in the queue of raised hands. */
  hand?: number;
  /** One waits to be let in. */
  outside?: boolean;
  /** Nothing of the room comes. */
  absent?: boolean;
  lobby?: { count: number; first: LobbyGuest[] };
  /** What moderators did, newest first. */
  done?: AuditEntry[];
  /** What was on in the room can be watched again. */
  past?: () => Past;
  /** Who voted for what, by the poll. */
  named?: Record<string, NamedVote[]>;
  /** The audience, by its names; one's own profile; and those of others. */
  here?: PersonCard[];
  ownProfile?: OwnProfile;
  profiles?: Record<string, Profile>;
};

const member = (who: Person, role: Role = "speaker", camera = true, microphone = true): CrewMember => ({
  participant: people[who],
  name: names[who] ?? who,
  role,
  sending: { camera, microphone },
});

/** One moment for all: what happened at once has the same time, however long it takes to make the scenes. */
const NOW = Date.now();
const minutesAgo = (minutes: number) => (NOW - minutes * 60_000) * 1_000;

/** As it is in a room where the audience has done nothing yet. */
const quiet = {
  rules: {
    chat: true,
    slow_mode: 0,
    links: true,
    words: [],
    questions: true,
    review: true,
    anonymous: true,
    reactions: true,
    hands: true,
    lobby: false,
    locked: false,
  },
  questions: [],
  polls: [],
};

/** What whoever looks after the show sees of such a room. */
const quietCrew = { control: true, notes: [], hands: [], sanctions: [], reports: [] };

export const say = (number: number, who: Person, text: string, role: Role = "attendee"): Message => ({
  id: id(100 + number),
  seq: Math.max(1, 200 + number),
  author: people[who],
  name: names[who] ?? who,
  role,
  at: minutesAgo(12 - number),
  text,
});

const talk: Message[] = [
  say(1, "noor", "Welcome! Say where you are watching from.", "producer"),
  say(2, "mina", "Zagreb, with four colleagues around one screen."),
  say(3, "jun", "Kyoto. It is late, but worth it."),
  say(4, "amara", "We kept the old queue for a year. Best decision we made."),
  say(5, "jun", "How did you measure tail latency before the rewrite?"),
  say(
    6,
    "lucia",
    "With a load test that failed on purpose, and a lot of patience. Slides follow: https://example.org/a-rather-long-address/that-has-to-wrap-somewhere",
    "speaker",
  ),
  say(7, "amara", "Same here: the second system was smaller than the first."),
];

const seats = (...who: Person[]) => who.map((person) => people[person]);
const scene = (layout: Scene["layout"], ...who: Person[]): Scene => ({ layout, seats: seats(...who) });

const live: Phase = { phase: "live", since: minutesAgo(41.3) };

const session = id(300);
const cueAt = (
  number: number,
  title: string,
  due: number,
  minutes: number,
  rest: Partial<Cue> = {},
): Cue => ({
  id: id(400 + number),
  title,
  minutes,
  due: minutesAgo(-due),
  notes: "",
  session,
  dropped: false,
  ...rest,
});

/** What is called began 14 minutes ago, a minute and a half late. */
const runOfShow: RunOfShow = {
  scenes: [
    { name: "Host", layout: "solo" },
    { name: "Interview", layout: "side_by_side" },
    { name: "Everybody", layout: "grid" },
  ],
  sessions: [
    {
      session,
      title: "What we got wrong",
      cast: [
        { participant: people.ines, name: "Ines Okafor" },
        { participant: people.daniel, name: "Daniel Reuter" },
        { participant: people.amara, name: "Amara Bello" },
      ],
      uninvited: 0,
    },
    {
      session: id(301),
      title: "Closing",
      cast: [{ participant: people.mara, name: "Mara Hale" }],
      uninvited: 1,
    },
  ],
  cues: [
    cueAt(1, "Line-up in the green room", -35.5, 15, {
      session: undefined,
      notes: "Everybody once on camera.",
    }),
    cueAt(2, "Countdown and music", -20.5, 5),
    cueAt(3, "Welcome", -15.5, 3, { scene: "Host" }),
    cueAt(4, "Panel: What we got wrong", -12.5, 13, {
      scene: "Interview",
      notes: "Start with the outage. Cut to everybody when a third joins in.",
    }),
    cueAt(5, "Audience questions", 0.5, 10, {
      scene: "Everybody",
      notes: "The moderator reads, and names whom it goes to. One answer and one reply, then on.",
    }),
    cueAt(6, "Poll: would you rewrite again?", 10.5, 2),
    cueAt(7, "Closing words", 12.5, 4, { scene: "Host", session: id(301) }),
    cueAt(8, "Cocktail party opens", 16.5, 30, { session: undefined }),
  ],
  polls: [],
};

const full: Snapshot = {
  room: ROOM,
  seq: 240,
  title: "Main stage",
  phase: live,
  on_stage: [member("ines"), member("daniel")],
  program: scene("side_by_side", "ines", "daniel"),
  chat: talk,
  ...quiet,
  crew: {
    ...quietCrew,
    backstage: [
      member("lucia"),
      member("tomas", "speaker", true, false),
      member("mara", "speaker", false, false),
      member("noor", "producer", false, false),
    ],
    preview: scene("grid", "ines", "daniel", "lucia"),
    run_of_show: runOfShow,
    called: { cue: id(404), at: minutesAgo(11) },
  },
};

const peer = (who: Person, role: Role = "attendee") => ({
  participant: people[who],
  name: names[who] ?? who,
  role,
});

/** Two conversations, one of them with something new, and a mention. */
const inbox: InboxSnapshot = {
  up_to: 40,
  directs_from: "everybody",
  blocked: [],
  conversations: [
    {
      with: peer("amara"),
      latest: {
        position: 38,
        at: minutesAgo(3),
        body: {
          what: "received",
          from: peer("amara"),
          message: id(700),
          text: "Are you at the reception later?",
        },
      },
      unread: 2,
      read_up_to: 30,
    },
    {
      with: peer("jun"),
      latest: {
        position: 21,
        at: minutesAgo(50),
        body: {
          what: "sent",
          to: peer("jun"),
          message: id(701),
          text: "Here are the notes: thank you for the question!",
        },
      },
      unread: 0,
      read_up_to: 20,
    },
  ],
  mentions: [
    {
      position: 39,
      at: minutesAgo(2),
      body: {
        what: "mentioned",
        by: peer("lucia", "speaker"),
        room: ROOM,
        notes: false,
        seq: 500,
        message: id(702),
        excerpt: "@Mina the slides that you asked for are in the second link",
      },
    },
  ],
  rooms: [{ room: ROOM, up_to: 200 }],
  notes: [],
};

const hand = (who: Person, minutes: number, note = ""): RaisedHand => ({
  participant: people[who],
  name: names[who] ?? who,
  note,
  at: minutesAgo(minutes),
});

/** A guest is on stage, and others wait. */
const withGuest: Snapshot = {
  ...full,
  on_stage: [member("ines"), member("daniel"), member("mina", "attendee")],
  program: scene("grid", "ines", "daniel", "mina"),
};

const nothingPlanned: RunOfShow = { scenes: [], sessions: [], cues: [], polls: [] };

const empty: Snapshot = {
  room: ROOM,
  seq: 0,
  title: "Main stage",
  phase: { phase: "rehearsal" },
  on_stage: [],
  program: { layout: "solo", seats: [] },
  chat: [],
  ...quiet,
  crew: {
    ...quietCrew,
    backstage: [member("noor", "producer", false, false)],
    preview: { layout: "solo", seats: [] },
    run_of_show: nothingPlanned,
  },
};

const asked = (
  number: number,
  who: Person | undefined,
  text: string,
  votes: number,
  standing: Question["standing"] = { is: "open" },
): Question => ({
  id: id(500 + number),
  ...(who && { author: { participant: people[who], name: names[who] ?? who } }),
  text,
  at: minutesAgo(20 - number),
  standing,
  votes,
});

const questions: Question[] = [
  asked(1, "jun", "How did you measure tail latency before the rewrite?", 41),
  asked(2, "amara", "Would you keep the old queue if you could start again?", 128),
  asked(3, undefined, "What did the outage cost, and who paid for it? I ask because ours was hushed up.", 64),
  asked(4, "mina", "How large was the team?", 9),
  asked(5, "jun", "Is the tool open source?", 17, {
    is: "answered",
    at: minutesAgo(6),
    answer: { text: "Yes, since last week: the link is on the session’s page.", name: "Lucía Prieto" },
  }),
  asked(6, "amara", "Who are you hiring?", 5, { is: "answered", at: minutesAgo(4) }),
];
const kept: Question[] = [
  asked(7, undefined, "How was the tail latency measured?", 0, { is: "waiting" }),
  asked(8, "jun", "Can we get the slides?", 0, { is: "waiting" }),
  asked(9, "jun", "First!", 0, { is: "dismissed" }),
];

const form = (
  question: string,
  kind: PollForm["kind"],
  options: string[],
  rest: Partial<PollForm> = {},
): PollForm => ({
  question,
  kind,
  options,
  correct: [],
  shown: "always",
  named: false,
  changeable: true,
  ...rest,
});

const counted = { counts: [], words: [], texts: [], leaders: [] };
const rewrite: Poll = {
  id: id(601),
  form: form(
    "Would you rewrite again?",
    { is: "single" },
    ["Yes, in small steps", "Only if forced", "Never"],
    {
      seconds: 60,
    },
  ),
  phase: { is: "open", since: minutesAgo(0.3), closes_at: minutesAgo(-0.7) },
  tally: { ...counted, voters: 4_917, counts: [3_048, 1_279, 590] },
};
const quiz: Poll = {
  id: id(602),
  form: form("In which year did Rust 1.0 come out?", { is: "quiz", points: 100 }, ["2012", "2015", "2018"], {
    correct: [1],
  }),
  phase: { is: "closed", at: minutesAgo(9) },
  tally: {
    ...counted,
    voters: 3_120,
    counts: [318, 2_301, 501],
    leaders: [
      { name: "Jun Tanaka", points: 280 },
      { name: "Mina Kovač", points: 240 },
      { name: "Amara Bello", points: 240 },
      { name: "A name of somebody that is rather long and does not fit", points: 110 },
    ],
  },
};
const cloud: Poll = {
  id: id(603),
  form: form("A rewrite in one word?", { is: "word_cloud", words: 3 }, []),
  phase: { is: "closed", at: minutesAgo(5) },
  tally: {
    ...counted,
    voters: 842,
    words: Object.entries({
      brave: 210,
      late: 164,
      calm: 120,
      expensive: 96,
      worth: 71,
      "second system": 60,
      tests: 44,
      fun: 38,
      slow: 30,
      again: 21,
      никогда: 12,
      rollback: 9,
      hope: 4,
    }).map(([word, count]) => ({ word, count })),
  },
};
const rating: Poll = {
  id: id(604),
  form: form("How was the panel?", { is: "rating", stars: 5 }, []),
  phase: { is: "open", since: minutesAgo(1) },
  tally: { ...counted, voters: 380, counts: [4, 9, 31, 140, 196] },
};
const several: Poll = {
  id: id(605),
  form: form(
    "What do you run in production?",
    { is: "multiple", most: 2 },
    ["Rust", "Go", "C++", "All of them"],
    {
      named: true,
      shown: "after_vote",
    },
  ),
  phase: { is: "open", since: minutesAgo(1) },
};
/** Many said what they run, and that is asked with names. */
const severalBy: NamedVote[] = Array.from({ length: 130 }, (_, at) => ({
  participant: id(2_000 + at),
  name: `${["Ada Byron", "Bjørn Aune", "Chidi Eze", "Dagny Lund", "Emre Kaya"][at % 5]} ${at + 1}`,
  choice: { vote: "options", options: at % 3 === 0 ? [0, 2] : [at % 4] },
  at: minutesAgo(3),
}));
const plannedPoll = (number: number, question: string, options: string[], multiple = false): PlannedPoll => ({
  id: id(650 + number),
  session: number < 3 ? "What we got wrong" : "Closing",
  form: form(question, multiple ? { is: "multiple", most: options.length } : { is: "single" }, options),
  asked: false,
});
const plannedPolls = [
  plannedPoll(1, "Would you rewrite your service again?", ["Yes", "No", "Ask me in a year"]),
  plannedPoll(
    2,
    "What kept you from shipping last quarter, and what would have had to be otherwise for it?",
    ["Tests", "Builds", "Reviews", "Meetings"],
    true,
  ),
  plannedPoll(3, "Shall we meet again next year?", ["Yes", "No"]),
];
const draft: Poll = {
  id: id(606),
  form: form("How many crates does the service have?", { is: "quiz", points: 200 }, ["11", "48", "203"], {
    correct: [1],
    shown: "after_close",
    seconds: 30,
  }),
  phase: { is: "draft" },
};

/** The audience asks, votes and throws things. */
const asking: Snapshot = {
  ...full,
  questions,
  overlay: { shows: "question", question: id(502) },
};
const voting: Snapshot = {
  ...full,
  polls: [quiz, cloud, rewrite],
  overlay: { shows: "poll", poll: rewrite.id },
};
const nothingOwn: Omit<Mine, "room"> = {
  muted: false,
  questions: [],
  asked: [],
  upvoted: [],
  votes: [],
  points: 0,
};
const thrown: ReactionCount[] = [
  { reaction: "clap", count: 41 },
  { reaction: "heart", count: 9 },
  { reaction: "party", count: 3 },
];

const devices: Devices = {
  cameras: [
    { id: "camera:0", label: "Studio Display Camera" },
    { id: "test", label: "" },
  ],
  microphones: [
    { id: "mic:0", label: "Shure MV7" },
    { id: "test", label: "" },
  ],
  speakers: [{ id: "speaker:0", label: "Headphones" }],
};

const media: MediaStatus = {
  connected: true,
  wanted: { camera: true, microphone: true },
  sending: { camera: true, microphone: true },
  hearing_myself: false,
  choice: { camera: "camera:0", microphone: "mic:0", speaker: "speaker:0" },
  faults: [],
  silent: false,
};

const usual: MadeUp = {
  snapshot: full,
  names,
  slots: seats("ines", "daniel", "lucia", "tomas"),
  watching: 8412,
  connection: { state: "connected", round_trip_ms: 24 },
  media,
  devices,
  inbox,
};

const nothing: MediaStatus = {
  connected: false,
  wanted: { camera: false, microphone: false },
  sending: { camera: false, microphone: false },
  hearing_myself: false,
  choice: {},
  faults: [{ kind: "speaker", cause: "no_sound" }],
  silent: true,
};

const account: Account = {
  server: "http://127.0.0.1:8080",
  person: { id: "person-noor", name: "Noor Aziz", email: "noor@tidewater.example" },
  ended: false,
};
const desk: MadeUp = { ...usual, account, silent: true, connection: { state: "signed_out" } };

function talking(change: Partial<RoomRules> = {}): MadeUp {
  return {
    ...usual,
    before: before(),
    snapshot: {
      ...full,
      chat: said(),
      pinned: say(
        3.5,
        "noor",
        "Slides and the reading list are on the [session page](https://example.org/session).",
        "producer",
      ),
      announcement: {
        id: id(900),
        text: "The workshop begins in **ten minutes** in the second room.",
        at: minutesAgo(1),
      },
      rules: { ...quiet.rules, slow_mode: 30, ...change },
      ...(full.crew && { crew: { ...full.crew, notes: notes() } }),
    },
  };
}

const heated = [
  say(1, "amara", "Could somebody share the slides?"),
  say(2, "jun", "Which queue did you choose in the end?"),
  say(3, "tomas", "This panel is a waste of everyone’s time, and so are you."),
];
const done = (
  number: number,
  minutes: number,
  body: AuditEntry["update"]["body"],
  rest: Partial<AuditEntry> = {},
): AuditEntry => ({
  update: { room: ROOM, seq: 240 - number, at: minutesAgo(minutes), by: people.noor, body },
  name: "Noor Aziz",
  people: [],
  further: 0,
  ...rest,
});
const keptFrom = (who: Person, sanction: Sanctioned["sanction"], minutes: number): Sanctioned => ({
  participant: people[who],
  name: names[who] ?? who,
  sanction,
  at: minutesAgo(minutes),
  by: people.noor,
});
/** A room in which moderators have something to do. */
const inOrder: MadeUp = {
  ...usual,
  lobby: {
    count: 14,
    first: [
      { participant: people.mina, name: "Mina Kovač", since: minutesAgo(2) },
      { participant: people.jun, name: "Jun Tanaka", since: minutesAgo(1) },
      { participant: people.amara, name: "Amara Bello", since: minutesAgo(0.4) },
    ],
  },
  done: [
    done(1, 2, { what: "sanctioned", sanctioned: keptFrom("tomas", { is: "muted" }, 2) }),
    done(2, 4, { what: "message_hidden", message: id(103) }, { message: heated[2] as Message }),
    done(3, 9, { what: "rules_set", rules: { ...quiet.rules, slow_mode: 10 } }),
    done(4, 21, { what: "admitted", participants: [] }, { further: 2 }),
    done(5, 40, {
      what: "announced",
      announcement: { id: id(900), text: "We begin in five minutes.", at: minutesAgo(40) },
    }),
  ],
  snapshot: {
    ...full,
    rules: {
      ...quiet.rules,
      slow_mode: 10,
      lobby: true,
      words: ["buy now", "crypto", "darn", "free tickets"],
    },
    ...(full.crew && {
      crew: {
        ...full.crew,
        sanctions: [
          keptFrom("tomas", { is: "muted" }, 2),
          keptFrom("lucia", { is: "timed_out", until: minutesAgo(-4) }, 1),
          keptFrom("mara", { is: "banned" }, 30),
        ],
        reports: [
          {
            id: id(800),
            name: "Amara Bello",
            at: minutesAgo(3),
            target: { of: "message", message: id(103) },
            reason: "He insults the panel.",
            context: heated,
            words: "",
          },
        ],
      },
    }),
  },
};

const card = (who: Person, headline = "", company = ""): PersonCard => ({
  participant: people[who],
  name: names[who] ?? who,
  role: "attendee",
  headline,
  company,
});
/** A room with a crowd in it, some of whom say something of themselves. */
const crowded: MadeUp = {
  ...usual,
  watching: 412,
  here: crowd(
    [
      card("mina", "Keeps queues short", "Tidewater"),
      card("jun", "Databases", "Example K.K."),
      card("amara", "Rewrites things, smaller"),
    ],
    412,
  ),
  profiles: {
    [people.jun]: saying({
      headline: "Databases",
      company: "Example K.K.",
      pronouns: "he/him",
      about: "Twelve years of storage engines. Ask me why fsync is not enough, or where to eat in Kyoto.",
      links: ["https://example.org/jun", "https://social.example/@jun"],
    }),
    [people.amara]: saying({ headline: "Rewrites things, smaller", shown_to: "crew" }),
  },
  ownProfile: { before: saying({ headline: "Keeps queues short", company: "Tidewater" }) },
};

/** It is over since a while; whoever looks after the room is still in it. */
function watched(change: Partial<MadeUp> = {}): MadeUp {
  const rehearsing = { ...usual.snapshot, on_stage: [], program: scene("solo"), chat: [], seq: 0 };
  const began: Snapshot = { ...rehearsing, phase: { phase: "rehearsal" } };
  const cast = {
    ines: peer("ines", "speaker"),
    daniel: peer("daniel", "speaker"),
    amara: peer("amara"),
    jun: peer("jun"),
    mina: peer("mina"),
    noor: peer("noor", "producer"),
  };
  const past = new Past(began, cast, minutesAgo(20));
  const card = (room: string, title: string, before?: RoomCard["before"]): RoomCard => ({
    room,
    title,
    sessions: [],
    ...(before && { before }),
  });
  const panel = { title: "What we got wrong", starts_at: minutesAgo(62), ends_at: minutesAgo(20) };
  return {
    ...usual,
    snapshot: {
      ...full,
      phase: { phase: "ended", since: minutesAgo(62), at: minutesAgo(20), undo_until: minutesAgo(19) },
    },
    rooms: [card(ROOM, "Main stage", panel), card(id(301), "Workshops")],
    past: () => past,
    ...change,
  };
}
const overNow: Partial<MadeUp> = {
  connection: { state: "ended", refusal: "event_over" },
  absent: true,
  silent: true,
};

/** The app was ended before the room had answered. */
const tunnel: MadeUp = {
  ...usual,
  connection: { state: "reconnecting", attempt: 2, retry_in_ms: 8_000 },
  unsent: [
    { id: id(950), room: ROOM, body: { do: "send_message", text: "Said in the tunnel" } },
    {
      id: id(951),
      room: ROOM,
      body: { do: "send_message", text: "And this" },
      trouble: { problem: "offline" },
    },
    { id: id(952), room: ROOM, body: { do: "send_note", text: "For the crew" } },
    { id: id(953), room: ROOM, body: { do: "ask_question", text: "Asked in the tunnel?", anonymous: false } },
    {
      id: id(954),
      room: ROOM,
      body: { do: "ask_question", text: "And will there be a second part?", anonymous: true },
      trouble: { problem: "unsure" },
    },
  ],
  letters: [
    { id: id(955), to: people.amara, text: "Written in the tunnel" },
    {
      id: id(956),
      to: people.amara,
      text: "And this",
      trouble: { problem: "refused", refusal: "not_reachable" },
    },
  ],
};

const make = { id, minutesAgo };
const oddRoom: Snapshot = {
  ...full,
  chat: oddTalk(make),
  questions: oddQuestions(make),
  polls: [
    {
      ...rewrite,
      form: {
        ...rewrite.form,
        question: oddWords(1).repeat(2),
        options: [oddWords(0), oddWords(4), oddWords(3)],
      },
    },
  ],
  ...(full.crew && { crew: { ...full.crew, hands: oddHands(make) } }),
};
const odd: MadeUp = {
  ...usual,
  snapshot: oddRoom,
  inbox: {
    ...inbox,
    conversations: [0, 1, 2, 4].map((at) => ({
      with: oddPeer(make, at),
      latest: {
        position: 30 - at,
        at: minutesAgo(3 + at),
        body: {
          what: "received" as const,
          from: oddPeer(make, at),
          message: id(1_300 + at),
          text: oddWords(at),
        },
      },
      unread: at * 60,
      read_up_to: 1,
    })),
  },
};

export const scenes: Record<string, MadeUp> = {
  replay: watched(),
  "replay-moments": watched(),
  "replay-polls": watched(),
  "replay-questions": watched(),
  "replay-quiet": watched(),
  "replay-slow": watched(),
  "replay-failed": watched(),
  "replay-none": watched({ past: undefined }),
  // The event is over: nothing of the room comes any more.
  "replay-over": watched(overNow),
  roster: crowded,
  "roster-found": crowded,
  person: crowded,
  "person-chat": crowded,
  profile: crowded,
  "profile-wrong": {
    ...crowded,
    ownProfile: {
      profile: saying({
        headline: "Keeps queues short",
        company: "Tidewater",
        pronouns: "she/her",
        about: "Zagreb. Four colleagues around one screen.",
        links: ["https://example.org/mina"],
        shown_to: "crew",
      }),
    },
  },
  odd,
  calling: { ...usual, snapshot: { ...full, polls: [rewrite] } },
  "answering-question": { ...usual, snapshot: { ...asking, questions: [...questions, ...kept] } },
  "undoing-question": { ...usual, snapshot: { ...asking, questions: [...questions, ...kept] } },
  "reporting-question": { ...usual, snapshot: asking },
  announcing: usual,
  "odd-questions": odd,
  "odd-inbox": odd,
  "odd-thread": odd,
  "odd-polls": odd,
  "odd-hands": odd,
  order: inOrder,
  "order-rules": inOrder,
  "order-log": inOrder,
  "order-menu": inOrder,
  "order-muted": inOrder,
  stopped: {
    ...inOrder,
    snapshot: {
      ...inOrder.snapshot,
      rules: { ...quiet.rules, chat: false, questions: false, reactions: false, hands: false },
      ...(inOrder.snapshot.crew && { crew: { ...inOrder.snapshot.crew, before_stop: quiet.rules } }),
    },
  },
  lobby: { ...usual, outside: true },
  "sent-out": { ...usual, connection: { state: "away", refusal: "timed_out", until: minutesAgo(-12) } },
  "put-out": { ...usual, connection: { state: "away", refusal: "removed" } },
  locked: { ...usual, connection: { state: "away", refusal: "room_locked" } },
  banned: { ...usual, connection: { state: "ended", refusal: "banned" } },
  "signed-out": { ...usual, silent: true, connection: { state: "signed_out" } },
  waiting: {
    ...usual,
    silent: true,
    connection: { state: "signed_out" },
    waitingFor: { by: "mail", email: "noor@tidewater.example" },
  },
  // One can sign in with an account elsewhere.
  offers: { ...usual, silent: true, connection: { state: "signed_out" }, provider: "The Globe" },
  browsing: {
    ...usual,
    silent: true,
    connection: { state: "signed_out" },
    provider: "The Globe",
    waitingFor: { by: "provider", name: "The Globe" },
  },
  home: desk,
  account: desk,
  others: desk,
  erasing: desk,
  away: { ...desk, offline: true },
  over: { ...desk, account: { ...account, ended: true } },
  sent: {
    ...desk,
    account: undefined,
    link: "houselights://sign-in?server=https%3A%2F%2Fshow.example&secret=abc&device=def",
  },
  live: usual,
  inbox: usual,
  thread: usual,
  "no-mail": { ...usual, inbox: { ...inbox, conversations: [], mentions: [] } },
  questions: {
    ...usual,
    snapshot: asking,
    thrown,
    mine: {
      ...nothingOwn,
      questions: [asked(10, "mina", "Will there be a recording of this?", 0, { is: "waiting" })],
      asked: [id(504)],
      upvoted: [id(503)],
    },
  },
  queue: { ...usual, snapshot: { ...asking, questions: [...questions, ...kept] } },
  polls: { ...usual, snapshot: voting },
  voted: {
    ...usual,
    snapshot: voting,
    mine: {
      ...nothingOwn,
      votes: [
        { poll: rewrite.id, choice: { vote: "options", options: [0] } },
        { poll: quiz.id, choice: { vote: "options", options: [1] } },
      ],
      points: 240,
    },
  },
  ballots: { ...usual, snapshot: { ...full, polls: [rating, several] } },
  cloud: { ...usual, snapshot: { ...full, polls: [cloud], overlay: { shows: "poll", poll: cloud.id } } },
  "quiz-over": { ...usual, snapshot: { ...full, polls: [quiz], overlay: { shows: "poll", poll: quiz.id } } },
  composing: { ...usual, snapshot: { ...voting, polls: [quiz, rewrite, draft] } },
  throwing: { ...usual, snapshot: { ...voting, polls: [quiz, rewrite, draft] } },
  losing: { ...usual, snapshot: { ...voting, polls: [quiz, rewrite, draft] } },
  planned: {
    ...usual,
    snapshot: {
      ...full,
      polls: [{ ...several, tally: { ...counted, voters: 130, counts: [72, 21, 65, 18] } }],
      ...(full.crew && { crew: { ...full.crew, run_of_show: { ...runOfShow, polls: plannedPolls } } }),
    },
    named: { [several.id]: severalBy },
  },
  solo: {
    ...usual,
    snapshot: {
      ...full,
      on_stage: [member("ines")],
      program: scene("solo", "ines"),
      crew: {
        ...quietCrew,
        backstage: full.crew?.backstage ?? [],
        preview: scene("solo", "lucia"),
        run_of_show: runOfShow,
      },
    },
  },
  grid: {
    ...usual,
    snapshot: {
      ...full,
      on_stage: [member("ines"), member("daniel"), member("lucia"), member("mara", "speaker", false, true)],
      program: scene("grid", "ines", "daniel", "lucia", "mara"),
      crew: {
        ...quietCrew,
        backstage: [member("tomas")],
        preview: scene("solo", "tomas"),
        run_of_show: runOfShow,
      },
    },
  },
  // Everything comes after the window stands, as with the real core at its start.
  late: { ...usual, media: nothing, connection: { state: "connecting" } },
  asking: usual,
  refused: usual,
  full: {
    ...usual,
    slots: Object.values(people),
    snapshot: {
      ...full,
      on_stage: (Object.keys(people) as Person[]).map((who) => member(who)),
      program: scene("grid", ...(Object.keys(people) as Person[])),
      crew: {
        ...quietCrew,
        backstage: [],
        preview: scene("grid", ...(Object.keys(people) as Person[])),
        run_of_show: runOfShow,
      },
    },
  },
  empty: { ...usual, snapshot: empty, slots: [], watching: 0, silent: true },
  ended: {
    ...usual,
    snapshot: {
      ...full,
      phase: {
        phase: "ended",
        since: minutesAgo(58),
        at: minutesAgo(0.1),
        undo_until: minutesAgo(-0.9),
      },
    },
  },
  reconnecting: { ...usual, connection: { state: "reconnecting", attempt: 2, retry_in_ms: 8_000 } },
  elsewhere: { ...usual, connection: { state: "ended", refusal: "signed_in_elsewhere" } },
  "no-devices": {
    ...usual,
    snapshot: {
      ...full,
      on_stage: [],
      program: { layout: "solo", seats: [] },
      phase: { phase: "rehearsal" },
      crew: {
        ...quietCrew,
        backstage: [member("lucia", "speaker", false, false)],
        preview: scene("solo"),
        run_of_show: nothingPlanned,
      },
    },
    media: nothing,
    silent: true,
    devices: { cameras: [], microphones: [], speakers: [] },
  },
  fault: {
    ...usual,
    media: {
      ...media,
      sending: { camera: false, microphone: true },
      faults: [{ kind: "camera", cause: "closed", detail: "VIDIOC_STREAMON: Device or resource busy" }],
    },
  },
  // UDP does not get through.
  blocked: { ...usual, media: { ...media, connected: false } },
  unchosen: {
    ...usual,
    media: { ...media, sending: { camera: false, microphone: true }, choice: { microphone: "mic:0" } },
  },
  // The loudspeaker that was chosen is gone: the system's own plays.
  "other-speaker": { ...usual, media: { ...media, faults: [{ kind: "speaker", cause: "missing" }] } },
  forgets: { ...usual, keeping: "this_run_only" },
  keys: usual,
  theatre: { ...usual, connection: { state: "reconnecting", attempt: 2, retry_in_ms: 8_000 } },
  still: usual,
  removing: usual,
  talk: talking(),
  reporting: talking(),
  searching: talking(),
  emoji: talking(),
  naming: talking(),
  answering: talking(),
  notes: talking(),
  hiding: talking(),
  muted: { ...talking(), mine: { muted: true } },
  closed: talking({ chat: false }),
  kept: tunnel,
  "kept-questions": tunnel,
  "kept-letters": tunnel,
  raising: usual,
  "raising-dumb": { ...usual, media: nothing, devices: { cameras: [], microphones: [], speakers: [] } },
  raised: { ...usual, hand: 3 },
  guest: { ...usual, slots: seats("ines", "daniel", "mina"), snapshot: withGuest },
  "guest-dumb": {
    ...usual,
    slots: seats("ines", "daniel"),
    snapshot: {
      ...withGuest,
      on_stage: [member("ines"), member("daniel"), member("mina", "attendee", false, false)],
    },
    media: { ...nothing, connected: true, faults: [], silent: false },
  },
  hands: {
    ...usual,
    slots: seats("ines", "daniel", "mina", "lucia", "tomas"),
    snapshot: {
      ...withGuest,
      crew: {
        ...quietCrew,
        backstage: full.crew?.backstage ?? [],
        preview: scene("grid", "ines", "daniel", "lucia"),
        run_of_show: runOfShow,
        hands: [
          hand("amara", 9, "How did you decide what to throw away?"),
          hand("jun", 6),
          hand(
            "mara",
            4,
            "We run the same queue, with ten times the messages. I can say where it breaks, and what it cost us.",
          ),
          hand("tomas", 0.4, "A short one about the tests"),
        ],
      },
    },
  },
  // Nothing moves but the chat.
  busy: {
    ...usual,
    snapshot: { ...full, on_stage: [], program: { layout: "solo", seats: [] } },
    slots: [],
    silent: true,
  },
  unsent: usual,
  "read-back": {
    ...usual,
    snapshot: {
      ...full,
      chat: Array.from({ length: 200 }, (_, number) => say(number - 200, "jun", `Message ${number + 1}`)),
    },
  },
  "long-name": { ...usual, link: "http://127.0.0.1:8080/join/open", connection: { state: "signed_out" } },
  personal: { ...usual, link: "http://127.0.0.1:8080/join/abc", connection: { state: "signed_out" } },
  open: {
    ...usual,
    link: "http://127.0.0.1:8080/join/open",
    keeping: "this_run_only",
    connection: { state: "signed_out" },
  },
  strange: { ...usual, link: "https://show.example/join/open", connection: { state: "signed_out" } },
  plain: { ...usual, link: "http://show.example/join/open", connection: { state: "signed_out" } },
  wrong: { ...usual, link: "hello", connection: { state: "signed_out" } },
};
