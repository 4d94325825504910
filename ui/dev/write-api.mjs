// Writes `src/protocol/api.ts` from the server's schema. A test holds that it is fresh.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runnerImport } from "vite";

const here = import.meta.dirname;
const { module } = await runnerImport(join(here, "api.ts"));
const schema = readFileSync(join(here, "../../server/schema.graphql"), "utf8");
writeFileSync(join(here, "../src/protocol/api.ts"), module.apiTypes(schema));
