import type { Link } from "../../link/link";
import type { MediaStats } from "../../protocol/native";

const EVERY_MS = 2_000;

/** Figures of the media path, read again and again while somebody looks at them. */
export class Figures {
  /** Nothing while the core has none. */
  stats = $state.raw<MediaStats | undefined>();
  /** Pictures a second between the last two readings, each with its own moment: a timer is not that exact. */
  received = $state.raw<number | undefined>();
  sent = $state.raw<number | undefined>();
  #at = 0;

  /** A reading, and when it was made, in milliseconds of any steady clock. */
  add(stats: MediaStats | undefined, at: number): void {
    const before = this.stats;
    const rate = (now: number, then: number) =>
      Math.max(0, Math.round(((now - then) * 1_000) / (at - this.#at)));
    const both = stats !== undefined && before !== undefined && at > this.#at;
    this.received = both ? rate(stats.frames_received, before.frames_received) : undefined;
    this.sent = both ? rate(stats.frames_sent, before.frames_sent) : undefined;
    this.stats = stats;
    this.#at = at;
  }

  /** Reads until the function that comes back is called. */
  watch(link: Link): () => void {
    // Without an answer there is nothing to show; the connection chip says why.
    const read = async () => this.add(await link.mediaStats().catch(() => undefined), performance.now());
    void read();
    const timer = setInterval(read, EVERY_MS);
    return () => clearInterval(timer);
  }
}
