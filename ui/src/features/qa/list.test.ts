import { describe, expect, it } from "vitest";
import type { Question, Standing } from "../../protocol";
import { alike, inOrder, likeness, queueOf } from "./list";

const question = (
  id: string,
  at: number,
  votes: number,
  text = "",
  standing: Standing = { is: "open" },
): Question => ({ id, at, votes, text, standing });
const ids = (questions: Question[]) => questions.map(({ id }) => id).join(" ");

describe("the list of questions", () => {
  const asked = [question("a", 1, 2), question("b", 2, 5), question("c", 3, 2), question("d", 3, 0)];

  it("has the most wanted first, of those alike the one that waits longest; or the newest", () => {
    expect(ids(inOrder(asked, "wanted"))).toBe("b a c d");
    expect(ids(inOrder(asked, "newest"))).toBe("d c b a");
    expect(ids(asked)).toBe("a b c d");
  });

  it("finds those that may ask the same, the likest first, and not the one itself", () => {
    const known = [
      question("a", 1, 0, "How do you measure tail latency?"),
      question("b", 2, 0, "How did you measure the latency at the tail, before the rewrite?"),
      question("c", 3, 0, "Is there lunch?"),
    ];
    expect(ids(alike(known, "how do you measure latency"))).toBe("a b");
    expect(ids(alike(known, known[0]?.text ?? "", "a"))).toBe("b");
    expect(alike(known, "")).toEqual([]);
  });

  it("takes words as they are written anywhere", () => {
    expect(likeness("Wie GROSS ist Köln?", "wie groß ist köln")).toBeCloseTo(4 / 9);
    expect(likeness("Где это?", "где это!")).toBe(1);
  });

  it("knows in which queue a question is, what is merged, too", () => {
    expect(queueOf(question("a", 1, 0, "", { is: "answered", at: 1 }))).toBe("answered");
    expect(queueOf(question("a", 1, 0, "", { is: "merged", into: "b" }))).toBe("merged");
  });
});
