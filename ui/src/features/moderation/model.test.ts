import { describe, expect, it } from "vitest";
import type { Role, Sanctioned } from "../../protocol";
import { ModerationModel } from "./model.svelte";

const by = (by_role: Role | undefined): Sanctioned => ({
  participant: "tomas",
  name: "Tomás",
  sanction: { is: "muted" },
  at: 0,
  by: "noor",
  ...(by_role && { by_role }),
});

describe("what somebody is kept from", () => {
  it.each<[Role, (Role | undefined)[]]>([
    ["moderator", [undefined, "moderator"]],
    ["producer", [undefined, "moderator", "producer"]],
    ["organizer", [undefined, "moderator", "producer", "organizer"]],
  ])("is ended by a %s, where they stand no lower than who did it", (role, ends) => {
    const model = new ModerationModel();
    model.role = role;
    const all = [undefined, "moderator", "producer", "organizer"] as const;
    expect(all.filter((one) => model.mayEnd(by(one)))).toEqual(ends);
  });
});

describe("whoever looks after the room", () => {
  it.each<[Role, (Role | undefined)[]]>([
    ["moderator", [undefined, "attendee", "speaker"]],
    ["producer", [undefined, "attendee", "speaker", "moderator"]],
    ["organizer", [undefined, "attendee", "speaker", "moderator", "producer"]],
  ])("keeps from something, as %s, those who stand below them, as far as that is known", (role, below) => {
    const model = new ModerationModel();
    model.role = role;
    const all = [undefined, "attendee", "speaker", "moderator", "producer", "organizer"] as const;
    expect(all.filter((one) => model.outranks(one))).toEqual(below);
  });
});
