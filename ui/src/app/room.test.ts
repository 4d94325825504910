import { describe, expect, it } from "vitest";
// Written by a test of `server/domain`, so that this page's `apply` cannot drift from the rules'.
import written from "../../../tests/fixtures/room-log.json";
import type { Snapshot, Update } from "../protocol";
import { SNAPSHOT_MESSAGES } from "../protocol/limits";
import { Room } from "./room.svelte";

type Log = { initial: Snapshot; updates: Update[]; final: Snapshot };
const logs = written as unknown as Record<string, Log>;

function snapshotOf(
  { stage, chat, run, qa, polls, hands, moderation, overlay, seq }: Room,
  { room, crew }: Snapshot,
): Snapshot {
  return {
    room,
    seq,
    title: stage.title,
    phase: stage.phase,
    on_stage: stage.onStage,
    program: stage.program,
    ...(overlay.shows && { overlay: overlay.shows }),
    chat: chat.said.messages.slice(-SNAPSHOT_MESSAGES),
    ...(chat.pinned && { pinned: chat.pinned }),
    ...(chat.announcement && { announcement: chat.announcement }),
    rules: moderation.rules,
    questions: qa.questions,
    polls: polls.polls,
    ...(stage.crew && {
      crew: {
        control: crew?.control ?? false,
        notes: chat.notes.messages.slice(-SNAPSHOT_MESSAGES),
        hands: hands.raised,
        sanctions: moderation.sanctions,
        reports: moderation.reports,
        ...(moderation.beforeStop && { before_stop: moderation.beforeStop }),
        backstage: stage.backstage,
        preview: stage.preview,
        run_of_show: run.planned,
        ...(run.called && { called: run.called }),
      },
    }),
  };
}

describe.each(Object.entries(logs))("a room as the %s has it", (_, { initial, updates, final }) => {
  it("is after every update what the rules say it is", () => {
    const room = new Room();
    room.restore(initial);
    expect(room.apply(updates)).toBe(true);
    expect(snapshotOf(room, final)).toEqual(final);
  });

  it("passes over what it has already", () => {
    const room = new Room();
    room.restore(initial);
    room.apply(updates.slice(0, 5));
    expect(room.apply(updates)).toBe(true);
    expect(snapshotOf(room, final)).toEqual(final);
  });

  it("stops at a gap and says so", () => {
    const room = new Room();
    room.restore(initial);
    expect(room.apply(updates.slice(1))).toBe(false);
    expect(snapshotOf(room, initial)).toEqual(initial);
  });
});
