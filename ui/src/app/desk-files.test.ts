import { render, screen } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../dev/core";
import { scenes } from "../../dev/scenes";
import { TEMPLATES } from "../features/creation/commands";
import { reportText } from "../features/files/model.svelte";
import { faultWords } from "../locales/file-words";
import type { Duty } from "../protocol/api";
import type { FileTaken } from "../protocol/native";
import App from "./App.svelte";
import { House } from "./house.svelte";

async function open(place: string, may?: Duty[]) {
  const made = scenes.home;
  if (!made) throw new Error("no scene");
  location.hash = `#/dashboard/org-tidewater/${place}`;
  const core = new FakeCore(made, "dashboard");
  if (may) core.server.world.may = may;
  const view = render(App, { house: new House(core) });
  await tick();
  return { core, user: userEvent.setup(), ...view };
}
const part = (name: string) => `event/event-main/${name}`;
const files = (core: FakeCore) => core.calls.filter((call) => /File/.test(call));

afterEach(() => {
  location.hash = "";
});

const refused: FileTaken = {
  name: "people.csv",
  taken: { added: 0, known: 0, ignored: [], rooms: [], places: [], lines: [] },
  held_back: false,
  faults: [
    { line: 3, column: "email", code: "not_an_address", problem: "this is no e-mail address" },
    { line: 9, column: "email", code: "same_as", detail: "3", problem: "the same as in line 3" },
    { line: 12, code: "of_tomorrow", problem: "something new" },
  ],
};

it("a calendar that brings rooms says which were made, and what could not be one", async () => {
  const { core, user } = await open(part("agenda"));
  core.taken = {
    name: "agenda.ics",
    taken: {
      added: 2,
      known: 0,
      ignored: [],
      rooms: ["Hall", "Attic"],
      places: ["https://meet.example.com"],
      lines: [],
    },
    held_back: false,
    faults: [],
  };
  await user.click(await screen.findByTestId("import-agenda"));
  expect((await screen.findByTestId("file-rooms")).textContent).toContain("Hall, Attic");
  expect(screen.getByTestId("file-places").textContent).toContain("https://meet.example.com");
});

it.each([
  ["people", "attendees", "rust-in-production-2026-attendees.csv"],
  ["agenda", "agenda", "rust-in-production-2026-agenda.csv"],
  ["agenda", "calendar", "rust-in-production-2026-agenda.ics"],
  ["overview", "archive", "rust-in-production-2026-archive.jsonl"],
])("in %s the %s are saved under a name that says what it is", async (section, file, name) => {
  const { core, user } = await open(part(section));
  await user.click(await screen.findByTestId(`export-${file}`));
  expect((await screen.findByTestId("file-saved")).textContent).toContain(name);
  expect(files(core)).toEqual([`saveFile ${file} event-main ${name}`]);
});

describe("people that are imported", () => {
  it("are there afterwards, and the report says of each line what became of it", async () => {
    const { core, user } = await open(part("people"));
    core.taken = {
      name: "people.csv",
      taken: {
        added: 1,
        known: 1,
        ignored: ["mood"],
        rooms: [],
        places: [],
        lines: [
          { line: 2, fate: "added", name: "Ada Lovelace" },
          { line: 3, fate: "known", name: "Mina" },
          { line: 4, fate: "left_out", name: "" },
        ],
      },
      held_back: false,
      faults: [],
    };
    const asks = vi.spyOn(core, "ask");
    await user.click(await screen.findByTestId("import-attendees"));
    const report = await screen.findByTestId("file-report");
    expect(report.textContent).toMatch(/One line of “people.csv” is in.\s+One was there already/);
    expect(report.textContent).toContain("not read: mood");
    await user.click(screen.getByTestId("file-lines"));
    expect(screen.getAllByTestId("file-line").map((line) => line.textContent)).toEqual([
      "Line 2: Ada Lovelace, added",
      "Line 3: Mina, was there already",
      "Line 4: left out, as it is cancelled",
    ]);
    expect(asks.mock.calls.some(([name]) => name === "EventPeople")).toBe(true);
    await user.click(screen.getByTestId("file-close"));
    await vi.waitFor(() => expect(screen.queryByTestId("file-report")).toBeNull());
  });

  it("are refused with line and column, all of them to be read and to be saved", async () => {
    const { core, user, container } = await open(part("people"));
    core.taken = refused;
    await user.click(await screen.findByTestId("import-attendees"));
    const faults = await screen.findAllByTestId("file-fault");
    expect(faults.map((fault) => fault.textContent)).toEqual([
      "Line 3, column “email” this is no e-mail address",
      "Line 9, column “email” the same as in line 3",
      "Line 12 something new",
    ]);
    expect(screen.getByTestId("file-report").textContent).toContain("left alone as a whole");
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
    await user.click(screen.getByTestId("file-report-save"));
    expect(files(core).at(-1)).toBe("exportFile import-report.txt");
    expect(reportText(refused)).toContain("Line 9, column “email”: the same as in line 3\n");
  });

  it("in part are told as such", async () => {
    const { core, user } = await open(part("people"));
    const lines = [{ line: 2, fate: "added", name: "Ada" }] as const;
    core.taken = {
      name: "people.csv",
      taken: { added: 1, known: 0, ignored: [], rooms: [], places: [], lines: [...lines] },
      held_back: false,
      faults: [{ line: 3, code: "sold_out", problem: "no seat is left" }],
    };
    await user.click(await screen.findByTestId("import-attendees"));
    expect(await screen.findByText("Only part of the file was imported")).toBeTruthy();
    expect(screen.getByTestId("file-fault").textContent).toBe("Line 3 no place was left");
    expect(screen.getByTestId("file-report").textContent).toContain("not added twice");
  });

  it("are said to be on their way for as long as they are, and nothing else is begun meanwhile", async () => {
    const { core, user, container } = await open(part("people"));
    let arrive = () => {};
    core.moved = new Promise<void>((resolve) => (arrive = resolve));
    await user.click(await screen.findByTestId("import-attendees"));
    const bar = await vi.waitFor(() => container.querySelector("progress") as HTMLProgressElement);
    expect([bar.value, bar.max]).toEqual([500_000, 2_000_000]);
    expect(bar.closest("label")?.textContent).toContain("500 kB of 2 MB");
    expect((screen.getByTestId("export-attendees") as HTMLButtonElement).disabled).toBe(true);
    arrive();
    await screen.findByTestId("file-report");
    expect(container.querySelector("progress")).toBeNull();
  });

  it("that did not go are said why, and a person who chose no file is told nothing", async () => {
    const { core, user } = await open(part("people"));
    core.taken = null;
    await user.click(await screen.findByTestId("import-attendees"));
    await vi.waitFor(() => expect(files(core)).toHaveLength(1));
    expect(screen.queryByTestId("file-report") ?? screen.queryByTestId("file-problem")).toBeNull();
    core.offline = true;
    await user.click(screen.getByTestId("import-attendees"));
    expect((await screen.findByTestId("file-problem")).textContent).toContain("Nothing was changed");
  });
});

describe("an event that is imported", () => {
  it("is where one is then", async () => {
    const { core, user } = await open("events");
    core.taken = {
      name: "launch.jsonl",
      taken: { added: 0, known: 0, ignored: [], rooms: [], places: [], lines: [] },
      held_back: false,
      faults: [],
      event: "event-launch",
    };
    await user.click(await screen.findByTestId("import-archive"));
    await vi.waitFor(() =>
      expect(location.hash).toBe("#/dashboard/org-tidewater/event/event-launch/overview"),
    );
    expect(files(core)).toEqual(["sendFile archive org-tidewater"]);
    expect(screen.queryByTestId("file-report")).toBeNull();
  });

  it("is a draft where people know of it, and its organizer is told", async () => {
    const { core, user } = await open("events");
    core.taken = {
      name: "launch.jsonl",
      taken: { added: 0, known: 0, ignored: [], rooms: [], places: [], lines: [] },
      held_back: true,
      faults: [],
      event: "event-launch",
    };
    await user.click(await screen.findByTestId("import-archive"));
    expect((await screen.findByTestId("file-report")).textContent).toContain("until you publish it");
    expect(location.hash).toBe("#/dashboard/org-tidewater/event/event-launch/overview");
  });

  it("is told of where one went elsewhere meanwhile", async () => {
    const { core, user } = await open("events");
    core.taken = {
      name: "launch.jsonl",
      taken: { added: 0, known: 0, ignored: [], rooms: [], places: [], lines: [] },
      held_back: false,
      faults: [],
      event: "event-launch",
    };
    let arrive = () => {};
    core.moved = new Promise<void>((resolve) => (arrive = resolve));
    await user.click(await screen.findByTestId("import-archive"));
    location.hash = "#/dashboard/org-tidewater/templates";
    await screen.findByTestId("template-import");
    arrive();
    expect((await screen.findByTestId("file-report")).textContent).toContain("in the list of events");
    expect(location.hash).toContain("templates");
  });

  it("and is there already, or broken, is told so", async () => {
    const { core, user } = await open("events");
    core.taken = {
      ...refused,
      held_back: false,
      faults: [{ line: 7, code: "archive", detail: "no such table", problem: "no such table" }],
    };
    await user.click(await screen.findByTestId("import-archive"));
    expect((await screen.findByTestId("file-fault")).textContent).toBe("Line 7 no such table");
    await user.click(screen.getByTestId("file-close"));
    vi.spyOn(core, "sendFile").mockRejectedValueOnce({ code: "CONFLICT", message: "known" });
    await user.click(screen.getByTestId("import-archive"));
    expect(await screen.findByText("This event is on this server already.")).toBeTruthy();
  });
});

describe("a template", () => {
  it("goes to a file under its title", async () => {
    const { core, user } = await open("templates");
    const written = vi.spyOn(core, "exportFile");
    await user.click((await screen.findAllByText("Export"))[0] as HTMLElement);
    expect((await screen.findByTestId("told")).textContent).toContain("written to the file");
    expect(files(core)).toEqual(["exportFile friday-fireside.toml"]);
    // The file is long, so that it is asked for alone.
    const own = core.server.world.templates.find(({ title }) => title === "Friday fireside");
    expect(written).toHaveBeenCalledWith("friday-fireside.toml", own?.source);
    expect(TEMPLATES.document).not.toContain("source");
  });

  it("comes from a file; one that is broken is refused with its line", async () => {
    const { core, user } = await open("templates");
    vi.spyOn(core, "importFile").mockResolvedValueOnce({ name: "broken.toml", text: "rooms = 3" });
    await user.click(await screen.findByTestId("template-import"));
    expect((await screen.findByTestId("refused")).textContent).toContain("Line 1");
    const before = core.server.world.templates.length;
    await user.click(screen.getByTestId("template-import"));
    expect((await screen.findByTestId("told")).textContent).toContain("Friday fireside");
    expect(core.server.world.templates).toHaveLength(before + 1);
  });
});

it("who may not is offered none of it", async () => {
  const { user } = await open("events", ["READ_EVENT"]);
  await user.click((await screen.findAllByTestId("event-row"))[0] as HTMLElement);
  await screen.findByTestId("event-title");
  for (const id of ["import-archive", "export-archive"]) expect(screen.queryByTestId(id)).toBeNull();
});

it("a fault that the page has words for is said in them, whatever it is about", () => {
  const zone = { line: 1, code: "calendar_time_zone", detail: "Mars", problem: "" };
  expect(faultWords(zone)).toContain("“Mars” is not known");
  expect(faultWords({ line: 1, code: "constructor", problem: "in its own words" })).toBe("in its own words");
});
