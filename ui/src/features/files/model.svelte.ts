import { isApiProblem, type Link } from "../../link/link";
import { faultPlace, faultWords, lineWords } from "../../locales/file-words";
import type { ApiProblem, FileProgress, FileTaken, RoomsReport, ServerFile } from "../../protocol/native";

/** A file that is on its way. */
export type Moving = { way: "out" | "in"; name: string } & FileProgress;

/** As much can be wrong in a file before the server reads no further. */
export const MOST_FAULTS = 100;

/** What of the core moves files. */
export type FileLink = Pick<Link, "saveFile" | "saveReport" | "stopSaving" | "sendFile" | "exportFile">;

/** One file at a time between the server and this computer, and what became of the last. */
export class Transfer {
  moving = $state.raw<Moving | undefined>();
  /** What was saved last, by its name. */
  saved = $state.raw<string | undefined>();
  report = $state.raw<FileTaken | undefined>();
  problem = $state.raw<ApiProblem | undefined>();

  constructor(private readonly link: FileLink) {}

  /** Saves one of the server's files where the person says. */
  async save(file: ServerFile, id: string, name: string): Promise<void> {
    const { link } = this;
    const written = await this.#go({ way: "out", name, bytes: 0 }, (tell) =>
      link.saveFile(file, id, name, tell),
    );
    if (written === true) this.saved = name;
  }

  /** Saves a report on an event's rooms where the person says. */
  async saveRooms(report: RoomsReport, name: string): Promise<void> {
    const { link } = this;
    const written = await this.#go({ way: "out", name, bytes: 0 }, (tell) =>
      link.saveReport(report, name, tell),
    );
    if (written === true) this.saved = name;
  }

  /** What is being saved is not wanted any more. */
  async stop(): Promise<void> {
    await this.link.stopSaving();
  }

  /** Hands over the file that the person chooses; what became of it, where one was. */
  async send(file: ServerFile, id: string): Promise<FileTaken | undefined> {
    const { link } = this;
    const taken = await this.#go({ way: "in", name: "", bytes: 0 }, (tell) => link.sendFile(file, id, tell));
    this.report = taken ?? undefined;
    return this.report;
  }

  /** The whole report, as a text of its own. */
  async saveReport(name: string, report: FileTaken): Promise<void> {
    const { link } = this;
    await this.#go(undefined, () => link.exportFile(name, reportText(report)));
  }

  async #go<Answer>(
    moving: Moving | undefined,
    call: (tell: (progress: FileProgress) => void) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    if (this.moving !== undefined) return undefined;
    this.problem = undefined;
    this.saved = undefined;
    try {
      return await call((progress) => {
        if (moving !== undefined) this.moving = { ...moving, ...progress };
      });
    } catch (error) {
      if (!isApiProblem(error)) throw error;
      this.problem = error;
      return undefined;
    } finally {
      this.moving = undefined;
    }
  }
}

/** What was wrong, and then what became of every line. */
export function reportText({ name, faults, taken }: FileTaken): string {
  const wrong = faults.map((fault) => `${faultPlace(fault)}: ${faultWords(fault)}`);
  return [name, "", ...wrong, ...(wrong.length > 0 ? [""] : []), ...taken.lines.map(lineWords), ""].join(
    "\n",
  );
}
