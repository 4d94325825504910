import type { FileProgress, FileTaken, ImportedFile, RoomsReport, ServerFile } from "../src/protocol/native";

/** Files between a made-up server and a computer that asks nobody where to. */
export abstract class FakeFiles {
  /** Calls other than `send`, as `name argument`. */
  readonly calls: string[] = [];
  /** The server cannot be reached. */
  offline = false;

  async exportFile(name: string, _text: string): Promise<boolean> {
    this.calls.push(`exportFile ${name}`);
    return true;
  }

  async importFile(kinds: string[]): Promise<ImportedFile | null> {
    this.calls.push(`importFile ${kinds.join(" ")}`);
    return { name: "friday.toml", text: 'title = "Friday fireside"' };
  }

  /** What a file that is handed over comes to. */
  taken: FileTaken | null = {
    name: "people.csv",
    taken: {
      added: 1,
      known: 0,
      ignored: [],
      rooms: [],
      places: [],
      lines: [{ line: 2, fate: "added", name: "Ada Lovelace" }],
    },
    held_back: false,
    faults: [],
  };
  /** What a file on its way waits for. */
  moved: Promise<unknown> = Promise.resolve();

  async #move(onProgress: (progress: FileProgress) => void): Promise<void> {
    onProgress({ bytes: 0, of: 2_000_000 });
    onProgress({ bytes: 500_000, of: 2_000_000 });
    await this.moved;
    if (this.offline) throw { code: "OFFLINE", message: "no connection" };
  }

  async saveFile(file: ServerFile, id: string, name: string, onProgress: (progress: FileProgress) => void) {
    this.calls.push(`saveFile ${file} ${id} ${name}`);
    await this.#move(onProgress);
    return true;
  }

  /** Ends what is waited for: it is not wanted any more. */
  #stop = () => {};

  async saveReport(report: RoomsReport, name: string, onProgress: (progress: FileProgress) => void) {
    const { event, room = "", on, format } = report;
    this.calls.push(`saveReport ${event} ${room} ${on}.${format} ${name}`);
    const stopped = new Promise<boolean>((stop) => {
      this.#stop = () => stop(false);
    });
    return Promise.race([stopped, this.#move(onProgress).then(() => true)]);
  }

  async stopSaving() {
    this.calls.push("stopSaving");
    this.#stop();
  }

  async sendFile(file: ServerFile, id: string, onProgress: (progress: FileProgress) => void) {
    this.calls.push(`sendFile ${file} ${id}`);
    await this.#move(onProgress);
    return this.taken;
  }
}
