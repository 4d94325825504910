import { on } from "svelte/events";

/**
 * A button that cannot be pressed is disabled, but for one that has the focus: from what is disabled the browser takes it, and whoever
 * pressed it would go on from the top of the window. That one keeps it, does nothing, and says so, until one goes on.
 */
export const pressable = (can: () => boolean) => (button: HTMLButtonElement) => {
  const set = () => {
    const [able, here] = [can(), document.activeElement === button];
    button.disabled = !able && !here;
    if (able || !here) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
  };
  $effect(set);
  // A window that one leaves keeps it: then it is still the one that has the focus.
  const left = on(button, "blur", set);
  const pressed = on(
    button,
    "click",
    (event) => {
      if (can()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );
  return () => {
    left();
    pressed();
  };
};
