import { screen, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { changes, open, part } from "./desk-test";

afterEach(() => {
  location.hash = "";
});

const field = (id: string) => screen.getByTestId<HTMLInputElement>(id);

describe("a speaker without an e-mail address", () => {
  const card = async (name: string) => {
    const cards = await screen.findAllByTestId("speaker");
    return within(cards.find((card) => card.textContent?.includes(name)) as HTMLElement);
  };

  it("gets a link to be handed over, and another one when the page was left meanwhile", async () => {
    const { core, main, user } = await open(part("speakers"));
    const name = main().speakers.find(({ email }) => email === null)?.name ?? "";
    await user.click((await card(name)).getByRole("button", { name: "Make a link" }));
    await vi.waitFor(() => expect(field("speaker-link").value).toContain("/join/"));
    expect(changes(core)).toEqual(["change InviteSpeaker"]);
    expect(screen.getByTestId("told").textContent).not.toContain("by mail");
    location.hash = `#/${part("tickets")}`;
    await screen.findAllByTestId("ticket");
    location.hash = `#/${part("speakers")}`;
    await user.click((await card(name)).getByRole("button", { name: "New link" }));
    expect(await screen.findByTestId("speaker-link")).toBeTruthy();
  });
});
