import { describe, expect, it } from "vitest";
import type { InboxEntry, InboxEntryBody, InboxSnapshot, Peer } from "../../protocol";
import { InboxModel } from "./model.svelte";

const ada: Peer = { participant: "ada", name: "Ada", role: "speaker" };
const bob: Peer = { participant: "bob", name: "Bob", role: "attendee" };

const entry = (position: number, body: InboxEntryBody): InboxEntry => ({ position, at: position, body });
const received = (position: number, from: Peer, text = "hi") =>
  entry(position, { what: "received", from, message: `m${position}`, text });
const sent = (position: number, to: Peer) =>
  entry(position, { what: "sent", to, message: `m${position}`, text: "mine" });
const read = (position: number, participant: string, up_to: number) =>
  entry(position, { what: "read_up_to", strand: { is: "person", participant }, up_to });
const mentioned = (position: number, seq: number) =>
  entry(position, {
    what: "mentioned",
    by: bob,
    room: "room",
    notes: false,
    seq,
    message: `m${position}`,
    excerpt: "hey",
  });

const stands: InboxSnapshot = {
  up_to: 10,
  directs_from: "everybody",
  blocked: [],
  conversations: [
    { with: ada, latest: received(9, ada), unread: 3, read_up_to: 5 },
    { with: bob, latest: sent(4, bob), unread: 0, read_up_to: 3 },
  ],
  mentions: [mentioned(2, 20), mentioned(7, 40)],
  rooms: [{ room: "room", up_to: 20 }],
  notes: [],
};

function model(): InboxModel {
  const inbox = new InboxModel();
  inbox.restore(stands);
  return inbox;
}

const take = (inbox: InboxModel, ...entries: InboxEntry[]) =>
  inbox.apply({ after: (entries[0]?.position ?? 0) - 1, up_to: entries.at(-1)?.position ?? 0, entries });

const counts = ({ talks }: InboxModel) =>
  talks.map((talk) => [talk.with.name, talk.unread, talk.entries.length]);

describe("the inbox", () => {
  it("counts what was not read of conversations and mentions", () => {
    const inbox = model();
    expect(inbox.unread).toBe(4);
    take(inbox, received(11, bob), mentioned(12, 60), sent(13, bob));
    expect(counts(inbox)).toEqual([
      ["Bob", 1, 3],
      ["Ada", 3, 1],
    ]);
    expect(inbox.unread).toBe(6);
  });

  it("takes a mark of another device, also one that came before what is new", () => {
    const inbox = model();
    take(inbox, received(11, ada), read(12, "ada", 9));
    expect(inbox.talk("ada")?.unread).toBe(1);
    take(inbox, read(13, "ada", 11));
    expect(inbox.unread).toBe(1);
    take(inbox, entry(14, { what: "read_up_to", strand: { is: "room", room: "room" }, up_to: 40 }));
    expect(inbox.unread).toBe(0);
  });

  it("takes nothing twice, and tells when something is missing", () => {
    const inbox = model();
    expect(inbox.apply({ after: 11, up_to: 12, entries: [received(12, ada)] })).toBe(false);
    expect(inbox.apply({ after: 8, up_to: 11, entries: [received(9, ada), received(11, ada)] })).toBe(true);
    expect(inbox.talk("ada")?.entries.map(({ position }) => position)).toEqual([9, 11]);
    expect(take(inbox, received(12, ada))).toBe(true);
  });

  it("puts a page before what it has, without a double", () => {
    const inbox = model();
    inbox.loaded(ada, { entries: [received(6, ada), sent(8, ada), received(9, ada)], has_more: true }, 9);
    expect(inbox.talk("ada")?.entries.map(({ position }) => position)).toEqual([6, 8, 9]);
    expect(inbox.talk("ada")?.whole).toBe(false);
    inbox.loaded(ada, { entries: [received(1, ada)], has_more: false }, 6);
    expect(inbox.talk("ada")?.entries[0]?.position).toBe(1);
    expect(inbox.talk("ada")?.whole).toBe(true);
  });

  it("takes no page of before what it does not begin with any more: something would be missing between them", () => {
    const inbox = model();
    inbox.restore({
      ...stands,
      conversations: [{ with: ada, latest: received(40, ada), unread: 1, read_up_to: 5 }],
    });
    inbox.loaded(ada, { entries: [received(1, ada)], has_more: false }, 9);
    expect(inbox.talk("ada")?.entries.map(({ position }) => position)).toEqual([40]);
    expect(inbox.talk("ada")?.whole).toBe(false);
  });

  it("does not take the first that it hears of somebody for the beginning: of old conversations no snapshot tells", () => {
    const inbox = model();
    take(inbox, received(11, { participant: "cleo", name: "Cleo", role: "attendee" }));
    expect(inbox.talk("cleo")?.whole).toBe(false);
  });

  it("blocks once and unblocks", () => {
    const inbox = model();
    take(inbox, entry(11, { what: "blocked", who: ada }), entry(12, { what: "blocked", who: ada }));
    expect(inbox.blocked).toEqual([ada]);
    take(
      inbox,
      entry(13, { what: "unblocked", participant: "ada" }),
      entry(14, { what: "directs_allowed", from: "crew" }),
    );
    expect([inbox.isBlocked("ada"), inbox.directsFrom]).toEqual([false, "crew"]);
  });

  it("keeps no word and no name of somebody who was forgotten, and no mention that was taken out", () => {
    const inbox = model();
    take(inbox, sent(11, ada), entry(12, { what: "forgotten", participant: "ada" }));
    expect(inbox.talk("ada")?.with.name).toBe("");
    expect(inbox.talk("ada")?.entries.map(({ position }) => position)).toEqual([11]);
    take(inbox, entry(13, { what: "unmentioned", message: "m7" }));
    expect(inbox.mentions.map(({ entry: { position } }) => position)).toEqual([2]);
    take(inbox, entry(14, { what: "forgotten", participant: "bob" }));
    expect(inbox.mentions).toEqual([]);
  });
});
