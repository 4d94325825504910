import type { AskedId, Mine, Question, Snapshot, Update } from "../../protocol";

const isPublic = ({ standing }: Question) => standing.is === "open" || standing.is === "answered";

/** Whether the crew of the control room looks, who sees what waits and what was put aside. */
type Looking = { looksAfter: boolean };

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
  #looksAfter = false;

  restore({ questions }: Snapshot, { looksAfter }: Looking): void {
    this.questions = questions;
    this.#looksAfter = looksAfter;
  }

  own(mine: Mine | undefined): void {
    this.waiting = mine?.questions ?? [];
    this.asked = mine?.asked ?? [];
    this.upvoted = mine?.upvoted ?? [];
  }

  apply({ body }: Update): void {
    switch (body.what) {
      case "question_asked":
      case "question_opened":
        this.questions = [...this.questions.filter(({ id }) => id !== body.question.id), body.question].sort(
          (one, other) => one.at - other.at || (one.id < other.id ? -1 : 1),
        );
        break;
      case "question_settled":
        this.questions = this.questions
          .map((known) => (known.id === body.question ? { ...known, standing: body.standing } : known))
          .filter((known) => this.#looksAfter || isPublic(known));
        break;
      case "question_withdrawn":
        this.questions = this.questions.filter(({ id }) => id !== body.question);
        break;
      case "questions_counted": {
        const counts = new Map(body.counts.map(({ question, votes }) => [question, votes]));
        this.questions = this.questions.map((known) => ({
          ...known,
          votes: counts.get(known.id) ?? known.votes,
        }));
        break;
      }
    }
  }
}
