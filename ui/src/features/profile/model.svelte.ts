import { isProblem } from "../../link/link";
import { problemTrouble, type Trouble } from "../../locales/words";
import type { OwnProfile, Profile } from "../../protocol";
import { MAX_LINKS } from "../../protocol/limits";

/** How one's own profile is read and kept. */
export type Keeping = { read: () => Promise<OwnProfile>; keep: (profile: Profile) => Promise<Profile> };

const nothing: Profile = {
  headline: "",
  company: "",
  pronouns: "",
  about: "",
  links: [],
  shown_to: "everybody",
};

/** With a line for each link that there can be. */
const opened = (profile: Profile): Profile => ({
  ...profile,
  links: Array.from({ length: MAX_LINKS }, (_, at) => profile.links[at] ?? ""),
});

/** The host is enough to say where one is to be found. */
export const withScheme = (address: string) =>
  address === "" || address.includes("://") ? address : `https://${address}`;

/** Whether a link can be one: encrypted, and to a host. What else is wrong with it the server says. */
export function isLink(address: string): boolean {
  if (address.trim() === "") return true;
  try {
    const { protocol, hostname, username } = new URL(withScheme(address.trim()));
    return protocol === "https:" && hostname.includes(".") && username === "";
  } catch {
    return false;
  }
}

/** What one says of oneself, while it is written. */
export class ProfileModel {
  open = $state.raw(false);
  state = $state.raw<"reading" | "ready" | "keeping" | "failed">("reading");
  trouble = $state.raw<Trouble | undefined>();
  draft = $state<Profile>(opened(nothing));
  /** What one said at another event, where one has said nothing here. */
  before = $state.raw<Profile | undefined>();

  constructor(private readonly keeping: Keeping) {}

  /** As it would be kept. */
  get words(): Profile {
    const { headline, company, pronouns, about, links, shown_to } = this.draft;
    const trimmed = { headline: headline.trim(), company: company.trim(), pronouns: pronouns.trim() };
    const kept = links.map((address) => withScheme(address.trim())).filter(Boolean);
    return { ...trimmed, about: about.trim(), links: kept, shown_to };
  }

  async begin(): Promise<void> {
    this.open = true;
    this.state = "reading";
    this.trouble = undefined;
    const own = await this.#asked(() => this.keeping.read());
    if (own === undefined) return;
    this.draft = opened(own.profile ?? nothing);
    this.before = own.before;
    this.state = "ready";
  }

  takeOver(): void {
    if (this.before) this.draft = opened(this.before);
    this.before = undefined;
  }

  /** What is refused stays as it was typed. */
  async keep(): Promise<void> {
    if (!this.draft.links.every(isLink)) return;
    this.state = "keeping";
    this.trouble = undefined;
    const kept = await this.#asked(() => this.keeping.keep(this.words));
    if (kept === undefined) return;
    this.draft = opened(kept);
    this.open = false;
  }

  async #asked<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
    const was = this.state;
    try {
      return await ask();
    } catch (error) {
      if (!isProblem(error)) throw error;
      this.trouble = problemTrouble(error);
      // What could not be read is not written over.
      this.state = was === "keeping" ? "ready" : "failed";
      return undefined;
    }
  }
}
