// One running app under WebDriver. WebKitGTK's own driver starts it and speaks to its page: what tauri-driver would add on
// Linux is a translation of two capabilities, so it is left out.

import { remote } from "webdriverio";
import { descendant } from "./meter.mjs";
import { freePort, scratch, setting, start } from "./process.mjs";

/** How long the slowest thing on a busy machine may take. */
export const PATIENCE = 60_000;

/** What WebDriver calls the app; the binary's options are the app's own command line. */
const capabilities = (binary, args) => ({
  browserName: "wry",
  "wdio:enforceWebDriverClassic": true,
  "webkitgtk:browserOptions": { binary, args },
});

export class App {
  #driver;

  /**
   * Opens the app; done as soon as its page can be asked. Without a profile of its own (null) it is the desktop's one app,
   * whose data is in `data`: the same folder again is the same person after a restart.
   */
  static async open({ args = [], profile = scratch("profile"), data = scratch("data") } = {}) {
    const app = new App();
    const port = await freePort();
    // As tauri-driver does: the app lets itself be driven only when it is told so.
    app.#driver = start("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], {
      env: { TAURI_WEBVIEW_AUTOMATION: "true", TAURI_AUTOMATION: "true", XDG_DATA_HOME: data },
    });
    app.profile = profile;
    app.browser = await connect(
      port,
      capabilities(setting("HOUSELIGHTS_E2E_APP"), [...(profile ? ["--profile", profile] : []), ...args]),
      app.#driver,
    );
    return app;
  }

  get log() {
    return this.#driver.log;
  }

  /** The app is a child of its driver. */
  get driverPid() {
    return this.#driver.pid;
  }

  async close() {
    await this.browser.deleteSession().catch(() => undefined); // it may have ended by itself
    await this.#driver.stop();
  }

  /** Ends it as a crash would. */
  async kill() {
    process.kill(descendant(this.driverPid, setting("HOUSELIGHTS_E2E_APP")), "SIGKILL");
    await this.#driver.stop();
  }

  find(id) {
    return this.browser.$(`[data-testid="${id}"]`);
  }

  findAll(id) {
    return this.browser.$$(`[data-testid="${id}"]`);
  }

  /** Waits for an element, and clicks it. */
  click(id) {
    return this.#press(`[data-testid="${id}"]`, id);
  }

  /** The same of one inside another, by words of that. */
  clickIn(around, words, id) {
    const [outer, inner] = [`//*[@data-testid="${around}"][contains(., "${words}")]`, `//*[@data-testid="${id}"]`];
    return this.#press(outer + inner, `${id} of “${words}”`);
  }

  /** Clicks what stands beside a box or a dot, as one does where that is small, or drawn by the page. */
  choose(id) {
    return this.#press(`label:has([data-testid="${id}"])`, id);
  }

  /** The same by its words. */
  chooseWords(words) {
    return this.#press(`//label[contains(., "${words}")]`, words);
  }

  async #press(selector, called) {
    const element = await this.browser.$(selector);
    await element.waitForClickable({ timeout: PATIENCE, timeoutMsg: `${called} cannot be clicked` });
    await element.click();
  }

  /** Writes behind what is there, as on a keyboard. */
  async type(id, text) {
    const field = await this.find(id);
    await field.waitForEnabled({ timeout: PATIENCE, timeoutMsg: `nothing can be written in ${id}` });
    await field.addValue(text);
  }

  /** Waits until an element that is seen has these words. */
  shows(id, words = "") {
    return this.until(`${id} shows “${words}”`, () => this.isShown(id, words));
  }

  /** Waits until none has them any more. */
  hides(id, words = "") {
    return this.until(`${id} “${words}” is gone`, async () => !(await this.isShown(id, words)));
  }

  isShown(id, words = "") {
    return this.run(
      (id, words) =>
        [...document.querySelectorAll(`[data-testid="${id}"]`)].some(
          (element) => element.checkVisibility() && element.textContent.replace(/\s+/g, " ").includes(words),
        ),
      id,
      words,
    );
  }

  /** Lets go of what has the focus: from now on keys are for the window. */
  letGo() {
    return this.run(() => document.activeElement?.blur());
  }

  /** Waits until `ask` answers something true. */
  until(what, ask, timeout = PATIENCE) {
    return this.browser.waitUntil(ask, { timeout, interval: 200, timeoutMsg: `waited in vain: ${what}` });
  }

  /** Runs a function in the page. */
  run(body, ...values) {
    return this.browser.execute(body, ...values);
  }

  /** The same for a function that calls back with its answer. */
  runAsync(body) {
    return this.browser.executeAsync(body);
  }

  /** Calls the native core as the page does. */
  async invoke(command, payload = {}) {
    const answer = await this.browser.executeAsync(
      (name, body, done) => {
        window.__TAURI_INTERNALS__.invoke(name, body).then(
          (value) => done({ value }),
          (error) => done({ error: JSON.stringify(error) ?? String(error) }),
        );
      },
      command,
      payload,
    );
    if (answer.error) throw new Error(`${command}: ${answer.error}`);
    return answer.value;
  }

  /** Goes on in the window of this name, once it is open. */
  window(name) {
    return this.until(`the window ${name} is open`, async () => {
      for (const handle of await this.browser.getWindowHandles()) {
        await this.browser.switchToWindow(handle);
        if (await this.run((hash) => location.hash === hash, `#/${name}`)) return true;
      }
      return false;
    });
  }

  /**
   * The texts of the chat as the native core has the room, for a window that shows no chat. It is asked as a page that is
   * loaded again asks it, so the page has to be loaded again after that, and is. What a page is told may come in several
   * pieces, the large ones later: all of it is there when `count` texts are.
   */
  async messagesInCore(count) {
    const texts = await this.browser.executeAsync((count, done) => {
      const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
      let chat;
      const hear = ({ message }) => {
        const frame = message?.frame;
        if (frame?.frame === "snapshot") chat = [...frame.chat];
        for (const { body } of frame?.frame === "updates" ? frame.updates : []) {
          if (body.what === "message_sent") chat.push(body.message);
        }
      };
      invoke("attach", { channel: `__CHANNEL__:${transformCallback(hear)}` }).then(() => {
        const told = () => (chat?.length >= count ? done(chat.map(({ text }) => text)) : setTimeout(told, 20));
        told();
      });
    }, count);
    await this.browser.refresh();
    return texts;
  }

  async isConnected() {
    const state = await this.run(() => document.querySelector('[data-testid="connection-state"]')?.dataset.state);
    return state === "connected";
  }

  /** The texts of the chat, oldest first. */
  messages() {
    return this.run(() => [...document.querySelectorAll('[data-testid="chat-text"]')].map((text) => text.textContent));
  }

  /** Does something with a message, by the buttons that come when the pointer is over it. */
  async onMessage(words, act) {
    const message = `//*[@data-key][.//*[@data-testid="chat-message"][contains(., "${words}")]]`;
    const row = await this.browser.$(message);
    await row.waitForDisplayed({ timeout: PATIENCE, timeoutMsg: `no message “${words}”` });
    await row.moveTo();
    await this.#press(`${message}//*[@data-testid="chat-${act}"]`, `${act} of “${words}”`);
  }

  async say(text) {
    const input = await this.find("chat-input");
    await input.waitForEnabled({ timeout: PATIENCE });
    await input.setValue(text);
    await this.click("chat-send");
  }

  /**
   * Photographs the window once it stands still: its fonts are there, and nothing fades, unless it is about what `moves`. The driver
   * waits for the next time that the window is drawn, which may never come in one in which not even a caret blinks: so a dot in the
   * corner changes meanwhile.
   */
  async screenshot(name, { moves = false } = {}) {
    await this.until("the window stands still", () =>
      this.run(
        (moves) => document.fonts.status === "loaded" && (moves || document.getAnimations().length === 0),
        moves,
      ),
    );
    await this.run(() => {
      const dot = Object.assign(document.createElement("i"), { id: "photographed", ariaHidden: "true" });
      dot.style.cssText = "position:fixed;right:0;bottom:0;width:1px;height:1px;background:currentColor;opacity:0.01";
      document.body.append(dot);
      const blink = () => {
        if (!dot.isConnected) return;
        dot.style.opacity = dot.style.opacity === "0.01" ? "0.02" : "0.01";
        setTimeout(blink, 50);
      };
      blink();
    });
    await this.browser.saveScreenshot(`${setting("HOUSELIGHTS_E2E_OUT")}/${name}.png`);
    await this.run(() => document.getElementById("photographed").remove());
  }
}

/** The driver takes connections a moment after it started: the attempts are its readiness. */
export async function connect(port, wanted, driver) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/status`);
      break;
    } catch (error) {
      if (Date.now() > end) throw new Error(`WebKitWebDriver does not answer: ${error}\n${driver.log.join("\n")}`);
    }
  }
  try {
    return await remote({
      hostname: "127.0.0.1",
      port,
      path: "/",
      logLevel: "error",
      connectionRetryCount: 0,
      connectionRetryTimeout: PATIENCE,
      // What is waited for without a word about how long.
      waitforTimeout: PATIENCE,
      capabilities: wanted,
    });
  } catch (error) {
    await driver.stop();
    throw new Error(`the app does not open: ${error}\n${driver.log.join("\n")}`);
  }
}
