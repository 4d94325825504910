/** Without media for this long on a connection that stands: something on the way holds it up, and the person is told. */
const PATIENCE_MS = 5_000;

/** Whether pictures and sound get through to an event that is reached otherwise. */
export class MediaWay {
  /** Since when they do not, on `Date.now()`'s clock. */
  #missingSince = $state.raw<number | undefined>();

  /** `reached`: the event's server is connected. `media`: the media connection is up. */
  follow(reached: boolean, media: boolean, now = Date.now()): void {
    if (!reached || media) this.#missingSince = undefined;
    else this.#missingSince ??= now;
  }

  blocked(now: number): boolean {
    return this.#missingSince !== undefined && now - this.#missingSince >= PATIENCE_MS;
  }
}
