import { render, screen } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { createRawSnippet } from "svelte";
import { describe, expect, it, vi } from "vitest";
import { focused } from "../test-focus";
import Button from "./Button.svelte";

function open() {
  const onclick = vi.fn();
  const children = createRawSnippet(() => ({ render: () => "<span>Send</span>" }));
  const view = render(Button, { children, onclick, disabled: false });
  const button = screen.getByRole<HTMLButtonElement>("button");
  const able = (can: boolean) => view.rerender({ disabled: !can });
  return { button, able, onclick, user: userEvent.setup() };
}

describe("a button that cannot be pressed any more", () => {
  it("is disabled, and can be pressed again afterwards", async () => {
    const { button, able, onclick, user } = open();
    await able(false);
    expect([button.disabled, button.getAttribute("aria-disabled")]).toEqual([true, null]);
    await able(true);
    await user.click(button);
    expect([button.disabled, onclick.mock.calls.length]).toEqual([false, 1]);
  });

  it("keeps the focus where it has it, says so, and does nothing, until one goes on", async () => {
    const { button, able, onclick, user } = open();
    button.focus();
    await able(false);
    expect([focused(), button.getAttribute("aria-disabled")]).toEqual([button, "true"]);
    await user.keyboard("{Enter} ");
    await user.click(button);
    expect(onclick).not.toHaveBeenCalled();
    await able(true);
    await user.keyboard("{Enter}");
    expect([button.getAttribute("aria-disabled"), onclick.mock.calls.length]).toEqual([null, 1]);
    await able(false);
    button.blur();
    expect([button.disabled, button.getAttribute("aria-disabled")]).toEqual([true, null]);
  });

  it("sends no form", async () => {
    const { button, able, user } = open();
    const form = document.createElement("form");
    const sent = vi.fn((event: Event) => event.preventDefault());
    form.addEventListener("submit", sent);
    button.replaceWith(form);
    form.append(button);
    button.type = "submit";
    button.focus();
    await able(false);
    await user.keyboard("{Enter}");
    expect(sent).not.toHaveBeenCalled();
    await able(true);
    await user.keyboard("{Enter}");
    expect(sent).toHaveBeenCalledOnce();
  });

  it("keeps it over leaving the window", async () => {
    const { button, able } = open();
    button.focus();
    await able(false);
    button.dispatchEvent(new FocusEvent("blur"));
    expect(focused()).toBe(button);
  });
});
