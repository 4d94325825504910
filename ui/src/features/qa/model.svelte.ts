import { Decisions } from "../../link/decisions.svelte";
import type { AskedId, Mine, Question, Snapshot, Standing, Update } from "../../protocol";

const isPublic = ({ standing }: Question) => standing.is === "open" || standing.is === "answered";

/** Whether a question stands as it stood. */
const isSame = (stood: Standing | undefined, stands: Standing | undefined) =>
  stood !== undefined && JSON.stringify(stood) === JSON.stringify(stands);

/** Whether the crew of the control room looks, who sees what waits and what was put aside. */
type Looking = { looksAfter: boolean; again?: boolean };

/** What the audience asks. Changes only in `restore`, `apply` and `own`, which mirror the rules in `server/domain`. */
export class QaModel {
  /** In the order in which they were asked; of the same moment, by their ids. */
  questions = $state.raw<Question[]>([]);
  /** One's own that others do not see. */
  waiting = $state.raw<Question[]>([]);
  /** One's own that everybody sees. */
  asked = $state.raw<AskedId[]>([]);
  /** Those that one voted for. */
  upvoted = $state.raw<AskedId[]>([]);
  /** How many came, for everybody to see, since one last looked. */
  unread = $state.raw(0);
  /** How many wait for a moderator; none for those who do not moderate. */
  readonly pending = $derived(this.questions.filter(({ standing }) => standing.is === "waiting").length);
  /** One sees what waits and what was put aside, too. */
  seesAll = $state(false);
  readonly decisions = new Decisions<AskedId>();
  #attended = false;

  /** Whether one looks at them. */
  attend(looks: boolean): void {
    this.#attended = looks;
    if (looks) this.unread = 0;
  }

  /** `again`: of the room that one was in already; what came meanwhile is counted. */
  restore({ questions }: Snapshot, { looksAfter, again = false }: Looking): void {
    const known = new Set(this.questions.map(({ id }) => id));
    const news = questions.filter((question) => isPublic(question) && !known.has(question.id)).length;
    const stood = new Map(this.questions.map(({ id, standing }) => [id, standing]));
    const stand = new Map(questions.map(({ id, standing }) => [id, standing]));
    this.decisions.lookAgain((id) => isSame(stood.get(id), stand.get(id)));
    this.unread = again && !this.#attended ? this.unread + news : 0;
    this.questions = questions;
    this.seesAll = looksAfter;
  }

  own(mine: Mine | undefined): void {
    this.waiting = mine?.questions ?? [];
    this.asked = mine?.asked ?? [];
    this.upvoted = mine?.upvoted ?? [];
  }

  apply({ body, by }: Update): void {
    if (body.what === "question_opened") this.decisions.decided(body.question.id, by);
    else if (body.what === "question_settled" || body.what === "question_withdrawn")
      this.decisions.decided(body.question, by);
    switch (body.what) {
      case "question_asked":
      case "question_opened":
        if (!this.#attended && isPublic(body.question)) this.unread += 1;
        this.questions = [...this.questions.filter(({ id }) => id !== body.question.id), body.question].sort(
          (one, other) => one.at - other.at || (one.id < other.id ? -1 : 1),
        );
        break;
      case "question_settled":
        this.questions = this.questions
          .map((known) => (known.id === body.question ? { ...known, standing: body.standing } : known))
          .filter((known) => this.seesAll || isPublic(known));
        break;
      case "question_withdrawn":
        this.questions = this.questions.filter(({ id }) => id !== body.question);
        break;
      case "questions_counted": {
        const counts = new Map(body.counts.map(({ question, votes }) => [question, votes]));
        // Those of which nothing changed stay the same object: nothing is drawn anew for them.
        this.questions = this.questions.map((known) => {
          const votes = counts.get(known.id) ?? known.votes;
          return votes === known.votes ? known : { ...known, votes };
        });
        break;
      }
    }
  }
}
