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
