import { expect, it } from "vitest";
import { FakeCore } from "../../../dev/core";
import { scenes } from "../../../dev/scenes";
import { ShowModel } from "./model.svelte";
import { changed, without } from "./plan";

it("two people who plan the show at once see each other's list, and nothing is asked where each changed another", async () => {
  const scene = scenes.home;
  if (!scene) throw new Error("no scene");
  const core = new FakeCore(scene, "dashboard");
  const [mine, theirs] = [new ShowModel(core, "event-main"), new ShowModel(core, "event-main")];
  await Promise.all([mine.section.load(), theirs.section.load()]);
  const session = core.server.event("event-main").sessions[1]?.id ?? "";
  const poll = (question: string) => ({
    id: null,
    session,
    question,
    options: ["Yes", "No"],
    multiple: false,
  });
  expect(await theirs.change(() => ({ polls: [poll("Theirs?")] }))).toBe(true);
  expect(await mine.change(() => ({ mails: [] }))).toBe(true);
  expect(mine.section.conflict).toBeUndefined();
  expect(mine.section.data?.event.showPlan.polls[0]?.question).toBe("Theirs?");
  await theirs.section.load();
  expect(await theirs.change(() => ({ polls: [poll("Theirs again?")] }))).toBe(true);
  expect(await mine.change(() => ({ polls: [poll("Mine?")] }))).toBe(false);
  expect(mine.section.conflict?.fields).toEqual([
    { label: "Polls", theirs: "Theirs again? Yes, No", mine: "Mine? Yes, No" },
  ]);
  await mine.section.keepMine();
  expect(mine.section.data?.event.showPlan.polls.map(({ question }) => question)).toEqual(["Mine?"]);
});

it("a change of a poll is made to that poll, wherever another has put it meanwhile; of one that is gone nothing is made", async () => {
  const scene = scenes.home;
  if (!scene) throw new Error("no scene");
  const core = new FakeCore(scene, "dashboard");
  const mine = new ShowModel(core, "event-main");
  await mine.section.load();
  const { polls } = core.server.event("event-main").showPlan;
  const [first] = polls;
  if (!first) throw new Error("no poll");
  const ask = (question: string) =>
    mine.change((plan) => ({ polls: changed(plan.polls, first, { question }) }));
  polls.unshift({ ...first, id: "another", question: "Coffee?" });
  await mine.section.load();
  expect(await ask("Tea?")).toBe(true);
  expect(mine.section.data?.event.showPlan.polls.map(({ question }) => question)).toEqual([
    "Coffee?",
    "Tea?",
  ]);
  core.server.event("event-main").showPlan.polls = without(polls, first);
  await mine.section.load();
  expect(await ask("Water?")).toBe(true);
  expect(mine.section.data?.event.showPlan.polls.map(({ question }) => question)).toEqual(["Coffee?"]);
});
