import { expect, it } from "vitest";
import type { CrewMember } from "../../protocol";
import { offered } from "./offered";

const member = (participant: string, role: CrewMember["role"], on = false): CrewMember => ({
  participant,
  name: participant,
  role,
  sending: { camera: false, microphone: on },
});

it("a seat is offered to who can appear, and to who has one", () => {
  const people = [
    member("speaker", "speaker"),
    member("producer", "producer"),
    member("moderator", "moderator"),
    member("host", "moderator", true),
    member("seated", "organizer"),
  ];
  const scene = { layout: "grid" as const, seats: [null, "seated"] };
  expect(offered(people, scene).map(({ name }) => name)).toEqual(["speaker", "host", "seated"]);
});
