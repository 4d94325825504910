import type { CrewMember, Scene } from "../../protocol";

/** Whom a seat is offered to: speakers, whoever else shows or says something, and who is in the scene already. */
export const offered = (people: CrewMember[], scene: Scene): CrewMember[] =>
  people.filter(
    ({ participant, role, sending }) =>
      role === "speaker" || sending.camera || sending.microphone || scene.seats.includes(participant),
  );
