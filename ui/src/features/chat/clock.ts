import { LOCALE } from "../../locales/text";
import type { Timestamp } from "../../protocol";

const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The time of day, as the clock on the wall has it. */
export const clockTime = (at: Timestamp) => clock.format(new Date(at / 1_000));
