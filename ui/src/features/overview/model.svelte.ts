import { Draft } from "../../link/draft.svelte";
import type { Server } from "../../link/link";
import type { Operation } from "../../link/operation";
import { type Ground, Section } from "../../link/section.svelte";
import type { EventChange } from "../../protocol/api";
import { OVERVIEW, type Overview, type OverviewEvent, RESCHEDULE, UPDATE_EVENT } from "./commands";
import { fieldsOf, fieldWords } from "./fields";

/** An event as a whole: what it is called, when it is, and where it stands. */
export class OverviewModel {
  readonly section: Section<Overview, { id: string }>;

  constructor(
    private readonly server: Server,
    readonly id: string,
  ) {
    this.section = new Section(server, OVERVIEW, { id });
  }

  get event(): OverviewEvent | undefined {
    return this.section.data?.event;
  }

  #ground(mine: object, again: () => Promise<unknown>): Ground<Overview> {
    const base = this.event === undefined ? {} : fieldsOf(this.event);
    return { mine, base, read: ({ event }) => fieldsOf(event), say: fieldWords, again };
  }

  draft(field: string): Draft {
    return new Draft(this.server, `event/${this.id}/${field}`);
  }

  /** Changes some of it; whether it was saved. */
  async save(change: EventChange): Promise<boolean> {
    const { section, id } = this;
    const version = this.event?.version ?? 0;
    const answer = await section.changeOn(
      UPDATE_EVENT,
      { id, version, change },
      this.#ground(change, () => this.save(change)),
    );
    if (answer === undefined) return false;
    section.data = { event: answer.updateEvent };
    return true;
  }

  /** Moves the event with its agenda; whether it was done. */
  async reschedule(startsAt: string, timeZone: string): Promise<boolean> {
    const { section, id } = this;
    const version = this.event?.version ?? 0;
    const ground = this.#ground({ startsAt, timeZone }, () => this.reschedule(startsAt, timeZone));
    const answer = await section.changeOn(RESCHEDULE, { id, version, startsAt, timeZone }, ground);
    if (answer === undefined) return false;
    section.data = { event: answer.rescheduleEvent };
    return true;
  }

  /** To another phase; whether it is there. */
  async go<With extends object>(
    step: Operation<Record<string, OverviewEvent>, With>,
    variables: With,
  ): Promise<boolean> {
    const answer = await this.section.change(step, variables);
    const [event] = Object.values(answer ?? {});
    if (event === undefined) {
      // Someone else may have been faster.
      if (this.section.refused?.code === "WRONG_PHASE") await this.section.load();
      return false;
    }
    this.section.data = { event };
    return true;
  }
}
