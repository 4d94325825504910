import { UndoStack } from "../../kit/undo.svelte";
import { hindrance, type Send } from "../../link/link";
import { text } from "../../locales/text";
import { problemTrouble, refusalTrouble, type Trouble } from "../../locales/words";
import type { CommandBody, CommandId, Message, Seq } from "../../protocol";
import type { Act } from "./acts";
import type { Channel } from "./channel";
import { announce, editMessage, looking, type Words } from "./commands";
import { History, type ReadOlder } from "./history.svelte";
import type { ReadBefore } from "./later.svelte";
import { type FindNamed, Lookup } from "./lookup.svelte";
import type { Named } from "./mentions";
import type { MessageList } from "./messages.svelte";
import { type ChatModel, type Matter, PIN } from "./model.svelte";
import { type PendingMessage, PendingMessages, type RefusedChange } from "./pending.svelte";
import { Reading } from "./reading.svelte";
import { type FindMessages, Search } from "./search.svelte";
import { Writing } from "./writing.svelte";

/** What a conversation needs of the window around it. */
export type Ways = {
  /** Sends, and tells the person about a refusal. */
  ask: Send;
  /** Sends; a refusal is shown here. */
  send: Send;
  readOlder: ReadOlder;
  /** The same by the position in the room's log; absent where that does not tell. */
  readBefore?: ReadBefore;
  find: FindMessages;
  /** Finds those who can be named; absent where nobody else can. */
  findNamed?: FindNamed;
  /** What was not sent is not wanted any more. */
  discard: (id: CommandId) => Promise<void>;
  /** Begins to report a message. */
  report: (message: Message) => void;
};

/** What one wrote in one place and the room does not have. It is of the room in which it was written, and outlives being elsewhere. */
export class Unsaid {
  readonly draft = new Writing();
  readonly pending = new PendingMessages();
}

/** One person's part in what is said in one place: what they write, how far they have read, and what they do with the words of others. */
export class Conversation {
  readonly draft: Writing;
  readonly pending: PendingMessages;
  readonly reading = new Reading();
  readonly undo = new UndoStack<CommandBody>();
  readonly history: History;
  readonly search: Search;
  readonly lookup: Lookup;

  constructor(
    readonly chat: ChatModel,
    readonly channel: Channel,
    private readonly ways: Ways,
    unsaid = new Unsaid(),
  ) {
    this.draft = unsaid.draft;
    this.pending = unsaid.pending;
    this.history = new History(this.list, ways.readOlder, ways.readBefore);
    this.search = new Search(ways.find);
    this.lookup = new Lookup(ways.findNamed);
  }

  get list(): MessageList {
    return this.channel.key === "notes" ? this.chat.notes : this.chat.said;
  }

  /** Sends what was written. `have` is how far the page has the room's log. */
  async say(people: readonly Named[], have: Seq): Promise<void> {
    const { draft, pending, ways } = this;
    const { edits, answers } = draft;
    const words = draft.take(people);
    if (edits) {
      await this.#change(edits, words);
      return;
    }
    const id = crypto.randomUUID();
    const takeBack = await pending.send(this.#say, words, have, id);
    // Who has begun the next message keeps it: the words that were not taken wait in the list.
    if (!takeBack || draft.text !== "" || draft.answers || draft.edits) return;
    takeBack();
    void ways.discard(id);
    draft.text = words.text;
    draft.answers = answers;
  }

  again(message: PendingMessage, have: Seq): void {
    void this.pending.again(this.#say, message, have);
  }

  changeAgain(change: RefusedChange): void {
    this.pending.leave(change);
    void this.#change(change.message, change.words);
  }

  discard({ id }: PendingMessage): void {
    this.pending.discard(id);
    void this.ways.discard(id);
  }

  /** Does something with a message that asks for no more. */
  async act(act: Act, message: Message): Promise<void> {
    const { ask } = this.ways;
    switch (act) {
      case "reply":
        this.draft.answer(message);
        break;
      case "edit":
        this.draft.edit(message);
        break;
      case "remove":
        await this.#remove(message);
        break;
      case "hide":
        await this.#step("chat-hidden", message, looking.hide(message.id), looking.show(message.id), [
          message.id,
        ]);
        break;
      case "show":
        await ask(looking.show(message.id));
        break;
      case "pin":
        await this.#pin(message);
        break;
      case "unpin":
        await this.#step("chat-did-unpin", message, looking.unpin(message.id), looking.pin(message.id), [
          PIN,
          message.id,
        ]);
        break;
      case "report":
        this.ways.report(message);
        break;
    }
  }

  /** Why it was not announced; nothing where it was. */
  async announce(words: string): Promise<Trouble | undefined> {
    const problem = await hindrance(announce(this.ways.send, words));
    return problem && problemTrouble(problem);
  }

  /** Takes the last thing back that a moderator did here; what the room refuses does not stand in the way of what was before. */
  async takeBack(): Promise<void> {
    await this.undo.takeBack(this.ways.ask);
  }

  /** One's own last words, to be changed; whether there are any. */
  editLast(me: string | undefined): boolean {
    const last = this.list.messages.findLast(({ author, gone }) => author === me && gone === undefined);
    if (last === undefined || this.channel.key === "notes") return false;
    this.draft.edit(last);
    return true;
  }

  readonly #say = (words: Words, id: CommandId) => this.channel.say(this.ways.send, words, id);

  /**
   * Another text for what one said; where it is not taken it stands in the field again, and what was begun meanwhile behind it. Where
   * one changes something else by then, it waits in the list.
   */
  async #change(message: Message, words: Words): Promise<void> {
    const { draft, pending, ways } = this;
    const outcome = await editMessage(ways.ask, message.id, words);
    if (outcome.is === "accepted") return;
    if (!draft.edits) return draft.edit(message, words);
    const why =
      outcome.is === "refused"
        ? refusalTrouble(outcome.refusal, outcome.retry_after_ms)
        : refusalTrouble("unknown");
    pending.keep(message, words, why);
  }

  /** What oneself said does not come back. */
  async #remove(message: Message): Promise<void> {
    const { id, author } = message;
    if (author === this.list.me) await this.channel.remove(this.ways.ask, id);
    else await this.#step("chat-removed", message, looking.remove(id), looking.show(id), [id]);
  }

  /** Taken back, that is pinned again which is pinned now. */
  async #pin(message: Message): Promise<void> {
    const { id } = message;
    const before = this.chat.pinned?.id;
    const back = before === undefined ? looking.unpin(id) : looking.pin(before);
    await this.#step("chat-did-pin", message, looking.pin(id), back, [PIN, before ?? id]);
  }

  /** Does what can be taken back, as long as nobody else decides about the same. */
  async #step(
    did: string,
    { name }: Message,
    forth: CommandBody,
    back: CommandBody,
    about: Matter[],
  ): Promise<void> {
    const stands = this.chat.decisions.watch(...about);
    const { is } = await this.ways.ask(forth);
    if (is === "accepted") this.undo.push({ label: text(did, { name }), forth, back, stands });
  }
}
