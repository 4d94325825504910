import type { Devices, MediaStatus } from "../../protocol/native";

/** One's own devices and the media connection, as the core tells them. */
export class DevicesModel {
  status = $state.raw<MediaStatus>({ connected: false, choice: {}, faults: [], silent: false });
  /** Nothing until they were asked for. */
  available = $state.raw<Devices | undefined>();
  /** One's own microphone, in dB below full scale. */
  ownLevel = $state.raw(127);
}
