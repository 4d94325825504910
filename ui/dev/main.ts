// `?scene=NAME#/window`: the page in a made-up state.
import "@fontsource-variable/inter";
import "../src/kit/theme.css";
import { mount } from "svelte";
import App from "../src/app/App.svelte";
import { House } from "../src/app/house.svelte";
import { Pictures } from "../src/link/frames.svelte";
import type { Update } from "../src/protocol";
import { FakeCore } from "./core";
import { pour, tickAway } from "./pour";
import { scenes } from "./scenes";
import { ClipSocket } from "./socket";

const parameters = new URLSearchParams(location.search);
const view = location.hash.split("/")[1] ?? "";
// The dashboard has one made-up world, and many places in it.
const name = parameters.get("scene") ?? (view === "dashboard" ? "home" : "live");
const scene = scenes[name] ?? (view === "dashboard" ? scenes.home : undefined);
const target = document.getElementById("app");
if (!scene || !target) throw new Error("no such scene");

const core = new FakeCore(scene, view);
const house = new House(
  core,
  new Pictures(() => new ClipSocket(parameters.get("scene") === "still" ? 800 : undefined)),
);
if (name === "hiding" || name === "throwing") core.answer = async () => ({ is: "accepted", seq: 241 });
else
  core.answer = async () => {
    await new Promise((done) => setTimeout(done, 100));
    return { is: "refused", refusal: "slow_down", retry_after_ms: 3_000 };
  };
if (parameters.get("scene") === "late") {
  setTimeout(() => {
    core.tell({ event: "connection", state: { state: "connected", round_trip_ms: 1 } });
    if (scenes.live) core.tell({ event: "media", status: scenes.live.media });
  }, 200);
}
if (parameters.get("scene") === "read-back") {
  // While one reads back, somebody goes on talking.
  const { snapshot } = scene;
  let seq = snapshot.seq;
  setInterval(() => {
    const said = snapshot.chat.at(-1);
    if (!said) return;
    const message = { ...said, id: `later-${++seq}`, text: `Later message ${seq}` };
    // Now and then an old one is removed, too.
    const later = seq - snapshot.seq;
    const old = later % 7 === 0 ? snapshot.chat[40 + later / 7] : undefined;
    const updates: Update[] = [
      old
        ? { room: snapshot.room, seq, at: 0, body: { what: "message_removed", message: old.id } }
        : { room: snapshot.room, seq, at: 0, body: { what: "message_sent", message } },
    ];
    core.tell({ event: "frame", frame: { frame: "updates", room: snapshot.room, updates } });
  }, 100);
}
if (name === "losing") {
  // While it is changed, another moderator throws the draft away.
  const { room, seq, polls } = scene.snapshot;
  const poll = polls.at(-1)?.id ?? "";
  const update: Update = { room, seq: seq + 1, at: 0, body: { what: "poll_dropped", poll } };
  setTimeout(
    () => core.tell({ event: "frame", frame: { frame: "updates", room, updates: [update] } }),
    3_000,
  );
}
if (scene.thrown) {
  const { thrown } = scene;
  setInterval(() => core.signal({ signal: "reactions", counts: thrown }), 700);
}
if (name === "busy") {
  pour(core, house, Number(parameters.get("rate") ?? 0));
  if (parameters.has("ticking")) tickAway();
}
if (name === "refused-file" && core.taken) {
  const fault = { column: "email", code: "not_an_address", problem: "" };
  const faults = [3, 9, 14, 22, 31, 57, 80, 112].map((line) => ({ line, ...fault }));
  core.taken = {
    ...core.taken,
    taken: { added: 0, known: 0, ignored: ["mood"], rooms: [], places: [], lines: [] },
    faults,
  };
}
if (name === "replay-slow") core.replayAt = () => new Promise(() => {});
if (name === "replay-failed") core.replayAt = () => Promise.reject({ problem: "unreachable" });
if (name === "sending" || name === "saving") core.moved = new Promise(() => {});
if (name === "contested") {
  const event = core.server.event("event-main");
  setTimeout(() => {
    Object.assign(event, {
      version: event.version + 1,
      summary: "Two days in the harbour, with those who keep it running.",
    });
  }, 1_000);
}
mount(App, { target, props: { house } });
if (!scene.silent) setInterval(() => core.speak(), 200);
