import type { StageModel } from "../../features/stage/model.svelte";
import { text } from "../../locales/text";
import type { ParticipantId } from "../../protocol";

/**
 * What a speaker has to know before anything else. `heard`: on stage while the show is live, though in no seat of the
 * program: the audience hears them all the same. `unknown`: there is no connection, and what held when it was lost need not
 * hold any more.
 */
export type Tally = "live" | "heard" | "stage" | "next" | "waiting" | "unknown";

export function tallyOf(stage: StageModel, me: ParticipantId | undefined, connected: boolean): Tally {
  if (!connected) return "unknown";
  const place = me === undefined ? "backstage" : stage.place(me);
  switch (place) {
    case "program":
      return stage.live ? "live" : "stage";
    case "stage":
      return stage.live ? "heard" : "stage";
    case "next":
      return "next";
    case "backstage":
      return "waiting";
  }
}

const words: Record<Tally, string> = {
  live: "studio-live",
  heard: "studio-heard",
  stage: "studio-on-stage",
  next: "studio-next",
  waiting: "studio-waiting",
  unknown: "studio-unknown",
};

const tones: Record<Tally, "air" | "cue" | "lamp" | "plain"> = {
  live: "air",
  heard: "air",
  stage: "lamp",
  next: "cue",
  waiting: "plain",
  unknown: "plain",
};

export const wordsOf = (tally: Tally): string => text(words[tally]);
export const toneOf = (tally: Tally): "air" | "cue" | "lamp" | "plain" => tones[tally];
