/** More than this nobody counts here; the server takes no more either. */
const MOST = 1_000_000;

/** A number of places as a person writes it: nothing written is no limit (`null`), and what is no whole number is `undefined`. */
export function readCount(words: string, least = 1): number | null | undefined {
  const plain = words.trim();
  if (plain === "") return null;
  if (!/^\d{1,9}$/.test(plain)) return undefined;
  const count = Number(plain);
  return count >= least && count <= MOST ? count : undefined;
}
