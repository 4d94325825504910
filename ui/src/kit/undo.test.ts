import { describe, expect, it } from "vitest";
import { UndoStack } from "./undo.svelte";

const step = (to: number, from: number) => ({ label: `to ${to}`, forth: to, back: from });

function counter() {
  const stack = new UndoStack<number>();
  const made: number[] = [];
  const make = async (change: number) => {
    made.push(change);
    return true;
  };
  return { stack, made, make };
}

describe("undo", () => {
  it("goes back step by step, and forth again", async () => {
    const { stack, made, make } = counter();
    stack.push(step(1, 0));
    stack.push(step(2, 1));
    expect(stack.toUndo).toBe("to 2");
    await stack.undo(make);
    await stack.undo(make);
    expect(await stack.undo(make)).toBe(false);
    await stack.redo(make);
    expect(made).toEqual([1, 0, 1]);
    expect([stack.toUndo, stack.toRedo]).toEqual(["to 1", "to 2"]);
  });

  it("has nothing to do again after something new was done", async () => {
    const { stack, make } = counter();
    stack.push(step(1, 0));
    await stack.undo(make);
    stack.push(step(5, 0));
    expect(stack.toRedo).toBeUndefined();
  });

  it("keeps a step whose change was refused", async () => {
    const { stack } = counter();
    stack.push(step(1, 0));
    expect(await stack.undo(async () => false)).toBe(false);
    expect(stack.toUndo).toBe("to 1");
  });

  it("does one thing at a time", async () => {
    const { stack, made, make } = counter();
    stack.push(step(1, 0));
    stack.push(step(2, 1));
    await Promise.all([stack.undo(make), stack.undo(make)]);
    expect(made).toEqual([1]);
  });

  it("passes over what somebody else changed since, for good", async () => {
    const { stack, made, make } = counter();
    let stands = true;
    stack.push(step(1, 0));
    stack.push({ ...step(2, 1), stands: () => stands });
    stands = false;
    expect(stack.toUndo).toBe("to 1");
    expect(await stack.undo(make)).toBe(true);
    expect(made).toEqual([0]);
    expect(await stack.undo(make)).toBe(false);
  });

  it("keeps what is done while a step is on its way back", async () => {
    const { stack } = counter();
    stack.push(step(1, 0));
    await stack.undo(async () => {
      stack.push(step(2, 1));
      return true;
    });
    expect(stack.toUndo).toBe("to 2");
  });

  it("keeps what is done while a step is on its way that is refused, and offers that no more", async () => {
    const { stack, make } = counter();
    stack.push(step(1, 0));
    stack.push(step(2, 1));
    await stack.takeBack(async () => {
      stack.push(step(3, 2));
      return { is: "refused" };
    });
    expect(stack.toUndo).toBe("to 3");
    await stack.undo(make);
    expect(stack.toUndo).toBe("to 1");
  });

  it("forgets what is gone", () => {
    const { stack } = counter();
    stack.push(step(1, 0));
    stack.push(step(2, 1));
    stack.forget((change) => change === 2);
    expect(stack.toUndo).toBe("to 1");
  });
});
