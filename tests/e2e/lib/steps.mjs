import { it } from "node:test";

/** Tests that go on where the one before ended: after the first that fails there is nothing to be said of the rest. */
export function steps() {
  let failed = false;
  return (name, act) =>
    it(name, async (test) => {
      if (failed) return test.skip("a step before failed");
      failed = true;
      await act(test);
      failed = false;
    });
}
