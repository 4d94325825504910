import type { Server } from "../../link/link";
import { type Ground, Section } from "../../link/section.svelte";
import type { ShowPlan, ShowPlanChange } from "../../protocol/api";
import { SHOW, type Show, type ShowEvent, UPDATE_SHOW } from "./commands";
import { fieldsOf, fieldWords } from "./fields";

/** What of the plan is to be, made of what it is when its turn comes. */
type Edit = (plan: ShowPlan, event: ShowEvent) => ShowPlanChange;

/** What an event plans for its show. */
export class ShowModel {
  readonly section: Section<Show, { id: string }>;

  constructor(
    server: Server,
    readonly id: string,
  ) {
    this.section = new Section(server, SHOW, { id });
  }

  /** Changes the plan; whether it was saved. */
  async change(edit: Edit): Promise<boolean> {
    const { section, id } = this;
    if (section.data === undefined) return false;
    const ground: Ground<Show> = {
      mine: {},
      base: {},
      read: ({ event }) => fieldsOf(event),
      say: fieldWords,
      again: () => this.change(edit),
    };
    const variables = () => {
      const event = section.data?.event;
      const change = event === undefined ? {} : edit(event.showPlan, event);
      ground.mine = change;
      ground.base = event === undefined ? {} : fieldsOf(event);
      return { event: id, version: event?.version ?? 0, change };
    };
    const answer = await section.changeOn(UPDATE_SHOW, variables, ground, ({ updateShowPlan }) => {
      section.data = { event: updateShowPlan };
    });
    return answer !== undefined;
  }

  /** Takes something out, which can be undone. */
  async remove(edit: Edit, words: string): Promise<void> {
    const before = this.section.data?.event.showPlan;
    if (before === undefined || !(await this.change(edit))) return;
    const { scenes, cues, polls, mails } = before;
    const back = { scenes, cues, polls, mails };
    this.section.told = { words, undo: () => void this.change(() => back) };
  }
}
