// What a canvas really shows: decoded pixels, not the presence of an element.

/**
 * A small grey copy of each canvas within `place` that has been drawn to, as the person sees it now: who it is, and
 * 32 x 18 grey values.
 */
export function look(app, place) {
  return app.run(
    (within) =>
      [...document.querySelectorAll(`${within} canvas[data-source].drawn`)]
        .filter((canvas) => canvas.width > 1)
        .map((canvas) => {
          const small = document.createElement("canvas");
          small.width = 32;
          small.height = 18;
          const context = small.getContext("2d", { willReadFrequently: true });
          context.drawImage(canvas, 0, 0, 32, 18);
          const { data } = context.getImageData(0, 0, 32, 18);
          const grey = [];
          for (let at = 0; at < data.length; at += 4) grey.push((data[at] + data[at + 1] + data[at + 2]) / 3);
          return { participant: canvas.dataset.participant, width: canvas.width, height: canvas.height, grey };
        }),
    place,
  );
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How much a picture varies within itself: 0 is one flat colour. */
export function contrast({ grey }) {
  const middle = mean(grey);
  return Math.sqrt(mean(grey.map((value) => (value - middle) ** 2)));
}

/** How much two pictures differ, in grey values. */
export function difference(one, other) {
  return mean(one.grey.map((value, at) => Math.abs(value - other.grey[at])));
}

/** Waits until a picture within `place`, of anybody or of `whose`, has changed `wanted` times and is not flat; answers the last. */
export async function movingPicture(app, wanted = 4, place = "body", whose = undefined) {
  const seen = new Map();
  let last;
  await app.until(`${wanted} different pictures in ${place}`, async () => {
    for (const picture of await look(app, place)) {
      if (contrast(picture) < 8 || (whose ?? picture.participant) !== picture.participant) continue;
      const before = seen.get(picture.participant) ?? [];
      if (before.every((other) => difference(other, picture) > 1)) seen.set(picture.participant, [...before, picture]);
      last = picture;
    }
    return [...seen.values()].some((pictures) => pictures.length >= wanted);
  });
  return last;
}
