import type { AgendaSession } from "./commands";
import { type Column, columnOf, moved, resized, spanOf, steps } from "./grid";
import type { AgendaModel } from "./model.svelte";

/** A press that goes no further than this only chooses. In pixels. */
const SLACK = 4;

type Drag = {
  model: AgendaModel;
  session: AgendaSession;
  columns: Column[];
  /** What the columns fill. */
  body: HTMLElement;
  /** By its lower edge. */
  resizes: boolean;
  ondone: () => void;
};

/** Follows the pointer from where it took hold of a session until it lets go. */
export function drag(start: PointerEvent, { model, session, columns, body, resizes, ondone }: Drag): void {
  const target = start.currentTarget;
  if (start.button !== 0 || !(target instanceof HTMLElement)) return;
  const [span, column] = [spanOf(session), columnOf(session, model.by)];
  const bounds = body.getBoundingClientRect();
  target.setPointerCapture(start.pointerId);

  const move = (now: PointerEvent) => {
    // What was scrolled meanwhile was moved, too.
    const scrolled = bounds.top - body.getBoundingClientRect().top;
    const distance = now.clientY - start.clientY + scrolled;
    if (!model.moving && Math.hypot(distance, now.clientX - start.clientX) < SLACK) return;
    const over = Math.floor(((now.clientX - bounds.left) / bounds.width) * columns.length);
    const under = columns[Math.min(columns.length - 1, Math.max(0, over))];
    if (resizes) model.hold(session, resized(span, steps(distance)));
    else model.hold(session, { ...moved(span, steps(distance)), column: under ? under.id : column });
  };
  const end = (now: PointerEvent) => {
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", end);
    window.removeEventListener("pointercancel", end);
    window.removeEventListener("keydown", giveUp, true);
    if (model.moving) ondone();
    if (now.type === "pointercancel") model.letGo();
    else model.drop();
  };
  const giveUp = (press: KeyboardEvent) => {
    if (press.key !== "Escape") return;
    press.preventDefault();
    press.stopPropagation();
    model.letGo();
    end(start);
  };
  // In another column the session is drawn anew, so what was taken hold of may be gone: the window is not.
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", end);
  window.addEventListener("pointercancel", end);
  window.addEventListener("keydown", giveUp, true);
}
