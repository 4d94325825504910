import type { CrewMember, ParticipantId, Phase, Role, Scene, Snapshot, Update } from "../../protocol";

const emptyScene = (): Scene => ({ layout: "solo", seats: [] });

/** Where someone of the crew is, in the words of the tally. */
export type Place = "program" | "stage" | "next" | "backstage";

/** How large somebody's name is in a scene. */
export type Label = "none" | "small" | "large";

/** Whether whoever is on stage as this comes from the audience. */
export const isGuest = (role: Role): boolean => role === "attendee" || role === "unknown";

/** The show and who makes it. Changes only in `restore` and `apply`, which mirror the rules in `server/domain`. */
export class StageModel {
  title = $state.raw("");
  phase = $state.raw<Phase>({ phase: "rehearsal" });
  /** In the order in which they came. */
  onStage = $state.raw<CrewMember[]>([]);
  program = $state.raw<Scene>(emptyScene());
  /** Nobody for the audience, who are not told. */
  backstage = $state.raw<CrewMember[]>([]);
  preview = $state.raw<Scene>(emptyScene());
  /** Whether this is the crew's view. */
  crew = $state.raw(false);

  /** Everybody of the crew whom this view knows: first those on stage. */
  readonly everybody = $derived([...this.onStage, ...this.backstage]);
  readonly live = $derived(this.phase.phase === "live");
  /** Those of the audience who are on stage because their hand was taken. */
  readonly guests = $derived(this.onStage.filter(({ role }) => isGuest(role)));

  readonly #byId = $derived(new Map(this.everybody.map((member) => [member.participant, member])));

  member(id: ParticipantId): CrewMember | undefined {
    return this.#byId.get(id);
  }

  place(id: ParticipantId): Place {
    if (this.program.seats.includes(id)) return "program";
    if (this.onStage.some((member) => member.participant === id)) return "stage";
    return this.preview.seats.includes(id) ? "next" : "backstage";
  }

  restore(snapshot: Snapshot): void {
    this.title = snapshot.title;
    this.phase = snapshot.phase;
    this.onStage = snapshot.on_stage;
    this.program = snapshot.program;
    this.crew = snapshot.crew !== undefined;
    this.backstage = snapshot.crew?.backstage ?? [];
    this.preview = snapshot.crew?.preview ?? emptyScene();
  }

  apply({ at, body }: Update): void {
    switch (body.what) {
      case "crew_arrived":
        this.backstage = [...without(this.backstage, body.member.participant), body.member];
        break;
      case "crew_left":
        this.onStage = without(this.onStage, body.participant);
        this.backstage = without(this.backstage, body.participant);
        this.program = vacate(this.program, body.participant);
        this.preview = vacate(this.preview, body.participant);
        break;
      case "sending_changed": {
        const change = (member: CrewMember) =>
          member.participant === body.participant
            ? { ...member, sending: body.sending, device: body.device }
            : member;
        this.onStage = this.onStage.map(change);
        this.backstage = this.backstage.map(change);
        break;
      }
      case "came_on_stage":
        this.backstage = without(this.backstage, body.member.participant);
        this.onStage = [...without(this.onStage, body.member.participant), body.member];
        break;
      case "left_stage": {
        const member = this.onStage.find(({ participant }) => participant === body.participant);
        this.onStage = without(this.onStage, body.participant);
        this.program = vacate(this.program, body.participant);
        if (member && this.crew) this.backstage = [...this.backstage, member];
        break;
      }
      case "preview_set":
        this.preview = body.scene;
        break;
      case "program_set":
        this.program = body.scene;
        break;
      case "taken":
        if (this.crew) this.preview = this.program;
        this.program = body.program;
        break;
      case "went_live":
        this.phase = { phase: "live", since: at };
        break;
      case "ended":
        if (this.phase.phase === "live") {
          this.phase = { phase: "ended", since: this.phase.since, at, undo_until: body.undo_until };
        }
        break;
      case "end_undone":
        if (this.phase.phase === "ended") this.phase = { phase: "live", since: this.phase.since };
        break;
      case "run_of_show_set":
      case "cue_called":
      case "cues_reset":
      case "message_sent":
      case "message_removed":
      case "hidden":
      case "unknown":
        break;
    }
  }
}

const without = (members: CrewMember[], id: ParticipantId): CrewMember[] =>
  members.filter((member) => member.participant !== id);

/** The scene with nobody on the person's seat. */
const vacate = (scene: Scene, id: ParticipantId): Scene =>
  scene.seats.includes(id)
    ? { ...scene, seats: scene.seats.map((seat) => (seat === id ? null : seat)) }
    : scene;
