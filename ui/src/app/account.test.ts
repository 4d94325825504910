import { render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeCore } from "../../dev/core";
import { type MadeUp, scenes } from "../../dev/scenes";
import App from "./App.svelte";
import { House } from "./house.svelte";

async function open(scene: string, change: Partial<MadeUp> = {}) {
  const made = scenes[scene];
  if (!made) throw new Error(`no scene ${scene}`);
  location.hash = "#/welcome";
  const core = new FakeCore({ ...made, ...change }, "welcome");
  const view = render(App, { house: new House(core) });
  await tick();
  return { core, user: userEvent.setup(), ...view };
}

beforeEach(() => localStorage.clear());
afterEach(() => {
  location.hash = "";
});

const faults = async (container: Element) => {
  const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical");
};

describe("signing in with an account elsewhere", () => {
  it("is offered where the server says so, under its name, and waits for the browser", async () => {
    const { core, user } = await open("offers");
    expect(screen.queryByTestId("account-provider")).toBeNull();
    await user.type(await screen.findByTestId("account-server"), "events.example");
    expect(core.calls).toEqual([]);
    await user.tab();
    const button = await screen.findByTestId("account-provider");
    expect(button.textContent).toContain("Continue with The Globe");
    await user.click(button);
    expect((await screen.findByTestId("account-waiting")).textContent).toContain("The Globe");
    expect(core.calls).toEqual([
      "signInWays https://events.example",
      "startProviderSignIn https://events.example",
    ]);
    core.tell({ event: "link_opened", link: "houselights://sign-in?server=x&secret=y" });
    expect(await screen.findAllByTestId("my-event")).toHaveLength(3);
  });

  it("is offered at once by the server of the last time, and not by one that was typed since", async () => {
    localStorage.setItem("sign-in-server", "https://events.example");
    const { core, user } = await open("offers");
    await screen.findByTestId("account-provider");
    await user.type(screen.getByTestId("account-server"), ".org");
    await vi.waitFor(() => expect(screen.queryByTestId("account-provider")).toBeNull());
    expect(core.calls).toEqual(["signInWays https://events.example"]);
  });

  it("is not offered by a server that has none", async () => {
    const { core, user } = await open("signed-out");
    await user.type(await screen.findByTestId("account-server"), "events.example");
    await user.tab();
    await vi.waitFor(() => expect(core.calls).toEqual(["signInWays https://events.example"]));
    expect(screen.queryByTestId("account-provider")).toBeNull();
  });

  it("does not appear while a pointer is down, which would lose what it is over", async () => {
    const { user } = await open("offers");
    await user.type(await screen.findByTestId("account-email"), "noor@tidewater.example");
    await user.type(screen.getByTestId("account-server"), "events.example");
    await user.pointer({ keys: "[MouseLeft>]", target: screen.getByTestId("account-start") });
    await new Promise((done) => setTimeout(done));
    await tick();
    expect(screen.queryByTestId("account-provider")).toBeNull();
    await user.pointer({ keys: "[/MouseLeft]", target: screen.getByTestId("account-start") });
    expect((await screen.findByTestId("account-waiting")).textContent).toContain("noor@tidewater.example");
  });

  it.each([
    ["PROVIDER_NOT_OFFERED", /signs nobody in/, /sign in with your e-mail/],
    ["PROVIDER_UNAVAILABLE", /does not answer/, /Try again in a minute/],
    ["PROVIDER_CANCELLED", /did not sign in/, /Try again/],
    ["PROVIDER_REFUSED", /does not vouch/, /Confirm it there/],
    ["TIMED_OUT", /in time/, /Start again/],
    ["NO_BROWSER", /No browser/, /settings of your system/],
  ] as const)("says why it came to nothing, and what to do: %s", async (code, what, cure) => {
    const { core, user } = await open("browsing");
    await screen.findByTestId("account-waiting");
    core.fail(code);
    const problem = await screen.findByTestId("account-problem");
    expect(problem.textContent).toMatch(what);
    expect(problem.textContent).toMatch(cure);
    await user.type(screen.getByTestId("account-server"), "events.example");
    await user.tab();
    await user.click(await screen.findByTestId("account-provider"));
    await screen.findByTestId("account-waiting");
    expect(screen.queryByTestId("account-problem"), "it is of before").toBeNull();
  });

  it("can be begun again, finished by hand, or left for another way", async () => {
    const { core, user } = await open("browsing");
    await user.click(await screen.findByTestId("account-browse-again"));
    expect(core.calls.at(-1)).toMatch(/^startProviderSignIn/);
    await user.type(screen.getByTestId("account-link"), "https://events.example/sign-in/x{Enter}");
    await screen.findAllByTestId("my-event");
  });

  it("is left for another way", async () => {
    const { core, user } = await open("browsing");
    await user.click(await screen.findByTestId("account-change"));
    await screen.findByTestId("account-email");
    expect(core.calls).toContain("signOutPerson");
  });
});

async function account(change: Partial<MadeUp> = {}) {
  const opened = await open("home", change);
  await opened.user.click(await screen.findByTestId("home-account"));
  await screen.findAllByTestId("login");
  return opened;
}
const devices = () => screen.getAllByTestId("login").map((row) => row.querySelector("bdi")?.textContent);

describe("one's own account", () => {
  it("has no serious fault for axe, with its questions neither", async () => {
    const { container, user } = await account();
    expect(await faults(container)).toEqual([]);
    await user.click(screen.getByTestId("logins-end-others"));
    expect(await faults(container)).toEqual([]);
    await user.keyboard("{Escape}");
    await user.click(screen.getByTestId("account-erase"));
    expect(await faults(container)).toEqual([]);
  });

  it("is reached and left by keyboard", async () => {
    const { user } = await open("home");
    (await screen.findByTestId("home-account")).focus();
    await user.keyboard("{Enter}");
    await screen.findAllByTestId("login");
    expect(screen.getByTestId("home-account").getAttribute("aria-current")).toBe("page");
    (screen.getAllByTestId("my-event")[0] as HTMLElement).focus();
    await user.keyboard("{Enter}");
    await vi.waitFor(() => expect(screen.queryByTestId("login")).toBeNull());
  });

  it("gives one another name, everywhere it stands", async () => {
    const { core, user } = await account();
    const field = screen.getByTestId("account-name");
    await user.clear(field);
    await user.type(field, "Noor A.{Enter}");
    await vi.waitFor(() => expect(screen.getByTestId("home-account").textContent).toContain("Noor A."));
    expect(core.calls).toContain("renameMe Noor A.");
    core.offline = true;
    await user.type(field, " B.{Enter}");
    expect((await screen.findByTestId("refused")).textContent).toContain("cannot be reached");
    expect((field as HTMLInputElement).value, "what was typed stays").toBe("Noor A. B.");
  });

  it("lists the devices with this one first, and ends one", async () => {
    const { user } = await account();
    expect(devices()).toEqual(["control-desk (linux)", "noor-phone (android)", "A device without a name"]);
    const [here, phone] = screen.getAllByTestId("login");
    expect(here?.textContent).toContain("This computer");
    expect(here?.textContent).toContain("Now");
    const end = within(phone as HTMLElement).getByRole("button", { name: "Sign out noor-phone (android)" });
    await user.click(end);
    await vi.waitFor(() => expect(devices()).toEqual(["control-desk (linux)", "A device without a name"]));
    expect(screen.getByTestId("told").textContent).toContain("noor-phone");
  });

  it("ends all others at once, after a question", async () => {
    const { core, user } = await account();
    await user.click(screen.getByTestId("logins-end-others"));
    expect(core.calls).toEqual([]);
    await user.click(screen.getByTestId("logins-end-others-yes"));
    await vi.waitFor(() => expect(devices()).toEqual(["control-desk (linux)"]));
    expect(screen.queryByTestId("logins-end-others")).toBeNull();
  });

  it("signs this computer out by its own row", async () => {
    const { core, user } = await account();
    const [here] = screen.getAllByTestId("login");
    await user.click(within(here as HTMLElement).getByTestId("login-end"));
    await screen.findByTestId("account-email");
    expect(core.calls).toEqual(["signOutPerson"]);
  });
});

describe("one's own data", () => {
  it("is saved, and says why where it is not", async () => {
    const { core, user } = await account();
    await user.click(screen.getByTestId("account-download"));
    expect((await screen.findByTestId("told")).textContent).toContain("saved");
    core.offline = true;
    await user.click(screen.getByTestId("account-download"));
    expect((await screen.findByTestId("refused")).textContent).toContain("cannot be reached");
  });

  it("is erased by whoever reads what goes and types their address, and not before", async () => {
    const { core, user } = await account();
    await user.click(screen.getByTestId("account-erase"));
    const yes = () => screen.getByTestId("erase-yes") as HTMLButtonElement;
    expect(screen.getByTestId("erase-owned").textContent).toContain("Tidewater Events, Harbour Choir");
    await user.type(screen.getByTestId("erase-email"), "noor@tidewater.exampl{Enter}");
    expect(yes().disabled).toBe(true);
    expect(core.calls).toEqual([]);
    await user.type(screen.getByTestId("erase-email"), "e");
    await user.click(yes());
    expect((await screen.findByTestId("account-erased")).textContent).toContain("so has this computer");
    expect(core.calls).toEqual(["eraseMe noor@tidewater.example"]);
    expect(screen.queryByTestId("home-account")).toBeNull();
  });

  it("stays where the server says no, and the dialog says why", async () => {
    const { core, user } = await account();
    core.unerasable = "LAST_OWNER";
    await user.click(screen.getByTestId("account-erase"));
    await user.type(screen.getByTestId("erase-email"), "Noor@Tidewater.example{Enter}");
    expect((await screen.findByTestId("erase-problem")).textContent).toContain("needs an owner");
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await user.click(screen.getByTestId("account-erase"));
    expect(screen.queryByTestId("erase-problem")).toBeNull();
    expect((screen.getByTestId("erase-email") as HTMLInputElement).value).toBe("");
  });

  it("is said to be still here where this computer could not let go of it", async () => {
    const { core, user } = await account();
    core.unerasable = "NOT_KEPT";
    await user.click(screen.getByTestId("account-erase"));
    await user.type(screen.getByTestId("erase-email"), "noor@tidewater.example{Enter}");
    expect((await screen.findByTestId("account-erased")).textContent).toContain("could not delete");
  });
});
