/** What goes by itself after a while, but not while somebody is at it: then it has all its time again. */
export class Leaving<Key> {
  readonly #timers = new Map<Key, ReturnType<typeof setTimeout> | undefined>();
  #held = false;

  constructor(
    /** In milliseconds. */
    private readonly stays: number,
    private readonly go: (key: Key) => void,
  ) {}

  /** It stays from now on. */
  begin(key: Key): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, this.#held ? undefined : setTimeout(() => this.#over(key), this.stays));
  }

  /** It is gone already. */
  end(key: Key): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }

  /** Somebody is at it, or is no more. */
  hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    for (const key of [...this.#timers.keys()]) this.begin(key);
  }

  #over(key: Key): void {
    this.end(key);
    this.go(key);
  }
}

/** Tells whether somebody is at a place, with the focus or the pointer. */
export function atHand(tell: (at: boolean) => void): (place: HTMLElement) => () => void {
  return (place) => {
    const at = { focus: false, pointer: false };
    const hear = (change: Partial<typeof at>) => {
      Object.assign(at, change);
      tell(at.focus || at.pointer);
    };
    const listening = new AbortController();
    const { signal } = listening;
    const stays = ({ relatedTarget }: FocusEvent) =>
      relatedTarget instanceof Node && place.contains(relatedTarget);
    place.addEventListener("focusin", () => hear({ focus: true }), { signal });
    place.addEventListener("focusout", (event) => hear({ focus: stays(event) }), { signal });
    place.addEventListener("pointerenter", () => hear({ pointer: true }), { signal });
    place.addEventListener("pointerleave", () => hear({ pointer: false }), { signal });
    return () => {
      listening.abort();
      tell(false);
    };
  };
}
