// A made-up server: the schema of the real one over rows in memory.
import { buildSchema, graphqlSync } from "graphql";
import schemaSource from "../../server/schema.graphql?raw";
import { type Args, given, type Kind, lists, type Rows, refuse } from "./changes";
import { emptyEvent, iso, mint, slugOf, ticketType } from "./makers";
import { ofMe } from "./me";
import type { EventRow, World } from "./rows";
import {
  codeView,
  connection,
  eventView,
  mineView,
  organisationView,
  pageTheme,
  publicOf,
  registered,
  registrationView,
  sessionView,
} from "./views";
import { madeUp } from "./world";

const schema = buildSchema(schemaSource);
const now = () => iso(Date.now());

export class MadeUpServer {
  readonly world: World = madeUp();

  /** Answers a question or a change as the real server does. */
  answer(source: string, variableValues: object): unknown {
    const { data, errors } = graphqlSync({
      schema,
      source,
      rootValue: { ...this.#questions, ...this.#changes, ...ofMe(this.world, refuse) },
      variableValues: { ...variableValues },
    });
    const [error] = errors ?? [];
    if (error) {
      const { code = "REFUSED", field, line } = error.extensions ?? {};
      throw { code, field, line, message: error.message };
    }
    // As over the wire: plain values, shared with nobody.
    return JSON.parse(JSON.stringify(data));
  }

  event(id: string): EventRow {
    const event = this.world.events.find((one) => one.id === id);
    if (!event) throw refuse("NOT_FOUND");
    return event;
  }

  #view = (event: EventRow) => eventView(this.world, event);

  /** The event that has a row, and the row. */
  #row(kind: Kind, id: string) {
    for (const event of this.world.events) {
      const row = (event[lists[kind]] as Rows).find((one) => one.id === id);
      if (row) return { event, row };
    }
    throw refuse("NOT_FOUND");
  }

  #delete = (kind: Kind) => (args: Args) => {
    const { event, row } = this.#row(kind, args.id);
    row.deletedAt = now();
    const title = row.title ?? row.name ?? row.label ?? row.code;
    event.trash = [{ id: args.id, kind, title, deletedAt: now() }, ...event.trash];
    return this.#view(event);
  };

  #phase = (phase: EventRow["phase"]) => (args: Args) => {
    const event = this.event(args.id);
    event.phase = phase;
    event.slugFollowsTitle = false;
    event.version++;
    return this.#view(event);
  };

  #registration(id: string) {
    for (const event of this.world.events) {
      const row = event.registrations.find((one) => one.id === id);
      if (row) return { event, row };
    }
    throw refuse("NOT_FOUND");
  }

  #edit =
    (kind: Kind, view = (_event: EventRow, row: Args) => row) =>
    (args: Args) => {
      const { event, row } = this.#row(kind, args.id);
      if (args.version !== undefined && args.version !== row.version) throw refuse("CONFLICT");
      const { amount, picture, ...change } = args.change;
      Object.assign(row, given(change));
      if (amount !== undefined && amount !== null) row.price = { ...row.price, amount };
      if (picture !== undefined) row.picture = picture && { id: picture, url: "", width: 400, height: 400 };
      if (row.version !== undefined) row.version++;
      return view(event, row);
    };

  #questions = {
    organisation: (args: Args) => organisationView(this.world, args.id),
    event: (args: Args) => this.#view(this.event(args.id)),
    templates: () => this.world.templates,
    template: ({ id }: Args) =>
      this.world.templates.find((template) => template.id === id) ?? refuse("NOT_FOUND"),
    publicEvent: ({ slug }: Args) => publicOf(this.world, slug) ?? refuse("NOT_FOUND"),
    pageTheme,
    myRegistrations: (args: Args) =>
      connection(
        this.world.mine.map((row) => mineView(this.world, row)),
        args,
      ),
  };

  #changes = {
    createOrganisation: (args: Args) => {
      const organisation = { id: mint("org"), name: args.name };
      this.world.organisations.push(organisation);
      return organisationView(this.world, organisation.id);
    },
    renameOrganisation: (args: Args) => {
      const organisation = this.world.organisations.find(({ id }) => id === args.id);
      if (organisation) organisation.name = args.name;
      return organisationView(this.world, args.id);
    },
    addMember: (args: Args) => {
      const { email, name, role } = args;
      this.world.members.push({ id: mint("person"), email, name, role, since: now() });
      return organisationView(this.world, args.organisation);
    },
    changeMember: (args: Args) => {
      const member = this.world.members.find(({ id }) => id === args.person);
      const owners = this.world.members.filter(({ role }) => role === "OWNER");
      if (member?.role === "OWNER" && owners.length === 1 && args.role !== "OWNER")
        throw refuse("LAST_OWNER");
      if (member) member.role = args.role;
      return organisationView(this.world, args.organisation);
    },
    removeMember: (args: Args) => {
      this.world.members = this.world.members.filter(({ id }) => id !== args.person);
      return organisationView(this.world, args.organisation);
    },
    createEvent: (args: Args) => {
      const template = this.world.templates.find(({ id }) => id === args.template);
      if (!template) throw refuse("NOT_FOUND");
      const start = Date.parse(args.startsAt);
      const event = emptyEvent(args.title, start, template.minutes, args.timeZone);
      event.accent = template.accent;
      event.background = template.background;
      event.rooms = template.rooms.map((title) => ({ id: mint("room"), title, kind: "STAGE" }));
      event.tickets = [ticketType("Free", 0)];
      event.sessions = template.sessions.map(({ title, startsAfterMinutes, minutes }) => ({
        id: mint("session"),
        title,
        description: "",
        startsAt: iso(start + startsAfterMinutes * 60_000),
        endsAt: iso(start + (startsAfterMinutes + minutes) * 60_000),
        track: null,
        room: event.rooms[0]?.id ?? null,
        capacity: null,
        picked: 0,
        cancelledAt: null,
        version: 1,
        speakers: [],
      }));
      this.world.events.unshift(event);
      return this.#view(event);
    },
    updateEvent: (args: Args) => {
      const event = this.event(args.id);
      if (args.version !== event.version) throw refuse("CONFLICT");
      const { logo, cover, ...change } = args.change;
      if (change.slug && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(change.slug)) throw refuse("BAD_INPUT", "slug");
      const taken = ({ id, slug }: EventRow) => id !== event.id && slug === change.slug;
      if (change.slug && this.world.events.some(taken)) throw refuse("SLUG_TAKEN");
      if (change.slug) event.slugFollowsTitle = false;
      else if (change.title && event.slugFollowsTitle && event.phase === "DRAFT")
        change.slug = slugOf(change.title);
      Object.assign(event, given(change));
      if (logo !== undefined) event.logo = logo && { id: logo, url: "", width: 240, height: 80 };
      if (cover !== undefined) event.cover = cover && { id: cover, url: "", width: 1600, height: 600 };
      event.version++;
      return this.#view(event);
    },
    updateShowPlan: (args: Args) => {
      const event = this.event(args.event);
      if (args.version !== event.version) throw refuse("CONFLICT");
      const plan = { ...event.showPlan, ...given(args.change) };
      const stageOf = (cue: Args) => cue.room ?? event.sessions.find(({ id }) => id === cue.session)?.room;
      const known = (cue: Args) =>
        plan.scenes.some((scene: Args) => scene.name === cue.scene && scene.room === stageOf(cue));
      if (!plan.cues.every((cue: Args) => !cue.scene || known(cue))) throw refuse("TEMPLATE_INVALID");
      for (const list of ["scenes", "cues", "polls"] as const)
        plan[list] = plan[list].map((one: Args) => ({ ...one, id: one.id ?? mint(list) }));
      event.showPlan = plan;
      event.version++;
      return this.#view(event);
    },
    rescheduleEvent: (args: Args) => {
      const event = this.event(args.id);
      if (args.version !== event.version) throw refuse("CONFLICT");
      const by = Date.parse(args.startsAt) - Date.parse(event.startsAt);
      const move = (at: string) => iso(Date.parse(at) + by);
      event.startsAt = move(event.startsAt);
      event.endsAt = move(event.endsAt);
      event.timeZone = args.timeZone ?? event.timeZone;
      for (const session of event.sessions) {
        session.startsAt = move(session.startsAt);
        session.endsAt = move(session.endsAt);
      }
      event.version++;
      return this.#view(event);
    },
    duplicateEvent: (args: Args) => {
      const { id: _, ...copied } = structuredClone(this.event(args.id));
      const event = { ...copied, id: mint("event"), title: args.title, phase: "DRAFT" as const };
      event.registrations = [];
      this.world.events.unshift(event);
      return this.#view(event);
    },
    publishEvent: this.#phase("PUBLISHED"),
    unpublishEvent: (args: Args) => {
      if (registered(this.event(args.id)) > 0) throw refuse("WRONG_PHASE");
      return this.#phase("DRAFT")(args);
    },
    startEvent: this.#phase("LIVE"),
    endEvent: this.#phase("ENDED"),
    archiveEvent: this.#phase("ARCHIVED"),
    cancelEvent: (args: Args) => {
      const event = this.event(args.id);
      event.cancelledAt = now();
      if (args.refund)
        for (const row of event.registrations)
          if (row.state === "CONFIRMED" && row.paid.amount > 0) row.state = "REFUNDED";
      return this.#view(event);
    },
    deleteEvent: (args: Args) => {
      const event = this.event(args.id);
      const isOver = event.cancelledAt !== null || event.phase === "ENDED" || event.phase === "ARCHIVED";
      if (!isOver && registered(event) > 0) throw refuse("PEOPLE_REGISTERED");
      event.deletedAt = now();
      return this.#view(event);
    },
    restore: (args: Args) => {
      const event = this.event(args.event);
      if (args.kind === "EVENT") event.deletedAt = null;
      else {
        const row = (event[lists[args.kind as Kind]] as Rows).find(({ id }) => id === args.id);
        if (row) row.deletedAt = undefined;
        event.trash = event.trash.filter(({ id }) => id !== args.id);
      }
      return this.#view(event);
    },
    saveAsTemplate: (args: Args) => this.#template(args.title),
    importTemplate: (args: Args) => {
      const title = /title = "(.+)"/.exec(args.source)?.[1];
      if (!title) throw refuse("TEMPLATE_INVALID", undefined, 1);
      return this.#template(title);
    },
    deleteTemplate: (args: Args) => {
      const gone = this.world.templates.find(({ id }) => id === args.id);
      this.world.templates = this.world.templates.filter(({ id }) => id !== args.id);
      if (gone) this.world.gone.unshift({ kind: "TEMPLATE", title: gone.title, deletedAt: now(), row: gone });
      return true;
    },
    restoreTemplate: (args: Args) => this.#restoreOwn(args.id),
    restoreWebhook: (args: Args) => this.#restoreOwn(args.id),
    createTrack: (args: Args) =>
      this.#create("TRACK", args.event, { title: args.title, colour: args.colour }),
    updateTrack: ({ id, ...change }: Args) => this.#edit("TRACK")({ id, change }),
    deleteTrack: this.#delete("TRACK"),
    createRoom: (args: Args) => this.#create("ROOM", args.event, { title: args.title, kind: args.kind }),
    renameRoom: ({ id, title }: Args) => this.#edit("ROOM")({ id, change: { title } }),
    deleteRoom: this.#delete("ROOM"),
    createSession: (args: Args) => {
      const absent = { description: "", track: null, room: null, capacity: null, speakers: [] };
      const fresh = { picked: 0, cancelledAt: null, version: 1 };
      const row = this.#create("SESSION", args.event, { ...absent, ...fresh, ...given(args.session) });
      return sessionView(this.event(args.event), row);
    },
    updateSession: this.#edit("SESSION", sessionView),
    cancelSession: (args: Args) => {
      const { event, row } = this.#row("SESSION", args.id);
      row.cancelledAt = now();
      return sessionView(event, row);
    },
    deleteSession: this.#delete("SESSION"),
    createSpeaker: (args: Args) => {
      const absent = {
        headline: "",
        biography: "",
        email: null,
        picture: null,
        invitedAt: null,
        cameAt: null,
      };
      return this.#create("SPEAKER", args.event, { ...absent, ...given(args.speaker) });
    },
    updateSpeaker: this.#edit("SPEAKER"),
    deleteSpeaker: this.#delete("SPEAKER"),
    inviteSpeaker: (args: Args) => {
      const { row } = this.#row("SPEAKER", args.id);
      row.invitedAt = now();
      return { link: "houselights://join?invite=abc", web: "http://127.0.0.1:8080/join/abc" };
    },
    revokeInvitation: (args: Args) => {
      const { row } = this.#row("SPEAKER", args.id);
      row.invitedAt = null;
      return row;
    },
    // The real one's invite remembers the room; here it is to be seen.
    enterEvent: ({ room }: Args) => ({
      link: `houselights://join?invite=abc${room ? `&room=${room}` : ""}`,
      web: "http://127.0.0.1:8080/join/abc",
    }),
    createTicketType: (args: Args) => {
      const { title, amount, currency, ...rest } = args.ticket;
      const row = ticketType(title, amount, given(rest));
      row.price.currency = currency;
      return this.#create("TICKET_TYPE", args.event, row);
    },
    updateTicketType: this.#edit("TICKET_TYPE"),
    deleteTicketType: this.#delete("TICKET_TYPE"),
    createCode: (args: Args) => {
      const none = { quantity: null, ticket: null, validFrom: null, validUntil: null };
      const absent = { percentOff: null, amountOff: null, ...none };
      const row = this.#create("CODE", args.event, { ...absent, taken: 0, ...given(args.code) });
      return codeView(this.event(args.event), row);
    },
    deleteCode: this.#delete("CODE"),
    createQuestion: (args: Args) =>
      this.#create("QUESTION", args.event, { options: [], isRequired: false, ...given(args.question) }),
    updateQuestion: this.#edit("QUESTION"),
    orderQuestions: (args: Args) => {
      const event = this.event(args.event);
      event.questions.sort((one, other) => args.order.indexOf(one.id) - args.order.indexOf(other.id));
      return this.#view(event).questions;
    },
    deleteQuestion: this.#delete("QUESTION"),
    addRegistration: (args: Args) => {
      const event = this.event(args.event);
      if (event.registrations.some(({ email, state }) => email === args.email && state === "CONFIRMED"))
        throw refuse("ALREADY_REGISTERED", "email");
      const row: EventRow["registrations"][number] = {
        id: mint("registration"),
        name: args.name,
        email: args.email,
        ticket: args.ticket,
        state: "CONFIRMED",
        paid: { amount: 0, currency: "EUR" },
        registeredAt: now(),
        answers: [],
        mail: "QUEUED",
        mailProblem: null,
        usedAt: null,
      };
      event.registrations.unshift(row);
      return registrationView(event, row);
    },
    cancelRegistration: (args: Args) =>
      this.#settle(args.id, { state: args.refund ? "REFUNDED" : "CANCELLED" }),
    admitRegistration: (args: Args) => {
      const { row } = this.#registration(args.id);
      if (row.state !== "WAITING") throw refuse("WRONG_PHASE");
      if (!args.beyond) throw refuse("SOLD_OUT");
      return this.#settle(args.id, { state: "CONFIRMED", mail: "QUEUED" });
    },
    giveBackPlace: (args: Args) => {
      const row = this.world.mine.find(({ id }) => id === args.registration);
      if (!row) throw refuse("NOT_FOUND");
      row.state = "CANCELLED";
      return mineView(this.world, row);
    },
    liftBan: (args: Args) => {
      const event = this.event(args.event);
      const before = event.bans.length;
      event.bans = event.bans.filter(({ id }) => id !== args.participant);
      return event.bans.length < before;
    },
    refundRegistration: (args: Args) => this.#settle(args.id, { state: "REFUNDED" }),
    erasePerson: (args: Args) => {
      const own = this.world.events.flatMap(({ registrations }) => registrations);
      for (const row of own.filter(({ email }) => email === args.email))
        Object.assign(row, { name: "Erased", email: `${row.id}@erased.invalid`, answers: [] });
      return organisationView(this.world, args.organisation);
    },
    resendTicket: (args: Args) => this.#settle(args.id, { mail: "QUEUED", mailProblem: null }),
    pickSession: (args: Args) => {
      const row = this.world.mine.find(({ id }) => id === args.registration);
      if (!row) throw refuse("NOT_FOUND");
      row.picks = row.picks.filter((id) => id !== args.session);
      if (args.picked) row.picks.push(args.session);
      return mineView(this.world, row);
    },
    createApiKey: (args: Args) => {
      const key = { id: mint("key"), name: args.name, scopes: args.scopes, createdAt: now(), usedAt: null };
      this.world.apiKeys.push(key);
      return { key, secret: "hl_live_4yKq0mZt8sVbn2" };
    },
    revokeApiKey: (args: Args) => {
      this.world.apiKeys = this.world.apiKeys.filter(({ id }) => id !== args.id);
      return organisationView(this.world, "");
    },
    createWebhook: (args: Args) => {
      const { url, kinds } = args;
      if (!url.startsWith("https://")) throw refuse("BAD_INPUT", "url");
      const hook = { id: mint("hook"), url, kinds, createdAt: now(), log: [] };
      this.world.webhooks.push(hook);
      return { webhook: { ...hook, deliveries: () => connection([], {}) }, secret: "whsec_9fTq1LmX" };
    },
    deleteWebhook: (args: Args) => {
      const gone = this.world.webhooks.find(({ id }) => id === args.id);
      this.world.webhooks = this.world.webhooks.filter(({ id }) => id !== args.id);
      if (gone) this.world.gone.unshift({ kind: "WEBHOOK", title: gone.url, deletedAt: now(), row: gone });
      return organisationView(this.world, "");
    },
    retryDelivery: (args: Args) => {
      const delivery = this.world.webhooks.flatMap(({ log }) => log).find(({ id }) => id === args.id);
      if (!delivery) throw refuse("NOT_FOUND");
      delivery.state = "QUEUED";
      return delivery;
    },
  };

  #restoreOwn(id: string) {
    const gone = this.world.gone.find(({ row }) => row.id === id);
    if (!gone) throw refuse("NOT_FOUND");
    this.world.gone = this.world.gone.filter((other) => other !== gone);
    if (gone.kind === "TEMPLATE") this.world.templates.push(gone.row);
    else this.world.webhooks.push(gone.row);
    return organisationView(this.world, "");
  }

  #create(kind: Kind, event: string, values: object) {
    const row = { id: mint(kind.toLowerCase()), ...values };
    (this.event(event)[lists[kind]] as Rows).push(row);
    // biome-ignore lint/suspicious/noExplicitAny: rows of several kinds
    return row as any;
  }

  #settle(id: string, change: Partial<EventRow["registrations"][number]>) {
    const { event, row } = this.#registration(id);
    Object.assign(row, change);
    return registrationView(event, row);
  }

  #template(title: string) {
    const [first] = this.world.templates;
    if (!first) throw refuse("NOT_FOUND");
    const template = { ...first, id: mint("template"), title, isOwn: true };
    this.world.templates.push(template);
    return template;
  }
}
