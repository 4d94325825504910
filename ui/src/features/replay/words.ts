import { momentIn, ownZone } from "../../kit/zone";
import { text } from "../../locales/text";
import type { Timestamp } from "../../protocol";

/** `4:09`, or `1:04:09`. In milliseconds. */
export function asPosition(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (number: number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** `1 hour 4 minutes 9 seconds`, as a screen reader says it. In milliseconds. */
export function spoken(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const parts = [
    hours > 0 && text("replay-hours", { count: hours }),
    minutes > 0 && text("replay-minutes", { count: minutes }),
    (rest > 0 || seconds === 0) && text("replay-seconds", { count: rest }),
  ];
  return parts.filter((part) => part !== false).join(" ");
}

/** The day and the time on the clocks here, with seconds: `Tue 12 May, 17:05:09`. */
export function moment(at: Timestamp): string {
  const ms = at / 1_000;
  return `${momentIn(ms, ownZone())}:${String(Math.floor(ms / 1_000) % 60).padStart(2, "0")}`;
}
