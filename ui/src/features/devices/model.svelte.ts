import type { DeviceKind, Devices, MediaStatus } from "../../protocol/native";

/** One's own devices and the media connection, as the core tells them. */
export class DevicesModel {
  status = $state.raw<MediaStatus>({
    connected: false,
    sending: { camera: false, microphone: false },
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
