/** Words as names are compared: in one case and without accents, as the server does it. */
export const folded = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether each word that is sought begins a word of a name. */
export function isSought(name: string, sought: string): boolean {
  const words = folded(name).split(/[^\p{L}\p{N}]+/u);
  const wanted = folded(sought)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  return wanted.every((begin) => words.some((word) => word.startsWith(begin)));
}
