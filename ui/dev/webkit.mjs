// WebKitGTK with nothing around it, over its own driver.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** The small browser that comes with the web view that the app has. */
function browser() {
  const libraries = "/usr/lib";
  const found = readdirSync(libraries)
    .map((folder) => join(libraries, folder, "webkit2gtk-4.1/MiniBrowser"))
    .find((path) => existsSync(path));
  if (!found) throw new Error("there is no MiniBrowser of WebKitGTK 4.1 under /usr/lib");
  return found;
}

/** As the app has it: without a graphics device it draws in software (`draw_in_software`), unless somebody said otherwise. */
const drawing = existsSync("/dev/dri") ? {} : { WEBKIT_DISABLE_DMABUF_RENDERER: "1" };

const MOVE = `const line = document.body.appendChild(document.createElement("output"));
  const move = (now) => { line.textContent = now; requestAnimationFrame(move); };
  requestAnimationFrame(move);`;

export async function openWebKit({ width, height }) {
  const port = await freePort();
  const driver = spawn("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], {
    stdio: "ignore",
    env: { ...drawing, ...process.env },
  });
  const call = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      body: body && JSON.stringify(body),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${value.message}`);
    return value;
  };
  for (let tries = 0; ; tries++) {
    const up = await call("GET", "/status").catch(() => undefined);
    if (up) break;
    if (tries > 100) throw new Error("the driver does not come up");
    await new Promise((done) => setTimeout(done, 50));
  }
  const options = { binary: browser(), args: ["--automation"] };
  const { sessionId } = await call("POST", "/session", {
    capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } },
  });
  const at = (path) => `/session/${sessionId}${path}`;
  await call("POST", at("/window/rect"), { x: 0, y: 0, width, height });
  return {
    go: (url) => call("POST", at("/url"), { url }),
    run: (script) => call("POST", at("/execute/sync"), { script, args: [] }),
    /** The last that is done with the page: drawn in software, a picture comes with what moves next, so something does. */
    async picture() {
      await call("POST", at("/execute/sync"), { script: MOVE, args: [] });
      return call("GET", at("/screenshot"));
    },
    async close() {
      await call("DELETE", at("")).catch(() => undefined);
      driver.kill();
    },
  };
}
