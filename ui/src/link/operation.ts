import type { Server } from "./link";

/** A question or a change in the server's language, with the types of what goes in and of what comes out. */
export type Operation<Data, Variables extends object = object> = {
  /** As the server's logs and the local store call it. */
  name: string;
  document: string;
  /** Only a type: an operation is a plain text. */
  readonly typed?: (variables: Variables) => Data;
};

/** An operation from its document, which says its name. */
export function operation<Data, Variables extends object = object>(
  document: string,
): Operation<Data, Variables> {
  const name = /^\s*(?:query|mutation)\s+(\w+)/.exec(document)?.[1] ?? "";
  return { name, document };
}

/** Carries a change out; rejects with an `ApiProblem`. */
export async function change<Data, Variables extends object>(
  server: Pick<Server, "change">,
  { name, document }: Operation<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  return (await server.change(name, document, variables)).data as Data;
}
