import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Notices } from "./notices.svelte";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const trouble = (what: string) => ({ what, cure: "Do something." });
const told = ({ list }: Notices) => list.map(({ what }) => what).join();

describe("the notices", () => {
  it("of what was refused stay until they are dismissed", () => {
    const notices = new Notices();
    notices.tell(trouble("a"));
    notices.tell(trouble("b"));
    vi.advanceTimersByTime(3_600_000);
    expect(told(notices)).toBe("a,b");
    notices.dismissNewest();
    expect(told(notices)).toBe("a");
    notices.dismiss(notices.list[0]?.key ?? -1);
    expect(told(notices)).toBe("");
  });

  it("are four at most, the newest, and none twice", () => {
    const notices = new Notices();
    for (const what of ["a", "b", "c", "d", "b", "e"]) notices.tell(trouble(what));
    expect(told(notices)).toBe("c,d,b,e");
  });

  it("of what is only worth knowing leave by themselves", () => {
    const notices = new Notices();
    notices.tell(trouble("a"));
    notices.note(trouble("b"));
    vi.advanceTimersByTime(19_000);
    expect(told(notices)).toBe("a,b");
    vi.advanceTimersByTime(1_000);
    expect(told(notices)).toBe("a");
  });

  it("do not leave while somebody is at them", () => {
    const notices = new Notices();
    notices.note(trouble("a"));
    notices.hold(true);
    vi.advanceTimersByTime(60_000);
    expect(told(notices)).toBe("a");
    notices.hold(false);
    vi.advanceTimersByTime(20_000);
    expect(told(notices)).toBe("");
  });
});
