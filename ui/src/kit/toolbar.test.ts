import Check from "@lucide/svelte/icons/check";
import { render, screen } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { tick } from "svelte";
import { expect, it, vi } from "vitest";
import { characterKeys } from "./character-keys.svelte";
import Toolbar from "./Toolbar.svelte";

it("is one stop of the Tab key, goes round with the arrow keys, and prints no key that presses nothing", async () => {
  const tool = (key: string) => ({ key, label: `Do ${key}`, icon: Check, shortcut: key.toUpperCase() });
  const onpick = vi.fn();
  const view = render(Toolbar, {
    label: "What can be done",
    tools: ["a", "b", "c"].map(tool),
    testid: "do",
    onpick,
  });
  const user = userEvent.setup();
  const on = () => (document.activeElement as HTMLElement).dataset.testid;
  const stops = () => screen.getAllByRole("button").filter(({ tabIndex }) => tabIndex === 0);
  await user.tab();
  const seen = [on()];
  for (const key of ["ArrowRight", "End", "ArrowRight", "ArrowLeft", "Home"]) {
    await user.keyboard(`{${key}}`);
    seen.push(on());
  }
  expect(seen).toEqual(["do-a", "do-b", "do-c", "do-a", "do-c", "do-a"]);
  await user.keyboard("{End}{Enter}");
  expect(onpick.mock.calls).toEqual([["c"]]);
  // What is done takes buttons away: there is a stop all the same.
  await view.rerender({ tools: [tool("a")] });
  expect(stops()).toHaveLength(1);
  expect(screen.getByRole("button", { name: "Do a" }).title).toBe("Do a (A)");
  characterKeys.on = false;
  await tick();
  expect(screen.getByRole("button", { name: "Do a" }).title).toBe("Do a");
});
