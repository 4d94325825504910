import { screen, within } from "@testing-library/svelte";
import { afterEach, expect, it, vi } from "vitest";
import { changes, open, part } from "./desk-test";

afterEach(() => {
  location.hash = "";
});

const organisation = (name: string) => `dashboard/org-tidewater/${name}`;

it("a template that was deleted is restored from below the list", async () => {
  const { core, user } = await open(organisation("templates"));
  const own = core.server.world.templates.at(-1)?.title ?? "";
  await user.click((await screen.findAllByRole("button", { name: "Delete" }))[0] as HTMLElement);
  const dialog = await screen.findByRole("dialog");
  expect(dialog.textContent).toContain("restored for 30 days");
  await user.click(within(dialog).getByRole("button", { name: "Delete" }));
  const gone = await screen.findByTestId("templates-gone");
  expect(gone.textContent).toContain(own);
  await user.click(within(gone).getByRole("button", { name: `Restore “${own}”` }));
  await vi.waitFor(() => expect(screen.queryByTestId("templates-gone")).toBeNull());
  expect(changes(core)).toEqual(["change DeleteTemplate", "change RestoreTemplate"]);
  expect(core.server.world.templates.some(({ title }) => title === own)).toBe(true);
});

it("a webhook that was deleted is restored from below the list", async () => {
  const { core, user } = await open(organisation("integrations"));
  const [hook] = core.server.world.webhooks;
  const url = hook?.url ?? "";
  await user.click(await screen.findByRole("button", { name: `Delete ${url}` }));
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
  const gone = await screen.findByTestId("webhooks-gone");
  await user.click(within(gone).getByRole("button", { name: `Restore “${url}”` }));
  await vi.waitFor(() => expect(core.server.world.webhooks.map(({ id }) => id)).toContain(hook?.id));
});

it("an invitation is taken back after a question", async () => {
  const { core, main, user } = await open(part("speakers"));
  const speaker = main().speakers.find(({ invitedAt }) => invitedAt !== null);
  const cards = await screen.findAllByTestId("speaker");
  const card = within(cards.find((one) => one.textContent?.includes(speaker?.name ?? "")) as HTMLElement);
  await user.click(card.getByTestId("speaker-edit"));
  await user.click(await card.findByTestId("speaker-revoke"));
  await user.click(await screen.findByTestId("speaker-revoke-yes"));
  await vi.waitFor(() => expect(changes(core)).toEqual(["change RevokeInvitation"]));
  await vi.waitFor(() => expect(card.queryByTestId("speaker-revoke")).toBeNull());
});

it("of a draft it is said what goes out when", async () => {
  const before = (core: { server: { event: (id: string) => { phase: string } } }) => {
    core.server.event("event-main").phase = "DRAFT";
  };
  const { user } = await open(part("people"), { before });
  expect((await screen.findByTestId("people-draft")).textContent).toContain("when you publish it");
  await user.click(screen.getByTestId("people-add"));
  expect((await screen.findByRole("dialog")).textContent).toContain("when you publish it");
  location.hash = `#/${part("speakers")}`;
  expect((await screen.findByTestId("speakers-draft")).textContent).toContain("at once");
});
