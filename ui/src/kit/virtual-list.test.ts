import { render, screen } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { focused } from "../test-focus";
import type { Place } from "./scroller.svelte";
import VirtualListTried from "./VirtualListTried.svelte";

const HEIGHT = 400;
/** How much the window shows, where it is not that. */
let tall: number | undefined;
/** As a browser would lay it out: the rows are 20 to 110 pixels high, by their names, and the window shows 400. */
const heights = new Map<string, number>();
const heightOf = (key: string) => heights.get(key) ?? 20 + ((Number(key.slice(1)) * 37) % 10) * 10;
let resized: (entries: { target: Element; borderBoxSize: { blockSize: number }[] }[]) => void;

beforeEach(() => {
  heights.clear();
  tall = undefined;
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(callback: typeof resized) {
        resized = callback;
      }
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockImplementation(() => tall ?? HEIGHT);
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockImplementation(function (this: HTMLElement) {
    return Math.max(Number.parseFloat(this.querySelector<HTMLElement>(".rows")?.style.height ?? "0"), HEIGHT);
  });
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockImplementation(function (this: Element) {
    const key = this instanceof HTMLElement ? this.dataset.key : undefined;
    return new DOMRect(0, 0, 300, key === undefined ? 0 : heightOf(key));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** All that is done before the browser paints is done. */
const painted = () => new Promise((done) => setTimeout(done));
const keys = (from: number, to: number) => Array.from({ length: to - from }, (_, step) => `k${from + step}`);
const box = () => screen.getByRole("feed");
const drawn = () => screen.getAllByRole("article") as HTMLElement[];
const top = (key: string) => {
  const row = drawn().find((row) => row.dataset.key === key);
  return Number(/-?\d+/.exec(row?.style.transform ?? "")?.[0]) - box().scrollTop;
};
/** What is seen now, whole or in part. */
const seen = () =>
  drawn()
    .map((row) => row.dataset.key ?? "")
    .filter((key) => top(key) < HEIGHT && top(key) + heightOf(key) > 0);

/** The rows that do not begin where the one above them ends. */
const apart = () =>
  drawn().filter((row, at, rows) => {
    const above = rows[at - 1]?.dataset.key;
    return above !== undefined && top(above) + heightOf(above) !== top(row.dataset.key ?? "");
  });

async function scroll(by: number) {
  box().scrollTop += by;
  box().dispatchEvent(new Event("scroll"));
  await painted();
}

async function open(items: string[]) {
  const onplace = vi.fn<(place: Place) => void>();
  const view = render(VirtualListTried, { items, onplace, goesOn: true });
  await painted();
  const change = async (items: string[]) => {
    await view.rerender({ items });
    await painted();
  };
  return { onplace, change, list: view.component, user: userEvent.setup() };
}

describe("a long list", () => {
  it("has in the document what is near the window, and begins at the end", async () => {
    await open(keys(0, 3_000));
    expect(drawn().length).toBeLessThan(60);
    expect(seen().at(-1)).toBe("k2999");
    expect(box().scrollTop).toBe(box().scrollHeight - HEIGHT);
  });

  it("stays at the end while one is there, whatever comes", async () => {
    const { change, onplace } = await open(keys(0, 100));
    for (let to = 101; to < 140; to++) {
      await change(keys(to - 100, to));

      expect([seen().at(-1), box().scrollTop]).toEqual([`k${to - 1}`, box().scrollHeight - HEIGHT]);
    }
    expect(onplace).not.toHaveBeenCalled();
  });

  it("moves nothing that one reads when others come below, above or go, or grow", async () => {
    const { change, onplace } = await open(keys(1_000, 1_200));
    await scroll(-1_000);
    await scroll(-800);
    expect(onplace).toHaveBeenCalledWith({ atEnd: false, nearStart: false });
    const [first = "", second = ""] = seen();
    const stands = top(first);
    const still = () => expect([seen()[0], top(first)]).toEqual([first, stands]);
    await change(keys(1_000, 1_260));
    still();
    await change(keys(800, 1_260));
    still();
    await change(keys(900, 1_260));
    still();
    const grown = drawn().find(
      ({ dataset }) => dataset.key === `k${Number(first.slice(1)) - 2}`,
    ) as HTMLElement;
    heights.set(grown.dataset.key ?? "", 300);
    resized([{ target: grown, borderBoxSize: [{ blockSize: 300 }] }]);
    await new Promise((done) => requestAnimationFrame(done));
    await painted();
    still();
    expect(apart()).toEqual([]);
    // The first of them goes: the others stay.
    const under = top(second);
    await change(keys(900, 1_260).filter((key) => key !== first));
    expect(top(second)).toBe(under);
  });

  it("lets one leave the end by the smallest step up, and takes one back near it on the way down", async () => {
    const { change, onplace } = await open(keys(0, 200));
    await scroll(-3);
    expect(onplace).toHaveBeenLastCalledWith({ atEnd: false, nearStart: false });
    const [first = ""] = seen();
    const at = top(first);
    await change(keys(0, 230));
    expect(top(first)).toBe(at);
    await scroll(box().scrollHeight - HEIGHT - box().scrollTop - 10);
    expect(onplace).toHaveBeenLastCalledWith({ atEnd: true, nearStart: false });
    await change(keys(0, 240));
    expect(seen().at(-1)).toBe("k239");
  });

  it("is left by a wheel that turns up, before the scrolling comes", async () => {
    const { change, onplace } = await open(keys(0, 200));
    const [first = ""] = seen();
    const at = top(first);
    box().dispatchEvent(new WheelEvent("wheel", { deltaY: -4 }));
    await change(keys(0, 230));
    expect([top(first), onplace.mock.lastCall?.[0].atEnd]).toEqual([at, false]);
  });

  it("keeps in sight what one goes to by keys, whatever comes, until one goes on to the end", async () => {
    const { change, onplace, user } = await open(keys(0, 200));
    const focused = () => (document.activeElement as HTMLElement).dataset.key ?? "";
    box().focus();
    await user.keyboard("{ArrowUp}");
    const at = top("k199");
    await change(keys(0, 230));
    expect([focused(), top("k199"), onplace.mock.lastCall?.[0].atEnd]).toEqual(["k199", at, false]);
    await user.keyboard("{ArrowUp}");
    const above = top("k198");
    await change(keys(0, 260));
    expect([focused(), top("k198")]).toEqual(["k198", above]);
    await user.keyboard("{End}");
    await change(keys(0, 290));
    expect([focused(), seen().at(-1), onplace.mock.lastCall?.[0].atEnd]).toEqual(["k259", "k289", true]);
  });

  it("says that one comes near the beginning, and goes to any row", async () => {
    const { onplace, list } = await open(keys(0, 1_000));
    expect(await list.reveal("k3")).toBe(true);
    await painted();
    expect(onplace).toHaveBeenLastCalledWith({ atEnd: false, nearStart: true });
    expect(document.activeElement).toBe(drawn().find((row) => row.dataset.key === "k3"));
    expect(seen()).toContain("k3");
    expect(await list.reveal("k5000")).toBe(false);
    list.toEnd();
    await painted();
    expect(seen().at(-1)).toBe("k999");
  });

  it("is at the end where it is seen whole, also after one was led to a row", async () => {
    const { onplace, list } = await open(keys(0, 3));
    expect(await list.reveal("k1")).toBe(true);
    expect(onplace).toHaveBeenLastCalledWith({ atEnd: true, nearStart: true });
  });

  it("keeps the row that has the focus in the document, wherever one scrolls and whatever comes", async () => {
    const { change, user } = await open(keys(0, 1_000));
    box().focus();
    await user.keyboard("{ArrowUp}{ArrowUp}");
    expect((document.activeElement as HTMLElement).dataset.key).toBe("k998");
    await scroll(-20_000);
    await change(keys(0, 1_050));
    expect((document.activeElement as HTMLElement).dataset.key).toBe("k998");
    expect(seen()).not.toContain("k998");
    await user.keyboard("{ArrowDown}");
    expect((document.activeElement as HTMLElement).dataset.key).toBe("k999");
    await user.keyboard("{Home}");
    expect((document.activeElement as HTMLElement).dataset.key).toBe("k0");
  });

  it("keeps the row that has the focus also where one leaves the window, which keeps it", async () => {
    const { change, user } = await open(keys(0, 200));
    box().focus();
    await user.keyboard("{End}");
    const row = drawn().at(-1) as HTMLElement;
    expect(focused()).toBe(row);
    row.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    for (let to = 201; to <= 400; to++) await change(keys(0, to));
    expect([focused(), row.dataset.key]).toEqual([row, "k199"]);
    expect(seen().at(-1)).toBe("k399");
  });

  it("gives the focus back to a row where it stands: at the end one stays", async () => {
    const { change, onplace, list } = await open(keys(0, 200));
    await list.regain("k197");
    expect([focused()?.dataset.key, onplace.mock.calls]).toEqual(["k197", []]);
    await change(keys(0, 230));
    expect(seen().at(-1)).toBe("k229");
    await scroll(-1_000);
    const [, second = ""] = seen();
    const at = top(second);
    await list.regain(second);
    await change(keys(0, 260));
    expect([focused()?.dataset.key, top(second)]).toEqual([second, at]);
  });

  it("says where each row stands, among so many as nobody knows", async () => {
    const { change } = await open(keys(0, 200));
    const places = () =>
      drawn().map((row) => [
        row.dataset.key,
        row.getAttribute("aria-posinset"),
        row.getAttribute("aria-setsize"),
      ]);
    expect(places().at(-1)).toEqual(["k199", "200", "-1"]);
    const written: string[] = [];
    const changes = new MutationObserver((records) =>
      written.push(...records.map(({ attributeName }) => attributeName ?? "")),
    );
    changes.observe(box(), {
      subtree: true,
      attributes: true,
      attributeFilter: ["aria-posinset", "aria-setsize"],
    });
    await change(keys(0, 201));
    expect(places().at(-1)).toEqual(["k200", "201", "-1"]);
    // Of the row that came alone: those that stay are where they were.
    expect(written.length).toBeLessThanOrEqual(2);
  });

  it("has each row where the one above it ends, as soon as it is there, however many come at once", async () => {
    const { change } = await open(keys(0, 200));
    for (let [to, by] = [200, 0]; to < 400; to += by) {
      by = (by % 6) + 1;
      await change(keys(0, to + by));
      expect(apart()).toEqual([]);
    }
  });

  it("draws no more than a smaller window needs", async () => {
    tall = 6_000;
    await open(keys(0, 1_000));
    const before = drawn().length;
    tall = undefined;
    resized([{ target: box(), borderBoxSize: [{ blockSize: HEIGHT }] }]);
    await painted();
    expect([before > 80, drawn().length < 40]).toEqual([true, true]);
  });

  it("makes no elements anew where rows come as others leave", async () => {
    const { change } = await open(keys(0, 1_000));
    const elements = new Set(drawn());
    for (let to = 1_001; to < 1_200; to++) {
      await change(keys(to - 1_000, to));
      for (const row of drawn()) elements.add(row);
      expect(
        drawn().map((row) => [row.dataset.key, row.getAttribute("aria-label"), row.textContent]),
      ).toEqual(keys(to - drawn().length, to).map((key) => [key, key, key]));
    }
    // As many as the shortest rows fill the window with, and some that came before others left.
    expect(elements.size).toBeLessThan(40);
  });

  it("leaves the focus where it is, whatever rows come, go and are drawn around it", async () => {
    const { change } = await open(keys(0, 300));
    let [first, end, seed] = [0, 300, 7];
    const next = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return (seed >> 8) % below;
    };
    for (let turn = 0; turn < 12; turn++) {
      const rows = drawn();
      const row = rows[next(rows.length)] as HTMLElement;
      const { key } = row.dataset;
      row.focus();
      for (let step = 0; step < 12; step++) {
        if (next(2) === 0) await scroll((next(2) === 0 ? -1 : 1) * next(1_500));
        end += next(8);
        first = Math.min(first + next(3), Number(key?.slice(1)));
        await change(keys(first, end));
        expect([document.activeElement === row, row.dataset.key, row.textContent]).toEqual([true, key, key]);
        const places = drawn().map(({ dataset }) => Number(dataset.key?.slice(1)));
        expect(places).toEqual([...places].sort((one, other) => one - other));
      }
    }
  });

  it("gives the element with the focus to no other row: it goes with its own", async () => {
    const { change } = await open(keys(0, 300));
    const row = drawn().at(-3) as HTMLElement;
    row.focus();
    await change(keys(0, 320).filter((key) => key !== row.dataset.key));
    expect(row.isConnected).toBe(false);
    expect(drawn().some((other) => other.contains(document.activeElement))).toBe(false);
  });
});

describe("a list that begins at its beginning", () => {
  it("stays where one reads also at its end, and tells what one sees", async () => {
    const [onseen, onpick] = [vi.fn(), vi.fn()];
    const props = { items: keys(0, 30), onplace: vi.fn(), follows: false, onseen, onpick };
    const view = render(VirtualListTried, props);
    await painted();
    expect(seen()[0]).toBe("k0");
    expect(onseen).toHaveBeenLastCalledWith(0, expect.any(Number));
    // To its end, which is known better once what is there was measured.
    for (let turn = 0; turn < 3; turn++) await scroll(box().scrollHeight - HEIGHT - box().scrollTop);
    expect(onseen.mock.lastCall?.[1]).toBe(29);
    const [first] = seen();
    const before = top(first ?? "");
    await view.rerender({ items: keys(0, 90) });
    await painted();
    expect([seen()[0], top(first ?? "")]).toEqual([first, before]);
    const row = drawn().find(({ dataset }) => dataset.key === first) as HTMLElement;
    expect(["aria-posinset", "aria-setsize"].map((of) => row.getAttribute(of))).toEqual([
      String(Number(first?.slice(1)) + 1),
      "90",
    ]);
    row.focus();
    await userEvent.setup().keyboard("{Enter}");
    expect(onpick).toHaveBeenCalledExactlyOnceWith(first, row);
  });

  it("is what any becomes while it is part of something, and no longer", async () => {
    const onplace = vi.fn();
    const view = render(VirtualListTried, { items: keys(0, 60), onplace, goesOn: true });
    await painted();
    const toEnd = async () => {
      for (let turn = 0; turn < 3; turn++) await scroll(box().scrollHeight - HEIGHT - box().scrollTop);
    };
    await view.rerender({ items: keys(0, 30), follows: false });
    await view.component.reveal("k5");
    await toEnd();
    const [first] = seen();
    await view.rerender({ items: keys(0, 60) });
    await painted();
    expect(seen()[0]).toBe(first);
    expect(drawn()[0]?.getAttribute("aria-setsize")).toBe("-1");
    await view.rerender({ items: keys(0, 61), follows: true });
    await toEnd();
    await view.rerender({ items: keys(0, 90) });
    await painted();
    expect(seen().at(-1)).toBe("k89");
  });
});
