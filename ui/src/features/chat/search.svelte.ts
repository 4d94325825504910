import { isProblem } from "../../link/link";
import { problemTrouble, type Trouble } from "../../locales/words";
import type { Message } from "../../protocol";
import type { MessagePage } from "./history.svelte";

/** Finds messages, the newest first; before one that was found, those that are older. */
export type FindMessages = (query: string, before: Message | undefined) => Promise<MessagePage>;

/** Searching what was said. Only the last question has an answer. */
export class Search {
  /** What stands in the field. */
  query = $state("");
  found = $state.raw<readonly Message[]>([]);
  more = $state.raw(false);
  state = $state.raw<"idle" | "searching" | "done" | "failed">("idle");
  trouble = $state.raw<Trouble | undefined>();
  /** What was asked for last. */
  #asked = "";
  #turn = 0;

  constructor(private readonly find: FindMessages) {}

  /** Asks for what stands in the field. */
  async ask(): Promise<void> {
    this.#asked = this.query.trim();
    this.found = [];
    this.more = false;
    if (this.#asked === "") {
      this.#turn += 1;
      this.state = "idle";
      return;
    }
    await this.#read(undefined);
  }

  /** Those that are older than the last that was found. */
  async further(): Promise<void> {
    if (this.more && this.state !== "searching") await this.#read(this.found.at(-1));
  }

  async #read(before: Message | undefined): Promise<void> {
    const turn = ++this.#turn;
    this.state = "searching";
    this.trouble = undefined;
    try {
      const page = await this.find(this.#asked, before);
      if (turn !== this.#turn) return;
      this.found = this.found.concat(page.messages);
      this.more = page.more;
      this.state = "done";
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (turn !== this.#turn) return;
      this.trouble = problemTrouble(error);
      this.state = "failed";
    }
  }
}
