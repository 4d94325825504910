import type { ParticipantId, SignalBody, SlotMap } from "../../protocol";

/** Levels come at most five times a second while someone speaks; without any for this long it is quiet. */
const QUIET_AFTER_MS = 900;
/** In dB below full scale. */
const SILENCE = 127;

/** What passes: how many watch, whose media the slots carry, who speaks. Any of it may be lost, and the next one mends it. */
export class StageSignals {
  /** Nothing until the server said it. */
  watching = $state.raw<number | undefined>();
  #slots = $state.raw<SlotMap>({ video: [], audio: [] });
  #levels = $state.raw(new Map<ParticipantId, { below: number; speaking: boolean }>());
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
        this.#levels = new Map(
          body.levels.map((level) => [
            level.participant,
            { below: level.below_full_scale, speaking: level.speaking },
          ]),
        );
        clearTimeout(this.#quiet);
        this.#quiet = setTimeout(() => {
          this.#levels = new Map();
        }, QUIET_AFTER_MS);
        break;
      case "unknown":
        break;
    }
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
