import type { CalledCue, Cue } from "../../protocol";

/** Called so far from the plan, in seconds, it is a rehearsal: nothing is early or late. */
const REHEARSED = 6 * 3_600;

/** Where the show stands, in whole seconds. */
export type Standing = {
  /** Until the cue has had its length; less than nought: it is over that. */
  left: number;
  /** How much later than planned it will be over, if it goes on at its length; less than nought: earlier. Nothing without a plan for it. */
  over: number | undefined;
};

/** Of the cue that is called, so many whole seconds after it was. */
export function standing({ minutes, due }: Cue, { at }: CalledCue, elapsed: number): Standing {
  const left = minutes * 60 - elapsed;
  if (due === undefined) return { left, over: undefined };
  const late = Math.round((at - due) / 1_000_000);
  return { left, over: Math.abs(late) > REHEARSED ? undefined : late + Math.max(0, -left) };
}

const two = (number: number) => String(number).padStart(2, "0");

/** `4:05`, `1:04:05`; without its sign. */
export function asSpan(seconds: number): string {
  const whole = Math.abs(Math.trunc(seconds));
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  const rest = two(whole % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
