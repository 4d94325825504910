import type {
  CalledCue,
  Cue,
  ParticipantId,
  PlannedSession,
  PollId,
  RunOfShow,
  Snapshot,
  Update,
} from "../../protocol";
import { SEATS } from "../../protocol/limits";

const nothing = (): RunOfShow => ({ scenes: [], sessions: [], cues: [], polls: [] });

/** Cues that follow each other in one session, or outside of any. */
export type Part = { key: string; title: string | undefined; cues: Cue[] };

/** What a scene asks for and is not there. */
export type Lack = {
  /** Who speaks in the session and is not here. */
  absent: string[];
  /** How many speak in it who are not invited yet. */
  uninvited: number;
  /** How many of its seats nobody takes, where that is more than those two explain. */
  free: number;
};

/** What is planned, and which of it is called. Changes only in `restore` and `apply`, which mirror the rules in `server/domain`. */
export class RunModel {
  planned = $state.raw<RunOfShow>(nothing());
  called = $state.raw<CalledCue | undefined>();
  /** Polls that were opened: what of them is thrown away is not offered again. */
  #asked = new Set<PollId>();

  readonly #at = $derived(this.planned.cues.findIndex(({ id }) => id === this.called?.cue));
  readonly current = $derived<Cue | undefined>(this.planned.cues[this.#at]);
  /** What is called when it goes on: at first, the first. */
  readonly next = $derived<Cue | undefined>(this.planned.cues[this.#at + 1]);
  readonly previous = $derived<Cue | undefined>(this.#at > 0 ? this.planned.cues[this.#at - 1] : undefined);

  readonly parts = $derived.by(() => {
    const parts: Part[] = [];
    let before: string | undefined;
    for (const cue of this.planned.cues) {
      const last = parts.at(-1);
      if (last !== undefined && cue.session === before) last.cues.push(cue);
      else parts.push({ key: cue.id, title: this.#session(cue)?.title, cues: [cue] });
      before = cue.session;
    }
    return parts;
  });

  /** Whether it comes before what is called now. */
  isOver(cue: Cue): boolean {
    return this.planned.cues.indexOf(cue) < this.#at;
  }

  /** What a cue's scene asks for and is not there. */
  lack(cue: Cue, isHere: (who: ParticipantId) => boolean): Lack {
    const session = this.#session(cue);
    const cast = session?.cast ?? [];
    const absent = cast.filter(({ participant }) => !isHere(participant)).map(({ name }) => name);
    const uninvited = session?.uninvited ?? 0;
    const scene = this.planned.scenes.find(({ name }) => name === cue.scene);
    // A grid is as large as those who are in it.
    const seats = scene === undefined || scene.layout === "grid" ? 0 : SEATS[scene.layout];
    const missing = seats - (cast.length - absent.length);
    return {
      absent,
      uninvited,
      free: cast.length === 0 ? 0 : Math.max(0, missing - absent.length - uninvited),
    };
  }

  #session({ session }: Cue): PlannedSession | undefined {
    return session === undefined ? undefined : this.planned.sessions.find((one) => one.session === session);
  }

  restore({ crew, polls }: Snapshot): void {
    this.#asked = new Set(polls.filter(({ phase }) => phase.is !== "draft").map(({ id }) => id));
    this.planned = crew?.run_of_show ?? nothing();
    this.called = crew?.called;
  }

  apply({ at, body }: Update): void {
    switch (body.what) {
      case "run_of_show_set":
        this.planned = body.run_of_show;
        break;
      case "poll_opened":
        this.#asked.add(body.poll.id);
        break;
      case "poll_dropped":
        if (this.#asked.has(body.poll)) this.#wasAsked(body.poll);
        break;
      case "cue_called":
        this.called = { cue: body.cue, at };
        this.#forget(body.cue);
        break;
      case "cues_reset":
        this.called = undefined;
        this.#forget();
        break;
      default:
        break;
    }
  }

  #wasAsked(poll: PollId): void {
    const polls = this.planned.polls.map((planned) =>
      planned.id === poll ? { ...planned, asked: true } : planned,
    );
    this.planned = { ...this.planned, polls };
  }

  /** What was taken out of the plan while it was called is gone with another call. */
  #forget(unless?: string): void {
    const cues = this.planned.cues.filter(({ id, dropped }) => !dropped || id === unless);
    if (cues.length !== this.planned.cues.length) this.planned = { ...this.planned, cues };
  }
}
