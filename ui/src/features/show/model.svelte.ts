import type { Server } from "../../link/link";
import { Section } from "../../link/section.svelte";
import type { ShowPlan, ShowPlanChange } from "../../protocol/api";
import { SHOW, type Show, type ShowEvent, UPDATE_SHOW } from "./commands";
import { fieldsOf, fieldWords } from "./fields";

/** What of the plan is to be, made of what it is when its turn comes. */
type Edit = (plan: ShowPlan, event: ShowEvent) => ShowPlanChange;

/** What an event plans for its show. */
export class ShowModel {
  readonly section: Section<Show, { id: string }>;
  /** Changes are made one after the other: each names the version that the one before has left. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    server: Server,
    readonly id: string,
  ) {
    this.section = new Section(server, SHOW, { id });
  }

  /** Changes the plan; whether it was saved. */
  change(edit: Edit): Promise<boolean> {
    const turn = this.#last.then(() => this.#send(edit));
    this.#last = turn;
    return turn;
  }

  /** Takes something out, which can be undone. */
  async remove(edit: Edit, words: string): Promise<void> {
    const before = this.section.data?.event.showPlan;
    if (before === undefined || !(await this.change(edit))) return;
    const { scenes, cues, polls, mails } = before;
    const back = { scenes, cues, polls, mails };
    this.section.told = { words, undo: () => void this.change(() => back) };
  }

  async #send(edit: Edit): Promise<boolean> {
    const { section, id } = this;
    const event = section.data?.event;
    if (event === undefined) return false;
    const change = edit(event.showPlan, event);
    const variables = { event: id, version: event.version, change };
    const answer = await section.changeOn(UPDATE_SHOW, variables, {
      mine: change,
      base: fieldsOf(event),
      read: (data) => fieldsOf(data.event),
      say: fieldWords,
      again: () => this.change(edit),
    });
    if (answer === undefined) return false;
    section.data = { event: answer.updateShowPlan };
    return true;
  }
}
