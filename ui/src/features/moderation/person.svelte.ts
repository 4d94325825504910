import type { Subject } from "./acts";

/** Whose menu is open, and beside what. Any part of the page opens it. */
export class PersonMenuModel {
  subject = $state.raw<Subject | undefined>();
  /** What was pressed: the menu stands beside it, and it gets the focus back. */
  anchor = $state.raw<HTMLElement | undefined>();

  open(subject: Subject, anchor: HTMLElement): void {
    this.subject = subject;
    this.anchor = anchor;
  }

  close(): void {
    const { anchor } = this;
    this.subject = undefined;
    this.anchor = undefined;
    if (anchor?.isConnected) anchor.focus();
  }
}
