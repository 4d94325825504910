import { render, screen } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../../dev/core";
import { scenes } from "../../../dev/scenes";
import App from "../App.svelte";
import { House } from "../house.svelte";

async function open(window: string, scene: string, tab: string) {
  const made = scenes[scene];
  if (!made) throw new Error(`no scene ${scene}`);
  location.hash = `#/${window}`;
  const core = new FakeCore(made, window);
  const house = new House(core);
  render(App, { house });
  await vi.waitFor(() => {
    if (!(house.room.here && house.session)) throw new Error("not there yet");
  });
  await tick();
  const user = userEvent.setup();
  await user.click(screen.getByTestId(`tab-${tab}`));
  const panel = await screen.findByRole("tabpanel", {
    name: new RegExp(`^${screen.getByTestId(`tab-${tab}`).firstChild?.textContent?.trim()}`),
  });
  return { core, house, user, panel };
}

/** What the arrow keys go through, from the one stop that it has. */
const ROVING = "[role=toolbar], [role=tablist], [role=menu], [role=radiogroup], [role=listbox]";
/** A row, of which the arrow keys choose one: the Tab key goes on into the one that has the focus. */
const ROW = "[role=feed] [data-key]";
/** What Enter on its row does. */
const PICKED = "[data-testid=roster-person]";

/** What can be pressed, and cannot be come to by keyboard, as things stand. */
const missed = (within: HTMLElement) =>
  [...within.querySelectorAll<HTMLElement>("button, input, select, textarea, a[href]")]
    .filter((one) => !one.matches(":disabled") && one.closest("[hidden]") === null && one.tabIndex < 0)
    .filter((one) => one.closest(ROVING)?.querySelector("[tabindex='0']") == null)
    .filter((one) => one.closest(ROW) === null || !one.matches(PICKED));

/** What can be pressed, and cannot be come to by keyboard: in a row, while that has the focus. */
async function unreached(within: HTMLElement) {
  const found = missed(within).filter((one) => one.closest(ROW) === null);
  const keys = [...within.querySelectorAll<HTMLElement>(ROW)].map(({ dataset }) => dataset.key);
  for (const key of keys) {
    const row = within.querySelector<HTMLElement>(`[data-key="${key}"]`);
    row?.focus();
    await tick();
    expect(document.activeElement).toBe(row);
    if (row) found.push(...missed(row));
  }
  return found.map((one) => one.outerHTML.slice(0, 120));
}
const unnamed = (within: HTMLElement) =>
  [...within.querySelectorAll<HTMLElement>("button, input, select, textarea, a[href]")]
    .filter((one) => one.closest("[hidden]") === null)
    .filter(
      (one) =>
        !(
          one.getAttribute("aria-label") ||
          one.textContent?.trim() ||
          (one as HTMLInputElement).labels?.length
        ),
    )
    .map((one) => one.outerHTML.slice(0, 120));

afterEach(() => {
  location.hash = "";
});

describe("everything beside the stage can be come to by keyboard, has a name, and no serious fault that axe finds", () => {
  const parts = Object.entries({
    control: {
      chat: "talk",
      qa: "queue",
      polls: "planned",
      people: "live",
      hands: "hands",
      notes: "talk",
      order: "order",
      inbox: "live",
    },
    attendee: { chat: "talk", qa: "questions", polls: "ballots", people: "live", inbox: "live" },
    studio: { qa: "questions", polls: "polls", people: "live" },
  }).flatMap(([window, tabs]) =>
    Object.entries(tabs).map(([tab, scene]) => ({ window, tab, scene: scene as string })),
  );
  it.each(parts)("$tab in $window", async ({ window, tab, scene }) => {
    const { panel } = await open(window, scene, tab);
    expect([await unreached(panel), unnamed(panel)]).toEqual([[], []]);
    const { violations } = await axe.run(panel, {
      rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
    });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });
});
