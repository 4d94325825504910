import { afterEach, describe, expect, it } from "vitest";
import { Origin } from "./origin";

const on = () => document.activeElement?.id;

afterEach(() => {
  document.body.innerHTML = "";
});

describe("what something was opened from", () => {
  const list = () => {
    document.body.innerHTML =
      '<div id="list" tabindex="0"><div><div data-key="one" tabindex="-1"><button id="name">Ada</button></div></div></div><button id="other"></button>';
    return document.getElementById("name") as HTMLElement;
  };

  it("gets the focus back", () => {
    const origin = new Origin(list());
    origin.focus();
    expect([origin.stands, on()]).toEqual([true, "name"]);
  });

  it("does not, where its row is another by then, or gone: the list does", () => {
    const name = list();
    const row = name.parentElement as HTMLElement;
    const origin = new Origin(name);
    row.dataset.key = "two";
    origin.focus();
    expect([origin.stands, on()]).toEqual([false, "list"]);
    row.dataset.key = "one";
    expect(origin.stands).toBe(true);
    row.remove();
    document.getElementById("other")?.focus();
    origin.focus();
    expect([origin.stands, on()]).toEqual([false, "list"]);
  });

  it("leaves the focus alone where it is in no list, and gone", () => {
    list();
    const other = document.getElementById("other") as HTMLElement;
    const origin = new Origin(other);
    other.remove();
    document.getElementById("name")?.focus();
    origin.focus();
    expect(on()).toBe("name");
  });
});
