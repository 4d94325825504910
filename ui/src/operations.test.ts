import { buildSchema, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import schemaSource from "../../server/schema.graphql?raw";
import { apiTypes } from "../dev/api";
import type { Operation } from "./link/operation";

const modules = import.meta.glob<Record<string, unknown>>(
  ["./features/*/commands.ts", "./app/dashboard/desk.svelte.ts"],
  { eager: true },
);
const types = import.meta.glob<string>("./protocol/api.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});
const sources = import.meta.glob<string>("./**/*.{ts,svelte}", {
  query: "?raw",
  import: "default",
  eager: true,
});

const isOperation = (value: unknown): value is Operation<unknown> =>
  typeof value === "object" && value !== null && "document" in value && "name" in value;
const operations = Object.values(modules).flatMap((module) => Object.values(module).filter(isOperation));
const schema = buildSchema(schemaSource);

describe("what the page asks of the server", () => {
  it.each(operations.map(({ name, document }) => [name, document]))(
    "%s is in the schema",
    (_name, document) => {
      expect(validate(schema, parse(document)).map(({ message }) => message)).toEqual([]);
    },
  );

  it("has names of its own, by which the local store knows it", () => {
    const names = operations.map(({ name }) => name);
    expect(names.filter((name, index) => name === "" || names.indexOf(name) !== index)).toEqual([]);
  });

  it("is all looked at here", () => {
    const written = Object.entries(sources)
      .filter(([path]) => !path.includes("test"))
      .flatMap(([, source]) => source.match(/operation<[^`]*`(query|mutation)/g) ?? []);
    expect(operations).toHaveLength(written.length);
  });
});

it("the types of the page are those of the schema (`npm run api`)", () => {
  expect(Object.values(types)[0]).toBe(apiTypes(schemaSource));
});
