import { describe, expect, it } from "vitest";
import { digitsOf, moneySum } from "./api-words";

describe("money", () => {
  it("has the decimals that the server counts in, whatever the browser knows", () => {
    for (const [currency, digits] of [
      ["EUR", 2],
      ["JPY", 0],
      ["KWD", 3],
      ["MGA", 0],
      ["UYI", 0],
      ["CLF", 4],
      ["UYW", 4],
    ] as const) {
      expect(digitsOf(currency), currency).toBe(digits);
      expect(digitsOf(currency.toLowerCase()), currency).toBe(digits);
      const figure = moneySum({ amount: 12_345, currency }).replace(/[^0-9.]/g, "");
      expect(figure, currency).toBe((12_345 / 10 ** digits).toFixed(digits));
    }
  });
});
