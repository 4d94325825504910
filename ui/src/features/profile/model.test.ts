import { describe, expect, it, vi } from "vitest";
import type { OwnProfile, Profile } from "../../protocol";
import { Details } from "./details.svelte";
import { isLink, ProfileModel } from "./model.svelte";

const said: Profile = {
  headline: "Queues",
  company: "",
  pronouns: "",
  about: "",
  links: ["https://example.org/me"],
  shown_to: "crew",
};

function model(own: OwnProfile) {
  const read = vi.fn(async () => own);
  const keep = vi.fn(async (profile: Profile) => profile);
  return { read, keep, profile: new ProfileModel({ read, keep }) };
}

describe("what one says of oneself", () => {
  it("is kept trimmed, with the links that there are", async () => {
    const { profile, keep } = model({ profile: said });
    await profile.begin();
    expect([profile.open, profile.state, profile.draft.links]).toEqual([true, "ready", [said.links[0], ""]]);
    profile.draft.headline = "  Short queues ";
    profile.draft.links[1] = "me.example";
    await profile.keep();
    const links = ["https://example.org/me", "https://me.example"];
    expect(keep).toHaveBeenCalledExactlyOnceWith({ ...said, headline: "Short queues", links });
    expect(profile.open).toBe(false);
  });

  it("stays as it was typed where it is refused", async () => {
    const { profile, keep } = model({});
    await profile.begin();
    profile.draft.headline = "Mine";
    keep.mockRejectedValueOnce({ problem: "refused", refusal: "profile_invalid" });
    await profile.keep();
    expect([profile.open, profile.state, profile.draft.headline]).toEqual([true, "ready", "Mine"]);
    expect(profile.trouble?.cure).toContain("https://");
  });

  it("is not written over where it could not be read", async () => {
    const { profile, read } = model({ profile: said });
    read.mockRejectedValueOnce({ problem: "unreachable" });
    await profile.begin();
    expect([profile.state, profile.trouble !== undefined]).toEqual(["failed", true]);
    await profile.begin();
    expect([profile.state, profile.draft.headline]).toEqual(["ready", "Queues"]);
  });

  it("can be taken over from another event, and is nothing until one does", async () => {
    const { profile, keep } = model({ before: said });
    await profile.begin();
    expect(profile.words.headline).toBe("");
    profile.takeOver();
    await profile.keep();
    expect(keep).toHaveBeenCalledExactlyOnceWith(said);
  });

  it.each([
    ["", true],
    ["https://example.org", true],
    ["example.org/me", true],
    ["http://example.org", false],
    ["javascript:alert(1)", false],
    ["https://bank.example@evil.example", false],
    ["nowhere", false],
  ])("has links that are encrypted: %s is one: %s", (link, is) => {
    expect(isLink(link)).toBe(is);
  });

  it("does not send a link that is none", async () => {
    const { profile, keep } = model({});
    await profile.begin();
    profile.draft.links[0] = "http://example.org";
    await profile.keep();
    expect(keep).not.toHaveBeenCalled();
  });
});

it("shows whom one looks at now, not whom one looked at before", async () => {
  let answer = () => {};
  const slow = new Promise<void>((done) => (answer = done));
  const details = new Details(async (participant) => {
    if (participant === "ada") await slow;
    return { participant, name: participant, role: "attendee" };
  });
  const first = details.look("ada");
  await details.look("bob");
  answer();
  await first;
  expect(details.shown?.name).toBe("bob");
  await details.look(undefined);
  expect([details.shown, details.state]).toEqual([undefined, "none"]);
});
