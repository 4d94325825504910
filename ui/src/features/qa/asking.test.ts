import { describe, expect, it } from "vitest";
import type { Outcome } from "../../protocol";
import { Asking } from "./asking.svelte";

function asker(answer: () => Promise<Outcome>) {
  const ids: (string | undefined)[] = [];
  const dropped: string[] = [];
  const asking = new Asking(
    (_, id) => {
      ids.push(id);
      return answer();
    },
    async (id) => void dropped.push(id),
  );
  return { asking, ids, dropped };
}
const question = { text: "Why?", anonymous: false };
const shown = (asking: Asking, seq = 4) =>
  asking.after(seq, []).map(({ words, fate }) => [words.text, fate.is]);

describe("a question of one's own", () => {
  it("waits where the others stand until the room has it, and the field is for the next one", async () => {
    let answer: (outcome: Outcome) => void = () => {};
    const { asking } = asker(() => new Promise((done) => (answer = done)));
    asking.draft = "Why?";
    const asked = asking.ask(question, 4);
    expect([asking.draft, shown(asking)]).toEqual(["", [["Why?", "sent"]]]);
    asking.draft = "And the next";
    answer({ is: "accepted", seq: 5 });
    await asked;
    expect([asking.draft, shown(asking), shown(asking, 5)]).toEqual([
      "And the next",
      [["Why?", "taken"]],
      [],
    ]);
  });

  it("comes back into the field with the reason where it was refused, and the core lets it go", async () => {
    const { asking, ids, dropped } = asker(async () => ({ is: "refused", refusal: "words_not_allowed" }));
    await asking.ask(question, 4);
    expect([asking.draft, shown(asking), dropped]).toEqual(["Why?", [], ids]);
    expect(asking.trouble?.what).toContain("not allowed");
  });

  it("stays where it is, to be asked again, where the next one was begun", async () => {
    const { asking, ids } = asker(async () => {
      asking.draft = "And the next";
      return { is: "refused", refusal: "slow_down" };
    });
    await asking.ask(question, 4);
    expect([asking.draft, shown(asking)]).toEqual(["And the next", [["Why?", "refused"]]]);
    const [refused] = asking.after(4, []);
    if (refused) asking.again(refused, 4);
    expect(ids).toEqual([refused?.id, refused?.id]);
  });

  it("is anonymous by a choice made for it: the next begins with one's name, words that come back keep what they were asked with", async () => {
    let outcome: Outcome = { is: "accepted", seq: 5 };
    const { asking } = asker(async () => outcome);
    asking.unnamed = true;
    await asking.ask({ text: "Who is paid what?", anonymous: true }, 4);
    expect(asking.unnamed).toBe(false);
    outcome = { is: "refused", refusal: "words_not_allowed" };
    await asking.ask({ text: "And who decides?", anonymous: true }, 5);
    expect([asking.draft, asking.unnamed]).toEqual(["And who decides?", true]);
  });

  it("that the core kept over its own end is there, and nothing else that it kept", () => {
    const { asking } = asker(async () => ({ is: "accepted", seq: 5 }));
    const kept = asking.after(4, [
      { id: "q", room: "room", body: { do: "ask_question", text: "Before?", anonymous: true } },
      { id: "m", room: "room", body: { do: "send_message", text: "Hello" } },
    ]);
    expect(kept).toEqual([{ id: "q", words: { text: "Before?", anonymous: true }, fate: { is: "sent" } }]);
  });
});
