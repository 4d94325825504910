/** What has the focus, as a browser says it: happy-dom leaves it with what is disabled or gone. */
export function focused(): HTMLElement | undefined {
  const at = document.activeElement;
  if (!(at instanceof HTMLElement) || at === document.body || !at.isConnected) return undefined;
  return at.matches(":disabled") || at.closest("fieldset[disabled]") ? undefined : at;
}
