import { expect, it } from "vitest";
import { holdStill } from "./still";

/** A list that shows 100 pixels of messages of 40 pixels each, as a browser would lay it out. */
function list(...names: string[]) {
  const element = document.createElement("div");
  const rect = (top: number, height: number) => () => new DOMRect(0, top, 100, height);
  element.getBoundingClientRect = rect(0, 100);
  for (const name of names) {
    const message = document.createElement("article");
    message.id = name;
    message.getBoundingClientRect = () => {
      const index = [...element.children].indexOf(message);
      return rect(index * 40 - element.scrollTop, 40)();
    };
    element.append(message);
  }
  document.body.append(element);
  return element;
}

it("what one reads stays where it is when something above goes, also when the first of it goes", () => {
  const element = list("a", "b", "c", "d", "e", "f", "g");
  element.scrollTop = 100;
  let put = holdStill(element);
  element.querySelector("#a")?.remove();
  put();
  expect(element.scrollTop).toBe(60);
  put = holdStill(element);
  // "c" is the first in sight.
  element.querySelector("#c")?.remove();
  put();
  expect(element.scrollTop).toBe(20);
  put = holdStill(element);
  element.querySelector("#g")?.remove();
  put();
  expect(element.scrollTop).toBe(20);
});
