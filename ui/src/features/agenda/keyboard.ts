import { dateIn } from "../../kit/zone";
import type { AgendaSession } from "./commands";
import { type Column, columnOf, dateAfter, moved, onDate, resized, STEP_MINUTES, spanOf } from "./grid";
import type { AgendaModel } from "./model.svelte";

const STEP_MS = STEP_MINUTES * 60_000;

/** Moves a session as a key says: by a step, to the next column, to the next day; whether the key says anything. */
export function step(
  press: KeyboardEvent,
  session: AgendaSession,
  { model, columns, zone }: { model: AgendaModel; columns: readonly Column[]; zone: string },
): boolean {
  const span = spanOf(session);
  const down = { ArrowDown: STEP_MS, ArrowUp: -STEP_MS }[press.key];
  const across = { ArrowRight: 1, ArrowLeft: -1 }[press.key];
  const days = { PageDown: 1, PageUp: -1 }[press.key];
  if (down !== undefined) model.hold(session, press.shiftKey ? resized(span, down) : moved(span, down));
  else if (press.shiftKey) return false;
  else if (days !== undefined)
    model.hold(session, onDate(span, dateAfter(dateIn(span.from, zone), days), zone));
  else if (across !== undefined) {
    const column = columnOf(session, model.by);
    const next = columns[columns.findIndex(({ id }) => id === column) + across];
    if (next === undefined) return false;
    model.hold(session, { column: next.id });
  } else return false;
  model.dropSoon();
  return true;
}

const start = (session: AgendaSession) => spanOf(session).from;

/**
 * The session that a key leads to from another one: Ctrl with the arrow keys through a column and to the one beside it, Home and End
 * to the first and the last of the day. `lists` are the columns, each in the order of time.
 */
export function neighbour(
  press: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey">,
  session: AgendaSession,
  lists: readonly (readonly AgendaSession[])[],
): AgendaSession | undefined {
  const all = lists.flat().sort((one, other) => start(one) - start(other));
  if (press.key === "Home") return all[0];
  if (press.key === "End") return all.at(-1);
  if (!press.ctrlKey && !press.metaKey) return undefined;
  const at = lists.findIndex((list) => list.some(({ id }) => id === session.id));
  const list = lists[at] ?? [];
  const place = list.findIndex(({ id }) => id === session.id);
  if (press.key === "ArrowDown") return list[place + 1];
  if (press.key === "ArrowUp") return list[place - 1];
  const beside = { ArrowRight: lists.slice(at + 1), ArrowLeft: lists.slice(0, at).reverse() }[press.key];
  const away = (one: AgendaSession) => Math.abs(start(one) - start(session));
  return beside
    ?.find((one) => one.length > 0)
    ?.slice()
    .sort((one, other) => away(one) - away(other))[0];
}
