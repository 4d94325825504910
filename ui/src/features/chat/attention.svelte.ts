import type { MessageId } from "../../protocol";

const keyOf = (target: EventTarget | null) =>
  target instanceof Element ? target.closest<HTMLElement>("[data-key]")?.dataset.key : undefined;

/** Which message one is at: with the focus, under the pointer, or where one is asked about it. */
export class Attention {
  focused = $state.raw<MessageId>();
  asking = $state.raw<MessageId>();
  #pointed = $state.raw<MessageId>();
  #under: EventTarget | null = null;

  /** Whose buttons are shown. */
  get on(): MessageId | undefined {
    return this.focused ?? this.#pointed;
  }

  focus(target: EventTarget | null): void {
    this.focused = keyOf(target);
  }

  /** The focus left something in `log` for something else; whoever goes on elsewhere has said no to what was asked. */
  leave(log: Node | undefined, to: EventTarget | null): void {
    this.focused = undefined;
    if (to instanceof Node && !log?.contains(to)) this.asking = undefined;
  }

  point(target: EventTarget | null): void {
    this.#under = target;
    this.look();
  }

  /** The messages moved: under a pointer that stands still the same element may be another's. */
  look(): void {
    this.#pointed = keyOf(this.#under);
  }
}
