import type { DeviceKind, Devices, MediaStatus } from "../../protocol/native";

/** Louder than this, in dB below full scale, is a voice and not the room. */
const VOICE = 55;
/** After this long without a voice it is worth a word: the microphone may be muted by its own switch. */
const FORGOTTEN_AFTER_MS = 30_000;

/** Whether one's own microphone gave a voice: never since it was chosen, lately, or not for a while. */
export type Voice = "unheard" | "heard" | "silent";

/** One's own devices and the media connection, as the core tells them. */
export class DevicesModel {
  status = $state.raw<MediaStatus>({
    connected: false,
    wanted: { camera: false, microphone: false },
    sending: { camera: false, microphone: false },
    hearing_myself: false,
    choice: {},
    faults: [],
    silent: false,
  });
  /** Nothing until they were asked for. */
  available = $state.raw<Devices | undefined>();
  /** What devices are called that were there once, by kind and id: a chosen one may have been pulled out since. */
  readonly #labels = new Map<string, string>();
  /** One's own microphone, in dB below full scale. */
  ownLevel = $state.raw(127);
  /** When the microphone that is chosen last gave a voice, on `Date.now()`'s clock. */
  #heardAt = $state.raw<number | undefined>();

  change(status: MediaStatus, now = Date.now()): void {
    const before = this.status;
    if (status.choice.microphone !== before.choice.microphone) this.#heardAt = undefined;
    // Who was muted had no need to speak: the silence counts from here.
    else if (status.wanted.microphone && !before.wanted.microphone && this.#heardAt !== undefined)
      this.#heardAt = now;
    this.status = status;
  }

  /** How loud the microphone is now, in dB below full scale. */
  hear(below: number, now = Date.now()): void {
    this.ownLevel = below;
    if (below < VOICE) this.#heardAt = now;
  }

  voice(now: number): Voice {
    if (this.#heardAt === undefined) return "unheard";
    return now - this.#heardAt < FORGOTTEN_AFTER_MS ? "heard" : "silent";
  }

  found(devices: Devices): void {
    const { cameras, microphones, speakers } = devices;
    for (const [kind, list] of Object.entries({
      camera: cameras,
      microphone: microphones,
      speaker: speakers,
    })) {
      for (const { id, label } of list) this.#labels.set(`${kind} ${id}`, label);
    }
    this.available = devices;
  }

  /** What a device that was there once is called. */
  called(kind: DeviceKind, id: string): string | undefined {
    return this.#labels.get(`${kind} ${id}`);
  }
}
