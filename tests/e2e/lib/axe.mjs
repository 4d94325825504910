// Accessibility faults of what is on the screen now.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The serious and critical faults, each with the elements that have it. */
export async function seriousFaults(app) {
  await app.browser.execute(source);
  const found = await app.browser.executeAsync((done) => {
    window.axe.run(document, { resultTypes: ["violations"] }).then(
      ({ violations }) => done({ violations }),
      (error) => done({ error: String(error) }),
    );
  });
  if (found.error) throw new Error(found.error);
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}
