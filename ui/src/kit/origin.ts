/**
 * What was pressed to open something, and gets the focus back. A row of a long list may have left meanwhile, and its element be that of
 * another: then it is the list.
 */
export class Origin {
  readonly #key: string | undefined;
  readonly #list: HTMLElement | null;

  constructor(readonly element: HTMLElement) {
    this.#key = rowOf(element)?.dataset.key;
    this.#list = rowOf(element)?.parentElement?.closest<HTMLElement>("[tabindex]") ?? null;
  }

  /** Whether it still is what it was. */
  get stands(): boolean {
    return this.element.isConnected && rowOf(this.element)?.dataset.key === this.#key;
  }

  focus(): void {
    if (this.stands) this.element.focus();
    else this.#list?.focus({ preventScroll: true });
  }
}

const rowOf = (element: HTMLElement) => element.closest<HTMLElement>("[data-key]");
