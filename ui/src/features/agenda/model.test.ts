import { describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../../dev/core";
import { scenes } from "../../../dev/scenes";
import { spanOf } from "./grid";
import { AgendaModel } from "./model.svelte";

const MINUTE = 60_000;

async function opened() {
  const scene = scenes.home;
  if (!scene) throw new Error("no scene");
  const core = new FakeCore(scene, "dashboard");
  const model = new AgendaModel(core, "event-main", (what, title) => `${what} ${title}`);
  await model.section.load();
  const first = () => {
    const [session] = model.sessions;
    if (!session) throw new Error("no session");
    return session;
  };
  const kept = () => core.server.event("event-main").sessions.find(({ id }) => id === first().id);
  return { core, model, first, kept };
}

describe("a move", () => {
  it("is shown while it is held, and sent once when it is dropped", async () => {
    const { core, model, first, kept } = await opened();
    const { from, to } = spanOf(first());
    model.hold(first(), { from: from + 5 * MINUTE, to: to + 5 * MINUTE });
    model.hold(first(), { from: from + 10 * MINUTE, to: to + 10 * MINUTE });
    expect(spanOf(first()).from).toBe(from + 10 * MINUTE);
    expect(core.calls).toEqual([]);
    model.drop();
    await vi.waitFor(() => expect(Date.parse(kept()?.startsAt ?? "")).toBe(from + 10 * MINUTE));
    expect(core.calls).toEqual(["change UpdateSession"]);
  });

  it("that leads nowhere, or is let go, sends nothing", async () => {
    const { core, model, first } = await opened();
    model.hold(first(), spanOf(first()));
    model.drop();
    model.hold(first(), { from: 0 });
    model.letGo();
    model.drop();
    expect(core.calls).toEqual([]);
  });

  it("is taken back where it was refused", async () => {
    const { core, model, first } = await opened();
    const before = first().startsAt;
    core.offline = true;
    const made = model.edit(first().id, { startsAt: "2030-01-01T00:00:00.000Z" });
    expect(first().startsAt).toBe("2030-01-01T00:00:00.000Z");
    expect(await made).toBe(false);
    expect(first().startsAt).toBe(before);
    expect(model.section.refused?.code).toBe("OFFLINE");
  });
});

describe("undo", () => {
  it("goes back over several changes of one session, each on the version that the last has left", async () => {
    const { model, first, kept } = await opened();
    const { id, title } = first();
    await Promise.all([model.edit(id, { title: "One" }), model.edit(id, { title: "Two", room: null })]);
    expect(kept()).toMatchObject({ title: "Two", room: null, version: 3 });
    await model.goBack();
    await model.goBack();
    expect(kept()).toMatchObject({ title });
    expect(first().room).not.toBeNull();
    await model.goForth();
    expect(kept()?.title).toBe("One");
  });

  it("forgets what is gone for good, and goes on with what was before", async () => {
    const { core, model, first, kept } = await opened();
    const [one, other] = model.sessions;
    if (!one || !other) throw new Error("no sessions");
    await model.edit(one.id, { title: "One" });
    await model.edit(other.id, { title: "Other" });
    const event = core.server.event("event-main");
    event.sessions = event.sessions.filter(({ id }) => id !== other.id);
    expect(await model.goBack()).toBe(false);
    expect(model.section.refused?.code).toBe("NOT_FOUND");
    expect(await model.goBack()).toBe(true);
    expect(kept()?.title).toBe(one.title);
    expect(first().title).toBe(one.title);
  });

  it("brings back what was deleted", async () => {
    const { model, first } = await opened();
    const { id } = first();
    await model.remove(first());
    expect(model.session(id)).toBeUndefined();
    model.section.told?.undo?.();
    await vi.waitFor(() => expect(model.session(id)).toBeDefined());
  });
});

describe("when someone else was faster", () => {
  it("one's own change waits, and is made on the newest when it is kept", async () => {
    const { model, first, kept } = await opened();
    const row = kept();
    if (!row) throw new Error("no row");
    row.version = 7;
    row.title = "Theirs";
    expect(await model.edit(first().id, { title: "Mine", capacity: 12 })).toBe(false);
    expect(model.section.conflict?.fields).toEqual([{ label: "Title", theirs: "Theirs", mine: "Mine" }]);
    await model.section.keepMine();
    expect(kept()).toMatchObject({ title: "Mine", capacity: 12, version: 8 });
    expect(model.section.conflict).toBeUndefined();
  });

  it("and changed something else, both hold without a question", async () => {
    const { model, first, kept } = await opened();
    const row = kept();
    if (!row) throw new Error("no row");
    row.version = 7;
    row.title = "Theirs";
    expect(await model.edit(first().id, { capacity: 12 })).toBe(true);
    expect(kept()).toMatchObject({ title: "Theirs", capacity: 12, version: 8 });
    expect(first().title).toBe("Theirs");
    expect(model.section.conflict).toBeUndefined();
  });

  it("and deleted it, that is said", async () => {
    const { model, first, kept } = await opened();
    const row = kept();
    if (!row) throw new Error("no row");
    row.version = 7;
    row.deletedAt = new Date().toISOString();
    const { id } = first();
    await model.edit(id, { capacity: 12 });
    expect(model.section.refused?.code).toBe("NOT_FOUND");
    expect(model.session(id)).toBeUndefined();
  });

  it("theirs holds when it is taken", async () => {
    const { model, first, kept } = await opened();
    const row = kept();
    if (!row) throw new Error("no row");
    row.version = 7;
    row.title = "Theirs";
    await model.edit(first().id, { title: "Mine" });
    await model.section.takeTheirs();
    expect(first().title).toBe("Theirs");
  });
});
