/** Where something stands in the window, in pixels. */
export type Box = { left: number; right: number; top: number; bottom: number };
type Size = { width: number; height: number };

/** From the edge of the window, and from what it stands beside. */
const GAP = 8;

/**
 * The upper left corner of a menu that was opened from `anchor` and is about `about`, which it leaves in sight: beside that, or where
 * there is no room beside it below the anchor, or above.
 */
export function beside(anchor: Box, about: Box, menu: Size, window: Size): { left: number; top: number } {
  const lowest = Math.max(GAP, window.height - menu.height - GAP);
  const level = Math.max(GAP, Math.min(anchor.top, lowest));
  const before = about.left - GAP - menu.width;
  if (before >= GAP) return { left: before, top: level };
  const after = about.right + GAP;
  if (after + menu.width + GAP <= window.width) return { left: after, top: level };
  const left = Math.max(GAP, Math.min(anchor.left, window.width - menu.width - GAP));
  const below = anchor.bottom + GAP / 2;
  if (below + menu.height + GAP <= window.height) return { left, top: below };
  return { left, top: Math.max(GAP, anchor.top - GAP / 2 - menu.height) };
}
