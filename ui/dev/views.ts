// What the made-up server shows of its rows, as the schema has it.
import { warnings } from "../src/features/agenda/warnings";
import type { EventRow, SessionRow, World } from "./rows";

type Page = { first?: number; after?: string | null };

/** A page of a list; a cursor is a place in it. */
export function connection<Node>(all: Node[], { first = 50, after }: Page) {
  const from = after ? Number(after) + 1 : 0;
  const nodes = all.slice(from, from + first);
  const last = from + nodes.length - 1;
  return {
    nodes,
    edges: nodes.map((node, index) => ({ node, cursor: String(from + index) })),
    totalCount: all.length,
    pageInfo: {
      hasNextPage: last + 1 < all.length,
      endCursor: String(last),
    },
  };
}

const alive = <Row extends { deletedAt?: string | null }>(rows: Row[]) =>
  rows.filter((row) => !row.deletedAt);
const named = <Row extends { id: string }>(rows: Row[], id: string | null) =>
  id === null ? null : (rows.find((row) => row.id === id) ?? null);

export function sessionView(event: EventRow, session: SessionRow) {
  return {
    ...session,
    track: named(alive(event.tracks), session.track),
    room: named(alive(event.rooms), session.room),
    speakers: alive(event.speakers).filter(({ id }) => session.speakers.includes(id)),
  };
}

export const codeView = (event: EventRow, code: EventRow["codes"][number]) => ({
  ...code,
  ticket: named(event.tickets, code.ticket),
});

export const registrationView = (event: EventRow, row: EventRow["registrations"][number]) => ({
  ...row,
  ticket: named(event.tickets, row.ticket) ?? {
    id: row.ticket,
    title: "Everybody",
    description: "",
    price: row.paid,
    taken: 0,
    isHidden: false,
    waitingList: false,
    waiting: 0,
  },
  answers: row.answers.flatMap(({ question, values }) => {
    const asked = named(event.questions, question);
    return asked ? [{ question: asked, values }] : [];
  }),
});

function sales({ registrations, tickets }: EventRow) {
  const days = new Map<string, { registrations: number; gross: number }>();
  for (const { registeredAt, state, paid } of registrations) {
    if (state !== "CONFIRMED") continue;
    const day = registeredAt.slice(0, 10);
    const sum = days.get(day) ?? { registrations: 0, gross: 0 };
    days.set(day, { registrations: sum.registrations + 1, gross: sum.gross + paid.amount });
  }
  const count = (state: string) => registrations.filter((row) => row.state === state).length;
  const money = (state: string) =>
    registrations.filter((row) => row.state === state).reduce((sum, row) => sum + row.paid.amount, 0);
  return {
    currency: tickets[0]?.price.currency ?? "EUR",
    gross: money("CONFIRMED"),
    refunded: money("REFUNDED"),
    refunding: 0,
    confirmed: count("CONFIRMED"),
    givenBack: count("REFUNDED"),
    waiting: count("WAITING"),
    pending: count("PENDING"),
    byDay: [...days].sort().map(([day, sum]) => ({ day, ...sum })),
  };
}

/** As the real server has them. */
function agendaWarnings(event: EventRow) {
  const sessions = alive(event.sessions).map((session) => sessionView(event, session));
  const all = new Set(sessions.map(({ id }) => id));
  const found = warnings({ ...event, agendaWarnings: [] }, sessions, all);
  const late = sessions.filter(({ endsAt, cancelledAt }) => endsAt > event.endsAt && cancelledAt === null);
  return [
    ...found.map(({ kind, sessions: [first, second], who }) => ({
      kind,
      sessions: [first, second].flatMap((session) => session?.id ?? []),
      room: kind === "ROOM_TAKEN" ? first?.room?.id : null,
      speaker: event.speakers.find(({ name }) => name === who)?.id,
    })),
    ...late.map(({ id }) => ({ kind: "ENDS_AFTER_EVENT", sessions: [id], room: null, speaker: null })),
  ];
}

export const registered = ({ registrations }: EventRow) =>
  registrations.filter(({ state }) => state === "CONFIRMED").length;

export function eventView(world: World, event: EventRow) {
  const tickets = alive(event.tickets);
  return {
    ...event,
    organisation: () => organisationView(world, world.organisations[0]?.id ?? ""),
    registered: registered(event),
    branding: {
      accent: event.accent,
      background: event.background,
      logo: event.logo,
      cover: event.cover,
    },
    url: `http://127.0.0.1:8080/e/${event.slug}`,
    tracks: alive(event.tracks),
    rooms: alive(event.rooms),
    sessions: alive(event.sessions)
      .map((session) => sessionView(event, session))
      .sort((one, other) => one.startsAt.localeCompare(other.startsAt)),
    speakers: alive(event.speakers),
    tickets,
    codes: alive(event.codes).map((code) => codeView(event, code)),
    questions: alive(event.questions),
    registrations: ({ search, state, ...page }: Page & { search?: string | null; state?: string | null }) => {
      const words = (search ?? "").toLowerCase();
      const found = event.registrations.filter(
        (row) =>
          (!state || row.state === state) &&
          (row.name.toLowerCase().includes(words) || row.email.includes(words)),
      );
      return connection(
        found.map((row) => registrationView(event, row)),
        page,
      );
    },
    sales: sales(event),
    agendaWarnings: () => agendaWarnings(event),
  };
}

export function publicView(world: World, event: EventRow) {
  const view = eventView(world, event);
  return { ...view, tickets: view.tickets.map((ticket) => ({ ...ticket, availability: "ON_SALE" })) };
}

/** What everybody can see, by the end of its address. */
export function publicOf(world: World, slug: string) {
  const open = ["PUBLISHED", "LIVE", "ENDED"];
  const event = world.events.find((one) => one.slug === slug && !one.deletedAt && open.includes(one.phase));
  return event && publicView(world, event);
}

/** One colour that cannot be read, and all others as they are. */
export function pageTheme({ accent, background }: { accent: string; background: string }) {
  const lamp = accent === "#333333" ? "#8a8a8a" : accent;
  const [text, quiet, line, panel, ink] = ["#f6f1ea", "#b9b2a8", "#3a352f", "#1d1a17", "#1a1206"];
  const named = { ground: background, panel, glow: background, text, quiet, line, link: lamp, lamp, ink };
  return { isDark: true, colours: Object.entries(named).map(([name, value]) => ({ name, value })) };
}

export function organisationView(world: World, id: string) {
  const [first] = world.organisations;
  const organisation = world.organisations.find((one) => one.id === id) ?? first;
  const full = organisation === first;
  const events = full ? world.events : [];
  return {
    ...organisation,
    may: world.may,
    members: world.members.map(({ role, since, mail = "SENT", ...person }) => ({
      person,
      role,
      since,
      mail,
    })),
    events: ({ phase, deleted, ...page }: Page & { phase?: string | null; deleted?: boolean }) =>
      connection(
        events
          .filter((event) => (event.deletedAt !== null) === (deleted ?? false))
          .filter((event) => !phase || event.phase === phase)
          .map((event) => eventView(world, event)),
        page,
      ),
    apiKeys: full ? world.apiKeys : [],
    trash: full ? world.gone.map(({ row, ...gone }) => ({ ...gone, id: row.id })) : [],
    webhooks: full
      ? world.webhooks.map((hook) => ({
          ...hook,
          deliveries: (page: Page) => connection(hook.log, page),
        }))
      : [],
  };
}

export function mineView(world: World, row: World["mine"][number]) {
  const event = world.events.find(({ id }) => id === row.event);
  if (!event) throw new Error("no such event");
  const picked = event.sessions.filter(({ id }) => row.picks.includes(id));
  const clashes = picked.flatMap((one, index) =>
    picked
      .slice(index + 1)
      .filter((other) => one.startsAt < other.endsAt && other.startsAt < one.endsAt)
      .map((other) => ({ first: one.id, second: other.id })),
  );
  return {
    ...row,
    ticketTitle: row.ticket,
    paid: row.paid ?? { amount: 0, currency: "EUR" },
    event: publicView(world, event),
    clashes,
  };
}
