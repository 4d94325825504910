import { fireEvent, screen, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { dateIn, timeIn } from "../kit/zone";
import { changes, open, part } from "./desk-test";

const ZONE = "Europe/Berlin";

afterEach(() => {
  location.hash = "";
});

async function editor() {
  const opened = await open(part("agenda"));
  await screen.findByText("Lunch");
  const row = (title: string) => {
    const found = opened.main().sessions.find((session) => session.title === title);
    if (!found) throw new Error(`no session ${title}`);
    return found;
  };
  const block = (title: string) => {
    const [found] = screen.getAllByTestId("session").filter((one) => one.textContent?.includes(title));
    if (!found) throw new Error(`no block ${title}`);
    return found;
  };
  const at = (title: string) => timeIn(Date.parse(row(title).startsAt), ZONE);
  const days = () => screen.getAllByTestId("agenda-day");
  const shown = () => days().findIndex((day) => day.getAttribute("aria-pressed") === "true");
  return { ...opened, row, block, at, days, shown };
}

const focused = () => document.activeElement?.textContent ?? "";

/** As WebKit does: what is put elsewhere in the page loses the focus. */
function blursWhatIsMoved() {
  const insert = Node.prototype.insertBefore;
  vi.spyOn(Node.prototype, "insertBefore").mockImplementation(function (this: Node, node, before) {
    const active = document.activeElement;
    if (node.isConnected && active instanceof HTMLElement && node.contains(active)) active.blur();
    return insert.call(this, node, before) as typeof node;
  });
}

describe("with the keys", () => {
  it("the first session of a day goes to an earlier hour, and is seen and held on the way", async () => {
    const { user, block, at } = await editor();
    block("Doors and coffee").focus();
    for (let press = 0; press < 14; press++) {
      await user.keyboard("{ArrowUp}");
      expect(focused()).toContain("Doors and coffee");
      // Nothing lies above the first hour that is shown.
      expect(
        Number.parseFloat(block("Doors and coffee").parentElement?.style.top ?? "-1"),
      ).toBeGreaterThanOrEqual(0);
    }
    await vi.waitFor(() => expect(at("Doors and coffee")).toBe("07:50"));
    expect(focused()).toContain("Doors and coffee");
  });

  it("a session that passes another one keeps the focus", async () => {
    const { user, block, at } = await editor();
    blursWhatIsMoved();
    block("Lunch").focus();
    for (let press = 0; press < 15; press++) await user.keyboard("{ArrowDown}");
    expect(focused()).toContain("Lunch");
    await vi.waitFor(() => expect(at("Lunch")).toBe("13:15"));
    await user.keyboard("{Control>}z{/Control}");
    await vi.waitFor(() => expect(at("Lunch")).toBe("12:00"));
    expect(focused()).toContain("Lunch");
  });

  it("a session goes to another day at the same time, and the page with it", async () => {
    const { user, block, row, at, shown } = await editor();
    const before = dateIn(Date.parse(row("Lunch").startsAt), ZONE);
    block("Lunch").focus();
    await user.keyboard("{PageDown}");
    expect(shown()).toBe(1);
    expect(focused()).toContain("Lunch");
    expect(screen.getByTestId("agenda-said").textContent).toMatch(/Lunch: \w+ \d+ \w+, 12:00–13:00/);
    await vi.waitFor(() => expect(dateIn(Date.parse(row("Lunch").startsAt), ZONE)).not.toBe(before));
    expect(at("Lunch")).toBe("12:00");
    await user.keyboard("{PageUp}");
    await vi.waitFor(() => expect(dateIn(Date.parse(row("Lunch").startsAt), ZONE)).toBe(before));
    expect(shown()).toBe(0);
  });

  it("one stop of Tab leads into a day, and Control with the arrows through it", async () => {
    const { user, block } = await editor();
    const stops = () => screen.getAllByTestId("session").filter(({ tabIndex }) => tabIndex === 0);
    expect(stops().map((stop) => stop.textContent)).toEqual([
      expect.stringContaining("Doors and coffee") as unknown,
    ]);
    block("Lunch").focus();
    await user.keyboard("{Control>}{ArrowDown}{/Control}");
    expect(focused()).toContain("Inside the borrow checker");
    await user.keyboard("{Control>}{ArrowRight}{/Control}");
    expect(focused()).toContain("Payments at the edge");
    await user.keyboard("{Home}");
    expect(focused()).toContain("Doors and coffee");
    expect(stops()).toEqual([document.activeElement]);
  });

  it("Enter leads into the panel, Escape back, and Delete to the next one", async () => {
    const { core, user, block } = await editor();
    block("Lunch").focus();
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("session-title")));
    await user.keyboard("{Escape}");
    await vi.waitFor(() => expect(focused()).toContain("Lunch"));
    expect(screen.queryByTestId("session-title")).toBeNull();
    await user.keyboard("{Delete}");
    await vi.waitFor(() => expect(changes(core)).toEqual(["change DeleteSession"]));
    await vi.waitFor(() => expect(focused()).toContain("Inside the borrow checker"));
  });
});

describe("with the pointer", () => {
  /** A day is 96 pixels an hour; three columns of 300 pixels, from the top left. */
  async function canvas() {
    const opened = await editor();
    const rect = (height: number) =>
      ({ left: 0, right: 900, top: 0, bottom: height, width: 900, height }) as DOMRect;
    vi.spyOn(Element.prototype, "getBoundingClientRect").mockImplementation(() => rect(2_000));
    const over = vi.fn<(x: number, y: number) => Element | null>(() => null);
    document.elementFromPoint = over;
    Element.prototype.setPointerCapture ??= () => {};
    const drag = async (title: string, moves: [number, number][], end = "pointerup") => {
      const block = opened.block(title);
      await fireEvent.pointerDown(block, { button: 0, clientX: 10, clientY: 500, pointerId: 1 });
      for (const [clientX, clientY] of moves) await fireEvent.pointerMove(window, { clientX, clientY });
      return async () => {
        await fireEvent(window, new PointerEvent(end));
        await fireEvent.click(opened.block(title));
      };
    };
    return { ...opened, drag, over };
  }

  it("a session is moved in time and to another room, and the click at the end opens nothing", async () => {
    const { drag, row, at } = await canvas();
    const drop = await drag("Lunch", [
      [10, 520],
      [450, 524],
    ]);
    await drop();
    await vi.waitFor(() => expect(at("Lunch")).toBe("12:15"));
    expect(row("Lunch").room).toBe(row("Workshop: your first no_std driver").room);
    expect(screen.queryByTestId("session-title")).toBeNull();
  });

  it("the first of a day is seen while it is dragged before the hour, as far as the day is shown", async () => {
    const { drag, block, at } = await canvas();
    const drop = await drag("Doors and coffee", [[10, 400]]);
    expect(block("Doors and coffee").textContent).toContain("08:00");
    await drop();
    await vi.waitFor(() => expect(at("Doors and coffee")).toBe("08:00"));
  });

  it("a session is dropped on the name of another day", async () => {
    const { drag, over, row, days, shown, at } = await canvas();
    const before = dateIn(Date.parse(row("Lunch").startsAt), ZONE);
    over.mockImplementation((_, y) => (y < 50 ? (days()[1] ?? null) : null));
    const drop = await drag("Lunch", [
      [10, 480],
      [300, 20],
    ]);
    expect(days()[1]?.className).toContain("over");
    await drop();
    await vi.waitFor(() => expect(dateIn(Date.parse(row("Lunch").startsAt), ZONE)).not.toBe(before));
    expect([shown(), at("Lunch")]).toEqual([1, "12:00"]);
  });

  it("a press alone chooses, and Escape or a cancelled pointer puts back", async () => {
    const { core, drag, user, block } = await canvas();
    await (await drag("Lunch", [[11, 501]]))();
    expect(await screen.findByTestId("session-title")).toBeTruthy();
    await (await drag("Lunch", [[10, 600]], "pointercancel"))();
    const drop = await drag("Lunch", [[10, 600]]);
    await user.keyboard("{Escape}");
    await drop();
    expect(within(block("Lunch")).getByText("12:00–13:00")).toBeTruthy();
    expect(changes(core)).toEqual([]);
  });

  it("near the edge of what is shown, the day is scrolled under the session", async () => {
    const { drag, at } = await canvas();
    let scrolled = 0;
    const body = (element: Element) => element.classList.contains("columns");
    vi.spyOn(Element.prototype, "getBoundingClientRect").mockImplementation(function (this: Element) {
      const top = body(this) ? -scrolled : 0;
      const height = this.classList.contains("scroll") ? 600 : 2_000;
      return { left: 0, right: 900, width: 900, top, height, bottom: top + height } as DOMRect;
    });
    vi.spyOn(Element.prototype, "scrollTop", "set").mockImplementation((to) => {
      scrolled = Math.min(96, to);
    });
    vi.spyOn(Element.prototype, "scrollTop", "get").mockImplementation(() => scrolled);
    const drop = await drag("Lunch", [[10, 596]]);
    await vi.waitFor(() => expect(scrolled).toBe(96));
    await drop();
    await vi.waitFor(() => expect(at("Lunch")).toBe("14:00"));
  });
});
