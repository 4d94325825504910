/**
 * Remembers where the messages stand that one reads. What comes back puts them there again, whatever came or went above:
 * WebKitGTK does not do so by itself.
 */
export function holdStill(list: HTMLElement): () => void {
  const { top, bottom } = list.getBoundingClientRect();
  const seen: { element: Element; at: number }[] = [];
  for (const element of list.children) {
    const place = element.getBoundingClientRect();
    if (place.top >= bottom) break;
    if (place.bottom > top) seen.push({ element, at: place.top });
  }
  return () => {
    // The first may be the one that was removed.
    const left = seen.find(({ element }) => element.isConnected);
    if (left) list.scrollTop += left.element.getBoundingClientRect().top - left.at;
  };
}
