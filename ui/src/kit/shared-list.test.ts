import { describe, expect, it } from "vitest";
import { SharedList } from "./shared-list";

describe("a list as it stands at one time", () => {
  it("is the same whatever came out of it", () => {
    const two = new SharedList(["a", "b"]);
    const [three, other] = [two.plus("c"), two.plus("d")];
    const four = three.plus("e");
    expect([two, three, other, four, four.with(0, "z"), four].map((list) => [...list].join(""))).toEqual([
      "ab",
      "abc",
      "abd",
      "abce",
      "zbce",
      "abce",
    ]);
  });

  it("knows what it has in common with one that shares its memory", () => {
    const two = new SharedList(["a", "b"]);
    const three = two.plus("c");
    const others = [three, two, two.plus("d"), three.with(0, "z"), ["a", "b", "c"]];
    expect(others.map((other) => three.common(other))).toEqual([3, 2, 0, 0, 0]);
    expect(two.common(three)).toBe(2);
  });

  it("is read as an array is, and nothing of what came later is seen", () => {
    const list = new SharedList(["a", "b", "c", "b"]);
    list.plus("later");
    const array = ["a", "b", "c", "b"];
    for (const at of [0, 3, 4, -1, -4, -5]) expect(list.at(at)).toBe(array.at(at));
    for (const [from, to] of [[], [1], [-2], [0, 99], [1, -1], [-99, 2], [4, 5]])
      expect(list.slice(from, to)).toEqual(array.slice(from, to));
    const is = (wanted: string) => (item: string) => item === wanted;
    for (const wanted of ["a", "b", "later"]) {
      expect(list.findLast(is(wanted))).toBe(array.findLast(is(wanted)));
      expect(list.findLastIndex(is(wanted))).toBe(array.findLastIndex(is(wanted)));
    }
    expect([new SharedList().length, new SharedList<string>().at(0)]).toEqual([0, undefined]);
  });
});
