import { isProblem } from "../../link/link";
import { problemTrouble, type Trouble } from "../../locales/words";
import type { Message, MessageId } from "../../protocol";
import type { MessagePage } from "./history.svelte";
import { type Change, Underway } from "./underway";

/** Finds messages, the newest first; before one that was found, those that are older. */
export type FindMessages = (query: string, before: Message | undefined) => Promise<MessagePage>;

/** Of what is gone only a trace has words, and that is told to those alone who may see it. */
const isReadable = ({ gone, text }: Message) => gone === undefined || text !== "";

/** Searching what was said. Only the last question has an answer; what was found follows what becomes of it. */
export class Search {
  /** What stands in the field. */
  query = $state("");
  #held = $state.raw<readonly Message[]>([]);
  readonly found = $derived(this.#held.filter(isReadable));
  more = $state.raw(false);
  state = $state.raw<"idle" | "searching" | "done" | "failed">("idle");
  trouble = $state.raw<Trouble | undefined>();
  /** What was found may be of before: it has to be asked for again. */
  stale = $state.raw(false);
  /** What was asked for last. */
  #asked = "";
  #hears = false;
  /** It was asked for without the room: what was said meanwhile may be lacking. */
  #askedAlone = false;
  #turn = 0;
  readonly #underway = new Underway();

  constructor(private readonly find: FindMessages) {}

  /** Asks for what stands in the field. */
  async ask(): Promise<void> {
    this.#asked = this.query.trim();
    this.#held = [];
    this.more = false;
    this.stale = false;
    this.#askedAlone = !this.#hears;
    if (this.#asked === "") {
      this.#turn += 1;
      this.state = "idle";
      return;
    }
    await this.#read(undefined);
  }

  /** Those that are older than the last that was found. */
  async further(): Promise<void> {
    if (this.more && this.state !== "searching") await this.#read(this.#held.at(-1));
  }

  /** A message is another. */
  change(id: MessageId, changed: Change): void {
    this.#underway.change(id, changed);
    if (this.#held.some((message) => message.id === id))
      this.#held = this.#held.map((message) => (message.id === id ? changed(message) : message));
  }

  /** Whether what happens in the room is heard. */
  hear(hears: boolean): void {
    this.#hears = hears;
    if (hears && this.#askedAlone) this.renew();
  }

  /** What happened was not told one by one. */
  renew(): void {
    this.stale = this.#asked !== "";
  }

  async #read(before: Message | undefined): Promise<void> {
    const turn = ++this.#turn;
    this.state = "searching";
    this.trouble = undefined;
    try {
      const page = await this.#underway.read(() => this.find(this.#asked, before));
      if (turn !== this.#turn || page === undefined) return;
      this.more = page.more;
      this.state = "done";
      this.#held = this.#held.concat(page.messages);
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (turn !== this.#turn) return;
      this.trouble = problemTrouble(error);
      this.state = "failed";
    }
  }
}
