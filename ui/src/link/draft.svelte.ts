import type { KeptDraft } from "../protocol/native";
import type { Server } from "./link";

/** How long nobody types before what is written is kept. */
const QUIET_MS = 400;

/** What is typed in one form, kept on this computer until it is saved; and what was left there the last time. */
export class Draft {
  /** From the last time: to be restored or thrown away. */
  found = $state.raw<KeptDraft | undefined>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly server: Pick<Server, "keepDraft" | "drafts" | "dropDraft">,
    readonly key: string,
  ) {}

  /** Looks for what was left; `now` is what the form shows anyway. */
  async look(now = ""): Promise<void> {
    const kept = (await this.server.drafts()).find(({ key }) => key === this.key);
    this.found = kept && kept.text !== now && kept.text !== "" ? kept : undefined;
  }

  /** What is written now. */
  keep(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.server.keepDraft(this.key, text), QUIET_MS);
  }

  /** It was saved, or is not wanted. */
  drop(): void {
    clearTimeout(this.#timer);
    this.found = undefined;
    void this.server.dropDraft(this.key);
  }

  /** The text of the last time, which is offered no more. */
  take(): string {
    const text = this.found?.text ?? "";
    this.found = undefined;
    return text;
  }
}
