import { render, screen } from "@testing-library/svelte";
import { expect, it } from "vitest";
import type { Message } from "../../protocol";
import ChatMessage from "./ChatMessage.svelte";
import { MessageList } from "./messages.svelte";

const changed = (id: string): Message => ({
  id,
  seq: 1,
  author: "ada",
  name: "Ada",
  role: "attendee",
  at: 1_000_000,
  text: `${id}, better`,
  earlier: [`${id}, at first`],
  edited_at: 2_000_000,
});

it("opens nothing of the message that takes the place of one whose earlier words were open", async () => {
  const props = {
    message: changed("one"),
    among: new MessageList(),
    named: () => undefined,
    me: undefined,
    goesOn: false,
    isNew: false,
    lit: false,
    reached: false,
    onjump: () => {},
  };
  const view = render(ChatMessage, props);
  const earlier = () => screen.getByTestId("chat-earlier") as HTMLDetailsElement;
  earlier().open = true;
  await view.rerender({ ...props, message: { ...changed("one"), text: "one, still better" } });
  expect(earlier().open).toBe(true);
  await view.rerender({ ...props, message: changed("two") });
  expect([earlier().open, earlier().textContent?.includes("two, at first")]).toEqual([false, true]);
});
