import type { Mine, RaisedHand, Snapshot, Update } from "../../protocol";

/** Raised hands. Changes only in `restore`, `apply` and `own`, which mirror the rules in `server/domain`. */
export class HandsModel {
  /** In the order in which they are taken; nobody's, for those who do not look after the show. */
  raised = $state.raw<RaisedHand[]>([]);
  /** One's own place among them, from 1. */
  place = $state.raw<number | undefined>();

  /** Who is taken next. */
  readonly next = $derived(this.raised[0]);

  restore({ crew }: Snapshot): void {
    this.raised = crew?.hands ?? [];
  }

  own(mine: Mine | undefined): void {
    this.place = mine?.hand;
  }

  apply({ body }: Update): void {
    if (body.what === "hand_raised") {
      const { hand } = body;
      const known = this.raised.some(({ participant }) => participant === hand.participant);
      this.raised = known
        ? this.raised.map((raised) => (raised.participant === hand.participant ? hand : raised))
        : [...this.raised, hand].sort((one, other) => one.at - other.at);
    } else if (body.what === "hand_lowered") {
      this.raised = this.raised.filter(({ participant }) => participant !== body.participant);
    }
  }
}
