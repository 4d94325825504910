import type { EncodedPicture } from "./header";

/**
 * More pictures than this waiting for the decoder: it cannot keep up, and starts again at a key frame. Well over a second; with a tenth of
 * it streams that were only late collapsed.
 */
const MOST_WAITING = 40;
/** Key frames of a source are asked for at most this often, in milliseconds. */
const ASK_EVERY = 400;

/** What a source needs from the frame link. */
export type SourceOutlet = {
  askForKeyFrame(source: number): void;
  /** A picture is ready to be drawn. */
  ready(): void;
  now(): number;
};

/**
 * One standing slot: its decoder and the newest picture that nobody has drawn yet.
 *
 * Encoded pictures are never dropped one by one: each needs the one before. When the decoder fails or cannot keep up,
 * it starts again at the next key frame, which is asked for.
 */
export class PictureSource {
  #decoder: VideoDecoder | undefined;
  #newest: VideoFrame | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(
    readonly id: number,
    private readonly outlet: SourceOutlet,
  ) {}

  feed(picture: EncodedPicture): void {
    if ((this.#decoder?.decodeQueueSize ?? 0) > MOST_WAITING) this.reset();
    if (this.#decoder?.state !== "configured") {
      if (!picture.key) {
        this.#ask();
        return;
      }
      this.#decoder = this.#open();
    }
    const chunk = new EncodedVideoChunk({
      type: picture.key ? "key" : "delta",
      timestamp: picture.timestamp,
      data: picture.data,
    });
    try {
      this.#decoder.decode(chunk);
    } catch {
      this.reset();
      this.#ask();
    }
  }

  /** Hands over the newest picture; whoever takes it closes it. */
  take(): VideoFrame | undefined {
    const frame = this.#newest;
    this.#newest = undefined;
    return frame;
  }

  /** Forgets the decoder; the next picture that counts is a key frame. */
  reset(): void {
    const decoder = this.#decoder;
    this.#decoder = undefined;
    if (decoder && decoder.state !== "closed") decoder.close();
    this.take()?.close();
  }

  #open(): VideoDecoder {
    const decoder: VideoDecoder = new VideoDecoder({
      output: (frame) => {
        if (this.#decoder !== decoder) {
          frame.close();
          return;
        }
        this.#newest?.close();
        this.#newest = frame;
        this.outlet.ready();
      },
      error: () => {
        if (this.#decoder !== decoder) return;
        this.reset();
        this.#ask();
      },
    });
    decoder.configure({ codec: "vp8", optimizeForLatency: true });
    return decoder;
  }

  #ask(): void {
    const now = this.outlet.now();
    if (now - this.#askedAt < ASK_EVERY) return;
    this.#askedAt = now;
    this.outlet.askForKeyFrame(this.id);
  }
}
