import { type Invitation, isProblem, type Link } from "../../link/link";
import { problemTrouble, type Trouble } from "../../locales/words";

/** The longest name, in Unicode scalar values; the same as in `shared/src/login.rs`. */
export const MAX_NAME_CHARS = 80;

type Step =
  | { at: "asking" }
  | { at: "looking" }
  /** The link leads somewhere. */
  | { at: "invited"; link: string; invitation: Invitation }
  | { at: "signing-in"; link: string; invitation: Invitation };

/** Signing in with an invite link, step by step. */
export class WelcomeModel {
  step = $state.raw<Step>({ at: "asking" });
  trouble = $state.raw<Trouble | undefined>();

  constructor(private readonly link: Link) {}

  /** Finds out what a pasted link is for. A later call wins over one that is under way. */
  async lookUp(pasted: string): Promise<void> {
    const link = pasted.trim();
    if (link === "") return;
    const looking: Step = { at: "looking" };
    this.step = looking;
    this.trouble = undefined;
    try {
      const invitation = await this.link.lookUpInvite(link);
      if (this.step === looking) this.step = { at: "invited", link, invitation };
    } catch (error) {
      if (this.step === looking) this.#fail(error, { at: "asking" });
    }
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
