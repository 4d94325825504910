// A browser for the pages of the server. The driver of WebKitGTK starts the small one that comes with it where no other is named.

import { connect } from "./app.mjs";
import { freePort, scratch, setting, start } from "./process.mjs";

export class Browser {
  #driver;

  /** `night`: whoever looks at it prefers dark pages. */
  static async open({ night }) {
    const page = new Browser();
    const port = await freePort();
    page.#driver = start("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], {
      env: { GTK_THEME: night ? "Adwaita:dark" : "Adwaita", XDG_DATA_HOME: scratch("browser") },
    });
    const wanted = { browserName: "MiniBrowser", "wdio:enforceWebDriverClassic": true };
    page.browser = await connect(port, wanted, page.#driver);
    return page;
  }

  /** Opens an address: with the page that it comes to, whatever its status. */
  open(address) {
    return this.browser.url(address);
  }

  run(body, ...values) {
    return this.browser.execute(body, ...values);
  }

  /** What stands on the page. */
  words() {
    return this.run(() => document.body.innerText);
  }

  screenshot(name) {
    return this.browser.saveScreenshot(`${setting("HOUSELIGHTS_E2E_OUT")}/${name}.png`);
  }

  async close() {
    await this.browser.deleteSession().catch(() => undefined);
    await this.#driver.stop();
  }
}
