// Programs that a test starts, and that never outlive it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const running = new Set();
const folders = new Set();

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

/** The value of an environment variable that `cargo xtask` sets. */
export function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this through cargo xtask`);
  return value;
}

/** A folder of this run's own, removed with what it holds. */
export function scratch(name) {
  const folder = mkdtempSync(join(tmpdir(), `houselights-${name}-`));
  folders.add(folder);
  return folder;
}

/**
 * Starts a program. Its log goes to this process's standard error when HOUSELIGHTS_E2E_LOG is set, and is kept in short
 * (the last 200 lines) for the message of a failure otherwise.
 */
export function start(program, args, { env = {} } = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const log = [];
  const keep = (line) => {
    log.push(line);
    if (log.length > 200) log.shift(); // the oldest go: a failure is explained by what came last
    if (process.env.HOUSELIGHTS_E2E_LOG) process.stderr.write(`${line}\n`);
  };
  createInterface({ input: child.stdout }).on("line", keep);
  createInterface({ input: child.stderr }).on("line", keep);
  running.add(child);
  const ended = once(child, "exit").then(() => running.delete(child));
  child.on("error", (error) => keep(`cannot start: ${error.message}`));
  return {
    pid: child.pid,
    log,
    /** The first line of its output that `pick` answers something for. */
    async line(pick, patience = 30_000) {
      const reader = createInterface({ input: child.stdout });
      const waited = new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`${program} was not ready in time:\n${log.join("\n")}`)),
          patience,
        );
        ended.then(() => reject(new Error(`${program} ended early:\n${log.join("\n")}`)));
        reader.on("line", (line) => {
          const found = pick(line);
          if (found === undefined) return;
          clearTimeout(timer);
          resolve(found);
        });
      });
      return waited.finally(() => reader.removeAllListeners("line"));
    },
    /** Waits until it ends by itself. */
    async ended() {
      await ended;
      return { code: child.exitCode, signal: child.signalCode };
    },
    async stop(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), 8_000);
      await ended;
      clearTimeout(timer);
      // A grandchild that still ends may hold the other ends of these.
      child.stdout.destroy();
      child.stderr.destroy();
      return { code: child.exitCode, signal: child.signalCode };
    },
  };
}

/** What a program prints. */
export async function output(program, args) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}`);
  return Buffer.concat(chunks).toString();
}

/** A TCP port that nobody has just now. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
