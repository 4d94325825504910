// The real server on a database of its own.

import { join } from "node:path";
import { output, scratch, setting, start } from "./process.mjs";

export class Server {
  #program = setting("HOUSELIGHTS_E2E_SERVER");
  #database = join(scratch("server"), "houselights.db");
  #http = "127.0.0.1:0";
  #media = "127.0.0.1:0";
  #further;
  #process;

  /** `further`: more of its flags. */
  constructor(further = []) {
    this.#further = further;
  }

  /** Starts it, or starts it again where it was: same ports, same database. Answers how long it took, in milliseconds. */
  async start() {
    const began = performance.now();
    this.#process = start(this.#program, [
      ...["--database", this.#database, "--listen", this.#http, "--media-listen", this.#media],
      ...this.#further,
    ]);
    const ready = await this.#process.line((line) => line.match(/^ready http=(\S+) media=(\S+)$/) ?? undefined);
    [, this.#http, this.#media] = ready;
    return performance.now() - began;
  }

  get url() {
    return `http://${this.#http}`;
  }

  get pid() {
    return this.#process.pid;
  }

  get log() {
    return this.#process.log;
  }

  /** As a power cut would. */
  kill() {
    return this.#process.stop("SIGKILL");
  }

  stop() {
    return this.#process.stop();
  }

  /** Makes an event; answers its invites by role. */
  createEvent(title, ...speakers) {
    return this.createEventWith(title, { speaker: speakers });
  }

  /** The same with others of the crew, too: names by role. */
  async createEventWith(title, crew) {
    const json = await output(this.#program, [
      ...["event", "create", "--title", title, "--producer", "Pat", "--json"],
      ...Object.entries(crew).flatMap(([role, names]) => names.flatMap((name) => [`--${role}`, name])),
      ...["--public-url", this.url, "--database", this.#database],
    ]);
    const invites = {};
    for (const invite of JSON.parse(json).invites) {
      invites[invite.role] ??= [];
      invites[invite.role].push(invite);
    }
    return invites;
  }
}
