import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Pictures, type Socket } from "./frames.svelte";
import { HEADER_BYTES, readPicture } from "./header";

type Chunk = { type: string; timestamp: number };

class FakeFrame {
  static open = 0;
  displayWidth = 640;
  displayHeight = 360;
  constructor(readonly timestamp: number) {
    FakeFrame.open++;
  }
  close() {
    FakeFrame.open--;
  }
}

class FakeDecoder {
  static all: FakeDecoder[] = [];
  state = "unconfigured";
  decodeQueueSize = 0;
  decoded: Chunk[] = [];
  constructor(readonly callbacks: { output: (frame: FakeFrame) => void; error: (error: Error) => void }) {
    FakeDecoder.all.push(this);
  }
  configure() {
    this.state = "configured";
  }
  decode(chunk: Chunk) {
    this.decoded.push(chunk);
    this.callbacks.output(new FakeFrame(chunk.timestamp));
  }
  close() {
    this.state = "closed";
  }
}

class FakeSocket implements Socket {
  static all: FakeSocket[] = [];
  binaryType: BinaryType = "blob";
  readyState: Socket["readyState"] = 0;
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  said: unknown[] = [];
  constructor() {
    FakeSocket.all.push(this);
  }
  send(data: unknown) {
    this.said.push(JSON.parse(String(data)));
  }
  close() {
    this.readyState = 3;
  }
  open() {
    this.readyState = 1;
    this.onopen?.(new Event("open"));
  }
  lose() {
    this.readyState = 3;
    this.onclose?.(new Event("close") as CloseEvent);
  }
  bring(source: number, key: boolean, timestamp: number) {
    this.onmessage?.(new MessageEvent("message", { data: message(source, key, timestamp) }));
  }
}

function message(source: number, key: boolean, timestamp: number): ArrayBuffer {
  const bytes = new Uint8Array(HEADER_BYTES + 3);
  const view = new DataView(bytes.buffer);
  bytes.set([1, source, key ? 1 : 0, 0]);
  view.setUint16(4, 640, true);
  view.setUint16(6, 360, true);
  view.setBigUint64(8, BigInt(timestamp), true);
  view.setBigUint64(16, 1_790_000_000_000_000n, true);
  return bytes.buffer;
}

const drawn: HTMLCanvasElement[] = [];

function canvas(participant: string): HTMLCanvasElement {
  const element = document.createElement("canvas");
  element.width = 1;
  element.height = 1;
  element.dataset.participant = participant;
  const context = { drawImage: () => drawn.push(element) };
  element.getContext = (() => context) as unknown as HTMLCanvasElement["getContext"];
  return element;
}

function opened() {
  const pictures = new Pictures(() => new FakeSocket());
  pictures.open("ws://127.0.0.1:1/frames");
  const socket = FakeSocket.all.at(-1);
  if (!socket) throw new Error("no socket");
  socket.open();
  return { pictures, socket };
}

const nextFrame = () => vi.advanceTimersByTime(20);
const decoder = (index: number) => FakeDecoder.all.at(index);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("VideoDecoder", FakeDecoder);
  vi.stubGlobal(
    "EncodedVideoChunk",
    class {
      type: string;
      timestamp: number;
      constructor({ type, timestamp }: Chunk) {
        this.type = type;
        this.timestamp = timestamp;
      }
    },
  );
  FakeDecoder.all = [];
  FakeSocket.all = [];
  FakeFrame.open = 0;
  drawn.length = 0;
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("the header", () => {
  it("is read as the core writes it", () => {
    const picture = readPicture(message(255, true, 2 ** 40));
    expect(picture).toMatchObject({ source: 255, key: true, width: 640, height: 360, timestamp: 2 ** 40 });
    expect(picture?.data).toHaveLength(3);
  });

  it("makes nothing of what is too short, newer or of another codec", () => {
    const newer = new Uint8Array(message(0, true, 1));
    newer[0] = 2;
    const codec = new Uint8Array(message(0, true, 1));
    codec[3] = 1;
    expect([new ArrayBuffer(10), newer.buffer, codec.buffer].map(readPicture)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("the pictures", () => {
  it("of one source are decoded once and drawn on every canvas that shows it, and each is closed", () => {
    const { pictures, socket } = opened();
    const canvases = [canvas("a"), canvas("a")];
    for (const element of canvases) pictures.show(2, element);
    socket.bring(2, true, 1);
    socket.bring(2, false, 2);
    nextFrame();
    expect(FakeDecoder.all).toHaveLength(1);
    expect(drawn).toEqual(canvases);
    expect([canvases[0]?.width, canvases[0]?.height]).toEqual([640, 360]);
    expect(pictures.sizes.get(2)).toEqual({ width: 640, height: 360 });
    expect(socket.said).toContainEqual({ drawn: { source: 2, timestamp: 2 } });
    expect(FakeFrame.open).toBe(0);
  });

  it("begin with a key frame, which is asked for", () => {
    const { pictures, socket } = opened();
    pictures.show(0, canvas("a"));
    socket.bring(0, false, 1);
    socket.bring(0, false, 2);
    expect(FakeDecoder.all).toHaveLength(0);
    expect(socket.said.filter((said) => JSON.stringify(said).includes("ask"))).toEqual([
      { ask: "key_frame", source: 0 },
    ]);
    socket.bring(0, true, 3);
    expect(decoder(0)?.decoded).toHaveLength(1);
  });

  it("begin again after the decoder failed", () => {
    const { pictures, socket } = opened();
    pictures.show(0, canvas("a"));
    socket.bring(0, true, 1);
    decoder(0)?.callbacks.error(new Error("broken"));
    expect(socket.said).toContainEqual({ ask: "key_frame", source: 0 });
    socket.bring(0, false, 2);
    socket.bring(0, true, 3);
    expect(decoder(1)?.decoded.map(({ timestamp }) => timestamp)).toEqual([3]);
    nextFrame();
    expect(FakeFrame.open).toBe(0);
  });

  it("begin again where the decoder cannot keep up, and none is dropped before", () => {
    const { pictures, socket } = opened();
    pictures.show(0, canvas("a"));
    socket.bring(0, true, 1);
    const slow = decoder(0);
    if (!slow) throw new Error("no decoder");
    slow.decodeQueueSize = 40;
    socket.bring(0, false, 2);
    expect(slow.decoded).toHaveLength(2);
    slow.decodeQueueSize = 41;
    socket.bring(0, false, 3);
    expect(slow.state).toBe("closed");
    expect(socket.said).toContainEqual({ ask: "key_frame", source: 0 });
  });

  it("are asked for only where they are seen, and a while longer", () => {
    const { pictures, socket } = opened();
    const leave = pictures.show(3, canvas("a"));
    pictures.show(1, canvas("b"));
    leave();
    socket.bring(3, true, 1);
    vi.advanceTimersByTime(1_900);
    expect(socket.said.filter((said) => JSON.stringify(said).includes("show"))).toEqual([
      { show: [3] },
      { show: [1, 3] },
    ]);
    vi.advanceTimersByTime(200);
    expect(socket.said.at(-1)).toEqual({ show: [1] });
    expect(decoder(0)?.state).toBe("closed");
    expect(FakeFrame.open).toBe(0);
  });

  it("come back with the link, from a key frame on", () => {
    const { pictures, socket } = opened();
    pictures.show(0, canvas("a"));
    socket.bring(0, true, 1);
    socket.lose();
    vi.advanceTimersByTime(150);
    const again = FakeSocket.all[1];
    again?.open();
    expect(again?.said).toEqual([{ show: [0] }]);
    again?.bring(0, false, 2);
    expect(again?.said).toContainEqual({ ask: "key_frame", source: 0 });
    again?.bring(0, true, 3);
    expect(decoder(1)?.decoded).toHaveLength(1);
  });

  it("count as standing still 2 s after the last one, until the next or until nobody looks", () => {
    const { pictures, socket } = opened();
    const leave = pictures.show(0, canvas("a"));
    socket.bring(0, true, 1);
    nextFrame();
    vi.advanceTimersByTime(1_500);
    socket.bring(0, false, 2);
    nextFrame();
    vi.advanceTimersByTime(1_900);
    expect(pictures.standing.has(0)).toBe(false);
    vi.advanceTimersByTime(200);
    expect(pictures.standing.has(0)).toBe(true);
    socket.bring(0, false, 3);
    nextFrame();
    expect(pictures.standing.has(0)).toBe(false);
    vi.advanceTimersByTime(3_000);
    expect(pictures.standing.has(0)).toBe(true);
    leave();
    vi.advanceTimersByTime(2_100);
    expect(pictures.standing.size).toBe(0);
    vi.advanceTimersByTime(10_000);
    expect(pictures.standing.size).toBe(0);
  });

  it("of someone else do not begin with those of the one before", () => {
    const { pictures, socket } = opened();
    pictures.show(0, canvas("a"));
    socket.bring(0, true, 1);
    nextFrame();
    drawn.length = 0;
    const twin = canvas("a");
    const other = canvas("b");
    const first = vi.fn();
    pictures.show(0, twin);
    pictures.show(0, other, first);
    expect(drawn).toEqual([twin]);
    expect(first).not.toHaveBeenCalled();
  });
});
