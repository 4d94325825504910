/** `https://…/join/…` or `houselights://…`, up to what cannot be part of a link. */
const LINK = /(?:https?:\/\/[^\s<>"“”«»]+?\/join\/|houselights:\/\/)[^\s<>"“”«»]+/i;
/** What stands behind a link in a sentence and is not part of it. */
const PUNCTUATION = /[.,;:!?…)\]}'’]+$/;

/** The invite link in what was pasted: whole invitations are pasted, too. Without one, the text itself. */
export function linkIn(pasted: string): string {
  const found = LINK.exec(pasted)?.[0];
  return found?.replace(PUNCTUATION, "") ?? pasted.trim();
}
