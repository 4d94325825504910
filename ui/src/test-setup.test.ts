import { render, screen } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";
import Key from "./kit/Key.svelte";

it("waits for what comes late: where other things are built beside the tests, a window takes a second to be drawn", async () => {
  let come = false;
  setTimeout(() => {
    come = true;
    render(Key, { key: "Enter" });
  }, 1_300);
  const [found] = await Promise.all([screen.findByText("Enter"), vi.waitFor(() => expect(come).toBe(true))]);
  expect(found).toBeTruthy();
});
