import type { Link } from "../../link/link";
import type { DeviceKind } from "../../protocol/native";
import type { DevicesModel } from "./model.svelte";

/** Asks what there is to choose from. */
export async function look(link: Link, model: DevicesModel): Promise<void> {
  model.found(await link.devices());
}

/** Chooses a device, or none; what the others are stays. */
export const choose = (link: Link, kind: DeviceKind, id: string | undefined): Promise<void> =>
  link.chooseDevice(kind, id);
