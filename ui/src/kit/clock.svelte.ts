/** The time, for what counts up or down on the page: ticks while anything looks at it. */
export class Clock {
  /** Milliseconds since the epoch, on this machine's clock. */
  now = $state.raw(Date.now());

  /** Starts the clock; what comes back stops it. */
  run(every = 250): () => void {
    const timer = setInterval(() => {
      this.now = Date.now();
    }, every);
    return () => clearInterval(timer);
  }
}

/**
 * Whole seconds since a moment, each counted as it begins: what is reckoned from it changes all at once, evenly, and never goes back
 * while the moment stays.
 */
export class SecondHand {
  elapsed = $state.raw(0);

  /** Counts from `since`, in milliseconds on the clock that `read` reads; what comes back stops it. */
  run(since: number, read: () => number): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    this.elapsed = Math.max(0, Math.floor((read() - since) / 1_000));
    const wait = () => {
      timer = setTimeout(tick, Math.max(1, since + (this.elapsed + 1) * 1_000 - read()));
    };
    const tick = () => {
      this.elapsed = Math.max(this.elapsed, Math.floor((read() - since) / 1_000));
      wait();
    };
    wait();
    return () => clearTimeout(timer);
  }
}

/** `00:41:18`. */
export function asDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** `0:54`. */
export function asCountdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
