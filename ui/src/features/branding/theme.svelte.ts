import { readColour } from "../../kit/contrast";
import { isApiProblem, type Server } from "../../link/link";
import type { PageTheme } from "../../protocol/api";
import { PAGE_THEME, type Themed } from "./commands";

/** How long no other colour is tried before the server is asked. */
const QUIET_MS = 120;

type Colours = { accent: string; background: string };

/** The colours that the page of an event gets of the two that are chosen. Only the server knows: it moves them until everything can be read. */
export class PageColours {
  /** Of the colours that were tried last; nothing before the first answer. */
  theme = $state.raw<PageTheme | undefined>();
  /** What of the two the page shows otherwise, so that everybody can read it. */
  moved = $state.raw<(keyof Colours)[]>([]);
  #asked = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly server: Pick<Server, "ask">) {}

  /** Looks what these become. */
  look({ accent, background }: Colours): void {
    const asked = `${accent} ${background}`;
    if (asked === this.#asked || !readColour(accent) || !readColour(background)) return;
    this.#asked = asked;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => void this.#ask(asked, { accent, background }),
      this.theme === undefined ? 0 : QUIET_MS,
    );
  }

  of(name: string): string | undefined {
    return this.theme?.colours.find((colour) => colour.name === name)?.value;
  }

  async #ask(asked: string, variables: Colours): Promise<void> {
    try {
      const { data } = await this.server.ask(PAGE_THEME.name, PAGE_THEME.document, variables);
      if (asked !== this.#asked) return;
      this.theme = (data as Themed).pageTheme;
      const isMoved = (name: string, chosen: string) => this.of(name) !== chosen.toLowerCase();
      this.moved = [
        ...(isMoved("lamp", variables.accent) ? (["accent"] as const) : []),
        ...(isMoved("ground", variables.background) ? (["background"] as const) : []),
      ];
    } catch (error) {
      if (!isApiProblem(error)) throw error;
      // What was there stays; the colour is saved, or refused, all the same.
      if (asked === this.#asked) this.#asked = "";
    }
  }
}
