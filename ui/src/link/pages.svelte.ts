import { isApiProblem, type Server } from "./link";
import type { Operation } from "./operation";
import { Section } from "./section.svelte";

export type Page<Node> = {
  totalCount: number;
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};

/** Where in an answer the list is. */
type Place<Data, Node> = { of: (data: Data) => Page<Node>; put: (data: Data, page: Page<Node>) => Data };

/** A list that comes by pages. Asked for again, it is as long as it was. */
export class Pages<Data, Asked extends { after: string | null }, Node extends { id: string }> {
  readonly section: Section<Data, Asked>;
  /** More of it is on its way. */
  more = $state.raw(false);
  /** How many are to be there, as far as there are so many. */
  #wanted = 0;

  constructor(
    private readonly server: Server,
    private readonly question: Operation<Data, Asked>,
    asked: Asked,
    private readonly place: Place<Data, Node>,
  ) {
    const whole: Server = {
      // Whoever asks for something else beside the list asks for it once.
      ask: (name, document, variables) =>
        name === question.name ? this.#ask(name, document, variables) : server.ask(name, document, variables),
      change: (name, document, variables) => server.change(name, document, variables),
      keepDraft: (key, text) => server.keepDraft(key, text),
      drafts: () => server.drafts(),
      dropDraft: (key) => server.dropDraft(key),
    };
    this.section = new Section(whole, question, asked);
  }

  /** What is there of it. */
  get list(): Page<Node> | undefined {
    return this.section.data === undefined ? undefined : this.place.of(this.section.data);
  }

  load(): Promise<void> {
    return this.section.load();
  }

  /** The next page, below what is there; given up where the list was asked for again meanwhile. */
  async loadMore(): Promise<void> {
    const page = this.list?.pageInfo;
    if (!page?.hasNextPage || this.more) return;
    this.more = true;
    try {
      const { name, document } = this.question;
      const asked = { ...this.section.variables, after: page.endCursor };
      const answer = await this.server.ask(name, document, asked);
      const now = this.section.data;
      if (now === undefined || this.list?.pageInfo.endCursor !== page.endCursor) return;
      this.section.data = this.#joined(now, answer.data as Data);
      this.#wanted = Math.max(this.#wanted, this.list.nodes.length);
    } catch (error) {
      if (!isApiProblem(error)) throw error;
      this.section.refused = error;
    } finally {
      this.more = false;
    }
  }

  /** All that there is, from now on: for looking through it. */
  async loadAll(): Promise<void> {
    if (this.#wanted === Number.POSITIVE_INFINITY && this.more) return;
    this.#wanted = Number.POSITIVE_INFINITY;
    if (this.list?.pageInfo.hasNextPage !== true) return;
    this.more = true;
    try {
      await this.section.load();
    } finally {
      this.more = false;
    }
  }

  async #ask(name: string, document: string, variables: object) {
    const first = await this.server.ask(name, document, variables);
    let [data, asOf, isFresh] = [first.data as Data, first.asOf, first.isFresh];
    for (;;) {
      const { nodes, pageInfo } = this.place.of(data);
      if (nodes.length >= this.#wanted || !pageInfo.hasNextPage) break;
      try {
        const next = await this.server.ask(name, document, { ...variables, after: pageInfo.endCursor });
        data = this.#joined(data, next.data as Data);
        [asOf, isFresh] = [Math.min(asOf, next.asOf), isFresh && next.isFresh];
      } catch (error) {
        // What was answered is there; the rest can be asked for again.
        if (!isApiProblem(error)) throw error;
        break;
      }
    }
    return { data, asOf, isFresh };
  }

  /** Whoever came meanwhile has pushed somebody onto the next page, who is here already. */
  #joined(data: Data, next: Data): Data {
    const [here, there] = [this.place.of(data), this.place.of(next)];
    const known = new Set(here.nodes.map(({ id }) => id));
    const nodes = [...here.nodes, ...there.nodes.filter(({ id }) => !known.has(id))];
    return this.place.put(data, { ...there, nodes });
  }
}
