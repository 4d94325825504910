/** How old an answer may be; one that is older says so. */
export const FRESH_MS = 5 * 60_000;
/** How often it is looked whether one is due. */
const LOOK_MS = 30_000;

type Part = { asOf: number; isFresh: boolean; problem: unknown; refresh(): Promise<void> };

/** Whether an answer is older than it may be. */
export const isOld = ({ asOf }: { asOf: number }, now: number) => now - asOf > FRESH_MS;

/**
 * Keeps a part as it is on the server, as far as asking does: asks again when the window comes to the front, when the network is back,
 * before what is there is too old, and again and again while the server does not answer. What comes back ends it.
 */
export function keepFresh(part: Part): () => void {
  let asking = false;
  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      await part.refresh();
    } finally {
      asking = false;
    }
  };
  const look = () => {
    const failed = !part.isFresh || part.problem !== undefined;
    if (failed || Date.now() + LOOK_MS - part.asOf > FRESH_MS) void ask();
  };
  const timer = setInterval(look, LOOK_MS);
  window.addEventListener("focus", ask);
  window.addEventListener("online", ask);
  return () => {
    clearInterval(timer);
    window.removeEventListener("focus", ask);
    window.removeEventListener("online", ask);
  };
}
