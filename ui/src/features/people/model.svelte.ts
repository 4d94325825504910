import { isApiProblem, type Server } from "../../link/link";
import { change, type Operation } from "../../link/operation";
import { Section } from "../../link/section.svelte";
import { text } from "../../locales/text";
import type { Ban, RegistrationState } from "../../protocol/api";
import {
  ADD_PERSON,
  ERASE_PERSON,
  LIFT_BAN,
  PEOPLE,
  type People,
  type PeopleAsked,
  type Person,
} from "./commands";

/** How long nobody types before it is searched. */
const QUIET_MS = 250;

/** Who is registered: a page at a time, by a search and a state. */
export class PeopleModel {
  readonly section: Section<People, PeopleAsked>;
  search = $state("");
  state = $state<RegistrationState | "">("");
  more = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** How often it was asked from the first page on. */
  #begun = 0;

  constructor(
    private readonly server: Server,
    readonly id: string,
  ) {
    this.section = new Section(server, PEOPLE, this.#asked(null));
  }

  #asked(after: string | null): PeopleAsked {
    return { id: this.id, after, search: this.search.trim() || null, state: this.state || null };
  }

  load(): Promise<void> {
    this.#begun++;
    return this.section.load(this.#asked(null));
  }

  find(search: string): void {
    this.search = search;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), QUIET_MS);
  }

  filter(state: RegistrationState | ""): void {
    this.state = state;
    void this.load();
  }

  /** The next page, below what is there; given up where it was asked from the first page on meanwhile. */
  async loadMore(): Promise<void> {
    const page = this.section.data?.event.registrations.pageInfo;
    if (!page?.hasNextPage || this.more) return;
    const begun = this.#begun;
    this.more = true;
    try {
      const answer = await this.server.ask(PEOPLE.name, PEOPLE.document, this.#asked(page.endCursor));
      // Who was settled meanwhile is settled in what is there now.
      const now = this.section.data;
      if (begun !== this.#begun || now?.event.registrations.pageInfo.endCursor !== page.endCursor) return;
      const next = (answer.data as People).event.registrations;
      // Who registered meanwhile has pushed somebody onto the next page, who is here already.
      const known = new Set(now.event.registrations.nodes.map(({ id }) => id));
      const nodes = [...now.event.registrations.nodes, ...next.nodes.filter(({ id }) => !known.has(id))];
      this.section.data = { event: { ...now.event, registrations: { ...next, nodes } } };
    } catch (error) {
      if (!isApiProblem(error)) throw error;
      this.section.refused = error;
    } finally {
      this.more = false;
    }
  }

  /** Changes one person, and says so in words that may depend on what they are then; whether it was done. */
  async settle<V extends { id: string }>(
    mutation: Operation<Record<string, Person>, V>,
    asked: V,
    words: string | ((person: Person) => string),
  ): Promise<boolean> {
    const { id } = asked;
    let told = "";
    const answer = await this.section.change(mutation, asked, (answer) => {
      const [person] = Object.values(answer);
      const { data } = this.section;
      if (person === undefined || data === undefined) return;
      told = typeof words === "string" ? words : words(person);
      const nodes = data.event.registrations.nodes.map((one) => (one.id === id ? person : one));
      this.section.data = {
        event: { ...data.event, registrations: { ...data.event.registrations, nodes } },
      };
    });
    if (answer === undefined) return false;
    this.section.told = { words: told };
    return true;
  }

  /** Has the organisation forget somebody, at this event and its others; whether it was done. */
  async erase({ email }: Person): Promise<boolean> {
    const organisation = this.section.data?.event.organisation.id;
    if (organisation === undefined) return false;
    if ((await this.section.change(ERASE_PERSON, { organisation, email })) === undefined) return false;
    this.section.told = { words: text("people-erased") };
    await this.load();
    return true;
  }

  /** Lets somebody come again who was banned; whether it was done. */
  async lift({ id: participant, name }: Ban): Promise<boolean> {
    if ((await this.section.change(LIFT_BAN, { event: this.id, participant })) === undefined) return false;
    this.section.told = { words: text("people-unbanned", { name }) };
    await this.load();
    return true;
  }

  /** Adds a person; rejects with an `ApiProblem`, which the form shows. */
  async add(ticket: string, name: string, email: string): Promise<void> {
    await change(this.server, ADD_PERSON, { event: this.id, ticket, name, email });
    await this.load();
  }
}
