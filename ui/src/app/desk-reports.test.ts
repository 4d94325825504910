import { render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, expect, it, vi } from "vitest";
import { FakeCore } from "../../dev/core";
import { scenes } from "../../dev/scenes";
import type { Duty } from "../protocol/api";
import App from "./App.svelte";
import { House } from "./house.svelte";

async function open(may?: Duty[], section = "reports") {
  const made = scenes.home;
  if (!made) throw new Error("no scene");
  location.hash = `#/dashboard/org-tidewater/event/event-main/${section}`;
  const core = new FakeCore(made, "dashboard");
  if (may) core.server.world.may = may;
  const view = render(App, { house: new House(core) });
  await tick();
  return { core, user: userEvent.setup(), ...view };
}
const row = async (on: string) => {
  const rows = await screen.findAllByTestId("report");
  const found = rows.find((one) => one.dataset.on === on);
  if (!found) throw new Error(`no report on ${on}`);
  return found;
};
const saves = (core: FakeCore) => core.calls.filter((call) => call.startsWith("saveReport"));

afterEach(() => {
  location.hash = "";
});

it("says how much there is, and of what there is nothing it says that instead of offering a file", async () => {
  const { core, user, container } = await open();
  expect((await row("chat")).textContent).toContain("3,620 messages");
  expect(within(await row("log")).queryByTestId("report-csv")).toBeNull();
  const { rooms } = core.server.event("event-main");
  await user.selectOptions(screen.getByTestId("reports-room"), rooms[1]?.id ?? "");
  const questions = await row("questions");
  expect(questions.textContent).toContain("Nothing was asked in this room.");
  expect(within(questions).queryAllByRole("button")).toEqual([]);
  expect((await axe.run(container)).violations.map(({ id }) => id)).toEqual([]);
});

it("saves a report on all rooms, or on the one that is chosen, under a name that says what it is", async () => {
  const { core, user } = await open();
  await user.click(within(await row("polls")).getByTestId("report-csv"));
  expect((await screen.findByTestId("file-saved")).textContent).toContain(
    "rust-in-production-2026-polls.csv",
  );
  const [room] = core.server.event("event-main").rooms;
  await user.selectOptions(screen.getByTestId("reports-room"), room?.id ?? "");
  await user.click(within(await row("log")).getByRole("button", { name: "Everything as JSON Lines" }));
  await vi.waitFor(() => expect(saves(core)).toHaveLength(2));
  expect(saves(core)).toEqual([
    "saveReport event-main  polls.csv rust-in-production-2026-polls.csv",
    `saveReport event-main ${room?.id} log.jsonl rust-in-production-2026-main-stage-log.jsonl`,
  ]);
});

it("is stopped while it is on its way: nothing was saved, and the next can be", async () => {
  const { core, user } = await open();
  core.moved = new Promise(() => {});
  await user.click(within(await row("chat")).getByTestId("report-csv"));
  expect((within(await row("chat")).getByTestId("report-jsonl") as HTMLButtonElement).disabled).toBe(true);
  await user.click(await screen.findByTestId("file-stop"));
  await vi.waitFor(() => expect(screen.queryByTestId("file-stop")).toBeNull());
  expect(core.calls).toContain("stopSaving");
  expect(screen.queryByTestId("file-saved")).toBeNull();
  core.moved = Promise.resolve();
  await user.click(within(await row("chat")).getByTestId("report-csv"));
  await screen.findByTestId("file-saved");
});

it("says why a report could not be saved", async () => {
  const { core, user } = await open();
  await row("chat");
  core.offline = true;
  await user.click(within(await row("chat")).getByTestId("report-csv"));
  expect((await screen.findByTestId("file-problem")).textContent).not.toBe("");
});

it("is no part of the event for those who may not take logs out of the house", async () => {
  await open(["READ_EVENT", "READ_PEOPLE"], "overview");
  await screen.findByRole("link", { name: "People" });
  expect(screen.queryByRole("link", { name: "Reports" })).toBeNull();
});
