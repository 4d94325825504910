import type { TemplateSession } from "../../protocol/api";

/** A session in the drawing of a template: shares of its width, and which track, from 0; none is -1. */
export type Bar = { title: string; from: number; width: number; track: number };

/** The agenda of a template as bars, in the order of time; a bar of a few minutes can still be seen. */
export function bars(sessions: readonly TemplateSession[], minutes: number): Bar[] {
  const whole = Math.max(1, minutes);
  const tracks = [...new Set(sessions.map(({ track }) => track).filter((track) => track !== null))];
  return sessions
    .slice()
    .sort((one, other) => one.startsAfterMinutes - other.startsAfterMinutes)
    .map(({ title, track, startsAfterMinutes, minutes: long }) => {
      const width = Math.min(1, Math.max(0.02, long / whole));
      const from = Math.min(1 - width, Math.max(0, startsAfterMinutes / whole));
      return { title, from, width, track: track === null ? -1 : tracks.indexOf(track) };
    });
}

/** The next full hour that a person would choose: tomorrow or later, at 18:00 on the wall. `days` from today. */
export const USUAL_TIME = "18:00";
export const USUAL_DAYS = 14;
