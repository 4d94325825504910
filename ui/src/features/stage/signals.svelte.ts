import type { Level, ParticipantId, SignalBody, SlotMap } from "../../protocol";

/** Levels come at least once a second while someone's sound arrives; when two were lost, all count as quiet. */
const QUIET_AFTER_MS = 2_500;
/** In dB below full scale. */
const SILENCE = 127;

type Heard = { below: number; speaking: boolean };

/** What passes: how many watch, whose media the slots carry, who speaks. Any of it may be lost, and the next one mends it. */
export class StageSignals {
  /** Nothing until the server said it. */
  watching = $state.raw<number | undefined>();
  #slots = $state.raw<SlotMap>({ video: [], audio: [] });
  /** Of those on stage, and for the crew of those backstage. */
  #levels = $state.raw(new Map<ParticipantId, Heard>());
  #quiet: ReturnType<typeof setTimeout> | undefined;

  apply(body: SignalBody): void {
    switch (body.signal) {
      case "watching":
        this.watching = body.count;
        break;
      case "slots":
        this.#slots = body.slots;
        break;
      case "levels":
        this.#heard(body.levels);
        break;
      case "unknown":
        break;
    }
  }

  /** What passed was of another room. */
  leave(): void {
    this.watching = undefined;
    this.#slots = { video: [], audio: [] };
    this.#heard([]);
  }

  #heard(levels: Level[]): void {
    this.#levels = new Map(
      levels.map(({ participant, below_full_scale: below, speaking }) => [participant, { below, speaking }]),
    );
    clearTimeout(this.#quiet);
    if (this.#levels.size > 0) this.#quiet = setTimeout(() => this.#heard([]), QUIET_AFTER_MS);
  }

  /** The standing slot that carries someone's picture. */
  slot(participant: ParticipantId): number | undefined {
    const slot = this.#slots.video.indexOf(participant);
    return slot < 0 ? undefined : slot;
  }

  /** In dB below full scale. */
  level(participant: ParticipantId): number {
    return this.#levels.get(participant)?.below ?? SILENCE;
  }

  speaking(participant: ParticipantId): boolean {
    return this.#levels.get(participant)?.speaking ?? false;
  }
}
