import type { ConnectionState } from "../../protocol/native";

/** How the connection to the event server stands, as the core tells it. */
export class ConnectionModel {
  state = $state.raw<ConnectionState>({ state: "connecting" });
  /** Server's clock minus this machine's, in milliseconds. */
  #offset = $state.raw(0);
  /** When the next attempt starts, on `Date.now()`'s clock. */
  #retryAt = $state.raw(0);

  readonly connected = $derived(this.state.state === "connected");
  /** Nobody is signed in any more: it does not come back by itself. */
  readonly over = $derived(this.state.state === "ended" || this.state.state === "signed_out");

  /** The event is over, and nobody but those who look after it is in its rooms any more. */
  readonly past = $derived(this.state.state === "ended" && this.state.refusal === "event_over");

  /** The doors of the event are not open yet. */
  readonly early = $derived(this.state.state === "early");
  /** When they open, in microseconds since the epoch, where that is known. */
  readonly opensAt = $derived(this.state.state === "early" ? this.state.opens_at : undefined);

  /** Why one is not in the room just now, and until when where that is known; it is tried again by itself. */
  readonly away = $derived(this.state.state === "away" ? this.state : undefined);

  change(state: ConnectionState, now = Date.now()): void {
    this.state = state;
    if (state.state === "reconnecting") this.#retryAt = now + state.retry_in_ms;
  }

  /** The server said what time it is, in microseconds. */
  serverSaid(micros: number, now = Date.now()): void {
    this.#offset = micros / 1_000 - now;
  }

  /** An instant of this machine on the server's clock, in milliseconds. */
  onServer(now: number): number {
    return now + this.#offset;
  }

  /** Whole seconds until the next attempt. */
  retryIn(now: number): number {
    return Math.max(0, Math.ceil((this.#retryAt - now) / 1_000));
  }
}
