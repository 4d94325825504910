import { describe, expect, it } from "vitest";
import { blank, formOf, kinds, withOptionMoved, withoutOption, writtenOf } from "./form";

const quiz = {
  ...blank(),
  question: " Which? ",
  kind: "quiz" as const,
  options: ["No", " ", "Yes ", "Perhaps"],
  correct: [2],
};

describe("a poll that is written", () => {
  it("leaves options without words out, and the right one stays right", () => {
    const form = formOf(quiz);
    expect(form).toMatchObject({ question: "Which?", options: ["No", "Yes", "Perhaps"], correct: [1] });
    expect(form?.kind).toEqual({ is: "quiz", points: 100 });
    expect(form?.changeable).toBe(false);
  });

  it("cannot be asked without a question, with too few options, or as a quiz without a right one", () => {
    expect(formOf({ ...quiz, question: " " })).toBeUndefined();
    expect(formOf({ ...quiz, options: ["No", ""] })).toBeUndefined();
    expect(formOf({ ...quiz, correct: [1] })).toBeUndefined();
    expect(formOf({ ...quiz, options: ["No", "x".repeat(301)] })).toBeUndefined();
    expect(formOf({ ...quiz, kind: "rating" })).toMatchObject({ options: [], correct: [] });
  });

  it("asks for no more than there is to choose", () => {
    expect(formOf({ ...quiz, kind: "multiple", most: 9 })?.kind).toEqual({ is: "multiple", most: 3 });
  });

  it("moves and removes options with what is right about them", () => {
    const up = withOptionMoved(quiz, 2, -1);
    expect([up.options[1], up.correct]).toEqual(["Yes ", [1]]);
    expect(withOptionMoved(quiz, 0, -1)).toBe(quiz);
    const less = withoutOption(quiz, 0);
    expect([less.options[1], less.correct]).toEqual(["Yes ", [1]]);
    expect(withoutOption(quiz, 2).correct).toEqual([]);
  });

  it.each(kinds)("of the kind %s is read as it was written", (kind) => {
    const form = formOf({ ...quiz, kind, options: ["No", "Yes"], correct: [1], seconds: 30 });
    expect(form && formOf(writtenOf(form))).toEqual(form);
  });
});
