import type { MessageId } from "../../protocol";

const keyOf = (target: EventTarget | null) =>
  target instanceof Element ? target.closest<HTMLElement>("[data-key]")?.dataset.key : undefined;

/** Which message one is at: with the focus, with the pointer, or where one is asked about it. */
export class Attention {
  focused = $state.raw<MessageId>();
  asking = $state.raw<MessageId>();
  #pointed = $state.raw<MessageId>();

  /** Whose buttons are shown. */
  get on(): MessageId | undefined {
    return this.focused ?? this.#pointed;
  }

  /** It is the message that the pointer was moved to, also when that moves on beneath a pointer that stands still. */
  point(target: EventTarget | null): void {
    this.#pointed = keyOf(target);
  }

  focus(target: EventTarget | null): void {
    this.focused = keyOf(target);
    this.#answer();
  }

  /** The focus left something in `log`. */
  leave(log: Node | undefined, { target, relatedTarget: to }: FocusEvent): void {
    // What gets it here says so next: until then the buttons stay, for it may be one of them. A window that one leaves keeps it.
    if ((to instanceof Node && log?.contains(to)) || document.activeElement === target) return;
    this.focused = undefined;
    this.#answer();
  }

  /** Whoever goes on elsewhere has said no to what was asked. */
  #answer(): void {
    if (this.asking !== this.focused) this.asking = undefined;
  }
}
