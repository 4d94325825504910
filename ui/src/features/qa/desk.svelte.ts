import { SvelteMap } from "svelte/reactivity";
import { UndoStack } from "../../kit/undo.svelte";
import type { Send } from "../../link/link";
import { text } from "../../locales/text";
import type { AskedId, CommandBody, Question } from "../../protocol";
import { restoring } from "./commands";
import type { QaModel } from "./model.svelte";

/** The questions under a moderator's hands: every step can be taken back. */
export class QuestionDesk {
  /** Answers that are being written: they go with their question to whatever queue another moderator puts it in. */
  readonly written = new SvelteMap<AskedId, string>();
  readonly #undo = new UndoStack<CommandBody>();

  constructor(
    readonly qa: QaModel,
    readonly ask: Send,
  ) {}

  /** What `undo` would take back, in words. */
  get toUndo(): string | undefined {
    return this.#undo.toUndo;
  }

  /** Does something with a question, as it stands now. It can be taken back as long as nobody else does something with it. */
  async step(forth: CommandBody, question: Question, label: string): Promise<boolean> {
    const stands = this.qa.decisions.watch(question.id);
    const done = await this.#make(forth);
    if (done) this.#undo.push({ label: text(label), forth, back: restoring(question), stands });
    return done;
  }

  /** What the room refuses to take back does not stand in the way of what was done before it. */
  undo(): Promise<boolean> {
    return this.#undo.takeBack(this.ask);
  }

  /** Everything stays as it was done. */
  forget(): void {
    this.#undo.forget(() => true);
  }

  async #make(command: CommandBody): Promise<boolean> {
    return (await this.ask(command)).is === "accepted";
  }
}

/** Who looks at the questions, and what they may do with them. */
export type Reader = {
  me: string | undefined;
  /** One takes part: asks, and wants questions answered. */
  takesPart: boolean;
  moderates: boolean;
  /** One answers in writing. */
  answers: boolean;
  /** Questions are taken just now. */
  open: boolean;
  /** One may ask without one's name. */
  anonymous: boolean;
  muted: boolean;
  connected: boolean;
};
