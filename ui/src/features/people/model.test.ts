import { describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../../dev/core";
import { scenes } from "../../../dev/scenes";
import { RESEND } from "./commands";
import { PeopleModel } from "./model.svelte";

async function opened() {
  const scene = scenes.home;
  if (!scene) throw new Error("no scene");
  const core = new FakeCore(scene, "dashboard");
  const model = new PeopleModel(core, "event-main");
  await model.load();
  const people = () => model.section.data?.event.registrations.nodes ?? [];
  return { core, model, people };
}

describe("who is registered", () => {
  it("comes page by page, nobody twice", async () => {
    const { model, people } = await opened();
    expect(people()).toHaveLength(50);
    await Promise.all([model.loadMore(), model.loadMore()]);
    expect(people()).toHaveLength(100);
    await model.loadMore();
    await model.loadMore();
    expect(people()).toHaveLength(130);
    expect(new Set(people().map(({ id }) => id)).size).toBe(130);
  });

  it("is searched when no further letter comes, once", async () => {
    vi.useFakeTimers();
    const { core, model, people } = await opened();
    const asks = vi.spyOn(core, "ask");
    for (const words of ["m", "mi", "mina"]) model.find(words);
    await vi.advanceTimersByTimeAsync(300);
    vi.useRealTimers();
    expect(asks).toHaveBeenCalledTimes(1);
    expect(people().every(({ name }) => name.startsWith("Mina"))).toBe(true);
  });

  it("of another search does not get under this one", async () => {
    const { model, people } = await opened();
    const more = model.loadMore();
    model.filter("WAITING");
    await more;
    await vi.waitFor(() => expect(people().every(({ state }) => state === "WAITING")).toBe(true));
  });

  it("is all there when somebody is settled while the next page is on its way", async () => {
    const { core, model, people } = await opened();
    let answer = () => {};
    core.wire.back = (name) =>
      name === "EventPeople" ? new Promise<void>((done) => (answer = done)) : undefined;
    const more = model.loadMore();
    await vi.waitFor(() => expect(model.more).toBe(true));
    expect(await model.settle(RESEND, { id: people()[2]?.id ?? "" }, "sent")).toBe(true);
    answer();
    await more;
    expect(people()).toHaveLength(100);
    expect(people()[2]?.mail).toBe("QUEUED");
  });

  it("changes one by one", async () => {
    const { model, people } = await opened();
    const id = people()[2]?.id ?? "";
    expect(await model.settle(RESEND, { id }, "sent")).toBe(true);
    expect(people()[2]?.mail).toBe("QUEUED");
    await expect(model.add("x", "Twice", people()[0]?.email ?? "")).rejects.toMatchObject({
      code: "ALREADY_REGISTERED",
    });
  });
});
