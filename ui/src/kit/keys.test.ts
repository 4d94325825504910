import { afterEach, describe, expect, it, vi } from "vitest";
import { characterKeys } from "./character-keys.svelte";
import { shortcuts } from "./keys";

afterEach(() => {
  document.body.replaceChildren();
});

function pressed(key: string, on: Element, init: KeyboardEventInit = {}): boolean {
  const action = vi.fn();
  const listen = shortcuts({ [key.toLowerCase()]: action });
  window.addEventListener("keydown", listen);
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));
  window.removeEventListener("keydown", listen);
  return action.mock.calls.length > 0;
}

function put(html: string): Element {
  document.body.innerHTML = html;
  return document.querySelector("#here") ?? document.body;
}

describe("a shortcut", () => {
  it("works where nothing has the focus, and in its own part of the window", () => {
    expect(pressed("Enter", document.body)).toBe(true);
    expect(pressed("m", put('<main data-shortcuts><p id="here" tabindex="0"></p></main>'))).toBe(true);
    expect(pressed("m", put('<main data-shortcuts><button id="here"></button></main>'))).toBe(true);
  });

  it("does nothing where the focus is elsewhere, as in the log of the chat", () => {
    for (const key of ["Enter", "m", "1"])
      expect(pressed(key, put('<aside><div id="here" role="log" tabindex="0"></div></aside>')), key).toBe(
        false,
      );
    expect(pressed("1", put('<header><button id="here"></button></header>'))).toBe(false);
  });

  it("leaves fields, dialogs and what Enter presses alone", () => {
    expect(pressed("m", put('<main data-shortcuts><input id="here"></main>'))).toBe(false);
    expect(pressed("m", put('<main data-shortcuts><dialog><p id="here"></p></dialog></main>'))).toBe(false);
    expect(pressed("Enter", put('<main data-shortcuts><button id="here"></button></main>'))).toBe(false);
    expect(pressed("m", document.body, { ctrlKey: true })).toBe(false);
  });

  it("goes past a radio button, which WebKit gives the focus after a click on its label", () => {
    for (const key of ["Enter", "1", "m"])
      expect(pressed(key, put('<main data-shortcuts><input id="here" type="radio"></main>')), key).toBe(true);
    expect(
      pressed(" ", put('<main data-shortcuts><input id="here" type="radio"></main>')),
      "it chooses",
    ).toBe(false);
  });

  it("of one character can be switched off, and that is remembered; Enter and Space are none", () => {
    characterKeys.switch(false);
    expect([pressed("m", document.body), pressed("?", document.body)]).toEqual([false, false]);
    expect([pressed("Enter", document.body), pressed(" ", document.body)]).toEqual([true, true]);
    characterKeys.restore();
    expect(characterKeys.on).toBe(false);
    characterKeys.switch(true);
    expect(pressed("m", document.body)).toBe(true);
  });
});
