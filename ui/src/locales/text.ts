import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";

/** The language of the page. */
export const LOCALE = "en";

const files = import.meta.glob<string>("./en/*.ftl", { query: "?raw", import: "default", eager: true });

// Names stand in elements of their own (`<bdi>`), so no isolation marks are put into sentences. Dates are written as all others here: the
// day before the month.
const bundle = new FluentBundle("en-GB", { useIsolating: false });
for (const file of Object.values(files)) bundle.addResource(new FluentResource(file));

/**
 * The words for an id, `message` or `message.attribute`, of the Fluent files in `en/`. An id that does not exist comes
 * back as it is; a test holds that there is none.
 */
export function text(id: string, args?: Record<string, FluentVariable>): string {
  const [name = id, attribute] = id.split(".");
  const message = bundle.getMessage(name);
  const pattern = attribute ? message?.attributes[attribute] : message?.value;
  // With a list for its errors Fluent writes what it can, instead of throwing out of whatever is being drawn.
  return pattern ? bundle.formatPattern(pattern, args ?? null, []) : id;
}
