import { flushSync } from "svelte";
import { expect, it } from "vitest";
import { MessageList } from "./messages.svelte";

it("asks whoever attends to it once, and not with every message", () => {
  const list = new MessageList();
  let asked = 0;
  const end = $effect.root(() => {
    $effect(() => {
      asked += 1;
      list.attend(true);
      return () => list.attend(false);
    });
  });
  flushSync();
  for (let seq = 1; seq < 5; seq++) {
    list.add({ id: `m${seq}`, seq, author: "ada", name: "Ada", role: "attendee", at: seq, text: "Words" });
    flushSync();
  }
  expect([asked, list.unread]).toEqual([1, 0]);
  end();
});
