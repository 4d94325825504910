import { render, screen } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import TabList from "./TabList.svelte";

const tab = (key: string, unread = 0) => ({ key, label: key, unread, said: `${unread} new` });

it("goes from tab to tab with the arrow keys, round at the ends, and says what is unread", async () => {
  const onchoose = vi.fn((current: string) => void view.rerender({ current }));
  const tabs = [tab("chat"), tab("polls", 120), tab("people")];
  const view = render(TabList, { label: "Side", tabs, current: "chat", onchoose });
  const user = userEvent.setup();
  await user.tab();
  expect(document.activeElement?.id).toBe("tab-chat");
  for (const key of ["ArrowLeft", "ArrowRight", "ArrowRight", "End", "Home"]) await user.keyboard(`{${key}}`);
  expect(onchoose.mock.calls.flat()).toEqual(["people", "chat", "polls", "people", "chat"]);
  expect(document.activeElement?.id).toBe("tab-chat");
  expect(screen.getByTestId("unread-polls").textContent).toBe("99+");
  expect(screen.getByRole("tab", { name: /polls.*120 new/ }).tabIndex).toBe(-1);
  expect(screen.queryByTestId("unread-people")).toBeNull();
  await view.rerender({
    tabs: [tab("chat"), { ...tab("polls", 2), news: true }, { ...tab("people"), news: true, said: "4 new" }],
  });
  expect(screen.queryByTestId("news-polls")).toBeNull();
  expect(screen.getByTestId("news-people")).toBeTruthy();
  expect(screen.getByRole("tab", { name: /people.*4 new/ })).toBeTruthy();
});
