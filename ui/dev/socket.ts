import type { Socket } from "../src/link/frames.svelte";

const FRAME_MS = 1_000 / 30;
const HEADER = 24;

/** Plays a clip (IVF, VP8) over the frame link's own format, the same in every slot but shifted in time. */
export class ClipSocket implements Socket {
  binaryType: BinaryType = "arraybuffer";
  readyState: Socket["readyState"] = 0;
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  #shown: number[] = [];
  #timer = 0;

  /** `stops`: after how many milliseconds the pictures stand still. */
  constructor(private readonly stops = Number.POSITIVE_INFINITY) {
    void this.#play();
  }

  send(data: unknown): void {
    const { show } = JSON.parse(String(data)) as { show?: number[] };
    if (show) this.#shown = show;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #play(): Promise<void> {
    const pictures = split(await (await fetch("./clip.ivf")).arrayBuffer());
    this.readyState = 1;
    this.onopen?.(new Event("open"));
    const keys = pictures.flatMap(({ key }, index) => (key ? [index] : []));
    const at = new Map<number, number>();
    const until = performance.now() + this.stops;
    this.#timer = window.setInterval(() => {
      if (performance.now() > until) return;
      for (const source of this.#shown) {
        const index = at.get(source) ?? keys[(source * 3 + 1) % keys.length] ?? 0;
        const picture = pictures[index % pictures.length];
        if (picture) this.onmessage?.(new MessageEvent("message", { data: wrap(picture, source) }));
        at.set(source, index + 1);
      }
    }, FRAME_MS);
  }
}

type Picture = { key: boolean; data: Uint8Array };

/** The pictures of an IVF file: a header of 32 bytes, then 12 bytes before each. */
function split(file: ArrayBuffer): Picture[] {
  const view = new DataView(file);
  const pictures: Picture[] = [];
  for (let at = 32; at + 12 <= file.byteLength; ) {
    const length = view.getUint32(at, true);
    const data = new Uint8Array(file, at + 12, length);
    // RFC 6386, section 9.1: the lowest bit is 0 in a key frame.
    pictures.push({ key: ((data[0] ?? 1) & 1) === 0, data });
    at += 12 + length;
  }
  return pictures;
}

function wrap({ key, data }: Picture, source: number): ArrayBuffer {
  const message = new Uint8Array(HEADER + data.length);
  const view = new DataView(message.buffer);
  view.setUint8(0, 1);
  view.setUint8(1, source);
  view.setUint8(2, key ? 1 : 0);
  view.setUint16(4, 640, true);
  view.setUint16(6, 360, true);
  view.setBigUint64(8, BigInt(Math.round(performance.now() * 1_000)), true);
  view.setBigUint64(16, BigInt(Date.now() * 1_000), true);
  message.set(data, HEADER);
  return message.buffer;
}
