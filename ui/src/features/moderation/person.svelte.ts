import { Origin } from "../../kit/origin";
import type { Subject } from "./acts";

/** Whose menu is open, and beside what. Any part of the page opens it. */
export class PersonMenuModel {
  subject = $state.raw<Subject | undefined>();
  /** What was pressed: the menu stands beside it, and it gets the focus back. */
  origin = $state.raw<Origin | undefined>();

  open(subject: Subject, anchor: HTMLElement): void {
    this.subject = subject;
    this.origin = new Origin(anchor);
  }

  close(): void {
    const { origin } = this;
    this.subject = undefined;
    this.origin = undefined;
    origin?.focus();
  }
}
