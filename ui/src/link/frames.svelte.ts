import { SvelteMap, SvelteSet } from "svelte/reactivity";
import { readPicture } from "./header";
import { PictureSource } from "./source";

/** A source stays decoded for this long after its last canvas went: a change of layout needs no key frame. */
const LINGER_MS = 2_000;
/** No new picture for this long: what is seen stands still. */
const STANDS_AFTER_MS = 2_000;
const RETRY_MS = [100, 250, 500, 1_000, 2_000];

/** The part of a WebSocket that the frame link uses. */
export type Socket = Pick<WebSocket, "send" | "close" | "readyState"> & {
  binaryType: BinaryType;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
};

/** A canvas that shows a source, and whom to tell at its first picture. */
type Onlooker = { drawn: boolean; onFirst: () => void };

/** Size of a source's picture, once one was drawn. */
export type PictureSize = { width: number; height: number };

/**
 * The local frame link: encoded pictures come in, one decoder a source, and every canvas that shows the source is drawn
 * in one loop of animation frames.
 */
export class Pictures {
  /** What was last drawn of each source; nothing until its first picture. */
  readonly sizes = new SvelteMap<number, PictureSize>();
  /** Sources whose picture stands still. */
  readonly standing = new SvelteSet<number>();
  /** Whether this web view can decode at all. */
  readonly able = "VideoDecoder" in globalThis;

  #url: string | undefined;
  #socket: Socket | undefined;
  #failures = 0;
  #sources = new Map<number, PictureSource>();
  #canvases = new Map<number, Map<HTMLCanvasElement, Onlooker>>();
  /** When each source was last drawn, for those whose watch runs. */
  #drawnAt = new Map<number, number>();
  #loop: number | undefined;
  #shown = "";

  constructor(private readonly connect: (url: string) => Socket = (url) => new WebSocket(url)) {}

  /** Opens the link, and keeps it open until `close`. */
  open(url: string): void {
    if (!this.able || this.#url === url) return;
    this.close();
    this.#url = url;
    this.#dial();
  }

  close(): void {
    this.#url = undefined;
    this.#socket?.close();
    this.#socket = undefined;
    for (const source of this.#sources.values()) source.reset();
    this.#sources.clear();
    if (this.#loop !== undefined) cancelAnimationFrame(this.#loop);
    this.#loop = undefined;
  }

  /** Shows a source on a canvas until the function that comes back is called. */
  show(source: number, canvas: HTMLCanvasElement, onFirst: () => void = () => {}): () => void {
    const canvases = this.#canvases.get(source) ?? new Map<HTMLCanvasElement, Onlooker>();
    this.#canvases.set(source, canvases);
    const onlooker = { drawn: false, onFirst };
    for (const [twin, { drawn }] of canvases) {
      if (!drawn || !samePerson(twin, canvas)) continue;
      // One that joins others shows their picture at once, not only when the next one comes.
      paint(canvas, twin, twin.width, twin.height);
      greet(onlooker);
      break;
    }
    canvases.set(canvas, onlooker);
    this.#tellShown();
    return () => {
      canvases.delete(canvas);
      setTimeout(() => this.#leave(source), LINGER_MS);
    };
  }

  #leave(source: number): void {
    if (this.#canvases.get(source)?.size !== 0) return;
    this.#canvases.delete(source);
    this.#sources.get(source)?.reset();
    this.sizes.delete(source);
    this.#drawnAt.delete(source);
    this.standing.delete(source);
    this.#tellShown();
  }

  /** A picture of a source was drawn: it moves, and the next one is expected. */
  #moved(source: number): void {
    this.standing.delete(source);
    const watched = this.#drawnAt.has(source);
    this.#drawnAt.set(source, performance.now());
    if (!watched) this.#watch(source, STANDS_AFTER_MS);
  }

  #watch(source: number, wait: number): void {
    setTimeout(() => {
      const at = this.#drawnAt.get(source);
      if (at === undefined) return;
      const left = at + STANDS_AFTER_MS - performance.now();
      if (left > 0) {
        this.#watch(source, left);
        return;
      }
      this.#drawnAt.delete(source);
      this.standing.add(source);
    }, wait);
  }

  #dial(): void {
    const url = this.#url;
    if (!url) return;
    const socket = this.connect(url);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#failures = 0;
      this.#shown = "";
      this.#tellShown();
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      for (const source of this.#sources.values()) source.reset();
      const wait = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)];
      setTimeout(() => this.#socket === socket && this.#dial(), wait);
    };
  }

  #receive(data: unknown): void {
    const picture = data instanceof ArrayBuffer ? readPicture(data) : undefined;
    if (!picture || !this.#canvases.has(picture.source)) return;
    let source = this.#sources.get(picture.source);
    if (!source) {
      source = new PictureSource(picture.source, {
        askForKeyFrame: (id) => this.#say({ ask: "key_frame", source: id }),
        ready: () => {
          this.#loop ??= requestAnimationFrame(() => this.#draw());
        },
        now: () => performance.now(),
      });
      this.#sources.set(picture.source, source);
    }
    source.feed(picture);
  }

  #draw(): void {
    this.#loop = undefined;
    for (const [id, source] of this.#sources) {
      const frame = source.take();
      if (!frame) continue;
      const { displayWidth: width, displayHeight: height, timestamp } = frame;
      for (const [canvas, onlooker] of this.#canvases.get(id) ?? []) {
        paint(canvas, frame, width, height);
        greet(onlooker);
      }
      frame.close();
      const known = this.sizes.get(id);
      if (known?.width !== width || known.height !== height) this.sizes.set(id, { width, height });
      this.#moved(id);
      this.#say({ drawn: { source: id, timestamp } });
    }
  }

  #tellShown(): void {
    const show = [...this.#canvases.keys()].sort((a, b) => a - b);
    const text = show.join();
    if (text === this.#shown || this.#socket?.readyState !== 1) return;
    this.#shown = text;
    this.#say({ show });
  }

  #say(message: object): void {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message));
  }
}

function paint(canvas: HTMLCanvasElement, picture: CanvasImageSource, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  // `desynchronized` is left off: it shows black in WebKitGTK without a GPU.
  canvas.getContext("2d", { alpha: false })?.drawImage(picture, 0, 0, width, height);
}

function greet(onlooker: Onlooker): void {
  if (onlooker.drawn) return;
  onlooker.drawn = true;
  // For whoever asks how long it took from the link to a picture: `cargo xtask bench glass`.
  if (performance.getEntriesByName("first-picture").length === 0) performance.mark("first-picture");
  onlooker.onFirst();
}

/** A slot goes to someone else at times: their canvas must not begin with the one before. */
function samePerson(a: HTMLCanvasElement, b: HTMLCanvasElement): boolean {
  return a.dataset.participant === b.dataset.participant;
}
