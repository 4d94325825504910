/** Whether a key typed here belongs to what has the focus, and is no shortcut of the window. */
export function isSpokenFor(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
    return true;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("input, textarea, select, [contenteditable], dialog")) return true;
  const presses = event.key === "Enter" || event.key === " ";
  return presses && target?.closest("button, a, summary") !== null && target !== null;
}

/** Calls what belongs to a key, by its name in lower case. */
export function shortcuts(keys: Record<string, () => void>): (event: KeyboardEvent) => void {
  return (event) => {
    const action = keys[event.key.toLowerCase()];
    if (!action || event.repeat || isSpokenFor(event)) return;
    event.preventDefault();
    action();
  };
}
