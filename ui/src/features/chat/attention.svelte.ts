import type { MessageId } from "../../protocol";

const keyOf = (target: EventTarget | null) =>
  target instanceof Element ? target.closest<HTMLElement>("[data-key]")?.dataset.key : undefined;

/** Which message one is at: with the focus, with the pointer, or where one is asked about it. */
export class Attention {
  focused = $state.raw<MessageId>();
  asking = $state.raw<MessageId>();
  /** Whether the question has had the focus: the button that led to it goes, and that is no answer. */
  #asked = false;
  #pointed = $state.raw<MessageId>();

  /** Whose buttons are shown. */
  get on(): MessageId | undefined {
    return this.focused ?? this.#pointed;
  }

  /** It is the message that the pointer was moved to, also when that moves on beneath a pointer that stands still. */
  point(target: EventTarget | null): void {
    this.#pointed = keyOf(target);
  }

  ask(message: MessageId): void {
    this.asking = message;
    this.#asked = false;
  }

  focus(target: EventTarget | null): void {
    this.focused = keyOf(target);
    if (this.focused === this.asking) this.#asked = true;
    else this.asking = undefined;
  }

  /** The focus left something in `log`. */
  leave(log: Node | undefined, { target, relatedTarget: to }: FocusEvent): void {
    // What gets it here says so next: until then the buttons stay, for it may be one of them. A window that one leaves keeps it.
    if ((to instanceof Node && log?.contains(to)) || document.activeElement === target) return;
    this.focused = undefined;
    // Whoever goes on elsewhere has said no.
    if (this.#asked) this.asking = undefined;
  }
}
