type Rgb = readonly [number, number, number];

/** `#a1b2c3` or `#abc`; nothing for anything else. */
export function readColour(text: string): Rgb | undefined {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text.trim());
  const hex = short
    ? short
        .slice(1)
        .map((digit) => digit + digit)
        .join("")
    : /^#([0-9a-f]{6})$/i.exec(text.trim())?.[1];
  if (hex === undefined) return undefined;
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16);
  return [part(0), part(2), part(4)];
}

/** WCAG 2.2, "relative luminance". */
function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

/** WCAG 2.2, "contrast ratio": 1 to 21; 1 where one of them is no colour. */
export function contrast(one: string, other: string): number {
  const [first, second] = [readColour(one), readColour(other)];
  if (!first || !second) return 1;
  const [light, dark] = [luminance(first), luminance(second)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}
