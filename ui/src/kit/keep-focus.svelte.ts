import { tick, untrack } from "svelte";

/** Where a change takes away what has the focus, it goes to the nearest that is left of what that stood in, and not to the top of the window. To be called while a component is made. */
export function keepFocus(root: () => HTMLElement | undefined, change: () => unknown): void {
  $effect.pre(() => {
    change();
    const within = untrack(root);
    const had = document.activeElement;
    if (!within || !had || !within.contains(had)) return;
    const around: HTMLElement[] = [];
    for (let at = had.parentElement; at; at = at === within ? null : at.parentElement)
      if (at.hasAttribute("tabindex")) around.push(at);
    void tick().then(() => {
      const on = document.activeElement;
      if (on && on !== document.body && on.isConnected) return;
      around.find((one) => one.isConnected)?.focus();
    });
  });
}
