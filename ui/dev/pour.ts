// A busy chat, and how long the page takes for a frame of it: `npm run bench`.
import type { House } from "../src/app/house.svelte";
import type { Message, Update } from "../src/protocol";
import type { FakeCore } from "./core";
import { people, ROOM } from "./scenes";

/** There already, before any comes. */
const BEFORE = 4_000;
/** So many microtasks after a message the page is done with it. */
const MOST_ROUNDS = 20;
const WORDS =
  "we kept the old queue for a year and it was the best decision that we made, **really** :) see https://example.org".split(
    " ",
  );
const NAMES = ["Amara Bello", "Jun Tanaka", "Mina Kovač", "Sofia Lindqvist", "Kwame Mensah", "Priya Raman"];

/**
 * How long a frame lies behind the one before, and how long the page was busy with it, in milliseconds; of that, with what came before
 * the frame began.
 */
export type Frames = { apart: number[]; busy: number[]; before: number[] };
declare global {
  interface Window {
    chatFrames?: Frames;
    messagesHeld?: () => number;
    messagesPoured?: () => number;
  }
}

function message(number: number): Message {
  const length = 3 + ((number * 7919) % 26);
  const text = Array.from({ length }, (_, at) => WORDS[(number * 31 + at * 17) % WORDS.length]).join(" ");
  const who = number % NAMES.length;
  const author = Object.values(people)[who] ?? "";
  const name = NAMES[who] ?? "";
  return {
    id: `poured-${number}`,
    seq: number,
    author,
    name,
    role: "attendee",
    at: (Date.now() - 60_000) * 1_000 + number,
    text,
  };
}

/** What any page costs here in which something moves: a few figures that change with every frame. */
export function tickAway(): void {
  const figures = document.body.appendChild(document.createElement("output"));
  Object.assign(figures.style, { position: "fixed", inset: "60px 40px auto auto" });
  const frame = (now: number) => {
    figures.textContent = now.toFixed();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** Says so many things a second, each by itself, and measures every frame from now on. */
export function pour(core: FakeCore, house: House, rate: number): void {
  let said = 0;
  let first = 0;
  const poured = () => house.room.seq - first;
  const say = (count: number) => {
    const updates: Update[] = Array.from({ length: count }, (_, step) => ({
      room: ROOM,
      seq: house.room.seq + said + step + 1 - poured(),
      at: 0,
      body: { what: "message_sent", message: message(said + step) },
    }));
    said += count;
    core.tell({ event: "frame", frame: { frame: "updates", room: ROOM, updates } });
  };
  const frames = measure();
  setTimeout(() => {
    first = house.room.seq;
    say(BEFORE);
    const began = performance.now();
    // As many as are due by now: a timer may come late.
    if (rate > 0)
      setInterval(() => {
        const since = performance.now();
        while (said - BEFORE < ((since - began) * rate) / 1_000) say(1);
        void frames.count(since);
      }, 5);
  }, 500);
  window.messagesHeld = () => house.room.chat.said.messages.length;
  window.messagesPoured = () => said;
}

/** Measures every frame from now on. `count` adds to the next one what was done since, with all that follows from it at once. */
function measure(): { count: (since: number) => Promise<void> } {
  const frames: Frames = { apart: [], busy: [], before: [] };
  window.chatFrames = frames;
  const after = new MessageChannel();
  let [last, began, before] = [0, 0, 0];
  // What is posted in a frame comes after its layout and painting.
  after.port1.onmessage = () => {
    frames.busy.push(before + performance.now() - began);
    frames.before.push(before);
    before = 0;
  };
  const frame = (now: number) => {
    if (began > 0) frames.apart.push(now - last);
    last = now;
    began = performance.now();
    after.port2.postMessage(0);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  return {
    async count(since) {
      // The page draws and measures in microtasks, each of which leads to the next.
      for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) await undefined;
      before += performance.now() - since;
    },
  };
}
