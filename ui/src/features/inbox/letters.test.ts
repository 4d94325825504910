import { describe, expect, it } from "vitest";
import type { CommandId, InboxCommandBody, InboxEntry, Outcome } from "../../protocol";
import { Letters } from "./letters.svelte";

const bob = { participant: "bob", name: "Bob", role: "attendee" as const };
const arrived = (message: string): InboxEntry => ({
  position: 1,
  at: 0,
  body: { what: "sent", to: bob, message, text: "hi" },
});

/** A link that answers as it is told. */
function link(...outcomes: (Outcome | { problem: "offline" })[]) {
  const sent: { body: InboxCommandBody; id: CommandId | undefined }[] = [];
  const send = async (body: InboxCommandBody, id?: CommandId): Promise<Outcome> => {
    sent.push({ body, id });
    const outcome = outcomes.shift();
    if (outcome === undefined || "problem" in outcome) throw outcome;
    return outcome;
  };
  return { sent, send };
}

const fates = ({ list }: Letters) => list.map(({ fate }) => fate.is);

describe("what one wrote", () => {
  it("is shown until the inbox has it, whichever comes first", async () => {
    const letters = new Letters();
    const { send } = link({ is: "accepted", seq: 4 });
    const sending = letters.send(send, "bob", "hi", "one");
    expect(letters.to("bob", []).map(({ words }) => words.text)).toEqual(["hi"]);
    expect(letters.to("ada", [])).toEqual([]);
    expect(letters.to("bob", [arrived("one")])).toEqual([]);
    await sending;
    expect(fates(letters)).toEqual(["taken"]);
    letters.arrived([arrived("one")]);
    expect(letters.list).toEqual([]);
  });

  it("waits with its reason where it was refused, and goes again with the same id", async () => {
    const letters = new Letters();
    const { send, sent } = link(
      { is: "refused", refusal: "not_reachable" },
      { problem: "offline" },
      { is: "accepted", seq: 1 },
    );
    await letters.send(send, "bob", "hi", "one");
    expect(fates(letters)).toEqual(["refused"]);
    for (const fate of ["refused", "taken"]) {
      const [letter] = letters.list;
      if (letter) await letters.again(send, letter);
      expect(fates(letters)).toEqual([fate]);
    }
    expect(sent.map(({ id }) => id)).toEqual(["one", "one", "one"]);
    letters.discard("one");
    expect(letters.list).toEqual([]);
  });

  it("that the core kept over its own end is there, each once", async () => {
    const letters = new Letters();
    letters.kept = [
      { id: "old", to: "bob", text: "before" },
      { id: "not", to: "bob", text: "refused", trouble: { problem: "offline" } },
    ];
    const shown = () => letters.to("bob", []).map(({ words, fate }) => [words.text, fate.is]);
    expect(shown()).toEqual([
      ["before", "sent"],
      ["refused", "refused"],
    ]);
    const [, refused] = letters.list;
    if (refused) await letters.again(link({ is: "accepted", seq: 3 }).send, refused);
    expect(shown()).toEqual([
      ["before", "sent"],
      ["refused", "taken"],
    ]);
    expect(letters.to("bob", [arrived("old"), arrived("not")])).toEqual([]);
  });
});
