// What the tests of the dashboard begin with.
import { render } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { tick } from "svelte";
import { FakeCore } from "../../dev/core";
import { type MadeUp, scenes } from "../../dev/scenes";
import type { Duty } from "../protocol/api";
import App from "./App.svelte";
import { House } from "./house.svelte";

type Begin = {
  scene?: string;
  change?: Partial<MadeUp>;
  may?: Duty[];
  /** What another run of the app has left. */
  kept?: FakeCore["kept"];
  before?: (core: FakeCore) => void;
};

/** Opens the window of an address, on a made-up core. */
export async function open(address: string, { scene = "home", change, may, kept, before }: Begin = {}) {
  const made = scenes[scene];
  if (!made) throw new Error(`no scene ${scene}`);
  location.hash = `#/${address}`;
  const core = new FakeCore({ ...made, ...change }, address.split("/")[0] ?? "");
  for (const [key, draft] of kept ?? []) core.kept.set(key, draft);
  if (may) core.server.world.may = may;
  before?.(core);
  const house = new House(core);
  const view = render(App, { house });
  await tick();
  const main = () => core.server.event("event-main");
  return { core, house, main, user: userEvent.setup(), ...view };
}

/** A part of the made-up conference. */
export const part = (name: string, event = "event-main") => `dashboard/org-tidewater/event/${event}/${name}`;
export const changes = (core: FakeCore) => core.calls.filter((call) => call.startsWith("change"));
