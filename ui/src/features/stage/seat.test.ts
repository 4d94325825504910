import { render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import { Pictures } from "../../link/frames.svelte";
import type { CrewMember } from "../../protocol";
import Seat from "./Seat.svelte";
import { StageSignals } from "./signals.svelte";

/** Pictures whose canvases can be drawn on by hand. */
class Drawn extends Pictures {
  first: () => void = () => {};
  override show(_source: number, _canvas: HTMLCanvasElement, onFirst: () => void = () => {}) {
    this.first = onFirst;
    return () => {};
  }
}

const member = (camera: boolean): CrewMember => ({
  participant: "ines",
  name: "Ines Okafor",
  role: "speaker",
  sending: { camera, microphone: true },
});

async function seated() {
  const pictures = new Drawn();
  const signals = new StageSignals();
  signals.apply({ signal: "slots", slots: { video: ["ines"], audio: [] } });
  const { rerender } = render(Seat, { member: member(true), signals, pictures });
  await tick();
  return { pictures, camera: (on: boolean) => rerender({ member: member(on) }) };
}

describe("a seat", () => {
  it("is an image with the person's name", async () => {
    await seated();
    expect(screen.getByRole("img", { name: "Picture of Ines Okafor" })).toBeTruthy();
  });

  it("waits for the first picture, and again after the camera was off", async () => {
    const { pictures, camera } = await seated();
    expect(screen.queryByText("Picture on its way")).toBeTruthy();
    pictures.first();
    await tick();
    expect(screen.queryByText("Picture on its way")).toBeNull();
    await camera(false);
    expect(screen.queryByText("Camera off")).toBeTruthy();
    await camera(true);
    expect(screen.queryByText("Picture on its way")).toBeTruthy();
    pictures.first();
    await tick();
    expect(screen.queryByText("Picture on its way")).toBeNull();
  });

  it("says that a picture stands still, though not of a camera that is off", async () => {
    const { pictures, camera } = await seated();
    pictures.first();
    pictures.standing.add(0);
    await tick();
    expect(screen.queryByTestId("picture-stands")).toBeTruthy();
    await camera(false);
    expect(screen.queryByTestId("picture-stands")).toBeNull();
  });
});
