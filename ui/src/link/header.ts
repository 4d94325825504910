/** Length of the header before each encoded picture on the local frame link. */
export const HEADER_BYTES = 24;

/** The source that is one's own picture. */
export const OWN_PICTURE = 255;

/** An encoded picture as it came over the local frame link. Times are in microseconds. */
export type EncodedPicture = {
  source: number;
  key: boolean;
  width: number;
  height: number;
  timestamp: number;
  sentAt: number;
  data: Uint8Array<ArrayBuffer>;
};

/** Reads a message of the frame link; nothing for what this page cannot read (another version or codec, too short). */
export function readPicture(message: ArrayBuffer): EncodedPicture | undefined {
  if (message.byteLength <= HEADER_BYTES) return undefined;
  const view = new DataView(message);
  const [version, codec] = [view.getUint8(0), view.getUint8(3)];
  if (version !== 1 || codec !== 0) return undefined;
  return {
    source: view.getUint8(1),
    key: (view.getUint8(2) & 1) === 1,
    width: view.getUint16(4, true),
    height: view.getUint16(6, true),
    timestamp: Number(view.getBigUint64(8, true)),
    sentAt: Number(view.getBigUint64(16, true)),
    data: new Uint8Array(message, HEADER_BYTES),
  };
}
