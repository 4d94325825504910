import type { AgendaSession } from "./commands";
import { type Column, columnOf, type Day, moved, onDate, resized, spanOf, steps, within } from "./grid";
import type { AgendaModel } from "./model.svelte";

/** A press that goes no further than this only chooses. In pixels. */
const SLACK = 4;
/** So near to the edge of what is scrolled, the pointer scrolls it: by as much a frame, and faster further out. In pixels. */
const EDGE = 40;
const MOST_A_FRAME = 16;

type Drag = {
  model: AgendaModel;
  session: AgendaSession;
  columns: Column[];
  /** What the columns fill, and what it is scrolled in. */
  body: HTMLElement;
  scroll: HTMLElement;
  /** What is shown meanwhile: nothing is moved out of it, but to another day. */
  day: Day;
  zone: string;
  /** By its lower edge. */
  resizes: boolean;
  /** The pointer is over the name of another day (`data-day`), which takes the session when it is let go there. */
  onover: (date: string | undefined) => void;
  /** It was let go, where `moved` says whether it ever went anywhere. */
  ondone: (moved: boolean) => void;
};

/** How far to scroll for a pointer at `at`, between the edges of what is scrolled. */
function pull(at: number, from: number, to: number): number {
  const [before, after] = [from + EDGE - at, at - (to - EDGE)];
  const out = Math.max(before, after, 0);
  return Math.min(MOST_A_FRAME, Math.ceil(out / 3)) * (before > after ? -1 : 1);
}

/** A click that ends a drag chooses nothing. */
function swallowClick(): void {
  const stop = (click: MouseEvent) => {
    click.stopPropagation();
    click.preventDefault();
  };
  window.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", stop, true), 0);
}

/** Follows the pointer from where it took hold of a session until it lets go. */
export function drag(start: PointerEvent, by: Drag): void {
  const { model, session, columns, body, scroll, day, zone, resizes, onover, ondone } = by;
  const target = start.currentTarget;
  if (start.button !== 0 || !(target instanceof HTMLElement)) return;
  const [span, column] = [spanOf(session), columnOf(session, model.by)];
  const top = body.getBoundingClientRect().top;
  let last: { clientX: number; clientY: number } = start;
  let went = false;
  let over: string | undefined;
  let frame = 0;
  target.setPointerCapture(start.pointerId);

  function place() {
    const bounds = body.getBoundingClientRect();
    // What was scrolled meanwhile was moved, too.
    const distance = last.clientY - start.clientY + top - bounds.top;
    if (!went && Math.hypot(distance, last.clientX - start.clientX) < SLACK) return;
    went = true;
    const tab = document.elementFromPoint(last.clientX, last.clientY)?.closest<HTMLElement>("[data-day]");
    over = !resizes && tab?.dataset.day !== day.key ? tab?.dataset.day : undefined;
    onover(over);
    if (over !== undefined) model.hold(session, { ...span, column });
    else if (resizes) {
      const { from, to } = resized(span, steps(distance));
      model.hold(session, { from, to: Math.min(to, Math.max(day.to, span.to)) });
    } else {
      const at = Math.floor(((last.clientX - bounds.left) / bounds.width) * columns.length);
      const under = columns[Math.min(columns.length - 1, Math.max(0, at))];
      const where = within(moved(span, steps(distance)), day);
      model.hold(session, { ...where, column: under ? under.id : column });
    }
  }
  function follow() {
    const { top, bottom, left, right } = scroll.getBoundingClientRect();
    const [x, y] = [pull(last.clientX, left, right), pull(last.clientY, top, bottom)];
    if (went && over === undefined && bottom > top && (x !== 0 || y !== 0)) {
      scroll.scrollTop += y;
      scroll.scrollLeft += x;
      place();
    }
    frame = requestAnimationFrame(follow);
  }
  const move = (now: PointerEvent) => {
    last = now;
    place();
  };
  function end(keeps: boolean) {
    cancelAnimationFrame(frame);
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", drop);
    window.removeEventListener("pointercancel", leave);
    window.removeEventListener("keydown", giveUp, true);
    if (went) swallowClick();
    onover(undefined);
    if (!keeps) model.letGo();
    else if (went && over !== undefined) model.hold(session, { ...onDate(span, over, zone), column });
    ondone(went && keeps);
    if (keeps) model.drop();
  }
  const drop = () => end(true);
  const leave = () => end(false);
  const giveUp = (press: KeyboardEvent) => {
    if (press.key !== "Escape") return;
    press.preventDefault();
    press.stopPropagation();
    end(false);
  };
  // In another column the session is drawn anew, so what was taken hold of may be gone: the window is not.
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", drop);
  window.addEventListener("pointercancel", leave);
  window.addEventListener("keydown", giveUp, true);
  frame = requestAnimationFrame(follow);
}
