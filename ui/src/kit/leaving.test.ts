import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { atHand, Leaving } from "./leaving";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

describe("what goes by itself", () => {
  it("stays while somebody is at it, and has all its time again once they are not", () => {
    const gone: string[] = [];
    const leaving = new Leaving<string>(1_000, (key) => gone.push(key));
    leaving.begin("a");
    vi.advanceTimersByTime(900);
    leaving.hold(true);
    leaving.begin("b");
    vi.advanceTimersByTime(60_000);
    expect(gone).toEqual([]);
    leaving.hold(false);
    vi.advanceTimersByTime(999);
    expect(gone).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(gone).toEqual(["a", "b"]);
  });

  it("goes once, and not again where it is gone already", () => {
    const gone: string[] = [];
    const leaving = new Leaving<string>(1_000, (key) => gone.push(key));
    leaving.begin("a");
    leaving.end("a");
    leaving.hold(true);
    leaving.hold(false);
    vi.advanceTimersByTime(60_000);
    expect(gone).toEqual([]);
  });
});

describe("a place", () => {
  it("has somebody at it while the focus is in it or the pointer over it, and nobody once it is gone", () => {
    document.body.innerHTML = "<p><button>One</button><button>Two</button></p><button>Elsewhere</button>";
    const place = document.querySelector("p") as HTMLElement;
    const [one, two, elsewhere] = [...document.querySelectorAll("button")];
    let at = false;
    const leave = atHand((now) => {
      at = now;
    })(place);
    one?.focus();
    expect(at).toBe(true);
    two?.focus();
    expect(at, "from one to the next").toBe(true);
    place.dispatchEvent(new Event("pointerenter"));
    elsewhere?.focus();
    expect(at, "the pointer is there still").toBe(true);
    place.dispatchEvent(new Event("pointerleave"));
    expect(at).toBe(false);
    one?.focus();
    leave();
    expect(at).toBe(false);
    two?.focus();
    expect(at).toBe(false);
  });
});
