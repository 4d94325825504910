import { UndoStack } from "../../kit/undo.svelte";
import { isApiProblem, type Server } from "../../link/link";
import { type Ground, Section } from "../../link/section.svelte";
import type { SessionChange } from "../../protocol/api";
import {
  AGENDA,
  type Agenda,
  type AgendaEvent,
  type AgendaSession,
  CREATE_SESSION,
  DELETE_SESSION,
  RESTORE_PART,
  UPDATE_SESSION,
  WARNINGS,
} from "./commands";
import { fieldsOf, fieldWords } from "./fields";
import { type ColumnsBy, columnOf, type Span, spanOf } from "./grid";
import { type Warning, warnings } from "./warnings";

/** What can be done with a session, and be undone. */
type Change =
  | { do: "edit"; id: string; change: SessionChange }
  | { do: "delete"; id: string }
  | { do: "restore"; id: string };

/** A session that is being moved: where it is shown before that is sent. */
export type Moving = Span & { id: string; column: string | null };

/** How long no key is pressed before a move by keyboard is sent. */
const QUIET_MS = 600;

const iso = (at: number) => new Date(at).toISOString();

/** An event's agenda, as it is shown while changes are on their way. */
export class AgendaModel {
  readonly section: Section<Agenda, { id: string }>;
  readonly undo = new UndoStack<Change>();
  by = $state<ColumnsBy>("room");
  /** Whose panel is open. */
  chosen = $state.raw<string | undefined>();
  moving = $state.raw<Moving | undefined>();
  /** Changed since the server was asked for its warnings. */
  #changedSince = $state.raw<ReadonlySet<string>>(new Set());
  /** Just made: its title is written first. */
  fresh: string | undefined;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  /** An undo waits for what is under way. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly server: Server,
    readonly id: string,
    private readonly words: (what: "moved" | "edited" | "deleted" | "created", title: string) => string,
  ) {
    this.section = new Section(server, AGENDA, { id });
  }

  get event(): AgendaEvent | undefined {
    return this.section.data?.event;
  }

  /** As it is shown: with the one that is being moved where it is held. */
  get sessions(): AgendaSession[] {
    const all = this.event?.sessions ?? [];
    const { moving } = this;
    return moving === undefined
      ? all
      : all.map((session) => (session.id === moving.id ? this.#at(session, moving) : session));
  }

  /** What of it is probably not meant so, as it is shown. */
  get warnings(): Warning[] {
    const { event, sessions, moving } = this;
    if (event === undefined) return [];
    const unsure = moving === undefined ? this.#changedSince : new Set([...this.#changedSince, moving.id]);
    return warnings(event, sessions, unsure);
  }

  /** Asks the server what it warns of now. Where it cannot say, what the page sees itself stands. */
  async #lookAgain(id: string): Promise<void> {
    this.#changedSince = new Set([...this.#changedSince, id]);
    const before = this.#changedSince;
    try {
      const { data } = await this.server.ask(WARNINGS.name, WARNINGS.document, { id: this.id });
      const now = this.section.data;
      if (now === undefined || this.#changedSince !== before) return;
      this.section.data = { event: { ...now.event, ...(data as { event: Partial<AgendaEvent> }).event } };
      this.#changedSince = new Set();
    } catch (error) {
      if (!isApiProblem(error)) throw error;
    }
  }

  session(id: string | undefined): AgendaSession | undefined {
    return this.sessions.find((session) => session.id === id);
  }

  #at(session: AgendaSession, { from, to, column }: Moving): AgendaSession {
    const place = column === null ? null : { id: column };
    const where = this.by === "room" ? { room: place } : { track: place };
    return { ...session, startsAt: iso(from), endsAt: iso(to), ...where };
  }

  /** Shows a session elsewhere; nothing is sent before `drop`. */
  hold(session: AgendaSession, change: Partial<Moving>): void {
    if (this.moving?.id !== session.id) this.drop();
    const now = this.moving ?? { id: session.id, ...spanOf(session), column: columnOf(session, this.by) };
    this.moving = { ...now, ...change };
    clearTimeout(this.#quiet);
  }

  /** What is held is sent when no further key comes. */
  dropSoon(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.drop(), QUIET_MS);
  }

  letGo(): void {
    clearTimeout(this.#quiet);
    this.moving = undefined;
  }

  /** Sends where the held session is now. */
  drop(): void {
    const { moving } = this;
    clearTimeout(this.#quiet);
    if (moving === undefined) return;
    this.moving = undefined;
    const session = this.session(moving.id);
    if (session === undefined) return;
    const before = spanOf(session);
    const change: SessionChange = {};
    if (before.from !== moving.from) change.startsAt = iso(moving.from);
    if (before.to !== moving.to) change.endsAt = iso(moving.to);
    if (columnOf(session, this.by) !== moving.column) change[this.by] = moving.column;
    if (Object.keys(change).length > 0)
      void this.edit(session.id, change, this.words("moved", session.title));
  }

  /** Changes a session at once, and takes it back where that is refused; whether it was made. */
  async edit(id: string, change: SessionChange, label?: string): Promise<boolean> {
    const before = this.event?.sessions.find((session) => session.id === id);
    if (before === undefined) return false;
    const back = inverse(before, change);
    this.#put(this.#changed(before, change));
    this.#changedSince = new Set([...this.#changedSince, id]);
    const made = await this.#noted(this.#send(id, change, fieldsOf(before)));
    if (made)
      this.undo.push({
        label: label ?? this.words("edited", before.title),
        forth: { do: "edit", id, change },
        back: { do: "edit", id, change: back },
      });
    else {
      this.#put({ ...before, version: this.#version(id) });
      // A change that was made on this one was made on something that never came to be.
      if (this.section.conflict === undefined) await this.section.load();
    }
    return made;
  }

  async create(span: Span, column: string | null, title: string): Promise<void> {
    const { id: event } = this;
    const session = { title, startsAt: iso(span.from), endsAt: iso(span.to), [this.by]: column };
    const answer = await this.#noted(
      this.section.change(CREATE_SESSION, { event, session }, ({ createSession }) => {
        const { data } = this.section;
        if (data === undefined) return;
        const sessions = [...data.event.sessions, createSession];
        this.section.data = { event: { ...data.event, sessions } };
      }),
    );
    if (answer === undefined) return;
    const made = answer.createSession;
    this.undo.push({
      label: this.words("created", title),
      forth: { do: "restore", id: made.id },
      back: { do: "delete", id: made.id },
    });
    this.fresh = made.id;
    this.chosen = made.id;
    void this.#lookAgain(made.id);
  }

  async remove({ id, title }: AgendaSession): Promise<void> {
    if (!(await this.#make({ do: "delete", id }))) return;
    const label = this.words("deleted", title);
    this.undo.push({ label, forth: { do: "delete", id }, back: { do: "restore", id } });
    this.section.told = { words: label, undo: () => void this.goBack() };
  }

  goBack(): Promise<boolean> {
    this.drop();
    return this.#last.then(() => this.undo.undo((change) => this.#make(change)));
  }

  goForth(): Promise<boolean> {
    return this.#last.then(() => this.undo.redo((change) => this.#make(change)));
  }

  async #make(change: Change): Promise<boolean> {
    const made = await this.#noted(this.#carryOut(change));
    // What somebody else has deleted for good cannot be changed back, and stands in nobody's way.
    if (!made && this.section.refused?.code === "NOT_FOUND") {
      this.undo.forget(({ id }) => id === change.id);
      await this.section.load();
    }
    return made;
  }

  #carryOut(change: Change): Promise<boolean> {
    const { section, id: event } = this;
    switch (change.do) {
      case "edit":
        return this.#send(change.id, change.change, this.#base(change.id));
      case "delete":
        if (this.chosen === change.id) this.chosen = undefined;
        return section.changeAll(DELETE_SESSION, { id: change.id });
      case "restore":
        return section.changeAll(RESTORE_PART, { event, kind: "SESSION", id: change.id });
    }
  }

  /** `base`: as it was before the change was shown. */
  async #send(id: string, change: SessionChange, base: SessionChange): Promise<boolean> {
    const ground: Ground<Agenda> = {
      mine: change,
      base,
      read: ({ event }) => {
        const session = event.sessions.find((one) => one.id === id);
        return session && { ...fieldsOf(session), version: session.version };
      },
      say: fieldWords,
      again: () => this.edit(id, change),
    };
    const variables = () => ({ id, version: this.#version(id), change });
    const answer = await this.section.changeOn(UPDATE_SESSION, variables, ground, ({ updateSession }) =>
      this.#put(updateSession),
    );
    if (answer === undefined) return false;
    void this.#lookAgain(id);
    return true;
  }

  #base(id: string): SessionChange {
    const session = this.event?.sessions.find((one) => one.id === id);
    return session === undefined ? {} : fieldsOf(session);
  }

  #version(id: string): number {
    return this.event?.sessions.find((session) => session.id === id)?.version ?? 0;
  }

  #noted<Answer>(call: Promise<Answer>): Promise<Answer> {
    this.#last = Promise.allSettled([this.#last, call]);
    return call;
  }

  #put(session: AgendaSession): void {
    const { data } = this.section;
    if (data === undefined) return;
    const sessions = data.event.sessions.map((one) => (one.id === session.id ? session : one));
    this.section.data = { event: { ...data.event, sessions } };
  }

  #changed(session: AgendaSession, change: SessionChange): AgendaSession {
    const { room, track, speakers, title, description, startsAt, endsAt, capacity } = change;
    const known = this.event?.speakers ?? [];
    return {
      ...session,
      title: title ?? session.title,
      description: description ?? session.description,
      startsAt: startsAt ?? session.startsAt,
      endsAt: endsAt ?? session.endsAt,
      capacity: capacity === undefined ? session.capacity : capacity,
      room: room === undefined ? session.room : room === null ? null : { id: room },
      track: track === undefined ? session.track : track === null ? null : { id: track },
      speakers: speakers ? known.filter(({ id }) => speakers.includes(id)) : session.speakers,
    };
  }
}

/** What takes a change back. */
export function inverse(before: AgendaSession, change: SessionChange): SessionChange {
  return Object.fromEntries(Object.entries(fieldsOf(before)).filter(([name]) => name in change));
}
