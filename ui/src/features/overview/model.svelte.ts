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
    server: Server,
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

  /** Changes some of it; whether it was saved. */
  async save(change: EventChange): Promise<boolean> {
    const { id } = this;
    const answer = await this.section.changeOn(
      UPDATE_EVENT,
      () => ({ id, version: this.#version, change }),
      this.#ground(change, () => this.save(change)),
      ({ updateEvent }) => this.#put(updateEvent),
    );
    return answer !== undefined;
  }

  /** Moves the event with its agenda; whether it was done. */
  async reschedule(startsAt: string, timeZone: string): Promise<boolean> {
    const { id } = this;
    const answer = await this.section.changeOn(
      RESCHEDULE,
      () => ({ id, version: this.#version, startsAt, timeZone }),
      this.#ground({ startsAt, timeZone }, () => this.reschedule(startsAt, timeZone)),
      ({ rescheduleEvent }) => this.#put(rescheduleEvent),
    );
    return answer !== undefined;
  }

  /** To another phase; whether it is there. */
  async go<With extends object>(
    step: Operation<Record<string, OverviewEvent>, With>,
    variables: With,
  ): Promise<boolean> {
    const answer = await this.section.change(step, variables, (answer) => {
      const [event] = Object.values(answer);
      if (event !== undefined) this.#put(event);
    });
    // Someone else may have been faster.
    if (answer === undefined && this.section.refused?.code === "WRONG_PHASE") await this.section.load();
    return answer !== undefined;
  }

  get #version(): number {
    return this.event?.version ?? 0;
  }

  #put(event: OverviewEvent): void {
    this.section.data = { event };
  }
}
