import { render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../dev/core";
import { scenes } from "../../dev/scenes";
import App from "./App.svelte";
import { House } from "./house.svelte";

async function open() {
  const made = scenes.home;
  if (!made) throw new Error("no scene");
  location.hash = "#/dashboard/org-tidewater/event/event-main/show";
  const core = new FakeCore(made, "dashboard");
  render(App, { house: new House(core) });
  await tick();
  const parts = await screen.findAllByTestId("run-part");
  return { core, plan: () => core.server.event("event-main").showPlan, user: userEvent.setup(), parts };
}

afterEach(() => {
  location.hash = "";
});

describe("the plan of a show", () => {
  it("gets a cue, which is named next, and loses it with a way back", async () => {
    const { plan, user, parts } = await open();
    const first = parts[1] as HTMLElement;
    await user.click(within(first).getByTestId("cue-add"));
    await vi.waitFor(() => expect(document.activeElement?.getAttribute("data-testid")).toBe("cue-title"));
    await user.keyboard("Trailer{Enter}");
    await vi.waitFor(() => expect(plan().cues[3]?.title).toBe("Trailer"));
    await user.click(within(first).getAllByTestId("cue-delete").at(-1) as HTMLElement);
    await vi.waitFor(() => expect(plan().cues).toHaveLength(5));
    await user.click(await screen.findByText("Undo"));
    await vi.waitFor(() => expect(plan().cues[3]?.title).toBe("Trailer"));
  });

  it("moves a cue with the keyboard, and the focus goes with it", async () => {
    const { plan, user, parts } = await open();
    within(parts[1] as HTMLElement)
      .getAllByTestId("cue-title")[1]
      ?.focus();
    await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
    await vi.waitFor(() => expect(plan().cues[1]?.title).toBe("Welcome"));
    const row = within(screen.getAllByTestId("run-part")[1] as HTMLElement).getAllByTestId("cue")[0];
    await vi.waitFor(() => expect(row?.contains(document.activeElement)).toBe(true));
  });

  it("leads from the button that moved a cue to the top to its title: further up it does not go", async () => {
    const { plan, user, parts } = await open();
    within(parts[1] as HTMLElement)
      .getAllByTestId("cue-up")[1]
      ?.focus();
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(plan().cues[1]?.title).toBe("Welcome"));
    const title = () =>
      within(screen.getAllByTestId("run-part")[1] as HTMLElement).getAllByTestId("cue-title")[0];
    await vi.waitFor(() => expect(document.activeElement).toBe(title()));
  });

  it("keeps what is typed of a cue by that cue, wherever it is put meanwhile", async () => {
    const { core, plan, user, parts } = await open();
    const [first, second] = plan().cues.slice(1, 3);
    const notes = within(parts[1] as HTMLElement).getAllByTestId("cue-notes")[1] as HTMLElement;
    await user.type(notes, " Louder");
    await vi.waitFor(() =>
      expect([...core.kept.keys()].join()).toContain(`cue/event-main.${second?.id}/notes`),
    );
    plan().cues.splice(1, 2, ...[second, first].flatMap((cue) => cue ?? []));
    expect([...core.kept.values()].map(({ text }) => text).join()).toContain("Louder");
    location.hash = "#/dashboard/org-tidewater/event/event-main/overview";
    await vi.waitFor(() => expect(screen.queryByTestId("run-part")).toBeNull());
    location.hash = "#/dashboard/org-tidewater/event/event-main/show";
    const again = (await screen.findAllByTestId("run-part"))[1] as HTMLElement;
    const offer = await within(again).findByTestId("draft-offer");
    const row = offer.closest("[data-testid=cue]");
    expect(within(row as HTMLElement).getByTestId<HTMLInputElement>("cue-title").value).toBe(second?.title);
  });

  it.each([
    { field: "poll-question", at: 0, what: "a poll" },
    { field: "scene-name", at: 1, what: "a scene" },
  ])(
    "keeps what is typed of $what by it, whatever another puts before it or takes out",
    async ({ field, at }) => {
      const { core, plan, user } = await open();
      const { polls, scenes: named } = plan();
      const typed = screen.getAllByTestId<HTMLInputElement>(field)[at] as HTMLInputElement;
      const before = typed.value;
      await user.type(typed, " Otherwise");
      await vi.waitFor(() => expect([...core.kept.values()].map(({ text }) => text)).toHaveLength(1));
      polls.unshift(...polls.map((poll) => ({ ...poll, id: "another", question: "Coffee?" })));
      named.shift();
      location.hash = "#/dashboard/org-tidewater/event/event-main/overview";
      await vi.waitFor(() => expect(screen.queryByTestId("run-part")).toBeNull());
      location.hash = "#/dashboard/org-tidewater/event/event-main/show";
      const row = (await screen.findByTestId("draft-offer")).closest("li") as HTMLElement;
      expect(within(row).getByTestId<HTMLInputElement>(field).value).toBe(before);
    },
  );

  it("says how long a session is meant to take, and takes only what its length fits", async () => {
    const { core, plan, user, parts } = await open();
    const second = within(parts[2] as HTMLElement);
    const longest = second.getByTestId("longest") as HTMLInputElement;
    expect([(second.getByTestId("shortest") as HTMLInputElement).value, longest.value]).toEqual(["30", "60"]);
    await user.clear(longest);
    await user.type(longest, "5{Enter}");
    expect((await second.findByText(/to 2,880, or nothing/)).textContent).toBeTruthy();
    expect(core.calls.filter((call) => call.startsWith("change"))).toEqual([]);
    await user.clear(longest);
    await user.type(longest, "90{Enter}");
    await vi.waitFor(() => expect(plan().lengths[0]).toMatchObject({ shortest: 30, longest: 90 }));
    await user.clear(longest);
    await user.type(longest, "{Enter}");
    await vi.waitFor(() => expect(plan().lengths[0]).toMatchObject({ shortest: 30, longest: null }));
    const first = within(screen.getAllByTestId("run-part")[1] as HTMLElement);
    await user.type(first.getByTestId("shortest"), "10{Enter}");
    await vi.waitFor(() => expect(plan().lengths).toHaveLength(2));
  });

  it("takes no minutes that are none", async () => {
    const { core, user, parts } = await open();
    const minutes = within(parts[1] as HTMLElement).getAllByTestId("cue-minutes")[0] as HTMLElement;
    await user.clear(minutes);
    await user.type(minutes, "ten{Enter}");
    expect(await screen.findByText("1 to 1440")).toBeTruthy();
    expect(core.calls.filter((call) => call.startsWith("change"))).toEqual([]);
  });

  it("says by its options why a poll cannot be asked", async () => {
    const { core, user, plan } = await open();
    const before = plan().polls.length;
    const message = "this option reads like one before it: `yes`";
    vi.spyOn(core, "change").mockRejectedValueOnce({ code: "TEMPLATE_INVALID", message });
    await user.type(screen.getByTestId("poll-new"), "Tea?");
    const options = screen.getByTestId("poll-new-options");
    await user.type(options, "Yes{Enter}yes");
    await user.click(screen.getByTestId("poll-add"));
    await vi.waitFor(() => expect(options.getAttribute("aria-invalid")).toBe("true"));
    const said = document.getElementById(options.getAttribute("aria-describedby") ?? "");
    expect(said?.textContent).toContain(message);
    await user.type(options, ", please");
    await user.click(screen.getByTestId("poll-add"));
    await vi.waitFor(() => expect(plan().polls).toHaveLength(before + 1));
    expect(options.getAttribute("aria-invalid")).toBe("false");
  });

  it("gets a scene and a poll, and a mail in the organizer's words", async () => {
    const { plan, user } = await open();
    await user.type(screen.getAllByTestId("scene-new")[0] as HTMLElement, "Duel{Enter}");
    await vi.waitFor(() => expect(plan().scenes.at(-1)).toMatchObject({ name: "Duel", layout: "SOLO" }));
    await user.type(screen.getByTestId("poll-new"), "Tea?");
    await user.type(screen.getByTestId("poll-new-options"), "Yes{Enter}No");
    await user.click(screen.getByTestId("poll-add"));
    await vi.waitFor(() =>
      expect(plan().polls.at(-1)).toMatchObject({ question: "Tea?", options: ["Yes", "No"] }),
    );
    const mail = within(screen.getByTestId("mail-REMINDER_DAY"));
    await user.click(mail.getByTestId("mail-own"));
    await vi.waitFor(() => expect(plan().mails[0]?.subject).toBe("Tomorrow: { $event }"));
    await user.click(await mail.findByTestId("mail-drop"));
    await vi.waitFor(() => expect(plan().mails).toEqual([]));
  });
});
