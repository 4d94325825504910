import type { Rows } from "./rows";

/** More rows than this are not looked at when the first of them is gone. */
const MOST = 40;

/** What one reads: the rows in sight, and where each stands. The first that is still there says where the window belongs. */
export class Anchor {
  /** `below`: how far below the upper edge of the window it begins, the other way round where it begins above. */
  #rows: { key: string; below: number }[] = [];

  /** Takes note of the rows that a window shows, which begins at `top` and is so high. */
  drop(rows: Rows, top: number, height: number): void {
    this.#rows = [];
    if (rows.length === 0) return;
    for (let index = rows.at(top); index < rows.length && this.#rows.length < MOST; index++) {
      const edge = rows.top(index);
      const key = rows.keyOf(index);
      if (edge >= top + height || key === undefined) break;
      this.#rows.push({ key, below: edge - top });
    }
  }

  /** One row, to stand so far below the upper edge of the window. */
  set(key: string, below: number): void {
    this.#rows = [{ key, below }];
  }

  /** Where the window has to begin so that nothing has moved; nothing where nothing of what was in sight is left. */
  place(rows: Rows): number | undefined {
    for (const { key, below } of this.#rows) {
      const index = rows.indexOf(key);
      if (index >= 0) return rows.top(index) - below;
    }
    return undefined;
  }
}
