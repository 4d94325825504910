import { describe, expect, it } from "vitest";
import { afterThat, lastIn, onIn } from "./programme";

const slot = (title: string, from: number, to: number) => ({
  title,
  starts_at: from * 1_000,
  ends_at: to * 1_000,
});
const room = { room: "room", title: "Main stage", sessions: [slot("One", 10, 20), slot("Two", 30, 40)] };

describe("what is on in a room", () => {
  it("is the session that has begun, and until then the next one", () => {
    expect(onIn(room, 9)).toMatchObject({ is: "next", session: { title: "One" } });
    expect(onIn(room, 10)).toMatchObject({ is: "now", session: { title: "One" } });
    expect(onIn(room, 19)).toMatchObject({ is: "now", session: { title: "One" } });
    expect(onIn(room, 20)).toMatchObject({ is: "next", session: { title: "Two" } });
    expect(onIn(room, 40)).toEqual({ is: "nothing" });
  });

  it("was before what is over by the clock, or as the server knew it", () => {
    const before = slot("Zero", 1, 5);
    expect(lastIn(room, 15)).toBeUndefined();
    expect(lastIn({ ...room, before }, 15)?.title).toBe("Zero");
    expect(lastIn({ ...room, before }, 20)?.title).toBe("One");
    expect(lastIn(room, 50)?.title).toBe("Two");
  });

  it("is followed by what comes after it", () => {
    expect(afterThat(room, 15)?.title).toBe("Two");
    expect(afterThat(room, 25)).toBeUndefined();
  });
});
