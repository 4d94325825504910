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
