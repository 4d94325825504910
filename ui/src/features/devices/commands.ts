import type { Link } from "../../link/link";
import type { DeviceChoice, DeviceKind } from "../../protocol/native";
import type { DevicesModel } from "./model.svelte";

/** Asks what there is to choose from. */
export async function look(link: Link, model: DevicesModel): Promise<void> {
  model.found(await link.devices());
}

/** Chooses a device, or none; what the others are stays. */
export function choose(
  link: Link,
  model: DevicesModel,
  kind: DeviceKind,
  id: string | undefined,
): Promise<void> {
  const choice: DeviceChoice = { ...model.status.choice };
  if (id === undefined) delete choice[kind];
  else choice[kind] = id;
  return link.chooseDevices(choice);
}
