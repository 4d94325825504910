const KEPT = "character-keys";

/**
 * Whether a letter, a figure or a sign alone does something in the windows of this machine (WCAG 2.1.4). Who dictates, or
 * touches keys by chance, switches it off. Remembered; all windows of the app share it.
 */
class CharacterKeys {
  on = $state.raw(true);

  constructor() {
    this.restore();
  }

  /** What it was the last time, or in another window. */
  restore(): void {
    this.on = localStorage.getItem(KEPT) !== "off";
  }

  switch(on: boolean): void {
    this.on = on;
    localStorage.setItem(KEPT, on ? "on" : "off");
  }
}

export const characterKeys = new CharacterKeys();
