// A headless Chromium over its debugging pipe: no port, no further package.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Starts Chromium and gives `page(session)` calls to it. */
export async function openBrowser() {
  const profile = mkdtempSync(join(tmpdir(), "look-"));
  const quiet = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--no-first-run",
  ];
  const child = spawn(
    process.env.CHROMIUM ?? "chromium",
    ["--headless", "--remote-debugging-pipe", `--user-data-dir=${profile}`, ...quiet, "about:blank"],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
  );
  const waiting = new Map();
  /** What the page threw, and what its content security policy forbade. */
  const faults = [];
  let next = 1;
  let rest = "";
  child.stdio[4].on("data", (data) => {
    const messages = (rest + data).split("\0");
    rest = messages.pop();
    for (const { id, result, error, method, params } of messages.map((message) => JSON.parse(message))) {
      if (method === "Runtime.exceptionThrown") faults.push(params.exceptionDetails.exception?.description);
      if (method === "Log.entryAdded" && params.entry.level === "error") faults.push(params.entry.text);
      waiting.get(id)?.(error ? { error } : { result });
      waiting.delete(id);
    }
  });
  const call = async (method, params = {}, sessionId) => {
    const id = next++;
    const answer = new Promise((done) => waiting.set(id, done));
    child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  return {
    faults,
    async page() {
      const { targetId } = await call("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true });
      const tell = (method, params) => call(method, params, sessionId);
      for (const domain of ["Page", "Runtime", "Log"]) await tell(`${domain}.enable`);
      return {
        tell,
        async evaluate(expression) {
          const answer = await tell("Runtime.evaluate", {
            expression,
            awaitPromise: true,
            returnByValue: true,
            // As if a person had pressed it: full screen is for people.
            userGesture: true,
          });
          if (answer.exceptionDetails)
            throw new Error(answer.exceptionDetails.exception?.description ?? "page failed");
          return answer.result.value;
        },
        close: () => call("Target.closeTarget", { targetId }),
      };
    },
    async close() {
      child.kill();
      await new Promise((done) => child.once("exit", done));
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
