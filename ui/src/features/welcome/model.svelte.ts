import { type Invitation, isProblem, type Link } from "../../link/link";
import { problemTrouble, type Trouble } from "../../locales/words";
import type { Destination } from "../../protocol/native";

type Step =
  | { at: "asking" }
  | { at: "looking" }
  /** The person has to see where the link leads before anything is sent there. */
  | { at: "confirming"; link: string; destination: Destination }
  /** The link leads somewhere. */
  | { at: "invited"; link: string; invitation: Invitation }
  | { at: "signing-in"; link: string; invitation: Invitation };

/** A link that was opened. The same one may be opened again: its turn is another. */
export type Opened = { link: string; turn: number };

/** Signing in with an invite link, step by step. */
export class WelcomeModel {
  step = $state.raw<Step>({ at: "asking" });
  trouble = $state.raw<Trouble | undefined>();

  constructor(private readonly link: Link) {}

  /** A link came without a word of the person: only a server where they have been is asked what it is for. */
  open(link: string): Promise<void> {
    return this.#find(link, ({ known, plain }) => known && !plain);
  }

  /** The person wrote a link and said to go on: only without encryption they are asked once more. */
  lookUp(link: string): Promise<void> {
    return this.#find(link, ({ plain }) => !plain, true);
  }

  /** The person saw where the link leads, and wants to go on. */
  async confirm(): Promise<void> {
    if (this.step.at !== "confirming") return;
    const { link } = this.step;
    await this.#ask(link, true, this.#looking());
  }

  /** Finds out where a link leads, and asks there if that is in order. A later call wins over one that is under way. */
  async #find(
    pasted: string,
    inOrder: (destination: Destination) => boolean,
    confirmed = false,
  ): Promise<void> {
    const link = pasted.trim();
    if (link === "") return;
    const looking = this.#looking();
    try {
      const destination = await this.link.readLink(link);
      if (this.step !== looking) return;
      if (inOrder(destination)) await this.#ask(link, confirmed, looking);
      else this.step = { at: "confirming", link, destination };
    } catch (error) {
      if (this.step === looking) this.#fail(error, { at: "asking" });
    }
  }

  async #ask(link: string, confirmed: boolean, looking: Step): Promise<void> {
    try {
      const invitation = await this.link.lookUpInvite(link, confirmed);
      if (this.step === looking) this.step = { at: "invited", link, invitation };
    } catch (error) {
      if (this.step === looking) this.#fail(error, { at: "asking" });
    }
  }

  #looking(): Step {
    const looking: Step = { at: "looking" };
    this.step = looking;
    this.trouble = undefined;
    // What `$state.raw` holds is this very object: by it one knows whether another link came meanwhile.
    return looking;
  }

  /** Signs in; the core then opens the window of the role. */
  async signIn(name: string): Promise<void> {
    if (this.step.at !== "invited") return;
    const { link, invitation } = this.step;
    this.step = { at: "signing-in", link, invitation };
    this.trouble = undefined;
    try {
      await this.link.signIn(link, invitation.card.name === undefined ? name.trim() : undefined);
    } catch (error) {
      this.#fail(error, { at: "invited", link, invitation });
    }
  }

  startOver(): void {
    this.step = { at: "asking" };
    this.trouble = undefined;
  }

  #fail(error: unknown, step: Step): void {
    this.step = step;
    if (!isProblem(error)) throw error;
    this.trouble = problemTrouble(error);
  }
}
