import { Leaving } from "../kit/leaving";
import { isApiProblem, isProblem } from "../link/link";
import { apiTrouble } from "../locales/api-words";
import { problemTrouble, refusalTrouble, type Trouble } from "../locales/words";
import type { Outcome } from "../protocol";

/** What is only worth knowing leaves by itself after this long, while nobody is at it. */
const NOTE_STAYS_MS = 20_000;
/** Full: the oldest goes. */
const MOST = 4;

export type Notice = Trouble & { key: number; calm: boolean };

/** What was not done and why, told where the person is looking. */
export class Notices {
  /** Oldest first. */
  list = $state.raw<Notice[]>([]);
  #next = 0;
  readonly #leaving = new Leaving<number>(NOTE_STAYS_MS, (key) => this.dismiss(key));

  /** Stays until the person says that they have read it. */
  tell(trouble: Trouble): void {
    this.#show(trouble, false);
  }

  #show(trouble: Trouble, calm: boolean): number {
    const notice = { ...trouble, calm, key: this.#next++ };
    this.list = [...this.list.filter(({ what }) => what !== trouble.what), notice].slice(-MOST);
    return notice.key;
  }

  /** Nothing went wrong: it leaves by itself. */
  note(trouble: Trouble): void {
    this.#leaving.begin(this.#show(trouble, true));
  }

  /** Somebody is at the notices, with the focus or the pointer, or is no more: none goes from under their hand. */
  hold(held: boolean): void {
    this.#leaving.hold(held);
  }

  dismiss(key: number): void {
    this.#leaving.end(key);
    this.list = this.list.filter((notice) => notice.key !== key);
  }

  dismissNewest(): void {
    this.list = this.list.slice(0, -1);
  }

  /** Tells of a call that the core refused; anything else is a fault of ours and goes on. */
  tellProblem(error: unknown): void {
    if (isApiProblem(error)) this.tell(apiTrouble(error));
    else if (isProblem(error)) this.tell(problemTrouble(error));
    else throw error;
  }

  /** Carries a call out, and tells if it failed. */
  async watch(call: Promise<unknown>): Promise<void> {
    try {
      await call;
    } catch (error) {
      this.tellProblem(error);
    }
  }

  /** The same call, which tells of what was refused. */
  asking<Asked extends unknown[]>(
    send: (...asked: Asked) => Promise<Outcome>,
  ): (...asked: Asked) => Promise<Outcome> {
    return (...asked) => this.answered(send(...asked));
  }

  /** What was answered, told where it was refused. */
  async answered(asked: Promise<Outcome>): Promise<Outcome> {
    try {
      const outcome = await asked;
      if (outcome.is === "refused") this.tell(refusalTrouble(outcome.refusal, outcome.retry_after_ms));
      return outcome;
    } catch (error) {
      this.tellProblem(error);
      return { is: "unknown" };
    }
  }
}
