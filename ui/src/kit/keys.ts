import { characterKeys } from "./character-keys.svelte";

/**
 * Whether a key typed here belongs to what has the focus, and is no shortcut of the window. Shortcuts are for where nothing
 * has the focus, and for the part of the window that they belong to: it carries `data-shortcuts`. Who is in the chat or at
 * the devices presses no button of the stage by chance.
 */
export function isSpokenFor(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
    return true;
  const target = event.target instanceof Element ? event.target : null;
  if (target === null || target === document.body || target === document.documentElement) return false;
  if (target.closest("input:not([type=radio]), textarea, select, [contenteditable], dialog")) return true;
  if (!target.closest("[data-shortcuts]")) return true;
  const presses = event.key === "Enter" || event.key === " ";
  if (event.key === " " && target.closest("input") !== null) return true;
  return presses && target.closest("button, a, summary") !== null;
}

let covers = 0;

/** Something covers the window: until what comes back is called, keys do nothing below it. */
export function cover(): () => void {
  covers += 1;
  return () => {
    covers -= 1;
  };
}

/** Calls what belongs to a key, by its name in lower case. `over`: also while something covers the window. */
export function shortcuts(
  keys: Record<string, () => void>,
  where: "below" | "over" = "below",
): (event: KeyboardEvent) => void {
  return (event) => {
    const action = keys[event.key.toLowerCase()];
    if (!action || event.repeat || isSpokenFor(event)) return;
    if (covers > 0 && where === "below") return;
    if (event.key.length === 1 && event.key !== " " && !characterKeys.on) return;
    event.preventDefault();
    action();
  };
}
