import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";

const scalars: Record<string, string> = {
  ID: "string",
  String: "string",
  Int: "number",
  Float: "number",
  Boolean: "boolean",
  DateTime: "DateTime",
  MoneySum: "number",
  TimeZone: "string",
};

function typed(type: GraphQLType): string {
  if (isNonNullType(type)) return bare(type.ofType);
  return `${bare(type)} | null`;
}

function bare(type: GraphQLType): string {
  if (isListType(type)) {
    const of = typed(type.ofType);
    return of.includes(" ") ? `(${of})[]` : `${of}[]`;
  }
  const name = String(type);
  return scalars[name] ?? name;
}

const said = (words: string | null | undefined, before = "") =>
  words ? `${before}/** ${words.replaceAll("\n", " ")} */\n` : "";

const output = (field: GraphQLField<unknown, unknown>) =>
  `${said(field.description, "  ")}  ${field.name}: ${typed(field.type)};`;

/** What may be left out may be null as well: null takes a value away where that means something. */
const input = (field: GraphQLInputField) =>
  `  ${field.name}${isNonNullType(field.type) ? "" : "?"}: ${typed(field.type)};`;

/** The types of the page for a schema in the schema language: what is answered, and what is sent. */
export function apiTypes(source: string): string {
  const schema = buildSchema(source);
  const roots = [schema.getQueryType(), schema.getMutationType()];
  const parts = Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith("__") && !roots.includes(type as never))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map((type) => {
      const head = said(type.description);
      if (isEnumType(type)) {
        const values = type.getValues().map(({ name }) => `"${name}"`);
        return `${head}export type ${type.name} = ${values.join(" | ")};`;
      }
      const fields = isObjectType(type)
        ? Object.values(type.getFields()).map(output)
        : isInputObjectType(type)
          ? Object.values(type.getFields()).map(input)
          : undefined;
      return fields && `${head}export type ${type.name} = {\n${fields.join("\n")}\n};`;
    })
    .filter((part) => part !== undefined);
  const head =
    "// Made from `server/schema.graphql` by `npm run api`. Do not edit.\n\n/** An instant, RFC 3339, UTC. */\nexport type DateTime = string;\n";
  return `${head}\n${parts.join("\n\n")}\n`;
}
